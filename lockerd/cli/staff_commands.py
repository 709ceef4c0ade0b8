"""`lockerctl staff`: who may sign in, and their badges.

Rules.  A PIN is asked for twice at a terminal or read from a file, and never taken from the command
line, where other users of the machine can read it.  A badge exists as text for one moment: its file
is made before anybody is enrolled, so that it cannot be lost for want of a place.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from lockerd.cli.files import fill, read_text, release, reserve
from lockerd.cli.parsing import Subparsers, commands, leaf
from lockerd.cli.tool import DONE, USAGE, Stopped, Tool, when
from ui import qr

ROLES = ("depositor", "operator", "technician", "installer", "auditor")

COLUMNS = (
    ("STAFF", "staff"),
    ("ROLE", "role"),
    ("NAME", "name"),
    ("BADGE", "state"),
    ("USER", "uid"),
    ("ENROLLED", "enrolled"),
    ("DEMONSTRATION", "demonstration"),
)


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "Who may sign in at the kiosk with a badge and a PIN."
    group = commands(parser)
    _define_badges(group)
    _define_changes(group)
    leaf(group, "list", "List everybody who may sign in.", show)


def _define_badges(group: Subparsers[argparse.ArgumentParser]) -> None:
    """What somebody signs in with."""
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
    _add_pin(made, "the PIN")
    made = leaf(
        group,
        "badge",
        "Write a badge as a picture. With --png a new one is issued and the old one is dead; with "
        "--out it is that of a demonstration member of staff, as it is. Other badges are kept "
        "nowhere: they are written when they are issued.",
        badge,
    )
    _add_staff(made)
    how = made.add_mutually_exclusive_group(required=True)
    how.add_argument("--png", metavar="FILE", help="a new PNG for a new badge")
    how.add_argument("--out", metavar="FILE", help="a new PNG for a demonstration's badge")
    made.add_argument(
        "--reason", metavar="TEXT", default="lost or worn", help="why (default: lost or worn)"
    )
    made = leaf(
        group,
        "reset-pin",
        "Set a PIN that opens nothing but the choice of another one at the kiosk; a badge that "
        "five wrong PINs locked works again.",
        reset_pin,
    )
    _add_staff(made)
    _add_pin(made, "the PIN")


def _define_changes(group: Subparsers[argparse.ArgumentParser]) -> None:
    """What becomes of somebody who is enrolled."""
    made = leaf(
        group,
        "retire",
        "Somebody leaves: badge, PIN and session end, what they did stays. The last operator "
        "cannot leave before another one is enrolled.",
        retire,
    )
    _add_staff(made)
    made.add_argument("--reason", required=True, metavar="TEXT", help="why")
    made = leaf(group, "role", "Somebody does something else from now on.", role)
    _add_staff(made)
    made.add_argument("role", choices=ROLES, help="what the person may do")
    made.add_argument("--reason", required=True, metavar="TEXT", help="why")
    made = leaf(
        group,
        "link",
        "Make a system user a member of staff for lockerctl. Without --uid or --user it is you, "
        "while you are signed in at the kiosk, with your PIN.",
        link,
    )
    _add_staff(made)
    whom = made.add_mutually_exclusive_group()
    whom.add_argument("--uid", type=int, metavar="UID", help="that user, as an operator says")
    whom.add_argument("--user", metavar="NAME", help="the same by name")
    whom.add_argument("--off", action="store_true", help="no user is this person any more")
    _add_pin(made, "your PIN")


def _add_staff(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("staff", metavar="NUMBER", help="the staff number")


def _add_pin(parser: argparse.ArgumentParser, whose: str) -> None:
    parser.add_argument(
        "--pin-file", metavar="FILE", help=f"read {whose} from this file, from stdin if it is -"
    )


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
    """Issue a badge, or write that of a demonstration."""
    if args.png is not None:
        return _issue(tool, args)
    found = tool.act("staff.badge", {"staff": args.staff})
    fill(reserve(args.out), args.out, qr.png(found["badge"]))
    if tool.as_json:
        tool.give({"staff": args.staff, "badge_file": args.out})
    else:
        tool.say(f"the badge of staff {args.staff} is in {args.out}")
    return DONE


def _issue(tool: Tool, args: argparse.Namespace) -> int:
    import segno  # noqa: F401  # before anything is done: a badge must not fail for want of it

    fd = reserve(args.png)
    try:
        done = dict(tool.act("staff.issue_badge", {"staff": args.staff, "reason": args.reason}))
    except BaseException:
        release(fd, args.png)
        raise
    fill(fd, args.png, qr.png(done.pop("badge")))
    if tool.as_json:
        tool.give({**done, "badge_file": args.png})
    else:
        tool.say(
            f"the new badge of staff {args.staff} is in {args.png}: print it and delete the file; "
            "the old one is dead"
        )
    return DONE


def _acted(tool: Tool, op: str, asked: Mapping[str, Any], said: str) -> int:
    done = tool.act(op, asked)
    if tool.as_json:
        tool.give(done)
    else:
        tool.say(f"{said}; entry {done['entry']}")
    return DONE


def reset_pin(tool: Tool, args: argparse.Namespace) -> int:
    """Set a PIN for somebody else."""
    asked = {"staff": args.staff, "pin": ask_pin(args.pin_file)}
    said = f"staff {args.staff} has a new PIN and must choose another one at the kiosk"
    return _acted(tool, "staff.reset_pin", asked, said)


def retire(tool: Tool, args: argparse.Namespace) -> int:
    """Somebody leaves."""
    asked = {"staff": args.staff, "reason": args.reason}
    return _acted(tool, "staff.retire", asked, f"staff {args.staff} may not sign in any more")


def role(tool: Tool, args: argparse.Namespace) -> int:
    """Somebody does something else."""
    asked = {"staff": args.staff, "role": args.role, "reason": args.reason}
    return _acted(tool, "staff.set_role", asked, f"staff {args.staff} is {args.role} now")


def link(tool: Tool, args: argparse.Namespace) -> int:
    """A system user becomes a person."""
    uid = args.uid
    if args.user is not None:
        import pwd

        try:
            uid = pwd.getpwnam(args.user).pw_uid
        except KeyError:
            raise Stopped(f"this machine has no user {args.user}; give --uid", USAGE) from None
    if uid is None and not args.off:
        mine = {"staff": args.staff, "pin": ask_pin(args.pin_file)}
        return _acted(tool, "staff.link_self", mine, f"your user is staff {args.staff} here")
    said = f"no user is staff {args.staff}" if args.off else f"user {uid} is staff {args.staff}"
    return _acted(tool, "staff.link", {"staff": args.staff, "uid": uid}, said)


def show(tool: Tool, args: argparse.Namespace) -> int:
    """List."""
    rows = tool.rows("staff.list")
    if not tool.as_json:
        rows = ({**one, "enrolled": when(one["enrolled"])} for one in rows)
    tool.table(COLUMNS, rows, "nobody is enrolled")
    return DONE
