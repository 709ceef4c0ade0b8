"""`lockerctl screenshot`: a picture of the kiosk's screen."""

from __future__ import annotations

import argparse
from base64 import b64decode

from lockerd.cli.files import write
from lockerd.cli.parsing import finish
from lockerd.cli.tool import DONE, NO, Stopped, Tool


def define(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.description = "Write what the kiosk shows as a PNG that only you can read."
    parser.add_argument("--out", required=True, metavar="FILE", help="where to write it")
    parser.add_argument("--redact", action="store_true", help="blank codes and names")
    finish(parser, take)


def take(tool: Tool, args: argparse.Namespace) -> int:
    """Fetch piece by piece and write."""
    png = fetch(tool, args.redact)
    write(args.out, png)
    if tool.as_json:
        tool.give({"file": args.out, "bytes": len(png)})
    else:
        tool.say(f"the screen is in {args.out}")
    return DONE


def fetch(tool: Tool, redact: bool) -> bytes:
    """The picture.  Raises Stopped when the pieces do not make it."""
    from hashlib import sha256

    piece = tool.act("screenshot", {"redact": redact})
    digest, parts = piece["digest"], [b64decode(piece["data"])]
    while piece["next"] is not None:
        piece = tool.act("screenshot", {"digest": digest, "after": piece["next"]})
        parts.append(b64decode(piece["data"]))
    png = b"".join(parts)
    if sha256(png).hexdigest() != digest:
        raise Stopped("the picture arrived damaged; try again", NO)
    return png
