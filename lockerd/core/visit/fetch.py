"""Taking back what nobody may collect any more: a depositor, or an operator, at the kiosk.

Rules.  Only what `awaiting_return` is offered, to a depositor their own.  What the door does is the
evidence, as in a release: the last screen says "taken back" when it was seen to open and to close.
A door that does not open leaves the item where it was, and the list says so.
"""

from __future__ import annotations

from dataclasses import replace

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import returns
from lockerd.core.site import Site
from lockerd.core.visit.staff import signs_out
from lockerd.core.visit.value import Here, Room, Turn, Visit

NOT_OPENED = "The door did not open. The item is still inside. Call for help."


def begin(here: Here, visit: Visit, ho: str) -> Turn:
    """Ask for the door of this handover."""
    listed = here.at(visit, "fetch_pick", ho=ho)
    return Turn(listed, (msg.FetchBack(here.actor(visit), ho),))


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of these steps."""
    match visit.step, intent.action:
        case "fetch_pick", "fetch" if intent.arg in here.state.handovers:
            return begin(here, visit, intent.arg)
        case "fetch_done", "next" if _waiting(here, visit):
            return Turn(here.at(visit, "fetch_pick"))
        case "fetch_pick" | "fetch_done", "back":
            return Turn(here.at(visit, "staff_menu"))
        case "fetch_pick" | "fetch_done", "sign-out" | "home":
            return signs_out(visit)
        case _:
            return Turn(visit)


def _waiting(here: Here, visit: Visit) -> bool:
    who = here.actor(visit)
    return bool(returns.of(here.state, who.id, who.role))


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """What the door did."""
    if event.ho is None or event.ho != visit.ho:
        return Turn(visit)
    keep = {"ho": event.ho, "unit": event.unit}
    match event:
        case ev.ReturnStarted() if visit.step == "fetch_pick":
            return Turn(here.at(visit, "fetch_opening", **keep), (), (ef.Sound("accept"),))
        case ev.ReturnNotOpened() if visit.step == "fetch_opening":
            return Turn(replace(visit, attempt=event.attempt + 1))
        case ev.ReturnFailed() if visit.step == "fetch_opening":
            failed = here.at(visit, "fetch_pick", notice=NOT_OPENED)
            return Turn(failed, (), (ef.Sound("refuse"),))
        case ev.ReturnOpened() if visit.step in ("fetch_opening", "fetch_pick"):
            return Turn(here.at(visit, "fetch_open", **keep), (), (ef.Sound("open"),))
        case ev.HandoverReturned():
            done = here.at(visit, "fetch_done", receipt=here.state.size - 1, **keep)
            return Turn(done, (), (ef.Sound("accept"),))
        case _:
            return Turn(visit)


def _door(site: Site, visit: Visit) -> tuple[int, int]:
    return site.timing.idle_s * 4000, site.timing.more_time_s * 1000


_WAITS = ("fetch_pick", "fetch_done")

ROOM = Room(
    steps=(*_WAITS, "fetch_opening", "fetch_open"),
    actions=("fetch",),
    pressed=pressed,
    heard=heard,
    waits=frozenset(_WAITS),
    finish=dict.fromkeys(_WAITS, "sign-out"),
    limits={"fetch_opening": _door, "fetch_open": _door},
)
