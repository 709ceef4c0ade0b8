"""Doors opened one after another because something is wrong, and what each of them did."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = ["EmergencyDoor", "EmergencyEnded", "EmergencySkipped", "EmergencyStarted"]


class EmergencyStarted(Event):
    """Two people, or one who broke the glass, open these compartments in this order."""

    TYPE = "emergency.started"
    units: tuple[str, ...]
    reason: str
    approver: str


class EmergencyDoor(Event):
    """It is this door's turn.  Its pulse names this entry as its cause, and so does its opening."""

    TYPE = "emergency.door"


class EmergencySkipped(Event):
    """Nothing is pulsed for this door: it is `open` already, `in-use`, not in the `config`,
    or the opening was `stopped`."""

    TYPE = "emergency.skipped"
    why: str


class EmergencyEnded(Event):
    """Every door had its turn, or `why` says what came between: `power`, `stopped`.

    `opened`: seen to open.  `not_opened`: pulsed, and no opening was seen.  `skipped`: nothing was
    pulsed.  `left`: had no turn.
    """

    TYPE = "emergency.ended"
    opened: tuple[str, ...]
    not_opened: tuple[str, ...]
    skipped: tuple[str, ...]
    left: tuple[str, ...]
    why: str = ""
