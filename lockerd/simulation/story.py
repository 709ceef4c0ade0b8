"""Stories: a journey written down, played in virtual time through the daemon's own code.

Theory of operation.  A story is TOML: `title`, optional `seed`, `begins` and `config`, and a list
of `[[step]]` with `at`, `do`, `expect_events`, `expect_screen`.  `at` is `+90s` after the step
before, or a time of day `14:00` on the story's day, or absent.  `do` is one verb with its words, as
a shell would split them, or a list of such lines.  `$ada.pin`, `$ada.qr`, `$ada.unit`, `$ada.ho`
are known once a handover is labelled `ada`.  After the step, `expect_events` must be the types of
exactly the events since the step before (`...` stands for any number of others), and
`expect_screen` the kiosk's step, followed where useful by words that must stand on the screen.

Rules.  Every verb is a person's act or the world's; a story cannot reach behind the cabinet.  A
story that does not come true raises `Untrue` with the step's number and both sides.
"""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lockerd.core import messages as msg
from lockerd.core.events import Event, names
from lockerd.core.site import Site
from lockerd.ports import PortError
from lockerd.simulation.hands import Hands
from lockerd.simulation.stage import BEGIN_MS, Stage

STEPS_MAX = 2_000
UNITS_MS = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_SPAN = re.compile(r"([+-]?\d+)(ms|s|min|h|d)")
_KEYS = {"at", "do", "expect_events", "expect_screen", "screenshot"}


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
    )


class Player:
    """Plays one story on one stage."""

    def __init__(
        self,
        stage: Stage,
        see: Callable[[], str] = lambda: "",
        picture: Callable[[str], None] = lambda name: None,
    ) -> None:
        """`see` gives the text that stands on the screen; `picture` saves the screen by name."""
        self.stage = stage
        self.hands = Hands(stage)
        self.labels: dict[str, str] = {}
        self.played = Played()
        self._fresh: list[Event] = []
        self._see, self._picture = see, picture
        self._verbs: dict[str, Callable[[Sequence[str]], None]] = {
            name.removeprefix("do_").replace("_", "-"): getattr(self, name)
            for name in dir(self)
            if name.startswith("do_")
        }

    def play(self, story: Story) -> Played:
        """Play every step; Untrue at the first that does not come true."""
        self._power_on()
        for step in story.steps:
            try:
                self._until(step.at)
                for line in step.do:
                    self._do(line)
            except (BadStory, PortError) as wrong:
                raise type(wrong)(f"step {step.number}: {wrong}") from None
            self._compare(step)
        return self.played

    def _power_on(self) -> None:
        self.stage.world.on_events = self._fresh.extend
        self.stage.world.start()
        self.stage.run_for(100)
        self._fresh.clear()

    def _until(self, at: str) -> None:
        if not at:
            return
        if at.startswith("+"):
            self.stage.run_for(span_ms(at))
            return
        hour, _, minute = at.partition(":")
        day_ms = 86_400_000
        wanted = (int(hour) * 60 + int(minute)) * 60_000
        self.stage.run_for((wanted - self.stage.time.wall_ms % day_ms) % day_ms)

    def _do(self, line: str) -> None:
        words = shlex.split(line)
        if not words or words[0] not in self._verbs:
            known = ", ".join(sorted(self._verbs))
            raise BadStory(f"no verb in {line!r}; verbs are {known}")
        self._verbs[words[0]]([self._value(one) for one in words[1:]])

    def _value(self, word: str) -> str:
        """`$label.field` replaced by what is known of that handover."""
        if not word.startswith("$"):
            return word
        label, _, what = word[1:].partition(".")
        ho = self.labels.get(label)
        if ho is None:
            raise BadStory(f"nothing is labelled {label!r} yet; order it first")
        if what == "ho":
            return ho
        sent = self.stage.world.phone.of(ho)
        if what in ("pin", "qr") and sent is not None:
            return sent.pin if what == "pin" else sent.qr
        house = self.stage.world.house
        known = house.engine.state.handovers.get(ho) if house is not None else None
        if what == "unit":
            return (known.unit if known is not None else sent.unit if sent else None) or ""
        raise BadStory(f"{word!r} is not known; use .ho .unit, and .pin .qr after a deposit")

    def _compare(self, step: Step) -> None:
        fresh, self._fresh[:] = list(self._fresh), []
        self.played.events += fresh
        text = self._see()
        self.played.screens.append(text)
        if step.screenshot:
            self._picture(step.screenshot)
        if step.events is not None and not _matches(names(fresh), step.events):
            raise Untrue(
                f"step {step.number}: events {json.dumps(names(fresh))}, "
                f"expected {json.dumps(step.events)}"
            )
        if step.screen:
            self._compare_screen(step, text)

    def _compare_screen(self, step: Step, text: str) -> None:
        wanted, _, words = step.screen.partition(" ")
        dark = self.stage.world.house is None
        now = "dark" if dark else self.hands.step
        if now != wanted:
            why = "" if dark else self.stage.house.engine.visit.why
            raise Untrue(f"step {step.number}: the screen is {now!r} {why}, expected {wanted!r}")
        if words and words.casefold() not in text.casefold():
            raise Untrue(f"step {step.number}: {words!r} does not stand on the screen: {text!r}")

    # -- verbs: people -------------------------------------------------------------------------

    def do_wait(self, words: Sequence[str]) -> None:
        """wait SPAN"""
        self.stage.run_for(span_ms(words[0]))

    def do_sign_in(self, words: Sequence[str]) -> None:
        """sign-in STAFF: badge and PIN"""
        self.hands.sign_in(words[0])

    def do_badge(self, words: Sequence[str]) -> None:
        """badge STAFF: show the badge only"""
        self.stage.world.badge(words[0])
        self.stage.run_for(400)

    def do_order(self, words: Sequence[str]) -> None:
        """order LABEL recipient=… item=… [size=] [profile=] [reference=] [from=SPAN]
        [until=SPAN]"""
        given = dict(one.split("=", 1) for one in words[1:])
        now = self.stage.house.clock.now().lo
        opens, closes = given.pop("from", None), given.pop("until", None)
        self.labels[words[0]] = self.hands.order(
            given.pop("recipient", "A recipient"),
            given.pop("item", "An item"),
            size=given.pop("size", "S"),
            profile=given.pop("profile", self.stage.house.site.profiles[0].name),
            reference=given.pop("reference", ""),
            staff=given.pop("staff", "1"),
            opens=None if opens is None else now + span_ms(opens),
            closes=None if closes is None else now + span_ms(closes),
        )
        if given:
            raise BadStory(f"order does not know {sorted(given)}; see the verb's form")

    def do_deposit(self, words: Sequence[str]) -> None:
        """deposit LABEL: pick, place, close, confirm"""
        self.hands.deposit(self._labelled(words[0]))

    def do_start_deposit(self, words: Sequence[str]) -> None:
        """start-deposit LABEL: pick it and wait for the door"""
        self.hands.start_deposit(self._labelled(words[0]))

    def do_sign_out(self, words: Sequence[str]) -> None:
        """sign-out"""
        self.hands.sign_out()

    def do_press(self, words: Sequence[str]) -> None:
        """press ACTION [ARGUMENT]"""
        self.hands.press(*words)

    def do_type(self, words: Sequence[str]) -> None:
        """type DIGITS: digits and OK"""
        if self.hands.step == "staff_pin":
            self.stage.do(msg.CodeTyped(words[0]), 400)
        else:
            self.hands.type_code(words[0])

    def do_guess(self, words: Sequence[str]) -> None:
        """guess LABEL: a wrong PIN with the right selector"""
        pin = self._value(f"${words[0]}.pin")
        wrong = pin[:3] + f"{(int(pin[3:]) + 1) % 1_000_000:06d}"
        self.do_type([wrong])

    def do_form(self, words: Sequence[str]) -> None:
        """form KEY=VALUE…: send the form that is on the screen"""
        fields = dict(one.split("=", 1) for one in words)
        ids = (self.stage.id(), self.stage.id(), self.stage.id())
        self.stage.do(msg.FormSent(fields, ids), 400)

    def do_scan(self, words: Sequence[str]) -> None:
        """scan TEXT"""
        self.hands.scan(words[0])

    def do_collect(self, words: Sequence[str]) -> None:
        """collect LABEL: type the PIN, wait, close the door, take the receipt"""
        self.hands.collect(self._value(f"${words[0]}.pin"))

    def do_queue(self, words: Sequence[str]) -> None:
        """queue RULE SUBJECT FINDING REASON: the signed-in operator resolves an item"""
        rule, subject, finding, reason = words
        subject = self.labels.get(subject, subject)
        self.hands.press("queue")
        self.hands.press("item", f"{rule}:{subject}")
        self.hands.press("resolve", finding)
        self.do_form([f"reason={reason}"])

    def _labelled(self, label: str) -> str:
        return self._value(f"${label}.ho")

    # -- verbs: the world ----------------------------------------------------------------------

    def do_push(self, words: Sequence[str]) -> None:
        """push UNIT"""
        self.stage.world.push(words[0])
        self.stage.run_for(1_000)

    def do_pull(self, words: Sequence[str]) -> None:
        """pull UNIT"""
        self.stage.world.pull(words[0])
        self.stage.run_for(1_000)

    def do_force(self, words: Sequence[str]) -> None:
        """force UNIT: break it open, or use the mechanical key"""
        self.stage.world.force(words[0])
        self.stage.run_for(1_000)

    def do_jam(self, words: Sequence[str]) -> None:
        """jam UNIT"""
        self.stage.world.jam(words[0])

    def do_unjam(self, words: Sequence[str]) -> None:
        """unjam UNIT"""
        self.stage.world.unjam(words[0])

    def do_cut(self, words: Sequence[str]) -> None:
        """cut UNIT strike|contact"""
        self.stage.world.cut(*words)
        self.stage.run_for(1_000)

    def do_mend(self, words: Sequence[str]) -> None:
        """mend UNIT strike|contact"""
        self.stage.world.mend(*words)
        self.stage.run_for(1_000)

    def do_power(self, words: Sequence[str]) -> None:
        """power on|off"""
        self.stage.world.power(words[0] == "on")
        self.stage.run_for(100)

    def do_clock(self, words: Sequence[str]) -> None:
        """clock SPAN: move the wall clock"""
        self.stage.world.clock(span_ms(words[0]))


def _matches(seen: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether types match a list in which `...` stands for any number of others."""
    if not wanted:
        return not seen
    if wanted[0] == "...":
        return any(_matches(seen[skip:], wanted[1:]) for skip in range(len(seen) + 1))
    return bool(seen) and seen[0] == wanted[0] and _matches(seen[1:], wanted[1:])


def play(
    story: Story,
    site: Site,
    state_dir: Path,
    seed: int | None = None,
    stage_of: Callable[[Site, Path, int, int], Stage] | None = None,
    see: Callable[[Stage], str] = lambda stage: "",
    picture: Callable[[Stage, str], None] = lambda stage, name: None,
) -> Played:
    """Play a story; its journal is left in `state_dir`.  Raises Untrue or BadStory."""
    chosen = story.seed if seed is None else seed
    make = stage_of or (lambda site, where, seed, begin: Stage(site, where, seed, begin))
    stage = make(site, state_dir, chosen, story.begins_ms)
    player = Player(stage, lambda: see(stage), lambda name: picture(stage, name))
    try:
        return player.play(story)
    finally:
        stage.world.stop()
