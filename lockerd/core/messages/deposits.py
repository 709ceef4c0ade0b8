"""What a depositor completed, step by step."""

from __future__ import annotations

from lockerd.core.events.base import Actor
from lockerd.core.messages.base import Message
from lockerd.core.messages.vault import Minted
from lockerd.core.record import hidden

__all__ = [
    "AbandonDeposit",
    "CodeDelivered",
    "ConfirmDeposit",
    "EnlargeDeposit",
    "LeaveDeposit",
    "ReopenDeposit",
    "StartDeposit",
]


class StartDeposit(Message):
    """Give the depositor a compartment for this handover and open it.

    `avoid`: compartments that did not do (did not open, too small) in this visit.  `seal`: the
    number on the item's seal, empty for none; `announced`: beside the one of the order, `same`,
    `other` or `none`.  `near`: one within reach from a wheelchair comes before any other.
    """

    actor: Actor
    ho: str
    avoid: tuple[str, ...] = ()
    announced: str = "none"
    seal: str = hidden(default="")
    near: bool = False


class ReopenDeposit(Message):
    """Open the door of an unconfirmed deposit again for the depositor."""

    actor: Actor
    ho: str


class EnlargeDeposit(Message):
    """The item does not fit: give a larger compartment, now that this one is closed again."""

    actor: Actor
    ho: str


class AbandonDeposit(Message):
    """Nothing was placed, or it was taken out again."""

    actor: Actor
    ho: str
    reason: str


class ConfirmDeposit(Message):
    """The depositor confirmed and the vault minted: both become durable together."""

    actor: Actor
    minted: Minted


class LeaveDeposit(Message):
    """The depositor is gone without a word (time-out)."""

    actor: Actor
    ho: str


class CodeDelivered(Message):
    """The codes of `cred` left the device by `channel`."""

    actor: Actor
    ho: str
    cred: str
    channel: str
