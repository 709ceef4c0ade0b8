"""What the workbench is made of: its theme, the machine around the kiosk, buttons, the journal.

Rules.  A desk is looked at from nearer than a kiosk, so the same design is drawn smaller; the mouse
needs no 15 mm.  Hardware has colours of its own, which are not a theme's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from ui.backend import Backend
from ui.geometry import Rect, Size
from ui.paint import Colour, Painter
from ui.text import NOTHING, Fitted, Typesetter
from ui.theme import CAPTION, CAPTION_STRONG, LIGHT, RGB, Panel, Role, Style, Theme, mix
from ui.widgets import Trace, Widget

SCALE: Final = 0.62
PX_PER_MM: Final = 3.78  # 96 to the inch: what desktop software takes a screen for

DESK: Final[RGB] = (221, 229, 227)
STEEL: Final[RGB] = (29, 43, 48)
STEEL_EDGE: Final[RGB] = (74, 95, 101)
STEEL_INK: Final[RGB] = (206, 219, 218)
STEEL_DIM: Final[RGB] = (150, 170, 171)
BLACK: Final[RGB] = (6, 9, 10)
LED_ON: Final[RGB] = (96, 214, 160)
PAPER: Final[RGB] = (255, 236, 150)
PAPER_EDGE: Final[RGB] = (226, 200, 96)
PAPER_INK: Final[RGB] = (64, 48, 0)

FINE: Final = Style("fine", "Inter-Regular", 2.55, 1.65)
FINE_STRONG: Final = Style("fine-strong", "Inter-SemiBold", 2.55, 1.65)
PIN: Final = Style("pin", "Inter-SemiBold-Figures", 6.6, 1.4)
NOTE_PIN: Final = Style("note-pin", "Inter-SemiBold-Figures", 4.6, 1.4)


class DeskTheme(Theme):
    """The light theme at the size of a desk, whatever the window's size."""

    @property
    def scale(self) -> float:
        return SCALE

    @property
    def small(self) -> float:
        """No least sizes: a desk is looked at from near, with a mouse in hand."""
        return 0.0


def desk_theme(width_px: int, height_px: int) -> DeskTheme:
    """The theme of a window."""
    panel = Panel(width_px, height_px, width_px / PX_PER_MM, height_px / PX_PER_MM)
    return DeskTheme(panel, LIGHT)


@dataclass(eq=False, repr=False)
class Floor(Widget):
    """What everything stands on."""

    kind: ClassVar[str] = "floor"

    def draw(self, painter: Painter) -> None:
        painter.fill(self.rect, DESK)


@dataclass(eq=False, repr=False)
class DeskButton(Widget):
    """A button for a mouse; `strong` is the one that is waited for."""

    kind: ClassVar[str] = "button"

    text: str
    icon: str = ""
    strong: bool = False
    _fit: Fitted = field(default=NOTHING, init=False, repr=False, compare=False)

    def size(self, type: Typesetter) -> Size:
        icon = 18 + (7 if self.text else 0) if self.icon else 0
        return type.width(self.text, CAPTION_STRONG) + icon + 26, 34

    def arrange(self, type: Typesetter) -> None:
        icon = 25 if self.icon else 0
        self._fit = type.fit(self.text, CAPTION_STRONG, max(1, self.rect.w - 16 - icon))

    def draw(self, painter: Painter) -> None:
        p = painter.theme.palette
        fill, ink, edge = p.surface, p.ink, p.border
        if self.strong:
            fill, ink, edge = p.accent, p.on_accent, p.accent
        if not self.enabled:
            fill, ink, edge = mix(p.surface, p.bg, 0.7), mix(p.ink2, p.bg, 0.45), p.line
        elif self.pressed:
            fill = mix(fill, p.ink if self.strong else p.accent, 0.2)
        painter.box(self.rect, 10, fill, edge, 1)
        line = self._fit.lines[0] if self._fit.lines else ""
        words = painter.type.width(line, CAPTION_STRONG, self._fit.cap_px) if line else 0
        gap = 7 if self.icon and line else 0
        icon = 18 if self.icon else 0
        mark, text = self.rect.centred(icon + gap + words, self.rect.h).cut_left(icon, gap)
        if self.icon:
            painter.icon(self.icon, mark, ink, 2.0)
        painter.text_in(text, line, CAPTION_STRONG, ink, cap_px=self._fit.cap_px)

    def text_shown(self) -> str:
        return self.text

    def trace(self) -> Trace:
        return super().trace() | {"icon": self.icon, "clipped": self._fit.clipped}


@dataclass(eq=False, repr=False)
class Notice(Widget):
    """The last answer of the workbench, on the steel between kiosk and doors."""

    kind: ClassVar[str] = "notice"

    text: str
    warned: bool = False
    _fit: Fitted = field(default=NOTHING, init=False, repr=False, compare=False)

    def arrange(self, type: Typesetter) -> None:
        self._fit = type.fit(self.text, CAPTION, max(1, self.rect.w - 24))

    def draw(self, painter: Painter) -> None:
        line = self._fit.lines[0] if self._fit.lines else ""
        ink: Colour = "highlight" if self.warned else STEEL_DIM
        wide = painter.text_in(self.rect, line, CAPTION, ink, "right", self._fit.cap_px)
        if self.warned:
            x = self.rect.right - wide - 22
            painter.icon("warning", Rect(x, self.rect.y, 16, self.rect.h), ink, 2.2)

    def text_shown(self) -> str:
        return self.text

    def trace(self) -> Trace:
        return super().trace() | {"warned": self.warned, "clipped": self._fit.clipped}


@dataclass(eq=False, repr=False)
class Machine(Widget):
    """The steel body that holds the kiosk's screen and the doors."""

    kind: ClassVar[str] = "machine"

    def draw(self, painter: Painter) -> None:
        painter.box(self.rect, 14, STEEL_EDGE)
        painter.box(self.rect.inset(1), 13, STEEL)


@dataclass(eq=False, repr=False)
class Glass(Widget):
    """The kiosk's own picture, one to one; black without power."""

    kind: ClassVar[str] = "glass"

    pane: Backend = field(compare=False)
    lit: bool = True

    def draw(self, painter: Painter) -> None:
        if self.lit:
            painter.surface.blit(self.pane.surface, self.rect[:2])
        else:
            painter.fill(self.rect, BLACK)

    def trace(self) -> Trace:
        return super().trace() | {"lit": self.lit}


@dataclass(eq=False, repr=False)
class Lamp(Widget):
    """The lamp of the supply with words beside it."""

    kind: ClassVar[str] = "lamp"

    text: str
    lit: bool
    _fit: Fitted = field(default=NOTHING, init=False, repr=False, compare=False)

    def arrange(self, type: Typesetter) -> None:
        self._fit = type.fit(self.text, FINE_STRONG, max(1, self.rect.w - 20))

    def draw(self, painter: Painter) -> None:
        colour = LED_ON if self.lit else (84, 60, 60)
        if self.lit:
            painter.circle(self.rect.x + 6, self.rect.cy, 13, mix(STEEL, LED_ON, 0.3))
        painter.circle(self.rect.x + 6, self.rect.cy, 8, colour)
        words = self.rect.cut_left(14, 4)[1]
        painter.text_in(words, self._fit.lines[0], FINE_STRONG, STEEL_INK, cap_px=self._fit.cap_px)

    def text_shown(self) -> str:
        return self.text

    def trace(self) -> Trace:
        return super().trace() | {"lit": self.lit, "clipped": self._fit.clipped}


@dataclass(eq=False, repr=False)
class Input(Widget):
    """A line of text to be typed with the keyboard of the desk."""

    kind: ClassVar[str] = "input"

    value: str = ""
    placeholder: str = ""
    active: bool = False
    _shown: str = field(default="", init=False, repr=False, compare=False)

    def arrange(self, type: Typesetter) -> None:
        self._shown = type.tail(self.value, CAPTION, max(0, self.rect.w - 26))

    def draw(self, painter: Painter) -> None:
        edge: Role = "accent" if self.active else "border"
        painter.box(self.rect, 9, "surface", edge, 2 if self.active else 1)
        inner = self.rect.inset(11, 0)
        end = inner.x
        if self._shown:
            end += painter.text_in(inner, self._shown, CAPTION, keep=False) + 2
        elif not self.active:
            painter.text_in(inner, self.placeholder, CAPTION, "ink2")
        if self.active:
            painter.fill(Rect(end, inner.cy - 9, 2, 18), "accent")

    def text_shown(self) -> str:
        return self.value or self.placeholder


@dataclass(eq=False, repr=False)
class Journal(Widget):
    """The newest lines of the journal, newest at the bottom; as many as fit."""

    kind: ClassVar[str] = "journal"

    lines: Sequence[tuple[str, str, str]] = ()
    pitch_px: int = 19
    _types: tuple[str, ...] = field(default=(), init=False, repr=False, compare=False)

    @property
    def _shown(self) -> Sequence[tuple[str, str, str]]:
        return self.lines[-max(1, (self.rect.h - 12) // self.pitch_px) :]

    def arrange(self, type: Typesetter) -> None:
        room = max(1, self.rect.w - 24 - 64 - 56)
        self._types = tuple(type.ellipsis(kind, FINE, room) for _, kind, _ in self._shown)

    def draw(self, painter: Painter) -> None:
        painter.box(self.rect, 8, STEEL)
        inner = self.rect.inset(12, 6)
        for place, ((at, _, unit), kind) in enumerate(zip(self._shown, self._types, strict=True)):
            line = Rect(inner.x, inner.y + place * self.pitch_px, inner.w, self.pitch_px)
            time, words = line.cut_left(56, 8)
            painter.text_in(time, at, FINE, STEEL_DIM)
            painter.text_in(words, kind, FINE, STEEL_INK)
            if unit:
                painter.text_in(words, f"door {unit}", FINE, STEEL_DIM, "right")
        if not self.lines:
            painter.text_in(inner, "Nothing was written yet.", FINE, STEEL_DIM, "center")

    def text_shown(self) -> str:
        return "\n".join(" ".join(one).strip() for one in self._shown)
