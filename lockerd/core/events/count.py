"""What a person found in a compartment before anybody told them what should be there."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = [
    "CountDoor",
    "CountEnded",
    "CountEntered",
    "CountPaused",
    "CountResumed",
    "CountSkipped",
    "CountStarted",
]


class CountEntered(Event):
    """A blind count: `seen` and `expected` are `item` or `empty`; `ho` is what should lie there.

    It is never a collection: what follows from a difference is said by other entries.  The cause is
    the door's turn in a round, None where a person wrote it down without one.
    """

    TYPE = "count.entered"
    seen: str
    expected: str


class CountStarted(Event):
    """An operator goes from compartment to compartment, in the order of `units`.

    `approver`: the second person, whose approval is the cause, or the actor where the glass was
    broken; None where no profile of this cabinet asks for two.
    """

    TYPE = "count.started"
    units: tuple[str, ...]
    approver: str | None = None


class CountResumed(Event):
    """The round goes on, by this operator."""

    TYPE = "count.resumed"
    approver: str | None = None


class CountDoor(Event):
    """The turn of this compartment: its door is leased to the round."""

    TYPE = "count.door"


class CountSkipped(Event):
    """It is not counted in this round.  `why`: `in-use`, `open`, `unknown`, `config`,
    `not opened`, or `asked`."""

    TYPE = "count.skipped"
    why: str


class CountPaused(Event):
    """The round stands still.  `why`: `asked`, `left` (the session ended) or `power`.

    The compartment whose turn it was and of which nothing was said has its turn again.
    """

    TYPE = "count.paused"
    why: str


class CountEnded(Event):
    """The round is over.  `differ`: how many of `counted` were not as the record said.

    `left` had no turn, because the round was ended before.
    """

    TYPE = "count.ended"
    counted: tuple[str, ...]
    differ: int
    skipped: tuple[str, ...]
    left: tuple[str, ...]
