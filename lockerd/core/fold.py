"""`apply(state, event, idx, now)`: the only thing that changes a `State`.

Theory of operation.  It is called only with entries that are on disk.  The three tables say which
phase follows; what else an event changes stands in tables from its class to a function: of its
handover (`of_handover`), of its door (`of_door`), and of the rest, where each room folds its own
events (`FOLDS`).  Replaying a journal through it gives the state that wrote it.

Rules.  An event that its table refuses raises `ImpossibleHistory`, with the state then to be
discarded.  A kind without a function changes nothing beside its phases.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from lockerd.core import (
    adopt,
    approval,
    attention,
    credit,
    dispute,
    door,
    duty,
    emergency,
    expiry,
    fact,
    founding,
    handover,
    lost,
    maintenance,
    of_cabinet,
    parts,
    people,
    rounds,
    seal,
    setup,
    signature,
    stick,
    window,
)
from lockerd.core import events as ev
from lockerd.core.now import Now
from lockerd.core.of_door import OF_DOOR
from lockerd.core.of_handover import OF_HANDOVER, begin
from lockerd.core.state import Door, Handover, Stamp, State, Tomb
from lockerd.core.tables import ImpossibleHistory, by_trigger

Fold = Callable[[State, Any, int, Now], None]

ROOMS: tuple[ModuleType, ...] = (
    *(setup, of_cabinet, parts, people, founding, approval),
    *(window, credit, expiry, dispute, seal, signature, fact, emergency),
    *(maintenance, rounds, lost, adopt, stick),
)
"""Rooms with folds of their own."""


def _folds() -> Mapping[type[ev.Event], Fold]:
    """Every room's folds; where two rooms fold one kind, each changes what is its own."""
    found: dict[type[ev.Event], Fold] = {}
    for room in ROOMS:
        for kind, fold in room.FOLDS.items():
            found[kind] = _both(found[kind], fold) if kind in found else fold
    return found


def _both(one: Fold, other: Fold) -> Fold:
    def fold(state: State, event: Any, idx: int, now: Now) -> None:
        one(state, event, idx, now)
        other(state, event, idx, now)

    return fold


FOLDS = _folds()

_KINDS = tuple(ev.CATALOGUE.values())
# By class, because every line of a replay asks: names would be looked up three times for each.
_NAMED = {one.__name__: one for one in _KINDS}
_OF_HANDOVER = {_NAMED[name]: after for name, after in by_trigger(handover.TABLE).items()}
_OF_DOOR = {_NAMED[name]: after for name, after in by_trigger(door.TABLE).items() if name in _NAMED}
_OF_DUTY = frozenset(one for one in _KINDS if one.__name__ in duty.TRIGGERS)


def apply(state: State, event: ev.Event, idx: int, now: Now) -> None:
    """Fold one entry in place.  Raises ImpossibleHistory, with the state then to be discarded."""
    if idx != state.size:
        raise ImpossibleHistory(f"entry {idx} came where {state.size} was due; entries are missing")
    kind, ho, unit, lo = type(event), event.ho, event.unit, now.lo
    if ho is not None and kind in _OF_HANDOVER:
        _handover(state, ho, event, idx, now)
    if unit is not None:
        _door(state, unit, event, idx, now)
    if kind in _OF_DUTY:
        state.duty = duty.step(state.duty, kind.__name__)
    rest = FOLDS.get(kind)
    if rest is not None:
        rest(state, event, idx, now)
    known = state.handovers.get(ho) if ho is not None else None
    if kind in attention.RAISES or (state.queue and kind in attention.ENDS):
        wrong = known.wrong_pins if known is not None else 0
        attention.fold(state.queue, event, idx, lo, wrong)
    if known is not None and known.phase in handover.FINAL:
        _bury(state, known, idx, now)
    state.size = idx + 1
    if lo > state.lo:
        state.lo = lo
    if now.source == "synced" or idx == 0:
        state.vouched = lo


def rehearse(state: State, events: Sequence[ev.Event]) -> None:
    """Step the tables through events without changing the state, before they go to disk.

    Raises ImpossibleHistory: then `decide` is wrong, and nothing was written.
    """
    phases: dict[str, str] = {}
    for event in events:
        name = ev.trigger(event)
        if event.ho is not None and name in handover.TRIGGERS:
            known = state.handovers.get(event.ho)
            before = phases.get(event.ho, known.phase if known else handover.NONE)
            phases[event.ho] = handover.step(event.ho, before, name)
        if event.unit is not None and door.trigger_of(event) in door.TRIGGERS:
            seen = state.doors.get(event.unit)
            key = f"door {event.unit}"
            before = phases.get(key, seen.phase if seen else "unknown")
            phases[key] = door.step(event.unit, before, event)
        if name in duty.TRIGGERS:
            phases[""] = duty.step(phases.get("", state.duty), name)


def _handover(state: State, ho: str, event: ev.Event, idx: int, now: Now) -> None:
    state._first = None
    known, kind = state.handovers.get(ho), type(event)
    before = known.phase if known is not None else handover.NONE
    phase = _OF_HANDOVER[kind].get(before) or handover.step(ho, before, kind.__name__)
    if isinstance(event, (ev.HandoverOrdered, ev.OrderCarried)):
        state.handovers[ho] = begin(event, phase, idx)
        return
    assert known is not None
    known.phase = phase
    more = OF_HANDOVER.get(kind)
    if more is not None:
        more(state, known, event, idx, now)


def _door(state: State, unit: str, event: ev.Event, idx: int, now: Now) -> None:
    one, kind = state.doors.get(unit), type(event)
    if one is None:
        one = state.doors[unit] = Door(unit)
    after = _OF_DOOR.get(kind)
    if after is not None:
        one.phase = after.get(one.phase) or door.step(unit, one.phase, event)
    elif kind is ev.DoorCertain:  # its level says which row
        one.phase = door.step(unit, one.phase, event)
    more = OF_DOOR.get(kind)
    if more is not None:
        more(one, event, idx, now)


def _bury(state: State, known: Handover, idx: int, now: Now) -> None:
    """A finished handover leaves; a collected one leaves a tombstone in its compartment."""
    del state.handovers[known.ho]
    over = known.phase in ("collected", "collected_manually")
    if over and known.unit is not None and known.cred is not None:
        state.tombs[known.unit] = Tomb(
            ho=known.ho,
            cred=known.cred,
            when=now.lo,
            idx=idx,
            closed=Stamp.of(now),
            depositor=known.depositor,
            recipient_no=known.recipient_no,
            sealed=known.sealed,
        )
