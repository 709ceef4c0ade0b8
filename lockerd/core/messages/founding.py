"""Claims and recovery cards, as the vault judged them."""

from __future__ import annotations

from lockerd.core.events.base import Actor, Verifier
from lockerd.core.messages.base import Message
from lockerd.core.record import hidden

__all__ = [
    "CardsMade",
    "ClaimChecked",
    "FoundCabinet",
    "FounderMade",
    "IssueCards",
    "PairChecked",
]


class CardsMade(Message):
    """Three fresh recovery cards under `cred`; their texts are shown once."""

    cred: str
    verifiers: tuple[Verifier, ...]
    texts: tuple[str, ...] = hidden()


class ClaimChecked(Message):
    """The answer to the challenge was compared with the owner's key."""

    proven: bool


class PairChecked(Message):
    """Two recovery cards were compared."""

    proven: bool


class FounderMade(Message):
    """What the vault made for the first operator, after a claim or two cards were proven.

    `challenge`: the digest of the claim, None where two cards were shown.  `spent`: the name of
    those cards, None after a claim.
    """

    staff: str
    cred: str
    verifiers: tuple[Verifier, ...]
    cards: CardsMade
    challenge: str | None
    spent: str | None
    badge: str = hidden()


class FoundCabinet(Message):
    """Enrol the first operator: acceptance, enrolment and cards become durable together."""

    made: FounderMade
    name: str = hidden()
    uid: int | None = None


class IssueCards(Message):
    """An operator has new cards made; the old ones die."""

    actor: Actor
    made: CardsMade
