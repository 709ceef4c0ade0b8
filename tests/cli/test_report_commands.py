"""`lockerctl report`: what is counted, what is not, and what the files hold."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lockerd.cli import figures as fig
from lockerd.cli.figures import Figures
from lockerd.cli.figures_page import page, sheet, span
from support.desk_room import DeskRoom, Ran

BEGIN = datetime.fromisoformat("2026-11-01T00:00:00+00:00")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    made = DeskRoom(tmp_path / "state")
    yield made
    made.close()


def fine(ran: Ran) -> Ran:
    assert ran.code == 0, ran
    return ran


def row(
    index: int, minute: int, kind: str, staff: str = "", unit: str = "", ho: str = "", **fields: Any
) -> dict[str, Any]:
    """A row of `journal.entries`, so many minutes after the beginning."""
    return {
        "index": index, "at": (BEGIN + timedelta(minutes=minute)).isoformat(), "clock": "synced",
        "error_ms": 0, "type": kind, "role": "operator" if staff else "device", "actor": staff,
        "unit": unit or None, "ho": ho or None, "handover": f"RL-{ho}" if ho else None,
        "cause": None, "fields": fields,
    }  # fmt: skip


def of(*rows: dict[str, Any], minutes: int = 1_000, before: tuple[dict[str, Any], ...] = ()) -> Any:
    figures = Figures(BEGIN, BEGIN + timedelta(minutes=minutes))
    for one in before:
        figures.before(one)
    for one in rows:
        figures.take(one)
    figures.finish()
    return figures


# -- what is counted ------------------------------------------------------------------------------


def test_a_time_without_anything() -> None:
    figures = of()
    assert figures.available == 100.0 and figures.collection is None and figures.out_minutes == 0
    assert "Nobody overrode anything." in page(figures, "Hall", "f/d/1")


def test_a_command_is_no_release_and_an_opening_no_collection() -> None:
    counts = of(row(1, 0, "release.authorised"), row(2, 0, "pulse.ordered")).counts
    assert counts["release.opened"] == counts["handover.collected"] == 0
    counts = of(row(3, 1, "release.opened", ho="a")).counts
    assert (counts["release.opened"], counts["handover.collected"]) == (1, 0)


def test_the_time_to_collection_is_from_deposit_to_collection() -> None:
    figures = of(
        row(1, 0, "deposit.confirmed", "2", "1", "a"),
        row(2, 10, "deposit.confirmed", "2", "2", "b"),
        row(3, 30, "handover.collected", unit="1", ho="a"),
        row(4, 100, "handover.collected", unit="2", ho="b"),
        row(5, 200, "handover.collected", unit="3", ho="c"),
    )
    assert figures.missing == 1
    figures.deposited(row(0, -10, "deposit.confirmed", "2", "9", "x"))
    figures.deposited(row(0, -60, "deposit.confirmed", "2", "3", "c"))
    assert figures.missing == 0
    assert figures.collection == {
        "count": 3, "mean_min": 127, "median_min": 90, "longest_min": 260,
    }  # fmt: skip


def test_overrides_are_of_people_and_not_of_time() -> None:
    figures = of(
        row(1, 0, "handover.extended", "1", ho="a"),
        row(2, 0, "handover.extended", "1", ho="b"),
        row(3, 0, "door.retired", "4", "7"),
        row(4, 0, "door.retired", unit="8", reason="did not open"),
        row(5, 0, "credential.reissued", ho="a"),
    )
    told = [(one["staff"], one["type"], one["count"]) for one in figures.people()]
    assert told == [("1", "handover.extended", 2), ("4", "door.retired", 1)]


def test_what_became_of_what_was_not_collected() -> None:
    figures = of(
        row(1, 0, "handover.expired", unit="1", ho="a"),
        row(2, 0, "handover.expired", unit="2", ho="b"),
        row(3, 5, "handover.withdrawn", "1", "1", "a", reason="nobody came", found=True),
    )
    then = {one["handover"]: one["then"] for one in figures.uncollected.values()}
    assert "nobody came" in then["RL-a"] and then["RL-b"] == ""


def test_minutes_out_of_service_are_counted_once() -> None:
    figures = of(
        row(5, 100, "cabinet.retired", "1", reason="paint"),
        row(6, 110, "log.stopped", reason="asked"),
        row(7, 150, "log.boot"),
        row(8, 200, "cabinet.restored", "1"),
    )
    assert [(one.minutes, one.why) for one in figures.outages] == [(40, "stopped"), (100, "paint")]
    assert figures.out_minutes == 100 and figures.available == 90.0


def test_a_power_cut_counts_from_the_last_line_before_it() -> None:
    figures = of(row(5, 100, "staff.signed_out"), row(6, 160, "log.boot"))
    assert [(one.minutes, one.why) for one in figures.outages] == [(60, "not running")]


def test_what_was_out_before_the_time_counts_from_its_beginning() -> None:
    old = (
        row(1, -900, "cabinet.retired", "1", reason="moved"),
        row(2, -800, "door.retired", "1", "7", reason="spring"),
        row(3, -700, "door.retired", "1", "8", reason="spring"),
        row(4, -600, "door.restored", "1", "8"),
    )
    figures = of(row(9, 250, "cabinet.restored", "1"), before=old)
    told = [(one.unit, one.minutes) for one in figures.outages]
    assert told == [("", 250), ("7", 1_000)]
    assert figures.available == 75.0, "a door out of service is not the cabinet"


def test_the_lists_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fig, "LIST_MAX", 3)
    figures = of(*(row(n, n, "door.forced", unit="1") for n in range(5)))
    assert len(figures.discrepancies) == 3 and figures.more == 2
    assert "and 2 more" in page(figures, "Hall", "f/d/1")


def test_nothing_of_a_text_becomes_markup_or_a_formula() -> None:
    figures = of(row(1, 0, "cabinet.retired", "1", reason="=1+1<b>"))
    assert "&lt;b&gt;" in page(figures, "<Hall>", "f/d/1")
    assert "<b>" not in page(figures, "<Hall>", "f/d/1").partition("<dl>")[2]
    whys = [one["what"] for one in csv.DictReader(io.StringIO(sheet(figures)))]
    assert "'=1+1<b>" in whys


def test_minutes_as_a_person_says_them() -> None:
    assert [span(one) for one in (None, 0, 90, 150, 4_320)] == [
        "-", "0 min", "90 min", "2.5 h", "3.0 days",
    ]  # fmt: skip


# -- the command ----------------------------------------------------------------------------------


def test_a_day_at_the_cabinet(room: DeskRoom, tmp_path: Path) -> None:
    room.collected("Ada")
    ho = room.order("Ben")
    room.deposit(ho)
    fine(room.ctl("handover", "reissue", ho, "--reason", "lost"))
    room.stage.run_for(2_000)
    fine(room.ctl("cabinet", "out-of-service", "--reason", "paint"))
    room.stage.run_for(600_000)
    fine(room.ctl("cabinet", "back"))
    room.stage.world.pull("9")
    told = fine(room.ctl("report")).out
    for words in ("collected", "gave new codes", "10 min", "took the cabinet out of service"):
        assert words in told, told
    assert "Ada" not in told and "Ben" not in told
    found = fine(room.ctl("report", "--json")).one
    assert found["counts"]["handover.collected"] == 1
    assert found["out_of_service_min"] == 10
    assert found["collection"]["count"] == 1

    a, b = tmp_path / "a.csv", tmp_path / "a.html"
    fine(room.ctl("report", "--csv", str(a), "--html", str(b)))
    rows = list(csv.DictReader(io.StringIO(a.read_text(encoding="utf-8"))))
    assert {"count", "override", "out of service", "availability", "time to collection"} <= {
        one["section"] for one in rows
    }
    html = b.read_text(encoding="utf-8")
    assert html.startswith("<!DOCTYPE html>")
    assert not [one for one in ("<script", "http:", "https:", 'src="') if one in html]
    assert room.ctl("report", "--csv", str(a)).code != 0, "a file that is there stays as it is"


def test_a_part_of_the_time(room: DeskRoom) -> None:
    room.collected("Ada")
    begin = room.ask("status")["time"]
    room.stage.run_for(2_000)
    found = fine(room.ctl("report", "--from", begin, "--json")).one
    assert found["counts"]["handover.collected"] == found["counts"]["deposit.confirmed"] == 0
    whole = fine(room.ctl("report", "--from", "2000-01-01", "--until", "+1d", "--json")).one
    assert whole["counts"]["handover.collected"] == 1
    assert room.ctl("report", "--from", "+1d").code == 1
    assert room.ctl("report", "--from", "soon").code == 2
