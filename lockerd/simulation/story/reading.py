"""Reading a story from its file.

Rules.  A story that is not written as stories are is a BadStory that names the step and the remedy.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lockerd.core.events import Event
from lockerd.simulation.stage import BEGIN_MS

STEPS_MAX = 2_000
UNITS_MS = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_SPAN = re.compile(r"([+-]?\d+)(ms|s|min|h|d)")
_KEYS = {"at", "do", "expect_events", "expect_screen", "expect_says", "screenshot"}


class BadStory(ValueError):
    """A story is not written as stories are; the text names the step and the remedy."""


class Untrue(AssertionError):
    """A story did not come true."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a story."""

    number: int
    do: tuple[str, ...]
    at: str = ""
    events: tuple[str, ...] | None = None
    screen: str = ""
    screenshot: str = ""
    says: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A story that was read."""

    title: str
    steps: tuple[Step, ...]
    seed: int = 1
    begins_ms: int = BEGIN_MS
    config: str = ""


@dataclass(slots=True)
class Played:
    """What came of it: the events of every step, and the text of every screen."""

    events: list[Event] = field(default_factory=list)
    screens: list[str] = field(default_factory=list)


def span_ms(text: str) -> int:
    """`90s`, `+2h`, `-500ms`, `1d` in ms; BadStory otherwise."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise BadStory(f"{text!r} is not a time span; write a number and one of ms s min h d")
    return int(found[1]) * UNITS_MS[found[2]]


def read(path: Path) -> Story:
    """Read a story; BadStory says what is wrong in which step."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadStory(f"{path.name}: {wrong}; mend the TOML") from None
    unknown = set(raw) - {"title", "seed", "begins", "config", "step"}
    if unknown or not isinstance(raw.get("step"), list):
        what = f"unknown keys {sorted(unknown)}" if unknown else "no [[step]]"
        raise BadStory(f"{path.name}: {what}; a story has title, seed, begins, config and steps")
    if len(raw["step"]) > STEPS_MAX:
        raise BadStory(f"{path.name}: more than {STEPS_MAX} steps; split it")
    begins = raw.get("begins", "")
    return Story(
        title=str(raw.get("title", path.stem)),
        steps=tuple(_step(number, one) for number, one in enumerate(raw["step"], 1)),
        seed=int(raw.get("seed", 1)),
        begins_ms=_moment(begins) if begins else BEGIN_MS,
        config=str(raw.get("config", "")),
    )


def _moment(text: object) -> int:
    when = text if isinstance(text, datetime) else datetime.fromisoformat(str(text))
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)


def _step(number: int, raw: dict[str, Any]) -> Step:
    unknown = set(raw) - _KEYS
    if unknown:
        raise BadStory(f"step {number}: unknown {sorted(unknown)}; use {sorted(_KEYS)}")
    do = raw.get("do", [])
    events = raw.get("expect_events")
    return Step(
        number=number,
        do=tuple([do] if isinstance(do, str) else do),
        at=str(raw.get("at", "")),
        events=None if events is None else tuple(events),
        screen=str(raw.get("expect_screen", "")),
        screenshot=str(raw.get("screenshot", "")),
        says=tuple(raw["expect_says"]) if "expect_says" in raw else None,
    )
