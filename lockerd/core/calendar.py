"""When a site is open: opening hours, holidays, closures and daylight saving, as data.

Theory of operation.  The config reader works out, once, when the site's zone changes its offset
from UTC, for a horizon of years; with that table everything here is arithmetic.  A week has seven
days of spans in minutes of local time; a day that is closed has none.  An hour that daylight saving
leaves out is not open, and one that it repeats is open twice, as the people at the desk are.

Rules.  Pure.  Instants are Unix ms, UTC.  Without a calendar a site is always open.  Beyond the
table's end its last offset holds: an hour's error in twenty years, never a wrong release, since
windows are instants and only their making uses this.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from lockerd.core.record import Record

DAY_MS = 86_400_000
MINUTE_MS = 60_000
THURSDAY = 3
"""The weekday of day 0, the first of January 1970; Monday is 0."""

DAYS_MAX = 4_000
"""How many days are looked through for open hours: more than ten years."""


class Calendar(Record):
    """Opening hours.

    `week`: for Monday to Sunday, spans `(from, to)` in minutes of the local day, in order.
    `closed`: local days (days since 1970-01-01) without open hours, in order.  `offsets`: instants
    from which an offset from UTC holds, `(Unix ms, offset in ms)`, in order, the first at the
    beginning of time.
    """

    week: tuple[tuple[tuple[int, int], ...], ...]
    closed: tuple[int, ...] = ()
    offsets: tuple[tuple[int, int], ...] = ((-(2**62), 0),)

    def offset_ms(self, at: int) -> int:
        """The offset from UTC at an instant."""
        return self.offsets[bisect_right(self.offsets, (at, 2**62)) - 1][1]

    def instant(self, local_ms: int) -> int:
        """The instant at which the wall clock first shows this; what it skips is its jump."""
        early = local_ms - self.offset_ms(local_ms - DAY_MS)
        late = local_ms - self.offset_ms(local_ms + DAY_MS)
        first, second = sorted((early, late))
        if first + self.offset_ms(first) == local_ms:
            return first
        if second + self.offset_ms(second) == local_ms:
            return second
        return next(at for at, _ in reversed(self.offsets) if at <= second)

    def day(self, at: int) -> int:
        """The local day of an instant."""
        return (at + self.offset_ms(at)) // DAY_MS

    def spans(self, day: int) -> Iterator[tuple[int, int]]:
        """The open spans of a local day, as instants."""
        place = bisect_right(self.closed, day)
        if place and self.closed[place - 1] == day:
            return
        for start, end in self.week[(day + THURSDAY) % 7]:
            begins = self.instant(day * DAY_MS + start * MINUTE_MS)
            ends = self.instant(day * DAY_MS + end * MINUTE_MS)
            if begins < ends:
                yield begins, ends


def is_open(calendar: Calendar | None, at: int) -> bool:
    """Whether the site is open at an instant."""
    if calendar is None:
        return True
    return any(start <= at < end for start, end in calendar.spans(calendar.day(at)))


def next_opening(calendar: Calendar | None, at: int) -> int | None:
    """The first open instant not before `at`; None when there is none in ten years."""
    return at if calendar is None else next(_onwards(calendar, at), (None,))[0]


def after(calendar: Calendar | None, at: int, open_ms: int) -> int:
    """The instant at which `open_ms` of open time have passed since `at`."""
    if calendar is None:
        return at + open_ms
    end = at
    for start, end in _onwards(calendar, at):
        if open_ms <= end - start:
            return start + open_ms
        open_ms -= end - start
    return end + open_ms


def before(calendar: Calendar | None, at: int, open_ms: int) -> int:
    """The instant from which `open_ms` of open time pass until `at`."""
    if calendar is None:
        return at - open_ms
    start = at
    for start, end in _backwards(calendar, at):
        if open_ms <= end - start:
            return end - open_ms
        open_ms -= end - start
    return start - open_ms


def _onwards(calendar: Calendar, at: int) -> Iterator[tuple[int, int]]:
    """Open spans from `at` on, the first one cut to it."""
    first = calendar.day(at) - 1
    for day in range(first, first + DAYS_MAX):
        for start, end in calendar.spans(day):
            if end > at:
                yield max(start, at), end


def _backwards(calendar: Calendar, at: int) -> Iterator[tuple[int, int]]:
    """Open spans back from `at`, the first one cut to it."""
    last = calendar.day(at) + 1
    for day in range(last, last - DAYS_MAX, -1):
        for start, end in reversed(tuple(calendar.spans(day))):
            if start < at:
                yield start, min(end, at)
