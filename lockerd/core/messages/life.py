"""What staff ask about a handover that was announced or deposited."""

from __future__ import annotations

from lockerd.core.events.base import Actor, Verifier
from lockerd.core.messages.base import Message
from lockerd.core.messages.vault import Minted
from lockerd.core.record import hidden

__all__ = [
    "CompleteByKey",
    "ConfirmMove",
    "DeclareKey",
    "DisputeHandover",
    "ExtendHandover",
    "LeaveItem",
    "MoveHandover",
    "NoteCorrection",
    "OpenAgain",
    "PlaceMoved",
    "ReassignHandover",
    "RefuseHandover",
    "ReissueCredential",
    "ReleaseNext",
    "ReturnHandover",
    "StopMove",
]


class ExtendHandover(Message):
    """Let the window end later; Unix ms."""

    actor: Actor
    ho: str
    closes: int
    reason: str


class ReissueCredential(Message):
    """New codes for the same recipient; the old ones die.  `ticket`: of a lost code, or empty."""

    actor: Actor
    minted: Minted
    reason: str
    ticket: str = ""


class ReassignHandover(Message):
    """Another named person collects.  `minted` is None where nothing was deposited yet.

    `fact`: the verifier of what both know, where it was said.
    """

    actor: Actor
    ho: str
    recipient_no: str
    reason: str
    minted: Minted | None = None
    recipient: str = hidden(default="")
    fact: tuple[Verifier, ...] = hidden(default=())


class ReturnHandover(Message):
    """The item is to go back to its depositor."""

    actor: Actor
    ho: str
    reason: str


class RefuseHandover(Message):
    """The custodian refuses to keep what was deposited."""

    actor: Actor
    ho: str
    reason: str


class NoteCorrection(Message):
    """Say what is wrong with an entry of this log."""

    actor: Actor
    entry: int
    reason: str


class MoveHandover(Message):
    """Open the old compartment, to take the item to another; empty `to` lets the cabinet choose."""

    actor: Actor
    ho: str
    reason: str
    to: str = ""


class PlaceMoved(Message):
    """Open the new compartment; `to` names another one than was chosen before."""

    actor: Actor
    ho: str
    to: str = ""


class ConfirmMove(Message):
    """The item lies in the new compartment."""

    actor: Actor
    ho: str


class StopMove(Message):
    """The move does not go on."""

    actor: Actor
    ho: str
    reason: str


class LeaveItem(Message):
    """The recipient at the open door: the item stays inside, or they take it after all."""

    ho: str
    left: bool


class DisputeHandover(Message):
    """The recipient at the open door or at the receipt: `empty`, `wrong` or `damaged`."""

    ho: str
    what: str


class OpenAgain(Message):
    """The recipient at the receipt wants the door open once more."""

    ho: str


class ReleaseNext(Message):
    """The recipient at the receipt wants the next door that the same code opens.

    `kind`: the kind of code that was proven in this visit.
    """

    cred: str
    kind: str


class DeclareKey(Message):
    """Two people are about to use the mechanical key for this handover."""

    actor: Actor
    ho: str
    reason: str


class CompleteByKey(Message):
    """Two people say that the item was handed over with the mechanical key."""

    actor: Actor
    ho: str
    reason: str
