"""A screen that fades from one picture to the next, where an installer wants that.

Theory of operation
    `Fading` stands in front of a backend and has a surface of its own, on which the next picture
    is painted; the backend's surface holds what is on the glass. A change of much of the panel is
    blended over that in steps of ``STEP_MS``: each step blends what is missing to the share of the
    time that has passed, so no copy of the old picture is kept, and a slow board takes fewer steps
    instead of more time. After ``FADE_MS`` the glass holds the pixels that were painted, exactly.

Rules
    * What answers a finger is never late: the first step is put at once, and anything else that is
      put meanwhile ends the fade.
    * A small change (a digit, a clock, a pressed button) does not fade.
    * A backend whose surface is another one is painted anew by whoever paints: so is this one's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ui.backend import Backend, Input, UpMs
from ui.geometry import Rect, Size

if TYPE_CHECKING:
    from pygame import Surface

FADE_MS: Final = 150
STEP_MS: Final = 30
MUCH: Final = 3
"""A change of more than one part in three of the panel is another picture."""

OPAQUE: Final = 255

After = Callable[[int, Callable[[], None]], object]


class Fading:
    """Implements ``Backend``."""

    def __init__(self, inner: Backend, after: After, up_ms: UpMs) -> None:
        """``after`` calls something once, in so many ms; ``up_ms`` is the clock of the fade."""
        self._inner, self._after, self._up_ms = inner, after, up_ms
        self._glass = inner.surface
        self._surface: Surface = self._glass.copy()
        self._rects: tuple[Rect, ...] = ()
        self._began_ms = 0
        self._reached = 0.0

    @property
    def size(self) -> Size:
        return self._inner.size

    @property
    def surface(self) -> Surface:
        glass = self._inner.surface
        if glass is not self._glass:
            self._glass, self._rects = glass, ()
            self._surface = glass.copy()
        return self._surface

    def put(self, rects: Sequence[Rect]) -> None:
        surface, busy = self.surface, self._rects
        if busy or MUCH * sum(one.w * one.h for one in rects) < self.size[0] * self.size[1]:
            self._rects = ()
            self._lay(surface, [*busy, *rects])
            return
        self._rects, self._began_ms, self._reached = tuple(rects), self._up_ms(), 0.0
        self._step(self._rects)

    def pump(self) -> list[Input]:
        return self._inner.pump()

    def fileno(self) -> int | None:
        return self._inner.fileno()

    def close(self) -> None:
        self._rects = ()
        self._inner.close()

    def _step(self, of: tuple[Rect, ...]) -> None:
        """Blend what is missing to the share that time has reached."""
        surface = self.surface
        if of is not self._rects:
            return  # ended by something else, or on a surface that is gone
        share = min(1.0, (self._up_ms() - self._began_ms + STEP_MS) / FADE_MS)
        if share < 1.0:
            missing = (share - self._reached) / (1.0 - self._reached)
            self._reached = share
            surface.set_alpha(round(OPAQUE * missing))
            self._copy(surface, of)
            surface.set_alpha(None)
            self._inner.put(of)
            self._after(STEP_MS, lambda: self._step(of))
        else:
            self._rects = ()
            self._lay(surface, of)

    def _lay(self, surface: Surface, rects: Sequence[Rect]) -> None:
        self._copy(surface, rects)
        self._inner.put(rects)

    def _copy(self, surface: Surface, rects: Sequence[Rect]) -> None:
        for rect in rects:
            self._glass.blit(surface, rect[:2], rect)
