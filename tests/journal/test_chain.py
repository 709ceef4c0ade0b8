"""Three epochs: each is judged by the head that the next one names, as far back as it is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from restore_kit import OPERATOR, Cabinet, chance, later

from lockerd.core import messages as msg
from lockerd.core.events import LogGenesis
from lockerd.core.replay import replay
from lockerd.journal.chain import First, Link, walk
from lockerd.journal.export import export
from lockerd.journal.keep import keep
from lockerd.journal.reader import Reader
from lockerd.journal.recover import recover
from lockerd.journal.restore import Order, restore
from lockerd.journal.source import Kind
from lockerd.journal.verify import verify


class Three(NamedTuple):
    """The third epoch's card, and what is left of the two before it."""

    card: Path
    first: Path
    second: Path
    keys: dict[int, str]

    def keeps(self, epoch: int) -> Path:
        source = self.first if epoch == 1 else self.second
        key = self.keys[epoch]
        return keep(source, recover(source, key), key, self.card)

    def judged(self, path: Path | None = None) -> list[Link]:
        seen = First(replay)
        where = self.card if path is None else path
        with Reader.read(where) as journal:
            vkey = journal.vkey
        assert verify(where, vkey, replay=seen).good
        return list(walk(where, seen.genesis, replay))


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    old = Cabinet(tmp_path)
    first, second = tmp_path / "first", tmp_path / "second"
    export(old.stage.house.journal, first)
    old.die()
    two = tmp_path / "two"
    middle = old.restored(first, two)
    stage = old.again(two)
    stage.house.take(msg.Resolve(OPERATOR, "epoch:cabinet", "all looked at"))
    export(stage.house.journal, second)
    stage.world.stop()
    three = tmp_path / "three"
    found = recover(second, middle.vkey)
    order = Order(by="1", reason="it died again")
    restore(found, three, order, later(found.last), chance(3), "0.1.0")
    yield Three(three, first, second, {1: old.vkey, 2: middle.vkey})


def told(links: list[Link]) -> list[tuple[str, str | None]]:
    return [
        (one.origin.rpartition("/")[2], None if one.verdict is None else str(one.verdict.kind))
        for one in links
    ]


GOOD = str(Kind.VERIFIED_UNWITNESSED)


def test_as_far_back_as_it_is_kept(three: Three) -> None:
    assert told(three.judged()) == [("2", None)]
    three.keeps(2)
    assert told(three.judged()) == [("2", GOOD), ("1", None)]
    three.keeps(1)
    links = three.judged()
    assert told(links) == [("2", GOOD), ("1", GOOD)] and all(one.good for one in links)
    assert ["died again" in one.why for one in links] == [True, False]
    assert told(three.judged(three.card / "epochs" / "2")) == [("1", GOOD)]


def test_a_first_epoch_goes_on_from_nothing(three: Three) -> None:
    three.keeps(2)
    three.keeps(1)
    assert three.judged(three.card / "epochs" / "1") == []


def test_a_damaged_link_ends_the_walk(three: Three) -> None:
    """What lies before it was named by something that does not hold."""
    three.keeps(2)
    three.keeps(1)
    path = three.card / "epochs" / "2" / "journal.db"
    data = bytearray(path.read_bytes())
    at = data.rfind(b"all looked at")
    data[at : at + 3] = b"not"
    path.write_bytes(data)
    (link,) = three.judged()
    assert link.verdict is not None and link.verdict.kind is Kind.INVALID and not link.good


def test_names_lost_with_a_card_are_said_and_are_no_fault(three: Three) -> None:
    path = three.keeps(2)
    db = sqlite3.connect(path)
    db.execute("DELETE FROM disclosure WHERE idx=(SELECT min(idx) FROM disclosure)")
    db.commit()
    db.close()
    link, before = three.judged()
    assert link.verdict is not None and link.verdict.kind is Kind.INCOMPLETE and link.good
    assert "disclosures are missing" in link.verdict.what and before.verdict is None


def test_epochs_are_kept_in_any_order_that_connects(three: Three) -> None:
    with pytest.raises(Exception, match="no record here goes on from"):
        three.keeps(1)
    three.keeps(2)
    assert three.keeps(1).exists()


@pytest.mark.parametrize(
    "claim",
    [
        {"previous_size": 0},
        {"previous": "fleet/RL07/3"},
        {"previous": "fleet/RL07/4"},
        {"previous": "fleet/OTHER/2"},
        {"previous": "fleet/RL07/.."},
        {"previous": "../../2"},
    ],
)
def test_a_record_that_goes_on_from_itself_or_from_elsewhere_ends_the_walk(
    tmp_path: Path, claim: dict[str, object]
) -> None:
    """Whoever wrote it had a key: the walk must end and must look into no other place."""
    genesis = LogGenesis(
        origin="fleet/RL07/3", vkey="v", mode="run", software="1", config="", rules=1, kdf_n=2,
        why="x", previous="fleet/RL07/2", previous_size=7, previous_root="",
    )  # fmt: skip
    (link,) = walk(tmp_path, genesis.but(**claim), replay)
    assert link.verdict is not None and link.verdict.kind is Kind.INVALID and not link.good
    (twin,) = walk(tmp_path, genesis, replay)
    assert twin.verdict is None, "the twin is only not kept"
