"""Things to press: buttons and the tiles of a menu.

Rules
    * A button is laid out from its words (``size``); words that still do not fit shrink to 80 %,
      then end in an ellipsis and are traced as ``clipped``.
    * Primary is used once on a screen. Danger is for what cannot be taken back.
    * ``mirror`` turns a widget round for scripts that read from right to left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from ui.geometry import Rect, Size, flip
from ui.lang.glyphs import is_deep
from ui.paint import Align, Colour, Painter
from ui.text import NOTHING, Fitted, Typesetter
from ui.theme import (
    ACTION,
    BODY_STRONG,
    CAPTION,
    CAPTION_STRONG,
    CHIP,
    RGB,
    TARGET_MM,
    Style,
    Theme,
    mix,
)
from ui.widgets.base import CAP_DP, SHADOW_DP, Trace, Widget

ButtonKind = Literal["primary", "secondary", "chip", "quiet", "danger"]
TURNED: Final = {
    "arrow-left": "arrow-right",
    "arrow-right": "arrow-left",
    "chevron-left": "chevron-right",
    "chevron-right": "chevron-left",
    "sign-out": "sign-out-left",
}
"""Icons that point the way a text runs, and their mirror images."""

SHADOWED: Final[tuple[ButtonKind, ...]] = ("primary", "secondary", "danger")


@dataclass(eq=False, repr=False)
class Button(Widget):
    """Something to press. ``tile`` puts the icon into a patch, for the big choices of a screen.

    Kinds: primary (what most people want), secondary, chip (footer), quiet (no box), danger.
    `on`: one of several choices, and the one that is in effect.
    """

    kind: ClassVar[str] = "button"

    text: str
    look: ButtonKind = "secondary"
    icon: str = ""
    tile: bool = False
    align: Align = "center"
    lines: int = 1
    mirror: bool = False
    on: bool = False
    _fit: Fitted = field(default=NOTHING, init=False, repr=False, compare=False)

    @property
    def style(self) -> Style:
        if self.look == "chip":
            return CHIP
        return ACTION if self.tile else BODY_STRONG

    def turn(self) -> None:
        super().turn()
        self.icon = TURNED.get(self.icon, self.icon)

    def size(self, type: Typesetter) -> Size:
        theme = type.theme
        width = type.width(self.text, self.style) if self.text else 0
        least = theme.mm_x(TARGET_MM * theme.small) + 1
        return max(least, width + self._beside(theme)), theme.dp(
            122
        ) if self.tile else theme.target_h

    def _pads(self, theme: Theme) -> tuple[int, int, int]:
        """(padding at the ends, icon or patch, gap between icon and words)."""
        if self.tile:
            return theme.dp(20), theme.dp(78), theme.dp(20)
        small = self.look == "chip"
        icon = theme.dp(30 if small else 32) if self.icon else 0
        return theme.dp(20 if small else 26), icon, theme.dp(9) if icon and self.text else 0

    def _beside(self, theme: Theme) -> int:
        pad, icon, gap = self._pads(theme)
        return 2 * pad + icon + gap

    def arrange(self, type: Typesetter) -> None:
        # Less than the natural padding, before words shrink.
        pad = type.theme.dp(8 if self.look == "chip" and not self.icon else 14)
        _, icon, gap = self._pads(type.theme)
        room = self.rect.w - 2 * pad - icon - gap
        most = max(self.lines, 2 if self.tile else 1)
        height = self.rect.h if type.theme.large else 0
        self._fit = type.fit(self.text, self.style, max(1, room), most, height)

    def bounds(self, theme: Theme) -> Rect:
        return self.rect.grow(theme.dp(SHADOW_DP if self.cap or self.look in SHADOWED else 5))

    def colours(self, painter: Painter) -> tuple[RGB, RGB, RGB | None]:
        """(fill, ink, border) for the kind and state."""
        p = painter.theme.palette
        if not self.enabled:
            return mix(p.surface, p.bg, 0.7), mix(p.ink2, p.bg, 0.45), p.line
        if self.look in ("primary", "danger"):
            fill, ink = (
                (p.accent, p.on_accent) if self.look == "primary" else (p.danger, p.on_danger)
            )
            return (mix(fill, p.ink, 0.22) if self.pressed else fill), ink, None
        fill = p.bg if self.look == "quiet" else p.surface
        if self.pressed:
            return mix(p.soft, p.accent, 0.12), p.ink, p.accent
        if self.on:
            return p.soft, p.ink, p.accent
        return fill, p.ink, None if self.look == "quiet" else p.border

    def draw(self, painter: Painter) -> None:
        theme = painter.theme
        fill, ink, border = self.colours(painter)
        radius = theme.dp(22 if self.tile or self.look == "chip" else 18)
        self.draw_focus(painter, radius)
        lifted = self.enabled and not self.pressed and self.look in SHADOWED
        thick = theme.dp(3) if self.on else theme.hairline
        painter.box(self.rect, radius, fill, border, thick, shadow=lifted)
        if self.tile:
            self._draw_tile(painter, ink)
        else:
            self._draw_row(painter, ink)

    def _draw_tile(self, painter: Painter, ink: RGB) -> None:
        theme, p = painter.theme, painter.theme.palette
        side = min(theme.dp(78), self.rect.h - theme.dp(24))
        pad = theme.dp(20)
        box = Rect(self.rect.x + pad, self.rect.cy - side // 2, side, side)
        words = Rect(
            box.right + pad, self.rect.y, self.rect.right - box.right - 2 * pad, self.rect.h
        )
        if self.mirror:
            box, words = flip(box, self.rect), flip(words, self.rect)
        strong = self.look in ("primary", "danger")
        patch = mix(self.colours(painter)[0], ink, 0.14) if strong else p.soft
        painter.box(box, theme.dp(16), patch if self.enabled else p.line)
        inner = round(side * 0.55)
        mark = ink if strong or not self.enabled else p.accent
        painter.icon(self.icon, box.centred(inner, inner), mark)
        self._draw_words(painter, words, "right" if self.mirror else "left", ink)

    def _total(self, type: Typesetter) -> int:
        """How wide icon and words are together."""
        _, icon, gap = self._pads(type.theme)
        cap, lines = self._fit.cap_px, self._fit.lines
        return icon + gap + max((type.width(one, self.style, cap) for one in lines), default=0)

    def _draw_row(self, painter: Painter, ink: RGB) -> None:
        _, icon, gap = self._pads(painter.theme)
        total = self._total(painter.type)
        widest = total - icon - gap
        left = self.rect.cx - total // 2
        if self.align != "center":
            pad = self._pads(painter.theme)[0]
            left = self.rect.x + pad if self.align == "left" else self.rect.right - pad - total
        if self.cap and len(self._fit.lines) > 1:
            left = self._beside_cap(painter.theme, left, total)
        mark = Rect(left, self.rect.y, icon, self.rect.h)
        words = Rect(left + icon + gap, self.rect.y, widest, self.rect.h)
        if self.mirror:
            whole = Rect(left, self.rect.y, total, self.rect.h)
            mark, words = flip(mark, whole), flip(words, whole)
        if self.icon:
            painter.icon(self.icon, mark, ink)
        self._draw_words(painter, words, "right" if self.mirror else "left", ink)

    def _roomy(self, theme: Theme, total: int) -> bool:
        """Whether the key in the corner has room beside the words."""
        return theme.dp(CAP_DP + 2) + total + theme.dp(8) <= self.rect.w

    def cap_out(self, painter: Painter) -> int:
        if len(self._fit.lines) < 2 or self.tile:
            return 0
        roomy = self._roomy(painter.theme, self._total(painter.type))
        return 0 if roomy else painter.theme.dp(SHADOW_DP - 1)

    def _beside_cap(self, theme: Theme, left: int, total: int) -> int:
        """Where words of several lines begin, so that the key in the corner does not lie on them;
        where they were if there is no room for that, and the key stands out."""
        away = theme.dp(CAP_DP + 2)
        if not self._roomy(theme, total):
            return left
        if self.mirror:
            return min(left, self.rect.right - away - total)
        return max(left, self.rect.x + away)

    def _draw_words(self, painter: Painter, rect: Rect, align: Align, ink: RGB) -> None:
        cap, lines = self._fit.cap_px, self._fit.lines
        pitch = round(cap * self.style.leading * (1.08 if is_deep(self.text) else 0.95))
        top = rect.y + (rect.h - pitch * (len(lines) - 1) - cap + 1) // 2
        x = rect.x if align == "left" else rect.right
        for i, line in enumerate(lines):
            painter.text(x, top + i * pitch, line, self.style, ink, align, cap)

    def text_shown(self) -> str:
        return self.text

    def trace(self) -> Trace:
        chosen: Trace = {"on": True} if self.on else {}
        return (
            super().trace()
            | chosen
            | {
                "style": self.look,
                "icon": self.icon,
                "clipped": self._fit.clipped,
            }
        )


@dataclass(eq=False, repr=False)
class Tile(Widget):
    """A square choice of a menu: icon, title and one line of state."""

    kind: ClassVar[str] = "tile"

    title: str
    icon: str = "grid"
    subtitle: str = ""
    mirror: bool = False
    _fits: tuple[Fitted, Fitted] = field(
        default=(NOTHING, NOTHING), init=False, repr=False, compare=False
    )

    def arrange(self, type: Typesetter) -> None:
        room = max(1, self.rect.w - 2 * type.theme.dp(18))
        self._fits = (
            type.fit(self.title, CAPTION_STRONG, room),
            type.fit(self.subtitle, CAPTION, room),
        )

    def bounds(self, theme: Theme) -> Rect:
        return self.rect.grow(theme.dp(SHADOW_DP))

    def draw(self, painter: Painter) -> None:
        theme, p = painter.theme, painter.theme.palette
        radius = theme.dp(18)
        self.draw_focus(painter, radius)
        fill = mix(p.soft, p.accent, 0.12) if self.pressed else p.surface
        edge = p.accent if self.pressed else p.border
        painter.box(
            self.rect, radius, fill, edge, theme.hairline, shadow=self.enabled and not self.pressed
        )
        inner = self.rect.inset(theme.dp(18), theme.dp(16))
        ink: Colour = "ink" if self.enabled else mix(p.ink2, p.surface, 0.45)
        side = theme.dp(38)
        pitch = theme.line_px(CAPTION)
        mark = Rect(inner.x, inner.y, side, side)
        if inner.h < side + 2 * pitch:  # large type: the icon moves out of the way of the words
            mark = mark._replace(x=inner.right - side)
        if self.mirror:
            mark = flip(mark, inner)
        painter.icon(self.icon, mark, "accent" if self.enabled else ink)
        title = Rect(inner.x, inner.bottom - 2 * pitch, inner.w, pitch)
        align: Align = "right" if self.mirror else "left"
        for i, (style, colour) in enumerate(
            ((CAPTION_STRONG, ink), (CAPTION, "ink2" if self.enabled else ink))
        ):
            fit = self._fits[i]
            if fit.lines:
                line = title.move(0, i * pitch)
                painter.text_in(line, fit.lines[0], style, colour, align, fit.cap_px)

    def text_shown(self) -> str:
        return f"{self.title}\n{self.subtitle}" if self.subtitle else self.title

    def trace(self) -> Trace:
        clipped = any(fit.clipped for fit in self._fits)
        return super().trace() | {"icon": self.icon, "clipped": clipped}
