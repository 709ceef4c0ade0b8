"""The keeper's heap and its thread's body, both run here, on the test's own thread."""

from __future__ import annotations

import pytest

from drivers.deadlines import Deadlines
from drivers.errors import CabinetStopped


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.ms = 1_000

    def __call__(self) -> int:
        return self.ms


def test_calls_run_when_they_are_due_in_order() -> None:
    clock, ran = Clock(), list[str]()
    keeper = Deadlines(clock)
    keeper.after(500, lambda: ran.append("late"))
    keeper.after(100, lambda: ran.append("early"))
    keeper.after(100, lambda: ran.append("second"))
    assert keeper.turn() == 100
    clock.ms += 100
    assert keeper.turn() == 400
    assert ran == ["early", "second"]
    clock.ms += 9_000
    assert keeper.turn() is None
    assert ran == ["early", "second", "late"]
    assert keeper.last_turn_ms == clock.ms


def test_a_withdrawn_call_does_not_run_and_wakes_nobody() -> None:
    clock, ran = Clock(), list[str]()
    keeper = Deadlines(clock)
    deadline = keeper.after(100, lambda: ran.append("never"))
    deadline.cancel()
    assert keeper.turn() is None
    clock.ms += 1_000
    keeper.turn()
    deadline.cancel()
    assert ran == []


def test_a_call_may_schedule_another() -> None:
    clock, ran = Clock(), list[int]()
    keeper = Deadlines(clock)

    def again() -> None:
        ran.append(clock.ms)
        keeper.after(50, again)

    keeper.after(0, again)
    assert keeper.turn() == 50
    clock.ms += 50
    assert keeper.turn() == 50
    assert ran == [1_000, 1_050]


def test_the_thread_s_body_ends_when_it_is_stopped() -> None:
    clock = Clock()
    keeper = Deadlines(clock)
    keeper.after(0, keeper.stop)
    keeper._run()
    with pytest.raises(CabinetStopped, match="restart lockerd"):
        keeper.after(0, lambda: None)
    keeper.stop()


def test_a_call_that_fails_ends_the_keeper_and_says_so() -> None:
    clock, failures = Clock(), list[BaseException]()
    keeper = Deadlines(clock)
    keeper.on_failure = failures.append
    never = list[str]()

    def fail() -> None:
        raise ZeroDivisionError

    keeper.after(0, fail)
    keeper.after(0, lambda: never.append("ran"))
    with pytest.raises(ZeroDivisionError):
        keeper._run()
    assert [type(one) for one in failures] == [ZeroDivisionError]
    assert never == []
    with pytest.raises(CabinetStopped):
        keeper.after(0, lambda: None)
    assert keeper.turn() is None
