"""The installer's first hour: every part by its state, and what a person compares."""

from __future__ import annotations

from typing import Final

from ui import model
from ui.geometry import Rect
from ui.screens.parts import Sheet
from ui.screens.staff import listed, pager, who
from ui.theme import ACTION, BODY, BODY_STRONG, CAPTION, HEADING, TITLE
from ui.widgets import Banner, Button, Card, DoorLook, QrCode, Row
from ui.widgets.status import Tone
from ui.words import knows, raw, say, time, told, when

TONES: Final[dict[str, Tone]] = {"green": "soft", "amber": "warn", "red": "danger"}
ICONS: Final = {
    "cabinet": "lock",
    "doors": "door",
    "strikes": "wrench",
    "screen": "list",
    "touch": "hand",
    "scanner": "qr",
    "keypad": "keypad",
    "speech": "phone",
    "ruler": "document",
    "corners": "hand",
    "clock": "clock",
    "copy": "document",
    "key": "shield",
    "people": "people",
}
UNITS_MOST: Final = 6


def _bar(view: model.SetupView, sheet: Sheet, title: str) -> Rect:
    """The session's bar, or that of a cabinet without one; what is left below."""
    bar, rest = sheet.panel.cut_top(sheet.bar_h)
    person = view.person
    ends = say("staff.ends", time=time(person.ends)) if person and person.ends else ""
    if view.notice:
        sheet.put(Banner(told(view.notice), tone="warn", icon="info"), bar)
    else:
        words = who(person) if person is not None else title
        made = sheet.put(Banner(words, ends, icon="badge" if person else "wrench"), bar)
        if person is not None and person.ends:
            made.speech = say("speech.staff", who=words, time=time(person.ends))
    return rest.inset(sheet.type.theme.margin, 0).cut_top(sheet.dp(18))[1]


def _why(one: model.SetupRow) -> str:
    """What is so, and what to do about it."""
    if not one.why:
        return say("check.green")
    key = f"check.{one.part}.{one.why}"
    key = key if knows(key) else f"check.{one.why}"
    more = len(one.units) - UNITS_MOST
    units = " ".join(raw(unit) for unit in one.units[:UNITS_MOST]) + (" …" if more > 0 else "")
    return say(key, units=units)


def parts(view: model.Setup, sheet: Sheet) -> None:
    area = _bar(view, sheet, say("setup.title"))
    rows = []
    for one in view.rows:
        action = f"check:{one.check}" if one.check else ""
        chip, tone = say(f"setup.{one.grade}"), TONES[one.grade]
        icon = ICONS.get(one.part, "list")
        rows.append(Row(say(f"part.{one.part}"), _why(one), chip, tone, icon, action=action))
    listed(sheet, area.cut_top(0)[1]._replace(y=area.y - sheet.dp(18)), rows, "")
    back = Button("", icon="arrow-left", action="back", speech=say("back"))
    run = Button(say("setup.record"), "primary", action="selftest")
    pager(sheet, sheet.buttons([back], [run]), view.page, view.pages)


def ruler(view: model.SetupRuler, sheet: Sheet) -> None:
    area = _bar(view, sheet, say("setup.title"))
    area = sheet.text(area, say("ruler.title"), TITLE, gap=6)
    area = sheet.text(area, say(f"ruler.body.{view.card}"), BODY, "ink2", gap=16)
    height = max(sheet.dp(40), min(sheet.dp(84), area.h // 4))
    bar = area._replace(x=(sheet.panel.w - view.bar_px) // 2, w=view.bar_px, h=height)
    sheet.put(Card("accent", border=False), bar)
    area = area.cut_top(height, sheet.dp(14))[1]
    if not view.right:
        width = f"{view.tenths // 10}.{view.tenths % 10}"
        sheet.text(area, say("ruler.wrong", mm=width), BODY_STRONG)
    back = Button("", icon="arrow-left", action="back", speech=say("back"))
    steps = [
        Button(say(f"ruler.{word}"), action=f"add:{by}")
        for word, by in (("shorter", -2), ("longer", 2))
    ]
    send = Button(say("ruler.send"), "primary", action="send")
    send.enabled = not view.sent
    sheet.buttons([back, *steps], [send])


def corners(view: model.SetupCorners, sheet: Sheet) -> None:
    panel, side = sheet.panel, sheet.type.theme.target_h
    right, low = panel.right - side, panel.bottom - side
    middle = Rect(panel.cx - side // 2, panel.cy - side // 2, side, side)
    spots = [Rect(x, y, side, side) for y in (0, low) for x in (0, right)] + [middle]
    words = panel.inset(side + sheet.dp(16), sheet.dp(30))
    words = sheet.text(words, say("corners.title"), TITLE, gap=6)
    sheet.text(words, say("corners.body", n=view.at + 1), BODY, "ink2")
    number = str(view.at + 1)
    button = Button(
        number, "primary", action=f"corner:{view.at}", speech=say("corners.here", n=number)
    )
    sheet.put(button, spots[min(view.at, len(spots) - 1)])
    wrong = Button(say("corners.wrong"), "chip", action="wrong")
    back = Button(say("back"), "chip", icon="arrow-left", action="back")
    w, gap = max(wrong.size(sheet.type)[0], back.size(sheet.type)[0]), sheet.dp(12)
    row = Rect(panel.cx - w - gap // 2, low - side // 2 - gap, 2 * w + gap, side)
    sheet.put(back, row._replace(w=w))
    sheet.put(wrong, row._replace(x=row.x + w + gap, w=w))


def door(view: model.SetupDoor, sheet: Sheet) -> None:
    area = _bar(view, sheet, say("setup.title"))
    area = area._replace(h=sheet.footer.y - sheet.dp(10) - area.y)
    words, place = sheet.panes(area, 400 if not sheet.tall else 520, 20, 225)
    looks: dict[str, DoorLook] = {} if view.asked else {view.unit: "target"}
    sheet.doors(place, view.columns, looks, say("walk.map"), pick=view.asked)
    title = say("walk.asked") if view.asked else say("walk.title", unit=view.unit)
    words = sheet.text(words, title, HEADING, gap=8)
    words = sheet.text(words, say("walk.of", n=view.number, total=view.total), CAPTION, "ink2", 8)
    if view.wrong:
        told_so = say(f"walk.{view.wrong}", unit=view.unit, said=view.said, seen=view.seen)
        sheet.text(words, told_so, BODY_STRONG)
    elif view.asked:
        sheet.text(words, say("walk.pick"), BODY, "ink2")
    else:
        sheet.text(words, say("walk.body"), BODY, "ink2")
    back = Button("", icon="arrow-left", action="back", speech=say("back"))
    skip = Button(say("walk.skip"), action="skip")
    if view.asked:
        sheet.buttons([back, skip], [Button(say("walk.none"), action="pick:none")])
        return
    again = say("walk.again") if view.wrong else say("walk.open")
    sheet.buttons([back, skip], [Button(again, "primary", action="open")])


def clock(view: model.SetupClock, sheet: Sheet) -> None:
    area = _bar(view, sheet, say("setup.title"))
    area = sheet.text(area, say("check.clock.title"), TITLE, gap=10)
    area = sheet.text(area, when("when.at", view.moment), HEADING, gap=6)
    area = sheet.text(area, raw(view.zone), BODY, "ink2", gap=14)
    key = "check.clock.body" if view.proven else "check.clock.unproven"
    sheet.text(area, say(key), BODY, "ink2")
    _say_so(sheet)


def key(view: model.SetupKey, sheet: Sheet) -> None:
    area = _bar(view, sheet, say("setup.title"))
    area = area._replace(h=sheet.footer.y - sheet.dp(10) - area.y)
    side = min(area.h, sheet.dp(300))
    words, place = sheet.panes(area, side / sheet.type.theme.scale, 24)
    sheet.put(QrCode(view.qr, say("check.key.qr")), place._replace(h=min(place.h, side)))
    words = sheet.text(words, say("check.key.title"), TITLE, gap=8)
    words = sheet.text(words, say("check.key.body"), BODY, "ink2", gap=10)
    sheet.text(words, raw(" ".join(view.words)), ACTION)
    _say_so(sheet)


def _say_so(sheet: Sheet) -> None:
    back = Button("", icon="arrow-left", action="back", speech=say("back"))
    wrong = Button(say("setup.wrong"), action="wrong")
    sheet.buttons([back], [wrong, Button(say("setup.right"), "primary", action="right")])
