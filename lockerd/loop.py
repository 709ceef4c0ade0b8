"""The one loop: an inbox, deadlines and file descriptors, all on one thread.

Theory of operation.  Edge threads do one thing with the daemon: `post` a fact.  The loop takes
facts one at a time, runs deadlines that have come and calls back for descriptors that are ready,
then asks the waiter to block until the next of these.  The waiter is a selector with an eventfd in
a daemon and a clock that jumps in a story; the loop does not know which.

Rules.  No lock is held while a fact is handled.  Nothing is dropped: the inbox is bounded by those
who post (door facts coalesce per door, scanners and keypads are rate-limited by their readers), and
outgrowing `INBOX_MAX` is a bug that stops the program.  A turn over `SLOW_MS` is reported by the
name of what was handled.  `on_turn` is called after every full turn; the watchdog is fed there.
"""

from __future__ import annotations

import heapq
import itertools
import os
import selectors
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Protocol

from lockerd.core.messages import Message

SLOW_MS = 200
INBOX_MAX = 10_000


class Ticks(Protocol):
    """What the loop needs of a clock."""

    def up_ms(self) -> int:
        """Milliseconds since boot."""


class Waiter(Protocol):
    """How the loop blocks."""

    def wait(self, timeout_ms: int | None) -> None:
        """Block until something happened or `timeout_ms` passed; call descriptors' callbacks."""

    def wake(self) -> None:
        """End a `wait` from any thread, or make the next one return at once."""

    def watch(self, fd: int, ready: Callable[[], None]) -> None:
        """Call `ready` in `wait` whenever `fd` can be read."""

    def watch_write(self, fd: int, ready: Callable[[], None] | None) -> None:
        """Also call back when a watched `fd` can be written; None ends that."""

    def unwatch(self, fd: int) -> None:
        """Forget `fd`; harmless when it is not watched."""

    def close(self) -> None:
        """Let go of everything."""


class Deadline:
    """A scheduled call."""

    __slots__ = ("call",)

    def __init__(self, call: Callable[[], None]) -> None:
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """Withdraw it; harmless when it already ran."""
        self.call = None


class SelectorWaiter:
    """Blocks in a selector; an eventfd wakes it from other threads."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._event = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._selector.register(self._event, selectors.EVENT_READ, (self._drain, None))

    def _drain(self) -> None:
        os.eventfd_read(self._event)

    def wait(self, timeout_ms: int | None) -> None:
        timeout_s = None if timeout_ms is None else timeout_ms / 1000
        for key, mask in self._selector.select(timeout_s):
            readable, writable = key.data
            if mask & selectors.EVENT_READ and readable is not None:
                readable()
            if mask & selectors.EVENT_WRITE and writable is not None:
                writable()

    def wake(self) -> None:
        if self._event >= 0:  # a thread that ends late must not write into what bears its number
            os.eventfd_write(self._event, 1)

    def watch(self, fd: int, ready: Callable[[], None]) -> None:
        self._selector.register(fd, selectors.EVENT_READ, (ready, None))

    def watch_write(self, fd: int, ready: Callable[[], None] | None) -> None:
        readable, _ = self._selector.get_key(fd).data
        wanted = selectors.EVENT_READ | (0 if ready is None else selectors.EVENT_WRITE)
        self._selector.modify(fd, wanted, (readable, ready))

    def unwatch(self, fd: int) -> None:
        if fd in self._selector.get_map():
            self._selector.unregister(fd)

    def close(self) -> None:
        self._selector.close()
        event, self._event = self._event, -1
        os.close(event)


class Loop:
    """Runs everything that decides, on the thread that calls `run`."""

    def __init__(
        self,
        ticks: Ticks,
        waiter: Waiter,
        slow: Callable[[str, int], None] = lambda name, took_ms: None,
    ) -> None:
        """`slow(name, took_ms)` hears of turns over SLOW_MS."""
        self.on_message: Callable[[Message], object] = lambda message: None
        self.on_turn: Callable[[], None] = lambda: None
        self._ticks = ticks
        self._waiter = waiter
        self._slow = slow
        self._inbox: deque[Message] = deque()
        self._calls: deque[Callable[[], None]] = deque()
        self._deadlines: list[tuple[int, int, Deadline]] = []
        self._order = itertools.count()
        self._running = True

    def post(self, message: Message) -> None:
        """Hand a fact to the loop; from any thread."""
        assert len(self._inbox) < INBOX_MAX, "the inbox outgrew its bound"
        self._inbox.append(message)
        self._waiter.wake()

    def call(self, what: Callable[[], None]) -> None:
        """Run `what` on the loop's thread; from any thread."""
        assert len(self._calls) < INBOX_MAX, "the inbox outgrew its bound"
        self._calls.append(what)
        self._waiter.wake()

    def after(self, delay_ms: int, call: Callable[[], None]) -> Deadline:
        """Run `call` on the loop in `delay_ms`."""
        deadline = Deadline(call)
        due = self._ticks.up_ms() + max(0, delay_ms)
        heapq.heappush(self._deadlines, (due, next(self._order), deadline))
        return deadline

    def watch(self, fd: int, ready: Callable[[], None]) -> None:
        """Call `ready` on the loop whenever `fd` can be read."""
        self._waiter.watch(fd, ready)

    def watch_write(self, fd: int, ready: Callable[[], None] | None) -> None:
        """Also call back when a watched `fd` can be written; None ends that."""
        self._waiter.watch_write(fd, ready)

    def unwatch(self, fd: int) -> None:
        """Forget `fd`."""
        self._waiter.unwatch(fd)

    def next_due_ms(self) -> int | None:
        """Milliseconds until the next deadline; 0 when something waits; None for never."""
        if self._inbox or self._calls:
            return 0
        while self._deadlines and self._deadlines[0][2].call is None:
            heapq.heappop(self._deadlines)
        if not self._deadlines:
            return None
        return max(0, self._deadlines[0][0] - self._ticks.up_ms())

    def work(self) -> bool:
        """Take what is there, without blocking; whether there was anything."""
        busy = False
        while self._inbox or self._calls:
            busy = True
            if self._calls:
                self._timed("call", self._calls.popleft())
            if self._inbox:
                message = self._inbox.popleft()
                self._timed(type(message).__name__, partial(self.on_message, message))
        now = self._ticks.up_ms()
        while self._deadlines and self._deadlines[0][0] <= now:
            _, _, deadline = heapq.heappop(self._deadlines)
            if deadline.call is not None:
                busy = True
                call, deadline.call = deadline.call, None
                self._timed("deadline", call)
        return busy

    def _timed(self, name: str, call: Callable[[], object]) -> None:
        began = self._ticks.up_ms()
        call()
        took_ms = self._ticks.up_ms() - began
        if took_ms > SLOW_MS:
            self._slow(name, took_ms)

    def turn(self, limit_ms: int | None = None) -> None:
        """Block until there is something (at most `limit_ms`), and take it."""
        due = self.next_due_ms()
        waits = [one for one in (due, limit_ms) if one is not None]
        self._waiter.wait(min(waits, default=None))
        self.work()
        self.on_turn()

    def run(self) -> None:
        """Turn until `stop`; not at all when that came first, as a signal may."""
        while self._running:
            self.turn()

    def stop(self) -> None:
        """Let `run` return after this turn; from any thread and from signal handlers."""
        self._running = False
        self._waiter.wake()

    def close(self) -> None:
        """Let go of the waiter."""
        self._waiter.close()
