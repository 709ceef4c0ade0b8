"""What the workbench shows, as plain values: read from the simulated site, never made up.

Theory of operation.  `look` reads a `BenchSource` once and makes a frozen `Bench`: messages as a
telephone shows them, doors as they truly stand (not as the cabinet believes), the step that the
kiosk is on, the newest lines of the journal.  Two equal benches look the same, so nothing is
painted when nothing changed.

Rules.  Times are words already, in the site's time zone.  While the power is off nothing is known
of the cabinet's mind; what was last known of a handover stands.  The telephone shows what was sent
to `YOU`, and whatever was sent since the first start, since its depositor is you too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, Literal, Protocol

from lockerd.core.events import Event
from lockerd.core.record import Record, hidden
from lockerd.core.site import Site
from lockerd.core.state import State
from lockerd.core.visit import Visit
from ui.model import Moment
from ui.words import day

YOU: Final = "You"
TAPE_MAX: Final = 200
LINES_SHOWN: Final = 40
MESSAGES_MAX: Final = 40

Status = Literal["ready", "early", "ended", "held", "open", "collected", "done"]
"""`open`: its code is spent and its door was not seen to close yet.

`done`: it came to its end, and what end is not known here.
"""

ENDS: Final = {
    "handover.collected": "collected",
    "handover.withdrawn": "withdrawn",
    "handover.cancelled": "cancelled",
}
"""Lines of the journal that end a handover."""


# -- what is read -------------------------------------------------------------------------------


class Told(Protocol):
    """A message on the telephone.  Times in Unix ms; `pin` has nine digits.

    `before`: it came before anybody stood at the workbench.
    """

    @property
    def ho(self) -> str: ...
    @property
    def reference(self) -> str: ...
    @property
    def recipient(self) -> str: ...
    @property
    def item(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def opens(self) -> int: ...
    @property
    def closes(self) -> int: ...
    @property
    def sent(self) -> int: ...
    @property
    def pin(self) -> str: ...
    @property
    def qr(self) -> str: ...
    @property
    def before(self) -> bool: ...


class Standing(Protocol):
    """How a door truly stands."""

    @property
    def latched(self) -> bool: ...
    @property
    def angle_deg(self) -> int: ...
    @property
    def jammed(self) -> bool: ...
    @property
    def strike_cable(self) -> bool: ...
    @property
    def contact_cable(self) -> bool: ...
    @property
    def energised(self) -> bool: ...


class Carried(Protocol):
    """A badge of the demonstration staff."""

    @property
    def staff(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def pin(self) -> str: ...


class Line(Record):
    """One line that the journal has just got.  `at_ms`: Unix ms."""

    at_ms: int
    type: str
    unit: str = ""
    ho: str = ""


class Tape:
    """The newest lines of the journal, bounded; hand it events as they become durable."""

    def __init__(self) -> None:
        self.lines: deque[Line] = deque(maxlen=TAPE_MAX)

    def hear(self, events: Sequence[Event], at_ms: int) -> None:
        """Keep what was written at `at_ms` (Unix ms)."""
        self.lines.extend(Line(at_ms, one.TYPE, one.unit or "", one.ho or "") for one in events)


class BenchSource(Protocol):
    """What the workbench asks of a simulated site."""

    @property
    def messages(self) -> Sequence[Told]:
        """Everything on the telephone, oldest first."""

    @property
    def doors(self) -> Mapping[str, Standing]:
        """Every door as it stands now, by the name on it."""

    @property
    def badges(self) -> Mapping[str, Carried]:
        """The demonstration staff, by number."""

    @property
    def powered(self) -> bool:
        """Whether the supply is on."""

    @property
    def visit(self) -> Visit | None:
        """Who stands at the kiosk; None while the power is off."""

    @property
    def state(self) -> State | None:
        """What the cabinet knows; None while the power is off."""

    @property
    def lines(self) -> Sequence[Line]:
        """The newest lines of the journal, oldest first (`Tape.lines`)."""

    @property
    def wall_ms(self) -> int:
        """The time of day, Unix ms; it goes on while the power is off."""


# -- what is shown ------------------------------------------------------------------------------


class Sms(Record):
    """A message as it stands on the telephone.

    `code` is the PIN in groups, `sent` hh:mm or, of an older one, the day.
    """

    ho: str
    reference: str
    recipient: str
    item: str
    unit: str
    window: str
    sent: str
    status: Status
    code: str = hidden()
    qr: str = hidden()

    @property
    def yours(self) -> bool:
        """Whether it was sent to the newcomer."""
        return self.recipient == YOU


class DoorFact(Record):
    """One door of the front."""

    unit: str
    angle_deg: int = 0
    latched: bool = True
    jammed: bool = False
    strike_cut: bool = False
    contact_cut: bool = False
    energised: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it stands open."""
        return self.angle_deg > 0

    @property
    def locked_up(self) -> bool:
        """Whether no pulse can free it."""
        return self.jammed or self.strike_cut

    @property
    def broken(self) -> bool:
        """Whether anything about it is out of order."""
        return self.jammed or self.strike_cut or self.contact_cut


class Badge(Record):
    """Somebody of the demonstration staff."""

    staff: str
    name: str
    role: str
    pin: str

    @property
    def first(self) -> str:
        """The first name."""
        return self.name.split(" ")[0]


class KioskFact(Record):
    """Where the visit at the kiosk is; `step` is empty while it is dark."""

    step: str = ""
    why: str = ""
    ho: str = ""
    unit: str = ""
    attempt: int = 1
    staff: str = ""


class LineShown(Record):
    """A line of the journal in words: hh:mm:ss, type, and the door it is about, if any."""

    at: str
    type: str
    unit: str


class Bench(Record):
    """Everything that the workbench shows of the site.

    `phases`: live handovers by id; one that is not in it has come to its end.  `ended`: which end,
    as far as the newest lines of the journal tell.
    """

    site: str
    device: str
    clock: str
    powered: bool
    kiosk: KioskFact
    phases: Mapping[str, str]
    ended: Mapping[str, str]
    messages: tuple[Sms, ...]
    doors: Mapping[str, DoorFact]
    badges: tuple[Badge, ...]
    lines: tuple[LineShown, ...]

    def message(self, ho: str) -> Sms | None:
        """The message about a handover."""
        return next((one for one in self.messages if one.ho == ho), None)

    def door(self, unit: str) -> DoorFact:
        """A door; a shut one when the cabinet has none of that name."""
        return self.doors.get(unit, DoorFact(unit))


def look(
    site: Site,
    source: BenchSource,
    before: Bench | None = None,
) -> Bench:
    """Read the site once.  `before` is the bench shown last."""
    state, visit, wall_ms = source.state, source.visit, source.wall_ms
    phases: Mapping[str, str] = {} if before is None else before.phases
    if state is not None:
        phases = {ho: one.phase for ho, one in state.handovers.items()}
    ended = {one.ho: ENDS[one.type] for one in source.lines if one.type in ENDS}
    zone, doors = _Zone(site.time_zone, wall_ms), source.doors
    shown = [one for one in source.messages if one.recipient == YOU or not one.before]
    return Bench(
        site=site.name,
        device=site.device.upper(),
        clock=zone.hhmm(wall_ms),
        powered=source.powered,
        kiosk=KioskFact() if visit is None else _kiosk(visit),
        phases=phases,
        ended=ended,
        messages=tuple(_sms(one, phases, ended, zone) for one in reversed(shown[-MESSAGES_MAX:])),
        doors={one.unit: _door(one.unit, doors[one.unit]) for one in site.compartments},
        badges=tuple(
            Badge(one.staff, one.name, one.role, one.pin) for one in source.badges.values()
        ),
        lines=tuple(
            LineShown(zone.hhmmss(one.at_ms), one.type, one.unit)
            for one in list(source.lines)[-LINES_SHOWN:]
        ),
    )


def _kiosk(visit: Visit) -> KioskFact:
    return KioskFact(
        visit.step, visit.why, visit.ho or "", visit.unit or "", visit.attempt, visit.staff or ""
    )


def _door(unit: str, one: Standing) -> DoorFact:
    return DoorFact(
        unit=unit,
        angle_deg=one.angle_deg,
        latched=one.latched,
        jammed=one.jammed,
        strike_cut=not one.strike_cable,
        contact_cut=not one.contact_cable,
        energised=one.energised,
    )


def _sms(one: Told, phases: Mapping[str, str], ended: Mapping[str, str], zone: _Zone) -> Sms:
    status = _status(one, phases.get(one.ho), zone.wall_ms)
    if status == "done" and ended.get(one.ho) == "collected":
        status = "collected"
    return Sms(
        ho=one.ho,
        reference=one.reference,
        recipient=one.recipient,
        item=one.item,
        unit=one.unit,
        window=zone.window(one.opens, one.closes),
        sent=zone.sent(one.sent),
        status=status,
        code=grouped(one.pin),
        qr=one.qr,
    )


def _status(one: Told, phase: str | None, wall_ms: int) -> Status:
    if phase is None:
        return "done"
    if phase == "frozen":
        return "held"
    if phase == "open":
        return "open"
    if phase == "expired" or wall_ms >= one.closes:
        return "ended"
    return "early" if wall_ms < one.opens else "ready"


def grouped(pin: str) -> str:
    """`482913064` as `482 913 064`."""
    return " ".join(pin[at : at + 3] for at in range(0, len(pin), 3))


@lru_cache(maxsize=512)
def _local(zone: str, at_s: int) -> datetime:
    """The same few moments are shown again and again."""
    from zoneinfo import ZoneInfo  # not needed before the first frame

    return datetime.fromtimestamp(at_s, ZoneInfo(zone))


class _Zone:
    """Times in the words of one place."""

    def __init__(self, name: str, wall_ms: int) -> None:
        self._name = name
        self.wall_ms = wall_ms

    def _local(self, at_ms: int) -> datetime:
        return _local(self._name, at_ms // 1000)

    def hhmm(self, at_ms: int) -> str:
        return self._local(at_ms).isoformat(" ", "minutes")[11:16]

    def sent(self, at_ms: int) -> str:
        """Today's as hh:mm, others by their day."""
        date = self._day(at_ms)
        return self.hhmm(at_ms) if date == day(Moment("today", "")) else date[:1].upper() + date[1:]

    def hhmmss(self, at_ms: int) -> str:
        return self._local(at_ms).isoformat(" ", "seconds")[11:19]

    def _day(self, at_ms: int) -> str:
        then, here = self._local(at_ms), self._local(self.wall_ms)
        date = f"{then.weekday()} {then.day} {then.month}"
        for by, name in ((-1, "yesterday"), (0, "today"), (1, "tomorrow")):
            if then.date() == (here + timedelta(days=by)).date():
                date = name
        return day(Moment(date, ""))

    def _when(self, at_ms: int) -> str:
        return f"{self._day(at_ms)}, {self.hhmm(at_ms)}"

    def window(self, opens: int, closes: int) -> str:
        """When it can be collected, as a sentence."""
        if self.wall_ms < opens:
            return f"Collect from {self._when(opens)} until {self._when(closes)}."
        return f"Collect until {self._when(closes)}."
