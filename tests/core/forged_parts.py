"""Lies about parts that fail and return, for the judge: the cabinet, the entry, and why not."""

from __future__ import annotations

from collections.abc import Callable

from corekit import OPERATOR, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg


def broken() -> Cabinet:
    c = Cabinet()
    c.send(msg.PartChanged("scanner", False, "gone"))
    return c


Lie = tuple[Callable[[], Cabinet], Callable[[Cabinet], ev.Event], str]

FORGED: list[Lie] = [
    (Cabinet, lambda c: ev.PartFailed(part="door", why="gone"), "no such part or reason"),
    (Cabinet, lambda c: ev.PartFailed(part="scanner", why="dust"), "no such part or reason"),
    (broken, lambda c: ev.PartFailed(part="scanner", why="gone"), "that was known"),
    (
        Cabinet,
        lambda c: ev.PartFailed(actor=OPERATOR, part="scanner", why="gone"),
        "not for a operator",
    ),
    (Cabinet, lambda c: ev.PartBack(part="scanner"), "it had not failed"),
    (broken, lambda c: ev.PartBack(part="keypad"), "it had not failed"),
    (broken, lambda c: ev.PartBack(actor=OPERATOR, part="scanner"), "not for a operator"),
]
