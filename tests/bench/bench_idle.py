"""What the daemon takes while nobody is there: memory, processor, wake-ups.

PSS shares the libraries' pages among the processes that use them, so a busy machine flatters it;
`idle.rss` counts them all as ours and is the ceiling.
"""

from __future__ import annotations

import time
from pathlib import Path

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
                time.sleep(SETTLE_S)
                before, cpu_before_ns = _wakes(daemon.pid), _cpu_ns(daemon.pid)
                began_s = time.perf_counter()
                time.sleep(WATCH_S)
                wakes, cpu_ns = _wakes(daemon.pid), _cpu_ns(daemon.pid)
                took_s = time.perf_counter() - began_s
                memory = _memory_kb(daemon.pid)
    return [
        Figure("idle.pss", memory["Pss"] / 1024, "MB", PSS_MB),
        Figure("idle.rss", memory["Rss"] / 1024, "MB"),
        Figure("idle.cpu", (cpu_ns - cpu_before_ns) / took_s / 1e7, "%", CPU_PERCENT),
        Figure("idle.wakes", (wakes - before) / took_s, "1/s", WAKES),
    ]


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
