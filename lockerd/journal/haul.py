"""What the pages of a damaged database still hold, by table.

Theory of operation.  A row is recognised by its record alone: the number, types and lengths of its
values, which no two tables share.  An entry must also be what its hash says, a disclosure what its
digest says.  Of an entry every version counts, since entries never change; of what may be erased
only the newest version of a page does, so that salvage brings nothing back to life.

Rules.  A row that was recognised was not thereby sealed: `salvage` says which ones were.  Entries
are kept as places in the files, not as bytes.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lockerd.journal import leaf as lf
from lockerd.journal import note, tlog
from lockerd.journal.errors import StorageFailed
from lockerd.journal.pages import (
    LEAF_TABLE,
    Pages,
    Place,
    Value,
    values,
    varint,
)

STAFF_KINDS = ("badge", "staff-pin")
"""Verifiers that can outlive a card; codes of handovers die with it."""

_CACHED = 16
_ENTRY = re.compile(rb"[\x05-\x09]\0([\x80-\xff]{0,2}[\0-\x7f])\x4c(\0|\x81\x0c)", re.DOTALL)
"""An entry's record begins: its header's length, NULL for the rowid, a blob, 32 bytes, 0 or 64."""

_AT_BITS = 17

Progress = Callable[[int, int], None]


class Row(NamedTuple):
    """An entry that is what its hash says."""

    idx: int
    leaf: bytes
    hashed: bytes
    seal: bytes | None


def entry_of(idx: int, record: bytes) -> Row | None:
    """The entry that a record of this rowid is; None when it is none, or was changed."""
    shape = _ENTRY.match(record)
    if shape is None or idx < 0 or shape.end() != record[0]:
        return None
    kind, _ = varint(shape[1], 0)
    end = shape.end() + (kind - 12) // 2
    leaf, hashed, seal = record[shape.end() : end], record[end : end + 32], record[end + 32 :]
    if kind < 12 or kind % 2 or len(leaf) > lf.MAX_LEAF_BYTES:
        return None
    if len(seal) != (64 if shape[2] != b"\0" else 0) or tlog.leaf_hash(leaf) != hashed:
        return None
    return Row(idx, leaf, hashed, seal or None)


@dataclass(slots=True)
class Haul:
    """Everything that was recognised.

    `places`: where each entry stands.  `subtrees`: `(level, n)` -> stated hash.  `logs`: what the
    log's own row says, in each form in which it was found.  `last`: the entry that the table's own
    tree ends with; None when that cannot be read.
    """

    pages: Pages
    places: dict[int, int] = field(default_factory=dict)
    subtrees: dict[tuple[int, int], bytes] = field(default_factory=dict)
    disclosures: dict[str, tuple[int, str]] = field(default_factory=dict)
    verifiers: dict[tuple[str, str], tuple[Value, ...]] = field(default_factory=dict)
    cosignatures: dict[tuple[int, str], tuple[bytes, str]] = field(default_factory=dict)
    logs: list[tuple[str, str]] = field(default_factory=list)
    last: int | None = None
    pages_read: int = 0
    _pages: OrderedDict[Place, bytes] = field(default_factory=OrderedDict)

    def row(self, idx: int) -> Row:
        """An entry that was found, read again."""
        place, at = _unpacked(self.places[idx])
        data = self._pages.get(place)
        if data is None:
            data = self._pages[place] = self.pages.read(place)
            if len(self._pages) > _CACHED:
                self._pages.popitem(last=False)
        cell = self.pages.cell(data, at, LEAF_TABLE)
        if cell is not None:
            for record in self.pages.records(cell):
                found = entry_of(cell.key, record)
                if found is not None:
                    return found
        raise StorageFailed(f"entry {idx} cannot be read a second time; copy the medium first")


def _packed(place: Place, at: int) -> int:
    return (place.offset << _AT_BITS | at) << 1 | place.in_log


def _unpacked(packed: int) -> tuple[Place, int]:
    at = packed >> 1 & (1 << _AT_BITS) - 1
    return Place(bool(packed & 1), packed >> _AT_BITS + 1), at


def gather(pages: Pages, progress: Progress | None = None) -> Haul:
    """Look at every version of every page."""
    haul = Haul(pages)
    roots: list[int] = []
    for page, place in pages.current():
        _look(haul, page, place, roots)
        if progress is not None and not page % 256:
            progress(page, pages.count)
    for page, place in pages.later():
        _look(haul, page, place, roots)
    for page, place in pages.older():
        _look(haul, page, place, None)
    if len(set(roots)) == 1:
        haul.last = pages.last_key(roots[0])
    return haul


def _look(haul: Haul, page: int, place: Place, roots: list[int] | None) -> None:
    """Take what one version of a page holds; with `roots` None, entries alone."""
    data = haul.pages.read(place)
    haul.pages_read += 1
    at = 100 if page == 1 else 0
    table = len(data) > at and data[at] == LEAF_TABLE
    for cell in haul.pages.cells(page, data):
        if roots is None and (not table or cell.key in haul.places):
            continue
        for record in haul.pages.records(cell):
            if table and entry_of(cell.key, record) is not None:
                haul.places.setdefault(cell.key, _packed(place, cell.at))
                break
            if roots is not None and _other(haul, record, table, roots):
                break


def _other(haul: Haul, record: bytes, table: bool, roots: list[int]) -> bool:
    """Take a row of any table but `entry`; whether it was one."""
    found = values(record)
    if found is None:
        return False
    match found:
        case [None, str(origin), int(), str(vkey), None | str(), int()] if table:
            haul.logs.append((origin, vkey))
        case ["table", "entry", "entry", int(root), str()] if table:
            roots.append(root)
        case [int(level), int(n), bytes(node)] if level in tlog.TILE_LEVELS and len(node) == 32:
            haul.subtrees[level, n] = node
        case [str(digest), int(idx), str(text)] if _discloses(digest, text):
            haul.disclosures[digest] = (idx, text)
        case [int(size), str(key), bytes(root), int(), str(line)] if len(root) == 32:
            haul.cosignatures[size, key] = (root, line)
        case [str(cred), str(kind), str(), bytes(), bytes(), int(), bytes(), 0]:
            if kind in STAFF_KINDS:
                haul.verifiers[cred, kind] = tuple(found[:7])
        case _:
            return False
    return True


def _discloses(digest: str, text: str) -> bool:
    return text.isascii() and lf.digest_of(text) == digest


# -- the tree -------------------------------------------------------------------------------------


class Missing(Exception):
    """A hash that is needed was lost."""


class Tree:
    """The hashes that are left, as `tlog.Read`: of entries, else as stated for whole subtrees.

    `complete`: blocks of 256 entries that are all there; only what lies in one, or in the last,
    unfinished block of a head, is proven by that head.
    """

    def __init__(self, haul: Haul) -> None:
        self._haul = haul
        self.complete: dict[int, bytes] = {}

    def read(self, level: int, start: int, count: int) -> list[bytes]:
        """Consecutive hashes.  Raises Missing."""
        return [self._node(level, n) for n in range(start, start + count)]

    def _node(self, level: int, n: int) -> bytes:
        if level == 0:
            if n not in self._haul.places:
                raise Missing
            return self._haul.row(n).hashed
        if level == tlog.TILE_LEVELS[0]:
            found = self.complete.get(n) or self._haul.subtrees.get((level, n))
        else:
            try:
                found = tlog.fold(self.read(level - 8, n << 8, tlog.TILE_WIDTH))
            except Missing:
                found = self._haul.subtrees.get((level, n))
        if found is None:
            raise Missing
        return found

    def root(self, size: int) -> bytes:
        """The root over the first `size` entries.  Raises Missing."""
        return tlog.frontier_at(self.read, size).root()

    def holds(self, key: note.Key, idx: int, seal: bytes) -> bool:
        """Whether a seal is the key's over the entries up to `idx`.  Raises Missing."""
        text = note.Checkpoint(key.name, idx + 1, self.root(idx + 1)).text
        return key.verifies(text.encode(), seal)


def runs(places: dict[int, int]) -> Iterator[tuple[int, int]]:
    """`(start, stop)` of consecutive indexes, in order."""
    start = stop = -1
    for idx in sorted(places):
        if idx != stop:
            if stop > start:
                yield start, stop
            start = idx
        stop = idx + 1
    if stop > start:
        yield start, stop
