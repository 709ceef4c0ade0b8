"""The kiosk where something is wrong, where items go back, and where an operator orders."""

from __future__ import annotations

import corekit as kit
import pytest
import reachorders as reach
from corekit import DEPOSITOR, OPERATOR, OTHER, TECHNICIAN, Cabinet
from visitreach import OLD_PIN, approve, at_home, menu, wait

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.dispute import GRACE_MS
from lockerd.core.visit import fetch, orders

SECOND = ev.Actor("operator", "6")


def form(c: Cabinet, **fields: str) -> list[ev.Event]:
    return c.act(msg.FormSent(fields, ("d" * 16, "r", "i")))


# -- at the open door -----------------------------------------------------------------------------


def test_what_the_door_does_is_heard_over_the_choices() -> None:
    c = reach.amiss()
    reach.at_door(c, "A1", "closed")
    assert (c.visit.step, c.visit.receipt) == ("receipt", len(c.log) - 1)


def test_a_reminder_leads_back_to_the_open_door() -> None:
    c = reach.amiss()
    wait(c, 200_000, until="open")
    assert (c.visit.step, c.visit.reminded) == ("open", 1)
    wait(c, 400_000, until="home")
    assert c.visit.step == "home"


def test_an_item_that_is_withdrawn_meanwhile_ends_the_choices() -> None:
    c = reach.amiss()
    c.act(msg.Resolve(OPERATOR, "none", "r", "removed"))
    assert c.visit.step == "amiss", "somebody else's refused request is nothing here"


@pytest.mark.parametrize("what", ["empty", "wrong", "damaged"])
def test_each_claim_is_on_disk_before_the_screen_says_so(what: str) -> None:
    c = reach.amiss()
    found = c.press("claim", what)
    assert ev.names(found) == ["handover.disputed"]
    assert (c.visit.step, c.phase(reach.REACHED)) == ("disputed", "frozen")


def test_no_other_word_is_a_claim() -> None:
    c = reach.amiss()
    assert (c.press("claim", "stolen"), c.visit.step) == ([], "amiss")


def test_left_and_taken_after_all() -> None:
    c = reach.amiss()
    assert ev.names(c.press("leave")) == ["item.left"]
    assert c.visit.step == "open"
    assert ev.names(c.press("take")) == ["item.left"]
    reach.at_door(c, "A1", "closed")
    assert c.visit.step == "receipt"


def test_taking_what_was_not_left_is_told() -> None:
    c = reach.opened()
    c.press("take")
    assert (c.visit.step, c.visit.why) == ("refused", "asked")


# -- after it -------------------------------------------------------------------------------------


def test_the_receipt_comes_back_with_its_entry() -> None:
    c = reach.receipt()
    entry = c.visit.receipt
    c.press("amiss")
    c.press("back")
    assert (c.visit.step, c.visit.receipt) == ("receipt", entry)
    c = reach.again_open()
    reach.at_door(c, "A1", "closed")
    assert (c.visit.step, c.visit.receipt) == ("receipt", entry)


def test_after_the_minute_nothing_opens() -> None:
    c = reach.after()
    c.wait(GRACE_MS)
    assert c.press("again") == []
    assert (c.visit.step, c.visit.why) == ("refused", "late")


def test_out_of_service_nothing_opens() -> None:
    c = reach.after()
    c.send(msg.RetireCabinet(OPERATOR, "paint"))
    assert c.press("again") == []
    assert (c.visit.step, c.visit.why) == ("refused", "service")


def test_once_it_failed_it_may_be_tried_again() -> None:
    c = reach.again_failed()
    for action in ("back", "amiss"):
        c.press(action)
    c.wait(kit.REST_MS)
    assert ev.names(c.press("again")) == ["reopening.authorised", "pulse.ordered"]


def test_a_door_that_was_opened_once_more_does_not_hold_the_screen() -> None:
    c = reach.again_open()
    wait(c, 10 * 60_000, until="home")
    assert c.visit.step == "home"


def shared() -> Cabinet:
    """The receipt of the first of two items on one code."""
    c = Cabinet()
    one = c.collectable()
    other = c.new_id()
    same = c.of(one).recipient_no
    order = msg.OrderHandover(
        DEPOSITOR, other, same, "i", "documents", "S", None, None, "R. Person", "A parcel"
    )
    c.send(order)
    c.placed(other)
    c.send(msg.ConfirmDeposit(DEPOSITOR, kit.minted(other, "unused")))
    c.wait(kit.REST_MS)
    c.act(msg.Scanned("LK1X"))
    c.act(msg.CodeChecked("qr", f"c-{one}", True))
    for level in ("open", "closed"):
        reach.at_door(c, c.visit.unit or "", level)
    assert c.visit.step == "receipt"
    return c


def test_the_next_door_on_the_same_code() -> None:
    c = shared()
    first = c.visit.unit
    assert ev.names(c.press("another")) == ["release.authorised", "pulse.ordered"]
    assert (c.visit.step, c.visit.kind) == ("opening", "qr")
    assert c.visit.unit != first


def test_the_next_door_asks_for_the_code_once_the_minute_is_over() -> None:
    c = shared()
    c.wait(GRACE_MS + 1)
    assert (c.press("another"), c.visit.step) == ([], "home")


def test_without_another_item_there_is_no_next_door() -> None:
    c = reach.receipt()
    assert c.press("another") == []
    assert (c.visit.step, c.visit.why) == ("refused", "asked")


# -- what goes back -------------------------------------------------------------------------------


def test_only_ones_own_goes_back() -> None:
    c = reach.going_back()
    c.sign_in(OTHER)
    c.press("fetch")
    assert c.press("fetch", reach.REACHED) == []
    assert (c.visit.step, "its depositor" in c.visit.notice) == ("fetch_pick", True)


def test_a_technician_takes_nothing_back() -> None:
    c = reach.going_back()
    c.sign_in(TECHNICIAN)
    c.press("fetch")
    assert c.press("fetch", reach.REACHED) == []
    assert c.visit.notice


def test_a_door_that_does_not_open_is_told() -> None:
    c = reach.fetch_opening()
    wait(c, 120_000, until="fetch_pick")
    assert c.visit.notice == fetch.NOT_OPENED
    assert c.phase(reach.REACHED) == "awaiting_return"


def test_the_next_one_only_where_one_is_left() -> None:
    c = reach.fetch_done()
    c.press("next")
    assert c.visit.step == "fetch_done"
    c.press("back")
    assert c.visit.step == "staff_menu"


def test_who_walks_away_from_an_open_door_is_signed_out_and_the_door_ends_it() -> None:
    c = reach.fetch_open()
    wait(c, 30 * 60_000, until="home")
    assert (c.visit.step, c.state.signed_in) == ("home", None)
    reach.at_door(c, "A1", "closed")
    assert c.phase(reach.REACHED) == "gone"


# -- orders ---------------------------------------------------------------------------------------


def test_a_permission_is_told_with_what_to_do() -> None:
    c = reach.orders("permit")()
    assert ev.names(form(c, permit="saw the clock")) == ["window.permitted"]
    assert (c.visit.step, c.visit.notice) == ("queue", orders.PERMITTED)


def test_a_permission_without_a_reason_is_asked_for() -> None:
    c = reach.orders("permit")()
    assert form(c) == []
    assert (c.visit.step, "a reason of" in c.visit.notice) == ("order_permit", True)


@pytest.mark.parametrize(
    ("order", "event"), [("key", "key.declared"), ("bykey", "handover.collected_manually")]
)
def test_the_key_asks_for_another_person(order: str, event: str) -> None:
    c = reach.orders(order)()
    c.enrol(SECOND)
    assert form(c, **{order: "the lock is dead"}) == []
    assert c.visit.step == "approve_badge"
    assert event not in ev.names(approve(c, OPERATOR)), "whoever asks is no second person"
    c.act(msg.Scanned("LKBX"))
    c.act(msg.BadgeChecked(f"badge-{SECOND.id}"))
    c.act(msg.CodeTyped(OLD_PIN))
    cred = f"badge-{SECOND.id}"
    found = c.act(msg.ApprovalChecked(cred, True, c.visit.subject, OPERATOR.id, ""))
    assert ev.names(found) == ["approval.given", event]
    assert c.visit.step == "queue"


def test_a_line_that_ended_meanwhile_leads_to_the_queue() -> None:
    c = reach.orders()()
    c.send(msg.PermitWindow(OPERATOR, reach.REACHED, "seen"))
    c.press("order", "key")
    assert c.visit.step == "queue"


def test_a_door_means_what_lies_behind_it() -> None:
    c = at_home()
    c.send(msg.PulseEnded("A1", "no current was drawn"))
    c.sign_in(OPERATOR)
    for action, arg in (("queue", ""), ("item", "strike:A1"), ("orders", ""), ("order", "key")):
        c.press(action, arg)
    assert (c.visit.step, c.visit.ho) == ("order_key", reach.REACHED)


# -- the clock ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "soon", "-1", "1" * 16, "1.5", "٣"])
def test_a_time_that_is_none_means_nothing(text: str) -> None:
    c = reach.time()
    assert (form(c, at=text), c.visit.step, c.visit.notice) == ([], "time", "")


def test_a_time_in_the_past_is_told() -> None:
    c = reach.time()
    assert form(c, at=str(kit.NOON - 86_400_000)) == []
    assert (c.visit.step, "later than that" in c.visit.notice) == ("time", True)


def test_a_depositor_sets_no_clock() -> None:
    c = menu(DEPOSITOR, "time")
    assert form(c, at=str(kit.NOON + 3_600_000)) == []
    assert c.visit.notice


def test_going_back_from_the_second_person_sets_nothing() -> None:
    c = reach.time()
    form(c, at=str(kit.NOON + 3_600_000))
    assert c.visit.step == "approve_badge"
    c.press("back")
    assert (c.visit.step, c.state.kept_time) == ("time", None)
