"""The loop: what a signal does that comes early."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable

from lockerd.loop import Loop, SelectorWaiter


class Ticks:
    """A clock that stands."""

    def up_ms(self) -> int:
        return 0


class Waiter:
    """Counts how often it was asked to block; does `then` each time."""

    def __init__(self) -> None:
        self.waits = 0
        self.then: Callable[[], None] = lambda: None

    def wait(self, timeout_ms: int | None) -> None:
        self.waits += 1
        self.then()

    def wake(self) -> None:
        pass

    def watch(self, fd: int, ready: Callable[[], None]) -> None:
        raise AssertionError(fd)

    def watch_write(self, fd: int, ready: Callable[[], None] | None) -> None:
        raise AssertionError(fd)

    def unwatch(self, fd: int) -> None:
        raise AssertionError(fd)

    def close(self) -> None:
        pass


def test_a_stop_before_the_first_turn_is_not_forgotten() -> None:
    """SIGTERM may come between READY=1 and the first turn."""
    waiter = Waiter()
    loop = Loop(Ticks(), waiter)
    loop.stop()
    loop.run()
    assert waiter.waits == 0


def test_without_it_the_loop_turns_until_the_stop() -> None:
    """The twin."""
    waiter = Waiter()
    loop = Loop(Ticks(), waiter)

    def third() -> None:
        if waiter.waits == 3:
            loop.stop()

    waiter.then = third
    loop.run()
    assert waiter.waits == 3


def test_a_thread_that_ends_late_writes_into_nothing() -> None:
    """The number of the closed descriptor may be that of a file by then."""
    waiter = SelectorWaiter()
    number = waiter._event
    waiter.close()
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), number)
        try:
            waiter.wake()
            assert os.fstat(number).st_size == 0
        finally:
            if number != file.fileno():
                os.close(number)
