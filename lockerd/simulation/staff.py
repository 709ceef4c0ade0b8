"""Demonstration staff: labelled as such in the journal, and refused by a device.

The badges and PINs lie in clear in the state directory of the simulation, so that whoever tries it
can show a badge to the scanner and type its PIN.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lockerd.core.events import DEVICE
from lockerd.core.messages import EnrolStaff
from lockerd.house import House
from lockerd.simulation import kept


@dataclass(frozen=True, slots=True)
class Badge:
    """What a demonstration member of staff carries."""

    staff: str
    name: str
    role: str
    text: str
    pin: str


PEOPLE: tuple[tuple[str, str, str, str], ...] = (
    ("1", "Amara Osei", "operator", "111111"),
    ("2", "Jonas Lindqvist", "depositor", "222222"),
    ("3", "Priya Nair", "technician", "333333"),
)
"""Number, name, role and PIN."""

FILE = "demonstration-staff.json"


def enrol(house: House) -> dict[str, Badge]:
    """Enrol the demonstration staff of a new simulation, or read what was enrolled before.

    After a restore there are people without a badge; they get another one.
    """
    file = house.state_dir / FILE
    known = load(file)
    enrolled = dict(house.engine.state.staff)
    if enrolled and all(one.cred for one in enrolled.values()):
        return known
    for staff, name, role, pin in PEOPLE:
        if enrolled and (staff not in enrolled or enrolled[staff].cred):
            continue
        cred, text, rows = house.vault.badge(pin)
        house.take(EnrolStaff(DEVICE, staff, role, cred, rows, True, name))
        known[staff] = Badge(staff, name, role, text, pin)
    kept.write(file, known.values())
    return known


def load(file: Path) -> dict[str, Badge]:
    """The badges by staff number, none if there is no file.  Raises KeptDamaged."""
    return {one.staff: one for one in kept.read(file, Badge)}
