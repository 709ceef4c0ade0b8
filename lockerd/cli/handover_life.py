"""`lockerctl handover`: what an operator does with a handover, from `extend` to `by-key`.

Rules.  Codes are never printed: they leave by the channel of their profile.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from lockerd.cli.parsing import leaf
from lockerd.cli.tool import DONE, Tool, when

WHY = "why; the journal keeps it, so name nobody"

_SAID = {
    "extend": "{handover} can be collected until {closes}",
    "reissue": "{handover} has new codes; the old ones are dead",
    "reassign": "{handover} is for another recipient now",
    "return": "{handover} goes back to its depositor",
    "fetch": "door {unit} opens: take the item out and close it; that makes the return",
    "refuse": "{handover} is not kept; it goes back to its depositor",
    "move": "door {unit} opens: take the item out and close it; then: lockerctl handover place "
    "{handover}",
    "place": "door {to} opens: place the item and close it; then: lockerctl handover moved "
    "{handover}",
    "moved": "{handover} lies behind door {unit}; its code stays as it is",
    "stop-move": "{handover} stays as it is until somebody says where it lies: "
    "lockerctl queue list",
    "permit": "{handover} may be released once within 15 minutes; its code must be shown again",
    "key": "the key may be used on door {unit} within 15 minutes",
    "by-key": "{handover} is collected",
}


def add(group: Any, meant: str, times: str) -> None:
    """Add the commands to those of `lockerctl handover`."""

    def one(name: str, doc: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = leaf(group, name, doc, _act(name))
        made.add_argument("handover", metavar="HANDOVER", help=meant)
        return made

    def reasoned(name: str, doc: str) -> argparse.ArgumentParser:
        made = one(name, doc)
        made.add_argument("--reason", required=True, metavar="TEXT", help=WHY)
        return made

    made = reasoned("extend", f"Let the window end later. {times}")
    made.add_argument("--until", required=True, metavar="TIME", help="until when")
    made = reasoned("reissue", "Make new codes and deliver them; the old ones die.")
    made.add_argument("--ticket", metavar="NUMBER", help="of a lost code at the kiosk; closes it")
    made = reasoned("reassign", "Let another named person collect, with codes of their own.")
    made.add_argument("--to", dest="recipient", required=True, metavar="NAME", help="who")
    made.add_argument(
        "--fact", metavar="DIGITS", help="what both know; else they show a document to staff"
    )
    reasoned("return", "Send the item back to its depositor.")
    one("fetch", "Open the door of an item that goes back, and take it out.")
    reasoned("refuse", "Do not keep what was deposited: it goes back to its depositor.")
    made = reasoned("move", "Open the compartment, to move its item to another one.")
    made.add_argument("--to", metavar="UNIT", help="which (default: the smallest free that fits)")
    made = one("place", "Open the new compartment of an item that is being moved.")
    made.add_argument("--to", metavar="UNIT", help="another than was chosen before")
    one("moved", "Say that the moved item lies behind the new door, which is shut.")
    reasoned("stop-move", "Do not go on with a move.")
    reasoned("permit", "Permit one release although the clock cannot tell; for 15 minutes.")
    reasoned(
        "key",
        "Declare that you and a second person use the mechanical key now. Be signed in at the "
        "kiosk: it asks for the other one's badge and PIN, and declares it then.",
    )
    reasoned(
        "by-key",
        "Say with a second person that it was handed over with the key. Be signed in at the kiosk: "
        "it asks for the other one's badge and PIN, and says so then.",
    )


def _act(name: str) -> Callable[[Tool, argparse.Namespace], int]:
    def act(tool: Tool, args: argparse.Namespace) -> int:
        keys = ("handover", "reason", "until", "recipient", "to", "ticket", "fact")
        asked = {key: getattr(args, key, None) for key in keys}
        done = tool.act(f"handover.{name}", {k: v for k, v in asked.items() if v is not None})
        if tool.as_json:
            tool.give(done)
        else:
            tool.say(_SAID[name].format(**{**done, "closes": when(done["closes"])}))
        return DONE

    act.__doc__ = f"handover {name}"
    return act
