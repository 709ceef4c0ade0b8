"""The seven shipped profiles, how a site begins with one, and whether its people are enough."""

from __future__ import annotations

import configparser
import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from lockerd.config import check, check_text, read, rows, shipped
from lockerd.config.schema import SHIPPED
from lockerd.config.tables import BY_NAME

ROOT = Path(__file__).parents[2]
PROFILES = ROOT / "config" / "profiles"
HERE = Path(__file__).parent / "mistakes"
HEAD = (HERE / "like_unknown.toml").read_text(encoding="utf-8").partition("[profile")[0]
PRINTER = '[printer]\nkind = "escpos"\ndevice = "/dev/usb/lp0"\n'
SLIPS = (
    '[slips]\nkey = "/1GBFbOwplZ5tsSZC3/uTRUMmz3DhT9NPpw6RmvhltA="\ndirectory = "/media/slips"\n'
)
PEOPLE = "".join(
    f'[notify.{one}]\ntitle = "Somebody"\n' for one in ("desk", "custodian", "on-call")
)
ALL = PRINTER + SLIPS + PEOPLE

ANSWERED = {
    "title",
    "window_h",
    "reminders_h",
    "delivery",
    "show_code",
    "authorisers",
    "second_factor",
    "signature",
    "seal",
    "exchange",
    "straddle",
    "interrupted",
    "attempts",
    "at_expiry",
}
"""What every shipped profile says itself, whatever the defaults are."""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def expected(name: str, path: Path) -> list[str]:
    return (HERE / f"{name}.expect").read_text().replace("{path}", str(path)).splitlines()


# -- what is shipped ------------------------------------------------------------------------------


def test_there_are_seven_and_no_other() -> None:
    assert sorted(one.stem for one in PROFILES.iterdir()) == sorted(SHIPPED)
    assert len(SHIPPED) == 7


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_profile_answers_everything_and_says_why(name: str) -> None:
    text = (PROFILES / f"{name}.toml").read_text(encoding="utf-8")
    held = tomllib.loads(text)["profile"]
    assert list(held) == [name]
    ends = {"escalate": {"escalate_h", "escalate_to"}, "reassign": {"reassign_to"}}
    assert set(held[name]) == ANSWERED | ends.get(held[name]["at_expiry"], set())
    head = text.partition("[profile")[0]
    for question in ("Who deposits: ", "Who collects: ", "Proof: ", "When it fails: "):
        assert question in head
    assert " # " in next(line for line in text.splitlines() if line.startswith("straddle")) or (
        held[name]["straddle"] == "release-and-flag"
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_a_site_that_says_like_has_its_values(name: str) -> None:
    site, complaints = check_text(f'{HEAD}{ALL}[profile.mine]\nlike = "{name}"\n', "site.toml")
    assert complaints == [] and site is not None
    mine, values = site.profile("mine"), shipped.shipped(name).values
    assert mine.like == name
    for key in ANSWERED - {"reminders_h"}:
        assert getattr(mine, key) == values[key], key
    assert mine.reminders_h == tuple(map(int, str(values["reminders_h"]).split()))
    assert mine.escalate_to == tuple(str(values.get("escalate_to", "")).split())
    assert mine.reassign_to == tuple(str(values.get("reassign_to", "")).split())


def test_what_is_asked_for_beside_it_is_in_its_first_lines() -> None:
    """A profile on a bare site is refused for what its file announces."""
    needs = {"slip": "a printer", "file": "[slips]"}
    asked = set()
    for name in SHIPPED:
        _, complaints = check_text(f'{HEAD}[profile.mine]\nlike = "{name}"\n', "site.toml")
        head = (PROFILES / f"{name}.toml").read_text(encoding="utf-8").partition("[profile")[0]
        for one in complaints:
            values = shipped.shipped(name).values
            wanted = str(values[one.key])
            word = needs[wanted] if one.key == "delivery" else f"[notify.{wanted}]"
            assert word in head, (name, str(one))
            asked.add(one.key)
    assert asked == {"delivery", "escalate_to", "reassign_to"}


def test_an_installation_gets_them() -> None:
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    assert setup["options.data_files"]["share/lockerd/profiles"] == "config/profiles/*.toml"


@pytest.mark.parametrize("name", SHIPPED)
def test_each_is_told_from_deposit_to_receipt_and_in_a_failure(name: str) -> None:
    """The stories themselves are played by tests/stories."""
    stories = ROOT / "tests" / "stories"
    told = [tomllib.loads(one.read_text(encoding="utf-8")) for one in stories.glob("profile_*")]
    mine = [
        one
        for one in told
        if [profile.like for profile in read(stories / one["config"]).profiles] == [name]
    ]
    ends = [step for one in mine for step in one["step"]]
    assert any(step.get("expect_screen") == "receipt" for step in ends)
    assert len(mine) >= 2


# -- a site that begins with one ------------------------------------------------------------------


def test_what_a_site_says_goes_before(tmp_path: Path) -> None:
    own = 'like = "keys"\ntitle = "Vans"\nwindow_h = 8\nauthorisers = 1\n'
    site = read(written(tmp_path, f"{HEAD}{ALL}[profile.vans]\n{own}"))
    vans = site.profile("vans")
    assert (vans.title, vans.window_h, vans.authorisers) == ("Vans", 8, 1)
    assert (vans.straddle, vans.show_code, vans.escalate_h) == ("release-and-flag", True, (0, 4))


def test_another_end_takes_the_people_of_the_shipped_one_away(tmp_path: Path) -> None:
    text = f'{HEAD}[profile.keys]\nlike = "keys"\nat_expiry = "return"\n'
    site = read(written(tmp_path, text))
    assert site.profile("keys").escalate_to == () and site.profile("keys").escalate_h == ()


def test_the_digest_covers_each_once_by_name(tmp_path: Path) -> None:
    tables = "".join(
        f'[profile.{name}]\nlike = "{like}"\n'
        for name, like in (("b", "repairs"), ("a", "documents"), ("c", "repairs"))
    )
    path = written(tmp_path, f"{HEAD}{ALL}{tables}")
    whole = path.read_bytes() + b"".join(
        (PROFILES / f"{one}.toml").read_bytes() for one in ("documents", "repairs")
    )
    assert read(path).digest == hashlib.sha256(whole).hexdigest()
    plain = written(tmp_path, f'{HEAD}[profile.own]\ntitle = "Own"\n')
    assert read(plain).digest == hashlib.sha256(plain.read_bytes()).hexdigest()


def test_another_shipped_profile_is_another_config(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, f'{HEAD}{ALL}[profile.a]\nlike = "documents"\n')
    before = read(path).digest
    there = tmp_path / "profiles"
    there.mkdir()
    text = (PROFILES / "documents.toml").read_text(encoding="utf-8")
    (there / "documents.toml").write_text(text.replace("window_h = 72", "window_h = 71"))
    monkeypatch.setattr(shipped, "folder", lambda: there)
    assert read(path).profile("a").window_h == 71
    assert read(path).digest != before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "cannot be read"),
        ("[profile.keys", "cannot be read"),
        ("\xff", "is not one"),
        ("[profile.keys]\n[profile.documents]\n", "is not one"),
        ("[profile.documents]\nstray = 1\n", "holds a key or value"),
        ("[profile.documents]\nwindow_h = 0\n", "holds a key or value"),
        ('[profile.documents]\nlike = "keys"\n', "holds a key or value"),
        ("#" * 20_000, "is not one"),
        ("[profile.documents]\n", ""),
    ],
)
def test_a_damaged_one_is_named_with_its_line(
    text: str | None, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "profiles"
    there.mkdir()
    if text is not None:
        (there / "documents.toml").write_text(text, encoding="latin-1" if "\xff" in text else None)
    monkeypatch.setattr(shipped, "folder", lambda: there)
    path = written(tmp_path, f'{HEAD}[profile.documents]\nlike = "documents"\n')
    site, complaints = check(path)
    if not words:
        assert site is not None and complaints == []
        return
    assert site is None
    assert [one.code for one in complaints] == ["E-CFG-050"]
    assert words in complaints[0].what or "\xff" in str(text)
    if text is None:
        assert [str(one) for one in complaints] == expected("profile_damaged", path)


def test_a_row_without_like_begins_with_nothing() -> None:
    row = rows.Row(BY_NAME["profile"], "profile.x", ("profile", "x"))
    assert (row.shipped, row.value("window_h")) == (None, 72)


# -- people ---------------------------------------------------------------------------------------

THREE = """[profile.documents]
title = "Documents"
[profile.witnessed]
second_factor = "witnessed"
[profile.cash]
authorisers = 2
"""


@pytest.mark.parametrize(
    ("roles", "blamed"),
    [
        (None, []),
        ({}, ["documents", "witnessed", "cash"]),
        ({"technician": 5, "auditor": 2}, ["documents", "witnessed", "cash"]),
        ({"depositor": 1}, ["cash"]),
        ({"operator": 1}, ["cash"]),
        ({"operator": 2}, ["cash"]),
        ({"operator": 3}, []),
        ({"operator": 1, "depositor": 4}, ["cash"]),
        ({"operator": 2, "depositor": 1}, []),
    ],
)
def test_people_are_enough_or_it_is_said(
    roles: Mapping[str, int] | None, blamed: list[str], tmp_path: Path
) -> None:
    path = written(tmp_path, HEAD + THREE)
    site, complaints = check(path, roles)
    assert site is not None
    assert [one.table for one in complaints] == [f"profile.{one}" for one in blamed]
    assert {one.code for one in complaints} <= {"W-CFG-112"}
    if roles == {}:
        assert [str(one) for one in complaints] == expected("too_few_people", path)
