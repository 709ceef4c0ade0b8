"""The way of a recipient: idle, scan or type, the door, the receipt."""

from __future__ import annotations

from typing import Final

from ui import model
from ui.geometry import Rect, grid
from ui.lang import language
from ui.screens import amiss
from ui.screens.parts import CARD_H, Sheet
from ui.theme import (
    ACTION,
    BODY,
    BODY_STRONG,
    CAPTION,
    DISPLAY,
    HEADING,
    HEADLINE,
    PALETTES,
    TITLE,
)
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
STAFF_BOXES: Final = 6
RECORDED: Final = {"": "recorded", "drawn": "signed", "key": "confirmed"}
KEY_MM: Final = 15.1
"""Least height of a key of the code pad below everything else; it is wider than that."""


def home(view: model.Home, sheet: Sheet) -> None:
    if view.display:
        _display(view, sheet)
        return
    theme = sheet.type.theme
    area = sheet.panel
    if view.barred:
        bar, area = area.cut_top(sheet.bar_h)
        clock = time(view.clock) if view.languages else ""
        icon = "door-open" if view.ajar else "info"
        sheet.put(Banner(_bar(view), clock, tone="warn", icon=icon, speech=_bar(view)), bar)
    if view.barred and not view.languages:
        sheet.header(view, area.inset(theme.margin, 0).move(0, -sheet.dp(6)))
    elif not view.barred:
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
        if sheet.tall:
            space = sheet.inner._replace(y=_head_h(view, sheet) - h, h=h)
        w = min(w, space.w)  # its words shrink before it lies on a button
        x = space.x if sheet.tall else space.right - w
        sheet.put(chip, Rect(x, space.cy - h // 2, w, h))


def _head_h(view: model.Home, sheet: Sheet) -> int:
    """How far down bar, header and what needs attention reach on a panel that stands."""
    high = sheet.dp(52)
    if view.barred:
        high = sheet.bar_h if view.languages else sheet.bar_h + sheet.dp(46)
    return high + sheet.dp(56 if view.attention else 0)


def _bar(view: model.Home) -> str:
    """What stands in the bar: doors to be closed, else which way is left to the item."""
    if view.ajar:
        return count("home.ajar", len(view.ajar), units=listed(view.ajar))
    return say(view.notice, phone=view.phone)


def _display(view: model.Home, sheet: Sheet) -> None:
    """Colours and size of the text, for this visit."""
    theme, area = sheet.type.theme, sheet.header(view)
    area = sheet.text(area, say("display.title"), HEADLINE, gap=18 if not sheet.tall else 4)
    if sheet.tall:
        area = sheet.text(area, say("display.body"), BODY, "ink2", gap=18 - 8 * theme.large)
    for action, names, now in (
        ("text-size", SIZES, view.text_size),
        ("theme", tuple(PALETTES), view.theme),
    ):
        cells = sheet.cells(area, len(names), len(names), 12, theme.target_h / theme.scale)
        area = area.cut_top(cells[-1].bottom - area.y, sheet.dp(16 if not sheet.tall else 30))[1]
        for name, cell in zip(names, cells, strict=True):
            on = name == now
            button = Button(say(f"display.{name}"), icon="check" if on else "", lines=2)
            button.action, button.on = f"{action}:{name}", on
            sheet.put(button, cell)
    space = sheet.buttons([Button(say("back"), icon="arrow-left", action="display:off")])
    if not sheet.tall:
        words = Label(say("display.body"), BODY, "ink2", middle=True)
        sheet.put(words, space.cut_left(sheet.dp(8))[1])


def _home_tall(view: model.Home, sheet: Sheet) -> None:
    """What to do here, with room to say it."""
    body = sheet.inner.cut_top(sheet.dp(78 if not view.barred else 110))[1]
    body = body.cut_bottom(body.bottom - sheet.footer.y, sheet.dp(34 if not view.barred else 14))[1]
    if sheet.tall:
        body = sheet.body(sheet.inner.cut_top(_head_h(view, sheet) + sheet.dp(40))[1], 34)
    left, right = sheet.panes(body, 368, 20)
    left = sheet.text(left, say("home.title"), DISPLAY, gap=10)
    left = left._replace(w=min(left.w, sheet.dp(300))) if not sheet.tall else left
    sheet.text(left, say("home.body" if view.scan else "home.body.keypad"), BODY, "ink2")
    _home_actions(view, sheet, right)


def _home_short(view: model.Home, sheet: Sheet) -> None:
    """The same over the languages, each by its own name."""
    theme = sheet.type.theme
    columns = 3 if sheet.tall else len(view.languages)
    lines = -(-len(view.languages) // columns)
    row = sheet.above_footer((theme.target_h * lines + sheet.dp(10) * (lines - 1)) / theme.scale)
    if sheet.tall:
        _home_stacked(view, sheet, row)
    else:
        top = sheet.dp(62)
        body = sheet.inner._replace(y=top, h=row.y - sheet.dp(12) - top)
        right, left = body.cut_right(sheet.dp(368), sheet.dp(20))
        left = sheet.text(left, say("home.title"), HEADLINE, gap=4)
        words = say("home.body.short" if view.scan else "home.body.keypad")
        sheet.text(left, words, BODY, "ink2")
        _home_actions(view, sheet, right)
    cells = grid(row, columns, lines, sheet.dp(10))
    for code, cell in zip(view.languages, cells, strict=False):
        button = Button(language(code).own, "chip", action=f"speak:{code}")
        button.on = code == view.language
        sheet.put(button, cell)


def _home_stacked(view: model.Home, sheet: Sheet, row: Rect) -> None:
    """On a panel that stands the words give way to what can be pressed."""
    theme = sheet.type.theme
    top = _head_h(view, sheet) + sheet.dp(18)
    body = sheet.inner._replace(y=top, h=row.y - sheet.dp(20) - top)
    title, words = say("home.title"), say("home.body.short" if view.scan else "home.body.keypad")
    least = 2 * theme.target_h + sheet.dp(16 + 12)
    style = next(
        (one for one in (DISPLAY, HEADING) if sheet.text_h(title, one, body.w) <= body.h - least),
        TITLE,
    )
    high = sheet.text_h(title, style, body.w)
    more = sheet.text_h(words, BODY, body.w) + sheet.dp(4)
    if high + more + least > body.h:
        more = 0  # the buttons say it too
    left, right = body.cut_top(high + more, sheet.dp(12))
    left = sheet.text(left, title, style, gap=4)
    if more:
        sheet.text(left, words, BODY, "ink2")
    high = min(right.h, sheet.dp(260))
    _home_actions(view, sheet, right.cut_bottom(high)[0])


def _home_actions(view: model.Home, sheet: Sheet, area: Rect) -> None:
    gap = sheet.dp(16)
    scan = Button(say("home.scan"), "primary", "qr", tile=True, action="scan")
    code = Button(say("home.code"), "secondary", "keypad", tile=True, action="enter-code")
    if not view.scan:
        code.look = "primary"
        height = min(area.h, sheet.dp(160))
        sheet.put(code, area._replace(y=area.bottom - height if sheet.tall else area.y, h=height))
        return
    height = min(sheet.dp(122 if not sheet.tall else 150), (area.h - gap) // 2)
    sheet.put(scan, area._replace(h=height))
    sheet.put(code, area._replace(y=area.y + height + gap, h=height))


def scan(view: model.Scan, sheet: Sheet) -> None:
    area = sheet.header(view)
    words = sheet.sign(area.cut_top(sheet.dp(14))[1], "qr", view.working, 220, 40)
    words = sheet.text(words, say("scan.title"), HEADLINE, gap=14)
    sheet.text(words, say("scan.body" if view.working else "scan.broken"), BODY, "ink2")
    sheet.buttons(
        [Button(say("back"), icon="arrow-left", action="home")],
        [Button(say("home.code"), icon="keypad", action="enter-code")],
    )


def code(view: model.Code, sheet: Sheet) -> None:
    pad, left = _pad(sheet)
    kind = "code.staff" if view.staff else "code"
    known = view.about.startswith("fact.")
    ready = view.filled == view.length and view.pause is None
    keypad = Keypad(ok_enabled=ready, ok_text=say("code.ok"), erase_speech=say("code.erase"))
    keypad.enabled = view.pause is None
    if not sheet.tall:
        sheet.put(keypad, pad)
    area = sheet.header(view, left.move(0, sheet.dp(6)), clock=sheet.tall)
    area = area._replace(y=area.y - sheet.dp(6 if not sheet.tall else 0))
    if view.pause is not None:
        _paused(view, sheet, area)
    else:
        title = say(f"code.{view.about}.title" if view.about else f"{kind}.title")
        style, gap = (TITLE, 14) if view.notice else (HEADING, 4)
        area = _short(sheet, area, title) if known else sheet.text(area, title, style, gap=gap)
        if view.challenge:
            area = sheet.text(area, raw(view.challenge), ACTION, gap=10)
        elif not view.notice:
            between = sheet.dp(12 if sheet.tall or known else 18)
            line, area = area.cut_top(sheet.type.theme.line_px(BODY), between)
            words = say(f"code.{view.about}.length" if known else f"{kind}.length", n=view.length)
            sheet.put(Label(words, BODY, "ink2", middle=True, lines=1), line)
        asks = view.showing is not None
        high, below = (60, 8) if known else (74, 10 if sheet.tall else 18)
        if asks and (sheet.tall or sheet.type.large):
            high = 60
        boxes, area = area.cut_top(sheet.dp(high), sheet.dp(below))
        field = CodeField(view.groups, view.filled, view.digits)
        if view.length <= STAFF_BOXES:
            boxes = boxes._replace(w=min(boxes.w, field.size(sheet.type)[0] + sheet.dp(60)))
        sheet.put(field, boxes)
        if view.notice:
            _told(view, sheet, area._replace(h=_code_row(sheet, left).y - sheet.dp(12) - area.y))
        elif known or asks:
            room = area._replace(h=_code_row(sheet, left).y - sheet.dp(8) - area.y)
            _beside_code(view, sheet, room.cut_bottom(sheet.type.theme.target_h)[0], known)
        else:
            about = say("code.telephone.body" if view.challenge else f"{kind}.hidden")
            _hidden(sheet, area, _code_row(sheet, left).y - area.y, about)
    _code_footer(view, sheet, left)
    if sheet.tall:
        sheet.put(keypad, pad)  # below everything else, and so after it


def _short(sheet: Sheet, area: Rect, title: str) -> Rect:
    """A title above more than a code needs: in one line, if it can be; what is left below it."""
    one, theme = title.replace("\n", " "), sheet.type.theme
    for style in (TITLE, BODY_STRONG):
        if not sheet.type.fit(one, style, area.w).clipped:
            line, rest = area.cut_top(theme.line_px(style), sheet.dp(4))
            sheet.put(Label(one, style, middle=True, lines=1), line)
            return rest
    return sheet.text(area, title, BODY_STRONG, gap=4)


def _pad(sheet: Sheet) -> tuple[Rect, Rect]:
    """(the place of the keypad, that of everything else): at the right, or below."""
    theme = sheet.type.theme
    if sheet.tall:
        keys = max(sheet.dp(4 * 85), theme.mm_y(4 * KEY_MM * theme.small))
        pad, rest = sheet.panel.cut_bottom(keys + sheet.dp(3 * 10 + 2 * 14))
        return pad, rest.inset(theme.margin, 0)
    pad, left = sheet.panel.cut_right(sheet.dp(371), sheet.dp(22))
    return pad, left.cut_left(theme.margin)[1]


def _code_row(sheet: Sheet, left: Rect) -> Rect:
    """Where the way back and the time stand."""
    if sheet.tall:
        return left.cut_bottom(sheet.type.theme.target_h + sheet.dp(14))[0].cut_top(
            sheet.type.theme.target_h
        )[0]
    return left._replace(y=sheet.footer.y, h=sheet.footer.h)


def _beside_code(view: model.Code, sheet: Sheet, row: Rect, known: bool) -> None:
    """What else can be pressed: that one does not know it, and whether the digits are shown."""
    forgotten = Button(say("code.fact.forgotten"), action="forgotten", lines=2)
    if view.showing is None:
        sheet.put(forgotten, row)
        return
    words, icon, turn = ("hide", "eye-off", "off") if view.showing else ("show", "eye", "on")
    show = Button(say(f"code.{words}"), icon=icon, action=f"digits:{turn}", lines=2)
    if known:
        place, row = row.cut_left(round(row.w * 0.43), sheet.type.theme.gap)
        sheet.put(forgotten, place)
    sheet.put(show, row)


def _hidden(sheet: Sheet, area: Rect, room: int, about: str) -> None:
    """That nobody sees the code, where there is room to say it."""
    if sheet.tall and room < sheet.dp(36):
        return
    mark, words = area.cut_top(sheet.dp(30))[0].cut_left(sheet.dp(30), sheet.dp(12))
    sheet.put(Icon("shield"), mark)
    sheet.put(Label(about, BODY, "ink2", middle=True, lines=1), words)


def _told(view: model.Code, sheet: Sheet, area: Rect) -> None:
    """What was wrong with the last PIN."""
    mark, words = area.cut_left(sheet.dp(30), sheet.dp(12))
    sheet.put(Icon("warning"), mark._replace(h=sheet.dp(30)))
    said = told(view.notice)
    small = sheet.tall and sheet.text_h(said, BODY, words.w) > words.h
    sheet.text(words, said, CAPTION if small else BODY, "ink2")


def _paused(view: model.Code, sheet: Sheet, area: Rect) -> None:
    assert view.pause is not None
    area = sheet.text(area, say("paused.title"), HEADING, gap=10)
    typed = view.staff or view.about.startswith("fact.")
    wait = "" if view.scan and not typed else ".wait"
    if view.paused_until:
        words = say(f"paused.until{wait}", time=time(view.paused_until))
    else:
        words = say(f"paused.for{wait}", left=seconds(view.pause.left_s))
    sheet.text(area, words, BODY, "ink2")


def _code_footer(view: model.Code, sheet: Sheet, left: Rect) -> None:
    row = _code_row(sheet, left)
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
    words = sheet.inner.inset(0, sheet.dp(30))
    if sheet.tall:
        return sheet.panes(words, 400, TEXT_GAP, 378)
    edge = sheet.dp(28)
    place = sheet.panel.inset(edge).cut_right(sheet.dp(MAP_W))[0]
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
    row = place if sheet.tall else words
    row = row._replace(y=sheet.footer.y, h=sheet.footer.h)
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
    words = sheet.inner.inset(0, sheet.dp(30 - 12 * sheet.type.theme.large))
    if view.qr:
        words = _receipt_qr(view, sheet, words)
    top, words = words.cut_top(sheet.dp(44), sheet.dp(14))
    chip = StatusChip(say(f"receipt.{RECORDED[view.signed]}"), icon="check")
    sheet.put(chip, top._replace(w=min(top.w, chip.size(sheet.type)[0])))
    words = sheet.text(words, say("receipt.title"), DISPLAY, gap=6)
    body = say("receipt.body", unit=view.unit, when=when("when.at", view.moment))
    words = sheet.text(words, body, BODY, "ink2", gap=14 - 8 * sheet.type.theme.large)
    words = sheet.text(words, say("reference"), CAPTION, "ink2", gap=0)
    words = sheet.text(words, view.reference, TITLE, gap=6)
    if not view.qr:
        sheet.text(words, say("receipt.keep"), BODY, "ink2")
    _receipt_buttons(view, sheet, sheet.inner if sheet.tall else words)


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
    width = row.w if sheet.tall else min(row.w, done.size(sheet.type)[0])
    sheet.put(done, row._replace(w=width))


def _receipt_qr(view: model.Receipt, sheet: Sheet, words: Rect) -> Rect:
    """The symbol at the right with its caption; the column that is left for words."""
    edge, caption = sheet.dp(28), sheet.dp(34)
    place = sheet.panel.inset(edge).cut_right(sheet.dp(SYMBOL_W))[0]
    if sheet.tall:
        words, place = sheet.panes(words, SYMBOL_W + 34, TEXT_GAP, sheet.grown(318))
    symbol, below = place.cut_top(min(place.w, place.h - caption), sheet.dp(4))
    label = say("receipt.qr")
    sheet.put(QrCode(view.qr, label), symbol)
    sheet.put(Label(label, CAPTION, "ink2", "center", middle=True), below._replace(h=caption))
    if sheet.tall:
        return words
    return words._replace(w=place.x - sheet.dp(TEXT_GAP) - words.x)
