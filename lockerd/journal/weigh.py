"""What a custody report makes of an entry: which class of evidence it is, and how much it weighs.

Theory of operation.  Each entry of a case is asked three things: what it is evidence of, whether it
belongs to an undisturbed handover, and whether a member of staff decided it.

Rules.  Only what is named here as usual is usual, and only what is named as a step of an ordinary
handover is no decision: a kind of entry that nobody thought of is shown, never passed over.  What
came late, in doubt or otherwise than announced is not usual, whatever its kind.
"""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.core import events as ev
from lockerd.journal.casefile import staff_of

CLASSES: Mapping[str, str] = {
    "commanded": "the cabinet was told to do it; not that it was done",
    "opened": "the door's contact was seen to open",
    "closed": "the door's contact was seen to close",
    "signed": "somebody signed at the screen, or confirmed by a key",
    "code": "a code or a badge was shown to the cabinet",
    "person": "a person said or decided it",
    "cabinet": "the cabinet noted it by itself",
}
"""Every class of evidence, and what it is evidence of."""

_CLASS: Mapping[type[ev.Event], str] = {
    ev.PulseOrdered: "commanded",
    ev.DepositOpened: "opened",
    ev.ReleaseOpened: "opened",
    ev.ReturnOpened: "opened",
    ev.MoveOpened: "opened",
    ev.DoorOpened: "opened",
    ev.DoorForced: "opened",
    ev.DepositClosed: "closed",
    ev.HandoverCollected: "closed",
    ev.HandoverReturned: "closed",
    ev.HandoverKept: "closed",
    ev.MoveClosed: "closed",
    ev.DoorClosed: "closed",
    ev.CollectionSigned: "signed",
    ev.ReleaseAuthorised: "code",
    ev.ReleaseRequested: "code",
    ev.WindowDoubted: "code",
    ev.CodeRefused: "code",
    ev.CodeTurnedAway: "code",
    ev.StaffSignedIn: "code",
    ev.StaffRefused: "code",
    ev.CollectionDisputed: "person",
    ev.CollectionUnsigned: "person",
    ev.FactProven: "person",
    ev.FactRefused: "person",
    ev.HandoverDisputed: "person",
    ev.ItemLeft: "person",
    ev.ReopeningAuthorised: "person",
    ev.SealChecked: "person",
}

_COURSE = frozenset(
    {
        ev.HandoverOrdered,
        ev.ItemSealed,
        ev.DepositStarted,
        ev.DepositOpened,
        ev.DepositClosed,
        ev.DepositConfirmed,
        ev.CredentialDelivered,
        ev.ReturnOpened,
        ev.HandoverReturned,
        ev.MovePlacing,  # a move is told by its start and its end
        ev.MoveOpened,
        ev.MoveClosed,
        ev.PulseOrdered,
        ev.DoorClosed,
        ev.CountDoor,
    }
)
"""Steps of the course itself: nothing unusual, and nothing that anybody decided."""

_USUAL = _COURSE | {
    ev.CredentialMinted,
    ev.CredentialJoined,
    ev.ReminderDue,
    ev.FactProven,
    ev.ReleaseRequested,
    ev.ApprovalGiven,
    ev.ReleaseAuthorised,
    ev.ReleaseOpened,
    ev.HandoverCollected,
    ev.SealChecked,
    ev.CollectionSigned,
    ev.ReturnStarted,
    ev.DoorCertain,
    ev.CountEntered,
}

_STEPS = _COURSE | {
    ev.DepositReopened,
    ev.DepositAbandoned,
    ev.DoorOpened,
    ev.StaffEnrolled,
    ev.StaffSignedIn,
    ev.StaffSignedOut,
    ev.StaffRefused,
}


def class_of(event: ev.Event) -> str:
    """The class of evidence that an entry is."""
    if isinstance(event, ev.CollectionUnsigned) and staff_of(event) is None:
        return "person" if event.actor.role == "recipient" else "cabinet"
    known = _CLASS.get(type(event))
    if known is not None:
        return known
    return "cabinet" if event.actor.role in ("device", "recipient") else "person"


def is_usual(event: ev.Event) -> bool:
    """Whether it belongs to a handover that nothing disturbed."""
    if getattr(event, "late", False):
        return False
    match event:
        case ev.ReleaseAuthorised():
            return event.flag is None
        case ev.ItemSealed():
            return event.announced != "other"
        case ev.CountEntered():
            return event.seen == event.expected
    return type(event) in _USUAL


def is_decision(event: ev.Event) -> bool:
    """Whether a member of staff decided, agreed to or overrode something with it."""
    return staff_of(event) is not None and type(event) not in _STEPS
