"""Whatever the four questions are answered with, the file that follows is right without a word."""

from __future__ import annotations

import itertools
import tomllib

import pytest

from lockerd.config import check_text
from lockerd.config import layout as room
from lockerd.config.begin import (
    COLLECTS,
    DELIVERY_OF,
    DEPOSITS,
    FAILS,
    PROFILE_OF,
    PROOF,
    PROOF_OF,
    QUESTIONS,
    Answers,
    begin,
    usual,
)
from lockerd.config.cabinet import CONSOLE, PULLED_DOWN
from lockerd.config.schema import EXAMPLE_SEAL_KEY, PINS, SHIPPED

OWNER = "dGhpcyBpcyBub3QgYSBrZXkgYnV0IDMyIGJ5dGVzLi4="
FACTS = {
    "name": "Marsh & Reeve",
    "device": "mr-01",
    "help_phone": "020 7946 0181",
    "time_zone": "Europe/London",
}
REAL = {"driver": "gpio", "board": "pi", "doors": 8, "owner_key": OWNER}
EVERY = list(itertools.product(*(one.answers for one in QUESTIONS)))


def answers(four: tuple[str, ...], **more: object) -> Answers:
    named = dict(zip((one.name for one in QUESTIONS), four, strict=True))
    return Answers(**{**named, **FACTS, "slips_key": EXAMPLE_SEAL_KEY, **more})


@pytest.mark.parametrize(
    "more",
    [{}, REAL, {**REAL, "battery_clock": False}, {**REAL, "scanner": "/dev/serial/by-id/usb-S"}],
    ids=["simulated", "real", "without a battery clock", "with a scanner"],
)
def test_every_combination_is_accepted_without_a_word(more: dict[str, object]) -> None:
    assert len(EVERY) == 3 * 7 * 5 * 4
    for four in EVERY:
        given = answers(four, **more)
        site, complaints = check_text(begin(given), "site.toml")
        assert (site is not None, list(map(str, complaints))) == (True, []), four
        assert site is not None
        deposits, collects, proof, fails = four
        (profile,) = site.profiles
        assert profile.name == profile.like == PROFILE_OF[collects]
        assert (profile.second_factor, profile.authorisers) == PROOF_OF[proof]
        assert profile.at_expiry == fails
        assert profile.delivery == (DELIVERY_OF[deposits] if more else "phone")
        assert profile.show_code == (deposits == "desk")
        assert (len(profile.escalate_to) > 0) == (fails == "escalate")
        assert (len(profile.reassign_to) > 0) == (fails == "reassign")
        assert profile.straddle != "deny" or site.clock.battery_backed


def test_the_questions_are_four_and_cover_what_is_shipped() -> None:
    assert QUESTIONS == (DEPOSITS, COLLECTS, PROOF, FAILS)
    assert list(PROFILE_OF) == list(COLLECTS.answers)
    assert sorted(PROFILE_OF.values()) == sorted(SHIPPED)
    assert list(DELIVERY_OF) == list(DEPOSITS.answers) and list(PROOF_OF) == list(PROOF.answers)


@pytest.mark.parametrize("collects", COLLECTS.answers)
def test_the_usual_answers_are_those_of_the_shipped_profile(collects: str) -> None:
    own = usual(collects)
    given = Answers(collects=collects, **own, **FACTS, **REAL, slips_key=EXAMPLE_SEAL_KEY)
    text = begin(given)
    site, _ = check_text(text, "site.toml")
    plain = text.partition("delivery = ")[0]
    whole, complaints = check_text(plain, "site.toml")
    assert site is not None and whole is not None and complaints == []
    assert site.profiles == whole.profiles, "what is written is what the profile says anyway"


def test_the_file_says_what_was_answered() -> None:
    text = begin(answers(("counter", "official", "both", "escalate")))
    for question in QUESTIONS:
        assert f"#   {question.text}\n" in text
    assert "#   both: the code, a document, and an operator who says yes\n" in text
    assert max(map(len, text.splitlines())) <= 110
    for table in ("site", "driver", "clock", "profile.evidence", "notify.custodian"):
        assert f"[{table}]\n" in text


@pytest.mark.parametrize("name", ['He said "no"', "back\\slash", "Zürich \N{SNOWMAN}"])
def test_odd_names_are_written_as_they_are(name: str) -> None:
    site, complaints = check_text(begin(answers(EVERY[0], name=name)), "site.toml")
    assert complaints == [] and site is not None and site.name == name


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"name": 'x"\n[oops]'}, "E-CFG-008"),
        ({"name": "\x07"}, "E-CFG-008"),
        ({"help_phone": "call me"}, "E-CFG-034"),
        ({"time_zone": "Europe/Lodon"}, "E-CFG-035"),
        ({**REAL, "owner_key": "abc"}, "E-CFG-036"),
    ],
)
def test_what_no_config_may_hold_is_found_before_it_is_written(
    more: dict[str, object], code: str
) -> None:
    site, complaints = check_text(begin(answers(EVERY[0], **more)), "site.toml")
    assert site is None and code in {one.code for one in complaints}


@pytest.mark.parametrize("board", ["pi", "cm"])
def test_every_number_of_doors_gets_lines_of_its_own(board: str) -> None:
    assert room.most("pi") == 13 and room.most("cm") == 23
    for doors in range(1, room.most(board) + 1):
        front = room.plan(doors, board)
        assert [one.unit for one in front.doors] == [str(n + 1) for n in range(doors)]
        strikes = {one.strike_pin for one in front.doors}
        contacts = {one.contact_pin for one in front.doors}
        assert len(strikes | contacts) == 2 * doors
        assert strikes <= PULLED_DOWN - set(CONSOLE)
        assert strikes | contacts <= set(PINS[board])
        assert front.columns.count("screen") == 1
        text = begin(answers(EVERY[0], **{**REAL, "board": board, "doors": doors}))
        assert check_text(text, "site.toml")[1] == []
        assert len(tomllib.loads(text)["compartment"]) == doors


def test_few_doors_leave_the_buses_and_the_console_alone() -> None:
    for board in ("pi", "cm"):
        used = {one.contact_pin for one in room.plan(8, board).doors}
        assert not used & set(room.BUSES)


def test_doors_are_where_their_heights_put_them() -> None:
    front = room.plan(12, "cm")
    for column in {one.column for one in front.doors}:
        mine = [one for one in front.doors if one.column == column]
        assert sum(one.height for one in mine) <= front.height
        reaches = [one.reach_mm for one in mine]
        assert reaches == sorted(reaches, reverse=True)
    assert min(one.reach_mm for one in front.doors) == room.PLINTH_MM + room.UNIT_MM
