"""The cabinet as a physical thing: latches, springs, doors, switches, cables and a supply.

Theory of operation.  A coil that is energised long enough withdraws the bolt, unless its cable is
cut or the latch is jammed; the ejector spring then pushes the door ajar, and the contact opens with
a few bounces.  A hand pushes the door shut: the contact closes, bouncing, and the bolt catches,
unless the coil is still energised.  All of it happens through the injected timers, with delays from
a seeded `random.Random`, so the same seed and the same hands make the same history.

`Physics` outlives the power: doors, latches, jams and cut cables are what they are while the
electronics are dark.  The electronics (a simulated board, see `simulated`) plug in with `plug`, and
live as long as `session`.

Rules.  It is the witness of tests: `log` holds what truly happened, `counts` how often, whatever
the software believes.  It knows nothing of the software's rules and refuses nothing that a coil, a
door or a hand could do.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Literal

from drivers.power import PowerSession
from lockerd.core.site import Site
from lockerd.ports import PortError, Timers

WITHDRAW_MS = (40, 80)
"""How long a coil must be energised to withdraw the bolt."""

SPRING_MS = (30, 120)
"""From the bolt withdrawn to the contact open."""

TRAVEL_MS = (60, 180)
"""From a hand's push to the contact closed."""

BOUNCE_MS = (1, 6)
"""Between two bounces of a contact."""

AJAR_DEG = 12
"""How far the ejector spring opens a door."""

WIDE_DEG = 95
"""How far a hand opens it."""

LOG_MAX = 4_096
"""Happenings that the witness remembers."""

Cable = Literal["strike", "contact"]


class NoSuchPart(PortError):
    """The simulated cabinet has no such door or cable."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that truly happened, in boot ms."""

    up_ms: int
    unit: str
    what: str


@dataclass(frozen=True, slots=True)
class DoorState:
    """How one door stands, for the workbench and for tests."""

    unit: str
    latched: bool
    angle_deg: int
    jammed: bool
    strike_cable: bool
    contact_cable: bool
    energised: bool
    pulses: int

    @property
    def is_open(self) -> bool:
        """Whether the door stands open."""
        return self.angle_deg > 0


@dataclass(slots=True, eq=False)
class _Door:
    """One door, its latch and its switch."""

    unit: str
    latched: bool = True
    angle_deg: int = 0
    jammed: bool = False
    cables: set[str] = field(default_factory=lambda: {"strike", "contact"})
    line_on: bool = False
    pulses: int = 0
    contact_closed: bool = True
    motion: int = 0
    bounce: int = 0


class Physics:
    """Every door of a site, shut and latched at first, and the supply, on at first.

    `session` is the present life of the electronics.  `observers` are called with the door's name
    (empty for the supply) after every happening.
    """

    def __init__(
        self, site: Site, *, timers: Timers, up_ms: Callable[[], int], rng: Random
    ) -> None:
        self.site = site
        self.timers = timers
        self.up_ms = up_ms
        self.powered = True
        self.session = PowerSession()
        self.log: deque[Happening] = deque(maxlen=LOG_MAX)
        self.counts: Counter[tuple[str, str]] = Counter()
        self.observers: list[Callable[[str], None]] = []
        self._rng = rng
        self._doors = {one.unit: _Door(one.unit) for one in site.compartments}
        self._on_contact: Callable[[str], None] | None = None
        self._on_end: Callable[[], None] | None = None

    # -- the electronics ------------------------------------------------------------------------

    def plug(self, on_contact: Callable[[str], None], on_end: Callable[[], None]) -> None:
        """Connect a board.

        `on_contact`: a contact's line may have a new level.  `on_end`: the session is over.
        """
        self._on_contact = on_contact
        self._on_end = on_end

    def unplug(self) -> None:
        """The board lets go of every line: every coil is off."""
        self._on_contact = None
        self._on_end = None
        for door in self._doors.values():
            self._line(door, False)

    def drive(self, unit: str, on: bool) -> None:
        """The board drives a strike's line."""
        self._line(self._door(unit), on and self.powered)

    def contact(self, unit: str) -> bool | None:
        """True while the switch connects; None while the line hangs on its pull alone."""
        door = self._door(unit)
        return True if door.contact_closed and "contact" in door.cables else None

    # -- hands ----------------------------------------------------------------------------------

    def push(self, unit: str) -> None:
        """Push a door shut."""
        door = self._door(unit)
        self._note(door.unit, "pushed")
        if door.angle_deg or not door.latched:
            self._move(door, TRAVEL_MS, self._shut)

    def pull(self, unit: str) -> None:
        """Pull a door open; a latched one does not move."""
        door = self._door(unit)
        if door.latched:
            self._note(unit, "held")
            return
        self._note(unit, "pulled")
        self._open(door, WIDE_DEG)

    def force(self, unit: str) -> None:
        """Open a latched door without a pulse: the mechanical key, or a crowbar."""
        door = self._door(unit)
        door.latched = False
        self._note(unit, "forced")
        self._open(door, AJAR_DEG)

    def jam(self, unit: str) -> None:
        """Jam the latch: no pulse frees it until `unjam`."""
        self._door(unit).jammed = True
        self._note(unit, "jammed")

    def unjam(self, unit: str) -> None:
        """Free the latch."""
        self._door(unit).jammed = False
        self._note(unit, "unjammed")

    def cut(self, unit: str, cable: str) -> None:
        """Cut a cable: `strike` or `contact`."""
        door = self._door(unit, cable)
        door.cables.discard(cable)
        self._note(unit, f"{cable} cut")
        self._tell_contact(door)

    def mend(self, unit: str, cable: str) -> None:
        """Mend a cable."""
        door = self._door(unit, cable)
        door.cables.add(cable)
        self._note(unit, f"{cable} mended")
        self._tell_contact(door)

    def flutter(self, unit: str, flips: int, gap_ms: int) -> None:
        """Shake a loose contact: up to `flips` changes, `gap_ms` apart, and then the truth."""
        door = self._door(unit)
        door.bounce += 1
        self._note(unit, "fluttering")
        self._flip(door, door.bounce, [gap_ms] * max(1, flips))

    def power(self, on: bool) -> None:
        """Cut or restore the supply; doors stay as they are."""
        if on == self.powered:
            return
        self.powered = on
        self._note("", "power on" if on else "power off")
        if on:
            self.session = PowerSession()
        else:
            self._end_session(lines_persist=False)

    def kill(self, *, lines_persist: bool = False) -> None:
        """Kill the process and leave the power on.

        `lines_persist`: the kernel keeps driving what the process drove, a coil included.
        """
        self._note("", "killed")
        self._end_session(lines_persist=lines_persist)
        if self.powered:
            self.session = PowerSession()

    # -- what can be seen -----------------------------------------------------------------------

    def state(self) -> Mapping[str, DoorState]:
        """Every door as it stands now."""
        return {
            door.unit: DoorState(
                unit=door.unit,
                latched=door.latched,
                angle_deg=door.angle_deg,
                jammed=door.jammed,
                strike_cable="strike" in door.cables,
                contact_cable="contact" in door.cables,
                energised=door.line_on and "strike" in door.cables,
                pulses=door.pulses,
            )
            for door in self._doors.values()
        }

    # -- what happens by itself -----------------------------------------------------------------

    def _end_session(self, *, lines_persist: bool) -> None:
        self.session.alive = False
        on_end = self._on_end
        self._on_contact = None
        self._on_end = None
        if not lines_persist:
            self.unplug()
        if on_end:
            on_end()

    def _line(self, door: _Door, on: bool) -> None:
        if on == door.line_on:
            return
        door.line_on = on
        if on:
            door.pulses += 1
            self._after(WITHDRAW_MS, partial(self._withdraw, door, door.pulses))
        self._note(door.unit, "pulse" if on else "pulse ended")

    def _withdraw(self, door: _Door, pulse: int) -> None:
        """The coil had the time it needs: does the bolt come back?"""
        still_on = door.line_on and door.pulses == pulse and "strike" in door.cables
        if not still_on or door.jammed or not door.latched:
            return
        door.latched = False
        self._note(door.unit, "unlatched")
        self._move(door, SPRING_MS, self._spring)

    def _spring(self, door: _Door) -> None:
        self._open(door, AJAR_DEG)

    def _open(self, door: _Door, angle_deg: int) -> None:
        was_shut = door.angle_deg == 0
        door.angle_deg = max(angle_deg, door.angle_deg)
        door.motion += 1
        if was_shut:
            self._note(door.unit, "opened")
            self._settle_contact(door, closed=False)
        else:
            self._observe(door.unit)

    def _shut(self, door: _Door) -> None:
        was_open = door.angle_deg > 0
        door.angle_deg = 0
        if was_open:
            self._note(door.unit, "closed")
            self._settle_contact(door, closed=True)
        if door.line_on and "strike" in door.cables and not door.jammed:
            self._move(door, SPRING_MS, self._spring)  # the bolt is held back: nothing catches
        else:
            door.latched = True
            self._note(door.unit, "latched")

    def _move(
        self, door: _Door, delay_ms: tuple[int, int], arrive: Callable[[_Door], None]
    ) -> None:
        """Something moves and arrives later, unless something else moves first."""
        door.motion += 1
        motion = door.motion

        def arrived() -> None:
            if door.motion == motion:
                arrive(door)

        self._after(delay_ms, arrived)

    def _settle_contact(self, door: _Door, *, closed: bool) -> None:
        """The switch changes, with an even number of bounces behind the first edge."""
        door.bounce += 1
        gaps_ms = [self._rng.randint(*BOUNCE_MS) for _ in range(2 * self._rng.choice((0, 1, 1, 2)))]
        self._set_contact(door, closed)
        self._flip_later(door, door.bounce, gaps_ms)

    def _flip(self, door: _Door, bounce: int, gaps_ms: list[int]) -> None:
        if door.bounce == bounce:
            last = len(gaps_ms) == 1
            self._set_contact(door, door.angle_deg == 0 if last else not door.contact_closed)
            self._flip_later(door, bounce, gaps_ms[1:])

    def _flip_later(self, door: _Door, bounce: int, gaps_ms: list[int]) -> None:
        if gaps_ms:
            self.timers.after(gaps_ms[0], partial(self._flip, door, bounce, gaps_ms))

    def _set_contact(self, door: _Door, closed: bool) -> None:
        if door.contact_closed != closed:
            door.contact_closed = closed
            self._tell_contact(door)

    def _tell_contact(self, door: _Door) -> None:
        if self._on_contact:
            self._on_contact(door.unit)

    def _after(self, delay_ms: tuple[int, int], call: Callable[[], None]) -> None:
        self.timers.after(self._rng.randint(*delay_ms), call)

    def _note(self, unit: str, what: str) -> None:
        self.log.append(Happening(self.up_ms(), unit, what))
        self.counts[unit, what] += 1
        self._observe(unit)

    def _observe(self, unit: str) -> None:
        for observer in tuple(self.observers):
            observer(unit)

    def _door(self, unit: str, cable: str = "strike") -> _Door:
        if unit not in self._doors:
            raise NoSuchPart(f"there is no door {unit}; name one of {', '.join(self._doors)}")
        if cable not in ("strike", "contact"):
            raise NoSuchPart(f"there is no cable {cable}; name strike or contact")
        return self._doors[unit]
