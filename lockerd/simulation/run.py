"""A simulated site in real time behind its screen.

Theory of operation.  On a new state directory the cabinet first lives through two days in virtual
time (`populate`); then a `SimulatedSite` runs on the appliance's loop.  The screen is there before
this module is imported.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drivers.physics import Physics
from drivers.simulated import SimulatedCabinet
from lockerd.appliance import Appliance, Handler, Later, make_state_dir, say
from lockerd.clock import SimulatedClock, boot_id
from lockerd.core.events import Actor
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.house import Parts
from lockerd.porter import beside
from lockerd.ports import Clockwork, PortError
from lockerd.simulation.cabinet import SimulatedSite
from lockerd.simulation.outlets import Folder, Outlet, Terminal
from lockerd.simulation.panel import Panel
from lockerd.simulation.terminal import headless, kiosk_alone, windowed
from lockerd.uptime import up_ms, up_us, wall_ms
from lockerd.vault import KDF_N_SIMULATION, Worker
from ui.backend import Backend, DisplayError
from ui.backend.steady import Steady

FAILED = 1
OPERATOR = "1"


def run(
    site: Site,
    state_dir: Path,
    kiosk: Backend,
    window: Backend | None,
    seed: int | None,
    codes: Path | None = None,
    ready: Callable[[], None] = lambda: None,
) -> int:
    """Run until told to stop; the exit code.

    `kiosk`: the kiosk's own screen.  `window`: that of the workbench, if there is one.  `codes`: a
    directory for pictures of the codes of deposits.  `ready`: called once it is.
    """
    try:
        simulation = _Simulation(site, state_dir, kiosk, window, seed, codes)
        simulation.appliance.loop.call(ready)
        return simulation.run()
    except (PortError, DisplayError) as broken:
        say(f"lockerd: {broken}")
        return FAILED


def _operator(uid: int) -> Actor:
    """Whoever runs a simulation acts as its demonstration operator."""
    return Actor("operator", OPERATOR)


class _Simulation:
    """One run."""

    def __init__(
        self,
        site: Site,
        state_dir: Path,
        kiosk: Backend,
        window: Backend | None,
        seed: int | None,
        codes: Path | None,
    ) -> None:
        self.codes = codes
        self.site, self.state_dir, self.seed = site, state_dir, seed
        self.window = window
        self.kiosk, self.panel = kiosk, Panel(kiosk)
        self.appliance = Appliance(site, Steady(self.panel.opened, kiosk.size))
        self.clock: SimulatedClock | None = None
        self.boots = 0
        self.worker = Worker(self.appliance.loop.post)

    def run(self) -> int:
        """Populate, start, listen, turn, stop."""
        appliance = self.appliance
        make_state_dir(self.state_dir)
        self._populate()
        world = self.world = self._world()
        world.carry = beside
        try:
            world.start()
            self._connect(world)
            self._open_bench(world)
            dark = self.window is None and appliance.backend.fileno() is None
            world.outlets = self._outlets(dark)
            tell = headless if dark else kiosk_alone if self.window is None else windowed
            print(tell(self.site, self.state_dir), flush=True)
            appliance.run()
        finally:
            world.stop()
            self.worker.stop()
            appliance.close()
            self.kiosk.close()
        return 0

    def _populate(self) -> None:
        from lockerd.simulation.populate import is_new, populate

        if is_new(self.state_dir):
            populate(self.site, self.state_dir, wall_ms(), self.seed)

    def _world(self) -> SimulatedSite:
        chance = random.Random(self.seed) if self.seed is not None else random.SystemRandom()
        physics = Physics(self.site, timers=self.appliance.loop, up_ms=up_ms, rng=chance)
        return SimulatedSite(self.site, self.state_dir, physics, self._parts, self._move_clock)

    def _parts(self) -> Parts:
        self.boots += 1
        front = self.appliance.front if self.boots == 1 else self.appliance.new_front()
        return Parts(
            loop=self.appliance.loop,
            clock_of=self._clock_of,
            open_cabinet=lambda clock: SimulatedCabinet(self.world.physics),
            run_job=self.worker.run,
            random=os.urandom,
            mode="simulation",
            kdf_n=KDF_N_SIMULATION,
            kiosk=front,
            micros=up_us,
            copy_thread=True,
        )

    def _clock_of(self, floor: Now | None) -> Clockwork:
        boot = boot_id() if self.boots == 1 else os.urandom(4).hex()
        self.clock = SimulatedClock(floor, boot)
        return self.clock

    def _move_clock(self, by_ms: int) -> None:
        assert self.clock is not None
        self.clock.move(by_ms)

    def _connect(self, world: SimulatedSite) -> None:
        appliance = self.appliance
        world.on_key = lambda key: appliance.front.key(key)
        world.on_touch = lambda x, y: appliance.front.tap(x, y)
        world.on_power = lambda on: None if on else appliance.front.dark()
        world.panel = self.panel
        self.panel.on_broken = lambda: appliance.front.pump()
        appliance.house_now = lambda: world.house

        def picture(redact: bool) -> bytes:
            return appliance.front.picture(redact)

        def trace(redact: bool) -> dict[str, Any]:
            return appliance.front.trace(redact)

        def desk() -> Handler:
            from lockerd.desk.desk import Desk

            return Desk(lambda: world.house, os.urandom, _operator, world, picture, trace).answer

        self.appliance.listen(self.state_dir, Later(desk))

    def _outlets(self, dark: bool) -> list[Outlet]:
        """Where codes go: to pictures if asked, and to the terminal where nothing else is seen."""
        out: list[Outlet] = [] if self.codes is None else [Folder(self.codes)]
        if dark and sys.stdout.isatty():
            out.append(Terminal(sys.stdout.fileno(), self.site.time_zone))
        return out

    def _open_bench(self, world: SimulatedSite) -> None:
        if self.window is None:
            return
        from lockerd.simulation.bench import open_bench
        from ui.workbench.pane import Pane

        assert isinstance(self.kiosk, Pane)
        open_bench(self.appliance, self.window, self.kiosk, world)
