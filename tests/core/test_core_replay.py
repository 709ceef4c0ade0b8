"""A journal as evidence: what this program can have written passes, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import corekit as kit
import forged_adopt
import forged_count
import forged_fact
import forged_life
import forged_lost
import forged_parts
import forged_people
import forged_rounds
import forged_seal
import forged_service
import forged_setup
import forged_signature
import forged_stick
import forged_windows
import pytest
from corekit import DEPOSITOR, OPERATOR, OTHER, Cabinet, Line
from hypothesis import given, settings
from hypothesis import strategies as st
from test_core_events import CLASSES, of

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import replay as room
from lockerd.core.now import Now
from lockerd.core.replay import ImpossibleEntry, replay
from lockerd.core.snapshot import dump
from lockerd.core.state import HOUR_MS, State

HO = f"{1:016x}"
RECIPIENT = ev.Actor("recipient", f"r{HO}")


def judged(c: Cabinet, event: ev.Event) -> State:
    """What a judge makes of the journal with one entry more."""
    return replay([*c.log, Line(len(c.log), event, c.now)])


# -- where a forger stands ------------------------------------------------------------------------


def new() -> Cabinet:
    return Cabinet()


def ordered() -> Cabinet:
    c = Cabinet()
    c.order()
    return c


def depositing() -> Cabinet:
    c = ordered()
    c.send(msg.StartDeposit(DEPOSITOR, HO))
    return c


def missed_deposit() -> Cabinet:
    c = depositing()
    c.run(kit.WINDOW_MS)
    return c


def placing() -> Cabinet:
    c = depositing()
    c.door("A1", "open")
    return c


def placed() -> Cabinet:
    c = placing()
    c.door("A1", "closed")
    return c


def unconfirmed() -> Cabinet:
    c = placed()
    c.send(msg.LeaveDeposit(DEPOSITOR, HO))
    return c


def collectable(**order: Any) -> Cabinet:
    c = Cabinet()
    c.collectable(**order)
    return c


def early() -> Cabinet:
    return collectable(opens_h=5)


def guessed() -> Cabinet:
    c = collectable()
    for _ in range(4):
        c.offer(HO, "pin", proven=False)
    return c


def locked() -> Cabinet:
    c = guessed()
    c.offer(HO, "pin", proven=False)
    return c


def paused() -> Cabinet:
    c = collectable()
    for _ in range(10):
        c.send(msg.CodeChecked("pin", None, False))
    return c


def nine_failures() -> Cabinet:
    c = Cabinet()
    for _ in range(9):
        c.send(msg.CodeChecked("pin", None, False))
    return c


def releasing() -> Cabinet:
    c = collectable()
    c.offer(HO)
    return c


def missed() -> Cabinet:
    c = releasing()
    c.run(kit.WINDOW_MS)
    return c


def failed() -> Cabinet:
    c = releasing()
    c.run(60_000)
    return c


def opened() -> Cabinet:
    c = releasing()
    c.door("A1", "open")
    return c


def left_open() -> Cabinet:
    c = opened()
    c.run(50_000)
    return c


def collected() -> Cabinet:
    c = opened()
    c.door("A1", "closed")
    return c


def next_placed() -> Cabinet:
    """Another item, in the compartment where a tombstone stands."""
    c = collected()
    c.wait(kit.REST_MS)
    c.placed()
    assert c.unit(f"{2:016x}") == "A1"
    return c


def frozen() -> Cabinet:
    c = releasing()
    c.door("A1", "unknown")
    c.run(kit.WINDOW_MS)
    return c


def trying_door() -> Cabinet:
    c = Cabinet()
    c.send(msg.TestDoor(OPERATOR, "A1"))
    return c


def tried_open() -> Cabinet:
    c = trying_door()
    c.door("A1", "open")
    return c


def retired() -> Cabinet:
    c = collectable()
    c.order(size="M")
    c.send(msg.RetireCabinet(OPERATOR, "smoke"))
    return c


def stopped() -> Cabinet:
    c = Cabinet()
    c.send(msg.Stopping("asked"))
    return c


def ended() -> Cabinet:
    c = Cabinet()
    c.write([ev.LogFrozen(reason="a witness saw more")])
    return c


def held() -> Cabinet:
    c = collected()
    c.send(msg.HoldPrivate(OPERATOR, f"ho:{HO}", "a dispute", True))
    return c


def signed_in() -> Cabinet:
    c = Cabinet()
    c.send(msg.StaffPinChecked("badge-1", True))
    return c


# -- forged entries -------------------------------------------------------------------------------

Forge = Callable[[Cabinet], ev.Event]
ON: Any = {"unit": "A1", "ho": HO}


def own(c: Cabinet) -> ev.Cause:
    """The entry that the door's lease began with."""
    lease = c.state.doors["A1"].lease
    assert lease is not None
    return ev.Cause(1, lease.entry)


def pulse(c: Cabinet, **changes: Any) -> ev.PulseOrdered:
    values: dict[str, Any] = {
        **ON, "purpose": "release", "pulse_ms": 500, "attempt": 1,
        "cause": own(c) if c.state.doors["A1"].lease else None,
    }  # fmt: skip
    return ev.PulseOrdered(**{**values, **changes})


def authorised(c: Cabinet, **changes: Any) -> ev.ReleaseAuthorised:
    values: dict[str, Any] = {
        **ON, "actor": RECIPIENT, "cred": f"c-{HO}", "kind": "qr",
        "cause": ev.Cause(1, c.of(HO).deposited or 0),
    }  # fmt: skip
    return ev.ReleaseAuthorised(**{**values, **changes})


def release_opened(c: Cabinet, **changes: Any) -> ev.ReleaseOpened:
    lease = c.state.doors["A1"].lease
    values: dict[str, Any] = {**ON, "cred": f"c-{HO}", "cause": own(c) if lease else None}
    return ev.ReleaseOpened(**{**values, **changes})


def minting(c: Cabinet, ho: str, **changes: Any) -> ev.CredentialMinted:
    values: dict[str, Any] = {"unit": "A1", "ho": ho, "cred": "c-new"}
    return ev.CredentialMinted(**{**values, **changes})


def confirm(c: Cabinet, ho: str = HO, actor: ev.Actor = DEPOSITOR) -> ev.DepositConfirmed:
    return ev.DepositConfirmed(actor=actor, unit="A1", ho=ho)


def order(**changes: Any) -> ev.HandoverOrdered:
    values: dict[str, Any] = {
        "actor": DEPOSITOR, "ho": "a" * 16, "profile": "documents", "size": "S", "opens": 1,
        "closes": 2, "recipient_no": "r", "item_no": "i",
    }  # fmt: skip
    return ev.HandoverOrdered(**{**values, **changes})


def away(**changes: Any) -> ev.PartFailed:
    return ev.PartFailed(part="scanner", why="gone", **changes)


FORGED: list[tuple[Callable[[], Cabinet], Forge, str]] = [
    # the log
    (new, lambda c: ev.LogGenesis(origin="a/b/1", vkey="", mode="", software="", config="",
                                  rules=1, kdf_n=2), "an epoch begins once"),
    (new, lambda c: ev.LogBoot(software="", rules=1, config="", doors=("A1=ajar",)), "level"),
    (new, lambda c: ev.LogBoot(software="", rules=1, config="", doors=("A1=open", "A1=closed")),
     "read twice"),
    (stopped, lambda c: away(), "nothing is running"),
    (ended, lambda c: away(), "epoch had ended"),
    (ended, lambda c: ev.LogBoot(software="", rules=1, config="", doors=()), "epoch had ended"),
    (new, lambda c: away(cause=ev.Cause(1, len(c.log))), "after it"),
    (new, lambda c: away(cause=ev.Cause(1, -1)), "after it"),
    (new, lambda c: ev.StaffCarried(staff="9", role="operator", cred="x"), "as it begins"),
    # people
    (new, lambda c: ev.StaffEnrolled(staff="1", role="operator", cred="x"), "enrolled before"),
    (new, lambda c: ev.StaffEnrolled(staff="9", role="king", cred="x"), "no known role"),
    (new, lambda c: ev.StaffEnrolled(actor=DEPOSITOR, staff="9", role="operator", cred="x"),
     "not for a depositor"),
    (new, lambda c: ev.StaffSignedIn(actor=OPERATOR, staff="9"), "nobody of this number"),
    (new, lambda c: ev.StaffSignedIn(actor=ev.Actor("operator", "2"), staff="2"), "nobody of"),
    (signed_in, lambda c: ev.StaffSignedOut(staff="2", reason="asked"), "was not signed in"),
    (new, lambda c: ev.StaffSignedOut(staff="9", reason="power"), "was not signed in"),
    # deposits
    (new, lambda c: order(closes=1), "ends before it begins"),
    (new, lambda c: order(actor=kit.TECHNICIAN), "not for a technician"),
    (ordered, lambda c: order(ho=HO), "cannot follow 'ordered'"),
    (ordered, lambda c: order(ho=None), "names no handover"),
    (ordered, lambda c: ev.DepositStarted(actor=DEPOSITOR, unit="A9", ho=HO), "was not free"),
    (ordered, lambda c: ev.DepositStarted(actor=DEPOSITOR, ho=HO), "was not free"),
    (ordered, lambda c: ev.DepositStarted(actor=kit.AUDITOR, unit="A1", ho=HO), "not for a"),
    (retired, lambda c: ev.DepositStarted(actor=DEPOSITOR, unit="A2", ho=f"{2:016x}"),
     "out of service"),
    (missed_deposit, lambda c: ev.DepositOpened(**ON, cause=ev.Cause(1, 0)), "another entry gave"),
    (depositing, lambda c: ev.DepositOpened(unit="A2", ho=HO, cause=own(c)), "another compartment"),
    (depositing, lambda c: ev.DepositClosed(**ON, cause=own(c)), "no opening was seen"),
    (placing, lambda c: ev.DepositOpened(**ON, cause=own(c)), "open already"),
    (depositing, lambda c: ev.DepositNotOpened(**ON, cause=own(c), attempt=2), "another attempt"),
    (missed_deposit, lambda c: ev.DepositNotOpened(**ON, cause=own(c), attempt=1), "no pulse"),
    (placed, lambda c: ev.DepositReopened(actor=OTHER, **ON), "not by its depositor"),
    (placed, lambda c: ev.DepositReopened(actor=OPERATOR, **ON), "not by its depositor"),
    (placed, lambda c: ev.DepositAbandoned(actor=OTHER, **ON, reason="x"), "not by its depositor"),
    (placed, lambda c: confirm(c, actor=OTHER), "not by its depositor"),
    (placing, lambda c: confirm(c), "door was not closed"),
    (placed, lambda c: minting(c, HO), "not with its confirmed deposit"),
    # codes
    (collectable, lambda c: ev.CredentialDelivered(**ON, cred="c-x", channel="slip"), "not this"),
    (guessed, lambda c: ev.CredentialLocked(**ON, cred=f"c-{HO}"), "were not counted"),
    (locked, lambda c: ev.CredentialLocked(**ON, cred=f"c-{HO}"), "were not counted"),
    (collectable, lambda c: ev.CodeRefused(ho="a" * 16, kind="pin"), "no such handover"),
    (nine_failures, lambda c: ev.KeypadPaused(pause_ms=5_000, failures=10), "do not add up"),
    (nine_failures, lambda c: ev.KeypadPaused(pause_ms=0, failures=9), "do not add up"),
    (paused, lambda c: ev.KeypadPaused(pause_ms=10_000, failures=10), "do not add up"),
    # releases
    (collectable, lambda c: authorised(c, cred="c-x"), "not this handover's credential"),
    (collectable, lambda c: authorised(c, unit="A2"), "another compartment"),
    (collectable, lambda c: authorised(c, unit=None), "another compartment"),
    (collectable, lambda c: authorised(c, kind="knock"), "no such kind"),
    (collectable, lambda c: authorised(c, cause=None), "not of this deposit"),
    (locked, lambda c: authorised(c, kind="pin"), "PIN was dead"),
    (paused, lambda c: authorised(c, kind="pin"), "typing was paused"),
    (early, lambda c: authorised(c), "window was not open"),
    (retired, lambda c: authorised(c), "out of service"),
    (opened, lambda c: authorised(c), "given to another"),
    (collectable, lambda c: pulse(c), "nobody was given this door"),
    (releasing, lambda c: pulse(c, attempt=2), "last pulse had not ended"),
    (missed, lambda c: pulse(c, attempt=3), "attempt 3 is not due"),
    (missed, lambda c: pulse(c, attempt=1), "attempt 1 is not due"),
    (missed, lambda c: pulse(c, attempt=2, pulse_ms=0), "has a length"),
    (missed, lambda c: pulse(c, attempt=2, ho="a" * 16), "nobody was given"),
    (missed, lambda c: pulse(c, attempt=2, purpose="deposit"), "nobody was given"),
    (missed, lambda c: pulse(c, attempt=2, cause=None), "another entry gave"),
    (missed, lambda c: pulse(c, attempt=2, unit=None), "names no compartment"),
    (failed, lambda c: pulse(c, attempt=4), "its lease was over"),
    (opened, lambda c: pulse(c, attempt=2), "its lease was over"),
    (new, lambda c: pulse(c, purpose="test", ho=None), "not for a device"),
    (collectable, lambda c: pulse(c, actor=OPERATOR, purpose="test", ho=None), "in use"),
    (collectable, lambda c: release_opened(c), "nobody was given this door"),
    (releasing, lambda c: release_opened(c, cred="c-x"), "not this handover's"),
    (releasing, lambda c: release_opened(c, ho=None), "names no handover"),
    (opened, lambda c: release_opened(c), "open already"),
    (missed, lambda c: ev.ReleaseNotOpened(**ON, cause=own(c), attempt=1), "no pulse is open"),
    (opened, lambda c: ev.ReleaseFailed(**ON, cause=own(c), reason="x"), "had opened"),
    (releasing, lambda c: ev.ReleaseInterrupted(**ON, cause=own(c)), "only a start"),
    (releasing, lambda c: ev.HandoverCollected(**ON, cause=own(c), opened=1), "no opening"),
    (opened, lambda c: ev.HandoverCollected(**ON, cause=own(c), opened=3), "another opening"),
    (opened, lambda c: ev.ReleaseLeftOpen(**ON, cause=own(c), stage=3, after_s=1), "not due"),
    (left_open, lambda c: ev.ReleaseLeftOpen(**ON, cause=own(c), stage=1, after_s=1), "not due"),
    (collectable, lambda c: ev.HandoverExpired(**ON), "window had not ended"),
    (frozen, lambda c: ev.HandoverThawed(actor=DEPOSITOR, **ON, reason="x"), "not for a"),
    (frozen, lambda c: ev.HandoverWithdrawn(actor=OPERATOR, **ON, reason="x", found=True),
     "not this handover's"),
    (frozen, lambda c: ev.HandoverWithdrawn(**ON, cred=f"c-{HO}", reason="x", found=True),
     "not for a device"),
    (collected, lambda c: release_opened(c), "no such handover|nobody was given"),
    # doors and the queue
    (new, lambda c: ev.DoorOpened(unit="A1", purpose="test"), "nobody was given"),
    (trying_door, lambda c: ev.DoorOpened(unit="A2", purpose="test"), "nobody was given"),
    (tried_open, lambda c: ev.DoorNotOpened(unit="A1", purpose="test"), "had opened"),
    (new, lambda c: ev.DoorForced(), "names no compartment"),
    (tried_open, lambda c: ev.DoorForced(unit="A1"), "cannot follow 'open'"),
    (new, lambda c: ev.AttentionAcknowledged(actor=OPERATOR, key="forced:A1"), "in the queue"),
    (frozen, lambda c: ev.AttentionAcknowledged(actor=OTHER, key=f"frozen:{HO}"), "not for a"),
    # privacy
    (collectable, lambda c: ev.PrivacyErased(subject=f"ho:{HO}", basis="x", digests=("d",)),
     "was live"),
    (new, lambda c: ev.PrivacyErased(subject="staff:1", basis="x", digests=("d",)), "was live"),
    (held, lambda c: ev.PrivacyErased(subject=f"ho:{HO}", basis="x", digests=("d",)), "legal hold"),
    (held, lambda c: ev.PrivacyHeld(subject=f"ho:{HO}", reason="x"), "so already"),
    (new, lambda c: ev.PrivacyUnheld(subject=f"ho:{HO}", reason="x"), "so already"),
]  # fmt: skip


FORGED += [*forged_count.FORGED, *forged_lost.FORGED, *forged_parts.FORGED, *forged_setup.FORGED]
FORGED += [*forged_life.FORGED, *forged_people.FORGED, *forged_service.FORGED]
FORGED += [*forged_adopt.FORGED, *forged_stick.FORGED]
FORGED += [
    *forged_windows.FORGED,
    *forged_rounds.FORGED,
    *forged_seal.FORGED,
    *forged_signature.FORGED,
    *forged_fact.FORGED,
]


@pytest.mark.parametrize(("stand", "forge", "why"), FORGED)
def test_a_forged_entry_is_found_with_its_index(
    stand: Callable[[], Cabinet], forge: Forge, why: str
) -> None:
    c = stand()
    assert dump(replay(c.log)) == dump(c.state), "the honest journal passes"
    with pytest.raises(ImpossibleEntry, match=why) as found:
        judged(c, forge(c))
    assert found.value.idx == len(c.log)
    assert "compare" in str(found.value) or "missing" in str(found.value)


def test_codes_are_minted_once_and_end_the_right_tombstone() -> None:
    for changes, why in (
        ({"cred": f"c-{HO}", "replaces": f"c-{HO}"}, "another handover has this credential"),
        ({"replaces": None}, "ends another tombstone"),
        ({"replaces": "c-x"}, "ends another tombstone"),
        ({"cred": "", "replaces": f"c-{HO}"}, "minted once"),
    ):
        c, ho = next_placed(), f"{2:016x}"
        c.write([confirm(c, ho)])
        with pytest.raises(ImpossibleEntry, match=why):
            judged(c, minting(c, ho, **changes))
        judged(c, minting(c, ho, replaces=f"c-{HO}"))


def test_every_question_is_asked_of_a_forger() -> None:
    """The twin of the list above: a question that nothing trips might ask nothing."""
    tried = {type(forge(stand())) for stand, forge, _ in FORGED} | {ev.CredentialMinted}
    assert set(room._QUESTIONS) - tried == {ev.OrderCarried, ev.DepositCarried}


# -- the log as a whole ---------------------------------------------------------------------------


def long_history() -> Cabinet:
    c = Cabinet(kit.site(6))
    c.collected()
    ho = c.collectable()
    c.offer(ho, "pin", proven=False)
    c.offer(ho)
    c.cut()
    c.offer(ho)
    c.run(60_000)
    c.send(msg.CodeChecked("qr", f"c-{ho}", True))
    c.door(c.unit(ho), "open")
    c.run(HOUR_MS)
    c.door(c.unit(ho), "closed")
    c.collectable()
    c.cut()
    return c


def again(lines: list[Line]) -> list[Line]:
    """Entries numbered anew, as a forger would."""
    return [Line(place, one.event, one.now) for place, one in enumerate(lines)]


LOOSE = frozenset({"staff.enrolled", "staff.signed_out", "code.refused", "code.turned_away"}) | {
    *("part.failed", "clock.stepped", "release.left_open", "deposit.unconfirmed"),
    *("release.interrupted", "log.boot", "credential.delivered"),
}
"""Kinds of which one can be missing, or be there twice (codes leave by several channels), without a
contradiction in what is left: the hashes tell."""


def test_a_missing_entry_leaves_a_contradiction() -> None:
    c = long_history()
    for gone in range(len(c.log)):
        line = c.log[gone]
        rest = again([*c.log[:gone], *c.log[gone + 1 :]])
        if line.event.TYPE in LOOSE or gone >= len(c.log) - 2:
            continue
        try:
            replay(rest)
        except ImpossibleEntry as found:
            assert found.idx >= gone
        else:
            raise AssertionError(f"{line.event.TYPE} at {gone} is not missed")


def test_an_entry_twice_is_a_contradiction() -> None:
    c = long_history()
    for place, line in enumerate(c.log):
        if line.event.TYPE in LOOSE:
            continue
        with pytest.raises(ImpossibleEntry):
            replay(again([*c.log[: place + 1], *c.log[place:]]))


def test_a_gap_in_the_numbers_is_found() -> None:
    c = long_history()
    with pytest.raises(ImpossibleEntry, match="missing") as found:
        replay([*c.log[:9], *c.log[10:]])
    assert found.value.idx == 10
    with pytest.raises(ImpossibleEntry, match="an epoch begins once"):
        replay([Line(0, c.log[1].event, c.log[1].now)])


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (Now("00000001", 9_999, kit.NOON, kit.NOON, "sim"), "since boot went back"),
        (Now("00000001", 10_000, kit.NOON - 1, None, "sim"), "proven time went back"),
        (Now("00000001", 10_000, kit.NOON, kit.NOON - 1, "sim"), "interval is empty"),
        (Now("00000002", 10_000, kit.NOON, kit.NOON, "sim"), "no entry of its own"),
    ],
)
def test_time_goes_on(now: Now, why: str) -> None:
    c = Cabinet()
    with pytest.raises(ImpossibleEntry, match=why):
        replay([*c.log, Line(len(c.log), away(), now)])


def test_a_boot_within_the_same_boot_does_not_go_back() -> None:
    c = Cabinet()
    boot = ev.LogBoot(software="1", rules=1, config="", doors=())
    back = Now("00000001", 9_999, c.lo, c.lo, "sim")
    with pytest.raises(ImpossibleEntry, match="since boot went back"):
        replay([*c.log, Line(len(c.log), boot, back)])


def test_a_judge_can_begin_at_a_snapshot() -> None:
    c = long_history()
    for cut in range(0, len(c.log), 7):
        state = replay(c.log[:cut])
        assert replay(c.log[cut:], state) is state
        assert dump(state) == dump(c.state)


def test_after_a_snapshot_the_time_since_boot_is_still_judged() -> None:
    c = Cabinet()
    state = replay(c.log)
    back = Now("00000001", 9_000, c.lo, c.lo, "sim")
    with pytest.raises(ImpossibleEntry, match="since boot went back"):
        replay([Line(len(c.log), away(), back)], state)


def test_an_empty_journal_is_no_contradiction() -> None:
    assert replay([]) == State()


def test_the_next_epoch_carries_over_in_its_first_transaction() -> None:
    now = Now("00000001", 5, kit.NOON, None, "floor")
    genesis = ev.LogGenesis(
        origin="a/b/2", vkey="v", mode="device", software="1", config="", rules=1, kdf_n=2
    )
    window: Any = {
        "profile": "documents",
        "size": "S",
        "opens": 1,
        "closes": 2,
        "recipient_no": "r",
    }
    carried = ev.DepositCarried(ho=HO, unit="A1", item_no="i", **window)
    waits = ev.OrderCarried(ho="b" * 16, item_no="i", **window)
    events = [genesis, ev.StaffCarried(staff="1", role="operator", cred="x"), carried, waits]
    state = replay([Line(place, one, now) for place, one in enumerate(events)])
    assert (state.epoch, state.handovers[HO].phase) == (2, "frozen")
    for bad, why in (
        (carried.but(ho="c" * 16), "was not free"),
        (carried.but(ho="c" * 16, unit=None), "lie nowhere"),
        (waits.but(ho="c" * 16, unit="A2"), "lie nowhere"),
        (waits.but(ho="c" * 16, closes=1), "before it begins"),
    ):
        with pytest.raises(ImpossibleEntry, match=why):
            replay([Line(place, one, now) for place, one in enumerate([*events, bad])])
    with pytest.raises(ImpossibleEntry, match="as it begins"):
        later = Now("00000001", 6, kit.NOON, None, "floor")
        replay([Line(0, genesis, now), Line(1, waits, later)])


IDS = st.sampled_from([HO, "2", None])
UNITS = st.sampled_from(["A1", "A2", None])


@given(
    st.lists(
        st.tuples(st.sampled_from(CLASSES).flatmap(of), IDS, UNITS, st.booleans()), max_size=12
    )
)
@settings(max_examples=150, deadline=None)
def test_whatever_the_entries_are_nothing_else_is_raised(
    forged: list[tuple[ev.Event, str | None, str | None, bool]],
) -> None:
    """Decodable nonsense on top of a journal: refused, or folded; never a crash."""
    c = collectable()
    lines = list(c.log)
    for event, ho, unit, near in forged:
        changed = event.but(ho=ho, unit=unit) if near else event
        tried = [*lines, Line(len(lines), changed, c.now)]
        try:
            replay(tried)
        except ImpossibleEntry as wrong:
            assert wrong.idx == len(lines)
        else:
            lines = tried
