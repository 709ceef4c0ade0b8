"""The second copy in a running house: behind every commit, never in its way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from restore_kit import HOUR_MS, OPERATOR, Cabinet

from drivers.simulated import SimulatedCabinet
from lockerd.core import messages as msg
from lockerd.core.replay import replay
from lockerd.journal import copy as room
from lockerd.journal.behind import Behind, BehindThread
from lockerd.journal.copy import CopyFailed, read_line
from lockerd.journal.verify import verify


def last_idx(file: Path) -> int:
    found = read_line(file.read_bytes().splitlines(keepends=True)[-1])
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


def test_a_rolled_back_card_is_found_by_the_copy(tmp_path: Path) -> None:
    """The journal is an older image of itself: it verifies, and the copy contradicts it."""
    import shutil

    c = Cabinet(tmp_path)
    c.cut()
    shutil.copytree(c.card, tmp_path / "image")
    c.stage.world.power(True)
    c.stage.run_for(1_000)
    c.cut()
    shutil.rmtree(c.card)
    (tmp_path / "image").rename(c.card)
    before = c.copy_file.read_bytes()
    c.stage.world.power(True)
    c.stage.run_for(1_000)
    assert "replaced" in c.stage.house.engine.state.queue["copy:cabinet"].detail
    assert c.copy_file.read_bytes() == before


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
