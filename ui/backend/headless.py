"""A screen without glass: paints to memory and takes touches from a caller.

Rules
    * No display is opened; only the font module of pygame is initialised.
    * ``screenshot`` writes what ``put`` last showed, not what is half painted.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ui.backend import DisplayError, Input
from ui.backend.lean import load
from ui.geometry import Rect, Size

if TYPE_CHECKING:
    from pygame import Surface

QUEUE: Final = 256


class ScreenshotFailed(DisplayError):
    """The picture could not be written."""


class Headless:
    """A backend in memory. ``shown`` is the last complete frame, ``puts`` what was put last."""

    def __init__(self, size: Size) -> None:
        self._pygame = load()
        self.surface: Surface = self._pygame.Surface(size, 0, 32)
        self.shown: Surface = self.surface.copy()
        self.puts: list[Rect] = []
        self._inputs: deque[Input] = deque(maxlen=QUEUE)

    @property
    def size(self) -> Size:
        w, h = self.surface.get_size()
        return w, h

    def put(self, rects: Sequence[Rect]) -> None:
        self.puts = list(rects)
        for rect in rects:
            self.shown.blit(self.surface, rect[:2], rect)

    def inject(self, event: Input) -> None:
        """Let ``pump`` return this, as if a finger had made it; the oldest of 256 is lost."""
        self._inputs.append(event)

    def pump(self) -> list[Input]:
        events = list(self._inputs)
        self._inputs.clear()
        return events

    def fileno(self) -> int | None:
        return None

    def screenshot(self, path: str | os.PathLike[str]) -> None:
        """Write the last complete frame as PNG. Raises ScreenshotFailed."""
        save_png(self.shown, path)

    def close(self) -> None:
        self._inputs.clear()


def save_png(surface: Surface, path: str | os.PathLike[str]) -> None:
    """Write ``surface`` as a PNG file, whole or not at all. Raises ScreenshotFailed."""
    target = Path(path)
    part = target.with_name(target.name + ".part")
    pygame = load()
    try:
        with part.open("wb") as file:
            pygame.image.save(surface, file, "picture.png")
        part.replace(target)
    except (OSError, pygame.error) as problem:
        raise ScreenshotFailed(
            f"cannot write a screenshot: {problem}; choose a directory that exists and is writable"
        ) from problem
