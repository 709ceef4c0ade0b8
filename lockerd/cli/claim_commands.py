"""`lockerctl claim`: the owner's word that enrols a cabinet's first operator.

Theory of operation.  `show` and `answer` run on the cabinet (or need no more than its screen),
`sign` runs on the owner's computer, with the private key that never leaves it.  What passes between
them is text of one line: typed, in a file, on a stick, or as a QR code.

Rules.  Only the claim that stands on the screen now can be answered, once.
"""

from __future__ import annotations

import argparse
import sys

from lockerd.cli.files import read_text, release, reserve
from lockerd.cli.founding import add_person, asked, founded, places
from lockerd.cli.keys import load_key
from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, NO, USAGE, Stopped, Tool, facts


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "The first operator of a cabinet: claimed with the owner's key."
    group = commands(parser)
    leaf(group, "show", "Print the claim that the cabinet shows, for the owner to sign.", show)
    made = leaf(
        group,
        "sign",
        "Sign a claim with the owner's private key, on the owner's computer. The answer is printed "
        "as a line and, at a terminal, as a QR code for the cabinet's scanner.",
        sign,
    )
    made.add_argument("claim", metavar="CLAIM", help="the claim, or a file that holds it")
    made.add_argument("--key", required=True, metavar="FILE", help="the owner's private key")
    made.add_argument("--out", metavar="FILE", help="write the answer into a new file too")
    made.add_argument("--png", metavar="FILE", help="write its QR code into a new PNG too")
    made = leaf(
        group,
        "answer",
        "Give the owner's answer to a cabinet and enrol the first operator. Badge and recovery "
        "cards are written as pictures, this once.",
        answer,
    )
    made.add_argument("answer", metavar="ANSWER", help="the answer, a file that holds it, or -")
    add_person(made)


def show(tool: Tool, args: argparse.Namespace) -> int:
    """Print it; 1 where there is none."""
    found = tool.act("claim.show")
    if tool.as_json:
        tool.give(found)
    elif found["claim"] is None:
        tool.note("somebody can sign in as an operator; there is nothing to claim")
    else:
        tool.say(found["claim"])
    return NO if found["claim"] is None else DONE


def sign(tool: Tool, args: argparse.Namespace) -> int:
    """Sign, offline."""
    from lockerd.core.claim import ClaimError, answer_of, groups, parse_challenge
    from lockerd.journal.note import ED25519
    from ui import qr

    try:
        challenge = parse_challenge(_text(args.claim, ":"))
    except ClaimError as wrong:
        raise Stopped(str(wrong), USAGE) from None
    signature = load_key(args.key, ED25519).sign(challenge.message)
    text = answer_of(signature)
    for file, data in ((args.out, f"{text}\n".encode()), (args.png, None)):
        if file is not None:
            _fill(file, qr.png(text) if data is None else data)
    if tool.as_json:
        tool.give({"origin": challenge.origin, "boot": challenge.boot, "answer": text})
        return DONE
    tool.note(f"this enrols the first operator of {challenge.origin}")
    if sys.stdout.isatty() and tool.out is sys.stdout:
        tool.out.write(qr.blocks(text, colours=True))
    tool.say(text)
    tool.note(f"to type it: {groups(text)}")
    return DONE


def _fill(file: str, data: bytes) -> None:
    from lockerd.cli.files import fill

    fill(reserve(file), file, data)


def _text(given: str, mark: str) -> str:
    """A text that was given, or that stands in a file or on stdin."""
    import os

    if given == "-":
        return sys.stdin.readline(400).strip()
    if mark not in given and os.path.exists(given):
        return read_text(given, "the file").strip()
    return given.strip()


def answer(tool: Tool, args: argparse.Namespace) -> int:
    """Answer, and keep what is shown once."""
    reserved = places(args)
    try:
        person = asked(args)
        done = dict(tool.act("claim.answer", {"answer": _text(args.answer, " "), **person}))
    except BaseException:
        for fd, path in reserved:
            release(fd, path)
        raise
    founded(tool, args, reserved, done)
    if not tool.as_json:
        tool.say(*facts([("next", "sign in at the kiosk with the badge and the PIN")]))
    return DONE
