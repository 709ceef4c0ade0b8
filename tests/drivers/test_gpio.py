"""The line driver where the physics cannot reach: starts that fail, lost edges, dead keepers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from gpiozero import DigitalOutputDevice
from gpiozero.pins.mock import MockFactory, MockPin

from drivers.errors import CabinetStopped, PinError
from drivers.gpio import GpioCabinet, drive_all_off
from drivers.mockboard import BoardFactory, board_for
from lockerd.core.messages import DoorMoved, Level, Message, PulseEnded
from support.cabinets import a_site
from support.virtual import VirtualTime

OPEN, CLOSED, UNKNOWN = Level.OPEN, Level.CLOSED, Level.UNKNOWN


class Keeper(VirtualTime):
    """Virtual time that can be started, stopped and killed like the keeper thread."""

    def __init__(self) -> None:
        super().__init__()
        self.on_failure: Callable[[BaseException], None] | None = None
        self.running = False

    @property
    def last_turn_ms(self) -> int:
        return self.up_ms()

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False

    def die(self) -> None:
        assert self.on_failure is not None
        self.on_failure(RuntimeError("a call failed"))


class Board:
    """A started cabinet on gpiozero's own mock pins: contacts are driven by hand."""

    def __init__(self, poll_ms: int | None = None) -> None:
        self.time = Keeper()
        self.posted: list[Message] = []
        self.factory = MockFactory(revision="a020a0")
        self.cabinet = GpioCabinet(
            a_site(),
            self.factory,
            timers=self.time,
            up_ms=self.time.up_ms,
            keeper=self.time,
            poll_ms=poll_ms,
        )
        self.levels = dict(self.cabinet.start(self.posted.append))

    def moves(self) -> list[Level]:
        return [m.level for m in self.posted if isinstance(m, DoorMoved) and m.unit == "01"]


def test_it_runs_on_the_library_s_own_mock_pins() -> None:
    board = Board()
    assert set(board.levels.values()) == {OPEN}, "nothing is connected, so the pull-up decides"
    assert board.time.running
    contact = board.factory.pin(3)
    contact.drive_low()
    board.time.advance(60)
    assert board.moves() == [CLOSED]
    strike = board.factory.pin(0)
    board.cabinet.pulse("01", 500)
    assert strike.state
    board.time.advance(500)
    assert not strike.state
    assert PulseEnded("01") in board.posted
    assert board.cabinet.worst_late_ms == 0
    board.cabinet.stop()
    assert not board.time.running


def test_strikes_are_off_before_a_door_is_read() -> None:
    order: list[str] = []

    class Watched(MockPin):  # type: ignore[misc]  # gpiozero has no types
        def _set_function(self, value: str) -> None:
            order.append(f"{value} {self._number}")
            super()._set_function(value)

    factory = MockFactory(revision="a020a0", pin_class=Watched)
    time = VirtualTime()
    cabinet = GpioCabinet(a_site(), factory, timers=time, up_ms=time.up_ms)
    cabinet.start(lambda message: None)
    assert order[:6] == ["output 0", "output 1", "output 2", "input 3", "input 4", "input 5"]


def test_a_lost_edge_is_found_by_the_poll() -> None:
    board = Board(poll_ms=1_000)
    pin = board.factory.pin(3)
    pin._state = False  # the level changed and no edge was reported
    board.time.advance(1_060)
    assert board.moves() == [CLOSED]


def test_twin_without_the_poll_a_lost_edge_is_lost() -> None:
    board = Board(poll_ms=None)
    board.factory.pin(3)._state = False
    board.time.advance(60_000)
    assert board.moves() == []


def test_the_poll_is_the_only_idle_wake_up() -> None:
    board = Board(poll_ms=1_000)
    before = board.time.pending
    board.time.advance(30_000)
    assert before == board.time.pending == 1
    assert board.posted == []


def test_a_line_that_cannot_be_read_is_unknown() -> None:
    board = Board(poll_ms=1_000)
    pin = board.factory.pin(3)
    pin._get_state = _fail
    board.time.advance(5_000)
    assert board.moves() == [UNKNOWN]
    del pin._get_state
    board.time.advance(15_000)
    assert board.moves() == [UNKNOWN, OPEN]


def _fail(*_: object) -> Any:
    raise OSError(5, "I/O error")


def test_a_dead_keeper_drives_off_and_knows_nothing() -> None:
    board = Board(poll_ms=1_000)
    board.cabinet.pulse("01", 500)
    board.time.die()
    assert not board.factory.pin(0).state
    assert {(m.unit, m.level) for m in board.posted if isinstance(m, DoorMoved)} == {
        ("01", UNKNOWN),
        ("02", UNKNOWN),
        ("03", UNKNOWN),
    }
    faults = [m.fault for m in board.posted if isinstance(m, PulseEnded)]
    assert faults == ["the cabinet stopped during the pulse"]
    with pytest.raises(CabinetStopped):
        board.cabinet.pulse("02", 500)
    board.factory.pin(4).drive_low()


def test_a_pin_in_use_is_named_and_everything_is_given_back() -> None:
    time = VirtualTime()
    factory = MockFactory(revision="a020a0")
    holder = DigitalOutputDevice(1, pin_factory=factory)
    cabinet = GpioCabinet(a_site(), factory, timers=time, up_ms=time.up_ms)
    with pytest.raises(PinError, match=r"door 02: strike on GPIO1: GPIOPinInUse.*; check the pin"):
        cabinet.start(lambda message: None)
    holder.close()
    with pytest.raises(CabinetStopped):
        cabinet.pulse("01", 500)
    cabinet.stop()
    again = GpioCabinet(a_site(), factory, timers=time, up_ms=time.up_ms)
    again.start(lambda message: None)


def test_a_line_that_the_board_lacks_is_an_error_with_its_door() -> None:
    time = VirtualTime()
    site = a_site(23)
    factory = MockFactory(revision="c03111")
    with pytest.raises(PinError, match=r"door 06: contact on GPIO28"):
        GpioCabinet(site, factory, timers=time, up_ms=time.up_ms).start(lambda message: None)


def test_a_strike_that_reads_on_after_off_stops_the_start() -> None:
    class Welded(MockPin):  # type: ignore[misc]  # gpiozero has no types
        def _get_state(self) -> bool:
            return bool(self._function == "output")

    time = VirtualTime()
    factory = MockFactory(revision="a020a0", pin_class=Welded)
    with pytest.raises(PinError, match="reads on after it was driven off"):
        GpioCabinet(a_site(), factory, timers=time, up_ms=time.up_ms).start(lambda message: None)


def test_stop_says_which_strike_stays_on() -> None:
    board = Board()
    board.cabinet.pulse("02", 500)
    board.factory.pin(1)._set_state = _fail
    with pytest.raises(PinError, match="door 02 does not switch off; cut the lock supply"):
        board.cabinet.stop()
    board.cabinet.stop()


def test_all_off_reaches_what_it_can_and_names_the_rest() -> None:
    written: list[tuple[int, bool]] = []

    class Watched(MockPin):  # type: ignore[misc]  # gpiozero has no types
        def _set_state(self, value: bool) -> None:
            if self._number == 1:
                _fail()
            written.append((self._number, value))
            super()._set_state(value)

    factory = MockFactory(revision="a020a0", pin_class=Watched)
    assert drive_all_off(a_site(), factory) == ["02"]
    assert written == [(0, False), (2, False)]
    assert factory.pins == {}


@pytest.mark.parametrize(
    ("name", "pins", "board"),
    [("pi", [45], "pi"), ("cm", [1], "cm"), ("", [1, 27], "pi"), ("", [28], "cm"), ("x", [], "pi")],
)
def test_the_mock_board_has_the_lines_that_are_used(name: str, pins: list[int], board: str) -> None:
    assert board_for(name, pins) == board


def test_the_mock_board_s_seconds_are_ours() -> None:
    time = VirtualTime()
    factory = BoardFactory("cm", time.up_ms)
    pin = factory.pin(7)
    before = factory.ticks()
    time.advance(1_500)
    pin.drive_high()
    assert factory.ticks() - before == pytest.approx(1.5)
    assert pin.states[-1].timestamp == pytest.approx(1.5)
