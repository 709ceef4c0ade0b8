"""A recipient looks at the seal of what they took."""

from __future__ import annotations

from ui import model
from ui.screens.parts import Sheet
from ui.theme import BODY, BODY_STRONG, HEADING
from ui.widgets import Button
from ui.words import raw, say, told


def check(view: model.SealCheck, sheet: Sheet) -> None:
    """The number, and four answers down to the edge."""
    area = sheet.header(view)
    title = say("seal.title", number=raw(view.number)) if view.number else say("seal.title.erased")
    area = sheet.text(area, title, HEADING, gap=6)
    if view.notice:
        area = sheet.text(area, told(view.notice), BODY_STRONG, "danger", gap=16)
    else:
        body = "seal.body" if view.scan and view.number else "seal.body.look"
        area = sheet.text(area, say(body), BODY, "ink2", gap=16)
    answers = (
        ("seal.whole", "check", "whole"),
        ("seal.seal-broken", "warning", "claim:seal-broken"),
        ("seal.seal-other", "help", "claim:seal-other"),
        ("seal.skip", "arrow-right", "back"),
    )
    below = area._replace(h=max(0, sheet.footer.bottom - area.y))
    cells = sheet.cells(below, len(answers), 2, 16, 116)
    for (words, icon, action), cell in zip(answers, cells, strict=True):
        look = Button(say(words), icon=icon, tile=True, lines=2, action=action)
        if action == "whole":
            look = Button(say(words), "primary", icon, tile=True, lines=2, action=action)
        sheet.put(look, cell)
