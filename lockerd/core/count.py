"""The blind count: what lies in the compartments, said before the record is shown.

Theory of operation.  A person looks into compartments and says of each whether something lies in
it.  Only then is that compared with the record.  Every answer is an entry of its own, never a
collection and never a correction of one.  An item that is not there is frozen: somebody says what
became of it, in the queue.  Something that nothing is known about takes its compartment out of
service, with a line of the queue, until it was cleared.

Rules.  A compartment that somebody is being served at is not counted.  What a count finds changes
no handover that it agrees with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles
from lockerd.core.emergency import FREEZES
from lockerd.core.judge import Question, by, demand
from lockerd.core.now import Now
from lockerd.core.state import State

ITEM, EMPTY = "item", "empty"
SEEN = (ITEM, EMPTY)
RULE = "count"
SURE = FREEZES - {"unconfirmed"}
"""Phases of which the record is certain that something lies there; others wait for a person."""

MISSING = "a count found it empty"
EXTRA = "a count found something inside"


def expected(state: State, unit: str) -> str:
    """What should be seen in a compartment."""
    held = state.occupied_by(unit)
    return EMPTY if held is None else ITEM


def enter(draft: Draft, message: msg.EnterCount) -> None:
    """Compare what was seen with the record."""
    units = [unit for unit, _ in message.seen]
    if not units or len(set(units)) < len(units):
        raise Declined("units", "name every compartment that was looked into once")
    for unit, seen in message.seen:
        if not draft.site.has(unit):
            raise Declined("unit", f"no compartment {unit!r}; the config lists them")
        if seen not in SEEN:
            raise Declined("seen", f"what was seen is one of: {', '.join(SEEN)}")
        _still(draft, unit)
    for unit, seen in message.seen:
        entered(draft, message.actor, unit, seen)


def _still(draft: Draft, unit: str) -> None:
    known, held = draft.door(unit), draft.state.occupied_by(unit)
    served = known.lease is not None and known.lease.over is None
    calm = held is None or held.phase in FREEZES | {"frozen"}
    if served or not calm:
        raise Declined("in-use", f"somebody is being served at {unit}; count it afterwards")


def entered(
    draft: Draft, actor: ev.Actor, unit: str, seen: str, turn: ev.Cause | None = None
) -> None:
    """Write down what was found, and what follows from a difference.  `turn`: of a round."""
    held, should = draft.state.occupied_by(unit), expected(draft.state, unit)
    ho = None if held is None else held.ho
    found = ev.CountEntered(actor=actor, unit=unit, ho=ho, cause=turn, seen=seen, expected=should)
    cause = draft.add(found)
    if seen == should:
        return
    if held is not None and held.phase in SURE:
        draft.add(ev.HandoverFrozen(unit=unit, ho=ho, cause=cause, reason=MISSING))
    elif held is None and draft.door(unit).retired is None:
        draft.add(ev.DoorRetired(actor=actor, unit=unit, cause=cause, reason=EXTRA))


def _was_entered(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")
    held = state.occupied_by(event.unit or "")
    demand(event.seen in SEEN, event, "nobody sees that")
    demand(event.ho == (None if held is None else held.ho), event, "something else lies there")
    demand(event.expected == expected(state, event.unit or ""), event, "not what the record said")
    if event.cause is not None:
        known = state.count
        turn = known is not None and event.cause == (state.epoch, known.turn)
        demand(turn, event, "no such turn of a round")
        assert known is not None
        own = known.unit == event.unit and known.opened and not known.said
        demand(own and known.staff == event.actor.id, event, "not this door's turn")


HANDLES: Handles = {msg.EnterCount: enter}
MAY: Mapping[type[msg.Message], frozenset[str]] = {msg.EnterCount: frozenset({"operator"})}
QUESTIONS: Mapping[type[ev.Event], Question] = {ev.CountEntered: _was_entered}
