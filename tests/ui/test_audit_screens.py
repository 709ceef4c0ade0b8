"""The audit of every screen: sizes, contrast, overflow, order, speech, colour, stray words."""

from __future__ import annotations

import pytest

from support.audit import CROWDED, Case, measured, painted, share, walk, words
from support.languages import PANELS


@pytest.mark.parametrize("case", measured(), ids=lambda case: case.name)
def test_every_screen_can_be_read_and_pressed(case: Case) -> None:
    assert [f"{name}: {one}" for name, one in walk(case)] == []


@pytest.mark.parametrize("case", painted(), ids=lambda case: case.name)
def test_every_screen_has_contrast(case: Case) -> None:
    assert [f"{name}: {one}" for name, one in walk(case)] == []


@pytest.mark.parametrize("size", PANELS)
def test_every_word_came_through_the_catalogue(size: str) -> None:
    assert sorted({f"{name}: {one.said}" for name, one in words(size)}) == []


@pytest.mark.parametrize(("size", "least"), [("800x480", 0.70), ("1280x800", 0.90)])
def test_large_text_is_large(size: str, least: float) -> None:
    """Where there is no room it shrinks, and so not all of it is."""
    some, of = share(Case(size, large=True))
    assert some / of >= least, (some, of)


def test_normal_text_is_not_large() -> None:
    """The twin."""
    some, of = share(Case("800x480"))
    assert some / of < 0.5


def test_what_is_called_crowded_is_so() -> None:
    """A screen that fits now is taken off the list."""
    cases = [one for one in (*measured(), *painted()) if one.large and one.size == "800x480"]
    assert CROWDED - {name for case in cases for name, _ in walk(case, strict=True)} == set()
