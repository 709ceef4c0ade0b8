"""Opening doors because something is wrong."""

from __future__ import annotations

from lockerd.core.events.base import Actor
from lockerd.core.messages.base import Message

__all__ = ["OpenAll", "StopOpening"]


class OpenAll(Message):
    """Open these compartments one after another; none named means every one of the cabinet."""

    actor: Actor
    units: tuple[str, ...]
    reason: str


class StopOpening(Message):
    """No further door gets a turn."""

    actor: Actor
