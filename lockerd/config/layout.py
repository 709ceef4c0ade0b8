"""A plain front for a number of doors: columns, sizes, heights above the floor, and lines.

Rules.  A strike gets a line that is held low while the board starts, and never one of the serial
console.  Contacts take what a strike may not have first, and what a scanner or a battery clock
might want last.  The heights are those of a cabinet of 180 mm units on a plinth of 250 mm: an
installer measures the real ones.
"""

from __future__ import annotations

from lockerd.config.cabinet import CONSOLE, PULLED_DOWN
from lockerd.config.schema import PINS
from lockerd.core.record import Record

DOORS_IN_COLUMN = 6
UNIT_MM = 180
PLINTH_MM = 250
BUSES = (2, 3, *CONSOLE)
"""I2C, where battery clocks sit, and the serial console."""


class DoorPlan(Record):
    """One door as the config will say it."""

    unit: str
    column: int
    height: int
    size: str
    strike_pin: int
    contact_pin: int
    reach_mm: int


class FrontPlan(Record):
    """`columns`: the kind of each, from the left; `height`: units of all of them."""

    columns: tuple[str, ...]
    height: int
    doors: tuple[DoorPlan, ...]


def most(board: str) -> int:
    """How many doors the lines of a board are enough for."""
    strikes = len(_strikes(board))
    return min(strikes, len(PINS[board]) // 2)


def plan(doors: int, board: str) -> FrontPlan:
    """A front with `doors` doors, 1 to `most(board)`."""
    assert 1 <= doors <= most(board), doors
    strikes = _strikes(board)[:doors]
    contacts = _contacts(board, strikes)
    columns = -(-doors // DOORS_IN_COLUMN)
    counts = [doors // columns + (at < doors % columns) for at in range(columns)]
    height = max(sum(tall for _, tall in _column(count)) for count in counts)
    made: list[DoorPlan] = []
    for at, count in enumerate(counts):
        top = 0
        for size, tall in _column(count):
            middle = PLINTH_MM + (height - top) * UNIT_MM - tall * UNIT_MM // 2
            here = len(made)
            made.append(
                DoorPlan(
                    unit=str(here + 1),
                    column=at + (at > 0),
                    height=tall,
                    size=size,
                    strike_pin=strikes[here],
                    contact_pin=contacts[here],
                    reach_mm=middle,
                )
            )
            top += tall
    return FrontPlan(("doors", "screen", *("doors",) * (columns - 1)), height, tuple(made))


def _column(count: int) -> list[tuple[str, int]]:
    """Size and height of each door of a column, from the top: the bottom ones are larger."""
    large = [("M", 2), ("L", 2)] if count > 3 else [("M", 2)] if count > 1 else []
    return [("S", 1)] * (count - len(large)) + large


def _strikes(board: str) -> list[int]:
    return [pin for pin in PINS[board] if pin in PULLED_DOWN and pin not in CONSOLE]


def _contacts(board: str, strikes: list[int]) -> list[int]:
    free = [pin for pin in PINS[board] if pin not in strikes]
    good = [pin for pin in free if pin not in PULLED_DOWN and pin not in BUSES]
    last = [pin for pin in free if pin in BUSES]
    return [*good, *(pin for pin in free if pin not in good and pin not in last), *last]
