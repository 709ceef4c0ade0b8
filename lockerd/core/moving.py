"""An occupied item goes to another compartment, both doors under an operator's hands.

Theory of operation.  Open the old compartment, take the item out, close; open the new one, place
it, close; say so.  Each step is an entry.  The code stays as it is and opens the new door from the
last word on.  From the first entry to that word nobody can collect, and both compartments are kept.

Rules.  A move that does not come to its word (a cut, a door that nobody can read, the operator
gone) freezes the handover: it is never released from a place where nobody says it lies.  Only an
old door that was never seen open leaves everything as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.deposit import free_unit
from lockerd.core.draft import Declined, Draft, Handles, reason
from lockerd.core.judge import Question, by, demand, leased, live, serves
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.site import SIZES
from lockerd.core.state import Door, Handover, Lease, State

MOVING = ("moving_out", "carrying", "moving_in", "moved")
OWN = frozenset(
    (ev.MoveOpened, ev.MoveNotOpened, ev.MoveClosed, ev.MoveDoorFailed, ev.MoveStopped)
) | {ev.MoveConfirmed}
"""Events that may speak of the compartment that an item is being moved to."""


def start(draft: Draft, message: msg.MoveHandover) -> None:
    """Open the old compartment, with the new one chosen and kept free."""
    reason(message.reason)
    _serving(draft)
    known = draft.handover(message.ho)
    if known.phase not in ("collectable", "expired", "frozen") or known.cred is None:
        raise Declined("phase", f"an item that is {known.phase} cannot be moved; see its state")
    assert known.unit is not None
    if not draft.site.has(known.unit):
        raise Declined("unit", f"the config has no compartment {known.unit}; use its key")
    if draft.door(known.unit).lease is not None:
        raise Declined("busy", "this door is given to somebody; wait until it is closed")
    to = _target(draft, known, message.to)
    cause = draft.add(
        ev.MoveStarted(
            actor=message.actor,
            unit=known.unit,
            ho=known.ho,
            cause=draft.entry(known.deposited),
            to=to,
            reason=message.reason,
            held=known.phase == "frozen",
        )
    )
    draft.pulse(known.unit, "move", 1, known.ho, message.actor, cause)


def _serving(draft: Draft) -> None:
    if draft.state.duty != "serving":
        raise Declined("service", "the cabinet is out of service; an operator can restore it")


def _target(draft: Draft, known: Handover, wanted: str) -> str:
    """The compartment to move to: the one that was asked for, or the smallest that fits."""
    if not wanted:
        found = free_unit(draft, known, ())
        if found is None:
            raise Declined("no-room", f"no free compartment fits size {known.size}; free one first")
        return found
    if not draft.site.has(wanted):
        raise Declined("unit", f"no compartment {wanted!r}; the config lists them")
    door, tomb = draft.door(wanted), draft.state.tombs.get(wanted)
    holder = draft.state.occupied_by(wanted)
    free = (
        (holder is None or (holder.ho == known.ho and wanted != known.unit))
        and door.retired is None
        and door.lease is None
        and door.phase == "closed" == door.level
        and (tomb is None or not tomb.disputed)
    )
    if not free:
        raise Declined("taken", f"compartment {wanted} is not free; choose another")
    if SIZES.index(draft.site.compartment(wanted).size) < SIZES.index(known.size):
        raise Declined("size", f"compartment {wanted} is too small; choose another")
    return wanted


def place(draft: Draft, message: msg.PlaceMoved) -> None:
    """Open the new compartment, or another than was chosen."""
    _serving(draft)
    known = _own(draft, message.ho, ("carrying", "moved"))
    assert known.to is not None
    if known.phase == "moved" and message.to not in ("", known.to):
        raise Declined("phase", "the item lies in the new compartment; open that one again")
    unit = known.to if message.to in ("", known.to) else _target(draft, known, message.to)
    cause = draft.add(
        ev.MovePlacing(
            actor=message.actor, unit=unit, ho=known.ho, cause=draft.entry(known.deposited)
        )
    )
    draft.pulse(unit, "move", 1, known.ho, message.actor, cause)


def _own(draft: Draft, ho: str, phases: tuple[str, ...]) -> Handover:
    known = draft.handover(ho)
    if known.phase not in phases:
        raise Declined("phase", "this step of the move is not possible now; look at its state")
    return known


def confirm(draft: Draft, message: msg.ConfirmMove) -> None:
    """The item lies in the new compartment, and its door is shut."""
    known = _own(draft, message.ho, ("moved",))
    assert known.to is not None
    if draft.door(known.to).level != Level.CLOSED.value:
        raise Declined("open", "the door is not known to be closed; close it first")
    moved(draft, known, message.actor)


def moved(draft: Draft, known: Handover, actor: ev.Actor) -> None:
    """An operator's word that the item lies in the compartment it was moved to."""
    assert known.unit is not None and known.to is not None
    draft.add(
        ev.MoveConfirmed(
            actor=actor,
            unit=known.to,
            ho=known.ho,
            cause=draft.entry(known.deposited),
            was=known.unit,
            replaces=draft.state.replaced(known.to),
            revives=known.cred if known.spent else None,
        )
    )


def stop(draft: Draft, message: msg.StopMove) -> None:
    """The operator does not go on, or is gone."""
    reason(message.reason)
    known = _own(draft, message.ho, MOVING)
    draft.add(stopped(draft, known, message.actor, message.reason))


def stopped(draft: Draft, known: Handover, actor: ev.Actor, why: str) -> ev.Event:
    """How a move ends before its word.  The event speaks of the door that was given last."""
    unit = known.to if known.phase in ("moving_in", "moved") else known.unit
    cause = draft.entry(known.deposited)
    return ev.MoveStopped(actor=actor, unit=unit, ho=known.ho, cause=cause, reason=why)


def gone(draft: Draft, known: Door, lease: Lease, why: str) -> None:
    """The given door did not open, after every attempt."""
    assert lease.ho is not None
    one, cause = draft.handover(lease.ho), draft.entry(lease.entry)
    if one.phase == "moving_in":
        draft.add(ev.MoveDoorFailed(unit=known.unit, ho=one.ho, cause=cause))
        draft.add(ev.DoorRetired(unit=known.unit, cause=cause, reason=f"{why} for a move"))
    elif one.held or lease.opened is not None:
        draft.add(ev.MoveStopped(unit=known.unit, ho=one.ho, cause=cause, reason=why))
    else:
        draft.add(ev.MoveAbandoned(unit=known.unit, ho=one.ho, cause=cause, reason=why))


# -- what an auditor asks -------------------------------------------------------------------------


def _started(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")
    serves(state, event)
    known, holder = live(state, event), state.occupied_by(event.to)
    demand(known.unit == event.unit != event.to, event, "the item lay elsewhere")
    demand(holder is None or holder is known, event, "the new compartment was not free")
    demand(event.held == (known.phase == "frozen"), event, "it was not as it says")


def _placing(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")
    serves(state, event)
    known, holder = live(state, event), state.occupied_by(event.unit)
    demand(known.unit != event.unit, event, "the item lay there")
    demand(holder is None or holder is known, event, "the compartment was not free")


def _opened(state: State, event: Any, idx: int, now: Now) -> None:
    lease = leased(state, event, "move")
    demand(lease.attempt > 0 and lease.opened is None, event, "nothing was pulsed, or it was open")


def _missed(state: State, event: Any, idx: int, now: Now) -> None:
    lease = leased(state, event, "move")
    demand(lease.pulsed is not None and lease.opened is None, event, "no pulse is open")
    demand(event.attempt == lease.attempt, event, "another attempt")


def _closed(state: State, event: Any, idx: int, now: Now) -> None:
    demand(leased(state, event, "move").opened is not None, event, "no opening was seen")


def _unopened(state: State, event: Any, idx: int, now: Now) -> None:
    demand(leased(state, event, "move").opened is None, event, "the door had opened")


def _abandoned(state: State, event: Any, idx: int, now: Now) -> None:
    _unopened(state, event, idx, now)
    demand(not live(state, event).held, event, "nobody could collect it before either")


def _confirmed(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")
    known = live(state, event)
    demand((known.to, known.unit) == (event.unit, event.was), event, "it was moved elsewhere")
    demand(event.replaces == state.replaced(event.unit), event, "it ends another tombstone")
    demand((event.revives is not None) == known.spent, event, "its code was not as it says")
    demand(event.revives in (None, known.cred), event, "not this handover's credential")


HANDLES: Handles = {
    msg.MoveHandover: start,
    msg.PlaceMoved: place,
    msg.ConfirmMove: confirm,
    msg.StopMove: stop,
}
MAY: Mapping[type[msg.Message], frozenset[str]] = {
    msg.MoveHandover: frozenset({"operator"}),
    msg.PlaceMoved: frozenset({"operator"}),
    msg.ConfirmMove: frozenset({"operator"}),
    msg.StopMove: frozenset({"operator", "device"}),
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.MoveStarted: _started,
    ev.MovePlacing: _placing,
    ev.MoveOpened: _opened,
    ev.MoveNotOpened: _missed,
    ev.MoveClosed: _closed,
    ev.MoveDoorFailed: _unopened,
    ev.MoveAbandoned: _abandoned,
    ev.MoveConfirmed: _confirmed,
}
