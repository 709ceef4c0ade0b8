"""At the open door and after it: left inside, empty, wrong, opened again, opened with a key."""

from __future__ import annotations

from lockerd.core.events.base import Event, fact_of

__all__ = [
    "CollectionDisputed",
    "DisputeSettled",
    "HandoverCollectedManually",
    "HandoverDisputed",
    "HandoverKept",
    "ItemLeft",
    "KeyDeclared",
    "ReopeningAuthorised",
]


class ItemLeft(Event):
    """The recipient says at the open door that the item stays inside, or (`left` false) not."""

    TYPE = "item.left"
    left: bool


class HandoverKept(Event):
    """The door closed on an item that its recipient left inside: the code lives on.

    `opened`: index of the evidence of opening.  `revives`: the code, where the opening spent it.
    """

    TYPE = "handover.kept"
    opened: int
    revives: str | None = None

    @property
    def revive(self) -> tuple[str, ...]:
        return () if self.revives is None else (self.revives,)


class HandoverDisputed(Event):
    """The recipient's word at the open door: `what` is `empty`, `wrong` or `damaged`.

    Nobody uses the compartment until an operator looked.  `depositor`: the number of who is told.
    """

    TYPE = "handover.disputed"
    what: str
    depositor: str | None = None


class CollectionDisputed(HandoverDisputed):
    """The same, said after the door had closed."""

    TYPE = "collection.disputed"


class DisputeSettled(Event):
    """An operator looked into the compartment of a finished handover that was disputed."""

    TYPE = "dispute.settled"
    reason: str
    found: str


class ReopeningAuthorised(Event):
    """The recipient, still there, has the door that they just closed opened once more."""

    TYPE = "reopening.authorised"


class KeyDeclared(Event):
    """Two people open this door with the mechanical key, for its recipient.

    The actor is one of them, `witness` the number of the other, whose approval is the cause; None
    where the actor broke the glass alone.
    """

    TYPE = "key.declared"
    witness: str | None = None
    reason: str


class HandoverCollectedManually(Event):
    """Handed over by means of the mechanical key, before witnesses.

    `opened`: index of the evidence of opening, None where no contact saw it (no power).
    `declared`: the contact saw what `key.declared`, its cause, had announced.
    """

    TYPE = "handover.collected_manually"
    cred: str | None = None
    witness: str | None = None
    reason: str
    opened: int | None = None
    declared: bool = False

    @property
    def forget(self) -> tuple[str, ...]:
        return (fact_of(self.ho),)

    @property
    def spend(self) -> tuple[str, ...]:
        return () if self.cred is None else (self.cred,)
