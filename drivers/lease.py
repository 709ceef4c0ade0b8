"""The lease on a coil: every pulse has its end before it has its beginning.

Theory of operation.  A latch coil is rated for moments; one that stays energised burns.  A pulse is
therefore a lease: the end is scheduled first, then the coil is energised, both under one lock, and
whoever ends it (its deadline, a failing write, `stop`) drives the coil off and reads it back.  The
lease knows nothing of threads: `timers` decides where the end runs, the keeper thread of
`deadlines` on a device and virtual time in a simulation.

Rules.
* One coil at a time in the whole cabinet, and `SUPPLY_GAP_MS` of rest for the supply in between.
* `PULSE_MS_MAX` is a ceiling, not a default; a longer pulse is refused, never shortened.
* A strike cools down `cooldown_ms` after the end of its pulse.
* A `PulseRefused` means that no coil was energised.  Once the ON write was tried, the answer is a
  `PulseEnded`, exactly one per pulse, with the fault in it.
* A coil that does not switch off blocks every other one and is tried again for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Protocol

from drivers.errors import (
    CabinetStopped,
    CoolingDown,
    NoSuchDoor,
    PulseOutOfRange,
    StrikeStuck,
    SupplyBusy,
)
from lockerd.core.messages import PulseEnded
from lockerd.core.site import Strike
from lockerd.ports import Cancel, Post, Timers

PULSE_MS_MAX = 2_000
"""No coil of any cabinet is energised longer than this by one pulse."""

SUPPLY_GAP_MS = 200
"""Rest of the supply between two coils."""

OFF_TRIES = 3
"""How often an OFF write is tried before the strike counts as stuck."""

STUCK_RETRY_MS = 250
"""How often a stuck strike is driven off again."""


class Coils(Protocol):
    """The output lines, by door."""

    def write(self, unit: str, on: bool) -> None:
        """Drive the coil of `unit`; any exception means that it may not have followed."""

    def is_on(self, unit: str) -> bool:
        """What the line reads back."""


@dataclass(slots=True, eq=False)
class _Running:
    """The pulse that holds the supply."""

    unit: str
    started_ms: int
    pulse_ms: int
    timer: Cancel | None = field(default=None, repr=False)


class Lease:
    """Pulses the strikes of one cabinet, one at a time.

    `worst_late_ms`: by how much the latest of all ends missed its deadline.
    """

    def __init__(
        self,
        strikes: Mapping[str, Strike],
        coils: Coils,
        *,
        timers: Timers,
        up_ms: Callable[[], int],
        post: Post,
    ) -> None:
        self._strikes = dict(strikes)
        self._coils = coils
        self._timers = timers
        self._up_ms = up_ms
        self._post = post
        self._lock = Lock()
        self._running: _Running | None = None
        self._stuck: set[str] = set()
        self._stopped = False
        self._supply_free_ms = 0
        self._cool_ms: dict[str, int] = {}
        self.worst_late_ms = 0

    @property
    def energised(self) -> str | None:
        """The door whose coil is energised now."""
        running = self._running
        return running.unit if running else None

    def begin(self, unit: str, pulse_ms: int) -> None:
        """Energise one coil for `pulse_ms`; raises a `PulseRefused` when nothing was energised."""
        ended = None
        with self._lock:
            now_ms = self._up_ms()
            self._admit(unit, pulse_ms, now_ms)
            running = _Running(unit, now_ms, pulse_ms)
            running.timer = self._timers.after(pulse_ms, partial(self._expire, running))
            self._running = running
            try:
                self._coils.write(unit, True)
            except BaseException as error:
                ended = self._finish(running, f"the strike did not switch on ({_name(error)})")
                if not isinstance(error, Exception):
                    raise
        if ended:
            self._post(ended)

    def stop(self) -> list[str]:
        """Drive every coil off and refuse every pulse from now on; idempotent.

        Returns the doors whose coil could not be driven off.
        """
        ended = None
        with self._lock:
            self._stopped = True
            if self._running:
                ended = self._finish(self._running, "the cabinet stopped during the pulse")
            failed = [unit for unit in self._strikes if self._drive_off(unit)]
        if ended:
            self._post(ended)
        return failed

    def _admit(self, unit: str, pulse_ms: int, now_ms: int) -> None:
        """Refuse what must not happen now; nothing is energised yet."""
        if self._stopped:
            raise CabinetStopped("the cabinet is stopped; restart lockerd")
        if unit not in self._strikes:
            raise NoSuchDoor(f"there is no door {unit}; name one of the cabinet's own")
        if not 1 <= pulse_ms <= PULSE_MS_MAX:
            raise PulseOutOfRange(
                f"door {unit}: a pulse of {pulse_ms} ms is refused; set pulse_ms to "
                f"{PULSE_MS_MAX} or less, and more than 0"
            )
        if self._stuck:
            names = ", ".join(sorted(self._stuck))
            raise StrikeStuck(
                f"the strike of door {names} does not switch off; cut the lock supply"
            )
        if self._running:
            end_ms = self._running.started_ms + self._running.pulse_ms
            raise SupplyBusy(
                f"door {unit}: door {self._running.unit} is being released; wait for it to end",
                max(0, end_ms - now_ms) + SUPPLY_GAP_MS,
            )
        if now_ms < self._supply_free_ms:
            wait_ms = self._supply_free_ms - now_ms
            raise SupplyBusy(f"door {unit}: the supply rests; wait {wait_ms} ms", wait_ms)
        if now_ms < self._cool_ms.get(unit, now_ms):
            wait_ms = self._cool_ms[unit] - now_ms
            raise CoolingDown(f"door {unit}: the strike cools down; wait {wait_ms} ms", wait_ms)

    def _expire(self, running: _Running) -> None:
        """The deadline of a pulse has come."""
        with self._lock:
            if self._running is not running:
                return
            ended = self._finish(running, None)
        self._post(ended)

    def _finish(self, running: _Running, fault: str | None) -> PulseEnded:
        """End the running pulse, whatever the reason; the lock is held."""
        unit = running.unit
        off_fault = self._drive_off(unit)
        self._running = None
        if running.timer:
            running.timer.cancel()
        now_ms = self._up_ms()
        on_ms = now_ms - running.started_ms
        self.worst_late_ms = max(self.worst_late_ms, on_ms - running.pulse_ms)
        self._supply_free_ms = now_ms + SUPPLY_GAP_MS
        self._cool_ms[unit] = now_ms + self._strikes[unit].cooldown_ms
        if off_fault:
            self._stuck.add(unit)
            if not self._stopped:
                self._timers.after(STUCK_RETRY_MS, self._retry)
        elif fault is None and on_ms > PULSE_MS_MAX:
            fault = f"the coil was on for {on_ms} ms"
        return PulseEnded(unit, off_fault or fault)

    def _drive_off(self, unit: str) -> str | None:
        """Drive one coil off and read it back; None, or what went wrong every time."""
        fault = None
        for _ in range(OFF_TRIES):
            try:
                self._coils.write(unit, False)
                if not self._coils.is_on(unit):
                    return None
                fault = "the strike did not switch off (it reads on)"
            except Exception as error:
                fault = f"the strike did not switch off ({_name(error)})"
        return fault

    def _retry(self) -> None:
        """Drive stuck strikes off again; as long as one is stuck, come back."""
        with self._lock:
            if self._stopped:
                return
            self._stuck = {unit for unit in self._stuck if self._drive_off(unit)}
            if self._stuck:
                self._timers.after(STUCK_RETRY_MS, self._retry)


def _name(error: BaseException) -> str:
    """What kind of error it was; its text may be anybody's, so it stays out."""
    return type(error).__name__
