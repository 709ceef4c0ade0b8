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
from lockerd.core.parts import PARTS, working
from lockerd.core.reference import named, reference
from lockerd.core.site import Site
from lockerd.daemon import papers_of
from lockerd.house import House, Parts
from lockerd.porter import Porter, Run
from lockerd.ports import PortError, Post
from lockerd.simulation import staff as people
from lockerd.simulation.ear import Ear
from lockerd.simulation.outlets import Outlet
from lockerd.simulation.panel import Panel
from lockerd.simulation.phone import Phone, PhoneMessage
from lockerd.simulation.stick import Stick
from lockerd.simulation.tray import Tray

KeySink = Callable[[str], None]
TouchSink = Callable[[int, int], None]


class NotPossible(PortError):
    """What hands tried cannot be done to this cabinet now."""


def _known(part: str) -> None:
    if part not in PARTS:
        raise NotPossible(f"no part {part!r}; there are {', '.join(PARTS)}")


class SimulatedSite:
    """Implements `ports.World` and `ports.Courier`.

    `parts_of()` gives the parts of each new power-on.  `outlets`: where codes go besides the phone.
    `carry`: how papers get onto the stick; in a story at once, beside the loop in real time.
    `broken`: parts that do nothing; it survives a power cut.  `panel`: the screen, where there is
    one.  `place_of(action)`: the pixel of the button that does this, None where none is shown.
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
        self.stick = Stick(state_dir)
        self.carry: Run = lambda work: work()
        self.badges: dict[str, people.Badge] = {}
        self.house: House | None = None
        self.broken: set[str] = set()
        self.panel: Panel | None = None
        self.plugged = False
        self.ear = Ear(lambda: "speech" not in self.broken)
        self.on_key: KeySink | None = None
        self.on_touch: TouchSink | None = None
        self.place_of: Callable[[str], tuple[int, int] | None] = lambda action: None
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
        parts.open_porter = self._porter
        if self.site.printer.kind != "none":
            parts.printer = self.tray
        house = House(self.site, self.state_dir, parts)
        house.on_events = lambda events: self.on_events(events)
        self.house = house
        house.start()
        for part in PARTS:
            if part != "screen" and working(house.engine.state, part) is (part in self.broken):
                self._notice(part)
        if not self.site.owner_key:
            self.badges = people.enrol(house)
        if self.plugged:
            self.headphones(True)
        return house

    def _porter(self, post: Post) -> Porter:
        papers = papers_of(self.site, self.state_dir)
        return Porter(self.site.device, self.stick, papers, post, self.carry)

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
        house = self._alive()
        if "scanner" not in self.broken:
            house.loop.post(msg.Scanned(text))

    def badge(self, staff: str) -> None:
        """Show a member of staff's badge to the scanner."""
        if staff not in self.badges:
            known = ", ".join(sorted(self.badges))
            raise NotPossible(f"nobody has badge {staff!r}; there are badges {known}")
        self.scan(self.badges[staff].text)

    def key(self, key: str) -> None:
        """Press a key of the panel: a digit, `ok`, `erase`, `cancel`, `speech`, `louder`, …"""
        self._alive()
        if self.on_key is None:
            raise NotPossible("this run has no keypad; start it with a screen")
        if "keypad" not in self.broken:
            self.on_key(key)

    def headphones(self, plugged: bool) -> None:
        """Plug headphones into the panel, or pull them out; they stay in through a power cut."""
        self.plugged = plugged
        if self.house is not None and self.on_key is not None:
            self.on_key("headphones-in" if plugged else "headphones-out")

    def touch(self, x: int, y: int) -> None:
        """Tap the screen at a pixel."""
        self._alive()
        if self.on_touch is None:
            raise NotPossible("this run has no screen to touch; start it with one")
        if "touch" not in self.broken:
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

    # -- parts that fail -------------------------------------------------------------------------

    def break_part(self, part: str) -> None:
        """Break a part; what owns it notices."""
        _known(part)
        if part == "screen":
            if self.panel is None:
                raise NotPossible("this run has no screen to break; start it with one")
            self.broken.add(part)
            self.panel.smash()
            return
        self.broken.add(part)
        self._notice(part)

    def mend_part(self, part: str) -> None:
        """Put in one that works; what owns it notices."""
        _known(part)
        self.broken.discard(part)
        if part != "screen":
            self._notice(part)
        elif self.panel is not None:
            self.panel.replace()

    def _notice(self, part: str) -> None:
        """What the driver of a part would say of it."""
        if self.house is not None:
            self.house.loop.post(msg.PartChanged(part, part not in self.broken))

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
