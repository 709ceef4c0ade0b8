"""What the screens share: a sheet to lay widgets on, header, footer, call card, cabinet map.

Theory of operation.  A screen is a function of a view and a `Sheet`.  It cuts the sheet's area into
rectangles and puts widgets into them; texts flow down a column, each as high as its lines.  All
lengths are in pixels of the drawing (`dp`) or come from the theme.

A panel lies or stands, and no screen is written twice.  `panes`, `figure`, `headed`, `cells` and
`buttons` put side by side on a panel that lies what they stack on one that stands (`tall`).  There
buttons that need more than one line of the footer ask for `lines`, and `laid` lays the screen out
a second time with a footer of that height.

Rules.  A screen decides nothing and keeps nothing.  It is laid out from the left; `put` turns it
round for a language that is read from the right, but for what is a picture of a thing (keypad,
codes, cabinet).  Buttons of the footer are 15 mm tall.  The
first widget is painted first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ui.geometry import Rect, flip, grid, row
from ui.model import MapColumn, Matrix, StaffView, View
from ui.text import Typesetter
from ui.theme import BODY, BODY_STRONG, CAPTION, CAPTION_STRONG, HEADING, TARGET_MM, Role, Style
from ui.widgets import (
    Banner,
    Button,
    CabinetMap,
    Card,
    Column,
    Door,
    DoorLook,
    Header,
    Icon,
    Label,
    QrCode,
    Widget,
)
from ui.words import raw, say, time, told

_W = TypeVar("_W", bound=Widget)


SPARE = 16
"""What a button gives up of its padding before it moves to another line, in the same."""

PADDING = 20
"""The padding of a button that it can do without, in the same."""

CARD_H = 84
"""Height of the call card, in pixels of the drawing."""


@dataclass
class Sheet:
    """An empty panel and the widgets put on it so far."""

    type: Typesetter
    lines: int = 1
    widgets: list[Widget] = field(default_factory=list)
    wanted: int = 1
    _first: int = 0

    def dp(self, reference_px: float) -> int:
        return self.type.theme.dp(reference_px)

    @property
    def panel(self) -> Rect:
        return Rect(0, 0, *self.type.theme.size)

    @property
    def tall(self) -> bool:
        """Whether the panel stands."""
        return self.type.theme.tall

    @property
    def inner(self) -> Rect:
        """The panel without its side margins."""
        return self.panel.inset(self.type.theme.margin, 0)

    @property
    def footer(self) -> Rect:
        """Where the buttons at the bottom stand: `lines` of them."""
        theme = self.type.theme
        high = theme.target_h * self.lines + theme.gap * (self.lines - 1)
        return self.inner.cut_bottom(theme.dp(24) + high)[0].cut_top(high)[0]

    @property
    def bar_h(self) -> int:
        """Height of the bar across the top; two lines of words on a panel that stands."""
        return self.dp(76 + 14 * self.type.theme.large if self.tall else 52)

    def body(self, area: Rect, gap: float = 12) -> Rect:
        """What of an area lies over the footer and `gap`."""
        return area._replace(h=max(0, self.footer.y - self.dp(gap) - area.y))

    def panes(
        self, area: Rect, beside: float, gap: float = 24, least: float = 250
    ) -> tuple[Rect, Rect]:
        """(words, what stands at their right), which is `beside` wide.

        On a panel that stands it is below them and as high as it would be wide, if `least` is left
        for the words, and both end over the footer.
        """
        if not self.tall:
            place, words = area.cut_right(self.dp(beside), self.dp(gap))
            return words, place
        area = area._replace(h=max(0, min(area.bottom, self.footer.y - self.dp(18)) - area.y))
        high = min(self.dp(beside), max(0, area.h - self.dp(least)))
        place, words = area.cut_bottom(high, self.dp(gap))
        return words, place

    def grown(self, length: float) -> float:
        """A length that words take, with what large text adds to it."""
        return length * (1 + 0.35 * self.type.theme.large)

    def figure(self, area: Rect, icon: Icon, side: float = 200, gap: float = 36) -> Rect:
        """A large sign at the left of the words, or over them; what is left for these."""
        if self.tall:
            place, words = area.cut_top(self.dp(side), self.dp(28))
            self.put(Card(icon.patch or "soft", border=False), place)
            mark = round(place.h * 0.9)
            self.put(icon, place.centred(mark, mark))
            return words
        patch, words = area.cut_left(self.dp(side), self.dp(gap))
        self.put(icon, patch.cut_top(patch.w)[0])
        return words

    def sign(
        self, area: Rect, icon: str, working: bool, side: float = 200, gap: float = 36
    ) -> Rect:
        """What a device reads, or that it is out of order, as a figure beside the words."""
        if working:
            return self.figure(
                area, Icon(icon, "accent", "soft", round=False, share=0.6), side, gap
            )
        broken = Icon("stop", "on_warn", "warn_soft", round=False, share=0.5)
        return self.figure(area, broken, side, gap)

    def cells(self, area: Rect, several: int, columns: int, gap: float, most: float) -> list[Rect]:
        """Places of the same size in reading order, none higher than `most`.

        `columns`: side by side on a panel that lies; on one that stands they are one.
        """
        columns = 1 if self.tall else columns
        rows = -(-several // columns)
        high = min(self.dp(most), (area.h - self.dp(gap) * (rows - 1)) // max(1, rows))
        whole = area._replace(h=high * rows + self.dp(gap) * (rows - 1))
        return grid(whole, columns, rows, self.dp(gap))[:several]

    def put(self, widget: _W, rect: Rect) -> _W:
        """Place a widget; on the other side of the panel where lines run from the right."""
        if self.type.theme.rtl:
            widget.turn()
            rect = flip(rect, self.panel)
        self.widgets.append(widget.place(rect))
        return widget

    # -- text ------------------------------------------------------------------------------------

    def text(
        self,
        area: Rect,
        words: str,
        style: Style = BODY,
        colour: Role = "ink",
        gap: float = 0,
        *,
        secret: bool = False,
    ) -> Rect:
        """Words at the top of `area`, as high as their lines; what is left below them and `gap`."""
        label = Label(words, style, colour, secret=secret)
        height = min(area.h, label.size(self.type, area.w)[1])
        head, rest = area.cut_top(height, self.dp(gap))
        self.put(label, head)
        return rest

    def text_h(self, words: str, style: Style, width: int) -> int:
        """How high `text` would be."""
        return Label(words, style).size(self.type, width)[1]

    # -- furniture -------------------------------------------------------------------------------

    def header(self, view: View, area: Rect | None = None, *, clock: bool = True) -> Rect:
        """The product's mark, the site, the time; what is left below."""
        area = self.inner if area is None else area
        top = area._replace(y=area.y + self.dp(22), h=self.dp(30))
        self.put(Header(view.site, time(view.clock) if clock else ""), top)
        return area.cut_top(self.dp(22 + 30), self.dp(18))[1]

    def staff_bar(self, view: StaffView, title: str, asked: str = "") -> Rect:
        """The bar of a staff session, or what came of the last request; what is left below.

        `asked`: what is chosen here, for whoever hears the screen and sees no list.
        """
        bar, rest = self.panel.cut_top(self.bar_h)
        ends = say("staff.ends", time=time(view.person.ends)) if view.person.ends else ""
        if view.notice:
            self.put(Banner(told(view.notice), tone="warn", icon="info"), bar)
            return rest.inset(self.type.theme.margin, 0)
        made = self.put(Banner(title, ends, icon="badge"), bar)
        heard = title
        if ends:
            heard = say("speech.staff", who=title, time=time(view.person.ends))
        made.speech = f"{asked}\n{heard}" if asked else heard
        return rest.inset(self.type.theme.margin, 0)

    def buttons(self, left: Sequence[Button], right: Sequence[Button] = ()) -> Rect:
        """Buttons along the footer, each as wide as its words; what lies between the two groups.

        Where they need more than there is, each gives up some of its padding.  On a panel that
        stands they take more lines instead, the group at the right above, and fill them.
        """
        gap, space = self.type.theme.gap, self.footer
        every = [*left, *right]
        self._first = len(self.widgets)
        if self.tall and (right or not self._fit(every, space.w)):
            return self._stacked(left, right)
        if self.lines > 1:
            space = space.cut_bottom(self.type.theme.target_h)[0]
        sizes = dict(zip(map(id, every), self._sizes(every, space.w), strict=True))
        for button in left:
            place, space = space.cut_left(sizes[id(button)], gap)
            self.put(button, place)
        for button in reversed(right):
            place, space = space.cut_right(sizes[id(button)], gap)
            self.put(button, place)
        return space

    def _sizes(self, every: Sequence[Button], width: int) -> list[int]:
        """How wide each button of one line is.  Words that need more break into two lines."""
        natural = [one.size(self.type)[0] for one in every]
        over = sum(natural) + self.type.theme.gap * (len(every) - 1) - width
        if over <= 0:
            return natural
        less = -(-over // len(every))
        if less <= self.dp(PADDING):
            return [one - less for one in natural]
        least = [self._least(one, wide) for one, wide in zip(every, natural, strict=True)]
        spare = sum(natural) - sum(least)
        if spare < over:
            return [one - less for one in natural]
        for button in every:
            button.lines = 2
        share = over / spare
        return [
            wide - math.ceil(share * (wide - low)) for wide, low in zip(natural, least, strict=True)
        ]

    def _least(self, button: Button, natural: int) -> int:
        """How wide a button must be if its words stand in two lines."""
        words = button.text.split()
        if len(words) < 2:
            return natural - self.dp(PADDING)
        whole = self.type.width(button.text, button.style)
        cuts = ((" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words)))
        narrow = min(max(self.type.width(one, button.style) for one in cut) for cut in cuts)
        return natural - self.dp(PADDING) - (whole - narrow)

    def _fit(self, buttons: Sequence[Button], width: int) -> bool:
        """Whether they stand in one line, if each gives up a little of its padding."""
        gap = self.type.theme.gap
        least = sum(one.size(self.type)[0] - self._spare(one) + gap for one in buttons)
        return least - gap <= width

    def _spare(self, button: Button) -> int:
        """What a button may give up, in pixels: it stays as wide as a finger needs."""
        theme = self.type.theme
        least = theme.mm_x(TARGET_MM * theme.small) + 1
        return max(0, min(self.dp(SPARE), button.size(self.type)[0] - least))

    def _line(self, line: Sequence[Button], strip: Rect) -> None:
        """Buttons that fill a line of the footer, each in proportion to its words."""
        gap, wide = self.type.theme.gap, [float(one.size(self.type)[0]) for one in line]
        over = sum(wide) + gap * (len(line) - 1) - strip.w
        if over > 0:
            spare = [self._spare(one) for one in line]
            share = over / max(1, sum(spare))
            wide = [share * less - one for one, less in zip(wide, spare, strict=True)]
        for button, cell in zip(line, row(strip, wide, gap), strict=True):
            self.put(button, cell)

    def _stacked(self, left: Sequence[Button], right: Sequence[Button]) -> Rect:
        """The buttons in as many lines as they need; the empty place beside the first line."""
        theme, lines = self.type.theme, list[list[Button]]()
        every = [*left, *right]
        for button in every if self._fit(every, self.footer.w) else [*right, *left]:
            if lines and self._fit([*lines[-1], button], self.footer.w):
                lines[-1].append(button)
            else:
                lines.append([button])
        self.wanted = max(self.wanted, len(lines))
        place = self.footer
        place, _ = place.cut_bottom(theme.target_h * len(lines) + theme.gap * (len(lines) - 1))
        for line in lines:
            strip, place = place.cut_top(theme.target_h, theme.gap)
            self._line(line, strip)
        return self.footer._replace(w=0)

    def over_buttons(self, fill: Callable[[Rect], None]) -> None:
        """Let `fill` use a line of the footer over its buttons; it comes before them."""
        self.wanted = max(self.wanted + 1, 2)
        below, self.widgets = self.widgets[self._first :], self.widgets[: self._first]
        fill(self.footer.cut_top(self.type.theme.target_h)[0])
        self.widgets += below

    def above_footer(self, height: float) -> Rect:
        """A strip of this height over the footer."""
        h, footer = self.dp(height), self.footer
        return footer._replace(y=footer.y - self.dp(14) - h, h=h)

    def call_card(self, view: View, reference: str, card: Rect) -> None:
        """Whom to call and what to quote; when, if there is room for that too."""
        if self.type.theme.large:  # large words above it need the room
            card = card.cut_bottom(min(card.h, self.dp(80)))[0]
        self.put(Card(), card)
        across = self.dp(14 if self.tall else 26)
        side, gap = self.dp(36 if self.tall else 40), self.dp(10 if self.tall else 22)
        inner = card.inset(across, self.dp(3 if self.type.theme.large else 10))
        icon, words = inner.cut_left(side, gap)
        self.put(Icon("phone", "accent"), icon.centred(side, side))
        top, below = words.cut_top(words.h // 2)
        call = say("call", phone=view.phone)
        if self.type.width(call, BODY_STRONG) > top.w:
            call = raw(view.phone)  # the sign beside it says what to do with it
        style = BODY_STRONG
        if self.tall and self.type.fit(call, style, top.w).clipped:
            style = CAPTION_STRONG
        heard = Label(call, style, middle=True, lines=1, speech=say("call", phone=view.phone))
        self.put(heard, top)
        quote = say("quote", reference=reference)
        longer = f"{quote} · {raw(view.hours)}"
        if view.hours and self.type.width(longer, CAPTION) <= below.w:
            quote = longer
        heard = Label(quote, CAPTION, "ink2", middle=True, lines=1)
        heard.speech = ". ".join(filter(None, (say("quote", reference=reference), view.hours)))
        self.put(heard, below)

    def once(self, words: Rect, matrix: Matrix, speech: str, warning: str) -> Rect:
        """A code with the warning below it that it is shown once; what is left for words."""
        place = self.panel.inset(self.dp(28)).cut_right(self.dp(300))[0]
        note_h = 2 * self.type.theme.line_px(CAPTION)
        left = words._replace(w=place.x - self.dp(28) - words.x)
        side = place.w
        if self.tall:
            high = 300 + 12 + note_h / self.type.theme.scale
            left, place = self.panes(words, high, 20, self.grown(250))
            side = max(1, place.h - self.dp(12) - note_h)
        symbol, below = place.cut_top(side, self.dp(12))
        if matrix:
            self.put(QrCode(matrix, speech), symbol)
        below = below._replace(h=min(below.h, note_h))
        self.put(Label(warning, CAPTION, "ink2", "center", lines=2), below)
        return left

    def headed(self, area: Rect, icon: str, title: str, patch: Role = "warn_soft") -> Rect:
        """A round icon and a title beside it, or below it; what is left below both."""
        side = self.dp(108 - 24 * self.type.theme.large)  # words come before signs
        colour: Role = "on_soft" if patch == "soft" else "on_warn"
        sign = Icon(icon, colour, patch, share=0.42)
        if self.tall:
            mark, rest = area.cut_top(self.dp(24))[1].cut_top(side, self.dp(28))
            self.put(sign, mark._replace(w=side))
            return self.text(rest, title, HEADING, gap=14)
        words_h = self.text_h(title, HEADING, area.w - side - self.dp(28))
        gap = self.dp(16 - 10 * self.type.theme.large)
        head, rest = area.cut_top(max(side, min(self.dp(108), words_h)), gap)
        mark, words = head.cut_left(side, self.dp(28))
        self.put(sign, mark.centred(side, side))
        self.put(Label(title, HEADING, middle=True), words)
        return rest

    def cabinet(
        self, area: Rect, columns: Sequence[MapColumn], unit: str, look: DoorLook
    ) -> CabinetMap:
        """The map of the cabinet with one door marked."""
        return self.doors(area, columns, {unit: look}, _where(columns, unit))

    def doors(
        self,
        area: Rect,
        columns: Sequence[MapColumn],
        looks: Mapping[str, DoorLook],
        speech: str = "",
        pick: bool = False,
    ) -> CabinetMap:
        """The map of the cabinet with doors as given, the others plain.  `pick`: by touch."""
        last = len(columns) - 1
        made = tuple(
            Column(
                tuple(
                    Door(
                        door.unit,
                        door.unit,
                        door.units,
                        looks.get(door.unit, "plain") if door.unit else "blank",
                        "left" if place == last else "right",
                    )
                    for door in column.doors
                ),
                column.width_mm,
                column.screen,
            )
            for place, column in enumerate(columns)
        )
        return self.put(CabinetMap(made, pick=pick, speech=speech), area)


def laid(type: Typesetter, fill: Callable[[Sheet], None]) -> Sheet:
    """A sheet that `fill` has filled, with a footer as high as its buttons need."""
    sheet = Sheet(type)
    fill(sheet)
    if sheet.wanted > sheet.lines:
        sheet = Sheet(type, sheet.wanted)
        fill(sheet)
    return sheet


def _where(columns: Sequence[MapColumn], unit: str) -> str:
    """The place of a door in words: what the map shows, for whoever does not see it."""
    for place, column in enumerate(columns, 1):
        units = [door.unit for door in column.doors if door.unit]
        if unit in units:
            return say("map.where", unit=unit, column=place, row=units.index(unit) + 1)
    return ""
