"""A word that the program itself writes is no trace of a person; the same word elsewhere is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from journal_kit import START_MS, again, moment, seeded, started

from lockerd import config, face
from lockerd.core import events as ev
from lockerd.core.state import RULES
from lockerd.journal import erase, hints
from lockerd.journal.patrol import WATERMARK, Mark
from lockerd.journal.reader import Reader
from lockerd.journal.snapshots import SNAPSHOTS, write_snapshot
from lockerd.journal.store import Store
from support.daemon import ROOT
from ui.face import Face
from ui.lang import LANGUAGES

HO = "aaaa000000000001"
ITEM = "lease"
SNAPSHOT = b'{"doors":{"1":{"lease":null}},"handovers":{"aaaa000000000001":{}}}'
HASH = 64 * "a"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state directory in which a handover of a "lease" was erased."""
    with started(tmp_path / "state") as store:
        store.append(
            [
                ev.HandoverOrdered(
                    actor=ev.Actor("operator", "1"),
                    ho=HO,
                    profile="documents",
                    size="S",
                    opens=START_MS,
                    closes=START_MS + 3_600_000,
                    recipient_no=HO[:8],
                    item_no=HO[8:],
                    recipient="Ada Lovelace",
                    item=ITEM,
                    reference="size",
                )
            ],
            moment(1),
        )
    return tmp_path / "state"


Make = Callable[[Path], Path]


def snapshot(state: Path, data: bytes = SNAPSHOT) -> Path:
    """One that the next entry seals."""
    with again(state) as store:
        size = store.size
        write_snapshot(state / SNAPSHOTS, size, SNAPSHOT)
        digest = hashlib.sha256(SNAPSHOT).hexdigest()
        seal = ev.StateSnapshot(sha256=digest, size=len(SNAPSHOT), rules=RULES)
        store.append([seal], moment(3))
        store.fold()
    file = state / SNAPSHOTS / f"{size}.json"
    file.write_bytes(data)
    return file


def changed(state: Path) -> Path:
    """The same with a name in it."""
    return snapshot(state, SNAPSHOT.replace(b"{}", b'{"n":"lease"}'))


def unsealed(state: Path) -> Path:
    """One of which the journal knows nothing."""
    file = snapshot(state)
    return file.rename(file.with_name("1.json"))


def beyond(state: Path) -> Path:
    """One of more entries than there are."""
    file = snapshot(state)
    return file.rename(file.with_name("999.json"))


def alone(state: Path) -> Path:
    """One without a journal beside it."""
    (state / "elsewhere" / SNAPSHOTS).mkdir(parents=True)
    return snapshot(state).rename(state / "elsewhere" / SNAPSHOTS / "2.json")


def marked(state: Path, **other: object) -> Path:
    """How far the patrol came."""
    with Reader.read(state) as journal:
        mark = Mark(journal.origin, 2, HASH, 1, (HASH,), 0)
    file = state / WATERMARK
    file.write_text(mark._replace(**other).text)  # type: ignore[arg-type]
    return file


def spaced(state: Path) -> Path:
    """The same mark in other bytes."""
    file = marked(state)
    file.write_text(json.dumps(json.loads(file.read_text())))
    return file


def unhashed(state: Path) -> Path:
    """A mark with a word where a hash is to be."""
    return marked(state, peaks=(f"{ITEM:x<64}",))


def named(state: Path) -> Path:
    """A mark of another log."""
    return marked(state, origin=f"{ITEM}.example/rl-07/1")


def faced(state: Path) -> Path:
    """The face of a site in a street of that name."""
    site = Face(f"12 {ITEM} Street", "en", "light", "normal", 800, 480, 154.08, 85.92, False)
    face.LastFace(state, ROOT / "config" / "demo.toml").keep(site)
    return state / face.NAME


def unfaced(state: Path) -> Path:
    """A file of that name and of no such form."""
    file = state / face.NAME
    file.write_text(f"{ITEM}\n")
    return file


def longer(state: Path) -> Path:
    """A face with a line more."""
    file = faced(state)
    file.write_text(file.read_text() + f"{ITEM}\n")
    return file


def faced_elsewhere(state: Path) -> Path:
    """A file of that name in another place."""
    (state / "epochs").mkdir()
    file = state / "epochs" / face.NAME
    file.write_text(ITEM)
    return file


def found(state: Path) -> list[str]:
    """The files in which what is gone is still found."""
    pieces = erase.find(state, f"ho:{HO}")
    with again(state) as store:
        for subject, _, entry in erase.by_entry(pieces):
            gone = erase.digests(store, entry, subject)
            store.append(
                [ev.PrivacyErased(subject=subject, basis="asked", digests=gone)], moment(9)
            )
        store.fold()
    return [one.file for one in erase.remains(state, pieces).left]


@pytest.mark.parametrize("make", [snapshot, marked, faced])
def test_the_program_s_own_words_are_no_finding(state: Path, make: Make) -> None:
    file = make(state)
    assert any(one in file.read_text() for one in (ITEM, "size"))
    assert hints.names_nobody(file, state)
    assert found(state) == []


@pytest.mark.parametrize(
    "make",
    [
        *(changed, unsealed, beyond, alone, spaced, unhashed, named),
        *(unfaced, longer, faced_elsewhere),
    ],
)
def test_twin_what_only_looks_like_it_is_one(state: Path, make: Make) -> None:
    file = make(state)
    assert not hints.names_nobody(file, state)
    assert str(file.relative_to(state)) in found(state)


def test_a_disclosure_is_found_in_them_too(state: Path) -> None:
    (piece, *_) = erase.find(state, f"ho:{HO}")
    (state / face.NAME).write_text(piece.text)
    assert found(state) == [face.NAME]


def test_a_mark_that_is_too_large_is_not_read(state: Path) -> None:
    file = marked(state)
    file.write_text(file.read_text() + 20_000 * " ")
    assert not hints.names_nobody(file, state)


def test_the_form_of_a_face_is_that_of_every_face(tmp_path: Path) -> None:
    for theme in face.THEMES:
        for size in face.TEXT_SIZES:
            for language in LANGUAGES:
                one = Face("Ü" * 40, language.code, theme, size, 1280, 800, 216.96, 135.6, True)
                text = face._written(one, "1 2 3 4 5")
                (tmp_path / hints.FACE).write_text(text)
                assert hints.names_nobody(tmp_path / face.NAME, tmp_path), text


def test_what_a_real_cabinet_writes_names_nobody(tmp_path: Path) -> None:
    """Days of handovers in virtual time; a snapshot, and a round of the patrol."""
    from lockerd.core.snapshot import dump
    from lockerd.journal.patrol import Patrol
    from lockerd.journal.snapshots import fold
    from lockerd.simulation.populate import populate

    populate(config.read(ROOT / "config" / "demo.toml"), tmp_path, START_MS, 1)
    with Store.open(tmp_path, name="lockerd.example/rl-07", random=seeded(1)) as store:
        data = dump(fold(store, tmp_path / SNAPSHOTS))
        write_snapshot(tmp_path / SNAPSHOTS, store.size, data)
        digest = hashlib.sha256(data).hexdigest()
        seal = ev.StateSnapshot(sha256=digest, size=len(data), rules=RULES)
        store.append([seal], store.entry(store.size - 1).now)
        patrol = Patrol(store, tmp_path, lambda: 0)
        while not patrol.mark or not patrol.mark.ended:
            assert patrol.slice(START_MS) is None
    made = [*(tmp_path / SNAPSHOTS).glob("*.json"), tmp_path / WATERMARK]
    assert len(made) > 1 and b"lease" in data
    assert [one.name for one in made if not hints.names_nobody(one, tmp_path)] == []
