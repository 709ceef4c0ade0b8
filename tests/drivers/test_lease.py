"""The lease on a coil: never too long, one at a time, off on every path."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import (
    CabinetStopped,
    CoolingDown,
    NoSuchDoor,
    PulseOutOfRange,
    PulseRefused,
    StrikeStuck,
    SupplyBusy,
)
from drivers.lease import OFF_TRIES, PULSE_MS_MAX, STUCK_RETRY_MS, SUPPLY_GAP_MS, Lease
from lockerd.core.messages import Message, PulseEnded
from lockerd.core.site import Strike
from support.virtual import VirtualTime

UNITS = ("01", "02", "03")
COOLDOWN_MS = 3_000


class WriteFailed(Exception):
    """A write to a line that did not happen."""


@dataclass
class Wires:
    """Output lines that remember; a write can be made to fail, and then changes nothing."""

    time: VirtualTime
    on: set[str] = field(default_factory=set)
    history: list[tuple[int, str, bool]] = field(default_factory=list)
    broken_off: dict[str, int] = field(default_factory=dict)
    broken_on: set[str] = field(default_factory=set)
    welded: set[str] = field(default_factory=set)

    def write(self, unit: str, on: bool) -> None:
        if on and unit in self.broken_on:
            raise WriteFailed
        if not on and self.broken_off.get(unit, 0) > 0:
            self.broken_off[unit] -= 1
            raise WriteFailed
        if not on and unit in self.welded:
            return
        if on != (unit in self.on):
            self.history.append((self.time.up_ms(), unit, on))
        (self.on.add if on else self.on.discard)(unit)

    def is_on(self, unit: str) -> bool:
        return unit in self.on


class Bench:
    """A lease over such wires."""

    def __init__(self, make: type[Lease] = Lease) -> None:
        self.time = VirtualTime()
        self.wires = Wires(self.time)
        self.posted: list[Message] = []
        strikes = {unit: Strike(pin=pin, cooldown_ms=COOLDOWN_MS) for pin, unit in enumerate(UNITS)}
        self.lease = make(
            strikes,
            self.wires,
            timers=self.time,
            up_ms=self.time.up_ms,
            post=self.posted.append,
        )

    def faults(self) -> list[str | None]:
        return [m.fault for m in self.posted if isinstance(m, PulseEnded)]


def broken_rules(history: Iterable[tuple[int, str, bool]], end_ms: int) -> list[str]:
    """Every rule that a history of coils broke; the witness of the properties below."""
    broken = []
    on: dict[str, int] = {}
    last_off_ms: int | None = None
    cooled: dict[str, int] = {}
    for up_ms, unit, is_on in history:
        if is_on:
            if on:
                broken.append("two coils at once")
            if last_off_ms is not None and up_ms - last_off_ms < SUPPLY_GAP_MS:
                broken.append("no rest for the supply")
            if up_ms < cooled.get(unit, 0):
                broken.append("no cool-down")
            on[unit] = up_ms
        else:
            if up_ms - on.pop(unit) > PULSE_MS_MAX:
                broken.append("too long")
            last_off_ms = up_ms
            cooled[unit] = up_ms + COOLDOWN_MS
    broken += ["left on" for started_ms in on.values() if end_ms - started_ms > PULSE_MS_MAX]
    return broken


Step = Callable[[Bench], None]


def pulse(unit: str, pulse_ms: int) -> Step:
    def step(bench: Bench) -> None:
        before = list(bench.wires.history)
        try:
            bench.lease.begin(unit, pulse_ms)
        except PulseRefused as refusal:
            assert bench.wires.history == before, "a refusal energised a coil"
            assert ";" in str(refusal), "a refusal without a remedy"

    return step


def wait(delay_ms: int) -> Step:
    return lambda bench: bench.time.advance(delay_ms)


def break_on(unit: str) -> Step:
    return lambda bench: bench.wires.broken_on.add(unit)


def break_off_once(unit: str) -> Step:
    return partial(_break_off, unit, OFF_TRIES - 1)


def _break_off(unit: str, times: int, bench: Bench) -> None:
    bench.wires.broken_off[unit] = times


def halt(bench: Bench) -> None:
    bench.lease.stop()


units = st.sampled_from(UNITS)
steps = st.lists(
    st.one_of(
        st.builds(pulse, units, st.integers(-5, PULSE_MS_MAX + 500)),
        st.builds(wait, st.integers(0, 4_000)),
        st.builds(break_on, units),
        st.builds(break_off_once, units),
        st.just(halt),
    ),
    max_size=40,
)


def play(steps: list[Step], make: type[Lease] = Lease) -> tuple[Bench, list[str]]:
    bench = Bench(make)
    for step in steps:
        step(bench)
    bench.time.advance(PULSE_MS_MAX + 1)
    return bench, broken_rules(bench.wires.history, bench.time.up_ms())


@given(steps)
def test_whatever_is_asked_no_coil_breaks_a_rule(steps: list[Step]) -> None:
    bench, broken = play(steps)
    assert broken == []
    assert not bench.wires.on
    started = sum(is_on for _, _, is_on in bench.wires.history)
    assert started <= len(bench.faults()), "a pulse without its PulseEnded"
    assert bench.time.pending == 0


class Forgetful(Lease):
    """A lease that forgets to end: the witness must see it."""

    def _expire(self, running: Any) -> None:
        return


class Greedy(Lease):
    """A lease that admits everything."""

    def _admit(self, unit: str, pulse_ms: int, now_ms: int) -> None:
        return


def test_twin_a_lease_that_forgets_its_end_is_caught() -> None:
    _, broken = play([pulse("01", 500)], Forgetful)
    assert broken == ["left on"]


@pytest.mark.parametrize(
    ("steps", "rule"),
    [
        ([pulse("01", 500), pulse("02", 500)], "two coils at once"),
        ([pulse("01", 500), wait(600), pulse("02", 500)], "no rest for the supply"),
        ([pulse("01", 500), wait(2_000), pulse("01", 500)], "no cool-down"),
        ([pulse("01", 2_500), wait(3_000)], "too long"),
    ],
)
def test_twin_a_lease_that_admits_everything_is_caught(steps: list[Step], rule: str) -> None:
    _, broken = play(steps, Greedy)
    assert rule in broken
    _, kept = play(steps)
    assert kept == []


def test_a_pulse_lasts_as_long_as_it_was_asked_to() -> None:
    bench = Bench()
    bench.lease.begin("02", 500)
    assert bench.lease.energised == "02"
    bench.time.advance(499)
    assert bench.posted == []
    bench.time.advance(1)
    assert bench.posted == [PulseEnded("02")]
    assert bench.wires.history == [(10_000, "02", True), (10_500, "02", False)]
    assert bench.lease.energised is None


@pytest.mark.parametrize("pulse_ms", [0, -1, PULSE_MS_MAX + 1])
def test_a_pulse_out_of_range_is_refused_and_not_clamped(pulse_ms: int) -> None:
    bench = Bench()
    with pytest.raises(PulseOutOfRange, match="set pulse_ms to 2000 or less"):
        bench.lease.begin("01", pulse_ms)
    assert bench.wires.history == []


def test_the_longest_pulse_is_allowed() -> None:
    bench = Bench()
    bench.lease.begin("01", PULSE_MS_MAX)
    bench.time.advance(PULSE_MS_MAX)
    assert bench.faults() == [None]


def test_an_unknown_door_is_refused() -> None:
    with pytest.raises(NoSuchDoor):
        Bench().lease.begin("99", 500)


def test_a_refusal_says_when_the_same_request_succeeds() -> None:
    bench = Bench()
    bench.lease.begin("01", 500)
    bench.time.advance(100)
    with pytest.raises(SupplyBusy) as running:
        bench.lease.begin("02", 500)
    assert running.value.ready_in_ms == 400 + SUPPLY_GAP_MS
    bench.time.advance(450)
    with pytest.raises(SupplyBusy) as resting:
        bench.lease.begin("02", 500)
    assert resting.value.ready_in_ms == 150
    with pytest.raises(SupplyBusy):
        bench.lease.begin("01", 500)
    bench.time.advance(150)
    with pytest.raises(CoolingDown) as hot:
        bench.lease.begin("01", 500)
    assert hot.value.ready_in_ms is not None
    bench.time.advance(hot.value.ready_in_ms)
    bench.lease.begin("01", 500)


def test_a_failing_on_write_ends_at_once_with_a_fault() -> None:
    bench = Bench()
    bench.wires.broken_on.add("01")
    bench.lease.begin("01", 500)
    assert bench.faults() == ["the strike did not switch on (WriteFailed)"]
    bench.time.advance(1_000)
    assert len(bench.posted) == 1
    bench.lease.begin("02", 500)


def test_a_failing_off_write_is_tried_again_at_once() -> None:
    bench = Bench()
    bench.lease.begin("01", 500)
    bench.wires.broken_off["01"] = OFF_TRIES - 1
    bench.time.advance(500)
    assert bench.faults() == [None]
    assert not bench.wires.on


def test_a_stuck_strike_is_a_fault_blocks_the_others_and_is_tried_for_ever() -> None:
    bench = Bench()
    bench.lease.begin("01", 500)
    bench.wires.broken_off["01"] = 1_000_000
    bench.time.advance(500)
    assert bench.faults() == ["the strike did not switch off (WriteFailed)"]
    bench.time.advance(60_000)
    with pytest.raises(StrikeStuck, match="cut the lock supply"):
        bench.lease.begin("02", 500)
    assert bench.time.pending == 1
    bench.wires.broken_off.clear()
    bench.time.advance(STUCK_RETRY_MS)
    assert not bench.wires.on
    bench.lease.begin("02", 500)
    assert len(bench.faults()) == 1


def test_a_line_that_reads_on_after_off_is_a_fault() -> None:
    bench = Bench()
    bench.wires.welded.add("01")
    bench.lease.begin("01", 500)
    bench.time.advance(500)
    assert bench.faults() == ["the strike did not switch off (it reads on)"]


def test_stop_ends_the_running_pulse_and_refuses_the_next() -> None:
    bench = Bench()
    bench.lease.begin("01", 500)
    bench.time.advance(100)
    assert bench.lease.stop() == []
    assert bench.faults() == ["the cabinet stopped during the pulse"]
    assert not bench.wires.on
    with pytest.raises(CabinetStopped):
        bench.lease.begin("02", 500)
    assert bench.lease.stop() == []
    bench.time.advance(1_000)
    assert len(bench.posted) == 1


def test_stop_names_the_strikes_that_stay_on() -> None:
    bench = Bench()
    bench.lease.begin("03", 500)
    bench.wires.broken_off["03"] = 1_000_000
    assert bench.lease.stop() == ["03"]
    assert bench.time.pending == 0


def test_an_interrupt_between_on_and_off_still_drives_off() -> None:
    bench = Bench()

    class Interrupting(Wires):
        def write(self, unit: str, on: bool) -> None:
            super().write(unit, on)
            if on:
                raise KeyboardInterrupt

    wires = Interrupting(bench.time)
    lease = Lease(
        {"01": Strike(pin=0)},
        wires,
        timers=bench.time,
        up_ms=bench.time.up_ms,
        post=bench.posted.append,
    )
    with pytest.raises(KeyboardInterrupt):
        lease.begin("01", 500)
    assert not wires.on
    assert bench.time.pending == 0


def test_a_deadline_that_comes_late_is_a_fault() -> None:
    bench = Bench()

    class Late:
        """Timers whose thread was held up."""

        def after(self, delay_ms: int, call: Callable[[], None]) -> Any:
            return bench.time.after(delay_ms + 1_600, call)

    lease = Lease(
        {"01": Strike(pin=0)},
        bench.wires,
        timers=Late(),
        up_ms=bench.time.up_ms,
        post=bench.posted.append,
    )
    lease.begin("01", 500)
    bench.time.advance(3_000)
    assert bench.faults() == ["the coil was on for 2100 ms"]
    assert lease.worst_late_ms == 1_600
