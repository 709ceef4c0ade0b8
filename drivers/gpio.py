"""Strikes and door contacts on the lines of a single-board computer, through gpiozero.

Theory of operation.  One output line per strike, one input line per door contact, all made from one
explicit pin factory: the lgpio factory of `lgpio_safe` on a device, the mock board of `mockboard`
in a simulation; this file cannot tell them apart.  An output is only ever written through the
`Lease`; an input's edge callback stamps the time and hands the level to the door's `DoorFilter`,
nothing else, since an exception in a callback would silence every later edge.

Rules.
* Only `DigitalOutputDevice` and `DigitalInputDevice`, with `bounce_time=None`.  Pulses of the
  library (`blink`) leave a coil on when they are interrupted, and its bounce filter means something
  else on each factory.
* `start` makes and drives every strike off before it looks at a single door.
* A contact closes to the rail that `closed_high` names and is pulled to the other one, so a cut
  cable reads open.
* Edges can be lost: with `poll_ms`, every level is read once in a while and a difference counts as
  an edge.  A line that cannot be read is UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock
from typing import Any, Protocol, TypeVar

from drivers.debounce import DoorFilter
from drivers.errors import CabinetStopped, PinError
from drivers.lean import load
from drivers.lease import Lease
from lockerd.core.messages import Level, Message
from lockerd.core.site import Compartment, Site
from lockerd.ports import Cancel, Post, Timers

_gpiozero = load("gpiozero")
DigitalInputDevice = _gpiozero.DigitalInputDevice
DigitalOutputDevice = _gpiozero.DigitalOutputDevice

T = TypeVar("T")


class Keeper(Timers, Protocol):
    """Timers that start and stop with the cabinet; `deadlines.Deadlines` on a device."""

    on_failure: Callable[[BaseException], None] | None

    @property
    def last_turn_ms(self) -> int: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class _Lines:
    """The claimed lines; `lease.Coils` for the outputs."""

    def __init__(self, site: Site, pin_factory: Any) -> None:
        self.strikes: dict[str, Any] = {}
        self.contacts: dict[str, Any] = {}
        try:
            for one in site.compartments:
                self.strikes[one.unit] = _claim(one, "strike", partial(_strike, one, pin_factory))
            for one in site.compartments:
                self.contacts[one.unit] = _claim(
                    one, "contact", partial(_contact, one, pin_factory)
                )
        except BaseException:
            self.close()
            raise

    def write(self, unit: str, on: bool) -> None:
        """Drive the strike of `unit`."""
        device = self.strikes[unit]
        if on:
            device.on()
        else:
            device.off()

    def is_on(self, unit: str) -> bool:
        """What the strike's line reads back."""
        return bool(self.strikes[unit].value)

    def level(self, unit: str) -> Level:
        """The contact's level this instant; raises what the library raises."""
        return Level.CLOSED if self.contacts[unit].value else Level.OPEN

    def watch(self, call: Callable[[str, Level], None]) -> None:
        """Call back with every edge, on the library's thread."""
        for unit, device in self.contacts.items():
            device.when_activated = partial(call, unit, Level.CLOSED)
            device.when_deactivated = partial(call, unit, Level.OPEN)

    def close(self) -> None:
        """Give every line back; idempotent."""
        for device in (*self.contacts.values(), *self.strikes.values()):
            device.close()


class GpioCabinet:
    """`ports.Cabinet` over gpiozero.  Guard level 1: a pulse ends in this process, on its keeper.

    `timers` run pulse ends and door settling; a `keeper` is the same object where it has a thread
    of its own to start and stop.  `poll_ms` None trusts edges alone (a simulation loses none).
    """

    def __init__(
        self,
        site: Site,
        pin_factory: Any,
        *,
        timers: Timers,
        up_ms: Callable[[], int],
        keeper: Keeper | None = None,
        poll_ms: int | None = None,
    ) -> None:
        self._site = site
        self._pin_factory = pin_factory
        self._timers = timers
        self._up_ms = up_ms
        self._keeper = keeper
        self._poll_ms = poll_ms
        self._lock = Lock()
        self._doors: dict[str, DoorFilter] = {}
        self._settling: dict[str, Cancel] = {}
        self._lines: _Lines | None = None
        self._lease: Lease | None = None
        self._post: Post = _nobody
        self._started = False

    @property
    def last_turn_ms(self) -> int:
        """When the keeper last turned, in boot ms: the heartbeat for the watchdog."""
        return self._keeper.last_turn_ms if self._keeper else self._up_ms()

    def start(self, post: Post) -> Mapping[str, Level]:
        """Drive every strike off, read every door once, then post changes; raises PinError."""
        assert not self._started, "the cabinet was started twice"
        self._started = True
        self._post = post
        try:
            lines = self._lines = _Lines(self._site, self._pin_factory)
        except BaseException:
            self._pin_factory.close()
            raise
        strikes = {one.unit: one.strike for one in self._site.compartments}
        self._lease = Lease(strikes, lines, timers=self._timers, up_ms=self._up_ms, post=post)
        with self._lock:  # an edge that comes while the levels are read waits for the filters
            lines.watch(self._edge)
            for one in self._site.compartments:
                level = _claim(one, "contact", partial(lines.level, one.unit))
                self._doors[one.unit] = DoorFilter(one.unit, level, one.contact.stable_ms)
            levels = {unit: door.raw for unit, door in self._doors.items()}
        if self._keeper:
            self._keeper.on_failure = self._keeper_died
            self._keeper.start()
        if self._poll_ms is not None:
            self._timers.after(self._poll_ms, self._poll)
        return levels

    def pulse(self, unit: str, pulse_ms: int) -> None:
        """Energise one strike once; raises PulseRefused when nothing was energised."""
        if self._lease is None:
            raise CabinetStopped("the cabinet is not running; restart lockerd")
        self._lease.begin(unit, pulse_ms)

    def stop(self) -> None:
        """Drive everything off and let go; raises PinError when a strike would not switch off."""
        lease, self._lease = self._lease, None
        failed = lease.stop() if lease else []
        if self._keeper:
            self._keeper.stop()
        lines, self._lines = self._lines, None
        if lines is None:
            return
        with self._lock:
            self._doors.clear()
            for timer in self._settling.values():
                timer.cancel()
            self._settling.clear()
        lines.close()
        self._pin_factory.close()
        if failed:
            names = ", ".join(failed)
            raise PinError(f"the strike of door {names} does not switch off; cut the lock supply")

    def abandon(self) -> None:
        """Forget everything without driving anything: the board has no power any more."""
        self._doors.clear()
        self._settling.clear()
        if self._lines:
            self._lines.close()

    @property
    def energised(self) -> str | None:
        """The door whose coil is energised now."""
        return self._lease.energised if self._lease else None

    @property
    def worst_late_ms(self) -> int:
        """By how much the latest end of a pulse missed its deadline so far."""
        return self._lease.worst_late_ms if self._lease else 0

    def _edge(self, unit: str, level: Level) -> None:
        """An edge, on the library's thread: note it and make sure that somebody looks at it."""
        with self._lock:
            now_ms = self._up_ms()
            door = self._doors.get(unit)
            if door is not None:
                door.edge(level, now_ms)
                self._arm(door, now_ms)

    def _arm(self, door: DoorFilter, now_ms: int) -> None:
        """One timer per door, whatever the contact does; the lock is held."""
        due_ms = door.due_ms()
        if due_ms is not None and door.unit not in self._settling:
            self._settling[door.unit] = self._timers.after(
                max(0, due_ms - now_ms), partial(self._settle, door.unit)
            )

    def _settle(self, unit: str) -> None:
        """A door's timer: post what is certain by now, and come back if something is not."""
        with self._lock:
            self._settling.pop(unit, None)
            door = self._doors.get(unit)
            if door is None:
                return
            now_ms = self._up_ms()
            moved = door.turn(now_ms)
            self._arm(door, now_ms)
        for message in moved:
            self._post(message)

    def _poll(self) -> None:
        """Read every level: what an edge should have told, and did not, is told now."""
        lines = self._lines
        assert lines is not None and self._poll_ms is not None
        for unit in lines.contacts:
            try:
                level = lines.level(unit)
            except Exception:  # whatever the library raises: the line said nothing
                self._doubt(unit)
            else:
                self._edge(unit, level)
        self._timers.after(self._poll_ms, self._poll)

    def _doubt(self, unit: str) -> None:
        with self._lock:
            now_ms = self._up_ms()
            door = self._doors.get(unit)
            if door is not None:
                door.doubt(now_ms)
                self._arm(door, now_ms)

    def _keeper_died(self, error: BaseException) -> None:
        """Nobody watches the deadlines any more: everything off, nothing known."""
        if self._lease:
            self._lease.stop()
        now_ms = self._up_ms()
        with self._lock:
            doors = list(self._doors.values())
            for door in doors:
                door.doubt(now_ms)
            moved = [message for door in doors for message in door.turn(now_ms)]
            self._doors.clear()
        for message in moved:
            self._post(message)


def _nobody(message: Message) -> None:
    """Facts before `start` do not exist."""


def _strike(one: Compartment, pin_factory: Any) -> Any:
    """A strike, driven off from the first moment and read back."""
    device = DigitalOutputDevice(
        one.strike.pin,
        active_high=one.strike.active_high,
        initial_value=False,
        pin_factory=pin_factory,
    )
    if device.value:
        device.close()
        raise PinError("the line reads on after it was driven off")
    return device


def _contact(one: Compartment, pin_factory: Any) -> Any:
    """Active means closed: pulled away from the rail that the closed switch connects to."""
    return DigitalInputDevice(
        one.contact.pin,
        pull_up=not one.contact.closed_high,
        bounce_time=None,
        pin_factory=pin_factory,
    )


def _claim(one: Compartment, what: str, make: Callable[[], T]) -> T:
    """Claim or read one line, naming the door, the line and the remedy when it fails."""
    try:
        return make()
    except Exception as error:  # the library, its factory and the kernel each have their own
        pin = one.strike.pin if what == "strike" else one.contact.pin
        raise PinError(
            f"door {one.unit}: {what} on GPIO{pin}: {type(error).__name__}: {error}; "
            f"check the pin in the config and that no other program holds it"
        ) from error


def drive_all_off(site: Site, pin_factory: Any) -> list[str]:
    """Claim and drive off what strikes can be reached; the doors whose strike could not be.

    For the moments when no cabinet runs: after the daemon ended, before it starts.
    """
    failed = []
    for one in site.compartments:
        try:
            _claim(one, "strike", partial(_strike, one, pin_factory)).close()
        except PinError:
            failed.append(one.unit)
    pin_factory.close()
    return failed
