"""Windows in time: doubt and its answers, the end of a window, reminders, credit, the way back."""

from __future__ import annotations

from typing import Any

import corekit as kit
import pytest
from corekit import DEPOSITOR, NOON, OPERATOR, OTHER, TECHNICIAN, Cabinet, same_again

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import policy
from lockerd.core.credit import OUTAGE_MIN_MS
from lockerd.core.draft import Declined
from lockerd.core.messages import Level
from lockerd.core.site import Notified, Profile, Site
from lockerd.core.state import HOUR_MS

MINUTE_MS = 60_000
SECOND = ev.Actor("operator", "6")


def cabinet(**rules: Any) -> Cabinet:
    """A cabinet whose only profile has these rules."""
    site: Site = kit.site()
    one = Profile("documents", **rules)
    people = (Notified("desk", "Front desk", "1"), Notified("guard", "Guard", "2"))
    c = Cabinet(site.but(profiles=(one,), notify=people))
    c.enrol(SECOND)
    return c


# -- doubt


def doubted() -> tuple[Cabinet, str]:
    """A proven code in front of a clock that cannot tell."""
    c = cabinet(straddle="ask-operator")
    ho = c.collectable()
    c.width_ms = None
    assert ev.names(c.offer(ho)) == ["code.turned_away", "window.doubted"]
    return c, ho


def test_a_doubt_stands_in_the_queue_once() -> None:
    c, ho = doubted()
    assert f"doubt:{ho}" in c.state.queue
    assert ev.names(c.offer(ho)) == ["code.turned_away"]
    assert c.state.queue[f"doubt:{ho}"].count == 1


def test_a_permission_releases_once() -> None:
    c, ho = doubted()
    assert ev.names(c.send(msg.PermitWindow(OPERATOR, ho, "saw the clock"))) == ["window.permitted"]
    assert f"doubt:{ho}" not in c.state.queue
    authorised = c.offer(ho)[0]
    assert isinstance(authorised, ev.ReleaseAuthorised) and authorised.flag == "clock permitted"
    c.run(60_000)
    assert c.phase(ho) == "collectable", "the door never opened"
    assert ev.names(c.offer(ho))[0] == "code.turned_away", "the permission was for one release"
    same_again(c)


def test_a_permission_ends_with_time_and_with_the_boot() -> None:
    c, ho = doubted()
    c.send(msg.PermitWindow(OPERATOR, ho, "saw the clock"))
    c.wait(15 * MINUTE_MS + 1)
    assert ev.names(c.offer(ho))[0] == "code.turned_away"
    c.send(msg.PermitWindow(OPERATOR, ho, "again"))
    c.cut(off_ms=1_000)
    assert ev.names(c.offer(ho))[0] == "code.turned_away"


@pytest.mark.parametrize("rule", ["deny", "release-and-flag"])
def test_no_permission_where_the_profile_leaves_it_to_nobody(rule: str) -> None:
    c = cabinet(straddle=rule)
    ho = c.collectable()
    c.width_ms = None
    with pytest.raises(Declined, match="set the time"):
        c.send(msg.PermitWindow(OPERATOR, ho, "x"))


def test_no_permission_for_ones_own_deposit_nor_where_the_clock_can_tell() -> None:
    c = cabinet(straddle="ask-operator")
    own = c.collectable(actor=OPERATOR)
    with pytest.raises(Declined, match="the clock can tell"):
        c.send(msg.PermitWindow(SECOND, own, "x"))
    c.width_ms = None
    with pytest.raises(Declined, match="nobody releases what they deposited"):
        c.send(msg.PermitWindow(OPERATOR, own, "x"))
    with pytest.raises(Declined):
        c.send(msg.PermitWindow(DEPOSITOR, own, "x"))
    c.send(msg.PermitWindow(SECOND, own, "x"))


# -- what time it is


def approved(c: Cabinet, who: ev.Actor = SECOND) -> None:
    c.send(msg.ApprovalChecked(f"badge-{who.id}", True, "time", OPERATOR.id, ""))


def test_two_people_set_the_time() -> None:
    c = cabinet()
    c.width_ms = None
    at = NOON + 5 * HOUR_MS
    with pytest.raises(Declined, match="second person"):
        c.send(msg.SetTime(OPERATOR, at))
    approved(c)
    (event,) = c.send(msg.SetTime(OPERATOR, at))
    assert isinstance(event, ev.TimeSet)
    assert (event.lo, event.hi, event.approver) == (at - MINUTE_MS, at + 2 * MINUTE_MS, SECOND.id)
    assert ef.SetClock(event.lo, event.hi) in c.effects
    with pytest.raises(Declined, match="second person"):
        c.send(msg.SetTime(OPERATOR, at))
    same_again(c)


def test_nobody_sets_a_time_that_something_vouches_for() -> None:
    c = cabinet()
    approved(c)
    with pytest.raises(Declined, match="vouched"):
        c.send(msg.SetTime(OPERATOR, NOON + HOUR_MS))


@pytest.mark.parametrize(
    ("at", "why"), [(NOON - HOUR_MS, "past"), (NOON + 400 * 24 * HOUR_MS, "far"), (0, "past")]
)
def test_a_time_that_cannot_be_is_not_set(at: int, why: str) -> None:
    """2099 typed once would end every window there is."""
    c = cabinet()
    c.width_ms = None
    approved(c)
    with pytest.raises(Declined) as declined:
        c.send(msg.SetTime(OPERATOR, at))
    assert declined.value.why == why


# -- the end of a window


def test_an_announcement_lapses_with_its_window() -> None:
    c = cabinet()
    ho = c.order(hours=1)
    assert ev.names(c.run(2 * HOUR_MS)) == ["order.lapsed"]
    assert c.phase(ho) == "gone"
    same_again(c)


def test_a_deposit_that_began_in_time_does_not_lapse() -> None:
    c = cabinet()
    ho = c.order(hours=1)
    c.send(msg.StartDeposit(DEPOSITOR, ho))
    c.door(c.unit(ho), "open")
    assert "order.lapsed" not in ev.names(c.run(2 * HOUR_MS))


def test_reminders_come_once_each_and_across_restarts() -> None:
    c = cabinet(reminders_h=(24, 4), window_h=72)
    ho = c.collectable()
    found = c.run(71 * HOUR_MS)
    assert [(one.step, one.before_h) for one in found if isinstance(one, ev.ReminderDue)] == [
        (1, 24),
        (2, 4),
    ]
    c.cut(off_ms=1_000)
    assert ev.names(c.run(30 * MINUTE_MS)).count("reminder.due") == 0
    assert [one for one in c.effects if isinstance(one, ef.Remind)] == [
        ef.Remind(ho, 24),
        ef.Remind(ho, 4),
    ]
    same_again(c)


def test_of_reminders_that_passed_unseen_only_the_last_is_given() -> None:
    c = cabinet(reminders_h=(24, 4), window_h=72)
    c.collectable()
    c.wait(70 * HOUR_MS)
    (event,) = c.send(msg.Tick())
    assert isinstance(event, ev.ReminderDue) and event.step == 2
    assert policy.next_due(c.site, c.state, c.now) == c.up_ms + c.of(event.ho or "").closes - c.lo


def test_a_reminder_whose_moment_was_before_the_deposit_is_not_given() -> None:
    c = cabinet(reminders_h=(24, 4))
    c.collectable(hours=2)
    assert ev.names(c.run(3 * HOUR_MS)) == ["handover.expired"]


def test_escalation_tells_one_after_another() -> None:
    c = cabinet(at_expiry="escalate", escalate_h=(0, 24, 48), escalate_to=("desk", "guard"))
    ho = c.collectable(hours=1)
    found = c.run(100 * HOUR_MS)
    told = [(one.step, one.contact) for one in found if isinstance(one, ev.HandoverEscalated)]
    assert told == [(1, "desk"), (2, "guard"), (3, "guard")]
    assert [one.contact for one in c.effects if isinstance(one, ef.Tell)] == [
        "desk",
        "guard",
        "guard",
    ]
    assert c.state.queue[f"expired:{ho}"].detail == "told guard"
    same_again(c)


def test_waiting_asks_nobody() -> None:
    c = cabinet()
    ho = c.collectable(hours=1)
    assert ev.names(c.run(1_000 * HOUR_MS)) == ["handover.expired"]
    assert c.phase(ho) == "expired"


def test_the_next_of_the_list_collects_with_codes_of_their_own() -> None:
    c = cabinet(at_expiry="reassign", reassign_to=("desk", "guard"), window_h=10)
    ho = c.collectable(hours=10)
    c.run(11 * HOUR_MS)
    assert c.phase(ho) == "expired" and ef.Mint(ho) in c.effects
    events = c.send(kit.minted(ho, "c-heir"))
    assert ev.names(events) == ["handover.reassigned", "credential.reissued", "heir.named"]
    known = c.of(ho)
    assert (known.phase, known.cred, known.closes) == ("collectable", "c-heir", c.lo + 10 * HOUR_MS)
    assert ev.names(c.offer(ho)) == ["code.refused"], "the old code is nobody's"
    authorised = c.send(msg.CodeChecked("qr", "c-heir", True))[0]
    assert isinstance(authorised, ev.ReleaseAuthorised)
    same_again(c)


def test_the_list_ends() -> None:
    c = cabinet(at_expiry="reassign", reassign_to=("desk",), window_h=10)
    ho = c.collectable(hours=10)
    c.run(11 * HOUR_MS)
    c.send(kit.minted(ho, "c-heir"))
    assert ev.names(c.run(50 * HOUR_MS)) == ["handover.expired"]
    assert c.phase(ho) == "expired"


def test_a_cut_before_the_codes_came_asks_again() -> None:
    c = cabinet(at_expiry="reassign", reassign_to=("desk",), window_h=10)
    ho = c.collectable(hours=10)
    c.run(11 * HOUR_MS)
    c.cut(off_ms=1_000)
    assert "heir.wanted" in ev.names(c.run(1_000))
    assert [one for one in c.effects if isinstance(one, ef.Mint)] == [ef.Mint(ho)] * 2


def test_codes_that_nobody_waits_for_change_nothing() -> None:
    c = cabinet(at_expiry="reassign", reassign_to=("desk",))
    ho = c.collectable()
    assert c.send(kit.minted(ho, "c-other")) == []


# -- the way back


def awaiting() -> tuple[Cabinet, str]:
    c = cabinet(at_expiry="return")
    ho = c.collectable(hours=1)
    found = c.run(2 * HOUR_MS)
    assert ev.names(found) == ["handover.expired", "handover.awaiting_return"]
    return c, ho


def test_the_depositor_fetches_it_back() -> None:
    c, ho = awaiting()
    unit = c.unit(ho)
    away = c.offer(ho)[0]
    assert isinstance(away, ev.CodeTurnedAway) and away.why == "expired"
    with pytest.raises(Declined, match="only its depositor"):
        c.send(msg.FetchBack(OTHER, ho))
    assert ev.names(c.send(msg.FetchBack(DEPOSITOR, ho))) == ["return.started", "pulse.ordered"]
    assert ev.names(c.door(unit, "open")) == ["return.opened"]
    (back,) = c.door(unit, "closed")
    assert isinstance(back, ev.HandoverReturned) and back.drop == (f"c-{ho}",)
    assert c.phase(ho) == "gone" and not c.state.queue
    assert c.state.tombs == {}
    same_again(c)


def test_an_operator_may_fetch_it_and_a_technician_not() -> None:
    c, ho = awaiting()
    with pytest.raises(Declined):
        c.send(msg.FetchBack(TECHNICIAN, ho))
    assert c.send(msg.FetchBack(OPERATOR, ho))


def test_a_jam_leaves_it_awaiting() -> None:
    c, ho = awaiting()
    c.send(msg.FetchBack(DEPOSITOR, ho))
    found = ev.names(c.run(60_000))
    assert found.count("return.not_opened") == 3 and found[-1] == "return.failed"
    assert c.phase(ho) == "awaiting_return"
    c.wait(120_000)
    assert c.send(msg.FetchBack(DEPOSITOR, ho))
    same_again(c)


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("open_before", [False, True])
def test_a_cut_in_a_return_is_never_returned_without_a_closing(
    level: Level, open_before: bool
) -> None:
    c, ho = awaiting()
    c.send(msg.FetchBack(DEPOSITOR, ho))
    if open_before:
        c.door(c.unit(ho), "open")
    found = ev.names(c.cut({"A1": level}))
    returned = "handover.returned" in found
    assert returned == (open_before and level is Level.CLOSED)
    if not open_before and level is Level.CLOSED:
        assert "return.interrupted" in found and c.phase(ho) == "awaiting_return"
    if not open_before and level is Level.OPEN:
        assert "return.opened" in found
    same_again(c)


# -- credit


def credits_of(found: list[ev.Event]) -> list[ev.WindowCredited]:
    return [one for one in found if isinstance(one, ev.WindowCredited)]


def test_a_power_cut_is_credited_with_its_proof() -> None:
    c = cabinet()
    ho = c.collectable(hours=10)
    closes, last = c.of(ho).closes, len(c.log) - 1
    c.cut(off_ms=3 * HOUR_MS)
    (one,) = credits_of(c.run(1_000))
    # Two minutes of quiet since the last entry are part of what no entry accounts for.
    assert one.minutes == 180 and one.closes == closes + 180 * MINUTE_MS
    assert one.cause == (1, last) and isinstance(c.log[one.back].event, ev.LogBoot)
    assert credits_of(c.run(HOUR_MS)) == [], "once"
    same_again(c)


def test_the_window_that_ended_in_the_dark_goes_on_after_it() -> None:
    c = cabinet()
    ho = c.collectable(hours=2)
    c.cut(off_ms=30 * HOUR_MS)
    events = c.offer(ho)
    assert ev.names(events)[:2] == ["window.credited", "release.authorised"]
    same_again(c)


def test_of_several_items_the_one_whose_window_goes_on_is_released() -> None:
    """The credit comes before the choice of the door."""
    c = cabinet()
    one, other = c.collectable(hours=1), c.new_id()
    c.run(2 * HOUR_MS)
    opens, closes = c.lo, c.lo + 2 * HOUR_MS
    same = c.of(one).recipient_no
    order = (other, same, "i", "documents", "S", opens, closes, "R. Person", "A parcel")
    c.send(msg.OrderHandover(DEPOSITOR, *order))
    c.placed(other)
    c.send(msg.ConfirmDeposit(DEPOSITOR, kit.minted(other, "unused")))
    assert (c.phase(one), c.of(other).cred) == ("expired", c.of(one).cred)
    c.cut(off_ms=30 * HOUR_MS)
    credited, authorised, *_ = c.offer(one)
    assert isinstance(credited, ev.WindowCredited) and isinstance(authorised, ev.ReleaseAuthorised)
    assert credited.ho == authorised.ho == other
    same_again(c)


@pytest.mark.parametrize("off_ms", [1_000, OUTAGE_MIN_MS - 60_000])
def test_a_restart_costs_nobody_a_window(off_ms: int) -> None:
    c = cabinet()
    c.collectable()
    c.cut(off_ms=off_ms - kit.REST_MS)
    assert credits_of(c.run(HOUR_MS)) == []


def test_a_clock_that_nobody_vouches_for_credits_nothing() -> None:
    c = cabinet()
    ho = c.collectable(hours=10)
    closes = c.of(ho).closes
    c.width_ms = None
    c.cut(off_ms=0)  # proven time does not go on while there is no power
    assert credits_of(c.run(HOUR_MS)) == []
    c.lo += 4 * HOUR_MS
    c.width_ms = 0
    (one,) = credits_of(c.run(1_000))
    assert one.minutes == 240 and c.of(ho).closes == closes + 4 * HOUR_MS
    same_again(c)


def test_a_cabinet_out_of_service_ends_no_window() -> None:
    c = cabinet()
    ho = c.collectable(hours=2)
    c.send(msg.RetireCabinet(OPERATOR, "smoke"))
    assert c.run(50 * HOUR_MS) == []
    found = c.send(msg.RestoreCabinet(OPERATOR))
    assert ev.names(found) == ["cabinet.restored", "window.credited"]
    assert isinstance(c.offer(ho)[0], ev.ReleaseAuthorised)
    same_again(c)


def test_what_was_ordered_after_an_outage_is_not_credited() -> None:
    c = cabinet()
    c.cut(off_ms=5 * HOUR_MS)
    c.collectable()
    assert credits_of(c.run(HOUR_MS)) == []


# -- rest


def test_a_restart_long_after_the_last_pulse_costs_no_rest() -> None:
    c = cabinet()
    ho = c.collectable()
    c.cut(off_ms=HOUR_MS)
    assert "pulse.ordered" in ev.names(c.offer(ho))


@pytest.mark.parametrize("known", [False, True])
def test_a_strike_whose_rest_is_not_proven_rests(known: bool) -> None:
    """Twin: the upper bound at the pulse counts, and an unknown one proves nothing."""
    c = cabinet(straddle="release-and-flag")
    c.width_ms = HOUR_MS if known else None
    ho = c.placed()
    c.send(msg.ConfirmDeposit(DEPOSITOR, kit.minted(ho, f"c-{ho}")))
    c.cut(off_ms=2_000)
    assert "pulse.ordered" not in ev.names(c.offer(ho))
