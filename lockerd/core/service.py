"""Doors and the cabinet in and out of service, and the test of a door.

Rules.  A technician does any of it inside a maintenance session alone.  A test opens an empty
compartment only; where nobody knows what lies inside, two people look first (`adopt`).  What a
compartment out of service holds stays there, and its recipient can still collect it.
"""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.core import credit, maintenance
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles, reason
from lockerd.core.handover import OCCUPYING
from lockerd.core.messages import Level

LOOK_FIRST = "nobody has looked inside just now; open it with a second person first"


def _known_door(draft: Draft, unit: str) -> None:
    if not draft.site.has(unit):
        raise Declined("unit", f"no compartment {unit!r}; the config lists them")


def test_door(draft: Draft, message: msg.TestDoor) -> None:
    """Open the door of an empty compartment."""
    _known_door(draft, message.unit)
    held = draft.state.occupied_by(message.unit)
    if held is not None and held.phase in OCCUPYING | {"depositing"}:
        raise Declined("occupied", "an item may be inside; test an empty compartment")
    if message.unit in draft.state.unknown:
        raise Declined("unseen", LOOK_FIRST)
    if draft.door(message.unit).level != Level.CLOSED.value:
        raise Declined("open", "the door is not known to be closed; close it first")
    if draft.cooling_ms(message.unit) > 0:
        raise Declined("cooling", "the strike is resting; try again in a few seconds")
    cause = maintenance.covered(draft, message.actor)
    draft.pulse(message.unit, "test", 1, None, message.actor, cause)


def retire_door(draft: Draft, message: msg.RetireDoor) -> None:
    """Take a compartment out of service."""
    reason(message.reason)
    _known_door(draft, message.unit)
    actor, cause = message.actor, maintenance.covered(draft, message.actor)
    draft.add(ev.DoorRetired(actor=actor, unit=message.unit, cause=cause, reason=message.reason))


def restore_door(draft: Draft, message: msg.RestoreDoor) -> None:
    """Put a compartment back into service."""
    _known_door(draft, message.unit)
    cause = maintenance.covered(draft, message.actor)
    if message.unit in draft.state.unknown and message.actor.role != "operator":
        raise Declined("unseen", LOOK_FIRST)
    draft.add(ev.DoorRestored(actor=message.actor, unit=message.unit, cause=cause))


def retire_cabinet(draft: Draft, message: msg.RetireCabinet) -> None:
    """Take the cabinet out of service."""
    reason(message.reason)
    cause = maintenance.covered(draft, message.actor)
    if draft.state.duty == "serving":
        draft.add(ev.CabinetRetired(actor=message.actor, cause=cause, reason=message.reason))


def restore_cabinet(draft: Draft, message: msg.RestoreCabinet) -> None:
    """Put the cabinet back into service."""
    if draft.state.duty != "retired":
        raise Declined("serving", "the cabinet is in service; nothing needs doing")
    cause = maintenance.covered(draft, message.actor)
    draft.add(ev.CabinetRestored(actor=message.actor, cause=cause))
    credit.restored(draft)


_SERVES = frozenset({"operator", "technician"})

HANDLES: Handles = {
    msg.TestDoor: test_door,
    msg.RetireDoor: retire_door,
    msg.RestoreDoor: restore_door,
    msg.RetireCabinet: retire_cabinet,
    msg.RestoreCabinet: restore_cabinet,
}
MAY: Mapping[type[msg.Message], frozenset[str]] = {
    msg.TestDoor: _SERVES,
    msg.RetireDoor: _SERVES,
    msg.RestoreDoor: _SERVES,
    msg.RetireCabinet: _SERVES | {"device"},
    msg.RestoreCabinet: _SERVES,
}
