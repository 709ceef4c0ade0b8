"""Views of what an operator orders, and of the clock that two people set."""

from __future__ import annotations

from ui.model.base import Moment
from ui.model.staff import StaffView

__all__ = ["Orders", "SetClock"]


class Orders(StaffView):
    """What can be done now with the handover of a line of the queue, a page of it.

    `orders`: some of `permit`, `key`, `bykey`, `fetch`, and of `look`, `adopt`, `nothing`.
    """

    NAME = "orders"
    rule: str
    unit: str
    reference: str
    orders: tuple[str, ...]
    page: int
    pages: int


class SetClock(StaffView):
    """The time that is about to be set.  `at`: Unix ms, on the minute; `moment`: the same in words.

    `proven`: it is surely not earlier than this.
    """

    NAME = "time"
    at: int
    moment: Moment
    proven: Moment
    sent: bool
