"""The background check: what it covers, how it goes on, how it is paced, and what it finds."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from journal_kit import again, filled, large, moment, samples, started

from lockerd.core import events as ev
from lockerd.journal import leaf as lf
from lockerd.journal import patrol as pt
from lockerd.journal import tlog

NOW = 1_800_000_000_000


def ticking(step_us: int = 100) -> Callable[[], int]:
    """A clock that goes on by `step_us` whenever it is read."""
    numbers = count(0, step_us)
    return lambda: next(numbers)


def rounds(patrol: pt.Patrol, now_ms: int = NOW, most: int = 100_000) -> str | None:
    """Slices until a round has ended or something was found."""
    for _ in range(most):
        found = patrol.slice(now_ms)
        if found is not None:
            return found
        if patrol.mark is not None and patrol.mark.ended >= now_ms:
            return None
    raise AssertionError("the patrol does not come to an end")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("patrol") / "s"
    large(directory, 900).close()
    return directory


@pytest.fixture
def state(original: Path, tmp_path: Path) -> Path:
    shutil.copytree(original, tmp_path / "s")
    return tmp_path / "s"


def opened(state: Path) -> Iterator[sqlite3.Connection]:
    """The database as somebody else may write it."""
    db = sqlite3.connect(state / "journal.db", isolation_level=None)
    for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type='trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    yield db
    db.close()


def edit(state: Path, sql: str, *values: object) -> None:
    for db in opened(state):
        db.execute(sql, values)


def test_a_whole_journal_is_walked_and_remembered(state: Path) -> None:
    with again(state) as store:
        patrol = pt.Patrol(store, state, ticking())
        assert patrol.mark is None and patrol.wait_ms(NOW) == pt.PACE_MS
        assert rounds(patrol) is None
        mark = patrol.mark
        assert mark is not None and (mark.offset, mark.size, mark.ended) == (900, 900, NOW)
        assert pt.parse_mark((state / pt.WATERMARK).read_bytes(), store.origin) == mark
        # A day later it sets out again, over what came meanwhile too.
        assert patrol.wait_ms(NOW + 60_000) == pt.AGAIN_MS - 60_000
        assert patrol.slice(NOW + 60_000) is None and patrol.mark == mark
        source = samples(7)
        store.append([next(source) for _ in range(9)], moment(store.size))
        assert rounds(patrol, NOW + pt.AGAIN_MS) is None
        assert patrol.mark is not None and patrol.mark.offset == 909


def test_a_slice_ends_when_its_time_is_over(state: Path) -> None:
    with again(state) as store:
        patrol = pt.Patrol(store, state, ticking(pt.SLICE_US // 4))
        patrol.slice(NOW)
        patrol.slice(NOW)
        assert patrol.mark is not None and 0 < patrol.mark.offset <= 4 * pt.CHUNK
        assert patrol.wait_ms(NOW) == pt.PACE_MS


def test_a_restart_goes_on_where_it_was(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pt, "SAVE_EVERY", 2 * pt.CHUNK)
    walked: list[int] = []
    real = pt.Patrol._leaf

    def leaf(self: pt.Patrol, idx: int, data: bytes, shown: list[tuple[object, object]]) -> None:
        walked.append(idx)
        real(self, idx, data, shown)

    monkeypatch.setattr(pt.Patrol, "_leaf", leaf)
    with again(state) as store:
        patrol = pt.Patrol(store, state, ticking())
        while patrol.mark is None or patrol.mark.offset < 400:
            assert patrol.slice(NOW) is None
    stood = max(walked)
    walked.clear()
    with again(state) as store:
        assert rounds(pt.Patrol(store, state, ticking())) is None
    assert stood - 2 * pt.CHUNK <= walked[0] <= stood + 1
    assert walked == list(range(walked[0], 900))


def test_an_empty_and_a_short_journal_are_whole(tmp_path: Path) -> None:
    for size in (1, 2, pt.CHUNK, pt.CHUNK + 1):
        with filled(tmp_path / str(size), size) as store:
            assert rounds(pt.Patrol(store, tmp_path / str(size), ticking())) is None


FAULTS: tuple[tuple[str, str, int], ...] = (
    ("UPDATE entry SET leaf=zeroblob(300) WHERE idx=?", "entry 577 is not what its hash says", 577),
    ("UPDATE entry SET leaf_hash=zeroblob(32) WHERE idx=?", "entry 577", 577),
    ("DELETE FROM entry WHERE idx=?", "entry 577 is missing", 577),
    ("UPDATE subtree SET hash=zeroblob(32) WHERE level=8 AND n=?", "hash 1 of level 8", 1),
    ("DELETE FROM subtree WHERE level=8 AND n=?", "level 8", 1),
    ("UPDATE disclosure SET disclosure='e30' WHERE idx=?", "name beside it was changed", 0),
    ("UPDATE disclosure SET idx=idx+1 WHERE idx=?", "name beside it was changed", 0),
)


@pytest.mark.parametrize(("sql", "said", "place"), FAULTS, ids=[one[0][:40] for one in FAULTS])
def test_what_was_changed_is_found_with_its_place(
    state: Path, sql: str, said: str, place: int
) -> None:
    with again(state) as store:
        named = next(n for n in range(577, 900) if store.disclosures(n))
        patrol = pt.Patrol(store, state, ticking())
        edit(state, sql, place or named)
        found = rounds(patrol)
        assert found is not None and said in found and ";" in found
        # It says so once, and again after the next start.
        assert patrol.wait_ms(NOW) is None
        again_found = rounds(pt.Patrol(store, state, ticking()))
        assert again_found == found


def rebuilt(db: sqlite3.Connection, idx: int, pick: random.Random) -> None:
    """Another leaf at `idx`, with every hash that follows from it, as one without the key can."""
    old = json.loads(db.execute("SELECT leaf FROM entry WHERE idx=?", (idx,)).fetchone()[0])
    old["up_ms"] += pick.randrange(1, 1000)
    leaf = json.dumps(old, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    db.execute("UPDATE entry SET leaf=? WHERE idx=?", (leaf, idx))
    frontier = tlog.Frontier()
    db.execute("DELETE FROM subtree")
    for at, each in db.execute("SELECT idx, leaf FROM entry ORDER BY idx").fetchall():
        hashed = tlog.leaf_hash(each)
        db.execute("UPDATE entry SET leaf_hash=? WHERE idx=?", (hashed, at))
        for node in frontier.append(hashed):
            db.execute("INSERT INTO subtree VALUES(?,?,?)", node)


@pytest.mark.parametrize("seed", range(6))
def test_a_rebuilt_tree_does_not_fit_its_head(state: Path, seed: int) -> None:
    """Every stored hash fits; the seal does not, and neither does what was remembered."""
    print("seed", seed)
    pick = random.Random(seed)
    with again(state) as store:
        patrol, fresh = pt.Patrol(store, state, ticking()), pt.Patrol(store, state, ticking())
        while patrol.mark is None or not patrol.mark.offset:
            patrol.slice(NOW)
        idx = pick.randrange(900)
        for db in opened(state):
            rebuilt(db, idx, pick)
        for one in (patrol, fresh):
            behind = one.mark is not None and idx < one.mark.offset
            found = rounds(one)
            if behind:  # changed after it was walked over: the next round finds it
                assert found is None
                found = rounds(one, NOW + pt.AGAIN_MS)
            words = ("seal", "their head", "here once")
            assert found is not None and any(one in found for one in words)


def test_what_was_verified_and_is_no_more_is_found(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pt, "SAVE_EVERY", 2 * pt.CHUNK)
    with again(state) as store:
        patrol = pt.Patrol(store, state, ticking())
        while patrol.mark is None or patrol.mark.offset < 400:
            patrol.slice(NOW)
        file = state / pt.WATERMARK
        good = json.loads(file.read_text())
        for change, said in (
            ({"size": 950}, "cut back"),
            ({"root": "00" * 32}, "not those that were here once"),
            ({"peaks": ["00" * 32] * len(good["peaks"])}, "changed since it was verified"),
        ):
            file.write_text(json.dumps({**good, **change}))
            found = rounds(pt.Patrol(store, state, ticking()))
            assert found is not None and said in found
        file.write_text(json.dumps(good))
        assert rounds(pt.Patrol(store, state, ticking())) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", '{"v":1}', "x" * 99_999, "\x00"])
def test_a_damaged_mark_counts_as_none(state: Path, text: str) -> None:
    (state / pt.WATERMARK).write_text(text)
    with again(state) as store:
        patrol = pt.Patrol(store, state, ticking())
        assert patrol.slice(NOW) is None
        assert patrol.mark is not None and patrol.mark.offset == 0
        assert rounds(patrol) is None


@given(
    st.dictionaries(
        st.sampled_from(["origin", "size", "root", "offset", "peaks", "ended", "more"]),
        st.none() | st.integers() | st.text(max_size=70) | st.lists(st.text(max_size=64)),
    )
)
def test_no_mark_is_read_that_was_not_written(raw: dict[str, object]) -> None:
    mark = pt.parse_mark(json.dumps(raw).encode(), str(raw.get("origin")))
    if mark is not None:
        assert pt.parse_mark(mark.text.encode(), mark.origin) == mark


def test_a_mark_of_another_log_counts_as_none(state: Path) -> None:
    with again(state) as store:
        assert rounds(pt.Patrol(store, state, ticking())) is None
        data = (state / pt.WATERMARK).read_bytes()
        assert pt.parse_mark(data, store.origin) is not None
        assert pt.parse_mark(data, "lockerd.example/rl08/1") is None


def test_a_mark_that_cannot_be_kept_is_no_trouble(state: Path) -> None:
    (state / pt.WATERMARK).mkdir()
    with again(state) as store:
        assert rounds(pt.Patrol(store, state, ticking())) is None


def test_a_leaf_that_belongs_elsewhere_is_found(tmp_path: Path) -> None:
    """Sealed by the genuine key and hashed right, but not what this place may hold."""
    store = started(tmp_path / "s")
    made = lf.make(ev.DoorClosed(unit="A1"), moment(1), 7, random.Random(1).randbytes)
    real = lf.make

    def wrong(event: ev.Event, now: object, idx: int, rand: object) -> lf.Made:
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lf, "make", wrong)
        store.append([ev.DoorClosed(unit="A1")], moment(1))
    assert lf.make is real
    found = rounds(pt.Patrol(store, tmp_path / "s", ticking()))
    assert found is not None and "entry 1 belongs elsewhere" in found
    store.close()


def test_a_file_that_cannot_be_read_is_said_and_not_raised(state: Path) -> None:
    with again(state) as store:
        patrol = pt.Patrol(store, state, ticking())
        patrol.slice(NOW)
        store._db.execute("PRAGMA writable_schema=ON")
        edit(state, "DROP TABLE disclosure")
        found = rounds(patrol)
        assert found is not None and "journal.db" in found


def test_the_store_goes_on_while_it_is_walked(state: Path) -> None:
    with again(state) as store:
        patrol, source = pt.Patrol(store, state, ticking()), samples(3)
        for _ in range(200):
            if patrol.mark is not None and patrol.mark.ended:
                break
            assert patrol.slice(NOW) is None
            store.append([next(source)], moment(store.size))
            if store.size % 7 == 0:
                assert store.fold()
        assert patrol.mark is not None and patrol.mark.ended
