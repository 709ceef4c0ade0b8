"""What the daemon imports before its first frame stays light.

A board reads each module from a slow card while a person looks at a black screen.  Each case runs
in an interpreter of its own, because the one that runs the tests has everything loaded.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

HEAVY = {"asyncio", "click", "dateutil", "pkg_resources", "ssl", "email"}
"""Each costs a tenth of the budget or more; see docs/dependencies.md."""

BEHIND = {
    *("dataclasses", "inspect", "ctypes", "sqlite3", "cryptography", "gpiozero", "transitions"),
    *("lockerd.house", "lockerd.core.state", "ui.kiosk", "ui.widgets", "ui.model", "shutil"),
}
"""What a person need not wait for: it is imported behind the first frame."""

PAINTER = "from ui.backend import lean; lean.load(); import ui.paint, ui.text"

FIRST_FRAME = """
import lockerd.cli, lockerd.daemon, lockerd.simulation.main
from pathlib import Path
from lockerd import config
from lockerd.appliance import open_backend
from ui.face import face_of
site, complaints = config.check(Path("config/demo.toml"))
assert site is not None, complaints
open_backend(face_of(site), headless=True)
"""
"""The way of `lockerd simulate`, or without a screen, from exec to the first complete frame."""

FIRST_GLASS = FIRST_FRAME.replace("open_backend", "open_steady").replace(", headless=True", "")
"""The way of `lockerd run` on a device, whose screen may go away."""

AGAIN = """
import lockerd.cli, lockerd.daemon, lockerd.simulation.main
from pathlib import Path
from lockerd.appliance import open_backend
from lockerd.face import LastFace
last = LastFace(Path("."), Path("config/demo.toml"))
face = last.known
if face is None:
    from lockerd import config
    from ui.face import face_of
    last.keep(face_of(config.read(Path("config/demo.toml"))))
else:
    open_backend(face, headless=True)
"""
"""The way of a start with the config of the last one."""

CONFIG = {"lockerd.config", "lockerd.core.site", "tomllib", "zoneinfo", "hashlib", "datetime"}
"""What reading a config brings in."""


def loaded_by(statements: str) -> set[str]:
    """Names of `sys.modules` after a fresh interpreter ran the statements."""
    report = "import json, sys; print(json.dumps([n for n, m in sys.modules.items() if m]))"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("COV_", "COVERAGE"))}
    done = subprocess.run(
        [sys.executable, "-c", f"{statements}\n{report}"],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT), "SDL_VIDEODRIVER": "dummy"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_painter_is_light() -> None:
    loaded = loaded_by(PAINTER)
    assert "pygame" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("way", [FIRST_FRAME, FIRST_GLASS], ids=["memory", "glass"])
def test_the_daemon_is_light_before_its_first_frame(way: str) -> None:
    loaded = loaded_by(way)
    assert {"lockerd.daemon", "pygame"} <= loaded
    assert not loaded & (HEAVY | BEHIND)


def test_an_unchanged_config_is_not_waited_for(tmp_path: Path) -> None:
    again = AGAIN.replace('Path(".")', f"Path({str(tmp_path)!r})")
    assert loaded_by(again) >= CONFIG, "the first start reads it"
    loaded = loaded_by(again)
    assert {"lockerd.daemon", "pygame"} <= loaded
    assert not loaded & (HEAVY | BEHIND | CONFIG)


def test_a_heavy_import_is_seen() -> None:
    assert {"click", "dateutil"} <= loaded_by(f"{PAINTER}; import sqlite_utils") & HEAVY
    assert "asyncio" in loaded_by("import evdev" if find_spec("evdev") else "import asyncio")


def test_a_qr_code_brings_in_no_network() -> None:
    """segno's SVG writer would: the workbench draws a code before it is ready."""
    made = loaded_by("from ui import qr; assert qr.matrix('LK1') and qr.png('LK1')")
    assert "segno" in made
    assert not made & {"ssl", "email", "http", "urllib.request", "xml.sax.saxutils"}
    both = loaded_by("from ui import qr; qr.matrix('LK1'); import xml.sax.saxutils as x; x.escape")
    assert "xml.sax.saxutils" in both, "whoever needs the real one gets it"
