"""The operator's answers to the queue."""

from __future__ import annotations

from lockerd.core.events.base import Actor
from lockerd.core.messages.base import Message

__all__ = [
    "Acknowledge",
    "Resolve",
]


class Acknowledge(Message):
    """A member of staff takes a queue item on."""

    actor: Actor
    key: str


class Resolve(Message):
    """A member of staff closes a queue item.

    `finding`: `noted` (nothing to decide), `present` (the item is there: collect again), `removed`
    (the item was taken out by staff) or `missing` (the compartment is empty).
    """

    actor: Actor
    key: str
    reason: str
    finding: str = "noted"
