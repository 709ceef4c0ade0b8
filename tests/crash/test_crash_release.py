"""The release: a cut anywhere gives nothing twice and costs nobody the item."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from crash_judge import custody, read
from crash_rig import Hall, Zygote
from crash_scenes import Plan, Scene, collect, cut_short, fresh, jam, start_only
from crash_site import DOOR
from crash_sweep import ACTS, Sweep

Plans = tuple[Plan, Plan, Plan]
IN_FLIGHT_LEVELS = ("open", "closed", "unknown")


@pytest.mark.slow
@pytest.mark.parametrize("scene", [collect, jam], ids=lambda one: one.__name__)
def test_release_cut_at_every_call(
    scene: Scene, zygote: Zygote, plans: Plans, tmp_path: Path
) -> None:
    sweep = Sweep(zygote, plans[2], scene, tmp_path / "room")
    assert sweep.at_every_call() >= 80


@pytest.mark.slow
def test_release_that_asks_an_operator_cut_at_every_call(
    zygote: Zygote, asking: Plan, tmp_path: Path
) -> None:
    sweep = Sweep(zygote, asking, collect, tmp_path / "room")
    assert sweep.at_every_call() >= 80


@pytest.mark.parametrize("scene", [collect, jam], ids=lambda one: one.__name__)
def test_release_cut_around_every_act(
    scene: Scene, zygote: Zygote, plans: Plans, tmp_path: Path
) -> None:
    sweep = Sweep(zygote, plans[2], scene, tmp_path / "room")
    assert sweep.around_every_act() >= 2 * 8


@pytest.fixture(params=[False, True], ids=["retry", "ask"])
def in_flight(
    request: pytest.FixtureRequest, zygote: Zygote, plans: Plans, asking: Plan, tmp_path: Path
) -> Plan:
    """A state directory whose last life died right after the pulse."""
    plan = asking if request.param else plans[2]
    sweep = Sweep(zygote, plan, collect, tmp_path / "first")
    said = [one for one in sweep.whole()[0].said if one.split()[0] in ACTS]
    pulse = next(at for at, one in enumerate(said, 1) if one.startswith("pulse"))
    run = sweep.run("scar", knife=[pulse, "after"])
    cut_short(run, collect, None, None)
    assert run.hall.pulses[DOOR] == 1
    found = custody(read(fresh(replace(plan, state=run.state), tmp_path / "looked at")))
    assert found.phase == "in flight" and found.pulsed
    return replace(plan, state=run.state, boot="0000000e", wall_ms=plan.wall_ms + 600_000)


def _hall(level: str) -> Hall:
    """As the first cut left it: an open door opened before this scene."""
    if level == "open":
        return Hall(open={DOOR}, edges=Counter({(DOOR, "open"): 1}))
    return Hall(blind={DOOR} if level == "unknown" else set())


@pytest.mark.slow
@pytest.mark.parametrize("level", IN_FLIGHT_LEVELS)
def test_recovery_cut_at_every_call(
    level: str, in_flight: Plan, zygote: Zygote, tmp_path: Path
) -> None:
    """A second cut, during the start after the first one, with the door as it was found."""
    sweep = Sweep(zygote, in_flight, start_only, tmp_path / "room", _hall(level))
    assert sweep.at_every_call() >= 15
