"""The cabinet by state, and one door, for whoever repairs it."""

from __future__ import annotations

from typing import Final

from ui import model
from ui.geometry import Rect, grid
from ui.screens.parts import Sheet
from ui.screens.staff import who
from ui.theme import BODY, CAPTION, HEADING, TITLE
from ui.widgets import Button, ButtonKind, DoorLook, Icon, Label
from ui.widgets.cabinet import SIGNS
from ui.words import raw, say, time

LOOKS: Final[dict[str, DoorLook]] = {
    "free": "free",
    "occupied": "occupied",
    "open": "target",
    "out": "out",
    "unknown": "unknown",
    "attention": "attention",
}
"""How a state is drawn: by a sign as well as by colour."""


def cabinet(view: model.MaintMap, sheet: Sheet) -> None:
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(14))[1]
    words, place = sheet.panes(sheet.body(area, 10), 420, 24, 250)
    looks = {one.unit: LOOKS[one.state] for one in view.doors}
    sheet.doors(place, view.columns, looks, say("maint.map"), pick=True)
    words = sheet.text(words, say("maint.title"), TITLE, gap=6)
    words = sheet.text(words, _session(view), CAPTION, "ink2", gap=8 + 4 * sheet.type.theme.large)
    counts = {state: sum(1 for one in view.doors if one.state == state) for state in LOOKS}
    shown = [state for state, count in counts.items() if count]
    columns = 2 if sheet.tall else 1
    lines = -(-len(shown) // columns)
    pitch = sheet.dp(30 + (5 if sheet.tall else 8) * sheet.type.theme.large)
    places = grid(words._replace(h=min(words.h, pitch * lines)), columns, lines)
    for state, line in zip(shown, places, strict=False):
        look = LOOKS[state]
        mark, text = line.cut_left(sheet.dp(22), sheet.dp(10))
        if look in SIGNS:
            sheet.put(Icon(SIGNS[look], "ink2"), mark)
        said = say(f"maint.{state}", n=counts[state])
        sheet.put(Label(said, CAPTION, middle=True, lines=1), text)
    back = Button(say("back"), icon="arrow-left", action="back")
    sheet.buttons([back], [Button(say("maint.finish"), "primary", action="finish")])


def _session(view: model.MaintMap) -> str:
    if not view.until:
        return say("maint.ticket", ticket=view.ticket)
    return say("maint.session", ticket=view.ticket, time=time(view.until))


def door(view: model.MaintDoor, sheet: Sheet) -> None:
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(18))[1]
    words = sheet.text(area, say("maint.door", unit=view.unit), HEADING, gap=10)
    words = sheet.text(words, say(f"maint.level.{view.level}"), BODY, gap=6)
    if view.out:
        words = sheet.text(words, say("maint.because", reason=raw(view.out)), BODY, gap=6)
    elif view.state in ("occupied", "attention"):
        words = sheet.text(words, say(f"maint.is.{view.state}"), BODY, gap=6)
    if view.resting:
        sheet.text(words, say("maint.resting"), BODY, "ink2")
    _buttons(view, sheet)


def _buttons(view: model.MaintDoor, sheet: Sheet) -> None:
    looks: list[ButtonKind] = ["primary", "secondary", "secondary"]
    made = [
        Button(say(f"maint.{action}"), look, action=action)
        for action, look in zip(view.actions, looks, strict=False)
    ]
    back = Button("", icon="arrow-left", action="back", speech=say("back"))
    if sheet.tall:
        back.text = say("back")
    space: Rect = sheet.buttons([back], made[::-1])
    if not view.actions:
        sheet.put(Label(say("maint.nothing"), CAPTION, "ink2", middle=True, lines=2), space)
