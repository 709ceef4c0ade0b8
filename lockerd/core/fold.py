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
from lockerd.core.tables import ImpossibleHistory

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
_OF_HANDOVER = frozenset(one for one in _KINDS if one.__name__ in handover.TRIGGERS)
_OF_DOOR = frozenset(one for one in _KINDS if one.__name__ in door.TRIGGERS) | {ev.DoorCertain}
_OF_DUTY = frozenset(one for one in _KINDS if one.__name__ in duty.TRIGGERS)


def apply(state: State, event: ev.Event, idx: int, now: Now) -> None:
    """Fold one entry in place.  Raises ImpossibleHistory, with the state then to be discarded."""
    if idx != state.size:
        raise ImpossibleHistory(f"entry {idx} came where {state.size} was due; entries are missing")
    kind, ho = type(event), event.ho
    if ho is not None and kind in _OF_HANDOVER:
        _handover(state, event, idx, now)
    if event.unit is not None:
        _door(state, event, idx, now)
    if kind in _OF_DUTY:
        state.duty = duty.step(state.duty, kind.__name__)
    rest = FOLDS.get(kind)
    if rest is not None:
        rest(state, event, idx, now)
    known = state.handovers.get(ho) if ho is not None else None
    wrong = known.wrong_pins if known is not None else 0
    attention.fold(state.queue, event, idx, now.lo, wrong)
    if known is not None and known.phase in handover.FINAL:
        _bury(state, known, idx, now)
    state.size = idx + 1
    if now.lo > state.lo:
        state.lo = now.lo
    if now.source == "synced" or idx == 0:
        state.vouched = now.lo


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


def _handover(state: State, event: ev.Event, idx: int, now: Now) -> None:
    assert event.ho is not None
    state._first = None
    known = state.handovers.get(event.ho)
    before = known.phase if known is not None else handover.NONE
    phase = handover.step(event.ho, before, type(event).__name__)
    if isinstance(event, (ev.HandoverOrdered, ev.OrderCarried)):
        state.handovers[event.ho] = begin(event, phase, idx)
        return
    assert known is not None
    known.phase = phase
    more = OF_HANDOVER.get(type(event))
    if more is not None:
        more(state, known, event, idx, now)


def _door(state: State, event: ev.Event, idx: int, now: Now) -> None:
    assert event.unit is not None
    one = state.doors.get(event.unit)
    if one is None:
        one = state.doors[event.unit] = Door(event.unit)
    kind = type(event)
    if kind in _OF_DOOR:
        one.phase = door.step(event.unit, one.phase, event)
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
