"""Who runs the second copy: on the spot, or on a thread of its own beside the loop.

Theory of operation.  The house nudges after every commit and when the device is idle.  `Behind`
then lets the copier catch up, and says once when the copy fails and once when it is back.  A medium
that hangs must not hold a door: a device uses `BehindThread`, which does the same on an edge thread
that does one thing with the daemon, `post`.

Rules.  A failure is a message, never an exception, and so is a copy that proves that the journal
was rolled back: that log is to be closed.  After either the copy rests, 15 s at first and
twice as long each time up to an hour, so that a loose plug does not fill the journal.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from lockerd.core.messages import CopyChanged, FreezeLog
from lockerd.journal.copy import Copier, RolledBack
from lockerd.ports import JournalError, Post

FIRST_REST_MS = 15_000
LAST_REST_MS = 3_600_000
STOP_S = 2.0
"""How long a stop waits for a medium that does not answer."""


class Behind:
    """Keeps a copy up to date whenever it is nudged."""

    def __init__(self, copier: Copier, post: Post, up_ms: Callable[[], int]) -> None:
        self._copier = copier
        self._post = post
        self._up_ms = up_ms
        self._fault: str | None = None
        self._said: str | None = None
        self._told = False
        self._rest_ms = FIRST_REST_MS
        self._failed_ms: int | None = None

    def nudge(self, sync: bool) -> None:
        """Something was committed; with `sync` the device is idle, and the copy is made durable."""
        self._turn(sync)

    def stop(self, sync: bool) -> None:
        """End; with `sync` after a last turn."""
        if sync:
            self._turn(True)
        self._copier.close()

    def _resting_ms(self) -> int:
        """How long the copy still rests after a failure; 0 when it does not."""
        if self._fault is None or self._failed_ms is None:
            return 0
        return max(0, self._failed_ms + self._rest_ms - self._up_ms())

    def _turn(self, sync: bool) -> None:
        if self._resting_ms() > 0:
            return
        try:
            self._copier.step(sync)
        except RolledBack as proven:
            self._rest(str(proven))
            self._post(FreezeLog(str(proven), None, proven.seen_size))
        except JournalError as failed:
            self._rest(str(failed))
            self._tell(str(failed))
        else:
            self._tell(None)

    def _rest(self, fault: str) -> None:
        now_ms = self._up_ms()
        if self._failed_ms is None or now_ms - self._failed_ms > 2 * LAST_REST_MS:
            self._rest_ms = FIRST_REST_MS
        else:
            self._rest_ms = min(2 * self._rest_ms, LAST_REST_MS)
        self._failed_ms, self._fault = now_ms, fault

    def _tell(self, fault: str | None) -> None:
        if not self._told or fault != self._said:
            self._told, self._said = True, fault
            self._post(CopyChanged(fault))
        self._fault = fault


class BehindThread(Behind):
    """The same, on a thread: no call here waits for the medium."""

    def __init__(self, copier: Copier, post: Post, up_ms: Callable[[], int]) -> None:
        super().__init__(copier, post, up_ms)
        self._wanted = threading.Condition()
        self._nudged = self._sync = self._ending = False
        self._thread = threading.Thread(target=self._run, name="second copy", daemon=True)
        self._thread.start()

    def nudge(self, sync: bool) -> None:
        """As above; returns at once."""
        with self._wanted:
            self._nudged = True
            self._sync |= sync
            self._wanted.notify()

    def stop(self, sync: bool) -> None:
        """As above, waiting at most STOP_S for a last turn."""
        with self._wanted:
            self._ending, self._nudged = True, sync
            self._sync = sync
            self._wanted.notify()
        self._thread.join(STOP_S)

    def _run(self) -> None:
        try:
            while True:
                with self._wanted:
                    while not (self._nudged or self._ending):
                        rest_ms = self._resting_ms()
                        if not self._wanted.wait(rest_ms / 1000 if rest_ms else None) and rest_ms:
                            break  # it has rested: try again, though nothing happened
                    if self._ending and not self._nudged:
                        return
                    sync, self._nudged, self._sync = self._sync, False, False
                self._turn(sync)
        finally:
            self._copier.close()
