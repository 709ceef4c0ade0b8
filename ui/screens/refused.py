"""What a code is answered when no door opens.

Rules.  One text for everything that was not proven, with the same buttons and the same size.  The
truth, and whom to call, for a code that was.
"""

from __future__ import annotations

from typing import Final

from ui import model
from ui.screens.parts import CARD_H, Sheet
from ui.theme import BODY, Role
from ui.widgets import Button, ButtonKind
from ui.words import day, say, seconds, time, when

ICONS: Final = {
    "unproven": "help",
    "early": "clock",
    "expired": "calendar",
    "collected": "check",
    "clock": "clock",
    "held": "shield",
    "open": "door-open",
    "service": "lock",
    "paused": "clock",
    "late": "clock",
    "asked": "help",
}
AGAIN: Final = frozenset({"unproven", "paused"})
"""Answers after which trying again at once makes sense."""


def refused(view: model.Refused, sheet: Sheet) -> None:
    area = sheet.header(view)
    patch: Role = "soft" if view.why in ("early", "collected", "unproven") else "warn_soft"
    area = sheet.headed(area, ICONS[view.why], _title(view), patch)
    sheet.text(area, _body(view), BODY)
    sheet.call_card(view, view.reference, sheet.above_footer(CARD_H))
    if view.why not in AGAIN:
        done = Button(say("done"), "primary", action="home")
        again = [Button(say("refused.receipt"), icon="document", action="receipt")]
        sheet.buttons(again if view.receipt else [], [done])
        return
    leads = "staff" if view.staff else "enter-code"
    more = [Button(say("refused.again"), "primary", "keypad", action=leads)]
    if view.why == "paused":
        more = []
    if view.scan:
        look: ButtonKind = "primary" if view.why == "paused" else "secondary"
        more.insert(0, Button(say("home.scan"), look, "qr", action="scan"))
    sheet.buttons([Button(say("done"), action="home")], more)


def _title(view: model.Refused) -> str:
    key = f"refused.{view.why}.title"
    if view.why == "early" and view.moment is not None:
        if view.moment.day == "today":
            return say(key, time=time(view.moment.time))
        return say(f"{key}.day", day=day(view.moment), time=time(view.moment.time))
    if view.why == "open" and view.unit:
        return say(f"{key}.unit", unit=view.unit)
    return say(key)


def _body(view: model.Refused) -> str:
    if view.why == "paused":
        wait = "" if view.scan else ".wait"
        if view.paused_until:
            return say(f"paused.until{wait}", time=time(view.paused_until))
        left_s = view.pause.left_s if view.pause is not None else 0
        return say(f"paused.for{wait}", left=seconds(left_s))
    moment = "" if view.moment is None else when("when.at", view.moment)
    return say(f"refused.{view.why}.body", when=moment)
