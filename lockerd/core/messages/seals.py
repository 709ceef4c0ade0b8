"""Seals and labels: what was read off a thing, and what is known of it."""

from __future__ import annotations

from lockerd.core.messages.base import Message
from lockerd.core.record import hidden

__all__ = ["CheckSeal", "ItemNumbered", "SealRead"]


class SealRead(Message):
    """A seal's number beside the one that is on record for the handover; answers `ReadSeal`.

    `beside`: `same`, `other`, or `none` where no number is on record, or not any more.
    """

    ho: str
    beside: str
    seal: str = hidden()


class CheckSeal(Message):
    """The recipient, whose door just closed, found the seal unbroken.  `how`: `said`,
    `scanned`."""

    ho: str
    how: str


class ItemNumbered(Message):
    """The number of a thing in the record, and the handover of what it is given for; answers
    `NumberItem`.

    `wanted`: another thing was named.  `found`: how many handovers it can be; `exchange` is empty
    unless it is one.
    """

    ho: str
    item_no: str
    exchange: str
    found: int
    wanted: bool
