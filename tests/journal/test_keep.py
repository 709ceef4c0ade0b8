"""The record before, kept beside the new one: from a copy, an export, a card; what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from restore_kit import OPERATOR, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.replay import replay
from lockerd.journal.casefile import Wanted, collect
from lockerd.journal.erase import journals
from lockerd.journal.export import export
from lockerd.journal.keep import keep
from lockerd.journal.reader import Reader
from lockerd.journal.recover import NotRestorable, recover
from lockerd.journal.verify import verify


def source_of(old: Cabinet, kind: str) -> Path:
    """The old record in one of its forms; afterwards the card is dead."""
    place = old.room / "source"
    if kind == "export":
        export(old.stage.house.journal, place)
    elif kind == "card":
        old.cut()
        shutil.copytree(old.card, place)
    else:
        place = old.copy_file
    if kind == "card":
        shutil.rmtree(old.card)
    else:
        old.die()
    return place


def kept(old: Cabinet, source: Path, state: Path) -> Path:
    return keep(source, recover(source, old.vkey), old.vkey, state)


@pytest.mark.parametrize("kind", ["copy", "export", "card"])
def test_it_verifies_and_tells_the_same(tmp_path: Path, kind: str) -> None:
    old = Cabinet(tmp_path)
    before = [one.event.TYPE for one in old.stage.house.journal.entries()]
    source, new = source_of(old, kind), tmp_path / "new"
    old.restored(source, new)
    path = kept(old, source, new)
    assert path == new / "epochs" / "1" / "journal.db" and journals(new)[0] == path
    verdict = verify(path.parent, old.vkey, replay=replay, every_seal=kind != "export")
    assert verdict.good or (kind == "copy" and "disclosures are missing" in verdict.what)
    with Reader.read(path) as journal:
        assert [one.event.TYPE for one in journal.entries()] == before[: journal.size]
        assert journal.frozen and not journal.verifiers()
        names = [journal.disclosed(idx) for idx in range(journal.size)]
    assert any(names) == (kind != "copy"), "a copy has no names"


def test_a_case_reads_across_both(tmp_path: Path) -> None:
    old = Cabinet(tmp_path)
    source, new = source_of(old, "export"), tmp_path / "new"
    old.restored(source, new)
    kept(old, source, new)
    case = collect(new, Wanted(ho=old.placed[0]))
    assert [part.epoch for part in case.parts] == [1, 2]
    kinds = [one.event.TYPE for _, one in case.entries()]
    assert kinds.index("deposit.confirmed") < kinds.index("deposit.carried")


def test_a_longer_record_of_the_same_is_kept_a_shorter_one_is_not(tmp_path: Path) -> None:
    """The old card was read after all: it goes on where the copy had ended."""
    old = Cabinet(tmp_path)
    behind, new = tmp_path / "behind", tmp_path / "new"
    shorter = tmp_path / "shorter"
    export(old.stage.house.journal, shorter)
    old.stage.run_for(60_000)
    old.stage.world.force("5")
    old.stage.run_for(5_000)
    export(old.stage.house.journal, behind)
    old.stage.world.force("7")
    old.stage.run_for(5_000)
    source = source_of(old, "card")
    old.restored(behind, new)
    with pytest.raises(NotRestorable, match="another record"):
        kept(old, shorter, new)
    path = kept(old, source, new)
    with Reader.read(path) as journal, Reader.read(new) as present:
        genesis = present.entry(0).event
        assert isinstance(genesis, ev.LogGenesis)
        assert journal.size > (genesis.previous_size or 0)
    with pytest.raises(NotRestorable, match="holds a record already"):
        kept(old, source, new)


def test_the_record_of_another_cabinet_is_not_kept(tmp_path: Path) -> None:
    old, other = Cabinet(tmp_path / "one"), Cabinet(tmp_path / "two", seed=9)
    ours, theirs = source_of(old, "export"), source_of(other, "export")
    old.restored(ours, tmp_path / "new")
    with pytest.raises(NotRestorable, match="another record"):
        kept(other, theirs, tmp_path / "new")
    assert not (tmp_path / "new" / "epochs").exists()


def test_what_was_erased_since_does_not_come_back(tmp_path: Path) -> None:
    old = Cabinet(tmp_path)
    source, new = source_of(old, "export"), tmp_path / "new"
    old.restored(source, new)
    shown = recover(source, old.vkey)
    place = kept(old, source, new)
    with Reader.read(place) as journal:
        named = next(idx for idx in range(journal.size) if journal.disclosed(idx))
        digests = tuple(journal.entry(named).digests)
    place.unlink()
    stage = old.again(new)
    message = msg.ErasePrivate(OPERATOR, "ho:0", "asked", digests)
    assert stage.house.take(message).declined is None
    stage.world.stop()
    keep(source, shown, old.vkey, new)
    with Reader.read(place) as journal:
        assert not journal.disclosed(named)
        assert any(journal.disclosed(idx) for idx in range(journal.size)), "the rest is there"
