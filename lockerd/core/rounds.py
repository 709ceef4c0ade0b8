"""A round of the blind count: an operator is led from compartment to compartment.

Theory of operation.  One after another every door opens; the operator says whether something lies
inside, is told nothing about what should, closes the door, and the next one opens.  Every answer is
the entry of a blind count (`count`), with what follows from a difference.  The round is state: a
cut, the end of the session or a wish lets it stand still, and whoever goes on with it begins where
it stood.  Where a profile of the cabinet asks for authorisers, or nobody knows yet what lies in
some compartment of a new epoch, a second person approves each beginning.

Rules.  One door at a time; the next one only once the last is closed and answered for.  A door that
somebody is being served at, that stands open or that cannot be read is skipped and named.  An item
whose door was opened, late ones too, and that nobody spoke for is held until somebody looked.  A
strike that still rests when the round leaves its door is not pulsed any more.  A recipient's code
does not open a door while it is being counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lockerd.core import approval, count
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles
from lockerd.core.emergency import FREEZES
from lockerd.core.judge import Question, by, demand
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import NEVER, Count, State

PURPOSE = "count"
"""The purpose of its leases and pulses, and the subject under which a second person approves."""

UNSAID = "opened in a count, and nobody said what lies there"
ASKED, LEFT, POWER = "asked", "left", "power"
WHYS = ("in-use", "open", "unknown", "config", "not opened", ASKED)
PAUSES = (ASKED, LEFT, POWER)


def two(site: Site, state: State) -> bool:
    """Whether a round needs a second person: a profile has authorisers, or contents are unknown."""
    return bool(state.unknown) or any(one.authorisers > 0 for one in site.profiles)


def start(draft: Draft, message: msg.StartCount) -> None:
    """Begin, or go on."""
    actor, known = message.actor, draft.state.count
    if draft.state.duty != "serving":
        raise Declined("service", "the cabinet is out of service; put it back first")
    if known is not None and known.unit:
        raise Declined("running", f"staff {known.staff} is counting; wait until that stands still")
    first = known.todo[0] if known is not None and known.todo else ""
    if first and draft.door(first).level == Level.OPEN.value:
        raise Declined("open", f"door {first} still stands open; close it first")
    cause: ev.Cause | None = None
    approver: str | None = None
    if two(draft.site, draft.state):
        cause = approval.second(draft, PURPOSE, actor)
        given = draft.state.approvals[PURPOSE]
        others = [one for one in given.staff if one != actor.id]
        approver = others[-1] if others else actor.id
    if known is None:
        units = tuple(one.unit for one in draft.site.compartments)
        begun = draft.add(ev.CountStarted(actor=actor, cause=cause, units=units, approver=approver))
        _turns(draft, begun, list(units), [], Count(NEVER, actor.id, []))
        return
    origin = ev.Cause(draft.state.epoch, known.entry)
    draft.add(ev.CountResumed(actor=actor, cause=cause or origin, approver=approver))
    _turns(draft, origin, known.todo, known.skipped, known)


def _turns(
    draft: Draft, begun: ev.Cause, todo: Iterable[str], skipped: list[str], known: Count
) -> None:
    """Skip what cannot be opened now, and give the first other door its turn; else it is over."""
    gone = list(skipped)
    for unit in todo:
        why = _passed(draft, unit)
        if why is None:
            given = draft.add(ev.CountDoor(unit=unit, cause=begun))
            draft.pulse(unit, PURPOSE, 1, None, ev.DEVICE, given)
            return
        draft.add(ev.CountSkipped(unit=unit, cause=begun, why=why))
        gone.append(unit)
    _end(draft, ev.DEVICE, begun, known, gone, ())


def _passed(draft: Draft, unit: str) -> str | None:
    """Why this door cannot be opened for the round."""
    if not draft.site.has(unit):
        return "config"
    known, held = draft.door(unit), draft.state.occupied_by(unit)
    if known.level != Level.CLOSED.value:
        return known.level
    busy = known.lease is not None and known.lease.over is None
    calm = held is None or held.phase in FREEZES | {"frozen"}
    return None if calm and not busy else "in-use"


def _end(
    draft: Draft,
    actor: ev.Actor,
    begun: ev.Cause | None,
    known: Count,
    skipped: Iterable[str],
    left: Iterable[str],
) -> None:
    draft.add(
        ev.CountEnded(
            actor=actor,
            cause=begun,
            counted=tuple(known.counted),
            differ=known.differ,
            skipped=tuple(skipped),
            left=tuple(left),
        )
    )


def _turn(draft: Draft, actor: ev.Actor, unit: str) -> Count:
    """The round, where it is this compartment's turn and this person's."""
    known = draft.state.count
    if known is None or not known.unit or known.unit != unit:
        raise Declined("turn", "it is not this compartment's turn; look at the screen again")
    if known.staff != actor.id:
        raise Declined("other", f"staff {known.staff} is counting; wait until that stands still")
    return known


def say(draft: Draft, message: msg.SayCounted) -> None:
    """What lies there."""
    known = _turn(draft, message.actor, message.unit)
    if message.seen not in count.SEEN:
        raise Declined("seen", f"what was seen is one of: {', '.join(count.SEEN)}")
    if known.said:
        raise Declined("said", "this was answered already; close the door to go on")
    if not known.opened:
        raise Declined("closed", "the door was not seen to open; wait for it, or leave it out")
    count.entered(draft, message.actor, message.unit, message.seen, draft.entry(known.turn))


def skip(draft: Draft, message: msg.SkipCounted) -> None:
    """Leave it out of this round."""
    known = _turn(draft, message.actor, message.unit)
    if known.said:
        raise Declined("said", "this was answered already; close the door to go on")
    _unsaid(draft, known)
    begun = draft.entry(known.entry)
    draft.add(ev.CountSkipped(actor=message.actor, unit=message.unit, cause=begun, why=ASKED))


def pause(draft: Draft, message: msg.PauseCount) -> None:
    """Let it stand still; it can be gone on with."""
    known = draft.state.count
    if known is None or not known.unit or known.staff != message.actor.id:
        raise Declined("idle", "you are not counting; nothing needs stopping")
    _paused(draft, known, message.actor, ASKED)


def end(draft: Draft, message: msg.EndCount) -> None:
    """End it, whatever had no turn yet."""
    known = draft.state.count
    if known is None:
        raise Declined("idle", "nobody counts; nothing needs ending")
    if known.unit and known.staff != message.actor.id:
        raise Declined("other", f"staff {known.staff} is counting; wait until that stands still")
    if known.unit and not known.said:
        _unsaid(draft, known)
    _end(draft, message.actor, draft.entry(known.entry), known, known.skipped, known.todo)


def _paused(draft: Draft, known: Count, actor: ev.Actor, why: str) -> None:
    if not known.said:
        _unsaid(draft, known)
    draft.add(ev.CountPaused(actor=actor, unit=known.unit, cause=draft.entry(known.entry), why=why))


def _unsaid(draft: Draft, known: Count) -> None:
    """An item whose door was opened, and of which nobody said that it is there, is held."""
    seen = any(
        isinstance(one, ev.DoorOpened) and one.purpose == PURPOSE and one.unit == known.unit
        for one in draft.events
    )
    if known.opened or seen:
        _held(draft, known.unit, draft.entry(known.turn))


def _held(draft: Draft, unit: str, cause: ev.Cause | None) -> None:
    held = draft.state.occupied_by(unit)
    if held is not None and held.phase in count.SURE:
        draft.add(ev.HandoverFrozen(unit=unit, ho=held.ho, cause=cause, reason=UNSAID))


def opened_late(draft: Draft, unit: str, cause: ev.Cause | None) -> None:
    """A door of a round opened: where its turn is over already, nobody will say what lies there."""
    known = draft.state.count
    if known is None or known.unit != unit or known.said:
        _held(draft, unit, cause)


def due(draft: Draft) -> None:
    """The next turn, or a round whose person has gone."""
    known = draft.state.count
    if known is None or not known.unit:
        return
    if draft.state.signed_in != known.staff:
        _paused(draft, known, ev.DEVICE, LEFT)
        return
    if not _over(draft.state, known):
        return
    begun = draft.entry(known.entry)
    assert begun is not None
    skipped = list(known.skipped)
    if not known.said:
        draft.add(ev.CountSkipped(unit=known.unit, cause=begun, why="not opened"))
        skipped.append(known.unit)
    todo = [one for one in known.todo if one != known.unit]
    _turns(draft, begun, todo, skipped, known)


def _over(state: State, known: Count) -> bool:
    """Whether the turn is over: answered behind a closed door, or never opened."""
    door = state.doors[known.unit]
    leased = door.lease is not None and door.lease.purpose == PURPOSE
    if known.said:
        return door.level == Level.CLOSED.value and not leased
    return not known.opened and not leased


def moments(state: State, now: Now) -> Iterable[int]:
    """When `due` will next have something to say, in ms since this boot."""
    known = state.count
    if known is not None and known.unit:
        gone = state.signed_in != known.staff
        if gone or _over(state, known):
            yield now.up_ms


def cut(draft: Draft) -> None:
    """A start: the round stands still."""
    known = draft.state.count
    if known is not None and known.unit:
        _paused(draft, known, ev.DEVICE, POWER)


# -- what the events change -----------------------------------------------------------------------


def _started(state: State, event: ev.CountStarted, idx: int, now: Now) -> None:
    state.count = Count(idx, event.actor.id, list(event.units))
    approval.used(state, PURPOSE)


def _resumed(state: State, event: ev.CountResumed, idx: int, now: Now) -> None:
    known = state.count
    assert known is not None
    known.staff = event.actor.id
    approval.used(state, PURPOSE)


def _given(state: State, event: ev.CountDoor, idx: int, now: Now) -> None:
    known = state.count
    assert known is not None
    _done(known)
    known.unit, known.turn = event.unit or "", idx


def _done(known: Count) -> None:
    """The turn is over."""
    known.unit, known.turn, known.opened, known.said = "", NEVER, False, False


def _unpulsed(state: State, known: Count) -> None:
    """A strike that still rests is pulsed for nobody once its turn was given up."""
    door = state.doors.get(known.unit)
    lease = None if door is None else door.lease
    if door is not None and lease is not None:
        own = lease.purpose == PURPOSE and lease.entry == known.turn
        door.lease = None if own and lease.attempt == 0 else lease


def _skipped(state: State, event: ev.CountSkipped, idx: int, now: Now) -> None:
    known, unit = state.count, event.unit or ""
    assert known is not None
    known.todo.remove(unit)
    known.skipped.append(unit)
    if known.unit == unit and event.why == ASKED:
        _unpulsed(state, known)
        known.opened, known.said = True, True  # its door has yet to be closed
    elif known.unit == unit:
        _done(known)


def _opened(state: State, event: ev.DoorOpened, idx: int, now: Now) -> None:
    known = state.count
    if known is not None and event.purpose == PURPOSE and known.unit == event.unit:
        known.opened = True


def _entered(state: State, event: ev.CountEntered, idx: int, now: Now) -> None:
    known, unit = state.count, event.unit or ""
    if known is None or event.cause != (state.epoch, known.turn):
        return
    known.said = True
    known.todo.remove(unit)
    known.counted.append(unit)
    known.differ += event.seen != event.expected


def _paused_was(state: State, event: ev.CountPaused, idx: int, now: Now) -> None:
    known = state.count
    assert known is not None
    _unpulsed(state, known)
    _done(known)


def _ended(state: State, event: ev.CountEnded, idx: int, now: Now) -> None:
    if state.count is not None:
        _unpulsed(state, state.count)
    state.count = None


# -- what an auditor asks -------------------------------------------------------------------------


def _approved(state: State, event: Any, now: Now, own: ev.Cause | None) -> None:
    by(event, "operator")
    if event.approver is None:
        demand(event.cause == own and not state.unknown, event, "nobody approved it")
        return
    known = approval.live(state, PURPOSE, now)
    caused = known is not None and event.cause == (state.epoch, known.entry)
    demand(caused, event, "nobody approved it")
    assert known is not None
    alone = known.glass == event.actor.id == event.approver
    other = event.approver in known.staff and event.approver != event.actor.id
    demand(alone or other, event, "the second person is not who approved")


def _was_started(state: State, event: Any, idx: int, now: Now) -> None:
    demand(state.count is None, event, "another round was not over")
    demand(len(set(event.units)) == len(event.units) > 0, event, "not a list of doors")
    _approved(state, event, now, None)


def _of(state: State, event: Any) -> Count:
    known = state.count
    caused = known is not None and event.cause == (state.epoch, known.entry)
    demand(caused, event, "nobody was counting")
    assert known is not None
    return known


def _was_resumed(state: State, event: Any, idx: int, now: Now) -> None:
    known = state.count
    demand(known is not None and not known.unit, event, "no round stood still")
    assert known is not None
    _approved(state, event, now, ev.Cause(state.epoch, known.entry))


def _was_given(state: State, event: Any, idx: int, now: Now) -> None:
    known = _of(state, event)
    free = not known.unit or _over(state, known)
    demand(event.unit in known.todo and free, event, "not this door's turn")


def _was_skipped(state: State, event: Any, idx: int, now: Now) -> None:
    known = _of(state, event)
    demand(event.unit in known.todo, event, "not this door's turn")
    demand(event.why in WHYS, event, "no such reason")


def _was_paused(state: State, event: Any, idx: int, now: Now) -> None:
    known = _of(state, event)
    demand(event.unit == known.unit != "", event, "it stood still")
    demand(event.why in PAUSES, event, "no such reason")


def _was_ended(state: State, event: Any, idx: int, now: Now) -> None:
    known = _of(state, event)
    counted = list(event.counted) == known.counted and event.differ == known.differ
    demand(counted, event, "something else was counted")
    rest = list(event.skipped) == known.skipped and list(event.left) == known.todo
    demand(rest, event, "other doors were left")
    asked = event.actor.role == "operator"
    demand(asked or not event.left, event, "doors were left without a person's word")


HANDLES: Handles = {
    msg.StartCount: start,
    msg.SayCounted: say,
    msg.SkipCounted: skip,
    msg.PauseCount: pause,
    msg.EndCount: end,
}
MAY: Mapping[type[msg.Message], frozenset[str]] = dict.fromkeys(HANDLES, approval.APPROVERS)
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.CountStarted: _started,
    ev.CountResumed: _resumed,
    ev.CountDoor: _given,
    ev.CountSkipped: _skipped,
    ev.DoorOpened: _opened,
    ev.CountEntered: _entered,
    ev.CountPaused: _paused_was,
    ev.CountEnded: _ended,
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.CountStarted: _was_started,
    ev.CountResumed: _was_resumed,
    ev.CountDoor: _was_given,
    ev.CountSkipped: _was_skipped,
    ev.CountPaused: _was_paused,
    ev.CountEnded: _was_ended,
}
