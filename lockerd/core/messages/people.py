"""Who may sign in, and when a session ends."""

from __future__ import annotations

from lockerd.core.events.base import Actor, Verifier
from lockerd.core.messages.base import Message
from lockerd.core.record import hidden

__all__ = [
    "EnrolStaff",
    "HandShiftOver",
    "IssueBadge",
    "LinkStaff",
    "OverrideRefused",
    "PinMade",
    "ResetPin",
    "RetireStaff",
    "SetRole",
    "SignOut",
]


class EnrolStaff(Message):
    """A person may sign in from now on.  The vault made `cred` and the verifiers."""

    actor: Actor
    staff: str
    role: str
    cred: str
    verifiers: tuple[Verifier, ...]
    demonstration: bool
    name: str = hidden()


class SignOut(Message):
    """The member of staff ends the session, or time does."""

    staff: str
    reason: str


class PinMade(Message):
    """Whoever is signed in typed the old PIN (`proven`) and chose a new one, made by the vault."""

    cred: str
    proven: bool
    verifiers: tuple[Verifier, ...]


class ResetPin(Message):
    """An operator sets somebody's PIN, which its holder must change at once."""

    actor: Actor
    staff: str
    cred: str
    verifiers: tuple[Verifier, ...]


class IssueBadge(Message):
    """An operator gives somebody a new badge; the vault bound the PIN to the new `cred` too."""

    actor: Actor
    staff: str
    cred: str
    replaces: str
    reason: str
    verifiers: tuple[Verifier, ...]


class RetireStaff(Message):
    """Somebody leaves."""

    actor: Actor
    staff: str
    reason: str


class SetRole(Message):
    """Somebody does something else."""

    actor: Actor
    staff: str
    role: str
    reason: str


class LinkStaff(Message):
    """A system user is this person, or (`uid` None) none is.

    `present`: the person asks as that user, and has proven the PIN; else an operator asks.
    """

    actor: Actor
    staff: str
    uid: int | None
    present: bool = False


class OverrideRefused(Message):
    """A member of staff asked for an override over the socket with a wrong PIN."""

    staff: str


class HandShiftOver(Message):
    """An operator hands over to the one who approved it with badge and PIN."""

    actor: Actor
    note: str = hidden()
