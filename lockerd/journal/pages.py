"""A SQLite database read page by page, for when SQLite itself no longer can.

Theory of operation.  A database is pages of one size; the write-ahead log beside it holds newer
versions of some of them, each in a frame with a running checksum.  `Pages` finds the newest version
of a page, and every version that there is.  A page is a node of a b-tree whose cells hold records;
a long record goes on in a chain of overflow pages.  Nothing here follows the trees: every page is
looked at by itself, so what one page lost costs no other.

Standard: SQLite's database file format (header, b-tree pages, record format, write-ahead log).

Rules.  Files are opened for reading only.  Whatever the bytes are, a page yields cells or nothing;
nothing is believed because of where it stands.  A sector that cannot be read is a page without
content, and counted.
"""

from __future__ import annotations

import os
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from lockerd.journal.errors import explain_os

LEAF_TABLE, INNER_TABLE, LEAF_INDEX, INNER_INDEX = 13, 5, 10, 2
PAGE_SIZE = 4_096
"""What SQLite uses unless told otherwise; for a file that no longer says."""

MAX_RECORD_BYTES = 1 << 20
_SIZES = frozenset(1 << power for power in range(9, 17))
_MAGIC = b"SQLite format 3\0"
_WAL_MAGIC = (0x377F0682, 0x377F0683)
_WAL_HEADER, _FRAME_HEADER = 32, 24

Value = int | float | str | bytes | None


class Place(NamedTuple):
    """One version of a page: in the log or in the database, from a byte offset on."""

    in_log: bool
    offset: int


class Cell(NamedTuple):
    """A cell: its key (rowid; 0 in an index), the record's whole length, what lies on the page.

    `at`: offset in the page.  `spill`: the first overflow page, 0 for none.
    """

    at: int
    key: int
    length: int
    local: bytes
    spill: int


class Pages:
    """The pages of a database file and of the log beside it."""

    def __init__(self, database: Path) -> None:
        """Raises JournalError when the database file cannot be opened at all."""
        try:
            self._db = os.open(database, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise explain_os(error, database) from None
        self._log: int | None = None
        self.unreadable = 0
        self.size, self.usable = PAGE_SIZE, PAGE_SIZE
        self._newest: dict[int, int] = {}
        self._later: dict[int, int] = {}
        self._older: list[tuple[int, int]] = []
        log = database.with_name(f"{database.name}-wal")
        try:
            if log.exists():
                self._log = os.open(log, os.O_RDONLY | os.O_CLOEXEC)
            self.db_bytes = os.fstat(self._db).st_size
            self.log_bytes = 0 if self._log is None else os.fstat(self._log).st_size
            self._recognise()
        except OSError as error:
            self.close()
            raise explain_os(error, database) from None

    def close(self) -> None:
        """Let go of the files."""
        for fd in (self._db, self._log):
            if fd is not None:
                os.close(fd)
        self._log = None

    # -- where pages are ---------------------------------------------------------------------------

    def _recognise(self) -> None:
        head = self._read(self._db, 0, 100)
        log = self._read(self._log, 0, _WAL_HEADER) if self._log is not None else b""
        size = 0
        if head[:16] == _MAGIC:
            size = int.from_bytes(head[16:18], "big")
            size = 65_536 if size == 1 else size
        if size not in _SIZES and len(log) == _WAL_HEADER:
            size = int.from_bytes(log[8:12], "big")
        if size not in _SIZES:
            size = PAGE_SIZE
        reserved = head[20] if head[:16] == _MAGIC and head[20] <= size - 480 else 0
        self.size, self.usable = size, size - reserved
        if self._log is not None:
            self._index_log(log)

    def _index_log(self, head: bytes) -> None:
        """Which frame holds the newest version of each page.

        Frames up to the last commit whose checksums all hold are what SQLite itself would read.
        Frames behind that are of this log when they carry its salts: what broke the chain may be
        the damage that brought us here.
        """
        frames = max(0, (self.log_bytes - _WAL_HEADER) // (_FRAME_HEADER + self.size))
        heads = [self._frame(n)[:16] for n in range(frames)]
        order = _order(head)
        if order is None:
            salts = Counter(one[8:16] for one in heads if len(one) == 16 and any(one)).most_common(
                1
            )
            salt, sound = (salts[0][0] if salts else b""), 0
        else:
            salt = head[16:24]
            sound = self._sound(order, struct.unpack(">II", head[24:32]), heads, salt)
        for n, one in enumerate(heads):
            if len(one) < 16 or one[8:16] != salt:
                continue
            table = self._newest if n < sound else self._later
            page = int.from_bytes(one[:4], "big")
            if page in table:
                self._older.append((page, table[page]))
            table[page] = n
        for page in self._later.keys() - self._newest.keys():
            self._newest[page] = self._later.pop(page)

    def _frame(self, n: int) -> bytes:
        assert self._log is not None
        at = _WAL_HEADER + n * (_FRAME_HEADER + self.size)
        return self._read(self._log, at, _FRAME_HEADER)

    def _sound(self, order: str, start: tuple[int, int], heads: list[bytes], salt: bytes) -> int:
        """How many frames SQLite would accept: whole ones, up to the last commit."""
        assert self._log is not None
        sums, committed = start, 0
        for n, head in enumerate(heads):
            if head[8:16] != salt:
                break
            at = _WAL_HEADER + n * (_FRAME_HEADER + self.size)
            data = self._read(self._log, at, _FRAME_HEADER + self.size)
            if len(data) != _FRAME_HEADER + self.size:
                break
            sums = _checksum(order, data[:8] + data[_FRAME_HEADER:], sums)
            if sums != struct.unpack(">II", data[16:24]):
                break
            if head[4:8] != b"\0\0\0\0":
                committed = n + 1
        return committed

    def _read(self, fd: int | None, at: int, count: int) -> bytes:
        if fd is None:
            return b""
        try:
            return os.pread(fd, count, at)
        except OSError:  # a bad sector: what stood there is lost, the rest is not
            self.unreadable += 1
            return b""

    # -- versions of pages -------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many pages the database file has."""
        return self.db_bytes // self.size

    def newest(self, page: int) -> Place | None:
        """The version of a page that counts; None when there is no such page."""
        frame = self._newest.get(page)
        if frame is not None:
            return self._in_log(frame)
        return Place(False, (page - 1) * self.size) if 0 < page <= self.count else None

    def _in_log(self, frame: int) -> Place:
        return Place(True, _WAL_HEADER + frame * (_FRAME_HEADER + self.size) + _FRAME_HEADER)

    def current(self) -> Iterator[tuple[int, Place]]:
        """Every page in the version that counts."""
        for page in range(1, self.count + 1):
            if page not in self._newest:
                yield page, Place(False, (page - 1) * self.size)
        for page, frame in sorted(self._newest.items()):
            yield page, self._in_log(frame)

    def later(self) -> Iterator[tuple[int, Place]]:
        """Versions behind the damage of a log, of pages that also have a version before it."""
        for page, frame in sorted(self._later.items()):
            yield page, self._in_log(frame)

    def older(self) -> Iterator[tuple[int, Place]]:
        """Every version that a newer one replaced, the newest of them first."""
        for page, frame in sorted(self._older, key=lambda one: -one[1]):
            yield page, self._in_log(frame)
        for page in sorted(self._newest):
            if page <= self.count:
                yield page, Place(False, (page - 1) * self.size)

    def read(self, place: Place) -> bytes:
        """A page's bytes; fewer than a page, or none, where they cannot be read."""
        return self._read(self._log if place.in_log else self._db, place.offset, self.size)

    # -- what is on a page -------------------------------------------------------------------------

    def cells(self, page: int, data: bytes) -> Iterator[Cell]:
        """The cells of a b-tree page that hold records and lie within it."""
        at = 100 if page == 1 else 0
        if len(data) != self.size or data[at] not in (LEAF_TABLE, LEAF_INDEX, INNER_INDEX):
            return
        start = at + (12 if data[at] == INNER_INDEX else 8)
        count = int.from_bytes(data[at + 3 : at + 5], "big")
        if start + 2 * count > self.usable:
            return
        for place in struct.unpack_from(f">{count}H", data, start):
            if place >= start + 2 * count:
                cell = self.cell(data, place, data[at])
                if cell is not None:
                    yield cell

    def cell(self, data: bytes, at: int, kind: int) -> Cell | None:
        """The cell at an offset of a page of this kind; None where there is none."""
        try:
            place = at + 4 if kind == INNER_INDEX else at
            length, place = varint(data, place)
            key = 0
            if kind == LEAF_TABLE:
                key, place = varint(data, place)
        except IndexError:
            return None
        local = self._local(length, kind)
        end = place + local
        if length > MAX_RECORD_BYTES or end + (4 if local < length else 0) > self.usable:
            return None
        spill = int.from_bytes(data[end : end + 4], "big") if local < length else 0
        return Cell(at, key, length, data[place:end], spill)

    def _local(self, length: int, kind: int) -> int:
        """How much of a record of this length stands on the page itself."""
        usable = self.usable
        most = usable - 35 if kind == LEAF_TABLE else (usable - 12) * 64 // 255 - 23
        if length <= most:
            return length
        least = (usable - 12) * 32 // 255 - 23
        some = least + (length - least) % (usable - 4)
        return some if some <= most else least

    def records(self, cell: Cell) -> Iterator[bytes]:
        """The cell's whole record, in each version in which its chain of pages can be read."""
        if cell.length == len(cell.local):
            yield cell.local
            return
        seen: set[bytes] = set()
        for version in (self.newest, self._in_database):
            whole = self._chain(cell, version)
            if whole is not None and whole not in seen:
                seen.add(whole)
                yield whole

    def _in_database(self, page: int) -> Place | None:
        return Place(False, (page - 1) * self.size) if 0 < page <= self.count else None

    def _chain(self, cell: Cell, version: Callable[[int], Place | None]) -> bytes | None:
        parts, missing, page = [cell.local], cell.length - len(cell.local), cell.spill
        while missing > 0:
            place = version(page)
            data = self.read(place) if place is not None else b""
            if len(data) != self.size:
                return None
            parts.append(data[4 : 4 + min(missing, self.usable - 4)])
            missing -= len(parts[-1])
            page = int.from_bytes(data[:4], "big")
        return b"".join(parts)

    def last_key(self, root: int) -> int | None:
        """The largest rowid of a table, by the right edge of its tree; -1 when it is empty.

        None when a page of that edge is not readable as one.
        """
        page = root
        for _ in range(20):
            place = self.newest(page)
            data = self.read(place) if place is not None else b""
            at = 100 if page == 1 else 0
            if len(data) != self.size or data[at] not in (LEAF_TABLE, INNER_TABLE):
                return None
            if data[at] == LEAF_TABLE:
                stated = int.from_bytes(data[at + 3 : at + 5], "big")
                keys = [one.key for one in self.cells(page, data)]
                return None if len(keys) != stated else max(keys, default=-1)
            page = int.from_bytes(data[at + 8 : at + 12], "big")
        return None


def _order(head: bytes) -> str | None:
    """The byte order of a log's checksums; None when its header is not whole."""
    if len(head) != _WAL_HEADER or int.from_bytes(head[:4], "big") not in _WAL_MAGIC:
        return None
    order = ">" if head[3] & 1 else "<"
    whole = _checksum(order, head[:24], (0, 0)) == struct.unpack(">II", head[24:32])
    return order if whole else None


def _checksum(order: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    """The log's running checksum over `data`, a multiple of eight bytes."""
    one, two = sums
    words = iter(struct.unpack(f"{order}{len(data) // 4}I", data))
    for first, second in zip(words, words, strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two


# -- records --------------------------------------------------------------------------------------


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where it ends.  IndexError past the end."""
    first = data[at]
    if first < 128:
        return first, at + 1
    value = first & 127
    for place in range(at + 1, at + 8):
        byte = data[place]
        value = value << 7 | byte & 127
        if byte < 128:
            return value, place + 1
    value = value << 8 | data[at + 8]
    return value - (1 << 64) if value >= 1 << 63 else value, at + 9


def kinds(record: bytes) -> tuple[list[int], int] | None:
    """A record's serial types, and where its values begin; None when it is no record."""
    try:
        end, at = varint(record, 0)
        found: list[int] = []
        while at < end:
            kind, at = varint(record, at)
            found.append(kind)
    except IndexError:
        return None
    return (found, end) if at == end else None


_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def values(record: bytes) -> list[Value] | None:
    """A record's values; None when it is no record."""
    shape = kinds(record)
    if shape is None:
        return None
    found: list[Value] = []
    at = shape[1]
    for kind in shape[0]:
        width = _INTEGERS.get(kind, 0)
        if kind >= 12:
            width = (kind - 12) // 2
        elif kind == 7:
            width = 8
        part = record[at : at + width]
        if len(part) != width or kind < 0 or kind in (10, 11):
            return None
        at += width
        found.append(_value(kind, part))
    return found if at == len(record) else None


def _value(kind: int, part: bytes) -> Value:
    if kind == 0:
        return None
    if kind in (8, 9):
        return kind - 8
    if kind < 7:
        return int.from_bytes(part, "big", signed=True)
    if kind == 7:
        return float(struct.unpack(">d", part)[0])
    return part if kind % 2 == 0 else part.decode("utf-8", "replace")
