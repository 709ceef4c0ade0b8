"""One history over two epochs: timeline, item, search, case file and verdict, with the boundary."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from epoch_rooms import Lost, look, lost

from support.desk_room import Ran

BOUNDARY = "epoch 2, lockerd.example/rl-07/2: goes on from entry"


@pytest.fixture
def where(tmp_path: Path) -> Iterator[Lost]:
    made = lost(tmp_path)
    yield made
    made.room.close()


@pytest.fixture
def forgotten(tmp_path: Path) -> Iterator[Lost]:
    """The same, and nothing of the old record is kept."""
    made = lost(tmp_path, keeping=False)
    yield made
    made.room.close()


def fine(ran: Ran) -> Ran:
    assert ran.code == 0, ran
    return ran


def adopted(where: Lost) -> None:
    room, unit = where.room, where.units[where.kept]
    look(room, unit)
    fine(room.ctl("adopt", "handover", unit, where.kept))


def test_a_timeline_reads_across_the_boundary(where: Lost) -> None:
    adopted(where)
    told = fine(where.room.ctl("timeline", where.kept)).out.splitlines()
    one = next(n for n, line in enumerate(told) if line.startswith("epoch 1, "))
    two = next(n for n, line in enumerate(told) if line.startswith(BOUNDARY))
    assert one < two and "the card died" in told[two]
    before, after = "\n".join(told[one:two]), "\n".join(told[two:])
    assert "the depositor confirmed" in before and "its codes are dead" in after
    assert "it counts as deposited" in after and "the depositor confirmed" not in after
    rows = fine(where.room.ctl("timeline", where.kept, "--json")).rows
    places = [(row["epoch"], row["index"]) for row in rows]
    assert places == sorted(set(places)) and {epoch for epoch, _ in places} == {1, 2}


def test_what_ended_before_is_found_by_its_short_reference(where: Lost) -> None:
    rows = fine(where.room.ctl("timeline", where.gone, "--json")).rows
    assert {row["epoch"] for row in rows} == {1} and rows[-1]["type"] == "handover.collected"
    short = rows[0]["handover"]
    told = fine(where.room.ctl("timeline", short)).out
    assert "epoch 1, lockerd.example/rl-07/1" in told and BOUNDARY not in told


def test_without_the_old_record_it_says_what_is_missing(forgotten: Lost) -> None:
    ran = fine(forgotten.room.ctl("timeline", forgotten.kept))
    assert "it began in lockerd.example/rl-07/1" in ran.err and "not kept here" in ran.err
    assert "epoch 1" not in ran.out
    assert forgotten.room.ctl("timeline", forgotten.gone).code == 1
    ran = fine(forgotten.room.ctl("journal", "search", "--type", "log.genesis"))
    assert "was not searched" in ran.err


def test_a_search_names_the_epoch_of_what_it_finds(where: Lost) -> None:
    ran = fine(where.room.ctl("journal", "search", "--type", "log.boot"))
    lines = ran.out.splitlines()
    assert lines[0].startswith("epoch 1, ") and any(one.startswith(BOUNDARY) for one in lines)
    rows = fine(where.room.ctl("journal", "search", "--type", "log.boot", "--json")).rows
    assert [row["epoch"] for row in rows] == sorted(row["epoch"] for row in rows)
    assert {row["epoch"] for row in rows} == {1, 2}
    words = fine(where.room.ctl("journal", "search", "--word", "drill", "--json")).rows
    assert {row["epoch"] for row in words} == {1, 2}, "names were carried, and are kept before"
    one = fine(where.room.ctl("journal", "search", "--handover", where.gone, "--json")).rows
    assert {row["epoch"] for row in one} == {1}


def test_a_span_before_now_is_before_the_present(where: Lost) -> None:
    ran = where.room.ctl("journal", "search", "--type", "handover.collected", "--from=-1min")
    assert ran.code == 1 and not ran.out


def test_a_case_is_found_by_its_short_reference_and_spans_both(where: Lost, tmp_path: Path) -> None:
    adopted(where)
    rows = fine(where.room.ctl("timeline", where.gone, "--json")).rows
    out = tmp_path / "case"
    done = fine(where.room.ctl("case", "export", rows[0]["handover"], "--out", str(out)))
    assert "1 handovers" in done.out
    out = tmp_path / "both"
    fine(where.room.ctl("case", "export", where.kept, "--out", str(out)))
    page = (out / "report.html").read_text()
    assert (out / "epoch-1" / "vkey").exists() and "Epoch 1" in page and "Epoch 2" in page
    assert "deposited; not collected" in page and "goes on from lockerd.example/rl-07/1" in page


def test_names_are_erased_in_an_epoch_that_is_kept(where: Lost) -> None:
    def words() -> Ran:
        return where.room.ctl("journal", "search", "--word", "Cem", "--json")

    assert {row["epoch"] for row in fine(words()).rows} == {1}
    fine(where.room.ctl("journal", "erase", "--handover", where.gone, "--basis", "asked"))
    assert words().code == 1
    (before,) = fine(where.room.ctl("journal", "verify", "--json")).one["before"]
    assert before["verdict"] == "VERIFIED_UNWITNESSED"


def test_a_verdict_walks_the_chain(where: Lost) -> None:
    adopted(where)
    where.room.stage.run_for(10_000)
    sent = where.room.stage.world.phone.of(where.kept)
    assert sent is not None
    where.room.hands.collect(sent.pin)
    told = fine(where.room.ctl("journal", "verify"))
    assert "goes on from" in told.out and "the card died" in told.out
    (before,) = fine(where.room.ctl("journal", "verify", "--json")).one["before"]
    assert (before["origin"], before["verdict"]) == (
        "lockerd.example/rl-07/1", "VERIFIED_UNWITNESSED",
    )  # fmt: skip
    assert before["beyond"] == 0 and before["entries"] > 10


def test_a_verdict_says_what_it_could_not_see(forgotten: Lost) -> None:
    told = fine(forgotten.room.ctl("journal", "verify"))
    assert "NOT SEEN" in told.out
    (before,) = fine(forgotten.room.ctl("journal", "verify", "--json")).one["before"]
    assert before["verdict"] is None and before["entries"] > 10


def test_another_record_in_its_place_is_found_out(where: Lost, tmp_path: Path) -> None:
    """It verifies under the key that lies beside it; it is not what this one goes on from."""
    other = lost(tmp_path / "other", seed=7)
    kept = where.room.state_dir / "epochs" / "1"
    theirs = other.room.state_dir / "epochs" / "1"
    for one in kept.iterdir():
        one.unlink()
    for one in theirs.iterdir():
        shutil.copy(one, kept / one.name)
    other.room.close()
    ran = where.room.ctl("journal", "verify", "--json")
    (before,) = ran.one["before"]
    assert ran.code == 1 and before["verdict"] in ("FORK", "TRUNCATED")
    assert ran.one["verdict"] == "VERIFIED_UNWITNESSED", "the present one is as it was"
