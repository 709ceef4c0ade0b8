"""Eyes for a story: a kiosk on its stage, the words that stand on it, and pictures of it.

Theory of operation.  Each power-on of the stage gets a kiosk that paints into memory.  After every
step the story asks for the words; with a directory, a picture of the step is kept there.

Rules.  Pictures are named by the step's place in the story, and by the story's own word if it has
one.  Nothing here changes what the story does.
"""

from __future__ import annotations

import re
from pathlib import Path

from lockerd.core.site import Site
from lockerd.display import Display
from lockerd.front import Front
from lockerd.house import KioskPart
from lockerd.simulation.panel import Panel
from lockerd.simulation.stage import Stage
from lockerd.simulation.story import BadStory
from ui.backend.headless import Headless
from ui.backend.steady import Steady

_NAME = re.compile(r"[a-z0-9_-]{1,40}", re.ASCII)


class Eyes:
    """Give its three methods to `story.play`."""

    def __init__(self, pictures: Path | None = None) -> None:
        """`pictures`: an existing directory, or None to keep none."""
        self._pictures = pictures
        self._front: Front | None = None
        self._display: Display | None = None
        self._step = 0

    def stage_of(self, site: Site, state_dir: Path, seed: int, begin_ms: int) -> Stage:
        """A stage with a kiosk."""
        return Stage(site, state_dir, seed, begin_ms, kiosk_of=self._kiosk_of)

    def _kiosk_of(self, stage: Stage) -> KioskPart:
        def up_ms() -> int:
            return 0 if stage.virtual_clock is None else stage.virtual_clock.up_ms()

        world, screen = stage.world, stage.world.site.screen
        size = (screen.width_px, screen.height_px)
        if world.panel is None:
            world.panel = Panel(Headless(size))
        backend = Steady(world.panel.opened, size)
        front = self._front = Front(
            world.site, backend, up_ms, lambda: (stage.id(), stage.id(), stage.id())
        )
        if self._display is not None:
            self._display.close()
        self._display = Display(backend, stage.loop, stage.loop.post, front.repaint)
        world.panel.on_broken = front.pump
        world.on_key, world.on_touch = front.key, front.tap
        world.place_of = front.place_of
        front.kiosk.assist.speaker = world.ear
        stage.loop.call(self._display.begin)
        return front

    def see(self, stage: Stage) -> str:
        """The words on the screen after a step; keeps its picture."""
        self._step += 1
        panel = stage.world.panel
        if self._front is None or stage.world.house is None or (panel and panel.broken):
            return ""
        if self._pictures is not None:
            self._file("").write_bytes(self._front.picture(redact=False))
        widgets = self._front.kiosk.trace().get("widgets")
        assert isinstance(widgets, list)
        return " ".join(one["text"] for one in widgets if one["text"])

    def picture(self, stage: Stage, name: str) -> None:
        """Give the picture of this step the story's name for it.  Raises BadStory."""
        if _NAME.fullmatch(name) is None:
            raise BadStory(f"{name!r} names no picture; write small letters, digits and dashes")
        if self._pictures is not None and (plain := self._file("")).exists():
            plain.rename(self._file(f"-{name}"))

    def _file(self, suffix: str) -> Path:
        assert self._pictures is not None
        return self._pictures / f"{self._step:02}{suffix}.png"
