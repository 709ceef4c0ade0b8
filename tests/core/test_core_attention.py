"""The operator's queue: a pure fold, ordered by risk, ended by a cure or by a person."""

from __future__ import annotations

from typing import Any

import corekit as kit
import pytest
from corekit import DEPOSITOR, OPERATOR, Cabinet

from lockerd.core import attention
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.attention import RISK, Item, Queue, fold, ordered
from lockerd.core.draft import Declined
from lockerd.core.findings import FINDINGS

ON: Any = {"unit": "A1", "ho": "7"}

# What raises each rule, and what cures it without a person; None where only a person does.
RULES: dict[str, tuple[ev.Event, ev.Event | None]] = {
    "epoch": (
        ev.LogGenesis(origin="a/b/2", vkey="", mode="", software="", config="", rules=1, kdf_n=2,
                      why="rolled back"),
        None,
    ),
    "cabinet": (ev.CabinetRetired(reason="smoke"), ev.CabinetRestored()),
    "forced": (ev.DoorForced(unit="A1"), None),
    "frozen": (ev.HandoverFrozen(**ON, reason="x"), ev.HandoverThawed(**ON, reason="x")),
    "unconfirmed": (ev.DepositUnconfirmed(**ON, reason="x"), ev.DepositReopened(**ON)),
    "seal": (
        ev.ItemSealed(**ON, announced="other"), ev.HandoverReturned(**ON, opened=1),
    ),
    "left_open": (
        ev.ReleaseLeftOpen(**ON, stage=2, after_s=180), ev.HandoverCollected(**ON, opened=1),
    ),
    "not_opened": (ev.ReleaseFailed(**ON, reason="x"), ev.HandoverCollected(**ON, opened=1)),
    "strike": (ev.StrikeFault(unit="A1", what="x"), ev.DoorRestored(unit="A1")),
    "count": (
        ev.CountEntered(actor=OPERATOR, unit="A1", seen="item", expected="empty"),
        ev.DoorRestored(unit="A1"),
    ),
    "lost": (
        ev.CodeLost(ticket="0"),
        ev.CredentialReissued(**ON, cred="c", old="b", reason="x", ticket="0"),
    ),
    "sensor": (ev.DoorUncertain(unit="A1", reason="x"), ev.DoorCertain(unit="A1", level="open")),
    "guessing": (ev.CredentialLocked(**ON, cred="c"), ev.HandoverCollected(**ON, opened=1)),
    "expired": (
        ev.HandoverExpired(**ON), ev.HandoverWithdrawn(**ON, cred="c", reason="x", found=True),
    ),
    "disputed": (
        ev.HandoverDisputed(**ON, what="empty"), ev.HandoverThawed(**ON, reason="x"),
    ),
    "refused": (
        ev.HandoverRefused(**ON, reason="x"),
        ev.HandoverWithdrawn(**ON, cred="c", reason="x", found=True),
    ),
    "interrupted": (ev.ReleaseInterrupted(**ON), ev.HandoverCollected(**ON, opened=1)),
    "unsigned": (ev.CollectionUnsigned(**ON, reason="left"), None),
    "unused": (ev.PartFailed(part="touch", why="silent"), ev.PartBack(part="touch")),
    "part": (ev.PartFailed(part="scanner", why="gone"), ev.PartBack(part="scanner")),
    "copy": (ev.CopyLost(reason="its medium is gone; put it back"), ev.CopyBack()),
    "locked": (
        ev.StaffLocked(staff="2"), ev.StaffPinReset(actor=OPERATOR, staff="2", cred="b"),
    ),
    "recovery": (ev.RecoveryAccepted(cred="set"), None),
    "emergency": (
        ev.EmergencyStarted(actor=OPERATOR, units=("A1",), reason="smoke", approver="6"), None,
    ),
    "glass": (
        ev.GlassBroken(actor=OPERATOR, subject="release:7", reason="alone on site"), None,
    ),
    "undelivered": (
        ev.CredentialUndelivered(**ON, cred="c", channel="slip", reason="no paper"),
        ev.CredentialDelivered(**ON, cred="c", channel="slip"),
    ),
    "doubt": (
        ev.WindowDoubted(**ON, kind="qr"), ev.WindowPermitted(**ON, reason="x", minutes=15),
    ),
    "return": (
        ev.HandoverAwaitingReturn(**ON, reason="expired"), ev.HandoverReturned(**ON, opened=1),
    ),
    "clock": (ev.ClockStepped(by_ms=9_000, source="floor"), None),
}  # fmt: skip


def folded(*events: ev.Event) -> Queue:
    queue: Queue = {}
    for place, event in enumerate(events):
        fold(queue, event, place, 1_000 + place, 0)
    return queue


def test_every_rule_is_raised_by_something() -> None:
    assert set(RULES) == set(RISK)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_is_raised_counted_and_cured(rule: str) -> None:
    raising, cure = RULES[rule]
    (item,) = folded(raising).values()
    assert (item.rule, item.count, item.since, item.idx) == (rule, 1, 1_000, 0)
    assert item.risk == RISK[rule]
    assert (item.unit, item.ho) == (raising.unit, raising.ho)
    (item,) = folded(raising, raising).values()
    assert (item.count, item.since, item.idx) == (2, 1_000, 1), "the same trouble is one item"
    resolved = ev.AttentionResolved(actor=OPERATOR, key=item.key, reason="x")
    assert folded(raising, resolved) == {}
    if cure is not None:
        assert folded(raising, cure) == {}


@pytest.mark.parametrize("rule", sorted(RULES))
def test_the_cure_of_another_door_or_handover_cures_nothing(rule: str) -> None:
    raising, cure = RULES[rule]
    if cure is None or raising.unit is None:
        return
    other = cure.but(unit="B9", ho=None if cure.ho is None else "9")
    if rule == "undelivered":
        other = other.but(cred="d")
    assert list(folded(raising, other)) == list(folded(raising))


@pytest.mark.parametrize(
    "event",
    [
        ev.ReleaseLeftOpen(**ON, stage=1, after_s=45),
        ev.DoorRetired(actor=OPERATOR, unit="A1", reason="worn"),
        ev.ReleaseNotOpened(**ON, attempt=1),
        ev.CodeRefused(ho="7", kind="pin"),
        ev.KeypadPaused(pause_ms=5, failures=10),
        ev.LogGenesis(origin="a/b/1", vkey="", mode="", software="", config="", rules=1, kdf_n=2),
    ],
    ids=lambda one: one.TYPE,
)
def test_what_needs_nobody_is_not_in_the_queue(event: ev.Event) -> None:
    assert folded(event) == {}


def test_a_door_that_the_device_took_out_of_service_is() -> None:
    (item,) = folded(ev.DoorRetired(unit="A1", reason="did not open")).values()
    assert (item.rule, item.detail) == ("not_opened", "did not open")


@pytest.mark.parametrize(
    "sure",
    [
        ev.ReleaseOpened(**ON, cred="c"),
        ev.HandoverCollected(**ON, opened=1),
        ev.DepositOpened(**ON),
        ev.DepositClosed(**ON),
        ev.DoorOpened(unit="A1", purpose="test"),
        ev.DoorClosed(unit="A1"),
    ],
    ids=lambda one: one.TYPE,
)
def test_a_contact_that_speaks_again_is_no_longer_doubted(sure: ev.Event) -> None:
    assert folded(ev.DoorUncertain(unit="A1", reason="x"), sure) == {}


def test_an_operator_is_told_at_three_wrong_pins() -> None:
    c = Cabinet()
    ho = c.collectable()
    for wanted in ({}, {}, {"wrong": 1}, {"wrong": 2}, {"locked": 4}):
        c.offer(ho, "pin", proven=False)
        item = c.state.queue.get(f"guessing:{ho}")
        assert ({item.detail: item.count} if item else {}) == wanted


def test_an_owner_stays_while_the_trouble_grows() -> None:
    forced = ev.DoorForced(unit="A1")
    taken = ev.AttentionAcknowledged(actor=OPERATOR, key="forced:A1")
    (item,) = folded(forced, taken, forced).values()
    assert (item.owner, item.count) == ("1", 2)
    gone = ev.AttentionAcknowledged(actor=OPERATOR, key="forced:Z9")
    assert folded(gone) == {}


def test_resolved_trouble_that_comes_back_is_new() -> None:
    forced = ev.DoorForced(unit="A1")
    done = ev.AttentionResolved(actor=OPERATOR, key="forced:A1", reason="x")
    (item,) = folded(forced, forced, done, forced).values()
    assert (item.count, item.since, item.owner) == (1, 1_003, None)


def test_the_most_pressing_first_then_the_oldest() -> None:
    queue = folded(
        ev.ClockStepped(by_ms=1, source="floor"),
        ev.PartFailed(part="scanner", why="gone"),
        ev.DoorForced(unit="A2"),
        ev.DepositUnconfirmed(unit="A3", ho="7", reason="x"),
        ev.DoorForced(unit="A1"),
    )
    keys = [one.key for one in ordered(queue)]
    assert keys == ["forced:A2", "forced:A1", "unconfirmed:7", "part:scanner", "clock:cabinet"]
    shuffled = dict(reversed(queue.items()))
    assert [one.key for one in ordered(shuffled)] == keys


def test_a_fold_in_steps_is_the_fold_at_once() -> None:
    c = Cabinet()
    c.collected()
    ho = c.placed()
    c.send(msg.LeaveDeposit(DEPOSITOR, ho))
    c.door("A3", "open")
    c.door("A3", "unknown")
    c.send(msg.Acknowledge(OPERATOR, "forced:A3"))
    c.cut()
    queue: Queue = {}
    for line in c.log:
        attention.fold(queue, line.event, line.idx, line.now.lo, 0)
    assert queue == c.state.queue
    assert list(map(attention.Item.__repr__, ordered(queue))) == [
        repr(one) for one in ordered(c.state.queue)
    ]


def test_an_item_keeps_to_the_words_of_its_events() -> None:
    item = Item("forced:A1", "forced", 1, 2, "A1", detail="unpowered")
    assert (item.risk, item.count, item.owner) == (1, 1, None)
    (grown,) = folded(ev.DoorForced(unit="A1", unpowered=True), ev.DoorForced(unit="A1")).values()
    assert grown.detail == "unpowered"


# -- resolving ------------------------------------------------------------------------------------


def frozen() -> tuple[Cabinet, str]:
    c = Cabinet()
    ho = c.collectable(profile="ask")
    c.offer(ho)
    c.cut()
    assert c.phase(ho) == "frozen"
    return c, ho


def resolve(c: Cabinet, key: str, finding: str, reason: str = "looked") -> list[ev.Event]:
    return c.send(msg.Resolve(OPERATOR, key, reason, finding))


def test_what_was_found_decides_a_frozen_handover() -> None:
    for finding, phase, names in (
        ("present", "collectable", ["handover.thawed", "attention.resolved"]),
        ("removed", "gone", ["handover.withdrawn", "attention.resolved"]),
        ("missing", "gone", ["handover.withdrawn", "attention.resolved"]),
    ):
        c, ho = frozen()
        events = resolve(c, f"frozen:{ho}", finding)
        assert ev.names(events) == names
        assert c.phase(ho) == phase
        assert all(one.cause is not None for one in events)
        assert f"frozen:{ho}" not in c.state.queue
        if isinstance(events[0], ev.HandoverWithdrawn):
            assert (events[0].found, events[0].cred) == (finding == "removed", f"c-{ho}")
            assert events[0].drop == (f"c-{ho}",)


def test_present_gives_the_code_back() -> None:
    c, ho = frozen()
    resolve(c, f"frozen:{ho}", "present")
    c.wait(kit.REST_MS)
    assert ev.names(c.offer(ho)) == ["release.authorised", "pulse.ordered"]


def test_where_something_may_lie_noting_is_not_enough() -> None:
    c, ho = frozen()
    for finding in ("noted", "guess", ""):
        with pytest.raises(Declined, match=r"finding|found"):
            resolve(c, f"frozen:{ho}", finding)
    with pytest.raises(Declined, match="reason"):
        resolve(c, f"frozen:{ho}", "removed", reason=" ")
    with pytest.raises(Declined, match="queue list"):
        resolve(c, "frozen:nobody", "removed")
    with pytest.raises(Declined, match="operator"):
        c.send(msg.Resolve(DEPOSITOR, f"frozen:{ho}", "x", "removed"))


@pytest.mark.parametrize("finding", ["present", "removed", "missing"])
def test_an_unconfirmed_deposit_never_becomes_collectable(finding: str) -> None:
    c = Cabinet()
    ho = c.placed()
    c.send(msg.LeaveDeposit(DEPOSITOR, ho))
    if finding == "present":
        with pytest.raises(Declined):
            resolve(c, f"unconfirmed:{ho}", finding)
        assert c.phase(ho) == "unconfirmed"
        return
    (withdrawn, _) = resolve(c, f"unconfirmed:{ho}", finding)
    assert isinstance(withdrawn, ev.HandoverWithdrawn)
    assert withdrawn.cred is None
    assert ev.decode(ev.encode(withdrawn)[0]) == withdrawn, "it can be read back"
    assert c.phase(ho) == "gone"


def test_what_has_nothing_to_decide_is_noted() -> None:
    c = Cabinet()
    c.door("A1", "open")
    assert ev.names(resolve(c, "forced:A1", "noted")) == ["attention.resolved"]
    assert c.state.queue == {}
    assert set(FINDINGS) == {"noted", "present", "moved", "removed", "missing"}


def test_collections_that_nobody_signs_for_do_not_fill_the_queue() -> None:
    """A profile that asks for signatures, and recipients who never give one."""
    queue: Queue = {}
    fold(queue, ev.DoorForced(unit="A1"), 0, 0, 0)
    for idx in range(1, attention.UNSIGNED_MAX + 3):
        fold(queue, ev.CollectionUnsigned(unit="A1", ho=f"{idx:x}", reason="left"), idx, idx, 0)
    assert len(queue) == attention.UNSIGNED_MAX + 1 and "forced:A1" in queue
    kept = [one.idx for one in ordered(queue) if one.rule == "unsigned"]
    assert kept[0] == 3 and kept[-1] == attention.UNSIGNED_MAX + 2, "the oldest gave way"
