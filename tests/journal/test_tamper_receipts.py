"""Receipts as gossip: one that somebody kept shows what the journal alone cannot.

Three attacks leave a journal that verifies by itself: an older image of the disk, a history that
was written anew with the stolen key, and an old image that went on with the genuine key.  Whoever
kept a receipt of a head beyond the point where the two histories part has the proof; whoever kept
an earlier one has none, and that is said too, so that nobody believes more.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from journal_kit import NAME, again, filled, moment, samples, seeded

from lockerd.core import events as ev
from lockerd.journal import leaf as lf
from lockerd.journal import note, proof, tlog
from lockerd.journal.reader import Reader
from lockerd.journal.source import Kind
from lockerd.journal.store import Store
from lockerd.journal.verify import verify

TRIALS = 40
SIZE = 60


@dataclass
class Life:
    """A journal, an image of its directory at `size`, and a receipt for each head after a commit.

    `kept`: head size -> receipt of an entry, as a recipient took it away.
    """

    now: Path
    image: Path
    size: int
    vkey: str
    kept: dict[int, str]


def lived(directory: Path, seed: int) -> Life:
    """Commits of one to four; a copy of the disk is taken somewhere on the way."""
    chance, source = random.Random(seed), samples(seed)
    kept: dict[int, str] = {}
    with filled(directory / "now", 2, seed) as store:
        imaged = 0
        stop = chance.randrange(15, SIZE - 10)
        while store.size < SIZE:
            store.append([next(source) for _ in range(chance.randint(1, 4))], moment(store.size))
            kept[store.size] = proof.receipt(store, chance.randrange(store.size))
            if not imaged and store.size >= stop:
                store.fold()
                shutil.copytree(directory / "now", directory / "image")
                imaged = store.size
        vkey = store.vkey
    return Life(directory / "now", directory / "image", imaged, vkey, kept)


def head_of(receipt: str, vkey: str) -> note.Checkpoint:
    """The head that a receipt proves, once it holds."""
    proof.check(receipt, vkey)
    return proof.open_checkpoint(proof.parse_proof(receipt).checkpoint, note.parse_vkey(vkey))[0]


Attack = Callable[[Life, random.Random], tuple[Path, int]]
"""Returns the journal that is shown to the judge, and up to which size it is the true one."""


def roll_back(life: Life, chance: random.Random) -> tuple[Path, int]:
    return life.image, life.size


def go_on_from_the_image(life: Life, chance: random.Random) -> tuple[Path, int]:
    source = samples(chance.randrange(10**6))
    with again(life.image, 1_000) as store:
        missing = SIZE + 20 - store.size
        store.append([next(source) for _ in range(missing)], moment(500))
    return life.image, life.size


def write_anew(life: Life, chance: random.Random) -> tuple[Path, int]:
    """By whoever has the key: one entry is another, and everything after it is sealed again."""
    with Store.open(life.now, name=NAME, random=seeded(7)) as store:
        leaves = [leaf for _, leaf in store.leaves()]
    parts = chance.randrange(5, len(leaves) - 5)
    event = ev.DoorForced(unit="A7")
    leaves[parts] = lf.make(event, lf.parse(leaves[parts]).now, parts, seeded(8)).leaf
    signer = note.parse_signing_key((life.now / "keys/log.key").read_text())
    db = sqlite3.connect(life.now / "journal.db", isolation_level=None)
    for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type='trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.execute("DELETE FROM disclosure WHERE idx=?", (parts,))
    frontier = tlog.Frontier()
    for idx, leaf in enumerate(leaves):
        hashed = tlog.leaf_hash(leaf)
        frontier.append(hashed)
        seal = signer.sign(note.Checkpoint(signer.name, idx + 1, frontier.root()).text.encode())
        row = (leaf, hashed, seal, idx)
        db.execute("UPDATE entry SET leaf=?, leaf_hash=?, seal=? WHERE idx=?", row)
    db.close()
    return life.now, parts


ATTACKS: tuple[tuple[Attack, Kind], ...] = (
    (roll_back, Kind.TRUNCATED),
    (go_on_from_the_image, Kind.FORK),
    (write_anew, Kind.FORK),
)


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> list[Life]:
    base = tmp_path_factory.mktemp("lives")
    return [lived(base / str(seed), seed) for seed in range(TRIALS)]


def copied(life: Life, to: Path) -> Life:
    """The same life on disks of its own."""
    for name in ("now", "image"):
        shutil.copytree(life.now.with_name(name), to / name)
    return replace(life, now=to / "now", image=to / "image")


@pytest.mark.parametrize(("attack", "kind"), ATTACKS, ids=[one[0].__name__ for one in ATTACKS])
def test_a_kept_receipt_shows_it(
    attack: Attack, kind: Kind, lives: list[Life], tmp_path: Path
) -> None:
    alone = later = earlier = 0
    for seed, original in enumerate(lives):
        chance = random.Random(seed)
        life = copied(original, tmp_path / str(seed))
        heads = {size: head_of(text, life.vkey) for size, text in life.kept.items()}
        assert verify(life.now, life.vkey, known=list(heads.values())).good  # the twin
        shown, same = attack(life, chance)
        alone += not verify(shown, life.vkey, every_seal=True).good
        for size in (max(heads), chance.choice(list(heads)), min(heads)):
            verdict = verify(shown, life.vkey, known=[heads[size]])
            print(attack.__name__, seed, same, size, verdict.kind, verdict.what)
            if size > same:
                assert verdict.kind is kind, (seed, size, verdict)
                later += 1
            else:
                assert verdict.good, (seed, size, verdict)
                earlier += 1
        everyone = verify(shown, life.vkey, known=list(heads.values()))
        assert everyone.kind is kind, (seed, everyone)
        shutil.rmtree(tmp_path / str(seed))
    assert alone == 0  # a signed log alone shows none of these
    assert later >= TRIALS and earlier >= TRIALS


def test_the_receipt_of_the_other_history_holds_for_itself(tmp_path: Path) -> None:
    """Two receipts of one size that both hold: the proof that the device signed two histories."""
    life = lived(tmp_path, 3)
    go_on_from_the_image(life, random.Random(3))
    with Reader.read(life.image) as other:
        theirs = proof.receipt(other, other.size - 1)
    mine = head_of(life.kept[max(life.kept)], life.vkey)
    forked = head_of(theirs, life.vkey)
    assert (mine.origin, mine.size < forked.size) == (forked.origin, True)
    assert verify(life.now, life.vkey, known=[mine]).good
    assert verify(life.image, life.vkey, known=[forked]).good
    assert verify(life.image, life.vkey, known=[mine]).kind is Kind.FORK
    assert verify(life.now, life.vkey, known=[forked]).kind is Kind.TRUNCATED


def test_a_code_that_somebody_photographed_is_enough(tmp_path: Path) -> None:
    """The short text has no root; the one that it proves is a head like any other."""
    with filled(tmp_path / "now", 40) as store:
        shutil.copytree(tmp_path / "now", tmp_path / "old")
        store.append([ev.DoorForced(unit="A1")], moment(40))
        code, vkey = proof.short(store, 40, "RL07-4K2M: opened."), store.vkey
    found = proof.check_short(code, vkey)
    root = tlog.root_from_inclusion(found.index, found.size, found.leaf_hash, found.path)
    head = note.Checkpoint(found.origin, found.size, root)
    assert verify(tmp_path / "now", vkey, known=[head]).good
    assert verify(tmp_path / "old", vkey).good
    assert verify(tmp_path / "old", vkey, known=[head]).kind is Kind.TRUNCATED
