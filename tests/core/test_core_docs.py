"""The pages made from the core are current and complete; the script says which ones are not."""

from __future__ import annotations

import importlib.util
import re
import shutil
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from lockerd.core import door, duty, handover
from lockerd.core.events import CATALOGUE, hints

ROOT = Path(__file__).resolve().parents[2]
REMEDY = "run: scripts/docs"


@pytest.fixture
def script() -> ModuleType:
    loader = SourceFileLoader("scripts_docs", str(ROOT / "scripts" / "docs"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    made = importlib.util.module_from_spec(spec)
    loader.exec_module(made)
    return made


@pytest.fixture
def checkout(script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the pages, which the script then takes for its own."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("pictures"))
    shutil.copytree(ROOT / "config", tmp_path / "config")
    shutil.copy(ROOT / "README.md", tmp_path)
    monkeypatch.setattr(script, "ROOT", tmp_path)
    assert script.main([]) == 0
    return tmp_path


@pytest.mark.parametrize("name", ["states", "events"])
def test_a_page_is_what_the_core_makes(script: ModuleType, name: str) -> None:
    page = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert page == getattr(script, name)(), REMEDY
    assert page == getattr(script, name)(), "the same code makes the same bytes"


def test_every_event_stands_in_the_catalogue_with_every_field(script: ModuleType) -> None:
    page = script.events()
    sections = dict(re.findall(r"^### (\S+)\n(.*?)(?=^##|\Z)", page, re.M | re.S))
    assert set(sections) == set(CATALOGUE)
    for kind, cls in CATALOGUE.items():
        said = dict(re.findall(r"^\| `(\w+)` \| .*? \| (.*?) \|$", sections[kind], re.M))
        wanted = {name: "line" for name in hints(cls)}
        wanted |= {name: "disclosed" for name in cls.DISCLOSED}
        wanted |= {name: "verifier table" for name in cls.ATTACHED}
        assert said == wanted, kind


def test_every_row_of_every_table_is_listed_and_every_move_is_drawn(script: ModuleType) -> None:
    page = script.states()
    for room, title in ((handover, "A handover"), (door, "A door"), (duty, "The cabinet")):
        section = page.partition(f"## {title}\n")[2].partition("\n## ")[0]
        listed, drawn = set(), set()
        for kind, level, sources, dest in re.findall(
            r"^\| \[`(\S+)`\]\S+(?: with `(\w+)`)? \| (.+) \| (?:`(\w+)`|the same) \|$",
            section,
            re.M,
        ):
            name = f"{kind} ({level})" if level else kind
            listed |= {(name, one, dest or one) for one in re.findall(r"\w+", sources)}
        for source, dest, names in re.findall(r"^    (\w+) --> (\w+): (.+)$", section, re.M):
            drawn |= {(name, source, dest) for name in names.split(", ")}
        table = {(script._type(one["trigger"]), one["source"], one["dest"]) for one in room.TABLE}
        assert listed == table, title
        assert drawn == {one for one in table if one[1] != one[2]}, title


def test_links_lead_somewhere(script: ModuleType) -> None:
    anchors = {kind.replace(".", "") for kind in CATALOGUE}
    assert set(re.findall(r"events\.md#(\w+)", script.states())) <= anchors


def test_check_names_what_is_not_current(
    script: ModuleType, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert script.main(["--check"]) == 0
    assert capsys.readouterr().out == ""
    page = checkout / "docs" / "states.md"
    page.write_text(page.read_text(encoding="utf-8") + "more\n", encoding="utf-8")
    (checkout / "docs" / "events.md").unlink()
    assert script.main(["--check"]) == 1
    said = capsys.readouterr()
    assert said.out.split() == ["docs/states.md", "docs/events.md"]
    assert REMEDY in said.err
    assert not (checkout / "docs" / "events.md").exists(), "a check writes nothing"
    assert script.main([]) == 0
    assert script.main(["--check"]) == 0


def test_the_house_in_the_readme_is_the_one_that_is_built(script: ModuleType) -> None:
    assert (ROOT / "README.md").read_text(encoding="utf-8") == script.readme(), REMEDY
    house = script.house()
    roof, floor = house.index("| lockerd.daemon "), house.index("| lockerd.core ")
    assert roof < house.index("| ui ") < floor
    assert "lockerd.uplink" not in house, "what is planned is not built"
    assert len({len(line) for line in house.split("\n") if line[:1] in ("|", "+")}) == 1


def test_a_readme_without_a_place_for_the_house_is_an_error(
    script: ModuleType, checkout: Path
) -> None:
    (checkout / "README.md").write_text("# lockerd\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="lost its place"):
        script.main([])


def test_nothing_else_is_understood(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(["--fix"]) == 2
    assert "usage" in capsys.readouterr().err
