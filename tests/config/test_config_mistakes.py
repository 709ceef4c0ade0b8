"""Every kind of installer's mistake, beside the exact lines that it earns.

`mistakes/NAME.toml` holds the mistake and `NAME.expect` the complaints, with `{path}` for the path.
What no text file can hold (a directory, odd bytes, great size) is made here, under the same names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lockerd.config import Complaint, ConfigError, check, read
from lockerd.config.complaint import CODES, MAX_COMPLAINTS
from lockerd.config.document import MAX_BAD_LINES, MAX_BYTES

HERE = Path(__file__).parent / "mistakes"
ROOT = Path(__file__).parents[2]
VALID = (HERE / "valid.toml").read_bytes()

SHAPE = re.compile(
    r"(?P<path>.+):(?P<line>[1-9]\d*): \[(?P<table>[^\]]+)\] (?P<key>\S.*?): "
    r"(?P<what>[^;]+); (?P<remedy>.+) \((?P<code>[EW]-CFG-\d{3})\)"
)
SILENT = {"valid", "crlf"}
"""Files without a mistake: the negative controls."""


def _write(data: bytes) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(data)

    return make


def _many_doors(count: int) -> bytes:
    row = b'[[compartment]]\nunit = "D%d"\ncolumn = 0\nsize = "S"\n'
    row += b"strike_pin = 99\ncontact_pin = 99\n"
    head, _, tail = VALID.partition(b"[[compartment]]")
    rows = b"".join(row % number for number in range(count))
    return head + rows + tail[tail.index(b"[profile") :]


MADE: dict[str, Callable[[Path], None]] = {
    "crlf": _write(VALID.replace(b"\n", b"\r\n")),
    "directory": Path.mkdir,
    "missing": lambda path: None,
    "too_large": _write(VALID + b"# more\n" * (MAX_BYTES // 7)),
    "not_utf8": _write(VALID.replace(b"Riverside", "Rivi\u00e8re".encode("latin-1"))),
    "byte_order_mark": _write(b"\xef\xbb\xbf" + VALID.replace(b'"S"', b'"s"', 1)),
    "utf16": _write(VALID.decode().encode("utf-16")),
    "too_many_profiles": _write(VALID + b"".join(b"[profile.p%d]\n" % n for n in range(32))),
    "too_many_bad_lines": _write(b"name: x\n" * (MAX_BAD_LINES + 1) + VALID),
}

FILES = sorted(one.stem for one in HERE.glob("*.toml"))


def _expected(name: str, path: Path) -> list[str]:
    text = (HERE / f"{name}.expect").read_text(encoding="utf-8")
    return text.replace("{path}", str(path)).splitlines()


@pytest.mark.parametrize("name", FILES)
def test_mistake_earns_exactly_its_lines(name: str) -> None:
    path = HERE / f"{name}.toml"
    site, complaints = check(path)
    assert [str(one) for one in complaints] == _expected(name, path)
    assert (site is None) == any(one.is_error for one in complaints)


@pytest.mark.parametrize("name", sorted(MADE))
def test_made_mistake_earns_its_first_lines(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.toml"
    MADE[name](path)
    site, complaints = check(path)
    expected = _expected(name, path)
    assert [str(one) for one in complaints][: len(expected)] == expected
    assert bool(complaints) == (name not in SILENT)
    assert (site is None) == any(one.is_error for one in complaints)


def test_nothing_beyond_the_limit_is_shown_and_the_rest_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "many.toml"
    path.write_bytes(_many_doors(150))
    site, complaints = check(path)
    assert site is None  # two wrong pins each, and 146 doors below a column of four units
    assert len(complaints) == MAX_COMPLAINTS + 1
    assert complaints[-1].code == "E-CFG-010"
    assert complaints[-1].what.startswith("has 246 more")


def test_there_are_enough_of_them() -> None:
    mistakes = [one for one in (*FILES, *MADE) if one not in SILENT]
    several = [one for one in FILES if len({line[:40] for line in _expected(one, HERE)}) >= 3]
    assert len(mistakes) >= 45
    assert len([one for one in several if one.startswith("many_")]) >= 3
    named = {*FILES, *MADE, "no_tz_database", "profile_damaged", "too_few_people"}
    assert {one.stem for one in HERE.glob("*.expect")} == named


@pytest.mark.parametrize("name", sorted(one.stem for one in HERE.glob("*.expect")))
def test_every_line_has_the_promised_shape_and_order(name: str) -> None:
    lines = _expected(name, Path("site.toml"))
    found = [SHAPE.fullmatch(line) for line in lines]
    assert all(found), lines
    numbers = [int(match["line"]) for match in found if match]
    assert numbers == sorted(numbers)


def test_every_code_has_a_mistake_and_a_row_in_the_manual() -> None:
    shown = "".join(one.read_text(encoding="utf-8") for one in HERE.glob("*.expect"))
    manual = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    for code in CODES:
        assert f"({code})" in shown, f"no file earns {code}"
        assert f"| {code} |" in manual
    used = set[str]()
    for source in (ROOT / "lockerd" / "config").glob("*.py"):
        used |= set(re.findall(r"[EW]-CFG-\d{3}", source.read_text(encoding="utf-8")))
    assert used == set(CODES)


@pytest.mark.parametrize("name", FILES)
def test_read_agrees_with_check(name: str) -> None:
    path = HERE / f"{name}.toml"
    site, complaints = check(path)
    if site is not None:
        assert read(path) == site
        return
    with pytest.raises(ConfigError) as caught:
        read(path)
    assert caught.value.complaints == tuple(complaints)
    assert str(caught.value) == "\n".join(map(str, complaints))


def test_crlf_is_the_same_site_but_for_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "crlf.toml"
    MADE["crlf"](path)
    here, there = read(HERE / "valid.toml"), read(path)
    assert here.digest != there.digest
    assert here.compartments == there.compartments
    assert here.profiles == there.profiles


def test_complaint_is_printed_as_promised() -> None:
    one = Complaint("a.toml", 3, "strike", "pulse_ms", "E-CFG-031", "is 5", "write 50")
    assert str(one) == "a.toml:3: [strike] pulse_ms: is 5; write 50 (E-CFG-031)"


def test_free_text_is_never_repeated(tmp_path: Path) -> None:
    marked = "hunter2Erika Mustermann"
    for key in ("name", "help_phone", "fleet", "owner_key", "help_hours", "pin", "wifi_password"):
        path = tmp_path / f"{key}.toml"
        text = re.sub(rf"(?m)^{key} = .*\n", "", VALID.decode())
        path.write_text(text.replace("[site]\n", f'[site]\n{key} = "\\u0007{marked}"\n'))
        site, complaints = check(path)
        assert site is None
        assert complaints
        assert not any("hunter2" in str(one) or "Erika" in str(one) for one in complaints)
