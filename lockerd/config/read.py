"""Builds a `Site` from rows without a mistake, and prints what was found.

Rules.  The digest is that of the bytes that were parsed, each file read once: the site's, then
those of the shipped profiles that it names, each once and in the order of their names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, cast

from lockerd.config.cabinet import check_cabinet, setting, tops
from lockerd.config.complaint import Complaint, ConfigError, Sheet
from lockerd.config.document import load, parse
from lockerd.config.people import check_people
from lockerd.config.rows import Reader, Row, Rows
from lockerd.config.times import calendar_of, notify_of, profile_values
from lockerd.core.site import (
    Appearance,
    ClockSource,
    Column,
    Compartment,
    Contact,
    Keypad,
    Printer,
    Profile,
    Scanner,
    Screen,
    Site,
    Slips,
    Speech,
    Strike,
    Timing,
)


def read(path: Path) -> Site:
    """The site in a file; ConfigError with every complaint when it has a mistake."""
    site, complaints = check(path)
    if site is None:
        raise ConfigError(tuple(complaints))
    return site


def check(
    path: Path, roles: Mapping[str, int] | None = None
) -> tuple[Site | None, list[Complaint]]:
    """The site in a file, None when it has a mistake, and all complaints in file order.

    `roles`: how many people of each role can sign in, where that is known; the profiles are held
    against it.  Never raises for what a file holds; a site may come with warnings.
    """
    sheet = Sheet(str(path))
    data = load(path, sheet)
    return (None, sheet.in_order()) if data is None else _checked(data, sheet, roles)


def check_text(text: str, name: str) -> tuple[Site | None, list[Complaint]]:
    """The same of a text that is in no file yet and will be one of this name."""
    return _checked(text.encode("utf-8"), Sheet(name), None)


def _checked(
    data: bytes, sheet: Sheet, roles: Mapping[str, int] | None
) -> tuple[Site | None, list[Complaint]]:
    document = parse(data, sheet)
    if document is None:
        return None, sheet.in_order()
    rows = Reader(document, sheet).rows()
    if not document.mended:
        check_cabinet(rows, sheet)
    if roles is not None and not document.mended:
        check_people(rows, roles, sheet)
    if sheet.refused:
        return None, sheet.in_order()
    return _site(rows, _digest(data, rows)), sheet.in_order()


def _digest(data: bytes, rows: Rows) -> str:
    whole = hashlib.sha256(data)
    used = {row.shipped.name: row.shipped.data for row in rows["profile"] if row.shipped}
    for name in sorted(used):
        whole.update(used[name])
    return whole.hexdigest()


def main_lines(
    paths: Sequence[Path], json: bool = False, roles: Mapping[str, int] | None = None
) -> tuple[list[str], int]:
    """What `check-config` prints about some files, and its exit code.

    0: all are fine, warnings allowed; 1: one has a mistake; 2: no file was named.  With `json`, one
    object per file: `path`, `ok`, `digest`, `doors`, `profiles`, `complaints`.
    """
    if not paths:
        return ["no file to check; name one or more config files"], 2
    lines: list[str] = []
    code = 0
    for path in paths:
        site, complaints = check(path, roles)
        code = code if site is not None else 1
        lines.extend(_as_json(path, site, complaints) if json else _as_text(path, site, complaints))
    return lines, code


def _as_text(path: Path, site: Site | None, complaints: list[Complaint]) -> list[str]:
    shown = Sheet(str(path)).path
    errors = sum(one.is_error and not one.is_rest for one in complaints)
    warnings = sum(not one.is_error for one in complaints)
    counts = [_count(errors, "mistake"), _count(warnings, "warning")]
    summary = ", ".join(one for one in counts if one)
    if site is not None:
        parts = [summary or "fine", _count(len(site.compartments), "door")]
        parts += [_count(len(site.profiles), "profile"), f"sha256 {site.digest}"]
        summary = ", ".join(parts)
    return [*map(str, complaints), f"{shown}: {summary}"]


def _as_json(path: Path, site: Site | None, complaints: list[Complaint]) -> list[str]:
    import json

    found = [
        {
            "line": one.line,
            "table": one.table,
            "key": one.key,
            "code": one.code,
            "what": one.what,
            "remedy": one.remedy,
        }
        for one in complaints
    ]
    answer: dict[str, Any] = {"path": Sheet(str(path)).path, "ok": site is not None}
    if site is not None:
        answer["digest"] = site.digest
        answer["doors"] = len(site.compartments)
        answer["profiles"] = [one.name for one in site.profiles]
    return [json.dumps({**answer, "complaints": found})]


def _count(number: int, noun: str) -> str:
    if number == 0:
        return ""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _all(row: Row) -> dict[str, Any]:
    """Every value of a row, under the names that the frozen class has too."""
    values: dict[str, Any] = {}
    for key in row.table.keys:
        value = row.value(key.name)
        values[key.name] = float(value) if key.kind == "number" and value is not None else value
    return values


def _languages(row: Row) -> tuple[str, ...]:
    """The languages in their order, each once."""
    return tuple(dict.fromkeys(row.text("languages").split()))


def _site(rows: Rows, digest: str) -> Site:
    driver = rows["driver"][0]
    return Site(
        **{**_all(rows["site"][0]), "languages": _languages(rows["site"][0])},
        driver=cast(Literal["sim", "gpio"], driver.text("kind")),
        board=driver.text("board"),
        compartments=_compartments(rows),
        columns=tuple(Column(**_all(row)) for row in rows["column"]),
        profiles=tuple(
            Profile(str(row.path[1]), **{**_all(row), **profile_values(row)})
            for row in rows["profile"]
        ),
        calendar=calendar_of(rows),
        notify=notify_of(rows),
        screen=Screen(**_all(rows["screen"][0])),
        kiosk=Appearance(**_all(rows["kiosk"][0])),
        scanner=Scanner(**_all(rows["scanner"][0])),
        keypad=Keypad(**_all(rows["keypad"][0])),
        speech=Speech(**_all(rows["speech"][0])),
        clock=ClockSource(**_all(rows["clock"][0])),
        timing=Timing(**_all(rows["timing"][0])),
        printer=Printer(**_all(rows["printer"][0])),
        slips=Slips(**_all(rows["slips"][0])),
        copy_dir=rows["copy"][0].text("directory"),
        stick_dir=rows["stick"][0].text("directory"),
        witnesses=tuple(row.text("vkey") for row in rows["witness"]),
        digest=digest,
    )


def _compartments(rows: Rows) -> tuple[Compartment, ...]:
    found = []
    for row, top in zip(rows["compartment"], tops(rows), strict=True):
        values = _all(row)
        strike = {"pin": values["strike_pin"]}
        for name in ("active_high", "pulse_ms", "cooldown_ms"):
            strike[name] = setting(row, rows, name)
        contact = {"pin": values["contact_pin"]}
        for name in ("closed_high", "stable_ms"):
            contact[name] = setting(row, rows, name)
        plain = ("unit", "size", "column", "height", "reach_mm", "climate")
        found.append(
            Compartment(
                **{name: values[name] for name in plain},
                top=top if top is not None else 0,
                strike=Strike(**strike),
                contact=Contact(**contact),
            )
        )
    return tuple(found)
