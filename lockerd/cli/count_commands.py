"""`lockerctl count`: what lies in the compartments, said before the record is shown."""

from __future__ import annotations

import argparse

from lockerd.cli.parsing import finish
from lockerd.cli.tool import DONE, NO, Tool, aligned


def define(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.description = (
        "A blind count: look into compartments, write down what lies there, then enter it; only "
        "then you are told what the record says. An item that is missing is held, and something "
        "unknown takes its compartment out of service; both stand in the queue. Exit code 1 where "
        "something differs."
    )
    parser.add_argument(
        "seen", nargs="+", metavar="DOOR=item|empty", help="what lies behind a door"
    )
    finish(parser, count)


def count(tool: Tool, args: argparse.Namespace) -> int:
    """Enter it."""
    done = tool.act("count.enter", {"seen": " ".join(args.seen)})
    if tool.as_json:
        tool.give(done)
    elif not done["differ"]:
        tool.say(f"{done['counted']} counted; all of them are as the record says")
    else:
        rows = [
            (f"door {one['unit']}", f"seen: {one['seen']}", f"record: {one['expected']}")
            for one in done["differ"]
        ]
        tool.say(f"{done['counted']} counted; {len(rows)} differ", *aligned(rows))
    return NO if done["differ"] else DONE
