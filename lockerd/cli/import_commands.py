"""`lockerctl import`: announce a day's handovers from a file, all of them or none."""

from __future__ import annotations

import argparse
import os

from lockerd.cli import lists
from lockerd.cli.files import read_text
from lockerd.cli.parsing import finish
from lockerd.cli.tool import DONE, NO, Tool

PIECE = 38_000


def define(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.description = (
        "Announce the handovers of a CSV or JSON file. The columns are: "
        f"{', '.join(lists.READ)}; recipient and item are needed. Every bad row is named with "
        "its line and what to write instead, and then nothing is announced: it is all or nothing."
    )
    parser.add_argument("file", metavar="FILE", help="a .csv file, or a .json or .jsonl one")
    parser.add_argument(
        "--dry-run", action="store_true", help="only say what is wrong; announce nothing"
    )
    finish(parser, run)


def run(tool: Tool, args: argparse.Namespace) -> int:
    """Send the list, ask what is wrong with it, and announce it."""
    as_json = args.file.endswith((".json", ".jsonl"))
    listed = lists.read(read_text(args.file, "the list"), as_json)
    wrong = [*listed.wrong, *_asked(tool, listed)]
    if wrong:
        for one in sorted(wrong):
            _tell(tool, args.file, one)
        lines = len({one.line for one in wrong})
        tool.err.write(f"lockerctl: {lines} bad rows, nothing was announced; mend them\n")
        return NO
    if args.dry_run:
        _done(tool, len(listed.rows), f"{len(listed.rows)} handovers could be announced", True)
        return DONE
    done = tool.act("import.commit", {"list": _name()})
    _done(tool, done["announced"], f"{done['announced']} handovers are announced", False)
    return DONE


def _name() -> str:
    """This run's name for its list."""
    return f"import-{os.getpid()}"


def _asked(tool: Tool, listed: lists.Listed) -> list[lists.Bad]:
    """What the cabinet says about the rows that could be read."""
    if not listed.rows:
        return []
    for first, rows in lists.pieces(listed.rows, PIECE):
        tool.act("import.rows", {"list": _name(), "first": first, "rows": rows})
    found = tool.checked("import.check", {"list": _name()})
    return [lists.Bad(listed.lines[one["row"] - 1], one["text"]) for one in found]


def _tell(tool: Tool, file: str, one: lists.Bad) -> None:
    if tool.as_json:
        tool.give({"line": one.line, "text": one.text})
    else:
        tool.say(f"{file}:{one.line}: {one.text}")


def _done(tool: Tool, count: int, words: str, dry: bool) -> None:
    if tool.as_json:
        tool.give({"handovers": count, "dry_run": dry})
    else:
        tool.say(words)
