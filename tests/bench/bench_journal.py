"""What the journal costs: an append beside a bare insert, a verdict beside a bare scan.

Costs are percentages of what they are compared with, so a budget is a ceiling like any other: not
less than 0.60 times as fast as a bare insert is at most 166.7 % of its time.  The slow disk is this
one, with every fsync held for 8 ms by strace.  The packages that the journal is compared with are
fetched into `build/` once; where they cannot be, their rows fail and say why.
"""

from __future__ import annotations

import json
import math
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import journal_history as jh
from figures import Figure, cached, median, scratch

from lockerd.journal import proof
from lockerd.journal.store import Store

HERE = Path(__file__).resolve().parent
PEERS = HERE.parents[1] / "build" / "bench-peers"
PEER_PACKAGES = ("pymerkle==7.0.0", "eventsourcing==9.5.6")

ENTRIES, FEW = 1_000_000, 20_000
ROUNDS, COMMITS = 15, 300
SLOW_ROUNDS, SLOW_COMMITS, DELAY_US = 15, 40, 8_000
SYNCS = "fsync,fdatasync"
STARTS, RECEIPTS = 15, 300

RAW, SLOW, MERKLE, SOURCING = 100 / 0.60, 100 / 0.95, 100 / 1.5, 100 / 1.2
TREE, WHOLE, BYTES = 7.0, 30.0, 145.0
RECEIPT_MS, RECEIPT_BYTES, START_MS, GROWTH_MB = 2.0, 1_200.0, 10.0, 4.0


def measure() -> list[Figure]:
    """All of it; a few minutes, most of them for making a journal of a million entries."""
    with scratch() as room:
        return [
            *_appends(room),
            Figure("journal.append.fsyncs", _fsyncs(room), "", 1.0),
            Figure("journal.bytes_vs_raw", _bytes(room), "%", BYTES),
            *_million(room),
        ]


# -- appending ------------------------------------------------------------------------------------


def _appends(room: Path) -> list[Figure]:
    peers = _peers()
    names = ["raw", "journal", *(("pymerkle", "unkept", "eventsourcing") if peers else ())]
    fast = _race(room / "fast", ROUNDS, COMMITS, names)
    # Without `trace` strace would stop at every system call, which a disk does not.
    hold = ["-e", f"trace={SYNCS}", "-e", f"inject={SYNCS}:delay_exit={DELAY_US}"]
    slow = _race(room / "slow", SLOW_ROUNDS, SLOW_COMMITS, names[:2], _strace(room, hold))
    return [
        Figure("journal.append.alone", 1000 * median(fast["journal"]) / COMMITS, "ms"),
        Figure("journal.append.slow_alone", 1000 * median(slow["journal"]) / SLOW_COMMITS, "ms"),
        Figure("journal.append_vs_raw", _cost(fast, "raw"), "%", RAW),
        Figure("journal.append_vs_raw.slow", _cost(slow, "raw"), "%", SLOW),
        Figure("journal.append_vs_pymerkle", _cost(fast, "pymerkle"), "%", MERKLE),
        Figure("journal.append_vs_pymerkle.unkept", _cost(fast, "unkept"), "%"),
        Figure("journal.append_vs_eventsourcing", _cost(fast, "eventsourcing"), "%", SOURCING),
    ]


def _cost(spent: dict[str, list[float]], other: str) -> float:
    """The journal's time as a percentage of another's, round by round; infinite without one."""
    if other not in spent:
        return math.inf
    pairs = zip(spent["journal"], spent[other], strict=True)
    return 100 * median([ours / theirs for ours, theirs in pairs])


def _race(
    directory: Path, rounds: int, commits: int, names: Sequence[str], before: Sequence[str] = ()
) -> dict[str, list[float]]:
    directory.mkdir()
    words = ["race", str(directory), str(rounds), str(commits), *names]
    found: dict[str, list[float]] = json.loads(_child("journal_race.py", words, before).stdout)
    return found


def _fsyncs(room: Path) -> float:
    """The most fsyncs that one append took, of hundreds; an append without any is an error."""
    directory = room / "count"
    directory.mkdir()
    trace = ["-e", f"trace={SYNCS},sync,syncfs,msync,write"]
    _child("journal_race.py", ["count", str(directory), "600"], _strace(directory, trace))
    counts: list[int] = []
    inside = False
    for line in (directory / "trace").read_text(encoding="utf-8").splitlines():
        if '"append\\n"' in line:
            counts.append(0)
            inside = True
        elif '"done\\n"' in line:
            inside = False
        elif inside and re.search(r"\b(fsync|fdatasync|sync|syncfs|msync)\(", line):
            counts[-1] += 1
    assert len(counts) == 600 and min(counts[1:]) > 0, "an append returned without an fsync"
    return float(max(counts[1:]))  # the first also begins the log beside the file


def _strace(directory: Path, options: Sequence[str]) -> list[str]:
    return ["strace", "-f", "--seccomp-bpf", "-o", str(directory / "trace"), *options]


def _child(
    script: str, words: Sequence[str], before: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*before, sys.executable, str(HERE / script), *words],
        capture_output=True,
        text=True,
        check=False,
        env=cached() | {"PYTHONPATH": str(PEERS)},
    )
    if done.returncode:
        raise RuntimeError(f"{script} failed; it said:\n{done.stderr[-2000:]}")
    return done


def _peers() -> bool:
    """Whether the packages to compare with are there; fetched once, into a place of their own."""
    wanted = " ".join(PEER_PACKAGES)
    stamp = PEERS / "complete"
    if stamp.exists() and stamp.read_text() == wanted:
        return True
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-input", "--upgrade"]
    done = subprocess.run(
        [*pip, "--target", str(PEERS), *PEER_PACKAGES],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"cannot fetch {wanted}: {done.stderr.strip()[-300:]}", file=sys.stderr)
        return False
    stamp.write_text(wanted)
    return True


# -- what is on the disk --------------------------------------------------------------------------


def _bytes(room: Path) -> float:
    """The file of entries that are sealed one by one, in percent of a table of the same bytes."""
    with jh.opened(room / "empty") as store:
        store.fold()
        empty = _size(store)
    with jh.opened(room / "singles") as store:
        jh.fill(store, FEW, most=1, named=False)
        store.fold()
        full = _size(store)
        db = sqlite3.connect(room / "bare.db", isolation_level=None)
        db.execute("CREATE TABLE entry(idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL)")
        bare = _pages(db)
        db.execute("BEGIN")
        db.executemany("INSERT INTO entry VALUES(?, ?)", store.leaves())
        db.execute("COMMIT")
    bare = _pages(db) - bare
    db.close()
    return 100 * (full - empty) / bare


def _size(store: Store) -> int:
    return store.path.stat().st_size


def _pages(db: sqlite3.Connection) -> int:
    count, size = (db.execute(f"PRAGMA {one}").fetchone()[0] for one in ("page_count", "page_size"))
    return int(count * size)


# -- a million entries ----------------------------------------------------------------------------


def _million(room: Path) -> list[Figure]:
    began_s = time.perf_counter()
    with jh.opened(room / "million") as store:
        jh.fill(store, ENTRIES)
        vkey = store.vkey
        times, besides = _receipts(store)
    made_s = time.perf_counter() - began_s
    with jh.opened(room / "few") as store:
        jh.fill(store, FEW)
        few = _judged(room / "few", store.vkey)
    many = _judged(room / "million", vkey)
    scan = median(many["scan"])
    return [
        Figure("journal.million.made", made_s, "s"),
        Figure("journal.million.scan", scan, "s"),
        Figure("journal.verify.tree_vs_scan", min(many["tree"]) / scan, "x", TREE),
        Figure("journal.verify.whole_vs_scan", min(many["whole"]) / scan, "x", WHOLE),
        Figure("journal.verify.whole", 1e6 * min(many["whole"]) / ENTRIES, "us"),
        Figure("journal.verify.growth", (many["rss_kb"] - few["rss_kb"]) / 1024, "MB", GROWTH_MB),
        Figure("journal.receipt", median(times), "ms", RECEIPT_MS),
        Figure("journal.receipt.besides", besides, "B", RECEIPT_BYTES),
        Figure("journal.start_over_empty", _starts(room), "ms", START_MS),
    ]


def _judged(path: Path, vkey: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_child("journal_judge.py", [str(path), vkey]).stdout)
    return found


def _receipts(store: Store) -> tuple[list[float], float]:
    """Milliseconds of each, and the most bytes that one has besides the entry."""
    chance, times, besides = random.Random(7), [], 0
    for _ in range(RECEIPTS):
        idx = chance.randrange(store.size)
        began_s = time.perf_counter()
        text = proof.receipt(store, idx)
        times.append(1000 * (time.perf_counter() - began_s))
        extra = next(one for one in text.split("\n") if one.startswith("extra "))
        besides = max(besides, len(text.encode()) - len(extra) - 1)
    proof.check(text, store.vkey)
    return times, float(besides)


def _starts(room: Path) -> float:
    """Milliseconds that opening the long journal takes more than opening an empty one."""
    times: dict[str, list[float]] = {"empty": [], "million": []}
    for _ in range(STARTS):
        for name, spent in times.items():
            began_s = time.perf_counter()
            store = jh.opened(room / name)
            spent.append(1000 * (time.perf_counter() - began_s))
            store.close()
    return median(times["million"]) - median(times["empty"])
