"""What buttons look like under a finger, painted before there is one.

Theory of operation
    Painting a button takes several times as long just after the process was woken by a finger as
    it does a moment later: nothing of it is in the processor's caches. So when a screen has come
    to rest each of its buttons is painted pressed, off the glass, and the pixels are kept; a
    finger that goes down has them copied. What was painted beneath is put back at once.

Rules
    * The kept pixels are those that painting would give, so what was changed on the glass takes
      away the looks that it touches (``keep``).
    * A key that shows no press, and a button under a dialog, have no look.
    * ``MOST_BYTES`` bounds them; what is beyond is painted when it is pressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ui.geometry import Rect
from ui.paint import Copied, Painter
from ui.widgets import Button, Screen, Widget

MOST_BYTES: Final = 2 << 20
"""Enough for every screen at 800 x 480, which take 0.9 MB at most."""


class Pressed:
    """The looks of the screen on the glass."""

    def __init__(self) -> None:
        self._looks: dict[tuple[str, Rect], Copied] = {}

    def forget(self) -> None:
        """The screen is another one, or is painted in another way."""
        self._looks.clear()

    def keep(self, painted: Sequence[Rect]) -> None:
        """Keep only what does not touch what was just painted."""
        for key, look in [*self._looks.items()]:
            if any(look.rect.meets(one) for one in painted):
                del self._looks[key]

    def find(self, widget: Widget) -> Copied | None:
        """The look of a widget; None where it has to be painted."""
        return self._looks.get((widget.action, widget.rect))

    def make(self, screen: Screen, painter: Painter) -> None:
        """Paint the looks that are missing; the surface is as it was afterwards."""
        room = MOST_BYTES - self._bytes()
        for widget in screen.flat():
            key = (widget.action, widget.rect)
            if key in self._looks or not springs(screen, widget):
                continue
            rect = widget.bounds(painter.theme).clip(screen.rect)
            if 4 * rect.w * rect.h > room:
                continue
            room -= 4 * rect.w * rect.h
            before = painter.copied(rect)
            widget.pressed = True
            screen.paint(painter, [rect])
            widget.pressed = False
            self._looks[key] = painter.copied(rect)
            painter.lay(before)

    def _bytes(self) -> int:
        return sum(4 * look.rect.w * look.rect.h for look in self._looks.values())


def springs(screen: Screen, widget: Widget) -> bool:
    """Whether a press on it can be seen and taken back."""
    if not isinstance(widget, Button) or not widget.action or not widget.enabled:
        return False
    at = widget.rect
    return widget.fires == "up" and widget.shows_press() and screen.target(at.cx, at.cy) is widget
