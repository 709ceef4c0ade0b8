"""Doors that open one after another: the map with what each did, and the list of what is left."""

from __future__ import annotations

from ui import model
from ui.screens.parts import Sheet
from ui.screens.staff import who
from ui.theme import BODY, BODY_STRONG, CAPTION, TITLE
from ui.widgets import Button, DoorLook, Label
from ui.words import raw, say

_NAMES_MAX = 8
"""Doors that are named on the screen; all of them stand in the journal."""


def run(view: model.EmergencyRun, sheet: Sheet) -> None:
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(18))[1]
    words, place = sheet.panes(sheet.body(area), 310, 24, 280)
    sheet.doors(place, view.columns, _looks(view), say("maint.map"))
    over = "emergency.stopped" if view.left else "emergency.over"
    title = "emergency.going" if view.going else over
    words = sheet.text(words, say(title), TITLE, gap=6)
    counted = say("emergency.opened", n=len(view.opened), total=view.total)
    words = sheet.text(words, counted, BODY_STRONG, gap=6)
    for key, units in (("failed", view.failed), ("skipped", view.skipped)):
        if units:
            words = sheet.text(words, say(f"emergency.{key}", units=_names(units)), CAPTION, gap=4)
    if view.turn:
        sheet.text(words, say("emergency.turn", unit=view.turn), BODY, "ink2")
    stop = [Button(say("emergency.stop"), "primary", action="stop")] if view.going else []
    space = sheet.buttons([Button(say("back"), icon="arrow-left", action="back")], stop)
    if not view.going:
        label = Label(say("emergency.next"), CAPTION, "ink2", middle=True, lines=3)
        sheet.put(label, space.cut_left(0, sheet.dp(8))[1])


def _looks(view: model.EmergencyRun) -> dict[str, DoorLook]:
    """How each door stands on the map: by a sign as well as by colour."""
    looks: dict[str, DoorLook] = dict.fromkeys(view.opened, "selected")
    looks |= dict.fromkeys(view.failed, "attention")
    looks |= dict.fromkeys(view.skipped, "unknown")
    if view.turn:
        looks[view.turn] = "target"
    return looks


def _names(units: tuple[str, ...]) -> str:
    shown = ", ".join(units[:_NAMES_MAX])
    return raw(shown if len(units) <= _NAMES_MAX else f"{shown} …")
