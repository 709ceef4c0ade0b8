"""The record of an epoch that is over, kept beside the present one: `DIR/epochs/<n>/journal.db`.

Theory of operation.  A card that died took its journal with it; what the next epoch was restored
from (a second copy, an export, what was salvaged, the old card) still tells what happened before.
It is judged in full, then written as a database of its own, where timelines, searches, case files
and erasures find it as they find an epoch that ended on the same card.

Rules.  Only a record that the next one goes on from is kept: its number is lower, its device the
same, and what the present log's first entry says of it is true.  No code and no badge comes along,
nor a name that was erased meanwhile.  An epoch is kept once; nothing is written over.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from lockerd.core.events import LogGenesis
from lockerd.journal import begin, note, schema, tlog
from lockerd.journal import keys as ks
from lockerd.journal.epochs import EPOCHS
from lockerd.journal.erase import erased_in, journals
from lockerd.journal.errors import explain, explain_os
from lockerd.journal.export import VKEY
from lockerd.journal.flat import FlatSource
from lockerd.journal.history import Source
from lockerd.journal.reader import DATABASE, Cosignature, Reader
from lockerd.journal.recover import NotRestorable, Recovered
from lockerd.journal.source import WITHOUT_NAMES, DatabaseSource, open_source

_COSIGNED_BYTES = 72
"""A cosignature: eight bytes of time, then Ed25519."""

_ENTRY = "INSERT INTO entry(idx, leaf, leaf_hash, seal) VALUES(?, ?, ?, ?)"
_SUBTREE = "INSERT INTO subtree(level, n, hash) VALUES(?, ?, ?)"
_DISCLOSURE = "INSERT INTO disclosure(digest, idx, disclosure) VALUES(?, ?, ?)"
_COSIGNATURE = "INSERT OR IGNORE INTO cosignature(size, root, key, time, line) VALUES(?,?,?,?,?)"


def keep(path: Path, found: Recovered, vkey: str, state_dir: Path) -> Path:
    """Keep what `found` was recovered from at `path`; the new database.

    `vkey`: the key with which it was judged.  Raises NotRestorable and other JournalErrors.
    """
    name, _, number = found.head.origin.rpartition("/")
    place = state_dir.absolute() / EPOCHS / str(int(number))
    source = open_source(path)
    try:
        _continues(source, found.head, name, int(number), state_dir)
        if (place / DATABASE).exists():
            raise NotRestorable(f"{place} holds a record already; nothing was written")
        ks.make_dir(place)
        draft = place / f"{DATABASE}.tmp"
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
        _write(draft, source, found, vkey, frozenset(_erased(state_dir)))
        begin.sync_file(draft)
        if source.disclosures() is None:
            ks.write_secret(place / WITHOUT_NAMES, b"")
        ks.write_secret(place / VKEY, f"{vkey}\n".encode("ascii"))
        draft.rename(place / DATABASE)
        ks.sync_dir(place)
    except OSError as error:
        raise explain_os(error, place) from None
    finally:
        source.close()
    return place / DATABASE


def _continues(
    source: Source, head: note.Checkpoint, name: str, number: int, state_dir: Path
) -> None:
    """Raises NotRestorable unless the present log, or one kept here, goes on from this one."""
    for one in journals(state_dir):
        with Reader.read(one) as journal:
            if journal.epoch != number + 1 or journal.origin != f"{name}/{number + 1}":
                continue
            genesis = journal.entry(0).event
        assert isinstance(genesis, LogGenesis), "replay admits no other beginning"
        size = genesis.previous_size or 0
        told = genesis.previous == head.origin and size <= head.size
        if told and note.b64(tlog.frontier_at(source.hashes, size).root()) == (
            genesis.previous_root
        ):
            return
        raise NotRestorable(
            f"{name}/{number + 1} goes on from another record than this; look for a longer one"
        )
    raise NotRestorable(f"no record here goes on from {head.origin}; name the right --state")


def _erased(state_dir: Path) -> Iterator[str]:
    """Digests of what was erased since, by whichever epoch."""
    for one in journals(state_dir):
        with Reader.read(one) as journal:
            yield from erased_in(journal)


def _write(
    draft: Path, source: Source, found: Recovered, vkey: str, erased: frozenset[str]
) -> None:
    origin, size = found.head.origin, found.head.size
    try:
        db = sqlite3.connect(draft, isolation_level=None)
        try:
            before = source.prev if isinstance(source, DatabaseSource) else None
            schema.create(db, origin, int(origin.rpartition("/")[2]), vkey, before)
            schema.configure(db, schema.SAFE)
            db.execute("BEGIN IMMEDIATE")
            frontier = _entries(db, source, size, _seals(source, found))
            if frontier.root() != found.head.root:
                raise NotRestorable("the record changed while it was read; try again")
            shown = (row for row in source.disclosures() or () if row[0] < size)
            kept = ((digest, idx, text) for idx, digest, text in shown if digest not in erased)
            db.executemany(_DISCLOSURE, kept)
            db.executemany(_COSIGNATURE, _cosigned(source, size))
            db.execute("UPDATE log SET frozen=1")
            db.execute("COMMIT")
        finally:
            db.close()
    except sqlite3.Error as error:
        raise explain(error, "making", draft) from None


def _seals(source: Source, found: Recovered) -> dict[int, bytes]:
    """The device's seals by entry; of an export the last one alone."""
    if isinstance(source, DatabaseSource | FlatSource):
        return {idx: seal for idx, seal in source.sealed() if idx < found.head.size}
    name = found.head.origin
    own = (one for one in note.parse_note(found.signed).signatures if one.name == name)
    return {found.head.size - 1: next(own).body}


def _entries(
    db: sqlite3.Connection, source: Source, size: int, seals: dict[int, bytes]
) -> tlog.Frontier:
    frontier = tlog.Frontier()
    for block in source.blocks():
        rows = [row for row in block if row[0] < size]
        db.executemany(_ENTRY, ((idx, leaf, hashed, seals.get(idx)) for idx, leaf, hashed in rows))
        for _, _, hashed in rows:
            db.executemany(_SUBTREE, frontier.append(hashed))
    return frontier


def _cosigned(source: Source, size: int) -> Iterator[Cosignature]:
    """What witnesses signed of it; whoever judges it says whom they trust."""
    for one in source.cosigned():
        (line,) = note.parse_note(f"{one.head.text}\n{one.line}").signatures
        if one.head.size <= size and len(line.body) == _COSIGNED_BYTES:
            time = int.from_bytes(line.body[:8], "big")
            key = f"{line.name}+{line.key_id.hex()}"
            yield Cosignature(one.head.size, one.head.root, key, time, one.line)
