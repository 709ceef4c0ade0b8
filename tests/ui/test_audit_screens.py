"""The audit of every screen: sizes, contrast, overflow, order, speech, colour, stray words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from support.audit import Case, measured, painted, share, walk, words
from support.languages import PANELS
from support.matrix import changed, digest, stored
from ui.widgets import Screen


def each(cases: Sequence[Case]) -> list[Any]:
    """The first is watched for coverage; the others walk the same lines."""
    marks = [(), *[pytest.mark.slow(4)] * (len(cases) - 1)]
    return [
        pytest.param(case, marks=mark, id=case.name)
        for case, mark in zip(cases, marks, strict=True)
    ]


@pytest.mark.parametrize("case", each(measured()))
def test_every_screen_can_be_read_and_pressed_and_is_as_it_was(case: Case) -> None:
    """Else look at what changed, and store it: `python -m support.matrix`."""
    seen: dict[str, Screen] = {}
    assert [f"{name}: {one}" for name, one in walk(case, seen)] == []
    assert changed(case, {name: digest(screen) for name, screen in seen.items()}) == []


def test_a_screen_that_is_another_is_named() -> None:
    """The twin."""
    case = measured()[0]
    was = dict(stored(case))
    assert changed(case, was) == []
    moved, gone, *_ = sorted(was)
    now = {**was, moved: "0" * 8, "new": "1" * 8}
    del now[gone]
    assert changed(case, now) == sorted([moved, gone, "new"])


@pytest.mark.parametrize("case", each(painted()))
def test_every_screen_has_contrast(case: Case) -> None:
    assert [f"{name}: {one}" for name, one in walk(case)] == []


@pytest.mark.parametrize("size", PANELS)
def test_every_word_came_through_the_catalogue(size: str) -> None:
    assert sorted({f"{name}: {one.said}" for name, one in words(size)}) == []


@pytest.mark.parametrize(
    ("size", "least"), [("800x480", 0.70), ("1280x800", 0.90), ("720x1280", 0.65)]
)
def test_large_text_is_large(size: str, least: float) -> None:
    """Where there is no room it shrinks, and so not all of it is."""
    some, of = share(Case(size, large=True))
    assert some / of >= least, (some, of)


def test_normal_text_is_not_large() -> None:
    """The twin."""
    some, of = share(Case("800x480"))
    assert some / of < 0.5
