"""Room ahead of the log's end: there before it is needed, invisible to SQLite, cut by a fold."""

from __future__ import annotations

import os
import sqlite3
from itertools import pairwise
from pathlib import Path

import pytest
from journal_kit import again, moment, started

from lockerd.core import events as ev
from lockerd.journal import ahead
from lockerd.journal.ahead import MARGIN, STEP, Ahead
from lockerd.journal.store import LOOK_EVERY

PAGE = 4096
CLOSED = ev.DoorClosed(unit="A1")


def _log(path: Path) -> Path:
    return path / "journal.db-wal"


def _written(path: Path) -> int:
    return len(_log(path).read_bytes().rstrip(b"\0"))


def test_most_commits_do_not_lengthen_the_log(tmp_path: Path) -> None:
    lengths = []
    with started(tmp_path) as store:
        for step in range(100):
            store.append([CLOSED], moment(step))
            lengths.append(_log(tmp_path).stat().st_size)
            if step < LOOK_EVERY:
                continue  # the log began with the first, and was not looked at since
            assert lengths[-1] - _written(tmp_path) >= MARGIN - LOOK_EVERY * 2 * (PAGE + 24) > 0
    grown = sum(b > a for a, b in pairwise(lengths))
    assert 0 < grown <= LOOK_EVERY + 100 * 2 * (PAGE + 24) // STEP


def test_without_it_every_commit_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ahead, "make", lambda self, length: None)
    lengths = []
    with started(tmp_path) as store:
        for step in range(20):
            store.append([CLOSED], moment(step))
            lengths.append(_log(tmp_path).stat().st_size)
    assert all(b > a for a, b in pairwise(lengths))


def test_another_reader_sees_the_same(tmp_path: Path) -> None:
    with started(tmp_path) as store:
        for step in range(70):
            store.append([CLOSED], moment(step))
            with sqlite3.connect(f"file:{store.path}?mode=ro", uri=True) as other:
                assert other.execute("SELECT count(*) FROM entry").fetchone() == (store.size,)


def test_a_log_that_a_cut_left_is_read_to_its_last_frame(tmp_path: Path) -> None:
    with started(tmp_path / "live") as store:
        for step in range(50):
            store.append([CLOSED], moment(step))
        size, found = store.size, tmp_path / "found"
        for one in (tmp_path / "live").rglob("*"):
            if one.is_file() and not one.name.endswith("-shm"):
                copy = found / one.relative_to(tmp_path / "live")
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(one.read_bytes())
    for one in [tmp_path / "live", *(tmp_path / "live").rglob("*")]:
        there = found / one.relative_to(tmp_path / "live")
        there.chmod(one.stat().st_mode & 0o777)
    assert _log(found).read_bytes()[-MARGIN // 2 :] == bytes(MARGIN // 2)
    with again(found) as store:
        assert store.size == size
        assert store.append([CLOSED], moment(60)) == size


def test_a_fold_cuts_it_and_begins_it_anew(tmp_path: Path) -> None:
    with started(tmp_path) as store:
        for step in range(100):
            store.append([CLOSED], moment(step))
        assert _log(tmp_path).stat().st_size > 2 * STEP
        assert store.fold()
        assert _log(tmp_path).stat().st_size <= 2 * (PAGE + 56) + STEP


def test_frames_of_an_earlier_log_are_not_taken_for_this_ones(tmp_path: Path) -> None:
    """Else each commit would add room until the log is folded."""
    log = tmp_path / "log"
    salts, old = b"saltsalt", b"oldsalts"
    log.write_bytes(bytes(16) + salts + bytes(8))
    room = Ahead(str(log), PAGE)
    room.make(32)
    length = log.stat().st_size
    mark = 32 + (length - MARGIN - 32) // (PAGE + 24) * (PAGE + 24)
    for written, grows in ((bytes(8), False), (old, False), (salts, True)):
        with log.open("r+b") as file:
            file.seek(mark + 8)
            file.write(written)
        room.make(length)
        assert (log.stat().st_size > length) is grows
    room.close()
    room.close()


def test_no_room_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = []

    def full(fd: int, data: bytes, at: int) -> int:
        refused.append(at)
        raise OSError(28, "No space left on device")

    with started(tmp_path) as store:
        length = _log(tmp_path).stat().st_size
        while _written(tmp_path) < length - MARGIN + PAGE:
            store.append([CLOSED], moment(1))
        monkeypatch.setattr(os, "pwrite", full)
        for step in range(20):
            store.append([CLOSED], moment(2 + step))
        assert refused
        monkeypatch.undo()
        for step in range(LOOK_EVERY):
            store.append([CLOSED], moment(30 + step))
        assert _log(tmp_path).stat().st_size >= _written(tmp_path) + MARGIN
        size = store.size
    with again(tmp_path) as store:
        assert store.size == size


def test_a_store_without_a_log_makes_none(tmp_path: Path) -> None:
    room = Ahead(str(tmp_path / "none"), PAGE)
    room.make(0)
    assert not (tmp_path / "none").exists()
    assert ahead.STEP % PAGE == 0
    room.close()
