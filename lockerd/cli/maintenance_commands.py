"""`lockerctl maintenance`: a technician's bounded session."""

from __future__ import annotations

import argparse

from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, Tool


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = (
        "Half an hour in which a technician may test doors, take them out of service and put them "
        "back. It ends by itself, and with a power cut."
    )
    group = commands(parser)
    made = leaf(group, "open", "Begin to work on the cabinet.", begin)
    made.add_argument("--ticket", required=True, metavar="TEXT", help="the order for the work")
    leaf(group, "close", "End the work.", end)


def begin(tool: Tool, args: argparse.Namespace) -> int:
    """Begin."""
    done = tool.act("maintenance.open", {"ticket": args.ticket})
    if tool.as_json:
        tool.give(done)
    else:
        tool.say("you may work on the cabinet for 30 minutes")
    return DONE


def end(tool: Tool, args: argparse.Namespace) -> int:
    """End."""
    done = tool.act("maintenance.close")
    if tool.as_json:
        tool.give(done)
    else:
        tool.say("the maintenance session has ended")
    return DONE
