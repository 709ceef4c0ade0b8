"""Lies about the first hour, for the judge: the cabinet, the entry, and why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corekit import DEPOSITOR, OPERATOR, Cabinet

from lockerd.core import events as ev

Lie = tuple[Callable[[], Cabinet], Callable[[Cabinet], ev.Event], str]


def checked(**changes: Any) -> ev.SetupChecked:
    values: dict[str, Any] = {"actor": OPERATOR, "what": "ruler", "right": True, "found": "154.0"}
    return ev.SetupChecked(**{**values, **changes})


def tested(**changes: Any) -> ev.SelftestDone:
    values: dict[str, Any] = {"actor": OPERATOR, "green": 9, "amber": 0, "red": 0}
    return ev.SelftestDone(**{**values, **changes})


FORGED: list[Lie] = [
    (Cabinet, lambda c: checked(actor=DEPOSITOR), "not for a depositor"),
    (Cabinet, lambda c: checked(actor=ev.DEVICE), "somebody was enrolled"),
    (Cabinet, lambda c: checked(what="weather"), "nothing that is compared"),
    (Cabinet, lambda c: checked(what="door"), "a door, or none"),
    (Cabinet, lambda c: checked(unit="A1"), "a door, or none"),
    (Cabinet, lambda c: checked(found="x" * 25), "too much was found"),
    (Cabinet, lambda c: tested(actor=ev.DEVICE), "somebody was enrolled"),
    (Cabinet, lambda c: tested(amber=1), "not what was counted"),
    (Cabinet, lambda c: tested(red=-1, findings=("clock:wrong",), amber=2), "fewer than none"),
]
