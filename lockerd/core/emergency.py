"""The emergency: some or all doors open, one after another, and each says what it did.

Theory of operation.  Two people, or one who breaks the glass, start it with a reason.  Doors get
their turn in the cabinet's order: one lease, one pulse, and the contact's word.  The next turn
comes when the last door has opened or its confirm window has passed, and never within `GAP_MS` of
the last pulse, so that the supply holds one strike.  What lies behind a door is frozen as its turn
comes, because nobody can say afterwards who took it; an operator says of each what was found.

Rules.  A door that somebody is being served at, or that stands open, is skipped and named.  No
door is pulsed twice.  A cabinet out of service opens all the same: that is what this is for.  A
power cut ends it; what had no turn is named, and nothing goes on by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lockerd.core import approval
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles, reason
from lockerd.core.judge import Question, by, demand
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.state import Emergency, Stamp, State

PURPOSE = "emergency"
"""The purpose of its leases and pulses, and the subject under which a second person approves."""

GAP_MS = 1_000
FREEZES = frozenset({"collectable", "expired", "unconfirmed", "awaiting_return"})
STOPPED = "stopped"
FROZEN_FOR = "opened in an emergency"


def running(state: State) -> Emergency | None:
    """The emergency that is going on."""
    known = state.emergency
    return None if known is None or known.ended else known


def in_flight(state: State) -> str | None:
    """The door whose turn it is and that has neither opened nor failed to."""
    for unit, one in state.doors.items():
        lease = one.lease
        if lease is not None and lease.purpose == PURPOSE and lease.opened is None:
            return unit
    return None


def start(draft: Draft, message: msg.OpenAll) -> None:
    """Begin, with the first door at once."""
    reason(message.reason)
    site, state = draft.site, draft.state
    if running(state) is not None:
        raise Declined("running", "an emergency opening is going on; wait for its end or stop it")
    if state.duty == "fresh":
        raise Declined("fresh", "the cabinet has not started yet; try again in a moment")
    asked = message.units or tuple(one.unit for one in site.compartments)
    for unit in asked:
        if not site.has(unit):
            raise Declined("unit", f"no compartment {unit!r}; the config lists them")
    cause = approval.second(draft, PURPOSE, message.actor)
    units = tuple(dict.fromkeys(asked))
    known = state.approvals[PURPOSE]
    others = [one for one in known.staff if one != message.actor.id]
    approver = others[-1] if others else message.actor.id
    begun = draft.add(
        ev.EmergencyStarted(
            actor=message.actor,
            cause=cause,
            units=units,
            reason=message.reason,
            approver=approver,
        )
    )
    _turns(draft, begun, units, ())


def stop(draft: Draft, message: msg.StopOpening) -> None:
    """The rest stays shut; a door in its turn says first what it did."""
    known = running(draft.state)
    if known is None:
        raise Declined("idle", "no emergency opening is going on; nothing needs stopping")
    begun = draft.entry(known.entry)
    for unit in known.todo:
        draft.add(ev.EmergencySkipped(actor=message.actor, unit=unit, cause=begun, why=STOPPED))
    if in_flight(draft.state) is None:
        _end(draft, known, message.actor, STOPPED)


def due(draft: Draft) -> None:
    """The next door's turn, or the end."""
    known = running(draft.state)
    if known is None or in_flight(draft.state) is not None or wait_ms(draft.state, draft.now) > 0:
        return
    cause = draft.entry(known.entry)
    assert cause is not None
    skipped = _turns(draft, cause, known.todo, tuple(known.skipped))
    if len(skipped) == len(known.skipped) + len(known.todo):
        _end(draft, known, ev.DEVICE, STOPPED if known.left else "", skipped)


def wait_ms(state: State, now: Now) -> int:
    """How long until the next turn, as far as the last pulse is concerned."""
    known = running(state)
    if known is None or known.last is None:
        return 0
    return max(0, GAP_MS - state.elapsed_ms(known.last, now))


def moments(state: State, now: Now) -> Iterable[int]:
    """When `due` will next have something to say, in ms since this boot."""
    if running(state) is not None and in_flight(state) is None:
        yield now.up_ms + wait_ms(state, now)


def cut(draft: Draft) -> None:
    """A start after a cut that fell into an emergency: it is over, and says what it came to."""
    known = running(draft.state)
    if known is not None:
        _end(draft, known, ev.DEVICE, "power")


def _turns(
    draft: Draft, begun: ev.Cause, todo: Iterable[str], skipped: tuple[str, ...]
) -> tuple[str, ...]:
    """Skip what needs no pulse, and give the first other door its turn; all that was skipped."""
    for unit in todo:
        why = _passed(draft, unit)
        if why is None:
            _turn(draft, begun, unit)
            break
        draft.add(ev.EmergencySkipped(unit=unit, cause=begun, why=why))
        skipped += (unit,)
    return skipped


def _passed(draft: Draft, unit: str) -> str | None:
    """Why nothing is pulsed for this door."""
    if not draft.site.has(unit):
        return "config"
    known = draft.door(unit)
    if known.level == Level.OPEN.value:
        return "open"
    held = draft.state.occupied_by(unit)
    busy = known.lease is not None and known.lease.over is None
    calm = held is None or held.phase in FREEZES | {"frozen"}
    return None if calm and not busy else "in-use"


def _turn(draft: Draft, begun: ev.Cause, unit: str) -> None:
    held = draft.state.occupied_by(unit)
    if held is not None and held.phase in FREEZES:
        draft.add(ev.HandoverFrozen(unit=unit, ho=held.ho, cause=begun, reason=FROZEN_FOR))
    given = draft.add(ev.EmergencyDoor(unit=unit, cause=begun))
    draft.pulse(unit, PURPOSE, 1, None, ev.DEVICE, given)


def _end(
    draft: Draft,
    known: Emergency,
    actor: ev.Actor,
    why: str,
    skipped: tuple[str, ...] | None = None,
) -> None:
    """Say what it came to.  A door in flight counts by what this same draft saw of it."""
    passed = tuple(known.skipped) if skipped is None else skipped
    seen = [
        one.unit
        for one in draft.events
        if isinstance(one, ev.DoorOpened) and one.purpose == PURPOSE and one.unit is not None
    ]
    opened = (*known.opened, *seen)
    tried = tuple(one for one in known.given if one not in opened)
    left = (*known.left, *(one for one in known.todo if one not in passed))
    draft.add(
        ev.EmergencyEnded(
            actor=actor,
            cause=draft.entry(known.entry),
            opened=opened,
            not_opened=tried,
            skipped=passed,
            left=left,
            why=why,
        )
    )


# -- what the events change -----------------------------------------------------------------------


def _started(state: State, event: ev.EmergencyStarted, idx: int, now: Now) -> None:
    state.emergency = Emergency(idx, event.actor.id, list(event.units))
    approval.used(state, PURPOSE)


def _given(state: State, event: ev.EmergencyDoor, idx: int, now: Now) -> None:
    known, unit = state.emergency, event.unit or ""
    assert known is not None
    known.todo.remove(unit)
    known.given.append(unit)
    known.last = Stamp.of(now)


def _skipped(state: State, event: ev.EmergencySkipped, idx: int, now: Now) -> None:
    known, unit = state.emergency, event.unit or ""
    assert known is not None
    known.todo.remove(unit)
    (known.left if event.why == STOPPED else known.skipped).append(unit)


def _opened(state: State, event: ev.DoorOpened, idx: int, now: Now) -> None:
    known = running(state)
    if known is not None and event.purpose == PURPOSE:
        known.opened.append(event.unit or "")


def _ended(state: State, event: ev.EmergencyEnded, idx: int, now: Now) -> None:
    known = state.emergency
    assert known is not None
    known.ended = True
    known.opened, known.left = list(event.opened), list(event.left)
    known.todo = []


# -- what an auditor asks -------------------------------------------------------------------------


def _was_started(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, *approval.APPROVERS)
    demand(running(state) is None, event, "another one was going on")
    demand(len(set(event.units)) == len(event.units) > 0, event, "not a list of doors")
    known = approval.live(state, PURPOSE, now)
    caused = known is not None and event.cause == (state.epoch, known.entry)
    demand(caused, event, "nobody approved it")
    assert known is not None
    alone = known.glass == event.actor.id == event.approver
    other = event.approver in known.staff and event.approver != event.actor.id
    demand(alone or other, event, "the second person is not who approved")


def _of(state: State, event: Any) -> Emergency:
    known = running(state)
    caused = known is not None and event.cause == (state.epoch, known.entry)
    demand(caused, event, "no emergency was going on")
    assert known is not None
    return known


def _was_given(state: State, event: Any, idx: int, now: Now) -> None:
    demand(event.unit in _of(state, event).todo, event, "not this door's turn")
    demand(in_flight(state) is None, event, "another door had its turn")
    held = state.occupied_by(event.unit)
    demand(held is None or held.phase == "frozen", event, "what lay there was not frozen")


def _was_skipped(state: State, event: Any, idx: int, now: Now) -> None:
    demand(event.unit in _of(state, event).todo, event, "not this door's turn")


def _was_ended(state: State, event: Any, idx: int, now: Now) -> None:
    known = _of(state, event)
    turned = sorted((*event.opened, *event.not_opened)) == sorted(known.given)
    demand(turned and set(event.opened) >= set(known.opened), event, "other doors had their turn")
    left = [*known.left, *known.todo]
    rest = list(event.skipped) == known.skipped and list(event.left) == left
    demand(rest, event, "other doors were left")
    demand(bool(event.why) or not left, event, "doors were left without a reason")


HANDLES: Handles = {msg.OpenAll: start, msg.StopOpening: stop}
MAY: Mapping[type[msg.Message], frozenset[str]] = {
    msg.OpenAll: approval.APPROVERS,
    msg.StopOpening: approval.APPROVERS,
}
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.EmergencyStarted: _started,
    ev.EmergencyDoor: _given,
    ev.EmergencySkipped: _skipped,
    ev.DoorOpened: _opened,
    ev.EmergencyEnded: _ended,
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.EmergencyStarted: _was_started,
    ev.EmergencyDoor: _was_given,
    ev.EmergencySkipped: _was_skipped,
    ev.EmergencyEnded: _was_ended,
}
