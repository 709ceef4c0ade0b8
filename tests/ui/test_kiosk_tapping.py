"""Two thousand taps of somebody who does not read: nothing breaks, and the glass never lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from lockerd import config
from lockerd.front import Front
from support.tapper import Tapper
from ui.backend.headless import Headless
from ui.frame import Frame
from ui.geometry import Rect, Size
from ui.screens import build

ROOT = Path(__file__).resolve().parents[2]
SEEDS = (1, 2)
TAPS, STRIDE = 1_000, 50
SCREENS = 20
"""Different screens that the tappers must have seen between them, at least."""


class Forgetful(Headless):
    """The twin: from some time on it loses what is put on the lower half."""

    def __init__(self, size: Size) -> None:
        super().__init__(size)
        self.left = 200

    def put(self, rects: Sequence[Rect]) -> None:
        self.left -= 1
        super().put([one for one in rects if self.left > 0 or one.y < self.size[1] // 2])


def cabinet(room: Path, seed: int, backend: Callable[[Size], Headless] = Headless) -> Tapper:
    site = config.read(ROOT / "config" / "demo.toml")
    size = site.screen.width_px, site.screen.height_px
    (room / "state").mkdir()
    return Tapper(site, room / "state", seed, lambda up_ms: backend(size))


def drawn_anew(front: Front) -> bytes:
    """What the glass would show had everything been painted just now."""
    kiosk = front.kiosk
    assert kiosk._view is not None
    frame = Frame(Headless(front.backend.size), kiosk._frame.theme)
    frame.show(build(kiosk._view, frame.type))
    raw: bytes = frame.backend.surface.get_buffer().raw
    return raw


def lies(tapper: Tapper) -> bool:
    """Whether the glass shows something else than what is so."""
    assert isinstance(tapper.backend, Headless)
    return bool(tapper.backend.shown.get_buffer().raw != drawn_anew(tapper.front))


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """The screens that the tappers saw."""
    return set()


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_thousand_taps_at_random(seed: int, seen: set[str], tmp_path: Path) -> None:
    print(f"seed {seed}")
    tapper = cabinet(tmp_path, seed)
    while tapper.taps < TAPS:
        tapper.tap_on(STRIDE)
        assert not lies(tapper), f"after {tapper.taps} taps"
        assert tapper.stage.house.fault is None
    seen |= set(tapper.screens)
    print(f"seed {seed}: {dict(tapper.screens)}")
    tapper.close()


def test_one_seed_is_one_run(tmp_path: Path) -> None:
    """What is found can be found again."""
    runs = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        tapper = cabinet(tmp_path / name, 3)
        tapper.tap_on(60)
        runs.append((tapper.screens, drawn_anew(tapper.front)))
        tapper.close()
    assert runs[0] == runs[1]


def test_a_part_of_the_glass_that_was_not_put_is_found(tmp_path: Path) -> None:
    tapper = cabinet(tmp_path, 1, Forgetful)
    found = False
    while tapper.taps < 400 and not found:
        tapper.tap_on(5)
        found = lies(tapper)
    assert found
    tapper.close()


def test_the_tappers_came_around(seen: set[str], tmp_path: Path) -> None:
    """A tapper that never leaves the first screens proves little."""
    if len(seen) < SCREENS:
        tapper = cabinet(tmp_path, 1)
        tapper.tap_on(600)
        seen |= set(tapper.screens)
        tapper.close()
    assert len(seen) >= SCREENS, sorted(seen)
