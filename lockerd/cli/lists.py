"""Lists of handovers as files: CSV as offices write it, or JSON.

Theory of operation.  The columns are the arguments of `handover create`, in any order, by their
names in the first row; `,`, `;` or a tabulator between them.  JSON is a list of objects, or one
object per line.  Everything that is wrong with a file is found in one reading.

Rules.  UTF-8, with or without a mark.  A row is named by the line on which it begins.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from lockerd.cli.tool import Stopped

COLUMNS = (
    *("recipient", "item", "reference", "profile", "size"),
    *("reach", "climate", "from", "until", "with", "asset", "seal"),
)
"""What an export writes and an import reads."""

READ = (*COLUMNS, "fact")
"""What an import reads: nobody can export what was kept as a verifier."""

NEEDED = ("recipient", "item")
ROWS_MAX = 2_000
CELL_MAX = 1_000
DELIMITERS = ",;\t"


class Bad(NamedTuple):
    """Something wrong with a line of a file; the text ends with the remedy."""

    line: int
    text: str


class Listed(NamedTuple):
    """The rows of a file with the lines on which they begin, and what is wrong with it."""

    rows: list[dict[str, str]]
    lines: list[int]
    wrong: list[Bad]


def read(text: str, as_json: bool) -> Listed:
    """The rows of a file's text.  Raises Stopped for a file that is no list at all."""
    found = _json(text) if as_json else _csv(text)
    if len(found.rows) > ROWS_MAX:
        raise Stopped(f"this list has {len(found.rows)} rows; split it, at most {ROWS_MAX} each")
    if not found.rows and not found.wrong:
        raise Stopped("this list has no rows; write one handover a row")
    return found


def _csv(text: str) -> Listed:
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    source = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[dict[str, str]] = []
    lines: list[int] = []
    wrong: list[Bad] = []
    names: list[str] = []
    at = 1
    try:
        for cells in source:
            line, at = at, source.line_num + 1
            if not any(cells):
                continue
            if not names:
                names = _header([one.strip().casefold() for one in cells])
                continue
            if len(cells) != len(names):
                what = f"has {len(cells)} cells and the first row {len(names)}"
                wrong.append(Bad(line, f"{what}; write one cell for each column"))
                continue
            rows.append(dict(zip(names, (one.strip() for one in cells), strict=True)))
            lines.append(line)
    except csv.Error:
        wrong.append(Bad(at, "a quotation mark is not closed or stands alone; mend it"))
    return Listed(rows, lines, wrong)


def _header(names: list[str]) -> list[str]:
    unknown = [one for one in names if one not in READ]
    missing = [one for one in NEEDED if one not in names]
    if unknown or missing or len(set(names)) < len(names):
        raise Stopped(
            "the first row must name the columns, each once: "
            f"{', '.join(READ)}; recipient and item are needed"
        )
    return names


def _json(text: str) -> Listed:
    try:
        whole = json.loads(text)
    except ValueError:
        return _json_lines(text)
    if isinstance(whole, dict):
        whole = [whole]
    if not isinstance(whole, list):
        raise Stopped("this JSON is no list; write a list of objects")
    return _objects(enumerate(whole, 1))


def _json_lines(text: str) -> Listed:
    found: list[tuple[int, Any]] = []
    wrong: list[Bad] = []
    for line, one in enumerate(text.splitlines(), 1):
        if not one.strip():
            continue
        try:
            found.append((line, json.loads(one)))
        except ValueError:
            wrong.append(Bad(line, "is not JSON; write one object"))
    listed = _objects(found)
    return Listed(listed.rows, listed.lines, [*wrong, *listed.wrong])


def _objects(found: Iterable[tuple[int, Any]]) -> Listed:
    rows: list[dict[str, str]] = []
    lines: list[int] = []
    wrong: list[Bad] = []
    for line, one in found:
        if not isinstance(one, dict) or not all(
            isinstance(value, str) or value is None for value in one.values()
        ):
            wrong.append(Bad(line, "is no object of texts; write one"))
        elif not set(one) <= set(READ):
            wrong.append(Bad(line, f"has an unknown key; the keys are: {', '.join(READ)}"))
        else:
            rows.append({name: value for name, value in one.items() if value})
            lines.append(line)
    return Listed(rows, lines, wrong)


def pieces(rows: Sequence[Mapping[str, str]], most: int) -> Iterable[tuple[int, str]]:
    """`(how many rows before, JSON)` in pieces of at most `most` characters."""
    first, size = 0, 2
    held: list[str] = []
    for place, row in enumerate(rows):
        said = json.dumps({name: value for name, value in row.items() if value})
        if len(said) > most:
            raise Stopped(f"row {place + 1} is too long; shorten its texts")
        if size + len(said) + 1 > most:
            yield first, f"[{','.join(held)}]"
            first, held, size = place, [], 2
        held.append(said)
        size += len(said) + 1
    if held:
        yield first, f"[{','.join(held)}]"


def written(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV with every column, as `read` takes them back."""
    out = io.StringIO(newline="")
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(COLUMNS)
    for row in rows:
        sheet.writerow([_cell(row.get(name)) for name in COLUMNS])
    return out.getvalue()


def _cell(value: Any) -> str:
    return "" if value is None else str(value)
