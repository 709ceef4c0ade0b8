"""`lockerctl queue`: what needs a person, in order of risk."""

from __future__ import annotations

import argparse

from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, Tool, when

FINDINGS = ("noted", "present", "moved", "removed", "missing")

COLUMNS = (
    ("RISK", "risk"),
    ("KEY", "key"),
    ("DOOR", "unit"),
    ("HANDOVER", "handover"),
    ("SINCE", "since"),
    ("TIMES", "count"),
    ("OWNER", "owner"),
    ("DETAIL", "detail"),
)


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "The operator's queue: what needs a person, most pressing first."
    group = commands(parser)
    leaf(group, "list", "List what needs a person, most pressing first.", show)
    made = leaf(group, "ack", "Take an item on.", acknowledge)
    made.add_argument("key", metavar="KEY", help="the item's key, as queue list shows it")
    made = leaf(
        group,
        "resolve",
        "Close an item with a reason. Where an item may lie in a compartment, say what was found: "
        "present (it can be collected again), removed (you took it out) or missing.",
        resolve,
    )
    made.add_argument("key", metavar="KEY", help="the item's key, as queue list shows it")
    made.add_argument("--reason", required=True, metavar="TEXT", help="why; the journal keeps it")
    made.add_argument(
        "--finding", choices=FINDINGS, help="what was found in the compartment (default: noted)"
    )


def show(tool: Tool, args: argparse.Namespace) -> int:
    """List."""
    rows = tool.rows("queue.list")
    if not tool.as_json:
        rows = ({**one, "since": when(one["since"])} for one in rows)
    tool.table(COLUMNS, rows, "nothing needs a person")
    return DONE


def acknowledge(tool: Tool, args: argparse.Namespace) -> int:
    """Take on."""
    done = tool.act("queue.ack", {"key": args.key})
    if tool.as_json:
        tool.give(done)
    else:
        tool.say(f"you have taken {args.key} on")
    return DONE


def resolve(tool: Tool, args: argparse.Namespace) -> int:
    """Close."""
    asked = {"key": args.key, "reason": args.reason, "finding": args.finding}
    done = tool.act("queue.resolve", asked)
    if tool.as_json:
        tool.give(done)
    else:
        tool.say(f"{args.key} is closed")
    return DONE
