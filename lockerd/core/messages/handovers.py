"""What is asked about a handover as a whole."""

from __future__ import annotations

from lockerd.core.events.base import Actor, Verifier
from lockerd.core.messages.base import Message
from lockerd.core.record import hidden

__all__ = [
    "CancelHandover",
    "OrderHandover",
    "OrderHandovers",
]


class OrderHandover(Message):
    """Announce a handover.  `ho`, `recipient_no`, `item_no` are random ids made by the sender.

    Times in Unix ms; `closes` None means: the profile's window after `opens`.  `reach`: `low` or
    `any`.  `climate`: a tag of a compartment, empty for none.  `asset`: the barcode or asset number
    of the thing, which has the same `item_no` at every handover.  `exchange`: the handover of what
    is given for it, or taken.  `seal`: the number that its seal will have, if that is known.
    `fact`: the verifier of what both know, where the profile asks for it and it was said.
    """

    actor: Actor
    ho: str
    recipient_no: str
    item_no: str
    profile: str
    size: str
    opens: int | None
    closes: int | None
    recipient: str = hidden()
    item: str = hidden()
    reference: str = hidden(default="")
    reach: str = "any"
    climate: str = ""
    asset: str = hidden(default="")
    exchange: str = ""
    seal: str = hidden(default="")
    fact: tuple[Verifier, ...] = hidden(default=())


class OrderHandovers(Message):
    """Announce all of these, or none."""

    actor: Actor
    orders: tuple[OrderHandover, ...]


class CancelHandover(Message):
    """End a handover before anything was deposited."""

    actor: Actor
    ho: str
    reason: str
