"""A round of the blind count: one door after another, told nothing, and whatever comes between.

Every journal made here is also judged by replay.
"""

from __future__ import annotations

import corekit as kit
import pytest
from corekit import DEPOSITOR, OPERATOR, Cabinet, same_again
from corekit import declined as why_not
from forged_rounds import HO, OTHER, begun, inside, opened, said, still

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import policy
from lockerd.core.site import Profile
from lockerd.core.state import Count


def round_of(c: Cabinet) -> Count:
    assert c.state.count is not None
    return c.state.count


def turn(c: Cabinet, unit: str, seen: str) -> list[str]:
    """Open, say, close; what came of the closing and of the next turn."""
    assert round_of(c).unit == unit
    c.door(unit, "open")
    c.send(msg.SayCounted(OPERATOR, unit, seen))
    closed = c.door(unit, "closed")
    names = ev.names([*closed, *c.run(0)])
    c.wait(200)
    return names


def test_a_whole_round_that_agrees_changes_nothing_else() -> None:
    c = inside()
    begin = c.send(msg.StartCount(OPERATOR))
    assert ev.names(begin) == ["count.started", "count.door", "pulse.ordered"]
    assert turn(c, "A1", "item") == ["door.closed", "count.door", "pulse.ordered"]
    assert turn(c, "A2", "empty") == ["door.closed", "count.door", "pulse.ordered"]
    assert turn(c, "A3", "empty") == ["door.closed", "count.ended"]
    over = c.log[-1].event
    assert isinstance(over, ev.CountEnded)
    assert (over.counted, over.differ, over.skipped, over.left) == (("A1", "A2", "A3"), 0, (), ())
    assert (c.state.count, c.phase(HO), c.state.queue) == (None, "collectable", {})
    same_again(c)


def test_differences_go_to_the_queue() -> None:
    c = begun()
    turn(c, "A1", "empty")
    turn(c, "A2", "item")
    turn(c, "A3", "empty")
    over = c.log[-1].event
    assert isinstance(over, ev.CountEnded) and over.differ == 2
    assert {f"frozen:{HO}", "count:A2"} == set(c.state.queue)
    assert (c.phase(HO), c.state.doors["A2"].retired is None) == ("frozen", False)
    same_again(c)


def test_nothing_is_said_before_the_door_opened_nor_twice_nor_by_somebody_else() -> None:
    c = begun()
    assert why_not(c, msg.SayCounted(OPERATOR, "A1", "item")) == "closed"
    c.door("A1", "open")
    assert why_not(c, msg.SayCounted(OPERATOR, "A2", "item")) == "turn"
    assert why_not(c, msg.SayCounted(OTHER, "A1", "item")) == "other"
    assert why_not(c, msg.SayCounted(OPERATOR, "A1", "keys")) == "seen"
    c.send(msg.SayCounted(OPERATOR, "A1", "item"))
    assert why_not(c, msg.SayCounted(OPERATOR, "A1", "empty")) == "said"
    assert why_not(c, msg.SkipCounted(OPERATOR, "A1")) == "said"


def test_who_closed_the_door_first_may_still_say_it() -> None:
    c = opened()
    c.door("A1", "closed")
    assert c.run(60_000) == [], "the round waits for the word"
    assert ev.names(c.send(msg.SayCounted(OPERATOR, "A1", "item"))) == ["count.entered"]
    assert ev.names(c.run(0))[0] == "count.door"
    same_again(c)


def test_a_door_that_does_not_open_is_left_out_and_the_round_goes_on() -> None:
    c = begun()
    events = ev.names(c.run(60_000))
    assert events[:3] == ["door.not_opened", "count.skipped", "count.door"]
    assert events[-1] == "count.ended" and c.phase(HO) == "collectable"
    same_again(c)


def test_doors_in_use_open_or_unread_are_skipped_and_named() -> None:
    c = Cabinet(kit.site(doors=5))
    c.collectable()
    c.send(msg.StartDeposit(DEPOSITOR, c.order()))
    c.door("A2", "open")
    c.door("A3", "unknown")
    c.sign_in(OPERATOR)
    c.send(msg.StartCount(OPERATOR))
    turn(c, "A1", "item")
    skips = {one.unit: one.why for _, one, _ in c.log if isinstance(one, ev.CountSkipped)}
    assert skips == {"A2": "open", "A3": "unknown", "A4": "in-use"}
    assert round_of(c).unit == "A5"
    same_again(c)


def test_leaving_a_door_out_waits_for_its_closing() -> None:
    c = opened()
    names = ev.names(c.send(msg.SkipCounted(OPERATOR, "A1")))
    assert names == ["handover.frozen", "count.skipped"], "nobody spoke for the item"
    assert c.run(60_000) == []
    c.door("A1", "closed")
    assert ev.names(c.run(0))[0] == "count.door"
    assert round_of(c).unit == "A2"
    same_again(c)


def test_a_door_that_stayed_shut_is_left_out_without_holding_anything() -> None:
    """The twin: only the opening puts the item in doubt."""
    c = begun()
    assert ev.names(c.send(msg.SkipCounted(OPERATOR, "A1"))) == ["count.skipped"]
    assert c.phase(HO) == "collectable"


# -- interruptions --------------------------------------------------------------------------------


def test_it_stands_still_when_asked_and_goes_on_where_it_stood() -> None:
    c = said()
    c.door("A1", "closed")
    assert ev.names(c.send(msg.PauseCount(OPERATOR))) == ["count.paused"]
    assert why_not(c, msg.PauseCount(OPERATOR)) == "idle"
    assert (round_of(c).todo, round_of(c).unit) == (["A2", "A3"], "")
    again = c.send(msg.StartCount(OTHER))
    assert ev.names(again) == ["count.resumed", "count.door", "pulse.ordered"]
    assert (round_of(c).staff, round_of(c).unit) == (OTHER.id, "A2")
    same_again(c)


def test_who_leaves_with_the_door_open_and_nothing_said_leaves_it_held() -> None:
    c = opened()
    c.send(msg.SignOut(OPERATOR.id, "idle"))
    assert policy.next_due(c.site, c.state, c.now) == c.up_ms
    assert ev.names(c.run(0)) == ["handover.frozen", "count.paused"]
    assert why_not(c, msg.StartCount(OPERATOR)) == "open", "the door still stands open"
    c.door("A1", "closed")
    c.sign_in(OPERATOR)
    c.wait(kit.REST_MS)
    c.send(msg.StartCount(OPERATOR))
    assert round_of(c).unit == "A1", "it is asked again"
    turn(c, "A1", "item")
    assert c.phase(HO) == "frozen", "an operator thaws it in the queue"
    same_again(c)


@pytest.mark.parametrize("reach", [begun, opened, said])
def test_a_cut_lets_it_stand_still(reach: object) -> None:
    assert callable(reach)
    c = reach()
    level = c.state.doors["A1"].level
    names = ev.names(c.cut(doors={**c.levels, "A1": msg.Level(level)}))
    assert "count.paused" in names
    assert ("handover.frozen" in names) == (reach is opened)
    assert round_of(c).unit == ""
    same_again(c)


def test_an_opening_that_only_the_start_saw_holds_the_item_too() -> None:
    c = begun()
    names = ev.names(c.cut(doors={**c.levels, "A1": msg.Level.OPEN}))
    assert names[-3:] == ["door.opened", "handover.frozen", "count.paused"]
    same_again(c)


def test_it_can_be_ended_with_the_rest_named() -> None:
    c = said()
    assert why_not(c, msg.EndCount(OTHER)) == "other"
    (over,) = c.send(msg.EndCount(OPERATOR))
    assert isinstance(over, ev.CountEnded) and over.left == ("A2", "A3")
    assert why_not(c, msg.EndCount(OPERATOR)) == "idle"
    c = still()
    assert ev.names(c.send(msg.EndCount(OTHER))) == ["count.ended"], "anybody ends what stands"
    same_again(c)


def test_ending_at_an_open_door_holds_what_nobody_spoke_for() -> None:
    c = opened()
    assert ev.names(c.send(msg.EndCount(OPERATOR))) == ["handover.frozen", "count.ended"]
    same_again(c)


@pytest.mark.parametrize(
    "over",
    [
        msg.PauseCount(OPERATOR),
        msg.EndCount(OPERATOR),
        msg.SkipCounted(OPERATOR, "A1"),
        msg.SignOut(OPERATOR.id, "idle"),
    ],
)
def test_a_door_that_opens_once_its_turn_is_over_holds_its_item(over: msg.Message) -> None:
    """The strike had been pulsed already: nobody looks in, and the item may be gone."""
    c = begun()
    c.send(over)
    c.run(0)
    assert c.phase(HO) == "collectable", "the twin: nothing was opened yet"
    assert ev.names(c.door("A1", "open"))[:2] == ["door.opened", "handover.frozen"]
    assert c.phase(HO) == "frozen"
    same_again(c)


def test_a_start_that_finds_such_a_door_open_holds_it_too() -> None:
    c = still()
    names = ev.names(c.cut(doors={**c.levels, "A1": msg.Level.OPEN}))
    assert names[-2:] == ["door.opened", "handover.frozen"]
    same_again(c)


def resting() -> Cabinet:
    """It is the turn of A1, whose strike still rests."""
    c = still()
    c.run(2_000)
    assert c.state.doors["A1"].lease is None
    assert ev.names(c.send(msg.StartCount(OPERATOR))) == ["count.resumed", "count.door"]
    return c


@pytest.mark.parametrize(
    "over",
    [msg.PauseCount(OPERATOR), msg.EndCount(OPERATOR), msg.SkipCounted(OPERATOR, "A1")],
)
def test_a_strike_that_rests_is_pulsed_for_nobody(over: msg.Message) -> None:
    c = resting()
    c.send(over)
    later = c.run(kit.REST_MS * 2)
    assert not [one for one in later if isinstance(one, ev.PulseOrdered) and one.unit == "A1"]
    same_again(c)


def test_a_strike_that_rests_is_pulsed_for_who_waits() -> None:
    """The twin."""
    assert "pulse.ordered" in ev.names(resting().run(kit.REST_MS * 2))


# -- with others ----------------------------------------------------------------------------------


def test_one_round_at_a_time_and_none_while_out_of_service() -> None:
    c = begun()
    assert why_not(c, msg.StartCount(OTHER)) == "running"
    c = inside()
    c.send(msg.RetireCabinet(OPERATOR, "smoke"))
    assert why_not(c, msg.StartCount(OPERATOR)) == "service"


def test_a_code_does_not_open_what_is_being_counted() -> None:
    c = begun()
    (away,) = c.offer(HO)
    assert isinstance(away, ev.CodeTurnedAway) and away.why == "open"
    turn(c, "A1", "item")
    assert ev.names(c.offer(HO))[0] == "release.authorised"


def strict() -> Cabinet:
    """A profile asks for an authoriser, so a round needs two."""
    where = kit.site()
    c = Cabinet(where.but(profiles=(*where.profiles, Profile("evidence", authorisers=1))))
    c.enrol(OTHER)
    c.sign_in(OPERATOR)
    return c


def test_two_people_begin_a_round_where_a_profile_asks() -> None:
    c = strict()
    assert why_not(c, msg.StartCount(OPERATOR)) == "second"
    c.send(msg.ApprovalChecked("badge-6", True, "count", OPERATOR.id, ""))
    (started, *_) = c.send(msg.StartCount(OPERATOR))
    assert isinstance(started, ev.CountStarted) and started.approver == OTHER.id
    c.send(msg.PauseCount(OPERATOR))
    assert why_not(c, msg.StartCount(OPERATOR)) == "second", "and each time it goes on"
    c.send(msg.BreakGlass(OPERATOR, "count", "nobody else is here"))
    (resumed, *_) = c.send(msg.StartCount(OPERATOR))
    assert isinstance(resumed, ev.CountResumed) and resumed.approver == OPERATOR.id
    assert "glass:count" in c.state.queue
    same_again(c)
