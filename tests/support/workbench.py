"""A workbench on a real simulated site in virtual time: what its tests and pictures stand on."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

from lockerd.core.site import Site
from lockerd.front import Front
from lockerd.simulation.bench import Source
from lockerd.simulation.phone import PhoneMessage
from lockerd.simulation.populate import is_new, populate
from lockerd.simulation.stage import Stage
from ui.backend import Key, Touch
from ui.backend.headless import Headless
from ui.geometry import Rect, Size
from ui.workbench.bench import Workbench
from ui.workbench.pane import Pane

WALL_MS = 1_795_423_260_000
"""2026-11-23 08:41 UTC, a Monday."""


class Watched(Headless):
    """A window that remembers every rectangle that was put since `seen` was cleared."""

    def __init__(self, size: Size) -> None:
        super().__init__(size)
        self.seen: list[Rect] = []

    def put(self, rects: Sequence[Rect]) -> None:
        super().put(rects)
        self.seen.extend(rects)


class Desk:
    """A person at the workbench of a populated cabinet.

    `state_dir` may hold a populated cabinet already (a copy of one, to save its two days).
    """

    def __init__(
        self, site: Site, state_dir: Path, size: tuple[int, int] = (1366, 768), seed: int = 7
    ) -> None:
        if is_new(state_dir):
            populate(site, state_dir, WALL_MS, seed)
        self.site = site
        self.pane = Pane((site.screen.width_px, site.screen.height_px))
        serial = itertools.count()

        def ids() -> tuple[str, str, str]:
            at = 3 * next(serial)
            return f"{at:016x}", f"{at + 1:016x}", f"{at + 2:016x}"

        clock: list[Stage] = []
        self.front = Front(site, self.pane, lambda: clock[0].time.up_ms() if clock else 0, ids)
        self.stage = Stage(site, state_dir, seed, WALL_MS, lambda stage: self.front)
        clock.append(self.stage)
        self.world = self.stage.world
        self.window = Watched(size)
        self.world.start()
        self.source = Source(self.world, lambda: self.stage.time.wall_ms)
        self.world.on_events = self.source.hear
        self.bench = Workbench(
            self.window,
            self.pane,
            self.front.kiosk,
            site,
            self.world,
            self.source,
            self.stage.loop,
            self.stage.time.up_ms,
            ("lockerctl", "--state cabinet"),
        )
        self.world.physics.observers.append(lambda unit: self.bench.poke())
        self.front.on_painted = self.bench.poke
        self.world.on_power = lambda on: self.bench.poke()
        self.bench.refresh()
        self.wait(6_000)

    def wait(self, for_ms: int = 500) -> None:
        """Let time pass."""
        self.stage.run_for(for_ms)

    def actions(self) -> list[str]:
        """What could be clicked now."""
        screen = self.bench.frame.screen
        assert screen is not None
        return [one.action for one in screen.flat() if one.action and one.enabled]

    def click(self, action: str, then_ms: int = 500) -> None:
        """Click the thing with this action."""
        rect = self.place_of(action)
        self.tap(rect.cx, rect.cy, then_ms)

    def place_of(self, action: str) -> Rect:
        """Where the thing with this action is."""
        screen = self.bench.frame.screen
        assert screen is not None
        found = [one for one in screen.flat() if one.action == action and one.enabled]
        assert found, f"nothing to click makes {action!r}; there is {self.actions()}"
        return found[0].rect

    def tap(self, x: int, y: int, then_ms: int = 500) -> None:
        """A click at a pixel of the window."""
        up_ms = self.stage.time.up_ms()
        self.bench.touch(Touch(x, y, "down", up_ms))
        self.bench.touch(Touch(x, y, "up", up_ms))
        self.wait(then_ms)

    def press(self, action: str, then_ms: int = 500) -> None:
        """Press a button of the kiosk, through the window."""
        widgets = self.front.kiosk.trace()["widgets"]
        assert isinstance(widgets, list)
        found = [w for w in widgets if w["action"] == action and w["enabled"]]
        have = [w["action"] for w in widgets if w["action"]]
        assert found, f"the kiosk has no {action!r}; it has {have}"
        x, y, w, h = found[0]["rect"]
        screen = self.bench.frame.screen
        assert screen is not None
        glass = next(one for one in screen.flat() if one.kind == "glass").rect
        self.tap(glass.x + x + w // 2, glass.y + y + h // 2, then_ms)

    def keys(self, text: str, then_ms: int = 500) -> None:
        """Type on the keyboard of the desk, then Enter."""
        for name in (*text, "enter"):
            self.bench.key(Key(name, self.stage.time.up_ms()))
            self.wait(50)
        self.wait(then_ms)

    @property
    def ready(self) -> PhoneMessage:
        """Your message that can be used now."""
        return self.world.phone.messages[-1]
