"""What staff do with a handover after its deposit: longer, elsewhere, to another, back."""

from __future__ import annotations

from lockerd.core.events.base import Event, Verifier, fact_of
from lockerd.core.record import hidden

__all__ = [
    "CorrectionNoted",
    "CredentialJoined",
    "CredentialReissued",
    "HandoverExtended",
    "HandoverReassigned",
    "HandoverRefused",
]


class HandoverExtended(Event):
    """The window ends later, by a person's word: `was` and `closes` in Unix ms."""

    TYPE = "handover.extended"
    was: int
    closes: int
    reason: str


class HandoverReassigned(Event):
    """The item is for another named person from here on, under a fresh pseudonym.

    Where something was deposited, `credential.reissued` follows in the same transaction.  `fact`:
    the kind of fact that is asked of them, None for none.
    """

    TYPE = "handover.reassigned"
    DISCLOSED = ("recipient",)
    ATTACHED = ("verifiers",)
    recipient_no: str
    was: str
    reason: str
    fact: str | None = None
    recipient: str | None = None
    verifiers: tuple[Verifier, ...] = hidden(default=())

    @property
    def forget(self) -> tuple[str, ...]:
        return (fact_of(self.ho),)

    @property
    def put(self) -> tuple[Verifier, ...]:
        return self.verifiers


class CredentialReissued(Event):
    """New codes; `old` dies in the same transaction.  The count of wrong PINs goes on.

    `old` is None where other handovers of the recipient before still use it.  `ticket`: that of a
    lost code, where the person who lost it stood at the kiosk.
    """

    TYPE = "credential.reissued"
    ATTACHED = ("verifiers",)
    cred: str
    old: str | None = None
    reason: str
    ticket: str | None = None
    verifiers: tuple[Verifier, ...] = hidden(default=())

    @property
    def put(self) -> tuple[Verifier, ...]:
        return self.verifiers

    @property
    def drop(self) -> tuple[str, ...]:
        return () if self.old is None else (self.old,)


class CredentialJoined(Event):
    """A code that the recipient has already opens this deposit too.  `replaces`: a tombstone."""

    TYPE = "credential.joined"
    cred: str
    replaces: str | None = None

    @property
    def drop(self) -> tuple[str, ...]:
        return () if self.replaces is None else (self.replaces,)


class HandoverRefused(Event):
    """The custodian does not keep what was deposited: it goes back to its depositor."""

    TYPE = "handover.refused"
    reason: str


class CorrectionNoted(Event):
    """What a person says about entry `entry` of this log; the entry itself stands as it is."""

    TYPE = "correction.noted"
    entry: int
    reason: str
