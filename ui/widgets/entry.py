"""Entering a code: the keypad with its twelve keys and the field that shows how far one is.

Rules
    * Telephone order, never shuffled: blind use depends on it, and a code is used once.
    * No key of the pad looks pressed, so nobody reads the code from the glass.
    * A masked field knows how many digits there are, not which.
    * Never mirrored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from ui.geometry import Rect, Size, grid, split
from ui.paint import Painter
from ui.text import Typesetter
from ui.theme import BODY_STRONG, KEY, RGB, Role, Theme, mix
from ui.widgets.base import SHADOW_DP, Trace, Widget


@dataclass(eq=False, repr=False)
class PadKey(Widget):
    """One key: a digit, erase or OK. Acts when touched, looks the same while it is."""

    kind: ClassVar[str] = "key"
    fires: ClassVar[Literal["up", "down"]] = "down"

    text: str
    icon: str = ""
    role: Literal["digit", "erase", "ok"] = "digit"
    pressed: bool = field(default=False, kw_only=True, compare=False)

    def bounds(self, theme: Theme) -> Rect:
        return self.rect.grow(theme.dp(SHADOW_DP))

    def shows_press(self) -> bool:
        return False

    def draw(self, painter: Painter) -> None:
        theme, p = painter.theme, painter.theme.palette
        radius = theme.dp(14)
        self.draw_focus(painter, radius)
        fill, ink, edge = p.surface, p.ink, p.border
        if self.role == "erase":
            fill = p.bg
        if self.role == "ok" and self.enabled:
            fill, ink, edge = p.accent, p.on_accent, p.accent
        if not self.enabled:
            fill, ink, edge = p.well, mix(p.ink2, p.well, 0.5), p.line
        lifted = self.enabled and self.role != "erase"
        painter.box(self.rect, radius, fill, edge, theme.hairline, shadow=lifted)
        self._draw_face(painter, ink)

    def _draw_face(self, painter: Painter, ink: RGB) -> None:
        if self.icon:
            side = painter.theme.dp(40)
            painter.icon(self.icon, self.rect.centred(side, side), ink)
            return
        style = KEY if self.role == "digit" else BODY_STRONG
        fit = painter.type.fit(self.text, style, self.rect.w - painter.theme.dp(12))
        painter.text_in(self.rect, fit.lines[0], style, ink, "center", fit.cap_px)

    def text_shown(self) -> str:
        return self.text

    def trace(self) -> Trace:
        # A trace may be written to a file while a code is typed: it never says which key is held.
        return super().trace() | {"pressed": False, "icon": self.icon}


@dataclass(eq=False, repr=False)
class Keypad(Widget):
    """Twelve keys in the telephone's order on a darker ground; best the full height of the panel.

    Actions: ``digit:0`` to ``digit:9``, ``erase``, ``ok``.
    """

    kind: ClassVar[str] = "keypad"

    ok_enabled: bool = field(default=True, compare=False)
    ok_text: str = "OK"
    erase_speech: str = "Erase"
    _keys: list[Widget] = field(default_factory=list, init=False, repr=False, compare=False)

    def size(self, type: Typesetter) -> Size:
        return type.theme.dp(371), type.theme.panel.height_px

    def arrange(self, type: Typesetter) -> None:
        theme = type.theme
        area = self.rect.inset(theme.dp(18), theme.dp(14))
        faces = [*"123456789", "erase", "0", "ok"]
        self._keys = []
        for face, cell in zip(faces, grid(area, 3, 4, theme.dp(10)), strict=True):
            if face == "erase":
                key = PadKey("", "backspace", "erase", action="erase", speech=self.erase_speech)
            elif face == "ok":
                key = PadKey(self.ok_text, "", "ok", action="ok")
            else:
                key = PadKey(face, action=f"digit:{face}")
            key.enabled = self.enabled and (face != "ok" or self.ok_enabled)
            self._keys.append(key.place(cell))

    def parts(self) -> Sequence[Widget]:
        return self._keys

    def draw(self, painter: Painter) -> None:
        painter.fill(self.rect, "well")


@dataclass(eq=False, repr=False)
class CodeField(Widget):
    """Boxes in groups for a code of fixed length.

    ``filled`` boxes hold a dot; with ``digits`` the field shows them instead, for a code that a
    person is meant to read. The caret stands in the first empty box while ``active``.
    """

    kind: ClassVar[str] = "code"

    groups: Sequence[int] = (3, 3, 3)
    filled: int = 0
    digits: str = ""
    active: bool = True
    tone: Literal["normal", "error"] = "normal"

    @property
    def length(self) -> int:
        return sum(self.groups)

    def size(self, type: Typesetter) -> Size:
        theme = type.theme
        n = self.length
        gaps = theme.dp(6) * (n - len(self.groups)) + theme.dp(16) * (len(self.groups) - 1)
        return theme.dp(40) * n + gaps, theme.dp(76)

    def boxes(self, theme: Theme) -> list[Rect]:
        """The rectangle of each digit."""
        parts: list[float] = []
        for i, n in enumerate(self.groups):
            parts += ([-theme.dp(10)] if i else []) + [1.0] * n
        # The extra gap between groups is a part of its own, so that boxes stay equally wide.
        cells = split(self.rect.w, parts, theme.dp(5))
        widest = theme.dp(56)
        rects = [
            Rect(self.rect.x + at, self.rect.y, min(w, widest), self.rect.h)
            for (at, w), part in zip(cells, parts, strict=True)
            if part > 0
        ]
        return rects

    def draw(self, painter: Painter) -> None:
        theme = painter.theme
        shown = len(self.digits) or self.filled
        for i, box in enumerate(self.boxes(theme)):
            here = self.active and i == shown
            edge: Role = "accent" if here else "border"
            if self.tone == "error":
                edge = "danger"
            thick = theme.dp(3) if here else max(theme.hairline, theme.dp(1.5))
            painter.box(box, theme.dp(11), "surface", edge, thick)
            if self.digits and i < shown:
                digit = self.digits[i]
                painter.text_in(box, digit, KEY, "ink", "center", self._cap(box), keep=False)
            elif i < shown:
                painter.circle(box.cx, box.cy, min(theme.dp(18), box.w // 2), "ink")
            elif here:
                caret = box.centred(theme.dp(3), round(box.h * 0.42))
                painter.fill(caret, "accent")

    def spills(self, theme: Theme) -> bool:
        return self.rect.h < theme.dp(56)

    def _cap(self, box: Rect) -> int:
        return max(8, min(round(box.w * 0.62), round(box.h * 0.5)))

    def trace(self) -> Trace:
        return super().trace() | {
            "filled": len(self.digits) or self.filled,
            "length": self.length,
            "shown": bool(self.digits),
            "tone": self.tone,
        }
