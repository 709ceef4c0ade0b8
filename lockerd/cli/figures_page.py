"""Figures on paper: CSV for a spreadsheet, and a page of HTML that prints.

Rules.  The page is one file that loads nothing, in the style of the custody report.  Everything is
escaped.  A text that a spreadsheet would take for a formula is written with an apostrophe before
it.  The same figures make the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from string import Template
from typing import Any

from lockerd.cli.figures import COUNTED, Figures
from lockerd.cli.tool import plain, when

COLUMNS = ("section", "what", "staff", "door", "handover", "at", "until", "value", "unit", "entry")

Line = Mapping[str, Any]


def lines(figures: Figures) -> Iterable[Line]:
    """Every figure as a line of one table."""
    found = figures.all()
    for kind, what in COUNTED.items():
        yield {"section": "count", "what": what, "value": found["counts"][kind]}
    for one in found["overrides"]:
        keys = {"section": "override", "what": one["what"], "staff": one["staff"]}
        yield {**keys, "value": one["count"]}
    for one in found["uncollected"]:
        what = one["then"] or "still not collected"
        yield {**one, "section": "uncollected", "what": what, "door": one["unit"], "unit": ""}
    for one in found["discrepancies"]:
        yield {**one, "section": "discrepancy", "door": one["unit"], "unit": ""}
    for one in found["outages"]:
        yield {
            "section": "out of service",
            "what": one["why"],
            "door": one["unit"],
            "at": one["from"],
            "until": one["until"],
            "value": one["minutes"],
            "unit": "min",
            "entry": one["entry"],
        }
    yield {
        "section": "availability",
        "what": "the cabinet served",
        "at": found["from"],
        "until": found["until"],
        "value": found["available_percent"],
        "unit": "%",
    }
    for key, value in (found["collection"] or {}).items():
        unit = "min" if key.endswith("_min") else ""
        what = key.removesuffix("_min")
        yield {"section": "time to collection", "what": what, "value": value, "unit": unit}


def sheet(figures: Figures) -> str:
    """CSV, one line for each figure."""
    out = io.StringIO(newline="")
    made = csv.writer(out, lineterminator="\n")
    made.writerow(COLUMNS)
    for one in lines(figures):
        made.writerow([_cell(one.get(name)) for name in COLUMNS])
    return out.getvalue()


def _cell(value: Any) -> str:
    text = "" if value is None else plain(str(value))
    formula = isinstance(value, str) and text[:1] in ("=", "+", "-", "@")
    return f"'{text}" if formula else text


# -- the page -------------------------------------------------------------------------------------

PAGE = Template(
    """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Report: $name</title>
<style>
@page { size: A4; margin: 18mm 16mm 20mm; @bottom-right {
  content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #555 } }
* { box-sizing: border-box }
body { font: 10pt/1.45 "DejaVu Sans", "Liberation Sans", Helvetica, Arial, sans-serif;
  color: #16202a; max-width: 190mm; margin: 10mm auto; padding: 0 8mm; background: #fff }
header { border-bottom: 2pt solid #16202a; padding-bottom: 3mm; margin-bottom: 6mm }
h1 { font-size: 19pt; line-height: 1.2; margin: 0 0 1mm } h2 { font-size: 13pt; margin: 8mm 0 2mm }
p { margin: 0 0 2.5mm } footer { color: #55616d; font-size: 8.5pt; border-top: .5pt solid #c9d0d6;
  margin-top: 8mm; padding-top: 2mm }
dl { display: grid; grid-template-columns: repeat(3, 1fr); gap: 3mm; margin: 0 0 4mm }
dl div { border: .75pt solid #c9d0d6; padding: 2mm 3mm } dt { color: #55616d; font-size: 8.5pt }
dd { margin: 0; font-size: 15pt; font-weight: bold }
table { width: 100%; border-collapse: collapse; font-size: 8.5pt; margin: 0 0 4mm }
th { text-align: left; border-bottom: 1pt solid #16202a; padding: 1mm 1.5mm; font-size: 8pt }
td { border-bottom: .5pt solid #d5dade; padding: 1.2mm 1.5mm; vertical-align: top;
  overflow-wrap: anywhere }
.n { text-align: right; white-space: nowrap }
@media print { body { max-width: none; margin: 0; padding: 0 }
  thead { display: table-header-group } tr, dl div { break-inside: avoid } h2 { break-after: avoid }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
</style>
</head>
<body>
<header>
<h1>$name</h1>
<p>From <b>$begin</b> until <b>$end</b>. Counted from $entries entries of the record
<b>$origin</b>, which the cabinet signs.</p>
</header>
<dl>$tiles</dl>
<h2>Handovers</h2>$counts
<h2>Overrides by person</h2>$overrides
<h2>Not collected in time</h2>$uncollected
<h2>Discrepancies</h2>$discrepancies
<h2>Out of service</h2>$outages
<footer>Numbers of staff and references of handovers only. A command to a latch is not counted as an
opening, an opening not as a collection. Each line names its entry in the record.</footer>
</body>
</html>
"""
)


def page(figures: Figures, name: str, origin: str) -> str:
    """The printable page.  `name`: of the cabinet."""
    found = figures.all()
    collected = found["collection"] or {}
    tiles = (
        ("Collected", str(found["counts"]["handover.collected"])),
        ("Average time to collection", span(collected.get("mean_min"))),
        ("Longest time to collection", span(collected.get("longest_min"))),
        ("In service", f"{found['available_percent']} %"),
        ("Out of service", span(found["out_of_service_min"])),
        ("Not collected in time", str(found["counts"]["handover.expired"])),
    )
    return PAGE.substitute(
        name=_t(name),
        origin=_t(origin),
        begin=_t(when(found["from"])),
        end=_t(when(found["until"])),
        entries=found["entries"],
        tiles="".join(f"<div><dt>{_t(a)}</dt><dd>{_t(b)}</dd></div>" for a, b in tiles),
        **{key: _section(key, found) for key in _SECTIONS},
    )


def span(minutes: int | None) -> str:
    """Minutes as a person says them."""
    if minutes is None:
        return "-"
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} days"


_SECTIONS: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "counts": ("Nothing happened.", (("What", "what"), ("How often", "count"))),
    "overrides": (
        "Nobody overrode anything.",
        (("Staff", "staff"), ("Role", "role"), ("What", "what"), ("How often", "count")),
    ),
    "uncollected": (
        "Everything was collected in time, or has time left.",
        (
            *(("Handover", "handover"), ("Door", "unit"), ("Since", "at")),
            *(("What became of it", "then"), ("Entry", "entry")),
        ),
    ),
    "discrepancies": (
        "None.",
        (
            *(("When", "at"), ("Door", "unit"), ("Handover", "handover")),
            *(("What", "what"), ("Staff", "staff"), ("Entry", "entry")),
        ),
    ),
    "outages": (
        "At no time.",
        (
            *(("What", "unit"), ("From", "from"), ("Until", "until")),
            *(("Minutes", "minutes"), ("Why", "why"), ("Entry", "entry")),
        ),
    ),
}


def _section(key: str, found: Mapping[str, Any]) -> str:
    nothing, columns = _SECTIONS[key]
    rows: Sequence[Line] = found[key]
    if key == "counts":
        rows = [{"what": COUNTED[kind], "count": n} for kind, n in found[key].items() if n]
    elif key == "outages":
        rows = [{**one, "unit": f"door {one['unit']}" if one["unit"] else "all"} for one in rows]
    elif key == "uncollected":
        rows = [{**one, "then": one["then"] or "still not collected"} for one in rows]
    if not rows:
        return f"<p>{nothing}</p>"
    head = "".join(f"<th{_right(name)}>{label}" for label, name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td{_right(name)}>{_shown(name, one)}" for _, name in columns) + "</tr>"
        for one in rows
    )
    more = found["more_discrepancies"] if key == "discrepancies" else 0
    tail = f"<p>and {more} more</p>" if more else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{tail}"


def _right(name: str) -> str:
    return " class=n" if name in ("count", "minutes", "entry") else ""


def _shown(name: str, one: Line) -> str:
    value = one.get(name)
    if name in ("at", "from", "until"):
        return _t(when(value))
    return _t("" if value is None else value)


def _t(text: object) -> str:
    return escape(plain(str(text)))
