"""Typing words on the glass: a field and a keyboard.

Rules
    * A key looks pressed while it is held and acts when it goes down; a ``private`` keyboard shows
      nothing, like the code pad.
    * Layouts are data (`ui.keyboards`).  Keys are never mirrored; the field follows the direction
      of what is typed, and the panel's while it is empty.
    * Actions: ``char:<c>``, ``erase``, ``shift``, ``script``, ``page:<page>``, ``done``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from ui.geometry import Rect, Size, column, row
from ui.keyboards import (
    AZERTY,
    BEHIND,
    DIGITS,
    FACES,
    PAGES,
    QWERTY,
    QWERTZ,
    Layout,
    Page,
    capital,
    face_of,
)
from ui.lang.glyphs import is_plain
from ui.paint import Align, Painter
from ui.text import NOTHING, Fitted, Typesetter
from ui.theme import BODY, BODY_STRONG, CAPTION, CHIP, Role, Theme, mix
from ui.widgets.base import Trace, Widget

__all__ = ["AZERTY", "QWERTY", "QWERTZ", "TextField", "TextKey", "TextKeyboard"]

ROW_DP: Final = 61
"""Height of a row with its gap: keys of 10 mm on a panel of 86 mm."""

TALL_ROW_DP: Final = 80
"""The same on a panel that stands, whose keys are narrow and high."""


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

    `speeches` are what shift, erase, space, the change of letters and the pages of accents are
    called; `pages` stand on the key that changes to letters and on the one that changes to symbols.
    `other`: the layout that a key changes to, if there is one.

    ``digits`` adds a row of digits above. ``page`` and ``shift`` are kept by the caller.
    """

    kind: ClassVar[str] = "keyboard"

    layout: Layout = QWERTY
    other: Layout | None = None
    page: Page = "letters"
    shift: bool = False
    digits: bool = False
    private: bool = False
    done_text: str = "Done"
    speeches: Sequence[str] = ("Shift", "Erase", "Space", "Other letters", "Letters with accents")
    pages: Sequence[str] = ("ABC", "?123")
    done_enabled: bool = field(default=True, compare=False)
    _keys: list[Widget] = field(default_factory=list, init=False, repr=False, compare=False)

    def size(self, type: Typesetter) -> Size:
        theme = type.theme
        return theme.panel.width_px, theme.dp(
            (TALL_ROW_DP if theme.tall else ROW_DP) * (5 if self.digits else 4) + 20
        )

    def _rows(self) -> list[Sequence[str]]:
        """What the keys of the page on show type."""
        if self.page == "letters":
            rows = self.layout.keys(self.shift)
        elif self.page == "symbols" or not self.shift:
            rows = PAGES[self.page]
        else:
            rows = tuple(tuple(capital(one) for one in row) for row in PAGES[self.page])
        return [DIGITS, *rows] if self.digits and self.page == "letters" else list(rows)

    def arrange(self, type: Typesetter) -> None:
        theme = type.theme
        area = self.rect.inset(theme.dp(6 if theme.tall else 14), theme.dp(10))
        lines, gap = self._rows(), theme.dp(4 if theme.tall else 6)
        widest = max(len(line) for line in lines)
        key_w = (area.w - gap * (widest - 1)) / widest
        strips = column(area, [1] * (len(lines) + 1), theme.dp(6))
        self._keys = []
        for strip, line in zip(strips, lines, strict=False):
            left = self._place_line(strip, line, key_w, gap)
        self._place_sides(strips[-2], max(0, left - gap - strips[-2].x))
        self._place_controls(strips[-1], gap)
        for key in self._keys:
            key.enabled = self.enabled and (key.action != "done" or self.done_enabled)

    def _place_line(self, strip: Rect, line: Sequence[str], key_w: float, gap: int) -> int:
        """Put a row of keys into the middle of a strip; where its first key begins."""
        used = key_w * len(line) + gap * (len(line) - 1)
        left = strip.x + (strip.w - used) / 2
        for place, char in enumerate(line):
            x0 = round(left + place * (key_w + gap))
            x1 = round(left + place * (key_w + gap) + key_w)
            key = TextKey(face_of(char), action=f"char:{char}", private=self.private)
            self._keys.append(key.place(Rect(x0, strip.y, x1 - x0, strip.h)))
        return round(left)

    def _place_sides(self, strip: Rect, side: int) -> None:
        """Shift, or the page behind this one, and erase take what the last row leaves."""
        if self.page == "letters":
            key = TextKey("", "shift", "control", self.shift, action="shift")
            key.speech = self.speeches[0]
        else:
            behind = BEHIND[self.page]
            key = TextKey(FACES[behind], role="control", action=f"page:{behind}")
            key.speech = f"{self.speeches[4]} {FACES[behind]}"
        self._keys.append(key.place(Rect(strip.x, strip.y, side, strip.h)))
        erase = TextKey("", "backspace", "control", action="erase", speech=self.speeches[1])
        self._keys.append(erase.place(Rect(strip.right - side, strip.y, side, strip.h)))

    def _place_controls(self, strip: Rect, gap: int) -> None:
        to: Page = "symbols" if self.page == "letters" else "letters"
        key_w = round((strip.w - 9 * gap) / 10)
        keys = [
            TextKey(self.pages[to == "symbols"], role="control", action=f"page:{to}"),
            TextKey("-", action="char:-", private=self.private),
            TextKey("", "space", action="char: ", speech=self.speeches[2], private=self.private),
            TextKey(".", action="char:.", private=self.private),
            TextKey(self.done_text, role="done", action="done"),
        ]
        parts = [-round(key_w * 1.6), -key_w, 1, -key_w, -round(key_w * 2.2)]
        if self.other is not None and self.page == "letters":
            face = self.other.face
            switch = TextKey(face, role="control", action="script")
            switch.speech = f"{self.speeches[3]} {face}"
            keys.insert(1, switch)
            parts.insert(1, -round(key_w * 1.4))
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
    _hint: Fitted = field(default=NOTHING, init=False, repr=False, compare=False)

    def size(self, type: Typesetter) -> Size:
        return 0, type.theme.dp(72 + (30 if self.caption else 0))

    def _box(self, theme: Theme) -> Rect:
        return self.rect.cut_top(theme.dp(30))[1] if self.caption else self.rect

    def arrange(self, type: Typesetter) -> None:
        room = self.rect.w - type.theme.dp(2 * 18 + 8)
        room -= type.theme.dp(38) if self.icon else 0
        self._shown = type.tail(self.value, BODY, max(0, room))
        self._hint = NOTHING
        if self.placeholder and not self.value:
            self._hint = type.fit(self.placeholder, BODY, max(1, room - type.theme.dp(20)), 2)
        self._right = self.mirror
        if self.value and (self.mirror or not is_plain(self.value)):
            from ui.lang.bidi import side  # a name is written to the side that its letters run to

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
            pitch = round(self._hint.cap_px * BODY.leading * 0.9)
            hint = inner.inset(theme.dp(10), 0)
            hint = hint.move(0, -pitch * (len(self._hint.lines) - 1) // 2)
            for place, line in enumerate(self._hint.lines):
                cap = self._hint.cap_px
                painter.text_in(hint.move(0, place * pitch), line, BODY, "ink2", align, cap)
        end = inner.right - used - theme.dp(3) if self._right else inner.x + used
        if self.active:
            h = round(theme.cap_px(BODY) * 1.7)
            painter.fill(Rect(end, box.cy - h // 2, theme.dp(3), h), "accent")

    def text_shown(self) -> str:
        return self.value

    def trace(self) -> Trace:
        return super().trace() | {"caption": self.caption, "tone": self.tone}
