"""The laboratory at work: which crash states are tried, by whom, and what came of them.

Theory of operation.  Every position between two operations of every recording is a moment of a cut.
Each position gets its states: all pending changes lost, none lost, and as many drawn ones as its
number of pending changes deserves, no two alike.  A fifth of all states are cuts during recovery:
some crash states are recovered under record, and the recoveries are cut in turn.  Worker processes
share the positions.

Rules.  A state has a name, `story:position:draw`, to which a cut during its recovery adds
`/recovery:position:draw`; the name and the seed make it again.
"""

from __future__ import annotations

import json
import pickle
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from lab_check import Broke, Case, Fold, examine
from lab_disk import Cut, Disk
from lab_marks import Floor
from lab_record import (
    HERE,
    STORIES,
    Cell,
    GaveUp,
    Recording,
    environment,
    record,
    recover,
    write_image,
)
from lab_story import MODES, enter
from lab_trace import Mark, Node

CARELESS = frozenset(("lock", "vkey"))
"""Files without which nothing is lost: who holds the directory, and the key that the log states."""

NESTED_SHARE = 0.2
PER_RECOVERY = 60
DEEP_SHARE = 1 / 48
SHOWN = 10
DRAWS = 20
"""How many draws a state may take: few pending changes have few outcomes, and some come often."""

SHARED_BYTES = 32_768
ROOM_BYTES = 256 << 20


@dataclass
class Result:
    """What some states came to.  `failures`: the first few, as (name, text)."""

    states: int = 0
    nested: int = 0
    nested_broken: int = 0
    positions: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)

    def broke(self, name: str, kind: str, what: str) -> None:
        """One more state that broke a promise."""
        self.kinds[kind] += 1
        self.nested_broken += "/" in name
        if len(self.failures) < SHOWN:
            self.failures.append((name, what))

    def add(self, other: Result) -> None:
        """Take in what another worker found."""
        self.states += other.states
        self.nested += other.nested
        self.nested_broken += other.nested_broken
        self.positions += other.positions
        self.kinds += other.kinds
        self.failures = (self.failures + other.failures)[:SHOWN]


# -- positions and draws --------------------------------------------------------------------------


def walk(recording: Recording) -> Iterator[tuple[int, Disk, Floor]]:
    """Every position of a recording: its number, the disk at it, and what had been promised."""
    disk = Disk(recording.kinds, CARELESS)
    disk.load(recording.image)
    marks = 0
    yield 0, disk, recording.floors[0]
    for position, op in enumerate(recording.ops, 1):
        disk.apply(op)
        marks += isinstance(op, Mark)
        yield position, disk, recording.floors[marks]


def drawn(
    recording: str, seed: int, position: int, draw: int, disk: Disk
) -> tuple[Cut, random.Random]:
    """The outcome of this name, and the generator that goes on from it."""
    rng = random.Random(f"{seed}:{recording}:{position}:{draw}")
    return disk.cut(draw, rng), rng


def quotas(recordings: Sequence[Recording], states: int) -> list[list[int]]:
    """How many states each position of each recording gets; `states` in all, where there are."""
    rooms = [list(_rooms(one)) for one in recordings]
    every = [room for one in rooms for room in one]
    low, high = 1, max(2, states)
    while low < high:  # the least level at which the positions together hold enough
        level = (low + high) // 2
        if sum(min(room, level) for room in every) >= states:
            high = level
        else:
            low = level + 1
    return [[min(room, low) for room in one] for one in rooms]


def _rooms(recording: Recording) -> Iterator[int]:
    """How many states each position has that no position before it had."""
    before: tuple[int, int, Floor] | None = None
    for _, disk, floor in walk(recording):
        bits = disk.bits()
        here = disk.version, bits, floor
        yield 0 if here == before else 1 << bits
        before = here


def left(disk: Disk, cut: Cut, rng: random.Random) -> dict[str, Node]:
    """What a restart finds: the tree, and of SQLite's shared memory whatever there was."""
    image = disk.image(cut, rng)
    if rng.random() < 0.25:
        for path in [one for one in image if one.endswith(".db-wal")]:
            old = bytes(SHARED_BYTES) if rng.random() < 0.3 else rng.randbytes(SHARED_BYTES)
            image[f"{path.removesuffix('-wal')}-shm"] = Node(0o600, old)
    return image


# -- one worker -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """All that workers share.  `todo`: the states that each position of each recording gets.

    `first`: all stop at the first broken promise.
    """

    mode: str
    seed: int
    recordings: Sequence[Recording]
    todo: Sequence[Sequence[int]]
    first: bool


def work(task: Task, share: int, shares: int, room: Path) -> Result:
    """Examine one worker's part of the positions."""
    result = Result()
    bounds = _bounds(task, shares)
    place, stop = 0, room.parent / "stop"
    with ExitStack() as stack:
        enter(task.mode, stack)
        for recording, todo in zip(task.recordings, task.todo, strict=True):
            tried: set[tuple[int, Floor]] = set()
            folded: set[Fold] = set()
            for position, disk, floor in walk(recording):
                place += 1
                if bisect_right(bounds, place - 1) != share:
                    continue
                wanted = todo[position]
                result.positions += 1
                for draw in range(DRAWS * wanted):
                    if not wanted or (task.first and stop.exists()):
                        break
                    cut, rng = drawn(recording.name, task.seed, position, draw, disk)
                    key = disk.key(cut), floor
                    if key in tried:
                        continue
                    tried.add(key)
                    wanted -= 1
                    write_image(room, left(disk, cut, rng))
                    case = Case(room, recording.histories, recording.former, floor, folded)
                    _try(case, rng, f"{recording.name}:{position}:{draw}", result)
                    if result.failures:
                        stop.touch()
    shutil.rmtree(room, ignore_errors=True)
    return result


def _bounds(task: Task, shares: int) -> list[int]:
    """Where each worker's positions end, so that all have about as many states."""
    sums = list(accumulate(each for one in task.todo for each in one))
    return [bisect_right(sums, sums[-1] * share // shares) for share in range(1, shares)]


def _try(case: Case, rng: random.Random, name: str, result: Result) -> None:
    result.states += 1
    result.nested += "/" in name
    try:
        examine(case, rng, rng.random() < DEEP_SHARE)
    except Broke as broken:
        result.broke(name, broken.kind, str(broken))


# -- the whole ------------------------------------------------------------------------------------


@contextmanager
def a_room() -> Iterator[Path]:
    """A directory of the laboratory's own, in memory where there is enough of it."""
    memory = Path("/dev/shm")
    large = memory.is_dir() and shutil.disk_usage(memory).free > ROOM_BYTES
    room = Path(tempfile.mkdtemp(prefix="crashlab-", dir=memory if large else None))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def record_stories(room: Path, mode: str, seed: int, names: Sequence[str]) -> list[Recording]:
    """The recordings of these stories."""
    made = []
    for name in names:
        (room / name).mkdir()
        made.append(record(name, STORIES[name], room / name, mode, seed))
        shutil.rmtree(room / name)
    return made


def stories(mode: str) -> list[str]:
    """The stories that a mode is tried on.

    A reader stops the writer of a journal without a write-ahead log.
    """
    if mode == MODES[0]:
        return list(STORIES)
    if mode == "copy-trusted":
        return ["copied"]
    left_out = {"copied", "busy"} if mode == "delete-full" else {"copied"}
    return [one for one in STORIES if one not in left_out]


def a_cell(recording: Recording, seed: int, position: int, draw: int) -> Cell:
    """A crash state that is to be recovered."""
    for at, disk, floor in walk(recording):
        if at == position:
            cut, rng = drawn(recording.name, seed, position, draw, disk)
            name = f"{recording.name}:{position}:{draw}"
            image = disk.image(cut, rng)
            return Cell(name, image, recording.histories, floor, zlib.crc32(name.encode()))
    raise ValueError(f"{recording.name} has no position {position}; it has {len(recording.ops)}")


def nested(
    recordings: Sequence[Recording], room: Path, mode: str, seed: int, count: int
) -> tuple[list[Recording], Result]:
    """Recoveries of `count` crash states, and those that gave up."""
    chance = random.Random(f"{seed}:nested")
    places = [
        (one, position) for one in recordings for position, disk, _ in walk(one) if disk.bits()
    ]
    cells = [
        a_cell(one, seed, position, chance.randrange(8))
        for one, position in chance.sample(places, min(count, len(places)))
    ]
    made: list[Recording] = []
    result = Result()
    for cell, found in zip(cells, recover(cells, room, mode), strict=True):
        if isinstance(found, GaveUp):
            result.broke(cell.name, found.kind, f"{found.kind}: {found.what}")
        else:
            made.append(found)
    return made, result


def run(
    mode: str,
    seed: int,
    states: int,
    jobs: int,
    first: bool,
    say: Callable[[str], None],
    names: Sequence[str] = (),
) -> Result:
    """Record the stories of these names, or all that fit the mode; cut, examine.

    `first`: stop at the first broken promise.
    """
    with a_room() as room:
        began = time.perf_counter()
        recordings = record_stories(room, mode, seed, names or stories(mode))
        count = 8 if first else max(4, int(states * NESTED_SHARE / PER_RECOVERY))
        inner, result = nested(recordings, room, mode, seed, count)
        inside = int(states * NESTED_SHARE)
        todo = quotas(recordings, states - inside) + quotas(inner, inside)
        task = Task(mode, seed, [*recordings, *inner], todo, first)
        say(
            f"recorded {len(recordings)} stories and {len(inner)} recoveries, "
            f"{sum(len(one.ops) for one in task.recordings)} operations, "
            f"in {time.perf_counter() - began:.1f} s"
        )
        began = time.perf_counter()
        for one in _share_out(task, jobs, room):
            result.add(one)
        spent = time.perf_counter() - began
        say(
            f"examined {result.states} states ({result.nested} of them cuts during recovery) at "
            f"{result.positions} positions in {spent:.1f} s: {result.states / spent:.0f} states/s"
        )
        return result


def _share_out(task: Task, jobs: int, room: Path) -> list[Result]:
    """Each worker is a process of its own."""
    (room / "task").write_bytes(pickle.dumps(task))
    command = [sys.executable, str(HERE / "run.py"), "--worker"]
    workers = [
        subprocess.Popen(
            [*command, json.dumps([share, jobs, str(room)])], env=environment(), umask=0o022
        )
        for share in range(jobs)
    ]
    ended = [one.wait() for one in workers]
    if any(ended):
        raise RuntimeError(f"workers ended with {ended}; see what they wrote above")
    return [pickle.loads((room / f"result-{share}").read_bytes()) for share in range(jobs)]


def worker(order: str) -> None:
    """A worker's process: `order` is what `_share_out` says."""
    share, shares, name = json.loads(order)
    room = Path(name)
    task: Task = pickle.loads((room / "task").read_bytes())
    result = work(task, share, shares, room / f"worker-{share}")
    (room / f"result-{share}").write_bytes(pickle.dumps(result))


def again(mode: str, seed: int, name: str, keep: Path | None) -> Result:
    """Make one state again by its name and examine it; `keep` gets its tree."""
    outer, _, inner = name.partition("/recovery:")
    story, position, draw = outer.split(":")
    result = Result()
    with a_room() as room, ExitStack() as stack:
        recording = record_stories(room, mode, seed, [story])[0]
        cell = a_cell(recording, seed, int(position), int(draw))
        if inner:
            found = next(recover([cell], room, mode))
            if isinstance(found, GaveUp):
                result.broke(outer, found.kind, f"{found.kind}: {found.what}")
                return result
            recording = found
            position, draw = inner.split(":")
        enter(mode, stack)
        for at, disk, floor in walk(recording):
            if at == int(position):
                cut, rng = drawn(recording.name, seed, at, int(draw), disk)
                image = left(disk, cut, rng)
                if keep is not None:
                    write_image(keep, image)
                write_image(room / "state", image)
                known, former = recording.histories, recording.former
                _try(Case(room / "state", known, former, floor, set()), rng, name, result)
    return result
