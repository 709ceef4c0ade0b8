"""The raw counters that every clock of this program is made of.

Theory of operation.  `up_ms` is CLOCK_BOOTTIME, which nobody can set; `wall_ms` is what the system
believes, and `lockerd.clock` makes an interval of it.

Rules.  Imports nothing: the first picture waits for whoever asks the time.
"""

from __future__ import annotations

import time


def up_ms() -> int:
    """Milliseconds since boot, sleep included."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def up_us() -> int:
    """Microseconds since some moment, for measuring short work."""
    return time.monotonic_ns() // 1_000


def wall_ms() -> int:
    """The system's wall clock, Unix ms; not to be believed as such."""
    return time.time_ns() // 1_000_000
