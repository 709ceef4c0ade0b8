"""Somebody who taps a kiosk at random for as long as one likes, with codes and doors in between.

Theory of operation.  A populated simulated cabinet stands in virtual time behind its screen.  Most
taps land on something that can be pressed, some anywhere.  Now and then a badge, a code from the
telephone or nonsense is shown to the scanner, doors are pushed shut, keys are typed, or nothing
happens until the kiosk gives up waiting.  Most of the time has to be spent behind a badge, or the
tapper would know only the screens that ask for one.

Rules.  One seed, one run.  Only taps are counted.  `finger` brings a touch to the kiosk; the plain
one hands it over, that of a real window presses the mouse of its X server.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

from lockerd.core.site import Site
from lockerd.front import Front
from lockerd.simulation.populate import is_new, populate
from lockerd.simulation.stage import Stage
from ui.backend import Backend, Phase, Touch

WALL_MS: Final = 1_795_423_260_000
"""2026-11-23 08:41 UTC, a Monday."""

LOOK_MS: Final = 300
"""From one tap to the next."""

SHUT: Final = 0.1
SHOW: Final = 0.12
TYPE: Final = 0.05
WAIT: Final = 0.01
ASTRAY: Final = 0.1
SHOWN: Final = ("badge", "badge", "badge", "code", "nonsense")

Finger = Callable[[Touch], None]
FrontOf = Callable[[Site, Backend, Callable[[], int], Callable[[], tuple[str, str, str]]], Front]


class Tapper:
    """A cabinet of `site` in `state_dir` and the one who taps its screen on `backend`."""

    def __init__(
        self,
        site: Site,
        state_dir: Path,
        seed: int,
        backend_of: Callable[[Callable[[], int]], Backend],
        front_of: FrontOf = Front,
    ) -> None:
        """`backend_of` is given the clock of touches; `front_of` makes what joins the two."""
        if is_new(state_dir):
            populate(site, state_dir, WALL_MS, seed)
        self.chance = random.Random(seed)
        serial = itertools.count()

        def ids() -> tuple[str, str, str]:
            at = 3 * next(serial)
            return f"{at:016x}", f"{at + 1:016x}", f"{at + 2:016x}"

        clock: list[Stage] = []

        def up_ms() -> int:
            return clock[0].time.up_ms() if clock else 0

        self.up_ms = up_ms
        self.backend = backend_of(up_ms)
        self.front = front_of(site, self.backend, up_ms, ids)
        self.stage = Stage(site, state_dir, seed, WALL_MS, lambda stage: self.front)
        clock.append(self.stage)
        self.finger: Finger = lambda touch: self.front.take([touch])
        self.screens: Counter[str] = Counter()
        self.taps = 0
        self.stage.world.start()

    def tap_on(self, taps: int) -> None:
        """So many more taps."""
        end = self.taps + taps
        while self.taps < end:
            self.turn()

    def turn(self) -> None:
        """One whim, and the time until the next."""
        whim, then_ms = self.chance.random(), LOOK_MS
        if whim < SHUT:
            self._shut()
        elif whim < SHUT + SHOW:
            self._show()
        elif whim < SHUT + SHOW + TYPE:
            self._type()
        elif whim < SHUT + SHOW + TYPE + WAIT:
            then_ms = self.chance.randrange(1_000, 120_000)
        else:
            self._tap()
        self.stage.run_for(then_ms)

    def close(self) -> None:
        """Stop in order."""
        self.stage.world.stop()
        self.backend.close()

    def _tap(self) -> None:
        screen = self.front.kiosk.trace()
        self.screens[str(screen["screen"])] += 1
        x, y = self._place(screen)
        for phase in ("down", "up"):
            self._touch(x, y, phase)
        self.taps += 1

    def _place(self, screen: dict[str, object]) -> tuple[int, int]:
        """Somewhere on something that can be pressed, or anywhere."""
        widgets = screen["widgets"]
        assert isinstance(widgets, list)
        found: dict[str, list[list[int]]] = {}
        for one in widgets:
            if one["action"] and one["enabled"]:
                found.setdefault(one["action"].partition(":")[0], []).append(one["rect"])
        if not found or self.chance.random() < ASTRAY:
            w, h = self.backend.size
            return self.chance.randrange(w), self.chance.randrange(h)
        # All keys of a keyboard are one thing, or nothing else would be pressed there.
        left, top, w, h = self.chance.choice(found[self.chance.choice(sorted(found))])
        return left + self.chance.randrange(w), top + self.chance.randrange(h)

    def _touch(self, x: int, y: int, phase: Phase) -> None:
        self.finger(Touch(x, y, phase, self.up_ms()))

    def _shut(self) -> None:
        for one in self.stage.world.physics.site.compartments:
            self.stage.world.push(one.unit)

    def _show(self) -> None:
        world, what = self.stage.world, self.chance.choice(SHOWN)
        if what == "badge":
            number = self.chance.choice(sorted(world.badges))
            world.scan(world.badges[number].text)
            self.stage.run_for(LOOK_MS)
            if self.stage.house.engine.visit.step == "staff_pin":
                for key in (*world.badges[number].pin, "ok"):
                    self.front.key(key)
        elif what == "code" and world.phone.messages:
            world.scan(self.chance.choice(world.phone.messages).qr or "empty")
        else:
            world.scan(f"nonsense {self.chance.randrange(1_000)}")

    def _type(self) -> None:
        digits = "".join(self.chance.choice("0123456789") for _ in range(9))
        messages = self.stage.world.phone.messages
        if messages and self.chance.random() < 0.5:
            digits = self.chance.choice(messages).pin or digits
        for key in (*digits, "ok"):
            self.front.key(key)
