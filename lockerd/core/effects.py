"""What to do about it: imperatives that the daemon carries out after the journal is durable.

Rules.  An effect is frozen and carries everything its port needs.  It is made only from events
that are on disk, or by `visit` for work that decides nothing (comparing a code, minting one).
A secret is never part of a repr.
"""

from __future__ import annotations

from collections.abc import Sequence

from lockerd.core.events import Event, PulseOrdered
from lockerd.core.record import Record, hidden


class Effect(Record):
    """Base of every imperative."""


class Pulse(Effect):
    """Energise one strike once, for `pulse_ms`.  `entry`: the index of its `pulse.ordered`."""

    unit: str
    pulse_ms: int
    entry: int


class CheckCode(Effect):
    """Compare a recipient's PIN (nine digits) or QR text; answered by `CodeChecked`."""

    kind: str
    text: str = hidden()


class CheckBadge(Effect):
    """Compare a staff badge; answered by `BadgeChecked`."""

    text: str = hidden()


class CheckStaffPin(Effect):
    """Compare a member of staff's PIN; answered by `StaffPinChecked`."""

    cred: str
    text: str = hidden()


class Mint(Effect):
    """Make a PIN and a QR code for a handover; answered by `Minted`."""

    ho: str


class Deliver(Effect):
    """Hand the fresh codes to the outside (a demonstration phone, a printer).

    Answered by `CodeDelivered` for every channel that took them.
    """

    ho: str
    cred: str
    pin: str = hidden()
    qr: str = hidden()


class Sound(Effect):
    """A tone: `accept`, `refuse`, `open`, `remind`, `alarm`."""

    tone: str


def effects_of(events: Sequence[Event], first: int) -> list[Effect]:
    """What durable events ask for.  `first`: the index of the first one in the log."""
    return [
        Pulse(one.unit, one.pulse_ms, first + place)
        for place, one in enumerate(events)
        if isinstance(one, PulseOrdered) and one.unit is not None
    ]
