"""What a verdict is made from: a database or an export, behind one face.

Theory of operation.  Both give the same things: blocks of 256 entries with the hashes that are
stated for them, the stated hashes of larger subtrees, a signature over the head, disclosures.  A
source only reads and parses, with limits; `verify` compares.  What a source itself finds wrong it
raises as `Finding`, which names the verdict.

Rules.  Everything read is as an attacker may have left it.  Reading happens in one snapshot, so
that a running daemon cannot make a true journal look false.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from lockerd.journal import export as ex
from lockerd.journal import note, schema, tlog
from lockerd.journal.proof import open_checkpoint
from lockerd.journal.reader import Reader
from lockerd.ports import JournalError

if TYPE_CHECKING:
    from lockerd.journal.flat import FlatSource

WITHOUT_NAMES = "without-names"
"""Beside the database of an epoch that is over: it was kept from a record without disclosures."""

MAX_LINE_CHARS = 100_000
MAX_NOTE_BYTES = 65_536


class Kind(StrEnum):
    """The verdict in one word."""

    VERIFIED = "VERIFIED"
    VERIFIED_UNWITNESSED = "VERIFIED_UNWITNESSED"
    INVALID = "INVALID"
    FORK = "FORK"
    TRUNCATED = "TRUNCATED"
    INCOMPLETE = "INCOMPLETE"


class Finding(Exception):
    """What is wrong, and with which entry (None: with none in particular)."""

    def __init__(self, kind: Kind, first_bad: int | None, what: str) -> None:
        super().__init__(what)
        self.kind = kind
        self.first_bad = first_bad
        self.what = what


Row = tuple[Any, Any, Any]
"""One entry as found, of whatever types: index, leaf, the hash stated for it."""


class Cosigned(NamedTuple):
    """A head that a witness is said to have signed, with the line that says so."""

    head: note.Checkpoint
    line: str


class Source(Protocol):
    """A journal to be judged."""

    size: int

    @property
    def vkey(self) -> str:
        """The verifier key that the source itself states."""

    def blocks(self) -> Iterator[list[Row]]:
        """Entries in order, 256 at a time."""

    def hashes(self, level: int, start: int, count: int) -> Sequence[bytes]:
        """Stated hashes, as `tlog.Read`.  Raises Finding when one is missing."""

    def prove(self, head: note.Checkpoint, key: note.Key) -> None:
        """Raises Finding unless the source holds this key's signature over this head."""

    def cosigned(self) -> Sequence[Cosigned]:
        """Heads with witnesses' lines."""

    def disclosures(self) -> Iterator[tuple[int, str, str]] | None:
        """`(index, digest, disclosure)` in order of index; None when they were withheld."""

    def discloses(self, digest: str) -> bool:
        """Whether the disclosure of this digest is there."""

    def close(self) -> None:
        """Let go."""


# -- a database ---------------------------------------------------------------------------------


PARSED_TOGETHER = 64
"""Leaves at a time; what is made of many more does not stay in a processor's cache."""


class DatabaseSource:
    """A journal.db, or the state directory that it is in, in one read transaction."""

    def __init__(self, path: Path) -> None:
        self._reader = Reader.read(path)
        self._db = self._reader.connection
        try:
            self._db.execute("BEGIN")
            row = self._db.execute("SELECT coalesce(max(idx)+1, 0), count(*) FROM entry").fetchone()
        except BaseException:
            self._reader.close()
            raise
        self.size = int(row[0])
        self.count = int(row[1])

    @property
    def vkey(self) -> str:
        """The verifier key that the journal states."""
        return self._reader.vkey

    @property
    def origin(self) -> str:
        """The name that the journal states."""
        return self._reader.origin

    @property
    def prev(self) -> str | None:
        """The last checkpoint of the epoch before, as the journal states it."""
        return self._reader.prev

    def blocks(self) -> Iterator[list[Row]]:
        """Entries in order, 256 at a time, by index: a gap makes a short block."""
        fetch = self._db.execute("SELECT idx, leaf, leaf_hash FROM entry ORDER BY idx").fetchmany
        while rows := fetch(tlog.TILE_WIDTH):
            yield rows

    def leaves(self) -> Iterator[list[bytes]]:
        """The leaves of `blocks` alone: for whoever has compared indices and hashes."""
        fetch = self._db.execute("SELECT leaf FROM entry ORDER BY idx").fetchmany
        while rows := fetch(PARSED_TOGETHER):
            yield [leaf for (leaf,) in rows]

    def hashes(self, level: int, start: int, count: int) -> Sequence[bytes]:
        """Stored hashes.  Raises Finding."""
        try:
            return self._reader.hashes(level, start, count)
        except JournalError as wrong:
            raise Finding(Kind.INVALID, start << level, str(wrong)) from None

    def stored_subtrees(self) -> int:
        """How many subtree rows there are."""
        return int(self._db.execute("SELECT count(*) FROM subtree").fetchone()[0])

    def prove(self, head: note.Checkpoint, key: note.Key) -> None:
        """The last row carries this key's seal over the head.  Raises Finding."""
        seal = self._seal(head.size - 1)
        if seal is None:
            raise Finding(
                Kind.TRUNCATED,
                head.size,
                f"the last entry, {head.size - 1}, carries no seal: the end was cut off",
            )
        if not key.verifies(head.text.encode(), seal):
            good, bad = self._bisect(head, key)
            raise Finding(
                Kind.INVALID,
                good,
                f"the seal at {bad} does not fit: an entry from {good} to {bad} was changed",
            )

    def _seal(self, idx: int) -> bytes | None:
        row = self._db.execute("SELECT seal FROM entry WHERE idx=?", (idx,)).fetchone()
        seal = row[0] if row else None
        return seal if isinstance(seal, bytes) else None

    def _bisect(self, head: note.Checkpoint, key: note.Key) -> tuple[int, int]:
        """The first index after the last seal that holds, and that of the first which does not.

        A changed entry spoils every later seal, so the seals are good up to one point.
        """
        good, bad = 0, head.size - 1
        while True:
            row = self._db.execute(
                "SELECT idx FROM entry WHERE idx>=? AND idx<? AND seal IS NOT NULL "
                "ORDER BY idx LIMIT 1",
                ((good + bad) // 2, bad),
            ).fetchone()
            if row is None:
                row = self._db.execute(
                    "SELECT idx FROM entry WHERE idx>=? AND idx<? AND seal IS NOT NULL "
                    "ORDER BY idx LIMIT 1",
                    (good, bad),
                ).fetchone()
            if row is None:
                return good, bad
            if self.seal_holds(head.origin, row[0] + 1, key):
                good = row[0] + 1
            else:
                bad = row[0]

    def seal_holds(self, origin: str, size: int, key: note.Key) -> bool:
        """Whether the seal at `size` fits the stored hashes."""
        root = tlog.frontier_at(self.hashes, size).root()
        seal = self._seal(size - 1) or b""
        return key.verifies(note.Checkpoint(origin, size, root).text.encode(), seal)

    def sealed(self) -> Iterator[tuple[int, Any]]:
        """`(index, seal)` of every sealed entry."""
        return self._db.execute("SELECT idx, seal FROM entry WHERE seal IS NOT NULL ORDER BY idx")

    def cosigned(self) -> Sequence[Cosigned]:
        """What witnesses signed, as stored."""
        found: list[Cosigned] = []
        for size, root, line in self._db.execute("SELECT size, root, line FROM cosignature"):
            if not (isinstance(size, int) and isinstance(root, bytes) and isinstance(line, str)):
                raise Finding(Kind.INVALID, None, "a stored cosignature is not one")
            found.append(Cosigned(note.Checkpoint(self.origin, size, root), line))
        return found

    def disclosures(self) -> Iterator[tuple[int, str, str]] | None:
        """The disclosure table; None for a record that was kept from one without names."""
        marked = self._reader.frozen and self._reader.path.with_name(WITHOUT_NAMES).exists()
        if marked and not self._db.execute("SELECT 1 FROM disclosure LIMIT 1").fetchone():
            return None
        return self._disclosures()

    def _disclosures(self) -> Iterator[tuple[int, str, str]]:
        for row in self._db.execute("SELECT idx, digest, disclosure FROM disclosure ORDER BY idx"):
            if not (isinstance(row[0], int) and isinstance(row[2], str)):
                raise Finding(Kind.INVALID, None, "a stored disclosure is not one")
            yield row

    def discloses(self, digest: str) -> bool:
        """Whether the disclosure of this digest is there."""
        sql = "SELECT 1 FROM disclosure WHERE digest=?"
        return self._db.execute(sql, (digest,)).fetchone() is not None

    def structure(self) -> str | None:
        """What SQLite's own check of the file says, or which rules of the schema were changed."""
        changed = schema.differences(self._db)
        if changed:
            return f"its rules were changed ({', '.join(changed)})"
        try:
            said = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:  # it raises on damaged STRICT tables
            said = str(error)
        return None if said == "ok" else str(said)

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()


# -- an export ----------------------------------------------------------------------------------


class ExportSource:
    """A directory written by `export`, or by anyone in its layout."""

    def __init__(self, directory: Path) -> None:
        self._dir = directory
        self._checkpoint = self._text(ex.CHECKPOINT)
        try:
            claimed = note.parse_checkpoint(note.parse_note(self._checkpoint).text)
        except note.NoteError as wrong:
            raise Finding(Kind.INVALID, None, f"{ex.CHECKPOINT}: {wrong}") from None
        self.head = claimed
        self.size = claimed.size
        self._tile: tuple[str, bytes] = ("", b"")

    @property
    def vkey(self) -> str:
        """The verifier key that the export carries."""
        return self._text(ex.VKEY)

    def _text(self, name: str) -> str:
        try:
            return self._bytes(name, MAX_NOTE_BYTES).decode("utf-8")
        except UnicodeDecodeError:
            raise Finding(Kind.INVALID, None, f"{name} is not text") from None

    def _bytes(self, name: str, limit: int) -> bytes:
        try:
            with (self._dir / name).open("rb") as file:
                data = file.read(limit + 1)
        except OSError as error:
            raise Finding(
                Kind.INCOMPLETE, None, f"{name} cannot be read ({error.strerror})"
            ) from None
        if len(data) > limit:
            raise Finding(Kind.INVALID, None, f"{name} is longer than {limit} bytes")
        return data

    def _lines(self, name: str) -> Iterator[str]:
        try:
            with (self._dir / name).open("r", encoding="utf-8", newline="\n") as file:
                while line := file.readline(MAX_LINE_CHARS + 1):
                    yield line
        except FileNotFoundError:
            raise Finding(Kind.INCOMPLETE, None, f"{name} is missing") from None
        except (OSError, UnicodeDecodeError) as error:
            raise Finding(Kind.INVALID, None, f"{name} cannot be read ({error})") from None

    def blocks(self) -> Iterator[list[Row]]:
        """Entries of `entries.jsonl` with the hashes of tile level 0; bundles must agree."""
        leaves: list[bytes] = []
        done = 0
        for idx, line in enumerate(self._lines(ex.ENTRIES)):
            if idx >= self.size:
                raise Finding(Kind.INVALID, idx, f"entry {idx} is not covered by the checkpoint")
            leaves.append(_entry_line(idx, line))
            if len(leaves) == tlog.TILE_WIDTH:
                yield self._block(done, leaves)
                done, leaves = done + len(leaves), []
        if done + len(leaves) < self.size:
            at = done + len(leaves)
            raise Finding(Kind.TRUNCATED, at, f"the entries end at {at}, the head has {self.size}")
        if leaves:
            yield self._block(done, leaves)

    def _block(self, start: int, leaves: list[bytes]) -> list[Row]:
        name = ex.tile_path("entries", start // tlog.TILE_WIDTH, len(leaves))
        if self._bytes(name, tlog.TILE_WIDTH * 65_537) != ex.bundle(leaves):
            raise Finding(Kind.INVALID, start, f"{name} differs from {ex.ENTRIES}")
        hashes = self.hashes(0, start, len(leaves))
        return [
            (start + n, leaf, hashed)
            for n, (leaf, hashed) in enumerate(zip(leaves, hashes, strict=True))
        ]

    def hashes(self, level: int, start: int, count: int) -> Sequence[bytes]:
        """Hashes from tiles.  Raises Finding."""
        found: list[bytes] = []
        while count:
            n, offset = divmod(start, tlog.TILE_WIDTH)
            width = min(tlog.TILE_WIDTH, (self.size >> level) - n * tlog.TILE_WIDTH)
            name = ex.tile_path(level // 8, n, width)
            if self._tile[0] != name:
                self._tile = (name, self._bytes(name, tlog.TILE_WIDTH * 32))
            data = self._tile[1]
            if len(data) != width * 32:
                raise Finding(Kind.INVALID, start << level, f"{name} has not {width} hashes")
            take = min(count, width - offset)
            found.extend(data[at * 32 : at * 32 + 32] for at in range(offset, offset + take))
            start, count = start + take, count - take
        return found

    def prove(self, head: note.Checkpoint, key: note.Key) -> None:
        """The checkpoint is this head, signed by this key.  Raises Finding."""
        if head.root != self.head.root:
            raise Finding(Kind.INVALID, None, "the entries do not make the checkpoint's root")
        try:
            open_checkpoint(self._checkpoint, key)
        except note.NoteError as wrong:
            raise Finding(Kind.INVALID, None, f"{ex.CHECKPOINT}: {wrong}") from None

    def cosigned(self) -> Sequence[Cosigned]:
        """The checkpoint's own lines."""
        signatures = note.parse_note(self._checkpoint).signatures
        return [Cosigned(self.head, one.line) for one in signatures]

    def disclosures(self) -> Iterator[tuple[int, str, str]] | None:
        """`disclosures.jsonl`, or None when the export was made without."""
        if not (self._dir / ex.DISCLOSURES).exists():
            return None
        return (_disclosure_line(line) for line in self._lines(ex.DISCLOSURES))

    def discloses(self, digest: str) -> bool:
        """Whether the disclosure of this digest is there; slow, for the few that matter."""
        shown = self.disclosures()
        return shown is not None and any(one[1] == digest for one in shown)

    def close(self) -> None:
        """Nothing is held."""


def _entry_line(idx: int, line: str) -> bytes:
    before, after = f'{{"index":{idx},"leaf":"', '"}\n'
    if not (line.startswith(before) and line.endswith(after)):
        raise Finding(Kind.INVALID, idx, f"line {idx + 1} of {ex.ENTRIES} is not entry {idx}")
    try:
        return note.unb64(line[len(before) : -len(after)], f"entry {idx}")
    except note.NoteError as wrong:
        raise Finding(Kind.INVALID, idx, str(wrong)) from None


def _disclosure_line(line: str) -> tuple[int, str, str]:
    import json

    try:
        row = json.loads(line)
        idx, digest, text = row["index"], row["digest"], row["disclosure"]
    except (ValueError, KeyError, TypeError, RecursionError):
        idx = None
    if type(idx) is not int or not (isinstance(digest, str) and isinstance(text, str)):
        raise Finding(Kind.INVALID, None, f"a line of {ex.DISCLOSURES} is not a disclosure")
    return idx, digest, text


def open_source(path: Path) -> DatabaseSource | ExportSource | FlatSource:
    """The source at a path: a state directory, a database, an export, a copy, what was salvaged."""
    from lockerd.journal import flat
    from lockerd.journal.reader import DATABASE

    if path.is_dir() and not (path / DATABASE).exists():
        if flat.is_salvaged(path):
            return flat.open_salvaged(path)
        if any((path / name).exists() for name in (ex.CHECKPOINT, ex.ENTRIES, "tile")):
            return ExportSource(path)
        raise JournalError(f"{path} holds neither a journal nor an export; give another path")
    if not path.exists():
        raise JournalError(f"{path} is not there; give a journal or an export")
    return flat.open_copy(path) if flat.is_copy(path) else DatabaseSource(path)
