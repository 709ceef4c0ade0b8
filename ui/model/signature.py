"""The view of a recipient who signs."""

from __future__ import annotations

from lockerd.core.record import hidden
from lockerd.core.strokes import Strokes
from ui.model.base import Moment, View

__all__ = ["Sign"]


class Sign(View):
    """What a signature says, who gives it and when, and what was drawn so far.

    `enough`: so much that it may be one.  `other`: the ways without drawing are on show.  `again`:
    what was handed on was hardly anything.  `amiss`: something can still be said about the item.
    """

    NAME = "sign"
    unit: str
    moment: Moment
    enough: bool
    other: bool
    again: bool
    amiss: bool
    name: str = hidden()
    strokes: Strokes = hidden()
