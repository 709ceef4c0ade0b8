"""Good manners: what is read out, whom to call, what a code gives away, who is here."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from test_kiosk_hands import Desk

from lockerd.core import visit as visits
from lockerd.core.calendar import Calendar
from lockerd.core.messages import Activity
from lockerd.core.now import Now
from support.facts import UP, now_at
from support.scenes import Scene, scenes
from ui import model
from ui.codes import CODES, quoted
from ui.geometry import Rect
from ui.screens import build
from ui.session import SHOWN_MS, Session
from ui.text import Typesetter
from ui.theme import PANEL_7_INCH, Theme
from ui.widgets import CodeField

SCENES = scenes()
TYPE = Typesetter(Theme(PANEL_7_INCH))


def words(view: model.View) -> str:
    screen = build(view, TYPE).arrange(TYPE)
    text = "\n".join(str(one.trace()["text"]) for one in screen.flat())
    return text.replace("\u00a0", " ")


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


# -- digits on request -----------------------------------------------------------------------------


def field(desk: Desk) -> CodeField:
    screen = desk.kiosk._frame.screen
    assert screen is not None
    return next(one for one in screen.flat() if isinstance(one, CodeField))


def shows(desk: Desk) -> bool:
    """Whether a dot is not what the first box of the code holds."""
    boxes = field(desk).boxes(desk.kiosk._frame.theme)
    hidden = Desk("code")  # four dots, and nothing of what they stand for
    return field(desk).digits != "" and pixels(desk, boxes[0]) != pixels(hidden, boxes[0])


def asked(name: str = "code") -> Desk:
    """Somebody who typed and wants to see it."""
    desk = Desk(name)
    desk.tap("digits:on")
    return desk


@pytest.mark.parametrize("name", ["code", "fact", "fact_document"])
def test_digits_are_hidden_until_they_are_asked_for(name: str) -> None:
    desk = Desk(name)
    typed = desk.kiosk._session.digits
    assert typed and field(desk).digits == "" and field(desk).trace()["shown"] is False
    desk.tap("digits:on")
    assert field(desk).digits == typed and field(desk).trace()["shown"] is True
    desk.type("7")
    assert field(desk).digits == f"{typed}7"[: field(desk).length]
    desk.tap("digits:off")
    assert field(desk).digits == "" and field(desk).filled == len(desk.kiosk._session.digits)


def test_the_digits_that_are_asked_for_are_on_the_glass() -> None:
    assert shows(asked()) and not shows(Desk("code"))
    assert set(asked().intents) == {Activity()}


@pytest.mark.parametrize("name", ["staff_pin", "approve_pin", "deposit_fact", "lost_answer"])
def test_nobody_else_is_offered_to_see_what_is_typed(name: str) -> None:
    view = SCENES[name].view()
    assert isinstance(view, model.Code) and view.showing is None
    asking = replace(SCENES[name], session=Session(digits="11", shown_ms=UP)).view()
    assert isinstance(asking, model.Code) and asking.digits == ""


def test_shown_digits_are_in_no_trace_repr_or_redacted_picture(tmp_path: Path) -> None:
    desk = asked("code_empty")
    desk.type("48392017")
    assert field(desk).digits == "48392017"
    told = repr(desk.kiosk.trace()) + repr(desk.kiosk.trace(redact=True))
    told += repr(desk.kiosk._view) + repr(desk.kiosk._session) + repr(field(desk))
    assert "48392017" not in told and "4 8 3 9" not in told and "'4', '8', '3'" not in told
    desk.kiosk.screenshot(tmp_path / "one.png", redact=True)
    desk.tap("erase")
    desk.kiosk.screenshot(tmp_path / "two.png", redact=True)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_shown_digits_are_not_kept_once_they_are_painted() -> None:
    desk = asked("code_empty")
    cache = desk.kiosk._frame.type._cache
    desk.later(1_000)
    desk.kiosk.tick(desk.now)
    before = {key[2] for key in cache if key[1] == cap(desk)}
    desk.type("483920175")
    assert field(desk).digits == "483920175"
    assert not {key[2] for key in cache if key[1] == cap(desk)} - before - {"OK"}


def cap(desk: Desk) -> int:
    return field(desk)._cap(field(desk).boxes(desk.kiosk._frame.theme)[0])


def test_ten_seconds_without_a_key_hide_the_digits() -> None:
    desk = asked()
    desk.later(SHOWN_MS - 1)
    desk.kiosk.tick(desk.now)
    assert field(desk).digits
    desk.type("1")
    desk.later(SHOWN_MS - 1)
    desk.kiosk.tick(desk.now)
    assert field(desk).digits
    assert (due := desk.kiosk.next_frame_due(desk.now)) is not None
    assert due <= desk.now.up_ms + 1
    desk.later(1)
    assert desk.kiosk.tick(desk.now)
    assert field(desk).digits == "" and not shows(desk)
    desk.type("2")
    assert field(desk).digits == "", "a later key does not show them again"


def test_a_key_that_comes_late_shows_nothing() -> None:
    """Though no frame came between."""
    desk = asked()
    desk.later(SHOWN_MS)
    desk.type("1")
    assert field(desk).digits == "" and field(desk).filled == 5


def test_a_finger_beside_everything_is_no_key() -> None:
    desk = asked()
    desk.later(SHOWN_MS - 1)
    desk.kiosk.touch(20, 20, "down", desk.now.up_ms)
    desk.later(1)
    desk.kiosk.tick(desk.now)
    assert field(desk).digits == ""


def test_another_visit_begins_hidden() -> None:
    desk = asked()
    desk.tap("home")
    assert desk.screen == "home"
    desk.later(1_000)
    desk.type("123")
    assert desk.screen == "code" and field(desk).digits == "" and field(desk).filled == 3


def test_a_code_that_was_handed_on_is_not_shown_again() -> None:
    desk = asked("code_full")
    desk.silent = True
    desk.kiosk.key("ok", desk.now.up_ms)
    assert desk.kiosk._session.shown_ms is None and desk.kiosk._session.digits == ""


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
