"""Large text gives way where a card would cut off what hangs below the words over it."""

from __future__ import annotations

import pytest

from support.demo_site import PANEL_7, demo_site
from support.scenes import scenes
from ui import fits
from ui.geometry import Rect
from ui.screens import build
from ui.text import Typesetter
from ui.theme import BODY, PANEL_7_INCH, Theme
from ui.widgets import Card, Label, Screen

THEME = Theme(PANEL_7_INCH).but(large=1.0)


def covered(text: str, card_y: int) -> bool:
    """Whether a card that begins at `card_y` spoils words in a line from 100 to 147."""
    type = Typesetter(THEME)
    words = Label(text, BODY).place(Rect(20, 100, 700, 47))
    screen = Screen("planted", [words, Card().place(Rect(20, card_y, 700, 80))])
    return not fits.fits(screen.arrange(type), type.theme)


@pytest.mark.parametrize(
    ("text", "card_y", "bad"),
    [
        ("لم يُسلَّم أي شيء.", 147, True),
        ("لم يُسلَّم أي شيء.", 160, False),
        ("Nothing was given out.", 147, False),
        ("Nothing was given out.", 137, True),
    ],
)
def test_words_that_a_card_cuts_off_do_not_fit(text: str, card_y: int, bad: bool) -> None:
    assert covered(text, card_y) is bad


def test_words_on_a_card_are_not_cut_off_by_it() -> None:
    type = Typesetter(THEME)
    inside = Label("لم يُسلَّم أي شيء.", BODY).place(Rect(40, 110, 600, 47))
    screen = Screen("planted", [Card().place(Rect(20, 100, 700, 80)), inside])
    assert fits.fits(screen.arrange(type), type.theme)


@pytest.mark.parametrize("language", ["ar", "hi"])
@pytest.mark.parametrize("name", ["journal_broken", "out_of_service", "refused_unproven"])
def test_twin_without_the_rule_these_screens_were_larger(
    language: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = scenes(demo_site(PANEL_7))[name].view().but(language=language)
    theme = THEME.but(rtl=language == "ar")
    type = Typesetter(theme)
    build(view, type).arrange(type)
    with_it = type.theme.large
    monkeypatch.setattr(fits, "_covered", lambda screen: iter(()))
    type = Typesetter(theme)
    build(view, type).arrange(type)
    assert 0 < with_it < type.theme.large
