"""What the guide stands on: its choices, the steps, the hint, the sticky note, the commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from ui.geometry import EMPTY, Rect
from ui.paint import Colour, Painter
from ui.text import NOTHING, Fitted, Typesetter
from ui.theme import CAPTION, CAPTION_STRONG, mix
from ui.widgets import Trace, Widget
from ui.workbench.pages import Step, Tone
from ui.workbench.parts import (
    DESK,
    FINE,
    FINE_STRONG,
    NOTE_PIN,
    PAPER,
    PAPER_EDGE,
    PAPER_INK,
    STEEL,
    STEEL_INK,
)


@dataclass(eq=False, repr=False)
class Choice(Widget):
    """A tour of the guide: big while none is chosen (icon above the words), small afterwards."""

    kind: ClassVar[str] = "choice"

    text: str
    icon: str
    more: str = ""
    selected: bool = False
    _fit: Fitted = field(default=NOTHING, init=False, repr=False, compare=False)
    _more: Fitted = field(default=NOTHING, init=False, repr=False, compare=False)

    def arrange(self, type: Typesetter) -> None:
        beside = 0 if self._tall else 24
        self._fit = type.fit(self.text, CAPTION_STRONG, max(1, self.rect.w - 12 - beside))
        self._more = type.fit(self.more, FINE, max(1, self.rect.w - 12))

    @property
    def _tall(self) -> bool:
        return self.rect.h >= 56

    def draw(self, painter: Painter) -> None:
        p = painter.theme.palette
        fill, ink, edge = p.surface, p.ink, p.border
        if self.selected:
            fill, ink, edge = p.accent, p.on_accent, p.accent
        if self.pressed:
            fill = mix(fill, p.accent, 0.2) if not self.selected else mix(fill, p.ink, 0.25)
        painter.box(self.rect, 12, fill, edge, 1)
        mark = p.on_accent if self.selected else p.accent
        line = self._fit.lines[0] if self._fit.lines else ""
        if self._tall:
            low, head = self.rect.inset(0, 10).cut_bottom(18)
            name, head = head.cut_bottom(20, 4)
            painter.icon(self.icon, head.centred(30, 30), mark)
            painter.text_in(name, line, CAPTION_STRONG, ink, "center", self._fit.cap_px)
            painter.text_in(low, self._more.lines[0], FINE, p.ink2, "center", self._more.cap_px)
            return
        wide = painter.type.width(line, CAPTION_STRONG, self._fit.cap_px)
        icon, words = self.rect.centred(wide + 24, self.rect.h).cut_left(18, 6)
        painter.icon(self.icon, icon, mark, 2.0)
        painter.text_in(words, line, CAPTION_STRONG, ink, cap_px=self._fit.cap_px)

    def text_shown(self) -> str:
        return f"{self.text}\n{self.more}" if self._tall else self.text

    def trace(self) -> Trace:
        clipped = self._fit.clipped or (self._tall and self._more.clipped)
        return super().trace() | {"selected": self.selected, "clipped": clipped}


@dataclass(eq=False, repr=False)
class Tour(Widget):
    """The steps of a tour, one line each: a tick, the number that is now, what comes later."""

    kind: ClassVar[str] = "tour"

    steps: Sequence[Step]
    beside: Rect = EMPTY  # what lies on the right end of the first lines
    _fits: tuple[Fitted, ...] = field(default=(), init=False, repr=False, compare=False)

    @property
    def _pitch(self) -> int:
        return self.rect.h // max(1, len(self.steps))

    def arrange(self, type: Typesetter) -> None:
        fits = [self._fitted(type, place, step) for place, step in enumerate(self.steps)]
        cap = min((one.cap_px for one in fits), default=0)  # one size for all
        self._fits = tuple(Fitted(one.lines, cap, one.clipped) for one in fits)

    def _fitted(self, type: Typesetter, place: int, step: Step) -> Fitted:
        room = self.rect.w - 30
        if self.rect.y + place * self._pitch < self.beside.bottom:
            room -= self.beside.w + 8
        style = CAPTION_STRONG if step.state == "now" else CAPTION
        return type.fit(step.text, style, max(1, room))

    def draw(self, painter: Painter) -> None:
        p = painter.theme.palette
        pitch = self._pitch
        for place, (step, fit) in enumerate(zip(self.steps, self._fits, strict=True)):
            line = Rect(self.rect.x, self.rect.y + place * pitch, self.rect.w, pitch)
            dot, words = line.cut_left(20, 10)
            now = step.state == "now"
            disc = p.accent if now else p.soft
            painter.circle(dot.cx, dot.cy, 20, disc)
            ink = p.on_accent if now else p.on_soft
            if step.state == "done":
                painter.icon("check", dot.centred(12, 12), ink, 3.0)
            else:
                painter.text_in(dot, str(place + 1), FINE_STRONG, ink, "center")
            style = CAPTION_STRONG if now else CAPTION
            text = fit.lines[0] if fit.lines else ""
            painter.text_in(words, text, style, "ink" if now else "ink2", cap_px=fit.cap_px)

    def text_shown(self) -> str:
        return "\n".join(f"{i}. {s.text}" for i, s in enumerate(self.steps, 1))

    def trace(self) -> Trace:
        return super().trace() | {
            "states": [one.state for one in self.steps],
            "clipped": any(one.clipped for one in self._fits),
        }


@dataclass(eq=False, repr=False)
class Hint(Widget):
    """What to do now: plain, with a warning sign, or with a tick."""

    kind: ClassVar[str] = "hint"

    text: str
    tone: Tone = "plain"
    _fit: Fitted = field(default=NOTHING, init=False, repr=False, compare=False)

    @staticmethod
    def lead(tone: Tone) -> int:
        """Pixels that the sign takes."""
        return 0 if tone == "plain" else 26

    def arrange(self, type: Typesetter) -> None:
        lines = max(1, self.rect.h // type.theme.line_px(CAPTION))
        self._fit = type.fit(self.text, CAPTION, max(1, self.rect.w - self.lead(self.tone)), lines)

    def draw(self, painter: Painter) -> None:
        pitch = painter.theme.line_px(CAPTION)
        words = self.rect.cut_left(self.lead(self.tone))[1]
        if self.tone != "plain":
            name, ink = ("warning", PAPER_INK) if self.tone == "warn" else ("check", None)
            mark = Rect(self.rect.x, self.rect.y, 18, pitch)
            painter.icon(name, mark, ink or "accent", 2.4)
        colour: Colour = "on_warn" if self.tone == "warn" else "ink"
        for place, line in enumerate(self._fit.lines):
            at = words._replace(y=words.y + place * pitch, h=pitch)
            painter.text_in(at, line, CAPTION, colour, cap_px=self._fit.cap_px)

    def text_shown(self) -> str:
        return self.text

    def trace(self) -> Trace:
        return super().trace() | {"tone": self.tone, "clipped": self._fit.clipped}


@dataclass(eq=False, repr=False)
class StickyNote(Widget):
    """Whose PIN it is, on yellow paper."""

    kind: ClassVar[str] = "note"

    name: str
    pin: str

    def draw(self, painter: Painter) -> None:
        painter.box(self.rect.move(0, 2), 3, mix(DESK, (0, 0, 0), 0.12))
        painter.box(self.rect, 3, PAPER)
        x, y, w, h = self.rect
        fold = 12
        painter.polygon(
            [(x + w - fold, y + h), (x + w, y + h - fold), (x + w - fold, y + h - fold)],
            PAPER_EDGE,
        )
        top, rest = self.rect.inset(10, 8).cut_top(16, 4)
        painter.text_in(top, f"{self.name}'s PIN", FINE_STRONG, PAPER_INK)
        painter.text_in(rest, self.pin, NOTE_PIN, PAPER_INK, keep=False)

    def text_shown(self) -> str:
        return f"{self.name}'s PIN"


@dataclass(eq=False, repr=False)
class Commands(Widget):
    """Lines to type in a terminal."""

    kind: ClassVar[str] = "commands"

    lines: Sequence[str]
    _fits: tuple[Fitted, ...] = field(default=(), init=False, repr=False, compare=False)

    def arrange(self, type: Typesetter) -> None:
        self._fits = tuple(type.fit(one, FINE, max(1, self.rect.w - 20)) for one in self.lines)

    def draw(self, painter: Painter) -> None:
        painter.box(self.rect, 8, STEEL)
        inner = self.rect.inset(10, 5)
        pitch = inner.h // max(1, len(self._fits))
        for place, fit in enumerate(self._fits):
            line = Rect(inner.x, inner.y + place * pitch, inner.w, pitch)
            painter.text_in(line, fit.lines[0], FINE, STEEL_INK, cap_px=fit.cap_px)

    def text_shown(self) -> str:
        return "\n".join(self.lines)

    def trace(self) -> Trace:
        return super().trace() | {"clipped": any(one.clipped for one in self._fits)}
