"""Panels of any size from 800x480 on, lying and standing: every screen is whole on each of them."""

from __future__ import annotations

from functools import cache

import pytest

from support.audit import CODES
from support.languages import scenes_of
from ui.audit import Witness, judge
from ui.backend.headless import Headless
from ui.geometry import Rect
from ui.lang import language
from ui.screens import build
from ui.text import Typesetter
from ui.theme import Panel, Theme
from ui.widgets import Label, Screen

LYING = (
    Panel(801, 481, 154.0, 86.0),
    Panel(1024, 600, 222.0, 125.0),
    Panel(1024, 768, 203.0, 152.0),
    Panel(1280, 720, 276.0, 155.0),
    Panel(1280, 768, 217.0, 130.0),
    Panel(1366, 768, 344.0, 194.0),
    Panel(1000, 1000, 200.0, 200.0),
    Panel(1920, 1080, 344.0, 194.0),
)
STANDING = (
    Panel(480, 853, 86.0, 154.0),
    Panel(600, 1024, 125.0, 222.0),
    Panel(768, 1024, 152.0, 203.0),
    Panel(800, 1280, 135.6, 217.0),
    Panel(720, 1280, 62.1, 110.4),
    Panel(1080, 1920, 194.0, 344.0),
)
WHOLE = {"cut", "overflow", "collision", "reach"}
"""What a wrong size of panel breaks: words that are cut, leave their place or lie on another."""


@cache
def scenes_on(panel: Panel) -> str:
    """The scenes of the panel of ours that stands or lies like this one."""
    return "720x1280" if panel.height_px > panel.width_px else "800x480"


def broken(screen: Screen, type: Typesetter, backend: Headless) -> list[str]:
    """What of a screen is not whole."""
    found = [f"{one.rule}: {one.said}" for one in judge(screen, Witness(backend, type, False))]
    found = [one for one in found if one.split(":")[0] in WHOLE]
    for one in screen.flat():
        if one.rect.empty or one.rect.clip(screen.rect) != one.rect:
            found.append(f"{one.kind} leaves the panel: {tuple(one.rect)}")
    return found


@pytest.mark.parametrize("panel", (*LYING, *STANDING), ids=lambda p: f"{p.width_px}x{p.height_px}")
def test_every_screen_is_whole(panel: Panel) -> None:
    """Each scene in one of the languages, in turn, so that every panel sees them all."""
    backend = Headless((panel.width_px, panel.height_px))
    types = {
        code: Typesetter(Theme(panel, rtl=language(code).rtl)) for code in ("en", "de", "ar", "zh")
    }
    assert set(types) <= set(CODES)
    found = []
    for place, (name, view) in enumerate(sorted(scenes_of(scenes_on(panel)).items())):
        code = list(types)[place % len(types)]
        type = types[code]
        screen = build(view.but(language=code), type).arrange(type)
        found += [f"{name} in {code}: {one}" for one in broken(screen, type, backend)]
    assert found == []


def test_words_beyond_the_panel_are_found() -> None:
    """The twin: a drawing of 800 pixels in height on a panel of 768."""
    panel = Panel(1280, 768, 217.0, 130.0)
    type, backend = Typesetter(Theme(panel)), Headless((1280, 768))
    label = Label("Down here").place(Rect(40, 740, 400, 44))
    assert broken(Screen("planted", [label]).arrange(type), type, backend) != []
