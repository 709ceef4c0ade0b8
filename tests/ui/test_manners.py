"""Good manners: what is read out, whom to call, what a code gives away, who is here."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from test_kiosk_hands import Desk

from lockerd.core import visit as visits
from lockerd.core.calendar import Calendar
from lockerd.core.messages import Activity
from lockerd.core.now import Now
from support.facts import now_at
from support.scenes import Scene, scenes
from ui import model
from ui.codes import CODES, quoted
from ui.geometry import Rect
from ui.screens import build
from ui.text import Typesetter
from ui.theme import PANEL_7_INCH, Theme

SCENES = scenes()
TYPE = Typesetter(Theme(PANEL_7_INCH))


def words(view: model.View) -> str:
    screen = build(view, TYPE).arrange(TYPE)
    return "\n".join(str(one.trace()["text"]) for one in screen.flat())


# -- what is read out -----------------------------------------------------------------------------


def test_a_code_has_one_meaning() -> None:
    assert len(set(CODES.values())) == len(CODES)
    assert set(CODES) >= model.REASONS
    assert quoted("RL07-4K2M", "14", "not_opened") == "RL07-4K2M · 14 · E30"
    assert quoted("RL-07", "", "unproven") == "RL-07 · E10"


@pytest.mark.parametrize("name", sorted(one for one in SCENES if one.startswith("refused_")))
def test_every_refusal_can_be_read_out(name: str) -> None:
    view = SCENES[name].view()
    assert isinstance(view, model.Refused)
    assert view.reference.endswith(CODES[view.why]) and view.reference in words(view)
    assert view.unit == "" or f" · {view.unit} · " in view.reference


def test_a_door_that_does_not_open_is_named_with_its_cabinet() -> None:
    view = SCENES["not_opened"].view()
    assert isinstance(view, model.NotOpened)
    handover, unit, code = view.reference.split(" · ")
    assert handover.startswith("RL07-") and (unit, code) == (view.unit, "E30")
    assert view.reference in words(view)


def test_what_was_not_proven_is_read_out_alike() -> None:
    """Neither the code nor anything beside it says whether there is something for this person."""
    view = SCENES["refused_unproven"].view()
    assert isinstance(view, model.Refused)
    assert view.reference == "RL-07 · E10" and view.unit == ""


# -- whom to call ---------------------------------------------------------------------------------


def at_night(known: bool = True, closed_phone: str = "020 7946 0199") -> model.View:
    """Help on a site that is closed all week."""
    never = Calendar(week=((),) * 7)
    scene = SCENES["help"]
    site = scene.site.but(calendar=never, help_closed_phone=closed_phone)
    return replace(scene, site=site, now=now_at(known=known)).view()


def test_help_says_whom_to_call_at_this_hour() -> None:
    day, night = SCENES["help"].view(), at_night()
    assert (day.phone, bool(day.hours)) == ("020 7946 0188", True)
    assert (night.phone, night.hours) == ("020 7946 0199", "")
    assert "020 7946 0199" in words(night) and "020 7946 0188" not in words(night)


def test_without_another_number_or_a_clock_it_is_the_same_one() -> None:
    assert at_night(closed_phone="").phone == "020 7946 0188"
    assert at_night(known=False).phone == "020 7946 0188"


def test_help_says_what_happens_next() -> None:
    said = words(SCENES["help"].view())
    for step in ("1.", "2.", "3."):
        assert step in said.split()
    assert "Close the door" in said


# -- what a code gives away ------------------------------------------------------------------------


def pixels(desk: Desk, rect: Rect) -> list[object]:
    surface = desk.backend.surface
    return [
        surface.get_at((x, y))
        for x in range(rect.x, rect.right, 2)
        for y in range(rect.y, rect.bottom, 2)
    ]


def test_typing_a_code_makes_no_sound_and_lights_no_key() -> None:
    desk = Desk("code_empty")
    for digit in "4839":
        rect = desk.widget(f"digit:{digit}")
        before = pixels(desk, rect)
        desk.kiosk.touch(rect.cx, rect.cy, "down", desk.now.up_ms)
        assert pixels(desk, rect) == before
        desk.kiosk.touch(rect.cx, rect.cy, "up", desk.now.up_ms)
        assert pixels(desk, rect) == before
    assert set(desk.intents) == {Activity()}
    turn = visits.intend(desk.site, desk.state, desk.visit, Activity(), desk.now)
    assert turn.effects == ()


def test_the_digits_are_nowhere_on_the_glass() -> None:
    seed = 7
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(20):
        code = "".join(chance.choice("0123456789") for _ in range(9))
        desk = Desk("code_empty")
        desk.type(code)
        assert desk.kiosk._session.digits == code
        shown = repr(desk.kiosk.trace()) + repr(desk.kiosk._view)
        assert code not in shown and " ".join(code) not in shown


# -- who is here ----------------------------------------------------------------------------------


def staffed(scene: Scene) -> model.StaffView | None:
    view = scene.view()
    return view if isinstance(view, model.StaffView) else None


@pytest.mark.parametrize("name", sorted(one for one in SCENES if staffed(SCENES[one])))
def test_a_staff_screen_knows_the_person_and_the_end_of_the_session(name: str) -> None:
    view = staffed(SCENES[name])
    assert view is not None
    assert view.person.name or view.person.number
    scene = SCENES[name]
    unknown = visits.ends_at(scene.site, scene.visit) is None or scene.now.hi is None
    assert view.person.ends or unknown


def test_the_bar_says_both() -> None:
    view = staffed(SCENES["staff_menu_operator"])
    assert view is not None
    assert view.person.name in words(view) and view.person.ends in words(view)


def test_the_end_moves_with_what_is_done() -> None:
    scene = SCENES["staff_menu_operator"]
    later = now_at(0)
    moved = Now(later.boot, later.up_ms, later.lo + 600_000, later.lo + 604_000, later.source)
    first, second = staffed(scene), staffed(replace(scene, now=moved))
    assert first is not None and second is not None
    assert first.person.ends != second.person.ends
