"""Snapshots: sealed ones spare the history, others are not believed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from house_bench import Bench

from lockerd import upkeep
from lockerd.core import messages as msg
from lockerd.core.site import Site
from lockerd.core.snapshot import dump
from lockerd.house import MEND_MS
from lockerd.journal import leaf as lf
from lockerd.journal.reader import Reader
from lockerd.journal.snapshots import KEPT, SNAPSHOTS, fold


class Counting:
    """A reader that counts which entries it was asked for."""

    def __init__(self, journal: Reader) -> None:
        self._journal = journal
        self.read = 0

    @property
    def size(self) -> int:
        return self._journal.size

    def entry(self, idx: int) -> lf.Leaf:
        return self._journal.entry(idx)

    def entries(self, start: int = 0) -> Iterator[lf.Leaf]:
        for one in self._journal.entries(start):
            self.read += 1
            yield one


@pytest.fixture
def folded(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory whose snapshots are close to each other."""
    monkeypatch.setattr(upkeep, "SNAPSHOT_EVERY", 8)
    bench = Bench(site, tmp_path / "folded")
    bench.start()
    for _ in range(3):
        _, pin = bench.deposit()
        bench.hands.collect(pin)
        bench.hands.home()
        bench.stage.run_for(60_000)  # a door that moves more than six times a minute is suspect
    bench.stage.world.stop()
    return bench.state


def _fold(state: Path, snapshots: str = SNAPSHOTS) -> tuple[bytes, int, int]:
    """The state of a journal as bytes, how many entries were read for it, how many there are."""
    with Reader.read(state) as journal:
        counting: Any = Counting(journal)
        made = dump(fold(counting, state / snapshots))
        return made, counting.read, journal.size


def _snapshots(state: Path) -> list[Path]:
    return sorted((state / SNAPSHOTS).iterdir(), key=lambda one: int(one.stem))


def test_a_sealed_snapshot_spares_the_history(folded: Path) -> None:
    plain, read, size = _fold(folded, "none")
    assert read == size
    helped, read, _ = _fold(folded)
    assert helped == plain and read < 16 < size
    assert len(_snapshots(folded)) == KEPT


@pytest.mark.parametrize(
    "what", ["changed", "cut", "empty", "a directory", "of the future", "gone"]
)
def test_a_snapshot_that_does_not_fit_is_not_believed(what: str, folded: Path) -> None:
    """Then the one before, and else every entry is read; the state is the same."""
    plain, _, size = _fold(folded, "none")
    for file in _snapshots(folded):
        data = file.read_bytes()
        if what == "changed":
            file.write_bytes(data.replace(b'"serving"', b'"retired"'))
        elif what == "cut":
            file.write_bytes(data[:-1])
        elif what == "empty":
            file.write_bytes(b"")
        elif what == "of the future":
            file.rename(file.with_name(f"{size + 8}.json"))
        else:
            file.unlink()
            if what == "a directory":
                file.mkdir()
    helped, read, _ = _fold(folded)
    assert helped == plain and read == size


def test_the_older_snapshot_stands_in_for_a_damaged_newer_one(folded: Path) -> None:
    plain, _, size = _fold(folded, "none")
    _snapshots(folded)[-1].write_bytes(b"{}")
    helped, read, _ = _fold(folded)
    assert helped == plain and read < size


def test_no_snapshot_is_taken_while_a_door_is_given_to_somebody(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "SNAPSHOT_EVERY", 2)
    bench = Bench(site, tmp_path / "state")
    bench.start()
    ho = bench.hands.order("A person", "A thing", profile=site.profiles[0].name)
    bench.hands.sign_in("2")
    before = bench.types.count("state.snapshot")
    unit = bench.hands.start_deposit(ho)
    assert bench.types.count("state.snapshot") == before
    bench.hands.close(unit)
    bench.hands.press("confirm")
    assert bench.types.count("state.snapshot") > before
    bench.stage.world.stop()


def test_a_snapshot_that_cannot_be_written_latches_with_the_remedy(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(site, tmp_path / "state")
    bench.start()
    monkeypatch.setattr(upkeep, "SNAPSHOT_EVERY", 1)
    (bench.state / SNAPSHOTS).write_text("in the way")
    bench.house.take(msg.RetireDoor(bench.hands.actor("1"), "9", "a reason"))
    assert bench.fault() and "check the disk" in bench.fault()
    (bench.state / SNAPSHOTS).unlink()
    bench.stage.run_for(MEND_MS)
    assert not bench.fault()
    assert "door.retired" in bench.types
    bench.stage.world.stop()
