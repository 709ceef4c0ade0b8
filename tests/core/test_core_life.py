"""What staff do with a deposited handover, and what its recipient says at the open door.

Every journal made here is also judged by replay: what `decide` writes, an auditor accepts.
"""

from __future__ import annotations

from collections.abc import Iterator

import corekit as kit
import pytest

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.dispute import GRACE_MS, KEY_MS
from lockerd.core.draft import Declined
from lockerd.core.messages import Level
from lockerd.core.replay import replay
from lockerd.core.state import HOUR_MS

MANAGER = ev.Actor("operator", "7")


@pytest.fixture
def cab() -> Iterator[kit.Cabinet]:
    one = kit.Cabinet(kit.site(doors=4))
    one.enrol(MANAGER)
    yield one
    assert replay(one.log) == one.state


def why(cab: kit.Cabinet, message: msg.Message) -> str:
    with pytest.raises(Declined) as declined:
        cab.send(message)
    return declined.value.why


def opened(cab: kit.Cabinet, ho: str) -> str:
    """Offer the code and open the door."""
    unit = cab.unit(ho)
    cab.offer(ho)
    cab.door(unit, Level.OPEN)
    return unit


def closed(cab: kit.Cabinet, unit: str) -> list[str]:
    return ev.names(cab.door(unit, Level.CLOSED))


def approve(cab: kit.Cabinet, subject: str, who: ev.Actor = MANAGER) -> None:
    cab.send(msg.ApprovalChecked(f"badge-{who.id}", True, subject, kit.OPERATOR.id))


# -- longer, new codes, another recipient ---------------------------------------------------------


def test_extended_after_its_end_it_can_be_collected(cab: kit.Cabinet) -> None:
    ho = cab.collectable()
    closes = cab.of(ho).closes
    cab.run(closes - cab.lo + HOUR_MS)
    assert cab.phase(ho) == "expired"
    later = cab.lo + HOUR_MS
    cab.send(msg.ExtendHandover(kit.OPERATOR, ho, later, "on holiday"))
    assert (cab.phase(ho), cab.of(ho).closes) == ("collectable", later)
    assert f"expired:{ho}" not in cab.state.queue
    unit = opened(cab, ho)
    assert closed(cab, unit) == ["handover.collected"]


def test_a_window_never_shrinks(cab: kit.Cabinet) -> None:
    ho = cab.collectable()
    closes = cab.of(ho).closes
    for until in (closes, closes - 1, 0):
        assert why(cab, msg.ExtendHandover(kit.OPERATOR, ho, until, "r")) == "window"
    assert why(cab, msg.ExtendHandover(kit.OPERATOR, ho, closes + 1, " ")) == "reason"
    assert why(cab, msg.ExtendHandover(kit.DEPOSITOR, ho, closes + 1, "r")) == "role"


def test_the_old_code_dies_with_the_new_one(cab: kit.Cabinet) -> None:
    ho = cab.collectable()
    found = cab.send(msg.ReissueCredential(kit.OPERATOR, kit.minted(ho, "new"), "lost"))
    assert isinstance(found[0], ev.CredentialReissued)
    assert (found[0].drop, [one.cred for one in found[0].put]) == ((f"c-{ho}",), ["new", "new"])
    assert ev.names(cab.offer(ho)) == ["code.refused"]
    assert ev.names(cab.send(msg.CodeChecked("qr", "new", True)))[0] == "release.authorised"


def test_wrong_pins_are_counted_for_life(cab: kit.Cabinet) -> None:
    ho = cab.collectable()
    for _ in range(4):
        cab.offer(ho, "pin", proven=False)
    cab.send(msg.ReissueCredential(kit.OPERATOR, kit.minted(ho, "new"), "lost"))
    assert "credential.locked" in ev.names(cab.send(msg.CodeChecked("pin", "new", False)))
    found = cab.send(msg.ReissueCredential(kit.OPERATOR, kit.minted(ho, "third"), "locked"))
    assert [one.kind for one in found[0].put] == ["qr"], "a PIN that guessing killed stays dead"


def test_another_recipient_has_another_pseudonym_and_code(cab: kit.Cabinet) -> None:
    ho = cab.collectable()
    before = cab.of(ho).recipient_no
    ask = msg.ReassignHandover(kit.OPERATOR, ho, "fresh", "ill", kit.minted(ho, "new"), "Bo Lund")
    assert ev.names(cab.send(ask)) == ["handover.reassigned", "credential.reissued"]
    assert (before, cab.of(ho).recipient_no, cab.of(ho).cred) == (before, "fresh", "new")
    assert ev.names(cab.offer(ho)) == ["code.refused"]


def test_before_the_deposit_only_the_name_changes(cab: kit.Cabinet) -> None:
    ho = cab.order()
    ask = msg.ReassignHandover(kit.OPERATOR, ho, "fresh", "ill", None, "Bo Lund")
    assert ev.names(cab.send(ask)) == ["handover.reassigned"]
    cab.placed(ho)
    cab.send(msg.ConfirmDeposit(kit.DEPOSITOR, kit.minted(ho, f"c-{ho}")))
    assert why(cab, ask) == "recipient", "an auditor takes no reassignment to the same person"
    assert why(cab, ask.but(recipient_no="other")) == "codes"


def test_nobody_collects_what_was_refused(cab: kit.Cabinet) -> None:
    ho = cab.collectable()
    cab.send(msg.RefuseHandover(kit.OPERATOR, ho, "leaking"))
    assert cab.phase(ho) == "awaiting_return"
    found = cab.offer(ho)
    assert [getattr(one, "why", "") for one in found] == ["held"]


def test_nobody_refuses_their_own_deposit(cab: kit.Cabinet) -> None:
    ho = cab.collectable(actor=kit.OPERATOR)
    assert why(cab, msg.RefuseHandover(kit.OPERATOR, ho, "leaking")) == "self"


def test_a_correction_names_its_entry(cab: kit.Cabinet) -> None:
    ho = cab.collectable()
    entry = cab.of(ho).ordered
    found = cab.send(msg.NoteCorrection(kit.DEPOSITOR, entry, "the size was wrong"))
    assert found[0].cause == (1, entry)
    assert why(cab, msg.NoteCorrection(kit.DEPOSITOR, len(cab.log), "r")) == "entry"


# -- several on one code --------------------------------------------------------------------------


def test_one_code_opens_two_doors_one_after_the_other(cab: kit.Cabinet) -> None:
    one = cab.collectable()
    same = cab.of(one).recipient_no
    other = cab.new_id()
    cab.send(
        msg.OrderHandover(
            kit.DEPOSITOR, other, same, "i", "documents", "S", None, None, "R. Person", "A parcel"
        )
    )
    cab.placed(other)
    found = cab.send(msg.ConfirmDeposit(kit.DEPOSITOR, kit.minted(other, "unused")))
    assert ev.names(found) == ["deposit.confirmed", "credential.joined"]
    cab.wait(10_000)
    unit = opened(cab, one)
    assert cab.state.of_cred(f"c-{one}")[0].ho == one
    assert [getattr(e, "why", "") for e in cab.offer(one)] == ["open"]
    assert closed(cab, unit) == ["handover.collected"]
    late = kit.copy(cab)
    late.wait(GRACE_MS + 1)
    assert why(late, msg.ReleaseNext(f"c-{one}", "qr")) == "late", "whoever stands there now"
    found = cab.send(msg.ReleaseNext(f"c-{one}", "qr"))
    assert (found[0].ho, ev.names(found)[0]) == (other, "release.authorised")
    found = cab.door(cab.unit(other), Level.OPEN)
    assert (found[0].spend, cab.phase(other)) == ((f"c-{one}",), "open")
    assert closed(cab, cab.unit(other)) == ["handover.collected"]
    assert why(cab, msg.ReleaseNext(f"c-{one}", "qr")) == "none"


# -- at the open door and after it ----------------------------------------------------------------


def test_left_inside_the_code_lives(cab: kit.Cabinet) -> None:
    ho = cab.collectable()
    unit = opened(cab, ho)
    cab.send(msg.LeaveItem(ho, True))
    found = cab.door(unit, Level.CLOSED)
    assert (ev.names(found), found[0].revive) == (["handover.kept"], (f"c-{ho}",))
    cab.wait(10_000)
    unit = opened(cab, ho)
    assert closed(cab, unit) == ["handover.collected"]


def test_taken_after_all_it_is_collected(cab: kit.Cabinet) -> None:
    ho = cab.collectable()
    unit = opened(cab, ho)
    cab.send(msg.LeaveItem(ho, True))
    cab.send(msg.LeaveItem(ho, False))
    assert closed(cab, unit) == ["handover.collected"]


@pytest.mark.parametrize("what", ["empty", "wrong", "damaged"])
def test_disputed_at_the_open_door_it_is_frozen(cab: kit.Cabinet, what: str) -> None:
    ho = cab.collectable()
    unit = opened(cab, ho)
    found = cab.send(msg.DisputeHandover(ho, what))
    assert vars(found[0])["depositor"] == kit.DEPOSITOR.id
    assert closed(cab, unit) == ["door.closed"]
    assert cab.phase(ho) == "frozen"
    key = f"disputed:{ho}"
    assert cab.state.queue[key].risk == 1
    assert why(cab, msg.Resolve(kit.OPERATOR, key, "seen", "noted")) == "finding"
    cab.send(msg.Resolve(kit.OPERATOR, key, "it lay at the back", "present"))
    cab.wait(10_000)
    unit = opened(cab, ho)
    assert closed(cab, unit) == ["handover.collected"]


def test_a_cut_after_a_dispute_collects_nothing(cab: kit.Cabinet) -> None:
    ho = cab.collectable()
    unit = opened(cab, ho)
    cab.send(msg.DisputeHandover(ho, "empty"))
    assert "handover.collected" not in ev.names(cab.cut({unit: Level.CLOSED}))
    assert cab.phase(ho) == "frozen"


def test_disputed_at_the_receipt_nothing_new_goes_in(cab: kit.Cabinet) -> None:
    ho, unit = cab.collected()
    cab.send(msg.DisputeHandover(ho, "wrong"))
    other = cab.order()
    cab.send(msg.StartDeposit(kit.DEPOSITOR, other))
    assert cab.unit(other) != unit
    key = f"disputed:{ho}"
    assert why(cab, msg.Resolve(kit.OPERATOR, key, "seen", "noted")) == "finding"
    found = cab.send(msg.Resolve(kit.OPERATOR, key, "another's keys", "removed"))
    assert ev.names(found) == ["dispute.settled", "attention.resolved"]
    assert not cab.state.tombs[unit].disputed


def test_within_a_minute_the_door_opens_again(cab: kit.Cabinet) -> None:
    ho, unit = cab.collected()
    cab.wait(10_000)
    found = cab.send(msg.OpenAgain(ho))
    assert ev.names(found) == ["reopening.authorised", "pulse.ordered"]
    assert ev.names(cab.door(unit, Level.OPEN)) == ["door.opened"]
    assert closed(cab, unit) == ["door.closed"]
    cab.wait(10_000)
    assert ev.names(cab.send(msg.OpenAgain(ho)))[0] == "reopening.authorised"
    cab.cut({unit: Level.OPEN})


def test_later_it_does_not(cab: kit.Cabinet) -> None:
    ho, _ = cab.collected()
    cab.wait(GRACE_MS + 1)
    assert why(cab, msg.OpenAgain(ho)) == why(cab, msg.DisputeHandover(ho, "empty")) == "late"


def test_a_cut_ends_the_minute(cab: kit.Cabinet) -> None:
    ho, _ = cab.collected()
    cab.cut(off_ms=1)
    assert why(cab, msg.OpenAgain(ho)) == "late"


# -- the mechanical key ---------------------------------------------------------------------------


def test_the_key_is_for_the_door_that_did_not_open(cab: kit.Cabinet) -> None:
    """A release that failed is over; the key is not told that the door is in use."""
    ho = cab.collectable()
    ask = msg.DeclareKey(kit.OPERATOR, ho, "the latch is jammed")
    cab.offer(ho)
    approve(cab, f"key:{ho}")
    assert why(cab, ask) == "phase", "the twin: the release is still going on"
    assert ev.names(cab.run(30_000))[-1] == "release.failed"
    assert ev.names(cab.send(ask)) == ["key.declared"]
    unit = cab.unit(ho)
    assert ev.names(cab.door(unit, Level.OPEN)) == ["door.opened"]
    assert closed(cab, unit) == ["door.closed", "handover.collected_manually"]


def test_two_people_and_the_contact_hand_it_over(cab: kit.Cabinet) -> None:
    ho = cab.collectable()
    unit, ask = cab.unit(ho), msg.DeclareKey(kit.OPERATOR, ho, "the strike is dead")
    assert why(cab, ask) == "second"
    approve(cab, f"key:{ho}")
    found = cab.send(ask)
    assert (ev.names(found), vars(found[0])["witness"]) == (["key.declared"], MANAGER.id)
    assert ev.names(cab.door(unit, Level.OPEN)) == ["door.opened"]
    assert closed(cab, unit) == ["door.closed", "handover.collected_manually"]
    assert [getattr(one, "why", "") for one in cab.offer(ho)] == ["collected"]


def test_a_key_that_is_not_used_lapses(cab: kit.Cabinet) -> None:
    ho = cab.collectable()
    approve(cab, f"key:{ho}")
    cab.send(msg.DeclareKey(kit.OPERATOR, ho, "the strike is dead"))
    assert ev.names(cab.run(KEY_MS + 1)) == ["door.not_opened"]
    assert ev.names(cab.door(cab.unit(ho), Level.OPEN)) == ["door.forced"]


def test_without_power_two_people_say_it_afterwards(cab: kit.Cabinet) -> None:
    ho = cab.collectable()
    unit = cab.unit(ho)
    cab.cut({unit: Level.CLOSED})
    approve(cab, f"key:{ho}")
    found = cab.send(msg.CompleteByKey(kit.OPERATOR, ho, "no power all day"))
    (one,) = found
    assert isinstance(one, ev.HandoverCollectedManually)
    assert (one.opened, one.witness, one.spend) == (None, "7", (f"c-{ho}",))
    assert cab.phase(ho) == "gone"


# -- moving ---------------------------------------------------------------------------------------


def moving(cab: kit.Cabinet) -> tuple[str, str, str]:
    """A move begun: the handover, the old and the new compartment."""
    ho = cab.collectable()
    unit = cab.unit(ho)
    cab.send(msg.MoveHandover(kit.OPERATOR, ho, "wet", "A4"))
    return ho, unit, "A4"


def test_moved_with_the_code_still_valid(cab: kit.Cabinet) -> None:
    ho, old, new = moving(cab)
    assert [getattr(one, "why", "") for one in cab.offer(ho)] == ["held"]
    assert ev.names(cab.door(old, Level.OPEN)) == ["move.opened"]
    assert closed(cab, old) == ["move.closed"]
    assert why(cab, msg.ConfirmMove(kit.OPERATOR, ho)) == "phase"
    cab.send(msg.PlaceMoved(kit.OPERATOR, ho))
    assert ev.names(cab.door(new, Level.OPEN)) == ["move.opened"]
    assert closed(cab, new) == ["move.closed"]
    cab.send(msg.ConfirmMove(kit.OPERATOR, ho))
    assert (cab.phase(ho), cab.unit(ho), cab.of(ho).to) == ("collectable", new, None)
    assert cab.state.occupied_by(old) is None
    cab.wait(10_000)
    assert opened(cab, ho) == new
    assert closed(cab, new) == ["handover.collected"]


def _begun(cab: kit.Cabinet) -> str:
    return moving(cab)[0]


def _open(cab: kit.Cabinet) -> str:
    ho, old, _ = moving(cab)
    cab.door(old, Level.OPEN)
    return ho


def _carrying(cab: kit.Cabinet) -> str:
    ho, old, _ = moving(cab)
    cab.door(old, Level.OPEN)
    cab.door(old, Level.CLOSED)
    return ho


def _placing(cab: kit.Cabinet) -> str:
    ho = _carrying(cab)
    cab.send(msg.PlaceMoved(kit.OPERATOR, ho))
    return ho


def _placing_open(cab: kit.Cabinet) -> str:
    ho = _placing(cab)
    cab.door("A4", Level.OPEN)
    return ho


def _moved(cab: kit.Cabinet) -> str:
    ho = _placing_open(cab)
    cab.door("A4", Level.CLOSED)
    return ho


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("step", [_begun, _open, _carrying, _placing, _placing_open, _moved])
def test_a_cut_in_a_move_is_never_a_release(cab: kit.Cabinet, step: object, level: Level) -> None:
    assert callable(step)
    ho = step(cab)
    cab.cut({one.unit: level for one in cab.site.compartments})
    assert cab.phase(ho) == "frozen"
    assert f"frozen:{ho}" in cab.state.queue
    assert [getattr(one, "why", "") for one in cab.offer(ho)] == ["held"]
    old, new = cab.of(ho).unit, cab.of(ho).to
    assert cab.state.occupied_by(str(old)) is cab.state.occupied_by(str(new)) is cab.of(ho)


@pytest.mark.parametrize(("finding", "place"), [("present", "old"), ("moved", "A4")])
def test_an_operator_says_where_it_lies(cab: kit.Cabinet, finding: str, place: str) -> None:
    ho = _carrying(cab)
    old = cab.unit(ho)
    cab.cut()
    cab.send(msg.Resolve(kit.OPERATOR, f"frozen:{ho}", "looked", finding))
    assert (cab.phase(ho), cab.unit(ho)) == ("collectable", old if place == "old" else place)


def test_an_old_door_that_stays_shut_changes_nothing(cab: kit.Cabinet) -> None:
    ho, old, _ = moving(cab)
    cab.run(60_000)
    assert (cab.phase(ho), cab.unit(ho), cab.of(ho).to) == ("collectable", old, None)


def test_a_new_door_that_stays_shut_leads_to_another(cab: kit.Cabinet) -> None:
    ho = _placing(cab)
    cab.run(60_000)
    assert (cab.phase(ho), cab.state.doors["A4"].retired) == ("carrying", "did not open for a move")
    free = next(one.unit for one in cab.site.compartments if one.unit not in ("A4", cab.unit(ho)))
    cab.send(msg.PlaceMoved(kit.OPERATOR, ho, free))
    cab.door(free, Level.OPEN)
    cab.door(free, Level.CLOSED)
    cab.send(msg.ConfirmMove(kit.OPERATOR, ho))
    assert cab.unit(ho) == free


def test_a_move_goes_to_a_free_compartment_that_fits(cab: kit.Cabinet) -> None:
    ho, other = cab.collectable(), cab.collectable()
    assert why(cab, msg.MoveHandover(kit.OPERATOR, ho, "wet", cab.unit(other))) == "taken"
    assert why(cab, msg.MoveHandover(kit.OPERATOR, ho, "wet", "Z9")) == "unit"
    assert why(cab, msg.MoveHandover(kit.DEPOSITOR, ho, "wet")) == "role"
