"""Papers on a stick: what to take, that it is being written, and what came of it."""

from __future__ import annotations

from ui import model
from ui.screens.parts import CARD_H, Sheet
from ui.screens.staff import who
from ui.theme import BODY, BODY_STRONG, CAPTION, TITLE
from ui.widgets import Button, Row
from ui.words import raw, say

ICONS = {"week": "list", "month": "list", "journal": "lock", "case": "document"}


def choose(view: model.Stick, sheet: Sheet) -> None:
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(18))[1]
    area = sheet.text(area, say("stick.title"), TITLE, gap=14)
    cells = sheet.cells(sheet.body(area, 16), len(view.what), 2, 14, 112)
    for what, cell in zip(view.what, cells, strict=True):
        words, more = say(f"stick.{what}"), say(f"stick.{what}.more")
        sheet.put(Row(words, more, icon=ICONS.get(what, "list"), action=f"write:{what}"), cell)
    sheet.buttons([Button(say("back"), icon="arrow-left", action="back")])


def writing(view: model.StickWriting, sheet: Sheet) -> None:
    area = sheet.header(view).cut_top(sheet.dp(60))[1]
    area = sheet.headed(area, "document", say("stick.writing"), "soft")
    sheet.text(area, say("stick.writing.body"), BODY, "ink2")


def done(view: model.StickDone, sheet: Sheet) -> None:
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(30))[1]
    area = sheet.headed(area, "check", say("stick.done"), "soft")
    area = sheet.text(area, say("stick.done.body"), BODY, gap=16)
    area = sheet.text(area, say("stick.folder"), CAPTION, "ink2", gap=2)
    sheet.text(area, raw(view.folder), BODY_STRONG)
    _buttons(sheet, "stick.another")


def failed(view: model.StickFailed, sheet: Sheet) -> None:
    calls = bool(view.phone) and view.why == "record"
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(8 if calls else 30))[1]
    area = sheet.headed(area, "warning", say("stick.failed"))
    area = sheet.text(area, say(f"stick.{view.why}"), BODY_STRONG, gap=10)
    sheet.text(area, say(f"stick.{view.why}.next"), BODY)
    if calls:
        sheet.call_card(view, view.quote, sheet.above_footer(CARD_H))
    _buttons(sheet, "stick.again")


def _buttons(sheet: Sheet, more: str) -> None:
    end = Button(say("done"), action="leave")
    sheet.buttons([end], [Button(say(more), "primary", action="back")])
