"""Signing in, and the menu of a staff session."""

from __future__ import annotations

from ui import model
from ui.geometry import Rect
from ui.screens.parts import Sheet
from ui.theme import BODY, CAPTION, HEADLINE
from ui.widgets import Button, Label, ListView, Row
from ui.widgets.status import Tone
from ui.words import count, knows, raw, say


def badge(view: model.StaffBadge, sheet: Sheet) -> None:
    area = sheet.header(view)
    words = sheet.sign(area.cut_top(sheet.dp(14))[1], "badge", view.working, 220, 40)
    words = sheet.text(words, say("badge.title"), HEADLINE, gap=14)
    sheet.text(words, say("badge.body" if view.working else "badge.broken"), BODY, "ink2")
    more = [Button(say("recovery.open"), "chip", "help", action="recover")] if view.recover else []
    if not view.working:
        more.append(Button(say("badge.type"), "primary", "keypad", action="type-badge"))
    sheet.buttons([Button(say("back"), icon="arrow-left", action="home")], more)


def role(person: model.Person) -> str:
    """`Operator`; the role's own word when this release has none for it."""
    key = f"role.{person.role}"
    return say(key) if knows(key) else person.role


def who(person: model.Person) -> str:
    """`Amara Osei · Operator`."""
    name = raw(person.name) or say("staff.number", number=person.number)
    return say("staff.bar", name=name, role=role(person))


ICONS = {
    "deposit": "box",
    "batch": "barcode",
    "fetch": "hand",
    "queue": "bell",
    "count": "list",
    "shift": "refresh",
    "pin": "keypad",
    "time": "clock",
    "maintenance": "wrench",
    "setup": "check",
    "export": "document",
    "emergency": "warning",
}
"""By action of the menu."""


def _tile(row: model.MenuRow, wide: bool) -> Row:
    """A choice of the menu; a narrow one has no room for a chip and says it in words."""
    key = f"menu.{row.action}"
    words = ""
    if row.count is not None:
        words = count(key, row.count) if row.count else say(f"{key}.none")
    elif knows(f"{key}.more"):
        words = say(f"{key}.more")
    if row.urgent and not wide:
        words = f"{say('menu.urgent')} · {words}"
        return Row(say(key), words, icon="warning", action=row.action)
    chip, tone = (say("menu.urgent"), "danger") if row.urgent else ("", "soft")
    urgent: Tone = "danger" if tone == "danger" else "soft"
    return Row(say(key), words, chip, urgent, ICONS.get(row.action, "list"), action=row.action)


def menu(view: model.StaffMenu, sheet: Sheet) -> None:
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(18))[1]
    top = sheet.body(area, 16)
    few = len(view.rows) <= 3 and view.pages < 2
    columns = 1 if few else 2
    rows = len(view.rows) if sheet.tall else 3 * columns  # a page that is not full begins as others
    cells = sheet.cells(top, rows, columns, 14, 112)
    for row, cell in zip(view.rows, cells, strict=False):
        sheet.put(_tile(row, few and not sheet.tall), cell)
    button = Button(say("menu.end"), icon="sign-out", action="sign-out")
    space = sheet.buttons([button])
    if view.pages > 1:
        pager(sheet, space, view.page, view.pages)
        return
    label = Label(say("menu.signed"), CAPTION, "ink2", "right", middle=True, lines=3)
    sheet.put(label, space.cut_left(0, sheet.dp(8))[1])


def listed(sheet: Sheet, area: Rect, rows: list[Row], empty: str) -> None:
    """A page of rows between the bar and the footer."""
    place = sheet.body(area.cut_top(sheet.dp(16))[1])
    sheet.put(ListView(rows, empty_text=empty), place)


def pager(sheet: Sheet, space: Rect, page: int, pages: int) -> None:
    """Previous, where one is, and next, in the middle of the footer; nothing for one page."""
    if pages < 2:
        return
    side = sheet.type.theme.target_h
    if sheet.tall and space.w < 2 * side + sheet.dp(70):
        sheet.over_buttons(lambda line: _pages(sheet, line, page, pages))
    else:
        _pages(sheet, space, page, pages)


def _pages(sheet: Sheet, space: Rect, page: int, pages: int) -> None:
    side = sheet.type.theme.target_h
    whole = space.cut_right(min(space.w, 2 * side + sheet.dp(110)))[0]
    before, rest = whole.cut_left(side)
    after, middle = rest.cut_right(side)
    back = Button("", "chip", "chevron-left", action=f"page:{page - 1}", speech=say("previous"))
    on = Button("", "chip", "chevron-right", action=f"page:{page + 1}", speech=say("next"))
    back.enabled, on.enabled = page > 0, page + 1 < pages
    sheet.put(back, before)
    sheet.put(on, after)
    words = say("page", page=page + 1, pages=pages)
    sheet.put(Label(words, CAPTION, "ink2", "center", middle=True, lines=1), middle)
