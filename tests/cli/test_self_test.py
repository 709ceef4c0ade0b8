"""`lockerctl self-test`, and parts broken by hands: every part, its remedy, the exit code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lockerd.cli.sim_commands import PARTS
from lockerd.core import parts
from support.desk_room import DeskRoom


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    made = DeskRoom(tmp_path / "state")
    yield made
    made.close()


def test_every_part_has_its_line_and_what_is_wrong_its_remedy(room: DeskRoom) -> None:
    ran = room.ctl("self-test")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert "ok    Door contacts: Nothing to do" in lines
    assert "look  Size of the display: Nobody has compared it yet" in lines
    assert "look  Second copy: None is configured: [copy] directory" in lines
    assert lines[-1].startswith("key: ") and len(lines[-1].split()) == 11


def test_red_is_an_exit_code_and_can_be_recorded(room: DeskRoom) -> None:
    assert room.ctl("sim", "break", "scanner").code == 0
    room.stage.run_for(100)
    ran = room.ctl("self-test", "--record")
    assert ran.code == 1
    assert "BAD   Scanner: It does not answer. Check its cable." in ran.out
    assert "recorded; entry" in ran.out
    assert room.ctl("sim", "restore", "scanner").code == 0
    room.stage.run_for(100)
    assert room.ctl("self-test").code == 0


def test_as_json(room: DeskRoom) -> None:
    found = room.ctl("self-test", "--json").one
    assert {one["grade"] for one in found["parts"]} == {"green", "amber"}
    assert "entry" not in found
    assert room.ctl("self-test", "--record", "--json").one["entry"] > 0


def test_the_doors_that_it_is_about_are_named(room: DeskRoom) -> None:
    room.ctl("sim", "force", "3")
    room.stage.run_for(2_000)
    assert "look  Door contacts: Open: 3. Push shut." in room.ctl("self-test").out


def test_a_part_that_is_none_is_refused(room: DeskRoom) -> None:
    with pytest.raises(SystemExit) as caught:
        room.ctl("sim", "break", "hinge")
    assert caught.value.code == 2


def test_a_run_without_a_screen_has_none_to_break(room: DeskRoom) -> None:
    ran = room.ctl("sim", "break", "screen")
    assert ran.code == 1 and "start it with one" in ran.err


def test_the_command_knows_every_part() -> None:
    assert PARTS == parts.PARTS


def test_the_owner_has_the_same_words(room: DeskRoom) -> None:
    """Of the key's file that lies beside the journal; a file that is none is refused."""
    file = room.state_dir / "vkey"
    said = room.ctl("certificate", "words", str(file)).out.strip()
    assert room.ctl("self-test").out.splitlines()[-1] == f"key: {said}"
    assert room.ctl("certificate", "words", str(file), "--json").one["words"] == said.split()
    none = room.state_dir / "none"
    none.write_text("no key")
    assert room.ctl("certificate", "words", str(none)).code == 1
