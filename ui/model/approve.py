"""Views of a second person at the screen."""

from __future__ import annotations

from lockerd.core.record import hidden
from ui.model.base import Person, View

__all__ = ["Approve", "ApproveBadge", "ApproveDocument", "ApproveGlass"]


class Approve(View):
    """`about`: what is approved (`identity`, `release`, or an act's own word); `unit`: its locker.

    `notice`: what came of the last attempt, in the core's words.  `asks`: who asked, if signed in.
    """

    about: str
    unit: str
    notice: str
    asks: Person | None


class ApproveDocument(Approve):
    """Which kind of document a member of staff looks at."""

    NAME = "approve_document"
    documents: tuple[str, ...]


class ApproveBadge(Approve):
    """The second person's badge.  `left`: how many approvals are missing; `glass`: it can be
    broken."""

    NAME = "approve_badge"
    left: int
    glass: bool
    working: bool


class ApproveGlass(Approve):
    """The reason for acting alone."""

    NAME = "approve_glass"
    value: str = hidden()
    error: str
    shift: bool
    symbols: bool
    letters: str = ""
    sent: bool
