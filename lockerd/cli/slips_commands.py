"""`lockerctl slips`: the key that codes are sealed to, and the letters of a sealed file.

Theory of operation.  `keygen` and `open` run on the computer of whoever sends the codes on; the
cabinet has the public half alone.  `open` writes the letters as CSV with a row of names, for a mail
merge, in the order in which the cabinet sealed them.

Rules.  A private key is a new file of mode 0600 and is never printed; so is the file of letters,
which holds codes: nothing is written unless every line of the sealed file could be read.
"""

from __future__ import annotations

import argparse
import binascii
import csv
import io
import os
from base64 import b64decode, b64encode
from pathlib import Path

from lockerd.cli.files import fill, reserve
from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, USAGE, Stopped, Tool

SEALED_MAX = 32 << 20
FORMULA = "=+-@\t\r"


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "Codes that a cabinet sealed for a mail merge."
    group = commands(parser)
    made = leaf(
        group, "keygen", "Make a key pair and print the public key, the config's [slips] key.", make
    )
    made.add_argument("--key", required=True, metavar="FILE", help="a new file for the private key")
    made = leaf(
        group,
        "open",
        "Read a sealed file and write its letters as CSV, codes included. Print or send them, then "
        "delete both files.",
        unsealed,
    )
    made.add_argument("file", metavar="FILE", help="the sealed file, as the cabinet wrote it")
    made.add_argument("--key", required=True, metavar="FILE", help="the private key")
    made.add_argument("--out", required=True, metavar="FILE", help="a new CSV file")


def make(tool: Tool, args: argparse.Namespace) -> int:
    """Make the pair."""
    from lockerd import slips

    secret, public = slips.keygen(os.urandom)
    fill(reserve(args.key), args.key, b64encode(secret) + b"\n")
    if tool.as_json:
        tool.give({"key": public, "file": args.key})
    else:
        tool.note(f"the private key is in {args.key}: keep a copy where no cabinet is")
        tool.say(public)
    return DONE


def unsealed(tool: Tool, args: argparse.Namespace) -> int:
    """Open every line, then write all of them."""
    from lockerd import slips

    secret = _secret(args.key)
    try:
        with open(args.file, encoding="ascii") as file:
            if os.fstat(file.fileno()).st_size > SEALED_MAX:
                raise Stopped(f"{args.file} is too long for a file of slips; give the right file")
            letters = list(slips.unseal(file, secret))
    except slips.SlipError as wrong:
        raise Stopped(f"{args.file}: {wrong}") from None
    except UnicodeDecodeError:
        raise Stopped(f"{args.file} is no file of slips; give the right file") from None
    except OSError as error:
        raise Stopped(f"{args.file} cannot be read ({error.strerror}); give another") from None
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(slips.FIELDS)
    table.writerows([_cell(one[name]) for name in slips.FIELDS] for one in letters)
    fill(reserve(args.out), args.out, text.getvalue().encode())
    if tool.as_json:
        tool.give({"letters": len(letters), "file": args.out})
    else:
        tool.say(f"{len(letters)} letters are in {args.out}: it holds codes, delete it when sent")
    return DONE


def _cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(tuple(FORMULA)) else text


def _secret(path: str) -> bytes:
    """The 32 bytes of a private key.  Raises Stopped."""
    from lockerd.journal.keys import read_secret
    from lockerd.ports import JournalError
    from lockerd.slips import KEY_BYTES

    try:
        key = b64decode(read_secret(Path(path), "the private key").strip(), validate=True)
    except JournalError as wrong:
        raise Stopped(f"{path}: {wrong}") from None
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise Stopped(f"{path} is no private key; give the file that slips keygen made", USAGE)
    return key
