"""An operator opens every door because something is wrong, and watches what each of them does.

Rules.  A reason is typed first; the second person, or the glass, comes by the way that every act of
two people takes.  The screen stays until its reader leaves it: whoever walks away stops nothing.
"""

from __future__ import annotations

from lockerd.core import emergency
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.visit.staff import signs_out
from lockerd.core.visit.value import Here, Room, Turn, Visit


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of these steps."""
    match visit.step, intent.action:
        case "emergency_run", "stop" if emergency.running(here.state) is not None:
            return Turn(visit, (msg.StopOpening(here.actor(visit)),))
        case "emergency_run", "home" | "back":
            return Turn(here.at(visit, "staff_menu"))
        case "emergency_reason", "home" | "back":
            return Turn(here.at(visit, "staff_menu"))
        case _, "sign-out":
            return signs_out(visit)
        case _:
            return Turn(visit)


def reasoned(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """Why the doors must open; the second person is asked for."""
    return Turn(visit, (msg.OpenAll(here.actor(visit), (), intent.fields.get("emergency", "")),))


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """It has begun."""
    if isinstance(event, ev.EmergencyStarted):
        return Turn(here.at(visit, "emergency_run"))
    return Turn(visit)


_STEPS = ("emergency_reason", "emergency_run")

ROOM = Room(
    steps=_STEPS,
    actions=("emergency", "stop"),
    pressed=pressed,
    heard=heard,
    filled={"emergency_reason": reasoned},
    waits=frozenset(_STEPS),
    finish=dict.fromkeys(_STEPS, "sign-out"),
)
