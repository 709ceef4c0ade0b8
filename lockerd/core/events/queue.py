"""The operator's queue."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = [
    "AttentionAcknowledged",
    "AttentionResolved",
]


class AttentionAcknowledged(Event):
    """A named person took a queue item on."""

    TYPE = "attention.acknowledged"
    key: str


class AttentionResolved(Event):
    """A named person closed a queue item, with a reason."""

    TYPE = "attention.resolved"
    key: str
    reason: str
