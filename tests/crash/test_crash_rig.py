"""The rig itself: it fails loudly where it cannot cut, and it counts what it cuts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from crash_judge import Custody, Line, custody, due_at_start, judge_trace
from crash_rig import Hall, Killed, Zygote
from crash_scenes import HO, Plan, Run, collect, fresh
from crash_site import ASK, DOOR, RETRY
from crash_trace import Call, Cut, RigBroken, Tracer, cuts, parse

Plans = tuple[Plan, Plan, Plan]


def test_strace_that_may_not_attach_is_no_reason_to_skip(tmp_path: Path) -> None:
    with pytest.raises(RigBroken, match="allow ptrace"):
        Tracer(2**22 + 1, tmp_path / "log", None, whole=False)


def test_missing_strace_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RigBroken, match="apt-get install strace"):
        Tracer(os.getpid(), tmp_path / "log", None, whole=False)


def test_a_cut_that_falls_elsewhere_breaks_the_rig(
    zygote: Zygote, plans: Plans, tmp_path: Path
) -> None:
    run = Run(zygote, plans[2], fresh(plans[2], tmp_path / "s"), Hall(), plans[2].boot, 0)
    with (
        run.life(tmp_path / "log", Cut(99, "fdatasync", 1)) as life,
        pytest.raises(RigBroken, match="not repeatable"),
    ):
        collect(run, life)


def test_a_killed_call_never_happened(zygote: Zygote, plans: Plans, tmp_path: Path) -> None:
    """Killed at the first `send`: the world has not heard of it."""
    run = Run(zygote, plans[2], fresh(plans[2], tmp_path / "s"), Hall(), plans[2].boot, 0)
    with run.life(tmp_path / "log") as life:
        collect(run, life)
    first = next(one for one in cuts(life.calls) if one.name == "sendto")
    run = Run(zygote, plans[2], fresh(plans[2], tmp_path / "t"), Hall(), plans[2].boot, 0)
    with run.life(tmp_path / "log", first) as life, pytest.raises(Killed):
        collect(run, life)
    assert life.said == [] and life.calls[-1].result == "?"


def test_a_trace_is_read_call_by_call() -> None:
    text = (
        'pwrite64(7</s/journal.db-wal>, "\\0\\1\\"x\\\\", 4, 32) = 4\n'
        "fdatasync(7</s/journal.db-wal>)         = 0\n"
        'rename("/s/a", "/s/b")                  = 0\n'
        "fdatasync(7</s/journal.db-wal>)         = ?\n"
        "+++ killed by SIGKILL +++\n"
    )
    calls = parse(text)
    assert [one.name for one in calls] == ["pwrite64", "fdatasync", "rename", "fdatasync"]
    assert calls[0] == Call("pwrite64", "/s/journal.db-wal", b'\0\1"x\\', "4")
    assert cuts(calls)[3] == Cut(4, "fdatasync", 2)
    with pytest.raises(RigBroken, match="no call"):
        parse("what is this\n")


def test_a_trace_is_judged_by_what_was_synced() -> None:
    leaf = b'{"seq":5,"t":"x","type":"pulse.ordered","unit":"A1","up_ms":1,"v":1}'
    write = Call("pwrite64", "/s/journal.db-wal", leaf, "67")
    sync = Call("fdatasync", "/s/journal.db-wal", b"", "0")
    pulse = Call("sendto", "socket:[1]", b"pulse A1 500\n", "13")
    assert judge_trace([write, sync, pulse], 5) == 1
    for wrong in ([write, pulse, sync], [pulse, write, sync], [write, sync, pulse, pulse]):
        with pytest.raises(AssertionError):
            judge_trace(wrong, 5)
    with pytest.raises(AssertionError):
        judge_trace([write, sync, pulse], 6)


@pytest.mark.parametrize(
    ("types", "level", "profile", "due"),
    [
        ("release.authorised pulse.ordered", "open", RETRY, ["release.opened"]),
        ("release.authorised pulse.ordered", "closed", RETRY, ["release.interrupted"]),
        (
            "release.authorised pulse.ordered",
            "closed",
            ASK,
            ["release.interrupted", "handover.frozen"],
        ),
        ("release.authorised pulse.ordered", "unknown", RETRY, ["handover.frozen"]),
        ("release.authorised", "open", RETRY, ["handover.frozen"]),
        (
            "release.authorised pulse.ordered release.opened",
            "closed",
            RETRY,
            ["handover.collected"],
        ),
        ("release.authorised pulse.ordered release.opened", "open", RETRY, []),
        ("credential.minted", "closed", RETRY, []),
    ],
)
def test_what_a_start_must_find(types: str, level: str, profile: str, due: list[str]) -> None:
    lines = [Line(one, DOOR, HO) for one in types.split()]
    assert due_at_start(custody(lines), level, profile) == due


def test_custody_counts_wrong_codes_of_this_handover_alone() -> None:
    lines = [Line("code.refused", None, HO), Line("code.refused", None, None)]
    assert custody(lines) == Custody("none", False, 1)


def test_the_hall_counts_what_happened() -> None:
    hall = Hall()
    hall.jams[DOOR] = 1
    hall.pulse(DOOR)
    assert hall.pending == [f"ended {DOOR}"] and hall.level(DOOR) == "closed"
    hall.pulse(DOOR)
    hall.pulse(DOOR)
    hall.push(DOOR)
    assert hall.pulses[DOOR] == 3
    assert hall.edges == {(DOOR, "open"): 1, (DOOR, "closed"): 1}
    hall.blind.add(DOOR)
    assert hall.level(DOOR) == "unknown"
