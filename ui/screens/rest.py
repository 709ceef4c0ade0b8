"""A kiosk that nobody stands at: few words, in another place every minute."""

from __future__ import annotations

from ui import model
from ui.geometry import Rect
from ui.screens.parts import Sheet
from ui.theme import BODY, CAPTION, HEADING, TITLE
from ui.widgets import Label
from ui.words import count, raw, say, time

ACROSS, DOWN = 11, 7
"""Places of the words; two numbers without a common factor, so that every pair comes up."""


def rest(view: model.Rest, sheet: Sheet) -> None:
    inner = sheet.inner
    width = inner.w * 3 // 4
    height = sheet.panel.h // 2
    x = inner.x + (inner.w - width) * (view.turn % ACROSS) // (ACROSS - 1)
    room = sheet.panel.h - height - sheet.dp(48)
    y = sheet.dp(24) + room * (view.turn % DOWN) // (DOWN - 1)
    area = Rect(x, y, width, height)
    line, area = area.cut_top(sheet.type.theme.line_px(BODY), sheet.dp(8))
    clock = f" · {time(view.clock)}" if view.clock else ""
    sheet.put(Label(f"{raw(view.site)}{clock}", BODY, "ink2", middle=True, lines=1), line)
    area = sheet.text(area, say("rest.title"), HEADING, gap=8)
    area = sheet.text(area, say("rest.scan" if view.scan else "rest.type"), TITLE, gap=10)
    if view.attention:
        sheet.text(area, count("home.attention", view.attention), CAPTION, "ink2")
