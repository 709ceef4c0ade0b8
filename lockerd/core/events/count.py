"""What a person found in a compartment before anybody told them what should be there."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = ["CountEntered"]


class CountEntered(Event):
    """A blind count: `seen` and `expected` are `item` or `empty`; `ho` is what should lie there.

    It is never a collection: what follows from a difference is said by other entries.
    """

    TYPE = "count.entered"
    seen: str
    expected: str
