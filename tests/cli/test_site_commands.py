"""`lockerctl site`: four questions, a file; and `check-config --state`, which counts people."""

from __future__ import annotations

import io
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from lockerd.cli import control, site_commands
from lockerd.cli.tool import Tool
from lockerd.config import begin, read
from support.desk_room import DeskRoom, Ran, Tty

ROOT = Path(__file__).resolve().parents[2]
OWNER = "dGhpcyBpcyBub3QgYSBrZXkgYnV0IDMyIGJ5dGVzLi4="
REAL = ("--driver", "gpio", "--board", "pi", "--name", "Quay", "--phone", "020 7946 0188")
REAL += ("--zone", "Europe/London", "--owner-key", OWNER)


def ctl(*words: str) -> Ran:
    """Run `lockerctl` where there is no cabinet."""
    args = control.parser(words).parse_args(words)
    out, err = io.StringIO(), io.StringIO()
    tool = Tool(args.state, args.json, out, err)
    return Ran(control.run(tool, args), out.getvalue(), err.getvalue())


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())


def types(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """A person at a terminal who types these lines and then nothing."""
    monkeypatch.setattr("sys.stdin", Tty("".join(f"{one}\n" for one in lines)))


def test_options_alone_write_a_file_that_the_check_accepts(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    words = ("--deposits", "counter", "--collects", "client", "--proof", "code")
    ran = ctl("site", "new", str(file), *words, "--fails", "return")
    assert (ran.code, ran.out) == (0, f"{file}: 12 doors, profile documents\n")
    assert stat.S_IMODE(file.stat().st_mode) & 0o444 == 0o444, "the daemon's user reads it"
    ran = ctl("check-config", str(file))
    assert ran.code == 0 and ran.out.startswith(f"{file}: fine, 12 doors")


def test_what_is_not_said_the_profile_answers(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    ran = ctl("site", "new", str(file), "--collects", "official", *REAL, "--doors", "4", "--json")
    site = read(file)
    assert ran.one == {"file": str(file), "doors": 4, "profile": "evidence", "digest": site.digest}
    (profile,) = site.profiles
    assert (profile.delivery, profile.authorisers, profile.at_expiry) == ("slip", 1, "escalate")
    assert (site.driver, profile.straddle) == ("gpio", "ask-operator")
    other = tmp_path / "battery.toml"
    ctl("site", "new", str(other), "--collects", "official", *REAL, "--battery-clock")
    assert read(other).profiles[0].straddle == "deny"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give --collects"),
        (("--collects", "client", "--driver", "gpio"), "--board"),
        (("--collects", "client", *REAL[:4]), "give --name"),
        (("--collects", "client", *REAL[:-2]), "give --owner-key"),
        (("--collects", "guest", *REAL), "give --slips-key"),
        (("--collects", "client", "--doors", "24"), "1 to 23 doors"),
        (("--collects", "client", "--doors", "0"), "1 to 23 doors"),
        (("--collects", "client", "--board", "pi", "--doors", "14"), "1 to 13 doors"),
    ],
)
def test_what_is_missing_is_named(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    ran = ctl("site", "new", str(tmp_path / "site.toml"), *words)
    assert ran.code == 2 and said in ran.err and len(ran.err.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_that_the_check_objects_to(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    ran = ctl("site", "new", str(file), "--collects", "client", "--zone", "Europe/Lodon")
    assert ran.code == 1 and "E-CFG-035" in ran.err and "was not written" in ran.err
    assert not file.exists()


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text("mine")
    ran = ctl("site", "new", str(file), "--collects", "client")
    assert ran.code == 1 and "is there already" in ran.err and file.read_text() == "mine"


def test_a_person_is_asked_and_enter_is_the_usual_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    types(monkeypatch, "nobody", "keyholder", "", "operator", "wait")
    file = tmp_path / "site.toml"
    ran = ctl("site", "new", str(file))
    assert ran.code == 0 and "write one of client" in ran.err
    assert [one.text in ran.err for one in begin.QUESTIONS] == [True] * 4
    assert "[desk] " in capsys.readouterr().out
    (profile,) = read(file).profiles
    assert (profile.name, profile.show_code) == ("keys", True)
    assert (profile.authorisers, profile.at_expiry) == (1, "wait")


def test_a_real_cabinet_s_facts_are_asked_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    types(monkeypatch, "", "", "", "Quay", "020 7946 0188", "Europe/London", OWNER)
    file = tmp_path / "site.toml"
    words = ("--collects", "client", "--driver", "gpio", "--board", "cm")
    assert ctl("site", "new", str(file), *words).code == 0
    assert (read(file).name, read(file).owner_key) == ("Quay", OWNER)


@pytest.mark.parametrize(
    "lines",
    [("x", "y", "z"), ("client",), ()],
    ids=["three wrong", "half", "none"],
)
def test_who_does_not_answer_gets_no_file(
    lines: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    types(monkeypatch, *lines)
    ran = ctl("site", "new", str(tmp_path / "site.toml"))
    assert ran.code == 2 and not list(tmp_path.iterdir())


def test_the_options_are_the_answers() -> None:
    assert tuple(begin.DEPOSITS.answers) == site_commands.DEPOSITS
    assert tuple(begin.COLLECTS.answers) == site_commands.COLLECTS
    assert tuple(begin.PROOF.answers) == site_commands.PROOF
    assert tuple(begin.FAILS.answers) == site_commands.FAILS


def test_profiles_are_listed() -> None:
    ran = ctl("site", "profiles")
    assert ran.code == 0 and len(ran.out.splitlines()) == 8
    rows = [json.loads(one) for one in ctl("site", "profiles", "--json").out.splitlines()]
    assert [one["name"] for one in rows] == list(begin.PROFILE_OF.values())
    assert rows[-1]["straddle"] == "deny"


def test_a_damaged_profile_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("lockerd.config.shipped.folder", lambda: tmp_path)
    ran = ctl("site", "profiles")
    assert ran.code == 1 and ran.err.endswith("install the program again\n")
    ran = ctl("site", "new", str(tmp_path / "site.toml"), "--collects", "client")
    assert ran.code == 1 and ran.err.endswith("install the program again\n")


# -- check-config with the people of a cabinet ----------------------------------------------------


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    made = DeskRoom(tmp_path / "state")
    yield made
    made.close()


def test_profiles_are_held_against_who_can_sign_in(room: DeskRoom, tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    demo = (ROOT / "config" / "demo.toml").read_text(encoding="utf-8")
    file.write_text(demo + "authorisers = 3\n", encoding="utf-8")
    ran = room.ctl("check-config", str(file), "--json")
    assert ran.code == 0
    (one,) = ran.one["complaints"]
    assert (one["code"], one["table"]) == ("W-CFG-112", "profile.evidence")
    operators = sum(row["role"] == "operator" for row in room.ctl("staff", "list", "--json").rows)
    assert f"needs 3 operators, and {operators} can sign in" in one["what"]
    assert ctl("check-config", str(file), "--json").one["complaints"] == []
    file.write_text(demo + f"authorisers = {operators}\n", encoding="utf-8")
    assert room.ctl("check-config", str(file), "--json").one["complaints"] == []


def test_a_state_directory_without_a_cabinet_is_no_answer(tmp_path: Path) -> None:
    demo = str(ROOT / "config" / "demo.toml")
    ran = ctl("check-config", demo, "--state", str(tmp_path))
    assert ran.code == 3 and "no journal" in ran.err
