"""Views of signing in and of the menu."""

from __future__ import annotations

from lockerd.core.record import Record
from ui.model.base import Person, View

__all__ = [
    "MenuRow",
    "StaffBadge",
    "StaffMenu",
    "StaffView",
]


class StaffBadge(View):
    """A badge is asked for.  `recover`: recovery cards, or the owner, can help who has none."""

    NAME = "staff_badge"
    working: bool
    recover: bool = False


class StaffView(View):
    """What the screens of a staff session share.  `notice`: what came of the last thing asked."""

    person: Person
    notice: str = ""


class MenuRow(Record):
    """One thing that this member of staff may do.  `count`: how many wait there, None for no such
    number."""

    action: str
    count: int | None = None
    urgent: bool = False


class StaffMenu(StaffView):
    """What this member of staff may do, a page of it."""

    NAME = "staff_menu"
    rows: tuple[MenuRow, ...]
    page: int
    pages: int
