"""An item goes from one compartment to another, under an operator's hands."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = [
    "MoveAbandoned",
    "MoveClosed",
    "MoveConfirmed",
    "MoveDoorFailed",
    "MoveNotOpened",
    "MoveOpened",
    "MovePlacing",
    "MoveStarted",
    "MoveStopped",
]


class MoveStarted(Event):
    """`unit` is given to the operator to take the item out; `to` is kept free for it.

    `held`: nobody could collect it before either.
    """

    TYPE = "move.started"
    to: str
    reason: str
    held: bool = False


class MovePlacing(Event):
    """`unit`, the new compartment, is given to the operator to place the item."""

    TYPE = "move.placing"


class MoveOpened(Event):
    """The leased door was seen to open for a move."""

    TYPE = "move.opened"
    late: bool = False


class MoveClosed(Event):
    """The leased door was seen to close: the old one first, then the new one."""

    TYPE = "move.closed"


class MoveNotOpened(Event):
    """No opening was seen within the confirm window of this attempt."""

    TYPE = "move.not_opened"
    attempt: int


class MoveAbandoned(Event):
    """The old door never opened: the item lies where it lay, and its code works."""

    TYPE = "move.abandoned"
    reason: str


class MoveDoorFailed(Event):
    """The new door never opened: the operator holds the item and is to choose another."""

    TYPE = "move.door_failed"


class MoveConfirmed(Event):
    """The operator says that the item lies in `unit`; the same code opens that door now.

    `replaces`: the tombstone of that compartment's previous handover.  `revives`: the code, where
    an opening had spent it.
    """

    TYPE = "move.confirmed"
    was: str
    replaces: str | None = None
    revives: str | None = None

    @property
    def drop(self) -> tuple[str, ...]:
        return () if self.replaces is None else (self.replaces,)

    @property
    def revive(self) -> tuple[str, ...]:
        return () if self.revives is None else (self.revives,)


class MoveStopped(Event):
    """The move did not come to its end; where the item is, a person must say."""

    TYPE = "move.stopped"
    reason: str
