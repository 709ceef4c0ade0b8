"""Second persons: approvals that expire, and the glass that one person may break alone."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = ["ApprovalGiven", "GlassBroken", "ReleaseRequested"]


class ApprovalGiven(Event):
    """A person other than the one who asks proved badge and PIN for `subject`.

    Good for two minutes and for one act.  `document`: the kind of document that was looked at,
    where an identity was checked; never its number.
    """

    TYPE = "approval.given"
    subject: str
    document: str | None = None


class GlassBroken(Event):
    """One person acts alone on what needs two; another one reviews it within 24 hours."""

    TYPE = "glass.broken"
    subject: str
    reason: str


class ReleaseRequested(Event):
    """A proven code inside its window whose release needs more: `needs` says what, in order.

    `needs`: `identity` (a member of staff looks at a document), `authoriser` (once for each).
    """

    TYPE = "release.requested"
    cred: str
    kind: str
    needs: tuple[str, ...]
