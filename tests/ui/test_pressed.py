"""The look of a pressed button, painted before the finger comes: the pixels of painting it then."""

from __future__ import annotations

from pathlib import Path

import pytest

from lockerd.front import REST_MS
from support.demo_site import demo_site
from support.scenes import scenes
from support.tapper import Tapper
from ui import pressed
from ui.backend import Phase, Touch
from ui.backend.headless import Headless
from ui.frame import Frame
from ui.kiosk import Kiosk
from ui.paint import Painter
from ui.pressed import Pressed, springs
from ui.screens import build
from ui.theme import DARK, PANEL_7_INCH, Theme
from ui.widgets import Button, Screen, Widget

SCENES = scenes()


def frame(name: str = "home") -> Frame:
    made = Frame(Headless(Theme(PANEL_7_INCH).size), Theme(PANEL_7_INCH))
    made.show(build(SCENES[name].view(), made.type))
    return made


def pixels(made: Frame) -> bytes:
    return bytes(made.backend.surface.get_buffer().raw)


def press(made: Frame, widget: Widget, phase: Phase = "down") -> str | None:
    return made.event(Touch(widget.rect.cx, widget.rect.cy, phase, widget.since_ms + 1))


def springy(made: Frame) -> list[Widget]:
    assert made.screen is not None
    return [one for one in made.screen.flat() if springs(made.screen, one)]


@pytest.fixture
def unpainted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of screens that are painted from now on."""
    painted: list[str] = []
    paint = Screen.paint

    def noted(screen: Screen, painter: Painter, *rects: object) -> None:
        painted.append(screen.name)
        paint(screen, painter, *rects)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(Screen, "paint", noted)
    return painted


@pytest.mark.parametrize("name", sorted(SCENES))
def test_pressing_gives_the_same_pixels_as_painting(name: str) -> None:
    plain, ready = frame(name), frame(name)
    ready.ready()
    for mine, theirs in zip(springy(ready), springy(plain), strict=True):
        assert press(ready, mine) == press(plain, theirs)
        same = pixels(ready) == pixels(plain)
        assert same, f"{mine.action} looks different"
        press(ready, mine, "up")
        press(plain, theirs, "up")
    same = pixels(ready) == pixels(plain)
    assert same


@pytest.mark.parametrize("name", sorted(SCENES))
def test_making_ready_is_not_seen(name: str) -> None:
    made = frame(name)
    assert made.screen is not None and isinstance(made.backend, Headless)
    before, trace = pixels(made), made.screen.trace()
    made.backend.puts = []
    made.ready()
    same = pixels(made) == before
    assert same and made.backend.puts == []
    assert made.screen.trace() == trace


def test_nothing_is_painted_when_the_finger_comes(unpainted: list[str]) -> None:
    made = frame()
    made.ready()
    unpainted.clear()
    assert isinstance(made.backend, Headless)
    made.backend.puts = []
    button = springy(made)[0]
    press(made, button)
    assert unpainted == []
    assert made.backend.puts, "nothing came to the glass"
    assert button.pressed


def test_twin_it_is_painted_where_nobody_made_ready(unpainted: list[str]) -> None:
    made = frame()
    unpainted.clear()
    press(made, springy(made)[0])
    assert unpainted == ["home"]


def changed(made: Frame, first: Button) -> None:
    """The same screen, on which one button reads otherwise."""
    view = SCENES["home"].view()
    screen = build(view, made.type)
    for one in screen.widgets:
        for part in one.flat():
            if isinstance(part, Button) and part.action == first.action:
                part.text = "Something else"
    made.show(screen)


def test_what_changed_is_made_again_and_the_rest_is_kept(unpainted: list[str]) -> None:
    made = frame()
    made.ready()
    first, *others = [one for one in springy(made) if isinstance(one, Button)]
    changed(made, first)
    unpainted.clear()
    last = next(one for one in springy(made) if one.action == others[-1].action)
    press(made, last)
    press(made, last, "move")
    assert unpainted == [], "what did not change was forgotten"
    made.event(Touch(0, 0, "up", last.since_ms + 2))
    unpainted.clear()
    again = next(one for one in springy(made) if one.action == first.action)
    press(made, again)
    assert unpainted == ["home"]


def test_twin_without_that_a_button_says_what_it_said(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for forgets in (True, False):
        made = frame()
        made.ready()
        first = next(one for one in springy(made) if isinstance(one, Button))
        if not forgets:
            monkeypatch.setattr(Pressed, "keep", lambda self, painted: None)
        changed(made, first)
        press(made, next(one for one in springy(made) if one.action == first.action))
        seen.append(pixels(made))
    same = seen[0] == seen[1]
    assert not same


def test_other_colours_and_another_surface_take_the_looks_away(unpainted: list[str]) -> None:
    made = frame()
    made.ready()
    made.restyle(made.theme.but(palette=DARK))
    made.show(build(SCENES["home"].view(), made.type))
    unpainted.clear()
    press(made, springy(made)[0])
    assert unpainted == ["home"]


def test_the_end_of_a_visit_leaves_none(unpainted: list[str]) -> None:
    made = frame()
    made.ready()
    made.forget()
    unpainted.clear()
    press(made, springy(made)[0])
    assert unpainted == ["home"]


def test_a_finger_on_the_glass_is_not_disturbed(unpainted: list[str]) -> None:
    made = frame()
    button = springy(made)[0]
    press(made, button)
    unpainted.clear()
    made.ready()
    assert unpainted == [] and button.pressed


def test_they_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pressed, "MOST_BYTES", 200_000)
    made = frame()
    made.ready()
    looks = made._pressed._looks.values()
    assert 0 < sum(4 * one.rect.w * one.rect.h for one in looks) <= 200_000
    assert len(looks) < len(springy(made))


@pytest.mark.parametrize("name", sorted(SCENES))
def test_the_bound_is_enough_for_every_screen_of_a_small_panel(name: str) -> None:
    made = frame(name)
    made.ready()
    assert all(made._pressed.find(one) is not None for one in springy(made))


def test_before_anything_is_shown_there_is_nothing_to_make() -> None:
    made = Frame(Headless((800, 480)), Theme(PANEL_7_INCH))
    made.ready()
    assert made._pressed._looks == {}


class Glass(Headless):
    """A screen in memory that says fingers come from it."""

    def fileno(self) -> int:
        return 0


@pytest.mark.parametrize(("backend", "times"), [(Glass, 1), (Headless, 0)])
def test_a_screen_at_rest_is_made_ready_once(
    backend: type[Headless], times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    tapper = Tapper(demo_site(), tmp_path, 1, lambda up_ms: backend((800, 480)))
    monkeypatch.setattr(Kiosk, "ready", lambda self: made.append(tapper.up_ms()))
    tapper.stage.run_for(5_000)
    made.clear()
    at = tapper.front.place_of("help")
    assert at is not None
    tapper.front.tap(*at)
    began_ms = tapper.up_ms()
    tapper.stage.run_for(REST_MS - 1)
    assert made == []
    tapper.stage.run_for(5_000)
    assert made == times * [began_ms + REST_MS]
    tapper.close()
