"""Judge a journal and say what it took: `journal_judge.py DIR VKEY`, as JSON.

A process of its own, so that its memory is its own.  Seconds are of the processor: the table is in
the page cache, and what else the machine does does not count.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2])]

from lockerd.core.replay import replay  # noqa: E402  # found only after the line above
from lockerd.journal.verify import Verdict, verify  # noqa: E402

ROUNDS = 2


def scan(path: Path) -> float:
    """Seconds for reading every leaf and nothing else."""
    db = sqlite3.connect(path / "journal.db")
    began_s = time.process_time()
    for _ in db.execute("SELECT idx, leaf FROM entry ORDER BY idx"):
        pass
    took_s = time.process_time() - began_s
    db.close()
    return took_s


def judge(path: Path, vkey: str, whole: bool) -> float:
    """Seconds for a verdict; `whole` with every entry parsed, matched and replayed."""
    began_s = time.process_time()
    found: Verdict = (
        verify(path, vkey, replay=replay) if whole else verify(path, vkey, entries=False)
    )
    took_s = time.process_time() - began_s
    assert found.good and not found.warnings, found
    return took_s


def peak_kb() -> int:
    """The most memory that this program had; getrusage would count its parent's before exec."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(one.split()[1]) for one in lines if one.startswith("VmHWM:"))


def main(path: Path, vkey: str) -> None:
    """Rounds of scan, tree and whole; then the memory at its highest, in KiB."""
    spent: dict[str, list[float]] = {"scan": [scan(path)], "tree": [], "whole": []}
    for _ in range(ROUNDS):
        spent["tree"].append(judge(path, vkey, whole=False))
        spent["scan"].append(scan(path))
        spent["whole"].append(judge(path, vkey, whole=True))
        spent["scan"].append(scan(path))
    print(json.dumps({**spent, "rss_kb": peak_kb()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
