"""A batch: scan, place, close, one tap, the next; and what came of it."""

from __future__ import annotations

from ui import model
from ui.screens.parts import Sheet
from ui.screens.staff import listed, pager
from ui.theme import BODY, BODY_STRONG, HEADLINE
from ui.widgets import Button, Row
from ui.words import count, named, say


def batch(view: model.Batch, sheet: Sheet) -> None:
    area = sheet.staff_bar(view, say("batch.bar", n=view.count)).cut_top(sheet.dp(24))[1]
    words = sheet.sign(sheet.body(area, 8), "barcode", view.working)
    words = sheet.text(words, say("batch.title" if view.count else "batch.first"), HEADLINE, gap=12)
    body = say("batch.body" if view.working else "batch.broken")
    words = sheet.text(words, body, BODY, "ink2", gap=14)
    if view.last is not None:
        key = "batch.last" if view.last.unit else "batch.last.gone"
        said = say(key, unit=view.last.unit, reference=view.last.reference)
        sheet.text(words, said, BODY_STRONG)
    sheet.buttons(
        [Button(say("batch.end"), icon="check", action="end")],
        [Button(say("batch.list"), icon="list", action="list")],
    )


def finding(view: model.BatchFinding, sheet: Sheet) -> None:
    area = sheet.header(view).cut_top(sheet.dp(60))[1]
    area = sheet.headed(area, "barcode", say("batch.finding.title"), "soft")
    sheet.text(area, say("checking.body"), BODY, "ink2")


def done(view: model.BatchDone, sheet: Sheet) -> None:
    title = count("batch.done", view.total)
    if view.undelivered:
        title = count("batch.late", view.undelivered)
    area = sheet.staff_bar(view, title)
    listed(sheet, area, [_row(one) for one in view.rows], "")
    space = sheet.buttons(
        [Button(say("back"), icon="arrow-left", action="back")],
        [Button(say("menu.end"), icon="sign-out", action="sign-out")],
    )
    pager(sheet, space, view.page, view.pages)


def _row(one: model.BatchRow) -> Row:
    key = "batch.row" if one.unit else "batch.last.gone"
    words = say(key, unit=one.unit, reference=one.reference)
    row = Row(named(one.recipient, "name.erased"), words)
    row.icon = "box"
    row.chip, row.tone = say("batch.sent"), "soft"
    if not one.delivered:
        row.chip, row.tone = say("batch.unsent"), "warn"
    return row
