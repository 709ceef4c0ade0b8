"""`lockerctl emergency`: open doors because something is wrong."""

from __future__ import annotations

import argparse

from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, Tool


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = (
        "Doors open one after another, and each says what it did. It takes two people: while "
        "you are signed in at the kiosk it asks for the second one, and then begins. What "
        "lies behind the doors waits for an operator afterwards."
    )
    group = commands(parser)
    made = leaf(group, "open", "Open every door, or those that are named.", open_all)
    made.add_argument("units", nargs="*", metavar="DOOR", help="a door (default: all of them)")
    made.add_argument("--reason", required=True, metavar="TEXT", help="why; the journal keeps it")
    made.add_argument(
        "--alone",
        action="store_true",
        help="nobody else is there; another person must review it afterwards",
    )
    leaf(group, "show", "What each door did.", show)
    leaf(group, "stop", "Give no further door its turn.", stop)


def open_all(tool: Tool, args: argparse.Namespace) -> int:
    """Begin."""
    units = " ".join(args.units) or None
    done = tool.act("emergency.open", {"units": units, "reason": args.reason, "alone": args.alone})
    if tool.as_json:
        tool.give(done)
    else:
        tool.say(f"the doors open one after another; entry {done['entry']}")
    return DONE


def stop(tool: Tool, args: argparse.Namespace) -> int:
    """No further door."""
    done = tool.act("emergency.stop")
    if tool.as_json:
        tool.give(done)
    else:
        tool.say("no further door opens")
    return DONE


def show(tool: Tool, args: argparse.Namespace) -> int:
    """What each door did."""
    found = tool.ask("emergency.show")
    known = found["emergency"]
    if tool.as_json:
        tool.give(found)
    elif known is None:
        tool.say("no emergency opening in this journal")
    else:
        tool.say("it is going on" if known["running"] else "it is over")
        for key in ("opened", "not_opened", "skipped", "left"):
            if known[key]:
                tool.say(f"{key.replace('_', ' ')}: {' '.join(known[key])}")
    return DONE
