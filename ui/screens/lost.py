"""A lost code: the ticket and whom to call, and the new codes."""

from __future__ import annotations

from ui import model
from ui.geometry import Rect
from ui.screens.parts import CARD_H, Sheet
from ui.theme import BODY, BODY_STRONG, CAPTION, HEADING
from ui.widgets import Button, CodeField
from ui.words import raw, say, told


def ticket(view: model.Lost, sheet: Sheet) -> None:
    area = sheet.header(view)
    title = say("lost.title", ticket=view.ticket) if view.ticket else say("lost.none")
    area = sheet.headed(area, "help", title, "soft")
    body = told(view.notice) if view.notice else say("lost.body" if view.ticket else "lost.call")
    sheet.text(area, body, BODY, "ink2")
    quote = f"{view.quote} · {view.ticket}" if view.ticket else view.quote
    sheet.call_card(view, quote, sheet.above_footer(CARD_H))
    more = [Button(say("lost.telephone"), "primary", action="telephone")] if view.ticket else []
    sheet.buttons([Button(say("done"), action="home")], more)


def wait(view: model.LostWait, sheet: Sheet) -> None:
    area = sheet.header(view).cut_top(sheet.dp(60))[1]
    sheet.headed(area, "refresh", say("lost.wait"), "soft")


def done(view: model.LostDone, sheet: Sheet) -> None:
    words = sheet.inner.inset(0, sheet.dp(30))
    if view.shown:
        words = _symbol(view, sheet, words)
    words = sheet.text(words, say("lost.done"), HEADING, gap=8)
    words = sheet.text(words, raw(view.reference), CAPTION, "ink2", gap=10)
    if view.pin:
        boxes, words = words.cut_top(sheet.dp(72), sheet.dp(10))
        sheet.put(CodeField((3, 3, 3), 9, view.pin, active=False), boxes)
        sheet.text(words, say("lost.dead"), BODY, "ink2")
    elif view.shown:
        sheet.text(words, say("lost.only_qr"), BODY, "ink2")
    else:
        words = sheet.text(words, say("lost.dead"), BODY, "ink2", gap=8)
        sheet.text(words, say("lost.sent" if view.delivered else "lost.waiting"), BODY_STRONG)
    finish = Button(say("done"), "primary", action="home")
    wide = sheet.footer.w if sheet.tall else finish.size(sheet.type)[0]
    sheet.put(finish, sheet.footer.cut_left(wide)[0])


def _symbol(view: model.LostDone, sheet: Sheet, words: Rect) -> Rect:
    """The QR code and the warning that it is shown once; the column that is left for words."""
    return sheet.once(words, view.qr, say("lost.done"), say("lost.once"))
