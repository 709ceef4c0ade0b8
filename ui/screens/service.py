"""When nothing is released, and when a person does not know how to go on."""

from __future__ import annotations

from ui import model
from ui.screens.parts import CARD_H, Sheet
from ui.theme import BODY, CAPTION, HEADING
from ui.widgets import Button, Label, Steps
from ui.words import say, told

HELP_CARD_H = 72
"""The call card under the three steps of how to collect, lower than elsewhere."""

LINES_MAX = 3
"""How many reasons are shown; the log has them all."""


def starting(view: model.Starting, sheet: Sheet) -> None:
    area = sheet.header(view).cut_top(sheet.dp(60))[1]
    area = sheet.headed(area, "lock", say("starting.title"), "soft")
    sheet.text(area, say("starting.body"), BODY, "ink2")


def cannot_start(view: model.CannotStart, sheet: Sheet) -> None:
    area = sheet.header(view)
    area = sheet.headed(area, "warning", say("cannot.title"))
    area = sheet.text(area, say("cannot.body"), BODY, gap=10)
    if view.phone:
        card = sheet.above_footer(CARD_H)
        sheet.call_card(view, view.quote, card)
        area = area._replace(h=max(0, card.y - area.y))
    shown = view.lines[:LINES_MAX]
    more = len(view.lines) - len(shown)
    if more:
        shown = (*shown[:-1], say("cannot.more", n=more + 1))
    text = "\n".join(told(one) for one in shown)
    sheet.put(Label(text, CAPTION, "ink2"), area)


def out_of_service(view: model.OutOfService, sheet: Sheet) -> None:
    area = sheet.header(view)
    area = sheet.headed(area, "lock", say("service.title"))
    area = sheet.text(area, say("service.body"), BODY)
    area = sheet.text(area, say("service.more"), BODY, "ink2", gap=14)
    sheet.call_card(view, view.quote, sheet.above_footer(CARD_H))
    buttons = [Button(say("home.staff"), "chip", "box", action="staff")] if view.staff else []
    space = sheet.buttons([], buttons)
    if view.detail and sheet.tall:
        sheet.text(area, told(view.detail), CAPTION, "ink2")
    elif view.detail:
        line = space._replace(w=space.w - sheet.dp(8))
        sheet.put(Label(told(view.detail), CAPTION, "ink2", middle=True, lines=2), line)


def helped(view: model.Help, sheet: Sheet) -> None:
    area = sheet.header(view)
    area = sheet.text(area, say("help.title"), HEADING, gap=6)
    card = sheet.above_footer(HELP_CARD_H)
    first = say("help.scan" if view.scan else "help.type")
    items = [first, say("help.take"), say("help.close")]
    height = min(sheet.dp(60 * 3 if not sheet.tall else 96 * 3), card.y - sheet.dp(6) - area.y)
    sheet.put(Steps(items), area.cut_top(height)[0])
    sheet.call_card(view, view.quote, card)
    back = Button(say("back"), icon="arrow-left", action="back")
    again = Button(say("help.receipt"), action="receipt")
    sheet.buttons([back], [Button(say("help.lost"), action="lost"), again])
