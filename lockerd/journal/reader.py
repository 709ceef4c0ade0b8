"""Reading a journal: what the store, the tools and the verifier share.

Theory of operation.  Rows below `size` never change, so a reader needs no transaction of its own:
it reads in batches and holds no statement open between them, which would keep the writer's log from
being folded into the file.  A tool's reader fixes `size` when it opens.

Rules.  Opened with `mode=ro` beside a running daemon.  A file without a write-ahead log beside it
(a copy handed to an auditor) is opened as immutable, so that nothing appears next to the evidence.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from lockerd.core.events import Verifier
from lockerd.core.now import Now
from lockerd.journal import leaf as lf
from lockerd.journal import note, schema, shape, tlog
from lockerd.journal.errors import (
    JournalClosed,
    JournalDamaged,
    JournalReadOnly,
    NoSuchEntry,
    explain,
)

DATABASE = "journal.db"
BATCH = 256

_READING: schema.Pragmas = (*schema.SAFE, ("query_only", "ON", (1,)))


class StoredVerifier(NamedTuple):
    """A row of the verifier table; `spent` makes it a tombstone."""

    verifier: Verifier
    spent: bool


class Cosignature(NamedTuple):
    """A row of the cosignature table.

    `key`: `name+hex id` of the witness.  `time`: Unix seconds.  `line`: with its newline.
    """

    size: int
    root: bytes
    key: str
    time: int
    line: str

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the line, as `anchor.cosigned` names it."""
        return sha256(self.line.encode()).hexdigest()


class Head(NamedTuple):
    """The log's own row: who it is.  `prev`: the closed epoch's last checkpoint, or None."""

    origin: str
    epoch: int
    vkey: str
    prev: str | None
    frozen: int


Self = TypeVar("Self", bound="Reader")


class Reader:
    """A journal opened for reading.  Close it, or use it as a context."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self._closed = False
        self.path = path
        self._log = self._read_log()
        self._size = self._count()

    @classmethod
    def read(cls, path: Path) -> Reader:
        """Open a state directory or a copy of its journal.db, read-only and without keys.

        Raises JournalReadOnly, ForeignDatabase, NewerJournal, JournalDamaged.
        """
        file = path / DATABASE if path.is_dir() else path
        mode = "mode=ro" if file.with_name(f"{file.name}-wal").exists() else "mode=ro&immutable=1"
        return Reader(connect(file, mode, _READING), file)

    def close(self) -> None:
        """Let go of the file; idempotent."""
        self._closed = True
        self._db.close()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection itself, for tools that ask more than this class answers."""
        return self._db

    # -- who it is --------------------------------------------------------------------------------

    @property
    def origin(self) -> str:
        """The log's name: `<fleet>/<device>/<epoch>`."""
        return self._log.origin

    @property
    def epoch(self) -> int:
        """The number of this epoch, from 1."""
        return self._log.epoch

    @property
    def vkey(self) -> str:
        """The verifier key's text, as the journal itself states it."""
        return self._log.vkey

    @property
    def prev(self) -> str | None:
        """The last checkpoint of the epoch before, as a signed note; None in the first epoch."""
        return self._log.prev

    @property
    def frozen(self) -> bool:
        """Whether this epoch was closed for good."""
        return self._log.frozen != 0

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self._size

    # -- entries ----------------------------------------------------------------------------------

    def leaf(self, idx: int) -> bytes:
        """The stored bytes of one entry.  Raises NoSuchEntry."""
        self._within(idx)
        row = self._one("SELECT leaf, leaf_hash FROM entry WHERE idx=?", idx)
        return self._checked(idx, row[0], row[1])

    def entry(self, idx: int) -> lf.Leaf:
        """One entry, decoded.  Raises NoSuchEntry, JournalDamaged."""
        return self._parse(idx, self.leaf(idx))

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[lf.Leaf]:
        """Entries [start, stop) in order, decoded from leaves alone.  Raises JournalDamaged."""
        for idx, leaf in self.leaves(start, stop):
            yield self._parse(idx, leaf)

    def leaves(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """`(index, stored bytes)` of entries [start, stop) in order.  Raises JournalDamaged."""
        end = self._size if stop is None else min(stop, self._size)
        while start < end:
            upto = min(start + BATCH, end)
            rows = self._all(
                "SELECT idx, leaf, leaf_hash FROM entry WHERE idx>=? AND idx<? ORDER BY idx",
                start,
                upto,
            )
            for wanted, row in enumerate(rows, start):
                if row[0] != wanted:
                    break
                yield row[0], self._checked(row[0], row[1], row[2])
            if len(rows) != upto - start:
                raise self._damaged(f"entries are missing between {start} and {upto}")
            start = upto

    def newest(self, ho: str, start: int, most: int) -> Sequence[int]:
        """Indexes of the newest entries from `start` on about a handover, the newest first."""
        return self.newest_with(f'"ho":"{ho}"', start, most)

    def newest_with(self, needle: str, start: int, most: int) -> Sequence[int]:
        """Indexes of the newest entries from `start` on whose leaf contains this, newest first."""
        rows = self._all(
            "SELECT idx FROM entry WHERE idx>=? AND idx<? AND instr(leaf, ?) "
            "ORDER BY idx DESC LIMIT ?",
            start,
            self._size,
            needle.encode(),
            most,
        )
        return [int(row[0]) for row in rows]

    def last_now(self) -> Now | None:
        """The time of the last entry; None in an empty journal."""
        return self.entry(self._size - 1).now if self._size else None

    def disclosed(self, idx: int) -> Mapping[str, str]:
        """The disclosures of one entry that were not erased, by field name.

        Raises NoSuchEntry, JournalDamaged (one that the entry does not commit to).
        """
        texts = self.disclosures(idx)
        if not texts:
            return {}
        try:
            return lf.disclosed_fields(texts, self.entry(idx).digests)
        except lf.LeafError as wrong:
            raise self._damaged(f"entry {idx}: {wrong}") from None

    def disclosures(self, idx: int) -> tuple[str, ...]:
        """The disclosures of one entry as stored, in the order of their digests."""
        self._within(idx)
        rows = self._all("SELECT disclosure FROM disclosure WHERE idx=? ORDER BY digest", idx)
        return tuple(str(row[0]) for row in rows)

    def all_disclosures(self, stop: int) -> Iterator[tuple[int, str]]:
        """`(index, disclosure)` of entries below `stop`, in order."""
        for start in range(0, stop, BATCH):
            rows = self._all(
                "SELECT idx, disclosure FROM disclosure WHERE idx>=? AND idx<? "
                "ORDER BY idx, digest",
                start,
                min(start + BATCH, stop),
            )
            yield from ((int(row[0]), str(row[1])) for row in rows)

    def verifiers(self) -> Sequence[StoredVerifier]:
        """Every row of the verifier table."""
        rows = self._all(
            "SELECT cred, kind, selector, salt, hash, n, mac, spent FROM verifier "
            "ORDER BY cred, kind"
        )
        return [StoredVerifier(Verifier(*row[:7]), bool(row[7])) for row in rows]

    # -- the tree ---------------------------------------------------------------------------------

    def hashes(self, level: int, start: int, count: int) -> list[bytes]:
        """Stored hashes, as `tlog.Read` wants them.  Raises JournalDamaged when one is missing."""
        if level == 0:
            rows = self._all(
                "SELECT leaf_hash FROM entry WHERE idx>=? AND idx<? ORDER BY idx",
                start,
                start + count,
            )
        else:
            rows = self._all(
                "SELECT hash FROM subtree WHERE level=? AND n>=? AND n<? ORDER BY n",
                level,
                start,
                start + count,
            )
        if len(rows) != count:
            raise self._damaged(f"hashes of level {level} are missing from {start} on")
        return [self._blob(row[0]) for row in rows]

    def seal(self, idx: int) -> bytes | None:
        """The signature over the tree of idx+1 entries, 64 bytes, or None inside a transaction."""
        self._within(idx)
        seal = self._one("SELECT seal FROM entry WHERE idx=?", idx)[0]
        return None if seal is None else self._blob(seal)

    def head(self) -> note.Checkpoint:
        """The tree's head, computed from stored hashes."""
        root = tlog.frontier_at(self.hashes, self._size).root()
        return note.Checkpoint(self.origin, self._size, root)

    def key_at(self, size: int) -> note.Key:
        """The key that seals the tree of `size`, as the journal itself states it."""
        row = self._one(
            "SELECT vkey FROM keyhist WHERE from_size<=? ORDER BY from_size DESC LIMIT 1", size
        )
        try:
            return note.parse_vkey(str(row[0]))
        except note.NoteError as wrong:
            raise self._damaged(str(wrong)) from None

    def checkpoint(self) -> str:
        """The head as a signed note with the witnesses' lines.

        Raises JournalDamaged when the last entry is not sealed, NoSuchEntry in an empty journal.
        """
        return self.signed(self.head())

    def signed(self, head: note.Checkpoint) -> str:
        """The note of a head of this log whose last entry carries a seal."""
        if not head.size:
            raise NoSuchEntry("the journal is empty and has no head; start the daemon once")
        seal = self.seal(head.size - 1)
        if seal is None:
            raise self._damaged(f"entry {head.size - 1} carries no seal")
        key = self.key_at(head.size)
        signature = note.Signature(key.name, key.key_id, seal)
        return note.Note(head.text, (signature,)).full + "".join(self.cosignatures(head.size))

    def cosignatures(self, size: int) -> Sequence[str]:
        """The witnesses' signature lines for the tree of `size`, newlines included."""
        rows = self._all("SELECT line FROM cosignature WHERE size=? ORDER BY key", size)
        return [str(row[0]) for row in rows]

    def newest_cosignatures(self) -> Sequence[Cosignature]:
        """The largest head that each witness cosigned, at most 64.  Raises JournalDamaged."""
        rows = self._all(
            # SQLite takes the other columns from the row that has the maximum.
            "SELECT max(size), root, key, time, line FROM cosignature GROUP BY key LIMIT 64"
        )
        for size, root, key, time, line in rows:
            texts = isinstance(key, str) and isinstance(line, str)
            if not (texts and isinstance(size, int) and isinstance(time, int)):
                raise self._damaged("a stored cosignature is not one")
            self._blob(root)
        return [Cosignature(*row) for row in rows]

    # -- below ------------------------------------------------------------------------------------

    def _read_log(self) -> Head:
        row = self._one("SELECT origin, epoch, vkey, prev, frozen FROM log WHERE id=1")
        if not (isinstance(row[0], str) and isinstance(row[1], int) and isinstance(row[2], str)):
            raise self._damaged("the log's row is of wrong types")
        head = Head(*row)
        if head.origin.rpartition("/")[2] != str(head.epoch):
            raise self._damaged("the log's name does not end in its epoch")
        return head

    def _count(self) -> int:
        row = self._one("SELECT coalesce(max(idx)+1, 0) FROM entry")
        return int(row[0])

    def _within(self, idx: int) -> None:
        if not 0 <= idx < self._size:
            raise NoSuchEntry(f"there is no entry {idx}; this journal has {self._size}")

    def _one(self, sql: str, *values: object) -> tuple[Any, ...]:
        rows = self._all(sql, *values)
        if not rows:
            raise self._damaged("a row is missing")
        return rows[0]

    def _all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        if self._closed:
            raise JournalClosed(
                f"{self.path.name} is not open at the moment; see why with: lockerctl status"
            )
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise explain(error, "reading", self.path) from None

    def _checked(self, idx: int, leaf: object, hashed: object) -> bytes:
        """The leaf's bytes, once they are what their hash says: verified before they are parsed."""
        found = self._blob(leaf)
        if tlog.leaf_hash(found) != hashed:
            raise self._damaged(f"entry {idx} is not what its hash says")
        return found

    def _blob(self, value: object) -> bytes:
        if not isinstance(value, bytes):
            raise self._damaged("a column holds something that is no bytes")
        return value

    def _parse(self, idx: int, leaf: bytes) -> lf.Leaf:
        try:
            found = shape.read(leaf)
        except lf.LeafError as wrong:
            raise self._damaged(f"entry {idx}: {wrong}") from None
        if found.idx != idx:
            raise self._damaged(f"entry {idx} says that it is entry {found.idx}")
        return found

    def _damaged(self, what: str) -> JournalDamaged:
        return JournalDamaged(
            f"{self.path.name}: {what}; keep a copy of it and run: lockerctl journal verify"
        )


def connect(file: Path, mode: str, pragmas: schema.Pragmas) -> sqlite3.Connection:
    """A configured connection to a journal that exists; `mode` is the query of a SQLite URI.

    Raises JournalReadOnly, ForeignDatabase, NewerJournal, JournalDamaged.
    """
    uri = f"{file.absolute().as_uri()}?{mode}"
    try:
        db = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=0.25)
    except sqlite3.Error as error:
        raise explain(error, "opening", file) from None
    try:
        schema.recognise(db, file)
        schema.configure(db, pragmas)
    except JournalReadOnly as wrong:
        db.close()
        if pragmas is not _READING:
            raise
        raise JournalReadOnly(
            f"{wrong}, or copy {file.name} and {file.name}-wal to one and read them there"
        ) from None
    except sqlite3.Error as error:
        db.close()
        raise explain(error, "opening", file) from None
    except BaseException:
        db.close()
        raise
    return db
