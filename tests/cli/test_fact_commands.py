"""What both know, from the office's side: said once, kept as a verifier, found in no byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lockerd.core import messages as msg
from lockerd.core.site import Profile
from support.desk_room import DeskRoom, Ran, demo

FACT = "24121979"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    site = demo()
    extra = (
        Profile("known", second_factor="fact", show_code=True),
        Profile("card", second_factor="fact", fact="document-number"),
    )
    made = DeskRoom(tmp_path / "state", site=site.but(profiles=(*site.profiles, *extra)))
    yield made
    made.close()


def create(room: DeskRoom, *words: str) -> Ran:
    return room.ctl("handover", "create", "--recipient", "Ada", "--item", "Results", *words)


def known(room: DeskRoom) -> str:
    ran = create(room, "--profile", "known", "--fact", FACT, "--json")
    assert ran.code == 0, ran
    return str(ran.one["ho"])


def every_byte(room: DeskRoom) -> bytes:
    files = (one for one in room.state_dir.rglob("*") if one.is_file())
    return b"".join(one.read_bytes() for one in files)


def answer(room: DeskRoom, ho: str, digits: str) -> str:
    """Type the code, then the fact; the step that follows."""
    sent = room.stage.world.phone.of(ho)
    assert sent is not None
    room.hands.home()
    room.hands.scan(sent.qr)
    room.hands.expect("fact")
    room.stage.do(msg.CodeTyped(digits), 1_500)
    return room.hands.step


def test_it_opens_with_the_fact_and_no_byte_knows_it(room: DeskRoom) -> None:
    ho = known(room)
    assert FACT.encode() not in every_byte(room)
    shown = room.ctl("handover", "show", ho, "--json").one
    assert (shown["fact"], shown["fact_locked"]) == ("birth-date", False)
    room.deposit(ho)
    assert answer(room, ho, "24121978") == "refused"
    assert answer(room, ho, FACT) == "open"
    assert FACT.encode() not in every_byte(room)
    vault = room.stage.house.vault
    assert vault.proves_fact(ho, FACT)
    unit = room.stage.house.engine.visit.unit
    assert unit is not None
    room.hands.close(unit)
    assert not vault.proves_fact(ho, FACT), "it dies with the handover"
    rows = {row.kind for row, _ in room.stage.house.journal.verifiers()}
    assert "fact" not in rows


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--profile", "known"), "give fact"),
        (("--profile", "known", "--fact", "2412197"), "8 digits"),
        (("--profile", "known", "--fact", "24.12.79"), "8 digits"),
        (("--profile", "card", "--fact", FACT), "4 digits"),
        (("--profile", "documents", "--fact", FACT), "leave fact out"),
        (("--fact", FACT), "leave fact out"),
    ],
)
def test_what_is_no_such_fact_is_refused_with_the_remedy(
    room: DeskRoom, words: tuple[str, ...], told: str
) -> None:
    before = room.stage.house.journal.size
    ran = create(room, *words)
    assert ran.code != 0 and told in ran.err, ran
    assert FACT not in ran.err and "24.12" not in ran.err
    assert room.stage.house.journal.size == before


def test_a_reassigned_item_has_a_fact_of_its_own_or_asks_for_a_document(room: DeskRoom) -> None:
    for more, kind in ((("--fact", "01021980"), "birth-date"), ((), None)):
        ho = known(room)
        words = ("--to", "Joan", "--reason", "on leave", *more)
        assert room.ctl("handover", "reassign", ho, *words).code == 0
        assert room.ctl("handover", "show", ho, "--json").one["fact"] == kind
        vault = room.stage.house.vault
        assert not vault.proves_fact(ho, FACT)
        assert vault.proves_fact(ho, "01021980") == (kind is not None)


def test_an_import_has_a_column_for_it_and_an_export_none(room: DeskRoom, tmp_path: Path) -> None:
    file = tmp_path / "day.csv"
    head = "recipient,item,profile,fact\n"
    file.write_text(head + f"Ada,Results,known,{FACT}\nBen,Card,card,0042\nCy,Deed,documents,\n")
    ran = room.ctl("import", str(file))
    assert (ran.code, ran.out) == (0, "3 handovers are announced\n"), ran
    facts = sorted(one.fact for one in room.stage.house.engine.state.handovers.values())
    assert facts[-2:] == ["birth-date", "document-number"]
    assert FACT.encode() not in every_byte(room)
    out = tmp_path / "out.csv"
    room.ctl("export", str(out))
    assert "fact" not in out.read_text().splitlines()[0].split(",")
    file.write_text(head + "Ada,Results,known,\nBen,Card,card,42\n")
    ran = room.ctl("import", str(file))
    assert ran.code == 1 and "day.csv:2" in ran.out and "day.csv:3" in ran.out
    assert "4 digits" in ran.out


def test_a_restart_knows_it_still(room: DeskRoom) -> None:
    ho = known(room)
    room.stage.world.power(False)
    room.stage.world.power(True)
    room.stage.run_for(1_000)
    assert room.stage.house.vault.proves_fact(ho, FACT)
    assert not room.stage.house.vault.proves_fact(ho, "24121978")
