"""One picture fades into the next, at once for a finger, and ends in exactly what was painted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lockerd.appliance import Appliance
from support.demo_site import PANEL_7, demo_site
from ui.backend import Touch
from ui.backend.fading import FADE_MS, STEP_MS, Fading
from ui.backend.headless import Headless
from ui.geometry import Rect

SIZE = (60, 40)
WHOLE = Rect(0, 0, *SIZE)
HALF = Rect(0, 0, 30, 40)
SMALL = Rect(10, 10, 8, 8)
BLACK, WHITE = (0, 0, 0), (255, 255, 255)


class Loop:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now_ms = 1_000
        self.calls: list[tuple[int, Callable[[], None]]] = []

    def after(self, delay_ms: int, call: Callable[[], None]) -> None:
        self.calls.append((self.now_ms + delay_ms, call))

    def turn(self, late_ms: int = 0) -> None:
        """The next thing that is due."""
        due, call = self.calls.pop(0)
        self.now_ms = max(self.now_ms, due) + late_ms
        call()

    def end(self) -> int:
        """Everything; how many turns it took."""
        turns = 0
        while self.calls:
            self.turn()
            turns += 1
        return turns


class Stage:
    """A screen in memory behind a fade."""

    def __init__(self) -> None:
        self.loop = Loop()
        self.inner = Headless(SIZE)
        self.fading = Fading(self.inner, self.loop.after, lambda: self.loop.now_ms)

    def paint(self, colour: tuple[int, int, int], *rects: Rect) -> None:
        for rect in rects:
            self.fading.surface.fill(colour, rect)
        self.fading.put(rects)

    def grey(self, at: tuple[int, int] = (15, 15)) -> int:
        """What is seen at a pixel."""
        return int(self.inner.shown.get_at(at)[0])


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_it_gets_there_in_even_steps(stage: Stage) -> None:
    stage.paint(WHITE, WHOLE)
    seen = [stage.grey()]
    while stage.loop.calls:
        stage.loop.turn()
        seen.append(stage.grey())
    assert len(seen) == FADE_MS // STEP_MS
    steps = [now - before for before, now in zip([0, *seen], seen, strict=False)]
    assert all(abs(one - 51) <= 3 for one in steps), seen
    assert seen[-1] == 255


def test_the_first_step_is_seen_at_once(stage: Stage) -> None:
    stage.paint(WHITE, WHOLE)
    assert 0 < stage.grey() < 255
    assert stage.loop.calls[0][0] == stage.loop.now_ms + STEP_MS


def test_it_ends_in_exactly_the_pixels_that_were_painted(stage: Stage) -> None:
    for at in range(SIZE[0]):
        stage.fading.surface.fill((at, 3 * at, 255 - at), Rect(at, 0, 1, 40))
    stage.fading.put([WHOLE])
    stage.loop.end()
    assert stage.inner.shown.get_buffer().raw == stage.fading.surface.get_buffer().raw


def test_a_slow_board_takes_fewer_steps_and_no_more_time(stage: Stage) -> None:
    began = stage.loop.now_ms
    stage.paint(WHITE, WHOLE)
    turns = 0
    while stage.loop.calls:
        stage.loop.turn(late_ms=60)
        turns += 1
    assert turns == 2 and stage.grey() == 255
    assert stage.loop.now_ms - began <= FADE_MS + 60


def test_a_small_change_does_not_fade(stage: Stage) -> None:
    stage.paint(WHITE, SMALL)
    assert stage.grey() == 255 and not stage.loop.calls
    assert stage.inner.puts == [SMALL]


def test_only_what_changed_is_blended(stage: Stage) -> None:
    stage.paint(WHITE, HALF)
    stage.fading.surface.fill(WHITE, Rect(30, 0, 30, 40))  # painted, and not put
    stage.loop.end()
    assert stage.grey() == 255 and stage.grey((45, 15)) == 0
    assert stage.inner.puts == [HALF]


@pytest.mark.parametrize("other", [SMALL, WHOLE], ids=["a press", "a picture"])
def test_whatever_comes_ends_it(stage: Stage, other: Rect) -> None:
    stage.paint(WHITE, WHOLE)
    stage.loop.turn()
    stage.paint((90, 90, 90), other)
    assert stage.grey((12, 12)) == 90
    assert stage.grey((50, 35)) == (90 if other is WHOLE else 255)
    assert stage.loop.end() == 1, "the step that was waiting does nothing"
    assert stage.grey((12, 12)) == 90


def test_the_next_one_fades_again(stage: Stage) -> None:
    stage.paint(WHITE, WHOLE)
    stage.loop.end()
    stage.paint(BLACK, WHOLE)
    assert 0 < stage.grey() < 255
    stage.loop.end()
    assert stage.grey() == 0


def test_a_step_of_an_ended_fade_does_not_hurry_the_next(stage: Stage) -> None:
    stage.paint(WHITE, WHOLE)
    stage.paint(WHITE, SMALL)
    stage.paint(BLACK, WHOLE)
    before = stage.grey()
    stage.loop.turn()  # of the first
    assert stage.grey() == before
    stage.loop.end()
    assert stage.grey() == 0


def test_another_surface_is_painted_anew(stage: Stage) -> None:
    stage.paint(WHITE, WHOLE)
    old = stage.fading.surface
    stage.inner.surface = Headless(SIZE).surface
    assert stage.fading.surface is not old
    assert stage.fading.surface is stage.fading.surface
    stage.loop.end()
    assert stage.inner.surface.get_at((15, 15))[0] == 0, "nothing of the lost one is put"
    stage.paint(WHITE, WHOLE)
    stage.loop.end()
    assert stage.inner.surface.get_at((15, 15))[0] == 255


def test_the_rest_is_the_screen_s_own(stage: Stage) -> None:
    assert (stage.fading.size, stage.fading.fileno()) == (SIZE, None)
    touch = Touch(1, 2, "down", 3)
    stage.inner.inject(touch)
    assert stage.fading.pump() == [touch]
    stage.paint(WHITE, WHOLE)
    stage.fading.close()
    stage.loop.end()
    assert stage.grey() < 255, "nothing is put on a screen that is closed"


@pytest.mark.parametrize(("motion", "fades"), [("none", False), ("fade", True)])
def test_an_installer_chooses(motion: str, fades: bool) -> None:
    site = demo_site(PANEL_7)
    site = site.but(kiosk=site.kiosk.but(motion=motion))
    appliance = Appliance(site, Headless((800, 480)))
    assert isinstance(appliance.front.backend, Fading) is fades
    appliance.front.alone()
    shown = appliance.front.kiosk.trace()["screen"]
    assert shown == "starting"
    appliance.close()
