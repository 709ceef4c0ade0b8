"""A code that somebody at the kiosk has lost, and what was said about it on the telephone."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = [
    "CodeLost",
    "TelephoneAsked",
    "TelephoneKeyGiven",
    "TelephoneProven",
    "TelephoneRefused",
]


class CodeLost(Event):
    """Somebody at the kiosk says that their code is lost.  `ticket`: what they read out."""

    TYPE = "code.lost"
    ticket: str


class TelephoneAsked(Event):
    """The screen shows a challenge for the telephone; an earlier one of the ticket is void."""

    TYPE = "telephone.asked"
    ticket: str
    challenge: str


class TelephoneRefused(Event):
    """What was typed answers the challenge for no handover."""

    TYPE = "telephone.refused"
    ticket: str


class TelephoneProven(Event):
    """The actor read out the answer for this handover; new codes follow in the next transaction."""

    TYPE = "telephone.proven"
    ticket: str


class TelephoneKeyGiven(Event):
    """The actor was given the key with which they answer challenges."""

    TYPE = "telephone.key_given"
