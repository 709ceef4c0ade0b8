"""A question over the screen.

Rules
    * The dialog is placed on the whole panel: it dims what is below, which cannot be touched.
    * Its card is sized from the words; the first button is the safe or usual answer.
    * The dialog itself is equal to another one with the same card: a ring that ticks inside it
      repaints the ring, not the panel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from ui.geometry import EMPTY, Rect, column, flip, row
from ui.paint import Painter
from ui.text import Typesetter
from ui.theme import BODY, TITLE, Role
from ui.widgets.base import Trace, Widget
from ui.widgets.basic import Icon, Label, Ring
from ui.widgets.buttons import Button


@dataclass(eq=False, repr=False)
class Dialog(Widget):
    """``title`` and ``body`` in a card, ``buttons`` below, a ring or an icon beside the title."""

    kind: ClassVar[str] = "dialog"
    modal: ClassVar[bool] = True

    title: str = field(compare=False)
    body: str = field(default="", compare=False)
    buttons: Sequence[Button] = field(default=(), compare=False)
    mark: Ring | Icon | None = field(default=None, compare=False)
    mirror: bool = False
    card: Rect = field(default=EMPTY, init=False)
    _parts: list[Widget] = field(default_factory=list, init=False, repr=False, compare=False)

    def turn(self) -> None:
        super().turn()
        for button in self.buttons:
            button.turn()

    def arrange(self, type: Typesetter) -> None:
        theme = type.theme
        pad, gap, side = theme.dp(36 if not theme.tall else 28), theme.dp(18), theme.dp(102)
        width = min(theme.dp(600), self.rect.w - theme.dp(48))
        inner_w = width - 2 * pad
        title_w = inner_w - (side + theme.dp(28) if self.mark else 0)
        title = Label(self.title, TITLE, middle=True)
        title_h = title.size(type, title_w)[1]
        top_h = max(title_h, side if self.mark else 0)
        body = Label(self.body, BODY, "ink2")
        body_h = body.size(type, inner_w)[1] if self.body else 0
        gap_h = theme.dp(22)
        wide = sum(b.size(type)[0] + gap for b in self.buttons) - gap
        stacked = theme.tall and wide > inner_w
        button_h = theme.dp(96) if self.buttons else 0
        if stacked:
            button_h = (theme.target_h + gap) * len(self.buttons) - gap
        height = 2 * pad + top_h + (body_h + gap_h if body_h else 0)
        height += button_h + gap_h if button_h else 0
        self.card = self.rect.centred(width, min(height, self.rect.h))
        inner = self.card.inset(pad)
        head, rest = inner.cut_top(top_h, gap_h)
        self._parts = []
        if self.mark:
            mark, words = head.cut_left(side, theme.dp(28))
            if self.mirror:
                mark, words = flip(mark, head), flip(words, head)
            self._parts.append(self.mark.place(mark))
        else:
            words = head
        self._parts.append(title.place(words))
        if self.mirror:
            title.align = body.align = "right"
        if body_h:
            text, rest = rest.cut_top(body_h, gap_h)
            self._parts.append(body.place(text))
        widths = [max(1, b.size(type)[0]) for b in self.buttons]
        for button in self.buttons if wide > inner_w else ():
            button.lines = 2
        cells = row(rest, widths, gap, mirror=self.mirror)
        if stacked:
            button_h, cells = theme.target_h, column(rest, [1] * len(self.buttons), gap)
        for button, cell in zip(self.buttons, cells, strict=True):
            button.tile = False
            self._parts.append(button.place(cell._replace(h=min(button_h, cell.h))))
        for part in self._parts:
            part.arrange(type)

    def parts(self) -> Sequence[Widget]:
        return self._parts

    def draw(self, painter: Painter) -> None:
        painter.dim(self.rect)
        theme = painter.theme
        edge: Role | None = "border" if theme.palette.flat else None
        painter.box(self.card, theme.dp(22), "surface", edge, theme.hairline, shadow=True)

    def text_shown(self) -> str:
        return f"{self.title}\n{self.body}" if self.body else self.title

    def trace(self) -> Trace:
        return super().trace() | {"card": list(self.card)}
