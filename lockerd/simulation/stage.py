"""A simulated site in virtual time: what stories, soaks and the first population run on.

Theory of operation.  One loop, one physical time, one seed.  `run_for` lets time pass; between two
calls nothing moves.  Slow hashes run at once.  The screen is optional.

Rules.  The same seed and the same hands give the same journal, except for its signatures' key.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from pathlib import Path

from drivers.physics import Physics
from drivers.simulated import SimulatedCabinet
from lockerd.core import messages as msg
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.house import House, KioskPart, Parts
from lockerd.loop import Loop
from lockerd.ports import Clockwork
from lockerd.simulation.cabinet import SimulatedSite
from lockerd.simulation.virtual import VirtualClock, VirtualTime, VirtualWaiter, run_for
from lockerd.vault import KDF_N_SIMULATION, Job

BEGIN_MS = 1_795_420_800_000
"""When a story begins unless it says otherwise: 2026-11-23 08:00 UTC, a Monday."""


class Stage:
    """A site that stands still until time is let pass."""

    def __init__(
        self,
        site: Site,
        state_dir: Path,
        seed: int,
        begin_ms: int = BEGIN_MS,
        kiosk_of: Callable[[Stage], KioskPart] | None = None,
    ) -> None:
        """`kiosk_of` makes the screen of each power-on; None runs without one."""
        self.time = VirtualTime(begin_ms)
        self.chance = random.Random(seed)
        self.loop = Loop(self.time, VirtualWaiter(self.time))
        self._kiosk_of = kiosk_of
        self._boots = 0
        self.virtual_clock: VirtualClock | None = None
        self._vouched = True
        physics = Physics(
            site,
            timers=self.loop,
            up_ms=self.time.up_ms,
            rng=random.Random(self.chance.randrange(2**32)),
        )
        self.world = SimulatedSite(site, state_dir, physics, self._parts, self._move_clock)

    @property
    def house(self) -> House:
        """The house that runs now."""
        assert self.world.house is not None, "the cabinet has no power"
        return self.world.house

    def random(self, count: int) -> bytes:
        """Random bytes of this seed."""
        return self.chance.randbytes(count)

    def id(self) -> str:
        """A random id of 16 hex digits."""
        return self.random(8).hex()

    def run_for(self, for_ms: int) -> None:
        """Let time pass."""
        run_for(self.loop, self.time, for_ms)

    def do(self, message: msg.Message, then_ms: int = 0) -> None:
        """Post a fact and let `then_ms` pass."""
        self.loop.post(message)
        self.run_for(then_ms)

    def vouch(self, vouched: bool) -> None:
        """Whether anything vouches for the clock, now and at every start to come."""
        self._vouched = vouched
        if self.virtual_clock is not None and vouched:
            self.virtual_clock.find()
        elif self.virtual_clock is not None:
            self.virtual_clock.lose()

    def _parts(self) -> Parts:
        self._boots += 1
        return Parts(
            loop=self.loop,
            clock_of=self._clock,
            open_cabinet=lambda clock: SimulatedCabinet(self.world.physics),
            run_job=self._run_job,
            random=self.random,
            mode="simulation",
            kdf_n=KDF_N_SIMULATION,
            kiosk=self._kiosk_of(self) if self._kiosk_of is not None else None,
            reserve_bytes=0,
        )

    def _clock(self, floor: Now | None) -> Clockwork:
        boot = hashlib.sha256(f"{self._boots} {floor}".encode()).hexdigest()[:8]
        self.virtual_clock = VirtualClock(self.time, boot, floor)
        if not self._vouched:
            self.virtual_clock.lose(None if floor is None else floor.lo)
        return self.virtual_clock

    def _move_clock(self, by_ms: int) -> None:
        assert self.virtual_clock is not None
        self.virtual_clock.move(by_ms)

    def _run_job(self, job: Job) -> None:
        self.loop.post(job())
