"""Searching: what fits is found, and only what was sealed is shown."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from journal_kit import filled

from lockerd.core import events as ev
from lockerd.journal.errors import JournalDamaged
from lockerd.journal.reader import Reader
from lockerd.journal.search import Wanted, search
from lockerd.journal.store import Store

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with filled(tmp_path_factory.mktemp("search"), 200) as store:
        yield store


def found(journal: Reader, wanted: Wanted, **limits: int) -> list[int]:
    return [one.idx for one in search(journal, wanted, **limits)]


def test_nothing_wanted_is_everything(journal: Store) -> None:
    assert found(journal, Wanted()) == list(range(200))
    assert found(journal, Wanted(), start=190, count=5) == list(range(190, 195))


def test_each_field_narrows(journal: Store) -> None:
    entries = list(journal.entries())
    ho, unit = entries[40].event.ho, entries[42].event.unit
    cases: tuple[tuple[Wanted, Callable[[ev.Event], bool]], ...] = (
        (Wanted(kind="deposit.closed"), lambda e: e.TYPE == "deposit.closed"),
        (Wanted(kind="deposit.*"), lambda e: e.TYPE.startswith("deposit.")),
        (Wanted(ho=ho), lambda e: e.ho == ho),
        (Wanted(unit=unit), lambda e: e.unit == unit),
        (Wanted(actor="3"), lambda e: e.actor.id == "3"),
        (Wanted(kind="deposit.*", ho=ho), lambda e: e.TYPE.startswith("deposit.") and e.ho == ho),
    )
    for wanted, fits in cases:
        expected = [one.idx for one in entries if fits(one.event)]
        assert found(journal, wanted) == expected and expected


def test_a_word_is_found_in_what_was_disclosed(journal: Store) -> None:
    value = journal.disclosed(1)["recipient"]
    assert 1 in found(journal, Wanted(word=value.upper()))
    assert found(journal, Wanted(word="passport")) == [
        one.idx for one in journal.entries() if isinstance(one.event, ev.HandoverOrdered)
    ]
    assert found(journal, Wanted(word="nobody")) == []


def test_a_word_is_no_pattern(journal: Store) -> None:
    for word in ("%", "_", "' OR 1=1 --", "*"):
        assert found(journal, Wanted(word=word)) == []
        assert found(journal, Wanted(ho=word)) == []


def test_only_what_was_sealed_is_shown(tmp_path: Path) -> None:
    with filled(tmp_path, 30) as store:
        for name in ("entry_update", "entry_delete"):
            store.connection.execute(f"DROP TRIGGER {name}")
        sql = "UPDATE entry SET leaf=(SELECT leaf FROM entry WHERE idx=4) WHERE idx=9"
        store.connection.execute(sql)
        with pytest.raises(JournalDamaged, match="entry 9"):
            found(store, Wanted())


def test_a_leaf_that_is_no_json_is_named(tmp_path: Path) -> None:
    with filled(tmp_path, 30) as store:
        store.connection.execute("DROP TRIGGER entry_update")
        store.connection.execute("UPDATE entry SET leaf=x'ff' WHERE idx=9")
        with pytest.raises(JournalDamaged):
            found(store, Wanted(kind="door.closed"))


def test_the_daemon_does_not_pay_for_it() -> None:
    script = (
        "import sys, lockerd.journal.store, lockerd.journal.search, lockerd.journal.verify\n"
        "import lockerd.journal.proof, lockerd.journal.export\n"
        "heavy = {'sqlite_utils', 'click', 'dateutil', 'asyncio', 'ssl', 'email'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"
