"""The engine's one rule, decide -> append -> apply -> act, against a journal that may refuse."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial

import pytest
from house_kit import DEPOSITOR, HO, OPERATOR, SITE, Bench

from lockerd.core import effects as ef
from lockerd.core import messages as msg
from lockerd.core.events import Actor
from lockerd.core.messages import Level
from lockerd.core.snapshot import dump
from lockerd.core.tables import ImpossibleHistory
from lockerd.engine import FOLLOW_UPS_MAX, Engine, Outcome
from lockerd.ports import JournalError

FULL = "the disk is full; free space on it"


def test_a_release_is_on_disk_before_anybody_hears_of_it() -> None:
    bench = Bench()
    bench.deposit()
    bench.code()
    at = bench.kinds.index("append")
    assert bench.trace[at] == ("append", ["release.authorised", "pulse.ordered"])
    assert bench.trace[at + 1] == ("follow", ["release.authorised", "pulse.ordered"])
    assert bench.trace[at + 2][0] == "act" and len(bench.pulses) == 1
    entry = bench.journal.lines[bench.pulses[0].entry].event
    assert entry.TYPE == "pulse.ordered" and entry.unit == bench.pulses[0].unit


def test_a_refusing_journal_latches_and_nothing_is_acted_upon() -> None:
    bench = Bench()
    bench.deposit()
    before = dump(bench.engine.state)
    bench.journal.refusal = JournalError(FULL)
    bench.code()
    assert not bench.pulses and "follow" not in bench.kinds
    assert bench.engine.fault == FULL
    assert dump(bench.engine.state) == before, "what is not on disk is not known either"
    visit = bench.engine.visit
    assert (visit.step, visit.why) == ("refused", "service")


def test_a_latched_engine_asks_the_journal_nothing_until_a_restart() -> None:
    bench = Bench()
    bench.deposit()
    bench.journal.refusal = JournalError(FULL)
    bench.door("A2", Level.OPEN)
    assert bench.kinds == ["refuse"]
    bench.journal.refusal = None
    bench.trace.clear()
    bench.code()
    bench.door("A2", Level.CLOSED)
    done = bench.engine.handle(msg.RestoreDoor(OPERATOR, "A2"))
    assert done.declined is not None and done.declined.why == "service"
    assert str(done.declined) == FULL
    assert bench.kinds.count("append") == 0 and not bench.pulses


def test_without_the_refusal_the_same_acts_release() -> None:
    """The twin of the two above."""
    bench = Bench()
    bench.deposit()
    bench.door("A2", Level.OPEN)
    bench.door("A2", Level.CLOSED)
    bench.code()
    assert len(bench.pulses) == 1 and bench.engine.fault is None


def test_what_is_declined_leaves_no_entry() -> None:
    bench = Bench()
    size = bench.journal.size
    done = bench.engine.handle(msg.StartDeposit(DEPOSITOR, "no such handover"))
    assert done.events == () and done.declined is not None and done.declined.why == "unknown"
    done = bench.engine.handle(msg.RetireDoor(Actor("depositor", "2"), "A1", "because"))
    assert done.declined is not None and done.declined.why == "role"
    assert bench.journal.size == size and bench.trace == []


def test_a_fact_that_changes_nothing_costs_no_fsync() -> None:
    bench = Bench()
    bench.door("A1", Level.CLOSED)
    bench.door("no such door", Level.OPEN)
    assert bench.trace == []


def test_without_room_nothing_is_begun_and_what_was_begun_is_ended() -> None:
    bench = Bench()
    bench.deposit()
    bench.code()
    bench.order("00000000000000a2")
    bench.lacking = "the disk is almost full; free some space"
    unit = bench.pulses[0].unit
    bench.door(unit, Level.OPEN)
    bench.door(unit, Level.CLOSED)
    assert bench.journal.lines[-1].event.TYPE == "handover.collected"
    done = bench.engine.handle(msg.StartDeposit(DEPOSITOR, "00000000000000a2"))
    assert done.declined is not None and done.declined.why == "service"
    assert str(done.declined) == bench.lacking
    assert bench.engine.fault is None, "a lack of room is no fault: it may pass"
    bench.lacking = None
    done = bench.engine.handle(msg.StartDeposit(DEPOSITOR, "00000000000000a2"))
    assert done.declined is None


def test_without_room_no_code_opens_a_door() -> None:
    bench = Bench()
    bench.deposit()
    bench.lacking = "the disk is almost full; free some space"
    bench.code()
    assert not bench.pulses and bench.engine.visit.why == "service"
    bench.lacking = None
    bench.code()
    assert len(bench.pulses) == 1


def test_follow_ups_are_taken_in_the_same_call_and_in_order() -> None:
    """The depositor picks a handover: the press itself becomes a message."""
    bench = Bench()
    bench.order()
    bench.engine.handle(msg.Scanned("LKBADGE"))
    bench.engine.handle(msg.BadgeChecked("c2"))
    bench.engine.handle(msg.CodeTyped("222222"))
    bench.engine.handle(msg.StaffPinChecked("c2", True))
    assert bench.engine.visit.step == "staff_menu"
    bench.engine.handle(msg.Pressed("deposit"))
    bench.trace.clear()
    done = bench.engine.handle(msg.Pressed("pick", HO))
    assert done == Outcome(), "the outcome is the press's own"
    assert bench.trace[0] == ("append", ["deposit.started", "pulse.ordered"])
    assert len(bench.pulses) == 1 and bench.engine.visit.step == "deposit_opening"


class Endless(Engine):
    """An engine whose visit answers every message with another."""

    taken = 0

    def _one(self, message: msg.Message) -> tuple[Outcome, Sequence[msg.Message]]:
        if not isinstance(message, msg.Activity):
            return super()._one(message)
        self.taken += 1
        return Outcome(), (message,)


def test_follow_ups_that_do_not_end_stop_the_program() -> None:
    bench = Bench(Endless)
    with pytest.raises(AssertionError, match="follow-ups to Activity do not end"):
        bench.engine.handle(msg.Activity())
    assert isinstance(bench.engine, Endless) and bench.engine.taken == FOLLOW_UPS_MAX


def test_an_impossible_event_is_found_before_it_is_written() -> None:
    bench = Bench()
    bench.engine.state.doors["A1"].phase = "no such phase"
    with pytest.raises(ImpossibleHistory):
        bench.door("A1", Level.OPEN)
    assert bench.trace == []


def test_a_tick_takes_what_is_due_and_says_when_to_come_again() -> None:
    bench = Bench()
    bench.deposit()
    bench.code()
    due = bench.engine.next_due()
    assert due == bench.clock.at_ms + SITE.timing.confirm_window_ms
    bench.trace.clear()
    bench.clock.at_ms = due - 1
    bench.engine.tick()
    assert bench.trace == []
    bench.clock.at_ms = due
    bench.engine.tick()
    assert bench.trace[0] == ("append", ["release.not_opened"])
    again = bench.engine.next_due()
    assert again is not None and again > due


def test_a_latched_engine_lets_people_go_home_and_does_nothing_else() -> None:
    bench = Bench()
    bench.deposit()
    bench.code()
    bench.journal.refusal = JournalError(FULL)
    bench.clock.at_ms += SITE.timing.confirm_window_ms
    bench.engine.tick()
    assert bench.engine.fault == FULL
    bench.trace.clear()
    bench.engine.handle(msg.Pressed("home"))
    bench.engine.handle(msg.Pressed("enter-code"))
    for _ in range(20):
        due = bench.engine.next_due()
        if due is None:
            break
        bench.clock.at_ms = max(bench.clock.at_ms, due)
        bench.engine.tick()
    assert due is None, "deadlines of a latched engine do not end"
    assert "append" not in bench.kinds and "refuse" not in bench.kinds and not bench.pulses


def test_a_proven_code_opens_nothing_behind_its_bearers_back() -> None:
    """The answer came after the person had gone home."""
    bench = Bench()
    bench.deposit()
    bench.engine.handle(msg.CodeChecked("qr", f"cred-{HO}", True))
    assert bench.trace == [] and bench.engine.visit.step == "home"
    bench.engine.handle(msg.CodeChecked("pin", f"cred-{HO}", False))
    assert bench.trace[0] == ("append", ["code.refused"]), "a wrong code counts all the same"


@pytest.mark.parametrize("seed", range(20))
def test_random_days_never_act_without_an_entry(seed: int) -> None:
    """Random people and doors, and a journal that may refuse for good at any time."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    bench = Bench()
    bench.deposit()
    refused_at = chance.choice([None, chance.randrange(60)])
    for step in range(60):
        if step == refused_at:
            bench.journal.refusal = JournalError(FULL)
        unit = chance.choice(["A1", "A2", "A3"])
        level = chance.choice([Level.OPEN, Level.CLOSED, Level.UNKNOWN])
        acts: list[Callable[[], object]] = [
            partial(bench.code, proven=chance.random() < 0.7),
            partial(bench.door, unit, level),
            bench.engine.tick,
            partial(bench.engine.handle, msg.Pressed("home")),
            partial(bench.engine.handle, msg.PulseEnded(unit)),
        ]
        chance.choice(acts)()
        bench.clock.at_ms += chance.choice([0, 100, 1_500, 6_000])
    entries = [one.entry for one in bench.pulses]
    assert len(set(entries)) == len(entries), "one permission, one pulse"
    for pulse in bench.pulses:
        line = bench.journal.lines[pulse.entry]
        assert line.event.TYPE == "pulse.ordered" and line.event.unit == pulse.unit
    if "refuse" in bench.kinds:
        after = bench.trace[bench.kinds.index("refuse") :]
        assert bench.kinds.count("refuse") == 1, "a journal that refused was asked again"
        assert not [one for _, one in after if isinstance(one, ef.Pulse)]
