"""Lists: rows with a title, a line below it and a status, a page at a time.

Rules
    * On a panel that stands a row is higher.  Its status begins the line below its title there, and
      is the colour behind its icon.
    * No scrolling by drag: pages with large buttons, so that every row is a steady target.
    * The caller gives all rows and the page; the list shows the rows of that page and makes
      ``page:<n>``. A page out of range is shown as the nearest one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from ui.geometry import Rect, Size, flip
from ui.lang.glyphs import is_deep
from ui.paint import Align, Painter
from ui.text import NOTHING, Fitted, Typesetter
from ui.theme import BODY_STRONG, CAPTION, Role, Theme, mix
from ui.widgets.base import SHADOW_DP, Trace, Widget
from ui.widgets.basic import Label, outline
from ui.widgets.buttons import Button
from ui.widgets.status import TONES, StatusChip, Tone

TALL_ROWS: Final = 4
TALL_DP: Final = 150
"""Rows of a page of a panel that stands, and how high they are where there is room."""


@dataclass(eq=False, repr=False)
class Row(Widget):
    """A card with an icon, a title, a subtitle and a status chip; touchable if it has an action."""

    kind: ClassVar[str] = "row"

    title: str
    subtitle: str = ""
    chip: str = ""
    tone: Tone = "soft"
    icon: str = ""
    selected: bool = False
    mirror: bool = False
    _second: str = field(default="", init=False, repr=False, compare=False)
    _chip: StatusChip | None = field(default=None, init=False, repr=False, compare=False)
    _fits: tuple[Fitted, Fitted] = field(
        default=(NOTHING, NOTHING), init=False, repr=False, compare=False
    )
    _words: Rect = field(default=Rect(0, 0, 0, 0), init=False, repr=False, compare=False)

    def size(self, type: Typesetter) -> Size:
        return 0, type.theme.target_h

    def arrange(self, type: Typesetter) -> None:
        theme = type.theme
        pad, side, gap = self._left(theme)
        inner = self.rect.inset(pad, theme.dp(8))
        if self.icon:
            inner = inner.cut_left(side, gap)[1]
        if self.action:
            inner = inner.cut_right(theme.dp(18), theme.dp(14))[1]
        self._chip, self._second = None, self.subtitle
        if self.chip and theme.tall:
            self._second = f"{self.chip} · {self.subtitle}" if self.subtitle else self.chip
        elif self.chip:
            chip = StatusChip(self.chip, self.tone, mirror=self.mirror)
            w, h = chip.size(type)
            place, inner = inner.cut_right(min(w, self.rect.w // 2), theme.dp(16))
            place = place.centred(place.w, min(h, place.h))
            self._chip = chip.place(flip(place, self.rect) if self.mirror else place)
            self._chip.arrange(type)
        self._words = flip(inner, self.rect) if self.mirror else inner
        room = max(1, inner.w)
        if theme.tall:
            self._fits = self._stacked(type, room, inner.h)
            return
        self._fits = type.fit(self.title, BODY_STRONG, room), self._below(type, room)
        if any(fit.clipped for fit in self._fits):
            stacked = self._stacked(type, room, inner.h)
            if not any(fit.clipped for fit in stacked):
                self._fits = stacked
                return
        if theme.large and self._second:
            self._lower(theme)

    def _lower(self, theme: Theme) -> None:
        """Title and what is below it shrink together to the height of the row."""
        title, below = self._fits
        air = theme.dp(28 if is_deep(self.title) else 16)
        most, least = max(title.cap_px, below.cap_px), theme.plain_cap_px(BODY_STRONG)
        for cap in range(most, least - 1, -1):
            self._fits = (
                title._replace(cap_px=min(title.cap_px, cap)),
                below._replace(cap_px=min(below.cap_px, cap)),
            )
            if self._block(theme)[0] + air <= self.rect.h:
                return

    def _block(self, theme: Theme) -> tuple[int, int]:
        """(height of title and lines below it, gap between them)."""
        title, subtitle = self._fits
        full = subtitle.cap_px if theme.large else theme.cap_px(CAPTION)
        gap = round(full * (0.85 if len(subtitle.lines) < 2 else 0.65))
        if is_deep(self.title):
            gap = round(full * (1.1 if len(subtitle.lines) < 2 else 0.9))
        pitch = round(subtitle.cap_px * CAPTION.leading)
        more = self._pitch() * (len(title.lines) - 1)
        return title.cap_px + more + gap + subtitle.cap_px + pitch * (len(subtitle.lines) - 1), gap

    def _pitch(self) -> int:
        """From one line of the title to the next."""
        share = 1.0 if is_deep(self.title) else 0.92
        return round(self._fits[0].cap_px * BODY_STRONG.leading * share)

    def _stacked(self, type: Typesetter, room: int, height: int) -> tuple[Fitted, Fitted]:
        """Two lines of title at most and what is below it: in a row that is high or narrow."""
        half = height * 11 // 20 if self._second else height
        title = type.fit(self.title, BODY_STRONG, room, 2, half)
        used = round(title.cap_px * BODY_STRONG.leading * 0.92) * len(title.lines)
        most = 4 - len(title.lines)
        return title, type.fit(self._second, CAPTION, room, most, max(1, height - used))

    def _below(self, type: Typesetter, room: int) -> Fitted:
        """The line below the title; two small ones where one would be cut and there is height."""
        fit = type.fit(self._second, CAPTION, room)
        if fit.clipped and self.rect.h >= type.theme.dp(84):
            cap = fit.cap_px
            lines = type.wrap(self._second, CAPTION, room, cap)
            if len(lines) == 2:
                return Fitted(tuple(lines), cap, False)
        return fit

    @property
    def title_cap_px(self) -> int:
        return self._fits[0].cap_px

    def set_title(self, type: Typesetter, cap_px: int) -> None:
        """Show the title at this capital height, which is not above its own."""
        below, broken = self._fits[1], type.wrap(self.title, BODY_STRONG, self._words.w, cap_px)
        if len(broken) > len(self._fits[0].lines) or self._fits[0].clipped:
            line = type.ellipsis(self.title, BODY_STRONG, self._words.w, cap_px)
            self._fits = (Fitted((line,), cap_px, line != self.title), below)
            return
        self._fits = (Fitted(tuple(broken), cap_px, False), below)

    def parts(self) -> Sequence[Widget]:
        return (self._chip,) if self._chip else ()

    def bounds(self, theme: Theme) -> Rect:
        return self.rect.grow(theme.dp(SHADOW_DP))

    def draw(self, painter: Painter) -> None:
        theme, p = painter.theme, painter.theme.palette
        radius = theme.dp(18)
        self.draw_focus(painter, radius)
        lit = self.pressed or self.selected
        fill = mix(p.soft, p.accent, 0.12) if self.pressed else p.soft if lit else p.surface
        edge = p.accent if lit else p.border if self.action else p.line
        painter.box(self.rect, radius, fill, edge, theme.dp(2) if lit else theme.hairline)
        if self.icon:
            pad, side, _ = self._left(theme)
            mark = Rect(self.rect.x + pad, self.rect.y, side, self.rect.h)
            mark = flip(mark, self.rect) if self.mirror else mark
            ink: Role = "accent"
            if self.chip and theme.tall:
                back, ink = TONES[self.tone]
                painter.box(mark.centred(side, side), side, back, *outline(theme, ink))
                mark = mark.centred(side * 3 // 5, side * 3 // 5)
            painter.icon(self.icon, mark, ink)
        if self.action and self.enabled:
            side = theme.dp(20)
            x = self.rect.right - theme.dp(20) - side
            tip = Rect(x, self.rect.y, side, self.rect.h)
            name = "chevron-left" if self.mirror else "chevron-right"
            painter.icon(name, flip(tip, self.rect) if self.mirror else tip, "ink2", 2.2)
        self._draw_words(painter)

    def _left(self, theme: Theme) -> tuple[int, int, int]:
        """(padding, width of the icon, gap to the words)."""
        if theme.tall:
            return theme.dp(16), theme.dp(52 if self.chip else 40), theme.dp(16)
        return theme.dp(22), theme.dp(40), theme.dp(20)

    def _draw_words(self, painter: Painter) -> None:
        theme, words = painter.theme, self._words
        align: Align = "right" if self.mirror else "left"
        title, subtitle = self._fits
        ink: Role = "ink" if self.enabled or self._second else "ink2"
        x = words.right if self.mirror else words.x
        if not self._second:
            high = title.cap_px + self._pitch() * (len(title.lines) - 1)
            self._draw_title(painter, x, words.cy - high // 2, ink, align)
            return
        pitch = round(subtitle.cap_px * CAPTION.leading)
        block, gap = self._block(theme)
        y = words.cy - block // 2
        y = self._draw_title(painter, x, y, ink, align) + gap
        for place, line in enumerate(subtitle.lines):
            painter.text(x, y + place * pitch, line, CAPTION, "ink2", align, subtitle.cap_px)

    def spills(self, theme: Theme) -> bool:
        return bool(self._second) and self._block(theme)[0] > self.rect.h - theme.dp(4)

    def _draw_title(self, painter: Painter, x: int, y: int, ink: Role, align: Align) -> int:
        """The lines of the title from `y`; where the last one ends."""
        title = self._fits[0]
        for place, line in enumerate(title.lines):
            at = y + place * self._pitch()
            painter.text(x, at, line, BODY_STRONG, ink, align, title.cap_px)
        return y + self._pitch() * (len(title.lines) - 1) + title.cap_px

    def text_shown(self) -> str:
        return f"{self.title}\n{self._second}" if self._second else self.title

    def trace(self) -> Trace:
        clipped = any(fit.clipped for fit in self._fits)
        return super().trace() | {
            "icon": self.icon,
            "selected": self.selected,
            "clipped": clipped,
        }


@dataclass(eq=False, repr=False)
class ListView(Widget):
    """Rows that fit the height, and below them the pager when there are more."""

    kind: ClassVar[str] = "list"

    rows: Sequence[Row] = field(default=(), compare=False)
    page: int = 0
    empty_text: str = ""
    previous_text: str = "Previous"
    next_text: str = "Next"
    of_text: str = "{page} of {pages}"
    mirror: bool = False
    pages: int = field(default=1, init=False, compare=False)
    _parts: list[Widget] = field(default_factory=list, init=False, repr=False, compare=False)

    def arrange(self, type: Typesetter) -> None:
        theme = type.theme
        gap, row_h = theme.dp(10), theme.target_h
        if theme.tall:
            least = max(TALL_ROWS, len(self.rows))
            most = theme.dp(TALL_DP if any(one.subtitle for one in self.rows) else 100)
            row_h = max(row_h, min(most, (self.rect.h + gap) // least - gap))
        each = row_h + gap
        fits_all = (self.rect.h + gap) // each
        area = self.rect
        self._parts = []
        if len(self.rows) > fits_all:
            pager, area = self.rect.cut_bottom(theme.dp(72), gap)
            per_page = max(1, (area.h + gap) // each)
            row_h = min(theme.dp(104), (area.h + gap) // per_page - gap)
            each = row_h + gap
            self.pages = -(-len(self.rows) // per_page)
            at = self._clamped()
            self._place_pager(type, pager, at)
        else:
            per_page, self.pages, at = max(1, fits_all), 1, 0
        for i, item in enumerate(self.rows[at * per_page : (at + 1) * per_page]):
            item.mirror = self.mirror
            self._parts.append(item.place(Rect(area.x, area.y + i * each, area.w, row_h)))
        if not self.rows and self.empty_text:
            label = Label(self.empty_text, colour="ink2", align="center", middle=True)
            self._parts.append(label.place(area))
        for part in self._parts:
            part.arrange(type)
        self._even_titles(type)

    def _even_titles(self, type: Typesetter) -> None:
        """One size for all titles of a page: the smallest that any of them needed."""
        rows = [part for part in self._parts if isinstance(part, Row)]
        cap = min((row.title_cap_px for row in rows), default=0)
        for item in rows:
            item.set_title(type, cap)

    def _clamped(self) -> int:
        return max(0, min(self.page, self.pages - 1))

    def _place_pager(self, type: Typesetter, bar: Rect, at: int) -> None:
        width = type.theme.dp(190)
        before, rest = bar.cut_left(width)
        after, middle = rest.cut_right(width)
        if self.mirror:
            before, after = after, before
        back, on = ("arrow-right", "arrow-left") if self.mirror else ("arrow-left", "arrow-right")
        self._parts += [
            Button(
                self.previous_text, "chip", back, action=f"page:{at - 1}",
                mirror=self.mirror, enabled=at > 0,
            ).place(before),
            Label(
                self.of_text.format(page=at + 1, pages=self.pages), CAPTION, "ink2", "center", True
            ).place(middle),
            Button(
                self.next_text, "chip", on, action=f"page:{at + 1}",
                mirror=not self.mirror, enabled=at + 1 < self.pages,
            ).place(after),
        ]  # fmt: skip

    def parts(self) -> Sequence[Widget]:
        return self._parts

    def trace(self) -> Trace:
        return super().trace() | {
            "page": self._clamped(),
            "pages": self.pages,
            "rows": len(self.rows),
        }
