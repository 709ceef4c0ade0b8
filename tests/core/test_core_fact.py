"""What both know: asked after the code, counted like a PIN, and dead with its handover."""

from __future__ import annotations

from typing import Any

import corekit as kit
import pytest
from corekit import DEPOSITOR, OPERATOR, Cabinet
from corekit import declined as why
from forged_fact import HO, RECIPIENT, ROW, asked, dead, inside, knowing_site, unasked_of, wrong

from lockerd.core import approval, fact
from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.replay import replay
from lockerd.core.snapshot import dump, load
from lockerd.core.state import HOUR_MS, WRONG_PINS_MAX


@pytest.mark.parametrize(
    ("kind", "digits", "good"),
    [
        ("birth-date", "24121979", True), ("birth-date", "2412197", False),
        ("birth-date", "24.12.79", False), ("birth-date", "٢٤١٢١٩٧٩", False),
        ("document-number", "0042", True), ("document-number", "", False),
        ("shoe-size", "42", False),
    ],
)  # fmt: skip
def test_a_fact_is_so_many_digits(kind: str, digits: str, good: bool) -> None:
    assert fact.well_formed(kind, digits) is good


# -- kept -----------------------------------------------------------------------------------------


def test_the_announcement_names_the_kind_and_keeps_a_verifier_beside_it() -> None:
    c = inside()
    (ordered,) = [one.event for one in c.log if isinstance(one.event, ev.HandoverOrdered)]
    assert ordered.fact == "birth-date" and ordered.put == (ROW,)
    leaf, shown = ev.encode(ordered)
    assert leaf["fact"] == "birth-date" and "verifiers" not in leaf and "fact" not in shown
    assert c.of(HO).fact == "birth-date"
    assert load(dump(c.state)) == c.state


def test_it_is_dropped_with_its_handover_and_with_its_recipient() -> None:
    name = (ev.fact_of(HO),)
    on: dict[str, Any] = {"unit": "A1", "ho": HO}
    ends: tuple[ev.Event, ...] = (  # without codes of their own
        ev.HandoverCancelled(**on, reason="x"),
        ev.OrderLapsed(ho=HO),
        ev.HandoverCollected(**on, opened=1),
        ev.HandoverCollectedManually(**on, reason="x"),
        ev.HandoverReturned(**on, opened=1),
        ev.HandoverWithdrawn(**on, reason="x", found=True),
        ev.HandoverReassigned(**on, recipient_no="r2", was="r1", reason="x"),
        ev.FactLocked(**on),
    )
    for event in ends:
        assert (event.drop, event.forget) == ((), name), event.TYPE
    assert ev.HandoverExpired(**on).forget == (), "the twin: it may be extended"


def test_another_recipient_has_another_fact_or_none() -> None:
    for given, kind in (((ROW,), "birth-date"), ((), "")):
        c = wrong(inside(), 2)
        made = kit.minted(HO, "c-new")
        c.send(msg.ReassignHandover(OPERATOR, HO, "r9", "ill", made, "N. Other", given))
        known = c.of(HO)
        assert (known.fact, known.wrong_facts, known.fact_dead) == (kind, 0, False)
        replay(c.log)


@pytest.mark.parametrize(
    "act",
    [
        msg.ReassignHandover(
            OPERATOR, HO, "r9", "ill", kit.minted(HO, "c-new"), "N. Other", (ROW,)
        ),
        msg.ReissueCredential(OPERATOR, kit.minted(HO, "c-new"), "stolen"),
    ],
)
def test_who_waits_with_a_code_that_died_meanwhile_is_let_in_by_nobody(act: msg.Message) -> None:
    c = inside(authorisers=1)
    c.offer(HO)
    c.send(msg.FactChecked(HO, True))
    c.send(act)
    for late in (
        msg.ApprovalChecked("badge-1", True, f"release:{HO}", "", ""),
        msg.BreakGlass(OPERATOR, f"release:{HO}", "nobody else is here"),
        msg.FactChecked(HO, True),
    ):
        assert why(c, late) == "late"
    assert c.phase(HO) == "collectable"
    replay(c.log)


def test_what_one_recipient_knew_does_not_count_for_the_next() -> None:
    c = inside(authorisers=1)
    c.offer(HO)
    c.send(msg.FactChecked(HO, True))
    made = kit.minted(HO, "c-new")
    c.send(msg.ReassignHandover(OPERATOR, HO, "r9", "ill", made, "N. Other", (ROW,)))
    assert not c.state.approvals
    (requested,) = c.send(msg.CodeChecked("qr", "c-new", True))
    assert isinstance(requested, ev.ReleaseRequested) and requested.needs == ("fact", "authoriser")


# -- asked ----------------------------------------------------------------------------------------


def test_a_proven_code_asks_and_the_right_answer_releases() -> None:
    c = inside()
    (requested,) = c.offer(HO)
    assert isinstance(requested, ev.ReleaseRequested) and requested.needs == ("fact",)
    request = len(c.log) - 1
    events = c.send(msg.FactChecked(HO, True))
    assert ev.names(events) == ["fact.proven", "release.authorised", "pulse.ordered"]
    assert (events[0].actor, events[0].cause) == (RECIPIENT, ev.Cause(1, request))
    assert not c.state.approvals, "used up"
    replay(c.log)


def test_no_answer_without_a_code_and_none_that_comes_late() -> None:
    c = inside()
    assert why(c, msg.FactChecked(HO, True)) == "late"
    c.offer(HO)
    c.wait(approval.APPROVAL_MS + 1)
    assert why(c, msg.FactChecked(HO, True)) == "late"


def test_a_wrong_answer_asks_for_the_code_again() -> None:
    c = asked()
    assert ev.names(c.send(msg.FactChecked(HO, False))) == ["fact.refused"]
    assert why(c, msg.FactChecked(HO, True)) == "late"
    c.offer(HO)
    assert "release.authorised" in ev.names(c.send(msg.FactChecked(HO, True)))
    replay(c.log)


def test_five_wrong_answers_kill_it_for_life_and_the_right_one_sounds_the_same() -> None:
    c = wrong(inside(), WRONG_PINS_MAX - 1)
    assert not c.of(HO).fact_dead
    c.offer(HO)
    assert ev.names(c.send(msg.FactChecked(HO, False))) == ["fact.refused", "fact.locked"]
    (item,) = c.state.queue.values()
    assert (item.rule, item.ho, item.detail) == ("guessing", HO, "fact")
    c.wait(HOUR_MS)
    (requested,) = c.offer(HO)
    assert isinstance(requested, ev.ReleaseRequested) and requested.needs == ("fact",), "no hint"
    assert ev.names(c.send(msg.FactChecked(HO, True))) == ["fact.refused"]
    replay(c.log)


def test_wrong_answers_pause_typing_like_wrong_codes() -> None:
    c = inside()
    for _ in range(9):
        c.send(msg.CodeChecked("pin", None, False))
    c.offer(HO)
    assert ev.names(c.send(msg.FactChecked(HO, False))) == ["fact.refused", "keypad.paused"]
    c.offer(HO)
    assert why(c, msg.FactChecked(HO, True)) == "paused"
    replay(c.log)


def test_the_count_survives_a_reissue_and_a_power_cut() -> None:
    c = wrong(inside(), 3)
    c.send(msg.ReissueCredential(OPERATOR, kit.minted(HO, "c-new"), "lost"))
    c.cut()
    assert (c.of(HO).wrong_facts, c.of(HO).fact) == (3, "birth-date")
    replay(c.log)


def test_one_code_for_more_items_gives_no_more_answers() -> None:
    """Who has the code of two items has five answers in all, and not five for each."""
    c = Cabinet(knowing_site())
    made = [c.new_id(), c.new_id()]
    for ho in made:
        order = msg.OrderHandover(
            DEPOSITOR, ho, "r-same", f"i{ho}", "known", "S", None, None, "R. Person", "Papers"
        )
        row = ROW.but(cred=ev.fact_of(ho), selector=ev.fact_of(ho))
        c.send(order.but(fact=(row,)))
        c.placed(ho)
        c.send(msg.ConfirmDeposit(DEPOSITOR, kit.minted(ho, f"c-{ho}")))
        c.wait(kit.REST_MS)
    for times in range(1, WRONG_PINS_MAX + 1):
        (asked_of,) = c.offer(made[0])
        names = ev.names(c.send(msg.FactChecked(asked_of.ho or "", False)))
        assert names.count("fact.locked") == (2 if times == WRONG_PINS_MAX else 0)
    assert [(c.of(ho).wrong_facts, c.of(ho).fact_dead) for ho in made] == [(5, True)] * 2
    replay(c.log)


@pytest.mark.parametrize("kind", ["fact", "identity"])
def test_no_glass_and_no_approval_stands_for_what_both_know(kind: str) -> None:
    """The twin of a glass that an authoriser's release has."""
    c = asked()
    assert why(c, msg.BreakGlass(OPERATOR, f"{kind}:{HO}", "nobody else is here")) == "subject"
    assert why(c, msg.ApprovalChecked("badge-2", True, f"fact:{HO}", "", "")) == "subject"
    c = inside(authorisers=1)
    c.offer(HO)
    c.send(msg.FactChecked(HO, True))
    c.send(msg.BreakGlass(OPERATOR, f"release:{HO}", "nobody else is here"))
    assert c.phase(HO) == "releasing"


# -- not known ------------------------------------------------------------------------------------


def approved(c: Cabinet, document: str = "passport") -> list[str]:
    subject = approval.subject_of("identity", HO)
    return ev.names(c.send(msg.ApprovalChecked("badge-1", True, subject, "", document)))


def test_a_document_that_staff_looks_at_is_worth_more() -> None:
    for c in (asked(), dead()):
        assert approved(c) == ["approval.given", "release.authorised", "pulse.ordered"]
        replay(c.log)


def test_where_nobody_said_a_fact_a_document_is_asked_for() -> None:
    c = unasked_of()
    requested = c.log[-1].event
    assert isinstance(requested, ev.ReleaseRequested) and requested.needs == ("identity",)
    assert ev.names(c.send(msg.FactChecked(HO, True))) == ["fact.refused"], "nothing to prove"
    c.offer(HO)
    assert approved(c)[-1] == "pulse.ordered"


def test_an_authoriser_comes_after_it() -> None:
    c = inside(authorisers=1)
    (requested,) = c.offer(HO)
    assert isinstance(requested, ev.ReleaseRequested) and requested.needs == ("fact", "authoriser")
    assert ev.names(c.send(msg.FactChecked(HO, True))) == ["fact.proven"]
    subject = approval.subject_of("authoriser", HO)
    events = c.send(msg.ApprovalChecked("badge-1", True, subject, "", ""))
    assert ev.names(events) == ["approval.given", "release.authorised", "pulse.ordered"]
    replay(c.log)


# -- at the kiosk ---------------------------------------------------------------------------------


def at_screen(**profile: Any) -> Cabinet:
    c = inside(**profile)
    c.act(msg.Scanned("LK1X"))
    c.act(msg.CodeChecked("qr", f"c-{HO}", True))
    return c


def test_the_kiosk_asks_and_opens() -> None:
    c = at_screen()
    assert c.visit.step == "fact"
    c.act(msg.CodeTyped("24121979"))
    assert c.visit.step == "fact_checking" and "24121979" not in repr(c.visit)
    c.act(msg.FactChecked(HO, True))
    assert (c.visit.step, c.visit.cred) == ("opening", f"c-{HO}")


def test_the_kiosk_says_of_a_wrong_answer_what_it_says_of_a_wrong_code() -> None:
    c = at_screen()
    c.act(msg.CodeTyped("24121979"))
    c.act(msg.FactChecked(HO, False))
    assert (c.visit.step, c.visit.why, c.visit.ho) == ("refused", "unproven", None)


def test_whoever_does_not_know_it_is_led_to_staff() -> None:
    c = at_screen()
    c.press("forgotten")
    assert c.visit.step == "fact_help"
    c.press("back")
    assert c.visit.step == "fact"
    c.press("forgotten")
    c.press("identity")
    assert (c.visit.step, c.visit.subject) == ("approve_document", f"identity:{HO}")
    c.press("document", "passport")
    c.act(msg.Scanned("LKBX"))
    c.act(msg.BadgeChecked("badge-1"))
    c.act(msg.CodeTyped("123456"))
    c.act(msg.ApprovalChecked("badge-1", True, c.visit.subject, "", "passport"))
    assert c.visit.step == "opening"


def test_then_the_authoriser_is_asked_for() -> None:
    c = at_screen(authorisers=1)
    c.act(msg.CodeTyped("24121979"))
    c.act(msg.FactChecked(HO, True))
    assert (c.visit.step, c.visit.subject) == ("approve_badge", f"release:{HO}")


def test_an_answer_while_typing_is_paused_is_told_so() -> None:
    c = at_screen()
    for _ in range(10):
        c.send(msg.CodeChecked("pin", None, False))
    c.act(msg.CodeTyped("24121979"))
    assert (c.visit.step, c.visit.why) == ("refused", "paused")


def test_the_next_item_on_the_same_code_asks_of_its_own() -> None:
    c = Cabinet(knowing_site())
    made = [c.new_id(), c.new_id()]
    for ho in made:
        order = msg.OrderHandover(
            DEPOSITOR, ho, "r-same", f"i{ho}", "known", "S", None, None, "R. Person", "Papers"
        )
        row = ROW.but(cred=ev.fact_of(ho), selector=ev.fact_of(ho))
        c.send(order.but(fact=(row,)))
        c.placed(ho)
        c.confirmed(ho) if ho == made[0] else c.send(
            msg.ConfirmDeposit(DEPOSITOR, kit.minted(ho, f"c-{ho}"))
        )
        c.wait(kit.REST_MS)
    c.act(msg.Scanned("LK1X"))
    c.act(msg.CodeChecked("qr", f"c-{made[0]}", True))
    c.act(msg.CodeTyped("24121979"))
    c.act(msg.FactChecked(made[0], True))
    for level in (msg.Level.OPEN, msg.Level.CLOSED):
        c.levels["A1"] = level
        c.act(msg.DoorMoved("A1", level, c.up_ms, c.up_ms))
    assert c.visit.step == "receipt"
    c.press("another")
    assert (c.visit.step, c.visit.ho) == ("fact", made[1])


def test_a_depositor_says_it_at_the_kiosk_and_only_the_vault_hears() -> None:
    c = Cabinet(knowing_site())
    c.sign_in(DEPOSITOR)
    c.press("deposit")
    c.press("new")
    form = {"profile": "known", "size": "S", "recipient": "R. Person", "item": "Papers"}
    c.act(msg.FormSent(form, (HO, "r", "i")))
    assert c.visit.step == "deposit_fact" and not c.state.handovers
    c.act(msg.CodeTyped("2412197"))
    assert c.visit.step == "deposit_fact", "too short is none"
    c.act(msg.CodeTyped("24121979"))
    assert c.effects[-1] == ef.MakeFact(HO, "24121979") and "24121979" not in repr(c.effects[-1])
    c.act(msg.FactMade(HO, (ROW,)))
    assert (c.visit.step, c.of(HO).fact) == ("deposit_opening", "birth-date")
    replay(c.log)


def test_a_depositor_who_does_not_know_it_goes_on_without() -> None:
    c = Cabinet(knowing_site())
    c.sign_in(DEPOSITOR)
    c.press("deposit")
    c.press("new")
    form = {"profile": "known", "size": "S", "recipient": "R. Person", "item": "Papers"}
    c.act(msg.FormSent(form, (HO, "r", "i")))
    c.press("forgotten")
    assert (c.visit.step, c.of(HO).fact) == ("deposit_opening", "")
