"""From the last key of a PIN to the pulse, with the slow hash of a device.

The kiosk, the vault's thread, the engine, the journal and the driver are those of the program, on
its loop, in real time.  The budget is one scrypt and one fsync, both measured here and now, and
20 ms for everything else.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
from pathlib import Path

from figures import Figure, median, scratch

from drivers.physics import Physics
from drivers.simulated import SimulatedCabinet
from lockerd import config
from lockerd.clock import SimulatedClock
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.front import Front
from lockerd.house import Parts
from lockerd.loop import Loop, SelectorWaiter
from lockerd.ports import Clock
from lockerd.simulation.cabinet import SimulatedSite
from lockerd.simulation.hands import Hands
from lockerd.simulation.phone import PhoneMessage
from lockerd.simulation.stage import Stage
from lockerd.uptime import up_ms, wall_ms
from lockerd.vault import KDF_N, Worker
from support.daemon import ROOT
from ui.backend.headless import Headless

RELEASES = 7
REST_MS = 6_000
"""A strike that nobody knows the past of rests first."""

OVERHEAD_MS = 20.0
LATE_MS = 5_000
SLICE_MS = 50
BOOT = "b0a7b0a7"


def measure() -> list[Figure]:
    """Medians of `RELEASES` releases."""
    site = config.read(ROOT / "config" / "demo.toml")
    with scratch() as room:
        messages = _deposited(site, room / "state")
        hall = _Hall(site, room / "state")
        took, scrypts, fsyncs = [], [], []
        try:
            hall.turn_for(REST_MS)
            for place, one in enumerate(messages):
                # In turn, so that whatever else this machine does weighs on all three alike.
                scrypts += [_scrypt_ms(), _scrypt_ms()]
                fsyncs += [_fsync_ms(room / f"write-{place}-{n}") for n in range(4)]
                took.append(hall.collect(one))
        finally:
            hall.stop()
    scrypt_ms, fsync_ms = median(scrypts), median(fsyncs)
    return [
        Figure("release.scrypt", scrypt_ms, "ms"),
        Figure("release.fsync", fsync_ms, "ms"),
        Figure("release.key_to_pulse", median(took), "ms", scrypt_ms + fsync_ms + OVERHEAD_MS),
    ]


class _Slow(Stage):
    """A stage whose PINs cost what they cost on a device."""

    def _parts(self) -> Parts:
        parts = super()._parts()
        parts.kdf_n = KDF_N
        return parts


def _deposited(site: Site, state_dir: Path) -> list[PhoneMessage]:
    """`RELEASES` items behind doors, in virtual time; the messages with their codes."""
    stage = _Slow(site, state_dir, seed=1, begin_ms=wall_ms() - 3_600_000)
    stage.world.start()
    hands = Hands(stage)
    hands.sign_in("2")
    made = [hands.deposit(hands.order(f"R{n}", f"I{n}")) for n in range(RELEASES)]
    hands.sign_out()
    stage.world.stop()
    return made


class _Timed(SimulatedCabinet):
    """Notes when it was commanded."""

    def __init__(self, physics: Physics) -> None:
        super().__init__(physics)
        self._commanded: list[float] = []

    def pulse(self, unit: str, pulse_ms: int) -> None:
        self._commanded.append(time.perf_counter())
        super().pulse(unit, pulse_ms)

    def take(self) -> float | None:
        """When it was commanded since the last call, in seconds; None when it was not."""
        return self._commanded.pop() if self._commanded else None


class _Ticks:
    @staticmethod
    def up_ms() -> int:
        return up_ms()


class _Hall:
    """The program in real time without its window."""

    def __init__(self, site: Site, state_dir: Path) -> None:
        self.loop = Loop(_Ticks(), SelectorWaiter())
        self.worker = Worker(self.loop.post)
        self.front = Front(site, Headless((800, 480)), up_ms)
        physics = Physics(site, timers=self.loop, up_ms=up_ms, rng=random.Random(1))
        self.cabinet: _Timed
        self._physics = physics
        self.world = SimulatedSite(site, state_dir, physics, self._parts, lambda by_ms: None)
        self.world.start()

    def _parts(self) -> Parts:
        def clock_of(floor: Now | None) -> SimulatedClock:
            return SimulatedClock(floor, BOOT)

        def open_cabinet(clock: Clock) -> _Timed:
            self.cabinet = _Timed(self._physics)
            return self.cabinet

        return Parts(
            loop=self.loop,
            clock_of=clock_of,
            open_cabinet=open_cabinet,
            run_job=self.worker.run,
            random=os.urandom,
            mode="simulation",
            kdf_n=KDF_N,
            kiosk=self.front,
        )

    def turn_for(self, for_ms: int) -> None:
        """Let real time pass."""
        end_ms = up_ms() + for_ms
        while (left_ms := end_ms - up_ms()) > 0:
            self.loop.turn(min(SLICE_MS, left_ms))

    def turn_until(self, what: str, step: str) -> None:
        """Let real time pass until the kiosk is on a step."""
        end_ms = up_ms() + LATE_MS
        while self.step != step:
            assert up_ms() < end_ms, f"{what}: the kiosk is on {self.step}"
            self.loop.turn(SLICE_MS)

    @property
    def step(self) -> str:
        """The step that the kiosk is on."""
        assert self.world.house is not None
        return self.world.house.engine.visit.step

    def collect(self, message: PhoneMessage) -> float:
        """Type a PIN, take the item; from the last key to the pulse, in ms."""
        for digit in message.pin:
            self.front.key(digit)
            self.loop.work()
        began_s, end_ms = time.perf_counter(), up_ms() + LATE_MS
        self.front.key("ok")
        while (pulsed_s := self.cabinet.take()) is None:
            assert up_ms() < end_ms, f"no pulse: the kiosk is on {self.step}"
            self.loop.turn(SLICE_MS)
        took_ms = 1000 * (pulsed_s - began_s)
        self.turn_until("the door", "open")
        self.turn_for(700)  # a coil that is energised holds the latch open
        self.world.push(message.unit)
        self.turn_until("the receipt", "receipt")
        self.front.key("ok")
        self.turn_until("home", "home")
        return took_ms

    def stop(self) -> None:
        """End in order."""
        self.world.stop()
        self.worker.stop()
        self.loop.close()


def _scrypt_ms() -> float:
    began_s = time.perf_counter()
    hashlib.scrypt(b"x" * 32, salt=b"y" * 16, n=KDF_N, r=8, p=1, maxmem=64 << 20, dklen=32)
    return 1000 * (time.perf_counter() - began_s)


def _fsync_ms(file: Path) -> float:
    with file.open("wb") as out:
        out.write(bytes(4096))
        out.flush()
        began_s = time.perf_counter()
        os.fsync(out.fileno())
        return 1000 * (time.perf_counter() - began_s)
