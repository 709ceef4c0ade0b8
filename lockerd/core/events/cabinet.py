"""The cabinet as a whole and the parts that a person meets."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = [
    "CabinetRestored",
    "CabinetRetired",
    "PartBack",
    "PartFailed",
]


class CabinetRetired(Event):
    """The cabinet is out of service; `reason` carries the remedy."""

    TYPE = "cabinet.retired"
    reason: str


class CabinetRestored(Event):
    """The cabinet serves again."""

    TYPE = "cabinet.restored"


class PartFailed(Event):
    """A part stopped working: `scanner`, `keypad`, `touch`, `screen` or `speech`.

    `why`: `gone`, `missing`, `failed`, `unplugged`, or `silent`, which is only a doubt.
    """

    TYPE = "part.failed"
    part: str
    why: str


class PartBack(Event):
    """The part works again."""

    TYPE = "part.back"
    part: str
