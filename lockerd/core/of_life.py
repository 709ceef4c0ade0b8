"""What the events of a handover's later life change: of the handover, and of its door.

Rules.  As `of_handover` and `of_door`, which take these tables in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import events as ev
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.state import Door, Handover, Lease, Stamp, State

# -- of the handover ------------------------------------------------------------------------------


def _extended(_: State, known: Handover, event: ev.HandoverExtended, idx: int, now: Now) -> None:
    known.closes = event.closes


def _reassigned(
    state: State, known: Handover, event: ev.HandoverReassigned, i: int, now: Now
) -> None:
    """Whatever was proven or approved was so for the recipient before."""
    known.recipient_no, known.named, known.delivered = event.recipient_no, i, False
    known.fact, known.wrong_facts, known.fact_dead = event.fact or "", 0, False
    _unasked(known)
    for kind in ("release", "identity", "fact"):
        state.approvals.pop(f"{kind}:{known.ho}", None)


def _unasked(known: Handover) -> None:
    """Nobody waits for a second person any more: the code that was shown is no proof now."""
    known.requested, known.requested_kind, known.request = None, "", None


def _reissued(
    state: State, known: Handover, event: ev.CredentialReissued, idx: int, now: Now
) -> None:
    """Where the old code dies, whatever else it opened is opened by the new one."""
    also = [known] if event.old is None else state.of_cred(event.old)
    for one in also or [known]:
        one.cred, one.delivered, one.spent = event.cred, False, False
        _unasked(one)


def _joined(state: State, known: Handover, event: ev.CredentialJoined, i: int, now: Now) -> None:
    others = state.of_cred(event.cred)
    known.cred = event.cred
    known.delivered = any(one.delivered for one in others)
    known.pin_dead = any(one.pin_dead for one in others)
    known.wrong_pins = max((one.wrong_pins for one in others), default=0)
    known.wrong_facts = max((one.wrong_facts for one in others), default=0)
    assert event.unit is not None
    state.tombs.pop(event.unit, None)


def _left(_: State, known: Handover, event: ev.ItemLeft, idx: int, now: Now) -> None:
    known.left = event.left


def _kept(_: State, known: Handover, event: ev.HandoverKept, idx: int, now: Now) -> None:
    known.left, known.spent, known.opened = False, False, None


def _move(_: State, known: Handover, event: ev.MoveStarted, idx: int, now: Now) -> None:
    known.to, known.held = event.to, event.held


def _thawed(_: State, known: Handover, event: ev.HandoverThawed, idx: int, now: Now) -> None:
    known.to, known.held, known.left = None, False, False
    known.spent, known.opened = False, None


def _placing(_: State, known: Handover, event: ev.MovePlacing, idx: int, now: Now) -> None:
    known.to = event.unit


def _abandoned(_: State, known: Handover, event: ev.MoveAbandoned, idx: int, now: Now) -> None:
    known.to, known.held = None, False


def _moved(state: State, known: Handover, event: ev.MoveConfirmed, idx: int, now: Now) -> None:
    assert event.unit is not None
    known.unit, known.to, known.spent, known.held = event.unit, None, False, False
    state.tombs.pop(event.unit, None)


OF_HANDOVER: Mapping[type[ev.Event], Callable[[State, Handover, Any, int, Now], None]] = {
    ev.HandoverExtended: _extended,
    ev.HandoverReassigned: _reassigned,
    ev.CredentialReissued: _reissued,
    ev.CredentialJoined: _joined,
    ev.HandoverThawed: _thawed,
    ev.ItemLeft: _left,
    ev.HandoverKept: _kept,
    ev.MoveStarted: _move,
    ev.MovePlacing: _placing,
    ev.MoveAbandoned: _abandoned,
    ev.MoveConfirmed: _moved,
}

# -- of the door ----------------------------------------------------------------------------------


def _given(purpose: str) -> Callable[[Door, Any, int, Now], None]:
    def give(one: Door, event: ev.Event, idx: int, now: Now) -> None:
        one.lease = Lease(purpose, event.ho, idx)

    return give


def _key(one: Door, event: ev.KeyDeclared, idx: int, now: Now) -> None:
    """No pulse comes: the declaration itself is what the opening is expected after."""
    one.lease = Lease("key", event.ho, idx, attempt=1, pulsed=Stamp.of(now))


def _shut(one: Door, event: ev.Event, idx: int, now: Now) -> None:
    one.level, one.lease = Level.CLOSED.value, None


def _missed(one: Door, event: ev.MoveNotOpened, idx: int, now: Now) -> None:
    if one.lease is not None:
        one.lease.pulsed = None


def _ended(one: Door, event: ev.Event, idx: int, now: Now) -> None:
    one.lease = None


def _its_own(one: Door, event: ev.Event, idx: int, now: Now) -> None:
    """A person's word about the item ends what its door was given for, and nobody else's turn."""
    if one.lease is not None and one.lease.ho == event.ho:
        one.lease = None


OF_DOOR: Mapping[type[ev.Event], Callable[[Door, Any, int, Now], None]] = {
    **dict.fromkeys((ev.HandoverCollectedManually, ev.HandoverThawed), _its_own),
    ev.MoveStarted: _given("move"),
    ev.MovePlacing: _given("move"),
    ev.ReopeningAuthorised: _given("grace"),
    ev.KeyDeclared: _key,
    **dict.fromkeys((ev.HandoverKept, ev.MoveClosed), _shut),
    ev.MoveNotOpened: _missed,
    **dict.fromkeys((ev.MoveAbandoned, ev.MoveDoorFailed, ev.MoveStopped), _ended),
}
