"""Numbers on the buttons and speech, at a kiosk whose core does what the visit says."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from lockerd.core import visit as visits
from lockerd.core.messages import Activity, Intent, Pressed
from lockerd.core.now import Now
from lockerd.simulation.ear import Ear
from support.scenes import scenes
from ui.assist import NUMBERED_MAX, VOLUMES, choices, number
from ui.audit import Witness, judge
from ui.backend.headless import Headless
from ui.kiosk import Kiosk
from ui.lang import LANGUAGES, language
from ui.screens import build
from ui.session import PATIENCE
from ui.text import Typesetter
from ui.theme import BODY, PANEL_7_INCH, Theme
from ui.widgets import Button, Label, Screen, Widget

SCENES = scenes()
TYPE = Typesetter(Theme(PANEL_7_INCH))
STEADY_MS = 600
IDS = ("a" * 16, "b" * 16, "c" * 16)


class Desk:
    """A kiosk on one scene, an ear in front of it, and a hand on its keypad."""

    def __init__(self, name: str = "home", *, mute: bool = False, strike_ms: int = 500) -> None:
        scene = SCENES[name]
        keypad = scene.site.keypad.but(double_strike_ms=strike_ms)
        self.site, self.state, self.look = scene.site.but(keypad=keypad), scene.state, scene.look
        self.visit, self.now = scene.visit, scene.now
        self.intents: list[Intent] = []
        self.ear = Ear()
        self.backend = Headless((800, 480))
        self.kiosk = Kiosk(self.site, self.backend, lambda: self.now.up_ms, self.take, lambda: IDS)
        self.kiosk.assist.speaker = None if mute else self.ear
        self.show()
        self.kiosk._session = scene.session
        self.show()

    def take(self, intent: Intent) -> None:
        self.intents.append(intent)
        turn = visits.intend(self.site, self.state, self.visit, intent, self.now)
        self.visit = turn.visit
        self.show()

    def show(self) -> None:
        self.kiosk.show(self.state, self.visit, self.look, self.now)

    def later(self, by_ms: int) -> None:
        now = self.now
        hi = None if now.hi is None else now.hi + by_ms
        self.now = Now(now.boot, now.up_ms + by_ms, now.lo + by_ms, hi, now.source)

    def keys(self, *keys: str, pause_ms: int = STEADY_MS) -> list[str]:
        """Press keys; what was heard."""
        for key in keys:
            self.later(pause_ms)
            self.kiosk.key(key, self.now.up_ms)
        return self.ear.take()

    def enter(self, step: str) -> None:
        """The visit goes to another step by itself."""
        self.later(STEADY_MS)
        self.visit = replace(self.visit, step=step, since=self.now.up_ms, active=self.now.up_ms)
        self.show()

    def end(self) -> None:
        """A visit that came to its end: the receipt is put away."""
        self.visit = replace(self.visit, step="checking", since=self.now.up_ms)
        self.show()
        self.enter("home")

    @property
    def screen(self) -> Screen:
        screen = self.kiosk._frame.screen
        assert screen is not None
        return screen

    @property
    def caps(self) -> dict[str, str]:
        return {one.cap: one.action for one in self.screen.flat() if one.cap}

    @property
    def ring(self) -> str:
        return "".join(one.action for one in self.screen.flat() if one.focus)

    @property
    def guided(self) -> bool:
        return self.kiosk._session.guided


class TestNumbers:
    def test_erase_puts_a_key_on_every_button(self) -> None:
        desk = Desk()
        assert desk.caps == {} and desk.ring == ""
        plain = bytes(desk.backend.surface.get_buffer())
        desk.keys("erase")
        assert desk.caps["1"] == "scan" and desk.caps["2"] == "enter-code"
        assert desk.ring == "scan"
        assert bytes(desk.backend.surface.get_buffer()) != plain

    def test_a_digit_presses_the_button_that_bears_it(self) -> None:
        desk = Desk()
        desk.keys("erase", "2")
        assert desk.visit.step == "code"

    def test_twin_not_guided_a_digit_begins_a_code(self) -> None:
        desk = Desk()
        desk.keys("2")
        assert desk.visit.step == "code"
        assert desk.kiosk._session.digits == "2"

    def test_while_digits_are_missing_ok_presses_what_is_ringed(self) -> None:
        desk = Desk()
        desk.keys("erase", "2")
        assert desk.ring == "digits:on" and desk.caps == {}
        desk.keys("4", "ok")
        assert desk.ring == "digits:off" and desk.kiosk._session.shown_ms is not None
        desk.keys("8", "ok")
        assert desk.ring == "digits:on" and desk.kiosk._session.shown_ms is None
        desk.keys(*"3920175")
        assert desk.ring == "", "OK sends the code now"
        desk.keys("ok")
        assert desk.visit.step == "checking"

    def test_of_a_fact_ok_is_not_to_know_it_until_a_digit_is_there(self) -> None:
        desk = Desk("fact")
        desk.kiosk._session = replace(desk.kiosk._session, guided=True, digits="")
        desk.show()
        assert desk.ring == "forgotten"
        desk.keys("2")
        assert desk.ring == "digits:on"
        desk.keys("ok")
        assert desk.visit.step == "fact" and desk.ring == "digits:off"

    def test_twin_not_guided_ok_shows_no_digits(self) -> None:
        desk = Desk("code")
        desk.keys("ok")
        assert desk.ring == "" and desk.kiosk._session.shown_ms is None

    def test_nothing_is_shown_while_it_is_spoken_aloud(self) -> None:
        desk = Desk("code_shown")
        assert desk.kiosk._session.shown_ms is not None
        said = desk.keys("speech")
        assert desk.kiosk._session.shown_ms is None and desk.ring == ""
        assert "Your code stays hidden" in said
        assert "digits:on" not in [one.action for one in desk.screen.flat()]

    def test_twin_headphones_leave_them_shown_and_say_no_more(self) -> None:
        desk = Desk("code_shown")
        said = desk.keys("headphones-in")
        assert desk.kiosk._session.shown_ms is not None
        assert not [one for one in said if "4" in one or "Kept back" in one]
        desk.keys("headphones-out")
        assert desk.kiosk._session.shown_ms is not None
        desk.keys("speech")
        assert desk.kiosk._session.shown_ms is None

    def test_zero_moves_the_ring_in_reading_order_and_round(self) -> None:
        desk = Desk("not_opened")
        desk.keys("erase")
        order = [one.action for one in choices(desk.screen, rtl=False)]
        assert desk.ring == "scan"
        seen = []
        for _ in order:
            desk.keys("0")
            seen.append(desk.ring)
        assert seen == ["home", "enter-code", "scan"] == order

    def test_ok_presses_what_is_in_the_ring(self) -> None:
        desk = Desk("not_opened")
        desk.keys("erase", "0", "0", "ok")
        assert desk.visit.step == "code"

    def test_where_no_button_stands_out_ok_presses_nothing(self) -> None:
        desk = Desk("amiss_open")
        heard = desk.keys("speech")
        assert desk.ring == "" and not any(line.startswith("OK") for line in heard)
        assert desk.keys("ok") == ["This key does nothing here."]
        assert desk.visit.step == "amiss"
        desk.keys("0")
        assert desk.ring == choices(desk.screen, rtl=False)[0].action

    def test_what_has_no_number_is_reached_by_zero(self) -> None:
        desk = Desk()
        desk.keys("erase")
        assert len(desk.caps) == NUMBERED_MAX
        for _ in range(20):
            desk.keys("0")
            if desk.ring == "staff":
                break
        desk.keys("ok")
        assert desk.visit.step == "staff_badge"

    def test_a_key_without_a_button_does_nothing_and_says_so(self) -> None:
        desk = Desk("not_opened")
        desk.keys("speech")
        assert desk.keys("7") == ["This key does nothing here."]
        assert desk.visit.step == "not_opened"

    def test_a_language_is_chosen_by_its_key(self) -> None:
        desk = Desk()
        desk.keys("erase")
        german = next(cap for cap, action in desk.caps.items() if action == "speak:de")
        desk.keys(german)
        assert desk.kiosk._session.language == "de"
        assert desk.caps, "the numbers stay"

    def test_cancel_on_the_idle_screen_takes_the_numbers_away(self) -> None:
        desk = Desk()
        assert desk.keys("speech", "cancel")[-1] == "Speech is off."
        assert desk.caps == {} and not desk.guided

    def test_where_digits_are_typed_no_button_bears_one(self) -> None:
        desk = Desk()
        desk.keys("erase", "2", "5", "7")
        assert desk.caps == {}
        assert desk.kiosk._session.digits == "57"

    def test_under_a_question_no_button_bears_one_and_any_key_answers(self) -> None:
        desk = Desk("staff_menu_warned")
        desk.keys("erase")
        for key in ("5", "0", "erase", "ok"):
            desk.visit = replace(desk.visit, warned=True)
            desk.show()
            assert desk.caps == {}
            desk.keys(key)
            assert not desk.visit.warned
            assert desk.visit.step == "staff_menu"

    @pytest.mark.parametrize("name", sorted(SCENES))
    @pytest.mark.parametrize("rtl", [False, True])
    def test_numbers_follow_the_order_of_reading(self, name: str, rtl: bool) -> None:
        screen = build(SCENES[name].view(), TYPE).arrange(TYPE)
        focus = number(screen, rtl)
        found = choices(screen, rtl)
        assert [one.cap for one in found[:NUMBERED_MAX]] == [
            str(place + 1) for place in range(min(len(found), NUMBERED_MAX))
        ]
        assert len({one.action for one in found}) == len(found)
        assert not focus or focus in {one.action for one in found}
        assert sum(one.focus for one in screen.flat()) == bool(focus)
        for before, after in pairwise(found):
            below = after.rect.y >= before.rect.bottom
            beside = after.rect.x < before.rect.x if rtl else after.rect.x > before.rect.x
            assert below or beside, (before.action, after.action)


class TestUnsteadyHands:
    def test_the_same_key_again_at_once_counts_once(self) -> None:
        desk = Desk()
        desk.keys("erase", "2")
        desk.keys("7", "7", "7", pause_ms=200)
        assert desk.kiosk._session.digits == "7"

    def test_twin_whoever_is_not_guided_types_as_fast_as_they_can(self) -> None:
        desk = Desk()
        desk.keys("7", "7", "7", pause_ms=200)
        assert desk.kiosk._session.digits == "777"

    def test_other_keys_are_other_keys(self) -> None:
        desk = Desk()
        desk.keys("erase", "2")
        desk.keys("7", "8", "7", pause_ms=100)
        assert desk.kiosk._session.digits == "787"

    def test_a_steady_hand_types_a_digit_twice(self) -> None:
        desk = Desk()
        desk.keys("erase", "2", "7", "7")
        assert desk.kiosk._session.digits == "77"

    def test_the_config_turns_it_off(self) -> None:
        desk = Desk(strike_ms=0)
        desk.keys("erase", "2")
        desk.keys("7", "7", pause_ms=50)
        assert desk.kiosk._session.digits == "77"


class TestSpeech:
    def test_it_begins_with_its_key_and_says_the_screen(self) -> None:
        desk = Desk()
        assert desk.keys("1", "cancel") == [], "never by itself"
        heard = desk.keys("speech")
        assert heard[:2] == [
            "Speech is on. To hear anything again, press erase.",
            "Collect your item",
        ]
        assert "Key 2: Enter code" in heard

    def test_a_star_on_a_keyboard_is_the_speech_key(self) -> None:
        desk = Desk()
        assert desk.keys("*")
        assert desk.guided

    def test_in_a_text_a_star_is_a_star(self) -> None:
        desk = Desk("form_recipient")
        assert desk.keys("*") == []
        assert desk.kiosk._session.texts["recipient"].endswith("*")

    def test_it_begins_with_headphones(self) -> None:
        desk = Desk()
        assert "Collect your item" in desk.keys("headphones-in")

    def test_without_a_voice_there_are_numbers(self) -> None:
        desk = Desk(mute=True)
        desk.keys("headphones-in")
        assert desk.caps and not desk.kiosk.assist.speaking

    def test_digits_are_named_in_headphones_alone(self) -> None:
        desk = Desk()
        desk.keys("speech", "2")
        assert desk.keys("4", "7") == ["star", "star"]
        assert desk.keys("erase") == ["1 of 9 digits are typed."]
        desk.keys("headphones-in")
        assert desk.keys("8") == ["8"]

    def test_every_digit_sounds_the_same(self) -> None:
        desk = Desk()
        desk.keys("speech", "2")
        assert {*desk.keys(*"12345678")} == {"star"}
        assert desk.keys("9") == ["star", "All digits are typed. Press OK."]

    def test_too_few_digits_are_said(self) -> None:
        desk = Desk()
        desk.keys("speech", "2", "4")
        heard = desk.keys("ok")
        assert heard[:2] == ["1 of 9 digits are typed.", "Enter your code"]
        assert desk.visit.step == "code"

    def test_erase_says_it_again(self) -> None:
        desk = Desk("not_opened")
        first = desk.keys("speech")
        assert desk.keys("erase") == first[1:]

    def test_a_screen_that_only_counts_down_says_nothing(self) -> None:
        desk = Desk("code")
        desk.keys("speech")
        for _ in range(5):
            desk.later(1_000)
            desk.kiosk.tick(desk.now)
        assert desk.ear.take() == []

    def test_headphones_that_are_pulled_out_end_it(self) -> None:
        desk = Desk()
        desk.keys("headphones-in")
        assert desk.keys("headphones-out", "2") == []
        assert desk.ear.silenced == 1
        assert desk.visit.step == "code", "the numbers stay"

    def test_it_ends_with_the_visit(self) -> None:
        desk = Desk()
        desk.keys("speech", "speech")
        desk.end()
        assert desk.ear.take()[-1] == "Finished. Speech is off."
        assert not desk.guided and not desk.kiosk.assist.speaking
        desk.keys("speech")
        assert {one.level for one in desk.ear.heard} <= {0}

    def test_headphones_that_stay_in_hear_the_next_visit_at_the_first_volume(self) -> None:
        desk = Desk()
        desk.keys("headphones-in", "louder", "louder")
        desk.end()
        assert desk.guided
        assert "Collect your item" in [one.text for one in desk.ear.heard]
        assert desk.ear.heard[-1].level == 0

    def test_headphones_that_were_forgotten_do_not_hear_the_idle_screen_over_and_over(self) -> None:
        desk = Desk()
        desk.keys("headphones-in", "louder")
        for _ in range(5):
            desk.later(PATIENCE * desk.site.timing.idle_s * 1000 + 1)
            desk.kiosk.tick(desk.now)
        assert desk.ear.take() == []
        desk.keys("2")
        assert {one.level for one in desk.ear.heard} <= {0}
        assert desk.visit.step == "code"

    def test_nobody_there_any_more_it_ends_by_itself(self) -> None:
        desk = Desk()
        desk.keys("speech")
        desk.later(PATIENCE * desk.site.timing.idle_s * 1000 + 1)
        desk.kiosk.tick(desk.now)
        assert not desk.guided and not desk.kiosk.assist.speaking
        assert desk.ear.take() == [] and desk.ear.silenced == 1

    def test_twin_somebody_who_listens_is_waited_for(self) -> None:
        desk = Desk()
        desk.keys("speech")
        desk.later(PATIENCE * desk.site.timing.idle_s * 1000 - 1_000)
        desk.kiosk.tick(desk.now)
        assert desk.guided and desk.kiosk.assist.speaking

    def test_the_core_is_told_to_be_patient_and_that_it_may_stop(self) -> None:
        desk = Desk()
        desk.keys("erase", "2")
        assert Activity(PATIENCE) in desk.intents
        assert desk.visit.patience == PATIENCE
        desk.kiosk._session = desk.kiosk._session.forgotten()
        desk.keys("cancel")
        assert desk.visit.patience == 1

    def test_twin_whoever_is_not_guided_is_waited_for_as_ever(self) -> None:
        desk = Desk()
        desk.keys("1", "cancel")
        assert not any(isinstance(one, Activity) and one.patience for one in desk.intents)
        assert Pressed("enter-code") in desk.intents


class TestVolume:
    def levels(self, desk: Desk, *keys: str) -> list[int]:
        found = []
        for key in keys:
            desk.later(STEADY_MS)
            desk.kiosk.key(key, desk.now.up_ms)
            found.append(desk.ear.heard[-1].level)
        return found

    def test_one_key_goes_through_all_steps_and_round(self) -> None:
        desk = Desk()
        desk.keys("speech")
        assert self.levels(desk, *["speech"] * VOLUMES) == [1, 2, 3, 0]

    def test_louder_and_quieter_end_at_their_ends(self) -> None:
        desk = Desk()
        desk.keys("headphones-in")
        assert self.levels(desk, *["louder"] * 5) == [1, 2, 3, 3, 3]
        assert self.levels(desk, *["quieter"] * 5) == [2, 1, 0, 0, 0]

    def test_the_step_is_said(self) -> None:
        desk = Desk()
        desk.keys("speech")
        assert desk.keys("speech") == ["Volume 2 of 4"]


def test_a_primary_button_has_the_ring_first() -> None:
    one, two = Button("One", action="one"), Button("Two", "primary", action="two")
    low: list[Widget] = [one, two]
    for place, widget in enumerate(low):
        widget.rect = widget.rect._replace(x=place * 200, y=0, w=180, h=90)
    screen = Screen("s", low).arrange(TYPE)
    assert number(screen, rtl=False) == "two"
    assert number(screen, rtl=False, focus="one") == "one"


def test_a_receipt_that_stands_is_not_the_next_persons_menu() -> None:
    desk = Desk("receipt")
    desk.keys("speech")
    assert desk.guided
    desk.later(PATIENCE * desk.site.timing.idle_s * 1000 + 1)
    desk.kiosk.tick(desk.now)
    assert not desk.guided and not desk.kiosk.assist.speaking
    assert desk.screen.name == "receipt", "the receipt itself stands"


@pytest.mark.parametrize("code", [one.code for one in LANGUAGES])
def test_in_no_language_a_number_lies_on_words_of_two_lines(code: str) -> None:
    type = Typesetter(Theme(PANEL_7_INCH, rtl=language(code).rtl))
    for name in ("queue_item_moved", "receipt_more", "fact", "fact_document_shown"):
        screen = build(SCENES[name].view().but(language=code), type).arrange(type)
        number(screen, type.theme.rtl)
        assert judge(screen, Witness(Headless(type.theme.size), type, False)) == [], name


@pytest.mark.parametrize("name", sorted(SCENES))
def test_the_audit_finds_nothing_about_the_numbers(name: str) -> None:
    """Whatever is not so without them: a number that lies on words, runs out, or cannot be read."""
    found: list[set[str]] = []
    for guided in (False, True):
        screen = build(SCENES[name].view(), TYPE).arrange(TYPE)
        if guided:
            number(screen, rtl=False)
        witness = Witness(Headless(TYPE.theme.size), TYPE, name in ("home", "receipt_more"))
        found.append({str(one) for one in judge(screen, witness)})
    plain, numbered = found
    assert numbered <= plain


def test_twin_a_number_on_words_is_found() -> None:
    button = Button("One", action="one")
    button.rect = button.rect._replace(x=100, y=100, w=300, h=100)
    words = Label("Words", BODY)
    words.rect = button.rect._replace(w=100, h=30)
    screen = Screen("s", [button, words]).arrange(TYPE)
    number(screen, rtl=False)
    findings = judge(screen, Witness(Headless(TYPE.theme.size), TYPE, False))
    assert any(one.rule == "collision" for one in findings)


class TestCodes:
    def test_a_key_while_typing_is_paused_says_until_when(self) -> None:
        desk = Desk("code_paused")
        desk.keys("speech")
        for key in ("5", "ok", "erase"):
            assert desk.keys(key)[0] == "Keypad paused", key
        assert not any("Type the digits" in line for line in desk.keys("5"))

    def test_the_last_digit_taken_back_is_said(self) -> None:
        desk = Desk("code_empty")
        desk.keys("speech")
        assert desk.keys("7", "erase")[-1] == "0 of 9 digits are typed."

    def test_erase_without_a_digit_says_the_screen_again(self) -> None:
        desk = Desk("code_empty")
        desk.keys("speech")
        assert "Enter your code" in desk.keys("erase")

    @pytest.mark.parametrize(
        ("name", "last"),
        [
            ("open", "The door is still open. Please push it shut. Speech is off."),
            ("receipt", "Finished. Speech is off."),
        ],
    )
    def test_a_visit_that_ends_at_an_open_door_says_so(self, name: str, last: str) -> None:
        desk = Desk(name)
        desk.keys("speech")
        desk.enter("home")
        assert desk.ear.take() == [last]
