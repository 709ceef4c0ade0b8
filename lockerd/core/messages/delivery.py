"""What became of codes on their way out, and what a scanned item was found to be."""

from __future__ import annotations

from lockerd.core.messages.base import Message

__all__ = ["DeliveryFailed", "ItemsFound"]


class DeliveryFailed(Message):
    """A channel did not take the codes of `cred`; the text says why and ends with the remedy."""

    ho: str
    cred: str
    channel: str
    reason: str


class ItemsFound(Message):
    """The announced handovers that a scanned item code belongs to; the answer to `FindItem`."""

    hos: tuple[str, ...]
