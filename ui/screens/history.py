"""What happened to one handover: the newest entries, each with what it is evidence of."""

from __future__ import annotations

from ui import model
from ui.geometry import Rect
from ui.screens.parts import Sheet
from ui.theme import BODY, CAPTION
from ui.widgets import Button, Label
from ui.words import raw, say, when


def lines(view: model.QueueLines, sheet: Sheet) -> None:
    title = say("lines.title", reference=view.reference, unit=view.unit)
    area = sheet.staff_bar(view, title).cut_top(sheet.dp(10 - 6 * sheet.type.theme.large))[1]
    area = sheet.body(area, 8 - 5 * sheet.type.theme.large)
    if not view.rows:
        sheet.put(Label(say("lines.none"), BODY, "ink2"), area)
    height = area.h // 8
    for row in view.rows:
        place, area = area.cut_top(height)
        _line(row, sheet, place)
    sheet.buttons([Button(say("back"), icon="arrow-left", action="back")])


def _line(row: model.Past, sheet: Sheet, place: Rect) -> None:
    """When, what, who; and what it is evidence of."""
    if sheet.tall:
        words, place = place.cut_top(place.h // 2)
        at, seen = place.cut_left(place.w // 2)
        at, seen = at.cut_top(at.h * 3 // 4)[0], seen.cut_top(seen.h * 3 // 4)[0]
    else:
        at, rest = place.cut_left(sheet.dp(170), sheet.dp(10))
        seen, words = rest.cut_right(sheet.dp(150), sheet.dp(10))
    sheet.put(Label(when("when.at", row.moment), CAPTION, "ink2", middle=True, lines=1), at)
    text = say(f"lines.{row.what}")
    if row.number:
        text = f"{text} · {say('staff.number', number=raw(row.number))}"
    sheet.put(Label(text, CAPTION, middle=True, lines=1), words)
    sheet.put(Label(say(f"evidence.{row.evidence}"), CAPTION, "ink2", middle=True, lines=1), seen)
