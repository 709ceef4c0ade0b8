"""Where time comes from: an interval kept honest on a board that may not know the time.

Theory of operation.  `up_ms` is CLOCK_BOOTTIME, which nobody can set.  The lower bound grows from
the journal's last entry with the time since boot, and from the build date before there is one.  The
wall clock counts only while something vouches for it: the time service says that it is
synchronised, or the config says that a battery keeps it.  After a synchronisation the interval is
held and widens with the crystal's drift.  Where nothing vouches, two people may say what time it
is (`tell`): their interval is held in the same way until the board starts again.

Rules.  A raw wall clock never raises `lo` and never sets `hi`.  A wall clock below what is proven
is not believed, battery or not, and neither is one more than ten years above it: believed once, it
would end every window for good.  A clock with a battery runs off like any crystal, so its interval
widens from the last time that the time service vouched for it (`anchor`), or from the day the
device was set up.  Proven time goes on with the time since boot less the drift that a
crystal may have.  `prove` takes a time that somebody else's signature proves.  `jump` reports a
step once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from lockerd.core.now import Now
from lockerd.uptime import up_ms, wall_ms

BUILD_MS = 1_795_000_000_000
"""No entry can be older than this release."""

DRIFT_PPM = 100
"""How far a board's crystal may run off, in parts per million."""

AHEAD_MAX_MS = 10 * 366 * 86_400_000
"""A clock with a battery that is further ahead of what is proven is broken."""

STEP_MS = 2_000
"""A wall clock that moves more than this against the time since boot was stepped."""

SYNCED = Path("/run/systemd/timesync/synchronized")


def boot_id() -> str:
    """Eight hex digits that name this boot of the machine."""
    given = os.environ.get("LOCKERD_BOOT_ID", "")
    text = given or Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    return text.replace("-", "").strip()[:8]


class BoardClock:
    """The clock of a device."""

    def __init__(
        self,
        floor: Now | None,
        battery_backed: bool,
        error_ms: int,
        boot: str = "",
        up: Callable[[], int] = up_ms,
        wall: Callable[[], int] = wall_ms,
        synced: Callable[[], bool] = SYNCED.exists,
    ) -> None:
        """`floor`: the last entry's time.  `error_ms`: half the width of a believed wall clock."""
        self._boot = boot or boot_id()
        self._up, self._wall, self._synced = up, wall, synced
        self._battery, self._error_ms = battery_backed, error_ms
        self._anchor = wall() if floor is None else BUILD_MS
        self._offset = wall() - up()
        self._held: tuple[int, int] | None = None
        self._told: tuple[int, int, int] | None = None
        same_boot = floor is not None and floor.boot == self._boot
        self._lo = floor.lo if floor is not None else BUILD_MS
        self._lo_up = floor.up_ms if floor is not None and same_boot else up()

    def up_ms(self) -> int:
        """Milliseconds since boot."""
        return self._up()

    def now(self) -> Now:
        """The interval that contains the present."""
        up, wall = self._up(), self._wall()
        lo = self._proven(up)
        believed = self._synced()
        if believed:
            self._held = (up, wall)
        elif self._battery and wall - lo <= AHEAD_MAX_MS:
            run_off = max(0, wall - self._anchor) * DRIFT_PPM // 1_000_000
            if wall + self._error_ms + run_off >= lo:
                return self._interval(up, lo, wall, self._error_ms + run_off, "battery")
        if self._held is None:
            return self._said(up, lo)
        since, at = self._held
        error_ms = self._error_ms + (up - since) * DRIFT_PPM // 1_000_000
        return self._interval(up, lo, at + up - since, error_ms, "synced" if believed else "held")

    def _proven(self, up: int) -> int:
        """The lower bound now: time since boot counts for what the slowest crystal makes of it."""
        gone = max(0, up - self._lo_up)
        return self._lo + gone - gone * DRIFT_PPM // 1_000_000

    def _said(self, up: int, lo: int) -> Now:
        """What two people said of the time, if anything, held since."""
        if self._told is None:
            return Now(self._boot, up, lo, None, "floor")
        since, low, high = self._told
        gone = up - since
        drift = gone * DRIFT_PPM // 1_000_000
        hi = high + gone + drift
        if hi < lo:
            return Now(self._boot, up, lo, None, "floor")
        return Now(self._boot, up, max(lo, low + gone - drift), hi, "staff")

    def tell(self, lo: int, hi: int, at_up_ms: int) -> None:
        """Two people said that at `at_up_ms` of this boot it was between `lo` and `hi`."""
        self._told = (at_up_ms, lo, hi)

    def anchor(self, at: int) -> None:
        """The wall clock was last vouched for at `at` (Unix ms); a battery drifts since then."""
        self._anchor = at

    def prove(self, at: int) -> None:
        """A signature that counts says that it is `at` (Unix ms) or later."""
        up = self._up()
        if at > self._proven(up):
            self._lo, self._lo_up = at, up

    def _interval(self, up: int, lo: int, middle: int, error_ms: int, source: str) -> Now:
        """The believed interval, cut off below at what is proven; the new bound is kept."""
        hi = middle + error_ms
        if hi < lo:
            return Now(self._boot, up, lo, None, "floor")
        self._lo, self._lo_up = max(lo, middle - error_ms), up
        return Now(self._boot, up, self._lo, hi, source)

    def jump(self) -> int | None:
        """By how many ms the wall clock was stepped since the last call; None when it was not."""
        offset = self._wall() - self._up()
        by = offset - self._offset
        if abs(by) <= STEP_MS:
            return None
        self._offset = offset
        return by


class SimulatedClock:
    """The wall clock of a simulated cabinet: real time, moved by hand, never below the journal."""

    def __init__(
        self,
        floor: Now | None,
        boot: str,
        up: Callable[[], int] = up_ms,
        wall: Callable[[], int] = wall_ms,
    ) -> None:
        self._boot, self._up, self._wall = boot, up, wall
        self._ahead = max(0, floor.lo - wall()) if floor is not None else 0
        self._lo = floor.lo if floor is not None else 0
        self._moved: int | None = None

    def up_ms(self) -> int:
        """Milliseconds since boot."""
        return self._up()

    def now(self) -> Now:
        """A point: the simulation knows its own time."""
        # The laptop's own clock may step back; what was once written down may not be unsaid.
        self._lo = max(self._lo, self._wall() + self._ahead)
        return Now(self._boot, self._up(), self._lo, self._lo, "sim")

    def tell(self, lo: int, hi: int, at_up_ms: int) -> None:
        """A simulation knows its own time; what people say is journalled and changes nothing."""

    def anchor(self, at: int) -> None:
        """A simulation has no battery."""

    def prove(self, at: int) -> None:
        """Nothing that a simulation does not know."""

    def move(self, by_ms: int) -> None:
        """Move the wall clock; a step back is noted, and takes nothing back that was proven."""
        self._ahead += max(0, by_ms)
        self._moved = (self._moved or 0) + by_ms

    def jump(self) -> int | None:
        """By how many ms it was moved since the last call; None when it was not."""
        moved, self._moved = self._moved, None
        return moved
