"""The commands that a newcomer is shown can be typed as they stand."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from lockerd.simulation import terminal
from support.demo_site import demo_site


def installed(directory: Path) -> str:
    """A place with both programs; the path of the daemon's."""
    directory.mkdir(parents=True)
    for name in ("lockerd", "lockerctl"):
        (directory / name).write_text("#!/bin/sh\n")
        (directory / name).chmod(0o755)
    return str(directory / "lockerd")


def test_a_program_that_the_shell_does_not_find_is_named_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = installed(tmp_path / "my bin")
    monkeypatch.setenv("PATH", os.defpath)
    words = shlex.split(" ".join(terminal.call(tmp_path / "my state", program)))
    assert words == [str(tmp_path / "my bin/lockerctl"), "--state", str(tmp_path / "my state")]


def test_a_program_that_the_shell_finds_is_called_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = installed(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert terminal.call(tmp_path, program)[0] == "lockerctl"
    other = installed(tmp_path / "other")
    assert terminal.call(tmp_path, other)[0] == str(tmp_path / "other/lockerctl")


def test_a_state_directory_is_named_so_that_it_is_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert terminal.call(Path("demo"))[1] == f"--state {tmp_path}/demo"


def test_whoever_has_no_window_is_told_how_to_drive_and_to_see(tmp_path: Path) -> None:
    text = terminal.headless(demo_site(), tmp_path)
    for words in ("without a screen", f"--state {tmp_path}", "lc screenshot", "lc sim phone"):
        assert words in text
    beside = terminal.windowed(demo_site(), tmp_path)
    assert "in a window" in beside and "lc sim" not in beside


def test_whoever_has_the_kiosk_alone_is_told_how_to_be_its_hands(tmp_path: Path) -> None:
    text = terminal.kiosk_alone(demo_site(), tmp_path)
    for words in ("the kiosk alone", f"--state {tmp_path}", "lc sim phone --qr", "lc sim push"):
        assert words in text
