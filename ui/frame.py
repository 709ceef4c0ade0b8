"""The frame on the glass: shows screens, repaints what changed, follows the finger.

Theory of operation
    ``show`` compares the new screen with the one on the glass and paints and puts only the
    rectangles that differ. ``event`` gives a touch to the screen on the glass and repaints the
    button under the finger at once, before anything else happens with the action it returns.
    A window that lost its pixels is given the kept surface again by its backend.
"""

from __future__ import annotations

from collections.abc import Sequence

from ui.backend import Backend, Touch
from ui.geometry import Rect, merge
from ui.paint import Painter
from ui.text import Typesetter
from ui.theme import LARGE, Palette, Theme
from ui.widgets import SLOP_DP, Screen, Widget, changed_rects


class Frame:
    """One backend, one theme, the screen that is on the glass."""

    def __init__(self, backend: Backend, theme: Theme) -> None:
        self.backend = backend
        self.screen: Screen | None = None
        self._use(theme)

    def _use(self, theme: Theme) -> None:
        self.theme = theme
        self.type = Typesetter(theme)
        self.painter = Painter(self.backend.surface, self.type)

    def restyle(self, theme: Theme) -> None:
        """Change the theme; the next ``show`` paints everything."""
        self._use(theme)
        self.screen = None

    def dress(self, palette: Palette, large: bool, rtl: bool) -> None:
        """Colours, size of the text, side where lines begin.

        After a change the next ``show`` paints everything.
        """
        theme = self.theme.but(palette=palette, large=LARGE if large else 0.0, rtl=rtl)
        if theme != self.theme:
            self.restyle(theme)

    def show(self, screen: Screen) -> list[Rect]:
        """Put ``screen`` on the glass; returns the rectangles that were painted.

        It was made with ``type``, whose text may be larger or smaller than that of the last one.
        """
        screen.arrange(self.type)
        if self.painter.theme != self.type.theme:
            self.painter.theme = self.type.theme
            self.screen = None  # nothing of it is in the same size
        if self.screen is not None:
            screen.adopt(self.screen)
        rects = changed_rects(self.screen, screen, self.theme)
        self.screen = screen
        self._repaint(rects)
        return rects

    def event(self, touch: Touch) -> str | None:
        """Follow a finger on the screen that is on the glass; the action it made, if any."""
        screen = self.screen
        if screen is None:
            return None
        before = _pressed(screen)
        action = screen.event(touch, self.theme.dp(SLOP_DP))
        now = _pressed(screen)
        changed = [w for w in (before, now) if w and before is not now and w.shows_press()]
        self._repaint(merge((w.bounds(self.theme) for w in changed), screen.rect))
        return action

    def forget(self) -> None:
        """Drop what was rendered for the last person."""
        self.type.forget()

    def _repaint(self, rects: Sequence[Rect]) -> None:
        if rects and self.screen is not None:
            self.screen.paint(self.painter, rects)
            self.backend.put(rects)


def _pressed(screen: Screen) -> Widget | None:
    return next((w for w in screen.flat() if w.pressed), None)
