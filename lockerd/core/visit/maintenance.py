"""A technician at the screen: the ticket, the map of the cabinet, one door at a time.

Rules.  The map is there only while the session lasts; its end leads back to the menu and says so.
What the core declines is said on the screen where it was asked for.
"""

from __future__ import annotations

from dataclasses import replace

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.visit.staff import signs_out
from lockerd.core.visit.value import Here, Room, Turn, Visit

ENDED = "The maintenance session has ended."
DONE = "Recorded."


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button, or a door of the map."""
    actor, unit = here.actor(visit), visit.unit or ""
    match visit.step, intent.action:
        case "maint_map", "pick" if here.site.has(intent.arg):
            return Turn(here.at(visit, "maint_door", unit=intent.arg))
        case "maint_map", "finish":
            return Turn(visit, (msg.CloseMaintenance(actor),))
        case "maint_door", "test":
            return Turn(visit, (msg.TestDoor(actor, unit),))
        case "maint_door", "restore":
            return Turn(visit, (msg.RestoreDoor(actor, unit),))
        case "maint_door", "retire" | "inspect":
            return Turn(here.at(visit, "maint_reason", unit=unit, finding=intent.action))
        case "maint_reason", "back":
            return Turn(here.at(visit, "maint_door", unit=unit))
        case "maint_door", "back":
            return Turn(here.at(visit, "maint_map"))
        case "maint_map" | "maint_ticket", "back" | "home":
            return Turn(here.at(visit, "staff_menu"))
        case _, "sign-out":
            return signs_out(visit)
        case _:
            return Turn(visit)


def ticketed(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """The order for the work."""
    ticket = intent.fields.get("ticket", "")
    return Turn(visit, (msg.OpenMaintenance(here.actor(visit), ticket),))


def reasoned(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """Why the door goes out of service, or is looked into."""
    actor, unit, why = here.actor(visit), visit.unit or "", intent.fields.get("why", "")
    kind = msg.InspectDoor if visit.finding == "inspect" else msg.RetireDoor
    return Turn(visit, (kind(actor, unit, why),))


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """The session began or ended, or the door on show changed."""
    match event:
        case ev.MaintenanceOpened():
            return Turn(here.at(visit, "maint_map"))
        case ev.MaintenanceClosed():
            return Turn(here.at(visit, "staff_menu", notice=ENDED))
        case ev.InspectionStarted() | ev.DoorRetired() | ev.DoorRestored() if (
            event.unit == visit.unit
        ):
            return Turn(here.at(visit, "maint_door", unit=visit.unit, notice=DONE))
        case ev.PulseOrdered() if event.unit == visit.unit:
            return Turn(replace(visit, notice=""))
        case _:
            return Turn(visit)


_STEPS = ("maint_ticket", "maint_map", "maint_door", "maint_reason")

ROOM = Room(
    steps=_STEPS,
    actions=("maintenance", "pick", "finish", "test", "retire", "restore", "inspect"),
    pressed=pressed,
    heard=heard,
    filled={"maint_ticket": ticketed, "maint_reason": reasoned},
    waits=frozenset(_STEPS),
    finish=dict.fromkeys(_STEPS, "sign-out"),
)
