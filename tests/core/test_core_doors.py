"""Edges: evidence for whoever was given the door, an alarm when nobody was."""

from __future__ import annotations

import corekit as kit
import pytest
from corekit import OPERATOR, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.doors import LATE_LEASE_MS
from lockerd.core.messages import Level


def released() -> tuple[Cabinet, str]:
    """A release whose pulse was just given."""
    c = Cabinet()
    ho = c.collectable()
    c.offer(ho)
    return c, ho


def failed() -> tuple[Cabinet, str]:
    """A release whose every attempt went without an opening."""
    c, ho = released()
    c.run(2 * (kit.REST_MS + kit.WINDOW_MS))
    assert c.phase(ho) == "collectable"
    return c, ho


# -- the usual way --------------------------------------------------------------------------------


def test_opened_and_closed_is_collected_with_its_evidence() -> None:
    c, ho = released()
    entry = len(c.log) - 2
    (opened,) = c.door("A1", "open")
    assert isinstance(opened, ev.ReleaseOpened)
    assert (opened.cred, opened.late, opened.cause) == (f"c-{ho}", False, ev.Cause(1, entry))
    assert opened.spend == (f"c-{ho}",)
    assert c.phase(ho) == "open"
    (closed,) = c.door("A1", "closed")
    assert isinstance(closed, ev.HandoverCollected)
    assert (closed.opened, closed.late) == (len(c.log) - 2, False)
    assert c.state.doors["A1"].lease is None


def test_a_pulse_alone_proves_nothing() -> None:
    c, ho = released()
    assert c.phase(ho) == "releasing"
    assert c.state.doors["A1"].level == "closed"
    assert c.send(msg.PulseEnded("A1")) == []
    assert c.phase(ho) == "releasing"


def test_the_same_level_again_changes_nothing() -> None:
    c, ho = released()
    assert c.door("A1", "closed") == []
    c.door("A1", "open")
    assert c.door("A1", "open", 3) == []
    assert c.phase(ho) == "open"


def test_a_door_that_the_config_does_not_know_is_nobody_s() -> None:
    c = Cabinet()
    assert c.door("Z9", "open") == []


# -- nobody was given it --------------------------------------------------------------------------


def test_an_opening_that_nobody_was_given_is_forced() -> None:
    c = Cabinet()
    (forced,) = c.door("A1", "open")
    assert isinstance(forced, ev.DoorForced)
    assert not forced.unpowered
    assert "forced:A1" in c.state.queue
    assert ev.names(c.door("A1", "closed")) == ["door.closed"]
    assert "forced:A1" in c.state.queue, "closing it again cures nothing"


def test_a_full_compartment_too() -> None:
    c = Cabinet()
    ho = c.collectable()
    assert ev.names(c.door("A1", "open")) == ["door.forced"]
    assert c.phase(ho) == "collectable"


def test_one_who_was_given_another_door() -> None:
    c, ho = released()
    assert ev.names(c.door("A2", "open")) == ["door.forced"]
    assert c.phase(ho) == "releasing"


def test_an_opening_between_two_reports_is_both() -> None:
    c = Cabinet()
    assert ev.names(c.door("A1", "closed", 2)) == ["door.forced", "door.closed"]
    assert c.state.doors["A1"].level == "closed"


def test_an_opening_before_the_first_pulse_is_nobody_s_and_ends_the_lease() -> None:
    """The strike rests after the deposit; somebody pulls the door open meanwhile."""
    c = Cabinet()
    ho = c.placed()
    c.send(msg.ConfirmDeposit(kit.DEPOSITOR, kit.minted(ho, f"c-{ho}")))
    assert ev.names(c.offer(ho)) == ["release.authorised"]
    assert ev.names(c.door("A1", "open")) == ["handover.frozen", "door.forced"]
    assert c.run(60_000) == []
    assert c.phase(ho) == "frozen"


def test_the_same_between_two_reports() -> None:
    c = Cabinet()
    ho = c.placed()
    c.send(msg.ConfirmDeposit(kit.DEPOSITOR, kit.minted(ho, f"c-{ho}")))
    c.offer(ho)
    events = c.door("A1", "closed", 2)
    assert ev.names(events) == ["handover.frozen", "door.forced", "door.closed"]


def test_the_same_in_a_deposit() -> None:
    c = Cabinet()
    ho = c.placed()
    c.send(msg.ReopenDeposit(kit.DEPOSITOR, ho))
    assert ev.names(c.door("A1", "open")) == ["deposit.unconfirmed", "door.forced"]
    assert c.phase(ho) == "unconfirmed"


def test_a_door_that_springs_open_before_the_confirmation_is_alarmed() -> None:
    c = Cabinet()
    ho = c.placed()
    assert ev.names(c.door("A1", "open")) == ["door.forced"]
    assert c.phase(ho) == "placed"


# -- late, too soon -------------------------------------------------------------------------------


def test_an_opening_between_two_attempts_is_late_evidence() -> None:
    c, _ = released()
    c.run(kit.WINDOW_MS)
    (opened,) = c.door("A1", "open")
    assert isinstance(opened, ev.ReleaseOpened)
    assert opened.late


def test_a_failed_release_owns_its_opening_for_a_minute() -> None:
    c, ho = failed()
    lease = c.state.doors["A1"].lease
    assert lease is not None
    over = lease.over
    assert over is not None
    c.wait(LATE_LEASE_MS - (c.up_ms - over.up_ms))
    (opened,) = c.door("A1", "open")
    assert isinstance(opened, ev.ReleaseOpened)
    assert opened.late
    assert ev.names(c.door("A1", "closed")) == ["handover.collected"]
    assert c.phase(ho) == "gone"
    assert "not_opened:A1" not in c.state.queue


def test_and_not_longer() -> None:
    c, ho = failed()
    c.wait(LATE_LEASE_MS + 1)
    assert ev.names(c.door("A1", "open")) == ["door.forced"]
    assert c.phase(ho) == "collectable"


def test_not_after_a_restart_either() -> None:
    """The minute does not begin anew with the next boot."""
    c, ho = failed()
    c.cut()
    c.wait(1_000)
    assert ev.names(c.door("A1", "open")) == ["door.forced"]
    assert c.phase(ho) == "collectable"


def test_even_when_the_window_ended_in_that_minute() -> None:
    c = Cabinet()
    ho = c.collectable(hours=0.01)
    c.wait(c.of(ho).closes - c.lo - 15_000)
    c.offer(ho)
    assert ev.names(c.run(20_000))[-2:] == ["release.failed", "handover.expired"]
    assert ev.names(c.door("A1", "open")) == ["release.opened"]
    assert ev.names(c.door("A1", "closed")) == ["handover.collected"]
    assert f"expired:{ho}" not in c.state.queue


def test_closed_too_soon_to_be_reported_is_still_both() -> None:
    c, _ = released()
    opened, closed = c.door("A1", "closed", 2)
    assert isinstance(opened, ev.ReleaseOpened)
    assert isinstance(closed, ev.HandoverCollected)
    assert closed.opened == len(c.log) - 2


def test_the_same_for_a_deposit_and_a_test() -> None:
    c = Cabinet()
    ho = c.order()
    c.send(msg.StartDeposit(kit.DEPOSITOR, ho))
    assert ev.names(c.door("A1", "closed", 4)) == ["deposit.opened", "deposit.closed"]
    assert c.phase(ho) == "placed"
    c.send(msg.TestDoor(OPERATOR, "A2"))
    assert ev.names(c.door("A2", "closed", 2)) == ["door.opened", "door.closed"]
    assert c.state.doors["A2"].lease is None


# -- it stood open already ------------------------------------------------------------------------


def test_a_door_that_stood_open_proves_nothing_by_closing() -> None:
    c = Cabinet()
    ho = c.collectable()
    c.door("A1", "open")
    c.offer(ho)
    assert ev.names(c.door("A1", "closed")) == ["handover.frozen", "door.closed"]
    assert c.phase(ho) == "frozen"
    assert c.state.doors["A1"].phase == "closed"


def test_nor_by_staying_open() -> None:
    c = Cabinet()
    ho = c.collectable()
    c.door("A1", "open")
    c.offer(ho)
    assert ev.names(c.run(60_000)) == ["handover.frozen"]
    assert c.state.doors["A1"].phase == "forced", "the pulse did not make it closed"
    assert ev.names(c.door("A1", "closed")) == ["door.closed"]
    assert ev.names(c.cut()[1:]) == []


def test_closing_it_before_the_first_pulse_leaves_the_release_alone() -> None:
    c = Cabinet()
    ho = c.placed()
    c.send(msg.ConfirmDeposit(kit.DEPOSITOR, kit.minted(ho, f"c-{ho}")))
    c.door("A1", "open")
    assert ev.names(c.offer(ho)) == ["release.authorised"]
    assert ev.names(c.door("A1", "closed")) == ["door.closed"]
    assert c.phase(ho) == "releasing"
    assert ev.names(c.run(1_400)) == ["pulse.ordered"]
    assert ev.names(c.door("A1", "open")) == ["release.opened"]


# -- a contact that cannot be trusted -------------------------------------------------------------


def test_an_unstable_contact_is_unknown_and_in_the_queue_until_it_is_steady() -> None:
    c = Cabinet()
    (event,) = c.door("A1", "unknown", 9)
    assert isinstance(event, ev.DoorUncertain)
    assert event.flips == 9
    assert c.door("A1", "unknown", 9) == []
    assert "sensor:A1" in c.state.queue
    assert ev.names(c.door("A1", "closed", 14)) == ["door.certain"]
    assert "sensor:A1" not in c.state.queue


def test_a_full_compartment_that_comes_back_open_was_forced() -> None:
    """Shaking the contact until it is not believed hides no opening."""
    c = Cabinet()
    c.collectable()
    c.door("A1", "unknown")
    assert ev.names(c.door("A1", "open")) == ["door.forced"]
    assert "sensor:A1" not in c.state.queue
    assert "forced:A1" in c.state.queue


def test_an_empty_one_is_merely_open() -> None:
    c = Cabinet()
    c.door("A1", "unknown")
    assert ev.names(c.door("A1", "open")) == ["door.certain"]
    assert c.state.doors["A1"].phase == "open"


def test_flips_of_an_unstable_contact_prove_no_opening() -> None:
    c, ho = released()
    c.door("A1", "unknown", 7)
    assert ev.names(c.door("A1", "closed", 14)) == ["door.certain"]
    assert c.phase(ho) == "releasing"
    assert ev.names(c.run(kit.WINDOW_MS)) == ["release.not_opened"]


def test_a_contact_that_comes_back_open_within_the_release_is_evidence() -> None:
    c, ho = released()
    c.door("A1", "unknown")
    assert ev.names(c.door("A1", "open")) == ["release.opened"]
    assert c.phase(ho) == "open"


@pytest.mark.parametrize("between", [[], ["open"]], ids=["closed", "open then closed"])
def test_a_contact_lost_while_the_door_is_open_ends_in_collected(between: list[str]) -> None:
    c, ho = released()
    c.door("A1", "open")
    c.door("A1", "unknown")
    for level in between:
        assert ev.names(c.door("A1", level)) == ["door.certain"]
    assert ev.names(c.door("A1", "closed")) == ["handover.collected"]
    assert c.phase(ho) == "gone"


def test_a_contact_that_stays_lost_freezes_the_release() -> None:
    c, ho = released()
    c.door("A1", "unknown")
    assert ev.names(c.run(60_000)) == ["handover.frozen"]
    assert c.of(ho).cred == f"c-{ho}"
    assert (c.state.doors["A1"].phase, c.state.doors["A1"].level) == ("unknown", "unknown")


def test_a_test_whose_contact_is_lost_ends() -> None:
    c = Cabinet()
    c.send(msg.TestDoor(OPERATOR, "A1"))
    c.door("A1", "unknown")
    assert ev.names(c.run(60_000)) == ["door.not_opened"]
    assert c.state.doors["A1"].lease is None


def test_faults_of_the_strike_are_told_and_change_no_door() -> None:
    c, ho = released()
    entry = len(c.log) - 2
    (fault,) = c.send(msg.PulseEnded("A1", "no current"))
    assert isinstance(fault, ev.StrikeFault)
    assert (fault.what, fault.cause) == ("no current", ev.Cause(1, entry))
    assert c.phase(ho) == "releasing"
    assert "strike:A1" in c.state.queue
    assert Level(c.state.doors["A1"].level) is Level.CLOSED
