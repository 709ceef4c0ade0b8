"""Views of a recipient for whom something is not as it should be."""

from __future__ import annotations

from ui.model.base import MapColumn, View

__all__ = ["AgainFailed", "Amiss", "Disputed", "Kept"]


class Amiss(View):
    """What can be said at the open door, or at the receipt.

    `choices`: some of `empty`, `wrong`, `damaged`, `leave` and `again`.
    """

    NAME = "amiss"
    unit: str
    choices: tuple[str, ...]
    at_door: bool


class Kept(View):
    """The door closed on an item that its recipient left inside."""

    NAME = "kept"
    unit: str
    reference: str


class Disputed(View):
    """What the recipient said is recorded.  `ajar`: the door still stands open."""

    NAME = "disputed"
    unit: str
    reference: str
    ajar: bool
    columns: tuple[MapColumn, ...]


class AgainFailed(View):
    """The door did not open once more."""

    NAME = "again_failed"
    unit: str
    reference: str
