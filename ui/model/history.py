"""Views of what happened to one handover."""

from __future__ import annotations

from lockerd.core.record import Record
from ui.model.base import Moment
from ui.model.staff import StaffView

__all__ = ["Past", "QueueLines"]


class Past(Record):
    """An entry of the journal.  `what`, `evidence`: words for it.  `who`: a role, or `device`.

    `number`: of a member of staff.  `idx`: of the entry.
    """

    moment: Moment
    what: str
    evidence: str
    who: str
    number: str
    idx: int


class QueueLines(StaffView):
    """The newest entries about the handover of a line of the queue, the newest first."""

    NAME = "queue_lines"
    reference: str
    unit: str
    rows: tuple[Past, ...]
