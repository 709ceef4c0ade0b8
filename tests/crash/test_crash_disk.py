"""A disk that fills up or fails at any call: nothing is lost, and nothing more is pulsed."""

from __future__ import annotations

from pathlib import Path

import pytest
from crash_judge import judge_fault, verified
from crash_rig import Zygote
from crash_scenes import Plan, Scene, collect, cut_short, deposit, guess, install
from crash_sweep import Sweep
from crash_trace import Fault

Plans = tuple[Plan, Plan, Plan]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("call", "error"), [("pwrite64", "ENOSPC"), ("fdatasync", "EIO"), ("pwrite64", "EIO")]
)
@pytest.mark.parametrize(
    ("scene", "plan"),
    [(install, 0), (deposit, 1), (collect, 2), (guess, 2)],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_disk_fails_from_any_call_on(
    scene: Scene, plan: int, call: str, error: str, zygote: Zygote, plans: Plans, tmp_path: Path
) -> None:
    sweep = Sweep(zygote, plans[plan], scene, tmp_path / "room")
    assert sweep.failing(call, error) >= 4


@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EDQUOT"])
def test_first_start_cannot_write_one_of_its_files(
    error: str, zygote: Zygote, plans: Plans, tmp_path: Path
) -> None:
    """Every file that is written with `write` alone: secrets, and what lies beside the journal."""
    sweep = Sweep(zygote, plans[0], install, tmp_path / "room")
    _, calls = sweep.whole()
    files = {one.path for one in calls if one.name == "write" and "/whole/" in one.path}
    assert len(files) >= 3, files
    for number, file in enumerate(sorted(files)):
        run = sweep.run(f"state{number}")
        path = file.replace("/whole/", f"/state{number}/")
        life = cut_short(run, install, tmp_path / "log", Fault("write", 1, error, path))
        judge_fault(life)
        assert [one.name for one in life.calls].count("write") >= 1, f"{path} was not written"
        told = [one for one in life.said if one.startswith(("refused ", "fault "))]
        assert told and "; " in told[0], (path, life.said)
        with run.life() as again:
            install(run, again)
        assert again.code == 0, (path, again.said)
        verified(run.state)


def test_full_disk_is_said_with_its_remedy(zygote: Zygote, plans: Plans, tmp_path: Path) -> None:
    """Full before the code is typed: no pulse, the reason on the screen, and the code unspent."""
    sweep = Sweep(zygote, plans[2], collect, tmp_path / "room")
    _, calls = sweep.whole()
    first = next(at for at, one in enumerate(calls) if one.name == "sendto" and b"code" in one.data)
    nth = 1 + sum(one.name == "pwrite64" for one in calls[:first])
    run = sweep.run("full")
    life = cut_short(run, collect, tmp_path / "log", Fault("pwrite64", nth, "ENOSPC"))
    said = [one for one in life.said if one.startswith("fault ")]
    assert said and "disk is full; free space" in said[0], life.said
    assert not run.hall.pulses and life.code == 0
