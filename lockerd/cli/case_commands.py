"""`lockerctl case`: what the record says about a handover or a case, for a court or an insurer."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from lockerd.cli.find import id_of
from lockerd.cli.parsing import commands, leaf
from lockerd.cli.progress import Progress
from lockerd.cli.sentences import sentence
from lockerd.cli.tool import DONE, USAGE, Stopped, Tool

if TYPE_CHECKING:
    from lockerd.journal.casefile import Case, Entry, Wanted


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "Case files: the evidence about a handover, for people who must judge it."
    group = commands(parser)
    made = leaf(
        group,
        "export",
        "Write a case file: a receipt for every entry that concerns the handovers, the signed "
        "head, the key, the names, and a report that prints. Reads the journal itself, epochs "
        "before included, beside the daemon or without one.",
        export,
    )
    which = made.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "handover",
        nargs="?",
        metavar="HANDOVER",
        help="a reference such as RL07-4K2M, or digits of the id",
    )
    which.add_argument(
        "--reference", metavar="CASE", help="every handover with this case number or reference"
    )
    which.add_argument(
        "--item-no",
        metavar="NUMBER",
        help="every handover of the thing with this asset number, or item number of the record",
    )
    made.add_argument("--out", required=True, metavar="DIRECTORY", help="an empty or a new one")
    made.add_argument(
        "--without-names", action="store_true", help="leave personal data out; it still verifies"
    )
    made.add_argument(
        "--time-zone", default="UTC", metavar="ZONE", help="of the report's times (default UTC)"
    )


def export(tool: Tool, args: argparse.Namespace) -> int:
    """Write one."""
    from lockerd.journal import casefile
    from lockerd.journal.certificate import CertificateError
    from lockerd.journal.report import Report
    from lockerd.ports import JournalError

    zone = _zone(args.time_zone)
    wanted = _wanted(tool, args)
    state_dir = Path(tool.state)
    try:
        case = casefile.collect(state_dir, wanted, disclose=not args.without_names)
        page = Report(case, saying(args.time_zone), naming(case), zone).page()
        with Progress(tool, "exporting") as progress:
            count = casefile.write(state_dir, case, Path(args.out), page, progress)
    except (JournalError, CertificateError) as wrong:
        raise Stopped(str(wrong)) from None
    if tool.as_json:
        tool.give({"directory": args.out, "handovers": list(case.handovers), "receipts": count})
    else:
        tool.say(
            f"{count} receipts of {len(case.handovers)} handovers are in {args.out}; read "
            f"{casefile.REPORT} there"
        )
        tool.note("whoever verifies it needs your vkey too, from somewhere else")
    return DONE


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    from lockerd.control.codec import RequestError
    from lockerd.desk.moments import zone

    try:
        return zone(name)
    except RequestError as wrong:
        raise Stopped(str(wrong), USAGE) from None


def _wanted(tool: Tool, args: argparse.Namespace) -> Wanted:
    from lockerd.journal.casefile import Wanted

    if args.handover is None:
        return Wanted(reference=args.reference, item_no=args.item_no)
    return Wanted(ho=id_of(tool, args.handover))


def naming(case: Case) -> Callable[[str], str]:
    """The short reference of an id, as the cabinet prints it."""
    from lockerd.cli.offline import site_of
    from lockerd.core.reference import reference

    site = site_of(case.parts[-1].origin)
    return lambda ho: reference(site, ho)


def saying(zone_name: str) -> Callable[[Entry], str]:
    """An entry as a sentence, its times in this zone."""
    from lockerd.core.events import encode
    from lockerd.desk.moments import shown

    def says(one: Entry) -> str:
        fields, _ = encode(one.event)
        for name in ("opens", "closes"):
            if name in fields:
                fields[name] = shown(getattr(one.event, name), zone_name)
        return sentence({"type": one.event.TYPE, "fields": fields})

    return says
