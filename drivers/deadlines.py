"""The keeper: deadlines on a thread of their own, away from the loop.

Theory of operation.  A pulse must end while the loop waits for a disk, so its end cannot be a
deadline of the loop.  `Deadlines` is a heap of calls and one thread that runs them when they are
due.  What it does is in `turn`, which a test calls without a thread.

Rules.  A call that raises ends the keeper: `on_failure` runs at once (it drives the coils off and
says that nothing is known any more), and every later `after` is refused.  `last_turn_ms` is the
heartbeat.  The heap is bounded: more than `CALLS_MAX` pending calls is a mistake of ours.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count
from threading import Condition, Thread

from drivers.errors import CabinetStopped

CALLS_MAX = 1_024
"""Pending calls; a cabinet of 64 doors needs about 130."""


class Deadline:
    """One scheduled call."""

    __slots__ = ("call",)

    def __init__(self, call: Callable[[], None]) -> None:
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """Withdraw it; harmless when it already ran."""
        self.call = None


class Deadlines:
    """`ports.Timers` on its own thread; `up_ms` is CLOCK_BOOTTIME in ms."""

    def __init__(self, up_ms: Callable[[], int]) -> None:
        self._up_ms = up_ms
        self._heap: list[tuple[int, int, Deadline]] = []
        self._serial = count()
        self._changed = Condition()
        self._closed = False
        self._thread: Thread | None = None
        self.on_failure: Callable[[BaseException], None] | None = None
        self.last_turn_ms = up_ms()

    def after(self, delay_ms: int, call: Callable[[], None]) -> Deadline:
        """Run `call` on the keeper in `delay_ms`; raises CabinetStopped when it no longer runs."""
        deadline = Deadline(call)
        with self._changed:
            if self._closed:
                raise CabinetStopped("the keeper of the pulses is gone; restart lockerd")
            assert len(self._heap) < CALLS_MAX, "deadlines leak"
            due_ms = self._up_ms() + max(0, delay_ms)
            heapq.heappush(self._heap, (due_ms, next(self._serial), deadline))
            self._changed.notify()
        return deadline

    def turn(self) -> int | None:
        """Run what is due; ms until the next call, or None when nothing is scheduled."""
        while True:
            with self._changed:
                now_ms = self.last_turn_ms = self._up_ms()
                wait_ms = self._wait_ms(now_ms)
                if wait_ms is None or wait_ms > 0:
                    return wait_ms
                call = heapq.heappop(self._heap)[2].call
            if call is not None:
                call()

    def start(self) -> None:
        """Start the thread; once."""
        assert self._thread is None, "the keeper was started twice"
        self._thread = Thread(target=self._run, name="lease-keeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let the thread end and wait for it; idempotent, and harmless on the thread itself."""
        with self._changed:
            self._closed = True
            self._heap.clear()
            self._changed.notify()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(timeout=2)

    def fail(self, error: BaseException) -> None:
        """The keeper cannot go on: close it, then say so."""
        with self._changed:
            self._closed = True
            self._heap.clear()
        if self.on_failure is not None:
            self.on_failure(error)

    def _run(self) -> None:
        try:
            while self._wait():
                self.turn()
        except BaseException as error:
            self.fail(error)
            raise  # the thread's last words, on standard error

    def _wait(self) -> bool:
        """Sleep until something is due; False when the keeper was stopped."""
        with self._changed:
            while not self._closed:
                wait_ms = self._wait_ms(self._up_ms())
                if wait_ms == 0:
                    return True
                self._changed.wait(None if wait_ms is None else wait_ms / 1000)
            return False

    def _wait_ms(self, now_ms: int) -> int | None:
        """Ms until the earliest call, at least 0; withdrawn calls are dropped on the way."""
        while self._heap and self._heap[0][2].call is None:
            heapq.heappop(self._heap)
        return max(0, self._heap[0][0] - now_ms) if self._heap else None
