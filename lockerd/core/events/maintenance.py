"""A technician's bounded session, and a compartment looked into with a second person."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = ["InspectionStarted", "MaintenanceClosed", "MaintenanceOpened"]


class MaintenanceOpened(Event):
    """A technician works here until `minutes` have passed.  `ticket`: the order for the work."""

    TYPE = "maintenance.opened"
    ticket: str
    minutes: int


class MaintenanceClosed(Event):
    """The session is over: `asked`, by `time`, by `power`, or because the technician `left`."""

    TYPE = "maintenance.closed"
    reason: str


class InspectionStarted(Event):
    """A technician opens a compartment that may hold something; an operator stands beside them."""

    TYPE = "inspection.started"
    reason: str
    approver: str
