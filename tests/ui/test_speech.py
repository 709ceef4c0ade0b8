"""What is said of a screen, and what is not."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from support.scenes import scenes
from ui.assist import number
from ui.model import HIDDEN
from ui.screens import build
from ui.speech import LINES_MAX, Line, Script, digits_of, news, script, shape, spelled
from ui.text import Typesetter
from ui.theme import PANEL_7_INCH, Theme
from ui.view import redacted
from ui.words import speaking

SCENES = scenes()
TYPE = Typesetter(Theme(PANEL_7_INCH))
NAMES = ("Helena Marsh", "Mei Tan", "Tomasz Wieczorek", "Jonas Lindqvist", "Completion bundle")


@cache
def trace_of(name: str, *, guided: bool = True, safe: bool = False) -> dict[str, Any]:
    """The trace of a scene, with keys on its buttons; `safe`: redacted."""
    view = SCENES[name].view()
    screen = build(redacted(view) if safe else view, TYPE).arrange(TYPE)
    if guided:
        number(screen, rtl=False)
    return screen.trace()


def texts(name: str, mode: str = "choose", *, aloud: bool = False, secret: str = "") -> list[str]:
    safe = trace_of(name, safe=True) if aloud else None
    made = script(trace_of(name), "en", mode, safe=safe, secret=secret)  # type: ignore[arg-type]  # one of its words
    return [line.text for line in made.lines]


def told(*lines: str, keys: tuple[str, ...] = (), screen: str = "s") -> Script:
    return Script(
        screen, tuple(Line(one, "en") for one in lines), tuple(Line(one, "en") for one in keys)
    )


def said(before: Script | None, after: Script) -> list[str]:
    return [line.text for line in news(before, after)]


@pytest.mark.parametrize("name", sorted(SCENES))
def test_every_screen_says_something_and_ends(name: str) -> None:
    lines = texts(name)
    assert lines and len(lines) <= LINES_MAX
    assert all(line.strip() and line.isprintable() for line in lines)
    assert HIDDEN not in "".join(lines)


@pytest.mark.parametrize("name", sorted(SCENES))
def test_every_button_with_a_key_is_said_with_it(name: str) -> None:
    shown = trace_of(name)
    caps = [one["cap"] for one in shown["widgets"] if one.get("cap")]
    keys = [line.text for line in script(shown, "en", "choose").keys][: len(caps)]
    numbers = [found[0] for line in keys if (found := re.search(r"\d+", line))]
    assert numbers == sorted(caps)


@pytest.mark.parametrize("name", sorted(SCENES))
def test_nothing_that_is_redacted_is_said_aloud(name: str) -> None:
    """What redaction changes, names and codes, is in no line that others can hear."""
    real = {one["text"] for one in trace_of(name)["widgets"]}
    safe = {one["text"] for one in trace_of(name, safe=True)["widgets"]}
    aloud = texts(name, aloud=True)
    for secret in NAMES:
        if any(secret in one for one in real) and not any(secret in one for one in safe):
            assert not any(secret in line for line in aloud), secret


def test_twin_in_headphones_names_are_said() -> None:
    assert any("Helena Marsh" in line for line in texts("deposit_pick"))
    aloud = texts("deposit_pick", aloud=True)
    assert not any("Helena Marsh" in line for line in aloud)
    assert any(line.startswith("Key 2: not spoken aloud") for line in aloud)
    assert aloud[-1] == "Names and codes are spoken only in headphones."


def test_a_code_that_is_shown_is_said_only_where_it_is_given() -> None:
    assert "1 2 3, 4 5 6, 7 8 9" in texts("deposit_done_shown", secret="123456789")
    for lines in (texts("deposit_done_shown"), texts("deposit_done_shown", aloud=True)):
        assert not any(re.search(r"\d \d \d, \d \d \d, \d \d \d", line) for line in lines)


def test_digits_that_are_typed_are_in_no_line() -> None:
    scene = SCENES["code"]
    assert scene.session.digits
    assert not any(scene.session.digits in line for line in texts("code", "code"))


def test_the_title_comes_first_and_the_keys_last() -> None:
    lines = texts("not_opened")
    assert lines[0] == "Locker 14 did not open"
    assert lines[1] == "Your code still works. Please try again, or call."
    assert lines[-5:] == [
        "Key 1: Done",
        "Key 2: Enter code",
        "Key 3: Scan QR code",
        "OK: Scan QR code",
        "Cancel: Done",
    ]


def test_an_error_is_named_before_anything_else() -> None:
    lines = texts("form_recipient_missing", "text")
    assert any("Please" in line for line in lines[:2])


def test_a_receipt_is_said_whole() -> None:
    lines = " ".join(texts("receipt"))
    for part in ("Collected", "Collection recorded", "Locker", "Reference", "R L 0 7, "):
        assert part in lines


def test_a_dialog_hides_what_is_under_it() -> None:
    lines = texts("open_help")
    assert lines[0] == "Take your time"
    assert not any("is open" in line for line in lines)


def test_a_question_for_more_time_takes_any_key() -> None:
    assert texts("more_time", "ask")[-1] == "Press any key to go on."
    assert not any(line.startswith("Key ") for line in texts("more_time", "ask"))


def test_a_language_names_itself_in_itself() -> None:
    lines = script(trace_of("home"), "en", "choose").keys
    for own, code in (("Deutsch", "de"), ("Français", "fr"), ("العربية", "ar"), ("中文", "zh")):
        assert [line.language for line in lines if own in line.text] == [code]
    assert lines[0] == Line("Key 1: Scan QR code", "en")


def test_everything_else_is_said_in_the_language_that_is_shown() -> None:
    with speaking("ar"):
        made = script(trace_of("not_opened"), "ar", "choose")
    assert {line.language for line in made.lines} == {"ar"}


def test_the_clock_of_a_bar_is_not_said() -> None:
    lines = texts("home_ajar")
    assert "Locker 3 is open. Please push its door shut." in lines
    assert not any(re.search(r"\d\d:\d\d", line) for line in lines)


def test_twin_the_end_of_a_session_is_said_as_a_sentence() -> None:
    assert any(line.endswith("The session ends at 09:42.") for line in texts("deposit_pick"))


def test_whom_to_call_and_when_are_two_sentences() -> None:
    assert "Quote R L, 0 7, E10. Mon to Fri, 08:00 to 18:00" in texts("refused_unproven")
    assert "Call 0 2 0, 7 9 4 6, 0 1 8 8" in texts("refused_unproven")


def test_a_list_says_what_is_chosen_from_it_and_how_large_each_is() -> None:
    lines = texts("deposit_pick")
    assert lines[0].startswith("Deposit an item, ")
    assert any("size S" in line for line in lines)


def test_a_paused_keypad_asks_for_no_digits() -> None:
    assert texts("code_paused", "paused") == [
        "Keypad paused",
        "Until 09:43. QR codes can be scanned.",
        "Cancel: stop and go back",
    ]


def test_what_ok_means_before_the_first_digit_is_said_where_it_means_something() -> None:
    assert "OK without a digit: I do not know it" in texts("deposit_fact", "code")
    assert not any("without a digit" in line for line in texts("code_empty", "code"))


def test_what_is_so_comes_before_what_to_do() -> None:
    lines = texts("deposit_done_shown")
    assert lines[:2] == ["Locker 14", "Deposit recorded"]
    assert "3 need attention" in texts("home_attention")[2:], "that is for staff, and waits"


class TestNews:
    def test_the_first_screen_is_said_whole(self) -> None:
        assert said(None, told("a", "b", keys=("k",))) == ["a", "b", "k"]

    def test_another_screen_is_said_whole(self) -> None:
        assert said(told("a", "b"), told("a", "c", screen="t")) == ["a", "c"]

    def test_of_the_same_screen_only_what_is_new(self) -> None:
        assert said(told("a", "b"), told("a", "b", "c")) == ["c"]

    def test_the_same_again_is_no_news(self) -> None:
        assert said(told("a", keys=("k",)), told("a", keys=("k",))) == []

    def test_a_countdown_is_no_news(self) -> None:
        assert said(told("a", "20 seconds"), told("a", "19 seconds")) == []

    def test_twin_other_words_are(self) -> None:
        assert said(told("a", "20 seconds"), told("a", "over")) == ["over"]

    def test_another_first_line_is_another_screen(self) -> None:
        assert said(told("a", "b"), told("x", "b")) == ["x", "b"]

    def test_a_line_above_the_first_is_only_a_line(self) -> None:
        assert said(told("a", "b"), told("x", "a", "b")) == ["x"]
        assert said(told("x", "a", "b"), told("a", "b")) == []

    def test_another_locker_in_the_title_is_another_screen(self) -> None:
        before, after = (told(f"Opening locker {one}", "b")._replace(title=one) for one in "12")
        assert said(before, after) == ["Opening locker 2", "b"]
        assert said(before, told("Opening locker 2", "b")) == [], "a twin without a title"

    def test_the_ring_on_another_button_is_news_though_only_figures_differ(self) -> None:
        before, after = told("a", keys=("OK: Locker 3",)), told("a", keys=("OK: Locker 7",))
        assert said(before, after) == ["OK: Locker 7"]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Quote RL07-4K2M", "Quote R L 0 7, 4 K 2 M"),
        ("Quote RL07-4123", "Quote R L 0 7, 4 1 2 3"),
        ("Call 020 7946 0188", "Call 0 2 0, 7 9 4 6, 0 1 8 8"),
        ("QK9B 4S4P", "Q K 9 B, 4 S 4 P"),
        ("today at 14:00", "today at 14:00"),
        ("9 digits, from your message", "9 digits, from your message"),
        ("Locker 12 is open", "Locker 12 is open"),
    ],
)
def test_what_is_spelled(text: str, heard: str) -> None:
    assert spelled(text) == heard


def test_a_code_in_groups() -> None:
    assert digits_of("123456789") == "1 2 3, 4 5 6, 7 8 9"
    assert shape("in 20 seconds") == shape("in 9 seconds")
