"""The vault's answer about something that both know."""

from __future__ import annotations

from lockerd.core.events.base import Verifier
from lockerd.core.messages.base import Message

__all__ = ["FactChecked", "FactMade"]


class FactChecked(Message):
    """What the recipient of `ho` typed was compared.  `proven`: it is what was agreed."""

    ho: str
    proven: bool


class FactMade(Message):
    """The verifier of what somebody said that both know about `ho`, to be ordered with it."""

    ho: str
    rows: tuple[Verifier, ...]
