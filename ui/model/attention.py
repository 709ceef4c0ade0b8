"""Views of the operator's queue."""

from __future__ import annotations

from lockerd.core.record import Record, hidden
from ui.model.base import Moment
from ui.model.staff import StaffView

__all__ = [
    "Queue",
    "QueueItem",
    "QueueReason",
    "QueueRow",
]


class QueueRow(Record):
    """A line of the operator's queue.  `age_min`: minutes since it began, None if not known."""

    key: str
    rule: str
    risk: int
    unit: str
    reference: str
    age_min: int | None
    count: int
    owner: str = hidden()


class Queue(StaffView):
    """What needs a person, most pressing first, a page of it."""

    NAME = "queue"
    rows: tuple[QueueRow, ...]
    total: int
    page: int
    pages: int


class QueueItem(StaffView):
    """One line of the queue.  `findings`: how it may be closed; empty when this role may not.

    `orders`: what else can be done with its handover.
    """

    NAME = "queue_item"
    row: QueueRow
    since: Moment
    detail: str
    mine: bool
    may_act: bool
    findings: tuple[str, ...]
    orders: tuple[str, ...] = ()


class QueueReason(StaffView):
    """The reason with which a line is closed."""

    NAME = "queue_reason"
    rule: str
    unit: str
    finding: str
    value: str = hidden()
    error: str
    shift: bool
    symbols: bool
    letters: str = ""
    sent: bool
