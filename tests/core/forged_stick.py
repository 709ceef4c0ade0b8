"""Lies about papers on a stick, for the judge: the cabinet, the entry, and why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corekit import DEPOSITOR, OPERATOR, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg

DIGEST = "ab" * 32


def writing() -> Cabinet:
    """A report is being written."""
    c = Cabinet()
    c.send(msg.WritePapers(OPERATOR, "week"))
    return c


def over() -> Cabinet:
    """It was written."""
    c = writing()
    c.send(msg.PapersWritten(of(c).idx, "rl-07-week-9", 3, 900, DIGEST))
    return c


def of(c: Cabinet) -> ev.Cause:
    """The entry of the latest export, whether it is going on or not."""
    found = [idx for idx, one, _ in c.log if isinstance(one, ev.ExportStarted)]
    return ev.Cause(1, found[-1] if found else 0)


def start(**changes: Any) -> ev.ExportStarted:
    return ev.ExportStarted(**{"actor": OPERATOR, "what": "week", **changes})


def written(c: Cabinet, **changes: Any) -> ev.ExportWritten:
    values: dict[str, Any] = {
        "cause": of(c), "folder": "rl-07-week-9", "files": 3, "bytes": 900, "digest": DIGEST,
    }  # fmt: skip
    return ev.ExportWritten(**{**values, **changes})


Lie = tuple[Callable[[], Cabinet], Callable[[Cabinet], ev.Event], str]

FORGED: list[Lie] = [
    (Cabinet, lambda c: start(actor=DEPOSITOR), "not for a depositor"),
    (Cabinet, lambda c: start(what="names"), "nothing of this name leaves"),
    (Cabinet, lambda c: start(about="0123"), "a case is about one handover"),
    (Cabinet, lambda c: start(what="case"), "a case is about one handover"),
    (Cabinet, lambda c: start(what="case", about="Ada Lovelace"), "a case is about one handover"),
    (writing, lambda c: start(), "another one was going on"),
    (Cabinet, written, "nothing was being written"),
    (over, written, "nothing was being written"),
    (writing, lambda c: written(c, cause=ev.Cause(1, 0)), "nothing was being written"),
    (writing, lambda c: written(c, folder="../etc"), "no such thing was written"),
    (writing, lambda c: written(c, digest="none"), "no such thing was written"),
    (writing, lambda c: written(c, files=0), "no such thing was written"),
    (over, lambda c: ev.ExportFailed(cause=of(c), why="full"), "nothing was being written"),
    (writing, lambda c: ev.ExportFailed(cause=of(c), why="bored"), "no such reason"),
]
