"""`lockerctl handover`: announce, list, show and cancel."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from lockerd.cli.find import find
from lockerd.cli.handover_life import add
from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, Tool, facts, when

TIMES = (
    "TIME is 2026-11-21T14:00 (local time at the site), the same with an offset such as +01:00, "
    "2026-11-21, or +2h, +30min, +3d from now."
)
MEANT = "a reference such as RL07-4K2M, or the first digits of the id"

FINAL = {
    "handover.collected": "collected",
    "handover.collected_manually": "collected by key",
    "handover.returned": "returned",
    "handover.withdrawn": "withdrawn",
    "handover.cancelled": "cancelled",
}


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "Handovers: one item for one recipient in one window of time."
    group = commands(parser)
    made = leaf(group, "create", f"Announce a handover. {TIMES}", create)
    made.add_argument("--recipient", required=True, metavar="NAME", help="who may collect")
    made.add_argument("--item", required=True, metavar="TEXT", help="what it is")
    made.add_argument("--profile", metavar="NAME", help="its rules (default: the config's first)")
    made.add_argument("--size", metavar="SIZE", help="S, M, L or XL (default: the smallest)")
    made.add_argument("--reference", metavar="TEXT", help="your own reference")
    made.add_argument("--reach", metavar="REACH", help="low: within reach from a wheelchair")
    made.add_argument("--climate", metavar="TAG", help="a compartment that keeps this climate")
    made.add_argument(
        "--asset", metavar="NUMBER", help="the thing's barcode or asset number: one history"
    )
    made.add_argument(
        "--fact",
        metavar="DIGITS",
        help="what both know, where the profile asks for it: 24121979 for 24 December 1979",
    )
    made.add_argument("--seal", metavar="NUMBER", help="the number that its seal will have")
    made.add_argument(
        "--exchange", metavar="HANDOVER", help="the handover of what is given for it, or taken"
    )
    made.add_argument(
        "--with",
        dest="other",
        metavar="HANDOVER",
        help="a handover for the same recipient: one code opens both",
    )
    made.add_argument("--from", dest="opens", metavar="TIME", help="from when (default: now)")
    made.add_argument(
        "--until", dest="closes", metavar="TIME", help="until when (default: the profile's window)"
    )
    made = leaf(group, "list", "List handovers that are not finished, oldest first.", show_all)
    made.add_argument("--phase", metavar="PHASE", help="only those in this phase")
    made = leaf(group, "show", "Show one handover, finished or not.", show)
    made.add_argument("handover", metavar="HANDOVER", help=MEANT)
    add(group, MEANT, TIMES)
    made = leaf(group, "cancel", "End a handover that nothing was deposited for.", cancel)
    made.add_argument("handover", metavar="HANDOVER", help=MEANT)
    made.add_argument("--reason", required=True, metavar="TEXT", help="why; the journal keeps it")


def create(tool: Tool, args: argparse.Namespace) -> int:
    """Announce."""
    asked = {name: getattr(args, name) for name in ("recipient", "item", "profile", "size")}
    asked |= {"reach": args.reach, "climate": args.climate}
    asked |= {"reference": args.reference, "from": args.opens, "until": args.closes}
    asked |= {"with": args.other, "asset": args.asset, "exchange": args.exchange}
    asked |= {"seal": args.seal, "fact": args.fact}
    done = tool.act("handover.create", asked)
    if tool.as_json:
        tool.give(done)
        return DONE
    window = f"{when(done['opens'])} to {when(done['closes'])}"
    kind = f"{done['profile']}, size {done['size']}"
    tool.say(f"{done['handover']} is announced ({kind}), from {window}; id {done['ho']}")
    return DONE


COLUMNS = (
    ("HANDOVER", "handover"),
    ("PHASE", "phase"),
    ("DOOR", "unit"),
    ("SIZE", "size"),
    ("FROM", "from"),
    ("UNTIL", "until"),
    ("RECIPIENT", "recipient"),
    ("ITEM", "item"),
    ("REFERENCE", "reference"),
)


def show_all(tool: Tool, args: argparse.Namespace) -> int:
    """List."""
    rows = tool.rows("handover.list", {"phase": args.phase})
    if not tool.as_json:
        rows = ({**one, "from": when(one["opens"]), "until": when(one["closes"])} for one in rows)
    tool.table(COLUMNS, rows, "no handover is waiting")
    return DONE


def show(tool: Tool, args: argparse.Namespace) -> int:
    """Show one."""
    meant = find(tool, args.handover)
    if meant["live"]:
        found = tool.ask("handover.show", {"handover": meant["ho"]})
    else:
        found = _finished(tool, meant)
    if tool.as_json:
        tool.give(found)
    else:
        tool.say(*_sheet(found))
    return DONE


def _finished(tool: Tool, meant: Mapping[str, Any]) -> dict[str, Any]:
    """A finished handover, from its lines in the journal; its names may have been erased."""
    lines = list(
        tool.rows("journal.entries", {"handover": meant["ho"], "after": meant["ordered"] - 1})
    )
    fields = lines[0]["fields"]
    unit = next((one["unit"] for one in reversed(lines) if one["unit"] is not None), None)
    ended = next((one for one in reversed(lines) if one["type"] in FINAL), lines[-1])
    return {
        "handover": meant["handover"],
        "ho": meant["ho"],
        "phase": FINAL.get(ended["type"], "unknown"),
        "ended_at": ended["at"],
        "ended_by_entry": ended["index"],
        "profile": fields["profile"],
        "size": fields["size"],
        "unit": unit,
        "opens": fields["opens"],
        "closes": fields["closes"],
        "recipient": meant["recipient"],
        "item": meant["item"],
        "reference": meant["reference"],
        "asset": meant["asset"],
        "ordered": meant["ordered"],
        "ordered_at": lines[0]["at"],
        "ordered_by": lines[0]["actor"],
    }


def _sheet(found: Mapping[str, Any]) -> list[str]:
    pairs = [
        ("handover", found["handover"]),
        ("id", found["ho"]),
        ("phase", found["phase"]),
        ("ended", when(found["ended_at"], seconds=True) if "ended_at" in found else None),
        ("recipient", found.get("recipient")),
        ("item", found.get("item")),
        ("reference", found.get("reference")),
        ("asset", found.get("asset")),
        ("seal", found.get("seal")),
        ("profile", found["profile"]),
        ("door", found["unit"]),
        ("size", found["size"]),
        ("from", when(found["opens"])),
        ("until", when(found["closes"])),
        ("announced", f"{when(found['ordered_at'])} by staff {found['ordered_by'] or '-'}"),
        ("deposited by", found.get("deposited_by")),
        ("codes delivered", found.get("codes_delivered")),
        ("wrong PINs", found.get("wrong_pins")),
        ("PIN locked", found.get("pin_locked")),
        ("fact", found.get("fact")),
        ("fact locked", found.get("fact_locked")),
        ("doubt", found.get("flag")),
    ]
    waiting = [
        ("attention", f"{one['key']}: {one['detail'] or one['rule']}")
        for one in found.get("queue", ())
    ]
    return facts([*pairs, *waiting])


def cancel(tool: Tool, args: argparse.Namespace) -> int:
    """Cancel."""
    done = tool.act("handover.cancel", {"handover": args.handover, "reason": args.reason})
    if tool.as_json:
        tool.give(done)
    else:
        tool.say(f"{done['handover']} is cancelled")
    return DONE
