"""A technician's session, and what only it permits."""

from __future__ import annotations

from lockerd.core.events.base import Actor
from lockerd.core.messages.base import Message

__all__ = ["CloseMaintenance", "InspectDoor", "OpenMaintenance"]


class OpenMaintenance(Message):
    """Begin to work on the cabinet.  `ticket`: the order for the work."""

    actor: Actor
    ticket: str


class CloseMaintenance(Message):
    """The work is done."""

    actor: Actor


class InspectDoor(Message):
    """Open a compartment that may hold something, with an operator beside."""

    actor: Actor
    unit: str
    reason: str
