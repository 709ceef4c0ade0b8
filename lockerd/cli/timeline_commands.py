"""`lockerctl timeline`: what happened to one handover, or to one thing, in sentences.

Theory of operation.  A thing with an asset number has the same number in the record at every
handover, so a chain of several legs reads as one history; what was exchanged for it belongs to it.

Rules.  A word that names a handover is one; any other is an asset number.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lockerd.cli.find import find
from lockerd.cli.parsing import finish
from lockerd.cli.progress import Progress
from lockerd.cli.sentences import sentence, who
from lockerd.cli.tool import DONE, Stopped, Tool, aligned, when
from lockerd.control.client import Refused

NOT_SURE = "* the clock was not sure: this or later"
LEGS_MAX = 50

Row = Mapping[str, Any]


def define(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.description = (
        "What happened to one handover, finished or not, in order and in sentences, each with the "
        "index of its entry in the journal; or to one thing over all its handovers, with what was "
        "exchanged for it."
    )
    parser.add_argument(
        "handover",
        metavar="HANDOVER|ITEM",
        help="a reference such as RL07-4K2M, the first digits of the id, or an asset number",
    )
    parser.add_argument(
        "--item", action="store_true", help="it is an asset number, whatever it looks like"
    )
    finish(parser, timeline)


def timeline(tool: Tool, args: argparse.Namespace) -> int:
    """Print it."""
    legs = _legs(tool, args.handover, args.item)
    lines = _lines(tool, legs)
    if tool.as_json:
        for one in lines:
            tool.give({**one, "says": sentence(one)})
        return DONE
    many = len(legs) > 1
    rows = [
        (
            str(one["index"]),
            *((one["handover"] or "",) if many else ()),
            _moment(one),
            f"door {one['unit']}" if one["unit"] else "",
            who(one),
            sentence(one),
        )
        for one in lines
    ]
    tool.say(*_head(legs, args.handover), *aligned(rows))
    if any("*" in cell for row in rows for cell in row[1:3]):
        tool.say(NOT_SURE)
    return DONE


def _head(legs: Sequence[Row], word: str) -> Iterator[str]:
    """What it is about."""
    for one in legs:
        exchanged = f", exchanged for {one['exchange']}" if one["exchange"] else ""
        yield f"{one['handover']} (id {one['ho']}{exchanged})"
    if len(legs) == 1 and legs[0]["asset"] and legs[0]["asset"] != word:
        yield f"asset {legs[0]['asset']}: lockerctl timeline --item {legs[0]['asset']}"


def _legs(tool: Tool, word: str, item: bool) -> list[Row]:
    """The handovers that are meant, oldest first.  Raises Stopped."""
    if not item:
        try:
            return [find(tool, word)]
        except (Stopped, Refused) as no:
            found = _chain(tool, word)
            if not found:
                raise no from None
            return found
    found = _chain(tool, word)
    if not found:
        raise Stopped("no handover has this asset number; see: lockerctl handover list")
    return found


def _chain(tool: Tool, word: str) -> list[Row]:
    """Every leg of a thing, those whose number was erased too, and what was exchanged for it."""
    named = _found(tool, {"item": word})
    ids = {one["item_no"] for one in named} | {one["ho"] for one in named}
    ids |= {one["exchange"] for one in named if one["exchange"]}
    return _found(tool, {"ids": " ".join(sorted(ids))}) if named else []


def _found(tool: Tool, asked: Mapping[str, str]) -> list[Row]:
    found: list[Row] = []
    with Progress(tool, "searching the journal") as progress:
        for page in tool.pages("item.find", asked):
            found += page["rows"]
            progress(page["next"] or page["size"], page["size"])
    if len(found) > LEGS_MAX:
        raise Stopped(f"over {LEGS_MAX} handovers are meant; take one: lockerctl timeline HANDOVER")
    return found


def _lines(tool: Tool, legs: Sequence[Row]) -> Sequence[Row]:
    """The entries of every leg, in order."""
    found: dict[int, Row] = {}
    with Progress(tool, "reading the journal") as progress:
        for place, leg in enumerate(legs):
            asked = {"handover": leg["ho"], "after": leg["ordered"] - 1}
            for page in tool.pages("journal.entries", asked):
                found.update({one["index"]: one for one in page["rows"]})
                size = page["size"]
                progress(place * size + (page["next"] or size), len(legs) * size)
    return [found[index] for index in sorted(found)]


def _moment(one: Row) -> str:
    """The time, marked when nothing bounded it from above."""
    return when(one["at"], seconds=True) + ("*" if one["error_ms"] is None else "")
