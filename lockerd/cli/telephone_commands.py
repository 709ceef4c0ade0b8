"""`lockerctl telephone`: vouch for somebody at the kiosk who lost a code."""

from __future__ import annotations

import argparse

from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, Stopped, Tool


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = (
        "Somebody at the kiosk lost a code and calls. You know who it is: they read out the "
        "challenge on the screen, you read out the answer, and the kiosk makes new codes in your "
        "name. It needs no connection to the cabinet, only your key."
    )
    group = commands(parser)
    made = leaf(group, "key", "Take your own key for one cabinet with you; once.", key)
    made.add_argument("--out", required=True, metavar="FILE", help="a new private file")
    made = leaf(group, "answer", "Work out what to read out.", answer)
    made.add_argument("challenge", metavar="CHALLENGE", help="what the screen shows, read to you")
    made.add_argument("handover", metavar="HANDOVER", help="its reference, such as RL07-4K2M")
    made.add_argument("--key", required=True, metavar="FILE", help="your key for that cabinet")


def key(tool: Tool, args: argparse.Namespace) -> int:
    """Fetch it."""
    from lockerd.cli.files import fill, release, reserve

    fd = reserve(args.out)
    try:
        done = tool.act("telephone.key")
    except BaseException:
        release(fd, args.out)
        raise
    fill(fd, args.out, f"{done['key']}\n".encode())
    if tool.as_json:
        tool.give({"staff": done["staff"], "file": args.out})
    else:
        tool.say(f"the key of staff {done['staff']} is in {args.out}; keep it to yourself")
    return DONE


def answer(tool: Tool, args: argparse.Namespace) -> int:
    """Say it."""
    from lockerd.cli.files import read_text
    from lockerd.core import telephone
    from lockerd.core.claim import ClaimError, groups

    try:
        own = telephone.key_of(read_text(args.key, "the key"))
        asked = telephone.challenge_of(args.challenge)
    except ClaimError as wrong:
        raise Stopped(f"{wrong}; read it again") from None
    digits = telephone.answer(own, asked, args.handover.strip().upper())
    if tool.as_json:
        tool.give({"answer": digits})
    else:
        tool.say(groups(digits, 3))
    return DONE
