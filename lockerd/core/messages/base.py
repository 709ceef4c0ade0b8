"""What every fact is."""

from __future__ import annotations

from enum import StrEnum

from lockerd.core.record import Record

__all__ = [
    "Intent",
    "Level",
    "Message",
]


class Level(StrEnum):
    """What a door's contact says."""

    CLOSED = "closed"
    OPEN = "open"
    UNKNOWN = "unknown"


class Message(Record):
    """Base of every fact."""


class Intent(Message):
    """Base of what a person does at the kiosk."""
