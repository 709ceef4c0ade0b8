"""The demonstration cabinet, how a site is built, and what `check-config` prints."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import subprocess
import sys
import zoneinfo
from pathlib import Path

import pytest

from lockerd.config import check, main_lines, read
from lockerd.config.cabinet import CONSOLE, PULLED_DOWN
from lockerd.core.site import SIZES

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "config" / "demo.toml"
MISTAKES = Path(__file__).parent / "mistakes"
VALID = (MISTAKES / "valid.toml").read_text(encoding="utf-8")

FRONT: dict[int, list[tuple[str, int]]] = {
    0: [("1", 1), ("2", 1), ("3", 1), ("4", 1), ("5", 2), ("6", 2)],
    1: [("7", 2), ("8", 2), ("9", 1), ("10", 1), ("11", 2)],
    3: [("12", 1), ("13", 1), ("14", 1), ("15", 1), ("16", 1), ("17", 1), ("18", 2)],
    4: [("19", 2), ("20", 1), ("21", 1), ("22", 2), ("23", 2)],
}


def _written(tmp_path: Path, *changes: tuple[str, str], tail: str = "") -> Path:
    text = VALID
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "site.toml"
    path.write_text(text + tail, encoding="utf-8")
    return path


def test_demo_has_no_complaint_and_its_own_digest() -> None:
    site, complaints = check(DEMO)
    assert complaints == []
    assert site is not None
    assert site.digest == hashlib.sha256(DEMO.read_bytes()).hexdigest()
    assert (site.name, site.fleet, site.device) == ("Riverside Legal", "lockerd.example", "rl-07")
    assert (site.help_phone, site.time_zone) == ("020 7946 0188", "Europe/London")
    assert (site.driver, site.board, site.owner_key) == ("sim", "cm", "")
    assert [one.name for one in site.profiles] == ["documents", "keys", "evidence"]
    assert site.profile("documents").show_code
    assert site.profile("documents").window_h == 72
    assert not site.profile("evidence").show_code
    assert site.profile("evidence").straddle == "ask-operator"
    assert site.scanner.kind == "none"


def test_demo_front_is_the_drawn_one() -> None:
    site = read(DEMO)
    assert [one.kind for one in site.columns] == ["doors", "doors", "screen", "doors", "doors"]
    assert {one.column for one in site.compartments} == set(FRONT)
    for column, doors in FRONT.items():
        held = [one for one in site.compartments if one.column == column]
        assert [(one.unit, one.height) for one in held] == doors
        edge = 0
        for one in held:
            assert one.top == edge
            edge += one.height
        assert edge == site.columns[column].height == 8
    heights = {
        size: {one.height for one in site.compartments if one.size == size} for size in SIZES
    }
    assert heights == {"S": {1}, "M": {2}, "L": {2}, "XL": set()}


def test_demo_uses_all_46_lines_and_suits_a_real_board() -> None:
    site = read(DEMO)
    strikes = {one.strike.pin for one in site.compartments}
    contacts = {one.contact.pin for one in site.compartments}
    assert sorted(strikes | contacts) == list(range(46))
    assert strikes <= PULLED_DOWN - set(CONSOLE)


def test_settings_of_a_door_override_those_of_the_cabinet(tmp_path: Path) -> None:
    tail = "\n[strike]\npulse_ms = 200\nactive_high = true\n[contact]\nstable_ms = 90\n"
    own = "contact_pin = 6\npulse_ms = 300\nclosed_high = true\nreach_mm = 1400\nclimate = 'cold'"
    site = read(_written(tmp_path, ("contact_pin = 6", own), tail=tail))
    first, second = site.compartments
    assert (first.strike.pulse_ms, second.strike.pulse_ms) == (200, 300)
    assert (first.contact.closed_high, second.contact.closed_high) == (False, True)
    assert first.contact.stable_ms == second.contact.stable_ms == 90
    assert (second.reach_mm, second.climate) == (1400, "cold")


def test_door_goes_below_the_one_listed_before_it(tmp_path: Path) -> None:
    site = read(_written(tmp_path, ('unit = "1"', 'unit = "1"\ntop = 1\nheight = 2')))
    assert [(one.top, one.height) for one in site.compartments] == [(1, 2), (3, 1)]


def test_whole_millimetres_become_numbers(tmp_path: Path) -> None:
    tail = "\n[screen]\nwidth_px = 1280\nheight_px = 800\nwidth_mm = 217\nheight_mm = 135.6\n"
    screen = read(_written(tmp_path, tail=tail)).screen
    assert isinstance(screen.width_mm, float)
    assert (screen.width_px, screen.width_mm, screen.height_mm) == (1280, 217.0, 135.6)


@pytest.mark.parametrize(
    "key",
    [
        "dGhpcyBpcyBub3QgYSBrZXkgYnV0IDMyIGJ5dGVzLi4=",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "",
    ],
    ids=["base64", "verifier key", "none"],
)
def test_owner_keys_that_are_right(tmp_path: Path, key: str) -> None:
    path = _written(tmp_path, ('name = "', f'owner_key = "{key}"\nname = "'))
    assert read(path).owner_key == key


def test_owner_key_is_missed_only_by_a_real_cabinet(tmp_path: Path) -> None:
    site, complaints = check(MISTAKES / "gpio_without_owner.toml")
    assert site is None
    assert [one.code for one in complaints] == ["E-CFG-060", "W-CFG-110"]
    site, complaints = check(_written(tmp_path))
    assert site is not None
    assert complaints == []


def test_every_row_of_the_demo_is_blamed_by_its_own_line(tmp_path: Path) -> None:
    rows = DEMO.read_text(encoding="utf-8").split("\n")
    path = tmp_path / "demo.toml"
    blamed = 0
    for number, row in enumerate(rows, 1):
        if "strike_pin" not in row:
            continue
        broken = re.sub(r'size = "."', "size = 7", row)
        path.write_text("\n".join([*rows[: number - 1], broken, *rows[number:]]), encoding="utf-8")
        site, complaints = check(path)
        assert site is None
        assert [(one.line, one.key, one.code) for one in complaints] == [
            (number, "size", "E-CFG-030")
        ]
        blamed += 1
    assert blamed == 23


def test_machine_without_time_zones_warns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> None:
        raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(zoneinfo, "ZoneInfo", unknown)
    monkeypatch.setattr(zoneinfo, "available_timezones", lambda: set[str]())
    path = _written(tmp_path)
    site, complaints = check(path)
    expected = (MISTAKES / "no_tz_database.expect").read_text().replace("{path}", str(path))
    assert [str(one) for one in complaints] == expected.splitlines()
    assert site is not None
    assert site.time_zone == "Europe/London"


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    loop = tmp_path / "loop.toml"
    loop.symlink_to(loop)
    os.mkfifo(tmp_path / "pipe.toml")
    paths = [loop, tmp_path / "pipe.toml", Path("a\0b"), tmp_path / ("x" * 300)]
    codes = []
    for path in paths:
        site, complaints = check(path)
        assert site is None
        codes += [one.code for one in complaints]
        assert "\0" not in str(complaints[0])
    assert codes == ["E-CFG-001", "E-CFG-002", "E-CFG-001", "E-CFG-001"]


def test_file_of_another_user_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> None:
        raise PermissionError(errno.EACCES, "denied")

    path = _written(tmp_path)
    monkeypatch.setattr(os, "stat", denied)
    site, complaints = check(path)
    monkeypatch.undo()
    assert site is None
    assert [one.what for one in complaints] == ["may not be read by this user"]


def test_lines_and_exit_codes(tmp_path: Path) -> None:
    wrong = MISTAKES / "pulse_too_long.toml"
    warned = MISTAKES / "warn_clock.toml"
    lines, code = main_lines([DEMO])
    assert (len(lines), code) == (1, 0)
    assert lines[0].startswith(f"{DEMO}: fine, 23 doors, 3 profiles, sha256 ")
    lines, code = main_lines([warned])
    assert code == 0
    assert lines[0].endswith("(W-CFG-101)")
    assert lines[1].startswith(f"{warned}: 1 warning, 2 doors, 1 profile, sha256 ")
    lines, code = main_lines([DEMO, wrong])
    assert code == 1
    assert lines[-1] == f"{wrong}: 1 mistake"
    assert lines[-2].endswith("(E-CFG-031)")
    assert main_lines([])[1] == 2


def test_json_is_one_object_per_file() -> None:
    wrong = MISTAKES / "many_wiring.toml"
    lines, code = main_lines([DEMO, wrong], json=True)
    assert code == 1
    fine, bad = (json.loads(line) for line in lines)
    assert fine["ok"] is True
    assert fine["doors"] == 23
    assert fine["complaints"] == []
    assert len(fine["digest"]) == 64
    assert bad["ok"] is False
    assert "digest" not in bad
    printed = [
        f"{wrong}:{one['line']}: [{one['table']}] {one['key']}: "
        f"{one['what']}; {one['remedy']} ({one['code']})"
        for one in bad["complaints"]
    ]
    assert printed == main_lines([wrong])[0][:-1]


def test_reading_a_good_file_imports_nothing_heavy() -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom lockerd.config import read\n"
        f"read(Path({str(DEMO)!r}))\n"
        "heavy = {'asyncio', 'click', 'dateutil', 'pkg_resources', 'ssl', 'email'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
