"""Virtual time for tests: a clock that moves only when told to, and timers that hang on it.

Rules.  Calls that are due at the same millisecond run in the order they were scheduled.  A call may
schedule another; `advance` runs everything up to its end, at the exact time each call is due.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

from lockerd.core.now import Now

EPOCH_MS = 1_767_225_600_000
"""Unix ms at `up_ms` 0: the start of the year 2026."""


class _Timer:
    """One scheduled call."""

    def __init__(self, call: Callable[[], None]) -> None:
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """Withdraw it; harmless when it already ran."""
        self.call = None


class VirtualTime:
    """`ports.Clock` and `ports.Timers` in one; starts at `up_ms`."""

    def __init__(self, up_ms: int = 10_000) -> None:
        self._up_ms = up_ms
        self._heap: list[tuple[int, int, _Timer]] = []
        self._serial = count()

    def up_ms(self) -> int:
        """Milliseconds since the imagined boot."""
        return self._up_ms

    def now(self) -> Now:
        """A clock that knows the time exactly."""
        lo = EPOCH_MS + self._up_ms
        return Now(boot="00000000", up_ms=self._up_ms, lo=lo, hi=lo, source="sim")

    def after(self, delay_ms: int, call: Callable[[], None]) -> _Timer:
        """Run `call` when `delay_ms` have been advanced; a negative delay is a mistake."""
        if delay_ms < 0:
            raise ValueError(f"{delay_ms} ms is in the past; schedule now or later")
        timer = _Timer(call)
        heapq.heappush(self._heap, (self._up_ms + delay_ms, next(self._serial), timer))
        return timer

    def next_ms(self) -> int | None:
        """When the next call is due, in boot ms; None when nothing is scheduled."""
        while self._heap and self._heap[0][2].call is None:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def advance(self, delay_ms: int) -> None:
        """Let `delay_ms` pass, running what falls due on the way."""
        end_ms = self._up_ms + delay_ms
        while (due_ms := self.next_ms()) is not None and due_ms <= end_ms:
            self._up_ms = max(self._up_ms, due_ms)
            call = heapq.heappop(self._heap)[2].call
            if call is not None:
                call()
        self._up_ms = end_ms

    @property
    def pending(self) -> int:
        """How many calls are scheduled and not withdrawn."""
        return sum(timer.call is not None for _, _, timer in self._heap)
