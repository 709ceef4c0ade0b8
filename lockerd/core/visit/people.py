"""A member of staff's own PIN, and the hand-over of a shift.

Rules.  A new PIN is typed twice, after the old one.  Whose PIN was set by an operator comes here
from signing in and gets no further without choosing another.  The operator who takes a shift over
proves badge and PIN as any second person does.
"""

from __future__ import annotations

from dataclasses import replace

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.people import weak_pin
from lockerd.core.site import Site
from lockerd.core.visit.recipient import ANSWER_S
from lockerd.core.visit.staff import signs_out
from lockerd.core.visit.value import Here, Room, Turn, Visit

DIFFER = "The two PINs differ. Choose one again."
WRONG = "The old PIN is not right."
CHANGED = "Your PIN is changed."
SAME = "This is the old PIN. Choose another one."
MUST = "An operator set your PIN. Choose one that only you know."


def due(here: Here, visit: Visit) -> Visit:
    """The choice of a PIN, directly after signing in."""
    return here.at(visit, "pin_new", notice=MUST)


def _must(here: Here, visit: Visit) -> bool:
    known = here.state.staff.get(visit.staff or "")
    return known is not None and known.must_change


def typed(here: Here, visit: Visit, intent: msg.CodeTyped) -> Turn:
    """Old, new, new again."""
    digits, known = intent.digits, here.state.staff.get(visit.staff or "")
    if known is None:
        return Turn(here.at(visit, "home"))
    if visit.step == "pin_old":
        return Turn(here.at(visit, "pin_new", secrets=(digits,)))
    old = visit.secrets[0] if visit.secrets else ""
    if visit.step == "pin_new":
        wrong = weak_pin(digits) or (SAME if digits == old else None)
        if wrong is not None:
            again = here.at(visit, "pin_new", secrets=visit.secrets, notice=wrong)
            return Turn(again, (), (ef.Sound("refuse"),))
        return Turn(here.at(visit, "pin_again", secrets=(old, digits)))
    if visit.secrets[1] != digits:
        again = here.at(visit, "pin_new", secrets=(old,), notice=DIFFER)
        return Turn(again, (), (ef.Sound("refuse"),))
    making = here.at(visit, "pin_making")
    return Turn(making, (), (ef.ChangePin(known.cred, old, digits),))


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of these steps."""
    match intent.action:
        case "home" | "back" if visit.step.startswith("pin_") and _must(here, visit):
            return signs_out(visit)
        case "home" | "back":
            return Turn(here.at(visit, "staff_menu"))
        case "sign-out":
            return signs_out(visit)
        case _:
            return Turn(visit)


def noted(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """What the next operator should know; the next operator is asked for."""
    note = intent.fields.get("note", "")
    return Turn(visit, (msg.HandShiftOver(here.actor(visit), note),))


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """What became of the PIN.  A shift that was handed over ends the session."""
    match event:
        case ev.StaffPinChanged() if visit.step == "pin_making":
            menu = here.at(visit, "staff_menu", notice=CHANGED)
            return Turn(menu, (), (ef.Sound("accept"),))
        case ev.StaffRefused() if isinstance(message, msg.PinMade) and visit.step == "pin_making":
            old = here.at(visit, "pin_old", notice=WRONG)
            return Turn(old, (), (ef.Sound("refuse"),))
        case _:
            return Turn(visit)


def declined(here: Here, visit: Visit, message: msg.Message, why: str, text: str) -> Turn | None:
    """The keypad is paused, or the session has ended."""
    if isinstance(message, msg.PinMade):
        return Turn(replace(here.at(visit, "pin_old"), notice=text), (), (ef.Sound("refuse"),))
    return None


def _answer(site: Site, visit: Visit) -> tuple[int, int]:
    return ANSWER_S * 1000, 0


_ASKS = ("pin_old", "pin_new", "pin_again", "shift_note")

ROOM = Room(
    steps=(*_ASKS, "pin_making"),
    actions=("pin", "shift"),
    pressed=pressed,
    heard=heard,
    typed=dict.fromkeys(("pin_old", "pin_new", "pin_again"), typed),
    filled={"shift_note": noted},
    declined=declined,
    waits=frozenset(_ASKS),
    busy=frozenset({"pin_making"}),
    finish=dict.fromkeys(_ASKS, "sign-out"),
    limits={"pin_making": _answer},
)
