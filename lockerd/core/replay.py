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

from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any, Protocol

from lockerd.core import (
    adopt,
    approval,
    count,
    credential,
    credit,
    delivery,
    dispute,
    door,
    emergency,
    expiry,
    fact,
    founding,
    handover,
    life,
    lost,
    maintenance,
    moving,
    parts,
    people,
    returns,
    rounds,
    seal,
    setup,
    signature,
    stick,
    window,
)
from lockerd.core import events as ev
from lockerd.core.doors import AGAIN, PLAIN, SETTLE_MS
from lockerd.core.fold import apply
from lockerd.core.judge import Question, by, demand, leased, live, serves
from lockerd.core.messages import Level
from lockerd.core.now import Now, Side, side_of
from lockerd.core.site import PULSE_MAX_MS
from lockerd.core.state import WRONG_PINS_MAX, State
from lockerd.core.tables import ImpossibleHistory

LEVELS = frozenset(one.value for one in Level)
STAGES = (1, 2)
CARRIED = (ev.StaffCarried, ev.RecoveryCarried, ev.OrderCarried, ev.DepositCarried)
"""What a later epoch takes over as it begins, and nothing else ever says."""

STANDING = (ev.DoorRetired, ev.CabinetRetired, ev.PrivacyHeld)
"""What a later epoch may say too as it begins, because it stood so in the one before."""

_KINDS = tuple(ev.CATALOGUE.values())
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
    ask_of = _QUESTIONS.get
    for line in entries:
        event, idx, now = line.event, line.idx, line.now
        try:
            _time(folded, event, idx, now, last)
            _common(folded, event)
            ask = ask_of(type(event))
            if ask is not None:
                ask(folded, event, idx, now)
            apply(folded, event, idx, now)
        except ImpossibleHistory as wrong:
            raise ImpossibleEntry(idx, str(wrong)) from None
        last = now
    return folded


# -- every entry ----------------------------------------------------------------------------------


def _time(state: State, event: ev.Event, idx: int, now: Now, last: Now | None) -> None:
    """Proven time and the time since boot go on; a boot begins with its entry."""
    boot, up_ms, lo, hi, _ = now
    if (
        last is not None
        and idx == state.size
        and last.boot == boot == state.boot
        and last.up_ms <= up_ms
        and state.lo <= lo
        and (hi is None or lo <= hi)
        and not (state.stopped or state.closed or state.duty == "fresh")
        and type(event) not in _BEGINNING
    ):
        return  # nearly always; what follows also says what is wrong
    demand(idx == state.size, event, "entries before it are missing")
    demand(isinstance(event, ev.LogGenesis) == (state.size == 0), event, "an epoch begins once")
    demand(now.lo >= state.lo, event, "the proven time went back")
    demand(now.hi is None or now.hi >= now.lo, event, "the time interval is empty")
    if isinstance(event, ev.LogGenesis | ev.LogBoot):
        demand(not state.closed, event, "this epoch had ended")
        begins = last is None or last.boot != now.boot or last.up_ms <= now.up_ms
        demand(begins, event, "the time since boot went back")
        return
    demand(not state.closed, event, "this epoch had ended")
    if isinstance(event, CARRIED) or (state.boots == 0 and isinstance(event, STANDING)):
        demand(state.boots == 0 and now == last, event, "an epoch carries over as it begins")
        return
    demand(state.duty != "fresh" and not state.stopped, event, "nothing is running")
    demand(now.boot == state.boot, event, "this boot has no entry of its own")
    since = state.booted_up_ms if last is None else last.up_ms
    demand(now.up_ms >= since, event, "the time since boot went back")


_OF_HANDOVER = frozenset(one for one in _KINDS if one.__name__ in handover.TRIGGERS)
_OF_DOOR = frozenset(one for one in _KINDS if one.__name__ in door.TRIGGERS) | {ev.DoorCertain}


_PLACING = frozenset({ev.DepositStarted, ev.DepositAdopted})
"""What says in which compartment a handover lies from here on."""


def _common(state: State, event: ev.Event) -> None:
    """Causes lie before, and what belongs to a handover names it and its compartment."""
    cause, ho, unit = event.cause, event.ho, event.unit
    if cause is not None and cause.epoch == state.epoch and not 0 <= cause.idx < state.size:
        demand(False, event, "its cause comes after it")
    kind = type(event)
    if kind in _OF_HANDOVER:
        if ho is None:
            demand(False, event, "it names no handover")
        known = state.handovers.get(ho or "")
        if known is not None and known.unit != unit and kind not in _PLACING:
            moved = kind is ev.MovePlacing or (kind in moving.OWN and known.to == unit)
            demand(moved, event, "another compartment")
    if unit is None and kind in _OF_DOOR and door.trigger_of(event) in door.TRIGGERS:
        demand(False, event, "it names no compartment")


# -- deposits -------------------------------------------------------------------------------------


def _ordered(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "depositor", "operator")
    demand(event.opens < event.closes, event, "its window ends before it begins")
    demand(event.exchange != event.ho, event, "it is exchanged for itself")


def _started(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "depositor", "operator")
    serves(state, event)
    known = state.doors.get(event.unit or "")
    free = known is not None and known.phase == "closed" and known.retired is None
    demand(free and state.occupied_by(event.unit) is None, event, "the compartment was not free")


def _reopened(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    serves(state, event)
    looks = known.phase == "unconfirmed" and event.actor.role == "operator"
    demand(looks or known.depositor == event.actor.id, event, "not by its depositor")


def _abandoned(state: State, event: Any, idx: int, now: Now) -> None:
    own = live(state, event).depositor == event.actor.id
    demand(own or event.actor.role in ("device", "operator"), event, "not by its depositor")


def _confirmed(state: State, event: Any, idx: int, now: Now) -> None:
    demand(live(state, event).depositor == event.actor.id, event, "not by its depositor")
    closed = state.doors[event.unit].level == Level.CLOSED.value
    demand(closed, event, "the door was not closed")


def _minted(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    demand(known.deposited == idx - 1, event, "not with its confirmed deposit")
    demand(known.cred is None and bool(event.cred), event, "codes are minted once")
    fresh = state.by_cred(event.cred) is None and state.tomb_of(event.cred) is None
    demand(fresh, event, "another handover has this credential")
    demand(state.code_of(known) is None, event, "its recipient had a code already")
    demand(event.replaces == state.replaced(event.unit), event, "it ends another tombstone")


def _joined(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    demand(known.deposited == idx - 1, event, "not with its confirmed deposit")
    own = known.cred is None and event.cred == state.code_of(known)
    demand(own, event, "not a code of this recipient")
    demand(event.replaces == state.replaced(event.unit), event, "it ends another tombstone")


def _own_cred(state: State, event: Any, idx: int, now: Now) -> None:
    demand(live(state, event).cred == event.cred, event, "not this handover's credential")


# -- doors and releases ---------------------------------------------------------------------------


def _pulse(state: State, event: Any, idx: int, now: Now) -> None:
    """One pulse, for a lease that an authorised entry opened, after the last one ended."""
    demand(event.pulse_ms > 0, event, "a pulse has a length")
    if event.purpose == "test":
        by(event, "operator", "technician", "device")
        alone = event.actor.role != "device" or setup.nobody(state)
        demand(alone, event, "not for a device: somebody was enrolled")
        demand(maintenance.worked(state, event, now), event, "outside of a maintenance session")
        empty = event.ho is None and state.occupied_by(event.unit) is None
        demand(empty and event.attempt == 1, event, "a test of a compartment in use")
        return
    lease = leased(state, event, event.purpose)
    if event.purpose not in ("emergency", "inspect", "adopt"):
        serves(state, event)
    demand(lease.over is None and lease.opened is None, event, "its lease was over")
    demand(lease.pulsed is None, event, "the last pulse had not ended")
    if event.attempt != lease.attempt + 1:
        demand(False, event, f"attempt {event.attempt} is not due")


def _missed(purpose: str) -> Question:
    def ask(state: State, event: Any, idx: int, now: Now) -> None:
        lease = leased(state, event, purpose)
        demand(lease.pulsed is not None and lease.opened is None, event, "no pulse is open")
        demand(event.attempt == lease.attempt, event, "another attempt")

    return ask


def _opened(purpose: str) -> Question:
    def ask(state: State, event: Any, idx: int, now: Now) -> None:
        lease = leased(state, event, purpose)
        demand(lease.attempt > 0, event, "nothing was pulsed")
        demand(lease.opened is None, event, "it was open already")
        if purpose == "release":
            _own_cred(state, event, idx, now)
            demand(event.more == state.shared(live(state, event)), event, "its code lives or not")

    return ask


def _door_opened(state: State, event: Any, idx: int, now: Now) -> None:
    """A test's door, or one that its own pulse opened again after it was pushed shut too soon."""
    if event.purpose != AGAIN:
        _opened(event.purpose if event.purpose in PLAIN else "test")(state, event, idx, now)
        return
    known = state.doors.get(event.unit)
    free = known is not None and known.lease is None and known.pulsed is not None
    demand(free, event, "no pulse of nobody's opened it")
    assert known is not None and known.pulsed is not None
    demand(known.pulsed.boot == now.boot, event, "its pulse was before a power cut")
    since_ms = state.elapsed_ms(known.pulsed, now)
    demand(since_ms <= PULSE_MAX_MS + SETTLE_MS, event, "its pulse had long ended")


def _closed(purpose: str) -> Question:
    def ask(state: State, event: Any, idx: int, now: Now) -> None:
        lease = leased(state, event, purpose)
        demand(lease.opened is not None, event, "no opening was seen")
        if purpose == "release":
            demand(live(state, event).opened == event.opened, event, "another opening")

    return ask


def _authorised(state: State, event: Any, idx: int, now: Now) -> None:
    """A release was possible: service, credential, window, and a PIN that still counted."""
    known = live(state, event)
    serves(state, event)
    _own_cred(state, event, idx, now)
    caused = event.cause == (state.epoch, known.deposited or 0)
    demand(caused, event, "not of this deposit")
    side = side_of(now, known.opens, known.closes)
    demand(side in (Side.INSIDE, Side.UNSURE), event, "the window was not open")
    demand(event.kind in ("pin", "qr"), event, "no such kind of code")
    if event.kind == "pin":
        demand(not known.pin_dead, event, "its PIN was dead")
        demand(state.paused_ms(now) == 0, event, "typing was paused")
    lease = state.doors[event.unit].lease
    demand(lease is None or lease.over is not None, event, "the door was given to another")


def _failed(state: State, event: Any, idx: int, now: Now) -> None:
    demand(leased(state, event, "release").opened is None, event, "the door had opened")


def _interrupted(state: State, event: Any, idx: int, now: Now) -> None:
    _failed(state, event, idx, now)
    demand(now.up_ms == state.booted_up_ms, event, "only a start finds one")


def _left_open(state: State, event: Any, idx: int, now: Now) -> None:
    lease = leased(state, event, "release")
    known = event.stage in STAGES and event.stage > lease.reminded
    demand(known and lease.opened is not None, event, "this reminder is not due")


def _not_opened(state: State, event: Any, idx: int, now: Now) -> None:
    purpose = event.purpose if event.purpose in PLAIN else "test"
    demand(leased(state, event, purpose).opened is None, event, "the door had opened")


def _expired(state: State, event: Any, idx: int, now: Now) -> None:
    demand(now.lo >= live(state, event).closes, event, "the window had not ended")


def _thawed(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")
    known = live(state, event)
    demand(known.cred is not None, event, "there is no credential")
    demand(event.revives == (known.cred if known.spent else None), event, "its code was otherwise")


def _withdrawn(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")
    known = live(state, event)
    own = None if state.shared(known) else known.cred
    demand(event.cred == own, event, "not this handover's credential")


# -- codes, people, the log -----------------------------------------------------------------------


def _refused(state: State, event: Any, idx: int, now: Now) -> None:
    if event.ho is not None:
        live(state, event)


def _locked(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    _own_cred(state, event, idx, now)
    due = known.wrong_pins >= WRONG_PINS_MAX and not known.pin_dead
    demand(due, event, "five wrong PINs were not counted")


def _paused(state: State, event: Any, idx: int, now: Now) -> None:
    counted = event.failures == state.throttle.failures
    due = credential.pause_ms_after(event.failures)
    demand(counted and event.pause_ms == due > 0, event, "the failures do not add up")


def _carried(state: State, event: Any, idx: int, now: Now) -> None:
    demand(event.opens < event.closes, event, "its window ends before it begins")
    placed = isinstance(event, ev.DepositCarried)
    demand(placed == (event.unit is not None), event, "ordered things lie nowhere, placed ones do")
    if placed:
        demand(state.occupied_by(event.unit) is None, event, "the compartment was not free")


def _erased(state: State, event: Any, idx: int, now: Now) -> None:
    kind, _, name = event.subject.partition(":")
    if kind == "ho":
        live = name in state.handovers
    else:
        live = name in state.staff and not state.staff[name].left
    demand(not live, event, "the subject was live")
    demand(event.subject not in state.holds, event, "a legal hold forbade it")


def _held(state: State, event: Any, idx: int, now: Now) -> None:
    on = isinstance(event, ev.PrivacyHeld)
    demand((event.subject in state.holds) != on, event, "it was so already")


def _acknowledged(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")
    demand(event.key in state.queue, event, "nothing of this key is in the queue")


def _booted(state: State, event: Any, idx: int, now: Now) -> None:
    units = [one.partition("=")[0] for one in event.doors]
    levels = {one.partition("=")[2] for one in event.doors}
    demand(len(units) == len(set(units)), event, "a door was read twice")
    demand(levels <= LEVELS, event, "a door's level is none")


ROOMS: tuple[ModuleType, ...] = (
    *(delivery, people, founding, approval, window, credit, expiry),
    *(returns, adopt),
    *(
        life,
        lost,
        moving,
        dispute,
        seal,
        signature,
        fact,
        emergency,
        maintenance,
        count,
        rounds,
        parts,
        setup,
        stick,
    ),
)
"""Rooms with questions about events of their own."""

_QUESTIONS: Mapping[type[ev.Event], Question] = {
    **{kind: ask for room in ROOMS for kind, ask in room.QUESTIONS.items()},
    ev.LogBoot: _booted,
    ev.OrderCarried: _carried,
    ev.DepositCarried: _carried,
    ev.PrivacyErased: _erased,
    ev.PrivacyHeld: _held,
    ev.PrivacyUnheld: _held,
    ev.HandoverOrdered: _ordered,
    ev.DepositStarted: _started,
    ev.DepositOpened: _opened("deposit"),
    ev.DepositClosed: _closed("deposit"),
    ev.DepositNotOpened: _missed("deposit"),
    ev.DepositReopened: _reopened,
    ev.DepositAbandoned: _abandoned,
    ev.DepositConfirmed: _confirmed,
    ev.CredentialMinted: _minted,
    ev.CredentialJoined: _joined,
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
