"""Lies about a round of the blind count, for the judge: the cabinet, the entry, and why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corekit import DEPOSITOR, OPERATOR, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg

HO = f"{1:016x}"
OTHER = ev.Actor("operator", "6")


def inside() -> Cabinet:
    """One item in A1, and an operator is signed in at the kiosk."""
    c = Cabinet()
    c.enrol(OTHER)
    assert c.collectable() == HO
    c.sign_in(OPERATOR)
    return c


def begun() -> Cabinet:
    """It is the turn of A1."""
    c = inside()
    c.send(msg.StartCount(OPERATOR))
    c.wait(200)
    return c


def opened() -> Cabinet:
    c = begun()
    c.door("A1", "open")
    return c


def said() -> Cabinet:
    c = opened()
    c.send(msg.SayCounted(OPERATOR, "A1", "item"))
    return c


def still() -> Cabinet:
    c = begun()
    c.send(msg.PauseCount(OPERATOR))
    return c


def approved() -> Cabinet:
    c = inside()
    c.send(msg.ApprovalChecked("badge-6", True, "count", OPERATOR.id, ""))
    return c


def _cause(c: Cabinet) -> ev.Cause:
    assert c.state.count is not None
    return ev.Cause(1, c.state.count.entry)


def _turn(c: Cabinet) -> ev.Cause:
    assert c.state.count is not None
    return ev.Cause(1, c.state.count.turn)


def started(**changes: Any) -> ev.CountStarted:
    return ev.CountStarted(**{"actor": OPERATOR, "units": ("A1", "A2"), **changes})


def entered(c: Cabinet, **changes: Any) -> ev.CountEntered:
    values = {
        "actor": OPERATOR, "unit": "A1", "ho": HO, "cause": _turn(c),
        "seen": "item", "expected": "item",
    }  # fmt: skip
    return ev.CountEntered(**{**values, **changes})


def ended(c: Cabinet, **changes: Any) -> ev.CountEnded:
    values = {
        "actor": OPERATOR, "cause": _cause(c), "counted": ("A1",), "differ": 0, "skipped": (),
        "left": ("A2", "A3"),
    }  # fmt: skip
    return ev.CountEnded(**{**values, **changes})


def door(c: Cabinet, unit: str) -> ev.CountDoor:
    return ev.CountDoor(unit=unit, cause=_cause(c))


def skipped(c: Cabinet, unit: str, why: str) -> ev.CountSkipped:
    return ev.CountSkipped(unit=unit, cause=_cause(c), why=why)


def paused(c: Cabinet, unit: str, why: str) -> ev.CountPaused:
    return ev.CountPaused(unit=unit, cause=_cause(c), why=why)


Lie = tuple[Callable[[], Cabinet], Callable[[Cabinet], ev.Event], str]

FORGED: list[Lie] = [
    (begun, lambda c: started(), "another round was not over"),
    (inside, lambda c: started(units=()), "not a list of doors"),
    (inside, lambda c: started(units=("A1", "A1")), "not a list of doors"),
    (inside, lambda c: started(actor=DEPOSITOR), "not for a depositor"),
    (inside, lambda c: started(cause=ev.Cause(1, 2)), "nobody approved it"),
    (inside, lambda c: started(approver="6"), "nobody approved it"),
    (approved, lambda c: started(cause=ev.Cause(1, len(c.log) - 1), approver="1"),
     "the second person is not who approved"),
    (begun, lambda c: ev.CountResumed(actor=OPERATOR, cause=_cause(c)), "no round stood still"),
    (still, lambda c: ev.CountResumed(actor=DEPOSITOR, cause=_cause(c)), "not for a depositor"),
    (still, lambda c: ev.CountResumed(actor=OPERATOR), "nobody approved it"),
    (inside, lambda c: ev.CountDoor(unit="A1", cause=ev.Cause(1, 2)), "nobody was counting"),
    (begun, lambda c: door(c, "A2"), "not this door's turn"),
    (said, lambda c: door(c, "A2"), "not this door's turn"),
    (still, lambda c: door(c, "Z9"), "not this door's turn"),
    (said, lambda c: skipped(c, "A1", "in-use"), "not this door's turn"),
    (begun, lambda c: skipped(c, "A2", "boring"), "no such reason"),
    (still, lambda c: paused(c, "A1", "asked"), "it stood still"),
    (begun, lambda c: paused(c, "A1", "tired"), "no such reason"),
    (said, lambda c: ended(c, counted=()), "something else was counted"),
    (said, lambda c: ended(c, differ=1), "something else was counted"),
    (said, lambda c: ended(c, left=("A3",)), "other doors were left"),
    (said, lambda c: ended(c, skipped=("A2",)), "other doors were left"),
    (said, lambda c: ended(c, actor=ev.DEVICE), "doors were left without a person's word"),
    (opened, lambda c: entered(c, cause=ev.Cause(1, 2)), "no such turn of a round"),
    (begun, entered, "not this door's turn"),
    (said, entered, "not this door's turn"),
    (opened, lambda c: entered(c, actor=OTHER), "not this door's turn"),
]  # fmt: skip
