"""A technician's session: what it permits, what ends it, and what it never opens alone."""

from __future__ import annotations

import corekit as kit
import pytest
from corekit import OPERATOR, TECHNICIAN, Cabinet, same_again
from corekit import declined as why

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined
from lockerd.core.maintenance import SESSION_MS, TICKET_MAX
from lockerd.core.replay import replay
from lockerd.core.tables import ImpossibleHistory

ANOTHER = ev.Actor("technician", "7")


def begun(c: Cabinet) -> list[ev.Event]:
    return c.send(msg.OpenMaintenance(TECHNICIAN, "T-100"))


WORK = (
    msg.TestDoor(TECHNICIAN, "A1"),
    msg.RetireDoor(TECHNICIAN, "A1", "bent"),
    msg.RestoreDoor(TECHNICIAN, "A1"),
    msg.RetireCabinet(TECHNICIAN, "water"),
)


@pytest.mark.parametrize("message", WORK, ids=lambda one: type(one).__name__)
def test_outside_of_a_session_a_technician_does_nothing(message: msg.Message) -> None:
    c = Cabinet()
    assert why(c, message) == "session"
    begun(c)
    events = c.send(message)
    assert events[0].cause == (1, c.state.maintenance.entry if c.state.maintenance else -1)
    same_again(c)


def test_an_operator_needs_no_session() -> None:
    """The twin."""
    c = Cabinet()
    assert ev.names(c.send(msg.TestDoor(OPERATOR, "A1"))) == ["pulse.ordered"]


def test_it_ends_after_half_an_hour() -> None:
    c = Cabinet()
    begun(c)
    assert ev.names(c.run(SESSION_MS - 1)) == []
    assert ev.names(c.run(1)) == ["maintenance.closed"]
    assert why(c, WORK[0]) == "session"
    same_again(c)


def test_it_ends_with_the_power() -> None:
    c = Cabinet()
    begun(c)
    assert "maintenance.closed" in ev.names(c.cut())
    assert why(c, WORK[0]) == "session"
    same_again(c)


def test_it_ends_when_its_technician_leaves() -> None:
    c = Cabinet()
    begun(c)
    c.send(msg.SetRole(OPERATOR, TECHNICIAN.id, "depositor", "moved to the desk"))
    assert ev.names(c.run(1_000)) == ["maintenance.closed"]
    same_again(c)


def test_one_at_a_time_and_only_its_own_or_an_operator_ends_it() -> None:
    c = Cabinet()
    c.enrol(ANOTHER)
    assert why(c, msg.CloseMaintenance(TECHNICIAN)) == "idle"
    begun(c)
    assert why(c, msg.OpenMaintenance(ANOTHER, "T-101")) == "running"
    assert why(c, msg.CloseMaintenance(ANOTHER)) == "other"
    assert why(c, msg.TestDoor(ANOTHER, "A1")) == "session"
    assert ev.names(c.send(msg.CloseMaintenance(OPERATOR))) == ["maintenance.closed"]
    assert ev.names(c.send(msg.OpenMaintenance(ANOTHER, "T-101"))) == ["maintenance.opened"]
    same_again(c)


@pytest.mark.parametrize("ticket", ["", "  ", "x" * (TICKET_MAX + 1), "a\nb"])
def test_a_ticket_is_a_line_of_text(ticket: str) -> None:
    assert why(Cabinet(), msg.OpenMaintenance(TECHNICIAN, ticket)) == "ticket"


def test_a_compartment_in_use_is_opened_only_with_an_operator_beside() -> None:
    c = Cabinet()
    ho = c.collectable()
    unit = c.unit(ho)
    begun(c)
    assert why(c, msg.TestDoor(TECHNICIAN, unit)) == "occupied"
    look = msg.InspectDoor(TECHNICIAN, unit, "the contact chatters")
    with pytest.raises(Declined) as declined:
        c.send(look)
    assert (declined.value.why, declined.value.subject) == ("second", f"inspect:{unit}")
    c.send(msg.ApprovalChecked("badge-1", True, f"inspect:{unit}", TECHNICIAN.id, ""))
    started = c.send(look)
    assert ev.names(started) == ["handover.frozen", "inspection.started", "pulse.ordered"]
    (opened,) = c.door(unit, "open")
    assert isinstance(opened, ev.DoorOpened) and opened.purpose == "inspect"
    c.door(unit, "closed")
    assert c.phase(ho) == "frozen" and f"frozen:{ho}" in c.state.queue
    same_again(c)


def test_what_is_not_inspected() -> None:
    c = Cabinet()
    ho = c.collectable()
    assert why(c, msg.InspectDoor(TECHNICIAN, c.unit(ho), "x")) == "session"
    begun(c)
    assert why(c, msg.InspectDoor(TECHNICIAN, "Z9", "x")) == "unit"
    assert why(c, msg.InspectDoor(TECHNICIAN, "A2", "x")) == "empty"
    assert why(c, msg.InspectDoor(TECHNICIAN, c.unit(ho), "")) == "reason"
    c.offer(ho)
    assert why(c, msg.InspectDoor(TECHNICIAN, c.unit(ho), "x")) == "in-use"


def test_work_outside_of_a_session_is_found_in_a_journal() -> None:
    """A forger who leaves the session out."""
    c = Cabinet()
    forged = kit.Line(len(c.log), ev.DoorRetired(actor=TECHNICIAN, unit="A1", reason="bent"), c.now)
    with pytest.raises(ImpossibleHistory, match="maintenance session"):
        replay([*c.log, forged])
    by_operator = forged._replace(event=ev.DoorRetired(actor=OPERATOR, unit="A1", reason="bent"))
    assert replay([*c.log, by_operator]).doors["A1"].retired == "bent"


def test_a_technician_leaves_no_door_open_that_is_in_service() -> None:
    c = Cabinet()
    begun(c)
    c.send(msg.TestDoor(TECHNICIAN, "A1"))
    c.door("A1", "open")
    assert why(c, msg.CloseMaintenance(TECHNICIAN)) == "open"
    d = kit.copy(c)
    c.door("A1", "closed")
    assert ev.names(c.send(msg.CloseMaintenance(TECHNICIAN))) == ["maintenance.closed"]
    assert ev.names(d.send(msg.CloseMaintenance(OPERATOR))) == ["maintenance.closed"]


def test_a_door_out_of_service_keeps_nobody() -> None:
    c = Cabinet()
    begun(c)
    c.door("A2", "open")
    assert why(c, msg.CloseMaintenance(TECHNICIAN)) == "open"
    c.send(msg.RetireDoor(TECHNICIAN, "A2", "its contact is broken"))
    assert ev.names(c.send(msg.CloseMaintenance(TECHNICIAN))) == ["maintenance.closed"]
    same_again(c)
