"""A signature, or none, after a collection whose profile asks for one."""

from __future__ import annotations

from lockerd.core.messages.base import Message
from lockerd.core.record import hidden

__all__ = ["LeaveUnsigned", "SignCollection"]


class SignCollection(Message):
    """The recipient signs.  `how` is `drawn`, with `strokes` as path data, or `key`."""

    ho: str
    how: str
    strokes: str = hidden(default="")


class LeaveUnsigned(Message):
    """The recipient does not sign: `declined`, or `left`."""

    ho: str
    reason: str
