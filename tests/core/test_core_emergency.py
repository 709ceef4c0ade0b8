"""Doors that open one after another, and what each of them is said to have done."""

from __future__ import annotations

import corekit as kit
import pytest
from corekit import DEPOSITOR, OPERATOR, Cabinet, same_again

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined
from lockerd.core.emergency import GAP_MS, in_flight
from lockerd.core.replay import replay
from lockerd.core.tables import ImpossibleHistory

SECOND = ev.Actor("operator", "6")
REVIEW = "emergency:cabinet"


def cabinet(doors: int = 3) -> Cabinet:
    c = Cabinet(kit.site(doors))
    c.enrol(SECOND)
    return c


def approved(c: Cabinet) -> None:
    c.send(msg.ApprovalChecked(f"badge-{SECOND.id}", True, "emergency", OPERATOR.id, ""))


def begun(c: Cabinet, *units: str) -> list[ev.Event]:
    approved(c)
    return c.send(msg.OpenAll(OPERATOR, units, "smoke"))


def ended(c: Cabinet) -> ev.EmergencyEnded:
    found = [line.event for line in c.log if isinstance(line.event, ev.EmergencyEnded)]
    return found[-1]


def test_one_door_after_another_each_with_its_result() -> None:
    c = cabinet()
    assert ev.names(begun(c)) == ["emergency.started", "emergency.door", "pulse.ordered"]
    assert [one.unit for one in c.pulses] == ["A1"]
    c.door("A1", "open")
    assert len(c.pulses) == 1, "the next turn waits for the gap"
    c.run(GAP_MS)
    assert [one.unit for one in c.pulses] == ["A1", "A2"]
    c.run(kit.WINDOW_MS)  # the second door jams
    assert [one.unit for one in c.pulses] == ["A1", "A2", "A3"]
    c.door("A3", "open")
    c.run(GAP_MS)
    end = ended(c)
    assert (end.opened, end.not_opened, end.skipped, end.left) == (("A1", "A3"), ("A2",), (), ())
    assert REVIEW in c.state.queue
    c.door("A1", "closed")
    same_again(c)


def test_what_lies_behind_a_door_is_frozen_as_its_turn_comes() -> None:
    c = cabinet()
    ho = c.collectable()
    other = c.collectable()
    begun(c, c.unit(ho), c.unit(other))
    assert (c.phase(ho), c.phase(other)) == ("frozen", "collectable")
    assert ev.names(c.offer(ho)) == ["code.turned_away"]
    c.door(c.unit(ho), "open")
    c.run(GAP_MS)
    assert c.phase(other) == "frozen"
    same_again(c)


def test_doors_that_are_open_or_in_use_are_skipped_and_named() -> None:
    c = cabinet()
    ho = c.collectable()
    c.offer(ho)
    c.door(c.unit(ho), "open")
    c.door("A2", "open")
    busy = c.order()
    c.send(msg.StartDeposit(DEPOSITOR, busy))
    events = begun(c)
    why = {one.unit: one.why for one in events if isinstance(one, ev.EmergencySkipped)}
    assert why == {c.unit(ho): "open", "A2": "open", c.unit(busy): "in-use"}
    c.run(GAP_MS)
    assert ended(c).skipped == ("A1", "A2", "A3") and not ended(c).opened
    same_again(c)


def test_nobody_alone_but_behind_broken_glass() -> None:
    c = cabinet()
    with pytest.raises(Declined, match="second person") as declined:
        c.send(msg.OpenAll(OPERATOR, (), "smoke"))
    assert declined.value.subject == "emergency"
    c.send(msg.BreakGlass(OPERATOR, "emergency", "alone at night"))
    assert "emergency.started" in ev.names(c.send(msg.OpenAll(OPERATOR, (), "smoke")))
    assert {REVIEW, "glass:emergency"} <= set(c.state.queue)
    same_again(c)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (msg.OpenAll(OPERATOR, ("Z9",), "smoke"), "unit"),
        (msg.OpenAll(OPERATOR, (), " "), "reason"),
        (msg.OpenAll(DEPOSITOR, (), "smoke"), "role"),
        (msg.StopOpening(OPERATOR), "idle"),
    ],
)
def test_what_is_declined(message: msg.Message, why: str) -> None:
    c = cabinet()
    approved(c)
    with pytest.raises(Declined) as declined:
        c.send(message)
    assert declined.value.why == why


def test_between_two_turns_a_stop_ends_it_at_once() -> None:
    c = cabinet()
    begun(c)
    c.door("A1", "open")
    names = ev.names(c.send(msg.StopOpening(OPERATOR)))
    assert names == ["emergency.skipped", "emergency.skipped", "emergency.ended"]
    same_again(c)


def test_one_at_a_time_and_it_can_be_stopped() -> None:
    c = cabinet()
    begun(c)
    approved(c)
    with pytest.raises(Declined, match="going on"):
        c.send(msg.OpenAll(OPERATOR, (), "again"))
    assert ev.names(c.send(msg.StopOpening(SECOND))) == ["emergency.skipped"] * 2
    assert c.state.emergency is not None and not c.state.emergency.ended, "a door is in its turn"
    c.door("A1", "open")
    c.run(60_000)
    end = ended(c)
    assert (end.opened, end.skipped, end.left) == (("A1",), (), ("A2", "A3"))
    assert end.why == "stopped"
    assert [one.unit for one in c.pulses] == ["A1"]
    same_again(c)


@pytest.mark.parametrize("level", ["open", "closed", "unknown"])
def test_a_cut_ends_it_and_nothing_goes_on_by_itself(level: str) -> None:
    c = cabinet()
    begun(c)
    c.cut({"A1": msg.Level(level)})
    c.run(60_000)
    end = ended(c)
    assert end.why == "power" and end.left == ("A2", "A3")
    assert (end.opened, end.not_opened) == ((("A1",), ()) if level == "open" else ((), ("A1",)))
    assert len(c.pulses) == 1 and in_flight(c.state) is None
    same_again(c)


def test_a_cabinet_out_of_service_opens_all_the_same() -> None:
    c = cabinet()
    c.send(msg.RetireCabinet(OPERATOR, "water"))
    begun(c)
    c.door("A1", "open")
    c.run(GAP_MS)
    assert [one.unit for one in c.pulses] == ["A1", "A2"]
    same_again(c)


def test_a_strike_that_rests_gets_its_turn_when_it_has_rested() -> None:
    c = cabinet()
    c.send(msg.TestDoor(OPERATOR, "A1"))
    c.door("A1", "open")
    c.door("A1", "closed")
    begun(c, "A1")
    assert len(c.pulses) == 1, "only the test's"
    c.run(kit.REST_MS)
    assert len(c.pulses) == 2


def test_an_emergency_nobody_approved_is_found() -> None:
    """A forger's entry: the twin of the first test."""
    c = cabinet()
    begun(c)
    lines = [line for line in c.log if not isinstance(line.event, ev.ApprovalGiven)]
    again = [kit.Line(i, line.event, line.now) for i, line in enumerate(lines)]
    with pytest.raises(ImpossibleHistory):
        replay(again)
