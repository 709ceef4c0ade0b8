"""The workbench's window: what stands where, as a function of the bench and of what was clicked.

Theory of operation.  At the left the machine: the kiosk one to one in its steel body, below it the
front with its doors.  At the right the telephone, and before its lower end the guided first minute;
or, when it is unfolded, the full workbench in place of both.  `build` is pure.

Rules.  The kiosk is never scaled or covered.  Every button does something or is disabled.  Nothing
is cut off in any window that is at least `size.least_for` large.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from lockerd.core.record import Record, hidden
from lockerd.core.site import Site
from ui.backend import Backend
from ui.geometry import Rect, Size, row
from ui.model import Matrix
from ui.text import Typesetter
from ui.theme import BODY_STRONG, CAPTION
from ui.widgets import Card, Label, Screen, Widget
from ui.workbench.cards import Choice, Commands, Hint, StickyNote, Tour
from ui.workbench.front import Front
from ui.workbench.guide import Guide
from ui.workbench.model import Bench
from ui.workbench.pages import CALL, Page, page
from ui.workbench.parts import (
    DeskButton,
    Floor,
    Glass,
    Lamp,
    Machine,
    Notice,
)
from ui.workbench.phone import HIDDEN, phone
from ui.workbench.size import BEZEL, GAP, MARGIN, STRIP_H
from ui.workbench.tools import tools

PHONE_W_MOST: Final = 470
GUIDE_H: Final = 300
GUIDE_LEAST_H: Final = 284
CLICK: Final = "Click a door: an open one is pushed shut, a locked one does not move."
DARK: Final = "No power: the kiosk is dark, the locks hold."
PATHS: Final = (
    ("collect", "Collect", "unlock", "Use your code"),
    ("deposit", "Deposit", "box", "Put something in"),
    ("break", "Break something", "wrench", "See what survives"),
)


class Clicked(Record):
    """What the person at the desk chose.

    `opened`: the message that is open.  `fresh`: messages nobody looked at.  `selected`: the door
    of the full workbench.  `typed`: text for the scanner.  `said`: the last answer given.
    """

    unfolded: bool = False
    opened: str = ""
    page: int = 0
    fresh: frozenset[str] = frozenset()
    buzzing: bool = False
    selected: str = ""
    typed: str = hidden(default="")
    typing: bool = False
    said: str = ""
    warned: bool = False


class Places(NamedTuple):
    """The areas of a window."""

    machine: Rect
    kiosk: Rect
    strip: Rect
    front: Rect
    side: Rect
    phone: Rect
    guide: Rect


def places(window: Size, kiosk: Size) -> Places:
    """Divide a window of this size."""
    whole = Rect(0, 0, *window).inset(MARGIN)
    machine, side = whole.cut_left(kiosk[0] + 2 * BEZEL, GAP)
    inner = machine.inset(BEZEL)
    glass, below = inner.cut_top(kiosk[1])
    strip, front = below.cut_top(STRIP_H)
    share = (window[1] - 720) / 48
    low = round(GUIDE_LEAST_H + (GUIDE_H - GUIDE_LEAST_H) * max(0.0, min(1.0, share)))
    guide, rest = side.cut_bottom(low, GAP)
    # The telephone's lower end is behind the guide.
    body = rest.centred(min(PHONE_W_MOST, side.w), rest.h)._replace(h=rest.h + HIDDEN)
    return Places(machine, glass, strip, front, side, body, guide)


def build(
    site: Site,
    bench: Bench,
    guide: Guide,
    clicked: Clicked,
    swings: Mapping[str, int],
    pane: Backend,
    matrix_of: Callable[[str], Matrix],
    type: Typesetter,
    call: tuple[str, ...] = CALL,
) -> Screen:
    """The whole window.  `call`: how a person begins a command in a terminal, a line each."""
    at = places(type.theme.size, pane.size)
    widgets: list[Widget] = [Floor().place(Rect(0, 0, *type.theme.size))]
    widgets += _machine(site, bench, clicked, swings, pane, at)
    if clicked.unfolded:
        widgets += tools(bench, at.side, clicked.selected, clicked.typed, clicked.typing)
    else:
        widgets += phone(
            at.phone,
            bench.site,
            bench.clock,
            bench.messages,
            clicked.opened,
            matrix_of,
            clicked.fresh,
            clicked.page,
            clicked.buzzing,
            bench.powered,
        )
        widgets += _guided(guide, bench, call, at.guide, type)
    return Screen("workbench", widgets)


# -- the machine ----------------------------------------------------------------------------------


def _machine(
    site: Site,
    bench: Bench,
    clicked: Clicked,
    swings: Mapping[str, int],
    pane: Backend,
    at: Places,
) -> list[Widget]:
    lamp = f"{bench.device} · power on" if bench.powered else f"{bench.device} · no power"
    left, right = at.strip.inset(4, 0).cut_left(170, 12)
    said, warned = clicked.said or CLICK, clicked.warned
    if not bench.powered and not warned:
        said, warned = DARK, True
    selected = clicked.selected if clicked.unfolded else ""
    return [
        Machine().place(at.machine),
        Glass(pane, bench.powered).place(at.kiosk),
        Lamp(lamp, bench.powered).place(left),
        Notice(said, warned).place(right),
        Front(site, bench.doors, swings, selected, bench.powered).place(at.front),
    ]


# -- the guided first minute ----------------------------------------------------------------------


def _guided(
    guide: Guide, bench: Bench, call: tuple[str, ...], area: Rect, type: Typesetter
) -> list[Widget]:
    out: list[Widget] = [Card(shadow=True).place(area)]
    inner = area.inset(14, 12)
    head, inner = inner.cut_top(28, 8)
    toggle = DeskButton("Workbench", "wrench", action="fold")
    place = head.cut_right(toggle.size(type)[0])[0]
    out += [
        Label("Your first minute", BODY_STRONG, middle=True, lines=1).place(head.cut_left(250)[0]),
        toggle.place(place),
    ]
    bar, inner = inner.cut_top(34 if guide.path else 104, 12)
    for (path, text, icon, more), cell in zip(PATHS, row(bar, [1, 1, 1.25], 8), strict=True):
        chosen = guide.path == path
        action = f"path:{path}"
        out.append(Choice(text, icon, more, chosen, action=action).place(cell))
    return out + _told(page(guide, bench, call), inner, type)


def _told(page: Page, area: Rect, type: Typesetter) -> list[Widget]:
    """The steps, what to do now, and the buttons that help."""
    out: list[Widget] = []
    if page.steps:
        below = sum((60 if page.hint else 0, 52 if page.code else 0, 42 if page.offers else 0))
        pitch = max(22, min(28, (area.h - below) // len(page.steps)))
        lines, area = area.cut_top(pitch * len(page.steps), 6)
        tour = Tour(page.steps).place(lines)
        out.append(tour)
        if page.note is not None:
            tour.beside = lines.cut_right(118)[0].cut_top(62)[0]
            out.append(StickyNote(page.note.name, page.note.pin).place(tour.beside))
    if page.hint:
        count = len(type.wrap(page.hint, CAPTION, area.w - Hint.lead(page.tone)))
        words, area = area.cut_top(count * type.theme.line_px(CAPTION) + 2, 8)
        out.append(Hint(page.hint, page.tone).place(words))
    if page.code:
        commands, area = area.cut_top(20 * len(page.code) + 10, 8)
        out.append(Commands(page.code).place(commands))
    return out + _offers(page, area.cut_top(34)[0], type)


def _offers(page: Page, bar: Rect, type: Typesetter) -> list[Widget]:
    """Side by side, each as wide as its words ask; shrunk together if they do not fit."""
    buttons = [DeskButton(one.text, one.icon, one.strong, action=one.action) for one in page.offers]
    widths = [button.size(type)[0] for button in buttons]
    whole = min(bar.w, sum(widths) + 8 * (len(widths) - 1)) if widths else 0
    cells = row(bar._replace(w=whole), widths, 8)
    return [button.place(cell) for button, cell in zip(buttons, cells, strict=True)]
