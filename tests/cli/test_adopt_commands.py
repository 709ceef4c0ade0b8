"""`lockerctl adopt`: by reference or receipt, and what the old record says was collected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from epoch_rooms import Lost, look, lost

from support.desk_room import Ran


@pytest.fixture
def where(tmp_path: Path) -> Iterator[Lost]:
    made = lost(tmp_path)
    yield made
    made.room.close()


def fine(ran: Ran) -> Ran:
    assert ran.code == 0, ran
    return ran


def refused(ran: Ran, words: str, code: int = 1) -> None:
    assert ran.code == code and words in ran.err, ran


def test_every_compartment_is_listed_until_it_was_looked_into(where: Lost) -> None:
    rows = fine(where.room.ctl("adopt", "list", "--json")).rows
    recorded = {one["ho"]: one["unit"] for one in rows if one["ho"]}
    assert recorded == where.units and len(rows) > 20
    plain = fine(where.room.ctl("adopt", "list")).out
    assert "recorded there" in plain and "nobody has looked inside" in plain


def test_found_by_its_reference(where: Lost) -> None:
    room, unit = where.room, where.units[where.kept]
    refused(room.ctl("adopt", "handover", unit, where.kept), "nobody has looked inside")
    look(room, unit)
    rows = fine(room.ctl("adopt", "list", "--json")).rows
    assert next(one for one in rows if one["unit"] == unit)["opened_by"] == "1"
    short = room.ctl_short(where.kept)
    said = fine(room.ctl("adopt", "handover", unit, short)).out
    assert "fresh codes are on their way" in said
    room.stage.run_for(10_000)
    shown = room.ask("handover.show", handover=where.kept)
    assert (shown["phase"], shown["codes_delivered"]) == ("collectable", True)
    sent = room.stage.world.phone.of(where.kept)
    assert sent is not None
    room.hands.collect(sent.pin)
    told = fine(room.ctl("timeline", where.kept)).out
    assert "deposited" in told and "collected: the door was seen" in told


def test_found_by_a_receipt_that_the_old_log_signed(where: Lost) -> None:
    room, unit = where.room, where.units[where.kept]
    look(room, unit)
    receipt, vkey = str(where.receipts["deposit"]), str(where.vkey)
    base = ("adopt", "handover", unit)
    refused(room.ctl(*base), "one of the two", 2)
    refused(room.ctl(*base, "--receipt", receipt), "give --vkey", 2)
    own = str(room.state_dir / "vkey")
    refused(room.ctl(*base, "--receipt", receipt, "--vkey", own), receipt)
    gone = str(where.receipts["gone"])
    refused(room.ctl(*base, "--receipt", gone, "--vkey", vkey), "says that it ended")
    done = fine(room.ctl(*base, "--receipt", receipt, "--vkey", vkey, "--json")).one
    assert done["ho"] == where.kept


def test_what_the_old_record_says_was_collected_is_refused_with_the_entry(where: Lost) -> None:
    room, unit = where.room, where.units[where.kept]
    look(room, unit)
    ran = room.ctl("adopt", "handover", unit, where.gone)
    refused(ran, "handover.collected, entry")
    assert "/1)" in ran.err and "adopt item" in ran.err


def test_a_longer_record_that_turns_up_later_is_believed(where: Lost, tmp_path: Path) -> None:
    """The copy was behind: it knew nothing of the collection; the old card does."""
    room, unit = where.room, where.units[where.late]
    look(room, unit)
    kept = room.state_dir / "epochs" / "1"
    for one in kept.iterdir():
        one.unlink()
    keeping = ("journal", "keep", "--from", str(tmp_path / "old"), "--vkey", str(where.vkey))
    assert "are kept in" in fine(room.ctl(*keeping)).out
    refused(room.ctl(*keeping), "holds a record already")
    refused(room.ctl("adopt", "handover", unit, where.late), "handover.collected, entry")
    verdict = fine(room.ctl("journal", "verify", "--json")).one
    assert verdict["before"][0]["beyond"] > 0


def test_something_unknown_and_nothing(where: Lost) -> None:
    room, unit = where.room, where.units[where.late]
    look(room, unit)
    refused(room.ctl("adopt", "item", unit, "--item", "A grey box"), "another item is recorded")
    done = room.ctl("adopt", "item", unit, "--item", "A grey box", "--instead", "--asset", "INV-1")
    assert "handover fetch" in fine(done).out
    look(room, "20")
    assert "serves again" in fine(room.ctl("adopt", "empty", "20")).out
    look(room, where.units[where.kept])
    assert "queue list" in fine(room.ctl("adopt", "empty", where.units[where.kept])).out
    queue = fine(room.ctl("queue", "list", "--json")).rows
    assert {"return", "frozen", "epoch"} <= {one["rule"] for one in queue}


def test_under_a_seal_and_alone(where: Lost) -> None:
    room, unit = where.room, where.units[where.kept]
    ran = room.ctl("adopt", "open", unit, "--reason", "the card died", "--seal", "S-1")
    refused(ran, "a second person must approve")
