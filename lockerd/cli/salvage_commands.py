"""`lockerctl journal salvage`: what a damaged database still holds."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from lockerd.cli.files import read_text, vkey_beside
from lockerd.cli.parsing import leaf
from lockerd.cli.progress import Progress
from lockerd.cli.tool import DONE, Stopped, Tool, facts

if TYPE_CHECKING:
    from lockerd.journal.salvage import Report


def define(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command, in the group `journal`."""
    made = leaf(
        group,
        "salvage",
        "Read a damaged journal.db page by page, with the write-ahead log beside it, and write "
        "every entry that is still whole into a directory that journal verify and journal restore "
        "read. The damaged files are not changed.",
        salvage,
    )
    made.add_argument("file", metavar="FILE", help="a journal.db or a state directory")
    made.add_argument("--out", required=True, metavar="DIRECTORY", help="an empty or a new one")
    made.add_argument(
        "--vkey", metavar="FILE", help="the verifier key that you trust (default: the one beside)"
    )


def salvage(tool: Tool, args: argparse.Namespace) -> int:
    """Salvage; 1 when nothing came up."""
    from pathlib import Path

    from lockerd.journal.note import NoteError
    from lockerd.journal.salvage import salvage as bring_up
    from lockerd.ports import JournalError

    vkey = vkey_beside(args.file)
    if args.vkey is not None:
        vkey = read_text(args.vkey, "the verifier key").strip()
    elif vkey is not None:
        tool.note("the key beside the journal is used; give --vkey with one that you trust")
    try:
        with Progress(tool, "salvaging") as progress:
            report = bring_up(Path(args.file), Path(args.out), vkey, progress)
    except (JournalError, NoteError) as wrong:
        raise Stopped(str(wrong)) from None
    _give(tool, report, args.out)
    return DONE


def _give(tool: Tool, report: Report, out: str) -> None:
    if tool.as_json:
        found = report._asdict()
        found["tail"] = "whole" if found.pop("tail_whole") else "unknown"
        found["gap_count"] = len(report.gaps)
        found["gaps"] = report.gaps[:100]
        found["proven"] = report.proven[:100]
        tool.give({"directory": out, "complete": report.complete, **found})
        return
    behind = sum(stop - start for start, stop in report.proven)
    missing = f"{report.whole}, and {len(report.gaps)} gaps in all" if report.gaps else ""
    tool.say(f"{report.entries} entries are in {out}")
    tool.say(
        *facts(
            [
                ("journal", report.origin or "not known: no verifier key was found"),
                ("verified", f"{report.verified} from the first on"),
                ("first missing", missing),
                ("proven behind it", behind or None),
                ("the end", "found" if report.tail_whole else "not known: more may be missing"),
                ("names", f"{report.disclosures} disclosures"),
                ("badges", report.badges or None),
                ("unreadable", f"{report.unreadable} pages" if report.unreadable else ""),
            ]
        )
    )
