"""Seals from the deposit to the collection, and what a thing is given for.

Every journal made here is also judged by replay.
"""

from __future__ import annotations

import pytest
import reachseal
from corekit import DEPOSITOR, OPERATOR, Cabinet, same_again
from corekit import declined as why_not
from forged_seal import (
    HO,
    SEAL,
    answered,
    collectable,
    collected,
    long_ago,
    opened,
    ordered,
    sealing_site,
    unsealed,
)

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.seal import SEAL_MAX
from lockerd.core.visit import exchange, seal

# -- at the deposit -------------------------------------------------------------------------------


def test_a_seal_is_on_record_before_the_compartment_opens() -> None:
    c = ordered()
    assert why_not(c, msg.StartDeposit(DEPOSITOR, HO)) == "seal"
    made = c.send(msg.StartDeposit(DEPOSITOR, HO, seal=f" {SEAL} "))
    assert ev.names(made) == ["item.sealed", "deposit.started", "pulse.ordered"]
    (sealed, *_) = made
    assert isinstance(sealed, ev.ItemSealed) and sealed.seal == SEAL
    leaf, disclosed = ev.encode(sealed)
    assert SEAL not in str(leaf) and disclosed == {"seal": SEAL}
    assert c.of(HO).sealed == len(c.log) - 3
    same_again(c)


def test_a_profile_that_does_not_ask_needs_none() -> None:
    """The twin: only the profile tells the two deposits apart."""
    c = ordered("documents")
    assert ev.names(c.send(msg.StartDeposit(DEPOSITOR, HO)))[0] == "deposit.started"
    assert c.of(HO).sealed is None


@pytest.mark.parametrize("number", ["x" * (SEAL_MAX + 1), "4711\x07"])
def test_a_number_that_nobody_can_read_is_declined(number: str) -> None:
    assert why_not(ordered(), msg.StartDeposit(DEPOSITOR, HO, seal=number)) == "text"


def test_another_seal_than_the_announced_one_stands_in_the_queue() -> None:
    c = ordered()
    c.send(msg.StartDeposit(DEPOSITOR, HO, (), "other", SEAL))
    line = c.state.queue[f"seal:{HO}"]
    assert (line.risk, line.ho) == (2, HO)
    c.send(msg.Acknowledge(OPERATOR, line.key))
    c.send(msg.Resolve(OPERATOR, line.key, "sealed again before witnesses"))
    assert c.state.queue == {}
    same_again(c)


def test_the_announced_seal_raises_nothing() -> None:
    c = ordered()
    c.send(msg.StartDeposit(DEPOSITOR, HO, (), "same", SEAL))
    assert c.state.queue == {}
    assert why_not(ordered(), msg.StartDeposit(DEPOSITOR, HO, (), "maybe", SEAL)) == "announced"


def test_another_compartment_needs_no_second_reading_but_another_day_does() -> None:
    c = ordered()
    c.send(msg.StartDeposit(DEPOSITOR, HO, seal=SEAL))
    assert "deposit.abandoned" in ev.names(c.run(60_000))
    assert why_not(c, msg.StartDeposit(DEPOSITOR, HO)) == "seal"
    again = c.send(msg.StartDeposit(DEPOSITOR, HO, ("A1",)))
    assert ev.names(again) == ["deposit.started", "pulse.ordered"]
    same_again(c)


# -- at the collection ----------------------------------------------------------------------------


def test_an_unbroken_seal_is_the_recipients_word() -> None:
    c = collected()
    (made,) = c.send(msg.CheckSeal(HO, "scanned"))
    assert isinstance(made, ev.SealChecked)
    assert (made.how, made.actor.role) == ("scanned", "recipient")
    assert why_not(c, msg.CheckSeal(HO, "said")) == "phase", "said once"
    same_again(c)


@pytest.mark.parametrize("claim", ["seal-broken", "seal-other"])
def test_a_broken_or_another_seal_is_a_dispute(claim: str) -> None:
    c = collected()
    assert ev.names(c.send(msg.DisputeHandover(HO, claim))) == ["collection.disputed"]
    line = c.state.queue[f"disputed:{HO}"]
    assert (line.detail, line.risk) == (claim, 1)
    assert c.state.tombs["A1"].disputed == claim
    assert why_not(c, msg.CheckSeal(HO, "said")) == "phase"
    same_again(c)


def test_at_the_open_door_it_holds_the_item() -> None:
    c = opened()
    assert ev.names(c.send(msg.DisputeHandover(HO, "seal-broken"))) == ["handover.disputed"]
    assert c.phase(HO) == "frozen"
    same_again(c)


def test_nothing_is_said_about_a_seal_that_is_not_on_record_or_too_late() -> None:
    c = unsealed()
    assert why_not(c, msg.CheckSeal(HO, "said")) == "phase"
    assert why_not(c, msg.DisputeHandover(HO, "seal-broken")) == "claim"
    assert why_not(long_ago(), msg.CheckSeal(HO, "said")) == "late"
    assert why_not(collected(), msg.CheckSeal(HO, "smelt")) == "how"
    assert answered().state.tombs["A1"].whole


def test_the_seal_goes_with_the_item_into_the_next_epoch() -> None:
    from lockerd.core.epoch import carried, named_by

    c = collectable()
    sealed = c.of(HO).sealed
    assert sealed in named_by(c.state)
    (event,) = (one for one in carried(c.state, {sealed or 0: {"seal": SEAL}}) if one.ho == HO)
    assert isinstance(event, ev.DepositCarried)
    assert (event.seal, event.sealed) == (SEAL, True)


# -- at the kiosk ---------------------------------------------------------------------------------


def read(c: Cabinet, beside: str) -> list[str]:
    """The shell answers the comparison that it was asked for."""
    asked = c.effects[-1]
    assert isinstance(asked, ef.ReadSeal)
    return ev.names(c.act(msg.SealRead(asked.ho, beside, asked.seal)))


def test_the_depositor_reads_the_seal_first() -> None:
    c = reachseal.deposit_seal()
    assert (c.visit.step, c.state.handovers[HO].phase) == ("deposit_seal", "ordered")
    c.act(msg.FormSent({"seal": SEAL}, ("x", "y", "z")))
    assert c.visit.step == "deposit_sealing"
    assert read(c, "none") == ["item.sealed", "deposit.started", "pulse.ordered"]
    assert (c.visit.step, c.visit.unit) == ("deposit_opening", "A1")
    assert SEAL not in repr(c.visit)


def test_a_batch_asks_for_the_seal_of_each_item() -> None:
    c = ordered()
    c.sign_in(DEPOSITOR)
    c.press("batch")
    c.act(msg.Scanned("C-100"))
    c.act(msg.ItemsFound((HO,)))
    assert (c.visit.step, c.visit.batch) == ("deposit_seal", ())
    c.act(msg.Scanned(SEAL))
    read(c, "same")
    assert (c.visit.step, c.visit.batch) == ("deposit_opening", ())


def test_a_badge_is_no_seal_and_a_number_too_long_is_asked_for_again() -> None:
    c = reachseal.deposit_seal()
    c.act(msg.Scanned("LK1X"))
    assert (c.visit.step, c.visit.notice) == ("deposit_seal", seal.NOT_A_SEAL)
    c.act(msg.FormSent({"seal": " LKBX"}, ("", "", "")))
    assert c.visit.notice == seal.NOT_A_SEAL, "typed by a scanner that is a keyboard"
    c.act(msg.Scanned("x" * 99))
    read(c, "none")
    assert c.visit.step == "deposit_seal" and "at most" in c.visit.notice
    c.press("back")
    assert c.visit.step == "deposit_pick"


def test_no_compartment_is_said_where_the_next_item_is_chosen() -> None:
    c = reachseal.deposit_sealing()
    for unit in ("A1", "A2", "A3"):
        c.send(msg.RetireDoor(OPERATOR, unit, "worn"))
    assert read(c, "none") == []
    assert c.visit.step == "deposit_pick" and "no free compartment" in c.visit.notice
    assert c.of(HO).sealed is None


@pytest.mark.parametrize(("press", "step"), [(("whole", ""), "receipt"),
                                             (("claim", "seal-other"), "disputed")])  # fmt: skip
def test_the_recipient_answers_before_the_receipt(press: tuple[str, str], step: str) -> None:
    c = reachseal.seal_check()
    assert c.visit.step == "seal_check"
    c.press(*press)
    assert c.visit.step == step and c.visit.receipt is not None


def test_a_scanned_seal_answers_by_itself_or_says_that_it_differs() -> None:
    c = reachseal.seal_checking()
    assert read(c, "other") == []
    assert (c.visit.step, c.visit.notice) == ("seal_check", seal.DIFFERS)
    c.act(msg.Scanned(SEAL))
    assert read(c, "same") == ["seal.checked"]
    assert c.visit.step == "receipt"


def test_a_recipients_code_is_taken_up_at_the_question_too() -> None:
    c = reachseal.seal_check()
    c.act(msg.Scanned("LK1NEXT"))
    assert c.visit.step == "checking"


def test_an_answer_that_comes_too_late_leads_to_the_receipt() -> None:
    c = reachseal.seal_check()
    c.wait(61_000)
    c.press("whole")
    assert c.visit.step == "receipt"
    assert not c.state.tombs["A1"].whole


def test_whoever_does_not_answer_goes_home_and_lost_nothing() -> None:
    c = reachseal.seal_check()
    size = len(c.log)
    c.wait(c.site.timing.idle_s * 1000)
    c.tick_visit()
    assert (c.visit.step, len(c.log)) == ("home", size)


# -- what a thing is given for --------------------------------------------------------------------


def numbered(c: Cabinet, exchange_ho: str, found: int) -> list[str]:
    asked = c.effects[-1]
    assert isinstance(asked, ef.NumberItem)
    answer = msg.ItemNumbered(asked.ho, "77" * 8, exchange_ho, found, bool(asked.given_for))
    return ev.names(c.act(answer))


def test_an_exchange_is_ordered_with_both_things() -> None:
    c = reachseal.deposit_naming()
    assert (c.effects[-1].asset, c.effects[-1].given_for) == ("INV-1", "RL07-0001")  # type: ignore[attr-defined]  # it is a NumberItem
    assert numbered(c, "cc" * 8, 1) == ["handover.ordered", "deposit.started", "pulse.ordered"]
    (made,) = (one for _, one, _ in c.log if isinstance(one, ev.HandoverOrdered))
    assert (made.asset, made.item_no, made.exchange) == ("INV-1", "77" * 8, "cc" * 8)
    assert c.visit.step == "deposit_opening"
    same_again(c)


@pytest.mark.parametrize(("found", "notice"), [(0, exchange.NOBODY), (3, exchange.SEVERAL)])
def test_a_label_of_nobody_or_of_several_is_asked_for_again(found: int, notice: str) -> None:
    c = reachseal.deposit_naming()
    assert numbered(c, "", found) == []
    assert (c.visit.step, c.visit.notice) == ("deposit_given", notice)
    c.act(msg.FormSent({"given": ""}, ("x", "y", "z")))
    assert numbered(c, "", 0)[0] == "handover.ordered", "both answers may stay empty"


def test_a_badge_is_no_label_and_the_way_back_is_open() -> None:
    c = reachseal.deposit_given()
    c.act(msg.Scanned("LKBX"))
    assert c.visit.notice == exchange.NOT_A_LABEL
    c.act(msg.Scanned("x" * 121))
    assert c.visit.notice == exchange.LONG
    for step in ("deposit_asset", "deposit_pick"):
        c.press("back")
        assert c.visit.step == step
    assert not [one for _, one, _ in c.log if isinstance(one, ev.HandoverOrdered)]


def test_a_profile_that_deals_in_no_exchange_asks_nothing_more() -> None:
    """The twin."""
    c = Cabinet(sealing_site())
    c.sign_in(DEPOSITOR)
    c.press("deposit")
    c.press("new")
    c.act(msg.FormSent({**reachseal.FORM, "profile": "documents"}, ("b" * 16, "r", "i")))
    assert c.visit.step == "deposit_opening"


def test_a_sealed_exchange_is_asked_for_both() -> None:
    where = sealing_site()
    both = where.profile("swap").but(name="both", seal=True)
    c = Cabinet(where.but(profiles=(*where.profiles, both)))
    c.sign_in(DEPOSITOR)
    c.press("deposit")
    c.press("new")
    c.act(msg.FormSent({**reachseal.FORM, "profile": "both"}, ("b" * 16, "r", "i")))
    for _ in range(2):
        c.act(msg.FormSent({}, ("x", "y", "z")))
    numbered(c, "", 0)
    assert c.visit.step == "deposit_seal"
