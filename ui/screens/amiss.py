"""A recipient's way out: what is wrong at the open door or after it, and what came of saying so."""

from __future__ import annotations

from typing import Final

from ui import model
from ui.geometry import Rect
from ui.screens.parts import CARD_H, Sheet
from ui.theme import BODY, DISPLAY, HEADING
from ui.widgets import Button, StatusChip
from ui.words import say

ICONS: Final = {
    "empty": "box",
    "wrong": "help",
    "damaged": "warning",
    "leave": "hand",
    "again": "unlock",
}
ACTIONS: Final = {"leave": "leave", "again": "again"}
"""Choices that are acts of their own; every other one is a claim."""


def amiss(view: model.Amiss, sheet: Sheet) -> None:
    """Two columns of large choices."""
    area = sheet.header(view)
    title = say("amiss.title", unit=view.unit) if view.choices else say("amiss.none")
    area = sheet.text(area, title, HEADING, gap=14)
    cells = sheet.cells(sheet.body(area), len(view.choices), 2, 16, 96)
    for one, cell in zip(view.choices, cells, strict=True):
        action = ACTIONS.get(one, f"claim:{one}")
        button = Button(say(f"amiss.{one}"), icon=ICONS[one], tile=True, lines=2, action=action)
        sheet.put(button, cell)
    back = say("open.help.back") if view.at_door else say("back")
    sheet.buttons([Button(back, icon="arrow-left", action="back")])


def kept(view: model.Kept, sheet: Sheet) -> None:
    area = sheet.header(view)
    area = sheet.headed(area, "lock", say("kept.title", unit=view.unit), "soft")
    sheet.text(area, say("kept.body"), BODY)
    sheet.call_card(view, view.reference, sheet.above_footer(CARD_H))
    sheet.buttons([], [Button(say("done"), "primary", action="home")])


def disputed(view: model.Disputed, sheet: Sheet) -> None:
    area = sheet.header(view)
    area = sheet.headed(area, "check", say("disputed.title"), "soft")
    sheet.text(area, say("disputed.close" if view.ajar else "disputed.body"), BODY)
    sheet.call_card(view, view.reference, sheet.above_footer(CARD_H))
    sheet.buttons([], [Button(say("done"), "primary", action="home")])


def failed(view: model.AgainFailed, sheet: Sheet) -> None:
    area = sheet.header(view)
    area = sheet.headed(area, "door", say("not_opened.title", unit=view.unit))
    sheet.text(area, say("again.failed.body"), BODY)
    sheet.call_card(view, view.reference, sheet.above_footer(CARD_H))
    sheet.buttons(
        [Button(say("again.receipt"), icon="arrow-left", action="back")],
        [Button(say("done"), "primary", action="home")],
    )


def left(view: model.Open, sheet: Sheet, words: Rect) -> None:
    """The open door of an item that stays inside, in the column of words."""
    chip = StatusChip(say("left.recorded"), icon="check")
    top, words = words.cut_top(sheet.dp(44), sheet.dp(14))
    sheet.put(chip, top._replace(w=min(top.w, chip.size(sheet.type)[0])))
    words = sheet.text(words, say("open.overdue.title", unit=view.unit), DISPLAY, gap=10)
    sheet.text(words, say("left.body"), BODY)
    button = Button(say("left.take"), icon="hand", action="take")
    width = words.w if sheet.tall else min(words.w, button.size(sheet.type)[0])
    sheet.put(button, words._replace(y=sheet.footer.y, w=width, h=sheet.footer.h))
