"""The first picture is painted from the last start, and is never believed for longer than that."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockerd import config, face
from lockerd.face import HEAD, NAME, FaceError, LastFace
from support.daemon import ROOT
from ui.face import Face, face_of
from ui.lang import LANGUAGES
from ui.theme import PALETTES

DEMO = ROOT / "config" / "demo.toml"
FACE = Face("Riverside Legal", "ar", "dark", "large", 1280, 800, 216.96, 135.6, True)
IDENTITY = "1 2 3 4 5"


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    file = tmp_path / "site.toml"
    file.write_text(DEMO.read_text())
    return file


def kept(state: Path, config_file: Path, which: Face = FACE) -> Path:
    """What a start that succeeded leaves."""
    LastFace(state, config_file).keep(which)
    return state / NAME


# -- the file --------------------------------------------------------------------------------------


def test_the_next_start_knows_it(tmp_path: Path, site_file: Path) -> None:
    assert LastFace(tmp_path, site_file).known is None
    kept(tmp_path, site_file)
    assert LastFace(tmp_path, site_file).known == FACE
    assert not list(tmp_path.glob("*.part"))


def test_every_face_that_a_config_can_have_comes_back() -> None:
    for theme in PALETTES:
        for language in LANGUAGES:
            one = FACE._replace(theme=theme, language=language.code, text_size="normal")
            assert face._parsed(face._written(one, IDENTITY), IDENTITY) == one
    assert set(face.THEMES) == set(PALETTES)


def test_every_shipped_config_has_one(tmp_path: Path) -> None:
    for file in sorted((ROOT / "config").glob("*.toml")):
        site, _ = config.check(file)
        if site is not None:
            kept(tmp_path, file, face_of(site))
            assert LastFace(tmp_path, file).known == face_of(site)


def test_it_is_written_when_it_changes_and_not_otherwise(tmp_path: Path, site_file: Path) -> None:
    file = kept(tmp_path, site_file)
    before = os.stat(file)
    kept(tmp_path, site_file)
    assert os.stat(file).st_ino == before.st_ino
    kept(tmp_path, site_file, FACE._replace(theme="light"))
    assert os.stat(file).st_ino != before.st_ino


def test_another_config_has_another_face(tmp_path: Path, site_file: Path) -> None:
    kept(tmp_path, site_file)
    site_file.write_text(site_file.read_text() + "\n")
    assert LastFace(tmp_path, site_file).known is None
    assert LastFace(tmp_path, DEMO).known is None
    assert LastFace(tmp_path, tmp_path / "none.toml").known is None


def test_a_config_that_changed_meanwhile_is_not_written_down(
    tmp_path: Path, site_file: Path
) -> None:
    last = LastFace(tmp_path, site_file)
    site_file.write_text(site_file.read_text() + "\n")
    last.keep(FACE)
    assert not (tmp_path / NAME).exists()


def test_another_version_reads_its_config_first(
    tmp_path: Path, site_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(tmp_path, site_file)
    monkeypatch.setattr(face, "__version__", "0.1.1")
    assert LastFace(tmp_path, site_file).known is None


SPOILED: dict[str, Callable[[str], str]] = {
    "nothing": lambda text: "",
    "half of it": lambda text: text[: len(text) // 2],
    "zeros": lambda text: "\0" * len(text),
    "another form": lambda text: text.replace(HEAD, "lockerd face 2"),
    "one line more": lambda text: text + "\n",
    "no end of line": lambda text: text.rstrip("\n"),
    "no pixels": lambda text: text.replace("1280 800", "0 0"),
    "too many pixels": lambda text: text.replace("1280", "99999"),
    "a word for a number": lambda text: text.replace("1280", "wide"),
    "not a number": lambda text: text.replace("216.96", "nan"),
    "without end": lambda text: text.replace("216.96", "inf"),
    "another spelling": lambda text: text.replace("1280", "1_280"),
    "no such theme": lambda text: text.replace("dark", "pink"),
    "no such size": lambda text: text.replace("large", "huge"),
    "no such language": lambda text: text.replace(" ar", " xx"),
    "no name": lambda text: text.replace("Riverside Legal", ""),
    "a long name": lambda text: text.replace("Riverside Legal", "R" * 41),
    "half a screen": lambda text: text.replace(" fullscreen", ""),
    "another screen": lambda text: text.replace("fullscreen", "sideways"),
    "much of it": lambda text: text + "x" * 2_000,
}


@pytest.mark.parametrize("how", SPOILED)
def test_what_is_not_exactly_such_a_file_counts_for_nothing(
    tmp_path: Path, site_file: Path, how: str
) -> None:
    file = kept(tmp_path, site_file)
    text = file.read_text()
    assert SPOILED[how](text) != text
    file.write_text(SPOILED[how](text))
    assert LastFace(tmp_path, site_file).known is None
    kept(tmp_path, site_file)
    assert LastFace(tmp_path, site_file).known == FACE, "and is mended by the next start"


@given(st.binary(max_size=300))
def test_no_bytes_do_harm(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    assert face._parsed(text, IDENTITY) is None


@given(st.integers(0, 6), st.text(max_size=60))
def test_no_line_does_harm(place: int, line: str) -> None:
    lines = face._written(FACE, IDENTITY).split("\n")
    lines[place] = line
    found = face._parsed("\n".join(lines), IDENTITY)
    assert found is None or face._written(found, IDENTITY).split("\n")[place] == line


def test_what_is_no_file_is_not_waited_for(tmp_path: Path, site_file: Path) -> None:
    os.mkfifo(tmp_path / NAME)
    assert LastFace(tmp_path, site_file).known is None
    (tmp_path / NAME).unlink()
    (tmp_path / NAME).mkdir()
    assert LastFace(tmp_path, site_file).known is None
    (tmp_path / NAME).rmdir()
    (tmp_path / NAME).write_bytes(b"\xff\xfe")
    assert LastFace(tmp_path, site_file).known is None


def test_a_link_is_not_followed(tmp_path: Path, site_file: Path) -> None:
    kept(tmp_path, site_file).rename(tmp_path / "elsewhere")
    (tmp_path / NAME).symlink_to(tmp_path / "elsewhere")
    assert LastFace(tmp_path, site_file).known is None


def test_a_disk_that_takes_nothing_is_said(tmp_path: Path, site_file: Path) -> None:
    with pytest.raises(FaceError, match=r"face cannot be written .*look at the disk"):
        LastFace(tmp_path / "none", site_file).keep(FACE)


# -- the start -------------------------------------------------------------------------------------


class Start:
    """One start of the simulation or of the daemon, and in which order things happened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.order: list[str] = []
        self.sizes: list[tuple[int, int]] = []
        self.closed = 0
        self.device = True  # whatever the config says
        from lockerd import appliance
        from ui.backend.headless import Headless

        check, first, close = config.check, appliance.first_frame, Headless.close

        def checked(*given: Any) -> Any:
            self.order.append("config")
            site, complaints = check(*given)
            return (site.but(driver="gpio") if site and self.device else site), complaints

        def painted(backend: Any, which: Face) -> None:
            self.order.append(f"picture of {which.name}")
            self.sizes.append(backend.size)
            first(backend, which)

        def gone(backend: Headless) -> None:
            self.closed += 1
            close(backend)

        def run(site: Any, state: Path, kiosk: Any, *rest: Any) -> int:
            self.order.append(f"{site.name} on {kiosk.size[0]}")
            rest[-1]()  # ready
            return 0

        def serve(made: Any, site: Any, *_: Any) -> int:
            self.order.append(f"{site.name} on {made.backend.size[0]}")
            made.loop.work()
            return 0

        monkeypatch.setattr(config, "check", checked)
        monkeypatch.setattr(appliance, "first_frame", painted)
        monkeypatch.setattr(Headless, "close", gone)
        monkeypatch.setattr("lockerd.simulation.run.run", run)
        monkeypatch.setattr("lockerd.serve.serve", serve)

    def simulate(self, state: Path, site_file: Path, panel: str | None = None) -> int:
        from lockerd.simulation.main import simulate

        self.order.clear()
        return simulate(state, site_file, headless=True, panel=panel)

    def run(self, state: Path, site_file: Path) -> int:
        from lockerd import daemon

        self.order.clear()
        return daemon._once(state, site_file, headless=True)[1]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Start:
    return Start(monkeypatch)


NAMED = "Riverside Legal"
PICTURE, READS, RUNS = f"picture of {NAMED}", "config", f"{NAMED} on 800"


@pytest.mark.parametrize("way", ["simulate", "run"])
def test_the_second_start_paints_before_it_reads(
    tmp_path: Path, site_file: Path, start: Start, way: str
) -> None:
    go = getattr(start, way)
    assert go(tmp_path, site_file) == 0
    first = list(start.order)
    assert go(tmp_path, site_file) == 0
    assert first == [READS, PICTURE, RUNS]
    assert start.order == [PICTURE, READS, RUNS], "and once"
    assert start.closed == (2 if way == "run" else 0), "by the appliance, at its end"


def test_a_changed_config_is_read_first(tmp_path: Path, site_file: Path, start: Start) -> None:
    start.simulate(tmp_path, site_file)
    site_file.write_text(site_file.read_text().replace(NAMED, "Hillside"))
    start.simulate(tmp_path, site_file)
    assert start.order == ["config", "picture of Hillside", "Hillside on 800"]
    start.simulate(tmp_path, site_file)
    assert start.order[0] == "picture of Hillside"


@pytest.mark.parametrize("way", ["simulate", "run"])
def test_a_face_that_lies_is_found_out(
    tmp_path: Path, site_file: Path, start: Start, way: str
) -> None:
    go = getattr(start, way)
    go(tmp_path, site_file)
    start.closed = 0
    file = tmp_path / NAME
    truth = file.read_text()
    file.write_text(truth.replace("800 480", "480 800").replace(NAMED, "Elsewhere"))
    assert go(tmp_path, site_file) == 0
    assert start.order == ["picture of Elsewhere", READS, PICTURE, RUNS]
    assert start.sizes[-2:] == [(480, 800), (800, 480)]
    assert start.closed == (2 if way == "run" else 1)
    assert file.read_text() == truth


def test_a_config_that_is_no_good_any_more_ends_as_ever(
    tmp_path: Path, site_file: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same file, and this version finds a mistake in it: a time zone that is gone."""
    start.simulate(tmp_path, site_file)
    monkeypatch.setattr(config, "check", lambda path: (None, []))
    assert start.simulate(tmp_path, site_file) == 1
    assert start.order == [PICTURE] and start.closed == 1


def test_a_simulated_cabinet_is_not_run(tmp_path: Path, site_file: Path, start: Start) -> None:
    start.device = False
    start.simulate(tmp_path, site_file)
    assert start.run(tmp_path, site_file) == 2
    assert start.order == [PICTURE, READS] and start.closed == 1


def test_another_panel_is_for_once(tmp_path: Path, site_file: Path, start: Start) -> None:
    start.simulate(tmp_path, site_file, panel="10")
    assert start.order == [READS, PICTURE, f"{NAMED} on 1280"]
    assert not (tmp_path / NAME).exists()
    start.simulate(tmp_path, site_file)
    start.simulate(tmp_path, site_file, panel="10")
    assert start.order == [READS, PICTURE, f"{NAMED} on 1280"]


def test_a_start_goes_on_where_it_cannot_be_kept(
    tmp_path: Path, site_file: Path, start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / NAME).mkdir()
    assert start.simulate(tmp_path, site_file) == 0
    assert "look at the disk" in capsys.readouterr().err
