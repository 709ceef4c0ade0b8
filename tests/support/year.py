"""A year of a cabinet in virtual time, and what it grows by.

Theory of operation.  A soak with every failure, whose handovers are all finished between two of
them: whatever is still there then is what does not go away.  `Mark` counts it, from the bytes of
the state to the objects of this process; the first and the last tenth are compared.

Rules.  The journal grows, and is the only thing that may.  What a process holds is a ceiling and
not an equality: caches fill in the first tenth.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import NamedTuple

from lockerd.core.site import Site
from lockerd.core.snapshot import dump
from lockerd.simulation import soak
from lockerd.simulation.stage import Stage

PAGE = os.sysconf("SC_PAGE_SIZE")


class Mark(NamedTuple):
    """What there is when nothing is live; bytes and counts."""

    state: int
    queue: int
    verifiers: int
    messages: int
    files: int
    fds: int
    objects: int
    rss: int


def mark(stage: Stage) -> Mark:
    """Count what is there."""
    state = stage.house.engine.state
    gc.collect()
    return Mark(
        state=len(dump(state)),
        queue=len(state.queue),
        verifiers=len(stage.house.journal.verifiers()),
        messages=len(stage.world.phone.messages),
        files=sum(1 for _ in stage.world.state_dir.rglob("*")),
        fds=len(os.listdir("/proc/self/fd")),
        objects=len(gc.get_objects()),
        rss=int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE,
    )


class Year(NamedTuple):
    """What a soak came to, and its marks: one after each tenth, the first included."""

    report: soak.Report
    marks: tuple[Mark, ...]


def year(site: Site, state_dir: Path, handovers: int, seed: int) -> Year:
    """Live through `handovers` handovers with every failure; marks after each tenth."""
    marks: list[Mark] = []
    step = max(1, handovers // 10)

    def watch(stage: Stage, done: int) -> None:
        if done % step == 0:
            marks.append(mark(stage))

    report = soak.soak(site, state_dir, handovers, seed, True, watch=watch)
    return Year(report, tuple(marks))


def grown(found: Year) -> list[str]:
    """What the second half of a year has more of than the first, in words; empty for nothing.

    The first three tenths fill whatever has a bound, and are not looked at.
    """
    half = len(found.marks) // 2
    before, after = found.marks[3:half], found.marks[half:]
    slack = {
        "state": 1_024,  # a tombstone for each compartment
        "queue": 2,
        "verifiers": 2 * 6,
        "objects": found.report.handovers // 4,
    }
    said = []
    for name in ("state", "queue", "verifiers", "messages", "files", "fds", "objects"):
        most = max(getattr(one, name) for one in before)
        now = max(getattr(one, name) for one in after)
        if now > most + slack.get(name, 0):
            said.append(f"{name}: {most}, then {now}")
    return said
