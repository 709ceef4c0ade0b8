"""From a chattering contact to facts about a door.

Theory of operation.  A switch bounces for milliseconds when it opens or closes, and a tired cable
crackles for hours.  `DoorFilter` takes raw edges with their time and says what is known: a level
counts when it stayed for `stable_ms`.  Edges gather in one record per door (first, last, flips)
until it settles, so however fast a contact chatters there is one record and one timer per door.

A contact that settles more than `CHANGES_MAX` times in a minute, or that does not settle for
`UNSETTLED_MS`, no longer says anything: the filter reports UNKNOWN once and stays silent until the
contact was steady for `CALM_MS`.  So a door makes at most eight messages a minute, and the inbox of
the loop is bounded by the number of doors, without an opening ever being merged away.

Rules.  Pure: time arrives as an argument, in ms since boot, and never goes back.  A late call to
`turn` loses nothing: `edge` settles what was due before it takes the new level.
"""

from __future__ import annotations

from collections import deque

from lockerd.core.messages import DoorMoved, Level

CHANGES_MAX = 6
"""Settled changes within `WINDOW_MS` that are still believed."""

WINDOW_MS = 60_000
"""The minute in which changes are counted."""

UNSETTLED_MS = 2_000
"""A contact that chatters for this long without settling is not believed."""

CALM_MS = 10_000
"""How long an unstable contact must be steady to be believed again."""

FLIPS_MAX = 9_999
"""Where the count of flips in one record stops."""


class DoorFilter:
    """The level of one door's contact.  `level` is what was read when the cabinet started."""

    def __init__(self, unit: str, level: Level, stable_ms: int) -> None:
        self.unit = unit
        self.raw = level
        self._settled = level
        self._stable_ms = stable_ms
        self._first_ms = 0
        self._last_ms = 0
        self._flips = 0
        self._unstable = False
        self._changes: deque[int] = deque(maxlen=CHANGES_MAX + 1)
        self._ready: list[DoorMoved] = []

    @property
    def level(self) -> Level:
        """What has been reported: the settled level, or UNKNOWN while the contact is unstable."""
        return Level.UNKNOWN if self._unstable else self._settled

    def edge(self, level: Level, up_ms: int) -> None:
        """Take one raw level (OPEN or CLOSED); the same level again means nothing."""
        if level is self.raw:
            return
        self._settle(up_ms)
        self.raw = level
        if self._flips == 0:
            self._first_ms = up_ms
        self._flips = min(self._flips + 1, FLIPS_MAX)
        self._last_ms = up_ms

    def doubt(self, up_ms: int) -> None:
        """The line could not be read: nothing is known until it has been steady again."""
        if self._flips == 0:
            self._first_ms = up_ms
        self._last_ms = up_ms
        if not self._unstable:
            self._distrust()

    def turn(self, up_ms: int) -> list[DoorMoved]:
        """What became certain by `up_ms`, oldest first; call it when `due_ms` has come."""
        self._settle(up_ms)
        ready, self._ready = self._ready, []
        return ready

    def due_ms(self) -> int | None:
        """When `turn` has something to say, in boot ms; None while the door rests."""
        if self._ready:
            return self._ready[0].last_ms
        if self._unstable:
            return self._last_ms + CALM_MS
        if self._flips == 0:
            return None
        return min(self._last_ms + self._stable_ms, self._first_ms + UNSETTLED_MS)

    def _settle(self, up_ms: int) -> None:
        """Move the record on to what `up_ms` allows to be said."""
        if self._unstable:
            if up_ms >= self._last_ms + CALM_MS:
                self._unstable = False
                self._changes.clear()
                self._tell(self.raw)
        elif self._flips and up_ms >= self._last_ms + self._stable_ms:
            self._count_change()
            if self._too_many():
                self._distrust()
            elif self.raw is not self._settled:
                self._tell(self.raw)
            else:  # it came back before it settled: a vibration, counted above and not reported
                self._flips = 0
        elif self._flips and up_ms >= self._first_ms + UNSETTLED_MS:
            self._distrust()

    def _count_change(self) -> None:
        self._changes.append(self._last_ms)

    def _too_many(self) -> bool:
        changes = self._changes
        return len(changes) > CHANGES_MAX and changes[-1] - changes[0] <= WINDOW_MS

    def _distrust(self) -> None:
        self._unstable = True
        self._tell(Level.UNKNOWN)

    def _tell(self, level: Level) -> None:
        """Close the record with one message."""
        if level is not Level.UNKNOWN:
            self._settled = level
        self._ready.append(
            DoorMoved(self.unit, level, self._first_ms, self._last_ms, max(1, self._flips))
        )
        self._flips = 0
