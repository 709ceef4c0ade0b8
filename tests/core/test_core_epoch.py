"""What the next epoch takes over: everything that still stands, and no code of anybody."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import corekit as kit
import pytest
from corekit import DEPOSITOR, NOON, OPERATOR, PEOPLE, Cabinet, Line

from lockerd.core import epoch
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.attention import ordered
from lockerd.core.decide import decide
from lockerd.core.draft import Declined
from lockerd.core.fold import rehearse
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.replay import ImpossibleEntry, replay
from lockerd.core.snapshot import dump, load
from lockerd.core.state import HOUR_MS, State

BEGINS = Now("000000ee", 5_000, NOON + 1_000 * HOUR_MS, None, "floor")
Setup = Callable[[Cabinet], str]


def begun(carried: Sequence[ev.Event]) -> list[Line]:
    """The first entries of the next epoch."""
    genesis = ev.LogGenesis(
        origin="test/RL07/2", vkey="v", mode="simulation", software="1", config="", rules=1,
        kdf_n=2, why="the card died",
    )  # fmt: skip
    return [Line(place, one, BEGINS) for place, one in enumerate([genesis, *carried])]


def next_epoch(old: Cabinet, carried: Sequence[ev.Event] | None = None) -> Cabinet:
    """The same cabinet in its next epoch, before its first boot."""
    lines = begun(epoch.carried(old.state, {}) if carried is None else carried)
    new = Cabinet.__new__(Cabinet)
    new.__dict__.update(old.__dict__)
    new.state, new.log, new.pulses, new.effects = replay(lines), lines, [], []
    new.boots, new.up_ms, new.lo = 0xEF, 8_000, BEGINS.lo + 60_000
    return new


def ordered_only(c: Cabinet) -> str:
    return c.order()


def depositing(c: Cabinet) -> str:
    ho = c.order()
    c.send(msg.StartDeposit(DEPOSITOR, ho))
    return ho


def placing(c: Cabinet) -> str:
    ho = depositing(c)
    c.door("A1", "open")
    return ho


def placed(c: Cabinet) -> str:
    return c.placed()


def unconfirmed(c: Cabinet) -> str:
    ho = c.placed()
    c.send(msg.LeaveDeposit(DEPOSITOR, ho))
    return ho


def collectable(c: Cabinet) -> str:
    return c.collectable()


def releasing(c: Cabinet) -> str:
    ho = c.collectable()
    c.offer(ho)
    return ho


def opened(c: Cabinet) -> str:
    ho = releasing(c)
    c.wait(300)
    c.door("A1", "open")
    return ho


def expired(c: Cabinet) -> str:
    ho = c.collectable(hours=1)
    c.run(2 * HOUR_MS)
    return ho


PHASES: dict[str, Setup] = {
    "ordered": ordered_only,
    "depositing": depositing,
    "placing": placing,
    "placed": placed,
    "unconfirmed": unconfirmed,
    "collectable": collectable,
    "releasing": releasing,
    "open": opened,
    "expired": expired,
}


@pytest.mark.parametrize("phase", PHASES)
def test_whatever_a_handover_was_doing(phase: str) -> None:
    """Announced stays announced; whatever was given a compartment is for a person to look at."""
    old = Cabinet()
    ho = PHASES[phase](old)
    known = old.of(ho)
    assert known.phase == phase
    new = next_epoch(old)
    now = new.of(ho)
    assert now.phase == ("ordered" if phase == "ordered" else "frozen")
    assert (now.unit, now.profile, now.size) == (known.unit, known.profile, known.size)
    assert (now.opens, now.closes, now.orderer) == (known.opens, known.closes, known.orderer)
    assert (now.recipient_no, now.item_no) == (known.recipient_no, known.item_no)
    assert now.cred is None and now.deposited is None
    new.start({"A1": Level.CLOSED})
    assert replay(new.log).handovers[ho].phase == now.phase, "the new epoch replays alone"


def test_no_code_of_the_old_epoch_is_proven_in_the_new() -> None:
    old = Cabinet()
    live, used = old.collectable(), old.collected(size="M")[0]
    rows = [*kit.rows(f"c-{live}"), *kit.rows(f"c-{used}")]
    carried = epoch.carried(old.state, {}, verifiers=rows)
    assert not any(one.put or one.drop or one.spend for one in carried), "no row goes along"
    new = next_epoch(old, carried)
    new.start()
    for ho in (live, used):
        for proven in (True, False):
            assert ev.names(new.offer(ho, proven=proven)) == ["code.refused"]
    assert new.pulses == []


def test_doors_are_not_known_until_the_first_boot_reads_them() -> None:
    old = Cabinet()
    old.collectable()
    old.send(msg.RetireDoor(OPERATOR, "A3", "bent"))
    new = next_epoch(old)
    assert {one.level for one in new.state.doors.values()} == {"unknown"}
    new.start({"A1": Level.CLOSED, "A2": Level.OPEN, "A3": Level.CLOSED})
    assert {u: d.phase for u, d in new.state.doors.items()} == {
        "A1": "closed", "A2": "open", "A3": "closed",
    }  # fmt: skip


def test_an_occupied_door_that_stands_open_was_forced() -> None:
    old = Cabinet()
    old.collectable()
    new = next_epoch(old)
    assert "door.forced" in ev.names(new.start({"A1": Level.OPEN}))


def test_the_operator_ends_what_lies_there_and_the_cabinet_works_again() -> None:
    old = Cabinet(kit.site(1))
    ho = old.collectable()
    new = next_epoch(old)
    new.start()
    waiting = new.order()
    with pytest.raises(Declined, match="no free compartment"):
        new.send(msg.StartDeposit(DEPOSITOR, waiting))
    item = ordered(new.state.queue)[-1]
    assert (item.rule, item.ho, item.unit) == ("frozen", ho, "A1")
    with pytest.raises(Declined, match="its codes are dead"):
        new.send(msg.Resolve(OPERATOR, item.key, "looked", "present"))
    new.send(msg.Resolve(OPERATOR, item.key, "looked", "missing"))
    assert new.phase(ho) == "gone"
    new.placed(waiting)
    assert dump(replay(new.log)) == dump(new.state)


def test_people_stay_and_their_badges_only_with_their_rows() -> None:
    old = Cabinet()
    operator = tuple(
        ev.Verifier("badge-1", kind, "s", b"", b"", 0, b"") for kind in ("badge", "staff-pin")
    )
    names = {old.state.staff["1"].entry: {"name": "Ada"}}
    carried = epoch.carried(old.state, names, verifiers=operator)
    staff = [one for one in carried if isinstance(one, ev.StaffCarried)]
    assert [(one.staff, one.role) for one in staff] == [(one.id, one.role) for one in PEOPLE]
    assert [one.cred for one in staff] == ["badge-1", "", "", "", ""]
    assert staff[0].name == "Ada" and staff[0].put == operator
    assert all(one.name is None and one.put == () for one in staff[1:])
    new = next_epoch(old, carried)
    new.start()
    with pytest.raises(Declined, match="is enrolled"):
        new.enrol(OPERATOR)
    new.enrol(DEPOSITOR)
    assert new.state.staff[DEPOSITOR.id].cred == "badge-2"
    with pytest.raises(Declined, match="is enrolled"):
        new.enrol(DEPOSITOR)
    assert dump(replay(new.log)) == dump(new.state)


def test_nobody_signs_in_with_the_credential_that_is_none() -> None:
    new = next_epoch(Cabinet())
    new.start()
    new.act(msg.Scanned("LKB-badge"))
    new.act(msg.BadgeChecked(None))
    assert new.state.signed_in is None
    assert ev.names(new.send(msg.StaffPinChecked("badge-1", True))) == ["staff.refused"]


def test_what_was_out_of_service_stays_so() -> None:
    old = Cabinet()
    old.send(msg.RetireDoor(OPERATOR, "A2", "bent"))
    old.send(msg.RetireCabinet(OPERATOR, "moving house"))
    old.send(msg.HoldPrivate(OPERATOR, "ho:9", "court", True))
    doubtful = {"A1": epoch.NOT_SEEN, "A2": epoch.NOT_SEEN}
    new = next_epoch(old, epoch.carried(old.state, {}, doubtful=doubtful))
    new.start()
    assert (new.state.duty, new.state.retired_for) == ("retired", "moving house")
    retired = {one.unit: one.retired for one in new.state.doors.values()}
    assert retired == {"A1": epoch.NOT_SEEN, "A2": "bent", "A3": None}
    assert new.state.holds == {"ho:9": "court"}
    rules = {one.rule for one in ordered(new.state.queue)}
    assert rules == {"cabinet", "epoch"}, "no lock failed"
    new.send(msg.RestoreCabinet(OPERATOR))
    assert new.state.duty == "serving"
    assert dump(replay(new.log)) == dump(new.state)


def test_a_doubtful_compartment_with_something_in_it_is_frozen_once() -> None:
    old = Cabinet()
    old.collectable()
    carried = epoch.carried(old.state, {}, doubtful={"A1": "?", "A2": "?"})
    shut = [one.unit for one in carried if isinstance(one, ev.DoorRetired)]
    assert shut == ["A2"]


def test_equal_states_give_equal_events() -> None:
    """A replayed state and one from a snapshot differ in the order of what they hold."""
    old = Cabinet()
    for size in "SML":
        old.collectable(size=size)
    names = {one: {"name": f"n{one}", "item": f"i{one}"} for one in epoch.named_by(old.state)}
    assert epoch.carried(old.state, names) == epoch.carried(load(dump(old.state)), names)
    texts = [
        one.item for one in epoch.carried(old.state, names) if isinstance(one, ev.OrderCarried)
    ]
    assert texts == [f"i{one.ordered}" for one in old.state.handovers.values()]


def test_the_engines_own_path_takes_it_too() -> None:
    """`Started` with what is carried: one transaction, rehearsed as any other."""
    old = Cabinet()
    old.collectable()
    old.send(msg.RetireCabinet(OPERATOR, "moving house"))
    carried = epoch.carried(old.state, {}, doubtful={"A2": epoch.NOT_SEEN})
    started = msg.Started("test/RL07/2", "v", "simulation", "1", "", 2, why="x", carried=carried)
    events = decide(old.site, State(), started, BEGINS)
    rehearse(State(), events)
    lines = [Line(place, one, BEGINS) for place, one in enumerate(events)]
    assert replay(lines).epoch == 2


@pytest.mark.parametrize(
    "late",
    [
        ev.StaffCarried(staff="9", role="operator", cred="x"),
        ev.DoorRetired(unit="A1", reason="x"),
        ev.PrivacyHeld(subject="ho:9", reason="x"),
        ev.CabinetRetired(reason="x"),
    ],
    ids=lambda one: one.TYPE,
)
def test_only_the_very_beginning_carries_over(late: ev.Event) -> None:
    """The twin: the same entry a moment later, before the first boot, is no beginning."""
    lines = begun(())
    assert replay([*lines, Line(1, late, BEGINS)]).size == 2
    moment = BEGINS._replace(up_ms=BEGINS.up_ms + 1)
    with pytest.raises(ImpossibleEntry, match="carries over as it begins"):
        replay([*lines, Line(1, late, moment)])


def test_a_thing_keeps_its_number_and_its_asset_number() -> None:
    c = Cabinet()
    ho = c.collectable()
    texts = {c.of(ho).ordered: {"asset": "INV-1", "item": "Drill"}}
    (event,) = (one for one in epoch.carried(c.state, texts) if one.ho == ho)
    assert isinstance(event, ev.DepositCarried)
    assert (event.asset, event.item, event.item_no) == ("INV-1", "Drill", c.of(ho).item_no)
