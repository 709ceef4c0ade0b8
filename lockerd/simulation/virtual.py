"""Time that passes only when nobody has anything left to do.

Theory of operation.  A story and a soak run the ordinary loop with a waiter that does not block: it
moves the clock to the next deadline.  Years pass in minutes, and the same seed gives the same run.

Rules.  One `VirtualTime` for the physical world and one `VirtualClock` per power-on: the former
never stops, the latter starts anew at each boot, as CLOCK_BOOTTIME does.
"""

from __future__ import annotations

from collections.abc import Callable

from lockerd.core.now import Now
from lockerd.loop import Loop


class VirtualTime:
    """The time of the physical world.  `at_ms`: since the world began; `wall_ms`: Unix ms."""

    def __init__(self, wall_ms: int) -> None:
        self.at_ms = 0
        self.wall_ms = wall_ms

    def up_ms(self) -> int:
        """What the loop measures deadlines with."""
        return self.at_ms

    def pass_ms(self, by_ms: int) -> None:
        """Let time pass."""
        assert by_ms >= 0, "time does not go back"
        self.at_ms += by_ms
        self.wall_ms += by_ms


class VirtualClock:
    """The clock of one power-on.

    `source` and `error_ms` are what it claims; `error_ms` None is a board without any time.
    """

    def __init__(self, time: VirtualTime, boot: str, floor: Now | None) -> None:
        self._time = time
        self._boot = boot
        self._began = time.at_ms
        self._moved: int | None = None
        self._ahead = max(0, floor.lo - time.wall_ms) if floor is not None else 0
        self.error_ms: int | None = 0
        self._told: tuple[int, int, int] | None = None
        self._stood: tuple[int, int] | None = None

    def up_ms(self) -> int:
        """Milliseconds since this boot."""
        return self._time.at_ms - self._began

    def now(self) -> Now:
        """The interval that contains the present."""
        if self._stood is not None:
            return self._unsure(*self._stood)
        at = self._time.wall_ms + self._ahead
        hi = None if self.error_ms is None else at + self.error_ms
        return Now(self._boot, self.up_ms(), at, hi, "sim")

    def _unsure(self, since: int, lo: int) -> Now:
        up = self.up_ms()
        if self._told is None:
            return Now(self._boot, up, lo + up - since, None, "floor")
        told, low, high = self._told
        return Now(self._boot, up, max(lo + up - since, low + up - told), high + up - told, "staff")

    def lose(self, lo: int | None = None) -> None:
        """Nothing vouches for the time any more: proven time goes on from `lo`, else from now."""
        self._stood = (self.up_ms(), self.now().lo if lo is None else lo)

    def find(self) -> None:
        """The time is vouched for again."""
        self._stood = self._told = None

    def tell(self, lo: int, hi: int, at_up_ms: int) -> None:
        """What two people say counts while nothing else does."""
        self._told = (at_up_ms, lo, hi)

    def anchor(self, at: int) -> None:
        """Virtual time does not drift: nothing follows from when it was last vouched for."""

    def prove(self, at: int) -> None:
        """A signature proves that it is `at` or later."""
        if self._stood is not None and at > self.now().lo:
            self._stood = (self.up_ms(), at)

    def move(self, by_ms: int) -> None:
        """Move the wall clock; a step back is noted, and takes nothing back that was proven."""
        self._ahead += max(0, by_ms)
        self._moved = (self._moved or 0) + by_ms

    def jump(self) -> int | None:
        """By how many ms it was moved since the last call; None when it was not."""
        moved, self._moved = self._moved, None
        return moved


class VirtualWaiter:
    """Instead of blocking, lets time pass; descriptors are not watched in virtual time."""

    def __init__(self, time: VirtualTime) -> None:
        self._time = time

    def wait(self, timeout_ms: int | None) -> None:
        """Jump to the next deadline."""
        assert timeout_ms is not None, "nothing would ever happen again"
        self._time.pass_ms(timeout_ms)

    def wake(self) -> None:
        """Nobody sleeps."""

    def watch(self, fd: int, ready: Callable[[], None]) -> None:
        """Stories have no descriptors."""
        raise AssertionError("nothing to watch in virtual time")

    def watch_write(self, fd: int, ready: Callable[[], None] | None) -> None:
        """Stories have no descriptors."""
        raise AssertionError("nothing to watch in virtual time")

    def unwatch(self, fd: int) -> None:
        """Nothing is watched."""

    def close(self) -> None:
        """Nothing is held."""


def run_for(loop: Loop, time: VirtualTime, for_ms: int) -> None:
    """Let `for_ms` pass, with everything that falls due on the way."""
    end_ms = time.at_ms + for_ms
    loop.work()
    while (due := loop.next_due_ms()) is not None and time.at_ms + due <= end_ms:
        loop.turn()
    time.pass_ms(end_ms - time.at_ms)
    loop.work()
