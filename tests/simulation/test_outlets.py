"""Codes leave a demonstration by the ways that took them, and the journal names those alone."""

from __future__ import annotations

import os
import stat
import termios
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lockerd.core.events import CredentialDelivered
from lockerd.simulation.hands import Hands
from lockerd.simulation.main import simulate
from lockerd.simulation.outlets import Folder, Outlet, Terminal
from lockerd.simulation.phone import PhoneMessage
from lockerd.simulation.stage import Stage
from support.demo_site import demo_site
from support.symbols import of_blocks, of_png
from ui import qr

DEMO = Path(__file__).resolve().parents[2] / "config" / "demo.toml"
SENT = PhoneMessage(
    "ab" * 8, "RL07-AB12", "Ada", "Blue folder", "3", 0, 1_795_420_800_000, 0, "123456789", "LK1X"
)


@pytest.fixture
def line() -> Iterator[tuple[int, int]]:
    """A terminal: our end, and the program's."""
    ours, theirs = os.openpty()
    os.set_blocking(ours, False)
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


def channels(stage: Stage) -> list[str]:
    return [
        one.event.channel
        for one in stage.house.journal.entries()
        if isinstance(one.event, CredentialDelivered)
    ]


def deposited(state_dir: Path, outlets: list[Outlet]) -> tuple[Stage, PhoneMessage]:
    """A cabinet with these outlets and one deposit in it."""
    stage = Stage(demo_site(), state_dir, 5)
    stage.world.outlets = outlets
    stage.world.start()
    hands = Hands(stage)
    ho = hands.order("Ada", "Blue folder", profile=stage.world.site.profiles[0].name)
    hands.sign_in("2")
    return stage, hands.deposit(ho)


def test_a_deposit_is_delivered_by_every_way_that_took_it(
    tmp_path: Path, line: tuple[int, int]
) -> None:
    folder = tmp_path / "codes"
    folder.mkdir()
    outlets = [Folder(folder), Terminal(line[1], "Europe/London")]
    stage, sent = deposited(tmp_path / "state", outlets)
    assert sorted(channels(stage)) == ["phone", "png", "screen", "terminal"]
    (file,) = folder.iterdir()
    assert file.name == f"{sent.reference}.png" and stat.S_IMODE(file.stat().st_mode) == 0o600
    shown = os.read(line[0], 1 << 16).decode().replace("\r", "")
    assert of_blocks(shown) == of_blocks(qr.blocks(sent.qr, False)) and sent.reference in shown
    assert of_png(file.read_bytes(), qr.SCALE) == of_png(qr.png(sent.qr), qr.SCALE)
    stage.world.stop()


def test_a_way_that_takes_nothing_is_not_named_and_makes_nobody_wait(
    tmp_path: Path, line: tuple[int, int]
) -> None:
    termios.tcflow(line[1], termios.TCOOFF)  # Ctrl-S
    outlets: list[Outlet] = [Folder(tmp_path / "away"), Terminal(line[1], "UTC")]
    stage, _ = deposited(tmp_path / "state", outlets)
    assert sorted(channels(stage)) == ["phone", "screen"]
    stage.world.stop()


def test_a_terminal_takes_no_command_from_a_name(line: tuple[int, int]) -> None:
    assert Terminal(line[1], "UTC").take(replace(SENT, item="\x1b]0;owned\x07 folder"))
    shown = os.read(line[0], 1 << 16)
    assert b"\x1b]" not in shown and b"\x07" not in shown and b"?]0;owned? folder" in shown


def test_a_picture_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    assert Folder(tmp_path).take(SENT)
    before = (tmp_path / "RL07-AB12.png").read_bytes()
    assert before == qr.png("LK1X")
    assert not Folder(tmp_path).take(replace(SENT, qr="LK1Y"))
    assert (tmp_path / "RL07-AB12.png").read_bytes() == before


def test_a_place_for_pictures_that_is_not_there_is_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = tmp_path / "away"
    assert simulate(tmp_path / "state", DEMO, headless=True, codes=away) == 1
    assert f"make one: mkdir {away}" in capsys.readouterr().err
    assert not (tmp_path / "state").exists()
