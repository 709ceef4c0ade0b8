"""Erasure and legal holds, as they are asked for."""

from __future__ import annotations

from lockerd.core.events.base import Actor
from lockerd.core.messages.base import Message

__all__ = [
    "ErasePrivate",
    "HoldPrivate",
]


class ErasePrivate(Message):
    """Delete disclosures.  The journal found their digests; `subject` is `ho:<id>`, `staff:<n>`."""

    actor: Actor
    subject: str
    basis: str
    digests: tuple[str, ...]


class HoldPrivate(Message):
    """Place (`on`) or lift a legal hold on a subject."""

    actor: Actor
    subject: str
    reason: str
    on: bool
