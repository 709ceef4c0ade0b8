"""The verdict: true journals pass, and every attack without the key is found, each time."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from journal_kit import NAME, filled, large, moment, samples, seeded, started

from lockerd.core import events as ev
from lockerd.core.tables import ImpossibleHistory
from lockerd.journal import export as ex
from lockerd.journal import leaf as lf
from lockerd.journal import note, tlog
from lockerd.journal.history import Replay
from lockerd.journal.reader import Reader
from lockerd.journal.source import Kind
from lockerd.journal.store import Store
from lockerd.journal.verify import Verdict, verify
from lockerd.ports import JournalError

TRIALS = 40
GOOD = Kind.VERIFIED_UNWITNESSED


class Case:
    """A journal's file opened as an attacker would: triggers gone, everything writable."""

    def __init__(self, directory: Path) -> None:
        self.db = sqlite3.connect(directory / "journal.db", isolation_level=None)
        found = self.db.execute("SELECT name FROM sqlite_schema WHERE type='trigger'").fetchall()
        for (name,) in found:
            self.db.execute(f"DROP TRIGGER {name}")
        self.size = int(self.db.execute("SELECT max(idx)+1 FROM entry").fetchone()[0])

    def leaf(self, idx: int) -> bytes:
        return bytes(self.db.execute("SELECT leaf FROM entry WHERE idx=?", (idx,)).fetchone()[0])

    def set_leaf(self, idx: int, leaf: bytes, hashed: bool = False) -> None:
        self.db.execute("UPDATE entry SET leaf=? WHERE idx=?", (leaf, idx))
        if hashed:
            self.set_hash(idx, tlog.leaf_hash(leaf))

    def set_hash(self, idx: int, hashed: bytes) -> None:
        self.db.execute("UPDATE entry SET leaf_hash=? WHERE idx=?", (hashed, idx))

    def sealed(self) -> list[int]:
        rows = self.db.execute("SELECT idx FROM entry WHERE seal IS NOT NULL ORDER BY idx")
        return [row[0] for row in rows]

    def rehash(self) -> tlog.Frontier:
        """Every hash and subtree anew, as someone who knows the format but has no key."""
        frontier = tlog.Frontier()
        self.db.execute("DELETE FROM subtree")
        for idx, leaf in self.db.execute("SELECT idx, leaf FROM entry ORDER BY idx").fetchall():
            hashed = tlog.leaf_hash(leaf)
            self.set_hash(idx, hashed)
            for node in frontier.append(hashed):
                self.db.execute("INSERT INTO subtree VALUES(?,?,?)", node)
        return frontier


def forged(leaf: bytes, pick: random.Random) -> bytes:
    """The leaf with another time since boot: small, plausible, canonical."""
    obj = json.loads(leaf)
    obj["up_ms"] += pick.randrange(1, 1000)
    return json.dumps(obj, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def edit_leaf(case: Case, pick: random.Random) -> int | None:
    idx = pick.randrange(case.size)
    case.set_leaf(idx, forged(case.leaf(idx), pick))
    return idx


def edit_leaf_and_hash(case: Case, pick: random.Random) -> int | None:
    idx = pick.randrange(case.size)
    case.set_leaf(idx, forged(case.leaf(idx), pick), hashed=True)
    return None


def rebuild_without_the_key(case: Case, pick: random.Random) -> int | None:
    idx = pick.randrange(case.size)
    case.set_leaf(idx, forged(case.leaf(idx), pick))
    case.rehash()
    sealed = case.sealed()
    return max([one + 1 for one in sealed if one < idx], default=0)


def delete_row(case: Case, pick: random.Random) -> int | None:
    idx = pick.randrange(case.size - 1)
    case.db.execute("DELETE FROM entry WHERE idx=?", (idx,))
    return idx


def delete_and_close_up(case: Case, pick: random.Random) -> int | None:
    idx = pick.randrange(case.size - 1)
    case.db.execute("DELETE FROM entry WHERE idx=?", (idx,))
    for later in range(idx + 1, case.size):
        case.db.execute("UPDATE entry SET idx=? WHERE idx=?", (later - 1, later))
    case.rehash()
    return None


def swap_rows(case: Case, pick: random.Random) -> int | None:
    one, two = sorted(pick.sample(range(case.size), 2))
    first, second = case.leaf(one), case.leaf(two)
    case.set_leaf(one, second, hashed=True)
    case.set_leaf(two, first, hashed=True)
    return None


def forge_row(case: Case, pick: random.Random) -> int | None:
    event = next(samples(pick.randrange(1000)))
    leaf = lf.make(event, moment(case.size), case.size, seeded(1)).leaf
    seal = case.db.execute("SELECT seal FROM entry WHERE idx=?", (case.size - 1,)).fetchone()[0]
    if pick.random() < 0.5:
        seal = pick.randbytes(64)
    row = (case.size, leaf, tlog.leaf_hash(leaf), seal)
    case.db.execute("INSERT INTO entry VALUES(?,?,?,?)", row)
    case.rehash()
    return case.size


def truncate_in_a_transaction(case: Case, pick: random.Random) -> int | None:
    sealed = set(case.sealed())
    size = pick.choice([one for one in range(1, case.size) if one - 1 not in sealed])
    case.db.execute("DELETE FROM disclosure WHERE idx>=?", (size,))
    case.db.execute("DELETE FROM entry WHERE idx>=?", (size,))
    case.rehash()
    return size


ATTACKS: tuple[Callable[[Case, random.Random], int | None], ...] = (
    edit_leaf,
    edit_leaf_and_hash,
    rebuild_without_the_key,
    delete_row,
    delete_and_close_up,
    swap_rows,
    forge_row,
    truncate_in_a_transaction,
)


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    base = tmp_path_factory.mktemp("originals")
    for seed in range(4):
        filled(base / str(seed), 270 + 40 * seed, seed).close()
    return [base / str(seed) for seed in range(4)]


def copied(original: Path, to: Path) -> Path:
    to.mkdir(parents=True)
    shutil.copy(original / "journal.db", to / "journal.db")
    return to


def vkey_of(path: Path) -> str:
    with Reader.read(path) as reader:
        return reader.vkey


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.__name__)
def test_every_attack_without_the_key_is_found(
    attack: Callable[[Case, random.Random], int | None], originals: list[Path], tmp_path: Path
) -> None:
    for seed in range(TRIALS):
        original = originals[seed % len(originals)]
        vkey = vkey_of(original)
        copy = copied(original, tmp_path / str(seed))
        case = Case(copy)
        if seed < len(originals):
            assert verify(copy, vkey).good  # the twin
        case.db.execute("BEGIN")
        first_bad = attack(case, random.Random(seed))
        case.db.execute("COMMIT")
        case.db.close()
        after = verify(copy, vkey)
        print(attack.__name__, seed, after.kind, after.first_bad, after.what)
        assert after.kind in (Kind.INVALID, Kind.TRUNCATED), (seed, after)
        assert after.what and not after.good
        if first_bad is not None:
            assert after.first_bad == first_bad, (seed, after)
        if seed < len(originals):
            assert not verify(copy, vkey, entries=False).good, seed


def test_a_true_journal_passes_in_every_form(tmp_path: Path) -> None:
    with large(tmp_path / "s", 700) as store:
        ex.export(store, tmp_path / "out")
        ex.export(store, tmp_path / "bare", disclose=False)
        vkey = store.vkey
        live = verify(tmp_path / "s", vkey)
    seen: list[tuple[int, int]] = []
    closed = verify(tmp_path / "s", vkey, every_seal=True, progress=lambda *now: seen.append(now))
    assert live == closed == Verdict(GOOD, f"{NAME}/1", 700)
    assert seen[-1] == (700, 700)
    assert verify(tmp_path / "s/journal.db", vkey) == closed
    assert verify(tmp_path / "out", vkey) == closed
    withheld = verify(tmp_path / "bare", vkey)
    assert withheld.good and "withheld" in withheld.warnings[0]
    own = verify(tmp_path / "out")
    assert own.good and "the key comes from the journal itself" in own.warnings[0]
    assert verify(tmp_path / "out", vkey, every_seal=True).warnings == (
        "an export carries the last seal only",
    )


@pytest.mark.parametrize("size", [1, 255, 256, 257, 512])
def test_sizes_around_a_block(tmp_path: Path, size: int) -> None:
    with large(tmp_path / "s", size) as store:
        ex.export(store, tmp_path / "out")
        assert verify(tmp_path / "s", store.vkey, every_seal=True).size == size
        assert verify(tmp_path / "out", store.vkey) == Verdict(GOOD, f"{NAME}/1", size)


def test_another_key_is_not_trusted(tmp_path: Path) -> None:
    with large(tmp_path / "s", 30) as store:
        ex.export(store, tmp_path / "out")
    for path in (tmp_path / "s", tmp_path / "out"):
        for name in (f"{NAME}/1", "lockerd.example/rl08/1"):
            verdict = verify(path, note.SigningKey(name, b"\7" * 32).vkey)
            assert verdict.kind is Kind.INVALID, verdict
    with pytest.raises(note.NoteError):
        verify(tmp_path / "s", "no key")


def test_what_is_no_journal_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="neither"):
        verify(tmp_path)
    with pytest.raises(JournalError, match="not there"):
        verify(tmp_path / "nothing")
    (tmp_path / "file.db").write_bytes(b"not a database" * 100)
    assert verify(tmp_path / "file.db").kind is Kind.INVALID


def test_an_empty_journal_is_incomplete(tmp_path: Path) -> None:
    Store.open(tmp_path, name=NAME, random=seeded(1)).close()
    assert verify(tmp_path).kind is Kind.INCOMPLETE


# -- what the device alone cannot see -------------------------------------------------------------


def truncated_at_a_seal(original: Path, to: Path) -> Path:
    copy = copied(original, to)
    case = Case(copy)
    size = case.sealed()[-9] + 1
    case.db.execute("DELETE FROM disclosure WHERE idx>=?", (size,))
    case.db.execute("DELETE FROM entry WHERE idx>=?", (size,))
    case.rehash()
    case.db.close()
    return copy


def test_a_cut_at_a_transaction_is_seen_by_whoever_knows_more(
    originals: list[Path], tmp_path: Path
) -> None:
    with Reader.read(originals[0]) as reader:
        head, vkey = reader.head(), reader.vkey
    copy = truncated_at_a_seal(originals[0], tmp_path / "cut")
    assert verify(copy, vkey).good  # the twin: alone, nobody can tell
    verdict = verify(copy, vkey, known=[head])
    assert (verdict.kind, verdict.first_bad) == (Kind.TRUNCATED, verdict.size)
    assert verify(originals[0], vkey, known=[head]).good


def test_a_rewritten_history_is_a_fork_to_whoever_knows_a_head(
    originals: list[Path], tmp_path: Path
) -> None:
    """By the holder of the genuine key."""
    copy = copied(originals[1], tmp_path / "s")
    signer = note.parse_signing_key((originals[1] / "keys/log.key").read_text())
    with Reader.read(copy) as reader:
        head, vkey = reader.head(), reader.vkey
    case = Case(copy)
    case.set_leaf(9, forged(case.leaf(9), random.Random(1)))
    root = case.rehash().root()
    seal = signer.sign(note.Checkpoint(head.origin, head.size, root).text.encode())
    case.db.execute("UPDATE entry SET seal=? WHERE idx=?", (seal, case.size - 1))
    case.db.close()
    assert verify(copy, vkey).good  # the twin
    assert verify(copy, vkey, known=[head]).kind is Kind.FORK
    assert verify(copy, vkey, every_seal=True).kind is Kind.INVALID  # careless with the others
    other = note.Checkpoint("lockerd.example/rl08/1", 3, b"x" * 32)
    assert verify(copy, vkey, known=[other]).kind is Kind.INVALID


WITNESS = note.SigningKey("witness.example/w1", b"\2" * 32)


def cosigned(path: Path, head: note.Checkpoint, damage: bool = False) -> note.Key:
    key, line = note.cosign(head.text, WITNESS, 1_767_225_600)
    text = line.line if not damage else note.Signature(line.name, line.key_id, bytes(72)).line
    db = sqlite3.connect(path / "journal.db", isolation_level=None)
    row = (head.size, head.root, key.vkey, 1_767_225_600, text)
    db.execute("INSERT INTO cosignature VALUES(?,?,?,?,?)", row)
    db.close()
    return key


def test_a_witness_makes_it_verified(originals: list[Path], tmp_path: Path) -> None:
    copy = copied(originals[0], tmp_path / "s")
    with Reader.read(copy) as reader:
        head, vkey = reader.head(), reader.vkey
        early = note.Checkpoint(head.origin, 20, tlog.frontier_at(reader.hashes, 20).root())
    key = cosigned(copy, early)
    part = verify(copy, vkey, witnesses=[key])
    assert (part.kind, part.witnessed) == (GOOD, 20)
    assert f"cosigned 20 of {head.size}" in part.warnings[0]
    cosigned(copy, head)
    assert verify(copy, vkey).kind is GOOD  # whoever trusts no witness
    whole = verify(copy, vkey, witnesses=[key])
    assert (whole.kind, whole.witnessed) == (Kind.VERIFIED, head.size)
    with Reader.read(copy) as reader:
        ex.export(reader, tmp_path / "out")
    assert verify(tmp_path / "out", vkey, witnesses=[key]).kind is Kind.VERIFIED


def test_a_witness_who_saw_otherwise_is_heard(originals: list[Path], tmp_path: Path) -> None:
    vkey = vkey_of(originals[0])
    for name, size, wanted in (("fork", 20, Kind.FORK), ("more", 9_999, Kind.TRUNCATED)):
        copy = copied(originals[0], tmp_path / name)
        key = cosigned(copy, note.Checkpoint(f"{NAME}/1", size, b"x" * 32))
        assert verify(copy, vkey).good
        assert verify(copy, vkey, witnesses=[key]).kind is wanted
    copy = copied(originals[0], tmp_path / "forged")
    with Reader.read(copy) as reader:
        key = cosigned(copy, reader.head(), damage=True)
    assert verify(copy, vkey, witnesses=[key]).kind is Kind.INVALID


# -- what stands in the entries -------------------------------------------------------------------


def resealed(directory: Path, leaves: Iterable[bytes]) -> tuple[Path, str]:
    """A journal of any leaves, sealed by its genuine key: what broken firmware might write."""
    with started(directory) as store:
        vkey, origin, first = store.vkey, store.origin, store.leaf(0)
    signer = note.parse_signing_key((directory / "keys/log.key").read_text())
    case = Case(directory)
    for idx, leaf in enumerate([first, *leaves]):
        row = (idx, leaf, tlog.leaf_hash(leaf))
        case.db.execute("INSERT OR REPLACE INTO entry(idx, leaf, leaf_hash) VALUES(?,?,?)", row)
    frontier = case.rehash()
    head = note.Checkpoint(origin, frontier.size, frontier.root())
    seal = signer.sign(head.text.encode())
    case.db.execute("UPDATE entry SET seal=? WHERE idx=?", (seal, frontier.size - 1))
    case.db.close()
    return directory, vkey


def plain(idx: int, step: int | None = None) -> bytes:
    now = moment(idx if step is None else step)
    return lf.make(ev.DoorClosed(unit="A1"), now, idx, seeded(1)).leaf


@pytest.mark.parametrize(
    ("leaf", "said"),
    [
        (plain(2), "says that it is entry 2"),
        (plain(1).replace(b"door.closed", b"door.melted"), "unknown event type"),
        (plain(1).replace(b'"unit":"A1"', b'"unit":7'), "unit"),
        (b"{}", "version"),
        (b"\xff", "JSON"),
    ],
)
def test_a_sealed_leaf_that_says_nonsense_is_found(tmp_path: Path, leaf: bytes, said: str) -> None:
    path, vkey = resealed(tmp_path, [leaf, plain(2)])
    assert verify(path, vkey, entries=False).good  # the twin: the tree is in order
    verdict = verify(path, vkey)
    assert (verdict.kind, verdict.first_bad) == (Kind.INVALID, 1)
    assert said in verdict.what


def test_another_spelling_is_a_warning(tmp_path: Path) -> None:
    path, vkey = resealed(tmp_path, [plain(1).replace(b'"v":1', b'"v": 1'), plain(2)])
    verdict = verify(path, vkey)
    assert verdict.good
    assert "1 entries are not in canonical form" in verdict.warnings


def test_time_that_goes_back_is_a_warning(tmp_path: Path) -> None:
    path, vkey = resealed(tmp_path, [plain(1, 9), plain(2, 4)])
    verdict = verify(path, vkey)
    assert verdict.good
    assert [one for one in verdict.warnings if "went back" in one] == [
        "entry 2: the time since boot went back",
        "entry 2: the proven time went back",
    ]


def test_warnings_are_bounded(tmp_path: Path) -> None:
    leaves = [plain(n, 200 - n) for n in range(1, 60)]
    path, vkey = resealed(tmp_path, leaves)
    verdict = verify(path, vkey)
    assert verdict.good and len(verdict.warnings) == 21
    assert verdict.warnings[-1].endswith("more warnings")


def test_a_second_genesis_is_found(tmp_path: Path) -> None:
    with started(tmp_path / "other") as store:
        again = store.leaf(0).replace(b'"seq":0', b'"seq":1')
    path, vkey = resealed(tmp_path / "s", [again])
    assert verify(path, vkey).first_bad == 1
    path, vkey = resealed(tmp_path / "t", [])
    assert verify(path, vkey).good


def test_the_first_bad_entry_is_named_whichever_pass_finds_it(tmp_path: Path) -> None:
    """Entries are parsed some way ahead of the replay."""
    path, vkey = resealed(tmp_path, [*(plain(n) for n in range(1, 5)), b"{}", plain(6)])

    def refusing(bad: int) -> Replay:
        def judge(entries: Iterable[lf.Leaf]) -> None:
            for one in entries:
                if one.idx == bad:
                    raise ImpossibleHistory("no door closes twice")

        return judge

    assert verify(path, vkey, replay=refusing(3)).first_bad == 3
    assert "closes twice" in verify(path, vkey, replay=refusing(4)).what
    twin = verify(path, vkey, replay=refusing(6))
    assert twin.first_bad == 5 and "version" in twin.what


def test_an_impossible_history_is_found(originals: list[Path]) -> None:
    vkey, seen = vkey_of(originals[0]), []

    def judge(entries: Iterable[lf.Leaf]) -> None:
        for one in entries:
            seen.append(one.idx)
            if one.idx == 41:
                raise ImpossibleHistory("no door closes twice")

    verdict = verify(originals[0], vkey, replay=judge)
    assert (verdict.kind, verdict.first_bad) == (Kind.INVALID, 41)
    assert "no door closes twice" in verdict.what
    assert seen == list(range(42))
    lazy = verify(originals[0], vkey, replay=lambda entries: next(iter(entries)))
    assert lazy.good  # what replay leaves is still judged


# -- disclosures ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "kind", "first_bad"),
    [
        ("DELETE FROM disclosure WHERE idx=6", Kind.INCOMPLETE, 6),
        ("UPDATE disclosure SET idx=2 WHERE idx=6", Kind.INVALID, 2),
        ("UPDATE disclosure SET idx=11 WHERE idx=6", Kind.INVALID, 11),
        ("UPDATE disclosure SET idx=9999 WHERE idx=6", Kind.INVALID, None),
        ("UPDATE disclosure SET idx=-1 WHERE idx=6", Kind.INVALID, 0),
        (
            "UPDATE disclosure SET disclosure=(SELECT disclosure FROM disclosure WHERE idx=1) "
            "WHERE idx=6",
            Kind.INVALID,
            6,
        ),
        ("INSERT INTO disclosure VALUES('digest', 6, 'text')", Kind.INVALID, 6),
    ],
)
def test_disclosures_are_held_against_their_entries(
    originals: list[Path], tmp_path: Path, sql: str, kind: Kind, first_bad: int | None
) -> None:
    copy = copied(originals[0], tmp_path / "s")
    vkey, case = vkey_of(copy), Case(copy)
    assert verify(copy, vkey).good
    case.db.execute(sql)
    case.db.close()
    verdict = verify(copy, vkey)
    assert (verdict.kind, verdict.first_bad) == (kind, first_bad), verdict
    assert verify(copy, vkey, entries=False).good


def test_a_lawful_erasure_is_accounted_for(tmp_path: Path) -> None:
    with filled(tmp_path / "s", 60) as store:
        first, second = store.entry(1).digests, store.entry(6).digests
        erased = ev.PrivacyErased(subject="ho:x", basis="asked", digests=first)
        store.append([erased], moment(60))
        ex.export(store, tmp_path / "out")
        vkey = store.vkey
        for path in (tmp_path / "s", tmp_path / "out"):
            verdict = verify(path, vkey)
            assert verdict == Verdict(GOOD, f"{NAME}/1", 61, erased=2)
        # the twin: the same rows gone without a word
        store.connection.execute("DELETE FROM disclosure WHERE idx=6")
        verdict = verify(tmp_path / "s", vkey)
        assert (verdict.kind, verdict.first_bad, verdict.erased) == (Kind.INCOMPLETE, 6, 2)
        store.append([erased.but(digests=second)], moment(61))
        assert verify(tmp_path / "s", vkey).good


def test_an_erasure_that_was_undone_is_a_warning(tmp_path: Path) -> None:
    with filled(tmp_path / "s", 60) as store:
        row = store.connection.execute("SELECT * FROM disclosure WHERE idx=1").fetchone()
        digests = store.entry(1).digests
        store.append([ev.PrivacyErased(subject="s", basis="b", digests=digests)], moment(60))
        store.connection.execute("INSERT INTO disclosure VALUES(?,?,?)", row)
        ex.export(store, tmp_path / "out")
        for path in (tmp_path / "s", tmp_path / "out"):
            verdict = verify(path, store.vkey)
            assert verdict.good and "still there" in verdict.warnings[0]


# -- files that are damaged -----------------------------------------------------------------------


def test_a_changed_rule_of_the_database_is_a_warning(originals: list[Path], tmp_path: Path) -> None:
    copy = copied(originals[0], tmp_path / "s")
    assert verify(copy).warnings[1:] == ()
    Case(copy).db.close()  # drops the triggers
    assert "entry_delete" in verify(copy).warnings[1]


def test_a_flipped_bit_anywhere_in_the_file_is_found_or_harmless(
    originals: list[Path], tmp_path: Path
) -> None:
    data = (originals[0] / "journal.db").read_bytes()
    vkey = vkey_of(originals[0])
    with Reader.read(originals[0]) as reader:
        leaves = list(reader.leaves())
        shown = [reader.disclosures(idx) for idx in range(reader.size)]
    pick, file, found = random.Random(5), tmp_path / "journal.db", 0
    for trial in range(300):
        at = pick.randrange(len(data) * 8)
        damaged = bytearray(data)
        damaged[at // 8] ^= 1 << at % 8
        file.write_bytes(damaged)
        try:
            verdict = verify(file, vkey)
        except JournalError:
            found += 1
            continue
        if not verdict.good:
            found += 1
            continue
        with Reader.read(file) as reader:
            assert list(reader.leaves()) == leaves, trial
            assert [reader.disclosures(idx) for idx in range(reader.size)] == shown, trial
    assert found > 100  # most of the file is entries


def test_a_cut_file_is_found(originals: list[Path], tmp_path: Path) -> None:
    data, vkey = (originals[0] / "journal.db").read_bytes(), vkey_of(originals[0])
    for keep in range(0, len(data), 4096 * 3):
        (tmp_path / "journal.db").write_bytes(data[:keep])
        with contextlib.suppress(JournalError):
            assert not verify(tmp_path / "journal.db", vkey).good


def test_a_database_of_other_types_is_found(originals: list[Path], tmp_path: Path) -> None:
    """Tables of the same names without STRICT, holding anything."""
    statements = (
        "UPDATE entry SET leaf='text' WHERE idx=3",
        "UPDATE entry SET leaf=NULL WHERE idx=3",
        "UPDATE entry SET leaf_hash=7 WHERE idx=3",
        "UPDATE entry SET seal='text' WHERE idx=(SELECT max(idx) FROM entry)",
        "UPDATE subtree SET hash='text'",
        "INSERT INTO cosignature VALUES('x', 7, NULL, NULL, NULL)",
        "UPDATE disclosure SET disclosure=7 WHERE idx=1",
        "UPDATE disclosure SET idx='x' WHERE idx=1",
        "UPDATE log SET epoch='x'",
        "UPDATE log SET origin=NULL",
        "UPDATE log SET vkey=x'00'",
    )
    vkey = vkey_of(originals[3])
    for number, statement in enumerate(statements):
        copy = copied(originals[3], tmp_path / str(number))
        case = Case(copy)
        case.db.execute("PRAGMA foreign_keys=OFF")
        for table in ("log", "entry", "subtree", "cosignature", "disclosure"):
            columns = [row[1] for row in case.db.execute(f"PRAGMA table_info({table})")]
            key = columns[0] + (" INTEGER PRIMARY KEY" if table in ("log", "entry") else "")
            case.db.execute(f"ALTER TABLE {table} RENAME TO old")
            case.db.execute(f"CREATE TABLE {table}({', '.join([key, *columns[1:]])})")
            case.db.execute(f"INSERT INTO {table} SELECT * FROM old")
            case.db.execute("DROP TABLE old")
        assert verify(copy, vkey).good
        case.db.execute(statement)
        case.db.close()
        assert not verify(copy, vkey, witnesses=[WITNESS.key]).good, statement


@pytest.fixture
def exported(tmp_path: Path) -> tuple[Path, str]:
    with large(tmp_path / "s", 600) as store:
        ex.export(store, tmp_path / "out")
        return tmp_path / "out", store.vkey


def test_an_export_with_a_file_missing_is_incomplete(exported: tuple[Path, str]) -> None:
    out, vkey = exported
    for file in [one for one in out.rglob("*") if one.is_file()]:
        data = file.read_bytes()
        file.unlink()
        verdict = verify(out, vkey)
        if file.name in ("README", "vkey"):
            assert verdict.good
        elif file.name == "disclosures.jsonl":
            assert verdict.good and "withheld" in verdict.warnings[0]
        else:
            assert verdict.kind is Kind.INCOMPLETE, (file, verdict)
        file.write_bytes(data)
    assert verify(out, vkey).good


def test_an_export_with_a_changed_file_is_invalid(exported: tuple[Path, str]) -> None:
    out, vkey = exported
    pick = random.Random(3)
    for file in [one for one in out.rglob("*") if one.is_file()]:
        data = file.read_bytes()
        for _ in range(12):
            at = pick.randrange(len(data) * 8)
            damaged = bytearray(data)
            damaged[at // 8] ^= 1 << at % 8
            file.write_bytes(damaged)
            verdict = verify(out, vkey)
            assert verdict.good == (file.name in ("README", "vkey")), (file, at, verdict)
        for other in (data + data[-40:], data[: len(data) // 2], b""):
            file.write_bytes(other)
            verdict = verify(out, vkey)
            assert verdict.good == (file.name in ("README", "vkey")), (file, verdict)
        file.write_bytes(data)


def test_an_export_with_its_end_cut_off_is_truncated(exported: tuple[Path, str]) -> None:
    out, vkey = exported
    lines = (out / "entries.jsonl").read_text().splitlines(keepends=True)
    (out / "entries.jsonl").write_text("".join(lines[:-3]))
    verdict = verify(out, vkey)
    assert (verdict.kind, verdict.first_bad) == (Kind.TRUNCATED, 597)
    (out / "entries.jsonl").write_text("".join([*lines, lines[-1].replace("599", "600")]))
    assert verify(out, vkey).first_bad == 600
    del lines[7]
    (out / "entries.jsonl").write_text("".join(lines))
    assert verify(out, vkey).first_bad == 7


def test_an_old_export_is_truncated_to_whoever_knows_more(exported: tuple[Path, str]) -> None:
    out, vkey = exported
    more = note.Checkpoint(f"{NAME}/1", 601, b"x" * 32)
    assert verify(out, vkey, known=[more]).kind is Kind.TRUNCATED
    fork = note.Checkpoint(f"{NAME}/1", 300, b"x" * 32)
    assert verify(out, vkey, known=[fork]).kind is Kind.FORK
