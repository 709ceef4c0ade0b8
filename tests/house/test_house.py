"""The house: how it starts, stops, is cut off, mends, folds from snapshots and minds its disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from house_bench import REST_MS, Bench, Cabinet, install

from lockerd.control.codec import Request, RequestError
from lockerd.control.server import Peer
from lockerd.core import messages as msg
from lockerd.core.events import DEVICE, CredentialDelivered
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.desk.desk import Desk
from lockerd.house import MEND_MS, Parts, WrongMode
from lockerd.journal.reader import DATABASE, Reader
from lockerd.journal.store import Store
from lockerd.ports import PulseRefused

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bench(site: Site, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(site, tmp_path / "state")
    made.start()
    yield made
    made.stage.world.stop()


# -- start and stop -------------------------------------------------------------------------------


def test_a_first_start_begins_the_log_and_shows_its_key(bench: Bench) -> None:
    assert bench.types[:2] == ["log.genesis", "log.boot"]
    vkey = (bench.state / "vkey").read_text()
    assert vkey == bench.house.journal.vkey + "\n"
    assert bench.house.engine.state.mode == "simulation"
    assert bench.house.engine.state.duty == "serving"


def test_a_stop_is_said_and_everything_is_let_go(site: Site, tmp_path: Path) -> None:
    cabinet = Cabinet(site)
    bench = Bench(site, tmp_path / "state", lambda parts: install(parts, cabinet))
    house = bench.start()
    house.stop("asked")
    house.stop("asked")
    assert cabinet.told == ["start", "stop"]
    with Reader.read(bench.state) as journal:
        assert journal.entry(journal.size - 1).event.TYPE == "log.stopped"
    bench.stage.run_for(60_000)
    with Store.open(bench.state, name=f"{site.fleet}/{site.device}", random=bench.stage.random):
        pass  # nobody holds it any more


def test_an_abandoned_house_says_nothing_and_drives_nothing(site: Site, tmp_path: Path) -> None:
    """The twin: what a power cut does."""
    cabinet = Cabinet(site)
    bench = Bench(site, tmp_path / "state", lambda parts: install(parts, cabinet))
    house = bench.start()
    size = house.journal.size
    bench.stage.loop.post(msg.DoorMoved("1", Level.OPEN, 0, 0))
    house.abandon()
    bench.stage.run_for(60_000)
    assert cabinet.told == ["start"]
    with Reader.read(bench.state) as journal:
        assert journal.size == size and journal.entry(size - 1).event.TYPE != "log.stopped"


def test_the_other_modes_directory_is_refused_before_a_door_is_read(
    site: Site, tmp_path: Path
) -> None:
    bench = Bench(site, tmp_path / "state")
    bench.start()
    bench.stage.world.stop()
    before = (bench.state / DATABASE).read_bytes()
    cabinet = Cabinet(site)

    def device(parts: Parts) -> None:
        parts.mode = "device"
        install(parts, cabinet)

    other = Bench(site, bench.state, device)
    with pytest.raises(WrongMode, match="belongs to a simulation; give --state"):
        other.start()
    other.house.stop("failed")
    assert cabinet.told == []
    assert (bench.state / DATABASE).read_bytes() == before


def test_altered_codes_take_the_cabinet_out_of_service(bench: Bench) -> None:
    bench.deposit()
    bench.stage.world.stop()
    with sqlite3.connect(bench.state / DATABASE) as db:
        db.execute("UPDATE verifier SET hash=zeroblob(32) WHERE kind='pin'")
    db.close()
    house = bench.start()
    assert house.engine.state.duty == "retired"
    assert "codes in the database were changed" in house.engine.state.retired_for
    assert next(iter(house.engine.state.queue.values())).rule in ("cabinet", "guessing")


# -- pulses ---------------------------------------------------------------------------------------


def test_a_refused_pulse_is_a_fault_of_its_strike(site: Site, tmp_path: Path) -> None:
    """Certainly nothing moved: it is in the journal and the queue, and the item is still owed."""
    cabinet = Cabinet(site)
    bench = Bench(site, tmp_path / "state", lambda parts: install(parts, cabinet))
    house = bench.start()
    cabinet.refusal = PulseRefused("the strike of 1 draws no current; check its cable")
    operator = bench.hands.actor("1")
    assert house.take(msg.TestDoor(operator, "1")).declined is None
    bench.stage.run_for(0)
    fault = list(house.journal.entries())[-1].event
    assert (fault.TYPE, fault.unit) == ("strike.fault", "1")
    assert "check its cable" in house.engine.state.queue["strike:1"].detail
    assert cabinet.told == ["start"]
    cabinet.refusal = None
    house.take(msg.TestDoor(operator, "2"))
    assert cabinet.told == ["start", "pulse 2"], "the other doors work"
    house.stop("asked")


def test_a_supply_that_is_busy_gets_the_pulse_once_more(site: Site, tmp_path: Path) -> None:
    """Another coil holds it: the same permission is used when it is free, and once only."""
    cabinet = Cabinet(site)
    bench = Bench(site, tmp_path / "state", lambda parts: install(parts, cabinet))
    house = bench.start()
    cabinet.refusal = PulseRefused("another strike holds the supply; wait", 300)
    house.take(msg.TestDoor(bench.hands.actor("1"), "1"))
    bench.stage.run_for(299)
    cabinet.refusal = None
    assert cabinet.told == ["start"]
    bench.stage.run_for(1)
    assert cabinet.told == ["start", "pulse 1"]
    assert [one.event.TYPE for one in house.journal.entries()].count("pulse.ordered") == 1
    assert "strike.fault" not in [one.event.TYPE for one in house.journal.entries()]
    house.stop("asked")


def test_a_pulse_that_waited_dies_with_its_log(site: Site, tmp_path: Path) -> None:
    """The next log has no entry that permits it, and the doors were read since."""
    cabinet = Cabinet(site)
    bench = Bench(site, tmp_path / "state", lambda parts: install(parts, cabinet))
    house = bench.start()
    cabinet.refusal = PulseRefused("another strike holds the supply; wait", 300)
    house.take(msg.TestDoor(bench.hands.actor("1"), "1"))
    cabinet.refusal = None
    house.loop.post(msg.FreezeLog("a witness knows a longer log", None, house.journal.size + 9))
    bench.stage.run_for(REST_MS)
    assert house.journal.epoch == 2 and cabinet.told == ["start", "stop", "start"]
    house.take(msg.RestoreDoor(bench.hands.actor("1"), "1"))  # somebody has looked into it
    house.take(msg.TestDoor(bench.hands.actor("1"), "1"))
    assert cabinet.told[3:] == ["pulse 1"], "the twin: the new log permits its own"
    house.stop("asked")


def test_a_supply_that_stays_busy_is_a_fault(site: Site, tmp_path: Path) -> None:
    cabinet = Cabinet(site)
    bench = Bench(site, tmp_path / "state", lambda parts: install(parts, cabinet))
    house = bench.start()
    cabinet.refusal = PulseRefused("another strike holds the supply; wait", 300)
    house.take(msg.TestDoor(bench.hands.actor("1"), "1"))
    bench.stage.run_for(1_000)
    assert [one.event.TYPE for one in house.journal.entries()].count("strike.fault") == 1
    assert cabinet.told == ["start"]
    house.stop("asked")


# -- the disk -------------------------------------------------------------------------------------


def test_below_the_reserve_nothing_is_begun(site: Site, tmp_path: Path) -> None:
    reserve: list[int] = [0]

    def change(parts: Parts) -> None:
        parts.reserve_bytes = reserve[0]

    bench = Bench(site, tmp_path / "state", change)
    bench.start()
    unit, pin = bench.deposit()
    bench.house.parts.reserve_bytes = 1 << 62
    bench.hands.home()
    bench.hands.type_code(pin)
    visit = bench.house.engine.visit
    assert (visit.step, visit.why) == ("refused", "service")
    assert bench.stage.world.physics.state()[unit].pulses == 1, "that of the deposit"
    bench.stage.world.force(unit)
    bench.stage.run_for(1_000)
    assert bench.types[-1] == "door.forced", "what happens is still written down"
    assert not bench.fault()
    bench.stage.world.push(unit)
    bench.stage.run_for(1_000)
    bench.house.parts.reserve_bytes = 0
    bench.stage.world.stop()


def test_a_full_disk_latches_shows_why_and_mends_when_there_is_room(bench: Bench) -> None:
    unit, pin = bench.deposit()
    pulses = bench.stage.world.physics.state()[unit].pulses
    bench.fill_disk()
    entries = bench.types
    while not bench.fault():  # there is room inside the pages that are there
        bench.house.take(msg.RetireDoor(bench.hands.actor("1"), "9", "x" * 150))
    assert "disk is full" in bench.fault() and "; free space" in bench.fault()
    assert bench.kiosk.fault == bench.fault()
    bench.hands.home()
    bench.hands.type_code(pin)
    assert bench.stage.world.physics.state()[unit].pulses == pulses
    assert bench.types[: len(entries)] == entries
    bench.stage.run_for(MEND_MS)
    # The ordinary start opened the journal anew, where it may grow again.
    assert not bench.fault() and not bench.kiosk.fault
    assert bench.types[-1] == "log.boot"
    bench.stage.run_for(REST_MS)
    bench.hands.home()
    assert bench.hands.collect(pin) == unit, "nothing was lost meanwhile"


@pytest.mark.parametrize("opens", [True, False])
def test_a_release_that_the_disk_cut_off_is_settled_by_the_mending(
    bench: Bench, opens: bool
) -> None:
    """The pulse was on disk and the opening could not be: the doors are read again."""
    unit, pin = bench.deposit()
    if not opens:
        bench.stage.world.jam(unit)
    bench.hands.press("enter-code")
    bench.stage.do(msg.CodeTyped(pin))
    assert bench.types[-2:] == ["release.authorised", "pulse.ordered"]
    pulses = bench.stage.world.physics.state()[unit].pulses
    bench.house._set_fault("the disk is full; free space on it")
    bench.stage.run_for(MEND_MS)
    assert not bench.fault()
    assert bench.stage.world.physics.state()[unit].pulses == pulses, "nothing is sent again"
    if opens:
        assert bench.types[-2:] == ["log.boot", "release.opened"]
        bench.stage.world.push(unit)
        bench.stage.run_for(1_000)
        assert bench.types[-1] == "handover.collected"
        return
    assert bench.types[-2:] == ["log.boot", "release.interrupted"]
    bench.stage.world.unjam(unit)
    bench.stage.run_for(REST_MS)
    assert bench.hands.collect(pin) == unit, "the code was spent although nothing opened"


def test_what_cannot_be_opened_again_is_still_answered(bench: Bench) -> None:
    """Broken, and not to be mended yet: questions get an answer, and the house lives on."""
    bench.deposit()
    journal = bench.state / DATABASE
    bench.house._set_fault("the medium reports errors; replace it")
    # What the next start finds there is no database at all.
    data = journal.read_bytes()
    walled = [one for one in bench.state.iterdir() if one.name.startswith(DATABASE)]
    kept = {one: one.read_bytes() for one in walled}
    bench.house._let_go()
    journal.write_bytes(b"not a database at all" * 400)
    bench.stage.run_for(MEND_MS)
    fault = bench.fault()
    assert "; " in fault and bench.kiosk.fault == fault
    desk = Desk(lambda: bench.house, bench.stage.random, lambda uid: bench.hands.actor("1"))
    status = desk.answer(Request(1, "status", {}), Peer(1, 0, 0))
    assert status["fault"] == fault
    for op, args in _QUESTIONS:
        with pytest.raises(RequestError) as no:
            desk.answer(Request(1, op, args), Peer(1, 0, 0))
        assert no.value.code in ("failed", "declined") and "; " in str(no.value), op
    assert data and kept
    for file, content in kept.items():
        file.write_bytes(content)
    bench.stage.run_for(MEND_MS)
    assert not bench.fault(), "what came back is taken up again"
    assert bench.types[-1] == "log.boot"


_QUESTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("journal.head", {}),
    ("journal.entries", {}),
    ("handover.list", {}),
    ("handover.create", {"recipient": "A person", "item": "A thing"}),
    ("receipt", {"entry": 1}),
)


def test_a_code_that_could_not_be_handed_over_is_not_called_delivered(bench: Bench) -> None:
    """The telephone's file is in the way: the deposit stands, and the cabinet lives on."""
    (bench.state / "phone.new").mkdir()
    ho = bench.hands.order("A person", "A thing", profile=bench.site.profiles[0].name)
    bench.hands.sign_in("2")
    unit = bench.hands.start_deposit(ho)
    bench.hands.close(unit)
    bench.hands.press("confirm")
    bench.hands.expect("deposit_done")
    channels = [
        one.event.channel
        for one in bench.house.journal.entries()
        if isinstance(one.event, CredentialDelivered)
    ]
    assert "phone" not in channels and bench.stage.world.phone.of(ho) is None
    assert bench.hands.handover(ho).phase == "collectable" and not bench.fault()


# -- time -----------------------------------------------------------------------------------------


def test_a_stepped_clock_is_an_entry(bench: Bench) -> None:
    bench.deposit()
    bench.stage.world.clock(3_600_000)
    bench.stage.run_for(4 * 24 * 3_600_000)
    assert bench.types.count("clock.stepped") == 1


def test_times_in_the_journal_never_go_back_over_restarts(bench: Bench) -> None:
    for _ in range(3):
        bench.deposit()
        bench.stage.world.power(False)
        bench.stage.run_for(1_000)
        bench.stage.world.power(True)
    seen: list[Now] = [one.now for one in bench.house.journal.entries()]
    assert all(a.lo <= b.lo for a, b in pairwise(seen))
    assert len({one.boot for one in seen}) == 4


def test_nobody_else_acts_for_the_device(bench: Bench) -> None:
    """The house itself retires the cabinet; a person of another role may not."""
    assert bench.house.take(msg.RetireCabinet(DEVICE, "a reason")).declined is None
    assert bench.house.engine.state.duty == "retired"
