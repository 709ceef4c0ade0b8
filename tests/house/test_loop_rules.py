"""The loop: order, deadlines, bounds, reports; and the selector that blocks for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from lockerd.core import messages as msg
from lockerd.loop import INBOX_MAX, SLOW_MS, Loop, SelectorWaiter


class Time:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.at_ms = 1_000

    def up_ms(self) -> int:
        return self.at_ms


class Waiter:
    """Lets the time pass that it is asked to wait, and counts its wake-ups."""

    def __init__(self, time: Time) -> None:
        self.time = time
        self.wakes = 0
        self.waited: list[int | None] = []

    def wait(self, timeout_ms: int | None) -> None:
        self.waited.append(timeout_ms)
        self.time.at_ms += timeout_ms or 0

    def wake(self) -> None:
        self.wakes += 1

    def watch(self, fd: int, ready: Callable[[], None]) -> None:
        raise AssertionError(fd)

    def watch_write(self, fd: int, ready: Callable[[], None] | None) -> None:
        raise AssertionError(fd)

    def unwatch(self, fd: int) -> None:
        raise AssertionError(fd)

    def close(self) -> None:
        self.waited.append(-1)


class Bench:
    """A loop in virtual time that writes down what it ran."""

    def __init__(self) -> None:
        self.time = Time()
        self.waiter = Waiter(self.time)
        self.slow: list[tuple[str, int]] = []
        self.ran: list[object] = []
        self.loop = Loop(self.time, self.waiter, slow=lambda *what: self.slow.append(what))
        self.loop.on_message = self.ran.append

    def after(self, delay_ms: int, name: str) -> object:
        return self.loop.after(delay_ms, lambda: self.ran.append((name, self.time.at_ms)))


# -- facts and calls --------------------------------------------------------------------------


def test_facts_are_taken_one_at_a_time_in_order() -> None:
    bench = Bench()
    facts = [msg.Scanned(str(one)) for one in range(5)]
    for fact in facts:
        bench.loop.post(fact)
    assert bench.loop.next_due_ms() == 0
    assert bench.loop.work() and bench.ran == facts
    assert not bench.loop.work() and bench.loop.next_due_ms() is None


def test_a_fact_posted_by_a_fact_comes_after_those_that_wait() -> None:
    bench = Bench()
    first, second, third = (msg.Scanned(one) for one in "abc")

    def take(fact: msg.Message) -> None:
        bench.ran.append(fact)
        if fact is first:
            bench.loop.post(third)

    bench.loop.on_message = take
    bench.loop.post(first)
    bench.loop.post(second)
    bench.loop.work()
    assert bench.ran == [first, second, third]


def test_posting_and_calling_wake_the_waiter() -> None:
    """What an edge thread does is this and nothing else."""
    bench = Bench()
    bench.loop.post(msg.Activity())
    bench.loop.call(lambda: bench.ran.append("called"))
    assert bench.waiter.wakes == 2 and bench.ran == [], "nothing runs where it was posted"
    bench.loop.work()
    assert "called" in bench.ran and len(bench.ran) == 2


def test_many_facts_do_not_starve_calls() -> None:
    bench = Bench()
    for _ in range(10):
        bench.loop.post(msg.Activity())
    bench.loop.call(lambda: bench.ran.append("called"))
    bench.loop.work()
    assert bench.ran.index("called") <= 1


@pytest.mark.parametrize("what", ["post", "call"])
def test_outgrowing_the_inbox_stops_the_program(what: str) -> None:
    bench = Bench()
    for _ in range(INBOX_MAX):
        bench.loop.post(msg.Activity()) if what == "post" else bench.loop.call(lambda: None)
    with pytest.raises(AssertionError, match="outgrew its bound"):
        bench.loop.post(msg.Activity()) if what == "post" else bench.loop.call(lambda: None)


# -- deadlines --------------------------------------------------------------------------------


def test_deadlines_run_when_they_come_and_in_order() -> None:
    bench = Bench()
    for delay_ms, name in ((300, "c"), (100, "a"), (200, "b"), (100, "a too")):
        bench.after(delay_ms, name)
    for _ in range(3):
        bench.loop.turn()
    assert bench.ran == [("a", 1_100), ("a too", 1_100), ("b", 1_200), ("c", 1_300)]
    assert bench.waiter.waited == [100, 100, 100]


def test_a_deadline_in_the_past_is_due_now() -> None:
    bench = Bench()
    bench.after(-50, "late")
    assert bench.loop.next_due_ms() == 0
    bench.loop.work()
    assert bench.ran == [("late", 1_000)]


def test_a_cancelled_deadline_neither_runs_nor_wakes() -> None:
    bench = Bench()
    deadline = bench.loop.after(100, lambda: bench.ran.append("never"))
    bench.after(500, "later")
    deadline.cancel()
    deadline.cancel()
    assert bench.loop.next_due_ms() == 500
    bench.loop.turn()
    assert bench.ran == [("later", 1_500)]


def test_a_deadline_can_be_cancelled_by_one_of_the_same_moment() -> None:
    bench = Bench()
    bench.loop.after(100, lambda: second.cancel())
    second = bench.loop.after(100, lambda: bench.ran.append("never"))
    bench.loop.turn()
    assert bench.ran == [] and bench.loop.next_due_ms() is None


def test_cancelling_from_within_and_after_is_harmless() -> None:
    bench = Bench()
    deadline = bench.loop.after(0, lambda: deadline.cancel())
    bench.loop.work()
    deadline.cancel()
    assert bench.loop.next_due_ms() is None


def test_facts_come_before_deadlines_of_the_same_turn() -> None:
    bench = Bench()
    bench.after(0, "deadline")
    bench.loop.post(msg.Activity())
    bench.loop.work()
    assert bench.ran == [msg.Activity(), ("deadline", 1_000)]


def test_a_turn_waits_no_longer_than_its_limit() -> None:
    bench = Bench()
    bench.after(500, "later")
    bench.loop.turn(limit_ms=20)
    assert bench.waiter.waited == [20] and bench.ran == []


def test_without_anything_to_do_a_turn_waits_for_ever() -> None:
    bench = Bench()
    bench.loop.turn()
    assert bench.waiter.waited == [None]


# -- turns ------------------------------------------------------------------------------------


def test_every_full_turn_is_told() -> None:
    """The watchdog is fed there, so not before what was posted is done."""
    bench = Bench()
    bench.loop.on_turn = lambda: bench.ran.append("turn")
    bench.loop.post(msg.Activity())
    bench.loop.turn()
    assert bench.ran == [msg.Activity(), "turn"]


def test_a_stop_ends_after_the_present_turn() -> None:
    bench = Bench()
    bench.loop.on_message = lambda fact: bench.loop.stop()
    bench.loop.on_turn = lambda: bench.ran.append("turn")
    bench.loop.post(msg.Activity())
    bench.loop.run()
    assert bench.ran == ["turn"]
    bench.loop.close()
    assert bench.waiter.waited[-1] == -1


@pytest.mark.parametrize("over", [0, 1])
def test_a_slow_turn_is_reported_by_the_name_of_what_was_handled(over: int) -> None:
    bench = Bench()

    def slowly(fact: object = None) -> None:
        bench.time.at_ms += SLOW_MS + over

    bench.loop.on_message = slowly
    bench.loop.post(msg.CodeTyped("123456789"))
    bench.loop.call(slowly)
    bench.loop.after(0, slowly)
    bench.loop.work()
    names = [name for name, _ in bench.slow]
    assert names == (["call", "CodeTyped", "deadline"] if over else [])
    assert all(took_ms == SLOW_MS + 1 for _, took_ms in bench.slow)
    assert "123456789" not in repr(bench.slow)


# -- the selector -----------------------------------------------------------------------------


@pytest.fixture
def waiter() -> Iterator[SelectorWaiter]:
    made = SelectorWaiter()
    yield made
    made.close()


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_a_wake_ends_the_next_wait_once(waiter: SelectorWaiter) -> None:
    waiter.wake()
    waiter.wake()
    waiter.wait(None)  # returns, or this test hangs
    waiter.wait(0)


def test_a_descriptor_is_reported_while_it_has_something(
    waiter: SelectorWaiter, pipe: tuple[int, int]
) -> None:
    read_end, write_end = pipe
    seen: list[bytes] = []
    waiter.watch(read_end, lambda: seen.append(os.read(read_end, 1)))
    waiter.wait(0)
    assert seen == []
    os.write(write_end, b"ab")
    waiter.wait(None)
    waiter.wait(None)
    assert seen == [b"a", b"b"]
    os.write(write_end, b"c")
    waiter.unwatch(read_end)
    waiter.unwatch(read_end)
    waiter.wait(0)
    assert seen == [b"a", b"b"]


def test_room_to_write_is_reported_only_when_asked_for(
    waiter: SelectorWaiter, pipe: tuple[int, int]
) -> None:
    write_end = pipe[1]
    seen: list[str] = []
    waiter.watch(write_end, lambda: seen.append("read"))
    waiter.wait(0)
    waiter.watch_write(write_end, lambda: seen.append("write"))
    waiter.wait(None)
    waiter.watch_write(write_end, None)
    waiter.wait(0)
    assert seen == ["write"]
