"""A screen that may go away: the kiosk paints on, keys and codes still count, and it comes back.

Theory of operation
    `Steady` stands in front of a backend. When that raises a ``DisplayError`` it is let go, and a
    screen in memory of the same size takes its place: whoever paints notices nothing. ``reopen``
    tries to get a real one again. Its surface is another one then, so the caller paints everything
    anew. When to try is the caller's business.

Rules
    * Losing a screen raises nothing and is said once, by ``on_lost``.
    * Nobody touches a screen that is not there: ``pump`` gives nothing and ``fileno`` is None.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ui.backend import Backend, DisplayError, Input
from ui.backend.headless import Headless
from ui.geometry import Rect, Size

if TYPE_CHECKING:
    from pygame import Surface


class Steady:
    """Implements ``Backend``. ``problem``: why there is no screen, None while there is one."""

    def __init__(self, opens: Callable[[], Backend], size: Size) -> None:
        """``opens`` opens the screen or raises DisplayError; ``size`` is painted without one."""
        self.problem: str | None = None
        self.on_lost: Callable[[], None] = lambda: None
        self._opens, self._size = opens, size
        try:
            self._inner = opens()
        except DisplayError as dark:
            self.problem = str(dark)
            self._inner = Headless(size)

    @property
    def size(self) -> Size:
        return self._inner.size

    @property
    def surface(self) -> Surface:
        return self._inner.surface

    def put(self, rects: Sequence[Rect]) -> None:
        try:
            self._inner.put(rects)
        except DisplayError as dark:
            self._lose(dark)

    def pump(self) -> list[Input]:
        try:
            return self._inner.pump()
        except DisplayError as dark:
            self._lose(dark)
            return []

    def fileno(self) -> int | None:
        return self._inner.fileno()

    def reopen(self) -> bool:
        """Try to have a screen again; whether there is one. Then everything is to be painted."""
        if self.problem is None:
            return True
        try:
            self._inner = self._opens()
        except DisplayError as dark:
            self.problem = str(dark)
            return False
        self.problem = None
        return True

    def close(self) -> None:
        self._inner.close()

    def _lose(self, dark: DisplayError) -> None:
        if self.problem is not None:
            return
        self.problem = str(dark)
        size = self._inner.size
        self.on_lost()  # the descriptor is still the old one's, to be forgotten
        with contextlib.suppress(DisplayError):  # it is lost already
            self._inner.close()
        self._inner = Headless(size)
        self._inner.surface.fill((0, 0, 0))
