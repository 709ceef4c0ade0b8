"""The only notion of time in the core: an interval with its source, never a point.

Theory of operation.  A board without a battery does not know what time it is; it knows an interval
that must contain it.  `lo` is proven (earlier entries, signed times, build date); `hi` exists only
while a synchronised or battery-backed clock vouches for it.  Durations use `up_ms`, the time since
boot including sleep, which nobody can set.

Rules.  Order is an entry's index, never its time.  A window is compared with the whole interval.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Now(NamedTuple):
    """`boot`: 8 hex digits naming this boot.  `up_ms`: since boot.  `lo`, `hi`: Unix ms, UTC.

    `hi` is None when nothing bounds the time from above.  `source`: one of `synced`, `held`,
    `battery`, `staff`, `floor`, `sim`.
    """

    boot: str
    up_ms: int
    lo: int
    hi: int | None
    source: str

    @property
    def best(self) -> int:
        """The time to show a person, Unix ms: the lower bound, which is proven."""
        return self.lo

    @property
    def error_ms(self) -> int | None:
        """Width of the interval in ms; None when it is open above."""
        return None if self.hi is None else self.hi - self.lo


class Side(Enum):
    """Where the whole interval lies against a window."""

    EARLY = "early"
    INSIDE = "inside"
    LATE = "late"
    UNSURE = "unsure"


def side_of(now: Now, start: int, end: int) -> Side:
    """Compare the interval with the window [start, end) in Unix ms.

    UNSURE means that the interval straddles an edge: the profile says what happens then.
    """
    if now.lo >= end:
        return Side.LATE
    if now.hi is None:
        return Side.UNSURE
    if now.hi < start:
        return Side.EARLY
    if now.lo >= start and now.hi < end:
        return Side.INSIDE
    return Side.UNSURE
