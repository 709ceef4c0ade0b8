"""Deposits: which compartment, whose word, and what becomes of a deposit without one."""

from __future__ import annotations

from typing import Any

import corekit as kit
import pytest
from corekit import DEPOSITOR, OPERATOR, OTHER, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.deposit import LIVE_MAX
from lockerd.core.draft import Declined
from lockerd.core.state import HOUR_MS


def start(c: Cabinet, ho: str, actor: ev.Actor = DEPOSITOR, avoid: tuple[str, ...] = ()) -> str:
    c.send(msg.StartDeposit(actor, ho, avoid))
    return c.unit(ho)


def declined(c: Cabinet, message: msg.Message, why: str) -> str:
    size = len(c.log)
    with pytest.raises(Declined) as refused:
        c.send(message)
    assert refused.value.why == why
    assert len(c.log) == size
    assert ";" in str(refused.value) or ":" in str(refused.value), "no remedy"
    return str(refused.value)


# -- ordering -------------------------------------------------------------------------------------


def ordered(c: Cabinet, **changes: Any) -> msg.OrderHandover:
    values: dict[str, Any] = {
        "actor": DEPOSITOR, "ho": "a" * 16, "recipient_no": "r", "item_no": "i",
        "profile": "documents", "size": "S", "opens": None, "closes": None,
        "recipient": "R. Person", "item": "Papers", "reference": "",
    }  # fmt: skip
    return msg.OrderHandover(**{**values, **changes})


def test_an_order_takes_the_profile_s_window_from_now() -> None:
    c = Cabinet()
    (event,) = c.send(ordered(c, recipient="  R. Person ", reference=" "))
    assert isinstance(event, ev.HandoverOrdered)
    assert (event.opens, event.closes) == (c.lo, c.lo + 72 * HOUR_MS)
    assert (event.recipient, event.reference) == ("R. Person", None)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"profile": "none"}, "profile"),
        ({"size": "XL"}, "size"),
        ({"size": ""}, "size"),
        ({"opens": 5, "closes": 5}, "window"),
        ({"opens": 5, "closes": 4}, "window"),
        ({"opens": 0, "closes": 24 * 366 * HOUR_MS + 1}, "window"),
        ({"recipient": "  "}, "text"),
        ({"item": ""}, "text"),
        ({"recipient": "x" * 121}, "text"),
        ({"item": "a\nb"}, "text"),
        ({"reference": "\x1b[2J"}, "text"),
        ({"actor": kit.TECHNICIAN}, "role"),
        ({"actor": kit.AUDITOR}, "role"),
        ({"actor": ev.DEVICE}, "role"),
    ],
)
def test_an_order_that_makes_no_sense_is_declined(changes: dict[str, object], why: str) -> None:
    c = Cabinet()
    declined(c, ordered(c, **changes), why)


def test_the_number_of_live_handovers_is_bounded() -> None:
    c = Cabinet()
    for _ in range(LIVE_MAX):
        c.order()
    declined(c, ordered(c), "full")


def test_an_id_is_used_once() -> None:
    c = Cabinet()
    c.send(ordered(c))
    declined(c, ordered(c), "exists")


def test_cancelling_is_for_what_was_not_deposited() -> None:
    c = Cabinet()
    ho, other = c.order(), c.placed()
    declined(c, msg.CancelHandover(DEPOSITOR, other, "no"), "deposited")
    declined(c, msg.CancelHandover(DEPOSITOR, ho, "  "), "reason")
    declined(c, msg.CancelHandover(DEPOSITOR, "f" * 16, "no"), "unknown")
    assert ev.names(c.send(msg.CancelHandover(DEPOSITOR, ho, "no"))) == ["handover.cancelled"]
    assert c.phase(ho) == "gone"
    declined(c, msg.StartDeposit(DEPOSITOR, ho), "unknown")


# -- which compartment ----------------------------------------------------------------------------


def test_the_smallest_that_fits_and_then_the_next_larger() -> None:
    c = Cabinet(kit.site(6))  # S M L S M L
    assert [start(c, c.order(size="S")) for _ in range(6)] == ["A1", "A4", "A2", "A5", "A3", "A6"]
    declined(c, msg.StartDeposit(DEPOSITOR, c.order(size="S")), "no-room")


def test_never_one_that_is_too_small() -> None:
    c = Cabinet(kit.site(6))
    assert [start(c, c.order(size="L")) for _ in range(2)] == ["A3", "A6"]
    declined(c, msg.StartDeposit(DEPOSITOR, c.order(size="L")), "no-room")


@pytest.mark.parametrize("how", ["avoided", "retired", "open", "unknown", "forced", "tested"])
def test_a_compartment_that_will_not_do_is_passed_over(how: str) -> None:
    c = Cabinet(kit.site(6))
    avoid: tuple[str, ...] = ()
    match how:
        case "avoided":
            avoid = ("A1",)
        case "retired":
            c.send(msg.RetireDoor(OPERATOR, "A1", "worn"))
        case "open" | "forced":
            c.door("A1", "open")
        case "unknown":
            c.door("A1", "unknown")
        case _:
            c.send(msg.TestDoor(OPERATOR, "A1"))
    assert start(c, c.order(size="S"), avoid=avoid) == "A4"


def test_a_lease_of_a_test_is_not_taken_over() -> None:
    """The contact was lost and came back while the test's pulse had not ended."""
    c = Cabinet(kit.site(6))
    c.send(msg.TestDoor(OPERATOR, "A1"))
    c.door("A1", "unknown")
    c.door("A1", "closed")
    assert c.state.doors["A1"].phase == "closed"
    assert start(c, c.order(size="S")) == "A4"


def test_one_that_need_not_rest_first() -> None:
    c = Cabinet(kit.site(6))
    ho = c.placed()
    c.send(msg.AbandonDeposit(DEPOSITOR, ho, "nothing placed"))
    assert start(c, ho) == "A4"
    twin = c.placed()
    assert c.unit(twin) == "A1", "rested again when the other was used"


def test_out_of_service_takes_nothing_in() -> None:
    c = Cabinet()
    ho = c.order()
    c.send(msg.RetireCabinet(OPERATOR, "smoke"))
    declined(c, msg.StartDeposit(DEPOSITOR, ho), "service")


def test_a_handover_is_deposited_once() -> None:
    c = Cabinet()
    ho = c.collectable()
    declined(c, msg.StartDeposit(DEPOSITOR, ho), "phase")


# -- the usual way --------------------------------------------------------------------------------


def test_from_start_to_codes() -> None:
    c = Cabinet()
    size = len(c.log)
    ho = c.collectable()
    assert [one.event.TYPE for one in c.log[size:]] == [
        "handover.ordered", "deposit.started", "pulse.ordered", "deposit.opened",
        "deposit.closed", "deposit.confirmed", "credential.minted", "credential.delivered",
    ]  # fmt: skip
    known = c.of(ho)
    assert (known.depositor, known.cred, known.unit) == ("2", f"c-{ho}", "A1")
    assert c.state.doors["A1"].lease is None


def test_codes_are_minted_in_the_transaction_of_the_confirmation() -> None:
    c = Cabinet()
    ho = c.placed()
    confirmed, mint = c.send(msg.ConfirmDeposit(DEPOSITOR, kit.minted(ho, "c")))
    assert isinstance(mint, ev.CredentialMinted)
    assert mint.cause == ev.Cause(1, len(c.log) - 2)
    assert mint.put == kit.rows("c")
    assert confirmed.TYPE == "deposit.confirmed"


def test_the_tombstone_of_the_compartment_ends_with_the_next_mint() -> None:
    c = Cabinet()
    old, unit = c.collected()
    assert c.state.tombs[unit].ho == old
    ho = c.placed()
    assert unit in c.state.tombs
    _, mint = c.send(msg.ConfirmDeposit(DEPOSITOR, kit.minted(ho, "c-new")))
    assert isinstance(mint, ev.CredentialMinted)
    assert (mint.replaces, mint.drop) == (f"c-{old}", (f"c-{old}",))
    assert unit not in c.state.tombs
    assert ev.names(c.offer(old)) == ["code.refused"], "nobody knows it any more"


def test_delivery_is_an_event_of_these_codes() -> None:
    c = Cabinet()
    ho = c.collectable()
    declined(c, msg.CodeDelivered(DEPOSITOR, ho, "c-other", "slip"), "phase")
    c.send(msg.CodeDelivered(DEPOSITOR, ho, f"c-{ho}", "slip"))
    assert c.of(ho).delivered


# -- only the depositor ---------------------------------------------------------------------------


def words(ho: str, actor: ev.Actor) -> list[msg.Message]:
    return [
        msg.ConfirmDeposit(actor, kit.minted(ho, f"c-{ho}")),
        msg.ReopenDeposit(actor, ho),
        msg.AbandonDeposit(actor, ho, "nothing placed"),
    ]


@pytest.mark.parametrize("actor", [OTHER, OPERATOR], ids=["depositor", "operator"])
@pytest.mark.parametrize("place", range(3), ids=["confirm", "reopen", "abandon"])
def test_nobody_speaks_for_the_depositor(actor: ev.Actor, place: int) -> None:
    c = Cabinet()
    ho = c.placed()
    assert "sign in as that person" in declined(c, words(ho, actor)[place], "actor")
    assert c.send(words(ho, DEPOSITOR)[place])


@pytest.mark.parametrize("actor", [kit.TECHNICIAN, kit.AUDITOR, ev.DEVICE], ids=lambda a: a.role)
@pytest.mark.parametrize("place", range(3), ids=["confirm", "reopen", "abandon"])
def test_other_roles_have_no_word_at_all(actor: ev.Actor, place: int) -> None:
    c = Cabinet()
    declined(c, words(c.placed(), actor)[place], "role")


def test_after_the_confirmation_nobody_opens_it_again() -> None:
    c = Cabinet()
    ho = c.collectable()
    for actor in (DEPOSITOR, OPERATOR):
        for message in words(ho, actor):
            declined(c, message, "phase")
    assert not [one for one in c.log if isinstance(one.event, ev.DepositReopened)]


def test_an_unconfirmed_deposit_is_opened_by_its_depositor_or_looked_into_by_an_operator() -> None:
    c = Cabinet()
    ho = c.placed()
    c.send(msg.LeaveDeposit(DEPOSITOR, ho))
    assert c.phase(ho) == "unconfirmed"
    c.wait(kit.REST_MS)
    declined(c, msg.ReopenDeposit(OTHER, ho), "actor")
    twin = kit.copy(c)
    assert ev.names(twin.send(msg.ReopenDeposit(OPERATOR, ho))) == [
        "deposit.reopened",
        "pulse.ordered",
    ]
    twin.door("A1", "open")
    twin.door("A1", "closed")
    declined(twin, words(ho, OPERATOR)[0], "actor")
    assert twin.of(ho).depositor == DEPOSITOR.id
    c.send(msg.ReopenDeposit(DEPOSITOR, ho))
    c.door("A1", "open")
    c.door("A1", "closed")
    c.send(words(ho, DEPOSITOR)[0])
    assert c.phase(ho) == "collectable"


# -- without a word -------------------------------------------------------------------------------


def test_leaving_before_the_first_pulse_leaves_the_order() -> None:
    c = Cabinet(kit.site(1))
    ho = c.placed()
    c.send(msg.AbandonDeposit(DEPOSITOR, ho, "nothing placed"))
    start(c, ho)
    assert c.state.doors["A1"].lease is not None
    assert c.state.doors["A1"].lease.attempt == 0, "its strike rests"
    assert ev.names(c.send(msg.LeaveDeposit(DEPOSITOR, ho))) == ["deposit.abandoned"]
    assert (c.phase(ho), c.of(ho).unit, c.of(ho).depositor) == ("ordered", None, None)
    assert c.run(10_000) == []


def test_leaving_a_reopened_deposit_before_its_pulse_does_not_empty_it() -> None:
    """What was placed the first time is still inside, although this lease did nothing yet."""
    c = Cabinet()
    ho = c.placed()
    c.send(msg.ReopenDeposit(DEPOSITOR, ho))
    assert c.state.doors["A1"].lease is not None
    assert c.state.doors["A1"].lease.attempt == 0
    assert ev.names(c.send(msg.LeaveDeposit(DEPOSITOR, ho))) == ["deposit.unconfirmed"]
    assert c.of(ho).unit == "A1"


@pytest.mark.parametrize("steps", [0, 1, 2], ids=["pulsed", "open", "closed"])
def test_leaving_later_is_unconfirmed_and_never_released(steps: int) -> None:
    c = Cabinet()
    ho = c.order()
    unit = start(c, ho)
    for level in ("open", "closed")[:steps]:
        c.door(unit, level)
    assert ev.names(c.send(msg.LeaveDeposit(DEPOSITOR, ho))) == ["deposit.unconfirmed"]
    assert c.of(ho).cred is None
    assert f"unconfirmed:{ho}" in c.state.queue
    declined(c, msg.LeaveDeposit(DEPOSITOR, ho), "phase")
    declined(c, words(ho, DEPOSITOR)[0], "phase")


def test_nobody_leaves_for_another_but_an_operator_or_the_device() -> None:
    c = Cabinet()
    ho = c.placed()
    declined(c, msg.LeaveDeposit(OTHER, ho), "actor")
    for actor in (OPERATOR, ev.DEVICE, DEPOSITOR):
        twin = kit.copy(c)
        assert ev.names(twin.send(msg.LeaveDeposit(actor, ho))) == ["deposit.unconfirmed"]


def test_abandoning_gives_the_compartment_back() -> None:
    c = Cabinet(kit.site(1))
    ho = c.placed()
    c.send(msg.AbandonDeposit(DEPOSITOR, ho, "nothing placed"))
    assert start(c, c.order()) == "A1"


def test_abandoning_needs_a_closed_door_before() -> None:
    c = Cabinet()
    ho = c.order()
    unit = start(c, ho)
    declined(c, msg.AbandonDeposit(DEPOSITOR, ho, "no"), "phase")
    c.door(unit, "open")
    declined(c, msg.AbandonDeposit(DEPOSITOR, ho, "no"), "phase")


@pytest.mark.parametrize("level", ["open", "unknown"])
def test_a_deposit_is_not_confirmed_behind_a_door_that_is_not_closed(level: str) -> None:
    c = Cabinet()
    ho = c.placed()
    c.door("A1", level)
    assert "close it first" in declined(c, words(ho, DEPOSITOR)[0], "open")
    c.door("A1", "closed")
    c.send(words(ho, DEPOSITOR)[0])
    assert c.phase(ho) == "collectable"


def test_reopening_shows_in_the_evidence() -> None:
    c = Cabinet()
    ho = c.placed()
    c.wait(kit.REST_MS)
    assert ev.names(c.send(msg.ReopenDeposit(DEPOSITOR, ho))) == [
        "deposit.reopened",
        "pulse.ordered",
    ]
    assert ev.names(c.door("A1", "open")) == ["deposit.opened"]
    assert ev.names(c.door("A1", "closed")) == ["deposit.closed"]
    assert c.phase(ho) == "placed"


def test_reopening_in_a_compartment_that_the_config_lost() -> None:
    c = Cabinet()
    ho = c.placed(size="L")
    c.send(msg.LeaveDeposit(DEPOSITOR, ho))
    c.site = kit.site(2)
    assert "A3" in declined(c, msg.ReopenDeposit(DEPOSITOR, ho), "unit")


# -- a door that does not open --------------------------------------------------------------------


def test_an_empty_compartment_that_does_not_open_goes_out_of_service() -> None:
    c = Cabinet(kit.site(6))
    ho = c.order()
    unit = start(c, ho)
    found = c.run(60_000)
    assert ev.names(found) == [
        "deposit.not_opened", "pulse.ordered", "deposit.not_opened", "pulse.ordered",
        "deposit.not_opened", "deposit.abandoned", "door.retired",
    ]  # fmt: skip
    assert c.state.doors[unit].retired
    assert f"not_opened:{unit}" in c.state.queue
    assert c.phase(ho) == "ordered"
    assert start(c, ho) == "A4"


def test_one_that_opened_before_waits_for_a_person() -> None:
    c = Cabinet()
    ho = c.placed()
    c.wait(kit.REST_MS)
    c.send(msg.ReopenDeposit(DEPOSITOR, ho))
    found = c.run(60_000)
    assert ev.names(found)[-2:] == ["deposit.not_opened", "deposit.unconfirmed"]
    assert c.state.doors["A1"].retired is None
    assert c.of(ho).unit == "A1"


# -- within reach ---------------------------------------------------------------------------------


def high_and_low() -> Cabinet:
    """The first compartment is too high for a wheelchair, the second within reach."""
    plain = kit.site()
    heights = (1_600, 900, 300)
    doors = tuple(
        one.but(reach_mm=height) for one, height in zip(plain.compartments, heights, strict=True)
    )
    return Cabinet(plain.but(compartments=doors))


def test_a_compartment_within_reach_comes_first_where_it_is_asked_for() -> None:
    c = high_and_low()
    first, _, _ = (one.unit for one in c.site.compartments)
    ho = c.order()
    c.send(msg.StartDeposit(DEPOSITOR, ho, near=True))
    assert c.unit(ho) != first
    assert c.site.compartment(c.unit(ho)).reach_mm == 900


def test_twin_where_it_is_not_asked_for_the_first_that_fits() -> None:
    c = high_and_low()
    assert start(c, c.order()) == c.site.compartments[0].unit


def test_one_out_of_reach_is_better_than_none() -> None:
    c = high_and_low()
    low = next(one.unit for one in c.site.compartments if one.reach_mm == 900)
    ho = c.order()
    c.send(msg.StartDeposit(DEPOSITOR, ho, avoid=(low,), near=True))
    assert c.unit(ho) != low


def test_whoever_is_guided_asks_for_it() -> None:
    c = high_and_low()
    ho = c.order()
    c.sign_in(DEPOSITOR)
    c.act(msg.Activity(3))
    c.press("deposit")
    c.press("pick", ho)
    assert c.site.compartment(c.unit(ho)).reach_mm == 900
