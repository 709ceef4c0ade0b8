"""What one door is known to do.

Theory of operation.  `commanded` means that a pulse was permitted for a closed door and nothing was
seen yet.  A door is `open` when somebody was given it, `forced` when nobody was.  `unknown` is a
state of its own: the contact is unstable, unreadable, or was never read.

Rules.  Only a contact's edge or a reading at boot moves a door to `open` or out of it; a pulse
never does.  The level that the contact shows is kept beside the phase (`state.Door.level`) and
agrees with it: closed in `closed` and `commanded`, open in `open` and `forced`.
"""

from __future__ import annotations

from collections.abc import Iterable

from lockerd.core.events import DoorCertain, Event
from lockerd.core.tables import Row, compile_table, rows
from lockerd.core.tables import step as _step

PHASES: tuple[str, ...] = ("unknown", "closed", "commanded", "open", "forced")

_OPENED = ("DepositOpened", "ReleaseOpened", "DoorOpened", "MoveOpened", "ReturnOpened")
_CLOSED = (
    *("DepositClosed", "HandoverCollected", "DoorClosed", "HandoverKept", "MoveClosed"),
    "HandoverReturned",
)
_MISSED = ("DepositNotOpened", "ReleaseNotOpened", "MoveNotOpened", "ReturnNotOpened")
_ENDED = (
    "DepositAbandoned",
    "DepositUnconfirmed",
    "ReleaseFailed",
    "ReleaseInterrupted",
    "DoorNotOpened",
    "HandoverFrozen",
    "MoveAbandoned",
    "ReturnFailed",
    "ReturnInterrupted",
    "MoveDoorFailed",
    "MoveStopped",
)


def _each(triggers: Iterable[str], sources: Iterable[str], dest: str | None = None) -> list[Row]:
    froms = tuple(sources)
    return [row for one in triggers for row in rows(one, froms, dest)]


TABLE: tuple[Row, ...] = (
    *rows("PulseOrdered", "closed", "commanded"),
    *rows("PulseOrdered", ("unknown", "commanded", "open", "forced")),
    *_each(_OPENED, ("commanded", "closed", "unknown"), "open"),
    *_each(_CLOSED, ("open", "unknown"), "closed"),
    *rows("DoorClosed", "forced", "closed"),
    *_each(_MISSED, ("commanded", "closed")),
    *_each(_ENDED, ("commanded",), "closed"),
    *_each(_ENDED, ("unknown", "closed", "open", "forced")),
    *rows("HandoverWithdrawn", ("unknown", "closed", "open", "forced")),
    *rows("StrikeFault", PHASES),
    *rows("DoorForced", ("closed", "unknown"), "forced"),
    *rows("DoorUncertain", PHASES, "unknown"),
    *rows("DoorCertain_closed", "unknown", "closed"),
    *rows("DoorCertain_open", "unknown", "open"),
)
_COMPILED = compile_table(TABLE)
TRIGGERS = frozenset(row["trigger"] for row in TABLE)


def trigger_of(event: Event) -> str:
    """The name under which the door's table knows an event."""
    if isinstance(event, DoorCertain):
        return f"DoorCertain_{event.level}"
    return type(event).__name__


def step(unit: str, phase: str, event: Event) -> str:
    """The phase after an event; ImpossibleHistory when the table has no such row."""
    name = trigger_of(event)
    return _COMPILED.get((phase, name)) or _step(f"door {unit}", _COMPILED, phase, name)
