"""A receipt may stand all night: what is done while nobody waits is done then, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from lockerd import config
from lockerd.core.visit import Visit
from lockerd.simulation.stage import Stage

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("step", "idle"), [("home", True), ("receipt", True), ("code", False), ("staff_menu", False)]
)
def test_background_work_goes_on_beside_a_receipt(step: str, idle: bool, tmp_path: Path) -> None:
    stage = Stage(config.read(ROOT / "config" / "demo.toml"), tmp_path, 1)
    stage.world.start()
    stage.house.engine.visit = Visit(step=step)
    assert stage.house._idle() is idle
    stage.world.stop()
