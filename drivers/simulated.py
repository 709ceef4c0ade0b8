"""The simulated cabinet: the real line driver over a mock board over the physics.

Theory of operation.  `Physics` is the thing in the hall; it survives a power cut.  A
`SimulatedCabinet` is the electronics of one power-on: a mock board whose strike lines drive the
physics and whose contact lines read it, and on top of it `gpio.GpioCabinet`, the same code that
runs on a device.  A scenario therefore tests the driver and not a stand-in.

Cutting the supply switches every coil off at once, drops whatever the electronics had scheduled and
makes every later call raise `PowerLost`; what restores it is a new `SimulatedCabinet`, as a restart
is on a device.  Other simulated parts (a journal, a screen) die the same way when they ask the same
`Physics.session`.

Rules.  Time and chance arrive from outside (`Timers`, the clock, the physics' own generator), so a
run is repeatable in virtual time and watchable in real time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from drivers.gpio import GpioCabinet
from drivers.mockboard import BoardFactory, BoardPin, board_for
from drivers.physics import Physics
from drivers.power import PowerSession
from lockerd.core.messages import Level
from lockerd.core.site import Compartment
from lockerd.ports import Cancel, Post


class _SessionTimers:
    """Timers whose calls die with the power."""

    def __init__(self, physics: Physics, session: PowerSession) -> None:
        self._physics = physics
        self._session = session

    def after(self, delay_ms: int, call: Callable[[], None]) -> Cancel:
        return self._physics.timers.after(delay_ms, partial(self._run, call))

    def _run(self, call: Callable[[], None]) -> None:
        if self._session.alive:
            call()


class SimulatedCabinet:
    """`ports.Cabinet` of one power-on over `physics`; raises PowerLost when that is over."""

    def __init__(self, physics: Physics) -> None:
        self.session = physics.session
        self._physics = physics
        site = physics.site
        pins = [pin for one in site.compartments for pin in (one.strike.pin, one.contact.pin)]
        self._factory = BoardFactory(board_for(site.board, pins), physics.up_ms)
        self._gpio = GpioCabinet(
            site,
            self._factory,
            timers=_SessionTimers(physics, self.session),
            up_ms=physics.up_ms,
        )
        self._pins: dict[str, BoardPin] = {}

    def start(self, post: Post) -> Mapping[str, Level]:
        """Wire the board to the physics and start the driver on it."""
        self.session.check()
        for one in self._physics.site.compartments:
            self._factory.pin(one.strike.pin).sink = partial(self._drive, one)
            contact = self._pins[one.unit] = self._factory.pin(one.contact.pin)
            contact.source = partial(self._contact_level, one)
        self._physics.plug(self._contact_moved, self._ended)
        return self._gpio.start(post)

    def pulse(self, unit: str, pulse_ms: int) -> None:
        """Energise one strike once; see `gpio.GpioCabinet.pulse`."""
        self.session.check()
        self._gpio.pulse(unit, pulse_ms)
        self.session.check()  # the supply may have broken down under the coil

    def stop(self) -> None:
        """Drive everything off and let go; idempotent."""
        self.session.check()
        self._gpio.stop()
        self._physics.unplug()

    @property
    def last_turn_ms(self) -> int:
        """The heartbeat of the driver, in boot ms."""
        return self._gpio.last_turn_ms

    def _drive(self, one: Compartment, level: bool | None) -> None:
        """A strike's line changed; a line that is let go is pulled to its inactive level."""
        self._physics.drive(one.unit, level is one.strike.active_high)

    def _contact_level(self, one: Compartment) -> bool | None:
        """What the contact's cable gives: its rail while the switch connects, else nothing."""
        return one.contact.closed_high if self._physics.contact(one.unit) else None

    def _contact_moved(self, unit: str) -> None:
        self._pins[unit].refresh()

    def _ended(self) -> None:
        """This life is over: cut the wires first, so that letting go drives nothing."""
        self._factory.unplug()
        self._gpio.abandon()
