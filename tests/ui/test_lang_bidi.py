"""Lines that run both ways, and what may not be parted in them."""

from __future__ import annotations

import random

import pytest

from ui.lang.bidi import LRI, PDI, RLI, clusters, isolated, levels, side, visual
from ui.lang.glyphs import pieces, unmarked

ALEF, BEH, TEH = "\u0627", "\u0628", "\u062a"
HEBREW = "\u05d0\u05d1\u05d2"


def drawn(text: str, rtl: bool) -> str:
    """The characters from left to right."""
    return "".join(one.text for one in visual(text, rtl))


@pytest.mark.parametrize(
    ("text", "rtl", "expected"),
    [
        ("abc", False, "abc"),
        (HEBREW, False, HEBREW[::-1]),
        (f"a {HEBREW} b", False, f"a {HEBREW[::-1]} b"),
        (f"{HEBREW} a", True, f"a {HEBREW[::-1]}"),
        (f"{HEBREW} 12", True, f"12 {HEBREW[::-1]}"),
        (f"{HEBREW} 12:30", True, f"12:30 {HEBREW[::-1]}"),
        (f"{HEBREW}.", True, f".{HEBREW[::-1]}"),
        (f"({HEBREW})", True, f"({HEBREW[::-1]})"),
        ("Amara Osei.", True, ".Amara Osei"),
        (f"{ALEF}{BEH} 14:05", True, f"14:05 {BEH}{ALEF}"),
        (f"{ALEF} a b {BEH}", True, f"{BEH} a b {ALEF}"),
    ],
)
def test_a_line_is_put_into_the_order_in_which_it_stands(
    text: str, rtl: bool, expected: str
) -> None:
    assert drawn(text, rtl) == expected


def test_a_telephone_number_keeps_its_order_when_it_is_isolated() -> None:
    number = "020 7946 0188"
    assert number in drawn(f"{ALEF}{BEH} {isolated(number)}.", True)
    assert number not in drawn(f"{ALEF}{BEH} {number}.", True)  # why it is


def test_an_isolate_says_the_side_of_its_first_letter() -> None:
    assert isolated("Amara") == f"{LRI}Amara{PDI}"
    assert isolated(f"24 {ALEF}") == f"{RLI}24 {ALEF}{PDI}"
    assert isolated("12:30")[0] == LRI
    assert isolated("") == ""
    assert (side("..a"), side(f"1{BEH}"), side("12")) == ("L", "R", "")


def test_marks_stay_with_their_letter_and_conjuncts_whole() -> None:
    assert clusters(f"{BEH}\u064e{TEH}") == [f"{BEH}\u064e", TEH]
    assert clusters("\u0915\u094d\u0937\u093e") == ["\u0915\u094d\u0937\u093e"]
    assert drawn(f"{BEH}\u064e{TEH}", True) == f"{TEH}{BEH}\u064e"


def test_no_line_loses_or_gains_a_character() -> None:
    seed = 7
    chance = random.Random(seed)
    letters = f"ab 1:.-({ALEF}{BEH}{HEBREW}\u064e{LRI}{RLI}{PDI}\u2068\u200f"
    for _ in range(2_000):
        text = "".join(chance.choice(letters) for _ in range(chance.randrange(14)))
        for rtl in (False, True):
            kept = unmarked(text).translate(str.maketrans("(", ")"))
            shown = drawn(text, rtl).translate(str.maketrans("(", ")"))
            assert sorted(kept) == sorted(shown), (seed, text)
            assert all(one >= rtl for one in levels(text, rtl))


def test_ideographs_part_anywhere_but_beside_punctuation() -> None:
    assert [one for _, one in pieces("\u8bf7\u7a0d\u5019\u3002 OK")] == [
        "\u8bf7",
        "\u7a0d",
        "\u5019\u3002",
        "OK",
    ]
    assert pieces("one two") == [("", "one"), (" ", "two")]
    assert pieces("Qui\u00a0?") == [("", "Qui\u00a0?")]  # a French space never breaks
    assert pieces("14\u00a0\u53f7")[0] == ("", "14\u00a0\u53f7")  # nor one that counts
