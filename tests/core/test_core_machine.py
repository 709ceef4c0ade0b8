"""The whole core as a state machine under chance, and proof that its invariants can fail.

Runs 10,000 short examples; `LOCKERD_EXAMPLES=100000` asks for more.  Each invariant has a planted
bug: one function of the core is bent, and the same random runs must trip exactly that invariant.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, TypeVar

import corekit as kit
import hazard_rules
import hazards
import pytest
from hazard_places import PLACES, begin
from hazard_rules import Broken
from hazards import Hazard, SeedPick, drive
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from lockerd.core import (
    approval,
    attention,
    boot,
    credential,
    credit,
    deposit,
    door,
    doors,
    duty,
    effects,
    emergency,
    handover,
    life,
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
EXAMPLES = int(os.environ.get("LOCKERD_EXAMPLES", "10000"))
STEPS = 6
ACTS_OF_A_RUN = 12


class Bytes:
    """Choices out of bytes that Hypothesis makes, and shrinks; after the last one, the first."""

    def __init__(self, data: bytes) -> None:
        self._left = iter(data)

    def one(self, choices: Sequence[T]) -> T:
        return choices[next(self._left, 0) % len(choices)]

    def whole(self, low: int, high: int) -> int:
        return low + next(self._left, 0) % (high - low + 1)


class CoreMachine(RuleBasedStateMachine):
    """Begins in the middle of things; rules are the acts of `Hazard`, and all is asked after each.

    Many short runs, since each begins where something is going on.
    """

    @initialize(place=st.sampled_from(sorted(PLACES)))
    def begin(self, place: str) -> None:
        self.hazard = begin(place)

    @rule(name=st.sampled_from(Hazard.ACTS), choices=st.binary(min_size=8, max_size=8))
    def act(self, name: str, choices: bytes) -> None:
        self.hazard.act(name, Bytes(choices), dear=False)

    def teardown(self) -> None:
        if hasattr(self, "hazard"):
            self.hazard.check()
            whole_history(self.hazard)


CoreMachine.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestCoreMachine = pytest.mark.slow(EXAMPLES / 120)(CoreMachine.TestCase)


def whole_history(h: Hazard) -> None:
    """The journal alone, read back from its leaves, gives the state."""
    lines = [kit.Line(i, ev.decode(ev.encode(event)[0]), now) for i, event, now in h.c.log]
    assert dump(replay(lines)) == dump(h.c.state)


@pytest.mark.parametrize("seed", range(12))
def test_longer_runs(seed: int) -> None:
    print(f"seed {seed}")
    whole_history(drive(seed, acts=300))


ELSEWHERE: frozenset[type[ev.Event]] = frozenset(
    (
        *(ev.OrderCarried, ev.DepositCarried),  # a new epoch: test_core_epoch
        *(ev.DepositAdopted, ev.ItemFound),  # what lay there then: test_core_adopt
        *(ev.ReminderDue, ev.HandoverEscalated, ev.HeirWanted, ev.HeirNamed),  # test_core_windows
    )
)
"""Kinds that no act of `Hazard` leads to."""


def _turning() -> set[str]:
    """Every kind of event that moves a handover, a door or the cabinet."""
    triggers = handover.TRIGGERS | door.TRIGGERS | duty.TRIGGERS
    kinds = (one for one in vars(ev).values() if isinstance(one, type))
    events = (one for one in kinds if issubclass(one, ev.Event) and one not in ELSEWHERE)
    return {one.TYPE for one in events if one.__name__ in triggers}


def _types(runs: int) -> tuple[set[str], set[str]]:
    """The kinds of event of random runs, and what proven codes were told."""
    types: set[str] = set()
    told: set[str] = set()
    places = sorted(PLACES)
    for seed in range(runs):
        pick = SeedPick(seed)
        hazard = begin(places[seed % len(places)])
        for _ in range(ACTS_OF_A_RUN):
            hazard.act(pick.one(Hazard.ACTS), pick, dear=False)
        types |= {line.event.TYPE for line in hazard.c.log}
        why = (one.event for one in hazard.c.log if isinstance(one.event, ev.CodeTurnedAway))
        told |= {one.why for one in why}
    return types, told


@pytest.mark.slow
def test_the_runs_reach_every_event_and_every_answer() -> None:
    """The twin of it all: what is never reached is never proven."""
    types, told = _types(2_000)
    assert _turning() - types == set()
    assert told == {"early", "expired", "collected", "clock", "held", "open", "service"}


# -- planted bugs ---------------------------------------------------------------------------------


def _tripped(runs: int = 600) -> Iterator[str]:
    """The names of the invariants that random runs break, each run's first."""
    places = sorted(PLACES)
    for seed in range(runs):
        pick = SeedPick(seed)
        try:
            hazard = begin(places[seed % len(places)])
            for _ in range(ACTS_OF_A_RUN):
                hazard.act(pick.one(Hazard.ACTS), pick)
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

    def eager(state: State, ho: str, event: ev.Event, idx: int, now: Any) -> None:
        honest(state, ho, event, idx, now)
        if isinstance(event, ev.ReleaseFailed):
            state.handovers[ho].cred = None

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
    """Whoever shuts the door counts as the depositor."""
    honest = fold_room._handover

    def forgetful(state: State, ho: str, event: ev.Event, idx: int, now: Any) -> None:
        honest(state, ho, event, idx, now)
        if isinstance(event, ev.DepositClosed):
            state.handovers[ho].depositor = event.actor.id

    patch.setattr(fold_room, "_handover", forgetful)


def decides_in_place(patch: pytest.MonkeyPatch) -> None:
    """Deciding changes the state behind the journal's back."""
    honest = credential.pause

    def hasty(draft: Draft) -> None:
        draft.state.throttle.failures += 1
        honest(draft)

    patch.setattr(credential, "pause", hasty)


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
    pulse = {**fold_room._OF_DOOR[ev.PulseOrdered], "forced": "commanded"}
    patch.setitem(fold_room._OF_DOOR, ev.PulseOrdered, pulse)
    pulse = {**fold_room._OF_DOOR[ev.PulseOrdered], "forced": "commanded"}
    patch.setitem(fold_room._OF_DOOR, ev.PulseOrdered, pulse)


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

    patch.setattr(hazard_rules, "load", lossy)
    patch.setattr(hazards, "load", lossy)


def _tells_nobody(patch: pytest.MonkeyPatch) -> None:
    """What a bearer would be told is asked first, and would trip over the same bug."""
    truth = hazard_rules.bearers_are_told_the_truth
    kept = tuple(one for one in hazard_rules.ALWAYS if one is not truth)
    patch.setattr(hazard_rules, "ALWAYS", kept)


def releases_what_was_used(patch: pytest.MonkeyPatch) -> None:
    """A code that opened its door opens it again while it stands open."""
    honest = credential.turned_away

    def generous(draft: Draft, known: Any) -> str | None:
        return None if known.phase == "open" else honest(draft, known)

    table = {**handover._COMPILED, ("open", "ReleaseAuthorised"): "releasing"}
    patch.setattr(credential, "turned_away", generous)
    patch.setattr(handover, "_COMPILED", table)
    _tells_nobody(patch)


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
            given = draft.entry(lease.entry)
            draft.add(ev.ReleaseOpened(unit=known.unit, ho=lease.ho, cause=given, cred=cred))

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


def pulses_without_a_word(patch: pytest.MonkeyPatch) -> None:
    """The strike is pulsed for a release that no entry permitted."""

    def mute(draft: Draft, known: Any, kind: str) -> None:
        draft.pulse(known.unit, "release", 1, known.ho, ev.DEVICE, draft.entry(known.deposited))

    patch.setattr(credential, "release", mute)
    _tells_nobody(patch)


def lets_the_depositor_say_yes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(approval, "excluded", lambda state, subject, asker: frozenset())


def counts_the_asker(patch: pytest.MonkeyPatch) -> None:
    """A release of what needs another person goes on without one."""
    patch.setattr(approval, "missing", lambda state, profile, known, now: ())


def kills_on_a_jam(patch: pytest.MonkeyPatch) -> None:
    """The verifiers are deleted with the last attempt."""
    drop = property(lambda one: (f"c-{one.ho}",))
    patch.setattr(ev.ReleaseFailed, "drop", drop)


def forgets_to_revive(patch: pytest.MonkeyPatch) -> None:
    """What was left inside keeps a dead code."""
    patch.setattr(ev.HandoverKept, "revive", property(lambda one: ()))


def keeps_dead_codes(patch: pytest.MonkeyPatch) -> None:
    """A replaced code stays among the verifiers."""
    patch.setattr(ev.CredentialReissued, "drop", property(lambda one: ()))


def opens_all_at_once(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(emergency, "in_flight", lambda state: None)


def sends_back_from_an_open_door(patch: pytest.MonkeyPatch) -> None:
    """Nobody asks whether somebody is at the door."""
    patch.setattr(life, "settled", lambda draft, known: None)


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
    (pulses_without_a_word, "no release without an authorised event on disk"),
    (lets_the_depositor_say_yes, "no depositor authorises"),
    (counts_the_asker, "no depositor authorises"),
    (kills_on_a_jam, "a credential dies only by evidence, expiry, re-issue or lock-out"),
    (forgets_to_revive, "the codes kept are the codes that live"),
    (keeps_dead_codes, "the codes kept are the codes that live"),
    (opens_all_at_once, "an emergency gives one door its turn at a time"),
    (sends_back_from_an_open_door, "every lease has its handover"),
]


@pytest.mark.slow(3)
@pytest.mark.parametrize(("plant", "name"), PLANTED, ids=lambda one: getattr(one, "__name__", ""))
def test_a_planted_bug_trips_its_invariant(
    plant: Plant, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in PLACES:
        begin(place)  # as it truly is
    plant(monkeypatch)
    assert name in _tripped()


def test_no_bug_trips_nothing() -> None:
    assert not list(_tripped(60))
