"""A blind count of compartments."""

from __future__ import annotations

from lockerd.core.events.base import Actor
from lockerd.core.messages.base import Message

__all__ = ["EnterCount"]


class EnterCount(Message):
    """What somebody found, as `(compartment, item or empty)`, before they were told anything."""

    actor: Actor
    seen: tuple[tuple[str, str], ...]
