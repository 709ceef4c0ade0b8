"""A card dies; the cabinet is restored from what is left, looked through, and used again."""

from __future__ import annotations

from pathlib import Path

import pytest
from restore_kit import HOUR_MS, OPERATOR, Cabinet

from lockerd.core import messages as msg
from lockerd.core.attention import ordered
from lockerd.core.replay import replay
from lockerd.journal.reader import DATABASE
from lockerd.journal.salvage import salvage
from lockerd.journal.source import Kind
from lockerd.journal.verify import verify
from lockerd.simulation.hands import Hands
from lockerd.simulation.stage import Stage


def look_through(stage: Stage, findings: list[str]) -> None:
    """The operator opens every compartment and says what was found; then puts all to use."""
    house = stage.house
    frozen = [one for one in ordered(house.engine.state.queue) if one.rule == "frozen"]
    assert len(frozen) == len(findings)
    for item, finding in zip(frozen, findings, strict=True):
        no = house.take(msg.Resolve(OPERATOR, item.key, "looked inside", "present"))
        assert no.declined is not None, "its codes are dead: it cannot simply be collected"
        done = house.take(msg.Resolve(OPERATOR, item.key, "looked inside", finding))
        assert done.declined is None
    for door in list(house.engine.state.doors.values()):
        if door.retired is not None:
            assert house.take(msg.RestoreDoor(OPERATOR, door.unit)).declined is None
    assert house.take(msg.Resolve(OPERATOR, "epoch:cabinet", "all looked at")).declined is None


def test_from_the_second_copy_to_a_working_cabinet(tmp_path: Path) -> None:
    old = Cabinet(tmp_path)
    lay = old.units()
    old.die()
    new = tmp_path / "new card"
    done = old.restored(old.copy_file, new)
    assert (done.origin, done.ordered, done.placed) == ("lockerd.example/rl-07/2", 1, 2)
    assert done.vkey != old.vkey and (done.staff, done.badges) == (old.staff, 0)

    stage = old.again(new)
    state = stage.house.engine.state
    assert stage.house.journal.origin == done.origin and state.epoch == 2
    assert {one.phase for one in state.doors.values()} == {"closed"}, "the start read every door"
    assert sorted(str(state.handovers[ho].unit) for ho in old.placed) == sorted(lay)
    assert state.handovers[old.announced].phase == "ordered"
    free = [one for one in state.doors.values() if one.retired is None]
    assert sorted(one.unit for one in free) == sorted(lay), "nothing else is used unseen"
    hands = Hands(stage)
    for sent in old.sent:
        for code in (sent.pin, sent.qr):
            hands.home()
            (hands.type_code if code.isdigit() else hands.scan)(code)
            assert (hands.step, stage.house.engine.visit.why) == ("refused", "unproven")
    hands.home()
    assert "pulse.ordered" not in [one.event.TYPE for one in stage.house.journal.entries()]

    look_through(stage, ["removed", "missing"])
    assert ordered(state.queue) == []
    stage.run_for(10_000)
    hands.sign_in("2")
    sent = hands.deposit(old.announced)
    hands.sign_out()
    stage.run_for(HOUR_MS)
    hands.collect(sent.pin)
    assert old.announced not in state.handovers
    stage.world.stop()
    verdict = verify(new, done.vkey, replay=replay, every_seal=True)
    assert verdict.kind is Kind.VERIFIED_UNWITNESSED and not verdict.warnings
    copy = verify(old.copy / "rl-07-2.copy", done.vkey, replay=replay)
    assert (copy.kind, copy.size) == (verdict.kind, verdict.size)
    assert verify(old.copy_file, old.vkey, replay=replay).size == old.size, "the old copy is kept"


@pytest.mark.parametrize("looked", [False, True])
def test_whoever_looked_into_everything_may_say_so(tmp_path: Path, looked: bool) -> None:
    old = Cabinet(tmp_path)
    old.die()
    done = old.restored(old.copy_file, tmp_path / "new", looked=looked)
    assert done.shut == (1 if looked else 21), "what was out of service stays so in either case"
    stage = old.again(tmp_path / "new")
    why = stage.house.engine.state.queue["epoch:cabinet"].detail
    assert ("looked into" in why) == looked
    assert stage.house.engine.state.doors[old.shut].retired == "the lock sticks"


def test_from_a_damaged_card(tmp_path: Path) -> None:
    """Power cut, then pages lost: what is sealed before the gap is gone on from."""
    old = Cabinet(tmp_path, copied=False)
    old.stage.house.journal.fold()
    old.cut()
    data = bytearray((old.card / DATABASE).read_bytes())
    at = data.rfind(b'"type":"handover.collected"')
    assert at > 0
    data[at // 4096 * 4096 : at // 4096 * 4096 + 4096] = bytes(4096)
    (old.card / DATABASE).write_bytes(data)
    report = salvage(old.card, tmp_path / "brought up", old.vkey)
    assert not report.complete and 0 < report.verified < old.size
    done = old.restored(tmp_path / "brought up", tmp_path / "new")
    stage = old.again(tmp_path / "new")
    queue = stage.house.engine.state.queue
    assert f"entry {report.verified - 1} is not known" in queue["epoch:cabinet"].detail
    look_through(stage, ["removed"] * done.placed)
    stage.world.stop()
    assert verify(tmp_path / "new", done.vkey, replay=replay).good
