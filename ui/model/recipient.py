"""Views of a recipient, and of a kiosk that nobody uses."""

from __future__ import annotations

from lockerd.core.record import hidden
from ui.model.base import Countdown, MapColumn, Matrix, Moment, View

__all__ = [
    "CannotStart",
    "Checking",
    "Code",
    "Help",
    "Home",
    "NotOpened",
    "Open",
    "Opening",
    "OutOfService",
    "Receipt",
    "Refused",
    "Rest",
    "Scan",
    "Starting",
]


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
    """The idle screen.  `attention`: items in the queue; `ajar`: doors that stand open.

    `languages`: codes to choose from, empty where there is only one.  `display`: the choice of
    colours and of the text's size is open.  `notice`: which way is left where parts do not work, as
    a key of words, empty while all do.
    """

    NAME = "home"
    scan: bool
    attention: int
    urgent: bool
    ajar: tuple[str, ...]
    languages: tuple[str, ...] = ()
    display: bool = False
    notice: str = ""

    @property
    def barred(self) -> bool:
        """Whether a bar stands at the top."""
        return bool(self.ajar or self.notice)


class Rest(View):
    """Nobody has been here for a while.  `turn`: which of many places the words stand in."""

    NAME = "rest"
    scan: bool
    attention: int
    turn: int


class Scan(View):
    """Where to hold the code.  `working`: the scanner answers."""

    NAME = "scan"
    working: bool


class Code(View):
    """Digits are typed.  `pause` is set while typing is paused; `staff`: a PIN after a badge.

    `about`: which PIN of one's own, `old`, `new` or `again`.  `notice`: what was wrong with it.
    `challenge`: what to read out on the telephone, where it is about that.
    `showing`: whether the digits are shown, None where they never are; `digits`: those shown.
    """

    NAME = "code"
    staff: bool
    filled: int
    groups: tuple[int, ...]
    time: Countdown | None
    pause: Countdown | None
    paused_until: str
    scan: bool
    about: str = ""
    notice: str = ""
    challenge: str = ""
    showing: bool | None = None
    digits: str = hidden(default="")

    @property
    def length(self) -> int:
        return sum(self.groups)


class Checking(View):
    """A code is being compared."""

    NAME = "checking"


class Refused(View):
    """A code did not open a door.  `why` is `unproven` for everything that was not proven.

    `receipt`: its receipt can be shown again.  `staff`: it was a badge or its PIN, so that the way
    on leads to the badge.
    """

    NAME = "refused"
    why: str
    reference: str
    unit: str = ""
    moment: Moment | None = None
    pause: Countdown | None = None
    paused_until: str = ""
    scan: bool = True
    receipt: bool = False
    staff: bool = False


class Opening(View):
    """The strike was energised, or will be once it has rested; nothing was seen yet."""

    NAME = "opening"
    unit: str
    attempt: int
    deposit: bool
    columns: tuple[MapColumn, ...]


class Open(View):
    """The door was seen to open, and nothing more is known.

    `left`: the recipient says that the item stays inside.  `again`: opened after its receipt.
    """

    NAME = "open"
    unit: str
    deposit: bool
    columns: tuple[MapColumn, ...]
    time: Countdown | None
    overdue: bool
    reference: str
    helping: bool
    left: bool = False
    again: bool = False


class NotOpened(View):
    """Every attempt passed without an opening; the code still works."""

    NAME = "not_opened"
    unit: str
    reference: str


class Receipt(View):
    """The door was seen to open and to close.

    `more`: the same code opens another door now.  `amiss`: something can still be said about it.
    `signed`: `drawn` or `key`, where the recipient signed for it.
    """

    NAME = "receipt"
    unit: str
    reference: str
    moment: Moment
    qr: Matrix = hidden()
    more: bool = False
    amiss: bool = False
    signed: str = ""


class Help(View):
    """How to go on, and whom to call."""

    NAME = "help"
    quote: str
    scan: bool
