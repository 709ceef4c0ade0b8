"""The way of a recipient: idle, scan or type, the door, the receipt."""

from __future__ import annotations

from typing import Final

from ui import model
from ui.geometry import Rect
from ui.geometry import row as across
from ui.lang import language
from ui.screens import amiss
from ui.screens.parts import CARD_H, Sheet
from ui.theme import ACTION, BODY, CAPTION, DISPLAY, HEADING, HEADLINE, PALETTES, TITLE
from ui.widgets import (
    Banner,
    Button,
    CodeField,
    Countdown,
    Dialog,
    Icon,
    Keypad,
    Label,
    QrCode,
    StatusChip,
    Steps,
)
from ui.words import count, listed, raw, say, seconds, time, told, when

MAP_W: Final = 364
SYMBOL_W: Final = 376  # three pixels for each module of a symbol of version 25
TEXT_GAP: Final = 28
SIZES: Final = ("normal", "large")


def home(view: model.Home, sheet: Sheet) -> None:
    if view.display:
        _display(view, sheet)
        return
    theme = sheet.type.theme
    area = sheet.panel
    if view.ajar:
        bar, area = area.cut_top(sheet.dp(52))
        words = count("home.ajar", len(view.ajar), units=listed(view.ajar))
        clock = time(view.clock) if view.languages else ""
        sheet.put(Banner(words, clock, tone="warn", icon="door-open"), bar)
    if view.ajar and not view.languages:
        sheet.header(view, area.inset(theme.margin, 0).move(0, -sheet.dp(6)))
    elif not view.ajar:
        sheet.header(view)
    if view.languages:
        _home_short(view, sheet)
    else:
        _home_tall(view, sheet)
    helping = [
        Button(say("help"), "chip", "help", action="help"),
        Button(say("home.display"), "chip", "contrast", action="display:on"),
    ]
    staff = [Button(say("home.staff"), "chip", "box", action="staff")]
    space = sheet.buttons(helping, staff)
    if view.attention:
        words = count("home.attention", view.attention)
        chip = StatusChip(words, "warn" if view.urgent else "soft", "bell")
        w, h = chip.size(sheet.type)
        w = min(w, space.w)  # its words shrink before it lies on a button
        sheet.put(chip, Rect(space.right - w, space.cy - h // 2, w, h))


def _display(view: model.Home, sheet: Sheet) -> None:
    """Colours and size of the text, for this visit."""
    area = sheet.header(view)
    area = sheet.text(area, say("display.title"), HEADLINE, gap=18)
    for action, names, now in (
        ("text-size", SIZES, view.text_size),
        ("theme", tuple(PALETTES), view.theme),
    ):
        row, area = area.cut_top(sheet.type.theme.target_h, sheet.dp(16))
        cells = across(row, [1] * len(names), sheet.dp(12))
        for name, cell in zip(names, cells, strict=True):
            on = name == now
            button = Button(say(f"display.{name}"), icon="check" if on else "", lines=2)
            button.action, button.on = f"{action}:{name}", on
            sheet.put(button, cell)
    space = sheet.buttons([Button(say("back"), icon="arrow-left", action="display:off")])
    sheet.put(Label(say("display.body"), BODY, "ink2", middle=True), space.cut_left(sheet.dp(8))[1])


def _home_tall(view: model.Home, sheet: Sheet) -> None:
    """What to do here, with room to say it."""
    body = sheet.inner.cut_top(sheet.dp(78 if not view.ajar else 110))[1]
    body = body.cut_bottom(body.bottom - sheet.footer.y, sheet.dp(34 if not view.ajar else 14))[1]
    right, left = body.cut_right(sheet.dp(368), sheet.dp(20))
    left = sheet.text(left, say("home.title"), DISPLAY, gap=10)
    left = left._replace(w=min(left.w, sheet.dp(300)))
    sheet.text(left, say("home.body" if view.scan else "home.body.keypad"), BODY, "ink2")
    _home_actions(view, sheet, right)


def _home_short(view: model.Home, sheet: Sheet) -> None:
    """The same over a row of languages, each by its own name."""
    theme = sheet.type.theme
    row = sheet.above_footer(theme.target_h / theme.scale)
    top = sheet.dp(62)
    body = sheet.inner._replace(y=top, h=row.y - sheet.dp(12) - top)
    right, left = body.cut_right(sheet.dp(368), sheet.dp(20))
    left = sheet.text(left, say("home.title"), HEADLINE, gap=4)
    words = say("home.body.short" if view.scan else "home.body.keypad")
    sheet.text(left, words, BODY, "ink2")
    _home_actions(view, sheet, right)
    cells = across(row, [1] * len(view.languages), sheet.dp(10))
    for code, cell in zip(view.languages, cells, strict=True):
        button = Button(language(code).own, "chip", action=f"speak:{code}")
        button.on = code == view.language
        sheet.put(button, cell)


def _home_actions(view: model.Home, sheet: Sheet, area: Rect) -> None:
    gap = sheet.dp(16)
    scan = Button(say("home.scan"), "primary", "qr", tile=True, action="scan")
    code = Button(say("home.code"), "secondary", "keypad", tile=True, action="enter-code")
    if not view.scan:
        code.look = "primary"
        sheet.put(code, area._replace(h=min(area.h, sheet.dp(160))))
        return
    height = min(sheet.dp(122), (area.h - gap) // 2)
    sheet.put(scan, area._replace(h=height))
    sheet.put(code, area._replace(y=area.y + height + gap, h=height))


def scan(view: model.Scan, sheet: Sheet) -> None:
    area = sheet.header(view)
    patch, words = area.cut_left(sheet.dp(220), sheet.dp(40))
    patch = patch.cut_top(sheet.dp(220))[0].move(0, sheet.dp(14))
    icon = Icon("qr", "accent", "soft", round=False, share=0.6)
    sheet.put(
        icon if view.working else Icon("stop", "on_warn", "warn_soft", round=False, share=0.5),
        patch,
    )
    words = words.cut_top(sheet.dp(14))[1]
    words = sheet.text(words, say("scan.title"), HEADLINE, gap=14)
    sheet.text(words, say("scan.body" if view.working else "scan.broken"), BODY, "ink2")
    sheet.buttons(
        [Button(say("back"), icon="arrow-left", action="home")],
        [Button(say("home.code"), icon="keypad", action="enter-code")],
    )


def code(view: model.Code, sheet: Sheet) -> None:
    pad_w = sheet.dp(371)
    pad, left = sheet.panel.cut_right(pad_w, sheet.dp(22))
    kind = "code.staff" if view.staff else "code"
    ready = view.filled == view.length and view.pause is None
    keypad = Keypad(ok_enabled=ready, ok_text=say("code.ok"), erase_speech=say("code.erase"))
    keypad.enabled = view.pause is None
    sheet.put(keypad, pad)
    left = left.cut_left(sheet.type.theme.margin)[1]
    area = sheet.header(view, left.move(0, sheet.dp(6)), clock=False)
    area = area._replace(y=area.y - sheet.dp(6))
    if view.pause is not None:
        _paused(view, sheet, area)
    else:
        title = say(f"code.{view.about}.title" if view.about else f"{kind}.title")
        style, gap = (TITLE, 14) if view.notice else (HEADING, 4)
        area = sheet.text(area, title, style, gap=gap)
        if view.challenge:
            area = sheet.text(area, raw(view.challenge), ACTION, gap=10)
        elif not view.notice:
            line, area = area.cut_top(sheet.type.theme.line_px(BODY), sheet.dp(18))
            words = say(f"{kind}.length", n=view.length)
            sheet.put(Label(words, BODY, "ink2", middle=True, lines=1), line)
        boxes, area = area.cut_top(sheet.dp(74), sheet.dp(18))
        field = CodeField(view.groups, view.filled)
        if view.staff:
            boxes = boxes._replace(w=min(boxes.w, field.size(sheet.type)[0] + sheet.dp(60)))
        sheet.put(field, boxes)
        if view.notice:
            _told(view, sheet, area._replace(h=sheet.footer.y - sheet.dp(12) - area.y))
        else:
            mark, hidden = area.cut_top(sheet.dp(30))[0].cut_left(sheet.dp(30), sheet.dp(12))
            sheet.put(Icon("shield"), mark)
            about = say("code.telephone.body" if view.challenge else f"{kind}.hidden")
            sheet.put(Label(about, BODY, "ink2", middle=True, lines=1), hidden)
    _code_footer(view, sheet, left)


def _told(view: model.Code, sheet: Sheet, area: Rect) -> None:
    """What was wrong with the last PIN."""
    mark, words = area.cut_left(sheet.dp(30), sheet.dp(12))
    sheet.put(Icon("warning"), mark._replace(h=sheet.dp(30)))
    sheet.text(words, told(view.notice), BODY, "ink2")


def _paused(view: model.Code, sheet: Sheet, area: Rect) -> None:
    assert view.pause is not None
    area = sheet.text(area, say("paused.title"), HEADING, gap=10)
    wait = "" if view.scan and not view.staff else ".wait"
    if view.paused_until:
        words = say(f"paused.until{wait}", time=time(view.paused_until))
    else:
        words = say(f"paused.for{wait}", left=seconds(view.pause.left_s))
    sheet.text(area, words, BODY, "ink2")


def _code_footer(view: model.Code, sheet: Sheet, left: Rect) -> None:
    row = left._replace(y=sheet.footer.y, h=sheet.footer.h)
    cancel = Button(say("cancel"), icon="arrow-left", action="home")
    time = view.pause or view.time
    width = cancel.size(sheet.type)[0]
    if time is None:
        sheet.put(cancel, row._replace(w=width))
        return
    ring = Countdown(time.left_s / max(1, time.total_s), seconds(time.left_s))
    w, h = ring.size(sheet.type)
    gap = min(sheet.dp(30), max(sheet.dp(12), row.w - w - width))
    place, rest = row.cut_left(min(width, row.w - w - gap), gap)
    sheet.put(cancel, place)
    sheet.put(ring, Rect(rest.x, rest.cy - h // 2, w, h))


def checking(view: model.Checking, sheet: Sheet) -> None:
    area = sheet.header(view)
    area = area.cut_top(sheet.dp(60))[1]
    area = sheet.headed(area, "shield", say("checking.title"), "soft")
    sheet.text(area, say("checking.body"), BODY, "ink2")


def _beside_map(sheet: Sheet) -> tuple[Rect, Rect]:
    """(the column of words, the place of the map)."""
    edge = sheet.dp(28)
    place = sheet.panel.inset(edge).cut_right(sheet.dp(MAP_W))[0]
    words = sheet.inner.inset(0, sheet.dp(30))
    return words._replace(w=place.x - sheet.dp(TEXT_GAP) - words.x), place


def opening(view: model.Opening, sheet: Sheet) -> None:
    words, place = _beside_map(sheet)
    sheet.cabinet(place, view.columns, view.unit, "target")
    words = sheet.header(view, words.move(0, -sheet.dp(22)), clock=False)
    words = words._replace(y=words.y + sheet.dp(20))
    words = sheet.text(words, say("opening.title", unit=view.unit), DISPLAY, gap=20)
    if view.attempt > 1:
        words = sheet.text(words, say("opening.retry"), ACTION, gap=6)
        sheet.text(words, say("opening.retry.body"), BODY, "ink2")
    else:
        sheet.text(words, say("opening.body"), BODY, "ink2")


def opened(view: model.Open, sheet: Sheet) -> None:
    words, place = _beside_map(sheet)
    sheet.cabinet(place, view.columns, view.unit, "open")
    if view.left:
        amiss.left(view, sheet, words)
        return
    chip = StatusChip(say("open.recorded"), icon="check")
    title = say("open.title", unit=view.unit)
    if view.overdue:
        chip = StatusChip(say("open.overdue"), "warn", "bell")
        title = say("open.overdue.title", unit=view.unit)
    top, words = words.cut_top(sheet.dp(44), sheet.dp(14))
    sheet.put(chip, top._replace(w=min(top.w, chip.size(sheet.type)[0])))
    words = sheet.text(words, title, DISPLAY, gap=10)
    first = say("open.place" if view.deposit else "open.take")
    steps = Steps([first, say("open.close")], 2 if view.overdue else 0)
    sheet.put(steps, words.cut_top(sheet.dp(120))[0])
    row = words._replace(y=sheet.footer.y, h=sheet.footer.h)
    if not (view.deposit or view.again):
        button = Button(say("help"), "chip", "help", action="helping:on")
        space, row = row.cut_right(button.size(sheet.type)[0], sheet.dp(12))
        sheet.put(button, space)
    if view.time is not None:
        share = view.time.left_s / max(1, view.time.total_s)
        ring = Countdown(share, seconds(view.time.left_s), say("open.time"))
        h = ring.size(sheet.type)[1]
        sheet.put(ring, row._replace(y=row.cy - h // 2, h=h))
    if view.helping:
        body = say("open.help.body", phone=view.phone, reference=view.reference)
        close = Button(say("open.help.back"), "primary", action="helping:off")
        wrong = Button(say("amiss.button"), action="amiss")
        sheet.put(Dialog(say("open.help.title"), body, [close, wrong]), sheet.panel)


def not_opened(view: model.NotOpened, sheet: Sheet) -> None:
    area = sheet.header(view)
    area = sheet.headed(area, "door", say("not_opened.title", unit=view.unit))
    sheet.text(area, say("not_opened.body"), BODY)
    sheet.call_card(view, view.reference, sheet.above_footer(CARD_H))
    sheet.buttons(
        [Button(say("done"), action="home")],
        [
            Button(say("home.code"), icon="keypad", action="enter-code"),
            Button(say("home.scan"), "primary", "qr", action="scan"),
        ],
    )


def receipt(view: model.Receipt, sheet: Sheet) -> None:
    words = sheet.inner.inset(0, sheet.dp(30))
    if view.qr:
        words = _receipt_qr(view, sheet, words)
    top, words = words.cut_top(sheet.dp(44), sheet.dp(14))
    chip = StatusChip(say("receipt.recorded"), icon="check")
    sheet.put(chip, top._replace(w=chip.size(sheet.type)[0]))
    words = sheet.text(words, say("receipt.title"), DISPLAY, gap=6)
    body = say("receipt.body", unit=view.unit, when=when("when.at", view.moment))
    words = sheet.text(words, body, BODY, "ink2", gap=14)
    words = sheet.text(words, say("reference"), CAPTION, "ink2", gap=0)
    words = sheet.text(words, view.reference, TITLE, gap=6)
    if not view.qr:
        sheet.text(words, say("receipt.keep"), BODY, "ink2")
    _receipt_buttons(view, sheet, words)


def _receipt_buttons(view: model.Receipt, sheet: Sheet, words: Rect) -> None:
    """The next door stands first where there is one; help is the small one."""
    row = words._replace(y=sheet.footer.y, h=sheet.footer.h)
    if view.amiss:
        button = Button(say("help"), "chip", "help", action="amiss")
        space, row = row.cut_right(button.size(sheet.type)[0], sheet.dp(12))
        sheet.put(button, space)
    if view.more:
        more = Button(say("receipt.another"), "primary", lines=2, action="another")
        sheet.put(more, row)
        return
    done = Button(say("done"), "primary", action="home")
    sheet.put(done, row._replace(w=min(row.w, done.size(sheet.type)[0])))


def _receipt_qr(view: model.Receipt, sheet: Sheet, words: Rect) -> Rect:
    """The symbol at the right with its caption; the column that is left for words."""
    edge, caption = sheet.dp(28), sheet.dp(34)
    place = sheet.panel.inset(edge).cut_right(sheet.dp(SYMBOL_W))[0]
    symbol, below = place.cut_top(min(place.w, place.h - caption), sheet.dp(4))
    label = say("receipt.qr")
    sheet.put(QrCode(view.qr, label), symbol)
    sheet.put(Label(label, CAPTION, "ink2", "center", middle=True), below._replace(h=caption))
    return words._replace(w=place.x - sheet.dp(TEXT_GAP) - words.x)
