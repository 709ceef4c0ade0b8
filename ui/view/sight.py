"""Everything that a view is made from, and what times look like to a person.

Rules.  Times are shown in the site's time zone, on a 24 hour clock.  The time of day is shown only
while something bounds the clock from above; a recorded moment is always shown as it was recorded.
Counting down uses the time since boot, which nobody can set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final, NamedTuple, Protocol

from lockerd.core import visit as visits
from lockerd.core.now import Now
from lockerd.core.parts import working
from lockerd.core.reference import reference
from lockerd.core.site import Site
from lockerd.core.state import State
from lockerd.core.visit import Visit
from ui import keyboards
from ui.model import Countdown, MapColumn, MapDoor, Matrix, Moment
from ui.session import Session, forgets_ms

MINUTE_MS: Final = 60_000


class PastLine(NamedTuple):
    """An entry of the journal: when it was written (Unix ms), its type, who acted, its index."""

    at: int
    kind: str
    role: str
    number: str
    idx: int


class Look(Protocol):
    """What a screen may look up beside the state."""

    @property
    def fault(self) -> str | None:
        """Why nothing can be recorded, ending with the remedy; None when all is well."""

    def disclosed(self, idx: int) -> Mapping[str, str]:
        """The names of an entry that were not erased (`Handover.ordered`, `Staff.entry`)."""

    def receipt_text(self, idx: int) -> str:
        """The text of a receipt's QR code, for the entry `handover.collected`; may be empty."""

    def collected_at(self, idx: int) -> int:
        """When that entry was written, Unix ms."""

    def lines(self, ho: str, most: int) -> Sequence[PastLine]:
        """The newest entries about a handover, the newest first, at most `most`."""

    def challenge(self) -> str:
        """The text of the claim that the owner signs."""

    def qr_matrix(self, text: str) -> Matrix:
        """The modules of a QR code; `ui.qr.matrix` does it."""


@dataclass
class Sight:
    """One look at the facts.  `dues` collects when what was made from them goes stale."""

    site: Site
    state: State
    visit: Visit
    session: Session
    look: Look
    now: Now
    dues: list[int] = field(default_factory=list)

    @cached_property
    def chosen(self) -> Session:
        """The session with what was chosen for this visit, as long as it holds."""
        end = forgets_ms(self.session, self.site, self.visit)
        if end is None:
            return self.session
        if end <= self.now.up_ms:
            return self.session.forgotten()
        self.dues.append(end)
        return self.session

    @property
    def language(self) -> str:
        """The code of the language to speak; the first of the site's when nobody chose one."""
        return self.chosen.language or self.site.languages[0]

    @property
    def theme(self) -> str:
        """The name of the colours; the site's when nobody chose others."""
        return self.chosen.theme or self.site.kiosk.theme

    @property
    def text_size(self) -> str:
        """`normal` or `large`; the site's when nobody chose."""
        return self.chosen.text_size or self.site.kiosk.text_size

    @property
    def keys(self) -> dict[str, Any]:
        """Which keys of the keyboard are on show: the fields of a view on which texts are typed."""
        typed = self.session
        cased = keyboards.layout(self.language, typed.other).cased
        return {
            "shift": typed.shift if cased else typed.raised,
            "symbols": typed.symbols,
            "letters": typed.accents or ("other" if typed.other else ""),
        }

    # -- time -------------------------------------------------------------------------------------

    def local(self, unix_ms: int) -> datetime:
        """A moment on the wall clock of the site."""
        from zoneinfo import ZoneInfo  # not needed before the first frame

        return datetime.fromtimestamp(unix_ms / 1000, ZoneInfo(self.site.time_zone))

    def hhmm(self, unix_ms: int) -> str:
        """`14:05`."""
        return self.local(unix_ms).strftime("%H:%M")

    def clock(self) -> str:
        """The time of day, empty when it is not known; it goes stale with the minute."""
        if self.now.hi is None:
            return ""
        self.stale_in(MINUTE_MS - self.now.lo % MINUTE_MS)
        return self.hhmm(self.now.lo)

    def moment(self, unix_ms: int) -> Moment:
        """A moment as `today`, `yesterday`, `tomorrow` or a date, and a time."""
        then, here = self.local(unix_ms), self.local(self.now.lo)
        days = {-1: "yesterday", 0: "today", 1: "tomorrow"}
        for by, name in days.items():
            if self.now.hi is not None and then.date() == (here + timedelta(days=by)).date():
                return Moment(name, then.strftime("%H:%M"))
        date = f"{then.weekday()} {then.day} {then.month}"
        if then.year != here.year:
            date += f" {then.year}"
        return Moment(date, then.strftime("%H:%M"))

    def age_min(self, unix_ms: int) -> int | None:
        """Minutes since a moment; None when the clock is not known."""
        if self.now.hi is None:
            return None
        self.stale_in(MINUTE_MS - (self.now.lo - unix_ms) % MINUTE_MS)
        return max(0, self.now.lo - unix_ms) // MINUTE_MS

    def countdown(self, until_up_ms: int, total_s: int) -> Countdown:
        """Seconds until a moment on this boot's clock, rounded up; stale with every second."""
        left_ms = until_up_ms - self.now.up_ms
        if left_ms <= 0:
            return Countdown(0, total_s)
        self.stale_in((left_ms - 1) % 1000 + 1)
        return Countdown(-(-left_ms // 1000), total_s)

    def ends(self) -> str:
        """hh:mm at which this visit ends by itself; empty when it does not or nobody knows."""
        end = visits.ends_at(self.site, self.visit)
        if end is None or self.now.hi is None:
            return ""
        return self.hhmm(self.now.lo + end - self.now.up_ms)

    def stale_in(self, delay_ms: int) -> None:
        self.dues.append(self.now.up_ms + delay_ms)

    # -- names and numbers ------------------------------------------------------------------------

    def name(self, idx: int, key: str) -> str:
        """A disclosed name, empty when it was erased."""
        return self.look.disclosed(idx).get(key, "")

    def reference(self, ho: str | None) -> str:
        """What a person quotes on the phone: a handover, or else this device."""
        return reference(self.site, ho) if ho else self.quote

    @property
    def quote(self) -> str:
        """The device's own name as people read it out: `RL-07`."""
        return self.site.device.upper()

    # -- the cabinet ------------------------------------------------------------------------------

    @property
    def scans(self) -> bool:
        """Whether a code can be shown to a scanner here and now."""
        return "scanner" in self.fitted and working(self.state, "scanner")

    @property
    def fitted(self) -> tuple[str, ...]:
        """The parts by which this cabinet takes a code."""
        simulated = self.site.driver == "sim"
        scanner = self.site.scanner.kind != "none" or simulated
        keypad = self.site.keypad.kind == "evdev" or simulated
        return (*(["scanner"] * scanner), *(["keypad"] * keypad), "touch")

    def other_way(self) -> str:
        """What to say where a code cannot be given in every way: a key of words; empty if it can.

        An open door is more pressing, and is said first by who asks.
        """
        ways = [one for one in self.fitted if working(self.state, one)]
        lost = [one for one in self.fitted if one not in ways]
        if not lost:
            return ""
        if not ways:
            return "without.all"
        return f"without.only.{ways[0]}" if len(ways) == 1 else f"without.{lost[0]}"

    def columns(self) -> tuple[MapColumn, ...]:
        """The front of the cabinet, with blanks where no door is."""
        highest = max((one.height for one in self.site.columns), default=0)
        return tuple(
            MapColumn(
                () if one.kind == "screen" else self._doors(place, highest),
                one.width_mm,
                one.kind == "screen",
            )
            for place, one in enumerate(self.site.columns)
        )

    def _doors(self, place: int, highest: int) -> tuple[MapDoor, ...]:
        doors: list[MapDoor] = []
        at = 0
        here = [one for one in self.site.compartments if one.column == place]
        for one in sorted(here, key=lambda one: one.top):
            if one.top > at:
                doors.append(MapDoor("", one.top - at))
            doors.append(MapDoor(one.unit, one.height))
            at = one.top + one.height
        if highest > at:
            doors.append(MapDoor("", highest - at))
        return tuple(doors)
