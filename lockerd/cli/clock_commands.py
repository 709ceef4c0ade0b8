"""`lockerctl clock`: what is known of the time, and two people who set it."""

from __future__ import annotations

import argparse

from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, Tool, when


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = (
        "A board without a battery clock does not know the time until something tells it. Two "
        "people can: windows are judged by their word until the board starts again."
    )
    group = commands(parser)
    leaf(group, "show", "Say between which two moments the present lies, and who says so.", show)
    made = leaf(
        group,
        "set",
        "Say what time it is. Be signed in at the kiosk: it asks for a second person's badge and "
        "PIN, and sets it then.",
        set_time,
    )
    made.add_argument("at", metavar="TIME", help="2026-11-21T14:00 (local time), or with an offset")


def show(tool: Tool, args: argparse.Namespace) -> int:
    """What is known."""
    found = tool.ask("clock.show")
    if tool.as_json:
        tool.give(found)
        return DONE
    tool.say(f"it is {when(found['earliest'], seconds=True)} or later")
    if found["latest"] is not None:
        tool.say(f"and {when(found['latest'], seconds=True)} at most")
    tool.say(f"by: {found['source']}" + ("; people may set it" if found["settable"] else ""))
    return DONE


def set_time(tool: Tool, args: argparse.Namespace) -> int:
    """Set it."""
    done = tool.act("clock.set", {"at": args.at})
    if tool.as_json:
        tool.give(done)
    else:
        tool.say(f"it is {when(done['at'])}; entry {done['entry']}")
    return DONE
