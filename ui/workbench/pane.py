"""The kiosk's own screen when it is one part of a larger window.

Rules.  The kiosk paints here as on any backend, and whoever shows it hears which rectangles
changed.  Touches do not come from here: the window's owner hands them to the kiosk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ui.backend.headless import Headless
from ui.geometry import Rect, Size


class Pane(Headless):
    """A backend in memory; `on_put` hears of every rectangle, in pixels of the pane."""

    def __init__(self, size: Size) -> None:
        super().__init__(size)
        self.on_put: Callable[[Sequence[Rect]], None] = lambda rects: None

    def put(self, rects: Sequence[Rect]) -> None:
        """Keep the frame and say what changed."""
        super().put(rects)
        self.on_put(rects)
