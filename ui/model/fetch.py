"""Views of whoever takes an item back."""

from __future__ import annotations

from lockerd.core.record import Record, hidden
from ui.model.base import MapColumn, Moment
from ui.model.staff import StaffView

__all__ = ["Fetch", "FetchDone", "FetchDoor", "FetchRow"]


class FetchRow(Record):
    """An item that waits to be taken back."""

    ho: str
    unit: str
    reference: str
    item: str = hidden()


class Fetch(StaffView):
    """What may be taken back, a page of it."""

    NAME = "fetch_pick"
    rows: tuple[FetchRow, ...]
    page: int
    pages: int


class FetchDoor(StaffView):
    """The door of a return.  `opened`: it was seen to open."""

    NAME = "fetch_door"
    unit: str
    opened: bool
    attempt: int
    columns: tuple[MapColumn, ...]


class FetchDone(StaffView):
    """The door was seen to open and to close.  `left`: how many more items wait."""

    NAME = "fetch_done"
    unit: str
    reference: str
    moment: Moment
    left: int
