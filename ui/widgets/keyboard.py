"""Typing words on the glass: a field and a keyboard.

Rules
    * A key looks pressed while it is held and acts when it goes down; a ``private`` keyboard shows
      nothing, like the code pad.
    * Layouts are data: rows of characters.
    * Actions: ``char:<c>``, ``erase``, ``shift``, ``page:letters``, ``page:symbols``, ``done``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from ui.geometry import Rect, Size, column, row
from ui.lang import AZERTY, QWERTY, QWERTZ
from ui.paint import Align, Painter
from ui.text import Typesetter
from ui.theme import BODY, BODY_STRONG, CAPTION, CHIP, Role, Theme, mix
from ui.widgets.base import Trace, Widget

__all__ = ["AZERTY", "QWERTY", "QWERTZ", "TextField", "TextKey", "TextKeyboard"]

SYMBOLS: Final = ("1234567890", "@#€&_+()*%", "\"':;!?/")
DIGITS: Final = "1234567890"


@dataclass(eq=False, repr=False)
class TextKey(Widget):
    """One key of the keyboard."""

    kind: ClassVar[str] = "key"
    fires: ClassVar[Literal["up", "down"]] = "down"

    text: str
    icon: str = ""
    role: Literal["char", "control", "done"] = "char"
    on: bool = False
    private: bool = False

    def shows_press(self) -> bool:
        return not self.private

    def draw(self, painter: Painter) -> None:
        theme, p = painter.theme, painter.theme.palette
        radius = theme.dp(10)
        self.draw_focus(painter, radius)
        fill, ink, edge = p.surface, p.ink, p.border
        if self.role == "control":
            fill = p.soft if self.on else p.bg
            edge = p.accent if self.on else p.border
        elif self.role == "done" and self.enabled:
            fill, ink, edge = p.accent, p.on_accent, p.accent
        if not self.enabled:
            fill, ink, edge = p.well, mix(p.ink2, p.well, 0.5), p.line
        if self.pressed and not self.private:
            fill = mix(fill, p.accent, 0.25) if self.role != "done" else mix(fill, p.ink, 0.22)
        painter.box(self.rect, radius, fill, edge, theme.hairline)
        if self.icon:
            side = min(theme.dp(30), round(self.rect.h * 0.6))
            painter.icon(self.icon, self.rect.centred(side, side), ink)
            return
        style = BODY if self.role == "char" else BODY_STRONG if self.role == "done" else CHIP
        fit = painter.type.fit(self.text, style, self.rect.w - theme.dp(6))
        painter.text_in(self.rect, fit.lines[0], style, ink, "center", fit.cap_px)

    def text_shown(self) -> str:
        return self.text

    def trace(self) -> Trace:
        held = {"pressed": False} if self.private else {}
        return super().trace() | {"icon": self.icon, "on": self.on} | held


@dataclass(eq=False, repr=False)
class TextKeyboard(Widget):
    """A keyboard as wide as its rectangle: three rows of letters and one of controls.

    `speeches` are what shift, erase and space are called; `pages` stand on the key that changes to
    letters and on the one that changes to symbols.

    ``digits`` adds a row of digits above. ``page`` and ``shift`` are kept by the caller.
    """

    kind: ClassVar[str] = "keyboard"

    layout: Sequence[str] = QWERTY
    page: Literal["letters", "symbols"] = "letters"
    shift: bool = False
    digits: bool = False
    private: bool = False
    done_text: str = "Done"
    speeches: Sequence[str] = ("Shift", "Erase", "Space")
    pages: Sequence[str] = ("ABC", "?123")
    done_enabled: bool = field(default=True, compare=False)
    _keys: list[Widget] = field(default_factory=list, init=False, repr=False, compare=False)

    def size(self, type: Typesetter) -> Size:
        theme = type.theme
        return theme.panel.width_px, theme.dp(58 * (5 if self.digits else 4) + 24)

    def arrange(self, type: Typesetter) -> None:
        theme = type.theme
        area = self.rect.inset(theme.dp(14), theme.dp(10))
        lines = list(self.layout if self.page == "letters" else SYMBOLS)
        if self.digits and self.page == "letters":
            lines.insert(0, DIGITS)
        gap = theme.dp(6)
        widest = max(len(line) for line in lines)
        key_w = (area.w - gap * (widest - 1)) / widest
        strips = column(area, [1] * (len(lines) + 1), theme.dp(7))
        self._keys = []
        for i, (strip, line) in enumerate(zip(strips, lines, strict=False)):
            last = i == len(lines) - 1
            self._place_line(strip, line, key_w, gap, last)
        self._place_controls(strips[-1], key_w, gap)
        for key in self._keys:
            key.enabled = self.enabled and (key.action != "done" or self.done_enabled)

    def _place_line(self, strip: Rect, line: str, key_w: float, gap: int, last: bool) -> None:
        upper = self.shift and self.page == "letters"
        faces = [c.upper() if upper and len(c.upper()) == 1 else c for c in line]
        used = key_w * len(faces) + gap * (len(faces) - 1)
        left = strip.x + (strip.w - used) / 2
        for j, face in enumerate(faces):
            x0, x1 = round(left + j * (key_w + gap)), round(left + j * (key_w + gap) + key_w)
            key = TextKey(face, action=f"char:{face}", private=self.private)
            self._keys.append(key.place(Rect(x0, strip.y, x1 - x0, strip.h)))
        if not last:
            return
        side = max(0, round(left) - gap - strip.x)  # shift and erase take what the row leaves
        if self.page == "letters":
            key = TextKey("", "shift", "control", self.shift, action="shift")
            key.speech = self.speeches[0]
            self._keys.append(key.place(Rect(strip.x, strip.y, side, strip.h)))
        erase = TextKey("", "backspace", "control", action="erase", speech=self.speeches[1])
        self._keys.append(erase.place(Rect(strip.right - side, strip.y, side, strip.h)))

    def _place_controls(self, strip: Rect, key_w: float, gap: int) -> None:
        other: Literal["letters", "symbols"] = "symbols" if self.page == "letters" else "letters"
        name = self.pages[other == "symbols"]
        keys = [
            TextKey(name, role="control", action=f"page:{other}"),
            TextKey("-", action="char:-", private=self.private),
            TextKey("", "space", action="char: ", speech=self.speeches[2], private=self.private),
            TextKey(".", action="char:.", private=self.private),
            TextKey(self.done_text, role="done", action="done"),
        ]
        wide = round(key_w * 1.6)
        parts = [-wide, -round(key_w), 1, -round(key_w), -round(key_w * 2.2)]
        for key, cell in zip(keys, row(strip, parts, gap), strict=True):
            self._keys.append(key.place(cell))

    def parts(self) -> Sequence[Widget]:
        return self._keys

    def draw(self, painter: Painter) -> None:
        painter.fill(self.rect, "well")


@dataclass(eq=False, repr=False)
class TextField(Widget):
    """What was typed, with a caret, under a small caption. The end stays in sight."""

    kind: ClassVar[str] = "field"

    value: str = ""
    caption: str = ""
    placeholder: str = ""
    active: bool = True
    icon: str = ""
    tone: Literal["normal", "error"] = "normal"
    mirror: bool = False
    _right: bool = field(default=False, init=False, repr=False, compare=False)
    _shown: str = field(default="", init=False, repr=False, compare=False)

    def size(self, type: Typesetter) -> Size:
        return 0, type.theme.dp(72 + (30 if self.caption else 0))

    def _box(self, theme: Theme) -> Rect:
        return self.rect.cut_top(theme.dp(30))[1] if self.caption else self.rect

    def arrange(self, type: Typesetter) -> None:
        room = self.rect.w - type.theme.dp(2 * 18 + 8)
        room -= type.theme.dp(38) if self.icon else 0
        self._shown = type.tail(self.value, BODY, max(0, room))
        self._right = self.mirror
        if self.mirror and self.value:  # a name is written to the side that its letters run to
            from ui.lang.bidi import side

            self._right = side(self.value) == "R"

    def draw(self, painter: Painter) -> None:
        theme = painter.theme
        if self.caption:
            head = self.rect.cut_top(theme.dp(26))[0]
            start: Align = "right" if self.mirror else "left"
            painter.text_in(head, self.caption, CAPTION, "ink2", start)
        box = self._box(theme)
        edge: Role = "danger" if self.tone == "error" else "accent" if self.active else "border"
        thick = theme.dp(3) if self.active else max(theme.hairline, theme.dp(1.5))
        painter.box(box, theme.dp(14), "surface", edge, thick)
        inner = box.inset(theme.dp(18), 0)
        if self.icon:
            cut = inner.cut_right if self.mirror else inner.cut_left
            mark, inner = cut(theme.dp(28), theme.dp(12))
            painter.icon(self.icon, mark, "accent")
        used = 0
        align: Align = "right" if self._right else "left"
        if self._shown:
            used = painter.text_in(inner, self._shown, BODY, "ink", align, keep=False) + theme.dp(3)
        elif self.placeholder:
            hint = inner.inset(theme.dp(10), 0)
            painter.text_in(hint, self.placeholder, BODY, "ink2", align)
        end = inner.right - used - theme.dp(3) if self._right else inner.x + used
        if self.active:
            h = round(theme.cap_px(BODY) * 1.7)
            painter.fill(Rect(end, box.cy - h // 2, theme.dp(3), h), "accent")

    def text_shown(self) -> str:
        return self.value

    def trace(self) -> Trace:
        return super().trace() | {"caption": self.caption, "tone": self.tone}
