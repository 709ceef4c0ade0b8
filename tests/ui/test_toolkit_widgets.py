"""Each widget: what it shows, what it says, where it can be touched."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import get_args

import pytest

from ui.backend import Touch
from ui.backend.headless import Headless
from ui.frame import Frame
from ui.geometry import Rect
from ui.text import Typesetter
from ui.theme import (
    BODY,
    DARK,
    HIGH_CONTRAST,
    LIGHT,
    PANEL_7_INCH,
    PANEL_10_INCH,
    TITLE,
    Palette,
    Panel,
    Theme,
)
from ui.widgets import (
    AZERTY,
    Banner,
    Button,
    CabinetMap,
    Card,
    CodeField,
    Column,
    Countdown,
    Dialog,
    Divider,
    Door,
    DoorLook,
    Header,
    Icon,
    Keypad,
    Label,
    ListView,
    QrCode,
    Ring,
    Row,
    Screen,
    StatusChip,
    Steps,
    TextField,
    TextKeyboard,
    Tile,
    Widget,
)

THEME = Theme(PANEL_7_INCH)
SETTER = Typesetter(THEME)
WHOLE = Rect(0, 0, 800, 480)
PANELS = {"7": PANEL_7_INCH, "10": PANEL_10_INCH}


def arranged(*widgets: Widget, setter: Typesetter = SETTER) -> Screen:
    return Screen("test", widgets).arrange(setter)


def tap(screen: Screen, rect: Rect) -> str | None:
    down = screen.event(Touch(rect.cx, rect.cy, "down", 1))
    return down or screen.event(Touch(rect.cx, rect.cy, "up", 2))


def actions(screen: Screen) -> list[str]:
    return [w.action for w in screen.flat() if w.action and w.enabled]


def by_action(screen: Screen, action: str) -> Widget:
    return next(w for w in screen.flat() if w.action == action)


def every_widget(mirror: bool = False) -> list[Widget]:
    """One of each, in the states that change how it looks."""
    looks = [Door(str(i), str(i), 1.0, look) for i, look in enumerate(get_args(DoorLook))]
    looks.append(Door("9", "109", 2.0, "attention", "left"))
    looks.append(Door("x", "117", 2.0, "open", "left"))
    return [
        Label("Take your item", BODY, align="right"),
        Icon("lock", "on_warn", "warn_soft"),
        Icon("box", patch="soft", round=False),
        *(
            Button("Go on", look, "check", action="go", mirror=mirror, tile=tile, enabled=enabled)
            for look in ("primary", "secondary", "chip", "quiet", "danger")
            for tile in (False, True)
            for enabled in (False, True)
        ),
        Button("Focus", action="focus", focus=True, align="left"),
        Tile("Open a door", "door", "23 doors", mirror=mirror, action="open"),
        Tile("Journal", "shield", enabled=False, action="journal"),
        Card(shadow=True),
        Divider(),
        StatusChip("Ready", "soft", "check", mirror),
        Banner("Maintenance", "Ends 09:56", mirror=mirror),
        Header("Riverside Legal", "09:41", mirror),
        Steps(("Take", "Close"), 2, mirror),
        Ring(0.4, "16"),
        Countdown(0.6, "0:37", "Time left", mirror),
        Countdown(0.6, "0:37"),
        QrCode([[True, False], [False, True]], "Receipt"),
        Keypad(ok_enabled=False),
        CodeField((3, 3, 3), 4),
        CodeField((3, 3, 3), digits="483920175", active=False),
        CodeField((2, 2), 4, tone="error"),
        TextField("Okafor", "Name", icon="person"),
        TextField(placeholder="Name", active=False, tone="error"),
        TextKeyboard(digits=True, shift=True),
        TextKeyboard(page="symbols", private=True, layout=AZERTY, done_enabled=False),
        CabinetMap([Column(tuple(looks)), Column(screen=True)], pick=True),
        Row("Call us", "Quote E42", "Back by 11", icon="help", mirror=mirror, action="call"),
        Row("Alone", selected=True, enabled=False),
        ListView([Row(f"Row {i}", action=f"pick:{i}") for i in range(9)], 1, mirror=mirror),
        ListView([], empty_text="Nothing to do"),
        Dialog("More time?", "We clear it.", [Button("Yes", "primary", action="yes")],
               Ring(0.5, "16"), mirror),
    ]  # fmt: skip


@pytest.mark.parametrize("palette", [LIGHT, DARK, HIGH_CONTRAST], ids=lambda p: p.name)
@pytest.mark.parametrize("mirror", [False, True], ids=["left", "right"])
@pytest.mark.parametrize("rect", [Rect(100, 90, 420, 260), Rect(0, 0, 60, 30), Rect(9, 9, 0, 0)])
def test_every_widget_paints_and_traces_anywhere(
    palette: Palette, mirror: bool, rect: Rect
) -> None:
    theme = Theme(PANEL_7_INCH, palette)
    frame = Frame(Headless(theme.size), theme)
    for widget in every_widget(mirror):
        frame.show(Screen("test", [widget.place(rect)]))
        trace = widget.trace()
        assert {"kind", "rect", "text", "action", "enabled", "focus", "speech"} <= trace.keys()
        assert trace["rect"] == list(rect)
        assert "<" in repr(widget) and "Okafor" not in repr(widget)


def test_a_label_says_when_it_had_to_be_cut() -> None:
    whole = Label("Take your item").place(Rect(0, 0, 400, 40))
    cut = Label("Take your item out of the locker", lines=1).place(Rect(0, 0, 120, 40))
    arranged(whole, cut)
    assert whole.trace()["clipped"] is False
    assert cut.trace()["clipped"] is True
    assert cut.trace()["text"] == "Take your item out of the locker"


def test_a_secret_label_is_not_in_the_trace() -> None:
    label = Label("RL07-4K2M", secret=True).place(Rect(0, 0, 400, 40))
    arranged(label)
    assert label.trace()["text"] == ""
    assert label.trace()["speech"] == ""


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS.keys())
def test_natural_sizes_hold_their_words(panel: Panel) -> None:
    setter = Typesetter(Theme(panel))
    widgets: list[Widget] = [
        Label("Collect\nyour item", TITLE),
        Button("Scan QR code", "primary", "qr", tile=True),
        Button("Larger text", "chip", "accessibility"),
        Button("Cancel", "secondary", "arrow-left"),
        StatusChip("Release recorded", "soft", "check"),
        Steps(("Take your item", "Close the door")),
    ]
    for widget in widgets:
        w, h = widget.size(setter)
        widget.place(Rect(0, 0, w, h))
        arranged(widget, setter=setter)
        assert widget.trace()["clipped"] is False


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS.keys())
def test_keys_of_the_pad_are_about_twenty_millimetres(panel: Panel) -> None:
    theme = Theme(panel)
    setter = Typesetter(theme)
    pad = Keypad()
    w, h = pad.size(setter)
    screen = arranged(pad.place(Rect(panel.width_px - w, 0, w, h)), setter=setter)
    for key in screen.flat()[1:]:
        assert theme.width_mm(key.rect.w) >= 20.0
        assert theme.height_mm(key.rect.h) >= 18.0


def test_the_pad_is_in_the_order_of_the_telephone() -> None:
    screen = arranged(Keypad().place(Rect(429, 0, 371, 480)))
    assert actions(screen) == [
        *(f"digit:{n}" for n in range(1, 10)), "erase", "digit:0", "ok",
    ]  # fmt: skip
    keys = screen.flat()[1:]
    assert [k.rect.x for k in keys[:3]] == sorted(k.rect.x for k in keys[:3])
    assert keys[4].rect.y > keys[1].rect.y


def test_a_key_acts_when_touched_and_shows_nothing() -> None:
    frame = Frame(Headless(THEME.size), THEME)
    backend = frame.backend
    assert isinstance(backend, Headless)
    screen = Screen("pin", [Keypad().place(Rect(429, 0, 371, 480))])
    frame.show(screen)
    before = backend.shown.get_buffer().raw
    key = by_action(screen, "digit:5")
    backend.puts = []
    assert frame.event(Touch(key.rect.cx, key.rect.cy, "down", 1)) == "digit:5"
    assert backend.puts == []  # not a pixel, and not even a copy
    assert key.trace()["pressed"] is False
    assert frame.event(Touch(key.rect.cx, key.rect.cy, "up", 2)) is None
    assert backend.shown.get_buffer().raw == before


def test_a_button_does_show_that_it_is_pressed() -> None:
    frame = Frame(Headless(THEME.size), THEME)
    backend = frame.backend
    assert isinstance(backend, Headless)
    frame.show(Screen("home", [Button("Help", action="help").place(Rect(50, 50, 200, 84))]))
    before = backend.shown.get_buffer().raw
    assert frame.event(Touch(100, 90, "down", 1)) is None
    assert backend.shown.get_buffer().raw != before
    assert frame.event(Touch(100, 90, "up", 2)) == "help"
    assert backend.shown.get_buffer().raw == before


def test_ok_can_be_off_while_digits_are_on() -> None:
    screen = arranged(Keypad(ok_enabled=False).place(Rect(429, 0, 371, 480)))
    assert tap(screen, by_action(screen, "ok").rect) is None
    assert tap(screen, by_action(screen, "digit:1").rect) == "digit:1"
    off = arranged(Keypad(enabled=False).place(Rect(429, 0, 371, 480)))
    assert actions(off) == []


def test_a_masked_field_says_how_many_and_not_which() -> None:
    field = CodeField((3, 3, 3), 4).place(Rect(0, 0, 375, 76))
    trace = field.trace()
    assert (trace["filled"], trace["length"], trace["shown"]) == (4, 9, False)
    shown = CodeField((3, 3, 3), digits="483920175").trace()
    assert "483" not in str(shown)  # even a code in clear stays out of traces
    assert shown["shown"] is True


def test_boxes_of_a_code_stand_in_groups_of_equal_boxes() -> None:
    boxes = CodeField((3, 3, 3)).place(Rect(32, 0, 375, 76)).boxes(THEME)
    assert len(boxes) == 9
    assert max(b.w for b in boxes) - min(b.w for b in boxes) <= 1
    gaps = [b.x - a.right for a, b in pairwise(boxes)]
    assert all(gaps[i] > 2 * gaps[0] for i in (2, 5))
    assert boxes[0].x == 32 and boxes[-1].right <= 407


def doors(*looks: DoorLook) -> Sequence[Column]:
    left = tuple(Door(f"d{i}", str(i), 1, look) for i, look in enumerate(looks))
    return [Column(left), Column(screen=True), Column((Door("z", "99", 3),), 2.0)]


def test_a_map_has_its_doors_where_they_are() -> None:
    screen = arranged(CabinetMap(doors("plain", "plain", "plain")).place(Rect(0, 0, 400, 424)))
    cells = {w.trace()["door"]: w.rect for w in screen.flat() if w.kind == "door"}
    assert cells["d0"].bottom < cells["d1"].y
    assert cells["d0"].h == pytest.approx(cells["d1"].h, abs=1)
    assert cells["z"].w == pytest.approx(2 * cells["d0"].w, abs=2)
    assert cells["z"].x - cells["d0"].right > cells["d0"].w  # the screen stands between
    assert actions(screen) == []


def test_doors_can_be_picked_when_asked_and_the_open_one_is_painted_last() -> None:
    columns = doors("open", "free", "blank")
    screen = arranged(CabinetMap(columns, pick=True).place(Rect(0, 0, 400, 424)))
    assert set(actions(screen)) == {"pick:d0", "pick:d1", "pick:z"}
    last = screen.flat()[-1]
    assert last.trace()["state"] == "open"
    assert tap(screen, by_action(screen, "pick:d1").rect) == "pick:d1"


def test_states_differ_by_more_than_colour() -> None:
    pictures = set()
    looks: list[DoorLook] = [
        "plain", "blank", "occupied", "selected", "open", "out", "unknown", "attention",
    ]  # fmt: skip
    for look in looks:
        frame = Frame(Headless(THEME.size), THEME)
        frame.show(Screen("map", [CabinetMap(doors(look)).place(Rect(0, 0, 400, 200))]))
        backend = frame.backend
        assert isinstance(backend, Headless)
        shape = bytearray()
        background = backend.shown.get_at((20, 50))
        for x in range(14, 110):
            for y in range(14, 180):
                shape.append(backend.shown.get_at((x, y)) == background)
        pictures.add(bytes(shape))
    assert len(pictures) == 8


def test_a_list_shows_a_page_and_turns_it() -> None:
    rows = [Row(f"Row {i}", action=f"pick:{i}") for i in range(9)]
    view = ListView(rows, 0).place(Rect(0, 0, 760, 400))
    screen = arranged(view)
    shown = [a for a in actions(screen) if a.startswith("pick")]
    assert shown == ["pick:0", "pick:1", "pick:2"]
    assert view.pages == 3
    assert [a for a in actions(screen) if a.startswith("page")] == ["page:1"]
    last = ListView(rows, 99).place(Rect(0, 0, 760, 400))
    screen = arranged(last)
    assert actions(screen) == ["page:1", "pick:6", "pick:7", "pick:8"]
    assert last.trace()["page"] == 2


def test_a_short_list_has_no_pager() -> None:
    view = ListView([Row("One", action="pick:1")]).place(Rect(0, 0, 760, 400))
    assert actions(arranged(view)) == ["pick:1"]
    assert view.pages == 1


def test_titles_of_a_list_have_one_size() -> None:
    long = "A very long title that needs a smaller size to fit here"
    rows = [Row(long, chip="Uncollected"), Row("Short")]
    arranged(ListView(rows).place(Rect(0, 0, 760, 400)))
    assert rows[0].title_cap_px == rows[1].title_cap_px < THEME.cap_px(BODY)


def test_the_keyboard_types_every_letter_shifts_and_changes_page() -> None:
    def keys(board: TextKeyboard) -> set[str]:
        return set(actions(arranged(board.place(Rect(0, 220, 800, 260)))))

    letters = keys(TextKeyboard())
    assert {f"char:{c}" for c in "abcdefghijklmnopqrstuvwxyz"} <= letters
    assert {"char: ", "erase", "shift", "page:symbols", "done"} <= letters
    assert "char:Q" in keys(TextKeyboard(shift=True))
    assert "char:7" not in letters
    assert "char:7" in keys(TextKeyboard(digits=True))
    symbols = keys(TextKeyboard(page="symbols"))
    assert {"char:7", "char:@", "char:/", "page:letters", "erase"} <= symbols
    assert "shift" not in symbols
    assert "done" not in keys(TextKeyboard(done_enabled=False))


def test_keys_do_not_overlap_and_stay_inside() -> None:
    board = TextKeyboard(digits=True).place(Rect(0, 166, 800, 314))
    keys = arranged(board).flat()[1:]
    for i, key in enumerate(keys):
        assert key.rect.clip(board.rect) == key.rect
        assert not any(key.rect.meets(other.rect) for other in keys[i + 1 :])


def test_a_private_keyboard_shows_no_press() -> None:
    for private in (True, False):
        board = TextKeyboard(private=private).place(Rect(0, 220, 800, 260))
        key = by_action(arranged(board), "char:a")
        key.pressed = True
        assert key.shows_press() is not private
        assert key.trace()["pressed"] is not private


def test_a_field_keeps_the_end_in_sight() -> None:
    field = TextField("x" * 100 + "END").place(Rect(0, 0, 200, 72))
    arranged(field)
    assert field._shown.endswith("END")
    assert len(field._shown) < 30


def test_a_dialog_hides_what_is_below_from_touches() -> None:
    below = Button("Below", action="below").place(Rect(0, 0, 200, 84))
    dialog = Dialog(
        "Sure?", "", [Button("Yes", "primary", action="yes"), Button("No", action="no")]
    )
    screen = arranged(below, dialog.place(WHOLE))
    assert screen.hit(100, 40) is None
    assert tap(screen, by_action(screen, "yes").rect) == "yes"
    assert dialog.card.clip(WHOLE) == dialog.card
    for part in screen.flat()[2:]:
        assert part.rect.clip(dialog.card) == part.rect
    assert arranged(below).hit(100, 40) == "below"


def test_mirrored_rows_start_at_the_right() -> None:
    for mirror in (False, True):
        buttons = [Button("Yes", action="yes"), Button("No", action="no")]
        dialog = Dialog("Sure?", "", buttons, mirror=mirror).place(WHOLE)
        arranged(dialog)
        assert (buttons[0].rect.x > buttons[1].rect.x) is mirror
