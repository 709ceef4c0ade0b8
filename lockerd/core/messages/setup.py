"""What an installer does in the first hour."""

from __future__ import annotations

from lockerd.core.events.base import Actor
from lockerd.core.messages.base import Message

__all__ = ["RecordCheck", "RunSelftest", "WalkDoor"]


class WalkDoor(Message):
    """Open this door, to see which one opens."""

    actor: Actor
    unit: str


class RecordCheck(Message):
    """What a comparison came to; see `SetupChecked`."""

    actor: Actor
    what: str
    right: bool
    found: str = ""
    unit: str | None = None


class RunSelftest(Message):
    """Look at every part, and write down how it is."""

    actor: Actor
