"""A simulated site: the physics in the hall, the house in front of it, and hands on both.

Theory of operation.  `SimulatedSite` holds what survives a power cut (the physics, the phone, the
badges, the state directory) and builds a house in front of it whenever power comes on.  It is the
`World` of the workbench, of `lockerctl sim` and of stories.

A site whose config names an owner is claimed like a real one; any other enrols its labelled staff.

Rules.  A power cut runs no code of the house: it is abandoned where it stands.  Power on is the
ordinary start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from drivers.physics import Physics
from lockerd.core import messages as msg
from lockerd.core.effects import Deliver, Remind, Tell
from lockerd.core.events import Event
from lockerd.core.reference import named, reference
from lockerd.core.site import Site
from lockerd.house import House, Parts
from lockerd.ports import PortError
from lockerd.simulation import staff as people
from lockerd.simulation.outlets import Outlet
from lockerd.simulation.phone import Phone, PhoneMessage
from lockerd.simulation.tray import Tray

KeySink = Callable[[str], None]
TouchSink = Callable[[int, int], None]


class NotPossible(PortError):
    """What hands tried cannot be done to this cabinet now."""


class SimulatedSite:
    """Implements `ports.World` and `ports.Courier`.

    `parts_of()` gives the parts of each new power-on.  `outlets`: where codes go besides the phone.
    """

    def __init__(
        self,
        site: Site,
        state_dir: Path,
        physics: Physics,
        parts_of: Callable[[], Parts],
        move_clock: Callable[[int], None],
    ) -> None:
        self.site = site
        self.state_dir = state_dir
        self.physics = physics
        self.phone = Phone(state_dir / "phone.json")
        self.outlets: Sequence[Outlet] = ()
        self.tray = Tray()
        self.badges: dict[str, people.Badge] = {}
        self.house: House | None = None
        self.on_key: KeySink | None = None
        self.on_touch: TouchSink | None = None
        self.on_power: Callable[[bool], None] = lambda on: None
        self.on_events: Callable[[Sequence[Event]], None] = lambda events: None
        self._parts_of = parts_of
        self._move_clock = move_clock

    # -- power ---------------------------------------------------------------------------------

    def power(self, on: bool) -> None:
        """Cut or restore the supply."""
        if on == (self.house is not None):
            return
        if on:
            self.physics.power(True)
            self.start()
        else:
            house, self.house = self.house, None
            self.physics.power(False)
            assert house is not None
            house.abandon()
        self.on_power(on)

    def start(self) -> House:
        """Build a house in front of the physics and start it."""
        parts = self._parts_of()
        parts.courier = self
        parts.slips_dir = self.state_dir
        parts.on_letter = self.tray.told
        if self.site.printer.kind != "none":
            parts.printer = self.tray
        house = House(self.site, self.state_dir, parts)
        house.on_events = lambda events: self.on_events(events)
        self.house = house
        house.start()
        if not self.site.owner_key:
            self.badges = people.enrol(house)
        return house

    def stop(self) -> None:
        """Stop in order."""
        house, self.house = self.house, None
        if house is not None:
            house.stop("asked")

    # -- hands on doors and cables -----------------------------------------------------------------

    def push(self, unit: str) -> None:
        """Push a door shut."""
        self.physics.push(unit)

    def pull(self, unit: str) -> None:
        """Pull at a door; only an unlatched one moves."""
        self.physics.pull(unit)

    def force(self, unit: str) -> None:
        """Break a latched door open, or use the mechanical key."""
        self.physics.force(unit)

    def jam(self, unit: str) -> None:
        """Jam the latch."""
        self.physics.jam(unit)

    def unjam(self, unit: str) -> None:
        """Free the latch."""
        self.physics.unjam(unit)

    def cut(self, unit: str, cable: str) -> None:
        """Cut the cable of the `strike` or of the `contact`."""
        self.physics.cut(unit, cable)

    def mend(self, unit: str, cable: str) -> None:
        """Mend a cable that was cut."""
        self.physics.mend(unit, cable)

    # -- hands on the kiosk ----------------------------------------------------------------------

    def scan(self, text: str) -> None:
        """Show a symbol to the scanner."""
        self._alive().loop.post(msg.Scanned(text))

    def badge(self, staff: str) -> None:
        """Show a member of staff's badge to the scanner."""
        if staff not in self.badges:
            known = ", ".join(sorted(self.badges))
            raise NotPossible(f"nobody has badge {staff!r}; there are badges {known}")
        self.scan(self.badges[staff].text)

    def key(self, key: str) -> None:
        """Press a key of the keypad: a digit, `ok`, `erase` or `cancel`."""
        self._alive()
        if self.on_key is None:
            raise NotPossible("this run has no keypad; start it with a screen")
        self.on_key(key)

    def touch(self, x: int, y: int) -> None:
        """Tap the screen at a pixel."""
        self._alive()
        if self.on_touch is None:
            raise NotPossible("this run has no screen to touch; start it with one")
        self.on_touch(x, y)

    def clock(self, by_ms: int) -> None:
        """Move the wall clock; the journal says so before it says what follows from it."""
        house = self._alive()
        self._move_clock(by_ms)
        moved_ms = house.clock.jump()
        if moved_ms is not None:
            house.take(msg.ClockJumped(moved_ms, house.clock.now().source))
        house.take(msg.Tick())

    def _alive(self) -> House:
        if self.house is None:
            raise NotPossible("the cabinet has no power; switch it on first")
        return self.house

    # -- codes that leave --------------------------------------------------------------------------

    def deliver(self, effect: Deliver) -> Sequence[str]:
        """Hand fresh codes out; the channels that took them."""
        message = self._message(effect)
        return [one.channel for one in (self.phone, *self.outlets) if one.take(message)]

    def tell(self, effect: Remind | Tell) -> None:
        """Remind the recipient, or tell a contact; both stand on the same telephone."""
        sent = self.phone.of(effect.ho)
        if sent is None:
            return
        now = self._alive().clock.now().lo
        if isinstance(effect, Remind):
            hours = f"{effect.before_h} hour{'' if effect.before_h == 1 else 's'}"
            self.phone.take(replace(sent, sent=now, note=f"Reminder: {hours} left to collect."))
            return
        known = (one.title or one.key for one in self.site.notify if one.key == effect.contact)
        note = "Nobody came to collect this."
        to = next(known, effect.contact)
        self.phone.take(replace(sent, sent=now, note=note, recipient=to, pin="", qr=""))

    def _message(self, effect: Deliver) -> PhoneMessage:
        house = self._alive()
        known = house.engine.state.handovers[effect.ho]
        names = named(known, house.journal.disclosed)
        return PhoneMessage(
            ho=effect.ho,
            reference=reference(self.site, effect.ho),
            recipient=names.get("recipient", ""),
            item=names.get("item", ""),
            unit=known.unit or "",
            opens=known.opens,
            closes=known.closes,
            sent=house.clock.now().lo,
            pin=effect.pin,
            qr=effect.qr,
        )
