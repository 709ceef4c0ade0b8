"""The kiosk with a second person, a PIN of one's own, and no operator yet."""

from __future__ import annotations

import corekit as kit
import pytest
from corekit import DEPOSITOR, OPERATOR, OTHER, Cabinet
from visitreach import (
    ANSWER,
    CARDS,
    FORM,
    FOUNDER,
    NEW_PIN,
    OLD_PIN,
    REACH,
    approve,
    approve_badge,
    approve_checking,
    approve_glass,
    cards,
    check,
    claim,
    claim_checking,
    fill,
    founder,
    founder_making,
    founder_number,
    founder_pin,
    menu,
    owned,
    pin_typed,
    recovery_checking,
    requested,
    scan,
    unclaimed,
    wait,
)

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import visit
from lockerd.core.visit import ACTIONS, founding
from lockerd.core.visit.value import typed_badge

SECOND = ev.Actor("operator", "6")
HO = f"{1:016x}"


# -- a second person at a release -----------------------------------------------------------------


def test_a_witness_looks_at_a_document_and_the_door_opens() -> None:
    c = requested("witnessed")
    assert (c.visit.step, c.visit.subject) == ("approve_document", f"identity:{HO}")
    c.press("document", "a library card")
    assert c.visit.step == "approve_document"
    c.press("document", "passport")
    found = approve(c, DEPOSITOR, "passport")
    assert ev.names(found) == ["approval.given", "release.authorised", "pulse.ordered"]
    assert (c.visit.step, c.visit.ho, c.visit.staff) == ("opening", HO, None)


def test_two_authorisers_and_never_the_depositor() -> None:
    c = requested("dual")
    c.enrol(SECOND)
    assert (c.visit.step, c.visit.subject) == ("approve_badge", f"release:{HO}")
    c.press("glass")
    assert c.visit.step == "approve_badge", "nobody has proven to be anybody yet"
    approve(c, DEPOSITOR)
    assert (c.visit.step, "may not approve" in c.visit.notice) == ("approve_badge", True)
    assert ev.names(approve(c, OPERATOR)) == ["approval.given"]
    approve(c, OPERATOR)
    assert (c.visit.step, "already" in c.visit.notice) == ("approve_badge", True)
    found = approve(c, SECOND)
    assert ev.names(found) == ["approval.given", "release.authorised", "pulse.ordered"]
    assert c.visit.step == "opening"


def test_the_glass_is_broken_by_who_approved_with_a_reason() -> None:
    c = approve_glass()
    fill(c, reason=" ")
    assert (c.visit.step, "reason" in c.visit.notice) == ("approve_glass", True)
    found = c.act(msg.FormSent({"reason": "nobody else is here"}, ("d" * 16, "r", "i")))
    assert ev.names(found) == ["glass.broken", "release.authorised", "pulse.ordered"]
    assert found[0].actor == OPERATOR
    assert c.visit.step == "opening"


def test_a_request_that_is_too_old_opens_nothing() -> None:
    c = approve_checking()
    c.wait(200_000)
    approval = msg.ApprovalChecked("badge-1", True, f"identity:{HO}", "", "passport")
    assert c.act(approval) == []
    assert (c.visit.step, c.pulses[-1].unit, c.phase(HO)) == ("home", "A1", "collectable")


def test_somebody_else_s_wrong_pin_over_the_socket_moves_no_screen() -> None:
    for reach in ("approve_checking", "pin_making", "checking"):
        c = REACH[reach]()
        c.act(msg.OverrideRefused("3"))
        assert c.visit.step == reach


def test_a_wrong_pin_asks_for_the_badge_again() -> None:
    c = approve_checking()
    c.act(msg.ApprovalChecked("badge-1", False, f"identity:{HO}", "", "passport"))
    assert (c.visit.step, c.visit.notice) == ("approve_badge", visit.approve.UNPROVEN)
    assert c.visit.document == "passport"


def test_a_recipient_s_code_is_no_badge() -> None:
    c = approve_badge()
    scan(c)
    assert (c.visit.step, c.effects[-1]) == ("approve_badge", ef.Sound("refuse"))


# -- one's own PIN, and the shift -----------------------------------------------------------------


def test_a_pin_is_changed_by_typing_it_twice() -> None:
    c = pin_typed(OLD_PIN, NEW_PIN, NEW_PIN)()
    assert c.effects[-1] == ef.ChangePin("badge-2", OLD_PIN, NEW_PIN)
    assert ev.names(c.act(msg.PinMade("badge-2", True, ()))) == ["staff.pin_changed"]
    assert (c.visit.step, c.visit.staff) == ("staff_menu", "2")


@pytest.mark.parametrize("weak", ["111111", "123456", "987654", "12345", ""])
def test_a_pin_that_is_guessed_first_is_no_pin(weak: str) -> None:
    c = pin_typed("314159", weak)()
    assert (c.visit.step, c.visit.notice.endswith("choose another")) == ("pin_new", True)


def test_two_pins_that_differ_and_the_old_one_again() -> None:
    c = pin_typed("314159", NEW_PIN, "141421")()
    assert (c.visit.step, "differ" in c.visit.notice) == ("pin_new", True)
    c = pin_typed("314159", "314159")()
    assert (c.visit.step, "the old PIN" in c.visit.notice) == ("pin_new", True)


def test_five_wrong_old_pins_end_the_session_and_lock_the_badge() -> None:
    c = menu(OTHER)
    for left in range(4, -1, -1):
        c.press("pin")
        for one in (OLD_PIN, NEW_PIN, NEW_PIN):
            c.act(msg.CodeTyped(one))
        c.act(msg.PinMade("badge-4", False, ()))
        assert c.visit.step == ("pin_old" if left else "home")
        c.press("back")
    assert (c.state.staff["4"].locked, c.state.signed_in) == (True, None)


def test_who_has_a_pin_of_another_gets_no_further_without_choosing_one() -> None:
    c = Cabinet()
    c.send(msg.ResetPin(OPERATOR, "2", "badge-2", ()))
    scan(c, "LKBX")
    c.act(msg.BadgeChecked("badge-2"))
    c.act(msg.CodeTyped(OLD_PIN))
    c.act(msg.StaffPinChecked("badge-2", True))
    assert (c.visit.step, c.visit.staff) == ("pin_new", "2")
    for action in ACTIONS:
        twin = kit.copy(c)
        twin.press(action)
        assert twin.visit.step in ("pin_new", "home")
        assert (twin.visit.step == "home") == (twin.state.signed_in is None)
    for _ in range(2):
        c.act(msg.CodeTyped(NEW_PIN))
    assert c.effects[-1] == ef.ChangePin("badge-2", "", NEW_PIN)
    c.act(msg.PinMade("badge-2", False, ()))
    assert (c.visit.step, c.state.staff["2"].must_change) == ("staff_menu", False)


def test_a_shift_goes_to_the_operator_who_takes_it() -> None:
    c = menu(OPERATOR, "shift")
    c.enrol(SECOND)
    fill(c, note="A3 sticks")
    assert (c.visit.step, c.visit.subject) == ("approve_badge", "shift")
    c.press("glass")
    assert c.visit.step == "approve_badge", "nobody takes over from themselves"
    approve(c, OPERATOR)
    assert (c.visit.step, bool(c.visit.notice)) == ("approve_badge", True)
    found = approve(c, SECOND)
    assert ev.names(found) == ["approval.given", "shift.handed_over", "staff.signed_out"]
    assert (c.visit.step, c.state.signed_in) == ("home", None)


def test_what_another_asks_for_over_the_socket_takes_no_screen_away() -> None:
    """Only whoever is signed in is asked for a second person, and never in the middle of a door."""
    shift = msg.HandShiftOver(OPERATOR, "all well")
    for reach in (menu, REACH["deposit_open"], REACH["home"]):
        c = reach()
        step = c.visit.step
        c.act(shift)
        assert (c.visit.step, c.visit.notice) == (step, "")
    c = menu(OPERATOR, "deposit", "new")
    c.act(msg.FormSent(FORM, ("b" * 16, "r", "i")))
    c.act(shift)
    assert (c.visit.step, "takes over" in c.visit.notice) == ("deposit_opening", True)
    c = menu(OPERATOR)
    c.act(shift)
    assert (c.visit.step, c.visit.subject) == ("approve_badge", "shift")


def test_going_back_leaves_the_note_where_it_was() -> None:
    c = menu(OPERATOR, "shift")
    fill(c, note="A3 sticks")
    c.press("back")
    assert (c.visit.step, c.visit.staff, c.visit.subject) == ("shift_note", "1", "")


# -- the first operator ---------------------------------------------------------------------------


def test_the_owner_enrols_the_first_operator() -> None:
    c = unclaimed()
    assert c.visit.step == "claim"
    scan(c, ANSWER)
    assert c.effects[-1] == ef.CheckAnswer(ANSWER)
    c.act(msg.ClaimChecked(True))
    fill(c, number="x")
    assert (c.visit.step, bool(c.visit.notice)) == ("founder_number", True)
    fill(c, number=FOUNDER.id)
    fill(c, name="F. Ounder")
    for one in ("123456", NEW_PIN, "141421", NEW_PIN, NEW_PIN):
        c.act(msg.CodeTyped(one))
    assert c.effects[-1] == ef.MakeFounder(FOUNDER.id, NEW_PIN)
    found = c.act(founder())
    assert ev.names(found) == ["claim.accepted", "staff.enrolled", "recovery.issued"]
    for step in ("founder_badge", *["founder_card"] * len(CARDS), "home"):
        assert c.visit.step == step
        check(c)
        c.press("next")
    assert c.visit.secrets == ()
    c.sign_in(FOUNDER)


def test_a_cabinet_without_an_operator_stands_on_the_claim() -> None:
    """Whatever anybody does, and whatever time does: it goes nowhere else, and waits in peace."""
    for action in ACTIONS:
        c = unclaimed()
        c.press(action)
        assert c.visit.step == ("setup" if action == "setup" else "claim")
    for text in ("LK1X", "LKBX"):
        c = unclaimed()
        scan(c, text)
        assert (c.visit.step, c.effects[-1]) == ("claim", ef.Sound("refuse"))
    c = unclaimed()
    since, size = c.visit.since, len(c.log)
    for _ in range(100):
        wait(c, 60_000)
    assert (c.visit.step, c.visit.since, len(c.log)) == ("claim", since, size)
    for reach in (founder_pin, founder_making):
        twin = reach()
        wait(twin, 60 * 60_000, until="home")
        assert twin.visit.words == twin.visit.secrets == ()


def test_and_an_unfinished_founding_comes_back_to_it() -> None:
    for presses in ((), ("home",), ("back",)):
        c = unclaimed()
        scan(c, ANSWER)
        c.act(msg.ClaimChecked(True))
        assert c.visit.step == "founder_number"
        for one in presses:
            c.press(one)
        wait(c, 60 * 60_000, until="claim")
        assert c.visit.step == "claim"


def test_an_answer_that_comes_late_founds_nobody() -> None:
    """Whoever waited for it has left, and somebody else stands there."""
    for reach in (claim, REACH["recovery"], REACH["recovery_second"], recovery_checking):
        c = reach()
        step = c.visit.step
        c.act(msg.ClaimChecked(True))
        assert c.visit.step == step
    c = claim_checking()
    c.act(msg.PairChecked(True))
    assert c.visit.step == "claim_checking"
    for reach in (claim, founder_number, founder_pin, claim_checking):
        c = reach()
        step, size = c.visit.step, len(c.log)
        c.act(founder())
        assert (c.visit.step, len(c.log)) == (step, size)
    c = founder_making()
    c.act(founder().but(staff="8"))
    assert c.visit.step == "founder_making", "made for another number"


def test_two_cards_enrol_an_operator_and_are_used_up() -> None:
    c = recovery_checking()
    assert c.effects[-1] == ef.CheckPair(CARDS[0], CARDS[2])
    c.act(msg.PairChecked(True))
    fill(c, number=FOUNDER.id)
    fill(c, name="F. Ounder")
    for _ in range(2):
        c.act(msg.CodeTyped(NEW_PIN))
    found = c.act(founder("cards-1"))
    assert ev.names(found) == ["recovery.accepted", "staff.enrolled", "recovery.issued"]
    assert c.state.cards == "cards-2"
    assert "recovery:cabinet" in c.state.queue


def test_one_card_twice_is_one_card_and_cards_that_do_not_count_say_so() -> None:
    c = REACH["recovery_second"]()
    scan(c, CARDS[0])
    assert (c.visit.step, c.effects[-1]) == ("recovery_second", ef.Sound("refuse"))
    c = recovery_checking()
    assert ev.names(c.act(msg.PairChecked(False))) == ["recovery.refused"]
    assert (c.visit.step, c.visit.notice) == ("recovery", founding.UNPROVEN)


def test_cards_that_were_replaced_meanwhile_enrol_nobody() -> None:
    c = recovery_checking()
    c.act(msg.PairChecked(True))
    fill(c, number=FOUNDER.id)
    fill(c, name="F. Ounder")
    for _ in range(2):
        c.act(msg.CodeTyped(NEW_PIN))
    c.send(msg.IssueCards(OPERATOR, cards("cards-3")))
    assert c.act(founder("cards-1")) == []
    assert (c.visit.step, FOUNDER.id in c.state.staff) == ("home", False)
    assert c.state.cards == "cards-3"


def test_the_claim_closes_when_an_operator_signed_in() -> None:
    c = Cabinet(owned())
    c.sign_in(OPERATOR)
    c.press("sign-out")
    c.press("staff")
    c.press("recover")
    assert c.visit.step == "staff_badge"


# -- a badge that is typed ------------------------------------------------------------------------


BADGE = "LKB0123456789ABCDEFGHJKMNPQRS"


@pytest.mark.parametrize(
    "text",
    [
        BADGE,
        BADGE.lower(),
        BADGE[3:],
        "lkb o123 4567 89ab cdef ghjk mnpq rs",
        BADGE.replace("1", "L"),
    ],
)
def test_a_badge_is_typed_as_people_copy_it(text: str) -> None:
    assert typed_badge(text) == BADGE


def test_twin_another_badge_stays_another() -> None:
    assert typed_badge(BADGE[:-1] + "T") != BADGE


@pytest.mark.parametrize(
    ("reach", "checks"), [("staff_code", "checking"), ("approve_code", "approve_checking")]
)
def test_a_typed_badge_is_checked_like_a_shown_one(reach: str, checks: str) -> None:
    c = REACH[reach]()
    fill(c, badge="lkb x")
    assert c.visit.step == checks
    assert c.effects[-1] == ef.CheckBadge("LKBX")


@pytest.mark.parametrize("reach", ["staff_code", "approve_code"])
def test_back_from_typing_leads_to_the_badge(reach: str) -> None:
    c = REACH[reach]()
    c.press("back")
    assert c.visit.step == reach.replace("code", "badge")


def test_a_refused_badge_or_pin_leads_back_to_the_badge() -> None:
    c = REACH["staff_code"]()
    fill(c, badge="nobody's")
    c.act(msg.BadgeChecked(None))
    assert (c.visit.step, c.visit.why, c.visit.back) == ("refused", "unproven", "staff_badge")
    c = REACH["staff_pin"]()
    c.act(msg.CodeTyped("999999"))
    c.act(msg.StaffPinChecked("badge-1", False))
    assert (c.visit.step, c.visit.why, c.visit.back) == ("refused", "unproven", "staff_badge")
