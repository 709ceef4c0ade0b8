"""What second persons do."""

from __future__ import annotations

from lockerd.core.events.base import Actor
from lockerd.core.messages.base import Message

__all__ = ["ApprovalChecked", "BreakGlass"]


class ApprovalChecked(Message):
    """A second person's PIN was compared, for what `subject` names.

    `asker`: the number of who asks, empty for a recipient.  `document`: what was looked at, where
    an identity was checked.
    """

    cred: str
    proven: bool
    subject: str
    asker: str = ""
    document: str = ""


class BreakGlass(Message):
    """Act alone on what needs two, with a reason."""

    actor: Actor
    subject: str
    reason: str
