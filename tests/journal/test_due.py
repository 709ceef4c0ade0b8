"""Whose names are due by date: a doubt about the clock keeps them."""

from __future__ import annotations

from pathlib import Path

import pytest
from journal_kit import moment, started

from lockerd.core import events as ev
from lockerd.journal.due import due
from lockerd.journal.reader import Reader

PROFILE = "documents"


def ordered(ho: str, profile: str = PROFILE) -> ev.HandoverOrdered:
    return ev.HandoverOrdered(
        ho=ho, profile=profile, size="S", opens=1, closes=2, recipient_no=ho, item_no=ho
    )


def cancelled(ho: str) -> ev.HandoverCancelled:
    return ev.HandoverCancelled(ho=ho, reason="r")


def test_only_what_ended_before_is_due(tmp_path: Path) -> None:
    at = moment(100, hi=True).hi
    assert at is not None
    with started(tmp_path) as store:
        for ho, profile in (("aa", PROFILE), ("bb", PROFILE), ("cc", "keys"), ("dd", PROFILE)):
            store.append([ordered(ho, profile)], moment(1, hi=True))
        store.append([cancelled("aa")], moment(100, hi=True))
        store.append([cancelled("cc")], moment(100, hi=True))
        store.append([cancelled("bb")], moment(101, hi=True))
    assert due(tmp_path, {PROFILE: at}) == ()
    assert due(tmp_path, {PROFILE: at + 1}) == ("aa",)
    assert due(tmp_path, {PROFILE: at + 5_000}) == ("aa", "bb")
    assert due(tmp_path, {PROFILE: at + 1, "keys": at + 1}) == ("aa", "cc")
    assert due(tmp_path, {}) == ()


def test_an_end_that_nothing_bounded_may_have_been_as_late_as_the_next_that_was(
    tmp_path: Path,
) -> None:
    late = moment(500, hi=True).hi
    assert late is not None
    with started(tmp_path) as store:
        store.append([ordered("aa")], moment(1))
        store.append([cancelled("aa")], moment(2))
        store.append([ordered("bb")], moment(3))
    assert due(tmp_path, {PROFILE: late * 2}) == (), "nobody knows when that was"
    with started(tmp_path / "again") as store:
        store.append([ordered("aa")], moment(1))
        store.append([cancelled("aa")], moment(2))
        store.append([ordered("bb")], moment(500, hi=True))
    assert due(tmp_path / "again", {PROFILE: late}) == ()
    assert due(tmp_path / "again", {PROFILE: late + 1}) == ("aa",)


def test_no_entry_is_read_twice_where_nothing_ever_bounded_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with started(tmp_path) as store:
        for number in range(20):
            store.append([ordered(f"{number:02}"), cancelled(f"{number:02}")], moment(number))
    read: list[int] = []
    entry = Reader.entry

    def counted(journal: Reader, idx: int) -> object:
        read.append(idx)
        return entry(journal, idx)

    monkeypatch.setattr(Reader, "entry", counted)
    assert due(tmp_path, {PROFILE: 1 << 50}) == ()
    assert len(read) == len(set(read)) >= 40
