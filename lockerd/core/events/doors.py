"""What doors and strikes did outside of any handover, and every permission for a pulse."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = [
    "DoorCertain",
    "DoorClosed",
    "DoorForced",
    "DoorNotOpened",
    "DoorOpened",
    "DoorRestored",
    "DoorRetired",
    "DoorUncertain",
    "PulseOrdered",
    "StrikeFault",
]


class PulseOrdered(Event):
    """Permission for exactly one pulse.  `purpose`: `release`, `deposit`, `return`,
    `move`, `grace` (the recipient once more), `emergency`, `inspect` or `test`."""

    TYPE = "pulse.ordered"
    purpose: str
    pulse_ms: int
    attempt: int


class DoorOpened(Event):
    """A leased door opened for a purpose other than a deposit or a release (a test)."""

    TYPE = "door.opened"
    purpose: str


class DoorClosed(Event):
    """A door that was open for no handover was seen to close."""

    TYPE = "door.closed"


class DoorNotOpened(Event):
    """A leased door (test) did not open within the confirm window."""

    TYPE = "door.not_opened"
    purpose: str


class DoorForced(Event):
    """A door opened that nobody was given.  `unpowered`: found open at boot, it was not before."""

    TYPE = "door.forced"
    unpowered: bool = False


class DoorUncertain(Event):
    """The door's state is not known: its contact is unstable or unreadable."""

    TYPE = "door.uncertain"
    reason: str
    flips: int = 0


class DoorCertain(Event):
    """The contact is steady again; `level` is what it says."""

    TYPE = "door.certain"
    level: str


class DoorRetired(Event):
    """The compartment is out of service; what it holds stays, nothing new goes in."""

    TYPE = "door.retired"
    reason: str


class DoorRestored(Event):
    """The compartment is back in service."""

    TYPE = "door.restored"


class StrikeFault(Event):
    """The driver could not deliver a pulse, or could not tell whether it did."""

    TYPE = "strike.fault"
    what: str
