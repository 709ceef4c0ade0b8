"""Time: the ladder of attempts, doors left open, windows that end, and when to look again."""

from __future__ import annotations

from typing import Any

import corekit as kit
import pytest
from corekit import OPERATOR, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import policy
from lockerd.core.site import Timing
from lockerd.core.state import HOUR_MS


def released(**order: Any) -> tuple[Cabinet, str]:
    c = Cabinet()
    ho = c.collectable(**order)
    c.offer(ho)
    return c, ho


def pulses(c: Cabinet) -> list[int]:
    """When each pulse since the deposit was ordered, in ms after the first."""
    stamps = [one.now.up_ms for one in c.log if one.event.TYPE == "pulse.ordered"][1:]
    return [one - stamps[0] for one in stamps]


def test_three_attempts_with_a_rest_between_and_then_a_person_is_told() -> None:
    c, ho = released()
    found = c.run(60_000)
    assert ev.names(found) == [
        "release.not_opened", "pulse.ordered", "release.not_opened", "pulse.ordered",
        "release.not_opened", "release.failed",
    ]  # fmt: skip
    assert pulses(c) == [0, kit.REST_MS, 2 * kit.REST_MS]
    attempts = [one.attempt for one in found if isinstance(one, ev.PulseOrdered)]
    assert attempts == [2, 3]
    assert c.phase(ho) == "collectable"
    assert "not_opened:A1" in c.state.queue
    assert ev.names(c.offer(ho)) == ["release.authorised", "pulse.ordered"], "the code lives"


def test_the_profile_says_how_many() -> None:
    c, _ = released(profile="ask")
    found = c.run(60_000)
    assert ev.names(found)[-1] == "release.failed"
    assert len(pulses(c)) == 2


def test_an_attempt_succeeds_within_the_ladder() -> None:
    c, ho = released()
    c.run(kit.REST_MS + 100)
    (opened,) = c.door("A1", "open")
    assert isinstance(opened, ev.ReleaseOpened)
    assert not opened.late
    c.door("A1", "closed")
    assert c.phase(ho) == "gone"
    assert c.run(HOUR_MS) == []


def test_an_early_opening_ends_the_ladder() -> None:
    c, _ = released()
    c.run(1_000)
    c.door("A1", "open")
    c.door("A1", "closed")
    assert c.run(HOUR_MS) == []
    assert len(pulses(c)) == 1


@pytest.mark.parametrize("level", ["unknown"])
def test_never_again_when_the_contact_does_not_say_closed(level: str) -> None:
    c, ho = released()
    c.run(kit.WINDOW_MS)
    c.door("A1", level)
    assert ev.names(c.run(60_000)) == ["handover.frozen"]
    assert len(pulses(c)) == 1
    assert c.phase(ho) == "frozen"


def test_a_contact_that_came_back_in_time_is_not_held_against_it() -> None:
    c, _ = released()
    c.run(kit.WINDOW_MS)
    c.door("A1", "unknown")
    c.door("A1", "closed")
    assert ev.names(c.run(kit.REST_MS))[0] == "pulse.ordered"


def test_a_late_tick_does_what_was_due_once() -> None:
    c, _ = released()
    c.wait(HOUR_MS)
    assert ev.names(c.send(msg.Tick())) == ["release.not_opened"]
    assert ev.names(c.send(msg.Tick())) == ["pulse.ordered"]
    assert c.send(msg.Tick()) == []


def test_out_of_service_nothing_more_is_pulsed() -> None:
    c, ho = released()
    c.run(kit.WINDOW_MS)
    c.send(msg.RetireCabinet(OPERATOR, "smoke"))
    assert ev.names(c.run(60_000)) == ["release.failed"]
    assert c.phase(ho) == "collectable"
    assert len(pulses(c)) == 1


def test_nor_for_a_deposit() -> None:
    c = Cabinet()
    ho, touched = c.order(), c.placed(size="M")
    c.send(msg.StartDeposit(kit.DEPOSITOR, ho))
    c.send(msg.ReopenDeposit(kit.DEPOSITOR, touched))
    c.run(kit.WINDOW_MS)
    c.send(msg.RetireCabinet(OPERATOR, "smoke"))
    names = ev.names(c.run(60_000))
    assert "pulse.ordered" not in names
    assert {"deposit.abandoned", "deposit.unconfirmed"} <= set(names)
    assert (c.phase(ho), c.phase(touched)) == ("ordered", "unconfirmed")


# -- left open ------------------------------------------------------------------------------------


def test_a_door_left_open_is_reminded_then_alarmed_then_in_the_queue() -> None:
    c, ho = released()
    c.door("A1", "open")
    began = c.up_ms
    found = c.run(HOUR_MS)
    assert [(one.TYPE, one.stage) for one in found if isinstance(one, ev.ReleaseLeftOpen)] == [
        ("release.left_open", 1),
        ("release.left_open", 2),
    ]
    stamps = [one.now.up_ms - began for one in c.log if one.event.TYPE == "release.left_open"]
    assert stamps == [45_000, 180_000]
    assert f"left_open:{ho}" in c.state.queue
    assert c.phase(ho) == "open", "it is not called collected while it is merely open"
    assert ev.names(c.door("A1", "closed")) == ["handover.collected"]
    assert f"left_open:{ho}" not in c.state.queue


def test_both_at_once_when_nobody_looked_for_long() -> None:
    c, _ = released()
    c.door("A1", "open")
    c.wait(HOUR_MS)
    assert ev.names(c.send(msg.Tick())) == ["release.left_open"] * 2
    assert c.send(msg.Tick()) == []


def test_other_compartments_stay_usable_meanwhile() -> None:
    c, _ = released()
    c.door("A1", "open")
    c.run(HOUR_MS)
    c.collected(size="M")


def test_after_a_cut_the_time_counts_from_the_start() -> None:
    c, _ = released()
    c.door("A1", "open")
    c.run(44_000)
    c.cut()
    assert c.run(44_999) == []
    assert ev.names(c.run(1)) == ["release.left_open"]


def test_an_operator_ends_what_nobody_will_close() -> None:
    """The contact broke while the door was open: its closing will never be seen."""
    c, ho = released()
    c.door("A1", "open")
    c.run(HOUR_MS)
    c.door("A1", "unknown")
    c.send(msg.Resolve(OPERATOR, f"left_open:{ho}", "taken, contact broken", "missing"))
    assert c.phase(ho) == "gone"
    assert c.state.doors["A1"].lease is None
    assert ev.names(c.offer(ho)) == ["code.refused"]


# -- windows --------------------------------------------------------------------------------------


def test_a_window_ends_once_and_surely() -> None:
    c = Cabinet()
    ho = c.collectable(hours=1)
    c.wait(c.of(ho).closes - c.lo - 1)
    assert c.send(msg.Tick()) == []
    assert ev.names(c.run(1)) == ["handover.expired"]
    assert f"expired:{ho}" in c.state.queue
    assert c.run(HOUR_MS) == []


def test_an_open_interval_alone_ends_no_window() -> None:
    c = Cabinet()
    ho = c.collectable(hours=1)
    c.width_ms = None
    c.wait(c.of(ho).closes - c.lo - 1)
    assert c.send(msg.Tick()) == []


def test_a_release_under_way_outlives_its_window() -> None:
    c = Cabinet()
    ho = c.collectable(hours=0.01)
    c.wait(c.of(ho).closes - c.lo - 1)
    c.offer(ho)
    c.run(500)
    c.door("A1", "open")
    assert ev.names(c.run(60_000)) == ["release.left_open"]
    c.door("A1", "closed")
    assert c.phase(ho) == "gone"


def test_what_was_only_ordered_lapses_and_does_not_expire() -> None:
    """Nothing lies in a compartment, so nothing waits for an operator."""
    c = Cabinet()
    ho = c.order(hours=1)
    assert c.run(HOUR_MS - 1) == []
    assert c.phase(ho) == "ordered"
    assert ev.names(c.run(100 * HOUR_MS)) == ["order.lapsed"]
    assert c.phase(ho) == "gone"
    assert c.state.queue == {}


# -- deadlines ------------------------------------------------------------------------------------


def test_nothing_to_do_has_no_deadline() -> None:
    c = Cabinet()
    assert policy.next_due(c.site, c.state, c.now) is None
    ho = c.order(hours=1)
    assert policy.next_due(c.site, c.state, c.now) == c.up_ms + HOUR_MS
    c.send(msg.CancelHandover(kit.DEPOSITOR, ho, "no longer"))
    assert policy.next_due(c.site, c.state, c.now) is None


def test_the_deadline_is_the_earliest() -> None:
    c = Cabinet()
    one, two = c.collectable(hours=2), c.collectable(size="M", hours=1)
    due = policy.next_due(c.site, c.state, c.now)
    assert due == c.up_ms + c.of(two).closes - c.lo
    c.offer(one)
    assert policy.next_due(c.site, c.state, c.now) == c.up_ms + kit.WINDOW_MS


def test_a_clock_that_proves_less_than_passed_asks_again_without_spinning() -> None:
    """`lo` may lag behind the time since boot: the tick comes again after what is missing."""
    c = Cabinet()
    ho = c.collectable(hours=1)
    ticks = 0
    while c.phase(ho) == "collectable":
        due = policy.next_due(c.site, c.state, c.now)
        assert due is not None
        step = due - c.up_ms
        assert step > 0 or c.lo >= c.of(ho).closes
        c.up_ms += step
        c.lo += max(1, step * 9 // 10)
        c.send(msg.Tick())
        ticks += 1
        assert ticks < 12


def test_a_strike_without_a_rest_and_doors_without_delay() -> None:
    """The extremes of a config neither stall nor spin."""
    timing = Timing(confirm_window_ms=1, left_open_s=0, left_open_alarm_s=0)
    c = Cabinet(kit.site(2, cooldown_ms=0, timing=timing))
    ho = c.collectable()
    c.offer(ho)
    assert ev.names(c.run(60_000))[-1] == "release.failed"
    c.offer(ho)
    c.door("A1", "open")
    assert ev.names(c.run(60_000)) == ["release.left_open"] * 2
