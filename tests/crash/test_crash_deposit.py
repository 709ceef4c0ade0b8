"""From the first start to the codes: a cut anywhere loses nothing that was acknowledged."""

from __future__ import annotations

from pathlib import Path

import pytest
from crash_rig import Zygote
from crash_scenes import Plan, deposit, install
from crash_sweep import Sweep

Plans = tuple[Plan, Plan, Plan]


@pytest.mark.slow
def test_first_start_cut_at_every_call(zygote: Zygote, plans: Plans, tmp_path: Path) -> None:
    sweep = Sweep(zygote, plans[0], install, tmp_path / "room")
    assert sweep.at_every_call() >= 80


@pytest.mark.slow
def test_deposit_cut_at_every_call(zygote: Zygote, plans: Plans, tmp_path: Path) -> None:
    sweep = Sweep(zygote, plans[1], deposit, tmp_path / "room")
    assert sweep.at_every_call() >= 80


def test_deposit_cut_around_every_act(zygote: Zygote, plans: Plans, tmp_path: Path) -> None:
    sweep = Sweep(zygote, plans[1], deposit, tmp_path / "room")
    assert sweep.around_every_act() >= 2 * 10


@pytest.mark.slow
def test_snapshots_cut_at_every_call(zygote: Zygote, plans: Plans, tmp_path: Path) -> None:
    """With a snapshot every few entries; the judge folds with and without them."""
    sweep = Sweep(zygote, plans[1], deposit, tmp_path / "room", snapshot_every=4)
    _, calls = sweep.whole()
    assert sum(one.name == "rename" for one in calls) >= 2, "no snapshot was written"
    assert sweep.at_every_call() >= 90
