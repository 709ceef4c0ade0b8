"""The journal beside other ways to make an event durable, in one process and one run.

    journal_race.py race DIR ROUNDS COMMITS [NAME ...]    seconds by contender and round, as JSON
    journal_race.py count DIR COMMITS                     a mark on stderr around each append

Theory of operation.  Every contender makes the same events durable one by one, in WAL mode with
`synchronous=FULL` and no checkpoint of its own accord, so each commit is one fsync for all.  In a
round each has its turn, in an order that chance decides; a slow moment of the disk meets them all.

Rules.  `raw` is the limit: the journal's bytes, ready made, into one table.  The others take the
event itself and give what a sealed journal gives: the leaf, the root of the tree that ends with it,
and a signature over that.  `eventsourcing` has no tree of its own and is lent the journal's.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import journal_history as jh  # noqa: E402  # found only after the line above

from lockerd.core import events as ev  # noqa: E402
from lockerd.journal import leaf as lf  # noqa: E402
from lockerd.journal import note, tlog  # noqa: E402

AGE = 20_000
"""Entries that are there before the race: a cabinet's journal after a year or so."""

Commit = Callable[[ev.Event, int], object]
"""Makes one event durable, at an index from which its time follows."""

WAL: Sequence[str] = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA wal_autocheckpoint=0",
)


def aged(directory: Path) -> Sequence[bytes]:
    """The leaves of the first `AGE` entries, made once for all contenders."""
    known = _AGED.get(directory)
    if known is None:
        with jh.opened(directory / "aged") as store:
            jh.fill(store, AGE, named=False)
            known = _AGED[directory] = [leaf for _, leaf in store.leaves()]
    return known


_AGED: dict[Path, Sequence[bytes]] = {}


def raw(directory: Path) -> Commit:
    """A bare table of bytes, made beforehand."""
    db = sqlite3.connect(directory / "raw.db", isolation_level=None)
    for pragma in WAL:
        db.execute(pragma)
    db.execute("CREATE TABLE entry(idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL)")
    db.execute("BEGIN")
    db.executemany("INSERT INTO entry(idx, leaf) VALUES(?, ?)", enumerate(aged(directory)))
    db.execute("COMMIT")

    def commit(leaf: Any, idx: int) -> None:
        db.execute("INSERT INTO entry(idx, leaf) VALUES(?, ?)", (idx, leaf))

    return commit


def journal(directory: Path) -> Commit:
    """The journal as the daemon uses it."""
    store = jh.opened(directory / "journal")
    jh.fill(store, AGE, named=False)
    return lambda event, idx: store.append([event], jh.moment(idx))


def pymerkle(directory: Path) -> Commit:
    """A Merkle tree in SQLite; the root is signed, the seal stored, in the entry's transaction.

    As `append_entry` comes, the root is known only after its COMMIT: a seal would have to wait for
    a second one.  Whoever builds on the package would let both share one, as is done here.
    """
    package: Any = import_module("pymerkle")
    signer, random_ = note.SigningKey(jh.NAME, b"\1" * 32), jh.seeded(2)

    class Sealed(package.SqliteTree):  # type: ignore[misc]  # not installed where types are checked
        def _store_leaf(self, data: bytes, digest: bytes) -> int:
            with self.con:
                self.cur.execute("INSERT INTO leaf(entry, hash) VALUES(?, ?)", (data, digest))
                size = int(self.cur.lastrowid)
                seal = signer.sign(note.Checkpoint(jh.NAME, size, self.get_root()).text.encode())
                self.cur.execute("INSERT INTO seal VALUES(?, ?)", (size, seal))
            return size

    tree = Sealed(str(directory / "pymerkle.db"), algorithm="sha256")
    for pragma in WAL:
        tree.con.execute(pragma)
    tree.con.execute("CREATE TABLE seal(size INTEGER PRIMARY KEY, seal BLOB NOT NULL)")
    tree.append_entries(aged(directory))
    tree.get_root()

    def commit(event: ev.Event, idx: int) -> None:
        tree.append_entry(lf.make(event, jh.moment(idx), idx, random_).leaf)

    return commit


def pymerkle_unkept(directory: Path) -> Commit:
    """The same without a place for the seal: it is made, and gone when the process is."""
    tree = import_module("pymerkle").SqliteTree(str(directory / "unkept.db"), algorithm="sha256")
    for pragma in WAL:
        tree.con.execute(pragma)
    tree.append_entries(aged(directory))
    tree.get_root()
    signer, random_ = note.SigningKey(jh.NAME, b"\1" * 32), jh.seeded(2)

    def commit(event: ev.Event, idx: int) -> None:
        size = tree.append_entry(lf.make(event, jh.moment(idx), idx, random_).leaf)
        signer.sign(note.Checkpoint(jh.NAME, size, tree.get_root()).text.encode())

    return commit


def eventsourcing(directory: Path) -> Commit:
    """An application with one aggregate, each of whose events carries its leaf and its seal."""
    aggregate: Any = import_module("eventsourcing.domain").Aggregate

    class Line(aggregate):  # type: ignore[misc]  # not installed where types are checked
        class Said(aggregate.Event):  # type: ignore[misc]  # as above
            leaf: str
            seal: str

    name = str(directory / "eventsourcing.db")
    app = import_module("eventsourcing.application").Application(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": name}
    )
    with app.recorder.datastore.get_connection(commit=True) as connection:
        for pragma in WAL:
            connection.cursor().execute(pragma)
    line = Line()
    app.save(line)
    frontier, signer, random_ = tlog.Frontier(), note.SigningKey(jh.NAME, b"\1" * 32), jh.seeded(2)
    for leaf in aged(directory):
        frontier.append(tlog.leaf_hash(leaf))

    def commit(event: ev.Event, idx: int) -> None:
        leaf = lf.make(event, jh.moment(idx), idx, random_).leaf
        frontier.append(tlog.leaf_hash(leaf))
        seal = signer.sign(note.Checkpoint(jh.NAME, idx + 1, frontier.root()).text.encode())
        line.trigger_event(Line.Said, leaf=leaf.decode(), seal=note.b64(seal))
        app.save(line)

    return commit


CONTENDERS = {
    "raw": raw,
    "journal": journal,
    "pymerkle": pymerkle,
    "unkept": pymerkle_unkept,
    "eventsourcing": eventsourcing,
}


def race(
    directory: Path, rounds: int, commits: int, names: Sequence[str]
) -> dict[str, list[float]]:
    """Seconds by contender, one for each round."""
    chance = random.Random(5)
    makers = {name: CONTENDERS[name](directory) for name in names}
    sources: dict[str, Iterator[ev.Event]] = {
        name: jh.handovers(AGE, named=False) for name in names
    }
    spent: dict[str, list[float]] = {name: [] for name in names}
    at = AGE
    for number in range(rounds + 1):
        order = list(names)
        chance.shuffle(order)
        for name in order:
            events: list[Any] = list(islice(sources[name], commits))
            if name == "raw":
                salt = jh.seeded(3)
                events = [
                    lf.make(one, jh.moment(at + n), at + n, salt).leaf
                    for n, one in enumerate(events)
                ]
            took_s = _timed(makers[name], events, at)
            if number:  # the first warms every cache
                spent[name].append(took_s)
        at += commits
    return spent


def _timed(commit: Commit, events: Sequence[Any], at: int) -> float:
    began_s = time.perf_counter()
    for idx, event in enumerate(events, at):
        commit(event, idx)
    return time.perf_counter() - began_s


def count(directory: Path, commits: int) -> None:
    """Appends between marks, for whoever watches the system calls."""
    commit = journal(directory)
    for idx, event in enumerate(islice(jh.handovers(AGE, named=True), commits), AGE):
        os.write(2, b"append\n")
        commit(event, idx)
        os.write(2, b"done\n")


def main(words: Sequence[str]) -> None:
    """As the module says."""
    directory = Path(words[1])
    if words[0] == "count":
        count(directory, int(words[2]))
    else:
        print(json.dumps(race(directory, int(words[2]), int(words[3]), words[4:])))


if __name__ == "__main__":
    main(sys.argv[1:])
