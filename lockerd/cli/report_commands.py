"""`lockerctl report`: what a time came to, as a table, as CSV and as a page that prints."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from lockerd.cli.figures import COUNTED, Figures
from lockerd.cli.parsing import finish
from lockerd.cli.progress import Progress
from lockerd.cli.tool import DONE, Stopped, Tool, aligned, facts, when


def define(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.description = (
        "What a time came to: releases, overrides by person, what was not collected, "
        "discrepancies, minutes out of service, and how long items lay. Counted from the journal; "
        "it names nobody. TIME is 2026-11-21T14:00 (local time at the site), 2026-11-21 or -7d."
    )
    parser.add_argument(
        "--from", dest="begin", metavar="TIME", help="from when (default: the journal's beginning)"
    )
    parser.add_argument("--until", metavar="TIME", help="until when (default: now)")
    parser.add_argument("--csv", metavar="FILE", help="a new file, for a spreadsheet")
    parser.add_argument("--html", metavar="FILE", help="a new file, to read and to print")
    finish(parser, report)


def report(tool: Tool, args: argparse.Namespace) -> int:
    """Make one."""
    from lockerd.cli.figures_page import page, sheet
    from lockerd.cli.files import fill, reserve

    told = tool.ask("report.period", {"from": args.begin, "until": args.until})
    figures = counted(tool, told["from"], told["until"])
    if args.csv:
        fill(reserve(args.csv), args.csv, sheet(figures).encode())
    if args.html:
        made = page(figures, told["name"], told["origin"])
        fill(reserve(args.html), args.html, made.encode())
    if tool.as_json:
        tool.give(figures.all())
    elif args.csv or args.html:
        tool.say(*(f"the report is in {one}" for one in (args.csv, args.html) if one))
    else:
        _say(tool, figures)
    return DONE


def counted(tool: Tool, begin: str, until: str) -> Figures:
    """The figures of a time, RFC 3339.  Raises Stopped."""
    first, end = datetime.fromisoformat(begin), datetime.fromisoformat(until)
    if first > end:
        raise Stopped("the time ends before it begins; give an earlier --from, or none")
    figures = Figures(first, end)
    with Progress(tool, "reading the journal") as progress:
        for kind in ("cabinet.re", "door.re"):
            for row in tool.rows("journal.entries", {"type": kind, "until": begin}):
                figures.before(row)
        for page in tool.pages("journal.entries", {"from": begin, "until": until}):
            for row in page["rows"]:
                figures.take(row)
            progress(page["next"] or page["size"], page["size"])
        if figures.missing:
            earlier = {"type": "deposit.confirmed", "until": begin}
            for row in tool.rows("journal.entries", earlier):
                figures.deposited(row)
    figures.finish()
    return figures


def _say(tool: Tool, figures: Figures) -> None:
    from lockerd.cli.figures_page import span

    found: dict[str, Any] = figures.all()
    collection = found["collection"] or {}
    tool.say(f"from {when(found['from'])} until {when(found['until'])}")
    tool.say(
        *facts(
            [
                *((what, found["counts"][kind] or None) for kind, what in COUNTED.items()),
                ("time to collection", _spread(collection)),
                ("out of service", span(found["out_of_service_min"])),
                ("in service", f"{found['available_percent']} %"),
                ("discrepancies", len(found["discrepancies"]) + found["more_discrepancies"]),
            ]
        )
    )
    people = [(f"staff {one['staff']}", one["what"], str(one["count"])) for one in figures.people()]
    if people:
        tool.say("", "overrides by person", *aligned(people))
    late = [
        (one["handover"], f"door {one['unit']}", when(one["at"]), one["then"] or "still there")
        for one in found["uncollected"]
    ]
    if late:
        tool.say("", "not collected in time", *aligned(late))
    odd = [(str(one["entry"]), when(one["at"]), one["what"]) for one in found["discrepancies"]]
    if odd:
        tool.say("", "discrepancies", *aligned(odd))


def _spread(found: Any) -> str | None:
    from lockerd.cli.figures_page import span

    if not found:
        return None
    mean, longest = span(found["mean_min"]), span(found["longest_min"])
    return f"{mean} on average, {longest} at most ({found['count']} collected)"
