"""The operator's queue: the list, one matter, and the reason with which it is closed."""

from __future__ import annotations

from ui import model
from ui.geometry import row as across
from ui.screens.deposit import typing
from ui.screens.parts import Sheet
from ui.screens.staff import listed, pager, who
from ui.theme import BODY, CAPTION, HEADING
from ui.widgets import Button, ButtonKind, Label, Row, StatusChip
from ui.widgets.status import Tone
from ui.words import age, detail, knows, raw, say, when

ICONS = {
    "cabinet": "lock",
    "epoch": "document",
    "emergency": "warning",
    "glass": "people",
    "forced": "door-open",
    "frozen": "help",
    "unconfirmed": "box",
    "seal": "shield",
    "left_open": "door-open",
    "not_opened": "door",
    "strike": "wrench",
    "undelivered": "print",
    "sensor": "door",
    "lost": "keypad",
    "count": "box",
    "doubt": "clock",
    "return": "hand",
    "guessing": "keypad",
    "locked": "badge",
    "recovery": "badge",
    "expired": "calendar",
    "disputed": "help",
    "refused": "box",
    "unsigned": "document",
    "interrupted": "refresh",
    "part": "wrench",
    "copy": "document",
    "clock": "clock",
    "unused": "hand",
    "gone": "check",
}


MANY = 5
"""From so many buttons beside the way back on, their words stand in two lines."""


def tone(risk: int) -> Tone:
    return "danger" if risk <= 2 else "warn" if risk <= 4 else "soft"


def title(row: model.QueueRow) -> str:
    """What the matter is, in a line."""
    device = row.key.partition(":")[2]
    name = say(f"device.{device}") if knows(f"device.{device}") else raw(device)
    return say(f"rule.{row.rule}", unit=row.unit, device=name)


def _about(row: model.QueueRow) -> str:
    parts = []
    if row.age_min is not None:
        parts.append(age(row.age_min))
    if row.count > 1:
        parts.append(say("queue.times", n=row.count))
    if row.reference:
        parts.append(raw(row.reference))
    parts.append(say("queue.owner", name=row.owner) if row.owner else say("queue.unowned"))
    return " · ".join(parts)


def queue(view: model.Queue, sheet: Sheet) -> None:
    area = sheet.staff_bar(view, who(view.person))
    rows = [
        Row(
            title(one), _about(one), say(f"queue.risk.{one.risk}"), tone(one.risk),
            ICONS.get(one.rule, "bell"), action=f"item:{one.key}",
        )
        for one in view.rows
    ]  # fmt: skip
    listed(sheet, area, rows, say("queue.empty"))
    space = sheet.buttons([Button(say("back"), icon="arrow-left", action="back")])
    pager(sheet, space, view.page, view.pages)


def item(view: model.QueueItem, sheet: Sheet) -> None:
    row = view.row
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(18))[1]
    chip = StatusChip(say(f"queue.risk.{row.risk}"), tone(row.risk))
    w, h = chip.size(sheet.type)
    top, area = area.cut_top(h, sheet.dp(10))
    sheet.put(chip, top._replace(w=w))
    if sheet.tall:
        area = sheet.text(area, title(row), HEADING, gap=10)
        area = sheet.text(area, _about(row), CAPTION, "ink2", gap=16)
    else:
        about = top.cut_left(w, sheet.dp(16))[1]
        sheet.put(Label(_about(row), CAPTION, "ink2", middle=True, lines=1), about)
        line, area = area.cut_top(sheet.type.theme.line_px(HEADING), sheet.dp(8))
        sheet.put(Label(title(row), HEADING, middle=True, lines=1), line)
    area = sheet.text(area, say(f"rule.{row.rule}.next"), BODY, gap=10)
    recorded = say("item.since", when=when("when.at", view.since))
    if view.detail:
        recorded += "\n" + say("item.recorded", detail=detail(row.rule, view.detail))
    area = sheet.body(area, 8)
    also = []
    if view.orders:
        also.append(Button(say("item.orders"), "chip", "list", action="orders"))
    if row.reference:
        also.append(Button(say("item.history"), "chip", "clock", action="history"))
    for button in also if not sheet.tall else ():
        place, area = area.cut_right(button.size(sheet.type)[0], sheet.dp(16))
        place = place._replace(y=sheet.above_footer(0).y - sheet.footer.h, h=sheet.footer.h)
        sheet.put(button, place)
    sheet.put(Label(recorded, CAPTION, "ink2", lines=3 if not sheet.tall else 0), area)
    _item_buttons(view, sheet, also if sheet.tall else [])


def _item_buttons(view: model.QueueItem, sheet: Sheet, also: list[Button]) -> None:
    """Who takes it on, and how it may be closed; smaller where there are several ways."""
    several = len(view.findings) > 1
    look: ButtonKind = "chip" if several else "secondary"
    buttons = [Button(say(f"item.{one}"), look, action=f"resolve:{one}") for one in view.findings]
    if view.may_act and not view.mine:
        take = Button(say("item.take"), "chip" if several else "primary", action="acknowledge")
        buttons.insert(0, take)
    back = Button("" if several else say("back"), icon="arrow-left", action="back")
    back.speech = say("back")
    if len(buttons) < MANY or sheet.tall:
        sheet.buttons([back], [*also, *buttons])
        return
    place, space = sheet.footer.cut_left(back.size(sheet.type)[0], sheet.type.theme.gap)
    sheet.put(back, place)
    cells = across(space, [_narrow(sheet, one) for one in buttons], sheet.dp(10))
    for button, cell in zip(buttons, cells, strict=True):
        button.lines = 2
        sheet.put(button, cell)


def _narrow(sheet: Sheet, button: Button) -> int:
    """How wide a button must be for its longest word."""
    widest = max(sheet.type.width(word, button.style) for word in button.text.split())
    return max(sheet.dp(78), widest + sheet.dp(24))


def reason(view: model.QueueReason, sheet: Sheet) -> None:
    finding = say(f"item.{view.finding or 'noted'}")
    area = sheet.staff_bar(
        view, f"{say(f'rule.{view.rule}', unit=view.unit, device='')} · {finding}"
    )
    question, hint = say("reason.title"), say("reason.hint")
    done = say("reason.send")
    keys = (view.shift, view.symbols, view.letters)
    typing(sheet, area, question, hint, view.value, view.error, done, *keys)
