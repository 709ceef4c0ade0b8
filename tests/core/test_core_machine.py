"""The whole core as a state machine under chance, and proof that its invariants can fail.

Runs 200 examples; `LOCKERD_EXAMPLES=20000` asks for more.  Each invariant has a planted bug: one
function of the core is bent, and the same random runs must trip exactly that invariant.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, TypeVar

import corekit as kit
import hazards
import pytest
from hazards import Broken, Hazard, drive
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from lockerd.core import (
    attention,
    boot,
    credential,
    credit,
    deposit,
    door,
    doors,
    effects,
    handover,
    policy,
)
from lockerd.core import decide as decided
from lockerd.core import events as ev
from lockerd.core import fold as fold_room
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft
from lockerd.core.replay import replay
from lockerd.core.snapshot import dump, load
from lockerd.core.state import HOUR_MS, State
from lockerd.core.tables import ImpossibleHistory

T = TypeVar("T")
EXAMPLES = int(os.environ.get("LOCKERD_EXAMPLES", "200"))


class DataPick:
    """Choices that Hypothesis makes, and shrinks."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def one(self, choices: Sequence[T]) -> T:
        return self._data.draw(st.sampled_from(choices))

    def whole(self, low: int, high: int) -> int:
        return self._data.draw(st.integers(low, high))


class CoreMachine(RuleBasedStateMachine):
    """Rules are the acts of `Hazard`; its invariants are asked after each."""

    def __init__(self) -> None:
        super().__init__()
        self.hazard = Hazard()

    @rule(data=st.data(), name=st.sampled_from(Hazard.ACTS))
    def act(self, data: st.DataObject, name: str) -> None:
        self.hazard.act(name, DataPick(data))

    def teardown(self) -> None:
        whole_history(self.hazard)


CoreMachine.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestCoreMachine = CoreMachine.TestCase


def whole_history(h: Hazard) -> None:
    """The journal alone, read back from its leaves, gives the state."""
    lines = [kit.Line(i, ev.decode(ev.encode(event)[0]), now) for i, event, now in h.c.log]
    assert dump(replay(lines)) == dump(h.c.state)


@pytest.mark.parametrize("seed", range(12))
def test_longer_runs(seed: int) -> None:
    print(f"seed {seed}")
    whole_history(drive(seed, acts=300))


# fmt: off
REACHED = frozenset({
    "log.boot", "log.stopped", "state.snapshot", "clock.stepped", "staff.enrolled",
    "staff.signed_in", "staff.refused", "staff.signed_out", "handover.ordered",
    "handover.cancelled", "deposit.started", "deposit.opened", "deposit.closed",
    "deposit.reopened", "deposit.not_opened", "deposit.abandoned", "deposit.unconfirmed",
    "deposit.confirmed", "credential.minted", "credential.delivered", "credential.locked",
    "code.refused", "keypad.paused", "code.turned_away", "release.authorised", "pulse.ordered",
    "release.not_opened", "release.failed", "release.interrupted", "release.opened",
    "release.left_open", "handover.collected", "handover.expired", "handover.frozen",
    "handover.thawed", "handover.withdrawn", "door.opened", "door.closed", "door.not_opened",
    "door.forced", "door.uncertain", "door.certain", "door.retired", "door.restored",
    "strike.fault", "cabinet.retired", "cabinet.restored", "input.lost", "input.back",
    "attention.acknowledged", "attention.resolved",
    "credential.joined", "credential.reissued", "credential.undelivered", "handover.reassigned",
    "handover.extended", "order.lapsed", "window.credited", "window.doubted",
})
# fmt: on


def test_the_runs_reach_every_event_and_every_answer() -> None:
    """The twin of it all: what is never reached is never proven."""
    types: set[str] = set()
    told: set[str] = set()
    for seed in range(60):
        for line in drive(1_000 + seed).c.log:
            types.add(line.event.TYPE)
            if isinstance(line.event, ev.CodeTurnedAway):
                told.add(line.event.why)
        if types >= REACHED and len(told) == 7:
            break
    assert REACHED - types == set()
    assert told == {"early", "expired", "collected", "clock", "held", "open", "service"}


# -- planted bugs ---------------------------------------------------------------------------------


def _tripped(seeds: int = 60) -> Iterator[str]:
    """The names of the invariants that random runs break, each run's first."""
    for seed in range(seeds):
        try:
            drive(seed)
        except Broken as broken:
            yield str(broken).partition(":")[0]
        except ImpossibleHistory as wrong:
            yield f"impossible: {wrong}"


Plant = Callable[[pytest.MonkeyPatch], None]


def _bend(room: Any, name: str, bent: Callable[..., Any]) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(room, name, bent)

    return plant


def pulses_twice(patch: pytest.MonkeyPatch) -> None:
    """The strike is energised again without an entry of its own."""
    honest = effects.effects_of

    def twice(events: Sequence[ev.Event], first: int) -> list[Any]:
        return [one for one in honest(events, first) for _ in range(2)]

    patch.setattr(effects, "effects_of", twice)


def releases_for_anything(patch: pytest.MonkeyPatch) -> None:
    """An unproven code of a live selector is taken for a proven one."""
    honest = credential._refuse

    def lenient(draft: Draft, kind: str, known: Any) -> None:
        if known is not None and known.phase == "collectable":
            credential.release(draft, known, kind)
        else:
            honest(draft, kind, known)

    patch.setattr(credential, "_refuse", lenient)


def opens_late_for_nobody(patch: pytest.MonkeyPatch) -> None:
    """A door that opens without a lease is passed over in silence."""
    honest = doors._opened

    def silent(draft: Draft, known: Any) -> None:
        if known.lease is not None:
            honest(draft, known)

    patch.setattr(doors, "_opened", silent)


def burns_on_a_jam(patch: pytest.MonkeyPatch) -> None:
    """The credential dies with the last attempt, as others do it."""
    honest = fold_room._handover

    def eager(state: State, event: ev.Event, idx: int, now: Any) -> None:
        honest(state, event, idx, now)
        if isinstance(event, ev.ReleaseFailed):
            state.handovers[event.ho or ""].cred = None

    patch.setattr(fold_room, "_handover", eager)


def says_early_for_late(patch: pytest.MonkeyPatch) -> None:
    honest = credential.turned_away

    def confused(draft: Draft, known: Any) -> str | None:
        why = honest(draft, known)
        return "early" if why == "expired" else why

    patch.setattr(credential, "turned_away", confused)


def confirms_for_another(patch: pytest.MonkeyPatch) -> None:
    """Anybody may speak for the depositor."""

    def anybody(draft: Draft, ho: str, actor: ev.Actor, phases: tuple[str, ...]) -> Any:
        known = draft.handover(ho)
        if known.phase not in phases:
            raise Declined("phase", "not now; look again")
        return known

    patch.setattr(deposit, "_of", anybody)


def forgets_who_deposited(patch: pytest.MonkeyPatch) -> None:
    """Who opens it again counts as the depositor."""
    honest = fold_room._handover

    def forgetful(state: State, event: ev.Event, idx: int, now: Any) -> None:
        honest(state, event, idx, now)
        if isinstance(event, ev.DepositReopened):
            state.handovers[event.ho or ""].depositor = event.actor.id + "?"

    patch.setattr(fold_room, "_handover", forgetful)


def decides_in_place(patch: pytest.MonkeyPatch) -> None:
    """Deciding changes the state behind the journal's back."""
    honest = credential._pause

    def hasty(draft: Draft) -> None:
        draft.state.throttle.failures += 1
        honest(draft)

    patch.setattr(credential, "_pause", hasty)


def counts_the_queue_twice(patch: pytest.MonkeyPatch) -> None:
    def twice(queue: attention.Queue, event: ev.Event, idx: int, lo: int, wrong: int) -> None:
        attention.fold(queue, event, idx, lo, wrong)
        if isinstance(event, ev.DoorForced):
            attention.fold(queue, event, idx, lo, wrong)

    bent = SimpleNamespace(**{**vars(attention), "fold": twice})
    patch.setattr(fold_room, "attention", bent)


def closes_with_a_pulse(patch: pytest.MonkeyPatch) -> None:
    """A pulse says something about a door that stands open."""
    table = {**door._COMPILED, ("forced", "PulseOrdered"): "commanded"}
    patch.setattr(door, "_COMPILED", table)


def loses_a_lease(patch: pytest.MonkeyPatch) -> None:
    """A boot forgets the releases that it found in the air."""
    patch.setattr(boot, "_release", lambda draft, known, lease, level: None)
    patch.setitem(fold_room.FOLDS, ev.LogBoot, _forgetful_boot)


_honest_boot = fold_room.FOLDS[ev.LogBoot]


def _forgetful_boot(state: State, event: ev.LogBoot, idx: int, now: Any) -> None:
    _honest_boot(state, event, idx, now)
    for one in state.doors.values():
        if one.lease is not None and one.lease.purpose == "release":
            one.lease = None


def ticks_early(patch: pytest.MonkeyPatch) -> None:
    """The deadline comes before anything is due: the loop would spin."""
    honest = policy.next_due

    def early(site: Any, state: State, now: Any) -> int | None:
        due = honest(site, state, now)
        return now.up_ms if due is not None else None

    patch.setattr(policy, "next_due", early)


def never_ticks(patch: pytest.MonkeyPatch) -> None:
    """A missed opening is never noticed: the release hangs."""

    def deaf(site: Any, state: State, now: Any) -> int | None:
        return None

    patch.setattr(policy, "next_due", deaf)


def forgets_in_the_snapshot(patch: pytest.MonkeyPatch) -> None:
    honest = load

    def lossy(data: bytes) -> State:
        state = honest(data)
        for one in state.handovers.values():
            one.wrong_pins = 0
        return state

    patch.setattr(hazards, "load", lossy)


def releases_what_was_used(patch: pytest.MonkeyPatch) -> None:
    """A code that opened its door opens it again while it stands open."""
    honest = credential.turned_away

    def generous(draft: Draft, known: Any) -> str | None:
        return None if known.phase == "open" else honest(draft, known)

    table = {**handover._COMPILED, ("open", "ReleaseAuthorised"): "releasing"}
    patch.setattr(credential, "turned_away", generous)
    patch.setattr(handover, "_COMPILED", table)
    # What a bearer would be told is asked first and would trip over the same bug.
    truth = hazards.bearers_are_told_the_truth
    kept = tuple(one for one in hazards.INVARIANTS if one is not truth)
    patch.setattr(hazards, "INVARIANTS", kept)


def opens_twice(patch: pytest.MonkeyPatch) -> None:
    """Every opening is somebody's: the item leaves again and again."""
    honest = doors.moved
    compiled = {**handover._COMPILED, ("open", "ReleaseOpened"): "open"}
    table = {**door._COMPILED, ("open", "ReleaseOpened"): "open"}

    def again(draft: Draft, message: msg.DoorMoved) -> None:
        known = draft.door(message.unit)
        honest(draft, message)
        lease = known.lease
        if lease and lease.purpose == "release" and lease.opened and not draft.events:
            cred = draft.handover(lease.ho or "").cred or ""
            draft.add(ev.ReleaseOpened(unit=known.unit, ho=lease.ho, cred=cred))

    patch.setitem(decided.HANDLES, msg.DoorMoved, again)
    patch.setattr(handover, "_COMPILED", compiled)
    patch.setattr(door, "_COMPILED", table)


def spends_a_code_that_is_still_needed(patch: pytest.MonkeyPatch) -> None:
    """The first door that a code opens ends it, whatever lies behind the others."""
    honest = doors.released

    def hasty(draft: Draft, known: Any, cause: ev.Cause | None, late: bool) -> ev.ReleaseOpened:
        return honest(draft, known, cause, late).but(more=False)

    patch.setattr(doors, "released", hasty)


def credits_more_than_was_dark(patch: pytest.MonkeyPatch) -> None:
    """An outage lasts an hour longer than the clock can prove."""
    honest = credit.darkness_ends

    def generous(state: State, now: Any) -> int | None:
        until = honest(state, now)
        return None if until is None else until + HOUR_MS

    patch.setattr(credit, "darkness_ends", generous)


PLANTED: list[tuple[Plant, str]] = [
    (pulses_twice, "no pulse without its entry"),
    (releases_for_anything, "no release without a proven code"),
    (opens_twice, "one item leaves at most once"),
    (releases_what_was_used, "a used code does not open again"),
    (opens_late_for_nobody, "every edge is attributed or alarmed"),
    (burns_on_a_jam, "a credential ends only by evidence or withdrawal"),
    (says_early_for_late, "a proven code is told the truth"),
    (confirms_for_another, "the depositor's identity is kept"),
    (forgets_who_deposited, "the depositor's identity is kept"),
    (decides_in_place, "replaying the journal gives the state"),
    (counts_the_queue_twice, "the queue rebuilt is the queue"),
    (closes_with_a_pulse, "a door's phase agrees with its contact"),
    (loses_a_lease, "every lease has its handover"),
    (ticks_early, "a tick comes when it is due and only then"),
    (never_ticks, "nothing in the air waits for ever"),
    (forgets_in_the_snapshot, "a snapshot gives the state back"),
    (spends_a_code_that_is_still_needed, "a code lives while it opens another door"),
    (credits_more_than_was_dark, "no window widened by a clock"),
]


@pytest.mark.parametrize(("plant", "name"), PLANTED, ids=lambda one: getattr(one, "__name__", ""))
def test_a_planted_bug_trips_its_invariant(
    plant: Plant, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert name in _tripped()


def test_no_bug_trips_nothing() -> None:
    assert not list(_tripped(10))
