"""The full workbench: every hand that the simulated world has, and the journal as it is written.

Rules.  A button that would change nothing is disabled.  Hands work on the door that was clicked
last.
"""

from __future__ import annotations

from typing import Final

from ui.geometry import Rect, column, grid, row
from ui.theme import BODY_STRONG, CAPTION
from ui.widgets import Card, Label, Widget
from ui.workbench.model import Badge, Bench, DoorFact
from ui.workbench.parts import FINE_STRONG, DeskButton, Input, Journal

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
SCAN_MAX: Final = 64
HEAD_H: Final = 18
BUTTON_H: Final = 32


def tools(bench: Bench, area: Rect, selected: str, typed: str, typing: bool) -> list[Widget]:
    """The widgets of the full workbench in `area`, back to front."""
    out: list[Widget] = [Card(shadow=True).place(area)]
    inner = area.inset(14, 12)
    head, inner = inner.cut_top(28, 8)
    back = DeskButton("Back to the telephone", "phone", action="fold")
    out += [
        Label("Workbench", BODY_STRONG, middle=True, lines=1).place(head.cut_left(160)[0]),
        back.place(head.cut_right(206)[0]),
    ]
    section, inner = inner.cut_top(HEAD_H + BUTTON_H, 10)
    out += _supply(bench, section)
    section, inner = inner.cut_top(HEAD_H + 2 * BUTTON_H + 6, 10)
    out += _door(bench.door(selected) if selected else None, section)
    section, inner = inner.cut_top(HEAD_H + BUTTON_H, 10)
    out += _scanner(bench.powered, typed, typing, section)
    section, inner = inner.cut_top(HEAD_H + 54, 10)
    out += _badges(bench, section)
    title, inner = inner.cut_top(HEAD_H, 2)
    lines = tuple((one.at, one.type, one.unit) for one in bench.lines)
    return [*out, _head("Journal, as it is written", title), Journal(lines).place(inner)]


def _head(text: str, place: Rect) -> Label:
    return Label(text, FINE_STRONG, "ink2", middle=True, lines=1).place(place)


def _supply(bench: Bench, area: Rect) -> list[Widget]:
    title, bar = area.cut_top(HEAD_H)
    switch, hour, day = row(bar, [1.4, 1, 1], 8)
    on = bench.powered
    return [
        _head(f"Supply and clock · {bench.clock}", title),
        DeskButton(
            "Cut the power" if on else "Power on",
            "stop" if on else "refresh",
            not on,
            action="power:off" if on else "power:on",
        ).place(switch),
        DeskButton("+1 hour", "clock", action=f"clock:{HOUR_MS}", enabled=on).place(hour),
        DeskButton("+1 day", "calendar", action=f"clock:{DAY_MS}", enabled=on).place(day),
    ]


def _door(door: DoorFact | None, area: Rect) -> list[Widget]:
    title, rest = area.cut_top(HEAD_H)
    if door is None:
        return [
            _head("Door", title),
            Label("Click a door of the cabinet to work on it.", CAPTION, "ink2", middle=True).place(
                rest
            ),
        ]
    stands = "open" if door.is_open else "shut and latched" if door.latched else "shut, not latched"
    hands = (
        ("Push", "push", "", door.is_open or not door.latched),
        ("Pull", "pull", "", door.angle_deg < 90),
        ("Force", "force", "", door.latched),
        ("Unjam", "unjam", "", True) if door.jammed else ("Jam", "jam", "", True),
        ("Cut lock", "cut", ":strike", not door.strike_cut),
        ("Cut sensor", "cut", ":contact", not door.contact_cut),
        ("Mend lock", "mend", ":strike", door.strike_cut),
        ("Mend sensor", "mend", ":contact", door.contact_cut),
    )
    return [
        _head(f"Door {door.unit} · {stands}", title),
        *(
            DeskButton(text, action=f"{verb}{cable}", enabled=so).place(cell)
            for (text, verb, cable, so), cell in zip(hands, grid(rest, 4, 2, 6), strict=True)
        ),
    ]


def _scanner(powered: bool, typed: str, typing: bool, area: Rect) -> list[Widget]:
    title, bar = area.cut_top(HEAD_H)
    button, line = bar.cut_right(96, 8)
    empty = "Click here, then type or paste a code"
    return [
        _head("Scanner", title),
        Input(typed, empty, typing, action="type").place(line),
        DeskButton("Scan", "qr", action="scan-typed", enabled=powered and bool(typed)).place(
            button
        ),
    ]


def _badges(bench: Bench, area: Rect) -> list[Widget]:
    title, bar = area.cut_top(HEAD_H)
    out: list[Widget] = [_head("Show a badge", title)]
    badges = bench.badges[:4]
    for badge, cell in zip(badges, row(bar, [1] * len(badges), 8), strict=True):
        out += _badge(badge, bench.powered, cell)
    return out


def _badge(badge: Badge, powered: bool, cell: Rect) -> list[Widget]:
    top, low = column(cell, [-BUTTON_H, 1], 2)
    words = f"{badge.role} · {badge.pin}"
    return [
        DeskButton(badge.first, "badge", action=f"badge:{badge.staff}", enabled=powered).place(top),
        Label(words, FINE_STRONG, "ink2", "center", True, 1, secret=True).place(low),
    ]
