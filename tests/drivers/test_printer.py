"""A printed slip says what it must, whole; a printer that cannot take it says what to do."""

from __future__ import annotations

import os
import pty
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers import printer
from lockerd.core.delivery import Letter

SLIP = Letter(
    ho="ab" * 8,
    cred="cd" * 8,
    reference="RL07-4K2M",
    unit="12",
    opens=1_795_420_800_000,
    closes=1_795_680_000_000,
    recipient="Ada Lovelace",
    item="Blue folder",
    pin="482913064",
    qr="LK1ABCDEFGHJKMNPQRSTVWXYZ01",
)


def slip(letter: Letter = SLIP, columns: int = 32) -> bytes:
    return printer.slip(letter, "Riverside Legal", "Europe/London", columns)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, str]]:
    """The printer's end of a character device, and the path of ours; nobody waits."""
    monkeypatch.setattr(printer, "ANSWER_S", 0)
    monkeypatch.setattr(printer, "WRITE_S", 0)
    theirs, ours = pty.openpty()
    tty.setraw(ours)
    yield theirs, os.ttyname(ours)
    os.close(ours)
    os.close(theirs)


def test_the_code_stands_inside_and_the_name_outside() -> None:
    paper = slip()
    outside, inside, end = paper.split(b"fold here, code inside")
    assert b"For Ada Lovelace" in outside and b"Riverside Legal" in outside
    assert b"482 913 064" in inside and SLIP.qr.encode() in inside
    assert b"482" not in outside + end and b"Ada" not in inside
    assert b"Locker 12" in inside and b"2026-11-23 08:00" in inside


def test_what_a_printer_cannot_say_does_not_stop_a_slip() -> None:
    odd = SLIP.but(recipient="\u0639\u0644\u064a \u674e", item="a\x1bpb\x07")
    paper = slip(odd)
    assert b"482 913 064" in paper and b"a\x1bpb" not in paper and b"a?pb?" in paper


def test_long_texts_are_wrapped_to_the_paper() -> None:
    paper = slip(SLIP.but(item="word " * 20), 16)
    assert max(len(one) for one in paper.split(b"\n") if one.startswith(b"word")) <= 16


def test_a_slip_is_taken_whole(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.touch()
    printer.write(str(device), slip())
    assert device.read_bytes() == slip()


def test_a_printer_with_paper_gets_the_slip(line: tuple[int, str]) -> None:
    theirs, path = line
    os.write(theirs, b"\x12")
    printer.write(path, b"a slip")
    wanted, said = printer.PAPER_STATUS + b"a slip" + printer.PAPER_STATUS, b""
    while len(said) < len(wanted):  # a line hands over as much as it has at the moment
        said += os.read(theirs, 100)
    assert said == wanted


def test_a_printer_without_paper_is_a_fault_and_gets_nothing(line: tuple[int, str]) -> None:
    theirs, path = line
    os.write(theirs, b"\x72")
    with pytest.raises(printer.PrinterFault, match="put a new roll in"):
        printer.write(path, b"a slip")
    assert os.read(theirs, 100) == printer.PAPER_STATUS


def test_a_printer_that_stops_taking_is_a_fault(line: tuple[int, str]) -> None:
    _, path = line
    with pytest.raises(printer.PrinterFault, match="check paper and cover") as caught:
        printer.write(path, slip() * 200)
    assert "482" not in str(caught.value)


def test_a_printer_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(printer.PrinterFault, match="check its cable"):
        printer.write(str(tmp_path / "none"), b"a slip")
