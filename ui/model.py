"""What a person at the kiosk may know now: one frozen class per screen.

Theory of operation.  A view carries data, not words and not pixels: `ui.screens` turns it into a
tree of widgets, and two equal views look the same.  `due` says when a view made from unchanged
facts would differ, because a clock or a countdown moved.

Rules.  Nothing enters a view that may not stand on the screen of the step it belongs to.  Typed
digits never do: a view knows how many there are.  Times are words already, in the site's time zone;
they are empty where the clock is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

Matrix = tuple[tuple[bool, ...], ...]
"""The modules of a QR code without its quiet zone, True for dark."""

HIDDEN = "••••••"
"""What a redacted picture shows in place of a name."""


@dataclass(frozen=True, slots=True)
class Countdown:
    """Time that runs out: whole seconds left, of how many."""

    left_s: int
    total_s: int


@dataclass(frozen=True, slots=True)
class Ask:
    """The question whether more time is needed.  `finish` is the action of "No", empty for none."""

    time: Countdown
    about: str
    finish: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in words: `day` is a key of words (`today`) or a date, `time` is hh:mm."""

    day: str
    time: str


@dataclass(frozen=True, slots=True)
class MapDoor:
    """A door of the cabinet map; `unit` is empty where the front has a blank panel."""

    unit: str
    units: int


@dataclass(frozen=True, slots=True)
class MapColumn:
    """A column of the cabinet map, from the top."""

    doors: tuple[MapDoor, ...]
    width_mm: int
    screen: bool


@dataclass(frozen=True, slots=True)
class Person:
    """The member of staff whose session this is.  `ends` is hh:mm, when it ends by itself."""

    name: str = field(repr=False)
    role: str
    number: str
    ends: str


@dataclass(frozen=True, slots=True)
class PickRow:
    """A handover that may be deposited.  `unfinished`: a deposit nobody confirmed."""

    ho: str
    recipient: str = field(repr=False)
    item: str = field(repr=False)
    size: str
    until: Moment
    starts: Moment | None
    unfinished: bool
    unit: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers; `free` counts compartments where that matters."""

    value: str
    title: str
    free: int = 0


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A line of the operator's queue.  `age_min`: minutes since it began, None if not known."""

    key: str
    rule: str
    risk: int
    unit: str
    reference: str
    age_min: int | None
    count: int
    owner: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class View:
    """What every screen knows.  `clock` is hh:mm, empty when the time is not known."""

    NAME: ClassVar[str] = ""

    site: str
    clock: str
    phone: str
    hours: str
    ask: Ask | None = None
    due: int | None = field(default=None, compare=False)


# -- anybody ------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Starting(View):
    """The journal is not open yet."""

    NAME = "starting"


@dataclass(frozen=True, kw_only=True)
class OutOfService(View):
    """Nothing is released.  `quote` is what to read out on the phone; `detail` is for staff."""

    NAME = "out_of_service"
    quote: str
    detail: str
    staff: bool


@dataclass(frozen=True, kw_only=True)
class Home(View):
    """The idle screen.  `attention`: items in the queue; `ajar`: doors that stand open."""

    NAME = "home"
    scan: bool
    attention: int
    urgent: bool
    ajar: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Scan(View):
    """Where to hold the code.  `working`: the scanner answers."""

    NAME = "scan"
    working: bool


@dataclass(frozen=True, kw_only=True)
class Code(View):
    """Digits are typed.  `pause` is set while typing is paused; `staff`: a PIN after a badge."""

    NAME = "code"
    staff: bool
    filled: int
    groups: tuple[int, ...]
    time: Countdown | None
    pause: Countdown | None
    paused_until: str
    scan: bool

    @property
    def length(self) -> int:
        return sum(self.groups)


@dataclass(frozen=True, kw_only=True)
class Checking(View):
    """A code is being compared."""

    NAME = "checking"


@dataclass(frozen=True, kw_only=True)
class Refused(View):
    """A code did not open a door.  `why` is `unproven` for everything that was not proven."""

    NAME = "refused"
    why: str
    reference: str
    unit: str = ""
    moment: Moment | None = None
    pause: Countdown | None = None
    paused_until: str = ""
    scan: bool = True


@dataclass(frozen=True, kw_only=True)
class Opening(View):
    """The strike was energised, or will be once it has rested; nothing was seen yet."""

    NAME = "opening"
    unit: str
    attempt: int
    deposit: bool
    columns: tuple[MapColumn, ...]


@dataclass(frozen=True, kw_only=True)
class Open(View):
    """The door was seen to open, and nothing more is known."""

    NAME = "open"
    unit: str
    deposit: bool
    columns: tuple[MapColumn, ...]
    time: Countdown | None
    overdue: bool
    reference: str
    helping: bool


@dataclass(frozen=True, kw_only=True)
class NotOpened(View):
    """Every attempt passed without an opening; the code still works."""

    NAME = "not_opened"
    unit: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class Receipt(View):
    """The door was seen to open and to close."""

    NAME = "receipt"
    unit: str
    reference: str
    moment: Moment
    qr: Matrix = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Help(View):
    """How to go on, and whom to call."""

    NAME = "help"
    quote: str
    scan: bool


@dataclass(frozen=True, kw_only=True)
class StaffBadge(View):
    """A badge is asked for."""

    NAME = "staff_badge"
    working: bool


# -- staff --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class StaffView(View):
    """What the screens of a staff session share.  `notice`: what came of the last thing asked."""

    person: Person
    notice: str = ""


@dataclass(frozen=True, kw_only=True)
class StaffMenu(StaffView):
    """What this member of staff may do."""

    NAME = "staff_menu"
    deposit: bool
    queue: bool
    waiting: int
    attention: int
    urgent: bool


@dataclass(frozen=True, kw_only=True)
class Pick(StaffView):
    """Handovers that wait for their item, a page of them."""

    NAME = "deposit_pick"
    rows: tuple[PickRow, ...]
    page: int
    pages: int


@dataclass(frozen=True, kw_only=True)
class Form(StaffView):
    """One question of a new handover.  `error` is a key of words.

    `question`: `recipient`, `item`, `reference` (typed), `profile` or `size` (chosen); the
    `number`th of `order`, counted from 1.  `profile`: the one in effect.
    """

    NAME = "deposit_new"
    question: str
    number: int
    order: tuple[str, ...]
    profile: str
    value: str = field(repr=False)
    error: str
    shift: bool
    symbols: bool
    choices: tuple[Choice, ...]
    page: int
    pages: int
    recipient: str = field(repr=False)
    item: str = field(repr=False)
    sent: bool


@dataclass(frozen=True, kw_only=True)
class Confirm(StaffView):
    """The door of a deposit closed; only the depositor knows what lies behind it."""

    NAME = "deposit_confirm"
    unit: str
    recipient: str = field(repr=False)
    item: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Minting(View):
    """The deposit is being recorded and its codes are being made."""

    NAME = "deposit_minting"
    unit: str


@dataclass(frozen=True, kw_only=True)
class Done(StaffView):
    """The deposit is on record.  `pin` and `qr` are there only where the profile shows them."""

    NAME = "deposit_done"
    unit: str
    reference: str
    recipient: str = field(repr=False)
    until: Moment
    delivered: bool
    shown: bool
    pin: str = field(repr=False)
    qr: Matrix = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Queue(StaffView):
    """What needs a person, most pressing first, a page of it."""

    NAME = "queue"
    rows: tuple[QueueRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, kw_only=True)
class QueueItem(StaffView):
    """One line of the queue.  `findings`: how it may be closed; empty when this role may not."""

    NAME = "queue_item"
    row: QueueRow
    since: Moment
    detail: str
    mine: bool
    may_act: bool
    findings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class QueueReason(StaffView):
    """The reason with which a line is closed."""

    NAME = "queue_reason"
    rule: str
    unit: str
    finding: str
    value: str = field(repr=False)
    error: str
    shift: bool
    symbols: bool
    sent: bool
