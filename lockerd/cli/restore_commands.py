"""`lockerctl journal restore`: the next epoch on a new card.

Rules.  It needs no daemon, and the word of a person twice: --authorised, and who and why.  The PIN
of a fresh badge is asked for as `staff enrol` does it.
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from lockerd.cli.files import fill, read_text, release, reserve
from lockerd.cli.parsing import leaf
from lockerd.cli.progress import Progress
from lockerd.cli.tool import DONE, USAGE, Stopped, Tool, facts

if TYPE_CHECKING:
    from lockerd.journal.recover import Recovered
    from lockerd.journal.restore import Order, Restored

STAFF_PIN_DIGITS = 6
ERROR_MS = 2_000
"""How far a synchronised clock is believed."""


def define(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command, in the group `journal`."""
    made = leaf(
        group,
        "restore",
        "Make the state directory of a new card from a second copy, an export, what was salvaged "
        "or an old card. The source is verified in full. The journal goes on under the next "
        "number with a new key; every code of a recipient is dead; what lies in a compartment "
        "waits in the queue for a person; compartments that were said to be empty are out of "
        "service until somebody looked. See docs/recovery.md.",
        restore,
    )
    made.add_argument(
        "--authorised", action="store_true", required=True, help="that you may do this"
    )
    made.add_argument(
        "--from", dest="source", required=True, metavar="SOURCE", help="what to restore from"
    )
    made.add_argument(
        "--vkey", required=True, metavar="FILE", help="the old journal's key, that you trust"
    )
    made.add_argument("--by", required=True, metavar="NUMBER", help="your staff number")
    made.add_argument("--reason", required=True, metavar="TEXT", help="why; the journal keeps it")
    made.add_argument(
        "--looked-into",
        action="store_true",
        help="every compartment that the record calls empty was opened, and is empty",
    )
    made.add_argument(
        "--pepper", metavar="FILE", help="the old card's keys/pepper: salvaged badges go on working"
    )
    made.add_argument("--badge", metavar="FILE", help="a new PNG: a fresh badge for you")
    made.add_argument(
        "--pin-file",
        metavar="FILE",
        help="read the badge's PIN from this file, from stdin if it is -",
    )


def define_keep(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command beside it, for a record that turned up later."""
    made = leaf(
        group,
        "keep",
        "Keep the record of an epoch that is over beside the present one, from a second copy, an "
        "export, what was salvaged or an old card: timeline, search and case files then read "
        "across both, and journal verify judges both. `journal restore` does this with what it "
        "restores from. The source is verified in full; codes and badges do not come along.",
        keep,
    )
    made.add_argument(
        "--from", dest="source", required=True, metavar="SOURCE", help="the record to keep"
    )
    made.add_argument(
        "--vkey", required=True, metavar="FILE", help="its verifier key, that you trust"
    )


def keep(tool: Tool, args: argparse.Namespace) -> int:
    """Judge it, and keep it."""
    from pathlib import Path

    from lockerd.journal.keep import keep as make
    from lockerd.journal.note import NoteError
    from lockerd.journal.recover import recover
    from lockerd.ports import JournalError

    vkey = read_text(args.vkey, "the verifier key").strip()
    try:
        with Progress(tool, "verifying") as progress:
            found = recover(Path(args.source), vkey, progress)
        path = make(Path(args.source), found, vkey, Path(tool.state))
    except (JournalError, NoteError) as wrong:
        raise Stopped(str(wrong)) from None
    said = {"origin": found.head.origin, "entries": found.head.size, "kept": str(path.parent)}
    if tool.as_json:
        tool.give(said)
    else:
        tool.say(f"{found.head.size} entries of {found.head.origin} are kept in {path.parent}")
    return DONE


def restore(tool: Tool, args: argparse.Namespace) -> int:
    """Recover, restore, and say what is to be done next."""
    from pathlib import Path

    from lockerd import __version__
    from lockerd.clock import BoardClock
    from lockerd.journal.keep import keep as keep_beside
    from lockerd.journal.note import NoteError
    from lockerd.journal.recover import recover
    from lockerd.journal.restore import restore as make
    from lockerd.ports import JournalError

    vkey = read_text(args.vkey, "the verifier key").strip()
    badge_fd = None if args.badge is None else reserve(args.badge)
    try:
        with Progress(tool, "verifying") as progress:
            found = recover(Path(args.source), vkey, progress)
        order, text = _order(args, found)
        now = BoardClock(found.last, battery_backed=False, error_ms=ERROR_MS).now()
        done = make(found, Path(tool.state), order, now, os.urandom, __version__)
    except BaseException as wrong:
        if badge_fd is not None:
            release(badge_fd, args.badge)
        if isinstance(wrong, JournalError | NoteError):
            raise Stopped(str(wrong)) from None
        raise
    if badge_fd is not None:
        from ui.qr import png

        fill(badge_fd, args.badge, png(text))
    # The new record is there by now, and its badge with it: what follows takes neither away again.
    try:
        kept = keep_beside(Path(args.source), found, vkey, Path(tool.state)).parent
    except (JournalError, NoteError) as wrong:
        _give(tool, args, found, done, None)
        raise Stopped(f"restored, but nothing is kept of {found.head.origin}: {wrong}") from None
    _give(tool, args, found, done, str(kept))
    return DONE


def _order(args: argparse.Namespace, found: Recovered) -> tuple[Order, str]:
    """What is asked for, and the text of the badge that goes with it, if any."""
    from pathlib import Path

    from lockerd.journal.keys import PEPPER_BYTES, read_secret
    from lockerd.journal.restore import Badge, Order
    from lockerd.vault import Vault

    pepper = os.urandom(PEPPER_BYTES)
    if args.pepper is not None:
        pepper = read_secret(Path(args.pepper), "the old pepper")
        if len(pepper) != PEPPER_BYTES:
            raise Stopped(f"{args.pepper} is no pepper: it has not {PEPPER_BYTES} bytes")
    vault = Vault(pepper, os.urandom, found.genesis.kdf_n, lambda job: None)
    altered = set(vault.load((row, False) for row in found.rows))
    sound = [row for row in found.rows if row.cred not in altered]
    badge, text = None, ""
    if args.badge is not None:
        import segno  # noqa: F401  # before anything is done: a badge must not fail for want of it

        cred, text, rows = vault.badge(_pin(args.pin_file))
        badge = Badge(cred, rows)
    return Order(args.by, args.reason, args.looked_into, pepper, sound, badge), text


def _pin(file: str | None) -> str:
    from lockerd.cli.staff_commands import ask_pin

    pin = ask_pin(file)
    if len(pin) != STAFF_PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        raise Stopped(f"a staff PIN has {STAFF_PIN_DIGITS} digits; choose another", USAGE)
    return pin


def _give(
    tool: Tool, args: argparse.Namespace, found: Recovered, done: Restored, kept: str | None
) -> None:
    if tool.as_json:
        said = {**done._asdict(), "state": tool.state, "after": found.head.origin}
        said |= {"after_entries": found.head.size, "mentioned_later": found.loose}
        said["kept"] = kept
        tool.give(said)
        return
    tool.say(f"{tool.state} holds the beginning of {done.origin}")
    tool.say(
        *facts(
            [
                ("new key", done.vkey),
                ("goes on from", f"{found.head.origin}, {found.head.size} entries"),
                ("not complete", found.verdict.what),
                ("kept in", kept),
                ("to be looked at", f"{done.placed} compartments: lockerctl adopt list"),
                ("out of service", f"{done.shut} compartments: lockerctl adopt list"),
                ("mentioned later", ", ".join(found.loose)),
                ("still announced", done.ordered or None),
                ("staff", f"{done.staff}, of whom {done.badges} have a badge that works"),
            ]
        )
    )
    tool.say("Keep the source and the old card. Give the new key to whoever verifies this cabinet.")
