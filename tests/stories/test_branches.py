"""Every journey and every branch of it has a story that is told."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LIST = HERE / "branches.toml"
STORIES = frozenset(one.stem for one in HERE.glob("*.toml")) - {LIST.stem}
LEAST = 80

Branches = Mapping[str, Mapping[str, list[str]]]


def _wrong(branches: Branches, stories: frozenset[str]) -> list[str]:
    """Branches without a story, and stories that are not there."""
    said = []
    for who, what in branches.items():
        for branch, named in what.items():
            if not named:
                said.append(f"{who}: {branch}: no story")
            missing = (one for one in named if one not in stories)
            said += [f"{who}: {branch}: no story {one!r}" for one in missing]
    return said


@pytest.fixture(scope="module")
def branches() -> Branches:
    return tomllib.loads(LIST.read_text(encoding="utf-8"))


def test_every_branch_has_its_story(branches: Branches) -> None:
    assert _wrong(branches, STORIES) == []


def test_there_are_enough_of_them() -> None:
    assert len(STORIES) >= LEAST


def test_a_branch_without_a_story_is_caught() -> None:
    """The control."""
    said = _wrong({"recipient": {"flies": [], "swims": ["swum"]}}, STORIES)
    assert said == ["recipient: flies: no story", "recipient: swims: no story 'swum'"]
