"""A first start that was killed begins anew, and nothing that somebody used is ever cleared."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.power import PowerLost
from lockerd.journal.errors import AlreadyRunning
from lockerd.journal.keys import hold
from lockerd.journal.reader import Reader
from lockerd.simulation.populate import UNFINISHED, is_new, populate
from lockerd.simulation.stage import Stage
from support.demo_site import demo_site
from support.workbench import WALL_MS


def killed(state_dir: Path) -> None:
    """A first start that loses its power before its end."""

    def cut(stage: Stage) -> None:
        stage.world.power(False)
        raise PowerLost

    with pytest.raises(PowerLost):
        populate(demo_site(), state_dir, WALL_MS, 7, cut)


def origin_key(state_dir: Path) -> str:
    return (state_dir / "vkey").read_text()


def test_a_first_start_that_was_killed_begins_anew(tmp_path: Path) -> None:
    state_dir = tmp_path / "state"
    assert is_new(state_dir)
    killed(state_dir)
    before = origin_key(state_dir)
    assert is_new(state_dir) and (state_dir / "journal.db").exists()
    populate(demo_site(), state_dir, WALL_MS, 8)
    assert origin_key(state_dir) != before
    assert not is_new(state_dir) and not (state_dir / UNFINISHED).exists()
    with Reader.read(state_dir) as journal:
        assert journal.size > 90


def test_whatever_else_lies_there_stays(tmp_path: Path) -> None:
    state_dir = tmp_path / "state"
    state_dir.mkdir(0o700)
    (state_dir / "notes.txt").write_text("mine")
    killed(state_dir)
    populate(demo_site(), state_dir, WALL_MS, 8)
    assert (state_dir / "notes.txt").read_text() == "mine"


def test_a_first_start_that_still_runs_is_left_alone(tmp_path: Path) -> None:
    state_dir = tmp_path / "state"
    killed(state_dir)
    before = origin_key(state_dir)
    with hold(state_dir), pytest.raises(AlreadyRunning):
        populate(demo_site(), state_dir, WALL_MS, 8)
    assert origin_key(state_dir) == before
