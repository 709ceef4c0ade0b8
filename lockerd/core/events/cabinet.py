"""The cabinet as a whole and its input devices."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = [
    "CabinetRestored",
    "CabinetRetired",
    "InputBack",
    "InputLost",
]


class CabinetRetired(Event):
    """The cabinet is out of service; `reason` carries the remedy."""

    TYPE = "cabinet.retired"
    reason: str


class CabinetRestored(Event):
    """The cabinet serves again."""

    TYPE = "cabinet.restored"


class InputLost(Event):
    """An input device went away.  `device`: `scanner`, `keypad` or `touch`."""

    TYPE = "input.lost"
    device: str


class InputBack(Event):
    """The input device is back."""

    TYPE = "input.back"
    device: str
