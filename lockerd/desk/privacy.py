"""Erasing and holding what is personal, as requests.

Theory of operation.  A tool finds what there is of a subject and asks for one entry's disclosures
at a time, then for the file to be cleaned; it searches the state directory itself, since that may
take seconds and a request may not.

Rules.  What is erased is what the named entry discloses: a request names no digests.  Writing a
table again holds the loop, so it waits until no door is given to anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lockerd.control.codec import RequestError
from lockerd.core import messages as msg
from lockerd.desk import rows
from lockerd.desk.acts import Bench, sent
from lockerd.desk.arguments import count, flag, text
from lockerd.desk.op import DONE, PAGE, REASON, Args, Op
from lockerd.desk.parts import Shelf


def holds(shelf: Shelf, args: Args) -> dict[str, Any]:
    """Every legal hold, by subject."""
    found = (
        {"subject": subject, "reason": reason}
        for subject, reason in sorted(shelf.state.holds.items())
    )
    return rows.page(rows.after(found, args["after"]))


def retention(shelf: Shelf, args: Args) -> dict[str, Any]:
    """The profiles that keep names for a time; what ended before then is due to be erased."""
    from lockerd.journal.due import DAY_MS

    found = (
        {"profile": one.name, "before_ms": shelf.now.lo - one.retention_days * DAY_MS}
        for one in shelf.site.profiles
        if one.retention_days
    )
    return rows.page(rows.after(found, args["after"]))


def hold(bench: Bench, args: Args) -> dict[str, Any]:
    """Forbid erasing a subject."""
    return sent(bench, msg.HoldPrivate(bench.actor, args["subject"], args["reason"], True))


def unhold(bench: Bench, args: Args) -> dict[str, Any]:
    """Allow it again."""
    return sent(bench, msg.HoldPrivate(bench.actor, args["subject"], args["reason"], False))


def erase(bench: Bench, args: Args) -> dict[str, Any]:
    """Delete what one entry discloses, in the present journal or in that of an epoch before."""
    from lockerd.journal import erase as private
    from lockerd.journal.reader import Reader

    subject, entry = args["subject"], args["entry"]
    present = bench.shelf.journal
    epoch = present.epoch if args["epoch"] is None else args["epoch"]
    if epoch == present.epoch:
        gone = private.digests(present, entry, subject)
        done = sent(bench, msg.ErasePrivate(bench.actor, subject, args["basis"], gone))
    else:
        _idle(bench)
        path = private.journal_of(present.path.parent, epoch)
        with Reader.read(path) as past:
            gone = private.digests(past, entry, subject)
        done = sent(bench, msg.ErasePrivate(bench.actor, subject, args["basis"], gone))
        private.forget(path, gone)
    kind, _, name = subject.partition(":")
    if kind == "ho":
        bench.forget(name)
    return {**done, "disclosures": len(gone)}


def clean(bench: Bench, args: Args) -> dict[str, Any]:
    """Fold the write-ahead log into the file, and write the table again if asked."""
    from lockerd.journal import erase as private
    from lockerd.journal.store import Store

    journal = bench.house.journal
    assert isinstance(journal, Store), "a running house appends"
    if args["rewrite"]:
        _idle(bench)
    return {"folded": private.clean(journal, args["rewrite"])}


def _idle(bench: Bench) -> None:
    """Raises RequestError while a door is given to somebody."""
    leases = (one.lease for one in bench.shelf.state.doors.values())
    if any(one is not None and one.over is None for one in leases):
        raise RequestError(
            "declined", "a door is open for somebody; try again when it is closed", why="busy"
        )


_SUBJECT = text("subject", "`ho:` and an id, or `staff:` and a number", high=40)

OPS: tuple[Op, ...] = (
    Op("privacy.holds", "read", (PAGE,), "Legal holds.", holds),
    Op(
        "privacy.retention",
        "read",
        (PAGE,),
        "Profiles that keep names for a time; `before_ms`: what ended earlier (Unix ms) is due.",
        retention,
    ),
    Op("privacy.hold", "act", (_SUBJECT, REASON), "Forbid erasing a subject.", hold),
    Op("privacy.unhold", "act", (_SUBJECT, REASON), "Allow it again.", unhold),
    Op(
        "privacy.erase",
        "act",
        (
            _SUBJECT,
            text("basis", "the legal basis, 1 to 200 characters without a name"),
            count("entry", "the entry that discloses"),
            count("epoch", "its epoch; the present one", required=False, low=1),
        ),
        "Delete what an entry discloses of a subject.",
        erase,
    ),
    Op(
        "privacy.clean",
        "act",
        (flag("rewrite", "write the table of disclosures again"),),
        "Overwrite what was deleted; `folded` is false while a reader prevents it.",
        clean,
    ),
)

GIVES: Mapping[str, str] = {
    "privacy.holds": "subject reason",
    "privacy.retention": "profile before_ms",
    "privacy.hold": DONE,
    "privacy.unhold": DONE,
    "privacy.erase": f"{DONE} disclosures",
    "privacy.clean": "folded",
}
