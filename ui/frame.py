"""The frame on the glass: shows screens, repaints what changed, follows the finger.

Theory of operation
    ``show`` compares the new screen with the one on the glass and paints and puts only the
    rectangles that differ. ``event`` gives a touch to the screen on the glass and repaints the
    button under the finger at once, before anything else happens with the action it returns;
    ``ready``, when nothing else is to be done, has that painted before the finger comes.
    A window that lost its pixels is given the kept surface again by its backend; a backend that
    lost its window has another surface, and everything is painted on it before the next thing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ui.backend import Backend, Phase, Touch
from ui.geometry import Rect, merge
from ui.paint import Painter
from ui.pressed import Pressed, springs
from ui.text import Typesetter
from ui.theme import LARGE, Palette, Theme
from ui.widgets import SLOP_DP, Screen, changed_rects

FAR: Final = 100_000
"""Pixels off every panel."""

_OFF: Final[tuple[Phase, ...]] = ("move", "up")
"""How a finger slides off a button and leaves."""


class Frame:
    """One backend, one theme, the screen that is on the glass."""

    def __init__(self, backend: Backend, theme: Theme) -> None:
        self.backend = backend
        self.screen: Screen | None = None
        self._pressed = Pressed()
        self._use(theme)

    def _use(self, theme: Theme) -> None:
        self.theme = theme
        self.type = Typesetter(theme)
        self.painter = Painter(self.backend.surface, self.type)
        self._pressed.forget()

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

    def show(
        self, screen: Screen, mark: Callable[[Screen], None] = lambda screen: None
    ) -> list[Rect]:
        """Put ``screen`` on the glass; returns the rectangles that were painted.

        It was made with ``type``, whose text may be larger or smaller than that of the last one.
        ``mark`` changes its parts once they are there, before anything is compared or painted.
        """
        self._follow()
        screen.arrange(self.type)
        mark(screen)
        if self.painter.theme != self.type.theme:
            self.painter.theme = self.type.theme
            self.screen = None  # nothing of it is in the same size
        if self.screen is not None:
            screen.adopt(self.screen)
        rects = changed_rects(self.screen, screen, self.theme)
        self.screen = screen
        self._pressed.keep(rects)
        self._repaint(rects)
        return rects

    def ready(self) -> None:
        """Paint, off the glass, what a finger would change: nobody waits for anything else now."""
        self._follow()
        if self.screen is not None and self.screen.held is None:
            self._pressed.make(self.screen, self.painter)

    def event(self, touch: Touch) -> str | None:
        """Follow a finger on the screen that is on the glass; the action it made, if any."""
        screen = self.screen
        if screen is None:
            return None
        self._follow()
        before = screen.held
        action = screen.event(touch, self.theme.dp(SLOP_DP))
        now = screen.held
        if before is None and now is not None:
            look = self._pressed.find(now)
            if look is not None:
                self.painter.lay(look)
                self.backend.put([look.rect])
                return action
        changed = [w for w in (before, now) if w and before is not now and w.shows_press()]
        rects = [w.bounds(self.theme) for w in changed]
        drawn = [w.stale() for w in {id(one): one for one in (before, now) if one}.values()]
        self._pressed.keep(drawn)
        self._repaint(merge((one for one in [*rects, *drawn] if not one.empty), screen.rect))
        return action

    def answers(self) -> bool:
        """Whether a finger on a button moves its pixels, and taking it off brings them back.

        The button is pressed and let go off its side, so that it does nothing; the pixels are
        painted and never put on the glass. True where there is nothing to press, or a finger is.
        """
        screen = self.screen
        if screen is None or screen.held is not None:
            return True
        widget = next((w for w in screen.flat() if springs(screen, w)), None)
        if widget is None:
            return True
        self._follow()
        at, rect = widget.rect, widget.bounds(self.theme)
        before = self._pixels(rect)
        screen.event(Touch(at.cx, at.cy, "down", widget.since_ms))
        screen.paint(self.painter, [rect])
        during = self._pixels(rect)
        for phase in _OFF:
            screen.event(Touch(-FAR, -FAR, phase, widget.since_ms))
        screen.paint(self.painter, [rect])
        return during != before == self._pixels(rect)

    def _pixels(self, rect: Rect) -> bytes:
        from ui.backend.lean import load

        surface = self.backend.surface
        place = surface.get_rect().clip(rect)
        found: bytes = load().image.tobytes(surface.subsurface(place), "RGB")
        return found

    def forget(self) -> None:
        """Drop what was rendered for the last person."""
        self.type.forget()
        self._pressed.forget()

    def _follow(self) -> None:
        """Paint where the backend shows from: the surface of a lost screen died with it."""
        if self.painter.surface is not self.backend.surface:
            self.painter.surface = self.backend.surface
            self._pressed.forget()
            if self.screen is not None:
                self.screen.paint(self.painter, [self.screen.rect])

    def _repaint(self, rects: Sequence[Rect]) -> None:
        if rects and self.screen is not None:
            self.screen.paint(self.painter, rects)
            self.backend.put(rects)
