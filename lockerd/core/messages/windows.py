"""What people answer to a clock that cannot tell."""

from __future__ import annotations

from lockerd.core.events.base import Actor
from lockerd.core.messages.base import Message

__all__ = [
    "FetchBack",
    "PermitWindow",
    "SetTime",
]


class PermitWindow(Message):
    """An operator permits one release although the clock cannot tell whether the window is open."""

    actor: Actor
    ho: str
    reason: str


class SetTime(Message):
    """It is `at` (Unix ms, on the minute), say the actor and whoever approved it."""

    actor: Actor
    at: int


class FetchBack(Message):
    """The depositor, or an operator, stands there to take an item back that awaits its return."""

    actor: Actor
    ho: str
