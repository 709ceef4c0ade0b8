"""The way back: an item that nobody may collect any more is fetched by whoever deposited it.

Theory of operation.  `awaiting_return` is entered at a window's end or by an operator's word.  The
depositor, or an operator, is given the door at the kiosk; the door's edges are the evidence, as in
a release.  What cannot be told leaves the item awaiting its return, and the door's own trouble in
the queue.

Rules.  The recipient's code is told that the window ended, and dies when the item is back.  Opening
for a return is permitted on disk before the pulse; a cut never counts as returned.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles
from lockerd.core.judge import Question, demand, leased, live, serves
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.state import Door, Handover, Lease, State

PURPOSE = "return"


def start(draft: Draft, message: msg.FetchBack) -> None:
    """Give the door to the depositor, or to an operator."""
    if draft.state.duty != "serving":
        raise Declined("service", "the cabinet is out of service; an operator can restore it")
    known = draft.handover(message.ho)
    if known.phase != "awaiting_return":
        raise Declined("phase", "this item is not to go back; look at the screen again")
    if message.actor.role != "operator" and known.depositor != message.actor.id:
        raise Declined("actor", "only its depositor or an operator can fetch it; sign in as such")
    assert known.unit is not None
    if not draft.site.has(known.unit):
        raise Declined("unit", f"the config has no compartment {known.unit}; ask an operator")
    lease = draft.door(known.unit).lease
    if lease is not None and lease.over is None:
        raise Declined("busy", "this door is in use; try again when it is closed")
    cause = draft.add(
        ev.ReturnStarted(
            actor=message.actor, unit=known.unit, ho=known.ho, cause=draft.entry(known.deposited)
        )
    )
    draft.pulse(known.unit, PURPOSE, 1, known.ho, message.actor, cause)


def opened(draft: Draft, known: Door, lease: Lease, late: bool) -> None:
    """The door was seen to open."""
    cause = draft.entry(lease.entry)
    draft.add(ev.ReturnOpened(unit=known.unit, ho=lease.ho, cause=cause, late=late))


def closed(draft: Draft, known: Door, lease: Lease, late: bool = False) -> None:
    """The door was seen to close after it had opened: the item is back."""
    assert lease.ho is not None
    one = draft.handover(lease.ho)
    fresh = lease.opened is None or one.opened is None
    draft.add(
        ev.HandoverReturned(
            unit=known.unit,
            ho=lease.ho,
            cause=draft.entry(lease.entry),
            cred=None if draft.state.shared(one) else one.cred,
            opened=draft.state.size if fresh or one.opened is None else one.opened,
            late=late,
        )
    )


def missed(draft: Draft, known: Door, lease: Lease, last: bool) -> None:
    """The confirm window passed without an opening."""
    cause = draft.entry(lease.entry)
    unit, ho = known.unit, lease.ho
    draft.add(ev.ReturnNotOpened(unit=unit, ho=ho, cause=cause, attempt=lease.attempt))
    if last:
        failed(draft, known, lease, "not opened")


def failed(draft: Draft, known: Door, lease: Lease, reason: str) -> None:
    """The lease ends; the item still awaits its return."""
    cause = draft.entry(lease.entry)
    draft.add(ev.ReturnFailed(unit=known.unit, ho=lease.ho, cause=cause, reason=reason))


def booted(draft: Draft, known: Door, lease: Lease, level: Level, first: bool) -> None:
    """What a start finds of a return; `first`: this is the lease's first opening."""
    assert lease.ho is not None
    if draft.handover(lease.ho).phase == "return_open":
        if level is Level.CLOSED:
            closed(draft, known, lease, late=True)
    elif first:
        opened(draft, known, lease, late=True)
    elif level is Level.CLOSED and known.level != Level.OPEN.value:
        cause = draft.entry(lease.entry)
        draft.add(ev.ReturnInterrupted(unit=known.unit, ho=lease.ho, cause=cause))
    else:
        failed(draft, known, lease, "nobody can tell what the door did while there was no power")


def of(state: State, staff: str, role: str) -> list[Handover]:
    """What this member of staff may fetch back, in the order of deposits."""
    found = (
        one
        for one in state.handovers.values()
        if one.phase == "awaiting_return" and (role == "operator" or one.depositor == staff)
    )
    return sorted(found, key=lambda one: one.deposited or 0)


# -- what an auditor asks -------------------------------------------------------------------------


def _started(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    serves(state, event)
    own = known.depositor == event.actor.id
    demand(own or event.actor.role == "operator", event, "not by its depositor")
    lease = state.doors[event.unit].lease
    demand(lease is None or lease.over is not None, event, "the door was given to another")


def _missed(state: State, event: Any, idx: int, now: Now) -> None:
    lease = leased(state, event, PURPOSE)
    demand(lease.pulsed is not None and lease.opened is None, event, "no pulse is open")
    demand(event.attempt == lease.attempt, event, "another attempt")


def _opened(state: State, event: Any, idx: int, now: Now) -> None:
    lease = leased(state, event, PURPOSE)
    demand(lease.attempt > 0, event, "nothing was pulsed")
    demand(lease.opened is None, event, "it was open already")


def _returned(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    demand(leased(state, event, PURPOSE).opened is not None, event, "no opening was seen")
    demand(known.opened == event.opened, event, "another opening")
    kept = None if state.shared(known) else known.cred
    demand(event.cred == kept, event, "another credential ends")


def _failed(state: State, event: Any, idx: int, now: Now) -> None:
    demand(leased(state, event, PURPOSE).opened is None, event, "the door had opened")


def _interrupted(state: State, event: Any, idx: int, now: Now) -> None:
    _failed(state, event, idx, now)
    demand(now.up_ms == state.booted_up_ms, event, "only a start finds one")


def _awaiting(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    by_time = event.actor == ev.DEVICE and known.phase == "expired"
    demand(by_time or event.actor.role == "operator", event, "not for this role")


HANDLES: Handles = {msg.FetchBack: start}
MAY: Mapping[type[msg.Message], frozenset[str]] = {
    msg.FetchBack: frozenset({"depositor", "operator"}),
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.HandoverAwaitingReturn: _awaiting,
    ev.ReturnStarted: _started,
    ev.ReturnNotOpened: _missed,
    ev.ReturnOpened: _opened,
    ev.ReturnFailed: _failed,
    ev.ReturnInterrupted: _interrupted,
    ev.HandoverReturned: _returned,
}
