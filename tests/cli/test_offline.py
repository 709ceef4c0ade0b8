"""Without a daemon: what reads is answered from the database, what acts says that it cannot."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.desk_room import DeskRoom, Ran

READS = (
    ("handover", "list"),
    ("queue", "list"),
    ("staff", "list"),
    ("journal", "tail", "-n", "500"),
    ("journal", "search", "--type", "deposit."),
)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    """A cabinet with a history; its socket is gone when `shut` has run."""
    made = DeskRoom(tmp_path / "state")
    made.deposit(made.order("Bo"))
    yield made
    made.close()


def shut(room: DeskRoom) -> None:
    room.server.stop()
    room.stage.world.stop()


def untimed(ran: Ran) -> list[dict[str, object]]:
    """Rows without what only a running daemon knows."""
    return [
        {k: v for k, v in one.items() if k not in ("age_s", "at") and v is not None}
        for one in ran.rows
    ]


def test_readings_are_the_same_without_a_daemon(room: DeskRoom) -> None:
    ho = room.collected()
    live = {words: untimed(room.ctl(*words, "--json")) for words in READS}
    told = room.ctl("timeline", ho).out
    room.server.stop()  # as if the daemon had been killed: its last entry is the same
    for words in READS:
        assert untimed(room.ctl(*words, "--json")) == live[words], words
    ran = room.ctl("timeline", ho)
    assert (ran.code, ran.out) == (0, told)
    assert "this is what its database says, times in UTC" in ran.err


def test_status_says_that_no_daemon_runs(room: DeskRoom) -> None:
    shut(room)
    ran = room.ctl("status")
    assert ran.code == 0 and "no daemon runs" in ran.out and "acting as" not in ran.out
    assert room.ctl("status", "--json").one["running"] is False


def test_a_reading_that_finds_nothing_is_refused_the_same(room: DeskRoom) -> None:
    shut(room)
    for words, code in (
        (("handover", "show", "abcd"), 1),
        (("handover", "show", "nonsense"), 2),
        (("receipt", "show", "abcd"), 1),
    ):
        ran = room.ctl(*words)
        assert ran.code == code and ran.err.splitlines()[-1].startswith("lockerctl: ")


def test_an_act_needs_the_daemon(room: DeskRoom, tmp_path: Path) -> None:
    shut(room)
    before = (room.state_dir / "journal.db").read_bytes()
    for words in (
        ("handover", "create", "--recipient", "A", "--item", "B"),
        ("queue", "ack", "x"),
        ("door", "test", "1"),
        ("cabinet", "back"),
        ("sim", "push", "1"),
        ("sim", "phone"),
        ("staff", "badge", "1", "--out", str(tmp_path / "b.png")),
        ("screenshot", "--out", str(tmp_path / "s.png")),
    ):
        ran = room.ctl(*words)
        assert (ran.code, ran.out) == (3, ""), (words, ran)
        assert "no daemon runs on" in ran.err
    assert (room.state_dir / "journal.db").read_bytes() == before
    assert not list(tmp_path.glob("*.png"))


def test_a_state_directory_without_a_journal(room: DeskRoom, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    ran = room.ctl("status", "--state", str(nowhere))
    assert (ran.code, ran.out) == (3, "") and "there is no journal there either" in ran.err
    assert not nowhere.exists()


def test_a_database_of_something_else(room: DeskRoom, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "journal.db").write_bytes(b"not a database, not at all" * 100)
    ran = room.ctl("status", "--state", str(other))
    assert (ran.code, ran.out) == (1, "") and "Traceback" not in ran.err


def test_a_copy_is_read_without_keys_and_left_alone(room: DeskRoom, tmp_path: Path) -> None:
    shut(room)
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(room.state_dir / "journal.db", copy)
    assert room.ctl("handover", "list", "--state", str(copy), "--json").one["recipient"] == "Bo"
    assert [one.name for one in copy.iterdir()] == ["journal.db"]


def test_an_impossible_history_is_said(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    from lockerd.cli import offline
    from lockerd.journal.errors import JournalDamaged

    def impossible(*_: object) -> None:
        raise JournalDamaged("entry 7: it cannot follow; keep a copy")

    shut(room)
    monkeypatch.setattr(offline, "fold", impossible)
    ran = room.ctl("handover", "list")
    assert (ran.code, ran.out) == (1, "") and "entry 7" in ran.err
    assert room.ctl("journal", "tail").code == 0, "lines can be read without a fold"
