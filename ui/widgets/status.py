"""What a person is told at a glance: pills, the bar across the top, the header, the steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from ui.geometry import Rect, Size, flip
from ui.paint import Align, Painter
from ui.text import NOTHING, Fitted, Typesetter
from ui.theme import ACTION, BODY_STRONG, CAPTION_STRONG, Role, Theme
from ui.widgets.base import Trace, Widget
from ui.widgets.basic import outline

Tone = Literal["soft", "warn", "danger", "highlight"]
TONES: Final[dict[Tone, tuple[Role, Role]]] = {
    "soft": ("soft", "on_soft"),
    "warn": ("warn_soft", "on_warn"),
    "danger": ("danger_soft", "danger"),
    "highlight": ("highlight", "on_highlight"),
}


@dataclass(eq=False, repr=False)
class StatusChip(Widget):
    """A pill that states something: ``tone`` is its colour, the icon its second cue."""

    kind: ClassVar[str] = "chip"

    text: str
    tone: Tone = "soft"
    icon: str = ""
    mirror: bool = False
    _fit: Fitted = field(default=NOTHING, init=False, repr=False, compare=False)

    def size(self, type: Typesetter) -> Size:
        theme = type.theme
        mark = theme.dp(22 + 9) if self.icon else 0
        return type.width(self.text, CAPTION_STRONG) + mark + 2 * theme.dp(18), theme.dp(44)

    def bounds(self, theme: Theme) -> Rect:
        return super().bounds(theme).grow(theme.dp(8))  # what hangs below Arabic letters

    def arrange(self, type: Typesetter) -> None:
        theme = type.theme
        mark = theme.dp(22 + 9) if self.icon else 0
        room = self.rect.w - mark - 2 * theme.dp(12)
        self._fit = type.fit(self.text, CAPTION_STRONG, max(1, room))

    def draw(self, painter: Painter) -> None:
        theme = painter.theme
        fill, ink = TONES[self.tone]
        painter.box(self.rect, self.rect.h, fill, *outline(theme, ink))
        line = self._fit.lines[0] if self._fit.lines else ""
        words = painter.type.width(line, CAPTION_STRONG, self._fit.cap_px)
        mark = theme.dp(22) if self.icon else 0
        gap = theme.dp(9) if self.icon else 0
        whole = self.rect.centred(words + mark + gap, self.rect.h)
        icon, text = whole.cut_left(mark, gap)
        if self.mirror:
            icon, text = flip(icon, whole), flip(text, whole)
        if self.icon:
            painter.icon(self.icon, icon, ink, 2.2)
        painter.text_in(text, line, CAPTION_STRONG, ink, cap_px=self._fit.cap_px)

    def text_shown(self) -> str:
        return self.text

    def trace(self) -> Trace:
        return super().trace() | {
            "tone": self.tone,
            "icon": self.icon,
            "clipped": self._fit.clipped,
        }


@dataclass(eq=False, repr=False)
class Banner(Widget):
    """A bar across the top: who is here in what role, or what is wrong."""

    kind: ClassVar[str] = "banner"

    text: str
    trailing: str = ""
    tone: Tone = "highlight"
    icon: str = "shield"
    mirror: bool = False
    _fit: Fitted = field(default=NOTHING, init=False, repr=False, compare=False)

    def size(self, type: Typesetter) -> Size:
        return 0, type.theme.dp(52)

    def bounds(self, theme: Theme) -> Rect:
        return super().bounds(theme).grow(theme.dp(8))  # what hangs below large letters

    def arrange(self, type: Typesetter) -> None:
        theme = type.theme
        used = theme.dp(24 + 27 + 14 + 24)
        if self.trailing:
            used += type.width(self.trailing, CAPTION_STRONG) + theme.dp(20)
        most, room = 2 if theme.tall else 1, max(1, self.rect.w - used)
        self._fit = type.fit(self.text, CAPTION_STRONG, room, most)
        if self._fit.clipped:
            high = self.rect.h - theme.dp(4)
            self._fit = type.fit(self.text, CAPTION_STRONG, room, most + 1, high)

    def draw(self, painter: Painter) -> None:
        theme = painter.theme
        fill, ink = TONES[self.tone]
        painter.fill(self.rect, fill)
        inner = self.rect.inset(theme.dp(24), 0)
        icon, text = inner.cut_left(theme.dp(27), theme.dp(14))
        if self.mirror:
            icon, text = flip(icon, inner), flip(text, inner)
        start: Align = "right" if self.mirror else "left"
        end: Align = "left" if self.mirror else "right"
        painter.icon(self.icon, icon, ink)
        pitch = round(self._fit.cap_px * CAPTION_STRONG.leading * 0.95)
        first = text.move(0, -pitch * (len(self._fit.lines) - 1) // 2)
        for place, line in enumerate(self._fit.lines):
            at = first.move(0, place * pitch)
            painter.text_in(at, line, CAPTION_STRONG, ink, start, self._fit.cap_px)
        painter.text_in(inner, self.trailing, CAPTION_STRONG, ink, end)

    def spills(self, theme: Theme) -> bool:
        pitch = round(self._fit.cap_px * CAPTION_STRONG.leading * 0.95)
        return pitch * (len(self._fit.lines) - 1) + self._fit.cap_px > self.rect.h - theme.dp(4)

    def text_shown(self) -> str:
        return f"{self.text}\n{self.trailing}" if self.trailing else self.text

    def trace(self) -> Trace:
        return super().trace() | {"tone": self.tone, "clipped": self._fit.clipped}


@dataclass(eq=False, repr=False)
class Header(Widget):
    """The product's mark, the site's name, and the time as hh:mm where the clock is known."""

    kind: ClassVar[str] = "header"

    site: str
    clock: str = ""
    mirror: bool = False
    _fit: Fitted = field(default=NOTHING, init=False, repr=False, compare=False)

    def size(self, type: Typesetter) -> Size:
        return 0, type.theme.dp(30)

    def bounds(self, theme: Theme) -> Rect:
        return super().bounds(theme).grow(theme.dp(8))  # what hangs below large letters

    def arrange(self, type: Typesetter) -> None:
        theme = type.theme
        used = theme.dp(28 + 12 + 20) + type.width(self.clock, CAPTION_STRONG)
        self._fit = type.fit(self.site, CAPTION_STRONG, max(1, self.rect.w - used))

    def draw(self, painter: Painter) -> None:
        theme = painter.theme
        side = theme.dp(28)
        mark = Rect(self.rect.x, self.rect.cy - side // 2, side, side)
        words = Rect(
            mark.right + theme.dp(12), self.rect.y,
            max(0, self.rect.w - side - theme.dp(12)), self.rect.h,
        )  # fmt: skip
        if self.mirror:
            mark, words = flip(mark, self.rect), flip(words, self.rect)
        painter.box(mark, theme.dp(7), "accent")
        inner = round(side * 0.62)
        painter.icon("lock", mark.centred(inner, inner), "on_accent", 2.3)
        start: Align = "right" if self.mirror else "left"
        end: Align = "left" if self.mirror else "right"
        line = self._fit.lines[0] if self._fit.lines else ""
        painter.text_in(words, line, CAPTION_STRONG, "ink", start, self._fit.cap_px)
        painter.text_in(self.rect, self.clock, CAPTION_STRONG, "ink", end)

    def spills(self, theme: Theme) -> bool:
        return theme.cap_px(CAPTION_STRONG) > self.rect.h + theme.dp(2)

    def text_shown(self) -> str:
        return f"{self.site}\n{self.clock}" if self.clock else self.site

    def trace(self) -> Trace:
        return super().trace() | {"clipped": self._fit.clipped}


@dataclass(eq=False, repr=False)
class Steps(Widget):
    """What to do, in order. Steps before ``current`` carry a tick; 0 marks none as current."""

    kind: ClassVar[str] = "steps"

    items: Sequence[str]
    current: int = 0
    mirror: bool = False
    _fits: tuple[Fitted, ...] = field(default=(), init=False, repr=False, compare=False)

    def size(self, type: Typesetter) -> Size:
        widest = max((type.width(item, ACTION) for item in self.items), default=0)
        theme = type.theme
        return widest + theme.dp(48 + 18), theme.dp(60) * len(self.items)

    def arrange(self, type: Typesetter) -> None:
        room = max(1, self.rect.w - type.theme.dp(48 + 18))
        each = self.rect.h // max(1, len(self.items))
        most = 2 if each >= type.theme.dp(56) else 1
        self._fits = tuple(type.fit(item, ACTION, room, most) for item in self.items)

    def _pitch(self, theme: Theme) -> int:
        """From one step to the next."""
        return min(theme.dp(96 if theme.tall else 60), self.rect.h // max(1, len(self.items)))

    def draw(self, painter: Painter) -> None:
        theme = painter.theme
        side = theme.dp(48)
        pitch = self._pitch(theme)
        for i, fit in enumerate(self._fits):
            line = Rect(self.rect.x, self.rect.y + i * pitch, self.rect.w, pitch)
            dot, words = line.cut_left(side, theme.dp(18))
            if self.mirror:
                dot, words = flip(dot, line), flip(words, line)
            done, now = i + 1 < self.current, i + 1 == self.current
            disc = dot.centred(side, side)
            fill: Role = "accent" if now else "soft"
            ink: Role = "on_accent" if now else "on_soft"
            painter.box(disc, side, fill, *outline(theme, ink))
            if done:
                half = side // 2
                painter.icon("check", disc.centred(half, half), ink, 2.6)
            else:
                painter.text_in(disc, str(i + 1), BODY_STRONG, ink, "center")
            ink = "ink2" if done else "ink"
            pitch_px = round(fit.cap_px * 1.5)
            top = words.cy - pitch_px * (len(fit.lines) - 1) // 2
            for at, text in enumerate(fit.lines):
                place = words._replace(y=top + at * pitch_px - words.h // 2)
                align: Align = "right" if self.mirror else "left"
                painter.text_in(place, text, ACTION, ink, align, fit.cap_px)

    def spills(self, theme: Theme) -> bool:
        each = self._pitch(theme)
        return any(
            round(fit.cap_px * 1.5) * (len(fit.lines) - 1) + fit.cap_px > each - theme.dp(4)
            for fit in self._fits
        )

    def text_shown(self) -> str:
        return "\n".join(f"{i}. {item}" for i, item in enumerate(self.items, 1))

    def trace(self) -> Trace:
        clipped = any(fit.clipped for fit in self._fits)
        return super().trace() | {"current": self.current, "clipped": clipped}
