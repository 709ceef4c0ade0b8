"""Disk first: no pulse, no verdict before fdatasync; versions without that rule are caught."""

from __future__ import annotations

from pathlib import Path

import pytest
from crash_judge import Violation, judge_trace
from crash_rig import Zygote
from crash_scenes import Plan, Scene, collect, deposit, guess, install, jam
from crash_sweep import Sweep

Plans = tuple[Plan, Plan, Plan]
SCENES: list[tuple[Scene, int, int]] = [
    (install, 0, 2),
    (deposit, 1, 6),
    (collect, 2, 5),
    (jam, 2, 5),
    (guess, 2, 9),
]
"""Each scene, the plan that it begins with, and how many of its acts need an entry."""


@pytest.mark.parametrize(
    ("scene", "plan", "acts"), SCENES, ids=lambda one: getattr(one, "__name__", "")
)
def test_every_act_comes_after_its_fdatasync(
    scene: Scene, plan: int, acts: int, zygote: Zygote, plans: Plans, tmp_path: Path
) -> None:
    sweep = Sweep(zygote, plans[plan], scene, tmp_path / "room")
    _, calls = sweep.whole()
    assert judge_trace(calls, sweep.base) == acts


def test_one_fdatasync_for_each_transaction(zygote: Zygote, plans: Plans, tmp_path: Path) -> None:
    """An entry costs one; the first one after a start and the fold at the end another each."""
    sweep = Sweep(zygote, plans[2], collect, tmp_path / "room")
    _, calls = sweep.whole()
    wal = [one.name for one in calls if one.path.endswith("-wal")]
    synced = [at for at, name in enumerate(wal) if name == "fdatasync"]
    # log.boot, code.refused, authorised with its pulse, opened, collected, log.stopped.
    assert len(synced) == 6 + 2, wal


@pytest.mark.parametrize(
    ("twin", "words"),
    [
        ("act first", "without an entry on disk"),
        ("answer first", "without an entry on disk"),
        ("no sync", "before its entry was synced"),
    ],
)
def test_a_twin_breaks_the_order(
    twin: str, words: str, zygote: Zygote, plans: Plans, tmp_path: Path
) -> None:
    sweep = Sweep(zygote, plans[2], collect, tmp_path / "room", twin=twin)
    _, calls = sweep.whole()
    with pytest.raises(Violation, match=words):
        judge_trace(calls, sweep.base)


@pytest.mark.parametrize(
    ("twin", "words"),
    [
        ("act first", "1 pulses of A1, 0 on disk"),
        ("answer first", "'screen refused unproven' 1 times, 0 of"),
        ("send again", "a start pulsed a strike by itself"),
    ],
)
def test_a_twin_is_caught_by_a_cut(
    twin: str, words: str, zygote: Zygote, plans: Plans, tmp_path: Path
) -> None:
    found = Sweep(zygote, plans[2], collect, tmp_path / "room", twin=twin).first_violation()
    assert found is not None and words in str(found), found
