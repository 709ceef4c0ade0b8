"""Lies about blind counts, for the judge: the cabinet, the entry, and why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corekit import DEPOSITOR, OPERATOR, Cabinet

from lockerd.core import events as ev

HO = f"{1:016x}"


def cabinet() -> Cabinet:
    c = Cabinet()
    assert c.collectable() == HO
    return c


def entered(**changes: Any) -> ev.CountEntered:
    values: dict[str, Any] = {
        "actor": OPERATOR, "unit": "A1", "ho": HO, "seen": "item", "expected": "item"
    }  # fmt: skip
    return ev.CountEntered(**{**values, **changes})


Lie = tuple[Callable[[], Cabinet], Callable[[Cabinet], ev.Event], str]

FORGED: list[Lie] = [
    (cabinet, lambda c: entered(actor=DEPOSITOR), "not for a depositor"),
    (cabinet, lambda c: entered(seen="keys"), "nobody sees that"),
    (cabinet, lambda c: entered(ho=None), "something else lies there"),
    (cabinet, lambda c: entered(expected="empty"), "not what the record said"),
    (cabinet, lambda c: entered(unit="A2", ho=None), "not what the record said"),
]
