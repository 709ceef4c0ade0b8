"""What every view has, and the values that views share."""

from __future__ import annotations

from typing import Any, ClassVar

from lockerd.core.record import NamedRecord, Record, hidden
from ui.moment import HIDDEN, Moment

__all__ = [
    "HIDDEN",
    "REASONS",
    "Ask",
    "Countdown",
    "MapColumn",
    "MapDoor",
    "Matrix",
    "Moment",
    "Person",
    "View",
]


Matrix = tuple[tuple[bool, ...], ...]
"""The modules of a QR code without its quiet zone, True for dark."""

REASONS = frozenset(
    {"unproven", "early", "expired", "collected", "clock", "held", "open", "service", "paused"}
    | {"late", "asked"}
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


class View(NamedRecord):
    """What every screen knows.  `clock` is hh:mm, empty when the time is not known.

    Where a text is typed, `shift`, `symbols` and `letters` say which keys are on show: `letters` is
    `other` for the language's other script, `accents` or `more` for a page of letters with accents.
    """

    NAME: ClassVar[str] = ""

    site: str
    clock: str
    phone: str
    hours: str
    language: str = "en"
    theme: str = "light"
    text_size: str = "normal"
    ask: Ask | None = None
    due: int | None = None

    def _values(self) -> tuple[Any, ...]:
        """What makes two views equal: all that can be seen, and so not `due`."""
        return tuple(getattr(self, name) for name in self.FIELDS if name != "due")
