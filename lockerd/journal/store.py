"""The journal that the daemon writes: one file, one connection, one fsync for each transaction.

Theory of operation.  `append` turns events into leaves, adds them to a copy of the tree's frontier,
signs the new head and commits rows, completed subtrees, the signature, disclosures and changed
verifiers together.  Only when COMMIT has returned does the copy become the frontier; a signature
over something that was not committed never leaves the process.  Opening reads the last row: it must
carry a signature, and the signature must fit the tree that the stored hashes make.

Rules.  A failure before COMMIT writes nothing and the store goes on.  A failure of COMMIT itself
leaves it unknown whether the entries are there: the store then refuses to append until it is opened
again.  The write-ahead log is folded into the file when the device is idle, or at 16 MiB.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from lockerd.core.events import AnchorCosigned, Event, LogFrozen, LogGenesis, Verifier
from lockerd.core.now import Now
from lockerd.journal import keys as ks
from lockerd.journal import leaf as lf
from lockerd.journal import note, schema, tlog
from lockerd.journal.ahead import Ahead
from lockerd.journal.begin import begin
from lockerd.journal.errors import (
    DiskFull,
    EventRefused,
    JournalBusy,
    JournalDamaged,
    JournalFrozen,
    JournalUncertain,
    WrongDevice,
    explain,
    explain_os,
)
from lockerd.journal.reader import DATABASE, Cosignature, Reader, connect

MAX_EVENTS = 1_024
MAX_CARRIED = 16_384
"""How many events a genesis may bring with it: whoever and whatever the epoch before still had."""

IDLE_WAL_BYTES = 1 << 20
FORCED_WAL_BYTES = 16 << 20
MAX_WAL_BYTES = 256 << 20
LOOK_EVERY = 4
"""Appends from one look at the write-ahead log's length to the next."""

_INSERT = "INSERT INTO entry(idx, leaf, leaf_hash, seal) VALUES(?, ?, ?, ?)"
_INSERT_SUBTREE = "INSERT INTO subtree(level, n, hash) VALUES(?, ?, ?)"
_INSERT_DISCLOSURE = "INSERT INTO disclosure(digest, idx, disclosure) VALUES(?, ?, ?)"
_INSERT_COSIGNATURE = "INSERT INTO cosignature(size, root, key, time, line) VALUES(?, ?, ?, ?, ?)"
_DELETE_PIN = "DELETE FROM verifier WHERE cred=? AND kind IN ('pin', 'staff-pin')"
_INSERT_VERIFIER = (
    "INSERT INTO verifier(cred, kind, selector, salt, hash, n, mac, spent) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, 0)"
)


class Store(Reader):
    """The journal of a state directory, opened to append; `ports.Journal`."""

    def __init__(
        self, db: sqlite3.Connection, path: Path, secrets: ks.Keys, held: ks.Hold, random: lf.Random
    ) -> None:
        super().__init__(db, path)
        self._signer = secrets.signer
        self._random = random
        self._held = held
        self._uncertain = False
        self._offered: Cosignature | None = None
        self._fold_at = FORCED_WAL_BYTES
        self._unlooked = LOOK_EVERY
        self._ahead = Ahead(f"{path}-wal", int(db.execute("PRAGMA page_size").fetchone()[0]))
        self._forgetful = self._ahead.length() > 0  # a cut may have come between DELETE and fold
        self.pepper = secrets.pepper
        self._frontier = tlog.frontier_at(self.hashes, self._size)
        self._check_head()

    @classmethod
    def open(
        cls,
        state_dir: Path,
        *,
        name: str,
        random: lf.Random,
        held: ks.Hold | None = None,
        keyring: ks.Keyring = ks.FILES,
    ) -> Store:
        """Open the journal of a state directory; on the first start make it and its secrets.

        `name`: `<fleet>/<device>`, to which the epoch is added.  `random`: see `leaf.Random`.
        `held`: the caller's hold on the directory, else one is taken and let go by `close`.
        Raises a JournalError whose class says what is wrong.
        """
        state_dir = state_dir.absolute()
        mine = held if held is not None else ks.hold(state_dir)
        try:
            path = state_dir / DATABASE
            if not path.exists():
                begin(state_dir, name, random, keyring=keyring)
            return cls._continue(state_dir, name, random, mine, keyring)
        except OSError as error:
            mine.close()
            raise explain_os(error, state_dir) from None
        except BaseException:
            mine.close()
            raise

    @classmethod
    def _continue(
        cls, state_dir: Path, name: str, random: lf.Random, held: ks.Hold, keyring: ks.Keyring
    ) -> Store:
        path = state_dir / DATABASE
        db = connect(path, "mode=rw", schema.WRITING)
        try:
            _writable(db, path)
            row = db.execute("SELECT vkey, origin FROM log WHERE id=1").fetchone()
            if row is None:
                raise JournalDamaged(f"{path.name} has no name; restore it from a copy")
            if str(row[1]).rpartition("/")[0] != name:
                raise WrongDevice(
                    f"this journal belongs to {row[1]!r}, the config says {name!r}; give the "
                    "config its old names or start with an empty state directory"
                )
            return cls(db, path, keyring.load(state_dir, str(row[0])), held, random)
        except sqlite3.Error as error:
            db.close()
            raise explain(error, "opening", path) from None
        except BaseException:
            db.close()
            raise

    def close(self) -> None:
        """Fold the write-ahead log into the file and let go; idempotent."""
        self._ahead.close()
        super().close()
        self._held.close()

    def _check_head(self) -> None:
        if not self._size:
            return
        seal = self.seal(self._size - 1)
        if seal is None:
            raise self._damaged("the last entry carries no seal: the end was cut off")
        if not self.key_at(self._size).verifies(self.head().text.encode(), seal):
            raise self._damaged("the last seal does not fit the entries: they were changed")

    # -- reading, from memory ---------------------------------------------------------------------

    def head(self) -> note.Checkpoint:
        """The tree's head."""
        return note.Checkpoint(self.origin, self._size, self._frontier.root())

    # -- appending --------------------------------------------------------------------------------

    def append(self, events: Sequence[Event], now: Now) -> int:
        """Make events durable in one sealed transaction with one fsync; the first one's index.

        Raises EventRefused (nothing written), DiskFull and other JournalErrors (nothing written),
        JournalUncertain (unknown; and from then on always, until the journal is opened again).
        """
        self._ready(events)
        first, frontier = self._size, self._frontier.copy()
        made = [self._admit(one, now, first + n) for n, one in enumerate(events)]
        hashes = [tlog.leaf_hash(one.leaf) for one in made]
        completed = [node for one in hashes for node in frontier.append(one)]
        head = note.Checkpoint(self.origin, frontier.size, frontier.root())
        seal = self._signer.sign(head.text.encode())
        seals = [None] * (len(made) - 1) + [seal]
        leaves = [one.leaf for one in made]
        rows = zip(range(first, frontier.size), leaves, hashes, seals, strict=True)
        disclosures = [
            (one.digest, first + n, one.text)
            for n, each in enumerate(made)
            for one in each.disclosures
        ]
        db = self._db
        try:
            db.execute("BEGIN IMMEDIATE")
            db.executemany(_INSERT, rows)
            if completed:
                db.executemany(_INSERT_SUBTREE, completed)
            if disclosures:
                db.executemany(_INSERT_DISCLOSURE, disclosures)
            forgot = self._keep_aside(events)
        except BaseException as error:
            self._undo(error)
            raise
        self._commit()
        self._frontier, self._size = frontier, frontier.size
        self._forgetful |= forgot
        if isinstance(events[-1], LogFrozen):
            self._log = self._log._replace(frozen=1)
        self._uncertain = False
        return first

    def _ready(self, events: Sequence[Event]) -> None:
        if self._uncertain:
            raise JournalUncertain(
                "an earlier entry may or may not be on disk; restart the daemon to find out"
            )
        if self.frozen:
            raise JournalFrozen(f"{self.origin} was closed; start the next epoch")
        most = MAX_CARRIED if events and isinstance(events[0], LogGenesis) else MAX_EVENTS
        if not 0 < len(events) <= most:
            raise EventRefused(f"{len(events)} events at once; append 1 to {most}")
        if len(events) > 1 and any(isinstance(one, LogFrozen) for one in events[:-1]):
            raise EventRefused("log.frozen is the last entry of a log; append nothing after it")
        self._unlooked += 1
        if self._unlooked >= LOOK_EVERY:
            self._look()

    def _look(self) -> None:
        """Have room ahead in the log, or fold it; JournalBusy when it grows without end."""
        wal = self._ahead.length()
        if wal < self._fold_at:
            self._ahead.make(wal)
        else:
            self._fold_at = FORCED_WAL_BYTES if self.fold() else wal + FORCED_WAL_BYTES
            if self._fold_at > MAX_WAL_BYTES:
                self._fold_at = wal  # so that the next append asks again
                raise JournalBusy(
                    f"{self.path.name}-wal has {wal >> 20} MiB because a program keeps reading; "
                    "end that program"
                )
        self._unlooked = 0

    def _admit(self, event: Event, now: Now, idx: int) -> lf.Made:
        if isinstance(event, LogGenesis) != (idx == 0):
            raise EventRefused(f"{event.TYPE} at {idx}: a log begins with log.genesis; restart")
        if isinstance(event, LogGenesis) and (event.origin, event.vkey) != (self.origin, self.vkey):
            raise EventRefused(f"genesis of {event.origin!r} in {self.origin!r}; name this log")
        try:
            return lf.make(event, now, idx, self._random)
        except lf.LeafError as wrong:
            raise EventRefused(f"{event.TYPE} cannot be written: {wrong}") from None

    def _keep_aside(self, events: Iterable[Event]) -> bool:
        """Change what stands beside the entries as the events say; whether a secret was deleted."""
        db, forgot = self._db, False
        for event in events:
            for cred in (*event.drop, *event.forget):
                forgot |= db.execute("DELETE FROM verifier WHERE cred=?", (cred,)).rowcount > 0
            for cred in event.drop_pin:
                gone = db.execute(_DELETE_PIN, (cred,))
                forgot |= gone.rowcount > 0
            for cred in event.spend:
                db.execute("UPDATE verifier SET spent=1 WHERE cred=?", (cred,))
            for cred in event.revive:
                db.execute("UPDATE verifier SET spent=0 WHERE cred=?", (cred,))
            if event.put:
                db.executemany(_INSERT_VERIFIER, [_row(one) for one in event.put])
            for digest in event.erase:
                gone = db.execute("DELETE FROM disclosure WHERE digest=?", (digest,))
                forgot |= gone.rowcount > 0
            if isinstance(event, AnchorCosigned):
                self._keep_cosignature(event)
            if isinstance(event, LogFrozen):
                db.execute("UPDATE log SET frozen=1")
        return forgot

    def offer(self, line: Cosignature) -> None:
        """Have ready what the next `anchor.cosigned` speaks of: both become durable together."""
        self._offered = line

    def _keep_cosignature(self, event: AnchorCosigned) -> None:
        line = self._offered
        if line is None or (line.digest, line.size) != (event.digest, event.size):
            raise EventRefused(f"{event.TYPE} names a line that is not at hand; offer it first")
        self._db.execute(_INSERT_COSIGNATURE, line)

    def _undo(self, error: BaseException) -> None:
        """Roll back after a failure before COMMIT; raises the named error for SQLite's."""
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        except sqlite3.Error:
            self._uncertain = True
        if isinstance(error, sqlite3.IntegrityError):
            raise EventRefused(
                f"the database refuses the entry ({error}); the caller breaks one of its rules, "
                "report it"
            ) from None
        if isinstance(error, sqlite3.Error):
            raise explain(error, "appending to", self.path) from None

    def _commit(self) -> None:
        # Set first: whatever interrupts from here on, the outcome is unknown until all is swapped.
        self._uncertain = True
        try:
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            why = explain(error, "committing to", self.path)
            if isinstance(why, DiskFull):
                # No room for the frame that would have made it valid: certainly not committed.
                self._uncertain = False
                self._undo(error)
            raise JournalUncertain(
                f"{why}; then restart the daemon: the entry may or may not be on disk"
            ) from None

    # -- housekeeping -----------------------------------------------------------------------------

    def checkpoint_if_idle(self) -> bool:
        """Fold the write-ahead log into the file if it is worth it; whether it was.

        To be called when nobody is waiting.  It is worth it at 1 MiB, and whenever a verifier or a
        disclosure was deleted, since its bytes stay on the disk until then.  Raises JournalError.
        """
        if self._uncertain or not (self._forgetful or self._ahead.length() >= IDLE_WAL_BYTES):
            return False
        return self.fold()

    def fold(self) -> bool:
        """Fold the write-ahead log into the file now; False when a reader prevents it.

        Ends with a tiny transaction that begins the next log: the first one after a fold costs a
        second fsync, and an entry shall cost one.  Raises JournalError.
        """
        db = self._db
        try:
            db.execute("PRAGMA busy_timeout=0")
            try:
                busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                db.execute("PRAGMA busy_timeout=250")
            if busy:
                return False
            db.execute("UPDATE housekeeping SET checkpoints=checkpoints+1")
        except sqlite3.Error as error:
            raise explain(error, "folding", self.path) from None
        self._forgetful = False
        self._ahead.make(self._ahead.length())
        return True


def _row(one: Verifier) -> tuple[object, ...]:
    return (one.cred, one.kind, one.selector, one.salt, one.hash, one.n, one.mac)


def _writable(db: sqlite3.Connection, path: Path) -> None:
    """SQLite opens a file that it may not write without a word; find out now, at no fsync.

    Only a statement that writes tells: BEGIN IMMEDIATE alone is granted on any file.
    """
    try:
        db.execute("BEGIN IMMEDIATE")
        try:
            db.execute("UPDATE housekeeping SET checkpoints=checkpoints")
        finally:
            db.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise explain(error, "opening", path) from None
