"""The recipient's signature, once the door has closed behind the item."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = ["CollectionSigned", "CollectionUnsigned"]


class CollectionSigned(Event):
    """The recipient signed for the item.  The cause is the collection.

    `means`: what the signature says, `received`.  `how`: `drawn` on the screen, or `key` where
    somebody confirmed it by a key instead.  `strokes`: what was drawn, as the data of an SVG path.
    """

    TYPE = "collection.signed"
    DISCLOSED = ("strokes",)
    means: str
    how: str
    strokes: str | None = None


class CollectionUnsigned(Event):
    """Nobody signed: the recipient did not want to (`declined`), or went away (`left`)."""

    TYPE = "collection.unsigned"
    reason: str
