"""A round of the blind count: its beginning, one door at a time, and what it came to."""

from __future__ import annotations

from ui import model
from ui.screens.parts import Sheet
from ui.screens.staff import who
from ui.theme import BODY, BODY_STRONG, CAPTION, HEADING, TITLE
from ui.widgets import Button, DoorLook
from ui.words import count, raw, say

_NAMES_MAX = 8
"""Doors that are named on the screen; all of them stand in the journal."""


def start(view: model.CountStart, sheet: Sheet) -> None:
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(18))[1]
    words = sheet.text(area, say("count.title"), HEADING, gap=10)
    if view.going:
        told = say("count.stands", n=view.done, total=view.total)
        words = sheet.text(words, told, BODY_STRONG, gap=8)
    sheet.text(words, say("count.body"), BODY, "ink2")
    begin = Button(say("count.go_on" if view.going else "count.begin"), "primary", action="begin")
    over = [Button(say("count.end"), action="end")] if view.going else []
    back = Button(say("back"), icon="arrow-left", action="back")
    sheet.buttons([back], [*over, begin])


def door(view: model.CountDoor, sheet: Sheet) -> None:
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(18))[1]
    words, place = sheet.panes(sheet.body(area), 290, 24, 300)
    looks: dict[str, DoorLook] = {view.unit: "target"}
    sheet.doors(place, view.columns, looks, say("maint.map"))
    title = say("count.door", unit=view.unit, at=view.number, of=view.total)
    narrow = not sheet.tall and sheet.type.width(title, TITLE) > words.w
    words = sheet.text(words, title, BODY_STRONG if narrow else TITLE, gap=4)
    asked = say(f"count.{view.state}")
    long = not sheet.tall and sheet.type.width(asked, BODY) > words.w
    words = sheet.text(words, asked, CAPTION if long else BODY, gap=14 if not long else 6)
    if view.state != "said":
        cells = sheet.cells(words, 2, 1, 12, 96)
        for (what, icon), cell in zip((("item", "box"), ("empty", "minus")), cells, strict=True):
            button = Button(say(f"count.{what}"), icon=icon, tile=True, action=f"seen:{what}")
            button.enabled = view.state != "opening"
            sheet.put(button, cell)
    skip = [Button(say("count.skip"), action="skip")] if view.state != "said" else []
    sheet.buttons([Button(say("count.stop"), icon="stop", action="stop")], skip)


def done(view: model.CountDone, sheet: Sheet) -> None:
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(18))[1]
    title = "count.early" if view.left else "count.over"
    words = sheet.text(area, say(title), HEADING, gap=10)
    words = sheet.text(words, count("count.counted", view.counted), BODY_STRONG, gap=6)
    told = count("count.differ", view.differ) if view.differ else say("count.agree")
    words = sheet.text(words, told, BODY, gap=6)
    if view.skipped:
        shown = ", ".join(view.skipped[:_NAMES_MAX])
        more = raw(shown if len(view.skipped) <= _NAMES_MAX else f"{shown} …")
        sheet.text(words, say("count.skipped", units=more), BODY, "ink2")
    sheet.buttons([], [Button(say("done"), "primary", action="back")])
