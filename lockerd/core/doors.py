"""What a door did: evidence for whoever was given it, an alarm when nobody was.

Theory of operation.  A contact's change arrives coalesced.  Inside a lease it is that lease's
evidence; outside it is attributed to nobody and says so.  A closed door that came and went between
two reports (`flips` of two and more) did both; after an unknown level flips prove nothing.

Rules.  A door is never opened by a command, only by an edge.  An opening outside the confirm window
is still evidence while the lease lives, flagged as late.  An opening before the first pulse is
nobody's, and ends the lease: what lies inside is no longer known.
"""

from __future__ import annotations

from lockerd.core import dispute, returns, rounds
from lockerd.core import events as ev
from lockerd.core.draft import Draft, Handles
from lockerd.core.messages import DoorMoved, Level
from lockerd.core.state import Door, Handover, Lease

AGAIN = "again"
"""Purpose of an opening by a pulse whose lease had ended with a closing."""

PLAIN = frozenset({"test", "grace", "key", "emergency", "inspect", "adopt", "count"})
"""Purposes whose openings and closings change no handover by themselves."""

SETTLE_MS = 400
"""How long after a pulse's end its opening may still be reported: spring and debounce."""

LATE_LEASE_MS = 60_000
"""How long after its last attempt a failed release still owns an opening of its door."""


def moved(draft: Draft, message: DoorMoved) -> None:
    """Decide one coalesced report of a door's contact."""
    if not draft.site.has(message.unit):
        return
    known = draft.door(message.unit)
    if message.level is Level.UNKNOWN:
        if known.level != Level.UNKNOWN.value:
            draft.add(ev.DoorUncertain(unit=known.unit, reason="unstable", flips=message.flips))
    elif known.level == Level.UNKNOWN.value:
        _certain(draft, known, message.level)
    elif known.level == Level.OPEN.value:
        if message.level is Level.CLOSED:
            _shut(draft, known)
    elif message.level is Level.OPEN:
        _opened(draft, known)
    elif message.flips >= 2:
        _opened(draft, known)
        _shut(draft, known)


def _certain(draft: Draft, known: Door, level: Level) -> None:
    """The contact is steady again, after nobody knew what the door did."""
    lease = known.lease
    seen = lease is not None and lease.opened is not None
    if level is Level.CLOSED and seen:
        _shut(draft, known)
    elif level is Level.CLOSED or seen:
        draft.add(ev.DoorCertain(unit=known.unit, level=level.value))
    elif lease is not None or draft.state.occupied_by(known.unit) is not None:
        _opened(draft, known)
    else:
        draft.add(ev.DoorCertain(unit=known.unit, level=level.value))


def _owns(draft: Draft, lease: Lease) -> bool:
    """Whether an opening now is this lease's evidence."""
    if lease.attempt == 0:
        return False
    if lease.over is None:
        return True
    return draft.state.elapsed_ms(lease.over, draft.now) <= LATE_LEASE_MS


def _own_pulse(draft: Draft, known: Door) -> bool:
    """Whether its own pulse still holds the latch: a door pushed shut too soon opens again."""
    if known.pulsed is None or known.pulsed.boot != draft.now.boot:
        return False
    pulse_ms = draft.site.compartment(known.unit).strike.pulse_ms
    return draft.state.elapsed_ms(known.pulsed, draft.now) <= pulse_ms + SETTLE_MS


def _opened(draft: Draft, known: Door) -> None:
    lease = known.lease
    if lease is None and _own_pulse(draft, known):
        draft.add(ev.DoorOpened(unit=known.unit, purpose=AGAIN))
        return
    if lease is None or not _owns(draft, lease):
        if lease is not None and lease.over is None:
            unproven(draft, known, lease, "the door opened before its strike was pulsed")
        draft.add(ev.DoorForced(unit=known.unit))
        return
    cause = draft.entry(lease.entry)
    if lease.purpose in PLAIN:
        draft.add(ev.DoorOpened(unit=known.unit, ho=lease.ho, cause=cause, purpose=lease.purpose))
        if lease.purpose == rounds.PURPOSE:
            rounds.opened_late(draft, known.unit, cause)
        return
    late = lease.over is not None or lease.pulsed is None
    if lease.purpose == "deposit":
        draft.add(ev.DepositOpened(unit=known.unit, ho=lease.ho, cause=cause, late=late))
        return
    if lease.purpose == "return":
        returns.opened(draft, known, lease, late)
        return
    if lease.purpose == "move":
        draft.add(ev.MoveOpened(unit=known.unit, ho=lease.ho, cause=cause, late=late))
        return
    assert lease.ho is not None
    draft.add(released(draft, draft.handover(lease.ho), cause, late))


def released(
    draft: Draft, handover: Handover, cause: ev.Cause | None, late: bool
) -> ev.ReleaseOpened:
    """The opening of a release; its code lives where it opens other doors too."""
    assert handover.cred is not None
    return ev.ReleaseOpened(
        unit=handover.unit,
        ho=handover.ho,
        cause=cause,
        cred=handover.cred,
        late=late,
        more=draft.state.shared(handover),
    )


def _shut(draft: Draft, known: Door) -> None:
    """The door is shut; `known` is as before the draft, which may already hold its opening."""
    lease = known.lease
    forced = any(isinstance(one, ev.DoorForced) for one in draft.events)
    if forced or lease is None:
        draft.add(ev.DoorClosed(unit=known.unit))
        return
    if lease.opened is None and not draft.events:
        # It stood open before the lease began: its closing is no evidence.
        if lease.attempt > 0:
            unproven(draft, known, lease, "the contact showed an open door before the strike")
        draft.add(ev.DoorClosed(unit=known.unit))
        return
    closed(draft, known, lease)


def closed(draft: Draft, known: Door, lease: Lease) -> None:
    """The door that was given and seen open is shut again."""
    cause = draft.entry(lease.entry)
    if lease.purpose == "deposit":
        draft.add(ev.DepositClosed(unit=known.unit, ho=lease.ho, cause=cause))
    elif lease.purpose == "release":
        released_closed(draft, known, lease)
    elif lease.purpose == "return":
        returns.closed(draft, known, lease)
    elif lease.purpose == "move":
        draft.add(ev.MoveClosed(unit=known.unit, ho=lease.ho, cause=cause))
    else:
        draft.add(ev.DoorClosed(unit=known.unit, ho=lease.ho, cause=cause))
        if lease.purpose == "key":
            assert lease.ho is not None
            one = draft.handover(lease.ho)
            seen = draft.state.size if lease.opened is None else one.opened
            assert seen is not None
            dispute.by_key(draft, one, cause, seen)


def released_closed(draft: Draft, known: Door, lease: Lease, late: bool = False) -> None:
    """The door of a release is shut again: collected, left inside, or disputed meanwhile."""
    assert lease.ho is not None
    one, cause = draft.handover(lease.ho), draft.entry(lease.entry)
    index = draft.state.size if lease.opened is None or one.opened is None else one.opened
    if one.phase == "frozen":
        draft.add(ev.DoorClosed(unit=known.unit, ho=one.ho, cause=cause))
    elif one.left:
        revives = one.cred if one.spent else None
        kept = ev.HandoverKept(unit=known.unit, ho=one.ho, cause=cause, opened=index)
        draft.add(kept.but(revives=revives))
    else:
        over = ev.HandoverCollected(unit=known.unit, ho=one.ho, cause=cause, opened=index)
        draft.add(over.but(late=late, sign=draft.profile(one).signature))


def unproven(draft: Draft, known: Door, lease: Lease, reason: str) -> None:
    """A lease ends although nobody can tell what its door did."""
    cause = draft.entry(lease.entry)
    if lease.purpose == "release":
        draft.add(ev.HandoverFrozen(unit=known.unit, ho=lease.ho, cause=cause, reason=reason))
    elif lease.purpose == "deposit":
        draft.add(ev.DepositUnconfirmed(unit=known.unit, ho=lease.ho, cause=cause, reason=reason))
    elif lease.purpose == "return":
        if lease.over is None:  # else it failed already, and the item awaits its return
            returns.failed(draft, known, lease, reason)
    elif lease.purpose == "move":
        assert lease.ho is not None
        draft.add(ev.MoveStopped(unit=known.unit, ho=lease.ho, cause=cause, reason=reason))
    else:
        draft.add(
            ev.DoorNotOpened(unit=known.unit, ho=lease.ho, cause=cause, purpose=lease.purpose)
        )


HANDLES: Handles = {DoorMoved: moved}
