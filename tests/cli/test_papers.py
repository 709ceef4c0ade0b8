"""What lies on a stick: the reports and exports of `lockerctl`, with names where they belong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lockerd import config
from lockerd.cli.papers import papers_of
from lockerd.core import messages as msg
from lockerd.core.effects import Carry
from lockerd.core.site import Site
from lockerd.journal.verify import verify
from lockerd.porter import NothingToCarry, Porter
from lockerd.simulation.hands import Hands
from lockerd.simulation.stage import Stage

ROOT = Path(__file__).parents[2]
NAME, ITEM = "Ada Lovelace", "Engine drawings"


@pytest.fixture(scope="module")
def site() -> Site:
    return config.read(ROOT / "config" / "demo.toml")


@pytest.fixture
def stage(site: Site, tmp_path: Path) -> Stage:
    """A cabinet in which something was deposited."""
    made = Stage(site, tmp_path, 7)
    made.world.start()
    made.world.stick.put_in()
    hands = Hands(made)
    ho = hands.order(NAME, ITEM)
    hands.sign_in("2")
    hands.deposit(ho)
    hands.press("sign-out")
    return made


def written(stage: Stage, what: str, about: str = "") -> Path:
    """The folder on the stick after an operator asked for it at the kiosk."""
    hands = Hands(stage)
    hands.sign_in("1")
    hands.press("export")
    if about:
        hands.press("write", "case")
        stage.do(msg.FormSent({"case": about}, ("x", "y", "z")), 400)
    else:
        hands.press("write", what)
    assert hands.step == "stick_done", stage.house.engine.visit.why
    folder = stage.world.stick.directory / (stage.house.engine.visit.item or "")
    hands.press("leave")
    hands.press("sign-out")
    return folder


def everything(folder: Path) -> bytes:
    return b"\n".join(one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file())


@pytest.mark.parametrize("what", ["week", "month"])
def test_a_report_counts_and_names_nobody(stage: Stage, what: str) -> None:
    folder = written(stage, what)
    sheet = (folder / "report.csv").read_text()
    assert "deposited" in sheet and "1" in sheet
    page = (folder / "report.html").read_text()
    assert stage.house.site.name in page and "<script" not in page
    assert NAME.encode() not in everything(folder) and ITEM.encode() not in everything(folder)


def test_the_journal_verifies_and_names_nobody(stage: Stage, tmp_path: Path) -> None:
    folder = written(stage, "journal")
    assert NAME.encode() not in everything(folder)
    entries = (folder / "entries.jsonl").read_text().splitlines()
    assert json.loads(entries[0])["index"] == 0
    verdict = verify(folder, (tmp_path / "vkey").read_text().strip())
    assert verdict.kind.name.startswith("VERIFIED") and not verdict.what


def test_a_case_file_is_about_one_handover_and_has_names(stage: Stage) -> None:
    ho = next(iter(stage.house.engine.state.handovers))
    folder = written(stage, "case", ho)
    assert NAME in (folder / "report.html").read_text()
    assert list((folder / "events").glob("*.tlog-proof"))


def test_a_reference_that_nothing_has(site: Site, stage: Stage, tmp_path: Path) -> None:
    make = papers_of(site, tmp_path)
    directory = tmp_path / "out"
    directory.mkdir()
    with pytest.raises(NothingToCarry, match="look at the reference"):
        make(Carry(9, "case", "ffff"), directory)


def test_a_damaged_record_is_named_so(site: Site, tmp_path: Path, stage: Stage) -> None:
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    answers: list[msg.Message] = []
    stick = stage.world.stick
    porter = Porter("rl-07", stick, papers_of(site, empty), answers.append, lambda work: work())
    porter.carry(Carry(9, "week", ""))
    assert answers == [msg.PapersFailed(9, "record")]
    assert list(stick.directory.iterdir()) == []
