"""pygame is imported lean, and nothing slow comes with the first frame."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FIRST_FRAME = """
import sys
from ui.backend.headless import Headless
from ui.frame import Frame
from ui.geometry import Rect
from ui.theme import Theme
from ui.widgets import Button, Header, Keypad, Screen
theme = Theme()
frame = Frame(Headless(theme.size), theme)
frame.show(Screen("home", [Header("Site", "09:41").place(Rect(0, 0, 400, 30)),
                           Keypad().place(Rect(429, 0, 371, 480))]))
"""
SLOW = ("asyncio", "click", "dateutil", "pkg_resources", "ssl", "email")
HEAVY = ("pygame.mixer", "pygame.sprite", "pygame.sysfont", "numpy", "subprocess", "segno")


def modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code + "\nprint('\\n'.join(sys.modules))"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stderr == ""
    return set(done.stdout.split())


def test_the_first_frame_imports_nothing_slow() -> None:
    loaded = modules_after(FIRST_FRAME)
    assert "pygame.font" in loaded
    assert not loaded & {*SLOW, *HEAVY}


def test_a_plain_import_of_pygame_would_fail_that_test() -> None:
    plain = "import os, sys\nos.environ['PYGAME_HIDE_SUPPORT_PROMPT'] = '1'\nimport pygame"
    done = subprocess.run(
        [sys.executable, "-c", plain + "\nprint('\\n'.join(sys.modules))"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert set(done.stdout.split()) & {*SLOW, *HEAVY}


@pytest.mark.parametrize("module", ["ui.theme", "ui.geometry", "ui.icons", "ui.backend"])
def test_design_and_types_do_not_need_pygame(module: str) -> None:
    assert "pygame" not in modules_after(f"import sys\nimport {module}")


def test_refused_modules_can_be_imported_afterwards() -> None:
    code = "import sys\nfrom ui.backend.lean import load\nload()\nload()\nimport pygame.time"
    assert "pygame.time" in modules_after(code)
