"""A recipient who does not know what both know: who helps."""

from __future__ import annotations

from ui import model
from ui.screens.parts import CARD_H, Sheet
from ui.theme import BODY
from ui.widgets import Button
from ui.words import say


def helped(view: model.FactHelp, sheet: Sheet) -> None:
    area = sheet.header(view)
    area = sheet.headed(area, "badge", say("fact.help.title"), "soft")
    sheet.text(area, say("fact.help.body"), BODY)
    sheet.call_card(view, view.reference, sheet.above_footer(CARD_H))
    sheet.buttons(
        [Button(say("back"), icon="arrow-left", action="back")],
        [Button(say("fact.help.staff"), icon="badge", action="identity")],
    )
