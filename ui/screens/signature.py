"""A recipient signs for what they took: with a finger, or by a key."""

from __future__ import annotations

from ui import model
from ui.screens.parts import Sheet
from ui.theme import BODY, TITLE
from ui.widgets import Button, Dialog, SignaturePad
from ui.words import raw, say, when


def sign(view: model.Sign, sheet: Sheet) -> None:
    area = sheet.header(view)
    area = sheet.text(area, say("sign.meaning", unit=view.unit), TITLE, gap=6)
    moment = when("when.at", view.moment)
    said = say("sign.by", name=raw(view.name), when=moment) if view.name else moment
    area = sheet.text(area, say("sign.again") if view.again else said, BODY, "ink2", gap=12)
    pad = SignaturePad(say("sign.hint"), view.strokes, speech=say("sign.hint"))
    place = sheet.body(area, 14)
    sheet.put(pad, place._replace(h=min(place.h, place.w * 3 // 5)))
    clear = Button(say("sign.clear"), icon="backspace", action="clear")
    done = Button(say("done"), "primary", action="done")
    clear.enabled, done.enabled = bool(view.strokes), view.enough
    left = [clear]
    if view.amiss:
        left.append(Button(say("help"), "chip", "help", action="amiss"))
    sheet.buttons(left, [Button(say("sign.other"), lines=2, action="helping:on"), done])
    if view.other:
        _other(view, sheet)


def _other(view: model.Sign, sheet: Sheet) -> None:
    """The ways without drawing."""
    buttons = [
        Button(say("sign.key"), "primary", action="sign-by-key"),
        Button(say("sign.none"), action="unsigned"),
        Button(say("back"), action="helping:off"),
    ]
    body = say("sign.other.body", unit=view.unit)
    sheet.put(Dialog(say("sign.other.title"), body, buttons), sheet.panel)
