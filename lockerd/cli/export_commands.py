"""`lockerctl export`: the handovers that are not finished, as a list that `import` reads."""

from __future__ import annotations

import argparse
import json

from lockerd.cli import lists
from lockerd.cli.files import fill, reserve
from lockerd.cli.parsing import finish
from lockerd.cli.tool import DONE, Tool


def define(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.description = (
        "Write the handovers that are not finished as CSV, or as JSON lines for a name that ends "
        "with .jsonl: the same columns that import reads. Names that were erased are left empty."
    )
    parser.add_argument("file", metavar="FILE", help="a new file")
    parser.add_argument(
        "--phase", metavar="PHASE", help="only those in this phase, such as ordered"
    )
    finish(parser, run)


def run(tool: Tool, args: argparse.Namespace) -> int:
    """Write the list."""
    rows = [
        {**one, "from": one["opens"], "until": one["closes"]}
        for one in tool.rows("handover.list", {"phase": args.phase})
    ]
    if args.file.endswith(".jsonl"):
        kept = ({name: row.get(name) for name in lists.COLUMNS if row.get(name)} for row in rows)
        text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in kept)
    else:
        text = lists.written(rows)
    fill(reserve(args.file), args.file, text.encode())
    if tool.as_json:
        tool.give({"handovers": len(rows), "file": args.file})
    else:
        tool.say(f"{len(rows)} handovers are in {args.file}")
    return DONE
