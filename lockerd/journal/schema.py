"""The database's tables, triggers and pragmas, and how a file is recognised as ours.

Theory of operation.  `entry` holds the leaves, `subtree` the stored nodes of the tree; `disclosure`
and `verifier` are the two tables from which rows may be deleted; `cosignature` and `keyhist` hold
what witnesses and key rotation add.  Triggers keep our own mistakes from changing what was written
once; against people there are the hashes and the signature.

Rules.  Every table is STRICT.  A change of the schema is a new USER_VERSION; a file of a newer one
is refused.  Each pragma is read back, since SQLite ignores what it does not know.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from lockerd.journal.errors import (
    ForeignDatabase,
    JournalDamaged,
    NewerJournal,
    explain,
)
from lockerd.ports import JournalError

APPLICATION_ID = 0x6C6B7264  # "lkrd"
USER_VERSION = 1
MIN_SQLITE = (3, 37, 0)  # STRICT tables

_HASH = "BLOB NOT NULL CHECK(length({0})=32)"

TABLES = (
    """CREATE TABLE log(
        id INTEGER PRIMARY KEY CHECK(id=1), origin TEXT NOT NULL, epoch INTEGER NOT NULL,
        vkey TEXT NOT NULL, prev TEXT, frozen INTEGER NOT NULL DEFAULT 0) STRICT""",
    f"""CREATE TABLE entry(
        idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL CHECK(length(leaf)<=65535),
        leaf_hash {_HASH.format("leaf_hash")},
        seal BLOB CHECK(seal IS NULL OR length(seal)=64)) STRICT""",
    f"""CREATE TABLE subtree(
        level INTEGER NOT NULL CHECK(level IN (8,16,24)), n INTEGER NOT NULL,
        hash {_HASH.format("hash")}, PRIMARY KEY(level,n)) STRICT, WITHOUT ROWID""",
    f"""CREATE TABLE cosignature(
        size INTEGER NOT NULL, root {_HASH.format("root")}, key TEXT NOT NULL,
        time INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY(size,key)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE keyhist(
        from_size INTEGER PRIMARY KEY, vkey TEXT NOT NULL, cert TEXT NOT NULL) STRICT""",
    """CREATE TABLE disclosure(
        digest TEXT PRIMARY KEY, idx INTEGER NOT NULL REFERENCES entry(idx),
        disclosure TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    "CREATE INDEX disclosure_idx ON disclosure(idx)",
    """CREATE TABLE verifier(
        cred TEXT NOT NULL, kind TEXT NOT NULL, selector TEXT NOT NULL, salt BLOB NOT NULL,
        hash BLOB NOT NULL, n INTEGER NOT NULL, mac BLOB NOT NULL,
        spent INTEGER NOT NULL DEFAULT 0 CHECK(spent IN (0,1)),
        PRIMARY KEY(cred,kind)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE housekeeping(
        id INTEGER PRIMARY KEY CHECK(id=1), checkpoints INTEGER NOT NULL) STRICT""",
)

_FINAL = ("entry", "subtree", "cosignature", "keyhist")


def _triggers() -> tuple[str, ...]:
    made: list[str] = []
    for table in _FINAL:
        for verb in ("UPDATE", "DELETE"):
            made.append(
                f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    made.append(
        "CREATE TRIGGER entry_gap BEFORE INSERT ON entry "
        "WHEN NEW.idx IS NOT (SELECT coalesce(max(idx)+1, 0) FROM entry) "
        "BEGIN SELECT RAISE(ABORT, 'entry continues without a gap'); END"
    )
    made.append(
        "CREATE TRIGGER log_update BEFORE UPDATE ON log WHEN NEW.id IS NOT OLD.id "
        "OR NEW.origin IS NOT OLD.origin OR NEW.epoch IS NOT OLD.epoch "
        "OR NEW.vkey IS NOT OLD.vkey OR NEW.prev IS NOT OLD.prev OR NEW.frozen < OLD.frozen "
        "BEGIN SELECT RAISE(ABORT, 'a log keeps its name'); END"
    )
    made.append(
        "CREATE TRIGGER log_delete BEFORE DELETE ON log "
        "BEGIN SELECT RAISE(ABORT, 'a log keeps its name'); END"
    )
    made.append(
        "CREATE TRIGGER disclosure_update BEFORE UPDATE ON disclosure "
        "BEGIN SELECT RAISE(ABORT, 'a disclosure is kept or erased'); END"
    )
    return tuple(made)


TRIGGERS = _triggers()

SAFE = (
    ("foreign_keys", "ON", (1,)),
    ("trusted_schema", "OFF", (0,)),
    ("recursive_triggers", "ON", (1,)),
    ("cell_size_check", "ON", (1,)),
    ("mmap_size", "0", (0, None)),  # None: built without it
)
"""For every connection: name, what is set, what may be read back."""

WRITING = (
    *SAFE,
    ("secure_delete", "ON", (1,)),
    ("journal_mode", "WAL", ("wal",)),
    ("synchronous", "FULL", (2,)),
    ("wal_autocheckpoint", "0", (0,)),
)
"""For the one connection that writes."""

Pragmas = tuple[tuple[str, str, tuple[object, ...]], ...]


def configure(db: sqlite3.Connection, pragmas: Pragmas) -> None:
    """Set the pragmas and read each one back.  JournalDamaged when SQLite does not take one."""
    for name, value, wanted in pragmas:
        db.execute(f"PRAGMA {name}={value}")
        row = db.execute(f"PRAGMA {name}").fetchone()
        found = row[0] if row else None
        if found not in wanted:
            raise JournalDamaged(
                f"SQLite {sqlite3.sqlite_version} answers {found!r} for PRAGMA {name}={value}; "
                "install a SQLite that supports it"
            )


def create(
    db: sqlite3.Connection, origin: str, epoch: int, vkey: str, prev: str | None = None
) -> None:
    """Make an empty log in an empty database, in one transaction.

    `prev`: the last checkpoint of the epoch before, as a signed note.
    """
    db.execute("BEGIN IMMEDIATE")
    for statement in (*TABLES, *TRIGGERS):
        db.execute(statement)
    row = (origin, epoch, vkey, prev)
    db.execute("INSERT INTO log(id, origin, epoch, vkey, prev) VALUES(1, ?, ?, ?, ?)", row)
    db.execute("INSERT INTO keyhist(from_size, vkey, cert) VALUES(0, ?, '')", (vkey,))
    db.execute("INSERT INTO housekeeping(id, checkpoints) VALUES(1, 0)")
    db.execute(f"PRAGMA application_id={APPLICATION_ID}")
    db.execute(f"PRAGMA user_version={USER_VERSION}")
    db.execute("COMMIT")


def differences(db: sqlite3.Connection) -> list[str]:
    """Names of tables, indexes and triggers that are not as this release makes them."""
    wanted = {one.split()[2].split("(")[0]: one for one in (*TABLES, *TRIGGERS)}
    found = {
        str(name): str(sql)
        for name, sql in db.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    }
    return sorted(one for one in wanted.keys() | found.keys() if wanted.get(one) != found.get(one))


def recognise(db: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is not a journal of a release that this one can read.

    Raises ForeignDatabase, NewerJournal, JournalDamaged.
    """
    if sqlite3.sqlite_version_info < MIN_SQLITE:
        wanted = ".".join(map(str, MIN_SQLITE))
        raise NewerJournal(
            f"SQLite {sqlite3.sqlite_version} is too old for a journal; install {wanted} or newer"
        )
    try:
        app = db.execute("PRAGMA application_id").fetchone()[0]
        version = db.execute("PRAGMA user_version").fetchone()[0]
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_schema")}
    except sqlite3.Error as error:
        raise _unreadable(error, path) from None
    if app != APPLICATION_ID:
        raise ForeignDatabase(f"{path.name} is no journal of this program; give another path")
    if version > USER_VERSION:
        raise NewerJournal(
            f"{path.name} has version {version}, this release knows {USER_VERSION}; "
            "use the newer release"
        )
    missing = {"log", "entry", "subtree", "keyhist", "disclosure", "verifier"} - tables
    if version < 1 or missing:
        raise JournalDamaged(
            f"{path.name} lacks tables ({', '.join(sorted(missing)) or 'no version'}); "
            "restore it from a copy"
        )


def _unreadable(error: sqlite3.Error, path: Path) -> JournalError:
    return explain(error, "opening", path)
