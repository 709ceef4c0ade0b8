"""What docs/installer.md tells an installer to type is what the program understands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from lockerd.cli import control, daemon
from lockerd.config import check_text
from lockerd.config.begin import QUESTIONS
from support.desk_room import DeskRoom

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "installer.md").read_text(encoding="utf-8")
TYPED = [
    shlex.split(line.partition(" > ")[0])
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
    if not language and not line.startswith("ACTION==")
]
OWNER = "dGhpcyBpcyBub3QgYSBrZXkgYnV0IDMyIGJ5dGVzLi4="


@pytest.mark.parametrize("words", TYPED, ids=" ".join)
def test_every_command_is_one(words: list[str]) -> None:
    assert words[0] == "lockerctl"
    args = control.parser(words[1:]).parse_args(words[1:])
    assert callable(args.run)


def test_there_are_enough_of_them() -> None:
    groups = {words[1] for words in TYPED}
    assert {"site", "check-config", "claim", "staff", "handover", "receipt", "journal"} <= groups
    simulated = re.search(r"`lockerd (simulate [^`]*)`", PAGE)
    assert simulated is not None and daemon.parser().parse_args(simulated[1].split())


def test_its_questions_are_those_that_are_asked() -> None:
    for question in QUESTIONS:
        assert f"| {question.text.partition(',')[0].rstrip('?')}" in PAGE, question.text


def test_its_pages_are_there() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / link).exists(), link


def test_its_real_cabinet_is_accepted(tmp_path: Path) -> None:
    words = next(one for one in TYPED if "--driver" in one)
    file = tmp_path / "site.toml"
    given = [str(file) if one == "site.toml" else OWNER if one == "KEY" else one for one in words]
    room = DeskRoom(tmp_path / "state")
    try:
        ran = room.ctl(*given[1:])
    finally:
        room.close()
    assert ran.code == 0, ran.err
    site, complaints = check_text(file.read_text(encoding="utf-8"), "site.toml")
    assert complaints == [] and site is not None
    assert (site.driver, site.board, len(site.compartments)) == ("gpio", "cm", 12)
