"""Playing a story on a stage, step by step."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lockerd.core.events import Event, names
from lockerd.core.site import Site
from lockerd.ports import PortError
from lockerd.simulation.hands import Hands
from lockerd.simulation.stage import Stage
from lockerd.simulation.story import (
    verbs_epochs,
    verbs_founding,
    verbs_people,
    verbs_requests,
    verbs_world,
)
from lockerd.simulation.story.reading import BadStory, Played, Step, Story, Untrue, span_ms

Verb = Callable[["Player", Sequence[str]], None]

VERBS: Mapping[str, Verb] = {
    **verbs_people.VERBS,
    **verbs_founding.VERBS,
    **verbs_world.VERBS,
    **verbs_requests.VERBS,
    **verbs_epochs.VERBS,
}
"""Every verb; a room of them is one module with `VERBS`."""

_VALUE = re.compile(r"\$[a-z][a-z0-9_]*\.[a-z_]+")


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
        self.found: dict[tuple[str, str], str] = {}
        self.played = Played()
        self._fresh: list[Event] = []
        self._see, self._picture = see, picture

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
        self.stage.world.ear.take()

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
        if not words or words[0] not in VERBS:
            known = ", ".join(sorted(VERBS))
            raise BadStory(f"no verb in {line!r}; verbs are {known}")
        VERBS[words[0]](self, [_VALUE.sub(self._named, one) for one in words[1:]])

    def _named(self, found: re.Match[str]) -> str:
        return self.value(found[0])

    def value(self, word: str) -> str:
        """`$label.field` replaced by what is known of that handover."""
        label, _, what = word[1:].partition(".")
        ho = self.labels.get(label)
        if ho is None and (label, what) in self.found:
            return self.found[label, what]
        if ho is None:
            raise BadStory(f"nothing is labelled {label!r} yet; order it first")
        if what == "ho":
            return ho
        sent = self.stage.world.tray.letters.get(ho) or self.stage.world.phone.of(ho)
        if what in ("pin", "qr") and sent is not None:
            return sent.pin if what == "pin" else sent.qr
        house = self.stage.world.house
        known = house.engine.state.handovers.get(ho) if house is not None else None
        if what == "unit":
            return (known.unit if known is not None else sent.unit if sent else None) or ""
        return self._told(label, what, word)

    def _told(self, label: str, what: str, word: str) -> str:
        """What a verb found out and kept under this label, such as an answer's field."""
        if (label, what) in self.found:
            return self.found[label, what]
        raise BadStory(
            f"{word!r} is not known; use .ho .unit, .pin .qr after a deposit, or what was answered"
        )

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
        heard = self.stage.world.ear.take()
        if step.says is not None and not _matches(heard, step.says):
            raise Untrue(
                f"step {step.number}: heard {json.dumps(heard, ensure_ascii=False)}, "
                f"expected {json.dumps(step.says, ensure_ascii=False)}"
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
