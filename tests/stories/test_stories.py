"""Every story comes true, and the journal that it leaves verifies and replays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lockerd import config
from lockerd.core.site import Site
from lockerd.simulation import story
from lockerd.simulation.eyes import Eyes

ROOT = Path(__file__).parents[2]
BRANCHES = "branches"  # a list of stories, and none
STORIES = sorted(one for one in Path(__file__).parent.glob("*.toml") if one.stem != BRANCHES)
LONG_H = 12
"""From when on a story is a long one: the screen is painted anew in every minute of it."""
HOUR_S = 0.25
_SPAN = re.compile(r'(?:at = "\+|wait )(\d+)(h|d)\b')


def _marks(path: Path) -> list[pytest.MarkDecorator]:
    spans = _SPAN.findall(path.read_text(encoding="utf-8"))
    hours = sum(int(many) * (24 if unit == "d" else 1) for many, unit in spans)
    return [pytest.mark.slow(hours * HOUR_S)] if hours >= LONG_H else []


PARAMS = [pytest.param(one, marks=_marks(one), id=one.stem) for one in STORIES]


@pytest.fixture(scope="module")
def site() -> Site:
    return config.read(ROOT / "config" / "demo.toml")


@pytest.mark.parametrize("path", PARAMS)
def test_story(path: Path, site: Site, tmp_path: Path) -> None:
    told = story.read(path)
    where = config.read(path.parent / told.config) if told.config else site
    eyes = Eyes()
    played = story.play(told, where, tmp_path, None, eyes.stage_of, eyes.see, eyes.picture)
    assert played.events


def test_a_story_that_is_not_true_is_caught(site: Site, tmp_path: Path) -> None:
    told = tmp_path / "lie.toml"
    told.write_text('[[step]]\ndo = "order ada"\nexpect_events = ["handover.collected"]\n')
    with pytest.raises(story.Untrue, match="step 1: events"):
        story.play(story.read(told), site, tmp_path / "state")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[step]]\ndo = 'fly'", "no verb"),
        ("[[step]]\nwhen = 'now'", "unknown"),
        ("step = 1", "no \\[\\[step\\]\\]"),
        ("[[step", "mend the TOML"),
        ("[[step]]\ndo = 'wait soon'", "not a time span"),
        ("[[step]]\ndo = 'type $ada.pin'", "nothing is labelled"),
    ],
)
def test_a_bad_story_names_its_step_and_the_remedy(
    text: str, words: str, site: Site, tmp_path: Path
) -> None:
    told = tmp_path / "bad.toml"
    told.write_text(text)
    with pytest.raises(story.BadStory, match=words):
        story.play(story.read(told), site, tmp_path / "state")
