"""Signing in, and the menu of a staff session."""

from __future__ import annotations

from ui import model
from ui.geometry import Rect
from ui.screens.parts import Sheet
from ui.theme import BODY, CAPTION, HEADLINE
from ui.widgets import Button, Icon, Label, ListView, Row
from ui.widgets.status import Tone
from ui.words import count, knows, say


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
    sheet.buttons([Button(say("back"), icon="arrow-left", action="home")])


def role(person: model.Person) -> str:
    """`Operator`; the role's own word when this release has none for it."""
    key = f"role.{person.role}"
    return say(key) if knows(key) else person.role


def who(person: model.Person) -> str:
    """`Amara Osei · Operator`."""
    name = person.name or say("staff.number", number=person.number)
    return say("staff.bar", name=name, role=role(person))


def menu(view: model.StaffMenu, sheet: Sheet) -> None:
    area = sheet.staff_bar(view, who(view.person)).cut_top(sheet.dp(22))[1]
    rows = []
    if view.deposit:
        words = count("menu.deposit", view.waiting)
        if not view.waiting:
            words = say("menu.deposit.none")
        rows.append(Row(say("menu.deposit"), words, icon="box", action="deposit"))
    words = count("menu.queue", view.attention)
    if not view.attention:
        words = say("menu.queue.none")
    chip, tone = (say("menu.urgent"), "danger") if view.urgent else ("", "soft")
    urgent: Tone = "danger" if tone == "danger" else "soft"
    rows.append(Row(say("menu.queue"), words, chip, urgent, "bell", action="queue"))
    top = area._replace(h=sheet.footer.y - sheet.dp(20) - area.y)
    height = sheet.dp(112)
    for place, row in enumerate(rows):
        sheet.put(row, Rect(top.x, top.y + place * (height + sheet.dp(14)), top.w, height))
    button = Button(say("menu.end"), icon="sign-out", action="sign-out")
    space = sheet.buttons([button])
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
