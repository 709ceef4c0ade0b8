"""Every text has its words in every language.  What is named here wants a translator.

`scripts/catalogue update` makes the entries, `scripts/catalogue check` lists what is left to do,
and docs/languages.md says how.
"""

from __future__ import annotations

import re

import pytest

from support.languages import unsaid, untold
from ui import words
from ui.lang import Language, po


@pytest.mark.parametrize("one", po.translated(), ids=lambda one: str(one.code))
def test_a_catalogue_is_complete_and_current(one: Language) -> None:
    assert po.complaints(one) == []


def test_the_fonts_draw_every_character() -> None:
    assert po.undrawn() == "", "run: scripts/fonts DIRECTORY"


def test_what_the_core_says_at_the_kiosk_has_its_words() -> None:
    assert untold() == [], "add them to ui.words as told.*, then translate them"


def test_what_the_core_gives_as_a_reason_has_its_words() -> None:
    assert unsaid() == [], "add them to ui.words as detail.*, then translate them"


def test_a_reason_is_said_in_the_language_of_the_screen() -> None:
    with words.speaking("de"):
        assert words.detail("guessing", "locked") == words.say("detail.locked")
        assert words.detail("disputed", "wrong") == words.say("detail.disputed.wrong")
        assert words.detail("guessing", "wrong") == words.say("detail.wrong")
        moved = words.detail("frozen", "moved: power")
        assert words.say("detail.power") in moved and "moved" not in moved
        assert words.detail("expired", "told desk").startswith("desk ")


def test_a_reason_that_a_person_wrote_stays_as_it_is() -> None:
    """The twin."""
    with words.speaking("de"):
        assert words.detail("refused", "told nobody") == "told nobody"
        assert words.detail("glass", "staff 2: power") == "Personal 2: power"


def test_words_that_the_core_does_not_know_are_found() -> None:
    """The twin."""
    assert words.found("the weather is bad; wait") == ("", {})
    assert words.found("no free compartment fits size M; ask an operator")[0] == "told.no_room"


def test_french_signs_that_stand_apart_do_not_begin_a_line() -> None:
    texts = [form for item in po.read("fr")[1].values() for form in item.forms]
    assert [text for text in texts if re.search(" [:;?!]", text)] == []
    assert any(re.search("\u00a0[:;?!]", text) for text in texts)
