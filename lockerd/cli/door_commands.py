"""`lockerctl door`: test one, take it out of service, put it back."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, NO, Tool

WAIT_S = 10.0
LOOK_EVERY_S = 0.1

OUTCOMES: Mapping[str, tuple[int, str]] = {
    "door.opened": (DONE, "was seen to open; push it shut"),
    "door.not_opened": (NO, "did not open; look at its latch and its cables"),
    "strike.fault": (NO, "was not pulsed: {what}"),
}


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "One door."
    group = commands(parser)
    made = leaf(
        group,
        "test",
        "Open the door of an empty compartment and say what it did. Exits with 1 when it was not "
        "seen to open.",
        test,
    )
    made.add_argument("unit", metavar="DOOR", help="the name on the door")
    made = leaf(
        group,
        "out-of-service",
        "Take a compartment out of service. What it holds can still be collected; nothing new "
        "goes in.",
        retire,
    )
    made.add_argument("unit", metavar="DOOR", help="the name on the door")
    made.add_argument("--reason", required=True, metavar="TEXT", help="why; the journal keeps it")
    made = leaf(
        group,
        "inspect",
        "Open a compartment that holds something. While you are signed in at the kiosk it asks for "
        "an operator, and then does this; what lies inside waits for an operator's word.",
        inspect,
    )
    made.add_argument("unit", metavar="DOOR", help="the name on the door")
    made.add_argument("--reason", required=True, metavar="TEXT", help="why; the journal keeps it")
    made = leaf(group, "back", "Put a compartment back into service.", restore)
    made.add_argument("unit", metavar="DOOR", help="the name on the door")


def test(tool: Tool, args: argparse.Namespace) -> int:
    """Pulse, then wait for what the door does: a command is no evidence."""
    return _opened(tool, args, "door.test", {"unit": args.unit})


def inspect(tool: Tool, args: argparse.Namespace) -> int:
    """Open a compartment that holds something, and say what its door did."""
    return _opened(tool, args, "door.inspect", {"unit": args.unit, "reason": args.reason})


def _opened(tool: Tool, args: argparse.Namespace, op: str, asked: Mapping[str, Any]) -> int:
    begun = tool.act(op, asked)
    seen = _outcome(tool, args.unit, begun["entry"])
    if tool.as_json:
        tool.give({**begun, "unit": args.unit, "outcome": None if seen is None else seen["type"]})
    if seen is None:
        tool.note(f"door {args.unit}: nothing was seen; see: lockerctl journal tail")
        return NO
    code, words = OUTCOMES[seen["type"]]
    if not tool.as_json:
        tool.say(f"door {args.unit} {words.format(**seen['fields'])}")
    return code


def _outcome(tool: Tool, unit: str, entry: int) -> Mapping[str, Any] | None:
    """The first entry after the pulse that says what came of it; None when none came in time."""
    asked = {"unit": unit, "after": entry}
    for _ in range(round(WAIT_S / LOOK_EVERY_S)):
        for one in tool.rows("journal.entries", asked):
            if one["type"] in OUTCOMES:
                return one
        tool.sleep(LOOK_EVERY_S)
    return None


def retire(tool: Tool, args: argparse.Namespace) -> int:
    """Out of service."""
    done = tool.act("door.retire", {"unit": args.unit, "reason": args.reason})
    if tool.as_json:
        tool.give(done)
    else:
        tool.say(f"door {args.unit} is out of service")
    return DONE


def restore(tool: Tool, args: argparse.Namespace) -> int:
    """Back into service."""
    done = tool.act("door.restore", {"unit": args.unit})
    if tool.as_json:
        tool.give(done)
    else:
        tool.say(f"door {args.unit} is in service")
    return DONE
