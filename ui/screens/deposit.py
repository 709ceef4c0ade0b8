"""The way of a depositor: pick or describe a handover, place the item, pass the code on."""

from __future__ import annotations

from ui import keyboards, model
from ui.geometry import Rect, row
from ui.screens.parts import Sheet
from ui.screens.staff import listed, pager, who
from ui.theme import BODY, BODY_STRONG, CAPTION, DISPLAY, HEADING, TITLE, Role
from ui.widgets import (
    Button,
    CodeField,
    Icon,
    Label,
    Row,
    StatusChip,
    TextField,
    TextKeyboard,
)
from ui.words import count, named, raw, say, spoken, told, when


def pick(view: model.Pick, sheet: Sheet) -> None:
    area = sheet.staff_bar(view, who(view.person), say("menu.deposit"))
    rows = [_pick_row(one) for one in view.rows]
    listed(sheet, area, rows, say("pick.empty"))
    space = sheet.buttons(
        [Button(say("back"), icon="arrow-left", action="back")],
        [Button(say("pick.new"), "primary" if not rows else "secondary", "plus", action="new")],
    )
    pager(sheet, space, view.page, view.pages)


def _pick_row(one: model.PickRow) -> Row:
    """Who it is for; below that where or how large it is, its window, and last what it is."""
    window = when("when.until", one.until)
    if one.starts is not None:
        window = when("when.from", one.starts)
    place = say("locker", unit=one.unit) if one.unfinished else one.size
    item, name = named(one.item, "item.erased"), named(one.recipient, "name.erased")
    words = say("pick.row", place=place, window=window, item=item)
    row = Row(name, words, action=f"pick:{one.ho}")
    if not one.unfinished:
        size = say("speech.size", size=one.size)
        row.speech = f"{name}\n{say('pick.row', place=size, window=window, item=item)}"
    row.icon = "warning" if one.unfinished else "box"
    if one.unfinished:
        row.chip, row.tone = say("pick.finish"), "warn"
    return row


def form(view: model.Form, sheet: Sheet) -> None:
    step = say("form.step", at=view.number, of=len(view.order))
    title = say("form.profile" if view.question == "profile" else "form.title")
    area = sheet.staff_bar(view, f"{title} · {step}")
    if view.question == "profile":
        _profiles(view, sheet, area)
    elif view.question == "size":
        _sizes(view, sheet, area)
    else:
        last = view.number == len(view.order)
        hint = say(f"form.{view.question}.hint")
        done = say("done" if last else "next")
        question = say(f"form.{view.question}")
        shown = (view.shift, view.symbols, view.letters)
        typing(sheet, area, question, hint, view.value, view.error, done, *shown)


def typing(
    sheet: Sheet,
    area: Rect,
    question: str,
    hint: str,
    value: str,
    error: str,
    done: str,
    shift: bool,
    symbols: bool,
    letters: str = "",
) -> None:
    """A question with a field and the keyboard below it."""
    keys = _board(done, shift, symbols, letters)
    board, _ = sheet.panel.cut_bottom(keys.size(sheet.type)[1])
    area = area._replace(h=board.y - area.y).inset(0, sheet.dp(12))
    if sheet.tall:  # the question stands in the middle of what the keyboard leaves
        area = area.cut_top((area.h - sheet.dp(96 + 84)) * 2 // 5)[1]
    lines = 2 if sheet.tall else 1
    high = sheet.dp(44) if lines == 1 else lines * sheet.type.theme.line_px(TITLE)
    line, area = area.cut_top(high, sheet.dp(6))
    if error:
        mark, words = line.cut_left(sheet.dp(28), sheet.dp(12))
        sheet.put(Icon("warning", "danger"), mark)
        sheet.put(Label(say(error), BODY_STRONG, "danger", middle=True, lines=lines), words)
    else:
        sheet.put(Label(question, TITLE, middle=True, lines=lines), line)
    field, _ = area.cut_top(min(area.h, sheet.type.theme.target_h))
    back = Button("", icon="arrow-left", action="back", speech=say("back"))
    place, field = field.cut_left(sheet.type.theme.target_w, sheet.type.theme.gap)
    sheet.put(back, place)
    sheet.put(TextField(value, placeholder=hint, tone="error" if error else "normal"), field)
    sheet.put(keys, board)  # last: what is read comes before what is typed with


def _board(done: str, shift: bool, symbols: bool, letters: str) -> TextKeyboard:
    """The keyboard of the language that is spoken."""
    layouts = keyboards.of(spoken().code)
    layout = layouts[-1] if letters == "other" else layouts[0]
    page: keyboards.Page = "symbols" if symbols else "letters"
    if letters in keyboards.FACES:
        page = "accents" if letters == "accents" else "more"
    names = ("key.shift", "code.erase", "key.space", "key.script", "key.accents")
    return TextKeyboard(
        layout=layout,
        other=next((one for one in layouts if one is not layout), None),
        shift=shift,
        page=page,
        done_text=done,
        speeches=tuple(say(name) for name in names),
        pages=(say("key.letters") if layout.cased else layout.face, say("key.symbols")),
    )


def _profiles(view: model.Form, sheet: Sheet, area: Rect) -> None:
    area = area.cut_top(sheet.dp(12))[1]
    rows = [
        Row(raw(one.title), selected=one.value == view.profile, action=f"choose:{one.value}")
        for one in view.choices
    ]
    listed(sheet, area.move(0, -sheet.dp(10)), rows, "")
    space = sheet.buttons([Button(say("back"), icon="arrow-left", action="back")])
    pager(sheet, space, view.page, view.pages)


def _sizes(view: model.Form, sheet: Sheet, area: Rect) -> None:
    area = area.cut_top(sheet.dp(18))[1]
    words = say("form.summary", item=view.item, recipient=view.recipient)
    area = sheet.text(area, say("form.size"), TITLE, gap=6)
    line, area = area.cut_top(2 * sheet.type.theme.line_px(CAPTION), sheet.dp(12))
    sheet.put(Label(words, CAPTION, "ink2", lines=2), line)
    high = sheet.dp(120 if not sheet.tall else 150)
    cells = row(area._replace(h=high), [1] * len(view.choices), sheet.dp(14))
    for choice, cell in zip(view.choices, cells, strict=True):
        _size(view, sheet, choice, cell)
    send = Button(say("form.send"), "primary", "unlock", action="send")
    send.enabled = bool(view.value) and not view.sent
    sheet.buttons([Button(say("back"), icon="arrow-left", action="back")], [send])


def _size(view: model.Form, sheet: Sheet, choice: model.Choice, cell: Rect) -> None:
    chosen = view.value == choice.value
    button = Button("", "primary" if chosen else "secondary", action=f"choose:{choice.value}")
    button.enabled = choice.free > 0
    button.speech = f"{choice.title}, {count('form.size.free', choice.free)}"
    sheet.put(button, cell)
    colour: Role = "on_accent" if chosen else "ink" if choice.free else "ink2"
    top, below = cell.inset(sheet.dp(8), sheet.dp(16)).cut_top((cell.h - sheet.dp(32)) * 3 // 5)
    sheet.put(Label(choice.title, HEADING, colour, "center", middle=True), top)
    quiet: Role = "on_accent" if chosen else "ink2"
    words = count("form.size.free", choice.free)
    sheet.put(Label(words, CAPTION, quiet, "center", middle=True, lines=1), below)


def confirm(view: model.Confirm, sheet: Sheet) -> None:
    area = sheet.header(view)
    left, right = _confirm_panes(sheet, area, 4 if view.larger else 3)
    left = sheet.text(left, say("confirm.title", unit=view.unit), DISPLAY, gap=12)
    left = sheet.text(left, say("confirm.body"), BODY, gap=14)
    words = say(
        "form.summary",
        item=named(view.item, "item.erased"),
        recipient=named(view.recipient, "name.erased"),
    )
    high = 4 * sheet.type.theme.line_px(CAPTION)
    if sheet.tall:
        high = min(high * 3 // 4, sheet.text_h(words, CAPTION, left.w))
    line, left = left.cut_top(high, sheet.dp(8))
    sheet.put(Label(words, CAPTION, "ink2", lines=4), line)
    if view.notice:
        sheet.put(Label(told(view.notice), CAPTION, "danger", lines=4), left)
    yes = Button(say("confirm.yes"), "primary", "check", tile=True, action="confirm")
    others = [Button(say("confirm.reopen"), icon="unlock", tile=True, action="reopen")]
    if view.larger:
        others.append(Button(say("confirm.larger"), icon="box", tile=True, action="larger"))
    others.append(Button(say("confirm.nothing"), icon="cross", tile=True, action="nothing"))
    gap = sheet.dp(16 if len(others) == 2 or sheet.tall else 10)
    top = sheet.dp(130 if len(others) == 2 else 106)
    height = sheet.dp(104) if len(others) == 2 else sheet.type.theme.target_h
    sheet.put(yes, right._replace(h=top))
    for place, button in enumerate(others):
        sheet.put(button, right._replace(y=right.y + top + gap + place * (height + gap), h=height))


def _confirm_panes(sheet: Sheet, area: Rect, choices: int) -> tuple[Rect, Rect]:
    """(words, choices): beside each other, or the choices down to the edge."""
    area = area._replace(h=sheet.panel.h - area.y - sheet.dp(24))
    if sheet.tall:
        high = sheet.dp(130 + 2 * 120) if choices == 3 else sheet.dp(106 + 3 * 100)
        right, left = area.cut_top(sheet.dp(8))[1].cut_bottom(high, sheet.dp(12))
        return left, right
    right, left = area.cut_right(sheet.dp(368), sheet.dp(24))
    return left, right


def minting(view: model.Minting, sheet: Sheet) -> None:
    area = sheet.header(view).cut_top(sheet.dp(60))[1]
    area = sheet.headed(area, "shield", say("minting.title"), "soft")
    sheet.text(area, say("minting.body"), BODY, "ink2")


def done(view: model.Done, sheet: Sheet) -> None:
    words = sheet.inner.inset(0, sheet.dp(30))
    if view.shown:
        words = _symbol(view, sheet, words)
    top, words = words.cut_top(sheet.dp(44), sheet.dp(12))
    chip = StatusChip(say("done.recorded"), icon="check")
    sheet.put(chip, top._replace(w=chip.size(sheet.type)[0]))
    words = sheet.text(words, say("done.title", unit=view.unit), HEADING, gap=2)
    name = named(view.recipient, "name.erased")
    line, words = words.cut_top(3 * sheet.type.theme.line_px(CAPTION), sheet.dp(8))
    until = when("when.until", view.until)
    text = say("done.for", reference=view.reference, recipient=name, until=until)
    heard = say("speech.reference", reference=view.reference, recipient=name, until=until)
    sheet.put(Label(text, CAPTION, "ink2", lines=3, speech=heard), line)
    if view.shown:
        _shown(view, sheet, words)
    else:
        key = "done.sent" if view.delivered else "done.waiting"
        words = sheet.text(words, say(key), BODY_STRONG, gap=4)
        sheet.text(words, say(f"{key}.body"), BODY, "ink2")
    end = Button(say("done"), action="back")
    more = Button(say("done.next"), "primary", "plus", action="next")
    if sheet.tall:
        sheet.buttons([more], [end])
        return
    space = sheet.footer
    for button in (more, end):
        place, space = space.cut_left(button.size(sheet.type)[0], sheet.type.theme.gap)
        sheet.put(button, place)


def _shown(view: model.Done, sheet: Sheet, words: Rect) -> None:
    words = sheet.text(words, say("done.pin"), CAPTION, "ink2", gap=4)
    boxes, words = words.cut_top(sheet.dp(72), sheet.dp(10))
    sheet.put(CodeField((3, 3, 3), 9, view.pin, active=False), boxes)


def _symbol(view: model.Done, sheet: Sheet, words: Rect) -> Rect:
    """The QR code and the warning that it is shown once; the column that is left for words."""
    return sheet.once(words, view.qr, say("done.pin"), say("done.once"))
