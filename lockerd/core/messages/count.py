"""A blind count of compartments."""

from __future__ import annotations

from lockerd.core.events.base import Actor
from lockerd.core.messages.base import Message

__all__ = ["EndCount", "EnterCount", "PauseCount", "SayCounted", "SkipCounted", "StartCount"]


class EnterCount(Message):
    """What somebody found, as `(compartment, item or empty)`, before they were told anything."""

    actor: Actor
    seen: tuple[tuple[str, str], ...]


class StartCount(Message):
    """Begin a round through every compartment, or go on with the one that stands still."""

    actor: Actor


class SayCounted(Message):
    """What lies in the compartment whose turn it is: `item` or `empty`."""

    actor: Actor
    unit: str
    seen: str


class SkipCounted(Message):
    """Leave the compartment whose turn it is out of this round."""

    actor: Actor
    unit: str


class PauseCount(Message):
    """Let the round stand still."""

    actor: Actor


class EndCount(Message):
    """End the round, whatever had no turn yet."""

    actor: Actor
