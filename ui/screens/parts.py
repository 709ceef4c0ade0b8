"""What the screens share: a sheet to lay widgets on, header, footer, call card, cabinet map.

Theory of operation.  A screen is a function of a view and a `Sheet`.  It cuts the sheet's area into
rectangles and puts widgets into them; texts flow down a column, each as high as its lines.  All
lengths are in pixels of the 800x480 drawing (`dp`) or come from the theme.

Rules.  A screen decides nothing and keeps nothing.  It is laid out from the left; `put` turns it
round for a language that is read from the right, but for what is a picture of a thing (keypad,
codes, cabinet).  Buttons of the footer are 15 mm tall.  The
first widget is painted first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ui.geometry import Rect, flip
from ui.model import MapColumn, StaffView, View
from ui.text import Typesetter
from ui.theme import BODY, BODY_STRONG, CAPTION, HEADING, Role, Style
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
    Widget,
)
from ui.words import raw, say, time, told

_W = TypeVar("_W", bound=Widget)


CARD_H = 84
"""Height of the call card, in pixels of the drawing."""


@dataclass
class Sheet:
    """An empty panel and the widgets put on it so far."""

    type: Typesetter
    widgets: list[Widget] = field(default_factory=list)

    def dp(self, reference_px: float) -> int:
        return self.type.theme.dp(reference_px)

    @property
    def panel(self) -> Rect:
        return Rect(0, 0, *self.type.theme.size)

    @property
    def inner(self) -> Rect:
        """The panel without its side margins."""
        return self.panel.inset(self.type.theme.margin, 0)

    @property
    def footer(self) -> Rect:
        """Where the buttons at the bottom stand."""
        theme = self.type.theme
        return self.inner.cut_bottom(theme.dp(24) + theme.target_h)[0].cut_top(theme.target_h)[0]

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

    def staff_bar(self, view: StaffView, title: str) -> Rect:
        """The bar of a staff session, or what came of the last request; what is left below."""
        bar, rest = self.panel.cut_top(self.dp(52))
        ends = say("staff.ends", time=time(view.person.ends)) if view.person.ends else ""
        if view.notice:
            self.put(Banner(told(view.notice), tone="warn", icon="info"), bar)
        else:
            self.put(Banner(title, ends, icon="badge"), bar)
        return rest.inset(self.type.theme.margin, 0)

    def buttons(self, left: Sequence[Button], right: Sequence[Button] = ()) -> Rect:
        """Buttons along the footer, each as wide as its words; what lies between the two groups.

        Where they need more than there is, each gives up some of its padding.
        """
        gap, space = self.type.theme.gap, self.footer
        every = [*left, *right]
        wide = sum(one.size(self.type)[0] for one in every) + gap * (len(every) - 1) - space.w
        less = -(-max(0, wide) // len(every)) if every else 0
        for button in left:
            place, space = space.cut_left(button.size(self.type)[0] - less, gap)
            self.put(button, place)
        for button in reversed(right):
            place, space = space.cut_right(button.size(self.type)[0] - less, gap)
            self.put(button, place)
        return space

    def above_footer(self, height: float) -> Rect:
        """A strip of this height over the footer."""
        h, footer = self.dp(height), self.footer
        return footer._replace(y=footer.y - self.dp(14) - h, h=h)

    def call_card(self, view: View, reference: str, card: Rect) -> None:
        """Whom to call and what to quote; when, if there is room for that too."""
        self.put(Card(), card)
        inner = card.inset(self.dp(26), self.dp(10))
        icon, words = inner.cut_left(self.dp(40), self.dp(22))
        self.put(Icon("phone", "accent"), icon.centred(self.dp(40), self.dp(40)))
        top, below = words.cut_top(words.h // 2)
        call = say("call", phone=view.phone)
        if self.type.width(call, BODY_STRONG) > top.w:
            call = raw(view.phone)  # the sign beside it says what to do with it
        self.put(Label(call, BODY_STRONG, middle=True, lines=1), top)
        quote = say("quote", reference=reference)
        longer = f"{quote} · {raw(view.hours)}"
        if view.hours and self.type.width(longer, CAPTION) <= below.w:
            quote = longer
        self.put(Label(quote, CAPTION, "ink2", middle=True, lines=1), below)

    def headed(self, area: Rect, icon: str, title: str, patch: Role = "warn_soft") -> Rect:
        """A round icon and a title of one or two lines beside it; what is left below."""
        head, rest = area.cut_top(self.dp(108), self.dp(16))
        mark, words = head.cut_left(self.dp(108), self.dp(28))
        colour: Role = "on_soft" if patch == "soft" else "on_warn"
        self.put(Icon(icon, colour, patch, share=0.42), mark)
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


def _where(columns: Sequence[MapColumn], unit: str) -> str:
    """The place of a door in words: what the map shows, for whoever does not see it."""
    for place, column in enumerate(columns, 1):
        units = [door.unit for door in column.doors if door.unit]
        if unit in units:
            return say("map.where", unit=unit, column=place, row=units.index(unit) + 1)
    return ""
