"""The store: what it keeps, what it refuses, what one append costs, and every way to fail."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest
from journal_kit import (
    NAME,
    again,
    filled,
    genesis,
    large,
    moment,
    samples,
    seeded,
    started,
    verifier,
)

from lockerd import ports
from lockerd.core import events as ev
from lockerd.journal import errors, note, proof, schema, tlog
from lockerd.journal import leaf as lf
from lockerd.journal import store as st
from lockerd.journal.ahead import STEP
from lockerd.journal.reader import Reader
from lockerd.journal.store import Store

ROOT = Path(__file__).parents[2]
CLOSED = ev.DoorClosed(unit="A1")


def test_it_is_the_journal_of_the_ports(tmp_path: Path) -> None:
    with started(tmp_path) as store:
        journal: ports.Journal = store
        entry: ports.Entry = next(iter(journal.entries()))
        assert (journal.size, journal.epoch, entry.idx) == (1, 1, 0)
        assert isinstance(entry.event, ev.LogGenesis)


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    events = [one for one, _ in zip(samples(4), range(40), strict=False)]
    with started(tmp_path) as store:
        assert store.append(events[:1], moment(1)) == 1
        assert store.append(events[1:], moment(2, hi=True)) == 2
        assert store.size == 41
    opened: list[Reader] = [again(tmp_path), Store.read(tmp_path)]
    for reader in [*opened, Store.read(tmp_path / "journal.db")]:
        with reader:
            found = list(reader.entries(1))
            assert [one.idx for one in found] == list(range(1, 41))
            assert [type(one.event) for one in found] == [type(one) for one in events]
            assert [one.event.ho for one in found] == [one.ho for one in events]
            assert {one.now for one in found} == {moment(1), moment(2, hi=True)}
            assert reader.entry(5) == found[4]
            assert reader.last_now() == moment(2, hi=True)
            first = reader.disclosed(1)
            assert first == {"recipient": events[0].recipient, "item": "Passport"}  # type: ignore[attr-defined]
            assert reader.disclosed(2) == {}
            assert list(reader.entries(38, 40)) == found[37:39]
            assert list(reader.entries(41)) == []


def test_names_are_in_one_table_only(tmp_path: Path) -> None:
    with filled(tmp_path, 60) as store:
        assert all("Zoë" not in leaf.decode() for _, leaf in store.leaves())
        assert any("Zoë" in value for value in store.disclosed(1).values())


def test_an_empty_journal_opens_and_has_no_head(tmp_path: Path) -> None:
    with Store.open(tmp_path, name=NAME, random=seeded(1)) as store:
        assert (store.size, store.last_now(), list(store.entries())) == (0, None, [])
        assert store.head().root == tlog.EMPTY_ROOT
        with pytest.raises(errors.NoSuchEntry):
            store.checkpoint()
        with pytest.raises(errors.NoSuchEntry):
            store.entry(0)
    with again(tmp_path) as store:
        assert store.size == 0


def test_the_head_is_the_tree_of_the_leaves_and_is_signed(tmp_path: Path) -> None:
    with filled(tmp_path, 600) as store:
        frontier = tlog.Frontier()
        for _, leaf in store.leaves():
            frontier.append(tlog.leaf_hash(leaf))
        assert store.head() == note.Checkpoint(f"{NAME}/1", 600, frontier.root())
        text = store.checkpoint()
        opened, _ = note.open_note(text, [note.parse_vkey(store.vkey)])
        assert note.parse_checkpoint(opened.text) == store.head()
    with again(tmp_path) as store, Store.read(tmp_path) as reader:
        assert store.checkpoint() == reader.checkpoint() == text


def test_a_transaction_is_sealed_once_at_its_end(tmp_path: Path) -> None:
    with started(tmp_path) as store:
        store.append([CLOSED] * 5, moment(1))
        assert [store.seal(idx) is not None for idx in range(6)] == [True] + [False] * 4 + [True]


@pytest.mark.parametrize("size", [255, 256, 257, 512, 513])
def test_opening_again_continues_the_tree(tmp_path: Path, size: int) -> None:
    one = large(tmp_path / "one", size + 3)
    two = large(tmp_path / "two", size)
    expected = one.head()
    one.close()
    two.close()
    rest = [next(source) for source in [samples(1)] for _ in range(size + 2)][size - 1 :]
    with again(tmp_path / "two") as store:
        assert store.size == size
        store.append(rest, moment(9))
        assert store.head().size == expected.size
        assert store.head().root == tlog.frontier_at(store.hashes, store.size).root()


# -- verifiers ----------------------------------------------------------------------------------


def kinds(store: Reader) -> list[tuple[str, str, bool]]:
    return [(one.verifier.cred, one.verifier.kind, one.spent) for one in store.verifiers()]


def test_verifiers_live_and_die_with_events(tmp_path: Path) -> None:
    pair = (verifier("c1", "pin"), verifier("c1", "qr", 8))
    with started(tmp_path) as store:
        store.append([ev.CredentialMinted(ho="h", unit="A1", cred="c1", verifiers=pair)], moment(1))
        assert [one.verifier for one in store.verifiers()] == list(pair)
        store.append([ev.CredentialLocked(ho="h", cred="c1")], moment(2))
        assert kinds(store) == [("c1", "qr", False)]
        store.append([ev.ReleaseOpened(ho="h", unit="A1", cred="c1")], moment(3))
        assert kinds(store) == [("c1", "qr", True)]
    with again(tmp_path) as store:
        assert store.verifiers()[0].verifier == pair[1]
        successor = (verifier("c2", "pin"),)
        minted = ev.CredentialMinted(ho="i", cred="c2", replaces="c1", verifiers=successor)
        store.append([minted], moment(4))
        assert kinds(store) == [("c2", "pin", False)]


def test_a_verifier_and_its_event_become_durable_together(tmp_path: Path) -> None:
    twice = (verifier("c1", "pin"), verifier("c1", "pin"))
    with started(tmp_path) as store:
        head = store.head()
        with pytest.raises(errors.EventRefused):
            store.append([ev.CredentialMinted(ho="h", cred="c1", verifiers=twice)], moment(1))
        assert (store.head(), store.verifiers()) == (head, [])
        store.append([CLOSED], moment(1))
        assert store.size == 2


def test_a_deleted_verifier_leaves_the_disk_when_idle(tmp_path: Path) -> None:
    marked = ev.Verifier("c1", "pin", "123", b"s" * 16, b"PRESENT-ON-DISK!" * 2, 2, b"m" * 32)
    with started(tmp_path) as store:
        store.append([ev.CredentialMinted(ho="h", cred="c1", verifiers=(marked,))], moment(1))
        assert not store.checkpoint_if_idle()
        store.append([ev.CredentialLocked(ho="h", cred="c1")], moment(2))
        assert b"PRESENT-ON-DISK!" in (tmp_path / "journal.db-wal").read_bytes()
        assert store.checkpoint_if_idle()
        for path in tmp_path.iterdir():
            assert not path.is_file() or b"PRESENT-ON-DISK!" not in path.read_bytes(), path
        assert not store.checkpoint_if_idle()


# -- admission ----------------------------------------------------------------------------------


def test_a_log_begins_with_its_own_genesis_once(tmp_path: Path) -> None:
    with Store.open(tmp_path, name=NAME, random=seeded(1)) as store:
        with pytest.raises(errors.EventRefused, match="begins"):
            store.append([CLOSED], moment())
        with pytest.raises(errors.EventRefused, match="name this log"):
            store.append([genesis(store).but(origin="other/1")], moment())
        with pytest.raises(errors.EventRefused, match="name this log"):
            store.append([genesis(store).but(vkey=store.vkey + "x")], moment())
        store.append([genesis(store), CLOSED], moment())
        with pytest.raises(errors.EventRefused, match="begins"):
            store.append([genesis(store)], moment())
        assert store.size == 2


def test_one_bad_event_refuses_the_whole_transaction(tmp_path: Path) -> None:
    bad = ev.DoorUncertain(unit="A1", reason="x" * 70_000)
    with started(tmp_path) as store:
        with pytest.raises(errors.EventRefused, match=r"door\.uncertain"):
            store.append([CLOSED, bad], moment(1))
        for count in (0, st.MAX_EVENTS + 1):
            with pytest.raises(errors.EventRefused, match="append 1 to"):
                store.append([CLOSED] * count, moment(1))
        assert store.append([CLOSED], moment(1)) == 1


def test_a_refusal_repeats_no_name(tmp_path: Path) -> None:
    bad = ev.StaffEnrolled(staff="1", role="r", cred="c", name="Quiet" * 9000)
    with started(tmp_path) as store, pytest.raises(errors.EventRefused) as told:
        store.append([bad], moment(1))
    assert "Quiet" not in str(told.value)


def test_a_frozen_log_takes_nothing_more(tmp_path: Path) -> None:
    with started(tmp_path) as store:
        store._db.execute("UPDATE log SET frozen=1")
    with again(tmp_path) as store:
        assert store.frozen
        with pytest.raises(errors.JournalFrozen, match="next epoch"):
            store.append([CLOSED], moment(1))
        with pytest.raises(sqlite3.IntegrityError):
            store._db.execute("UPDATE log SET frozen=0")


def test_a_journal_of_another_device_is_refused(tmp_path: Path) -> None:
    started(tmp_path).close()
    with pytest.raises(errors.WrongDevice, match="old names"):
        Store.open(tmp_path, name="lockerd.example/other", random=seeded(1))


# -- the database's own guards --------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entry SET leaf=x'00' WHERE idx=1",
        "UPDATE entry SET seal=NULL",
        "DELETE FROM entry WHERE idx=3",
        "INSERT OR REPLACE INTO entry VALUES(1, x'00', zeroblob(32), NULL)",
        "INSERT INTO entry VALUES(9, x'00', zeroblob(32), NULL)",
        "INSERT INTO entry VALUES(-1, x'00', zeroblob(32), NULL)",
        "INSERT INTO entry VALUES(4, 'text', zeroblob(32), NULL)",
        "INSERT INTO entry VALUES(4, x'00', zeroblob(31), NULL)",
        "INSERT INTO entry VALUES(4, x'00', zeroblob(32), zeroblob(63))",
        "INSERT INTO entry VALUES(4, zeroblob(65536), zeroblob(32), NULL)",
        "UPDATE subtree SET hash=zeroblob(32)",
        "DELETE FROM subtree",
        "INSERT OR REPLACE INTO subtree VALUES(8, 0, zeroblob(32))",
        "INSERT INTO subtree VALUES(7, 0, zeroblob(32))",
        "DELETE FROM keyhist",
        "UPDATE keyhist SET vkey='x'",
        "DELETE FROM log",
        "UPDATE log SET origin='x'",
        "INSERT INTO log(id, origin, epoch, vkey) VALUES(2, 'x', 1, 'x')",
        "UPDATE disclosure SET disclosure='x'",
        "INSERT INTO disclosure VALUES('d', 99, 'x')",
        "INSERT INTO cosignature VALUES('many', zeroblob(32), 'k', 1, 'l')",
        "UPDATE verifier SET spent=2",
    ],
)
def test_mistakes_of_our_own_are_stopped(tmp_path: Path, sql: str) -> None:
    with started(tmp_path) as store:
        minted = ev.CredentialMinted(ho="h", cred="c", verifiers=(verifier("c", "pin"),))
        store.append([next(samples()), minted, CLOSED], moment(1))
        store._db.execute("INSERT INTO subtree VALUES(8, 0, x'" + "00" * 32 + "')")
        store._db.execute("INSERT INTO cosignature VALUES(1, zeroblob(32), 'k', 1, 'l')")
        before = list(store._db.iterdump())
        with pytest.raises(sqlite3.IntegrityError):
            store._db.execute(sql)
        assert list(store._db.iterdump()) == before


def test_an_erasure_and_its_entry_become_durable_together(tmp_path: Path) -> None:
    with started(tmp_path) as store:
        store.append([next(samples())], moment(1))
        name = store.disclosed(1)["recipient"]
        receipt = proof.receipt(store, 1)
        digests = store.entry(1).digests
        store.append([ev.PrivacyErased(subject="ho:1", basis="asked", digests=digests)], moment(2))
        assert store.disclosed(1) == {}
        assert store.checkpoint_if_idle()
        coded = [one for one in proof.parse_proof(receipt).extra.split(b"\n")[1:]]  # type: ignore[union-attr]
        for path in tmp_path.iterdir():
            if path.is_file():
                assert not any(one in path.read_bytes() for one in (*coded, name.encode())), path
        facts = proof.check(proof.receipt(store, 1), store.vkey)
        assert (facts.disclosed, facts.withheld) == ({}, 2)
        assert proof.check(receipt, store.vkey).disclosed["recipient"] == name  # held elsewhere


def test_the_last_entry_of_a_log_closes_it(tmp_path: Path) -> None:
    frozen = ev.LogFrozen(reason="rolled back")
    with started(tmp_path) as store:
        with pytest.raises(errors.EventRefused, match="last entry"):
            store.append([frozen, CLOSED], moment(1))
        assert (store.frozen, store.size) == (False, 1)
        store.append([CLOSED, frozen], moment(1))
        assert (store.frozen, store.size) == (True, 3)
        with pytest.raises(errors.JournalFrozen):
            store.append([CLOSED], moment(2))
    with again(tmp_path) as store:
        assert (store.frozen, store.size) == (True, 3)


def test_every_pragma_is_as_designed(tmp_path: Path) -> None:
    with started(tmp_path) as store:
        for name, wanted in {
            "journal_mode": "wal",
            "synchronous": 2,
            "wal_autocheckpoint": 0,
            "secure_delete": 1,
            "foreign_keys": 1,
            "trusted_schema": 0,
            "recursive_triggers": 1,
            "application_id": schema.APPLICATION_ID,
            "user_version": 1,
        }.items():
            assert store._db.execute(f"PRAGMA {name}").fetchone()[0] == wanted, name
        assert schema.differences(store._db) == []


def test_a_pragma_that_does_not_take_is_an_error() -> None:
    db = sqlite3.connect(":memory:")
    with pytest.raises(errors.JournalDamaged, match="synchronous"):
        schema.configure(db, (("synchronous", "FULL", (1,)),))
    with pytest.raises(errors.JournalDamaged, match="journal_mode"):  # memory has no WAL
        schema.configure(db, schema.WRITING)
    db.close()


# -- what an append costs -----------------------------------------------------------------------


def test_an_append_is_one_sync(tmp_path: Path) -> None:
    """Counted by strace, not by us: single events, groups, disclosures, after a fold."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    script = (
        "import os, sys; from pathlib import Path\n"
        "sys.path[:0] = [sys.argv[2], sys.argv[3]]\n"
        "import journal_kit as kit\n"
        "source = kit.samples()\n"
        "with kit.started(Path(sys.argv[1])) as store:\n"
        "    for step in range(300):\n"
        "        os.write(2, b'append\\n')\n"
        "        store.append([next(source) for _ in range(1 + step % 3)], kit.moment(step + 1))\n"
        "        os.write(2, b'done\\n')\n"
        "        if step % 50 == 25:\n"
        "            assert store.fold()\n"
    )
    trace = tmp_path / "trace"
    done = subprocess.run(
        [
            "strace",
            "-f",
            "-e",
            "trace=fsync,fdatasync,sync,syncfs,msync,write",
            "-o",
            str(trace),
            sys.executable,
            "-c",
            script,
            str(tmp_path / "s"),
            str(ROOT),
            str(Path(__file__).parent),
        ],
        capture_output=True,
        check=False,
    )
    if b"ptrace" in done.stderr.lower():
        pytest.skip("strace is not allowed to trace here")
    assert done.returncode == 0, done.stderr.decode()
    counts: list[int] = []
    inside = False
    for line in trace.read_text().splitlines():
        if '"append\\n"' in line:
            counts.append(0)
            inside = True
        elif '"done\\n"' in line:
            inside = False
        elif inside and re.search(r"\b(fsync|fdatasync|sync|syncfs|msync)\(", line):
            counts[-1] += 1
    assert len(counts) == 300
    assert set(counts) == {1}


def test_the_log_beside_the_file_stays_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(st, "FORCED_WAL_BYTES", 150_000)
    with started(tmp_path) as store:
        for step in range(60):
            store.append([CLOSED], moment(step))
            assert (tmp_path / "journal.db-wal").stat().st_size < 150_000 + STEP
        assert store._db.execute("SELECT checkpoints FROM housekeeping").fetchone()[0] >= 1


def test_a_reader_that_never_ends_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "FORCED_WAL_BYTES", 150_000)
    monkeypatch.setattr(st, "MAX_WAL_BYTES", 400_000)
    with started(tmp_path) as store:
        reader = sqlite3.connect(tmp_path / "journal.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM entry").fetchall()
        assert not store.fold()
        with pytest.raises(errors.JournalBusy, match="end that program"):
            for step in range(200):
                store.append([CLOSED], moment(step))
        assert 10 < store.size < 120  # it went on while there was room
        with pytest.raises(errors.JournalBusy):
            store.append([CLOSED], moment(1))
        reader.close()
        store.append([CLOSED], moment(1))
        assert (tmp_path / "journal.db-wal").stat().st_size < 150_000


def test_a_tool_reads_beside_a_running_daemon(tmp_path: Path) -> None:
    with filled(tmp_path, 30) as store, Store.read(tmp_path) as reader:
        store.append([CLOSED], moment(40))
        assert (reader.size, store.size) == (30, 31)
        assert len(list(reader.entries())) == 30
        assert reader.head().size == 30
        with pytest.raises(sqlite3.OperationalError):
            reader._db.execute("DELETE FROM disclosure")


def test_a_copy_is_read_without_leaving_anything_beside_it(tmp_path: Path) -> None:
    filled(tmp_path / "s", 30).close()
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    shutil.copy(tmp_path / "s/journal.db", evidence / "any name.db")
    with Store.read(evidence / "any name.db") as reader:
        assert len(list(reader.entries())) == 30
    assert [one.name for one in evidence.iterdir()] == ["any name.db"]


# -- failures -----------------------------------------------------------------------------------


class Failing:
    """A connection that fails at one statement, as SQLite would; otherwise the real one."""

    def __init__(self, real: sqlite3.Connection, at: str, error: Exception) -> None:
        self._real = real
        self._at = at
        self._error = error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def _do(self, call: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(self._at):
            raise self._error
        return call(sql, *rest)

    def execute(self, sql: str, *rest: Any) -> Any:
        return self._do(self._real.execute, sql, *rest)

    def executemany(self, sql: str, *rest: Any) -> Any:
        return self._do(self._real.executemany, sql, *rest)


class Losing(Failing):
    """Does the statement, and fails afterwards."""

    def _do(self, call: Callable[..., Any], sql: str, *rest: Any) -> Any:
        done = call(sql, *rest)
        if sql.startswith(self._at):
            raise self._error
        return done


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as SQLite would say")
    error.sqlite_errorcode = code
    error.sqlite_errorname = f"code {code}"
    return error


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        (sqlite3.SQLITE_FULL, errors.DiskFull),
        (sqlite3.SQLITE_READONLY, errors.JournalReadOnly),
        (sqlite3.SQLITE_CANTOPEN, errors.JournalReadOnly),
        (sqlite3.SQLITE_BUSY, errors.JournalBusy),
        (sqlite3.SQLITE_CORRUPT, errors.JournalDamaged),
        (sqlite3.SQLITE_IOERR | 3 << 8, errors.StorageFailed),
        (sqlite3.SQLITE_ERROR, errors.JournalDamaged),
    ],
)
@pytest.mark.parametrize("at", ["BEGIN", "INSERT INTO entry", "INSERT INTO disclosure"])
def test_a_failure_before_the_commit_writes_nothing(
    tmp_path: Path, at: str, code: int, wanted: type[Exception]
) -> None:
    with started(tmp_path) as store:
        head, real = store.head(), store._db
        store._db = Failing(real, at, sqlite_error(code))  # type: ignore[assignment]
        with pytest.raises(wanted) as told:
            store.append([next(samples())], moment(1))
        assert issubclass(wanted, ports.JournalError) and ";" in str(told.value)
        store._db = real
        assert store.head() == head and not real.in_transaction
        assert store.append([next(samples())], moment(1)) == 1


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR | 4 << 8, sqlite3.SQLITE_BUSY])
@pytest.mark.parametrize("reached", [False, True])
def test_a_failed_commit_is_uncertain_until_reopened(
    tmp_path: Path, code: int, reached: bool
) -> None:
    with started(tmp_path) as store:
        real = store._db
        failing = Failing(real, "COMMIT", sqlite_error(code))
        if reached:  # the entry is on disk, only the answer was lost
            failing = Losing(real, "COMMIT", sqlite_error(code))
        store._db = failing  # type: ignore[assignment]
        with pytest.raises(errors.JournalUncertain, match="restart"):
            store.append([CLOSED], moment(1))
        store._db = real
        assert store.size == 1
        assert [one.idx for one in store.entries()] == [0]
        for _ in range(2):
            with pytest.raises(errors.JournalUncertain):
                store.append([CLOSED], moment(1))
        assert not store.checkpoint_if_idle()
        if real.in_transaction:
            real.execute("ROLLBACK")
    with again(tmp_path) as store:
        assert store.size == (2 if reached else 1)
        store.append([CLOSED], moment(2))


def test_an_interruption_in_the_commit_is_uncertain(tmp_path: Path) -> None:
    with started(tmp_path) as store:
        real = store._db
        store._db = Failing(real, "COMMIT", KeyboardInterrupt())  # type: ignore[arg-type, assignment]
        with pytest.raises(KeyboardInterrupt):
            store.append([CLOSED], moment(1))
        store._db = real
        real.execute("ROLLBACK")
        with pytest.raises(errors.JournalUncertain):
            store.append([CLOSED], moment(1))


def test_a_failed_rollback_is_uncertain(tmp_path: Path) -> None:
    with started(tmp_path) as store:
        real = store._db
        inner = Failing(real, "ROLLBACK", sqlite_error(sqlite3.SQLITE_IOERR))
        store._db = Failing(inner, "INSERT INTO entry", sqlite_error(sqlite3.SQLITE_FULL))  # type: ignore[arg-type, assignment]
        with pytest.raises(errors.DiskFull):
            store.append([CLOSED], moment(1))
        store._db = real
        real.execute("ROLLBACK")
        with pytest.raises(errors.JournalUncertain):
            store.append([CLOSED], moment(1))


def test_a_full_database_writes_nothing_and_recovers(tmp_path: Path) -> None:
    with started(tmp_path) as store:
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count={pages}")
        big = ev.DoorUncertain(unit="A1", reason="x" * 60_000)
        with pytest.raises(errors.DiskFull, match="free space"):
            store.append([big], moment(1))
        assert store.size == 1
        store._db.execute("PRAGMA max_page_count=1000000")
        assert store.append([big], moment(1)) == 1


FULL = r"""
import os, sys
from pathlib import Path
sys.path[:0] = [sys.argv[2], sys.argv[3]]
import journal_kit as kit
from lockerd.core import events as ev
from lockerd.journal import errors
room = Path(sys.argv[1])
store = kit.started(room / "s")
big = ev.DoorUncertain(unit="A1", reason="x" * 20_000)
spare = room / "spare"
spare.write_bytes(b"x" * 200_000)
full = 0
for _ in range(1000):
    size = store.size
    try:
        store.append([big], kit.moment(size))
    except errors.DiskFull:
        full += 1
        assert store.size == size
        if full == 3:
            break
assert full == 3, full
assert len(list(store.entries())) == store.size
spare.unlink()
store.append([big], kit.moment(store.size))
head = store.head()
store.close()
with kit.again(room / "s") as store:
    assert store.head() == head
print("held", head.size)
"""


def test_a_full_disk_writes_nothing_and_recovers(tmp_path: Path) -> None:
    """A file system of two megabytes, in a mount namespace of its own."""
    paths = [str(ROOT), str(Path(__file__).parent)]
    setup = f'mount -t tmpfs -o size=2m none {tmp_path} && exec "$@"'
    done = subprocess.run(
        [
            "unshare",
            "--mount",
            "--map-root-user",
            "sh",
            "-c",
            setup,
            "sh",
            sys.executable,
            "-c",
            FULL,
            str(tmp_path),
            *paths,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip("no mount namespaces here")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("held")


FAILS = r"""
import resource, sys
from pathlib import Path
sys.path[:0] = [sys.argv[2], sys.argv[3]]
import journal_kit as kit
from lockerd.core import events as ev
from lockerd.journal import errors
store = kit.started(Path(sys.argv[1]))
limit = Path(sys.argv[1], "journal.db-wal").stat().st_size + 30_000
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
big = ev.DoorUncertain(unit="A1", reason="x" * 40_000)
try:
    for _ in range(9):  # the first of them have room in the log already
        store.append([big], kit.moment(1))
except errors.JournalUncertain as wrong:
    print("uncertain", wrong)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
try:
    store.append([big], kit.moment(1))
except errors.JournalUncertain:
    print("still")
store.close()
with kit.again(Path(sys.argv[1])) as store:
    assert store.append([big], kit.moment(1)) == store.size - 1
print("again")
"""


def test_a_medium_that_fails_makes_it_uncertain(tmp_path: Path) -> None:
    """The kernel refuses to write beyond a limit: SQLite sees an I/O error in the commit."""
    done = subprocess.run(
        [sys.executable, "-c", FAILS, str(tmp_path), str(ROOT), str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.match(r"uncertain .*IOERR.*\nstill\nagain\n", done.stdout), done.stdout


READ_ONLY = r"""
import os, sys
from pathlib import Path
sys.path[:0] = [sys.argv[2], sys.argv[3]]
import journal_kit as kit
from lockerd.journal import errors, keys
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
from lockerd.journal.reader import Reader
state = Path(sys.argv[1])
acts = (
    lambda: kit.again(state),
    lambda: kit.again(state / "new"),
    lambda: Reader.read(state),
)
for act in acts:
    try:
        act()
    except errors.JournalReadOnly as wrong:
        print(wrong)
"""


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    state = tmp_path / "s"
    with started(tmp_path / "live"):
        shutil.copytree(tmp_path / "live", state)  # as after a cut: with its write-ahead log
    (state / "journal.db-shm").unlink()
    for path in (state, *state.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for parent in tmp_path.parents:
        if parent.stat().st_uid == os.getuid() and Path(gettempdir()) in parent.parents:
            parent.chmod(0o755)
    tmp_path.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", READ_ONLY, str(state), str(ROOT), str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=False,
    )
    state.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("writable directory") == 3, done.stdout
    assert done.stdout.count("copy journal.db and journal.db-wal") == 1, done.stdout


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        (errno.ENOSPC, errors.DiskFull),
        (errno.EDQUOT, errors.DiskFull),
        (errno.EIO, errors.StorageFailed),
        (errno.EROFS, errors.JournalReadOnly),
    ],
)
def test_a_first_start_that_fails_is_named_and_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, wanted: type[Exception]
) -> None:
    def fail(fd: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(wanted, match=";"):
            Store.open(tmp_path / "s", name=NAME, random=seeded(1))
    started(tmp_path / "s").close()


def test_a_foreign_database_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("s").mkdir()
    db = sqlite3.connect(tmp_path / "s/journal.db")
    db.execute("CREATE TABLE t(a)")
    db.commit()
    db.close()
    before = (tmp_path / "s/journal.db").read_bytes()
    for act in (again, Store.read):
        with pytest.raises(errors.ForeignDatabase):
            act(tmp_path / "s")
    assert (tmp_path / "s/journal.db").read_bytes() == before


def test_a_newer_journal_is_refused(tmp_path: Path) -> None:
    with started(tmp_path) as store:
        store._db.execute("PRAGMA user_version=2")
    for act in (again, Store.read):
        with pytest.raises(errors.NewerJournal, match="newer release"):
            act(tmp_path)


def test_what_is_no_database_is_damage(tmp_path: Path) -> None:
    started(tmp_path).close()
    (tmp_path / "journal.db").write_bytes(b"not a database at all" * 400)
    for act in (again, Store.read):
        with pytest.raises(errors.JournalDamaged):
            act(tmp_path)
    (tmp_path / "journal.db").write_bytes(b"")
    with pytest.raises(errors.ForeignDatabase):
        again(tmp_path)


def test_missing_tables_are_damage(tmp_path: Path) -> None:
    with started(tmp_path) as store:
        store._db.execute("DROP TABLE verifier")
    with pytest.raises(errors.JournalDamaged, match="verifier"):
        again(tmp_path)


def tamper(directory: Path, *statements: str) -> None:
    """As someone with the file and any SQLite shell would."""
    db = sqlite3.connect(directory / "journal.db", isolation_level=None)
    for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type='trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        db.execute(statement)
    db.close()


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE entry SET seal=NULL WHERE idx=599", "end was cut off"),
        ("UPDATE entry SET seal=zeroblob(64) WHERE idx=599", "does not fit"),
        ("UPDATE entry SET leaf_hash=zeroblob(32) WHERE idx=598", "does not fit"),
        ("UPDATE subtree SET hash=zeroblob(32) WHERE n=1", "does not fit"),
        ("DELETE FROM entry WHERE idx=560", "hashes of level 0 are missing"),
        ("DELETE FROM subtree WHERE n=0", "hashes of level 8 are missing"),
        ("DELETE FROM keyhist", "a row is missing"),
        ("UPDATE keyhist SET vkey='x'", "verifier key"),
        ("UPDATE log SET origin='lockerd.example/rl07/2'", "epoch"),
        ("DELETE FROM log", "name"),
    ],
)
def test_a_changed_file_does_not_open(tmp_path: Path, sql: str, said: str) -> None:
    large(tmp_path, 600).close()
    tamper(tmp_path)
    again(tmp_path).close()  # what is changed is what is found
    tamper(tmp_path, sql)
    with pytest.raises(errors.JournalDamaged, match=said) as told:
        again(tmp_path)
    assert re.search("verify|restore|copy", str(told.value))


def test_a_changed_leaf_is_not_parsed(tmp_path: Path) -> None:
    large(tmp_path, 300).close()
    tamper(tmp_path, "UPDATE entry SET leaf=(SELECT leaf FROM entry WHERE idx=7) WHERE idx=8")
    with again(tmp_path) as store:
        assert store.entry(7).idx == 7
        with pytest.raises(errors.JournalDamaged, match="entry 8 is not what its hash says"):
            list(store.entries(5))
    tamper(
        tmp_path,
        "UPDATE entry SET leaf_hash=(SELECT leaf_hash FROM entry WHERE idx=7) WHERE idx=8",
    )
    with Store.read(tmp_path) as reader, pytest.raises(errors.JournalDamaged, match="entry 7"):
        reader.entry(8)


def test_a_gap_is_found_in_reading(tmp_path: Path) -> None:
    large(tmp_path, 300).close()
    tamper(tmp_path, "PRAGMA foreign_keys=OFF", "DELETE FROM entry WHERE idx=8")
    with Store.read(tmp_path) as reader, pytest.raises(errors.JournalDamaged, match="missing"):
        list(reader.entries())


def test_a_disclosure_of_another_entry_is_not_shown(tmp_path: Path) -> None:
    large(tmp_path, 300).close()
    tamper(tmp_path, "UPDATE disclosure SET idx=6 WHERE idx=1")
    with Store.read(tmp_path) as reader:
        with pytest.raises(errors.JournalDamaged, match="another entry"):
            reader.disclosed(6)
        assert reader.disclosed(1) == {}


def test_a_leaf_that_no_release_knows_is_named(tmp_path: Path) -> None:
    started(tmp_path).close()
    leaf = lf.make(CLOSED, moment(1), 1, seeded(1)).leaf.replace(b"door.closed", b"door.melted")
    hashed = tlog.leaf_hash(leaf).hex()
    tamper(tmp_path, f"INSERT INTO entry VALUES(1, x'{leaf.hex()}', x'{hashed}', zeroblob(64))")
    with Store.read(tmp_path) as reader, pytest.raises(errors.JournalDamaged, match="newer"):
        list(reader.entries())
