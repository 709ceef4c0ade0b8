"""Views of doors that open one after another because something is wrong."""

from __future__ import annotations

from ui.model.base import MapColumn
from ui.model.staff import StaffView

__all__ = ["EmergencyRun"]


class EmergencyRun(StaffView):
    """What each door did so far, by name.  `turn`: the door whose turn it is, empty between turns.

    `going`: it has not ended yet.
    """

    NAME = "emergency_run"
    columns: tuple[MapColumn, ...]
    total: int
    opened: tuple[str, ...]
    failed: tuple[str, ...]
    skipped: tuple[str, ...]
    left: int
    turn: str
    going: bool
