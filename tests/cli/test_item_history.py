"""A thing with an asset number: several legs and an exchange read as one history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lockerd.core.events import HandoverOrdered
from support.desk_room import DeskRoom, Ran


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    made = DeskRoom(tmp_path / "state")
    yield made
    made.close()


def fine(ran: Ran) -> Ran:
    assert ran.code == 0, ran
    return ran


def order(room: DeskRoom, recipient: str, *more: str) -> str:
    words = ("handover", "create", "--recipient", recipient, "--item", "Drill", *more, "--json")
    made = fine(room.ctl(*words)).one["ho"]
    room.stage.run_for(1_000)
    return str(made)


def through(room: DeskRoom, ho: str) -> None:
    """Deposit it and have it collected."""
    room.hands.collect(room.deposit(ho).pin)
    room.stage.run_for(90_000)


def test_two_legs_and_an_exchange_are_one_history(room: DeskRoom) -> None:
    first = order(room, "Ada", "--asset", "INV-0042")
    through(room, first)
    other = order(room, "Zoe", "--asset", "INV-0099")
    second = order(room, "Ben", "--asset", " inv-0042 ")
    through(room, second)
    new = order(room, "Ben", "--asset", "INV-0777", "--exchange", second)

    ran = fine(room.ctl("timeline", "INV-0042"))
    heads = [line for line in ran.out.splitlines() if "(id " in line]
    assert [one.split("(id ")[1][:16] for one in heads] == [first, second, new]
    assert f"exchanged for {second}" in heads[2] and other not in ran.out
    assert ran.out.count("collected: the door was seen to open and to close") == 2
    rows = fine(room.ctl("timeline", "inv-0042", "--json")).rows
    indexes = [one["index"] for one in rows]
    assert indexes == sorted(set(indexes))
    assert {one["ho"] for one in rows} == {first, second, new}

    back = fine(room.ctl("timeline", "INV-0777")).out
    assert second in back and new in back and first not in back


def test_the_number_in_the_record_says_nothing_and_stays(room: DeskRoom) -> None:
    ids = [order(room, one, "--asset", "INV-0042") for one in ("Ada", "Ben")]
    events = [room.stage.house.journal.entry(i).event for i in range(room.stage.house.journal.size)]
    made = [one for one in events if isinstance(one, HandoverOrdered) and one.ho in ids]
    assert len({one.item_no for one in made}) == 1
    assert "0042" not in made[0].item_no
    plain = order(room, "Cem")
    other = [room.ask("handover.find", handover=one)["rows"][0] for one in (plain, ids[0])]
    assert other[0]["item_no"] != other[1]["item_no"]
    assert (other[0]["asset"], other[1]["asset"]) == (None, "INV-0042")


def test_a_leg_whose_names_were_erased_stays_in_the_history(room: DeskRoom) -> None:
    first = order(room, "Ada", "--asset", "INV-0042")
    through(room, first)
    second = order(room, "Ben", "--asset", "INV-0042")
    fine(room.ctl("journal", "erase", "--handover", first, "--basis", "asked"))
    told = fine(room.ctl("timeline", "INV-0042")).out
    assert first in told and second in told


def test_a_handover_says_which_thing_it_is(room: DeskRoom) -> None:
    ho = order(room, "Ada", "--asset", "INV-0042")
    assert "timeline --item INV-0042" in fine(room.ctl("timeline", ho)).out
    assert "INV-0042" in fine(room.ctl("handover", "show", ho)).out
    assert fine(room.ctl("timeline", "--item", "INV-0042")).out.startswith("RL07-")


def test_a_word_that_is_nothing(room: DeskRoom) -> None:
    ran = room.ctl("timeline", "no such thing")
    assert ran.code == 2 and "RL07-4K2M" in ran.err
    assert room.ctl("timeline", "INV-0001").code == 1
    ran = room.ctl("timeline", "--item", "abcd")
    assert ran.code == 1 and "no handover has this asset number" in ran.err
    assert room.ctl("timeline", "abcd").code == 1


def test_an_exchange_names_a_handover(room: DeskRoom) -> None:
    ran = room.ctl("handover", "create", "--recipient", "A", "--item", "B", "--exchange", "abcd")
    assert ran.code == 1 and "no unfinished handover" in ran.err


def test_a_blind_count_is_told_apart_from_the_record(room: DeskRoom) -> None:
    ho = order(room, "Ada")
    room.deposit(ho)
    unit = room.ask("handover.show", handover=ho)["unit"]
    assert "as the record says" in fine(room.ctl("count", f"{unit}=item", "21=empty")).out
    ran = room.ctl("count", f"{unit}=empty", "21=item")
    assert ran.code == 1 and f"door {unit} " in ran.out and "2 differ" in ran.out
    keys = {one["key"] for one in room.ask("queue.list")["rows"]}
    assert keys == {f"frozen:{ho}", "count:21"}
    assert room.ctl("count", "21").code == 2
    assert "the record said empty" in fine(room.ctl("report")).out


def test_the_newest_entries_about_a_handover(room: DeskRoom) -> None:
    ho, other = order(room, "Ada"), order(room, "Ben")
    through(room, ho)
    journal = room.stage.house.journal
    mine = [one.idx for one in journal.entries() if one.event.ho == ho]
    assert list(journal.newest(ho, 0, 4)) == mine[:-5:-1]
    assert list(journal.newest(ho, mine[-2], 4)) == mine[:-3:-1]
    assert list(journal.newest(ho, 0, 1_000)) == mine[::-1]
    assert len(journal.newest(other, 0, 8)) == 1 and not journal.newest("f" * 16, 0, 8)
