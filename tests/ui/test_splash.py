"""The first picture is the kiosk's own, and costs none of the kiosk's imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import State
from lockerd.core.visit import Visit
from support.demo_site import PANEL_7, PANEL_10, PANEL_STANDING, demo_site, long_site
from support.facts import FakeLook
from ui.backend.headless import Headless
from ui.kiosk import Kiosk
from ui.splash import splash
from ui.theme import theme_of

ROOT = Path(__file__).resolve().parents[2]
SITES = {
    "7 inch": demo_site(PANEL_7),
    "10 inch": demo_site(PANEL_10),
    "standing": demo_site(PANEL_STANDING),
    "long names": long_site(PANEL_7),
}


def pictures(site: Site, name: str) -> tuple[bytes, bytes]:
    """The pixels of the splash with `name` in its header, and those of the kiosk's own screen."""
    size = (site.screen.width_px, site.screen.height_px)
    first, kiosk = Headless(size), Headless(size)
    splash(first, theme_of(site, first), name)
    shown = Kiosk(site, kiosk, lambda: 0, lambda intent: None, lambda: ("1", "2", "3"))
    shown.show(State(), Visit(), FakeLook({}), Now("b", 0, 0, None, "floor"))
    assert shown.trace()["screen"] == "starting"
    return tuple(one.shown.get_buffer().raw for one in (first, kiosk))  # type: ignore[return-value]


@pytest.mark.parametrize("name", SITES)
def test_it_is_the_picture_of_the_kiosk(name: str) -> None:
    site = SITES[name]
    first, kiosk = pictures(site, site.name)
    assert first == kiosk


def test_another_name_is_another_picture() -> None:
    """The twin: the comparison sees a difference of one word."""
    first, kiosk = pictures(SITES["7 inch"], "Riverside Locksmiths")
    assert first != kiosk


def test_it_imports_no_kiosk() -> None:
    report = "import sys, ui.splash; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", report], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "ui.paint" in loaded
    heavy = {"ui.kiosk", "ui.screens", "ui.widgets", "dataclasses", "inspect", "transitions"}
    assert not loaded & heavy
