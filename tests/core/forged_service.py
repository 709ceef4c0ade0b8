"""Lies about emergencies and maintenance, for the judge: the cabinet, the entry, and why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corekit import DEPOSITOR, OPERATOR, TECHNICIAN, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg

HO = f"{1:016x}"
SECOND = ev.Actor("operator", "6")
UNITS = ("A1", "A2", "A3")


def cabinet() -> Cabinet:
    c = Cabinet()
    c.enrol(SECOND)
    return c


def approved(subject: str = "emergency", c: Cabinet | None = None) -> Cabinet:
    """A second operator said yes."""
    c = c or cabinet()
    c.send(msg.ApprovalChecked("badge-6", True, subject, OPERATOR.id))
    return c


def going() -> Cabinet:
    """The first door is in its turn."""
    c = approved()
    c.send(msg.OpenAll(OPERATOR, (), "smoke"))
    return c


def between() -> Cabinet:
    """The first door opened, the next has not had its turn."""
    c = going()
    c.door("A1", "open")
    return c


def occupied() -> Cabinet:
    """As before, and something lies behind the next door."""
    c = cabinet()
    for _ in range(2):
        c.collectable()
    approved(c=c)
    c.send(msg.OpenAll(OPERATOR, (), "smoke"))
    c.door("A1", "open")
    return c


def start(c: Cabinet, **changes: Any) -> ev.EmergencyStarted:
    given = c.state.approvals.get("emergency")
    values: dict[str, Any] = {
        "actor": OPERATOR, "units": UNITS, "reason": "smoke", "approver": "6",
        "cause": None if given is None else ev.Cause(1, given.entry),
    }  # fmt: skip
    return ev.EmergencyStarted(**{**values, **changes})


def of(c: Cabinet) -> ev.Cause:
    known = c.state.emergency
    return ev.Cause(1, 0 if known is None else known.entry)


def end(c: Cabinet, **changes: Any) -> ev.EmergencyEnded:
    values: dict[str, Any] = {
        "cause": of(c), "opened": ("A1",), "not_opened": (), "skipped": (),
        "left": ("A2", "A3"), "why": "power",
    }  # fmt: skip
    return ev.EmergencyEnded(**{**values, **changes})


def working() -> Cabinet:
    """A technician's session over an item, and an operator who said yes to an inspection."""
    c = cabinet()
    assert c.collectable() == HO
    c.send(msg.OpenMaintenance(TECHNICIAN, "T-1"))
    c.send(msg.ApprovalChecked("badge-6", True, "inspect:A1", TECHNICIAN.id))
    return c


def frozen() -> Cabinet:
    """As before, and the item is frozen already."""
    c = cabinet()
    assert c.collectable() == HO
    approved(c=c)
    c.send(msg.OpenAll(OPERATOR, ("A1",), "smoke"))
    c.door("A1", "open")
    c.door("A1", "closed")
    c.run(60_000)
    c.send(msg.OpenMaintenance(TECHNICIAN, "T-1"))
    c.send(msg.ApprovalChecked("badge-6", True, "inspect:A1", TECHNICIAN.id))
    return c


def look(c: Cabinet, **changes: Any) -> ev.InspectionStarted:
    given = c.state.approvals.get("inspect:A1")
    values: dict[str, Any] = {
        "actor": TECHNICIAN, "unit": "A1", "ho": HO, "reason": "x", "approver": "6",
        "cause": None if given is None else ev.Cause(1, given.entry),
    }  # fmt: skip
    return ev.InspectionStarted(**{**values, **changes})


def session(c: Cabinet, **changes: Any) -> ev.MaintenanceClosed:
    known = c.state.maintenance
    values: dict[str, Any] = {
        "actor": TECHNICIAN, "reason": "asked", "cause": ev.Cause(1, known.entry if known else 0)
    }  # fmt: skip
    return ev.MaintenanceClosed(**{**values, **changes})


def opened(**changes: Any) -> ev.MaintenanceOpened:
    values: dict[str, Any] = {"actor": TECHNICIAN, "ticket": "T-1", "minutes": 30}
    return ev.MaintenanceOpened(**{**values, **changes})


Lie = tuple[Callable[[], Cabinet], Callable[[Cabinet], ev.Event], str]

FORGED: list[Lie] = [
    (approved, lambda c: start(c, actor=DEPOSITOR), "not for a depositor"),
    (approved, lambda c: start(c, units=("A1", "A1")), "not a list of doors"),
    (approved, lambda c: start(c, units=()), "not a list of doors"),
    (cabinet, start, "nobody approved it"),
    (approved, lambda c: start(c, approver="1"), "not who approved"),
    (going, start, "another one was going on"),
    (cabinet, lambda c: ev.EmergencyDoor(unit="A1", cause=of(c)), "no emergency was going on"),
    (between, lambda c: ev.EmergencyDoor(unit="A1", cause=of(c)), "not this door's turn"),
    (going, lambda c: ev.EmergencyDoor(unit="A2", cause=of(c)), "another door had its turn"),
    (occupied, lambda c: ev.EmergencyDoor(unit="A2", cause=of(c)), "was not frozen"),
    (
        between,
        lambda c: ev.EmergencySkipped(unit="A1", cause=of(c), why="open"),
        "not this door's turn",
    ),
    (between, lambda c: end(c, opened=("A1", "A2")), "other doors had their turn"),
    (between, lambda c: end(c, opened=(), not_opened=("A1",)), "other doors had their turn"),
    (between, lambda c: end(c, left=("A3",)), "other doors were left"),
    (between, lambda c: end(c, why=""), "without a reason"),
    (cabinet, end, "no emergency was going on"),
    (cabinet, lambda c: opened(actor=OPERATOR), "not for a operator"),
    (cabinet, lambda c: opened(minutes=600), "for another time"),
    (working, lambda c: opened(), "somebody else worked here"),
    (cabinet, session, "no such session"),
    (working, look, "was not frozen"),
    (frozen, lambda c: look(c, actor=DEPOSITOR), "not for a depositor"),
    (frozen, lambda c: look(c, approver="3"), "not who approved"),
    (frozen, lambda c: look(c, cause=None), "nobody approved it"),
    (
        cabinet,
        lambda c: ev.InspectionStarted(actor=TECHNICIAN, unit="A1", reason="x", approver="6"),
        "outside of a maintenance session",
    ),
    (
        cabinet,
        lambda c: ev.DoorRetired(actor=TECHNICIAN, unit="A1", reason="x"),
        "outside of a maintenance session",
    ),
    (
        cabinet,
        lambda c: ev.CabinetRestored(actor=TECHNICIAN),
        "outside of a maintenance session",
    ),
    (
        cabinet,
        lambda c: ev.DoorRestored(actor=TECHNICIAN, unit="A1"),
        "outside of a maintenance session",
    ),
]
