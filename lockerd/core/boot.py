"""What a start finds: the same tables, with the doors as they stand.

Theory of operation.  Boot is one message.  Every door was read before it; here the readings are
compared with what was known.  Whatever was in the air when power went is named: an authorised
release whose door stands open was opened, one whose door is closed was interrupted, one whose door
cannot be read is frozen; a deposit without the depositor's word is unconfirmed; a door that moved
while nobody watched was forced.

Rules.  There is no second recovery path.  Nothing is pulsed at boot.
"""

from __future__ import annotations

from lockerd.core import delivery, door, emergency, maintenance, moving, returns, rounds, stick
from lockerd.core import events as ev
from lockerd.core.doors import closed, released, released_closed
from lockerd.core.draft import Draft, Handles
from lockerd.core.messages import Booted, Level
from lockerd.core.state import RULES, Door, Lease


def booted(draft: Draft, message: Booted) -> None:
    """Decide the boot message."""
    readings = tuple(f"{unit}={level.value}" for unit, level in message.doors.items())
    draft.add(
        ev.LogBoot(software=message.software, rules=RULES, config=message.config, doors=readings)
    )
    _signed_out(draft)
    for unit, known in draft.state.doors.items():
        level = message.doors.get(unit, Level.UNKNOWN)
        lease = known.lease
        # A release that had failed before lost its claim with the boot entry.
        live = lease if lease is not None and lease.over is None else None
        if live is not None:
            _leased(draft, known, live, level)
        reason = "unreadable at start" if unit in message.doors else "not in the configuration"
        _settle(draft, known, live, level, reason)
    _stranded(draft)
    emergency.cut(draft)
    maintenance.cut(draft)
    rounds.cut(draft)
    delivery.lost(draft)
    stick.cut(draft)


def _signed_out(draft: Draft) -> None:
    """A session that power ended."""
    staff = draft.state.signed_in
    if staff is not None:
        known = draft.state.staff[staff]
        actor = ev.Actor(known.role, staff)
        draft.add(ev.StaffSignedOut(actor=actor, staff=staff, reason="power"))


def _settle(draft: Draft, known: Door, lease: Lease | None, level: Level, reason: str) -> None:
    """Say what the reading means for the door itself, after what it meant for its lease."""
    phase = known.phase
    for one in draft.events:
        if one.unit == known.unit and door.trigger_of(one) in door.TRIGGERS:
            phase = door.step(known.unit, phase, one)
    if level is Level.UNKNOWN:
        if phase != "unknown":
            draft.add(ev.DoorUncertain(unit=known.unit, reason=reason))
    elif level is Level.CLOSED:
        if phase in ("open", "forced"):
            draft.add(ev.DoorClosed(unit=known.unit))
        elif phase == "unknown":
            draft.add(ev.DoorCertain(unit=known.unit, level=level.value))
    elif phase == "closed" or (phase == "unknown" and _unwatched(draft, known, lease)):
        draft.add(ev.DoorForced(unit=known.unit, unpowered=True))
    elif phase == "unknown":
        draft.add(ev.DoorCertain(unit=known.unit, level=level.value))


def _unwatched(draft: Draft, known: Door, lease: Lease | None) -> bool:
    """Whether something may lie behind a door that was not known to be open."""
    seen = lease is not None and lease.opened is not None
    return not seen and draft.state.occupied_by(known.unit) is not None


def _leased(draft: Draft, known: Door, lease: Lease, level: Level) -> None:
    if lease.purpose == "release":
        _release(draft, known, lease, level)
    elif lease.purpose == "deposit":
        _deposit(draft, known, lease, level)
    elif lease.purpose == "return":
        returns.booted(draft, known, lease, level, _first_opening(known, lease, level))
    elif lease.purpose == "move":
        _move(draft, known, lease, level)
    else:
        _test(draft, known, lease, level)


def _first_opening(known: Door, lease: Lease, level: Level) -> bool:
    """Whether an open door is this lease's evidence: it was pulsed, and not open before."""
    pulsed = lease.attempt > 0 and lease.opened is None
    return pulsed and level is Level.OPEN and known.level != Level.OPEN.value


def _release(draft: Draft, known: Door, lease: Lease, level: Level) -> None:
    assert lease.ho is not None
    handover = draft.handover(lease.ho)
    cause = draft.entry(lease.entry)
    unit, ho = known.unit, lease.ho
    if handover.phase == "open":
        if level is Level.CLOSED:
            released_closed(draft, known, lease, late=True)
    elif handover.phase == "frozen":
        if level is Level.CLOSED:
            draft.add(ev.DoorClosed(unit=unit, ho=ho, cause=cause))
    elif level is Level.UNKNOWN:
        _freeze(draft, known, lease, "the door could not be read after a power cut")
    elif _first_opening(known, lease, level):
        draft.add(released(draft, handover, cause, late=True))
    elif level is Level.OPEN:
        _freeze(draft, known, lease, "the door stands open, and nobody saw its strike open it")
    elif known.level == Level.OPEN.value:
        _freeze(draft, known, lease, "the contact showed an open door before the release")
    else:
        draft.add(ev.ReleaseInterrupted(unit=unit, ho=ho, cause=cause))
        if draft.profile(handover).interrupted == "ask-operator":
            _freeze(draft, known, lease, "interrupted by a power cut")


def _freeze(draft: Draft, known: Door, lease: Lease, reason: str) -> None:
    draft.add(
        ev.HandoverFrozen(
            unit=known.unit, ho=lease.ho, cause=draft.entry(lease.entry), reason=reason
        )
    )


def _deposit(draft: Draft, known: Door, lease: Lease, level: Level) -> None:
    assert lease.ho is not None
    phase = draft.handover(lease.ho).phase
    cause = draft.entry(lease.entry)
    unit, ho = known.unit, lease.ho
    if phase == "depositing" and _first_opening(known, lease, level):
        draft.add(ev.DepositOpened(unit=unit, ho=ho, cause=cause, late=True))
    if phase == "placing" and level is Level.CLOSED:
        draft.add(ev.DepositClosed(unit=unit, ho=ho, cause=cause))
    draft.add(ev.DepositUnconfirmed(unit=unit, ho=ho, cause=cause, reason="power"))


def _test(draft: Draft, known: Door, lease: Lease, level: Level) -> None:
    cause = draft.entry(lease.entry)
    unit, ho = known.unit, lease.ho
    if lease.opened is not None:
        if level is Level.CLOSED:
            closed(draft, known, lease)
    elif _first_opening(known, lease, level):
        draft.add(ev.DoorOpened(unit=unit, ho=ho, cause=cause, purpose=lease.purpose))
        if lease.purpose == rounds.PURPOSE:
            rounds.opened_late(draft, unit, cause)
    else:
        draft.add(ev.DoorNotOpened(unit=unit, ho=ho, cause=cause, purpose=lease.purpose))


def _move(draft: Draft, known: Door, lease: Lease, level: Level) -> None:
    """A cut fell into a move: what the door shows is said, and a person must say the rest."""
    unit, ho, cause = known.unit, lease.ho, draft.entry(lease.entry)
    if _first_opening(known, lease, level):
        draft.add(ev.MoveOpened(unit=unit, ho=ho, cause=cause, late=True))
    elif lease.opened is not None and level is Level.CLOSED:
        draft.add(ev.MoveClosed(unit=unit, ho=ho, cause=cause))
    draft.add(ev.MoveStopped(unit=unit, ho=ho, cause=cause, reason="power"))


def _stranded(draft: Draft) -> None:
    """Deposits whose door was already shut: its lease ended with the closing."""
    named = {one.ho for one in draft.events}
    for known in draft.state.handovers.values():
        if known.phase in moving.MOVING and known.ho not in named:
            draft.add(moving.stopped(draft, known, ev.DEVICE, "power"))
        if known.phase == "placed" and known.ho not in named:
            draft.add(
                ev.DepositUnconfirmed(
                    unit=known.unit,
                    ho=known.ho,
                    cause=draft.entry(known.ordered),
                    reason="power",
                )
            )


HANDLES: Handles = {Booted: booted}
