"""Words and furniture: labels, icons, cards, gauges and the QR symbol. Nothing to press."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from ui.geometry import Rect, Size, flip
from ui.lang.glyphs import is_deep
from ui.paint import Align, Colour, Painter
from ui.text import MANY, NOTHING, SHRUNK, Fitted, Typesetter
from ui.theme import ACTION, BODY, CAPTION, FIGURES, RGB, Role, Style, Theme
from ui.widgets.base import SHADOW_DP, Trace, Widget

DEEP_LEADING: Final = 1.75
"""Least pitch of lines whose letters stand high or hang low, in heights of a capital."""

TAIL: Final = 0.3  # of a capital: how far letters hang below their line
TAIL_DEEP: Final = 0.5
APART: Final = 1.5  # heights of a capital that a line of large text needs, with what hangs below it


def outline(theme: Theme, tone: Role) -> tuple[Role | None, int]:
    """High contrast has no tints, so a tinted box gets an outline of its own ink there."""
    return (tone, theme.dp(2)) if theme.palette.name == "high-contrast" else (None, 0)


@dataclass(eq=False, repr=False)
class Label(Widget):
    """Words in one style. ``lines`` is the most lines allowed, 0 for as many as fit the height."""

    kind: ClassVar[str] = "label"

    text: str
    style: Style = BODY
    colour: Colour = "ink"
    align: Align = "left"
    middle: bool = False  # centred in the height, else from the top
    lines: int = 0
    secret: bool = False  # keep no copy of the rendered words
    _fit: Fitted = field(default=NOTHING, init=False, repr=False, compare=False)

    def turn(self) -> None:
        if self.align != "center":
            self.align = "right" if self.align == "left" else "left"

    def size(self, type: Typesetter, width_px: int = 0) -> Size:
        """Natural size; within ``width_px`` if that is given."""
        lines = type.wrap(self.text, self.style, width_px or 1 << 20)
        widest = max((type.width(line, self.style) for line in lines), default=0)
        return widest, type.theme.line_px(self.style) * len(lines)

    def arrange(self, type: Typesetter) -> None:
        if type.theme.large:
            most = self.lines or MANY
            self._fit = type.fit(self.text, self.style, self.rect.w, most, max(1, self.rect.h))
            if self.middle and len(self._fit.lines) == 1:
                self._fit = self._apart(self._fit, type.theme)
            return
        room = max(1, self.rect.h // max(1, type.theme.line_px(self.style)))
        most = min(room, self.lines) if self.lines else room
        self._fit = type.fit(self.text, self.style, self.rect.w, most)

    def _apart(self, fit: Fitted, theme: Theme) -> Fitted:
        """A line that leaves its place room for what hangs below letters, as far as it may shrink.

        Such labels stand one over another, and the letters of two would touch.
        """
        least = round(theme.plain_cap_px(self.style) * SHRUNK[-1])
        apart = DEEP_LEADING if is_deep(self.text) else APART
        return fit._replace(cap_px=max(min(fit.cap_px, round(self.rect.h / apart)), least))

    def bounds(self, theme: Theme) -> Rect:
        # Large type is set tight: what hangs below its last line lies outside the line's box.
        return super().bounds(theme).grow(theme.dp(4))

    def draw(self, painter: Painter) -> None:
        cap = self._fit.cap_px
        pitch = round(cap * self.style.leading)
        lines = self._fit.lines
        top = self.rect.y + (pitch - cap) // 2
        if len(lines) > 1 and is_deep(self.text):
            wider = max(pitch, round(cap * DEEP_LEADING))
            top, pitch = top - (wider - pitch) * (len(lines) - 1) // 2, wider
        if self.middle:
            top = self.rect.y + (self.rect.h - pitch * (len(lines) - 1) - cap) // 2
        x = {"left": self.rect.x, "center": self.rect.cx, "right": self.rect.right}[self.align]
        for i, line in enumerate(lines):
            painter.text(
                x, top + i * pitch, line, self.style, self.colour, self.align, cap,
                keep=not self.secret,
            )  # fmt: skip

    def spills(self, theme: Theme) -> bool:
        cap, lines = self._fit.cap_px, len(self._fit.lines)
        pitch = round(cap * self.style.leading)
        block, slack = pitch * (lines - 1) + cap, theme.dp(2)
        if self.middle:
            return block > self.rect.h
        return (pitch - cap) // 2 + block > self.rect.h + slack

    def hanging(self) -> Rect:
        """Its words with what hangs below their last line, which may leave its place."""
        cap, lines = self._fit.cap_px, len(self._fit.lines)
        pitch = round(cap * self.style.leading)
        block = pitch * (lines - 1) + cap
        top = (self.rect.h - block) // 2 if self.middle else (pitch - cap) // 2
        tail = round(cap * (TAIL_DEEP if is_deep(self.text) else TAIL))
        return self.rect._replace(y=self.rect.y + top, h=block + tail)

    def text_shown(self) -> str:
        return "" if self.secret else self.text

    def trace(self) -> Trace:
        return super().trace() | {"style": self.style.name, "clipped": self._fit.clipped}


@dataclass(eq=False, repr=False)
class Icon(Widget):
    """An icon, alone or in a soft round or square patch. Decoration: words stand beside it."""

    kind: ClassVar[str] = "icon"

    name: str
    colour: Colour = "accent"
    patch: Role | None = None
    round: bool = True
    share: float = 0.5  # of the patch

    def draw(self, painter: Painter) -> None:
        if self.patch is None:
            painter.icon(self.name, self.rect, self.colour)
            return
        side = min(self.rect.w, self.rect.h)
        box = self.rect.centred(side, side)
        radius = side if self.round else round(side * 0.22)
        edge, edge_px = outline(painter.theme, "on_soft" if self.patch == "soft" else "on_warn")
        painter.box(box, radius, self.patch, edge, edge_px)
        inner = round(side * self.share)
        painter.icon(self.name, box.centred(inner, inner), self.colour)

    def trace(self) -> Trace:
        return super().trace() | {"icon": self.name}


@dataclass(eq=False, repr=False)
class Card(Widget):
    """A surface for other widgets; paint it before them."""

    kind: ClassVar[str] = "card"

    colour: Role = "surface"
    shadow: bool = False
    border: bool = True

    def bounds(self, theme: Theme) -> Rect:
        return self.rect.grow(theme.dp(SHADOW_DP)) if self.shadow else self.rect

    def draw(self, painter: Painter) -> None:
        theme = painter.theme
        edge: Role | None = "line" if self.border else None
        painter.box(self.rect, theme.dp(20), self.colour, edge, theme.hairline, shadow=self.shadow)


@dataclass(eq=False, repr=False)
class Divider(Widget):
    """A hairline across the middle of its rectangle."""

    kind: ClassVar[str] = "divider"

    def draw(self, painter: Painter) -> None:
        painter.line(self.rect.x, self.rect.cy, self.rect.w, "line", painter.theme.hairline)


@dataclass(eq=False, repr=False)
class Ring(Widget):
    """A round gauge for time that runs out; ``text`` is shown inside it."""

    kind: ClassVar[str] = "ring"

    fraction: float
    text: str = ""
    thick_dp: int = 9

    def draw(self, painter: Painter) -> None:
        thick = painter.theme.dp(self.thick_dp)
        painter.ring(self.rect, self.fraction, thick, "accent", "track")
        if self.text:
            painter.text_in(self.rect, self.text, ACTION, "ink", "center")

    def text_shown(self) -> str:
        return self.text

    def trace(self) -> Trace:
        return super().trace() | {"percent": round(100 * self.fraction)}


@dataclass(eq=False, repr=False)
class Countdown(Widget):
    """A ring with what is left beside it ("0:43"), and above that a caption ("Time left")."""

    kind: ClassVar[str] = "countdown"

    fraction: float
    value: str
    caption: str = ""
    mirror: bool = False
    _fit: Fitted = field(default=NOTHING, init=False, repr=False, compare=False)

    def arrange(self, type: Typesetter) -> None:
        beside = min(type.theme.dp(76 if self.caption else 62), self.rect.h) + type.theme.dp(15)
        room = max(1, self.rect.w - beside)
        self._fit = type.fit(self.caption, CAPTION, room)
        if type.width(self.value, FIGURES) > room:
            self._fit = self._fit._replace(clipped=True)

    def size(self, type: Typesetter) -> Size:
        theme = type.theme
        words = max(type.width(self.value, FIGURES), type.width(self.caption, CAPTION))
        side = theme.dp(76 if self.caption else 62)
        return side + theme.dp(15) + words, side

    def draw(self, painter: Painter) -> None:
        theme = painter.theme
        side = min(theme.dp(76 if self.caption else 62), self.rect.h)
        dial, words = self.rect.cut_left(side, theme.dp(15))
        if self.mirror:
            dial, words = flip(dial, self.rect), flip(words, self.rect)
        painter.ring(dial, self.fraction, theme.dp(8), "accent", "track")
        align: Align = "right" if self.mirror else "left"
        if self.caption:
            top = words._replace(y=self.rect.cy - theme.dp(33), h=theme.dp(30))
            line = self._fit.lines[0]
            painter.text_in(top, line, CAPTION, "ink2", align, self._fit.cap_px)
            words = words._replace(y=self.rect.cy - theme.dp(4), h=theme.dp(36))
        painter.text_in(words, self.value, FIGURES, "ink", align)

    def text_shown(self) -> str:
        return f"{self.caption}\n{self.value}" if self.caption else self.value

    def trace(self) -> Trace:
        return super().trace() | {"clipped": self._fit.clipped}


@dataclass(eq=False, repr=False)
class QrCode(Widget):
    """A QR symbol on a white card. ``rows`` are its modules without a quiet zone, True for dark."""

    kind: ClassVar[str] = "qr"

    rows: Sequence[Sequence[bool]]
    label: str = ""

    def draw(self, painter: Painter) -> None:
        theme = painter.theme
        side = min(self.rect.w, self.rect.h)
        box = self.rect.centred(side, side)
        white: RGB = (255, 255, 255)
        painter.box(box, theme.dp(16), white, "line", theme.hairline)
        painter.modules(box, self.rows)

    def text_shown(self) -> str:
        return self.label

    def trace(self) -> Trace:
        return super().trace() | {"modules": len(self.rows)}
