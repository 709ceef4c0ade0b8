"""A kiosk that nobody stands at: what it shows, how it dims, and what wakes it."""

from __future__ import annotations

import pytest
from test_kiosk_hands import SCENES, Desk

from lockerd.core.messages import Activity, Pressed
from lockerd.core.visit import Visit
from support.facts import matters, with_queue
from ui import model
from ui.backend import Phase
from ui.geometry import Rect
from ui.lamp import DIM_MS, DIM_PERCENT, QUIET, Lamp
from ui.screens.rest import ACROSS, DOWN
from ui.session import STOOD_MS, Session, follow
from ui.view.rest import REST_MS, TURNS

MINUTE = 60_000
PHASES: tuple[Phase, ...] = ("down", "move", "up")


class Idle(Desk):
    """A desk at home whose light is watched."""

    def __init__(self, name: str = "home", *, lamp: bool = True) -> None:
        super().__init__(name)
        self.lights: list[int] = []
        if lamp:
            self.kiosk.lamp = Lamp(self.lights.append)
        self.take(Activity())
        self.intents.clear()

    def rest(self, for_ms: int) -> None:
        self.later(for_ms)
        self.kiosk.tick(self.now)

    @property
    def on_glass(self) -> model.View:
        assert self.kiosk._view is not None
        return self.kiosk._view


def finger(desk: Desk, rect: Rect) -> None:
    for phase in PHASES:
        desk.kiosk.touch(rect.cx, rect.cy, phase, desk.now.up_ms)


# -- the attract screen ---------------------------------------------------------------------------


def test_it_comes_after_five_minutes_and_no_earlier() -> None:
    desk = Idle(lamp=False)
    desk.rest(REST_MS - 1)
    assert isinstance(desk.on_glass, model.Home)
    due = desk.kiosk.next_frame_due(desk.now)
    assert due is not None and due - desk.now.up_ms <= MINUTE, "it is not overslept"
    desk.rest(1)
    assert isinstance(desk.on_glass, model.Rest) and desk.on_glass.theme == "dark"


def test_its_words_stand_elsewhere_every_minute_and_in_every_language() -> None:
    desk = Idle(lamp=False)
    desk.rest(REST_MS)
    places: set[Rect] = set()
    spoken: list[str] = []
    for _ in range(TURNS):
        screen = desk.kiosk._frame.screen
        assert screen is not None
        places.add(screen.widgets[0].rect)
        assert all(one.rect.clip(screen.rect) == one.rect for one in screen.flat())
        spoken.append(desk.on_glass.language)
        desk.rest(MINUTE)
    assert ACROSS * DOWN == TURNS and len(places) > TURNS - ACROSS, "some are mirrored onto others"
    assert set(spoken) == set(desk.site.languages)


def test_it_wakes_nobody_more_often_than_the_clock_does() -> None:
    desk = Idle(lamp=False)
    desk.rest(REST_MS)
    due = desk.kiosk.next_frame_due(desk.now)
    assert due is not None and due - desk.now.up_ms == MINUTE - desk.now.lo % MINUTE


def test_a_touch_wakes_it_and_presses_nothing() -> None:
    desk = Idle(lamp=False)
    screen = desk.kiosk._frame.screen
    assert screen is not None
    places = [one.rect for one in screen.flat() if one.action]
    for rect in places:
        desk.rest(REST_MS)
        assert isinstance(desk.on_glass, model.Rest)
        desk.intents.clear()
        finger(desk, rect)
        assert desk.intents and all(isinstance(one, Activity) for one in desk.intents)
        assert isinstance(desk.on_glass, model.Home) and desk.visit.step == "home"


def test_the_second_touch_presses() -> None:
    """The twin: what was under the finger works once it can be seen."""
    desk = Idle(lamp=False)
    rect = desk.widget("enter-code")
    desk.rest(REST_MS)
    finger(desk, rect)
    desk.later(400)
    finger(desk, rect)
    assert desk.visit.step == "code"


def test_digits_are_not_swallowed() -> None:
    desk = Idle()
    desk.rest(REST_MS)
    desk.type("483")
    assert desk.visit.step == "code" and desk.kiosk._session.digits == "483"
    assert desk.lights == [DIM_PERCENT, 100]


def test_a_scan_is_not_swallowed() -> None:
    from lockerd.core.messages import Scanned

    desk = Idle()
    desk.rest(REST_MS)
    desk.take(Scanned("LK1X"))
    assert desk.visit.step == "checking" and desk.lights == [DIM_PERCENT, 100]


def test_a_light_that_cannot_be_set_swallows_no_touch() -> None:
    desk, asked = Idle(lamp=False), list[int]()

    def broken(percent: int) -> bool:
        asked.append(percent)
        return False

    desk.kiosk.lamp = Lamp(broken)
    rect = desk.widget("enter-code")
    desk.rest(DIM_MS)
    desk.rest(DIM_MS)
    assert asked == [DIM_PERCENT] and not desk.kiosk.lamp.dim, "it is not tried over and over"
    due = desk.kiosk.next_frame_due(desk.now)
    assert due is not None and due > desk.now.up_ms
    finger(desk, rect)
    assert desk.visit.step == "code"


def test_headphones_that_were_left_in_keep_nothing_awake() -> None:
    """Their numbers stay on the buttons, and the light goes down once, not every minute anew."""
    desk = Idle()
    desk.kiosk.key("headphones-in", desk.now.up_ms)
    desk.kiosk.key("louder", desk.now.up_ms)
    end, wakes = desk.now.up_ms + 60 * MINUTE, 0
    while desk.now.up_ms < end:
        due = desk.kiosk.next_frame_due(desk.now)
        assert due is not None
        desk.rest(max(1, due - desk.now.up_ms))
        wakes += 1
    assert desk.lights == [DIM_PERCENT] and wakes <= 60 + 3
    assert desk.kiosk._session.guided and desk.kiosk.assist._level == 0
    desk.kiosk.key("louder", desk.now.up_ms)
    assert desk.kiosk.assist._level == 1 and desk.lights[-1] == 100
    for _ in range(5):
        desk.rest(MINUTE)
    assert desk.kiosk.assist._level == 0, "the next person begins at the first step"


@pytest.mark.parametrize("name", ["home_ajar", "out_of_service"])
def test_what_must_be_read_from_afar_stays(name: str) -> None:
    desk = Desk(name)
    desk.later(REST_MS * 3)
    desk.kiosk.tick(desk.now)
    shown = desk.kiosk._view
    assert shown is not None and not isinstance(shown, model.Rest)


def test_urgent_matters_keep_the_idle_screen_and_others_stand_on_the_dark_one() -> None:
    desk = Idle(lamp=False)
    with_queue(desk.state, matters()[8])
    desk.rest(REST_MS)
    assert isinstance(desk.on_glass, model.Rest) and desk.on_glass.attention == 1
    with_queue(desk.state, matters()[0])
    desk.show()
    assert isinstance(desk.on_glass, model.Home)


def test_a_start_counts_as_somebody_there() -> None:
    """A cabinet whose board runs for days is started: its first screen is the idle one."""
    desk = Idle(lamp=False)
    desk.visit = type(desk.visit)()
    desk.state.booted_up_ms = desk.now.up_ms
    desk.show()
    assert isinstance(desk.on_glass, model.Home)


# -- the light ------------------------------------------------------------------------------------


def test_it_dims_after_a_minute_and_is_never_off() -> None:
    desk = Idle()
    desk.rest(DIM_MS - 1)
    assert desk.lights == []
    assert desk.kiosk.next_frame_due(desk.now) == desk.now.up_ms + 1
    desk.rest(1)
    assert desk.lights == [DIM_PERCENT] and DIM_PERCENT > 0
    desk.rest(REST_MS)
    assert desk.lights == [DIM_PERCENT], "the light is told once"


def test_the_finger_that_finds_it_dim_presses_nothing() -> None:
    desk = Idle()
    rect = desk.widget("enter-code")
    desk.rest(DIM_MS)
    finger(desk, rect)
    assert desk.visit.step == "home" and desk.lights == [DIM_PERCENT, 100]
    assert desk.intents == [Activity()]
    desk.later(400)
    finger(desk, rect)
    assert desk.visit.step == "code"


def test_a_finger_that_finds_it_bright_presses() -> None:
    """The twin: without dimming the same touch is a press."""
    desk = Idle()
    desk.rest(DIM_MS - 1)
    finger(desk, desk.widget("enter-code"))
    assert Pressed("enter-code") in desk.intents


def test_a_panel_without_a_light_never_swallows_a_touch() -> None:
    desk = Idle(lamp=False)
    desk.rest(DIM_MS * 2)
    finger(desk, desk.widget("enter-code"))
    assert desk.visit.step == "code"


@pytest.mark.parametrize("name", sorted(one for one in SCENES if one.startswith(("open", "code"))))
def test_it_stays_up_where_somebody_is_waited_for(name: str) -> None:
    desk = Desk(name)
    lights: list[int] = []
    desk.kiosk.lamp = Lamp(lights.append)
    desk.later(DIM_MS * 5)
    desk.kiosk.tick(desk.now)
    assert lights == [] and desk.visit.step not in QUIET


@pytest.mark.parametrize(("stood_ms", "language"), [(STOOD_MS - 1, "de"), (STOOD_MS, "")])
def test_the_next_person_at_a_receipt_does_not_inherit_its_language(
    stood_ms: int, language: str
) -> None:
    before = Session(step="receipt", since=1_000, language="de", theme="dark", chosen_ms=500)
    after = follow(before, Visit(step="checking", since=1_000 + stood_ms))
    assert after.language == language
    assert follow(before, Visit(step="home", since=1_500)).language == "", "a farewell"


def test_a_receipt_that_nobody_dismissed_dims_and_takes_the_next_code() -> None:
    desk = Idle("receipt")
    desk.rest(DIM_MS)
    assert desk.lights == [DIM_PERCENT] and isinstance(desk.on_glass, model.Receipt)
    desk.type("4")
    assert desk.visit.step == "code" and desk.kiosk._session.digits == "4"
