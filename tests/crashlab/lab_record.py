"""Stories, and how each is recorded: the real program under strace, one process for each phase.

Theory of operation.  A `Recording` is a disk's first content, every change and sync that the
program made to it, and the marks in between, with the history and the floors that follow from them.
Phases run one after the other on one directory, so that a journal is opened that a killed process
left.  `recover` records what a start does with crash states, for cuts during recovery.

Rules.  The memory disk is used where there is one: calls are recorded, media are not measured.
Where strace may not trace, this raises; a laboratory without power is no laboratory.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from lab_disk import Disk
from lab_marks import Floor, Histories, floors
from lab_story import COPY, MODES, STATE
from lab_trace import CALLS, UMASK, Image, Kernel, Kind, Mark, Node, Op, TraceError, calls, watched

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
UNWATCHED = frozenset(("phone", "demonstration-staff"))
"""What only a simulation has, and a device has not."""

TRACE_S = 300


@dataclass(frozen=True)
class Recording:
    """What one program did.  `floors[n]`: what it had promised after its first n marks.

    `former`: of a recovery, everything that the program before had appended or begun.
    """

    name: str
    kinds: Mapping[int, Kind]
    image: Image
    ops: Sequence[Op]
    histories: Histories
    floors: Sequence[Floor]
    former: Histories | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """One process.  `kill`: the n-th call of this name is never made, the process dies there."""

    steps: tuple[str, ...]
    end: str = "stop"
    soon: bool = False
    snapshots: int | None = None
    kill: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """`before` is played without being recorded; its result is what the disk holds at first.

    `copied`: there is a second copy.
    """

    before: tuple[str, ...]
    phases: tuple[Phase, ...]
    copied: bool = False


STORIES: Mapping[str, Story] = {
    "first": Story(
        before=(),
        phases=(
            Phase(("idle", "mistyped_then_collected", "fold")),
            Phase(("idle",)),
        ),
    ),
    "codes": Story(
        before=("collected_by_pin", "expired"),
        phases=(
            Phase(("guessed_until_locked", "collected_by_scan", "idle"), "kill", snapshots=24),
            Phase(("idle", "power_cut_while_open", "power_cut_while_opening"), snapshots=24),
        ),
    ),
    "killed": Story(
        before=("nothing_placed",),
        phases=(
            Phase(("collected_by_pin",), kill=("fdatasync", 9)),
            Phase(("idle", "forced"), kill=("pwrite64", 31)),
            Phase(("fold", "idle", "collected_by_scan"), kill=("ftruncate", 4)),
            Phase(("idle", "depositor_left"), kill=("fdatasync", 4)),
            Phase(("idle", "erase")),
        ),
    ),
    "busy": Story(
        before=("left_open", "collected_by_pin"),
        phases=(
            Phase(("power_cut_while_depositing", "collected_by_scan"), "kill", soon=True),
            Phase(("idle", "folded-while-read", "erase", "idle", "expired"), soon=True),
        ),
    ),
    "epochs": Story(
        before=("collected_by_pin", "nothing_placed"),
        phases=(
            Phase(("collected_by_scan", "order", "freeze"), "kill"),
            Phase(("idle", "order", "freeze", "off-and-on", "fold", "idle")),
        ),
    ),
    "copied": Story(
        before=("collected_by_pin",),
        phases=(
            Phase(("collected_by_scan", "fold"), "kill"),
            Phase(("idle", "collected_by_pin"), kill=("fdatasync", 12)),
            Phase(("idle", "order", "idle")),
        ),
        copied=True,
    ),
    "large": Story(
        before=("collected_by_pin",) * 12 + ("expired", "left_open"),
        phases=(Phase(("collected_by_pin", "guessed_until_locked", "fold"), soon=True),),
    ),
}
"""`large` passes entry 256, where a stored subtree is completed, and entry 128, a snapshot."""


class Broken(Exception):
    """The laboratory cannot work here; the text says what it needs."""


def record(name: str, story: Story, room: Path, mode: str, seed: int) -> Recording:
    """Play one story in `room`, an empty directory.  Raises Broken, TraceError."""
    root = room / "disk"
    root.mkdir(mode=0o700)
    if story.copied:
        (root / COPY).mkdir(mode=0o700)
    marks = room / "marks"
    order = {"root": str(root), "marks": str(marks), "mode": mode, "seed": seed}
    before: list[Mapping[str, Any]] = []
    if story.before:
        _run([], {**order, "steps": story.before, "end": "stop"})
        before = [json.loads(one) for one in marks.read_text().splitlines()]
    image = read_image(root)
    kernel = Kernel(str(root), str(marks), UNWATCHED)
    kernel.load(image)
    disk = Disk(kernel.kinds)
    disk.load(image)
    ops: list[Op] = []
    for place, phase in enumerate(story.phases):
        trace = room / f"trace-{place}"
        full = {**order, "seed": seed + 1 + place, "steps": phase.steps, "end": phase.end}
        if phase.snapshots is not None:
            full["snapshots"] = phase.snapshots
        _run(_strace(trace, phase.kill), {**full, "soon": phase.soon}, phase.kill is not None)
        with trace.open(encoding="ascii") as lines:
            ops += _followed(disk, kernel.traced(calls(lines)))
        trace.unlink()
        _compare(disk, root)
    histories: Histories = {}
    start = floors(before, histories, Floor())[-1]
    said = [one.what for one in ops if isinstance(one, Mark)]
    made = floors(said, histories, start)
    return Recording(name, kernel.kinds, image, ops, histories, made)


@dataclass(frozen=True, slots=True)
class Cell:
    """A crash state that is to be recovered under record; `seed` chooses how."""

    name: str
    image: Image
    histories: Histories
    floor: Floor
    seed: int


class GaveUp(NamedTuple):
    """A recovery that broke a promise by itself: which one, and how."""

    kind: str
    what: str


def recover(cells: Sequence[Cell], room: Path, mode: str) -> Iterator[Recording | GaveUp]:
    """What a start does with each crash state, in order."""
    roots = [room / f"cell-{place}" for place in range(len(cells))]
    for root, cell in zip(roots, cells, strict=True):
        write_image(root, cell.image)
    marks, trace = room / "marks", room / "trace"
    order = {"roots": [str(one) for one in roots], "seeds": [one.seed for one in cells]}
    _run(_strace(trace, None), {**order, "marks": str(marks), "mode": mode})
    with trace.open(encoding="ascii") as lines:
        made = list(calls(lines))
    for place, cell in enumerate(cells):
        kernel = Kernel(str(roots[place]), str(marks), UNWATCHED)
        kernel.load(cell.image)
        disk = Disk(kernel.kinds)
        disk.load(cell.image)
        ops = _own(_followed(disk, kernel.traced(made)), place)
        _compare(disk, roots[place])
        yield _recovered(cell, kernel.kinds, ops)


def _recovered(cell: Cell, kinds: Mapping[int, Kind], ops: Sequence[Op]) -> Recording | GaveUp:
    said = [one.what for one in ops if isinstance(one, Mark)]
    for one in said:
        if one["mark"] == "lost":
            return GaveUp("refused", str(one["why"]))
    opened = next(one for one in said if one["mark"] == "opened")
    epoch, size = opened["epoch"], opened["size"]
    floor = cell.floor
    known = {n: one for n, one in cell.histories.items() if n <= floor.epoch}
    if epoch < floor.epoch:
        return GaveUp("lost", f"the log is of epoch {epoch}, {floor.epoch} was begun")
    if epoch == floor.epoch:
        if size < floor.size:
            return GaveUp("lost", f"{size} entries, {floor.size} were acknowledged")
        if floor.epoch in known:
            if known[epoch].at(size) is None:
                return GaveUp("partial", f"{size} entries end inside a transaction")
            known[epoch] = known[epoch].until(size)
        floor = replace(floor, former=floor.former or floor.ceiling > size)
    made = floors(said, known, floor)
    return Recording(f"{cell.name}/recovery", kinds, cell.image, ops, known, made, cell.histories)


def _followed(disk: Disk, ops: Iterable[Op]) -> Iterator[Op]:
    """The same operations, carried out on a model of the disk."""
    for one in ops:
        disk.apply(one)
        yield one


def _compare(disk: Disk, root: Path) -> None:
    """Where nothing was lost, the model is what lies there; else the record misses something."""
    modelled, real = disk.image(disk.cut(1, Random(0)), Random(0)), read_image(root)
    if modelled != real:
        names = sorted(one for one in {*modelled, *real} if modelled.get(one) != real.get(one))
        raise Broken(f"the model differs from the disk in {', '.join(names)}; correct lab_trace")


def _own(ops: Iterable[Op], place: int) -> list[Op]:
    """The operations of one cell: everybody's marks are in one file."""
    mine: list[Op] = []
    cell = -1
    for one in ops:
        if isinstance(one, Mark):
            said = one.what
            if said["mark"] == "cell":
                cell = said["place"]
            elif cell == place:
                mine.append(one)
        else:
            mine.append(one)
    return mine


# -- processes ------------------------------------------------------------------------------------


def _strace(trace: Path, kill: tuple[str, int] | None) -> list[str]:
    given = ["strace", "-f", "-qq", "-xx", "-s", str(1 << 24), "-e", "signal=none"]
    given += ["-o", str(trace), "-e", f"trace={CALLS}"]
    if kill is None:
        return [*given, "--seccomp-bpf"]  # fast, and strace 6.1 injects nothing with it
    return [*given, "-e", f"inject={kill[0]}:signal=SIGKILL:when={kill[1]}"]


def environment() -> dict[str, str]:
    """For every process of the laboratory: hashes, and with them sets, in one order."""
    path = os.pathsep.join((str(REPOSITORY), str(HERE)))
    return {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


def _run(prefix: Sequence[str], order: Mapping[str, Any], killed: bool = False) -> None:
    command = [*prefix, sys.executable, str(HERE / "lab_story.py"), json.dumps(order)]
    try:
        done = subprocess.run(
            command,
            env=environment(),
            umask=UMASK,
            capture_output=True,
            text=True,
            timeout=TRACE_S,
            check=False,
        )
    except FileNotFoundError:
        raise Broken("strace is not installed; install it") from None
    wanted = -signal.SIGKILL if killed else 0
    # In a mode that must fail, the call that is to kill may never be made.
    if done.returncode != wanted and (done.returncode or order["mode"] == MODES[0]):
        raise Broken(
            f"the program ended with {done.returncode}, not {wanted}; strace must be allowed to "
            f"trace here:\n{done.stderr[-4000:]}"
        )


# -- trees ----------------------------------------------------------------------------------------


def read_image(root: Path) -> dict[str, Node]:
    """What lies below a directory, as far as it is watched."""
    made: dict[str, Node] = {}
    twins: dict[int, str] = {}
    for path in sorted(root.rglob("*"), key=str):
        if not watched(path.name, UNWATCHED):
            continue
        known, name = path.stat(), str(path.relative_to(root))
        data = None if path.is_dir() else path.read_bytes()
        made[name] = Node(known.st_mode & 0o777, data, twins.get(known.st_ino, ""))
        if data is not None:
            twins.setdefault(known.st_ino, name)
    return made


def write_image(root: Path, image: Image) -> None:
    """Make `root` hold this tree and nothing else."""
    shutil.rmtree(root, ignore_errors=True)
    os.mkdir(root, 0o700)
    base = str(root)
    for path in sorted(image):
        node = image[path]
        if node.data is None:
            os.mkdir(f"{base}/{path}", node.mode)
            continue
        if node.twin:
            os.link(f"{base}/{node.twin}", f"{base}/{path}")
            continue
        fd = os.open(f"{base}/{path}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, node.mode)
        try:
            if node.data:
                written = os.write(fd, node.data)
                if written != len(node.data):
                    raise TraceError("the disk for crash states is full; free some memory")
        finally:
            os.close(fd)


def state_dir(root: Path) -> Path:
    """The state directory of a tree."""
    return root / STATE
