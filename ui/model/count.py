"""Views of a round of the blind count."""

from __future__ import annotations

from ui.model.base import MapColumn
from ui.model.staff import StaffView

__all__ = ["CountDone", "CountDoor", "CountStart"]


class CountStart(StaffView):
    """Before a round.  `going`: one stands still, with `done` of `total` compartments behind it."""

    NAME = "count"
    going: bool
    done: int
    total: int


class CountDoor(StaffView):
    """The compartment whose turn it is.  What should lie there is not known here.

    `state`: `opening`, `open`, `shut` (it was open, and nothing was said yet), or `said`.
    """

    NAME = "count_door"
    unit: str
    number: int
    total: int
    state: str
    columns: tuple[MapColumn, ...]


class CountDone(StaffView):
    """What a round came to.  `left` had no turn."""

    NAME = "count_done"
    counted: int
    differ: int
    left: int
    skipped: tuple[str, ...]
