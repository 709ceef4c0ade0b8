"""How a cabinet gets its first operator: the owner's claim, or two recovery cards of three."""

from __future__ import annotations

from lockerd.core.events.base import Event, Verifier
from lockerd.core.record import hidden

__all__ = [
    "ClaimAccepted",
    "ClaimRefused",
    "RecoveryAccepted",
    "RecoveryCarried",
    "RecoveryIssued",
    "RecoveryRefused",
]


class ClaimAccepted(Event):
    """The owner's key answered the challenge on the screen: an operator is enrolled next.

    `challenge`: SHA-256 (hex) of what was signed, which names this log and this boot.
    """

    TYPE = "claim.accepted"
    challenge: str


class ClaimRefused(Event):
    """An answer to the challenge was not the owner's."""

    TYPE = "claim.refused"


class _Cards(Event):
    """Three recovery cards, of which any two count, under the name `cred`."""

    ATTACHED = ("verifiers",)
    cred: str
    verifiers: tuple[Verifier, ...] = hidden(default=())

    @property
    def put(self) -> tuple[Verifier, ...]:
        return self.verifiers


class RecoveryIssued(_Cards):
    """Three new cards were made and shown once; those before (`replaces`) are dead."""

    TYPE = "recovery.issued"
    replaces: str | None = None

    @property
    def drop(self) -> tuple[str, ...]:
        return () if self.replaces is None else (self.replaces,)


class RecoveryCarried(_Cards):
    """The cards of the epoch before still count."""

    TYPE = "recovery.carried"


class RecoveryAccepted(Event):
    """Two of the three cards were shown: an operator is enrolled next, and the cards are dead."""

    TYPE = "recovery.accepted"
    cred: str

    @property
    def drop(self) -> tuple[str, ...]:
        return (self.cred,)


class RecoveryRefused(Event):
    """Two cards were shown that do not count together."""

    TYPE = "recovery.refused"
