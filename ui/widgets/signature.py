"""A place to sign with a finger.

Theory of operation
    The pad keeps what was drawn on the grid of ``lockerd.core.strokes``, so that it means the same
    on every panel. While a finger is on it each move adds a point, and only the new piece of the
    line is painted again.

Rules
    * Never mirrored: a hand writes its name in its own direction.
    * Taking the finger off ends a stroke, wherever it is by then; the pad's edge holds the line.
    * What was drawn on a higher pad stays on a lower one: what lies below its edge is not shown.
    * No trace says what was drawn, only how much.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from lockerd.core import strokes as ink
from ui.backend import Touch
from ui.geometry import EMPTY, Point, Rect
from ui.paint import Painter
from ui.text import NOTHING, Fitted, Typesetter
from ui.theme import BODY, Theme, mix
from ui.widgets.base import Trace, Widget

EDGE_DP: Final = 30  # between the edge and the line, and the words


@dataclass(eq=False, repr=False)
class SignaturePad(Widget):
    """``strokes`` on a white sheet with a line to sign on; ``hint`` stands on it while it is empty.

    Action: ``ink``, when a finger begins a stroke.
    """

    kind: ClassVar[str] = "pad"
    fires: ClassVar[Literal["up", "down"]] = "down"

    hint: str = ""
    strokes: ink.Strokes = ()
    action: str = field(default="ink", kw_only=True)
    pressed: bool = field(default=False, kw_only=True, compare=False)
    fresh: Rect = field(default=EMPTY, init=False, compare=False)
    _fit: Fitted = field(default=NOTHING, init=False, repr=False, compare=False)

    def arrange(self, type: Typesetter) -> None:
        room = max(1, self.rect.w - 2 * type.theme.dp(EDGE_DP))
        level = max(1, self._level() - self.rect.y)
        self._fit = type.fit(self.hint, BODY, room, 2, level) if self.hint else NOTHING

    def shows_press(self) -> bool:
        return False

    def event(self, touch: Touch) -> str | None:
        if touch.phase == "down" and self.enabled:
            first = not self.strokes
            self.strokes = ink.begun(self.strokes, self.grid(touch.x, touch.y))
            self.fresh = self.rect if first else self._around((self.strokes[-1][-1],))
            return self.action
        return None

    def drag(self, touch: Touch) -> bool:
        before = self.strokes
        self.strokes = ink.drawn(before, self.grid(touch.x, touch.y))
        if self.strokes is not before:
            self.fresh = self._around(self.strokes[-1][-2:])
        return True

    def stale(self) -> Rect:
        fresh, self.fresh = self.fresh, EMPTY
        return fresh.clip(self.rect)

    # -- between pixels and the grid -----------------------------------------------------------

    def grid(self, x: int, y: int) -> Point:
        """A pixel as a point of the grid."""
        wide = max(1, self.rect.w)
        low = (self.rect.h - 1) * ink.WIDE // wide
        at = (y - self.rect.y) * ink.WIDE // wide
        return (x - self.rect.x) * ink.WIDE // wide, min(low, max(0, at))

    def _pixel(self, point: Point) -> Point:
        x, y = point
        half = ink.WIDE // 2
        return (
            self.rect.x + (x * self.rect.w + half) // ink.WIDE,
            self.rect.y + (y * self.rect.w + half) // ink.WIDE,
        )

    def _around(self, points: tuple[Point, ...]) -> Rect:
        """What a piece of the line covers, in pixels."""
        made = [self._pixel(one) for one in points]
        x, y = min(x for x, _ in made), min(y for _, y in made)
        right, bottom = max(x for x, _ in made), max(y for _, y in made)
        return Rect(x, y, right - x + 1, bottom - y + 1).grow(self._thick() + 2)

    def _thick(self) -> int:
        return max(3, self.rect.w // 160)

    # -- painting ------------------------------------------------------------------------------

    def bounds(self, theme: Theme) -> Rect:
        return self.rect.grow(theme.dp(5))

    def draw(self, painter: Painter) -> None:
        theme, p = painter.theme, painter.theme.palette
        radius = theme.dp(14)
        self.draw_focus(painter, radius)
        painter.box(self.rect, radius, p.surface, p.border, max(1, theme.dp(2)))
        edge, level = theme.dp(EDGE_DP), self._level()
        painter.line(
            self.rect.x + edge, level, self.rect.w - 2 * edge, mix(p.ink2, p.surface, 0.4), 2
        )
        if self.hint and not self.strokes:
            cap, lines = self._fit.cap_px, self._fit.lines
            pitch = round(cap * BODY.leading)
            words = self.rect._replace(h=level - self.rect.y)
            words = words.move(0, -(pitch * (len(lines) - 1) // 2))
            for place, line in enumerate(lines):
                at = words.move(0, pitch * place)
                painter.text_in(at, line, BODY, "ink2", "center", cap)
        thick = self._thick()
        with painter.clipped(self.rect):
            for stroke in self.strokes:
                painter.stroke([self._pixel(one) for one in stroke], thick, "ink")

    def _level(self) -> int:
        """How far down the line to sign on is."""
        return self.rect.y + round(self.rect.h * 0.76)

    def text_shown(self) -> str:
        return "" if self.strokes else self.hint

    def trace(self) -> Trace:
        cut = self._fit.clipped and not self.strokes
        return super().trace() | {"strokes": len(self.strokes), "clipped": cut}
