"""Screens: presses, stale touches, and repainting no more and no less than what changed."""

from __future__ import annotations

import random

import pytest

from ui.backend import Phase, Touch
from ui.backend.headless import Headless
from ui.frame import Frame
from ui.geometry import Rect, grid
from ui.paint import Painter
from ui.text import Typesetter
from ui.theme import DARK, HIGH_CONTRAST, LIGHT, PANEL_7_INCH, Palette, Theme
from ui.widgets import (
    Button,
    CabinetMap,
    CodeField,
    Column,
    Countdown,
    Dialog,
    Door,
    Header,
    Keypad,
    Label,
    Ring,
    Row,
    Screen,
    StatusChip,
    Tile,
    Widget,
    changed_rects,
)

THEME = Theme(PANEL_7_INCH)
SETTER = Typesetter(THEME)
WHOLE = Rect(0, 0, 800, 480)
PLACE = Rect(100, 100, 200, 84)


def button(action: str = "go", rect: Rect = PLACE, enabled: bool = True) -> Button:
    return Button("Go", action=action, enabled=enabled).place(rect)


def screen(*widgets: Widget, name: str = "test", since_ms: int = 0) -> Screen:
    return Screen(name, widgets, since_ms=since_ms).arrange(SETTER)


def touch(phase: Phase, x: int = 150, y: int = 140, up_ms: int = 1000) -> Touch:
    return Touch(x, y, phase, up_ms)


def test_a_button_acts_when_the_finger_lifts_inside_it() -> None:
    s = screen(button())
    assert s.event(touch("down")) is None
    assert s.flat()[0].pressed
    assert s.event(touch("up")) == "go"
    assert not s.flat()[0].pressed
    assert s.event(touch("up")) is None


def test_a_finger_that_slides_off_takes_the_press_back() -> None:
    s = screen(button())
    s.event(touch("down"))
    s.event(touch("move", 150, 300))
    assert not s.flat()[0].pressed
    assert s.event(touch("up", 150, 300)) is None
    s.event(touch("down"))
    assert s.event(touch("up", 150, 190), slop_px=10) == "go"


def test_a_finger_that_slides_on_presses_nothing() -> None:
    s = screen(button())
    s.event(touch("down", 10, 10))
    s.event(touch("move"))
    assert s.event(touch("up")) is None


def test_disabled_buttons_and_empty_places_do_nothing() -> None:
    s = screen(button(enabled=False))
    assert s.event(touch("down")) is None
    assert s.event(touch("up")) is None
    assert s.hit(150, 140) is None
    assert s.hit(1, 1) is None


def test_a_lost_lift_does_not_leave_two_buttons_pressed() -> None:
    s = screen(button("a"), button("b", Rect(400, 100, 200, 84)))
    s.event(touch("down"))
    s.event(touch("down", 450))
    assert [w.pressed for w in s.flat()] == [False, True]


def test_a_press_survives_a_countdown_but_not_another_screen() -> None:
    for name, action, kept in (("pin", "go", True), ("pin", "stop", False), ("home", "go", False)):
        old = screen(button("go"), name="pin")
        old.event(touch("down"))
        new = screen(button(action), name=name)
        new.adopt(old)
        assert new.event(touch("up")) == ("go" if kept else None)


def test_a_touch_older_than_its_button_makes_nothing() -> None:
    old = screen(button("same"), since_ms=100)
    new = screen(button("same"), button("new", Rect(400, 100, 200, 84)), since_ms=900)
    new.adopt(old)
    assert new.event(touch("down", 450, up_ms=899)) is None
    assert new.event(touch("up", 450, up_ms=901)) is None
    new.event(touch("down", 450, up_ms=900))
    assert new.event(touch("up", 450, up_ms=901)) == "new"
    new.event(touch("down", up_ms=500))  # aimed at what was already there
    assert new.event(touch("up", up_ms=501)) == "same"


def test_equal_widgets_are_equal_and_nothing_else() -> None:
    assert button() == button()
    assert button() != button("other")
    assert button() != button(rect=Rect(0, 0, 1, 1))
    assert Label("Go") != Button("Go")
    assert button() != "go"
    one, two = button(), button()
    two.pressed = True
    assert one != two


def test_nothing_changed_means_nothing_painted() -> None:
    frame = Frame(Headless(THEME.size), THEME)
    assert frame.show(Screen("a", [button()])) == [WHOLE]
    assert frame.show(Screen("a", [button()])) == []
    assert frame.show(Screen("b", [button()])) == []  # a name is not painted
    assert frame.show(Screen("a", [button()], "well")) == [WHOLE]
    frame.restyle(Theme(PANEL_7_INCH, DARK))
    assert frame.show(Screen("a", [button()])) == [WHOLE]


def test_a_tick_repaints_the_clock_and_not_the_pad() -> None:
    def pin(left: int, filled: int) -> Screen:
        return screen(
            Countdown(left / 60, f"0:{left}").place(Rect(250, 372, 170, 84)),
            CodeField((3, 3, 3), filled).place(Rect(32, 192, 375, 76)),
            Keypad().place(Rect(429, 0, 371, 480)),
        )

    assert changed_rects(pin(37, 3), pin(36, 3), THEME) == [Rect(250, 372, 170, 84)]
    assert changed_rects(pin(37, 3), pin(37, 4), THEME) == [Rect(32, 192, 375, 76)]


def test_a_ring_that_ticks_in_a_dialog_repaints_the_ring() -> None:
    def asked(left: int) -> Screen:
        ring = Ring(left / 20, str(left))
        return screen(Dialog("More?", "Yes?", [Button("Y", action="y")], ring).place(WHOLE))

    (rect,) = changed_rects(asked(16), asked(15), THEME)
    assert rect.w * rect.h < 20_000


def some_screen(pick: random.Random, theme: Theme) -> Screen:
    """A screen of widgets in a grid, each in one of a few states, some missing."""
    cells = grid(WHOLE.inset(16), 3, 3, 16)
    made: list[Widget] = []
    for i, cell in enumerate(cells):
        state = pick.randrange(3)
        kind = pick.randrange(10)
        if kind == 0:
            continue
        made.append(_some_widget(kind, state, i).place(cell))
    if pick.random() < 0.3:
        dialog = Dialog("More?", "", [Button("Yes", action="yes")], Ring(pick.random(), "9"))
        made.append(dialog.place(WHOLE))
    for widget in made:
        widget.focus = pick.random() < 0.15
        widget.pressed = pick.random() < 0.15
    return Screen(f"s{pick.random()}", made).arrange(Typesetter(theme))


def _some_widget(kind: int, state: int, i: int) -> Widget:
    doors = tuple(
        Door(str(n), str(n), 1, "open" if n == state else "plain", ("left", "right")[i % 2])
        for n in range(3)
    )
    made: list[Widget] = [
        Button(f"B{state}", ("primary", "secondary", "chip")[state], "check", action=f"b{i}"),
        Button(f"B{state}", "primary", "qr", tile=True, action=f"t{i}"),
        Tile("Tile", "door", str(state), action=f"tile{i}", enabled=state > 0),
        CabinetMap([Column(doors), Column(screen=True), Column(doors)]),
        Label("Take your item and close the door", lines=state),
        StatusChip("Ready", ("soft", "warn", "danger")[state]),
        Row("Row", "below", "chip", selected=state > 1, action=f"r{i}"),
        Countdown(state / 3, f"0:0{state}"),
        Header("Site", f"09:4{state}"),
    ]
    return made[kind - 1]


def pixels(backend: Headless) -> bytes:
    return bytes(backend.shown.get_buffer().raw)


@pytest.mark.parametrize("palette", [LIGHT, DARK, HIGH_CONTRAST], ids=lambda p: p.name)
def test_repainting_what_changed_gives_the_pixels_of_painting_everything(palette: Palette) -> None:
    seed = 20240
    print("seed", seed)
    pick = random.Random(seed)
    theme = Theme(PANEL_7_INCH, palette)
    frame = Frame(Headless(theme.size), theme)
    for turn in range(25):
        state = pick.getstate()
        frame.show(some_screen(pick, theme))
        pick.setstate(state)
        fresh = Frame(Headless(theme.size), theme)
        same = some_screen(pick, theme)
        fresh.screen, shown = None, same
        shown.arrange(fresh.type)
        assert frame.screen is not None
        for ours, theirs in zip(frame.screen.flat(), shown.flat(), strict=True):
            theirs.pressed = ours.pressed  # what the finger was doing was taken over
        shown.paint(fresh.painter)
        fresh.backend.put([WHOLE])
        assert isinstance(frame.backend, Headless) and isinstance(fresh.backend, Headless)
        equal = pixels(frame.backend) == pixels(fresh.backend)
        assert equal, f"turn {turn}"  # a million bytes are not to be explained: it takes minutes


def test_bounds_that_are_too_small_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Button, "bounds", lambda self, theme: self.rect)
    with pytest.raises(AssertionError, match="turn"):
        test_repainting_what_changed_gives_the_pixels_of_painting_everything(LIGHT)


def test_a_trace_says_everything_in_plain_data() -> None:
    s = screen(Header("Site", "09:41").place(Rect(32, 22, 736, 30)), button(), name="home")
    trace = s.trace()
    assert trace["screen"] == "home"
    assert trace["size"] == [800, 480]
    widgets = trace["widgets"]
    assert isinstance(widgets, list)
    assert [w["text"] for w in widgets] == ["Site\n09:41", "Go"]
    assert widgets[1]["action"] == "go"


def test_paint_of_a_widget_includes_its_parts() -> None:
    backend = Headless(THEME.size)
    pad = Keypad().place(Rect(429, 0, 371, 480))
    screen(pad)
    painter = Painter(backend.surface, SETTER)
    pad.paint(painter)
    assert tuple(backend.surface.get_at((500, 67))) != (0, 0, 0, 255)


def test_events_before_the_first_screen_do_nothing() -> None:
    frame = Frame(Headless(THEME.size), THEME)
    assert frame.event(touch("down")) is None
    frame.forget()
