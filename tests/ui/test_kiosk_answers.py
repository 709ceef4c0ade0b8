"""A finger would still move the pixels: what the watchdog asks of the screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lockerd.core.state import State
from lockerd.core.visit import Visit
from support.facts import FakeLook, at, base_state, now_at
from support.scenes import Scene, scenes
from ui.backend import Phase, Touch
from ui.backend.headless import Headless
from ui.frame import Frame
from ui.kiosk import Kiosk
from ui.model import Home
from ui.paint import Painter
from ui.screens import build
from ui.session import Session
from ui.theme import PANEL_7_INCH, Theme
from ui.view import view_of
from ui.widgets import Screen

SCENES = scenes()
IDS = ("a" * 16, "b" * 16, "c" * 16)


def frame(name: str) -> Frame:
    scene = SCENES[name]
    made = Frame(Headless(Theme(PANEL_7_INCH).size), Theme(PANEL_7_INCH))
    made.show(build(scene.view(), made.type))
    return made


def pixels(made: Frame) -> bytes:
    return bytes(made.backend.surface.get_buffer().raw)


@pytest.mark.parametrize("name", sorted(SCENES))
def test_every_screen_answers_and_nothing_of_it_is_seen(name: str) -> None:
    made = frame(name)
    assert made.screen is not None and isinstance(made.backend, Headless)
    before, trace = pixels(made), made.screen.trace()
    made.backend.puts = []
    assert made.answers()
    assert made.backend.puts == [], "it was put on the glass"
    assert pixels(made) == before
    assert made.screen.trace() == trace, "a button was left pressed"


def test_a_screen_that_takes_no_touch_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    made = frame("home")
    monkeypatch.setattr(Screen, "event", lambda self, touch, slop_px=0: None)
    assert not made.answers()


def test_a_screen_that_is_not_painted_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    made = frame("home")
    monkeypatch.setattr(Screen, "paint", lambda self, painter, rects=None: None)
    assert not made.answers()


def test_a_painter_of_another_surface_is_led_back() -> None:
    """What is painted was not what is shown: as after a window was lost and opened again."""
    made = frame("home")
    before = pixels(made)
    made.painter = Painter(Headless(made.theme.size).surface, made.type)
    made.backend.surface.fill((1, 2, 3))
    assert made.answers()
    assert pixels(made) == before, "the screen was not painted anew"


def test_a_finger_on_a_button_is_not_disturbed() -> None:
    made = frame("home")
    assert made.screen is not None
    scan = next(w for w in made.screen.flat() if w.action == "scan")
    made.event(Touch(scan.rect.cx, scan.rect.cy, "down", 10))
    assert made.answers()
    assert scan.pressed
    assert made.event(Touch(scan.rect.cx, scan.rect.cy, "up", 20)) == "scan"


def kiosk() -> Kiosk:
    scene = SCENES["home"]
    made = Kiosk(
        scene.site, Headless((800, 480)), lambda: scene.now.up_ms, lambda i: None, lambda: IDS
    )
    assert made.answers(None), "nothing was shown yet"
    made.show(scene.state, scene.visit, scene.look, scene.now)
    return made


def test_a_kiosk_shows_what_is_so() -> None:
    made = kiosk()
    assert made.answers(SCENES["home"].visit)
    assert made.answers(None), "the power is off behind it"


def test_a_kiosk_that_was_not_told_of_the_next_step_does_not() -> None:
    made = kiosk()
    assert not made.answers(replace(SCENES["home"].visit, step="code"))


def test_a_touch_after_it_means_what_it_meant() -> None:
    sent: list[object] = []
    scene = SCENES["home"]
    made = Kiosk(
        scene.site, Headless((800, 480)), lambda: scene.now.up_ms, sent.append, lambda: IDS
    )
    made.show(scene.state, scene.visit, scene.look, scene.now)
    assert made.answers(scene.visit)
    assert sent == []
    widgets = made.trace()["widgets"]
    assert isinstance(widgets, list)
    x, y, w, h = next(one["rect"] for one in widgets if one["action"] == "enter-code")
    phases: tuple[Phase, ...] = ("down", "up")
    for phase in phases:
        made.touch(x + w // 2, y + h // 2, phase, scene.now.up_ms + 1)
    assert len(sent) == 1


def test_a_screen_of_another_size_is_painted_whole() -> None:
    """`rebind`: the display that came back is not the one that was lost."""
    site, look = SCENES["home"].site, FakeLook()
    backend = Headless((800, 480))
    made = Kiosk(site, backend, lambda: 0, lambda i: None, lambda: IDS)
    made.show(base_state(site), Visit(), look, now_at())
    backend.surface = Headless((1280, 800)).surface
    backend.shown = backend.surface.copy()
    made.rebind()
    assert made.trace()["size"] == [1280, 800]
    assert backend.puts == [(0, 0, 1280, 800)]
    assert made.answers(Visit())


def notice(scene: Scene, state: State) -> str:
    view = view_of(scene.site, state, at("home"), Session(), scene.look, scene.now)
    assert isinstance(view, Home)
    return view.notice


def test_what_is_left_is_said_by_the_view() -> None:
    """Which way is left, for every set of parts that fail; an idle cabinet says nothing."""
    scene = SCENES["home"]
    said = {}
    for lost in ("", "scanner", "keypad touch", "scanner keypad touch", "speech screen"):
        state = base_state(scene.site)
        state.lost = dict.fromkeys(lost.split(), "gone")
        said[lost] = notice(scene, state)
    assert said == {
        "": "",
        "scanner": "without.scanner",
        "keypad touch": "without.only.scanner",
        "scanner keypad touch": "without.all",
        "speech screen": "",
    }


def test_a_doubt_is_not_told_to_recipients() -> None:
    scene = SCENES["home_keypad_only"]
    state = base_state(scene.site)
    state.lost = {"touch": "silent"}
    assert notice(scene, state) == ""


def capped(name: str, *lost: str) -> list[str]:
    """The keys that stand on the buttons of a screen while these parts do not work."""
    scene = SCENES[name]
    state = scene.state
    before, state.lost = state.lost, dict.fromkeys(lost, "gone")
    made = Kiosk(
        scene.site, Headless((800, 480)), lambda: scene.now.up_ms, lambda i: None, lambda: IDS
    )
    made.show(state, scene.visit, scene.look, scene.now)
    state.lost = before
    widgets = made.trace()["widgets"]
    assert isinstance(widgets, list)
    return [one["cap"] for one in widgets if one.get("cap")]


@pytest.mark.parametrize("name", ["staff_menu_operator", "open", "queue_1"])
def test_without_touch_every_button_has_a_key(name: str) -> None:
    assert capped(name, "touch")[:1] == ["1"]
    assert capped(name, "scanner", "keypad") == [], "a finger does"


@pytest.mark.parametrize("name", ["home", "help", "code_empty"])
def test_where_digits_begin_a_code_they_still_do(name: str) -> None:
    assert capped(name, "touch") == []
