"""A member of staff takes papers along: choose, wait, take the stick out.

Rules.  While something is written nobody can leave, so that the end is seen by who asked.  What is
on the screen at the end stays until its reader leaves it, or the session ends.
"""

from __future__ import annotations

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.effects import Sound
from lockerd.core.reference import digits_of
from lockerd.core.site import Site
from lockerd.core.stick import WHAT
from lockerd.core.visit.staff import signs_out
from lockerd.core.visit.value import Here, Room, Turn, Visit

WRITING_S = 1_800
"""How long a stick may take: nobody waits for a slower one."""

NAMES_NONE = "This names no handover. Type the reference on its slip or receipt."


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of these steps."""
    match visit.step, intent.action:
        case "stick", "write" if intent.arg == "case":
            return Turn(here.at(visit, "stick_case"))
        case "stick", "write" if intent.arg in WHAT:
            return Turn(visit, (msg.WritePapers(here.actor(visit), intent.arg),))
        case "stick_case" | "stick_done" | "stick_failed", "back":
            return Turn(here.at(visit, "stick"))
        case _, "home" | "back" | "leave":
            return Turn(here.at(visit, "staff_menu"))
        case _, "sign-out":
            return signs_out(visit)
        case _:
            return Turn(visit)


def named(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """Which handover the case is about."""
    about = digits_of(intent.fields.get("case", "").strip())
    if about is None:
        again = here.at(visit, "stick_case", notice=NAMES_NONE)
        return Turn(again, (), (Sound("refuse"),))
    return Turn(visit, (msg.WritePapers(here.actor(visit), "case", about),))


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """It has begun, or what came of it."""
    match event:
        case ev.ExportStarted():
            return Turn(here.at(visit, "stick_writing"))
        case ev.ExportWritten() if visit.step == "stick_writing":
            done = here.at(visit, "stick_done", item=event.folder)
            return Turn(done, (), (Sound("accept"),))
        case ev.ExportFailed() if visit.step == "stick_writing":
            return Turn(here.at(visit, "stick_failed", why=event.why), (), (Sound("refuse"),))
        case _:
            return Turn(visit)


def _writing(site: Site, visit: Visit) -> tuple[int, int]:
    return WRITING_S * 1000, 0


_STANDS = ("stick", "stick_case", "stick_done", "stick_failed")

ROOM = Room(
    steps=(*_STANDS, "stick_writing"),
    actions=("export", "write", "leave"),
    pressed=pressed,
    heard=heard,
    filled={"stick_case": named},
    waits=frozenset(_STANDS),
    busy=frozenset({"stick_writing"}),
    finish=dict.fromkeys(_STANDS, "sign-out"),
    limits={"stick_writing": _writing},
)
