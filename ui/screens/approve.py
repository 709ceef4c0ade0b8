"""A second person at the screen: which document, whose badge, why alone."""

from __future__ import annotations

from ui import model
from ui.geometry import Rect
from ui.model.approve import Approve
from ui.screens.deposit import typing
from ui.screens.parts import Sheet
from ui.theme import BODY, HEADING, HEADLINE
from ui.widgets import Banner, Button, Row
from ui.words import count, knows, say, time, told


def _about(view: Approve) -> str:
    """What is approved, in words; a general one where there is none for this act."""
    key = f"approve.about.{view.about}"
    return say(key if knows(key) else "approve.about.act", unit=view.unit)


def _head(view: Approve, sheet: Sheet) -> Rect:
    """The bar says what came of the last attempt, or what is approved; what is left below it."""
    bar, rest = sheet.panel.cut_top(sheet.bar_h)
    if view.notice:
        sheet.put(Banner(told(view.notice), tone="warn", icon="info"), bar)
    else:
        about = _about(view)
        sheet.put(Banner(about, time(view.clock), icon="badge", speech=about), bar)
    return rest.inset(sheet.type.theme.margin, 0)


def document(view: model.ApproveDocument, sheet: Sheet) -> None:
    area = _head(view, sheet).cut_top(sheet.dp(14))[1]
    area = sheet.text(area, say("approve.document.title"), HEADING, gap=10)
    rows = [
        Row(say(f"document.{one}"), icon="badge", action=f"document:{one}")
        for one in view.documents
    ]
    theme = sheet.type.theme
    cells = sheet.cells(sheet.body(area), len(rows), 2, 12, theme.target_h / theme.scale)
    for row, cell in zip(rows, cells, strict=True):
        sheet.put(row, cell)
    sheet.buttons([Button(say("back"), icon="arrow-left", action="home")])


def badge(view: model.ApproveBadge, sheet: Sheet) -> None:
    area = _head(view, sheet).cut_top(sheet.dp(18))[1]
    words = sheet.sign(area, "badge", view.working)
    identity = view.about == "identity"
    title = say("approve.identity.title") if identity else count("approve.title", view.left)
    words = sheet.text(words, title, HEADLINE, gap=12)
    body = "approve.identity.body" if identity else "approve.body"
    sheet.text(words, say(body if view.working else "badge.broken"), BODY, "ink2")
    right = [Button(say("approve.glass"), action="glass")] if view.glass else []
    if not view.working:
        right.append(Button(say("badge.type"), "primary", "keypad", action="type-badge"))
    sheet.buttons([Button(say("back"), icon="arrow-left", action="home")], right)


def glass(view: model.ApproveGlass, sheet: Sheet) -> None:
    area = _head(view, sheet)
    question, hint, done = say("approve.glass.title"), say("reason.hint"), say("approve.glass.done")
    keys = (view.shift, view.symbols, view.letters)
    typing(sheet, area, question, hint, view.value, view.error, done, *keys)
