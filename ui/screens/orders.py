"""What an operator orders from a line of the queue, and the clock that two people set."""

from __future__ import annotations

from typing import Final

from ui import model
from ui.geometry import row as across
from ui.screens.parts import Sheet
from ui.screens.staff import listed, pager, who
from ui.theme import BODY, CAPTION, HEADING
from ui.widgets import Button, Label, Row
from ui.words import raw, say, when

ICONS: Final = {"permit": "clock", "key": "key", "bykey": "check", "fetch": "hand"}

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
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(16))[1]
    line, area = area.cut_top(sheet.type.theme.line_px(HEADING), sheet.dp(12))
    words = when("when.at", view.moment)
    chosen = Label(words, HEADING, middle=True, lines=1)
    sheet.put(chosen, line)
    cells = across(area, [1] * len(STEPS), sheet.dp(12))
    side, gap = sheet.type.theme.target_h, sheet.dp(8)
    for (name, by_ms), cell in zip(STEPS, cells, strict=True):
        words = say(f"time.{name}")
        top, rest = cell.cut_top(side, gap)
        middle, below = rest.cut_top(sheet.type.theme.line_px(BODY), gap)
        more = say("time.more", step=words)
        less = say("time.less", step=words)
        sheet.put(Button("", icon="plus", action=f"add:{by_ms}", speech=more), top)
        sheet.put(Label(words, BODY, "ink2", "center", middle=True, lines=1), middle)
        minus = Button("", icon="minus", action=f"add:-{by_ms}", speech=less)
        sheet.put(minus, below._replace(h=side))
    send = Button(say("time.send"), "primary", "check", action="send")
    send.enabled = not view.sent
    space = sheet.buttons([Button(say("back"), icon="arrow-left", action="back")], [send])
    proven = say("time.proven", when=when("when.at", view.proven))
    sheet.put(Label(proven, CAPTION, "ink2", "center", middle=True, lines=3), space)
