"""`lockerctl timeline`: what happened to one handover, in sentences."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from lockerd.cli.find import find
from lockerd.cli.parsing import finish
from lockerd.cli.progress import Progress
from lockerd.cli.sentences import sentence, who
from lockerd.cli.tool import DONE, Tool, aligned, when

NOT_SURE = "* the clock was not sure: this or later"


def define(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.description = (
        "What happened to one handover, finished or not, in order and in sentences, each with the "
        "index of its entry in the journal."
    )
    parser.add_argument(
        "handover",
        metavar="HANDOVER",
        help="a reference such as RL07-4K2M, or the first digits of the id",
    )
    finish(parser, timeline)


def timeline(tool: Tool, args: argparse.Namespace) -> int:
    """Print it."""
    meant = find(tool, args.handover)
    lines = _lines(tool, meant)
    if tool.as_json:
        for one in lines:
            tool.give({**one, "says": sentence(one)})
        return DONE
    rows = [
        (
            str(one["index"]),
            _moment(one),
            f"door {one['unit']}" if one["unit"] else "",
            who(one),
            sentence(one),
        )
        for one in lines
    ]
    tool.say(f"{meant['handover']} (id {meant['ho']})", *aligned(rows))
    if any("*" in row[1] for row in rows):
        tool.say(NOT_SURE)
    return DONE


def _lines(tool: Tool, meant: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    asked = {"handover": meant["ho"], "after": meant["ordered"] - 1}
    with Progress(tool, "reading the journal") as progress:
        for page in tool.pages("journal.entries", asked):
            yield from page["rows"]
            progress(page["next"] or page["size"], page["size"])


def _moment(one: Mapping[str, Any]) -> str:
    """The time, marked when nothing bounded it from above."""
    return when(one["at"], seconds=True) + ("*" if one["error_ms"] is None else "")
