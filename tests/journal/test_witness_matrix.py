"""Attacks with the genuine key: invisible in the record alone, always caught by one witness.

Each of three attacks is tried with 40 seeds on a journal whose newest head was cosigned.  The
record alone verifies every time: nothing in it is false.  The witness catches every one at the
first contact, and so does the device itself at its start when the witness's last word lies in the
spool.  The twin of each is the genuine journal, which passes all of it.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest
from journal_kit import NAME, again, genesis, moment, samples, seeded, started
from witness_kit import Witness, append, asked

from lockerd.core.messages import FreezeLog
from lockerd.journal import anchors as an
from lockerd.journal import note
from lockerd.journal import patrol as pt
from lockerd.journal import spool as sp
from lockerd.journal import witness as wt
from lockerd.journal.reader import Reader
from lockerd.journal.source import Kind
from lockerd.journal.store import Store
from lockerd.journal.verify import verify

TRIALS = 40
SIZE = 40


class World(NamedTuple):
    """The genuine journal at every transaction, and what the witness remembers of the last."""

    images: list[Path]
    sizes: list[int]
    witness: Witness
    word: str

    @property
    def final(self) -> Path:
        return self.images[-1]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    directory = tmp_path_factory.mktemp("matrix")
    pick, source = random.Random(1), samples(1)
    store = started(directory / "live")
    witness = Witness(directory / "witness")
    witness.admit(store)
    images: list[Path] = []
    sizes: list[int] = []
    while True:
        assert store.fold()
        images.append(directory / f"image{len(images)}")
        shutil.copytree(directory / "live", images[-1])
        sizes.append(store.size)
        if store.size >= SIZE:
            break
        store.append(list(islice(source, pick.randint(1, 4))), moment(store.size))
    assert witness.answer(asked(store, witness).text.encode()).status == 200
    word = witness.memory.recall(store.origin)
    store.close()
    assert word is not None
    return World(images, sizes, witness, word)


def grow(store: Store, size: int, seed: int) -> None:
    """Other events, sealed by the genuine key, at least up to `size`."""
    pick, source = random.Random(seed), samples(1000 + seed)
    while store.size < size:
        store.append(list(islice(source, pick.randint(4, 16))), moment(store.size))


def cut_back(world: World, state: Path, pick: random.Random) -> None:
    """An old disk image."""
    shutil.copytree(pick.choice(world.images[:-1]), state)


def rewrite(world: World, state: Path, pick: random.Random) -> None:
    """Another history from the first entry on, with the stolen key."""
    with Store.open(state, name=NAME, random=seeded(1)) as store:
        config = f"{pick.getrandbits(64):x}"
        store.append([genesis(store).but(config=config)], moment())
        grow(store, pick.randint(2, 2 * SIZE), pick.randrange(2**16))


def fork(world: World, state: Path, pick: random.Random) -> None:
    """An old disk image that went on working."""
    image = pick.randrange(len(world.images) - 1)
    shutil.copytree(world.images[image], state)
    with again(state) as store:
        size = world.sizes[image] + pick.randint(1, 2 * SIZE)
        grow(store, size, pick.randrange(2**16))


ATTACKS: tuple[Callable[[World, Path, random.Random], None], ...] = (cut_back, rewrite, fork)


def locally_seen(state: Path, vkey: str) -> bool:
    """Whether the record alone, its start or its patrol shows anything."""
    verdict = verify(state, vkey)
    with again(state) as store:
        patrol = pt.Patrol(store, state, lambda: 0)
        found = [patrol.slice(1) for _ in range(3)]
    return verdict.kind is not Kind.VERIFIED_UNWITNESSED or any(found)


def contact(world: World, state: Path, memory: Path, old: int) -> tuple[wt.Answer, str | None]:
    """The first contact: what the witness answers, and what the device reads in the answer."""
    shutil.copytree(world.witness.memory.dir, memory)
    witness = Witness(memory)
    witness.time = world.witness.time
    with Reader.read(state) as reader:
        asked = wt.ask(reader, min(old, reader.size))
        answer = witness.answer(asked.text.encode())
        assert answer.file is not None
        own = note.parse_vkey(reader.vkey)
        heard = wt.hear(answer.file.encode(), own, [witness.signer.key], [asked.checkpoint])
        ours = reader.head()
        hows = [wt.contradiction(reader.hashes, ours, one.head) for one in heard.words]
    return answer, next((one for one in hows if one is not None), None)


def at_the_start(world: World, state: Path) -> list[an.Taken]:
    """What the device itself finds at its start with the witness's last word in the spool."""
    sp.Spool(state).put("last.cosignatures", world.word.encode())
    with again(state) as store:
        anchors = an.Anchors(state, store, [world.witness.vkey])
        assert anchors.recalled() is None
        return list(anchors.take(moment(store.size)))


@pytest.mark.parametrize("attack", ATTACKS, ids=[one.__name__ for one in ATTACKS])
def test_one_witness_catches_what_the_record_cannot_show(
    world: World, attack: Callable[[World, Path, random.Random], None], tmp_path: Path
) -> None:
    with Reader.read(world.final) as reader:
        vkey = reader.vkey
    counts = {"local": 0, "witness": 0, "start": 0}
    for seed in range(TRIALS):
        print("seed", seed)
        pick, state = random.Random(seed), tmp_path / f"s{seed}"
        attack(world, state, pick)
        counts["local"] += locally_seen(state, vkey)
        old = pick.choice([0, SIZE // 2, world.sizes[-1]])
        answer, how = contact(world, state, tmp_path / f"w{seed}", old)
        assert answer.status in (409, 422) and answer.keep is None
        counts["witness"] += how is not None
        found = at_the_start(world, state)
        counts["start"] += any(isinstance(one.message, FreezeLog) for one in found)
        verdict = verify(state, vkey, known=[head_of(world)])
        assert verdict.kind in (Kind.TRUNCATED, Kind.FORK)
    assert counts == {"local": 0, "witness": TRIALS, "start": TRIALS}


def head_of(world: World) -> note.Checkpoint:
    return note.parse_checkpoint(note.parse_note(world.word).text)


def test_the_genuine_journal_passes(world: World, tmp_path: Path) -> None:
    state = tmp_path / "s"
    shutil.copytree(world.final, state)
    with Reader.read(state) as reader:
        vkey, head = reader.vkey, reader.head()
    assert head == head_of(world)
    assert not locally_seen(state, vkey)
    answer, how = contact(world, state, tmp_path / "w", head.size)
    assert (answer.status, how) == (200, None)
    assert [one.verdict for one in at_the_start(world, state)] == ["cosigned"]
    with again(state) as store:
        grow(store, 2 * SIZE, 5)
    assert contact(world, state, tmp_path / "x", head.size)[0].status == 200


def test_a_stored_cosignature_outlives_what_it_signed(world: World, tmp_path: Path) -> None:
    """Entries cut off, the cosignature's row left: the next start finds it without any answer."""
    state = tmp_path / "s"
    shutil.copytree(world.final, state)
    sp.Spool(state).put("last.cosignatures", world.word.encode())
    with again(state) as store:
        anchors = an.Anchors(state, store, [world.witness.vkey])
        for one in anchors.take(moment(store.size)):
            append(store, one.message)
        assert anchors.recalled() is None
    size = world.sizes[-3]
    db = sqlite3.connect(state / "journal.db", isolation_level=None)
    for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type='trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.execute("DELETE FROM disclosure WHERE idx>=?", (size,))
    db.execute("DELETE FROM entry WHERE idx>=?", (size,))
    with again(state) as store:
        said = an.Anchors(state, store, [world.witness.vkey]).recalled()
        assert isinstance(said, FreezeLog) and said.seen_size == world.sizes[-1]
        assert an.Anchors(state, store, []).recalled() is None
    db.execute("UPDATE cosignature SET time=time+1")
    with again(state) as store:
        said = an.Anchors(state, store, [world.witness.vkey]).recalled()
        assert isinstance(said, str) and "was changed" in said
    db.execute("UPDATE cosignature SET line='x', key='w+1'")
    with again(state) as store:
        assert an.Anchors(state, store, [world.witness.vkey]).recalled() is None
    db.close()
