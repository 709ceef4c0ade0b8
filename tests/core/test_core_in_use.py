"""Acts of people that meet a door which is somebody's: declined, or the door is theirs no more.

Each of these ended the program, or kept it from starting, before it was asked.
"""

from __future__ import annotations

import corekit as kit
import pytest
from corekit import Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined
from lockerd.core.site import Profile
from lockerd.core.state import HOUR_MS

SECOND = ev.Actor("operator", "6")
WHY = "it leaks"


@pytest.fixture
def c() -> Cabinet:
    made = Cabinet()
    made.enrol(SECOND)
    return made


def _opened(c: Cabinet) -> tuple[str, str]:
    """A release whose door stands open: the handover and its compartment."""
    ho = c.collectable()
    c.offer(ho)
    c.wait(300)
    c.door(c.unit(ho), "open")
    return ho, c.unit(ho)


def _yes(c: Cabinet, subject: str) -> None:
    c.send(msg.ApprovalChecked(f"badge-{SECOND.id}", True, subject, kit.OPERATOR.id))


def _declined(c: Cabinet, message: msg.Message, why: str) -> None:
    with pytest.raises(Declined) as told:
        c.send(message)
    assert told.value.why == why


def test_nothing_is_sent_back_from_an_open_door(c: Cabinet) -> None:
    ho, unit = _opened(c)
    c.send(msg.DisputeHandover(ho, "wrong"))
    _declined(c, msg.ReturnHandover(kit.OPERATOR, ho, WHY), "busy")
    _declined(c, msg.RefuseHandover(kit.OPERATOR, ho, WHY), "busy")
    c.door(unit, "closed")
    c.send(msg.ReturnHandover(kit.OPERATOR, ho, WHY))
    assert c.phase(ho) == "awaiting_return"


def test_nothing_is_sent_back_while_a_key_is_declared(c: Cabinet) -> None:
    ho = c.collectable()
    _yes(c, f"key:{ho}")
    c.send(msg.DeclareKey(kit.OPERATOR, ho, "the strike is dead"))
    _declined(c, msg.ReturnHandover(kit.OPERATOR, ho, WHY), "busy")


def test_nothing_is_sent_back_from_nobody_knows_where(c: Cabinet) -> None:
    ho = c.collectable()
    c.send(msg.MoveHandover(kit.OPERATOR, ho, "water"))
    c.wait(300)
    c.door(c.unit(ho), "open")
    c.door(c.unit(ho), "closed")
    c.send(msg.StopMove(kit.OPERATOR, ho, "no time"))
    _declined(c, msg.ReturnHandover(kit.OPERATOR, ho, WHY), "moved")
    _declined(c, msg.RefuseHandover(SECOND, ho, WHY), "moved")
    _yes(c, f"key:{ho}")
    _declined(c, msg.DeclareKey(kit.OPERATOR, ho, WHY), "moved")
    c.send(msg.Resolve(kit.OPERATOR, f"frozen:{ho}", "looked", "present"))
    c.send(msg.ReturnHandover(kit.OPERATOR, ho, WHY))


@pytest.mark.parametrize("disputed", [False, True])
def test_two_people_say_it_was_handed_over_while_its_door_stands_open(
    c: Cabinet, disputed: bool
) -> None:
    ho, unit = _opened(c)
    if disputed:
        c.send(msg.DisputeHandover(ho, "wrong"))
    _yes(c, f"key:{ho}")
    c.send(msg.CompleteByKey(kit.OPERATOR, ho, "the contact is broken"))
    assert c.state.doors[unit].lease is None
    c.cut()
    assert ev.names(c.door(unit, "closed")) == ["door.closed"]


def test_present_at_an_open_door_is_the_recipients_no_more(c: Cabinet) -> None:
    ho, unit = _opened(c)
    c.send(msg.DisputeHandover(ho, "wrong"))
    c.send(msg.Resolve(kit.OPERATOR, f"disputed:{ho}", "looked", "present"))
    assert c.state.doors[unit].lease is None
    assert ev.names(c.door(unit, "closed")) == ["door.closed"]
    assert c.phase(ho) == "collectable"


def test_a_code_meets_a_declared_key(c: Cabinet) -> None:
    ho = c.collectable()
    _yes(c, f"key:{ho}")
    c.send(msg.DeclareKey(kit.OPERATOR, ho, "the strike is dead"))
    (told,) = c.offer(ho)
    assert isinstance(told, ev.CodeTurnedAway) and told.why == "open"


def test_a_failed_return_meets_a_door_that_closes(c: Cabinet) -> None:
    ho = c.collectable()
    unit = c.unit(ho)
    c.send(msg.ReturnHandover(kit.OPERATOR, ho, WHY))
    c.door(unit, "open")
    c.send(msg.FetchBack(kit.DEPOSITOR, ho))
    c.run(60_000)
    assert c.phase(ho) == "awaiting_return"
    assert ev.names(c.door(unit, "closed")) == ["door.closed"]


def test_a_finding_meets_a_door_that_is_being_opened(c: Cabinet) -> None:
    ho = c.collectable()
    _yes(c, "emergency")
    c.send(msg.OpenAll(kit.OPERATOR, (c.unit(ho),), "smoke"))
    found = msg.Resolve(kit.OPERATOR, f"frozen:{ho}", "looked", "removed")
    _declined(c, found, "busy")
    c.run(60_000)
    c.send(found)


def test_a_finding_meets_an_item_on_its_way(c: Cabinet) -> None:
    ho = c.collectable(hours=1)
    c.run(2 * HOUR_MS)
    c.send(msg.MoveHandover(kit.OPERATOR, ho, "water"))
    c.wait(300)
    c.door(c.unit(ho), "open")
    _declined(c, msg.Resolve(kit.OPERATOR, f"expired:{ho}", "looked", "removed"), "phase")


def test_an_emergency_and_the_end_of_a_window_come_together() -> None:
    where = kit.site()
    c = Cabinet(where.but(profiles=(*where.profiles, Profile("back", at_expiry="return"))))
    c.enrol(SECOND)
    first = c.collectable(hours=1)
    c.collectable(profile="back", hours=1)
    c.wait(HOUR_MS - 10_000 - (c.lo - c.of(first).opens))
    _yes(c, "emergency")
    c.send(msg.OpenAll(kit.OPERATOR, (), "smoke"))
    c.wait(HOUR_MS)
    c.send(msg.Tick())
    c.send(msg.Tick())
    assert {one.phase for one in c.state.handovers.values()} == {"frozen"}


def test_a_start_that_ends_a_handover_by_key_says_no_more_of_its_code(c: Cabinet) -> None:
    ho = c.placed()
    c.send(msg.ConfirmDeposit(kit.DEPOSITOR, kit.minted(ho, f"c-{ho}")))
    c.wait(kit.REST_MS)
    _yes(c, f"key:{ho}")
    c.send(msg.DeclareKey(kit.OPERATOR, ho, "the strike is dead"))
    unit = c.unit(ho)
    c.door(unit, "open")
    events = c.cut({unit: msg.Level.CLOSED})
    assert "handover.collected_manually" in ev.names(events)
    assert "credential.undelivered" not in ev.names(events)
