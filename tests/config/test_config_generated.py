"""What is made from the table of keys: the committed copies, the defaults, the JSON Schema."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from lockerd.config import check
from lockerd.config.describe import main, manual, reference, schema
from lockerd.config.schema import Table
from lockerd.config.tables import BY_NAME, TABLES
from lockerd.core import site as core
from lockerd.core.record import Record

ROOT = Path(__file__).parents[2]
MISTAKES = Path(__file__).parent / "mistakes"

MISSING = object()

CLASSES: dict[str, type[Record]] = {
    "screen": core.Screen,
    "scanner": core.Scanner,
    "keypad": core.Keypad,
    "speech": core.Speech,
    "clock": core.ClockSource,
    "kiosk": core.Appearance,
    "timing": core.Timing,
    "printer": core.Printer,
    "slips": core.Slips,
    "strike": core.Strike,
    "contact": core.Contact,
    "column": core.Column,
    "compartment": core.Compartment,
    "profile": core.Profile,
    "notify": core.Notified,
    "site": core.Site,
}


@pytest.mark.parametrize(
    ("path", "made", "what"),
    [
        ("config/reference.toml", reference(), "reference"),
        ("config/schema.json", schema(), "schema"),
        ("docs/configuration.md", manual(), "manual"),
    ],
    ids=["reference", "schema", "manual"],
)
def test_committed_copy_is_what_the_table_makes(path: str, made: str, what: str) -> None:
    remedy = f"run: python -m lockerd.config.describe {what} > {path}"
    assert (ROOT / path).read_text(encoding="utf-8") == made, remedy


def test_describe_prints_one_of_three(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == schema()
    assert main(["poem"]) == 2
    assert "reference, schema, manual" in capsys.readouterr().err


def test_reference_is_valid_and_holds_every_key() -> None:
    path = ROOT / "config" / "reference.toml"
    site, complaints = check(path)
    assert site is not None
    assert complaints == []
    held = tomllib.loads(path.read_text(encoding="utf-8"))
    for table in TABLES:
        rows = held[table.name]
        row = rows[0] if table.shape == "many" else rows
        row = next(iter(rows.values())) if table.shape == "named" else row
        assert tuple(row) == table.names()
    assert tuple(held) == tuple(BY_NAME)


def test_every_key_is_in_the_manual_with_bounds_and_default() -> None:
    text = manual()
    for table in TABLES:
        section = text.split(f"## {table.header}\n")[1].split("\n## ")[0]
        for key in table.keys:
            rows = [row for row in section.split("\n") if row.startswith(f"| `{key.name}` |")]
            assert len(rows) == 1
            cells = [cell.strip() for cell in rows[0].strip("|").split("|")]
            assert len(cells) == 5
            assert cells[1] and cells[3] and cells[4], key.name
            assert (cells[2] != "") == (key.kind in ("integer", "number") and key.name != "column")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_defaults_are_those_of_the_site(table: Table) -> None:
    if table.name == "driver":
        kind, board = table.key("kind"), table.key("board")
        assert kind.required
        assert board.default == core.Site.board
        return
    if table.name in ("copy", "stick"):
        default = core.Site.copy_dir if table.name == "copy" else core.Site.stick_dir
        assert table.key("directory").default == default
        return
    if table.name == "witness":
        assert table.key("vkey").required and core.Site.witnesses == ()
        return
    if table.name == "calendar":
        assert {key.default for key in table.keys} == {""} and core.Site.calendar is None
        return
    made = CLASSES[table.name]
    fields = {name: getattr(made, name, MISSING) for name in made.FIELDS}
    for key in table.keys:
        if key.name.endswith("_pin"):
            assert "pin" in core.Strike.FIELDS
        elif key.name not in fields:
            assert key.absent.startswith("as in ["), key.name
        elif key.name != "top" and not (table.name == "compartment" and key.name == "height"):
            default = fields[key.name]
            expected = None if default is MISSING else default
            if isinstance(expected, tuple):
                expected = " ".join(map(str, expected))
            assert key.default == expected, key.name
            assert key.required == (default is MISSING), key.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_names_and_samples_are_sound(table: Table) -> None:
    assert len(set(table.names())) == len(table.keys)
    for key in table.keys:
        assert key.doc.endswith("."), key.name
        if key.kind in ("integer", "number") and not key.choices:
            assert key.low < key.high
            for value in (key.default, key.sample):
                assert value is None or key.low <= float(value) <= key.high


def _faults(rule: dict[str, Any], value: Any) -> list[str]:
    """A validator for the parts of JSON Schema that are used."""
    types: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "boolean": bool,
        "integer": int,
        "number": (int, float),
    }
    kind = rule["type"]
    if not isinstance(value, types[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return [f"is no {kind}"]
    found = [name for name in rule.get("required", ()) if name not in value]
    if "enum" in rule and value not in rule["enum"]:
        found.append("is no choice")
    if kind in ("integer", "number") and "minimum" in rule:
        found += [] if rule["minimum"] <= value <= rule["maximum"] else ["is out of range"]
    if kind == "string" and "pattern" in rule:
        found += [] if rule["minLength"] <= len(value) <= rule["maxLength"] else ["is too long"]
        found += [] if re.search(rule["pattern"], value) else ["has the wrong form"]
    if kind == "array":
        found += [] if rule["minItems"] <= len(value) <= rule["maxItems"] else ["is too many"]
        found += [fault for one in value for fault in _faults(rule["items"], one)]
    if kind == "object":
        for name, one in value.items():
            inner = rule.get("properties", {}).get(name)
            for pattern, other in rule.get("patternProperties", {}).items():
                inner = other if inner is None and re.search(pattern, name) else inner
            found += [f"{name} is not known"] if inner is None else _faults(inner, one)
    return found


SCHEMA_SEES = {f"E-CFG-{number:03}" for number in (20, 21, 23, 24, 25, 30, 31, 32, 33, 34)}


@pytest.mark.parametrize("name", sorted(one.stem for one in MISTAKES.glob("*.toml")))
def test_schema_agrees_with_the_reader(name: str) -> None:
    """What the schema can express it refuses exactly where the reader does."""
    path = MISTAKES / f"{name}.toml"
    codes = {one.code for one in check(path)[1] if one.is_error}
    if codes & {"E-CFG-007", "E-CFG-008", "E-CFG-009"}:
        return
    rule = json.loads(schema())
    faults = _faults(rule, tomllib.loads(path.read_text(encoding="utf-8")))
    if codes & SCHEMA_SEES:
        assert faults
    elif not codes:
        assert faults == []


@pytest.mark.parametrize("name", ["demo", "reference"])
def test_schema_accepts_what_is_shipped(name: str) -> None:
    path = ROOT / "config" / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    assert text.startswith("#:schema schema.json\n")
    assert _faults(json.loads(schema()), tomllib.loads(text)) == []
