"""A seal's number from the list to the record, and what a scanned label can be given for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lockerd import config
from lockerd.core import effects as ef
from lockerd.core import messages as msg
from lockerd.core.reference import reference
from lockerd.effector import Effector, Works
from support.desk_room import DeskRoom, Ran

SITES = Path(__file__).parents[1] / "stories" / "sites"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    made = DeskRoom(tmp_path / "state")
    yield made
    made.close()


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[DeskRoom]:
    """Items here are sealed."""
    made = DeskRoom(tmp_path / "state", site=config.read(SITES / "property_room.toml"))
    yield made
    made.close()


def fine(ran: Ran) -> Ran:
    assert ran.code == 0, ran
    return ran


def order(room: DeskRoom, *more: str) -> str:
    words = ("handover", "create", "--recipient", "Ada", "--item", "Drill", *more, "--json")
    return str(fine(room.ctl(*words)).one["ho"])


# -- seals ----------------------------------------------------------------------------------------


def test_a_seal_is_announced_listed_exported_and_imported(strict: DeskRoom, tmp_path: Path) -> None:
    ho = order(strict, "--seal", "4711-0093")
    assert "4711-0093" in fine(strict.ctl("handover", "show", ho)).out
    file = tmp_path / "out.csv"
    fine(strict.ctl("export", str(file)))
    head, row = file.read_text().splitlines()
    assert head.endswith(",seal") and row.endswith(",4711-0093")
    file.write_text("recipient,item,seal\nBen,Knife,4712\n")
    fine(strict.ctl("import", str(file)))
    (made,) = (one for one in strict.ask("handover.list")["rows"] if one["recipient"] == "Ben")
    assert made["seal"] == "4712"
    assert b"4712" not in b"".join(leaf for _, leaf in strict.stage.house.journal.leaves())


def test_what_the_depositor_read_counts_from_then_on(strict: DeskRoom) -> None:
    ho = order(strict, "--seal", "4711-0093")
    strict.hands.sign_in("2")
    strict.hands.place(ho)
    strict.hands.sign_out()
    assert strict.ask("handover.show", handover=ho)["seal"] == "4711"
    assert [one["key"] for one in strict.ask("queue.list")["rows"]] == [f"seal:{ho}"]


def asks(room: DeskRoom, effect: ef.Effect) -> Any:
    """What the shell answers to an effect."""
    house, told = room.stage.house, list[Any]()
    nowhere: Any = None
    works = Works(nowhere, house.vault, nowhere, lambda: None)
    Effector(house.site, house.engine.state, house.journal, told.append, nowhere, works).act(effect)
    (answer,) = told
    return answer


def test_an_erased_number_is_compared_with_nothing(strict: DeskRoom) -> None:
    ho = order(strict, "--seal", "4711-A")
    entry = strict.stage.house.engine.state.handovers[ho].ordered

    def beside(text: str) -> str:
        return str(asks(strict, ef.ReadSeal(ho, entry, text)).beside)

    assert [beside(one) for one in ("4711-A", " 4711-a ", "4712")] == ["same", "same", "other"]
    fine(strict.ctl("handover", "cancel", ho, "--reason", "not needed"))
    fine(strict.ctl("journal", "erase", "--handover", ho, "--basis", "asked"))
    assert beside("4711-A") == "none"


def test_the_custody_report_names_the_seal_and_what_was_said_of_it(
    strict: DeskRoom, tmp_path: Path
) -> None:
    ho = order(strict, "--seal", "4711", "--asset", "EX-7")
    hands = strict.hands
    hands.sign_in("2")
    hands.place(ho)
    hands.sign_out()
    unit = hands.handover(ho).unit
    page = reported(strict, ho, tmp_path / "quiet")
    assert "<dt>Seal</dt><dd><bdi>4711</bdi></dd>" in page
    assert "<dt>Asset number</dt><dd><bdi>EX-7</bdi></dd>" in page
    assert "depositor read the number of the seal" in page
    assert "Nothing unusual is on record" in page and "disputes it" not in page

    strict.stage.run_for(10_000)
    hands.type_code(strict.stage.world.tray.letters[ho].pin)
    hands.press("document", "passport")
    for staff in ("2", "1"):
        badge = strict.stage.world.badges[staff]
        hands.scan(badge.text)
        strict.stage.do(msg.CodeTyped(badge.pin), 1_000)
    hands.close(str(unit))
    hands.expect("seal_check")
    hands.press("claim", "seal-broken")
    hands.expect("disputed")
    page = reported(strict, ho, tmp_path / "disputed")
    assert "then to close; the recipient disputes it (seal-broken)" in page
    assert "Unusual, and to be weighed" in page
    assert "recipient found the seal unbroken<td colspan=3>no entry says so" in page


def reported(room: DeskRoom, ho: str, out: Path) -> str:
    """The custody report of a handover."""
    fine(room.ctl("case", "export", ho, "--out", str(out)))
    return (out / "report.html").read_text(encoding="utf-8")


# -- what a thing is given for --------------------------------------------------------------------


def given_for(room: DeskRoom, text: str) -> tuple[str, int, bool]:
    """(the handover that a label means, how many it can be, whether anything was asked)."""
    answer = asks(room, ef.NumberItem("f" * 16, "TAB-1", text))
    assert answer.item_no == room.stage.house.vault.item_no("tab-1")
    return answer.exchange, answer.found, answer.wanted


def test_a_label_means_the_newest_handover_of_the_thing(room: DeskRoom) -> None:
    first = order(room, "--asset", "LOAN-3")
    assert given_for(room, "loan-3") == (first, 1, True)
    room.stage.run_for(1_000)
    room.hands.collect(room.deposit(first).pin)
    room.stage.run_for(90_000)
    assert given_for(room, " LOAN-3 ") == (first, 1, True), "it is finished, and is found"
    second = order(room, "--asset", "LOAN-3")
    assert given_for(room, "LOAN-3") == (second, 1, True)
    short = reference(room.stage.house.site, first)
    assert given_for(room, short) == (first, 1, True)
    assert given_for(room, first) == (first, 1, True)


def test_a_label_of_nobody_or_of_several_means_none(room: DeskRoom) -> None:
    assert given_for(room, "LOAN-9") == ("", 0, True)
    assert given_for(room, "") == ("", 0, False)
    for _ in range(2):
        order(room, "--reference", "T-88")
    assert given_for(room, "T-88") == ("", 2, True)
    assert asks(room, ef.NumberItem("f" * 16, "", "")).item_no == ""
