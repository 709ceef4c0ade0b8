"""A disk that loses power: what may be left of everything that was not yet synced.

Theory of operation.  Every change since the last sync of its file, or of its directory for a name,
is *pending*.  When the power goes, each pending change is there or not, whatever came before or
after it; a write may be torn at multiples of 512 bytes.  A `Cut` is one such outcome, drawn from a
random generator; `Disk.image` is the tree that a restart would find.

Rules.  As adversarial as POSIX allows, with three concessions that every Linux file system makes:
a rename is atomic, changes of one file that are there took effect in their order, and a sector of
512 bytes is written whole or not at all.  Syncing a file does not sync its name; a rename between
two directories is certain once both were synced.  What a lost write should have filled reads as
zeros or as an older file's bytes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lab_trace import (
    ROOT,
    Change,
    Image,
    Kind,
    Link,
    Mark,
    Node,
    Op,
    Rename,
    Sync,
    Truncate,
    Unlink,
    Write,
)

SECTOR = 512
MAX_BITS = 20

Sectors = frozenset[int] | None
"""Which sectors of a write are there, numbered within the file; None for a whole change."""


class Cut(NamedTuple):
    """One outcome.  `kept`: serial numbers of the pending changes that are there, in order.

    `ghosts`: lost writes past the end of a file have lengthened it nevertheless.  `stale`: what was
    never written reads as old bytes instead of zeros.
    """

    kept: tuple[tuple[int, Sectors], ...]
    ghosts: bool
    stale: bool


class _Pending(NamedTuple):
    """A change, and the inodes whose sync makes it durable."""

    serial: int
    change: Change
    targets: frozenset[int]


def targets(change: Change) -> frozenset[int]:
    """The inodes whose sync makes a change durable."""
    if isinstance(change, Write | Truncate):
        return frozenset((change.ino,))
    return frozenset((change.parent, change.to) if isinstance(change, Rename) else (change.parent,))


def sectors(write: Write) -> range:
    """The sectors that a write touches."""
    return range(write.offset // SECTOR, (write.offset + len(write.data) - 1) // SECTOR + 1)


@dataclass
class Disk:
    """What is durable and what is pending.  `careless`: names of files nobody relies upon.

    Their changes share every fate, but make no state of their own.
    """

    kinds: Mapping[int, Kind]
    careless: frozenset[str] = frozenset()
    content: dict[int, bytes] = field(default_factory=dict)
    names: dict[int, dict[str, int]] = field(default_factory=lambda: {ROOT: {}})
    pending: list[_Pending] = field(default_factory=list)
    version: int = 0
    _serial: int = 0
    _loose: set[int] = field(default_factory=set)

    def load(self, image: Image) -> None:
        """Begin with a tree that is durable; inodes are numbered as `Kernel.load` does."""
        places = {"": ROOT}
        for path, node in sorted(image.items()):
            above, _, name = path.rpartition("/")
            if node.twin:
                self.names[places[above]][name] = places[node.twin]
                continue
            ino = len(places)
            self.names[places[above]][name] = places[path] = ino
            if name in self.careless:
                self._loose.add(ino)
            if node.data is None:
                self.names[ino] = {}
            else:
                self.content[ino] = node.data

    def apply(self, op: Op) -> None:
        """Do what the program did."""
        if isinstance(op, Mark):
            return
        if isinstance(op, Sync):
            self._sync(op.ino)
            return
        if isinstance(op, Link) and op.name in self.careless:
            self._loose.add(op.ino)
        self._serial += 1
        self.pending.append(_Pending(self._serial, op, targets(op)))

    def _sync(self, ino: int) -> None:
        left = [one._replace(targets=one.targets - {ino}) for one in self.pending]
        if left == self.pending:
            return
        self.version += 1
        due = [one.change for one in left if not one.targets]
        self.pending = [one for one in left if one.targets]
        if self.kinds[ino].is_dir:
            for change in due:
                _rename(self.names, change)
            self._forget()
            return
        data = bytearray(self.content.get(ino, b""))
        for change in due:
            _write(data, change, None, b"\0")
        self.content[ino] = bytes(data)

    def _forget(self) -> None:
        """Drop what was done to files that no outcome can show any more."""
        seen = {ino for names in self.names.values() for ino in names.values()}
        seen |= {one.change.ino for one in self.pending if isinstance(one.change, Link | Rename)}
        self.pending = [
            one
            for one in self.pending
            if not isinstance(one.change, Write | Truncate) or one.change.ino in seen
        ]
        for ino in self.content.keys() - seen:
            del self.content[ino]

    # -- outcomes ---------------------------------------------------------------------------------

    def _matters(self, change: Change) -> bool:
        return change.ino not in self._loose

    def bits(self) -> int:
        """How many independent fates there are, at most MAX_BITS; 2^bits outcomes."""
        count = 0
        for one in self.pending:
            if self._matters(one.change):
                count += len(sectors(one.change)) if isinstance(one.change, Write) else 1
        return min(count, MAX_BITS)

    def cut(self, number: int, rng: random.Random) -> Cut:
        """Outcome `number`: 0 loses everything pending, 1 nothing, each other one is drawn."""
        if number == 0:
            return Cut((), False, False)
        if number == 1:
            return Cut(tuple((one.serial, None) for one in self.pending), False, False)
        draw = rng.choice((_prefix, _all_but_one, _only_one, _any, _any))
        kept = draw(self.pending, rng)
        return Cut(tuple(kept), rng.random() < 0.25, rng.random() < 0.5)

    def key(self, cut: Cut) -> int:
        """Equal for cuts that leave the same tree, careless files aside."""
        loose = {one.serial for one in self.pending if not self._matters(one.change)}
        kept = tuple(one for one in cut.kept if one[0] not in loose)
        gaps = (cut.ghosts, cut.stale) if len(kept) < len(self.pending) else ()
        return hash((self.version, kept, gaps))

    def image(self, cut: Cut, rng: random.Random) -> dict[str, Node]:
        """The tree that is left."""
        fate = dict(cut.kept)
        filler = rng.randbytes(SECTOR) if cut.stale else bytes(SECTOR)
        names = {ino: dict(found) for ino, found in self.names.items()}
        data: dict[int, bytearray] = {}
        for serial, change, _ in self.pending:
            if isinstance(change, Write | Truncate):
                if serial in fate or cut.ghosts:
                    at = data.setdefault(change.ino, bytearray(self.content.get(change.ino, b"")))
                    chosen = fate.get(serial, frozenset())
                    _write(at, change, chosen, filler, cut.ghosts)
            elif serial in fate:
                _rename(names, change)
        made: dict[str, Node] = {}
        twins: dict[int, str] = {}
        for path, ino in sorted(_paths(ROOT, "", names)):
            kind = self.kinds[ino]
            if kind.is_dir:
                made[path] = Node(kind.mode, None)
                continue
            found = bytes(data[ino]) if ino in data else self.content.get(ino, b"")
            made[path] = Node(kind.mode, found, twins.get(ino, ""))
            twins.setdefault(ino, path)
        return made


def _paths(
    directory: int, above: str, names: Mapping[int, Mapping[str, int]]
) -> Iterator[tuple[str, int]]:
    """Every path below a directory."""
    for name, ino in names.get(directory, {}).items():
        yield above + name, ino
        yield from _paths(ino, f"{above}{name}/", names)


def _rename(names: dict[int, dict[str, int]], change: Change) -> None:
    """Carry out a change of directories as far as what it found there is there."""
    match change:
        case Link():
            names.setdefault(change.parent, {})[change.name] = change.ino
        case Unlink():
            if names.setdefault(change.parent, {}).get(change.name) == change.ino:
                del names[change.parent][change.name]
        case Rename():
            if names.setdefault(change.parent, {}).get(change.old) == change.ino:
                del names[change.parent][change.old]
            names.setdefault(change.to, {})[change.new] = change.ino


def _write(
    data: bytearray, change: Change, kept: Sectors, filler: bytes, ghosts: bool = False
) -> None:
    """Carry out a change of a file, or those sectors of it that are kept."""
    if isinstance(change, Truncate):
        if kept is None:
            _resize(data, change.size, b"\0")
        return
    assert isinstance(change, Write)
    end = change.offset + len(change.data)
    if ghosts:
        _resize(data, max(len(data), end), filler)
    for sector in sectors(change) if kept is None else sorted(kept):
        first = max(sector * SECTOR, change.offset)
        last = min((sector + 1) * SECTOR, end)
        _resize(data, max(len(data), last), filler)
        data[first:last] = change.data[first - change.offset : last - change.offset]


def _resize(data: bytearray, size: int, filler: bytes) -> None:
    if size <= len(data):
        del data[size:]
        return
    start = len(data) % SECTOR
    repeats = (size - len(data) + start) // SECTOR + 1
    data += (filler * repeats)[start : start + size - len(data)]


# -- ways to draw ---------------------------------------------------------------------------------

Kept = list[tuple[int, Sectors]]


def _torn(change: Change, rng: random.Random) -> Sectors:
    """Some sectors of a write; a whole change where there is only one."""
    if not isinstance(change, Write):
        return None
    every = sectors(change)
    if len(every) == 1:
        return None
    if rng.random() < 0.5:  # the head or the tail of it
        point = rng.randrange(1, len(every))
        return frozenset(every[:point] if rng.random() < 0.5 else every[point:])
    return frozenset(one for one in every if rng.random() < 0.5)


def _prefix(pending: list[_Pending], rng: random.Random) -> Kept:
    """What came first is there, the last of it perhaps torn."""
    kept: Kept = [(one.serial, None) for one in pending[: rng.randrange(len(pending) + 1)]]
    if kept and rng.random() < 0.6:
        kept[-1] = (kept[-1][0], _torn(pending[len(kept) - 1].change, rng))
    return kept


def _all_but_one(pending: list[_Pending], rng: random.Random) -> Kept:
    chosen = rng.randrange(max(1, len(pending)))
    kept: Kept = []
    for place, one in enumerate(pending):
        if place != chosen:
            kept.append((one.serial, None))
        elif rng.random() < 0.5 and (part := _torn(one.change, rng)) is not None:
            kept.append((one.serial, part))
    return kept


def _only_one(pending: list[_Pending], rng: random.Random) -> Kept:
    if not pending:
        return []
    one = rng.choice(pending)
    return [(one.serial, _torn(one.change, rng) if rng.random() < 0.5 else None)]


def _any(pending: list[_Pending], rng: random.Random) -> Kept:
    """Each for itself."""
    kept: Kept = []
    likely, torn = rng.choice((0.15, 0.5, 0.85)), rng.choice((0.0, 0.3))
    for one in pending:
        if rng.random() < torn:
            kept.append((one.serial, _torn(one.change, rng)))
        elif rng.random() < likely:
            kept.append((one.serial, None))
    return kept
