"""What `claim answer` and `recovery use` share: the person, and the files of badge and cards.

Rules.  Every file is made before anything is asked for, so that nothing that is shown once can be
lost for want of a place; a request that failed leaves none of them.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from typing import Any

from lockerd.cli.files import fill, release, reserve
from lockerd.cli.tool import Stopped, Tool

CARDS = 3

Reserved = list[tuple[int, str]]
"""Open files and their paths."""


def add_person(parser: argparse.ArgumentParser) -> None:
    """The options that say who becomes an operator and where badge and cards go."""
    parser.add_argument("--number", required=True, help="the operator's number, 1 to 6 digits")
    parser.add_argument("--name", required=True, metavar="NAME", help="the operator's name")
    parser.add_argument("--badge", required=True, metavar="FILE", help="a new PNG for the badge")
    parser.add_argument(
        "--cards", required=True, metavar="DIR", help="a directory for the three recovery cards"
    )
    parser.add_argument(
        "--pin-file", metavar="FILE", help="read the PIN from this file, from stdin if it is -"
    )
    parser.add_argument(
        "--link", action="store_true", help="your system user becomes this operator on this cabinet"
    )


def asked(args: argparse.Namespace) -> dict[str, Any]:
    """The arguments that name the person; asks for the PIN."""
    from lockerd.cli.staff_commands import ask_pin

    return {
        "staff": args.number,
        "name": args.name,
        "pin": ask_pin(args.pin_file),
        "link": args.link,
    }


def card_places(directory: str) -> Reserved:
    """New files for three cards: a picture and a text of each.  Raises Stopped."""
    import segno  # noqa: F401  # before anything is done: a card must not fail for want of it

    if not os.path.isdir(directory):
        raise Stopped(f"{directory} is no directory; make it first")
    names = [f"card-{one}.{kind}" for one in range(1, CARDS + 1) for kind in ("png", "txt")]
    reserved: Reserved = []
    try:
        for name in names:
            path = os.path.join(directory, name)
            reserved.append((reserve(path), path))
    except BaseException:
        for fd, path in reserved:
            release(fd, path)
        raise
    return reserved


def places(args: argparse.Namespace) -> Reserved:
    """New files for three cards and the badge, which is the last.  Raises Stopped."""
    reserved = card_places(args.cards)
    try:
        reserved.append((reserve(args.badge), args.badge))
    except BaseException:
        for fd, path in reserved:
            release(fd, path)
        raise
    return reserved


def write_cards(reserved: Sequence[tuple[int, str]], texts: Sequence[str]) -> None:
    """Fill the files of three cards."""
    from lockerd.core.claim import groups
    from ui import qr

    for place, text in enumerate(texts):
        (png, png_path), (txt, txt_path) = reserved[2 * place : 2 * place + 2]
        fill(png, png_path, qr.png(text))
        said = f"Recovery card {place + 1} of {CARDS}; any two count.\n\n{groups(text)}\n"
        fill(txt, txt_path, said.encode())


def founded(
    tool: Tool, args: argparse.Namespace, reserved: Reserved, done: Mapping[str, Any]
) -> None:
    """Write what is shown once, and say what is to be done with it."""
    from ui import qr

    rest = dict(done)
    write_cards(reserved, rest.pop("cards"))
    fd, path = reserved[-1]
    fill(fd, path, qr.png(rest.pop("badge")))
    if tool.as_json:
        files = [one for _, one in reserved[:-1]]
        tool.give({**rest, "badge_file": path, "cards": files})
        return
    tool.say(
        f"staff {args.number} is an operator; the badge is in {path}",
        f"three recovery cards are in {args.cards}: any two enrol an operator when all are gone",
        "print badge and cards, keep the cards in three places, and delete the files",
    )
