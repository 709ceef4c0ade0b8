"""Signing in, and the menu of a staff session."""

from __future__ import annotations

from ui import model
from ui.geometry import Rect
from ui.screens.parts import Sheet
from ui.theme import BODY, CAPTION, HEADLINE
from ui.widgets import Button, Icon, Label, ListView, Row
from ui.widgets.status import Tone
from ui.words import count, knows, raw, say


def badge(view: model.StaffBadge, sheet: Sheet) -> None:
    area = sheet.header(view)
    patch, words = area.cut_left(sheet.dp(220), sheet.dp(40))
    patch = patch.cut_top(sheet.dp(220))[0].move(0, sheet.dp(14))
    icon = Icon("badge", "accent", "soft", round=False, share=0.6)
    sheet.put(
        icon if view.working else Icon("stop", "on_warn", "warn_soft", round=False, share=0.5),
        patch,
    )
    words = words.cut_top(sheet.dp(14))[1]
    words = sheet.text(words, say("badge.title"), HEADLINE, gap=14)
    sheet.text(words, say("badge.body" if view.working else "badge.broken"), BODY, "ink2")
    lost = [Button(say("recovery.open"), "chip", "help", action="recover")] if view.recover else []
    sheet.buttons([Button(say("back"), icon="arrow-left", action="home")], lost)


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
    "shift": "refresh",
    "pin": "keypad",
    "time": "clock",
    "maintenance": "wrench",
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
    top = area._replace(h=sheet.footer.y - sheet.dp(16) - area.y)
    gap, few = sheet.dp(14), len(view.rows) <= 3 and view.pages < 2
    columns = 1 if few else 2
    width = (top.w - gap * (columns - 1)) // columns
    height = min(sheet.dp(112), (top.h - 2 * gap) // 3)
    for place, row in enumerate(view.rows):
        x = top.x + (place % columns) * (width + gap)
        y = top.y + (place // columns) * (height + gap)
        sheet.put(_tile(row, columns == 1), Rect(x, y, width, height))
    button = Button(say("menu.end"), icon="sign-out", action="sign-out")
    space = sheet.buttons([button])
    if view.pages > 1:
        pager(sheet, space, view.page, view.pages)
        return
    label = Label(say("menu.signed"), CAPTION, "ink2", "right", middle=True, lines=2)
    sheet.put(label, space.cut_left(0, sheet.dp(8))[1])


def listed(sheet: Sheet, area: Rect, rows: list[Row], empty: str) -> None:
    """A page of rows between the bar and the footer."""
    place = area.cut_top(sheet.dp(16))[1]
    place = place._replace(h=sheet.footer.y - sheet.dp(12) - place.y)
    sheet.put(ListView(rows, empty_text=empty), place)


def pager(sheet: Sheet, space: Rect, page: int, pages: int) -> None:
    """Previous, where one is, and next, in the middle of the footer; nothing for one page."""
    if pages < 2:
        return
    side = sheet.type.theme.target_h
    whole = space.cut_right(2 * side + sheet.dp(110))[0]
    before, rest = whole.cut_left(side)
    after, middle = rest.cut_right(side)
    back = Button("", "chip", "chevron-left", action=f"page:{page - 1}", speech=say("previous"))
    on = Button("", "chip", "chevron-right", action=f"page:{page + 1}", speech=say("next"))
    back.enabled, on.enabled = page > 0, page + 1 < pages
    sheet.put(back, before)
    sheet.put(on, after)
    words = say("page", page=page + 1, pages=pages)
    sheet.put(Label(words, CAPTION, "ink2", "center", middle=True, lines=1), middle)
