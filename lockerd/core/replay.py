"""Replaying a journal as a judge: the same fold, and questions that no state table can ask.

Theory of operation.  `replay` folds entries with `apply`, which steps every event through its
table.  Before each step it asks what only the whole history knows: whether the pulse had a lease
that an authorised entry opened, whether the credential was this handover's, whether the window was
open, whether time went on.  `decide` never writes an entry that fails a question, so one that does
was not written by this program.

Rules.  A question stands here only where the answer is certain from leaves alone.  The profiles'
rules (retries, cool-down, straddling windows) are in the config, not in the journal, and are not
judged.  Whatever the entries are, nothing but `ImpossibleEntry` is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from lockerd.core import credential, door, handover
from lockerd.core import events as ev
from lockerd.core.decide import ROLES
from lockerd.core.doors import AGAIN, SETTLE_MS
from lockerd.core.messages import Level
from lockerd.core.now import Now, Side, side_of
from lockerd.core.site import PULSE_MAX_MS
from lockerd.core.state import WRONG_PINS_MAX, Handover, Lease, State, apply
from lockerd.core.tables import ImpossibleHistory

LEVELS = frozenset(one.value for one in Level)
STAGES = (1, 2)
CARRIED = (ev.StaffCarried, ev.OrderCarried, ev.DepositCarried)
"""What a later epoch takes over as it begins, and nothing else ever says."""

STANDING = (ev.DoorRetired, ev.CabinetRetired, ev.PrivacyHeld)
"""What a later epoch may say too as it begins, because it stood so in the one before."""

_BEGINNING = frozenset({ev.LogGenesis, ev.LogBoot, *CARRIED, *STANDING})


class Line(Protocol):
    """One entry: its index, its event and its time."""

    @property
    def idx(self) -> int: ...
    @property
    def event(self) -> ev.Event: ...
    @property
    def now(self) -> Now: ...


class ImpossibleEntry(ImpossibleHistory):
    """Entry `idx` cannot follow those before it; the text says why."""

    def __init__(self, idx: int, why: str) -> None:
        super().__init__(why)
        self.idx = idx


def replay(entries: Iterable[Line], state: State | None = None) -> State:
    """The state that `entries` make of `state` (of nothing when it is None).

    Raises ImpossibleEntry at the first entry that no run of this program can have written; `state`
    is then to be discarded.
    """
    folded = State() if state is None else state
    last: Now | None = None
    for line in entries:
        try:
            _time(folded, line, last)
            _common(folded, line.event)
            ask = _QUESTIONS.get(type(line.event))
            if ask is not None:
                ask(folded, line.event, line.idx, line.now)
            apply(folded, line.event, line.idx, line.now)
        except ImpossibleHistory as wrong:
            raise ImpossibleEntry(line.idx, str(wrong)) from None
        last = line.now
    return folded


def _demand(holds: bool, event: ev.Event, what: str) -> None:
    if not holds:
        raise ImpossibleHistory(f"{event.TYPE}: {what}; compare with a copy that verifies")


# -- every entry ----------------------------------------------------------------------------------


def _time(state: State, line: Line, last: Now | None) -> None:
    """Proven time and the time since boot go on; a boot begins with its entry."""
    event, now = line.event, line.now
    if (
        last is not None
        and line.idx == state.size
        and last.boot == now.boot == state.boot
        and last.up_ms <= now.up_ms
        and state.lo <= now.lo
        and (now.hi is None or now.lo <= now.hi)
        and not (state.duty == "fresh" or state.stopped or state.closed)
        and type(event) not in _BEGINNING
    ):
        return  # nearly always; what follows also says what is wrong
    _demand(line.idx == state.size, event, "entries before it are missing")
    _demand(isinstance(event, ev.LogGenesis) == (state.size == 0), event, "an epoch begins once")
    _demand(now.lo >= state.lo, event, "the proven time went back")
    _demand(now.hi is None or now.hi >= now.lo, event, "the time interval is empty")
    if isinstance(event, ev.LogGenesis | ev.LogBoot):
        _demand(not state.closed, event, "this epoch had ended")
        begins = last is None or last.boot != now.boot or last.up_ms <= now.up_ms
        _demand(begins, event, "the time since boot went back")
        return
    _demand(not state.closed, event, "this epoch had ended")
    if isinstance(event, CARRIED) or (state.boots == 0 and isinstance(event, STANDING)):
        _demand(state.boots == 0 and now == last, event, "an epoch carries over as it begins")
        return
    _demand(state.duty != "fresh" and not state.stopped, event, "nothing is running")
    _demand(now.boot == state.boot, event, "this boot has no entry of its own")
    since = state.booted_up_ms if last is None else last.up_ms
    _demand(now.up_ms >= since, event, "the time since boot went back")


def _common(state: State, event: ev.Event) -> None:
    """Causes lie before, and what belongs to a handover names it and its compartment."""
    cause, ho, unit = event.cause, event.ho, event.unit
    if cause is not None and cause.epoch == state.epoch:
        _demand(0 <= cause.idx < state.size, event, "its cause comes after it")
    if type(event).__name__ in handover.TRIGGERS:
        _demand(ho is not None, event, "it names no handover")
        known = state.handovers.get(ho or "")
        if known is not None and known.unit != unit:
            _demand(isinstance(event, ev.DepositStarted), event, "another compartment")
    if unit is None and door.trigger_of(event) in door.TRIGGERS:
        _demand(False, event, "it names no compartment")


def _live(state: State, event: ev.Event) -> Handover:
    known = state.handovers.get(event.ho or "")
    if known is None:
        raise ImpossibleHistory(f"{event.TYPE}: no such handover is live; an entry is missing")
    return known


def _lease(state: State, event: ev.Event, purpose: str) -> Lease:
    """The lease that the event speaks of: of this purpose, handover and cause."""
    known = state.doors.get(event.unit or "")
    lease = None if known is None else known.lease
    if lease is None or lease.purpose != purpose or lease.ho != event.ho:
        raise ImpossibleHistory(f"{event.TYPE}: nobody was given this door; an entry is missing")
    caused = event.cause == (state.epoch, lease.entry)
    _demand(caused or purpose == "test", event, "another entry gave this door")
    return lease


def _by(event: ev.Event, *roles: str) -> None:
    _demand(event.actor.role in roles, event, f"not for a {event.actor.role}")


def _serves(state: State, event: ev.Event) -> None:
    _demand(state.duty == "serving", event, "the cabinet was out of service")


# -- deposits -------------------------------------------------------------------------------------


def _ordered(state: State, event: Any, idx: int, now: Now) -> None:
    _by(event, "depositor", "operator")
    _demand(event.opens < event.closes, event, "its window ends before it begins")


def _started(state: State, event: Any, idx: int, now: Now) -> None:
    _by(event, "depositor", "operator")
    _serves(state, event)
    known = state.doors.get(event.unit or "")
    free = known is not None and known.phase == "closed" and known.retired is None
    _demand(free and state.occupied_by(event.unit) is None, event, "the compartment was not free")


def _reopened(state: State, event: Any, idx: int, now: Now) -> None:
    known = _live(state, event)
    _serves(state, event)
    looks = known.phase == "unconfirmed" and event.actor.role == "operator"
    _demand(looks or known.depositor == event.actor.id, event, "not by its depositor")


def _abandoned(state: State, event: Any, idx: int, now: Now) -> None:
    own = _live(state, event).depositor == event.actor.id
    _demand(own or event.actor.role in ("device", "operator"), event, "not by its depositor")


def _confirmed(state: State, event: Any, idx: int, now: Now) -> None:
    _demand(_live(state, event).depositor == event.actor.id, event, "not by its depositor")
    closed = state.doors[event.unit].level == Level.CLOSED.value
    _demand(closed, event, "the door was not closed")


def _minted(state: State, event: Any, idx: int, now: Now) -> None:
    known = _live(state, event)
    _demand(known.deposited == idx - 1, event, "not with its confirmed deposit")
    _demand(known.cred is None and bool(event.cred), event, "codes are minted once")
    fresh = state.by_cred(event.cred) is None and state.tomb_of(event.cred) is None
    _demand(fresh, event, "another handover has this credential")
    tomb = state.tombs.get(event.unit)
    last = None if tomb is None else tomb.cred
    _demand(event.replaces == last, event, "it ends another tombstone")


def _own_cred(state: State, event: Any, idx: int, now: Now) -> None:
    _demand(_live(state, event).cred == event.cred, event, "not this handover's credential")


# -- doors and releases ---------------------------------------------------------------------------


def _pulse(state: State, event: Any, idx: int, now: Now) -> None:
    """One pulse, for a lease that an authorised entry opened, after the last one ended."""
    _demand(event.pulse_ms > 0, event, "a pulse has a length")
    if event.purpose == "test":
        _by(event, "operator", "technician")
        empty = event.ho is None and state.occupied_by(event.unit) is None
        _demand(empty and event.attempt == 1, event, "a test of a compartment in use")
        return
    lease = _lease(state, event, event.purpose)
    _serves(state, event)
    _demand(lease.over is None and lease.opened is None, event, "its lease was over")
    _demand(lease.pulsed is None, event, "the last pulse had not ended")
    _demand(event.attempt == lease.attempt + 1, event, f"attempt {event.attempt} is not due")


def _missed(purpose: str) -> Question:
    def ask(state: State, event: Any, idx: int, now: Now) -> None:
        lease = _lease(state, event, purpose)
        _demand(lease.pulsed is not None and lease.opened is None, event, "no pulse is open")
        _demand(event.attempt == lease.attempt, event, "another attempt")

    return ask


def _opened(purpose: str) -> Question:
    def ask(state: State, event: Any, idx: int, now: Now) -> None:
        lease = _lease(state, event, purpose)
        _demand(lease.attempt > 0, event, "nothing was pulsed")
        _demand(lease.opened is None, event, "it was open already")
        if purpose == "release":
            _own_cred(state, event, idx, now)

    return ask


def _door_opened(state: State, event: Any, idx: int, now: Now) -> None:
    """A test's door, or one that its own pulse opened again after it was pushed shut too soon."""
    if event.purpose != AGAIN:
        _opened("test")(state, event, idx, now)
        return
    known = state.doors.get(event.unit)
    free = known is not None and known.lease is None and known.pulsed is not None
    _demand(free, event, "no pulse of nobody's opened it")
    assert known is not None and known.pulsed is not None
    _demand(known.pulsed.boot == now.boot, event, "its pulse was before a power cut")
    since_ms = state.elapsed_ms(known.pulsed, now)
    _demand(since_ms <= PULSE_MAX_MS + SETTLE_MS, event, "its pulse had long ended")


def _closed(purpose: str) -> Question:
    def ask(state: State, event: Any, idx: int, now: Now) -> None:
        lease = _lease(state, event, purpose)
        _demand(lease.opened is not None, event, "no opening was seen")
        if purpose == "release":
            _demand(_live(state, event).opened == event.opened, event, "another opening")

    return ask


def _authorised(state: State, event: Any, idx: int, now: Now) -> None:
    """A release was possible: service, credential, window, and a PIN that still counted."""
    known = _live(state, event)
    _serves(state, event)
    _own_cred(state, event, idx, now)
    caused = event.cause == (state.epoch, known.deposited or 0)
    _demand(caused, event, "not of this deposit")
    side = side_of(now, known.opens, known.closes)
    _demand(side in (Side.INSIDE, Side.UNSURE), event, "the window was not open")
    _demand(event.kind in ("pin", "qr"), event, "no such kind of code")
    if event.kind == "pin":
        _demand(not known.pin_dead, event, "its PIN was dead")
        _demand(state.paused_ms(now) == 0, event, "typing was paused")
    lease = state.doors[event.unit].lease
    _demand(lease is None or lease.over is not None, event, "the door was given to another")


def _failed(state: State, event: Any, idx: int, now: Now) -> None:
    _demand(_lease(state, event, "release").opened is None, event, "the door had opened")


def _interrupted(state: State, event: Any, idx: int, now: Now) -> None:
    _failed(state, event, idx, now)
    _demand(now.up_ms == state.booted_up_ms, event, "only a start finds one")


def _left_open(state: State, event: Any, idx: int, now: Now) -> None:
    lease = _lease(state, event, "release")
    known = event.stage in STAGES and event.stage > lease.reminded
    _demand(known and lease.opened is not None, event, "this reminder is not due")


def _not_opened(state: State, event: Any, idx: int, now: Now) -> None:
    _demand(_lease(state, event, "test").opened is None, event, "the door had opened")


def _expired(state: State, event: Any, idx: int, now: Now) -> None:
    _demand(now.lo >= _live(state, event).closes, event, "the window had not ended")


def _thawed(state: State, event: Any, idx: int, now: Now) -> None:
    _by(event, "operator")
    _demand(_live(state, event).cred is not None, event, "there is no credential")


def _withdrawn(state: State, event: Any, idx: int, now: Now) -> None:
    _by(event, "operator")
    _own_cred(state, event, idx, now)


# -- codes, people, the log -----------------------------------------------------------------------


def _refused(state: State, event: Any, idx: int, now: Now) -> None:
    if event.ho is not None:
        _live(state, event)


def _locked(state: State, event: Any, idx: int, now: Now) -> None:
    known = _live(state, event)
    _own_cred(state, event, idx, now)
    due = known.wrong_pins >= WRONG_PINS_MAX and not known.pin_dead
    _demand(due, event, "five wrong PINs were not counted")


def _paused(state: State, event: Any, idx: int, now: Now) -> None:
    counted = event.failures == state.throttle.failures
    due = credential.pause_ms_after(event.failures)
    _demand(counted and event.pause_ms == due > 0, event, "the failures do not add up")


def _carried(state: State, event: Any, idx: int, now: Now) -> None:
    _demand(event.opens < event.closes, event, "its window ends before it begins")
    placed = isinstance(event, ev.DepositCarried)
    _demand(placed == (event.unit is not None), event, "ordered things lie nowhere, placed ones do")
    if placed:
        _demand(state.occupied_by(event.unit) is None, event, "the compartment was not free")


def _erased(state: State, event: Any, idx: int, now: Now) -> None:
    kind, _, name = event.subject.partition(":")
    live = name in (state.handovers if kind == "ho" else state.staff)
    _demand(not live, event, "the subject was live")
    _demand(event.subject not in state.holds, event, "a legal hold forbade it")


def _held(state: State, event: Any, idx: int, now: Now) -> None:
    on = isinstance(event, ev.PrivacyHeld)
    _demand((event.subject in state.holds) != on, event, "it was so already")


def _enrolled(state: State, event: Any, idx: int, now: Now) -> None:
    _by(event, "operator", "installer", "device")
    known = state.staff.get(event.staff)
    fresh = known is None or not known.cred
    _demand(fresh and event.role in ROLES, event, "enrolled before, or in no known role")


def _signed_in(state: State, event: Any, idx: int, now: Now) -> None:
    known = state.staff.get(event.staff)
    own = known is not None and event.actor == ev.Actor(known.role, event.staff)
    _demand(own, event, "nobody of this number is enrolled")


def _signed_out(state: State, event: Any, idx: int, now: Now) -> None:
    ended = state.signed_in == event.staff or event.reason == "power"
    _demand(ended and event.staff in state.staff, event, "was not signed in")


def _acknowledged(state: State, event: Any, idx: int, now: Now) -> None:
    _by(event, "operator")
    _demand(event.key in state.queue, event, "nothing of this key is in the queue")


def _booted(state: State, event: Any, idx: int, now: Now) -> None:
    units = [one.partition("=")[0] for one in event.doors]
    levels = {one.partition("=")[2] for one in event.doors}
    _demand(len(units) == len(set(units)), event, "a door was read twice")
    _demand(levels <= LEVELS, event, "a door's level is none")


Question = Callable[[State, Any, int, Now], None]

_QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.LogBoot: _booted,
    ev.StaffEnrolled: _enrolled,
    ev.StaffCarried: _enrolled,
    ev.OrderCarried: _carried,
    ev.DepositCarried: _carried,
    ev.PrivacyErased: _erased,
    ev.PrivacyHeld: _held,
    ev.PrivacyUnheld: _held,
    ev.StaffSignedIn: _signed_in,
    ev.StaffSignedOut: _signed_out,
    ev.HandoverOrdered: _ordered,
    ev.DepositStarted: _started,
    ev.DepositOpened: _opened("deposit"),
    ev.DepositClosed: _closed("deposit"),
    ev.DepositNotOpened: _missed("deposit"),
    ev.DepositReopened: _reopened,
    ev.DepositAbandoned: _abandoned,
    ev.DepositConfirmed: _confirmed,
    ev.CredentialMinted: _minted,
    ev.CredentialDelivered: _own_cred,
    ev.CredentialLocked: _locked,
    ev.CodeRefused: _refused,
    ev.KeypadPaused: _paused,
    ev.ReleaseAuthorised: _authorised,
    ev.PulseOrdered: _pulse,
    ev.ReleaseNotOpened: _missed("release"),
    ev.ReleaseOpened: _opened("release"),
    ev.ReleaseFailed: _failed,
    ev.ReleaseInterrupted: _interrupted,
    ev.ReleaseLeftOpen: _left_open,
    ev.HandoverCollected: _closed("release"),
    ev.HandoverExpired: _expired,
    ev.HandoverThawed: _thawed,
    ev.HandoverWithdrawn: _withdrawn,
    ev.DoorOpened: _door_opened,
    ev.DoorNotOpened: _not_opened,
    ev.AttentionAcknowledged: _acknowledged,
}
