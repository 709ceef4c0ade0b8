"""`lockerctl cabinet`: out of service, and back."""

from __future__ import annotations

import argparse

from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, Tool


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "The cabinet as a whole."
    group = commands(parser)
    made = leaf(
        group,
        "out-of-service",
        "Take the cabinet out of service. Nothing is deposited or released until it is put back; "
        "what it holds stays.",
        retire,
    )
    made.add_argument("--reason", required=True, metavar="TEXT", help="why; the journal keeps it")
    leaf(group, "back", "Put the cabinet back into service.", restore)


def retire(tool: Tool, args: argparse.Namespace) -> int:
    """Out of service."""
    done = tool.act("cabinet.retire", {"reason": args.reason})
    if tool.as_json:
        tool.give(done)
    else:
        tool.say("the cabinet is out of service" if done["events"] else "it was so already")
    return DONE


def restore(tool: Tool, args: argparse.Namespace) -> int:
    """Back into service."""
    done = tool.act("cabinet.restore")
    if tool.as_json:
        tool.give(done)
    else:
        tool.say("the cabinet is in service")
    return DONE
