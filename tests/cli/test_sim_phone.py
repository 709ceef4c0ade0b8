"""The codes on the telephone, drawn in a terminal and as pictures: read back module by module."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno

from lockerd.cli import phone
from lockerd.cli.tool import Stopped, Tool
from lockerd.core.events import CredentialDelivered
from support.desk_room import DeskRoom, Ran
from support.symbols import of_blocks, of_png
from ui import qr


def modules(text: str, level: str) -> list[list[bool]]:
    """The code of a text with its quiet zone, as segno makes it."""
    made = segno.make_qr(text, error=level, boost_error=True)
    return [[bool(one) for one in line] for line in made.matrix_iter(border=4)]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    made = DeskRoom(tmp_path / "state")
    yield made
    made.close()


def fine(ran: Ran) -> Ran:
    assert ran.code == 0, ran
    return ran


def failed(ran: Ran, code: int, words: str) -> None:
    assert ran.code == code and words in ran.err, ran


def test_a_code_is_drawn_in_the_terminal(room: DeskRoom) -> None:
    sent = room.deposit(room.order("Ada", "Blue folder"))
    out = fine(room.ctl("sim", "phone", "--qr")).out
    digits = f"{sent.pin[:3]} {sent.pin[3:6]} {sent.pin[6:]}"
    for words in (sent.reference, "Blue folder, for Ada", f"door {sent.unit}", digits):
        assert words in out
    assert of_blocks(out) == modules(sent.qr, "l")
    assert of_blocks(out) != modules(sent.qr[:-1] + "#", "l")


def test_a_terminal_of_any_colours_shows_dark_on_light() -> None:
    drawn = qr.blocks("LK1TEXT", True).splitlines()
    assert all(one.startswith("\x1b[38;5;231;48;5;16m") for one in drawn)
    assert all(one.endswith("\x1b[0m") for one in drawn)
    assert of_blocks("\n".join(drawn)) == of_blocks(qr.blocks("LK1TEXT", False))


def test_only_one_message_can_be_asked_for(room: DeskRoom) -> None:
    ada, bob = room.deposit(room.order("Ada")), room.deposit(room.order("Bob"))
    for word in (bob.reference, bob.reference.lower(), bob.ho, bob.ho[:8].upper()):
        out = fine(room.ctl("sim", "phone", word)).out
        assert bob.pin in out and ada.pin not in out
    assert len(fine(room.ctl("sim", "phone", "--json")).rows) == 2
    failed(room.ctl("sim", "phone", "RL07-ZZZZ", "--qr"), 1, "see: lockerctl sim phone")
    failed(room.ctl("sim", "phone", bob.ho[:3]), 1, "no message is about")


def test_codes_as_pictures(room: DeskRoom, tmp_path: Path) -> None:
    ada, bob = room.deposit(room.order("Ada")), room.deposit(room.order("Bob"))
    out = fine(room.ctl("sim", "phone", "--png", str(tmp_path))).out
    for sent in (ada, bob):
        file = tmp_path / f"{sent.reference}.png"
        assert str(file) in out and stat.S_IMODE(file.stat().st_mode) == 0o600
        assert of_png(file.read_bytes(), qr.SCALE) == modules(sent.qr, "m")
        assert of_png(file.read_bytes(), qr.SCALE) != modules(ada.qr + "#", "m")
    again = fine(room.ctl("sim", "phone", "--png", str(tmp_path), "--json")).rows
    assert [(one["handover"], one["new"]) for one in again] == [
        (ada.reference, False),
        (bob.reference, False),
    ]


@pytest.mark.parametrize("there", ["text", "link", "directory"])
def test_nothing_is_written_over(room: DeskRoom, tmp_path: Path, there: str) -> None:
    sent = room.deposit(room.order())
    file, other = tmp_path / f"{sent.reference}.png", tmp_path / "other"
    other.write_text("mine")
    if there == "text":
        file.write_text("mine")
    elif there == "link":
        file.symlink_to(other)
    else:
        file.mkdir()
    failed(room.ctl("sim", "phone", "--png", str(tmp_path)), 1, "give another")
    assert other.read_text() == "mine"


def test_a_place_that_cannot_take_pictures(room: DeskRoom, tmp_path: Path) -> None:
    room.deposit(room.order())
    away = tmp_path / "away"
    failed(room.ctl("sim", "phone", "--png", str(away)), 2, f"is not there; make one: mkdir {away}")
    away.write_text("a file")
    failed(room.ctl("sim", "phone", "--png", str(away)), 2, "is no directory")
    failed(room.ctl("sim", "phone", "--png", "/proc"), 1, "cannot be made")


def test_two_handovers_of_one_reference_get_two_files() -> None:
    rows = [{"handover": "A-1", "ho": "ab"}, {"handover": "A-1", "ho": "cd"}]
    assert phone.names([*rows, {"handover": "A-2", "ho": "ef"}]) == [
        "A-1-ab.png",
        "A-1-cd.png",
        "A-2.png",
    ]


def test_where_there_is_nothing_to_draw_it_is_said(room: DeskRoom, tmp_path: Path) -> None:
    for words in (("--qr",), ("--png", str(tmp_path))):
        assert "no message yet; deposit something" in fine(room.ctl("sim", "phone", *words)).out
    failed(room.ctl("sim", "phone", "--qr", "--json"), 2, "take qr")


def test_an_output_that_cannot_hold_a_drawn_code_is_told_so() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    with pytest.raises(Stopped, match=r"LANG=C\.UTF-8"):
        phone.as_symbols(Tool("/nowhere", False, out), [])


def test_whoever_looks_at_a_telephone_writes_nothing_into_the_journal(room: DeskRoom) -> None:
    room.deposit(room.order())
    before = room.stage.house.journal.size
    fine(room.ctl("sim", "phone", "--qr"))
    entries = list(room.stage.house.journal.entries())
    assert len(entries) == before
    told = [one.event for one in entries if isinstance(one.event, CredentialDelivered)]
    assert {one.channel for one in told} == {"phone", "screen"}
