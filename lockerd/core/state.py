"""Everything the cabinet knows, folded from leaves alone.

Theory of operation.  `apply(state, entry)` is the only thing that changes a `State`, and it is
called only with entries that are on disk.  Replaying a journal through it gives the state that
wrote it; an event that its table refuses raises `ImpossibleHistory`.  Finished handovers leave the
state at once, except for one tombstone per compartment, so its size is bounded by the cabinet and
not by its history.

Rules.  No names, no codes, no verifiers: a snapshot of this may lie beside the log.  Durations
are measured against a `Stamp`, which knows its boot.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lockerd.core import attention, door, duty, handover
from lockerd.core import events as ev
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.tables import ImpossibleHistory

RULES = 1
"""Version of the tables and of `apply`; a snapshot of another version is not loaded."""

PIN_FAILURES_FREE = 10
PIN_PAUSE_FIRST_MS = 5_000
PIN_PAUSE_MAX_MS = 300_000
WRONG_PINS_MAX = 5
HOUR_MS = 3_600_000
NEVER = -1


@dataclass(slots=True)
class Stamp:
    """A moment that only durations are measured from."""

    boot: str
    up_ms: int

    @classmethod
    def of(cls, now: Now) -> Stamp:
        """The moment of `now`."""
        return cls(now.boot, now.up_ms)


@dataclass(slots=True)
class Lease:
    """A door that was given to somebody.  Edges inside it are its evidence."""

    purpose: str
    ho: str | None
    entry: int
    attempt: int = 0
    pulsed: Stamp | None = None
    opened: Stamp | None = None
    over: Stamp | None = None
    reminded: int = 0


@dataclass(slots=True)
class Door:
    """One door: what is known (`phase`), what the contact says (`level`), whose it is now."""

    unit: str
    phase: str = "unknown"
    level: str = Level.UNKNOWN.value
    lease: Lease | None = None
    pulsed: Stamp | None = None
    retired: str | None = None


@dataclass(slots=True)
class Handover:
    """A live handover."""

    ho: str
    phase: str
    profile: str
    size: str
    opens: int
    closes: int
    recipient_no: str
    item_no: str
    ordered: int
    orderer: str
    unit: str | None = None
    cred: str | None = None
    depositor: str | None = None
    deposited: int | None = None
    authorised: int | None = None
    opened: int | None = None
    wrong_pins: int = 0
    pin_dead: bool = False
    delivered: bool = False
    touched: bool = False
    flag: str | None = None


@dataclass(slots=True)
class Tomb:
    """The last finished handover of a compartment: what its bearer may be told."""

    ho: str
    cred: str
    when: int
    idx: int


@dataclass(slots=True)
class Staff:
    """Somebody who may sign in."""

    staff: str
    role: str
    cred: str
    demonstration: bool
    entry: int


@dataclass(slots=True)
class Throttle:
    """How often typed codes failed on this device; survives restarts, never reset by success."""

    failures: int = 0
    last: int = 0
    pause_ms: int = 0
    since: Stamp | None = None


@dataclass(slots=True)
class State:
    """The fold.  `size` entries were applied; `boot`, `booted_up_ms` are of the latest boot."""

    size: int = 0
    epoch: int = 1
    duty: str = "fresh"
    retired_for: str = ""
    mode: str = ""
    origin: str = ""
    vkey: str = ""
    config: str = ""
    boot: str = ""
    booted_up_ms: int = 0
    boots: int = 0
    stopped: bool = True
    lo: int = 0
    snapshot_at: int = 0
    closed: str = ""
    holds: dict[str, str] = field(default_factory=dict)
    signed_in: str | None = None
    doors: dict[str, Door] = field(default_factory=dict)
    handovers: dict[str, Handover] = field(default_factory=dict)
    tombs: dict[str, Tomb] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    queue: dict[str, attention.Item] = field(default_factory=dict)
    throttle: Throttle = field(default_factory=Throttle)
    # Derived, and so no part of a snapshot: fields whose name begins with an underscore.
    _first_close: int | None = field(default=None, repr=False, compare=False)

    def first_close(self) -> int | None:
        """When the first window of a collectable handover ends, Unix ms; None if there is none."""
        if self._first_close is None:
            closes = (one.closes for one in self.handovers.values() if one.phase == "collectable")
            self._first_close = min(closes, default=NEVER)
        return None if self._first_close == NEVER else self._first_close

    def elapsed_ms(self, since: Stamp, now: Now) -> int:
        """Time since `since`; after a restart, the time since that restart (at least that)."""
        if since.boot == now.boot:
            return now.up_ms - since.up_ms
        return now.up_ms - (self.booted_up_ms if self.boot == now.boot else now.up_ms)

    def due_up_ms(self, since: Stamp, delay_ms: int, now: Now) -> int:
        """When `delay_ms` after `since` falls due, on this boot's clock."""
        return now.up_ms + delay_ms - self.elapsed_ms(since, now)

    def paused_ms(self, now: Now) -> int:
        """How long typing is still paused; 0 when it is not."""
        if self.throttle.since is None:
            return 0
        return max(0, self.throttle.pause_ms - self.elapsed_ms(self.throttle.since, now))

    def by_cred(self, cred: str) -> Handover | None:
        """The live handover that a credential belongs to."""
        for one in self.handovers.values():
            if one.cred == cred:
                return one
        return None

    def tomb_of(self, cred: str) -> Tomb | None:
        """The tombstone that a spent credential belongs to."""
        for one in self.tombs.values():
            if one.cred == cred:
                return one
        return None

    def occupied_by(self, unit: str) -> Handover | None:
        """The handover that something may lie in this compartment for, or that was given it."""
        for one in self.handovers.values():
            if one.unit == unit:
                return one
        return None


def apply(state: State, event: ev.Event, idx: int, now: Now) -> None:
    """Fold one entry in place.  Raises ImpossibleHistory, with the state then to be discarded."""
    if idx != state.size:
        raise ImpossibleHistory(f"entry {idx} came where {state.size} was due; entries are missing")
    if event.ho is not None and type(event).__name__ in handover.TRIGGERS:
        _apply_handover(state, event, idx, now)
    if event.unit is not None:
        _apply_door(state, event, idx, now)
    if type(event) in _REST:
        _apply_rest(state, event, idx, now)
    known = state.handovers.get(event.ho) if event.ho is not None else None
    wrong = known.wrong_pins if known is not None else 0
    attention.fold(state.queue, event, idx, now.lo, wrong)
    if known is not None and known.phase in handover.FINAL:
        _bury(state, known, idx, now)
    state.size = idx + 1
    if now.lo > state.lo:
        state.lo = now.lo


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


def _apply_handover(state: State, event: ev.Event, idx: int, now: Now) -> None:
    assert event.ho is not None
    state._first_close = None
    known = state.handovers.get(event.ho)
    phase = handover.step(
        event.ho, known.phase if known is not None else handover.NONE, ev.trigger(event)
    )
    if isinstance(event, (ev.HandoverOrdered, ev.OrderCarried)):
        state.handovers[event.ho] = Handover(
            ho=event.ho,
            unit=event.unit,
            phase=phase,
            profile=event.profile,
            size=event.size,
            opens=event.opens,
            closes=event.closes,
            recipient_no=event.recipient_no,
            item_no=event.item_no,
            ordered=idx,
            orderer=event.actor.id,
        )
        return
    assert known is not None
    known.phase = phase
    match event:
        case ev.DepositStarted():
            known.unit, known.depositor, known.touched = event.unit, event.actor.id, False
        case ev.DepositOpened():
            known.touched = True
        case ev.DepositAbandoned():
            known.unit, known.depositor = None, None
        case ev.DepositConfirmed():
            known.deposited = idx
        case ev.CredentialMinted():
            known.cred = event.cred
            assert event.unit is not None
            state.tombs.pop(event.unit, None)
        case ev.CredentialDelivered():
            known.delivered = True
        case ev.CredentialLocked():
            known.pin_dead = True
        case ev.ReleaseAuthorised():
            known.authorised, known.flag = idx, event.flag
        case ev.ReleaseOpened():
            known.opened = idx
        case _:
            pass


_DOOR = frozenset(
    {ev.DepositStarted, ev.DepositReopened, ev.DepositOpened, ev.DepositClosed}
    | {ev.DepositNotOpened, ev.DepositAbandoned, ev.DepositUnconfirmed}
    | {ev.ReleaseAuthorised, ev.ReleaseOpened, ev.ReleaseNotOpened, ev.ReleaseFailed}
    | {ev.ReleaseInterrupted, ev.ReleaseLeftOpen, ev.HandoverCollected, ev.HandoverFrozen}
    | {ev.HandoverWithdrawn, ev.PulseOrdered, ev.DoorOpened, ev.DoorClosed, ev.DoorNotOpened}
    | {ev.DoorForced, ev.DoorUncertain, ev.DoorCertain, ev.DoorRetired, ev.DoorRestored}
)
"""What `_apply_door` knows besides the table."""


def _apply_door(state: State, event: ev.Event, idx: int, now: Now) -> None:
    assert event.unit is not None
    one = state.doors.get(event.unit)
    if one is None:
        one = state.doors[event.unit] = Door(event.unit)
    if door.trigger_of(event) in door.TRIGGERS:
        one.phase = door.step(event.unit, one.phase, event)
    if type(event) not in _DOOR:
        return
    match event:
        case ev.DepositStarted() | ev.DepositReopened():
            one.lease = Lease("deposit", event.ho, idx)
        case ev.ReleaseAuthorised():
            one.lease = Lease("release", event.ho, idx)
        case ev.PulseOrdered():
            if one.lease is None or event.purpose == "test":
                one.lease = Lease(event.purpose, event.ho, idx)
            one.lease.attempt, one.lease.pulsed = event.attempt, Stamp.of(now)
            one.lease.over = None
            one.pulsed = Stamp.of(now)
        case ev.DepositOpened() | ev.ReleaseOpened() | ev.DoorOpened():
            one.level = Level.OPEN.value
            if one.lease is not None:
                one.lease.opened, one.lease.over = Stamp.of(now), None
        case ev.DoorForced():
            one.level, one.lease = Level.OPEN.value, None
        case ev.DepositClosed() | ev.HandoverCollected():
            one.level, one.lease = Level.CLOSED.value, None
        case ev.DoorClosed():
            one.level = Level.CLOSED.value
            # A lease whose strike was not pulsed yet outlives the closing of a door found open.
            if one.lease is not None and one.lease.attempt > 0:
                one.lease = None
        case ev.ReleaseNotOpened() | ev.DepositNotOpened() if one.lease is not None:
            one.lease.pulsed = None
        case ev.ReleaseFailed() if one.lease is not None:
            one.lease.over = Stamp.of(now)
        case ev.DepositAbandoned() | ev.DepositUnconfirmed() | ev.ReleaseInterrupted():
            one.lease = None
        case ev.DoorNotOpened() | ev.HandoverFrozen() | ev.HandoverWithdrawn():
            one.lease = None
        case ev.ReleaseLeftOpen() if one.lease is not None:
            one.lease.reminded = event.stage
        case ev.DoorUncertain():
            one.level = Level.UNKNOWN.value
        case ev.DoorCertain():
            one.level = event.level
        case ev.DoorRetired():
            one.retired = event.reason
        case ev.DoorRestored():
            one.retired = None
        case _:
            pass


_REST = frozenset(
    {ev.LogGenesis, ev.LogBoot, ev.LogStopped, ev.LogFrozen, ev.StateSnapshot}
    | {ev.PrivacyHeld, ev.PrivacyUnheld, ev.StaffEnrolled, ev.StaffCarried}
    | {ev.StaffSignedIn, ev.StaffSignedOut, ev.StaffRefused, ev.CodeRefused}
    | {ev.KeypadPaused, ev.CabinetRetired, ev.CabinetRestored}
)
"""What `_apply_rest` knows; most lines are of other kinds, and asking costs."""


def _apply_rest(state: State, event: ev.Event, idx: int, now: Now) -> None:
    if type(event).__name__ in duty.TRIGGERS:
        state.duty = duty.step(state.duty, ev.trigger(event))
    match event:
        case ev.LogGenesis():
            state.mode, state.origin, state.vkey = event.mode, event.origin, event.vkey
            state.epoch = epoch_of(event.origin)
        case ev.LogBoot():
            _apply_boot(state, event, now)
        case ev.LogStopped():
            state.stopped, state.signed_in = True, None
        case ev.StateSnapshot():
            state.snapshot_at = idx
        case ev.LogFrozen():
            state.closed = event.reason
        case ev.PrivacyHeld():
            state.holds[event.subject] = event.reason
        case ev.PrivacyUnheld():
            state.holds.pop(event.subject, None)
        case ev.StaffEnrolled() | ev.StaffCarried():
            state.staff[event.staff] = Staff(
                event.staff, event.role, event.cred, event.demonstration, idx
            )
        case ev.StaffSignedIn():
            state.signed_in = event.staff
        case ev.StaffSignedOut():
            state.signed_in = None
        case ev.CodeRefused() if event.kind == "pin":
            known = state.handovers.get(event.ho) if event.ho is not None else None
            if known is not None:
                known.wrong_pins += 1
            _count(state, now)
        case ev.StaffRefused() if event.staff is not None:
            _count(state, now)
        case ev.KeypadPaused():
            state.throttle.pause_ms, state.throttle.since = event.pause_ms, Stamp.of(now)
        case ev.CabinetRetired():
            state.retired_for = event.reason
        case ev.CabinetRestored():
            state.retired_for = ""
        case _:
            pass


def epoch_of(origin: str) -> int:
    """The number at the end of `<fleet>/<device>/<epoch>`; ImpossibleHistory without one."""
    number = origin.rpartition("/")[2]
    if not number.isascii() or not number.isdigit():
        raise ImpossibleHistory(f"the origin {origin!r} names no epoch; this is another log")
    return int(number)


def _apply_boot(state: State, event: ev.LogBoot, now: Now) -> None:
    """A boot reads every door; only a door never seen before takes its phase from the reading.

    What a reading means for the others is said by the events that follow in the same transaction.
    A release that had failed before loses its claim to a late opening.
    """
    state.boot, state.booted_up_ms = now.boot, now.up_ms
    state.boots += 1
    state.stopped, state.signed_in = False, None
    state.config = event.config
    for line in event.doors:
        unit, _, level = line.partition("=")
        if unit not in state.doors:
            state.doors[unit] = Door(unit, phase=level, level=level)
    for one in state.doors.values():
        if one.lease is not None and one.lease.over is not None:
            one.lease = None


def _count(state: State, now: Now) -> None:
    """Count a typed code that was not proven against the device."""
    state.throttle.failures = quiet(state.throttle, now) + 1
    state.throttle.last = now.lo


def quiet(throttle: Throttle, now: Now) -> int:
    """The failures that still count: halved for every quiet hour."""
    hours = max(0, now.lo - throttle.last) // HOUR_MS
    return throttle.failures >> min(hours, 31)


def _bury(state: State, known: Handover, idx: int, now: Now) -> None:
    """A finished handover leaves; a collected one leaves a tombstone in its compartment."""
    del state.handovers[known.ho]
    if known.phase == "collected" and known.unit is not None and known.cred is not None:
        state.tombs[known.unit] = Tomb(known.ho, known.cred, now.lo, idx)


# -- snapshots ------------------------------------------------------------------------------------


def dump(state: State) -> bytes:
    """The state as canonical JSON; equal states give equal bytes."""
    return _ENCODE(state).encode()


def _plain(one: Any) -> dict[str, Any]:
    """The fields of one of the slotted classes above, without what is derived."""
    return {name: getattr(one, name) for name in _kept(type(one))}


_KEPT: dict[type, tuple[str, ...]] = {}


def _kept(kind: type) -> tuple[str, ...]:
    known = _KEPT.get(kind)
    if known is None:
        known = tuple(one for one in vars(kind)["__slots__"] if not one.startswith("_"))
        _KEPT[kind] = known
    return known


_ENCODE = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), check_circular=False, default=_plain
).encode


def load(data: bytes) -> State:
    """The state of a snapshot whose digest was checked.  Raises ValueError if it is not one."""
    raw = json.loads(data)
    try:
        return _made(
            State,
            raw,
            doors={k: _door(v) for k, v in raw["doors"].items()},
            handovers={k: _made(Handover, v) for k, v in raw["handovers"].items()},
            tombs={k: _made(Tomb, v) for k, v in raw["tombs"].items()},
            staff={k: _made(Staff, v) for k, v in raw["staff"].items()},
            queue={k: _made(attention.Item, v) for k, v in raw["queue"].items()},
            throttle=_made(Throttle, raw["throttle"], since=_stamp(raw["throttle"]["since"])),
        )
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"not a snapshot of rules {RULES}: {wrong}; replay instead") from None


Made = TypeVar("Made")


def _made(kind: type[Made], raw: Mapping[str, Any], **parts: Any) -> Made:
    """A value with exactly the fields of its class; `parts` replaces what was nested."""
    if raw.keys() != set(_kept(kind)):
        raise KeyError(f"the fields of {kind.__name__}")
    return kind(**{**raw, **parts})


def _stamp(raw: Mapping[str, Any] | None) -> Stamp | None:
    return None if raw is None else _made(Stamp, raw)


def _door(raw: Mapping[str, Any]) -> Door:
    lease = raw["lease"]
    if lease is not None:
        stamps = {one: _stamp(lease[one]) for one in ("pulsed", "opened", "over")}
        lease = _made(Lease, lease, **stamps)
    return _made(Door, raw, lease=lease, pulsed=_stamp(raw["pulsed"]))
