"""`lockerctl recovery`: the three cards that bring a cabinet back when its last operator is gone.

Rules.  The texts of cards exist for one moment: their files are made before anything is asked for.
Cards are never taken from the command line, where other users of the machine can read them.
"""

from __future__ import annotations

import argparse
import sys

from lockerd.cli.files import read_text, release
from lockerd.cli.founding import add_person, asked, card_places, founded, places, write_cards
from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, USAGE, Stopped, Tool


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "Recovery cards: any two of three enrol an operator, whoever is gone."
    group = commands(parser)
    made = leaf(
        group,
        "issue",
        "Make three new cards and write each as a picture and as text, this once. The cards that "
        "are out are dead. Keep the three in different places, and no file of them.",
        issue,
    )
    made.add_argument("--cards", required=True, metavar="DIR", help="a directory for the six files")
    made = leaf(
        group,
        "use",
        "Enrol an operator with two cards. All three are dead then; new ones are written.",
        use,
    )
    made.add_argument(
        "--from", dest="source", required=True, metavar="FILE",
        help="a file with two cards, a line each; - for stdin",
    )  # fmt: skip
    add_person(made)


def issue(tool: Tool, args: argparse.Namespace) -> int:
    """Make three."""
    reserved = card_places(args.cards)
    try:
        done = dict(tool.act("recovery.issue"))
    except BaseException:
        for fd, path in reserved:
            release(fd, path)
        raise
    write_cards(reserved, done.pop("cards"))
    if tool.as_json:
        tool.give({**done, "cards": [path for _, path in reserved]})
    else:
        tool.say(f"three cards are in {args.cards}: print them, keep them apart, delete the files")
    return DONE


def use(tool: Tool, args: argparse.Namespace) -> int:
    """Use two."""
    if args.source == "-":
        lines = [sys.stdin.readline(200).strip(), sys.stdin.readline(200).strip()]
    else:
        text = read_text(args.source, "the cards' file")
        lines = [one.strip() for one in text.splitlines() if one.strip()]
    if len(lines) != 2 or not all(lines):
        raise Stopped("two cards are needed, a line each; give both", USAGE)
    reserved = places(args)
    try:
        person = asked(args)
        cards = {"first": lines[0], "second": lines[1]}
        done = dict(tool.act("recovery.use", {**cards, **person}))
    except BaseException:
        for fd, path in reserved:
            release(fd, path)
        raise
    founded(tool, args, reserved, done)
    return DONE
