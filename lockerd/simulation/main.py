"""`lockerd simulate`: the same appliance around a simulated cabinet, populated, with a workbench.

Theory of operation.  On a new state directory the cabinet first lives through two days in virtual
time (`populate`); then a `SimulatedSite` runs in real time on the appliance's loop.  With a window
the workbench shows cabinet, kiosk and telephone; without one the kiosk paints into memory and
`lockerctl sim …` and `lockerctl screenshot` are the hands and the eyes.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lockerd.appliance import Appliance, make_state_dir, say
from lockerd.clock import SimulatedClock, boot_id, up_ms, wall_ms
from lockerd.core.events import Actor
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.house import Clockwork, Parts
from lockerd.ports import PortError
from lockerd.vault import KDF_N_SIMULATION, Worker
from ui.backend import Backend, DisplayError

if TYPE_CHECKING:
    from lockerd.simulation.cabinet import SimulatedSite

FAILED = 1
OPERATOR = "1"


def default_state_dir() -> Path:
    """Where a demonstration keeps its state unless told otherwise."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "lockerd" / "demonstration"


def has_display() -> bool:
    """Whether there is a screen to open a window on."""
    return bool(os.environ.get("DISPLAY"))


def simulate(
    state_dir: Path | None,
    config_file: Path,
    headless: bool = False,
    seed: int | None = None,
    kiosk_only: bool = False,
) -> int:
    """Run until told to stop; the exit code.  `kiosk_only`: a window of the kiosk alone."""
    from lockerd import config

    state_dir = default_state_dir() if state_dir is None else state_dir
    site, complaints = config.check(config_file)
    for complaint in complaints:
        say(str(complaint))
    if site is None:
        return FAILED
    if not headless and not has_display():
        say("lockerd: there is no screen here (DISPLAY is not set); running without one")
        headless = True
    try:
        return _Simulation(site, state_dir, headless, seed, kiosk_only).run()
    except (PortError, DisplayError) as broken:
        say(f"lockerd: {broken}")
        return FAILED


def _operator(uid: int) -> Actor:
    """Whoever runs a simulation acts as its demonstration operator."""
    return Actor("operator", OPERATOR)


class _Simulation:
    """One run."""

    def __init__(
        self, site: Site, state_dir: Path, headless: bool, seed: int | None, kiosk_only: bool
    ) -> None:
        self.site, self.state_dir, self.seed = site, state_dir, seed
        self.headless = headless
        self.bench = not headless and not kiosk_only
        self.appliance = Appliance(site, self._backend())
        self.clock: SimulatedClock | None = None
        self.boots = 0
        self.worker = Worker(self.appliance.loop.post)

    def _backend(self) -> Backend:
        """The kiosk's own screen; behind a workbench it is memory that the bench shows."""
        from lockerd.appliance import open_backend

        return open_backend(self.site, self.headless or self.bench)

    def run(self) -> int:
        """Populate, start, listen, turn, stop."""
        appliance = self.appliance
        appliance.first_frame()
        make_state_dir(self.state_dir)
        self._populate()
        world = self.world = self._world()
        try:
            world.start()
            self._connect(world)
            self._tell()
            appliance.run()
        finally:
            world.stop()
            self.worker.stop()
            appliance.close()
        return 0

    def _populate(self) -> None:
        from lockerd.simulation.populate import is_new, populate

        if is_new(self.state_dir):
            populate(self.site, self.state_dir, wall_ms(), self.seed)

    def _world(self) -> SimulatedSite:
        from drivers.physics import Physics
        from lockerd.simulation.cabinet import SimulatedSite

        chance = random.Random(self.seed) if self.seed is not None else random.SystemRandom()
        physics = Physics(self.site, timers=self.appliance.loop, up_ms=up_ms, rng=chance)
        return SimulatedSite(self.site, self.state_dir, physics, self._parts, self._move_clock)

    def _parts(self) -> Parts:
        from drivers.simulated import SimulatedCabinet

        self.boots += 1
        return Parts(
            loop=self.appliance.loop,
            clock_of=self._clock_of,
            open_cabinet=lambda clock: SimulatedCabinet(self.world.physics),
            run_job=self.worker.run,
            random=os.urandom,
            mode="simulation",
            kdf_n=KDF_N_SIMULATION,
            kiosk=self.appliance.front,
        )

    def _clock_of(self, floor: Now | None) -> Clockwork:
        boot = boot_id() if self.boots == 1 else os.urandom(4).hex()
        self.clock = SimulatedClock(floor, boot)
        return self.clock

    def _move_clock(self, by_ms: int) -> None:
        assert self.clock is not None
        self.clock.move(by_ms)

    def _connect(self, world: SimulatedSite) -> None:
        from lockerd.desk.desk import Desk

        front = self.appliance.front
        world.on_key, world.on_touch = front.key, front.tap
        self.appliance.house_now = lambda: world.house
        desk = Desk(lambda: world.house, os.urandom, _operator, world, front.picture)
        self.appliance.listen(self.state_dir, desk.answer)

    def _tell(self) -> None:
        """What a person without a window needs to know."""
        if not self.headless:
            return
        at = f"--state {self.state_dir}"
        print(
            f"lockerd simulates {self.site.name} without a screen.  In another terminal:\n"
            f"  lockerctl {at} screenshot --out kiosk.png   what the kiosk shows\n"
            f"  lockerctl {at} sim phone                    the messages with the codes\n"
            f"  lockerctl {at} sim key 1                    press a key of the keypad\n"
            f"  lockerctl {at} sim push 9                   push a door shut\n"
            f"  lockerctl {at} status                       how it goes\n"
            "Stop with Ctrl-C.",
            file=sys.stdout,
            flush=True,
        )
