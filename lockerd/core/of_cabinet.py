"""What each event changes of the cabinet as a whole: log, duty, holds, the keypad's pause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import credit
from lockerd.core import events as ev
from lockerd.core.now import Now
from lockerd.core.state import Door, Stamp, State, epoch_of, quiet


def _genesis(state: State, event: ev.LogGenesis, idx: int, now: Now) -> None:
    state.mode, state.origin, state.vkey = event.mode, event.origin, event.vkey
    state.epoch = epoch_of(event.origin)


def _boot(state: State, event: ev.LogBoot, idx: int, now: Now) -> None:
    """A boot reads every door; only a door never seen before takes its phase from the reading.

    What a reading means for the others is said by the events that follow in the same transaction.
    A release that had failed before loses its claim to a late opening.
    """
    credit.booted(state, idx)
    state.boot, state.booted_up_ms, state.booted = now.boot, now.up_ms, idx
    state.boots += 1
    state._first = None
    state.stopped, state.signed_in = False, None
    state.config = event.config
    for line in event.doors:
        unit, _, level = line.partition("=")
        if unit not in state.doors:
            state.doors[unit] = Door(unit, phase=level, level=level)
    for one in state.doors.values():
        if one.lease is not None and one.lease.over is not None:
            one.lease = None


def _stopped(state: State, event: ev.LogStopped, idx: int, now: Now) -> None:
    state.stopped, state.signed_in = True, None


def _snapshot(state: State, event: ev.StateSnapshot, idx: int, now: Now) -> None:
    state.snapshot_at = idx


def _frozen(state: State, event: ev.LogFrozen, idx: int, now: Now) -> None:
    state.closed = event.reason


def _held(state: State, event: ev.PrivacyHeld, idx: int, now: Now) -> None:
    state.holds[event.subject] = event.reason


def _unheld(state: State, event: ev.PrivacyUnheld, idx: int, now: Now) -> None:
    state.holds.pop(event.subject, None)


def _refused(state: State, event: ev.CodeRefused, idx: int, now: Now) -> None:
    """A typed code counts, against its handover where its selector is one's; a scanned one not."""
    if event.kind != "pin":
        return
    known = state.handovers.get(event.ho) if event.ho is not None else None
    if known is not None:
        for one in state.of_cred(known.cred) or [known]:
            one.wrong_pins += 1
    _count(state, now)


def _staff_refused(state: State, event: ev.StaffRefused, idx: int, now: Now) -> None:
    if event.staff is not None:
        _count(state, now)
        known = state.staff.get(event.staff)
        if known is not None:
            known.wrong_pins += 1


def _answered(state: State, event: ev.TelephoneRefused, idx: int, now: Now) -> None:
    _count(state, now)


def _unknown(state: State, event: ev.FactRefused, idx: int, now: Now) -> None:
    _count(state, now)


def _count(state: State, now: Now) -> None:
    """Count a typed code that was not proven against the device."""
    state.throttle.failures = quiet(state.throttle, now) + 1
    state.throttle.last = now.lo


def _paused(state: State, event: ev.KeypadPaused, idx: int, now: Now) -> None:
    state.throttle.pause_ms, state.throttle.since = event.pause_ms, Stamp.of(now)


def _retired(state: State, event: ev.CabinetRetired, idx: int, now: Now) -> None:
    state.retired_for = event.reason
    credit.retired(state, idx, now)
    state._first = None


def _restored(state: State, event: ev.CabinetRestored, idx: int, now: Now) -> None:
    state.retired_for = ""
    credit.served(state, idx, now)
    state._first = None


FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.LogGenesis: _genesis,
    ev.LogBoot: _boot,
    ev.LogStopped: _stopped,
    ev.StateSnapshot: _snapshot,
    ev.LogFrozen: _frozen,
    ev.PrivacyHeld: _held,
    ev.PrivacyUnheld: _unheld,
    ev.CodeRefused: _refused,
    ev.StaffRefused: _staff_refused,
    ev.FactRefused: _unknown,
    ev.TelephoneRefused: _answered,
    ev.KeypadPaused: _paused,
    ev.CabinetRetired: _retired,
    ev.CabinetRestored: _restored,
}
