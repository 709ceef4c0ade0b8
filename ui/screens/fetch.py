"""Taking an item back: the list, the door, and the word that it was taken."""

from __future__ import annotations

from ui import model
from ui.screens.parts import Sheet
from ui.screens.staff import listed, pager, who
from ui.theme import ACTION, BODY, CAPTION, DISPLAY, HEADING, TITLE
from ui.widgets import Button, Row, StatusChip, Steps
from ui.words import named, raw, say, when

MAP_W = 364


def pick(view: model.Fetch, sheet: Sheet) -> None:
    area = sheet.staff_bar(view, who(view.person))
    rows = [
        Row(
            named(one.item, "item.erased"),
            say("fetch.row", unit=one.unit, reference=raw(one.reference)),
            icon="hand",
            action=f"fetch:{one.ho}",
        )
        for one in view.rows
    ]
    listed(sheet, area, rows, say("fetch.empty"))
    space = sheet.buttons([Button(say("back"), icon="arrow-left", action="back")])
    pager(sheet, space, view.page, view.pages)


def door(view: model.FetchDoor, sheet: Sheet) -> None:
    """The map beside a few words, under the bar of the session."""
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(24))[1]
    area = area._replace(h=sheet.panel.h - sheet.dp(24) - area.y)
    words, place = sheet.panes(area, MAP_W, 28, 330)
    sheet.cabinet(place, view.columns, view.unit, "open" if view.opened else "target")
    if view.opened:
        words = sheet.text(words, say("open.title", unit=view.unit), DISPLAY, gap=16)
        steps = Steps([say("fetch.take"), say("open.close")])
        sheet.put(steps, words.cut_top(sheet.dp(120))[0])
        return
    words = sheet.text(words, say("opening.title", unit=view.unit), DISPLAY, gap=16)
    if view.attempt > 1:
        words = sheet.text(words, say("opening.retry"), ACTION, gap=6)
        sheet.text(words, say("opening.retry.body"), BODY, "ink2")
    else:
        sheet.text(words, say("opening.body"), BODY, "ink2")


def done(view: model.FetchDone, sheet: Sheet) -> None:
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(22))[1]
    top, words = area.cut_top(sheet.dp(44), sheet.dp(12))
    chip = StatusChip(say("fetch.recorded"), icon="check")
    sheet.put(chip, top._replace(w=chip.size(sheet.type)[0]))
    words = sheet.text(words, say("fetch.done"), HEADING, gap=6)
    body = say("receipt.body", unit=view.unit, when=when("when.at", view.moment))
    words = sheet.text(words, body, BODY, "ink2", gap=12)
    words = sheet.text(words, say("reference"), CAPTION, "ink2", gap=0)
    sheet.text(words, raw(view.reference), TITLE)
    more = []
    if view.left:
        more = [Button(say("fetch.next"), "primary", "hand", action="next")]
    sheet.buttons([Button(say("done"), action="back")], more)
