"""`lockerctl journal erase`, `hold`, `unhold`, `holds`: what is personal, and who forbids to erase.

Theory of operation.  The tool reads the journals of the state directory for what there is of the
subject, asks the daemon to delete it entry by entry, has the file cleaned, and then searches every
byte of the state directory itself.  Only a search that finds nothing is a success.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lockerd.cli.find import id_of
from lockerd.cli.parsing import leaf
from lockerd.cli.progress import Progress
from lockerd.cli.tool import DONE, NO, Stopped, Tool
from lockerd.control.client import Refused

if TYPE_CHECKING:
    from lockerd.journal.erase import Left, Piece, Searched

FOLD_TRIES = 20
FOLD_WAIT_S = 0.5

MEANT = "a reference such as RL07-4K2M, or digits of the id"


def define(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands, in the group `journal`."""
    made = leaf(
        group,
        "erase",
        "Erase what names a person: the recipient, item and reference of a finished handover, the "
        "name of a member of staff who left, everything that was handed over to a person, or what "
        "is kept longer than its profile says. The "
        "record keeps the digests and an entry that says so, and still verifies. Exits with 1 "
        "unless a search of the whole state directory finds nothing of it any more. Needs the "
        "running daemon.",
        erase,
    )
    which = made.add_mutually_exclusive_group(required=True)
    _subjects(which)
    which.add_argument(
        "--person", metavar="NAME", help="every finished handover to a recipient of this name"
    )
    which.add_argument(
        "--due",
        action="store_true",
        help="every finished handover whose profile's retention_days are over",
    )
    made.add_argument(
        "--basis",
        required=True,
        metavar="TEXT",
        help="the legal basis, without a name; the journal keeps it for ever",
    )
    for name, doc, run in (
        (
            "hold",
            "Place a legal hold: nothing of the subject can be erased until it is lifted.",
            hold,
        ),
        ("unhold", "Lift a legal hold.", unhold),
    ):
        made = leaf(group, name, doc, run)
        _subjects(made.add_mutually_exclusive_group(required=True))
        made.add_argument(
            "--reason", required=True, metavar="TEXT", help="why, without a name; it is kept"
        )
    leaf(group, "holds", "List the legal holds.", holds)


def _subjects(which: argparse._MutuallyExclusiveGroup) -> None:
    which.add_argument("--handover", metavar="HANDOVER", help=MEANT)
    which.add_argument("--staff", metavar="NUMBER", help="a staff number")


# -- holds ----------------------------------------------------------------------------------------


def hold(tool: Tool, args: argparse.Namespace) -> int:
    """Place one."""
    return _hold(tool, args, "privacy.hold", "is held: nothing of it can be erased")


def unhold(tool: Tool, args: argparse.Namespace) -> int:
    """Lift one."""
    return _hold(tool, args, "privacy.unhold", "is no longer held")


def _hold(tool: Tool, args: argparse.Namespace, op: str, said: str) -> int:
    subject = _subject(tool, args)
    done = tool.act(op, {"subject": subject, "reason": args.reason})
    if tool.as_json:
        tool.give({**done, "subject": subject})
    else:
        tool.say(f"{subject} {said}")
    return DONE


def holds(tool: Tool, args: argparse.Namespace) -> int:
    """List them."""
    columns = (("SUBJECT", "subject"), ("REASON", "reason"))
    tool.table(columns, tool.rows("privacy.holds"), "nothing is held")
    return DONE


def _subject(tool: Tool, args: argparse.Namespace) -> str:
    """`ho:<id>` or `staff:<number>`.  Raises Stopped."""
    if args.staff is not None:
        return f"staff:{args.staff}"
    return f"ho:{id_of(tool, args.handover)}"


# -- erasing --------------------------------------------------------------------------------------


def erase(tool: Tool, args: argparse.Namespace) -> int:
    """Erase; 1 when anything is left or was refused."""
    from lockerd.journal import erase as private
    from lockerd.ports import JournalError

    tool.act("journal.head")  # without a daemon nothing can be erased: say so before any work
    alone = args.person is None and not args.due
    subject = _subject(tool, args) if alone else None
    state_dir = Path(tool.state)
    try:
        if args.due:
            pieces = _due(tool, state_dir)
        else:
            pieces = private.find(state_dir, subject, args.person)
        if not pieces and args.due:
            return _report(tool, (), {}, None)
        if not pieces:
            return _again(tool, state_dir, subject)
        _nameless(args.basis, pieces)
        gone, refused = _delete(tool, pieces, args.basis, alone)
        found = _searched(tool, state_dir, gone) if gone else None
    except JournalError as wrong:
        raise Stopped(str(wrong)) from None
    return _report(tool, gone, refused, found)


def _due(tool: Tool, state_dir: Path) -> Sequence[Piece]:
    """What is kept of handovers longer than their profiles say.  Raises Stopped, JournalError."""
    from lockerd.journal import erase as private
    from lockerd.journal.due import due

    before = {one["profile"]: one["before_ms"] for one in tool.rows("privacy.retention")}
    if not before:
        raise Stopped("no profile has retention_days; nothing is due by date")
    over = {f"ho:{one}" for one in due(state_dir, before)}
    return [one for one in private.find(state_dir) if one.subject in over]


def _again(tool: Tool, state_dir: Path, subject: str | None) -> int:
    """Clean and search once more for what was erased before; 1 when anything is left.

    A name alone does not say whether it was erased or mistyped.  Raises Stopped, JournalError.
    """
    from lockerd.journal import erase as private

    erased = private.erased_of(state_dir, subject) if subject is not None else frozenset()
    if not erased:
        raise Stopped(
            "nothing of this subject is kept; see: lockerctl journal search --type privacy.erased"
        )
    tool.note(
        "it was erased before; what is known of it by digest is searched for once more. Words in "
        "other files only the first answer could name"
    )
    _clean(tool, rewrite=True)
    with Progress(tool, "searching the state directory") as progress:
        found = private.remains(state_dir, (), progress, erased)
    return _report(tool, (), {}, found)


def _nameless(basis: str, pieces: Sequence[Piece]) -> None:
    from lockerd.journal.erase import SHORT_BYTES, folded

    said = folded(basis)
    for one in pieces:
        if len(one.value.encode()) >= SHORT_BYTES and folded(one.value) in said:
            raise Stopped(f"the basis repeats the {one.field}, and is kept for ever; word it anew")


def _delete(
    tool: Tool, pieces: Sequence[Piece], basis: str, alone: bool
) -> tuple[list[Piece], dict[str, str]]:
    """Ask for each entry; what was deleted, and why the rest was not.  Raises Refused."""
    from lockerd.journal.erase import by_entry

    gone: list[Piece] = []
    refused: dict[str, str] = {}
    for (subject, epoch, entry), found in by_entry(pieces).items():
        asked = {"subject": subject, "basis": basis, "entry": entry, "epoch": epoch}
        try:
            tool.act("privacy.erase", asked)
        except Refused as no:
            if alone or no.why not in ("live", "hold"):
                raise
            refused[subject] = str(no)
        else:
            gone += found
    return gone, refused


def _searched(tool: Tool, state_dir: Path, gone: Sequence[Piece]) -> Searched:
    """Clean, search, and where something is left in the database, write it again and search."""
    from lockerd.journal import erase as private

    _clean(tool, rewrite=False)
    with Progress(tool, "searching the state directory") as progress:
        found = private.remains(state_dir, gone, progress)
    if any(one.kind == "disclosure" for one in found.left):
        _clean(tool, rewrite=True)
        with Progress(tool, "searching again") as progress:
            found = private.remains(state_dir, gone, progress)
    return found


def _clean(tool: Tool, rewrite: bool) -> None:
    if tool.act("privacy.clean", {"rewrite": rewrite})["folded"]:
        return
    for _ in range(FOLD_TRIES):
        tool.sleep(FOLD_WAIT_S)
        if tool.act("privacy.clean")["folded"]:
            return
    tool.note("another program reads the journal, so that its log cannot be folded; end it")


# -- saying ---------------------------------------------------------------------------------------

REMEDIES = {
    "disclosure": "end every program that reads it and erase again, by handover or staff number; a "
    "copy of a journal: delete it",
    "words": "delete the file, or what it says there",
    "entry": "it stands in a reason that somebody wrote; an entry cannot be changed",
}


def _report(
    tool: Tool, gone: Sequence[Piece], refused: dict[str, str], found: Searched | None
) -> int:
    left: Sequence[Left] = () if found is None else found.left
    code = NO if left or refused else DONE
    subjects = sorted({one.subject for one in gone})
    if tool.as_json:
        tool.give(
            {
                "erased": len(gone),
                "subjects": subjects,
                "refused": [{"subject": one, "why": why} for one, why in refused.items()],
                "files": 0 if found is None else found.files,
                "bytes": 0 if found is None else found.size_bytes,
                "short": 0 if found is None else found.short,
                "left": [one._asdict() for one in left],
            }
        )
        return code
    tool.say(f"erased: {len(gone)} values of {len(subjects)} subjects")
    tool.say(*(f"of:     {one}" for one in subjects if left))
    tool.say(*(f"kept:   {one}: {why}" for one, why in refused.items()))
    tool.say(*(f"left:   {_place(one)}; {REMEDIES[one.kind]}" for one in left))
    if found is not None:
        size = f"{found.files} files, {found.size_bytes} bytes"
        tool.say(f"searched: {size}: " + ("nothing of it is left" if not left else "see above"))
        if found.short:
            tool.note(
                f"{found.short} values are too short to be told from chance; they were searched "
                "for within disclosures only"
            )
    return code


def _place(one: Left) -> str:
    where = one.file if one.entry is None else f"{one.file} entry {one.entry}"
    return f"{where} ({one.times} times)" if one.times > 1 else where
