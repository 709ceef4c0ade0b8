"""The input reader, one turn at a time: scans, keys, unplugging, waking, failing."""

from __future__ import annotations

import os
import pty
import select
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.reader import HEARTBEAT_S, InputReader
from drivers.scanner import SerialScanner
from drivers.source import Fact, KeyPressed, Source
from lockerd.core.messages import Message, PartChanged, Scanned
from support.virtual import VirtualTime


class Pad(Source):
    """A keypad that sends one byte per key."""

    def __init__(self) -> None:
        super().__init__("keypad")
        self._end, self._hand = -1, -1
        self.poisoned = False

    def type(self, keys: str) -> None:
        os.write(self._hand, keys.encode())

    def unplug(self) -> None:
        os.close(self._hand)
        self._hand = -1

    def fileno(self) -> int | None:
        return None if self._end < 0 else self._end

    def _open(self) -> None:
        self._end, self._hand = os.pipe()

    def _read(self, up_ms: int) -> list[Fact]:
        if self.poisoned:
            raise ZeroDivisionError
        data = os.read(self._end, 64)
        if not data:
            raise OSError("gone")
        return [KeyPressed(chr(byte)) for byte in data]

    def _shut(self) -> None:
        for end in (self._end, self._hand):
            if end >= 0:
                os.close(end)
        self._end = self._hand = -1


class Desk:
    """A reader over a keypad and a scanner on a pseudo-terminal."""

    def __init__(self) -> None:
        self.time = VirtualTime()
        self.posted: list[Message] = []
        self.keys: list[tuple[str, int]] = []
        self.hand, self.port = pty.openpty()
        self.pad = Pad()
        self.scanner = SerialScanner(os.ttyname(self.port), 9_600)
        self.reader = InputReader(
            [self.scanner, self.pad],
            post=self.posted.append,
            on_key=lambda key, up_ms: self.keys.append((key, up_ms)),
            up_ms=self.time.up_ms,
        )

    def close(self) -> None:
        self.reader.close()
        os.close(self.hand)
        os.close(self.port)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


PRESENT = [PartChanged("scanner", True), PartChanged("keypad", True)]


def test_the_first_turn_opens_every_device(desk: Desk) -> None:
    desk.reader.turn(0)
    assert desk.posted == PRESENT


def test_scans_and_keys_are_posted_with_their_time(desk: Desk) -> None:
    desk.reader.turn(0)
    desk.time.advance(700)
    os.write(desk.hand, b"CODE\r")
    desk.pad.type("12")
    desk.reader.turn(0)
    assert desk.posted[2:] == [Scanned("CODE")]
    assert desk.keys == [("1", 10_700), ("2", 10_700)]
    assert desk.reader.last_turn_ms == 10_700


def test_a_wait_is_as_long_as_nothing_is_due(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    real = select.select

    def recorded(r: list[int], w: list[int], x: list[int], timeout_s: float) -> object:
        if desk.reader._wake_r in r:  # pyserial selects, too
            waits.append(timeout_s)
        return real(r, w, x, 0)

    monkeypatch.setattr(select, "select", recorded)
    desk.reader.turn(HEARTBEAT_S)  # the devices are opened at once
    desk.reader.turn(HEARTBEAT_S)
    os.write(desk.hand, b"CODE")
    desk.reader.turn(HEARTBEAT_S)
    desk.time.advance(20)
    desk.reader.turn(HEARTBEAT_S)  # the scan is over 50 ms after its last byte
    desk.time.advance(40)
    desk.reader.turn(HEARTBEAT_S)
    assert waits == [0, HEARTBEAT_S, HEARTBEAT_S, pytest.approx(0.03), 0]
    assert desk.posted[2:] == [Scanned("CODE")]


def test_a_device_that_dies_does_not_stop_the_others(desk: Desk) -> None:
    desk.reader.turn(0)
    desk.pad.unplug()
    os.write(desk.hand, b"CODE\r")
    desk.reader.turn(0)
    assert sorted(map(repr, desk.posted[2:])) == sorted(
        map(repr, [Scanned("CODE"), PartChanged("keypad", False)])
    )
    desk.time.advance(1_000)
    desk.reader.turn(0)
    assert desk.posted[-1] == PartChanged("keypad", True)


def test_waking_ends_a_wait(desk: Desk) -> None:
    desk.reader.turn(0)
    for _ in range(100_000):  # more than a pipe holds
        desk.reader.wake()
    desk.reader.turn(HEARTBEAT_S)


def test_stop_lets_go_and_the_next_turn_takes_up_again(desk: Desk) -> None:
    desk.reader.turn(0)
    desk.reader.stop()
    assert desk.scanner.fileno() is None
    desk.reader.stop()
    desk.reader.turn(0)
    desk.reader.turn(0)
    assert desk.posted == PRESENT * 2


def test_the_thread_s_body_ends_when_it_is_stopped(desk: Desk) -> None:
    desk.reader.turn(0)
    desk.reader._stopping = True
    desk.reader._run()
    assert desk.reader.failure is None


def test_a_reader_that_fails_reports_every_device_away(desk: Desk) -> None:
    desk.reader.turn(0)
    desk.pad.poisoned = True
    desk.pad.type("1")
    with pytest.raises(ZeroDivisionError):
        desk.reader._run()
    assert isinstance(desk.reader.failure, ZeroDivisionError)
    assert desk.posted[2:] == [
        PartChanged("scanner", False, "failed"),
        PartChanged("keypad", False, "failed"),
    ]
    desk.pad.poisoned = False
    desk.reader.turn(0)
    assert desk.posted[4:] == PRESENT


def test_nothing_leaks_over_many_plugs(desk: Desk) -> None:
    desk.reader.turn(0)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(50):
        desk.pad.unplug()
        desk.reader.turn(0)
        desk.time.advance(300_000)
        desk.reader.turn(0)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
