"""Claim, recovery cards, typed answers, and what is shown once."""

from __future__ import annotations

from ui import model
from ui.geometry import Rect
from ui.screens.deposit import typing
from ui.screens.parts import Sheet
from ui.theme import ACTION, BODY, BODY_STRONG, CAPTION, HEADING, HEADLINE
from ui.widgets import Banner, Button, QrCode
from ui.words import raw, say, told


def _head(view: model.View, notice: str, sheet: Sheet) -> Rect:
    """The header, or what came of the last attempt."""
    if not notice:
        return sheet.header(view)
    bar, rest = sheet.panel.cut_top(sheet.bar_h)
    sheet.put(Banner(told(notice), tone="warn", icon="info"), bar)
    return rest.inset(sheet.type.theme.margin, 0).cut_top(sheet.dp(18))[1]


def _symbol(sheet: Sheet, area: Rect, matrix: model.Matrix, speech: str) -> Rect:
    """A QR code at the right, over the buttons; the column for words, down to the edge."""
    if sheet.tall:
        words, place = sheet.panes(area, 330, 24, sheet.grown(350))
        sheet.put(QrCode(matrix, speech), place)
        return words
    side = min(sheet.footer.y - sheet.dp(10) - area.y, sheet.dp(300))
    place, words = area.cut_right(side, sheet.dp(28))
    sheet.put(QrCode(matrix, speech), place._replace(h=side))
    return words._replace(h=sheet.footer.bottom - words.y)


def claim(view: model.Claim, sheet: Sheet) -> None:
    area = _head(view, view.notice, sheet)
    words = _symbol(sheet, area, view.qr, say("claim.qr"))
    words = sheet.text(words, say("claim.title"), HEADING, gap=10)
    body = "claim.body" if view.working else "claim.body.socket"
    words = sheet.text(words, say(body), BODY, "ink2", gap=14)
    words = sheet.text(words, raw(f"{view.origin} · {view.boot}"), CAPTION, "ink2", gap=4)
    sheet.text(words, raw(view.nonce), ACTION)
    if view.cards:
        sheet.buttons([], [Button(say("recovery.button"), "chip", "badge", action="recover")])
    elif view.fresh:
        sheet.buttons([], [Button(say("claim.setup"), "chip", "wrench", action="setup")])


def recovery(view: model.Recovery, sheet: Sheet) -> None:
    area = _head(view, view.notice, sheet)
    words = sheet.sign(area.cut_top(sheet.dp(14))[1], "qr", working=True)
    title = "recovery.second" if view.second else "recovery.title"
    words = sheet.text(words, say(title), HEADLINE, gap=12)
    sheet.text(words, say("recovery.body" if view.working else "claim.body.socket"), BODY, "ink2")
    owner = [Button(say("recovery.owner"), action="claim")] if view.claim else []
    sheet.buttons([Button(say("back"), icon="arrow-left", action="home")], owner)


def question(view: model.Question, sheet: Sheet) -> None:
    bar, area = sheet.panel.cut_top(sheet.bar_h)
    if view.notice:
        sheet.put(Banner(told(view.notice), tone="warn", icon="info"), bar)
    else:
        sheet.put(Banner(say(f"ask.about.{view.question}"), icon="badge"), bar)
    area = area.inset(sheet.type.theme.margin, 0)
    key = f"form.{view.question}"
    hint, done = say(f"{key}.hint"), say("question.done")
    typing(
        sheet, area, say(key), hint, view.value, view.error, done, view.shift, view.symbols,
        view.letters,
    )  # fmt: skip


def shown(view: model.Shown, sheet: Sheet) -> None:
    area = sheet.header(view)
    key = f"shown.{view.what}"
    words = _symbol(sheet, area, view.qr, say(f"{key}.qr"))
    words = sheet.text(words, say(f"{key}.title", number=view.number), HEADING, gap=10)
    words = sheet.text(words, say(f"{key}.body"), BODY, "ink2", gap=12)
    if view.text:
        sheet.text(words, raw(view.text), BODY_STRONG, secret=True)
    done = say("shown.last" if view.number == "3" and view.what == "card" else "shown.next")
    sheet.buttons([], [Button(done, "primary", action="next")])
