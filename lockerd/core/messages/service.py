"""Doors and the cabinet: tests, in and out of service."""

from __future__ import annotations

from lockerd.core.events.base import Actor
from lockerd.core.messages.base import Message

__all__ = [
    "RestoreCabinet",
    "RestoreDoor",
    "RetireCabinet",
    "RetireDoor",
    "TestDoor",
]


class TestDoor(Message):
    """Open a door for a test; an occupied one is refused here."""

    actor: Actor
    unit: str


class RetireDoor(Message):
    """Take a compartment out of service."""

    actor: Actor
    unit: str
    reason: str


class RestoreDoor(Message):
    """Put a compartment back into service."""

    actor: Actor
    unit: str


class RetireCabinet(Message):
    """Take the whole cabinet out of service."""

    actor: Actor
    reason: str


class RestoreCabinet(Message):
    """Put the cabinet back into service."""

    actor: Actor
