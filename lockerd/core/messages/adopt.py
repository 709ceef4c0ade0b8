"""What two people say of a compartment whose contents the record does not know."""

from __future__ import annotations

from lockerd.core.events.base import Actor
from lockerd.core.messages.base import Message
from lockerd.core.messages.vault import Minted
from lockerd.core.record import hidden

__all__ = ["AdoptDeposit", "AdoptEmpty", "AdoptItem", "OpenUnknown"]


class OpenUnknown(Message):
    """Open it beside a second person; with the number of its `seal`, leave it closed."""

    actor: Actor
    unit: str
    reason: str
    seal: str = ""


class AdoptEmpty(Message):
    """Nothing lies there."""

    actor: Actor
    unit: str


class AdoptDeposit(Message):
    """The item of a handover lies there that the epoch before knew; `minted`: its fresh codes.

    `instead`: what is recorded there is missing.
    """

    actor: Actor
    unit: str
    minted: Minted
    instead: bool = False


class AdoptItem(Message):
    """Something lies there that belongs to no handover.  `ho`, `recipient_no`, `item_no`: fresh.

    `instead`: what is recorded there is missing.
    """

    actor: Actor
    unit: str
    ho: str
    recipient_no: str
    item_no: str
    item: str = hidden()
    reference: str = hidden(default="")
    asset: str = hidden(default="")
    instead: bool = False
