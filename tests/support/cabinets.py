"""Small cabinets for tests: the site, the physics and the driver over it, in virtual time."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from drivers.physics import Physics
from drivers.simulated import SimulatedCabinet
from lockerd.core.messages import DoorMoved, Level, Message, PulseEnded
from lockerd.core.site import Compartment, Contact, Site, Strike
from support.virtual import VirtualTime


def a_site(
    doors: int = 3,
    *,
    active_high: bool = True,
    closed_high: bool = False,
    cooldown_ms: int = 5_000,
    board: str = "cm",
) -> Site:
    """A simulated cabinet of `doors` compartments: 01, 02, ..., strikes first, then contacts."""
    compartments = tuple(
        Compartment(
            unit=f"{index + 1:02}",
            size="M",
            column=0,
            top=index,
            height=1,
            strike=Strike(pin=index, active_high=active_high, cooldown_ms=cooldown_ms),
            contact=Contact(pin=doors + index, closed_high=closed_high),
        )
        for index in range(doors)
    )
    return Site(
        name="Test cabinet",
        fleet="test.example",
        device="t1",
        help_phone="+1 555 0100",
        time_zone="UTC",
        driver="sim",
        compartments=compartments,
        columns=(),
        profiles=(),
        board=board,
    )


@dataclass
class Hall:
    """A simulated cabinet in virtual time, with everything that it posted."""

    site: Site = field(default_factory=a_site)
    seed: int = 1
    posted: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.time = VirtualTime()
        self.physics = Physics(
            self.site, timers=self.time, up_ms=self.time.up_ms, rng=Random(self.seed)
        )
        self.levels = dict(self.switch_on())

    def switch_on(self) -> dict[str, Level]:
        """A new power-on over the same physics; what its doors read."""
        self.physics.power(True)
        self.cabinet = SimulatedCabinet(self.physics)
        return dict(self.cabinet.start(self.posted.append))

    def moves(self, unit: str = "01") -> list[Level]:
        """The levels that were posted for a door, in order."""
        return [m.level for m in self.posted if isinstance(m, DoorMoved) and m.unit == unit]

    def faults(self) -> list[str | None]:
        """How each pulse ended."""
        return [m.fault for m in self.posted if isinstance(m, PulseEnded)]

    def happened(self, unit: str = "01") -> list[str]:
        """What truly happened to a door."""
        return [one.what for one in self.physics.log if one.unit == unit]
