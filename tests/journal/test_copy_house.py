"""The second copy in a running house: behind every commit, never in its way."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from restore_kit import HOUR_MS, OPERATOR, Cabinet

from drivers.simulated import SimulatedCabinet
from lockerd.core import messages as msg
from lockerd.core.events import Event, LogFrozen, LogGenesis
from lockerd.core.now import Now
from lockerd.core.replay import replay
from lockerd.journal import copy as room
from lockerd.journal.behind import Behind, BehindThread
from lockerd.journal.copy import CopyFailed, read_line
from lockerd.journal.errors import DiskFull
from lockerd.journal.reader import Reader
from lockerd.journal.store import Store
from lockerd.journal.verify import verify
from lockerd.simulation.hands import Hands


def last_idx(file: Path) -> int:
    raws = file.read_bytes().splitlines(keepends=True)
    found = read_line([one for one in raws if room.read_mark(one) is None][-1])
    assert found is not None and found.seal is not None
    return found.idx


def test_it_has_what_the_journal_has_at_every_moment(tmp_path: Path) -> None:
    c = Cabinet(tmp_path)
    for number in range(5):
        c.ask(msg.RetireDoor(OPERATOR, c.shut, f"again {number}"))
        c.stage.run_for(0)
        assert last_idx(c.copy_file) == c.stage.house.journal.size - 1
    c.stage.world.stop()
    with_end = verify(c.copy_file, c.vkey, replay=replay)
    assert with_end.good and with_end.size == verify(c.card, c.vkey).size, "the stop is in it"


def test_a_pulse_does_not_wait_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the strike is energised, the copy has not yet been asked."""
    c = Cabinet(tmp_path)
    order: list[str] = []
    pulse, nudge = SimulatedCabinet.pulse, Behind.nudge

    def pulsed(self: SimulatedCabinet, unit: str, pulse_ms: int) -> None:
        order.append("pulse")
        pulse(self, unit, pulse_ms)

    def nudged(self: Behind, sync: bool) -> None:
        order.append("copy")
        nudge(self, sync)

    monkeypatch.setattr(SimulatedCabinet, "pulse", pulsed)
    monkeypatch.setattr(Behind, "nudge", nudged)
    c.stage.world.scan(c.sent[0].qr)
    c.stage.run_for(400)
    assert order[:2] == ["pulse", "copy"]


def test_a_medium_that_goes_and_comes_back(tmp_path: Path) -> None:
    """The house goes on; the queue says so; the copy catches up by itself."""
    c = Cabinet(tmp_path)
    c.cut()
    away = c.copy.rename(tmp_path / "pocket")
    c.stage.world.power(True)
    c.stage.run_for(1_000)
    queue = c.stage.house.engine.state.queue
    assert "put its medium back" in queue["copy:cabinet"].detail
    c.stage.world.scan(c.sent[0].qr)
    c.stage.run_for(3_000)
    assert c.stage.house.engine.visit.step in ("opening", "open"), "nobody waits for it"
    size = c.stage.house.journal.size
    away.rename(c.copy)
    c.stage.run_for(HOUR_MS)
    c.ask(msg.RetireDoor(OPERATOR, c.shut, "again"))
    c.stage.run_for(10_000)
    assert "copy:cabinet" not in queue
    assert last_idx(c.copy_file) > size
    types = [one.event.TYPE for one in c.stage.house.journal.entries()]
    assert (types.count("copy.lost"), types.count("copy.back")) == (1, 1)
    c.stage.world.stop()
    assert verify(c.copy_file, c.vkey, replay=replay).good


def put_back(c: Cabinet) -> str:
    """Cut the supply, collect something after an image was taken, put the image back; its PIN."""
    c.cut()
    shutil.copytree(c.card, c.room / "image")
    c.stage.world.power(True)
    c.stage.run_for(20_000)
    Hands(c.stage).collect(c.sent[0].pin)
    c.stage.run_for(10_000)
    c.cut()
    shutil.rmtree(c.card)
    (c.room / "image").rename(c.card)
    return c.sent[0].pin


def test_a_card_that_was_put_back_ends_its_log_and_begins_the_next(tmp_path: Path) -> None:
    """The image verifies, its code would open the door once more, and the copy contradicts it."""
    c = Cabinet(tmp_path)
    pin = put_back(c)
    assert verify(c.card, c.vkey, replay=replay).good
    before = c.copy_file.read_bytes()
    c.stage.world.power(True)
    c.stage.run_for(1_000)
    house = c.stage.house
    assert house.journal.origin.endswith("/2") and house.fault is None
    detail = house.engine.state.queue["epoch:cabinet"].detail
    assert "entries that were signed here" in detail and "1 release.opened" in detail
    assert f"about compartments {c.units()[0]}" in detail
    # The old log says how it ended, the new one what it followed; the proof is as it was.
    with Reader.read(c.card / "epochs/1") as old:
        frozen = old.entry(old.size - 1).event
    assert isinstance(frozen, LogFrozen) and frozen.witness is None
    assert frozen.seen_size == verify(c.copy_file, c.vkey, replay=replay).size
    genesis = house.journal.entry(0).event
    assert isinstance(genesis, LogGenesis) and genesis.why == frozen.reason
    assert c.copy_file.read_bytes() == before
    # No code lives on, and what lay there is for a person to look at.
    c.stage.world.scan(c.sent[0].qr)
    c.stage.run_for(3_000)
    assert house.engine.visit.step not in ("opening", "open") and pin
    assert {house.engine.state.handovers[ho].phase for ho in c.placed} == {"frozen"}
    # The next epoch is copied beside the old one.
    c.stage.world.stop()
    assert verify(c.copy / "rl-07-2.copy", house.journal.vkey, replay=replay).good
    assert verify(c.card / "epochs/1", c.vkey, replay=replay).good


def test_a_proof_about_a_log_that_was_left_ends_no_other(tmp_path: Path) -> None:
    """A witness was heard while the copy's own word waited: one log ends, not two."""
    c = Cabinet(tmp_path)
    put_back(c)
    c.stage.world.power(True)
    house = c.stage.house
    assert house.journal.epoch == 1
    house._hear(msg.FreezeLog("a witness knows a longer log", None, house.journal.size + 9))
    c.stage.run_for(10_000)
    assert house.journal.epoch == 2 and not house.journal.frozen and house.fault is None
    assert "copy:cabinet" not in house.engine.state.queue


def test_without_the_copy_nothing_shows_it(tmp_path: Path) -> None:
    """The twin: the same card, and no medium beside it: the spent code opens the door again."""
    c = Cabinet(tmp_path)
    put_back(c)
    c.copy.rename(tmp_path / "pocket")
    c.stage.world.power(True)
    c.stage.run_for(1_000)
    assert c.stage.house.journal.origin.endswith("/1")
    c.stage.world.scan(c.sent[0].qr)
    c.stage.run_for(3_000)
    assert c.stage.house.engine.visit.step in ("opening", "open")


def test_the_medium_comes_back_after_the_card_was_put_back(tmp_path: Path) -> None:
    """The old image went on for a while; a copy that is brought then ends it all the same."""
    c = Cabinet(tmp_path)
    put_back(c)
    c.copy.rename(tmp_path / "pocket")
    c.stage.world.power(True)
    c.stage.run_for(1_000)
    for number in range(30):
        c.ask(msg.RetireDoor(OPERATOR, c.shut, f"again {number}"))
    (tmp_path / "pocket").rename(c.copy)
    c.stage.run_for(HOUR_MS)
    c.ask(msg.RetireDoor(OPERATOR, c.shut, "again"))
    c.stage.run_for(1_000)
    assert c.stage.house.journal.origin.endswith("/2")
    c.stage.world.stop()
    with Reader.read(c.card / "epochs/1") as old:
        kinds = [one.event.TYPE for one in old.entries(old.size - 2)]
    assert kinds[-1] == "log.frozen"


def test_a_disk_that_is_full_delays_the_closing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    c = Cabinet(tmp_path)
    put_back(c)
    honest = Store.append

    def full(self: Store, events: Sequence[Event], now: Now) -> int:
        if any(isinstance(one, LogFrozen) for one in events):
            raise DiskFull("the disk is full; free space on it, then start again")
        return honest(self, events, now)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "append", full)
        c.stage.world.power(True)
        c.stage.run_for(1_000)
        assert c.stage.house.fault is not None and c.stage.house.journal.epoch == 1
    c.stage.run_for(60_000)
    house = c.stage.house
    assert house.fault is None and house.journal.epoch == 2


def test_a_copy_that_was_replaced_is_said_and_ends_nothing(tmp_path: Path) -> None:
    """Another log's file, or a forged one, proves nothing about this journal."""
    c = Cabinet(tmp_path)
    c.cut()
    lines = c.copy_file.read_bytes().splitlines(keepends=True)
    last = read_line([one for one in lines if room.read_mark(one) is None][-1])
    assert last is not None
    forged = room.Line(last.idx + 400, last.leaf, last.seal)
    c.copy_file.write_bytes(b"".join(lines) + room.entry_line(forged))
    c.stage.world.power(True)
    c.stage.run_for(1_000)
    assert c.stage.house.journal.epoch == 1
    assert "rolled back or cut" in c.stage.house.engine.state.queue["copy:cabinet"].detail


def test_without_a_directory_there_is_none(tmp_path: Path) -> None:
    c = Cabinet(tmp_path, copied=False)
    c.stage.world.stop()
    assert list(c.copy.iterdir()) == []


def test_a_power_cut_adds_nothing(tmp_path: Path) -> None:
    c = Cabinet(tmp_path)
    c.stage.run_for(1_000)
    before = c.copy_file.read_bytes()
    c.cut()
    assert c.copy_file.read_bytes() == before


def sitting(
    tmp_path: Path,
    patch: pytest.MonkeyPatch,
    said: list[msg.Message],
    up_ms: Callable[[], int] = lambda: 0,
) -> BehindThread:
    """One whose thread is never started: a test takes its turns by hand."""
    patch.setattr(threading.Thread, "start", lambda thread: None)
    patch.setattr(threading.Thread, "join", lambda thread, timeout: None)
    return BehindThread(room.Copier(tmp_path, tmp_path), said.append, up_ms)


def test_what_the_thread_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nudges add up to one step; the end takes a last one, and closes in the thread."""
    steps: list[bool] = []
    closed: list[int] = []
    monkeypatch.setattr(room.Copier, "step", lambda self, sync: steps.append(sync))
    monkeypatch.setattr(room.Copier, "close", lambda self: closed.append(1))
    said: list[msg.Message] = []
    behind = sitting(tmp_path, monkeypatch, said)
    behind.nudge(False)
    behind.nudge(True)
    behind.nudge(False)
    behind.stop(sync=True)
    behind._run()
    assert steps == [True] and closed == [1] and said == [msg.CopyChanged(None)]


def test_the_thread_tries_again_when_nobody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failure it waits as long as it rests, then goes on by itself."""
    now = [0]
    waits: list[float | None] = []
    answers = [CopyFailed("gone; put it back"), None]

    def step(self: object, sync: bool) -> int:
        answer = answers.pop(0)
        if answer is not None:
            raise answer
        return 0

    monkeypatch.setattr(room.Copier, "step", step)
    said: list[msg.Message] = []
    behind = sitting(tmp_path, monkeypatch, said, lambda: now[0])

    def wait(timeout: float | None) -> bool:
        waits.append(timeout)
        if timeout is None:
            behind._ending = True
            return True
        now[0] += round(timeout * 1000)
        return False

    monkeypatch.setattr(behind._wanted, "wait", wait)
    behind.nudge(False)
    behind._run()
    assert waits == [15.0, None]
    assert said == [msg.CopyChanged("gone; put it back"), msg.CopyChanged(None)]
