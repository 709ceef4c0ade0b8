"""A day's handovers from a file: every bad row told, none half applied; the same list back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lockerd.core.events import HandoverOrdered
from support.desk_room import DeskRoom, Ran

HEAD = "recipient,item,reference,size,profile,until\n"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    made = DeskRoom(tmp_path / "state")
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "day.csv"


def run(room: DeskRoom, file: Path, text: str, *words: str) -> Ran:
    file.write_text(text, encoding="utf-8")
    return room.ctl("import", str(file), *words)


def live(room: DeskRoom) -> int:
    return len(room.stage.house.engine.state.handovers)


def test_a_day_is_announced_in_one_transaction(room: DeskRoom, file: Path) -> None:
    text = HEAD + "Ada,Keys,C-1,S,keys,+2d\n" + 'Ben,"Deed, signed",C-2,M,documents,\n'
    before = room.stage.house.journal.size
    ran = run(room, file, text)
    assert (ran.code, ran.out) == (0, "2 handovers are announced\n"), ran
    journal = room.stage.house.journal
    lines = [journal.entry(one) for one in range(before, journal.size)]
    assert [type(one.event) for one in lines] == [HandoverOrdered] * 2
    assert len({(one.now.boot, one.now.up_ms) for one in lines}) == 1
    listed = room.ctl("handover", "list", "--json").rows
    assert [(one["recipient"], one["item"], one["profile"]) for one in listed] == [
        ("Ada", "Keys", "keys"),
        ("Ben", "Deed, signed", "documents"),
    ]


def test_every_bad_row_is_told_with_its_line_and_nothing_is_announced(
    room: DeskRoom, file: Path
) -> None:
    assert run(room, file, HEAD + "Zoe,Ring,C-9,S,,\n").code == 0
    text = (
        HEAD
        + "Ada,Keys,C-1,S,keys,+2d\n"  # 2 is right
        + ",Keys,C-2,S,keys,\n"  # 3 nobody
        + "Cyd,Keys,C-3,XXL,keys,\n"  # 4 no such size
        + "Dee,Keys,C-1,S,keys,\n"  # 5 the reference of line 2
        + "Eve,Keys,c-9,S,keys,\n"  # 6 the reference of a live one
        + "Fay,Keys,C-6,S,nothing,\n"  # 7 no such profile
        + "Gus,Keys,C-7,S,keys,tomorrow\n"  # 8 no time
        + "Hal,Keys\n"  # 9 cells are missing
        + "Ida,Keys,C-8,S,keys,-1h\n"  # 10 an empty window
    )
    before = live(room), room.stage.house.journal.size
    for words in ((), ("--dry-run",)):
        ran = run(room, file, text, *words)
        assert ran.code == 1
        told = dict(line.split(": ", 1) for line in ran.out.splitlines())
        assert list(told) == [f"{file}:{line}" for line in range(3, 11)], ran
        assert all(";" in one for one in told.values()), "every line ends with a remedy"
        assert "stands in row 1 too" in told[f"{file}:5"]
        assert "Ada" not in ran.out and "Gus" not in ran.out
        assert "8 bad rows, nothing was announced" in ran.err
        assert (live(room), room.stage.house.journal.size) == before


def test_a_dry_run_announces_nothing(room: DeskRoom, file: Path) -> None:
    ran = run(room, file, HEAD + "Ada,Keys,C-1,S,keys,\n", "--dry-run", "--json")
    assert (ran.code, ran.one) == (0, {"handovers": 1, "dry_run": True})
    assert live(room) == 0


def test_what_is_exported_is_imported_again_elsewhere(tmp_path: Path) -> None:
    here, there = DeskRoom(tmp_path / "a"), DeskRoom(tmp_path / "b", seed=2)
    for name in ("out.csv", "out.jsonl"):
        out = tmp_path / name
        if not live(here):
            file = tmp_path / "day.csv"
            assert run(here, file, HEAD + 'Ada,"Keys; two",C-1,M,keys,+2d\n').code == 0
        assert here.ctl("export", str(out)).code == 0
        back = there.ctl("import", str(out))
        if name == "out.csv":
            assert back.code == 0, back
        else:
            assert "reference is live" in back.out, "the second time it is a duplicate"
    keys = ("recipient", "item", "reference", "size", "profile", "opens", "closes")
    rows = [room.ctl("handover", "list", "--json").one for room in (here, there)]
    assert [rows[0][key] for key in keys] == [rows[1][key] for key in keys]
    here.close()
    there.close()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "recipient,colour\nAda,red\n", "the first row must name the columns"),
        ("a.csv", "recipient\nAda\n", "recipient and item are needed"),
        ("a.csv", HEAD, "no rows"),
        ("a.json", '"Ada"', "no list"),
        ("a.jsonl", "", "no rows"),
    ],
)
def test_a_file_that_is_no_list(
    name: str, text: str, words: str, room: DeskRoom, tmp_path: Path
) -> None:
    ran = run(room, tmp_path / name, text)
    assert ran.code == 1 and words in ran.err and not live(room)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{"recipient":"Ada","item":"Keys"}\nnot json\n', 2, "not JSON"),
        ('[{"recipient":"Ada","item":"Keys"},{"recipient":7}]', 2, "no object of texts"),
        ('[{"recipient":"Ada","item":"Keys","colour":"red"}]', 1, "unknown key"),
    ],
)
def test_a_bad_object_is_told(
    text: str, line: int, words: str, room: DeskRoom, tmp_path: Path
) -> None:
    ran = run(room, tmp_path / "a.jsonl", text, "--json")
    assert ran.code == 1 and ran.rows[0]["line"] == line and words in ran.rows[0]["text"]
    assert not live(room)


def test_a_quotation_mark_that_is_not_closed(room: DeskRoom, file: Path) -> None:
    ran = run(room, file, HEAD + 'Ada,"Keys,C-1,S,,\n')
    assert ran.code == 1 and f"{file}:2: a quotation mark" in ran.out


def test_another_list_in_between_is_noticed(room: DeskRoom) -> None:
    rows = json.dumps([{"recipient": "Ada", "item": "Keys"}])
    assert room.ask("import.rows", list="a", first=0, rows=rows) == {"held": 1}
    assert room.ask("import.rows", list="b", first=0, rows=rows) == {"held": 1}
    with pytest.raises(Exception, match="send"):
        room.ask("import.commit", list="a")
    assert room.ask("import.commit", list="b")["announced"] == 1
    with pytest.raises(Exception, match="no such list"):
        room.ask("import.commit", list="b")
