"""Keeps the kiosk's screen: says when it is lost, opens it again, says when it is back.

Theory of operation.  A screen is lost when its backend raises, or when no panel is connected any
more (`plugged`).  The kiosk behind it goes on: keys, scans and tones lead to the item without it.
A lost backend is opened again after 1, 2, 4 ... 30 seconds, for ever; then everything is painted
anew.

Rules.  Nothing here touches pixels.  What is said is said to the loop, as any other fact.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from lockerd.core.messages import PartChanged
from lockerd.ports import Cancel, Post, Timers

BACKOFF_MS = (1_000, 30_000)
"""First and longest wait before a lost screen is opened again."""

LOOK_MS = 10_000
"""How often it is asked whether a panel is connected."""


class Opened(Protocol):
    """What is needed of `ui.backend.steady.Steady`."""

    problem: str | None
    on_lost: Callable[[], None]

    def fileno(self) -> int | None: ...
    def reopen(self) -> bool: ...


class Watch(Protocol):
    """What is needed of the loop beside its timers."""

    def watch(self, fd: int, ready: Callable[[], None]) -> None: ...
    def unwatch(self, fd: int) -> None: ...


class Display:
    """One screen.  `pump` takes what the person did; `repaint` paints everything."""

    def __init__(
        self,
        screen: Opened,
        timers: Timers,
        post: Post,
        repaint: Callable[[], None],
        *,
        watch: Watch | None = None,
        pump: Callable[[], None] = lambda: None,
        plugged: Callable[[], bool | None] | None = None,
    ) -> None:
        """`plugged`: whether a panel is connected, None where nobody can tell."""
        self._screen, self._timers, self._post, self._repaint = screen, timers, post, repaint
        self._watch, self._pump, self._plugged = watch, pump, plugged
        self._wait_ms = BACKOFF_MS[0]
        self._fd: int | None = None
        self._unplugged = False
        self._pending: Cancel | None = None
        self._looking: Cancel | None = None
        screen.on_lost = self._lost
        self._follow()
        if screen.problem is not None:  # also for a house that cannot start, and says so there
            self._later()

    def begin(self) -> None:
        """Somebody listens from now on: say how it stands, and keep it."""
        self._say()
        if self._plugged is not None and self._looking is None:
            self._look()

    def close(self) -> None:
        """Do nothing any more; idempotent."""
        for one in (self._pending, self._looking):
            if one is not None:
                one.cancel()
        self._pending = self._looking = None
        self._screen.on_lost = lambda: None
        self._forget()

    def _say(self) -> None:
        why = "failed" if self._screen.problem is not None else "unplugged"
        works = self._screen.problem is None and not self._unplugged
        self._post(PartChanged("screen", works, why))

    def _lost(self) -> None:
        self._forget()
        self._wait_ms = BACKOFF_MS[0]
        self._say()
        self._later()

    def _later(self) -> None:
        self._pending = self._timers.after(self._wait_ms, self._again)
        self._wait_ms = min(2 * self._wait_ms, BACKOFF_MS[1])

    def _again(self) -> None:
        self._pending = None
        if not self._screen.reopen():
            self._later()
            return
        self._wait_ms = BACKOFF_MS[0]
        self._follow()
        self._say()
        self._repaint()

    def _look(self) -> None:
        assert self._plugged is not None
        gone = self._plugged() is False
        if gone != self._unplugged:
            self._unplugged = gone
            self._say()
            if not gone:
                self._repaint()
        self._looking = self._timers.after(LOOK_MS, self._look)

    def _follow(self) -> None:
        fd = self._screen.fileno()
        if self._watch is not None and fd is not None:
            self._fd = fd
            self._watch.watch(fd, self._pump)

    def _forget(self) -> None:
        fd, self._fd = self._fd, None
        if self._watch is not None and fd is not None:
            self._watch.unwatch(fd)
