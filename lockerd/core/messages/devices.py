"""What doors, strikes and the parts that a person meets report."""

from __future__ import annotations

from lockerd.core.messages.base import Level, Message

__all__ = [
    "DoorMoved",
    "PartChanged",
    "PulseEnded",
]


class DoorMoved(Message):
    """A door's contact, coalesced: the level now, the first and last edge (boot ms), the flips."""

    unit: str
    level: Level
    first_ms: int
    last_ms: int
    flips: int = 1


class PulseEnded(Message):
    """The driver's lease on a strike ended.  `fault` is None, or what went wrong."""

    unit: str
    fault: str | None = None


class PartChanged(Message):
    """A part failed or works again; `part` and `why` are words of `lockerd.core.parts`."""

    part: str
    present: bool
    why: str = "gone"
