"""Views of the installer's first hour and of the self-test."""

from __future__ import annotations

from lockerd.core.record import Record
from ui.model.base import MapColumn, Matrix, Moment, Person, View

__all__ = [
    "Setup",
    "SetupClock",
    "SetupCorners",
    "SetupDoor",
    "SetupKey",
    "SetupRow",
    "SetupRuler",
    "SetupView",
]


class SetupRow(Record):
    """A part and how it is.  `grade`: `green`, `amber` or `red`.  `why`: empty for green.

    `check`: what a person can compare about it, empty for nothing.  `units`: doors it is about.
    """

    part: str
    grade: str
    why: str
    check: str
    units: tuple[str, ...] = ()


class SetupView(View):
    """`person`: whose session it is; None before anybody was enrolled."""

    person: Person | None
    notice: str


class Setup(SetupView):
    """Every part, a page at a time.  `counts`: how many are green, amber and red."""

    NAME = "setup"
    rows: tuple[SetupRow, ...]
    counts: tuple[int, int, int]
    page: int
    pages: int


class SetupRuler(SetupView):
    """A bar that should be as long as a bank card: `bar_px` for `card_mm`.

    `width_mm` is how wide the panel is then, in tenths; `right`: it is what the config says.
    """

    NAME = "setup_ruler"
    bar_px: int
    card: str
    tenths: int
    right: bool
    sent: bool


class SetupCorners(SetupView):
    """Touch here: `at` counts from the upper left corner to the middle."""

    NAME = "setup_corners"
    at: int


class SetupDoor(SetupView):
    """One door is opened and somebody says which one it was.

    `asked`: it was opened and the answer is awaited.  `wrong`: which door and which contact
    answered instead, as words of a key; empty while it is not known.
    """

    NAME = "setup_door"
    unit: str
    number: int
    total: int
    asked: bool
    wrong: str
    said: str
    seen: str
    columns: tuple[MapColumn, ...]


class SetupClock(SetupView):
    """What the cabinet believes the time to be.  `proven`: something vouches for it."""

    NAME = "setup_clock"
    moment: Moment
    zone: str
    proven: bool


class SetupKey(SetupView):
    """The cabinet's public key as words and as a QR code."""

    NAME = "setup_key"
    words: tuple[str, ...]
    qr: Matrix
