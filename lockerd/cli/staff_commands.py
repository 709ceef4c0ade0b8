"""`lockerctl staff`: who may sign in, and their badges.

Rules.  A PIN is asked for twice at a terminal or read from a file, and never taken from the command
line, where other users of the machine can read it.  A badge exists as text for one moment: its file
is made before anybody is enrolled, so that it cannot be lost for want of a place.
"""

from __future__ import annotations

import argparse
import sys

from lockerd.cli.files import fill, read_text, release, reserve
from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, USAGE, Stopped, Tool, when
from ui import qr

ROLES = ("depositor", "operator", "technician", "installer", "auditor")

COLUMNS = (
    ("STAFF", "staff"),
    ("ROLE", "role"),
    ("NAME", "name"),
    ("ENROLLED", "enrolled"),
    ("DEMONSTRATION", "demonstration"),
)


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "Who may sign in at the kiosk with a badge and a PIN."
    group = commands(parser)
    made = leaf(
        group,
        "enrol",
        "Enrol a member of staff. The PIN of six digits is asked for at the terminal; the badge "
        "is written as a picture, this once.",
        enrol,
    )
    made.add_argument("staff", metavar="NUMBER", help="a staff number of 1 to 6 digits")
    made.add_argument("--role", required=True, choices=ROLES, help="what the person may do")
    made.add_argument("--name", required=True, metavar="NAME", help="the person's name")
    made.add_argument("--badge", required=True, metavar="FILE", help="a new PNG for the badge")
    made.add_argument(
        "--pin-file", metavar="FILE", help="read the PIN from this file, from stdin if it is -"
    )
    made = leaf(
        group,
        "badge",
        "Write the badge of a demonstration member of staff as a picture. Other badges are kept "
        "nowhere: they are written when their holder is enrolled.",
        badge,
    )
    made.add_argument("staff", metavar="NUMBER", help="the staff number")
    made.add_argument("--out", required=True, metavar="FILE", help="a new PNG")
    leaf(group, "list", "List everybody who may sign in.", show)


def enrol(tool: Tool, args: argparse.Namespace) -> int:
    """Enrol, then write the badge into the file that was made for it."""
    import segno  # noqa: F401  # before anything is done: a badge must not fail for want of it

    pin = ask_pin(args.pin_file)
    asked = {"staff": args.staff, "role": args.role, "name": args.name, "pin": pin}
    fd = reserve(args.badge)
    try:
        done = dict(tool.act("staff.enrol", asked))
    except BaseException:
        release(fd, args.badge)
        raise
    fill(fd, args.badge, qr.png(done.pop("badge")))
    if tool.as_json:
        tool.give({**done, "badge_file": args.badge})
    else:
        tool.say(
            f"staff {args.staff} is enrolled; the badge is in {args.badge}: print it and "
            "delete the file"
        )
    return DONE


def ask_pin(file: str | None) -> str:
    """The PIN from a file, from stdin or from a person.  Raises Stopped."""
    if file == "-":
        return sys.stdin.readline(100).rstrip("\r\n")
    if file is not None:
        return read_text(file, "the PIN's file").rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Stopped("there is no terminal to ask for the PIN; give --pin-file FILE", USAGE)
    from getpass import getpass

    first = getpass("PIN (six digits): ")
    if getpass("the same again: ") != first:
        raise Stopped("the two PINs differ; start again", USAGE)
    return first


def badge(tool: Tool, args: argparse.Namespace) -> int:
    """Write a demonstration badge."""
    found = tool.act("staff.badge", {"staff": args.staff})
    fill(reserve(args.out), args.out, qr.png(found["badge"]))
    if tool.as_json:
        tool.give({"staff": args.staff, "badge_file": args.out})
    else:
        tool.say(f"the badge of staff {args.staff} is in {args.out}")
    return DONE


def show(tool: Tool, args: argparse.Namespace) -> int:
    """List."""
    rows = tool.rows("staff.list")
    if not tool.as_json:
        rows = ({**one, "enrolled": when(one["enrolled"])} for one in rows)
    tool.table(COLUMNS, rows, "nobody is enrolled")
    return DONE
