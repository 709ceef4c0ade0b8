"""The installer at the screen: every part by its state, and what has to be compared by a person.

Theory of operation.  On a cabinet where nobody is enrolled whoever stands there may do it, and
comes from the claim; later an operator or a technician does, from the menu.  Doors are opened one
after another, and the person says which one it was.

Rules.  A comparison ends with an event, or with nothing.
"""

from __future__ import annotations

from dataclasses import replace

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import setup
from lockerd.core.visit.value import Here, Room, Turn, Visit

RECORDED = "Recorded."
ALL_WALKED = "Every door was opened once."
NONE = "none"
CORNERS = 5
"""Places to touch: the four corners and the middle."""

STEP_OF = {one: f"setup_{one}" for one in setup.WHATS}
STEPS = ("setup", *STEP_OF.values())
_SAYS = frozenset({"setup_clock", "setup_key", "setup_corners"})


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of the installer's."""
    actor = here.actor(visit)
    match visit.step, intent.action:
        case "setup", "check" if intent.arg == "door":
            return Turn(_door(here, visit, None))
        case "setup", "check" if intent.arg in STEP_OF:
            return Turn(here.at(visit, STEP_OF[intent.arg]))
        case "setup", "selftest":
            return Turn(visit, (msg.RunSelftest(actor),))
        case "setup", "back" | "home":
            return Turn(here.at(visit, "staff_menu" if visit.staff else "home"))
        case _, "sign-out" if visit.staff:
            return Turn(visit, (msg.SignOut(visit.staff, "asked"),))
        case _, "sign-out":
            return Turn(here.at(visit, "home"))
        case "setup_corners", "corner" if intent.arg == str(len(visit.tried)):
            return _cornered(here, visit)
        case "setup_door", "open" | "skip" | "pick":
            return _at_door(here, visit, intent)
        case step, "right" | "wrong" if step in _SAYS:
            what = step.removeprefix("setup_")
            return Turn(visit, (msg.RecordCheck(actor, what, intent.action == "right"),))
        case _, "back" | "home":
            return Turn(here.at(visit, "setup"))
        case _:
            return Turn(visit)


def _cornered(here: Here, visit: Visit) -> Turn:
    """One place was touched; all of them are the proof."""
    tried = (*visit.tried, str(len(visit.tried)))
    if len(tried) < CORNERS:
        return Turn(replace(visit, tried=tried))
    return Turn(visit, (msg.RecordCheck(here.actor(visit), "corners", True),))


def _door(here: Here, visit: Visit, after: str | None) -> Visit:
    """The next empty door that was not yet seen to be right; the list where none is left.

    One of which nobody knows what lies behind it is no empty one.
    """
    units = [one.unit for one in here.site.compartments]
    for unit in units if after is None else units[units.index(after) + 1 :]:
        empty = here.state.occupied_by(unit) is None and unit not in here.state.unknown
        if empty and here.state.setup.get(f"door:{unit}") is not True:
            return here.at(visit, "setup_door", unit=unit)
    return here.at(visit, "setup", notice=ALL_WALKED)


def _at_door(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """Open it; then say which one it was."""
    actor, unit = here.actor(visit), visit.unit or ""
    if intent.action == "skip":
        return Turn(_door(here, visit, unit))
    if intent.action == "open":
        return Turn(here.at(visit, "setup_door", unit=unit), (msg.WalkDoor(actor, unit),))
    named = here.site.has(intent.arg)
    if visit.finding != "asked" or not (named or intent.arg == NONE):
        return Turn(visit)
    said, seen = intent.arg if named else "", visit.item or ""
    right = said == seen == unit
    return Turn(visit, (msg.RecordCheck(actor, "door", right, f"{said}/{seen}", unit),))


def measured(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """How wide the panel is, by the card: tenths of a millimetre."""
    text = intent.fields.get("width", "")
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        return Turn(visit)
    tenths, known = int(text), here.site.screen.width_mm * 10
    right = abs(tenths - known) <= known / 100
    found = f"{tenths // 10}.{tenths % 10}"
    return Turn(visit, (msg.RecordCheck(here.actor(visit), "ruler", right, found),))


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """A door moved, or something was written down."""
    own, asked = event.unit == visit.unit, visit.step == "setup_door"
    match event:
        case ev.PulseOrdered() if asked and own:
            return Turn(replace(visit, finding="asked", item=None))
        case ev.DoorOpened() | ev.DoorForced() if asked and visit.finding == "asked":
            return Turn(replace(visit, item=event.unit if own else visit.item or event.unit))
        case ev.SetupChecked() if asked and own and event.right:
            return Turn(_door(here, visit, event.unit))
        case ev.SetupChecked() if asked and own:
            return Turn(replace(visit, finding="wrong", tried=(event.found,)))
        case ev.SetupChecked() if visit.step == STEP_OF.get(event.what):
            return Turn(here.at(visit, "setup", notice=RECORDED))
        case ev.SelftestDone() if visit.step == "setup":
            return Turn(replace(visit, notice=RECORDED))
        case ev.StaffEnrolled() if visit.staff is None:
            return Turn(here.at(visit, "home"))
        case _:
            return Turn(visit)


def declined(here: Here, visit: Visit, message: msg.Message, why: str, text: str) -> Turn | None:
    """A door that could not be opened, or somebody was enrolled meanwhile."""
    if isinstance(message, msg.WalkDoor | msg.RecordCheck | msg.RunSelftest):
        return Turn(replace(visit, notice=text))
    return None


ROOM = Room(
    steps=STEPS,
    actions=("check", "selftest", "corner", "open", "skip", "pick", "right", "wrong"),
    pressed=pressed,
    heard=heard,
    filled={"setup_ruler": measured},
    declined=declined,
    waits=frozenset(STEPS),
    finish=dict.fromkeys(STEPS, "sign-out"),
)
