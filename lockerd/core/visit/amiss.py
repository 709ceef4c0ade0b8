"""A recipient for whom something is not as it should be: at the open door, and just after it.

Theory of operation.  From the open door or the receipt one button leads to a few choices: it is
empty, it is not theirs, it is damaged; at the open door also that it stays inside, after it that
the door opens once more.  What is said is written before the screen says so.

Rules.  The choices never stand in the way of the door: what it does is heard here as on the open
door's own screen.  A door that was opened again changes no receipt.
"""

from __future__ import annotations

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.dispute import CLAIMS
from lockerd.core.site import Site
from lockerd.core.visit import recipient
from lockerd.core.visit.recipient import scanned, told
from lockerd.core.visit.value import Here, Room, Turn, Visit


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of these steps."""
    ho = visit.ho or ""
    match visit.step, intent.action:
        case "amiss", "claim" if intent.arg in CLAIMS:
            return Turn(visit, (msg.DisputeHandover(ho, intent.arg),))
        case "amiss", "leave" if visit.back == "open":
            return Turn(visit, (msg.LeaveItem(ho, True),))
        case "amiss", "again" if visit.back in ("receipt", "sign"):
            return Turn(visit, (msg.OpenAgain(ho),))
        case "amiss", "back":
            return Turn(here.at(visit, visit.back, **told(visit)))
        case "amiss" | "again_open", "home":
            return Turn(visit)
        case "again_failed", "back" if visit.receipt is not None:
            return Turn(recipient.over(here, visit, told(visit)))
        case _, "home" | "back":
            return Turn(here.at(visit, "home"))
        case _:
            return Turn(visit)


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """What was said is on disk, or the door did something."""
    if event.ho is None or event.ho != visit.ho:
        return Turn(visit)
    keep = told(visit)
    match event:
        case ev.ItemLeft() if visit.step == "amiss":
            return Turn(here.at(visit, "open", **keep))
        case ev.HandoverDisputed() if visit.step == "amiss":
            return Turn(here.at(visit, "disputed", **keep), (), (ef.Sound("accept"),))
        case ev.ReopeningAuthorised() if visit.step == "amiss":
            return Turn(here.at(visit, "again_opening", **keep), (), (ef.Sound("accept"),))
        case ev.DoorOpened(purpose="grace") if visit.step == "again_opening":
            return Turn(here.at(visit, "again_open", **keep), (), (ef.Sound("open"),))
        case ev.DoorNotOpened(purpose="grace") if visit.step == "again_opening":
            return Turn(here.at(visit, "again_failed", **keep), (), (ef.Sound("refuse"),))
        case ev.DoorClosed() if visit.step == "again_open":
            return Turn(recipient.over(here, visit, keep), (), (ef.Sound("accept"),))
        case _:
            return recipient.heard(here, visit, event, message)


def _choosing(site: Site, visit: Visit) -> tuple[int, int] | None:
    """At the open door it stands as that door's own screen does: the reminder ends it."""
    return None if visit.back == "open" else (site.timing.idle_s * 1000, 0)


def _open(site: Site, visit: Visit) -> tuple[int, int]:
    """Nobody is reminded of a door that they had opened once more: the idle screen names it."""
    return site.timing.left_open_alarm_s * 1000, 0


_SCANS = ("amiss", "kept", "disputed", "again_open", "again_failed")

ROOM = Room(
    steps=(*_SCANS, "again_opening"),
    actions=("claim", "leave", "again"),
    pressed=pressed,
    heard=heard,
    scanned=dict.fromkeys(_SCANS, scanned),
    declined=recipient.declined,
    quiet=frozenset({"kept", "disputed", "again_failed"}),
    busy=frozenset({"again_opening"}),
    limits={"amiss": _choosing, "again_open": _open},
)
