"""What the daemon takes while nobody is there: memory, processor, wake-ups.

PSS shares the libraries' pages among the processes that use them, so a busy machine flatters it;
`idle.rss` counts them all as ours and is the ceiling.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from figures import Figure, scratch
from program import KIOSK, READY, populate, start

from support.glass import Glass

SETTLE_S = 6.0
"""Longer than the journal waits before it is folded."""

WATCH_S = 24.0
PSS_MB, CPU_PERCENT, WAKES = 45.0, 0.5, 2.0


def measure() -> list[Figure]:
    """One run, watched for `WATCH_S`."""
    with scratch() as room:
        populate(room)
        with Glass((800, 480), room / "x") as glass:
            environment = glass.environment
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            with start(room, KIOSK, environment) as daemon:
                daemon.wait_for(READY)
                (seen,) = watch([daemon.pid])
    return [
        Figure("idle.pss", seen.pss_mb, "MB", PSS_MB),
        Figure("idle.rss", seen.rss_mb, "MB"),
        Figure("idle.cpu", seen.cpu_percent, "%", CPU_PERCENT),
        Figure("idle.wakes", seen.wakes, "1/s", WAKES),
    ]


class Idle(NamedTuple):
    """What one process took: memory, share of a core, wake-ups a second."""

    pss_mb: float
    rss_mb: float
    cpu_percent: float
    wakes: float


def watch(pids: Sequence[int], settle_s: float = SETTLE_S, watch_s: float = WATCH_S) -> list[Idle]:
    """Processes side by side, once they have settled."""
    time.sleep(settle_s)
    before = [(_wakes(pid), _cpu_ns(pid)) for pid in pids]
    began_s = time.perf_counter()
    time.sleep(watch_s)
    after = [(_wakes(pid), _cpu_ns(pid)) for pid in pids]
    took_s = time.perf_counter() - began_s
    found = []
    for pid, (woke, cpu_ns), (wakes, ns) in zip(pids, before, after, strict=True):
        memory = _memory_kb(pid)
        found.append(
            Idle(
                memory["Pss"] / 1024,
                memory["Rss"] / 1024,
                (ns - cpu_ns) / took_s / 1e7,
                (wakes - woke) / took_s,
            )
        )
    return found


def _tasks(pid: int) -> list[Path]:
    return list(Path(f"/proc/{pid}/task").iterdir())


def _wakes(pid: int) -> int:
    """Voluntary context switches of all threads: each is one wake-up."""
    found = 0
    for task in _tasks(pid):
        lines = (task / "status").read_text(encoding="ascii").splitlines()
        found += next(int(one.split()[1]) for one in lines if one.startswith("voluntary"))
    return found


def _cpu_ns(pid: int) -> int:
    """Time on a processor of all threads."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in _tasks(pid))


def _memory_kb(pid: int) -> dict[str, int]:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    rows = [line.split() for line in text.splitlines()[1:]]
    return {row[0].rstrip(":"): int(row[1]) for row in rows}
