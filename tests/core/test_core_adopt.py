"""Adopting the contents of a cabinet whose memory was lost: two people look, and say what is there.

Each refusal stands beside the act that is possible.
"""

from __future__ import annotations

from typing import Any

import corekit as kit
import epochkit as ek
import pytest
from corekit import DEPOSITOR, OPERATOR, TECHNICIAN, Cabinet, same_again
from corekit import declined as why
from epochkit import ANNOUNCED, FIRST, GONE, SECOND, SECOND_PERSON

from lockerd.core import adopt, epoch
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.attention import ordered
from lockerd.core.draft import Declined
from lockerd.core.messages import Level
from lockerd.core.visit import orders


def open_of(unit: str = "A1", who: ev.Actor = OPERATOR, seal: str = "") -> msg.OpenUnknown:
    return msg.OpenUnknown(who, unit, "the card died", seal)


def codes(ho: str) -> msg.Minted:
    return kit.minted(ho, f"n-{ho}")


def offered(c: Cabinet, ho: str) -> list[str]:
    c.wait(kit.REST_MS)
    return ev.names(c.send(msg.CodeChecked("qr", f"n-{ho}", True)))


def test_a_new_epoch_knows_nothing_of_any_compartment() -> None:
    c = ek.unknown()
    assert sorted(c.state.unknown) == ["A1", "A2", "A3", "A4"]
    assert {one.unit for one in c.state.doors.values() if one.retired} == {"A3", "A4"}
    assert not Cabinet().state.unknown, "a first epoch knows everything"
    same_again(c)


def test_the_item_is_where_it_was_recorded_and_its_recipient_collects_it() -> None:
    c = ek.unknown()
    assert ev.names(ek.opened(c)) == ["adoption.started", "pulse.ordered"]
    made = ek.adopted(c, "A1", FIRST)
    assert ev.names(made) == ["deposit.adopted", "credential.minted"]
    assert made[0].cause is not None and made[0].cause.epoch == 2
    assert c.phase(FIRST) == "collectable" and f"frozen:{FIRST}" not in c.state.queue
    assert "A1" not in c.state.unknown
    assert offered(c, FIRST) == ["release.authorised", "pulse.ordered"]
    c.wait(300)
    c.door("A1", "open")
    c.wait(3_000)
    assert "handover.collected" in ev.names(c.door("A1", "closed"))
    same_again(c)


def test_its_old_code_stays_dead_and_its_depositor_is_remembered() -> None:
    c = ek.unknown()
    ek.opened(c)
    ek.adopted(c, "A1", FIRST)
    c.wait(kit.REST_MS)
    assert ev.names(c.offer(FIRST)) == ["code.refused"]
    assert c.of(FIRST).depositor == DEPOSITOR.id
    assert why(c, msg.RefuseHandover(ev.Actor("operator", "2"), FIRST, "x")) == "role"


def test_codes_leave_the_device_as_after_any_reissue() -> None:
    c = ek.unknown()
    c.sign_in(OPERATOR)
    ek.approve(c)
    c.act(open_of())
    c.wait(300)
    c.door("A1", "open")
    c.door("A1", "closed")
    c.act(msg.AdoptDeposit(OPERATOR, "A1", codes(FIRST)))
    assert [one.ho for one in c.effects if type(one).__name__ == "Deliver"] == [FIRST]


def test_what_was_moved_after_the_record_ended_is_adopted_where_it_lies() -> None:
    """The compartment it was recorded in is then as unknown as any other."""
    c = ek.unknown()
    ek.opened(c, "A3")
    events = ev.names(ek.adopted(c, "A3", FIRST))
    assert events == ["deposit.adopted", "credential.minted", "door.restored", "door.retired"]
    assert (c.of(FIRST).unit, c.state.doors["A3"].retired) == ("A3", None)
    assert c.state.doors["A1"].retired == epoch.NOT_SEEN and "A1" in c.state.unknown
    ek.opened(c, "A1")
    assert ev.names(c.send(msg.AdoptEmpty(OPERATOR, "A1"))) == ["adoption.empty", "door.restored"]
    assert "A1" not in c.state.unknown
    same_again(c)


def test_what_was_announced_when_the_record_ended_may_lie_inside() -> None:
    c = ek.unknown()
    ek.opened(c, "A4")
    made = ek.adopted(c, "A4", ANNOUNCED)
    assert ev.names(made) == ["deposit.adopted", "credential.minted", "door.restored"]
    assert isinstance(made[0], ev.DepositAdopted) and made[0].was is None
    assert (c.phase(ANNOUNCED), c.of(ANNOUNCED).unit) == ("collectable", "A4")
    same_again(c)


def test_a_recipient_of_several_items_gets_one_code() -> None:
    before = ek.old()
    same = before.of(FIRST).recipient_no
    before.send(
        msg.OrderHandover(DEPOSITOR, "5" * 16, same, "i", "documents", "S", None, None, "R", "P")
    )
    c = ek.begun(before)
    ek.opened(c, "A1")
    ek.adopted(c, "A1", FIRST)
    ek.opened(c, "A4")
    assert ev.names(ek.adopted(c, "A4", "5" * 16)) == [
        "deposit.adopted", "credential.joined", "door.restored",
    ]  # fmt: skip
    assert c.of("5" * 16).cred == c.of(FIRST).cred
    same_again(c)


def test_nothing_lies_where_something_was_recorded() -> None:
    """It stays held, since it may turn up elsewhere; then nobody looks twice where it lay."""
    c = ek.unknown()
    ek.opened(c, "A1")
    assert ev.names(c.send(msg.AdoptEmpty(OPERATOR, "A1"))) == ["adoption.empty"]
    line = c.state.queue[f"frozen:{FIRST}"]
    assert (c.phase(FIRST), line.detail, line.count) == (
        "frozen",
        "two people looked and found nothing",
        2,
    )
    ek.opened(c, "A3")
    assert ev.names(ek.adopted(c, "A3", FIRST)) == [
        "deposit.adopted", "credential.minted", "door.restored",
    ]  # fmt: skip
    assert "A1" not in c.state.unknown and c.state.doors["A1"].retired is None
    same_again(c)


def test_nothing_lies_there_and_somebody_says_that_it_is_missing() -> None:
    c = ek.unknown()
    ek.opened(c, "A1")
    c.send(msg.AdoptEmpty(OPERATOR, "A1"))
    c.send(msg.Resolve(OPERATOR, f"frozen:{FIRST}", "not to be found", "missing"))
    assert c.phase(FIRST) == "gone" and "A1" not in c.state.unknown
    assert why(c, open_of("A1")) == "known"
    same_again(c)


def test_something_unknown_gets_a_reference_and_goes_back() -> None:
    c = ek.unknown()
    ek.opened(c, "A3")
    assert ev.names(ek.found(c, "A3")) == ["item.found", "door.restored"]
    ho = "f" * 16
    line = c.state.queue[f"return:{ho}"]
    assert (c.phase(ho), line.unit) == ("awaiting_return", "A3")
    assert c.of(ho).cred is None and c.of(ho).depositor is None
    assert why(c, msg.FetchBack(DEPOSITOR, ho)) == "actor"
    c.wait(kit.REST_MS)
    c.send(msg.FetchBack(OPERATOR, ho))
    c.wait(300)
    c.door("A3", "open")
    c.wait(3_000)
    assert "handover.returned" in ev.names(c.door("A3", "closed"))
    same_again(c)


def test_something_else_lies_where_an_item_was_recorded() -> None:
    """The other item is looked for first; only then is it said to be missing."""
    c = ek.unknown()
    ek.opened(c, "A1")
    assert why(c, msg.AdoptItem(OPERATOR, "A1", "f" * 16, "r", "i", "A box")) == "other-item"
    assert why(c, msg.AdoptDeposit(OPERATOR, "A1", codes(SECOND))) == "other-item"
    assert ev.names(ek.found(c, "A1", instead=True)) == ["handover.withdrawn", "item.found"]
    assert c.phase(FIRST) == "gone" and c.phase("f" * 16) == "awaiting_return"
    ek.opened(c, "A2")
    assert ev.names(ek.adopted(c, "A2", ANNOUNCED, instead=True))[:2] == [
        "handover.withdrawn", "deposit.adopted",
    ]  # fmt: skip
    assert why(c, open_of("A1")) == "known"
    same_again(c)


def test_under_a_seal_nothing_is_opened() -> None:
    c = ek.unknown()
    events = ek.opened(c, "A1", seal="S-4471")
    assert ev.names(events) == ["adoption.started"] and c.pulses == []
    assert isinstance(events[0], ev.AdoptionStarted) and events[0].seal == "S-4471"
    ek.adopted(c, "A1", FIRST)
    assert c.phase(FIRST) == "collectable"
    assert why(c, open_of("A2", seal="x" * (adopt.SEAL_MAX + 1))) == "seal"
    same_again(c)


def test_one_person_alone_is_asked_for_another_or_breaks_the_glass() -> None:
    c = ek.unknown()
    with pytest.raises(Declined) as no:
        c.send(open_of())
    assert (no.value.why, no.value.subject) == ("second", "adopt:A1")
    with pytest.raises(Declined, match="nobody approves their own"):
        ek.approve(c, who="1")
    c.send(msg.BreakGlass(OPERATOR, "adopt:A1", "nobody else is here"))
    (started, _) = c.send(open_of())
    assert isinstance(started, ev.AdoptionStarted) and started.approver == OPERATOR.id
    assert "glass:adopt:A1" in c.state.queue
    same_again(c)


def test_an_approval_is_for_one_look() -> None:
    c = ek.unknown()
    ek.opened(c)
    assert why(c, open_of()) == "second"
    ek.approve(c, "A2")
    assert why(c, open_of("A1")) == "second"
    c.wait(3 * 60_000)
    assert why(c, open_of("A2")) == "second", "it is too old"


@pytest.mark.parametrize("say", ["empty", "deposit", "item"])
def test_nothing_is_said_of_a_compartment_that_was_not_seen(say: str) -> None:
    messages: dict[str, msg.Message] = {
        "empty": msg.AdoptEmpty(OPERATOR, "A1"),
        "deposit": msg.AdoptDeposit(OPERATOR, "A1", codes(FIRST)),
        "item": msg.AdoptItem(OPERATOR, "A1", "f" * 16, "r", "i", "A box", instead=True),
    }
    one, c = messages[say], ek.unknown()
    assert why(c, one) == "look"
    ek.approve(c)
    c.send(open_of())
    assert why(c, one) == "look", "it was told to open, and was not seen to"
    c.wait(300)
    c.door("A1", "open")
    assert why(c, one) == "open"
    c.door("A1", "closed")
    assert why(c, one.but(actor=SECOND_PERSON)) == "other"
    assert why(c, one.but(actor=DEPOSITOR)) == "role"
    assert why(c, one.but(unit="A2")) == "look"
    assert why(c, one.but(unit="Z9")) == "unit"
    late = kit.copy(c)
    late.wait(adopt.LOOK_MS + 1)
    assert why(late, one) == "look"
    assert c.send(one)
    same_again(c)


def test_power_goes_between_the_look_and_the_word() -> None:
    """Whoever looked before the cut looks again; nothing half done is left."""
    c = ek.unknown()
    ek.approve(c)
    c.send(open_of())
    c.cut({"A1": Level.CLOSED})
    assert c.state.doors["A1"].lease is None
    assert why(c, msg.AdoptEmpty(OPERATOR, "A1")) == "look"
    ek.opened(c)
    c.cut()
    assert why(c, msg.AdoptDeposit(OPERATOR, "A1", codes(FIRST))) == "look"
    assert c.phase(FIRST) == "frozen" and "A1" in c.state.unknown
    ek.opened(c)
    ek.adopted(c, "A1", FIRST)
    assert c.phase(FIRST) == "collectable"
    same_again(c)


def test_power_goes_while_the_door_is_open() -> None:
    c = ek.unknown()
    ek.approve(c)
    c.send(open_of())
    c.wait(300)
    c.door("A1", "open")
    names = ev.names(c.cut({"A1": Level.CLOSED}))
    assert "door.closed" in names and "door.forced" not in names
    assert why(c, msg.AdoptEmpty(OPERATOR, "A1")) == "look"
    same_again(c)


def test_a_door_that_does_not_open_stays_unknown() -> None:
    c = ek.unknown()
    ek.approve(c)
    c.send(open_of())
    assert "door.not_opened" in ev.names(c.run(10_000))
    assert why(c, msg.AdoptEmpty(OPERATOR, "A1")) == "look"
    assert "A1" in c.state.unknown
    same_again(c)


@pytest.mark.parametrize("ho", [GONE, "e" * 16])
def test_what_the_old_record_ended_is_not_adopted(ho: str) -> None:
    c = ek.unknown()
    ek.opened(c)
    assert why(c, msg.AdoptDeposit(OPERATOR, "A1", codes(ho))) == "unknown"


def test_nor_what_is_of_this_epoch_or_was_adopted_before() -> None:
    c = ek.unknown()
    new = c.order(size="M")
    ek.opened(c)
    assert why(c, msg.AdoptDeposit(OPERATOR, "A1", codes(new))) == "phase"
    ek.adopted(c, "A1", FIRST)
    ek.opened(c, "A3")
    assert why(c, msg.AdoptDeposit(OPERATOR, "A3", codes(FIRST))) == "phase"
    c.send(msg.EnterCount(OPERATOR, (("A1", "empty"),)))
    assert c.phase(FIRST) == "frozen"
    assert why(c, msg.AdoptDeposit(OPERATOR, "A3", codes(FIRST))) == "phase"


def test_nobody_looks_in_alone_by_another_door() -> None:
    """A test, the installer's walk and a round of the count open no compartment of the unknown."""
    c = ek.unknown()
    assert why(c, msg.TestDoor(OPERATOR, "A3")) == "unseen"
    c.send(msg.OpenMaintenance(TECHNICIAN, "T-1"))
    assert why(c, msg.TestDoor(TECHNICIAN, "A3")) == "unseen"
    assert why(c, msg.RestoreDoor(TECHNICIAN, "A3")) == "unseen"
    c.sign_in(OPERATOR)
    assert why(c, msg.StartCount(OPERATOR)) == "second"
    c.send(msg.ApprovalChecked("badge-6", True, "count", OPERATOR.id, ""))
    assert "count.started" in ev.names(c.send(msg.StartCount(OPERATOR)))
    same_again(c)


def test_where_two_have_looked_one_may_test_and_count() -> None:
    """The twin."""
    c = ek.unknown()
    for unit in ("A3", "A4"):
        ek.opened(c, unit)
        c.send(msg.AdoptEmpty(OPERATOR, unit))
    for unit, ho in (("A1", FIRST), ("A2", SECOND)):
        ek.opened(c, unit)
        ek.adopted(c, unit, ho)
    c.wait(kit.REST_MS)
    assert "pulse.ordered" in ev.names(c.send(msg.TestDoor(OPERATOR, "A3")))
    c.sign_in(OPERATOR)
    assert "count.started" in ev.names(c.send(msg.StartCount(OPERATOR)))


def test_an_installer_alone_walks_past_what_nobody_knows() -> None:
    """A new epoch whose people are lost too is unclaimed, and yet not empty."""
    c = ek.unknown()
    c.state.staff.clear()
    assert why(c, msg.WalkDoor(ev.DEVICE, "A3")) == "unseen"


def test_what_needs_no_adoption_is_not_opened_as_one() -> None:
    c = ek.unknown()
    assert why(c, open_of("Z9")) == "unit"
    assert why(c, open_of("A1", TECHNICIAN)) == "role"
    assert why(c, msg.OpenUnknown(OPERATOR, "A1", "")) == "reason"
    c.send(msg.RestoreDoor(OPERATOR, "A3"))
    assert why(c, open_of("A3")) == "known"
    ek.approve(c)
    c.send(open_of())
    ek.approve(c)
    assert why(c, open_of()) == "in-use"
    c.wait(300)
    c.door("A1", "open")
    assert why(c, open_of()) == "open"
    c.send(msg.RefuseHandover(OPERATOR, SECOND, "no room"))
    assert why(c, open_of("A2")) == "phase"
    assert why(Cabinet(), open_of("A1")) == "known"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"item": ""}, "text"),
        ({"item": "x" * 121}, "text"),
        ({"reference": "\x07"}, "text"),
        ({"ho": SECOND}, "exists"),
    ],
)
def test_an_unknown_item_is_described(changes: dict[str, Any], word: str) -> None:
    c = ek.unknown()
    ek.opened(c, "A3")
    one = msg.AdoptItem(OPERATOR, "A3", "f" * 16, "r", "i", "A grey box")
    assert why(c, one.but(**changes)) == word
    assert c.send(one)


def test_a_door_with_a_fault_of_its_own_stays_out_of_service() -> None:
    before = ek.old()
    before.send(msg.RetireDoor(OPERATOR, "A3", "bent"))
    c = ek.begun(before)
    ek.opened(c, "A3")
    assert ev.names(c.send(msg.AdoptEmpty(OPERATOR, "A3"))) == ["adoption.empty"]
    assert c.state.doors["A3"].retired == "bent" and "A3" not in c.state.unknown
    same_again(c)


def test_a_cabinet_out_of_service_is_adopted_too() -> None:
    before = ek.old()
    before.send(msg.RetireCabinet(OPERATOR, "moving house"))
    c = ek.begun(before)
    ek.opened(c)
    ek.adopted(c, "A1", FIRST)
    assert offered(c, FIRST) == ["code.turned_away"]
    c.send(msg.RestoreCabinet(OPERATOR))
    assert offered(c, FIRST) == ["release.authorised", "pulse.ordered"]
    same_again(c)


def test_a_window_that_ended_meanwhile_ends_here_too() -> None:
    before = ek.old()
    late = before.collectable(hours=1)
    c = ek.begun(before)
    unit = c.unit(late)
    ek.opened(c, unit)
    ek.adopted(c, unit, late)
    c.run(1_000)
    assert c.phase(late) in ("expired", "awaiting_return")
    same_again(c)


# -- at the kiosk ---------------------------------------------------------------------------------


def at_orders(c: Cabinet, ho: str = FIRST) -> None:
    """The operator at the line of the queue that holds this item."""
    c.sign_in(OPERATOR)
    for action, arg in (("queue", ""), ("item", f"frozen:{ho}"), ("orders", "")):
        c.press(action, arg)
    assert c.visit.step == "orders"


def looked_at(c: Cabinet, unit: str = "A1") -> None:
    """Look, with the second operator, and close the door."""
    c.press("order", "look")
    assert (c.visit.step, c.visit.subject) == ("approve_badge", f"adopt:{unit}")
    c.act(msg.Scanned("LKB-badge"))
    c.act(msg.BadgeChecked("badge-6"))
    c.act(msg.CodeTyped("123456"))
    c.act(msg.ApprovalChecked("badge-6", True, f"adopt:{unit}", OPERATOR.id))
    assert (c.visit.step, c.visit.notice) == ("orders", orders.LOOK)
    for level in ("open", "closed"):
        c.wait(300)
        c.levels[unit] = Level(level)
        c.act(msg.DoorMoved(unit, Level(level), c.up_ms, c.up_ms, 1))


def test_at_the_kiosk_two_people_find_the_item() -> None:
    c = ek.unknown()
    at_orders(c)
    looked_at(c)
    c.press("order", "adopt")
    assert type(c.effects[-1]).__name__ == "Mint" and c.phase(FIRST) == "frozen"
    c.act(codes(SECOND))
    assert c.phase(SECOND) == "frozen", "codes of another are not taken for these"
    events = c.act(codes(FIRST))
    assert ev.names(events) == ["deposit.adopted", "credential.minted"]
    assert (c.visit.step, c.visit.notice) == ("queue", orders.ADOPTED)
    assert [one.ho for one in c.effects if type(one).__name__ == "Deliver"] == [FIRST]
    same_again(c)


def test_at_the_kiosk_two_people_find_nothing() -> None:
    c = ek.unknown()
    at_orders(c)
    looked_at(c)
    assert ev.names(c.press("order", "nothing")) == ["adoption.empty"]
    assert (c.visit.step, c.visit.notice) == ("queue", orders.NOTHING)
    same_again(c)


def test_at_the_kiosk_codes_that_come_too_late_adopt_nothing() -> None:
    c = ek.unknown()
    at_orders(c)
    looked_at(c)
    c.press("order", "adopt")
    c.press("back")
    assert c.act(codes(FIRST)) == [] and c.phase(FIRST) == "frozen"
    c.press("orders")
    c.press("order", "adopt")
    c.wait(adopt.LOOK_MS + 1)
    assert c.act(codes(FIRST)) == []
    assert (c.visit.step, "nobody has looked" in c.visit.notice) == ("orders", True)


def test_an_operator_who_says_present_is_told_how() -> None:
    c = ek.unknown()
    assert why(c, msg.Resolve(OPERATOR, f"frozen:{FIRST}", "it is there", "present")) == "adopt"
    ek.opened(c)
    ek.adopted(c, "A1", FIRST)
    c.send(msg.EnterCount(OPERATOR, (("A1", "empty"),)))
    c.send(msg.Resolve(OPERATOR, f"frozen:{FIRST}", "behind the mail", "present"))
    assert c.phase(FIRST) == "collectable", "what was adopted is as any other"
    same_again(c)


def test_when_everything_was_looked_into_nothing_is_left_to_do() -> None:
    c = ek.unknown()
    for unit, ho in (("A1", FIRST), ("A2", SECOND)):
        ek.opened(c, unit)
        ek.adopted(c, unit, ho)
        c.send(msg.CodeDelivered(ev.DEVICE, ho, f"n-{ho}", "phone"))
    for unit in ("A3", "A4"):
        ek.opened(c, unit)
        c.send(msg.AdoptEmpty(OPERATOR, unit))
    assert not c.state.unknown
    assert not any(one.retired for one in c.state.doors.values())
    assert [one.rule for one in ordered(c.state.queue)] == ["epoch"]
    c.placed(ANNOUNCED)
    same_again(c)
