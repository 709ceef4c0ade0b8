"""The input reader: one thread that waits on every scanner and keypad, and posts what they say.

Theory of operation.  The kernel keeps 64 events for a reader that does not come; while the loop
waits for a disk, a scan would overflow that.  So one thread does nothing but wait, drain and post.
All it does is in `turn`, which a test calls without a thread.

Rules.  It decides nothing.  A device that dies is a fact (`PartChanged`) and does not stop the
others.  `last_turn_ms` is the heartbeat, renewed at least every `HEARTBEAT_S`.  If the reader
itself fails, every device is reported away and `failure` keeps the error; it can be started again.
"""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Sequence
from threading import Thread

from drivers.source import Fact, KeyPressed, Source
from lockerd.ports import Post

HEARTBEAT_S = 5.0
"""The longest wait of one turn."""


class InputReader:
    """Reads `sources`; keys go to `on_key(key, up_ms)`, everything else to `post`."""

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        post: Post,
        on_key: Callable[[str, int], None],
        up_ms: Callable[[], int],
    ) -> None:
        self.sources = tuple(sources)
        self.failure: BaseException | None = None
        self.last_turn_ms = up_ms()
        self._post = post
        self._on_key = on_key
        self._up_ms = up_ms
        self._thread: Thread | None = None
        self._stopping = False
        self._wake_r, self._wake_w = os.pipe()
        os.set_blocking(self._wake_r, False)
        os.set_blocking(self._wake_w, False)

    def turn(self, timeout_s: float) -> None:
        """Wait for input at most `timeout_s`, drain what came, do what is due."""
        now_ms = self._up_ms()
        dues = [due for source in self.sources if (due := source.due_ms()) is not None]
        if dues:
            timeout_s = min(timeout_s, max(0, min(dues) - now_ms) / 1000)
        waiting = {fd: one for one in self.sources if (fd := one.fileno()) is not None}
        ready, _, _ = select.select([self._wake_r, *waiting], [], [], timeout_s)
        now_ms = self.last_turn_ms = self._up_ms()
        if self._wake_r in ready:
            os.read(self._wake_r, 64)
        for fd in ready:
            if fd in waiting:
                self._hand_over(waiting[fd].read_ready(now_ms), now_ms)
        for source in self.sources:
            self._hand_over(source.turn(now_ms), now_ms)

    def start(self) -> None:
        """Start the thread, again after a stop or a failure."""
        assert self._thread is None, "the reader was started twice"
        self._stopping = False
        self.failure = None
        self._thread = Thread(target=self._run, name="input-reader", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """End the wait of the present turn."""
        try:
            os.write(self._wake_w, b"w")
        except BlockingIOError:  # it has been woken often enough already
            return

    def stop(self) -> None:
        """End the thread, wait for it and let go of every device; idempotent."""
        self._stopping = True
        self.wake()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(timeout=2)
        for source in self.sources:
            source.close()

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        if self._wake_r >= 0:
            os.close(self._wake_r)
            os.close(self._wake_w)
            self._wake_r = self._wake_w = -1

    def _run(self) -> None:
        try:
            while not self._stopping:
                self.turn(HEARTBEAT_S)
        except BaseException as error:
            self.fail(error)
            raise  # the thread's last words, on standard error

    def fail(self, error: BaseException) -> None:
        """The reader cannot go on: nothing is heard from any device."""
        self.failure = error
        self._thread = None
        for source in self.sources:
            self._hand_over(source.deserted(), self.last_turn_ms)

    def _hand_over(self, facts: Sequence[Fact], up_ms: int) -> None:
        for fact in facts:
            if isinstance(fact, KeyPressed):
                self._on_key(fact.key, up_ms)
            else:
                self._post(fact)
