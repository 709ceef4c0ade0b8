"""The telephone beside the kiosk: messages as a recipient gets them.

Theory of operation.  The body is taller than its place, so that its lower end is hidden behind what
stands below it.  One message is opened and shows its PIN in threes and its QR code; the others are
rows to tap.

Rules.  What can be pressed works: the opened message is shown to the scanner, a row opens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from ui.geometry import EMPTY, Rect
from ui.model import Matrix
from ui.paint import Painter
from ui.text import NOTHING, Fitted, Typesetter
from ui.theme import CAPTION, CAPTION_STRONG, RGB, TITLE, Theme, mix
from ui.widgets import Label, StatusChip, Trace, Widget
from ui.widgets.status import Tone
from ui.workbench.model import Sms, Status
from ui.workbench.parts import FINE, FINE_STRONG, PIN, DeskButton

BODY: Final[RGB] = (17, 24, 27)
EDGE: Final[RGB] = (92, 106, 110)
SCREEN: Final[RGB] = (246, 248, 248)
BUBBLE: Final[RGB] = (231, 238, 237)
GLOW: Final[RGB] = (255, 184, 28)
TALL: Final = 2.05  # of the width: how tall the body would be if it were seen whole
STATUS: Final[dict[Status, tuple[str, Tone]]] = {
    "ready": ("Ready", "soft"),
    "early": ("Early", "warn"),
    "ended": ("Ended", "danger"),
    "held": ("On hold", "warn"),
    "open": ("Door open", "soft"),
    "collected": ("Collected", "soft"),
    "done": ("Ended", "soft"),
}
CARD_H: Final = 196
ROW_H: Final = 54
GAP: Final = 6
SYMBOL: Final = 104
HEAD_H: Final = 63
CASE: Final = 9
HIDDEN: Final = 24  # of its height, behind what stands below


@dataclass(eq=False, repr=False)
class PhoneBody(Widget):
    """Case, glass, the island of the camera, and the bar with the time."""

    kind: ClassVar[str] = "phone"

    clock: str
    buzzing: bool = False

    @property
    def glass(self) -> Rect:
        """The lit part."""
        x, y, w, h = self.rect
        return Rect(x + CASE, y + CASE, w - 2 * CASE, h - CASE)

    def bounds(self, theme: Theme) -> Rect:
        return self.rect.grow(16)

    def draw(self, painter: Painter) -> None:
        whole = self.rect._replace(h=max(self.rect.h + 60, round(self.rect.w * TALL)))
        if self.buzzing:
            self._draw_buzz(painter)
        with painter.clipped(self.rect.grow(16)._replace(h=self.rect.h + 16)):
            painter.box(whole, 48, EDGE)
            painter.box(whole.inset(2), 46, BODY)
            painter.box(whole.inset(CASE), 48 - CASE, SCREEN)
        island = Rect(self.rect.cx - 44, self.rect.y + 17, 88, 20)
        painter.box(island, 20, BODY)
        painter.circle(island.right - 12, island.cy, 8, mix(BODY, (90, 130, 160), 0.45))
        bar = Rect(self.rect.x + 36, island.y, self.rect.w - 72, island.h)
        painter.text_in(bar, self.clock, FINE_STRONG, "ink")
        painter.icon("network", Rect(bar.right - 40, bar.y, 14, bar.h), "ink", 2.2)
        cell = Rect(bar.right - 20, bar.cy - 5, 19, 10)
        painter.box(cell, 3, "ink")
        painter.box(cell.inset(1), 2, SCREEN)
        painter.box(Rect(cell.x + 2, cell.y + 2, 12, 6), 1, "ink")

    def _draw_buzz(self, painter: Painter) -> None:
        """Strokes at both sides of the case."""
        for far, h in ((6, 52), (12, 30)):
            for x in (self.rect.x - far, self.rect.right + far - 3):
                y = self.rect.y + 120 - h // 2
                painter.box(Rect(x, y, 3, h), 2, GLOW)

    def text_shown(self) -> str:
        return self.clock

    def trace(self) -> Trace:
        return super().trace() | {"buzzing": self.buzzing}


@dataclass(eq=False, repr=False)
class SmsRow(Widget):
    """A message that is not opened: sender, item, status."""

    kind: ClassVar[str] = "sms-row"

    sender: str
    sms: Sms
    fresh: bool = False
    _item: str = field(default="", init=False, repr=False, compare=False)
    _chip: StatusChip | None = field(default=None, init=False, repr=False, compare=False)

    def arrange(self, type: Typesetter) -> None:
        text, tone = STATUS[self.sms.status]
        chip = StatusChip(text, tone)
        wide = type.width(text, CAPTION_STRONG) + 20
        inner = self.rect.inset(12, 0)
        place = inner.cut_right(wide)[0].centred(wide, 24)
        self._chip = chip.place(place)
        chip.arrange(type)
        room = place.x - 10 - (inner.x + 46)
        self._item = type.ellipsis(_about(self.sms), CAPTION, max(1, room))

    def parts(self) -> Sequence[Widget]:
        return (self._chip,) if self._chip else ()

    def draw(self, painter: Painter) -> None:
        fill = mix(BUBBLE, (10, 92, 86), 0.16) if self.pressed else BUBBLE
        painter.box(self.rect, 14, fill)
        mark, words = self.rect.inset(12, 0).cut_left(34, 12)
        _avatar(painter, mark)
        top, low = words.inset(0, 9).cut_top((words.h - 18) // 2)
        end = painter.text_in(top, self.sender, CAPTION_STRONG, "ink")
        painter.text_in(top.cut_left(end + 8)[1], self.sms.sent, FINE, "ink2")
        if self.fresh:
            painter.circle(self.rect.x + 12, self.rect.y + 14, 10, "highlight")
        painter.text_in(low, self._item, CAPTION, "ink2")

    def text_shown(self) -> str:
        return f"{self.sender}\n{_about(self.sms)}"

    def trace(self) -> Trace:
        return super().trace() | {"status": self.sms.status, "ho": self.sms.ho}


@dataclass(eq=False, repr=False)
class Symbol(Widget):
    """A QR code on white, in whole pixels; nothing of it enters a trace."""

    kind: ClassVar[str] = "symbol"

    rows: Matrix

    def draw(self, painter: Painter) -> None:
        painter.box(self.rect, 8, (255, 255, 255), "line", 1)
        painter.modules(self.rect, self.rows, quiet=3)


@dataclass(eq=False, repr=False)
class SmsCard(Widget):
    """The opened message: who sent it, what, when, the PIN, the QR code and a button to show it."""

    kind: ClassVar[str] = "sms"

    sender: str
    sms: Sms
    matrix_of: Callable[[str], Matrix] = field(compare=False)
    can_scan: bool = True
    _parts: list[Widget] = field(default_factory=list, init=False, repr=False, compare=False)
    _about: Fitted = field(default=NOTHING, init=False, repr=False, compare=False)
    _head: Rect = field(default=EMPTY, init=False, repr=False, compare=False)

    def arrange(self, type: Typesetter) -> None:
        inner = self.rect.inset(14, 10)
        self._head, rest = inner.cut_top(30, 6)
        symbol, words = rest.cut_right(SYMBOL, 14)
        symbol = symbol.cut_top(SYMBOL)[0]
        text, tone = STATUS[self.sms.status]
        wide = type.width(text, CAPTION_STRONG) + 20
        chip = StatusChip(text, tone).place(self._head.cut_right(wide)[0].centred(wide, 24))
        about = Label(f"{_about(self.sms)}\n{self.sms.window}", CAPTION, "ink", lines=3)
        said, words = words.cut_top(3 * type.theme.line_px(CAPTION), 2)
        code, words = words.cut_top(32)
        caption = "Your code, or show the symbol" if self.sms.yours else "The recipient's code"
        note = words.cut_top(16)[0]
        show = f"scan:{self.sms.ho}"
        button = DeskButton("Show this QR to the scanner", "qr", action=show, enabled=self.can_scan)
        foot = inner.cut_bottom(32)[0]
        self._parts = [
            chip,
            about.place(said),
            Label(self.sms.code, PIN, "accent", middle=True, lines=1, secret=True).place(code),
            Label(caption, FINE, "ink2", middle=True, lines=1).place(note),
            Symbol(self.matrix_of(self.sms.qr)).place(symbol),
            button.place(foot),
        ]
        for part in self._parts:
            part.arrange(type)

    def parts(self) -> Sequence[Widget]:
        return self._parts

    def draw(self, painter: Painter) -> None:
        painter.box(self.rect, 18, (255, 255, 255), "line", 1)
        mark, words = self._head.cut_left(34, 12)
        _avatar(painter, mark)
        top, low = words.cut_top(words.h // 2)
        painter.text_in(top, self.sender, CAPTION_STRONG, "ink")
        to = "" if self.sms.yours else f" · to {self.sms.recipient}"
        painter.text_in(low, f"{self.sms.sent}{to} · {self.sms.reference}", FINE, "ink2")

    def text_shown(self) -> str:
        return f"{self.sender}\n{_about(self.sms)}\n{self.sms.window}"

    def trace(self) -> Trace:
        return super().trace() | {"status": self.sms.status, "ho": self.sms.ho}


@dataclass(eq=False, repr=False)
class Empty(Widget):
    """Said where there is no message."""

    kind: ClassVar[str] = "empty"

    text: str

    def draw(self, painter: Painter) -> None:
        painter.text_in(self.rect, self.text, CAPTION, "ink2", "center")

    def text_shown(self) -> str:
        return self.text


def _about(sms: Sms) -> str:
    return sms.item or "Item no longer kept"


def _avatar(painter: Painter, place: Rect) -> None:
    side = min(place.w, 34)
    painter.circle(place.cx, place.cy, side, "accent")
    painter.icon("lock", place.centred(round(side * 0.5), round(side * 0.5)), "on_accent", 2.2)


def phone(
    rect: Rect,
    sender: str,
    clock: str,
    messages: Sequence[Sms],
    opened: str,
    matrix_of: Callable[[str], Matrix],
    fresh: frozenset[str] = frozenset(),
    page: int = 0,
    buzzing: bool = False,
    can_scan: bool = True,
) -> list[Widget]:
    """The widgets of the telephone in `rect`, back to front.

    `opened` is the handover of the opened message; `fresh` those that were not looked at yet.
    """
    body = PhoneBody(clock, buzzing).place(rect)
    head, area = body.glass.inset(14, 0).cut_top(HEAD_H - 4, 4)
    head = head.cut_bottom(30)[0].inset(6, 0)
    out: list[Widget] = [body, Label("Messages", TITLE, middle=True, lines=1).place(head)]
    if not messages:
        return [*out, Empty("No messages yet.").place(area.cut_top(60)[0])]
    fits = _fits(rect)
    pages = -(-len(messages) // fits)
    at = max(0, min(page, pages - 1))
    if pages > 1:
        out += _pager(head, at, pages)
    for sms in messages[at * fits : (at + 1) * fits]:
        if sms.ho == opened:
            place, area = area.cut_top(CARD_H, GAP)
            out.append(SmsCard(sender, sms, matrix_of, can_scan).place(place))
        else:
            place, area = area.cut_top(ROW_H, GAP)
            row = SmsRow(sender, sms, sms.ho in fresh, action=f"open:{sms.ho}")
            out.append(row.place(place))
    return out


def page_of(messages: Sequence[Sms], ho: str, rect: Rect) -> int:
    """The page that a message is on, in a telephone of this size."""
    at = next((place for place, one in enumerate(messages) if one.ho == ho), 0)
    return at // _fits(rect)


def _fits(rect: Rect) -> int:
    """Messages on a page, one of them opened."""
    return max(1, (rect.h - HIDDEN - CASE - HEAD_H - CARD_H) // (ROW_H + GAP) + 1)


def _pager(head: Rect, at: int, pages: int) -> list[Widget]:
    newer, rest = head.cut_right(34, 4)
    older, rest = rest.cut_right(34, 10)
    count = Label(f"{at + 1} of {pages}", FINE, "ink2", "right", True, 1)
    up = DeskButton("", "chevron-left", action=f"page:{at - 1}", enabled=at > 0)
    down = DeskButton("", "chevron-right", action=f"page:{at + 1}", enabled=at + 1 < pages)
    up.speech, down.speech = "Newer messages", "Older messages"
    return [count.place(rest.cut_right(90)[0]), up.place(older), down.place(newer)]
