"""`lockerctl timeline`: what happened to one handover, or to one thing, in sentences.

Theory of operation.  A thing with an asset number has the same number in the record at every
handover, so a chain of several legs reads as one history; what was exchanged for it belongs to it.

Rules.  A word that names a handover is one; any other is an asset number.  What an epoch before
says is part of the history where it is kept, under its name; where it is not, that is said.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from lockerd.cli.epochs import Epochs, boundary
from lockerd.cli.find import find_in
from lockerd.cli.parsing import finish
from lockerd.cli.progress import Progress
from lockerd.cli.sentences import sentence, who
from lockerd.cli.tool import DONE, Stopped, Tool, aligned, when
from lockerd.control.client import Refused

NOT_SURE = "* the clock was not sure: this or later"
LEGS_MAX = 50
CARRIED = ("order.carried", "deposit.carried")

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
    with Epochs(tool) as epochs:
        legs = _legs(epochs, args.handover, args.item)
        lines = _lines(epochs, legs)
        if tool.as_json:
            for one in lines:
                tool.give({**one, "says": sentence(one)})
            return DONE
        tool.say(*_head(legs, args.handover), *_told(epochs, legs, lines))
        if any(one["error_ms"] is None for one in lines):
            tool.say(NOT_SURE)
        _unseen(epochs, lines)
    return DONE


def _head(legs: Sequence[Row], word: str) -> Iterator[str]:
    """What it is about."""
    for one in legs:
        exchanged = f", exchanged for {one['exchange']}" if one["exchange"] else ""
        yield f"{one['handover']} (id {one['ho']}{exchanged})"
    if len(legs) == 1 and legs[0]["asset"] and legs[0]["asset"] != word:
        yield f"asset {legs[0]['asset']}: lockerctl timeline --item {legs[0]['asset']}"


def _told(epochs: Epochs, legs: Sequence[Row], lines: Sequence[Row]) -> Iterator[str]:
    """The lines, under the name of their epoch where that is not the only one."""
    many = len(legs) > 1
    cells = [
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
    texts = aligned(cells) if cells else []
    before = 0
    for one, text in zip(lines, texts, strict=True):
        if len(epochs) > 1 and one["epoch"] != before:
            before = one["epoch"]
            yield boundary(next(each for each in epochs if each.number == before))
        yield text


def _unseen(epochs: Epochs, lines: Sequence[Row]) -> None:
    """Say so where it began in an epoch that is not at hand."""
    missing = epochs.unseen()
    if missing is not None and lines and lines[0]["type"] in CARRIED:
        epochs.tool.note(
            f"it began in {missing}, which is not kept here; see: lockerctl journal keep"
        )


def _legs(epochs: Epochs, word: str, item: bool) -> list[Row]:
    """The handovers that are meant, oldest first.  Raises Stopped."""
    if not item:
        try:
            return [find_in(epochs, word)]
        except (Stopped, Refused) as no:
            found = _chain(epochs, word)
            if not found:
                raise no from None
            return found
    found = _chain(epochs, word)
    if not found:
        raise Stopped("no handover has this asset number; see: lockerctl handover list")
    return found


def _chain(epochs: Epochs, word: str) -> list[Row]:
    """Every leg of a thing, those whose number was erased too, and what was exchanged for it."""
    named = _found(epochs, {"item": word})
    ids = {one["item_no"] for one in named} | {one["ho"] for one in named}
    ids |= {one["exchange"] for one in named if one["exchange"]}
    return _found(epochs, {"ids": " ".join(sorted(ids))}) if named else []


def _found(epochs: Epochs, asked: Mapping[str, str]) -> list[Row]:
    """Each once, as the newest epoch that knows it tells, in the order of the oldest."""
    found: dict[str, Row] = {}
    with Progress(epochs.tool, "searching the journal") as progress:
        for epoch in epochs:
            for page in epoch.pages("item.find", asked):
                found.update({one["ho"]: one for one in page["rows"]})
                progress(page["next"] or page["size"], page["size"])
    if len(found) > LEGS_MAX:
        raise Stopped(f"over {LEGS_MAX} handovers are meant; take one: lockerctl timeline HANDOVER")
    return list(found.values())


def _lines(epochs: Epochs, legs: Sequence[Row]) -> Sequence[Row]:
    """The entries of every leg, in order."""
    found: dict[tuple[int, int], Row] = {}
    with Progress(epochs.tool, "reading the journal") as progress:
        for place, (epoch, leg) in enumerate(product(epochs, legs)):
            asked: dict[str, Any] = {"handover": leg["ho"]}
            if len(epochs) == 1:
                asked["after"] = leg["ordered"] - 1
            for page in epoch.pages("journal.entries", asked):
                for one in page["rows"]:
                    found[epoch.number, one["index"]] = {**one, "epoch": epoch.number}
                size = page["size"]
                progress(place * size + (page["next"] or size), len(epochs) * len(legs) * size)
    return [found[place] for place in sorted(found)]


def _moment(one: Row) -> str:
    """The time, marked when nothing bounded it from above."""
    return when(one["at"], seconds=True) + ("*" if one["error_ms"] is None else "")
