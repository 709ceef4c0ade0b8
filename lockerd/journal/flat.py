"""A log kept as lines, some of which may be missing: a second copy, or what salvage brought up.

Theory of operation.  Lines without a gap from entry 0 on are a log as good as any: the last seal
among them covers everything before it.  `size` is that far.  What follows a gap, or carries no seal
any more, is counted and not judged; `complete` then says so, after everything else was found right.

Rules.  As for every source: nothing is believed that was not hashed into a sealed head.  A line
that was changed is as good as absent.  One pass to load, with hashes and seals in memory (32
bytes an entry, 200 a seal); leaves are read again when they are asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lockerd.journal import export as ex
from lockerd.journal import note, tlog
from lockerd.journal.copy import MAGIC, MAX_LINE_BYTES, Line, read_header, read_line, read_mark
from lockerd.journal.source import Cosigned, Finding, Kind, Row

REPORT = "report.json"
COSIGNATURES = "cosignatures.jsonl"
VERIFIERS = "verifiers.jsonl"
SALVAGED = "lockerd-salvage/v1"
MAX_JSON_LINE = 100_000
MAX_REPORT_BYTES = 1 << 20

Read = Callable[[], Iterator[Line | None]]
"""The lines from the start, None for each that was changed or not written to its end."""


def good_until(count: int, holds: Callable[[int], bool]) -> int:
    """How many of the seals 0 to count-1 hold, since one that does not spoils every later one."""
    if not count or holds(count - 1):
        return count
    good, bad = 0, count - 1
    while good < bad:
        middle = (good + bad) // 2
        if holds(middle):
            good = middle + 1
        else:
            bad = middle
    return good


class FlatSource:
    """A log as lines, judged like a database or an export."""

    def __init__(self, read: Read, vkey: str, directory: Path | None, tail_unknown: bool) -> None:
        """`directory`: of salvaged files beside the entries.  Raises Finding."""
        self._read = read
        self._vkey = vkey
        self._dir = directory
        self._tail_unknown = tail_unknown
        self._leaves = bytearray()
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._seals: dict[int, bytes] = {}
        self.beyond = 0
        self.spoiled = 0
        self.whole = self._load()
        self._sealed = sorted(self._seals)
        self.size = self._sealed[-1] + 1 if self._sealed else 0
        self.origin = vkey.partition("+")[0]
        root = tlog.frontier_at(self.hashes, self.size).root()
        self.head = note.Checkpoint(self.origin, self.size, root)

    def _load(self) -> int:
        """Read everything once; how many entries there are without a gap."""
        frontier = tlog.Frontier()
        last = -1
        for line in self._read():
            if line is None:
                self.spoiled += 1
                continue
            if line.idx <= last:
                raise Finding(Kind.INVALID, line.idx, f"entry {line.idx} stands after entry {last}")
            last = line.idx
            if line.idx != frontier.size:
                self.beyond += 1
                continue
            hashed = tlog.leaf_hash(line.leaf)
            self._leaves += hashed
            for level, n, node in frontier.append(hashed):
                self._nodes[level, n] = node
            if line.seal is not None:
                self._seals[line.idx] = line.seal
        return frontier.size

    @property
    def vkey(self) -> str:
        """The verifier key that the first line, or the report, states."""
        return self._vkey

    def blocks(self) -> Iterator[list[Row]]:
        """Entries up to the last seal, 256 at a time."""
        rows: list[Row] = []
        for line in self._read():
            if line is None or line.idx >= self.size:
                continue
            at = 32 * line.idx
            rows.append((line.idx, line.leaf, bytes(self._leaves[at : at + 32])))
            if len(rows) == tlog.TILE_WIDTH:
                yield rows
                rows = []
        if rows:
            yield rows

    def hashes(self, level: int, start: int, count: int) -> Sequence[bytes]:
        """Hashes of what was read, as `tlog.Read`.  Raises Finding."""
        if level:
            try:
                return [self._nodes[level, n] for n in range(start, start + count)]
            except KeyError:
                raise Finding(
                    Kind.INCOMPLETE, start << level, f"entries from {start << level} on are missing"
                ) from None
        ends = range(start, start + count)
        return [bytes(self._leaves[32 * at : 32 * at + 32]) for at in ends]

    def prove(self, head: note.Checkpoint, key: note.Key) -> None:
        """The last seal fits the head.  Raises Finding with the first entry that may be wrong."""
        if key.verifies(head.text.encode(), self._seals[head.size - 1]):
            return
        good = good_until(len(self._sealed), lambda at: self._holds(self._sealed[at], key))
        start = self._sealed[good - 1] + 1 if good else 0
        bad = self._sealed[good]
        raise Finding(
            Kind.INVALID,
            start,
            f"the seal at {bad} does not fit: an entry from {start} to {bad} was changed",
        )

    def _holds(self, idx: int, key: note.Key) -> bool:
        root = tlog.frontier_at(self.hashes, idx + 1).root()
        text = note.Checkpoint(key.name, idx + 1, root).text
        return key.verifies(text.encode(), self._seals[idx])

    def sealed(self) -> Iterator[tuple[int, Any]]:
        """`(index, seal)` of every sealed entry."""
        return ((idx, self._seals[idx]) for idx in self._sealed)

    def complete(self) -> None:
        """Raises Finding when there were, or may have been, more entries than those judged."""
        if self.beyond:
            what = f"entry {self.whole} is missing; {self.beyond} beyond it were not judged"
        elif self.whole > self.size:
            what = f"entries {self.size} to {self.whole - 1} carry no seal; the rest is missing"
        elif self.spoiled:
            what = f"entry {self.whole} was not written to its end, or was changed"
        elif self._tail_unknown:
            what = f"where the entries end cannot be read; {self.whole} and more may be missing"
        else:
            return
        raise Finding(Kind.INCOMPLETE, self.whole, what)

    # -- what stands beside the entries ----------------------------------------------------------

    def cosigned(self) -> Sequence[Cosigned]:
        """What witnesses signed, as salvaged, of heads that are judged here."""
        found: list[Cosigned] = []
        for row in self._rows(COSIGNATURES):
            try:
                head = note.Checkpoint(self.origin, row["size"], note.unb64(row["root"], "a root"))
                line = row["line"]
            except (KeyError, TypeError, AttributeError, note.NoteError):
                raise Finding(Kind.INVALID, None, f"a line of {COSIGNATURES} is none") from None
            if not (type(head.size) is int and head.size > 0 and isinstance(line, str)):
                raise Finding(Kind.INVALID, None, f"a line of {COSIGNATURES} is none")
            if head.size <= self.size:
                found.append(Cosigned(head, line))
        return found

    def disclosures(self) -> Iterator[tuple[int, str, str]] | None:
        """What was salvaged of judged entries; None where there never was any, as in a copy."""
        if self._dir is None:
            return None
        return (one for one in self._disclosures() if one[0] < self.size)

    def _disclosures(self) -> Iterator[tuple[int, str, str]]:
        for row in self._rows(ex.DISCLOSURES):
            found = row.get("index"), row.get("digest"), row.get("disclosure")
            idx, digest, text = found
            if type(idx) is not int or not (isinstance(digest, str) and isinstance(text, str)):
                raise Finding(Kind.INVALID, None, f"a line of {ex.DISCLOSURES} is no disclosure")
            yield idx, digest, text

    def discloses(self, digest: str) -> bool:
        """Whether the disclosure of this digest is there; slow, for the few that matter."""
        return self._dir is not None and any(one[1] == digest for one in self._disclosures())

    def verifiers(self) -> Iterator[dict[str, Any]]:
        """Rows of staff's badges and PINs, as salvaged and not judged."""
        return self._rows(VERIFIERS)

    def loose(self) -> Iterator[Line]:
        """Entries that are there and were not judged: beyond a gap, or behind the last seal."""
        return (one for one in self._read() if one is not None and one.idx >= self.size)

    def _rows(self, name: str) -> Iterator[dict[str, Any]]:
        if self._dir is None or not (self._dir / name).exists():
            return
        for raw in _raw_lines(self._dir / name, MAX_JSON_LINE):
            row = _object(raw)
            if row is None:
                raise Finding(Kind.INVALID, None, f"a line of {name} is no JSON object")
            yield row

    def close(self) -> None:
        """Nothing is held."""


# -- where the lines are --------------------------------------------------------------------------


def is_copy(path: Path) -> bool:
    """Whether a file begins as a second copy does."""
    try:
        with path.open("rb") as file:
            return file.read(9 + len(MAGIC))[9:] == MAGIC
    except OSError:
        return False


def is_salvaged(path: Path) -> bool:
    """Whether a directory is what salvage writes."""
    return (path / REPORT).is_file() and (path / ex.ENTRIES).is_file()


def open_copy(path: Path) -> FlatSource:
    """A second copy.  Raises Finding."""
    lines = _raw_lines(path, MAX_LINE_BYTES)
    vkey = read_header(next(lines, b""))
    if vkey is None:
        raise Finding(Kind.INVALID, None, "the copy's first line is damaged; name its key anew")

    def read() -> Iterator[Line | None]:
        lines = _raw_lines(path, MAX_LINE_BYTES)
        next(lines, None)
        return (read_line(raw) for raw in lines if read_mark(raw) is None)

    return FlatSource(read, vkey, None, tail_unknown=False)


def open_salvaged(path: Path) -> FlatSource:
    """A directory that salvage wrote.  Raises Finding."""
    try:
        with (path / REPORT).open("rb") as file:
            report = _object(file.read(MAX_REPORT_BYTES))
    except OSError as error:
        raise Finding(
            Kind.INCOMPLETE, None, f"{REPORT} cannot be read ({error.strerror})"
        ) from None
    if report is None or report.get("format") != SALVAGED:
        raise Finding(Kind.INVALID, None, f"{REPORT} is not what salvage writes")
    vkey, whole = report.get("vkey"), report.get("tail") == "whole"

    def read() -> Iterator[Line | None]:
        return map(_entry, _raw_lines(path / ex.ENTRIES, MAX_JSON_LINE))

    return FlatSource(read, vkey if isinstance(vkey, str) else "", path, tail_unknown=not whole)


def _entry(raw: bytes) -> Line | None:
    """A line of salvaged entries."""
    row = _object(raw)
    if row is None or type(row.get("index")) is not int or row["index"] < 0:
        return None
    leaf, seal = row.get("leaf"), row.get("seal")
    if not isinstance(leaf, str) or not (seal is None or isinstance(seal, str)):
        return None
    try:
        sealed = None if seal is None else note.unb64(seal, "a seal")
        return Line(row["index"], note.unb64(leaf, "an entry"), sealed)
    except note.NoteError:
        return None


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return row if type(row) is dict else None


def _raw_lines(path: Path, limit: int) -> Iterator[bytes]:
    """Lines with their ends; one that is too long comes in pieces, and none of them parses."""
    try:
        with path.open("rb") as file:
            while line := file.readline(limit + 1):
                yield line
    except OSError as error:
        raise Finding(
            Kind.INCOMPLETE, None, f"{path.name} cannot be read ({error.strerror})"
        ) from None
