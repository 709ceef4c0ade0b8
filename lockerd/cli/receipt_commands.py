"""`lockerctl receipt`: proof of one entry that anyone can check without us."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lockerd.cli.files import read_text, vkey_beside, write
from lockerd.cli.find import find
from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, NO, USAGE, Stopped, Tool, facts

if TYPE_CHECKING:
    from lockerd.journal.proof import ReceiptFacts

WORTH = ("handover.collected", "handover.withdrawn", "handover.cancelled")
"""What a receipt of a finished handover proves."""

DEPOSIT = "deposit.confirmed"
SIGNATURE = "collection.signed"
RECENT = 10_000
"""Among how many entries the newest collection is looked for."""

HANDOVER = re.compile(r"[0-9A-Za-z]{1,8}-[0-9A-Za-z]{4}|[0-9a-fA-F]{4,16}")
"""A reference such as RL07-4K2M, or digits of an id."""

Entry = Mapping[str, Any]


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "Receipts: C2SP tlog-proof files that prove one entry of the journal."
    group = commands(parser)
    made = leaf(
        group,
        "show",
        "Make the receipt of a handover's end (its collection, as a rule), or of its deposit.",
        show,
    )
    made.add_argument(
        "handover",
        metavar="HANDOVER",
        help="a reference such as RL07-4K2M, or the first digits of the id",
    )
    which = made.add_mutually_exclusive_group()
    which.add_argument("--deposit", action="store_true", help="of the confirmed deposit instead")
    which.add_argument("--signature", action="store_true", help="of the recipient's signature")
    made.add_argument("--out", metavar="FILE", help="write it there (default: print it)")
    made = leaf(
        group,
        "verify",
        "Verify a receipt, the text of a receipt's QR code, or a directory of case export, and say "
        "what it proves. A file or a directory needs no journal and no daemon; for a handover its "
        "receipt is made from the state directory first. Exits with 1 when it proves nothing.",
        verify,
    )
    made.add_argument(
        "receipt",
        metavar="RECEIPT",
        nargs="?",
        help="a file, a directory of case export, or a handover's reference or id (default: the "
        "newest collection)",
    )
    made.add_argument(
        "--vkey",
        metavar="FILE",
        help="the device's verifier key (default: that of the state directory)",
    )


def show(tool: Tool, args: argparse.Namespace) -> int:
    """Make one."""
    types = (DEPOSIT,) if args.deposit else (SIGNATURE,) if args.signature else WORTH
    entry, found = _made(tool, args.handover, types)
    if args.out is not None:
        write(args.out, found["text"].encode())
    if tool.as_json:
        tool.give({**found, "type": entry["type"], "file": args.out})
    elif args.out is None:
        tool.out.write(found["text"])
    else:
        tool.say(f"the receipt of {entry['type']} (entry {entry['index']}) is in {args.out}")
    return DONE


def _made(tool: Tool, word: str | None, types: tuple[str, ...]) -> tuple[Entry, Entry]:
    """The entry that a receipt of this handover proves, and the receipt."""
    entry = _newest(tool) if word is None else _worth(tool, find(tool, word), types)
    return entry, tool.ask("receipt", {"entry": entry["index"]})


def _worth(tool: Tool, meant: Entry, types: tuple[str, ...]) -> Entry:
    asked = {"handover": meant["ho"], "after": meant["ordered"] - 1}
    lines = [one for one in tool.rows("journal.entries", asked) if one["type"] in types]
    if not lines:
        raise Stopped(
            f"{meant['handover']} has no {types[0]} yet; see: lockerctl timeline {meant['ho']}"
        )
    return lines[-1]


def _newest(tool: Tool) -> Entry:
    asked = {"last": RECENT, "type": WORTH[0]}
    lines = list(tool.rows("journal.entries", asked))
    if not lines:
        raise Stopped(
            f"nothing was collected within the newest {RECENT:,} entries; give a file or a handover"
        )
    return lines[-1]


def verify(tool: Tool, args: argparse.Namespace) -> int:
    """Judge one; 1 when it proves nothing."""
    from lockerd.journal import proof

    if args.receipt is not None and os.path.isdir(args.receipt):
        return _bundle(tool, args.receipt, _vkey(tool, args.vkey))
    text = _text(tool, args.receipt)
    vkey = _vkey(tool, args.vkey)
    try:
        if text.startswith(proof.HEADER):
            _give(tool, proof.check(text, vkey))
        else:
            _give_short(tool, proof.check_short(text.rstrip("\n"), vkey))
    except proof.ReceiptError as wrong:
        if tool.as_json:
            tool.give({"verdict": "INVALID", "what": str(wrong)})
            return NO
        raise Stopped(str(wrong)) from None
    return DONE


def _bundle(tool: Tool, directory: str, vkey: str) -> int:
    """Judge a case bundle; 1 when a part of it is not proven by this key."""
    from lockerd.journal import bundle, proof

    try:
        found = bundle.judge(Path(directory), vkey)
    except proof.ReceiptError as wrong:
        if tool.as_json:
            tool.give({"verdict": "INVALID", "what": str(wrong)})
            return NO
        raise Stopped(str(wrong)) from None
    code = NO if found.unproven else DONE
    if tool.as_json:
        parts = [one._asdict() for one in found.parts]
        verdict = "INCOMPLETE" if found.unproven else "VERIFIED_UNWITNESSED"
        tool.give({"verdict": verdict, "parts": parts, "unproven": list(found.unproven)})
        return code
    tool.say("INCOMPLETE" if found.unproven else "VERIFIED_UNWITNESSED")
    for one in found.parts:
        words = f"{one.receipts} receipts and {one.disclosed} names, under a head of {one.size}"
        tool.say(*facts([(one.origin, words)]))
    for folder in found.unproven:
        tool.note(f"{folder} was not judged: give that directory and the key of its own log")
    tool.note("report.html is not judged; each line of it names the receipt that proves it")
    return code


def _text(tool: Tool, word: str | None) -> str:
    """A receipt out of a file, or made for a handover.  Raises Stopped."""
    if word is not None and (os.path.lexists(word) or not HANDOVER.fullmatch(word)):
        return read_text(word, "the receipt")
    entry, found = _made(tool, word, WORTH)
    tool.note(f"the receipt of {entry['handover']} is made from the journal in {tool.state}")
    return str(found["text"])


def _vkey(tool: Tool, file: str | None) -> str:
    if file is not None:
        return read_text(file, "the verifier key").strip()
    beside = vkey_beside(tool.state)
    if beside is None:
        raise Stopped("there is no verifier key to check it with; give --vkey FILE", USAGE)
    tool.note(f"the key in {tool.state} is used; elsewhere give --vkey with one that you trust")
    return beside


def _give(tool: Tool, found: ReceiptFacts) -> None:
    """What a receipt proves."""
    from lockerd.core.events import encode
    from lockerd.desk.moments import shown

    event = found.event
    leaf_fields, _ = encode(event)
    proven = {
        "verdict": "VERIFIED" if found.witnessed else "VERIFIED_UNWITNESSED",
        "origin": found.origin,
        "index": found.index,
        "size": found.size,
        "at": shown(found.time.lo, "UTC"),
        "type": event.TYPE,
        "unit": event.unit,
        "ho": event.ho,
        "disclosed": found.disclosed,
        "withheld": found.withheld,
        "witnesses": list(found.witnessed),
    }
    if tool.as_json:
        tool.give({**proven, "leaf": leaf_fields})
        return
    tool.say(str(proven["verdict"]))
    tool.say(
        *facts(
            [
                ("proves", event.TYPE),
                ("entry", f"{found.index} of {found.origin}, under a head of {found.size}"),
                ("not before", f"{shown(found.time.lo, 'UTC')} (clock: {found.time.source})"),
                ("door", event.unit),
                ("handover", event.ho),
                ("actor", " ".join(event.actor).strip()),
                *found.disclosed.items(),
                ("withheld", found.withheld or None),
                ("witnesses", ", ".join(found.witnessed)),
            ]
        )
    )


def _give_short(tool: Tool, found: Any) -> None:
    """What a QR code proves: that an entry of this hash stands there."""
    proven = {
        "verdict": "VERIFIED_UNWITNESSED",
        "origin": found.origin,
        "index": found.index,
        "size": found.size,
        "leaf_hash": found.leaf_hash.hex(),
    }
    if tool.as_json:
        tool.give(proven)
        return
    tool.say(str(proven["verdict"]))
    tool.say(
        *facts(
            [
                ("entry", f"{found.index} of {found.origin}, under a head of {found.size}"),
                ("its hash", found.leaf_hash.hex()),
                ("not proven", "the sentence above the code; read the entry in an export"),
            ]
        )
    )
