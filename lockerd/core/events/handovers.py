"""A handover as a whole: one item, one recipient, one window."""

from __future__ import annotations

from lockerd.core.events.base import Event, Verifier, fact_of
from lockerd.core.record import hidden

__all__ = [
    "HandoverCancelled",
    "HandoverCollected",
    "HandoverExpired",
    "HandoverFrozen",
    "HandoverOrdered",
    "HandoverThawed",
    "HandoverWithdrawn",
]


class HandoverOrdered(Event):
    """A handover was announced.  Window in Unix ms.  `recipient_no` is a random pseudonym.

    `reach` `low`: only a compartment within reach from a wheelchair.  `climate`: only one that
    keeps this climate.  `item_no` is random, or belongs to the thing with this `asset` number.
    `exchange`: the handover of what is given for it, or taken.  `seal`: announced.  `fact`: the
    kind of fact that is asked after the code, None for none.
    """

    TYPE = "handover.ordered"
    DISCLOSED = ("recipient", "item", "reference", "asset", "seal")
    ATTACHED = ("verifiers",)
    profile: str
    size: str
    opens: int
    closes: int
    recipient_no: str
    item_no: str
    reach: str | None = None
    climate: str | None = None
    exchange: str | None = None
    fact: str | None = None
    recipient: str | None = None
    item: str | None = None
    reference: str | None = None
    asset: str | None = None
    seal: str | None = None
    verifiers: tuple[Verifier, ...] = hidden(default=())

    @property
    def put(self) -> tuple[Verifier, ...]:
        return self.verifiers


class HandoverCancelled(Event):
    """Ended before anything was deposited."""

    TYPE = "handover.cancelled"
    reason: str

    @property
    def forget(self) -> tuple[str, ...]:
        return (fact_of(self.ho),)


class HandoverCollected(Event):
    """The door was seen to open and then to close: the handover is complete.

    `opened`: index of the evidence of opening.  `late`: the closing was found after a cut.
    `sign`: its recipient is asked to sign for it.
    """

    TYPE = "handover.collected"
    opened: int
    late: bool = False
    sign: bool = False

    @property
    def forget(self) -> tuple[str, ...]:
        return (fact_of(self.ho),)


class HandoverExpired(Event):
    """The whole time interval lies past the window's end."""

    TYPE = "handover.expired"


class HandoverFrozen(Event):
    """Nobody may collect until an operator resolved it.  `reason` says what is not known."""

    TYPE = "handover.frozen"
    reason: str


class HandoverThawed(Event):
    """An operator looked and says that the item is there: the credential works again.

    `revives`: its credential, where an opening had spent it.
    """

    TYPE = "handover.thawed"
    reason: str
    revives: str | None = None

    @property
    def revive(self) -> tuple[str, ...]:
        return () if self.revives is None else (self.revives,)


class HandoverWithdrawn(Event):
    """An operator took the item out or found none; the handover ends without a collection."""

    TYPE = "handover.withdrawn"
    cred: str | None = None
    reason: str
    found: bool

    @property
    def drop(self) -> tuple[str, ...]:
        return () if self.cred is None else (self.cred,)

    @property
    def forget(self) -> tuple[str, ...]:
        return (fact_of(self.ho),)
