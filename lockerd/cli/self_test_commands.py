"""`lockerctl self-test`: every part of the cabinet, what is wrong with it, and the remedy."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from lockerd.cli.parsing import finish
from lockerd.cli.tool import DONE, NO, Tool

SIGNS = {"green": "ok  ", "amber": "look", "red": "BAD "}


def define(parser: argparse.ArgumentParser) -> None:
    """The command."""
    parser.description = (
        "Look at every part: green, amber (a person should see to it) or red (it does not work), "
        "each with its remedy; and the words of the cabinet's public key, to be compared with "
        "certificate words. Exit code 1 where something is red."
    )
    parser.add_argument("--record", action="store_true", help="write it into the journal as well")
    finish(parser, run)


def run(tool: Tool, args: argparse.Namespace) -> int:
    """Look, and write it down if asked."""
    found = dict(tool.ask("selftest.show"))
    if args.record:
        found["entry"] = tool.act("selftest.record")["entry"]
    red = any(one["grade"] == "red" for one in found["parts"])
    if tool.as_json:
        tool.give(found)
        return NO if red else DONE
    for one in found["parts"]:
        tool.say(line(one))
    tool.say(f"key: {' '.join(found['key'])}")
    if args.record:
        tool.say(f"recorded; entry {found['entry']}")
    return NO if red else DONE


def line(one: Mapping[str, Any]) -> str:
    """A part, and what to do about it, in the words of the kiosk."""
    from ui.words import knows, say

    why, units = one["why"], " ".join(one["units"])
    key = f"check.{one['part']}.{why}"
    key = "check.green" if not why else key if knows(key) else f"check.{why}"
    return f"{SIGNS[one['grade']]}  {say('part.' + one['part'])}: {say(key, units=units)}"
