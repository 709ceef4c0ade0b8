"""`lockerctl shift`: hand the cabinet to the next operator."""

from __future__ import annotations

import argparse

from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, Tool


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "Shifts: who hands the cabinet to whom, and what was open then."
    group = commands(parser)
    made = leaf(
        group,
        "hand-over",
        "Hand over to another operator. Be signed in at the kiosk: it asks for the other one's "
        "badge and PIN, and hands over then.",
        hand_over,
    )
    made.add_argument("--note", metavar="TEXT", help="what the next operator should know")
    made = leaf(group, "list", "List who handed over to whom, the newest last.", show)
    made.add_argument("--last", type=int, default=20, metavar="N", help="how many (default: 20)")


def hand_over(tool: Tool, args: argparse.Namespace) -> int:
    """Hand over."""
    done = tool.act("shift.hand_over", {"note": args.note})
    if tool.as_json:
        tool.give(done)
    else:
        tool.say(f"the shift was handed over; entry {done['entry']}")
    return DONE


COLUMNS = (
    ("AT", "at"),
    ("FROM", "from"),
    ("TO", "to"),
    ("OPEN", "open"),
    ("OCCUPIED", "occupied"),
    ("ENTRY", "entry"),
)


def show(tool: Tool, args: argparse.Namespace) -> int:
    """List."""
    found = tool.rows("journal.entries", {"type": "shift.handed_over", "last": args.last})
    rows = (
        {
            "at": one["at"],
            "from": one["actor"],
            "to": one["fields"].get("to"),
            "open": len(one["fields"].get("open", ())) + one["fields"].get("more", 0),
            "occupied": one["fields"].get("occupied"),
            "entry": one["index"],
        }
        for one in found
    )
    tool.table(COLUMNS, rows, "no shift was handed over")
    return DONE
