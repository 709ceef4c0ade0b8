"""A simulated screen whose display can die.

Rules.  While it is broken it takes no pictures and cannot be opened, as a window whose server went
away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ui.backend import Backend, DisplayLost, Input, NoDisplay
from ui.geometry import Rect, Size

BROKEN = "the simulated display is broken; mend it: lockerctl sim restore screen"


class Panel:
    """A backend in front of another.  `on_broken`: somebody should look at it now."""

    def __init__(self, inner: Backend) -> None:
        self.broken = False
        self.on_broken: Callable[[], None] = lambda: None
        self._inner = inner

    def opened(self) -> Backend:
        """What opening the display gives.  Raises NoDisplay."""
        if self.broken:
            raise NoDisplay(BROKEN)
        return self

    @property
    def size(self) -> Size:
        return self._inner.size

    @property
    def surface(self) -> Any:
        """What is painted on; its type is the painter's business."""
        return self._inner.surface

    def put(self, rects: Sequence[Rect]) -> None:
        if self.broken:
            raise DisplayLost(BROKEN)
        self._inner.put(rects)

    def pump(self) -> list[Input]:
        if self.broken:
            raise DisplayLost(BROKEN)
        return self._inner.pump()

    def fileno(self) -> int | None:
        return self._inner.fileno()

    def smash(self) -> None:
        """The display dies: the glass is black."""
        surface = self._inner.surface
        surface.fill((0, 0, 0))
        self._inner.put([Rect(0, 0, *self._inner.size)])
        self.broken = True
        self.on_broken()

    def replace(self) -> None:
        """A display that works is put in; whoever lost the old one finds it by itself."""
        self.broken = False

    def close(self) -> None:
        """The glass stays where it is: only the display behind it was lost."""
