"""Demonstration staff: labelled as such in the journal, and refused by a device.

Theory of operation.  The badges and PINs lie in clear in the state directory of the simulation, so
that whoever tries it can show a badge to the scanner and type its PIN.  A badge is kept before its
holder is enrolled: a kill between the two leaves a badge that is good for nothing, and the next
start makes another.  Somebody whose badge is lost all the same gets one under another number, since
a number is enrolled once; the lost badge is known to nobody.

Rules.  A badge is one's own only while the cabinet knows its credential.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lockerd.core.events import DEVICE
from lockerd.core.messages import EnrolStaff
from lockerd.core.state import Staff
from lockerd.house import House
from lockerd.simulation import kept


@dataclass(frozen=True, slots=True)
class Badge:
    """What a demonstration member of staff carries.  `cred`: the credential behind `text`."""

    staff: str
    name: str
    role: str
    text: str
    pin: str
    cred: str = ""


PEOPLE: tuple[tuple[str, str, str, str], ...] = (
    ("1", "Amara Osei", "operator", "111111"),
    ("2", "Jonas Lindqvist", "depositor", "222222"),
    ("3", "Priya Nair", "technician", "333333"),
    ("4", "Lena Hoffmann", "operator", "444444"),
)
"""Number, name, role and PIN."""

FILE = "demonstration-staff.json"


def enrol(house: House) -> dict[str, Badge]:
    """The badges of the demonstration staff by number; whoever has none gets one.

    Raises KeptDamaged and OSError.
    """
    file = house.state_dir / FILE
    enrolled = house.engine.state.staff
    known = {staff: one for staff, one in load(file).items() if _is_good(one, enrolled)}
    for staff, name, role, pin in PEOPLE:
        if any(one.name == name for one in known.values()):
            continue
        number = _free(staff, enrolled)
        cred, text, rows = house.vault.badge(pin)
        known[number] = Badge(number, name, role, text, pin, cred)
        kept.write(file, known.values())
        house.take(EnrolStaff(DEVICE, number, role, cred, rows, True, name))
    return known


def _is_good(badge: Badge, enrolled: Mapping[str, Staff]) -> bool:
    """Whether the cabinet knows this badge; one that was kept without its credential is trusted."""
    holder = enrolled.get(badge.staff)
    return holder is not None and bool(holder.cred) and badge.cred in ("", holder.cred)


def _free(staff: str, enrolled: Mapping[str, Staff]) -> str:
    """One's own number unless it is taken, else the next that is free."""
    number = int(staff)
    while (holder := enrolled.get(str(number))) is not None and holder.cred:
        number += 1
    return str(number)


def load(file: Path) -> dict[str, Badge]:
    """The badges by staff number, none if there is no file.  Raises KeptDamaged."""
    return {one.staff: one for one in kept.read(file, Badge)}
