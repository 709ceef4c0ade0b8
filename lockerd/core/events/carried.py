"""What an epoch takes over from the one before."""

from __future__ import annotations

from lockerd.core.events.base import Event, Verifier
from lockerd.core.record import hidden

__all__ = [
    "DepositCarried",
    "OrderCarried",
    "StaffCarried",
]


class StaffCarried(Event):
    """A member of staff of the epoch before.

    Badge and PIN still count under `cred`; where it is empty they do not, and the same number is to
    be enrolled again, unless the person had `left`.
    """

    TYPE = "staff.carried"
    DISCLOSED = ("name",)
    ATTACHED = ("verifiers",)
    staff: str
    role: str
    cred: str
    demonstration: bool = False
    left: bool | None = None
    locked: bool | None = None
    must_change: bool | None = None
    uid: int | None = None
    name: str | None = None
    verifiers: tuple[Verifier, ...] = hidden(default=())

    @property
    def put(self) -> tuple[Verifier, ...]:
        return self.verifiers


class OrderCarried(Event):
    """A handover of the epoch before for which nothing had been deposited: it stands as it was.

    `sealed`: `seal` was read off the item at its deposit, and is not only announced.
    """

    TYPE = "order.carried"
    DISCLOSED = ("recipient", "item", "reference", "asset", "seal")
    profile: str
    size: str
    opens: int
    closes: int
    recipient_no: str
    item_no: str
    reach: str | None = None
    climate: str | None = None
    recipient: str | None = None
    item: str | None = None
    reference: str | None = None
    asset: str | None = None
    seal: str | None = None
    sealed: bool = False


class DepositCarried(OrderCarried):
    """A handover of the epoch before whose compartment may hold something.

    Its codes are dead, and what lies there is not known until a person looked.
    """

    TYPE = "deposit.carried"
    depositor: str | None = None
