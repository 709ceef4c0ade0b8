"""The page about the simulator names what there is, and nothing that is not."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from lockerd.simulation import story

PAGE = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text(encoding="utf-8")


def rows(after: str) -> list[str]:
    """The first cells of the table whose head begins so."""
    lines = PAGE.split(f"\n| {after} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [line.split("|")[1].strip() for line in lines]


def test_every_verb_of_a_story_is_there() -> None:
    told = {code.split()[0] for cell in rows("verb") for code in re.findall("`([^`]+)`", cell)}
    assert told == set(story.VERBS)


def test_every_key_of_a_story_and_of_a_step_is_there(tmp_path: Path) -> None:
    steps = {cell.strip("`") for cell in rows("key of a step")}
    assert steps == {"at", "do", "expect_events", "expect_screen", "expect_says", "screenshot"}
    whole = {cell.strip("`[]") for cell in rows("key of a story")}
    assert whole == {"title", "seed", "begins", "config", "step"}
    told = PAGE.split("```toml\n", 1)[1].split("```", 1)[0]
    file = tmp_path / "told.toml"
    file.write_text(told, encoding="utf-8")
    read = story.read(file)
    assert len(read.steps) == 3
    assert all(shlex.split(line) for step in read.steps for line in step.do)
