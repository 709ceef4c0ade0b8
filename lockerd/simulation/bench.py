"""The workbench of a running simulation: what it looks at, and the window that it is in.

Rules.  The workbench sees what a person in the hall sees, and the newest lines of the journal; it
reaches nothing that hands could not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from drivers.physics import DoorState
from lockerd.appliance import Appliance
from lockerd.core.events import Event
from lockerd.core.state import State
from lockerd.core.visit import Visit
from lockerd.front import Front
from lockerd.simulation.cabinet import SimulatedSite
from lockerd.simulation.phone import PhoneMessage
from lockerd.simulation.staff import Badge
from lockerd.simulation.terminal import call
from lockerd.uptime import up_ms, wall_ms
from ui.backend import Backend, Phase, Touch
from ui.workbench.bench import Workbench
from ui.workbench.model import Line, Tape
from ui.workbench.pane import Pane

REMEMBERED = 60
"""How many entries of earlier runs the workbench begins with."""


class Source:
    """Implements `ui.workbench.model.BenchSource`."""

    def __init__(self, world: SimulatedSite, wall: Callable[[], int] = wall_ms) -> None:
        self._world = world
        self._wall = wall
        self._tape = Tape()
        self._ahead_ms = 0

    def hear(self, events: Sequence[Event]) -> None:
        """Events became durable."""
        house = self._world.house
        self._tape.hear(events, house.clock.now().lo if house is not None else self._wall())

    def remember(self) -> None:
        """The newest entries of the runs before this one."""
        house = self._world.house
        if house is None:
            return
        for entry in house.journal.entries(max(0, house.journal.size - REMEMBERED)):
            self._tape.hear([entry.event], entry.now.lo)

    @property
    def messages(self) -> Sequence[PhoneMessage]:
        return self._world.phone.messages

    @property
    def doors(self) -> Mapping[str, DoorState]:
        return self._world.physics.state()

    @property
    def badges(self) -> Mapping[str, Badge]:
        return self._world.badges

    @property
    def powered(self) -> bool:
        return self._world.house is not None

    @property
    def visit(self) -> Visit | None:
        house = self._world.house
        return house.engine.visit if house is not None else None

    @property
    def state(self) -> State | None:
        house = self._world.house
        return house.engine.state if house is not None else None

    @property
    def lines(self) -> Sequence[Line]:
        return self._tape.lines

    @property
    def wall_ms(self) -> int:
        """The site's own time, kept going while the power is off."""
        house = self._world.house
        if house is not None:
            self._ahead_ms = house.clock.now().lo - self._wall()
        return self._wall() + self._ahead_ms


class Shell(Protocol):
    """Whatever holds the kiosk that runs now."""

    front: Front


class Glass:
    """The kiosk that runs now; a new one stands behind the glass after every power cut.

    Nothing comes of what is done to a part that is broken.
    """

    def __init__(self, shell: Shell, broken: Collection[str]) -> None:
        self._shell, self._broken = shell, broken

    def touch(self, x: int, y: int, phase: Phase, at_ms: int) -> None:
        """A finger on the kiosk's glass."""
        if "touch" not in self._broken:
            self._shell.front.touch(Touch(x, y, phase, at_ms))

    def key(self, key: str, at_ms: int) -> None:
        """A key of the keyboard."""
        if "keypad" not in self._broken:
            self._shell.front.take_key(key, at_ms)


def open_bench(
    appliance: Appliance, window: Backend, pane: Pane, world: SimulatedSite
) -> Workbench:
    """Fill the window with the workbench and connect it.  Raises WindowTooSmall."""
    source = Source(world)
    source.remember()
    how = call(world.state_dir)
    bench = Workbench(
        window,
        pane,
        Glass(appliance, world.broken),
        world.site,
        world,
        source,
        appliance.loop,
        up_ms,
        how,
    )

    def heard(events: Sequence[Event]) -> None:
        source.hear(events)
        bench.poke()

    world.on_events = heard
    before = world.on_power

    def powered(on: bool) -> None:
        before(on)
        bench.poke()

    world.on_power = powered
    world.physics.observers.append(lambda unit: bench.poke())
    appliance.on_painted = bench.poke
    bench.on_quit = appliance.loop.stop
    fd = window.fileno()
    if fd is not None:
        appliance.loop.watch(fd, bench.pump)
    bench.refresh()
    return bench
