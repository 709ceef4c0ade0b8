"""What an operator orders from a line of the queue, and the clock that two people set."""

from __future__ import annotations

from typing import Final

from ui import model
from ui.geometry import Rect
from ui.geometry import row as across
from ui.screens.parts import Sheet
from ui.screens.staff import listed, pager, who
from ui.theme import BODY, BODY_STRONG, CAPTION, HEADING, TITLE
from ui.widgets import Button, Label, Row
from ui.words import raw, say, when

ICONS: Final = {
    **{"permit": "clock", "key": "key", "bykey": "check", "fetch": "hand"},
    **{"look": "door-open", "adopt": "check", "nothing": "cross"},
}

STEPS: Final = (
    ("month", 30 * 86_400_000),
    ("day", 86_400_000),
    ("hour", 3_600_000),
    ("ten", 600_000),
    ("minute", 60_000),
)
"""By how much the buttons of the clock move it, in ms."""


def orders(view: model.Orders, sheet: Sheet) -> None:
    title = say("locker", unit=view.unit)
    area = sheet.staff_bar(view, f"{title} · {raw(view.reference)}" if view.reference else title)
    rows = [
        Row(say(f"order.{one}"), say(f"order.{one}.about"), icon=ICONS[one], action=f"order:{one}")
        for one in view.orders
    ]
    listed(sheet, area, rows, say("order.none"))
    space = sheet.buttons([Button(say("back"), icon="arrow-left", action="back")])
    pager(sheet, space, view.page, view.pages)


def clock(view: model.SetClock, sheet: Sheet) -> None:
    """The moment in large letters, and a pair of buttons for each step."""
    large = sheet.type.theme.large
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(16 - 8 * large))[1]
    line, area = area.cut_top(sheet.type.theme.line_px(HEADING), sheet.dp(12 - 6 * large))
    words = when("when.at", view.moment)
    fitting = (one for one in (HEADING, TITLE) if sheet.type.width(words, one) <= line.w)
    style = next(fitting, BODY_STRONG) if sheet.tall else HEADING
    chosen = Label(words, style, middle=True, lines=1)
    sheet.put(chosen, line)
    proven = say("time.proven", when=when("when.at", view.proven))
    if sheet.tall:
        area = sheet.text(area, proven, CAPTION, "ink2", gap=14)
    for (name, by_ms), (top, middle, below) in zip(STEPS, _clock_cells(sheet, area), strict=True):
        words = say(f"time.{name}")
        more = say("time.more", step=words)
        less = say("time.less", step=words)
        sheet.put(Button("", icon="plus", action=f"add:{by_ms}", speech=more), top)
        sheet.put(Label(words, BODY, "ink2", "center", middle=True, lines=1), middle)
        minus = Button("", icon="minus", action=f"add:-{by_ms}", speech=less)
        sheet.put(minus, below)
    send = Button(say("time.send"), "primary", "check", action="send")
    send.enabled = not view.sent
    back = Button("" if sheet.tall else say("back"), icon="arrow-left", action="back")
    back.speech = say("back")
    space = sheet.buttons([back], [send])
    if not sheet.tall:
        sheet.put(Label(proven, CAPTION, "ink2", "center", middle=True, lines=3), space)


def _clock_cells(sheet: Sheet, area: Rect) -> list[tuple[Rect, Rect, Rect]]:
    """(more, its name, less) of each step: a column each, or a line each."""
    theme, found = sheet.type.theme, []
    side, gap = theme.target_h, sheet.dp(8 - 4 * theme.large)
    if sheet.tall:
        for _ in STEPS:
            line, area = area.cut_top(side, sheet.dp(12))
            more, rest = line.cut_right(sheet.dp(120), gap)
            less, name = rest.cut_left(sheet.dp(120), gap)
            found.append((more, name, less))
        return found
    for cell in across(area, [1] * len(STEPS), sheet.dp(12)):
        top, rest = cell.cut_top(side, gap)
        middle, below = rest.cut_top(theme.line_px(BODY), gap)
        found.append((top, middle, below._replace(h=side)))
    return found
