"""From a parsed document to rows: tables whose keys are known and whose values are right.

Theory of operation.  Each table of the file becomes a `Row`; a value that is wrong is reported and
left out, so that later checks of how rows fit together see only values that can be trusted.

Rules.  Unknown tables and keys are refused, with the nearest known one.  Nothing here knows what a
cabinet is: that is `cabinet.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lockerd.config.complaint import Sheet, visible
from lockerd.config.document import Document
from lockerd.config.schema import Key, Table, Value, fits
from lockerd.config.shipped import Damaged, Shipped, shipped
from lockerd.config.tables import BY_NAME, TABLES
from lockerd.config.toml_lines import Path
from lockerd.config.values import fault_of, nearest, sample, type_name, written

MAX_SUGGESTIONS = 100
"""How many unknown words of one file are compared with the known ones."""

_SECRETS = (
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "pepper",
    "psk",
    "private",
    "api_key",
)


class Row:
    """One table.  `label` names it in complaints; `path` leads to it in the document."""

    def __init__(self, table: Table, label: str, path: Path, present: bool = True) -> None:
        self.table, self.label, self.path, self.present = table, label, path, present
        self.given: dict[str, Value] = {}
        self.shipped: Shipped | None = None
        self.wrong: set[str] = set()

    def value(self, name: str) -> Value | None:
        """What is given, else what a shipped profile says, else the default.

        None when it is wrong, missing or worked out.
        """
        if name in self.wrong:
            return None
        below = {} if self.shipped is None else self.shipped.under(self.given)
        return self.given.get(name, below.get(name, self.table.key(name).default))

    def whole(self, name: str) -> int | None:
        """The value of a whole number."""
        value = self.value(name)
        assert value is None or isinstance(value, int)
        return value

    def text(self, name: str) -> str:
        """The value of a text; empty when there is none."""
        value = self.value(name)
        assert value is None or isinstance(value, str)
        return value or ""


Rows = dict[str, list[Row]]
"""The rows of every table by its name; a table of shape `one` always has one row."""


class Reader:
    """Reads the rows of one document."""

    def __init__(self, document: Document, sheet: Sheet) -> None:
        self._document = document
        self._sheet = sheet
        self._suggestions = MAX_SUGGESTIONS

    def rows(self) -> Rows:
        """Every row, after complaints about all that is wrong with any of them."""
        root = self._document.root
        rows: Rows = {}
        for table in TABLES:
            if table.required and table.name not in root and not self._document.mended:
                what, remedy = "is missing", f"add {table.header}{_must_hold(table)}"
                self._sheet.add("E-CFG-023", (), table.name, "table", what, remedy)
            rows[table.name] = self._rows_of(table, root.get(table.name))
        for name, value in root.items():
            if name not in BY_NAME:
                self._unknown_at_top(name, value)
        return rows

    def _rows_of(self, table: Table, value: object) -> list[Row]:
        name = table.name
        if table.shape == "one":
            if value is None:
                return [Row(table, name, (name,), present=False)]
            if not isinstance(value, dict):
                self._wrong_header(table, value)
                row = Row(table, name, (name,), present=False)
                row.wrong.update(table.names())
                return [row]
            return [self._row(table, name, (name,), value)]
        if value is None:
            return []
        parts: Iterable[tuple[str | int, object]]
        if table.shape == "many" and isinstance(value, list):
            parts = enumerate(value)
        elif table.shape == "named" and isinstance(value, dict):
            parts = value.items()
        else:
            self._wrong_header(table, value)
            return []
        return self._all_rows(table, list(parts))

    def _all_rows(self, table: Table, parts: list[tuple[str | int, object]]) -> list[Row]:
        name = table.name
        if not parts and not self._document.mended:
            what, remedy = "is empty", f"add {table.header}{_must_hold(table)}"
            self._sheet.add("E-CFG-023", (name,), name, "table", what, remedy)
        if len(parts) > table.limit:
            at: Path = (name, parts[table.limit][0])
            what = f"is one of {len(parts)}, more than the {table.limit} allowed"
            remedy = f"keep {table.limit}"
            if name != "witness":
                remedy += ", or make two cabinets"
            self._sheet.add("E-CFG-040", at, name, "table", what, remedy)
        rows = []
        for part, value in parts[: table.limit]:
            path: Path = (name, part)
            if not isinstance(value, dict):
                what = f"is {type_name(value)} where {table.header} is meant"
                remedy = f"write {table.header} and keys below it"
                self._sheet.add("E-CFG-025", path, name, visible(str(part)), what, remedy)
                continue
            rows.append(self._row(table, self._label(table, part, value), path, value))
        return rows

    def _label(self, table: Table, part: str | int, value: Mapping[str, object]) -> str:
        if isinstance(part, str):
            if not fits("device", part):
                what = "is not a name of small letters, digits and hyphens"
                remedy = "write a name such as [profile.documents]"
                label = f"{table.name}.{visible(part)}"
                self._sheet.add("E-CFG-034", (table.name, part), label, "table", what, remedy)
            return f"{table.name}.{visible(part)}"
        unit = value.get("unit")
        if table.name == "compartment":
            return (
                f"compartment {unit}"
                if isinstance(unit, str) and fits("unit", unit)
                else "compartment"
            )
        return f"{table.name} {part}"

    def _row(self, table: Table, label: str, path: Path, found: Mapping[str, object]) -> Row:
        row = Row(table, label, path)
        known = table.names()
        for name, value in found.items():
            if name not in known:
                self._unknown_key(row, name)
                continue
            key = table.key(name)
            fault = fault_of(key, value)
            if fault is not None:
                self._sheet.add(fault[0], (*path, name), label, name, *fault[1:])
            if fault is None or fault[0].startswith("W"):
                assert isinstance(value, str | int | float)
                row.given[name] = value
            else:
                row.wrong.add(name)
        if "like" in row.given:
            self._begin(row)
        if "like" in row.wrong:
            row.wrong.update(set(known) - set(row.given))
        for key in table.keys:
            if key.required and key.name not in found:
                row.wrong.add(key.name)
                if not self._document.mended:
                    self._missing(row, key)
        return row

    def _begin(self, row: Row) -> None:
        """Put the shipped profile that a row names below it."""
        try:
            row.shipped = shipped(row.text("like"))
        except Damaged as damaged:
            what, _, remedy = str(damaged).partition("; ")
            what = f"is {written(row.text('like'))}, whose shipped file {what}"
            self._sheet.add("E-CFG-050", (*row.path, "like"), row.label, "like", what, remedy)
            row.wrong.add("like")

    def _missing(self, row: Row, key: Key) -> None:
        remedy = f"add it, for example {key.name} = {sample(key)}"
        self._sheet.add("E-CFG-024", row.path, row.label, key.name, "is missing", remedy)

    def _wrong_header(self, table: Table, value: object) -> None:
        what = f"is {type_name(value)} where {table.header} is meant"
        if isinstance(value, list) and table.shape != "many":
            what = "has a header in double brackets"
        elif isinstance(value, dict):
            what = "has a header in single brackets"
        remedy = f"write {table.header}"
        self._sheet.add("E-CFG-025", (table.name,), table.name, "table", what, remedy)

    def _unknown_at_top(self, name: str, value: object) -> None:
        rows = isinstance(value, list) and any(isinstance(one, dict) for one in value)
        if isinstance(value, dict) or rows:
            near = self._near(name, BY_NAME)
            listed = ", ".join(table.header for table in TABLES)
            remedy = f"write {BY_NAME[near].header}" if near else f"use one of {listed}"
            shown = visible(name)
            self._sheet.add("E-CFG-020", (name,), shown, "table", "is not known", remedy)
            return
        homes = _homes(name)
        remedy = f"move it below {homes[0].header}" if homes else "move it below its table"
        what = "stands before the first table"
        self._sheet.add("E-CFG-022", (name,), "file", name, what, remedy)

    def _unknown_key(self, row: Row, name: str) -> None:
        at: Path = (*row.path, name)
        if any(secret in name.casefold() for secret in _SECRETS):
            what, remedy = "is a secret, and this file is not", "remove it and change that secret"
            self._sheet.add("E-CFG-026", at, row.label, name, what, remedy)
            return
        near = self._near(name, row.table.names())
        homes = _homes(name)
        if homes and near != name.casefold():
            what = f"does not belong in {row.table.header}"
            remedy = f"move it below {homes[0].header}"
            self._sheet.add("E-CFG-022", at, row.label, name, what, remedy)
            return
        remedy = f"write {near}" if near else f"use one of {', '.join(row.table.names())}"
        self._sheet.add("E-CFG-021", at, row.label, name, "is not known", remedy)

    def _near(self, word: str, known: Iterable[str]) -> str:
        if self._suggestions == 0:
            return ""
        self._suggestions -= 1
        return nearest(word, known)


def _homes(name: str) -> list[Table]:
    """The tables that have a key of this name."""
    return [table for table in TABLES if name in table.names()]


def _must_hold(table: Table) -> str:
    names = [key.name for key in table.keys if key.required]
    return f" with {', '.join(names)}" if names else ""
