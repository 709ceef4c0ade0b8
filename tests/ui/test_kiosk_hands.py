"""The kiosk: what is painted when, and what becomes of a finger or a key."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from lockerd.core import visit as visits
from lockerd.core.messages import Activity, CodeTyped, FormSent, Intent, Pressed
from lockerd.core.now import Now
from lockerd.core.state import Stamp, State, Throttle
from lockerd.core.visit import Visit
from support.facts import PIN, UP, FakeLook, at, base_state, now_at
from support.scenes import Scene, scenes
from ui.backend.headless import Headless
from ui.geometry import Rect
from ui.kiosk import Kiosk
from ui.view import redacted
from ui.view.rest import REST_MS

SCENES = scenes()
IDS = ("a" * 16, "b" * 16, "c" * 16)


class Desk:
    """A core that does what the visit says, at once, as the running one does."""

    def __init__(self, name: str = "home", *, silent: bool = False) -> None:
        scene = SCENES[name]
        self.site, self.state, self.look = scene.site, deepcopy(scene.state), scene.look
        self.visit, self.now, self.silent = scene.visit, scene.now, silent
        self.intents: list[Intent] = []
        self.backend = Headless((800, 480))
        self.kiosk = Kiosk(self.site, self.backend, self.up_ms, self.take, lambda: IDS)
        self.show()
        self.kiosk._session = scene.session
        self.show()

    def up_ms(self) -> int:
        return self.now.up_ms

    def take(self, intent: Intent) -> None:
        self.intents.append(intent)
        if self.silent:
            return
        turn = visits.intend(self.site, self.state, self.visit, intent, self.now)
        self.visit = turn.visit
        self.show()

    def show(self) -> list[Rect]:
        return self.kiosk.show(self.state, self.visit, self.look, self.now)

    def later(self, by_ms: int) -> None:
        now = self.now
        hi = None if now.hi is None else now.hi + by_ms
        self.now = Now(now.boot, now.up_ms + by_ms, now.lo + by_ms, hi, now.source)

    def widget(self, action: str) -> Rect:
        screen = self.kiosk._frame.screen
        assert screen is not None
        return next(one.rect for one in screen.flat() if one.action == action)

    def tap(self, action: str, up_ms: int | None = None) -> None:
        """A finger goes down on a widget and lifts."""
        rect, when = self.widget(action), self.now.up_ms if up_ms is None else up_ms
        self.kiosk.touch(rect.cx, rect.cy, "down", when)
        self.kiosk.touch(rect.cx, rect.cy, "up", when)

    def type(self, keys: str) -> None:
        for key in keys:
            self.kiosk.key(key, self.now.up_ms)

    @property
    def screen(self) -> str:
        return str(self.kiosk.trace()["screen"])


class TestPainting:
    def test_the_first_show_paints_everything(self) -> None:
        backend = Headless((800, 480))
        kiosk = Kiosk(SCENES["home"].site, backend, lambda: UP, lambda intent: None, lambda: IDS)
        scene = SCENES["home"]
        painted = kiosk.show(scene.state, scene.visit, scene.look, scene.now)
        assert painted == [Rect(0, 0, 800, 480)]

    @pytest.mark.parametrize("name", sorted(SCENES))
    def test_nothing_is_painted_when_nothing_changed(self, name: str) -> None:
        desk = Desk(name)
        assert desk.show() == []
        assert desk.kiosk.tick(desk.now) == []

    def test_the_clock_repaints_the_clock(self) -> None:
        desk = Desk("home")
        due = desk.kiosk.next_frame_due(desk.now)
        assert due is not None
        desk.later(due - desk.now.up_ms - 1)
        assert desk.kiosk.tick(desk.now) == []
        desk.later(1)
        painted = desk.kiosk.tick(desk.now)
        assert painted and sum(one.w * one.h for one in painted) < 800 * 480 // 8

    def test_a_countdown_repaints_itself(self) -> None:
        desk = Desk("code")
        for _ in range(3):
            desk.later(1_000)
            painted = desk.kiosk.tick(desk.now)
            assert painted and sum(one.w * one.h for one in painted) < 800 * 480 // 8

    def test_the_home_screen_wakes_once_a_minute(self) -> None:
        desk = Desk("home")
        frames = 0
        end = desk.now.up_ms + 10 * 60_000
        while (due := desk.kiosk.next_frame_due(desk.now)) is not None and due < end:
            desk.later(due - desk.now.up_ms)
            frames += bool(desk.kiosk.tick(desk.now))
        assert frames == 10

    def test_without_a_clock_the_home_screen_wakes_when_it_rests(self) -> None:
        desk = Desk("home_clock_unknown")
        assert desk.kiosk.next_frame_due(desk.now) == desk.visit.active + REST_MS

    def test_before_anything_is_known_there_is_nothing_to_do(self) -> None:
        kiosk = Kiosk(
            SCENES["home"].site, Headless((800, 480)), lambda: UP, lambda one: None, lambda: IDS
        )
        assert kiosk.tick(now_at()) == []
        assert kiosk.next_frame_due(now_at()) is None
        assert kiosk.trace() == {}
        kiosk.touch(5, 5, "down", UP)
        kiosk.key("5", UP)

    @pytest.mark.parametrize("name", sorted(SCENES))
    def test_a_frame_built_in_steps_is_the_frame_built_at_once(self, name: str) -> None:
        """Going over home and back to the scene gives the same pixels as showing it alone."""
        desk, once = Desk("home"), Desk(name)
        scene = SCENES[name]
        desk.kiosk.site = scene.site
        desk.kiosk.show(scene.state, scene.visit, scene.look, scene.now)
        desk.kiosk._session = scene.session
        desk.kiosk.show(scene.state, scene.visit, scene.look, scene.now)
        assert desk.backend.shown.get_buffer().raw == once.backend.shown.get_buffer().raw

    def test_a_symbol_is_made_once_and_forgotten_with_its_step(self) -> None:
        desk = Desk("receipt")
        made: list[str] = []
        make = desk.look.qr_matrix
        desk.look.qr_matrix = lambda text: made.append(text) or make(text)  # type: ignore[assignment,func-returns-value]
        for _ in range(3):
            desk.later(60_000)
            desk.show()
        assert made == []
        desk.visit = at("home", 0)
        desk.show()
        assert desk.kiosk._look._symbols == {}


class TestKeys:
    def test_the_first_digit_on_the_home_screen_is_not_lost(self) -> None:
        desk = Desk("home")
        desk.type("417902385")
        assert desk.screen == "code"
        desk.kiosk.key("ok", desk.now.up_ms)
        assert CodeTyped(PIN) in desk.intents
        assert desk.screen == "checking"

    def test_nor_are_digits_that_come_before_the_core_has_answered(self) -> None:
        desk = Desk("home", silent=True)
        desk.type("417")
        assert set(desk.intents) == {Pressed("enter-code")}
        desk.silent = False
        desk.take(Pressed("enter-code"))
        desk.type("902385")
        desk.kiosk.key("enter", desk.now.up_ms)
        assert desk.intents[-1] == CodeTyped(PIN)

    def test_digits_typed_for_nobody_are_forgotten(self) -> None:
        desk = Desk("refused_unproven", silent=True)
        desk.type("417")
        desk.visit = at("home", 0)
        desk.show()
        desk.silent = False
        desk.later(1_000)
        desk.take(Pressed("enter-code"))
        assert desk.kiosk._session.digits == ""

    def test_a_paused_keypad_drops_them(self) -> None:
        desk = Desk("home")
        desk.state = base_state(desk.site)
        desk.state.throttle = Throttle(12, desk.now.lo, 80_000, Stamp(desk.now.boot, UP - 9_000))
        desk.type("4")
        assert desk.screen == "code"
        assert desk.kiosk._session.digits == ""

    @pytest.mark.parametrize("name", ["checking", "opening", "staff_menu_operator"])
    def test_a_digit_elsewhere_means_that_somebody_is_there(self, name: str) -> None:
        desk = Desk(name)
        desk.type("7")
        assert desk.intents == [Activity()]

    def test_erase_and_cancel(self) -> None:
        desk = Desk("code")
        desk.kiosk.key("backspace", UP)
        assert desk.kiosk._session.digits == "417"
        desk.kiosk.key("cancel", UP)
        assert desk.intents[-1] == Pressed("home")
        assert desk.screen == "home"

    def test_ok_presses_the_primary_button(self) -> None:
        desk = Desk("receipt")
        desk.kiosk.key("ok", UP)
        assert desk.intents == [Pressed("home")]

    def test_a_digit_while_more_time_is_asked_for_counts_and_continues(self) -> None:
        desk = Desk("more_time")
        desk.type("5")
        assert desk.kiosk._session.digits == "41795"
        assert not desk.visit.warned

    def test_ok_says_yes_to_more_time_and_cancel_says_no(self) -> None:
        desk = Desk("more_time")
        desk.kiosk.key("ok", UP)
        assert desk.intents == [Pressed("more-time")]
        desk = Desk("more_time")
        desk.kiosk.key("escape", UP)
        assert desk.intents == [Pressed("home")]

    def test_a_keyboard_types_into_a_form(self) -> None:
        desk = Desk("form_recipient")
        desk.type("Mei Tan")
        desk.kiosk.key("enter", UP)
        assert desk.kiosk._session.texts == {"recipient": "Mei Tan"}
        assert desk.kiosk._session.question == "item"

    def test_a_keyboard_types_a_reason(self) -> None:
        desk = Desk("order_key", silent=True)
        desk.type("no")
        for key in ("backspace", "enter"):
            desk.kiosk.key(key, desk.now.up_ms)
        assert desk.intents[-1] == FormSent({"key": "n"}, IDS)

    def test_digits_are_text_in_a_form(self) -> None:
        desk = Desk("form_recipient")
        desk.type("7")
        assert desk.kiosk._session.texts == {"recipient": "7"}


class TestTouches:
    def test_a_tap_becomes_an_intent(self) -> None:
        desk = Desk("home")
        desk.tap("enter-code")
        assert desk.intents == [Pressed("enter-code")]
        assert desk.screen == "code"

    def test_a_touch_older_than_its_target_is_dropped(self) -> None:
        """A finger that went down before this screen came up was aimed at another one."""
        desk = Desk("home")
        desk.later(5_000)
        desk.tap("enter-code")
        before = list(desk.intents)
        desk.tap("home", up_ms=desk.now.up_ms - 1)
        assert desk.intents == before and desk.screen == "code"
        desk.tap("home")
        assert desk.intents[-1] == Pressed("home")

    def test_a_row_that_moved_under_the_finger_is_not_pressed(self) -> None:
        desk = Desk("deposit_pick", silent=True)
        place = desk.widget("page:1")
        row = next(
            one.rect
            for one in desk.kiosk._frame.screen.flat()  # type: ignore[union-attr]
            if one.action.startswith("pick:")
        )
        desk.later(3_000)
        desk.kiosk.touch(place.cx, place.cy, "down", desk.now.up_ms)
        desk.kiosk.touch(place.cx, place.cy, "up", desk.now.up_ms)
        desk.kiosk.touch(row.cx, row.cy, "down", desk.now.up_ms - 20)
        desk.kiosk.touch(row.cx, row.cy, "up", desk.now.up_ms - 20)
        assert desk.intents == [Activity()]

    def test_keys_that_stay_where_they_are_take_every_touch(self) -> None:
        desk = Desk("code_empty")
        desk.later(1_000)
        desk.tap("digit:4")
        desk.tap("digit:1", up_ms=desk.now.up_ms - 500)
        assert desk.kiosk._session.digits == "41"

    def test_a_button_answers_before_the_core_does(self) -> None:
        desk = Desk("home", silent=True)
        rect = desk.widget("scan")
        desk.kiosk.touch(rect.cx, rect.cy, "down", UP)
        assert desk.backend.puts and desk.intents == []

    def test_a_key_of_a_digit_never_looks_pressed(self) -> None:
        desk = Desk("code_full")
        rect = desk.widget("digit:5")
        before = desk.backend.shown.subsurface(rect).copy().get_buffer().raw
        desk.kiosk.touch(rect.cx, rect.cy, "down", UP)
        assert desk.backend.shown.subsurface(rect).copy().get_buffer().raw == before

    def test_a_touch_beside_everything_means_that_somebody_is_there(self) -> None:
        desk = Desk("more_time")
        desk.kiosk.touch(2, 2, "down", UP)
        assert desk.intents == [Activity()]
        assert not desk.visit.warned

    def test_help_at_an_open_door_leaves_the_door_on_the_screen(self) -> None:
        desk = Desk("open")
        desk.tap("helping:on")
        assert desk.screen == "open" and desk.visit.step == "open"
        desk.tap("helping:off")
        assert desk.kiosk._session.helping is False

    def test_from_the_open_door_to_a_word_about_it_and_back(self) -> None:
        desk = Desk("open")
        for action, screen in (("helping:on", "open"), ("amiss", "amiss"), ("back", "open")):
            desk.tap(action)
            assert desk.screen == screen
        desk = Desk("amiss_open")
        desk.tap("claim:empty")
        assert desk.intents == [Pressed("claim", "empty")]

    def test_the_clock_is_stepped_by_touch_and_handed_on(self) -> None:
        desk = Desk("time_chosen", silent=True)
        before = int(desk.kiosk._session.texts["at"])
        for action in ("add:3600000", "add:-60000", "send"):
            desk.tap(action)
        sent = {"at": str(before + 3_540_000)}
        assert desk.intents[-1] == FormSent(sent, IDS)

    def test_a_form_is_filled_by_touch_alone(self) -> None:
        desk = Desk("form_recipient")
        for action in ("char:M", "char:e", "char:i", "done", "char:K", "done", "done"):
            desk.tap(action)
        for action in ("choose:keys", "choose:S", "send"):
            desk.tap(action)
        sent = desk.intents[-1]
        assert isinstance(sent, FormSent)
        fields = {"recipient": "Mei", "item": "K", "profile": "keys", "size": "S"}
        assert dict(sent.fields) == fields
        assert sent.ids == IDS


class TestPictures:
    def picture(self, desk: Desk, path: Path, redact: bool) -> bytes:
        desk.kiosk.screenshot(path, redact)
        return path.read_bytes()

    def test_a_screenshot_is_what_is_on_the_glass(self, tmp_path: Path) -> None:
        desk = Desk("home")
        desk.backend.screenshot(tmp_path / "glass.png")
        shown = self.picture(desk, tmp_path / "one.png", redact=False)
        assert shown == (tmp_path / "glass.png").read_bytes()

    def test_a_redacted_one_is_painted_from_a_redacted_view(self, tmp_path: Path) -> None:
        desk = Desk("deposit_done_shown")
        plain = self.picture(desk, tmp_path / "plain.png", redact=False)
        clean = self.picture(desk, tmp_path / "clean.png", redact=True)
        assert plain != clean
        other = SCENES["deposit_done_shown"]
        visit = replace(other.visit, pin="000000000", qr="LK1OTHER")
        desk.visit = visit
        desk.show()
        assert self.picture(desk, tmp_path / "other.png", redact=True) == clean
        assert redacted(other.view()) == redacted(replace(other, visit=visit).view())

    def test_taking_one_changes_nothing_on_the_glass(self, tmp_path: Path) -> None:
        desk = Desk("deposit_pick")
        before = desk.backend.shown.copy().get_buffer().raw
        self.picture(desk, tmp_path / "clean.png", redact=True)
        assert desk.backend.shown.get_buffer().raw == before
        assert desk.show() == []


def test_the_last_persons_words_are_dropped_on_the_way_home() -> None:
    desk = Desk("deposit_pick")
    type = desk.kiosk._frame.type
    assert any("Helena" in key[2] for key in type._cache)
    desk.visit = at("home", 0)
    desk.show()
    assert not any("Helena" in key[2] for key in type._cache)


Step = Callable[[Desk], None]


def test_a_whole_visit_in_one_go() -> None:
    """Home, a code, the door, the receipt, home: the state moves, the screen follows."""
    desk = Desk("home")
    desk.type(PIN)
    desk.kiosk.key("ok", desk.now.up_ms)
    for name in ("opening", "open", "open_overdue", "receipt"):
        scene: Scene = SCENES[name]
        desk.state, desk.visit = scene.state, scene.visit
        desk.show()
        assert desk.screen == ("open" if name == "open_overdue" else name)
    desk.kiosk.key("ok", desk.now.up_ms)
    assert desk.screen == "home"
    assert isinstance(desk.look, FakeLook) and isinstance(desk.state, State)
    assert isinstance(desk.visit, Visit)
