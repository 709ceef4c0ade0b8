"""An operator counts blind: led from door to door, says what is there, is told nothing.

Rules.  What should lie behind a door is on none of these screens, and what came of an answer only
as a number at the end.  The doors come by themselves, once the last one is closed.  Whoever walks
away leaves a round that stands still, and that anybody can go on with.
"""

from __future__ import annotations

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.count import SEEN
from lockerd.core.site import Site
from lockerd.core.visit.staff import signs_out
from lockerd.core.visit.value import Here, Room, Turn, Visit

STILL = "The round stands still. It goes on where it stood."


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of these steps."""
    actor, unit = here.actor(visit), visit.unit or ""
    match visit.step, intent.action:
        case "count", "begin":
            return Turn(visit, (msg.StartCount(actor),))
        case "count", "end" if here.state.count is not None:
            return Turn(visit, (msg.EndCount(actor),))
        case "count_door", "seen" if intent.arg in SEEN:
            return Turn(visit, (msg.SayCounted(actor, unit, intent.arg),))
        case "count_door", "skip":
            return Turn(visit, (msg.SkipCounted(actor, unit),))
        case "count_door", "stop" | "back" | "home":
            return Turn(visit, (msg.PauseCount(actor),))
        case "count" | "count_done", "back" | "home":
            return Turn(here.at(visit, "staff_menu"))
        case _, "sign-out":
            return signs_out(visit)
        case _:
            return Turn(visit)


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """The next door's turn, or the end of it."""
    match event:
        case ev.CountDoor() if _own(here, visit):
            return Turn(here.at(visit, "count_door", unit=event.unit))
        case ev.DoorOpened(purpose="count") if event.unit == visit.unit:
            return Turn(here.at(visit, "count_door", unit=event.unit), (), (ef.Sound("open"),))
        case ev.CountEntered() if event.unit == visit.unit:
            return Turn(here.at(visit, "count_door", unit=event.unit), (), (ef.Sound("accept"),))
        case ev.CountPaused() if visit.step == "count_door":
            return Turn(here.at(visit, "count", notice=STILL))
        case ev.CountEnded():
            skipped = " ".join(event.skipped)
            told = (str(len(event.counted)), str(event.differ), str(len(event.left)), skipped)
            return Turn(here.at(visit, "count_done", words=told), (), (ef.Sound("accept"),))
        case _:
            return Turn(visit)


def _own(here: Here, visit: Visit) -> bool:
    """Whether the round is this person's."""
    return here.state.count is not None and here.state.count.staff == visit.staff


def _looking(site: Site, visit: Visit) -> tuple[int, int]:
    return site.timing.idle_s * 4000, site.timing.more_time_s * 1000


ROOM = Room(
    steps=("count", "count_door", "count_done"),
    actions=("count", "begin", "seen", "skip"),
    pressed=pressed,
    heard=heard,
    waits=frozenset({"count", "count_done"}),
    limits={"count_door": _looking},
    finish=dict.fromkeys(("count", "count_door", "count_done"), "sign-out"),
)
