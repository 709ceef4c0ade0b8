"""`lockerctl adopt`: what lies in the compartments of a cabinet whose record was lost.

Theory of operation.  A handover is named by its reference, by digits of its id, by the asset number
of the thing, or by a receipt that somebody kept.  Before anything is said of it, every epoch that
is at hand is asked whether it ended there.

Rules.  A receipt counts when the key that is given with it has signed it.  What was collected is
refused with the entry that says so: what lies there all the same is an unknown item.
"""

from __future__ import annotations

import argparse
from typing import Any

from lockerd.cli.epochs import Epochs, Row
from lockerd.cli.files import read_text
from lockerd.cli.find import find_in
from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, USAGE, Stopped, Tool
from lockerd.core.handover import FINAL

UNKNOWN = "if it lies there all the same: lockerctl adopt item DOOR --item TEXT"


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = (
        "After a new epoch began (the card died, the record was rolled back) nobody knows what "
        "lies in the compartments. Two people open one after another and say what is there. What "
        "belongs to a handover of the record before can be collected again, with fresh codes; what "
        "belongs to none goes back to whoever left it. See docs/recovery.md."
    )
    group = commands(parser)
    leaf(group, "list", "The compartments that nobody has looked into yet.", listed)
    made = _at_door(
        group,
        "open",
        "Open one beside a second operator. It takes two people: while you are signed in at the "
        "kiosk it asks for the other one, and then opens. Say what lies there within 15 minutes.",
        begin,
    )
    made.add_argument("--reason", required=True, metavar="TEXT", help="why; the journal keeps it")
    made.add_argument("--seal", metavar="NUMBER", help="leave it closed, under this seal")
    _at_door(group, "empty", "Nothing lies there.", empty)
    made = _at_door(
        group,
        "handover",
        "The item of a handover lies there: fresh codes are made and leave the device.",
        handover,
    )
    made.add_argument(
        "handover",
        nargs="?",
        metavar="HANDOVER|ITEM",
        help="a reference, the first digits of the id, or an asset number",
    )
    made.add_argument("--receipt", metavar="FILE", help="a receipt of it, instead")
    made.add_argument("--vkey", metavar="FILE", help="the key of the log that made the receipt")
    _instead(made)
    made = _at_door(
        group,
        "item",
        "Something lies there that belongs to no handover: it gets a reference of its own and "
        "waits to be given back.",
        item,
    )
    made.add_argument("--item", required=True, metavar="TEXT", help="what it looks like")
    made.add_argument("--reference", metavar="TEXT", help="a number on it")
    made.add_argument("--asset", metavar="NUMBER", help="its barcode or asset number")
    _instead(made)


def _at_door(group: Any, name: str, doc: str, run: Any) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = leaf(group, name, doc, run)
    made.add_argument("door", metavar="DOOR", help="the name on the door")
    return made


def _instead(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--instead", action="store_true", help="the item that is recorded there is missing"
    )


def listed(tool: Tool, args: argparse.Namespace) -> int:
    """Print them."""
    columns = [("door", "unit"), ("recorded there", "handover"), ("found empty", "empty")]
    columns += [("opened by", "opened_by"), ("out of service", "out_of_service")]
    tool.table(columns, tool.rows("adopt.list"), "every compartment was looked into")
    return DONE


def begin(tool: Tool, args: argparse.Namespace) -> int:
    """Open it, or take its seal for it."""
    asked = {"unit": args.door, "reason": args.reason, "seal": args.seal}
    done = tool.act("adopt.open", asked)
    if tool.as_json:
        tool.give(done)
    elif args.seal:
        tool.say(f"door {args.door} stays closed under {args.seal}; say what lies there")
    else:
        tool.say(f"door {args.door} opens: look, close it, then say what lies there")
    return DONE


def empty(tool: Tool, args: argparse.Namespace) -> int:
    """Nothing."""
    done = tool.act("adopt.empty", {"unit": args.door})
    if tool.as_json:
        tool.give(done)
    elif "door.restored" in done["events"]:
        tool.say(f"door {args.door} is empty and serves again")
    else:
        tool.say(f"door {args.door} is empty; see: lockerctl queue list")
    return DONE


def handover(tool: Tool, args: argparse.Namespace) -> int:
    """A handover's item."""
    if (args.handover is None) == (args.receipt is None):
        raise Stopped("name a handover, or give --receipt FILE; one of the two", USAGE)
    with Epochs(tool) as epochs:
        ho = _of_receipt(args) if args.receipt else _meant(epochs, args.handover)
        _not_over(epochs, ho)
    done = tool.act("adopt.handover", {"unit": args.door, "handover": ho, "instead": args.instead})
    if tool.as_json:
        tool.give(done)
    else:
        tool.say(f"{done['handover']} lies behind door {args.door}; fresh codes are on their way")
    return DONE


def _meant(epochs: Epochs, word: str) -> str:
    """The id of the handover that is meant; of a thing, that of its only unfinished one."""
    try:
        return str(find_in(epochs, word)["ho"])
    except Stopped as no:
        found: dict[str, Row] = {}
        for epoch in epochs:
            for page in epoch.pages("item.find", {"item": word}):
                found.update({one["ho"]: one for one in page["rows"]})
        live = [one for one in found.values() if one["live"]] or list(found.values())
        if len(live) != 1:
            raise no from None
        return str(live[0]["ho"])


def _of_receipt(args: argparse.Namespace) -> str:
    """The id of the handover that a receipt is about, once its key has signed it."""
    from lockerd.journal import proof

    if args.vkey is None:
        raise Stopped("a receipt needs the key of the log that made it; give --vkey FILE", USAGE)
    text = read_text(args.receipt, "the receipt")
    try:
        event = proof.check(text, read_text(args.vkey, "the verifier key").strip()).event
    except proof.ReceiptError as wrong:
        raise Stopped(f"{args.receipt}: {wrong}") from None
    if event.ho is None:
        raise Stopped(f"{args.receipt} is about no handover; give another")
    if _final(event.TYPE):
        raise Stopped(f"{args.receipt} says that it ended ({event.TYPE}); {UNKNOWN}")
    return event.ho


def _final(kind: str) -> bool:
    return kind.partition(".")[2] in FINAL


def _not_over(epochs: Epochs, ho: str) -> None:
    """Refuse what an epoch at hand says has ended.  Raises Stopped."""
    for epoch in epochs:
        for one in epoch.rows("journal.entries", {"handover": ho}):
            if _final(one["type"]):
                raise Stopped(
                    f"{one['handover']} ended ({one['type']}, entry {one['index']} of "
                    f"{epoch.origin}); {UNKNOWN}"
                )


def item(tool: Tool, args: argparse.Namespace) -> int:
    """Something unknown."""
    asked = {"unit": args.door, "item": args.item, "reference": args.reference}
    done = tool.act("adopt.item", {**asked, "asset": args.asset, "instead": args.instead})
    if tool.as_json:
        tool.give(done)
    else:
        tool.say(
            f"it is {done['handover']} from here on and waits to be given back: lockerctl handover "
            f"fetch {done['handover']}"
        )
    return DONE
