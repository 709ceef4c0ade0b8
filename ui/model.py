"""What a person at the kiosk may know now: one frozen class per screen.

Theory of operation.  A view carries data, not words and not pixels: `ui.screens` turns it into a
tree of widgets, and two equal views look the same.  `due` says when a view made from unchanged
facts would differ, because a clock or a countdown moved.

Rules.  Nothing enters a view that may not stand on the screen of the step it belongs to.  Typed
digits never do: a view knows how many there are.  Times are words already, in the site's time zone;
they are empty where the clock is not known.
"""

from __future__ import annotations

from typing import Any, ClassVar

from lockerd.core.record import NamedRecord, Record, hidden

Matrix = tuple[tuple[bool, ...], ...]
"""The modules of a QR code without its quiet zone, True for dark."""

HIDDEN = "••••••"
"""What a redacted picture shows in place of a name."""


REASONS = frozenset(
    {"unproven", "early", "expired", "collected", "clock", "held", "open", "service", "paused"}
)
"""Why a code was refused; whatever else stood in the way is `service` to a recipient."""


class Countdown(Record):
    """Time that runs out: whole seconds left, of how many."""

    left_s: int
    total_s: int


class Ask(Record):
    """The question whether more time is needed.  `finish` is the action of "No", empty for none."""

    time: Countdown
    about: str
    finish: str


class Moment(Record):
    """A moment in words: `day` is a key of words (`today`) or a date, `time` is hh:mm."""

    day: str
    time: str


class MapDoor(Record):
    """A door of the cabinet map; `unit` is empty where the front has a blank panel."""

    unit: str
    units: int


class MapColumn(Record):
    """A column of the cabinet map, from the top."""

    doors: tuple[MapDoor, ...]
    width_mm: int
    screen: bool


class Person(Record):
    """The member of staff whose session this is.  `ends` is hh:mm, when it ends by itself."""

    name: str = hidden()
    role: str
    number: str
    ends: str


class PickRow(Record):
    """A handover that may be deposited.  `unfinished`: a deposit nobody confirmed."""

    ho: str
    recipient: str = hidden()
    item: str = hidden()
    size: str
    until: Moment
    starts: Moment | None
    unfinished: bool
    unit: str


class Choice(Record):
    """One of several answers; `free` counts compartments where that matters."""

    value: str
    title: str
    free: int = 0


class QueueRow(Record):
    """A line of the operator's queue.  `age_min`: minutes since it began, None if not known."""

    key: str
    rule: str
    risk: int
    unit: str
    reference: str
    age_min: int | None
    count: int
    owner: str = hidden()


class View(NamedRecord):
    """What every screen knows.  `clock` is hh:mm, empty when the time is not known."""

    NAME: ClassVar[str] = ""

    site: str
    clock: str
    phone: str
    hours: str
    ask: Ask | None = None
    due: int | None = None

    def _values(self) -> tuple[Any, ...]:
        """What makes two views equal: all that can be seen, and so not `due`."""
        return tuple(getattr(self, name) for name in self.FIELDS if name != "due")


# -- anybody ------------------------------------------------------------------------------------


class Starting(View):
    """The journal is not open yet."""

    NAME = "starting"


class CannotStart(View):
    """There is no journal behind the screen, and `lines` say why, each with its remedy."""

    NAME = "cannot_start"
    quote: str
    lines: tuple[str, ...]


class OutOfService(View):
    """Nothing is released.  `quote` is what to read out on the phone; `detail` is for staff."""

    NAME = "out_of_service"
    quote: str
    detail: str
    staff: bool


class Home(View):
    """The idle screen.  `attention`: items in the queue; `ajar`: doors that stand open."""

    NAME = "home"
    scan: bool
    attention: int
    urgent: bool
    ajar: tuple[str, ...]


class Scan(View):
    """Where to hold the code.  `working`: the scanner answers."""

    NAME = "scan"
    working: bool


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


class Checking(View):
    """A code is being compared."""

    NAME = "checking"


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


class Opening(View):
    """The strike was energised, or will be once it has rested; nothing was seen yet."""

    NAME = "opening"
    unit: str
    attempt: int
    deposit: bool
    columns: tuple[MapColumn, ...]


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


class NotOpened(View):
    """Every attempt passed without an opening; the code still works."""

    NAME = "not_opened"
    unit: str
    reference: str


class Receipt(View):
    """The door was seen to open and to close."""

    NAME = "receipt"
    unit: str
    reference: str
    moment: Moment
    qr: Matrix = hidden()


class Help(View):
    """How to go on, and whom to call."""

    NAME = "help"
    quote: str
    scan: bool


class StaffBadge(View):
    """A badge is asked for."""

    NAME = "staff_badge"
    working: bool


# -- staff --------------------------------------------------------------------------------------


class StaffView(View):
    """What the screens of a staff session share.  `notice`: what came of the last thing asked."""

    person: Person
    notice: str = ""


class StaffMenu(StaffView):
    """What this member of staff may do."""

    NAME = "staff_menu"
    deposit: bool
    queue: bool
    waiting: int
    attention: int
    urgent: bool


class Pick(StaffView):
    """Handovers that wait for their item, a page of them."""

    NAME = "deposit_pick"
    rows: tuple[PickRow, ...]
    page: int
    pages: int


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
    value: str = hidden()
    error: str
    shift: bool
    symbols: bool
    choices: tuple[Choice, ...]
    page: int
    pages: int
    recipient: str = hidden()
    item: str = hidden()
    sent: bool


class Confirm(StaffView):
    """The door of a deposit closed; only the depositor knows what lies behind it."""

    NAME = "deposit_confirm"
    unit: str
    recipient: str = hidden()
    item: str = hidden()


class Minting(View):
    """The deposit is being recorded and its codes are being made."""

    NAME = "deposit_minting"
    unit: str


class Done(StaffView):
    """The deposit is on record.  `pin` and `qr` are there only where the profile shows them."""

    NAME = "deposit_done"
    unit: str
    reference: str
    recipient: str = hidden()
    until: Moment
    delivered: bool
    shown: bool
    pin: str = hidden()
    qr: Matrix = hidden()


class Queue(StaffView):
    """What needs a person, most pressing first, a page of it."""

    NAME = "queue"
    rows: tuple[QueueRow, ...]
    total: int
    page: int
    pages: int


class QueueItem(StaffView):
    """One line of the queue.  `findings`: how it may be closed; empty when this role may not."""

    NAME = "queue_item"
    row: QueueRow
    since: Moment
    detail: str
    mine: bool
    may_act: bool
    findings: tuple[str, ...]


class QueueReason(StaffView):
    """The reason with which a line is closed."""

    NAME = "queue_reason"
    rule: str
    unit: str
    finding: str
    value: str = hidden()
    error: str
    shift: bool
    symbols: bool
    sent: bool
