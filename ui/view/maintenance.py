"""Views of a technician's session.

Rules.  Which doors hold something is shown, whose it is is not.  What can be done with a door is
asked of `decide`, without acting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lockerd.core import maintenance
from lockerd.core import messages as msg
from lockerd.core import visit as visits
from lockerd.core.decide import decide
from lockerd.core.draft import Declined, cooling_ms
from lockerd.core.messages import Level
from ui import model
from ui.view import staff
from ui.view.sight import Sight

ALARMS: Final = ("not_opened", "strike", "sensor", "forced")
"""Rules of the queue that are about a door."""


def state_of(sight: Sight, unit: str) -> str:
    """How a door stands, the most pressing word first."""
    state, known = sight.state, sight.state.doors.get(unit)
    if known is None or known.level == Level.UNKNOWN.value:
        return "unknown"
    if known.retired is not None:
        return "out"
    if known.level == Level.OPEN.value:
        return "open"
    if any(f"{rule}:{unit}" in state.queue for rule in ALARMS):
        return "attention"
    return "free" if state.occupied_by(unit) is None else "occupied"


def cabinet(sight: Sight) -> model.MaintMap:
    """The whole cabinet."""
    known = sight.state.maintenance
    end = maintenance.ends_up_ms(sight.state, sight.now)
    return model.MaintMap(
        **staff.session(sight),
        columns=sight.columns(),
        doors=tuple(
            model.DoorState(one.unit, state_of(sight, one.unit)) for one in sight.site.compartments
        ),
        ticket=known.ticket if known is not None else "",
        until=_until(sight, end),
    )


def _until(sight: Sight, end: int | None) -> str:
    """hh:mm of a moment on this boot's clock; empty where nobody knows the time."""
    if end is None or sight.now.hi is None:
        return ""
    return sight.hhmm(sight.now.lo + end - sight.now.up_ms)


def door(sight: Sight) -> model.MaintDoor:
    """One door."""
    unit = sight.visit.unit or ""
    known = sight.state.doors.get(unit)
    return model.MaintDoor(
        **staff.session(sight),
        unit=unit,
        state=state_of(sight, unit),
        level=known.level if known is not None else Level.UNKNOWN.value,
        out=(known.retired or "") if known is not None else "",
        resting=cooling_ms(sight.site, sight.state, unit, sight.now) > 0,
        actions=tuple(_possible(sight, unit)),
    )


def _possible(sight: Sight, unit: str) -> list[str]:
    actor = visits.actor_of(sight.state, sight.visit)
    known = sight.state.doors.get(unit)
    out = known is not None and known.retired is not None
    asked: dict[str, msg.Message] = {
        "test": msg.TestDoor(actor, unit),
        "inspect": msg.InspectDoor(actor, unit, "-"),
        "restore": msg.RestoreDoor(actor, unit),
        "retire": msg.RetireDoor(actor, unit, "-"),
    }
    del asked["retire" if out else "restore"]
    return [action for action, message in asked.items() if _accepts(sight, message)]


def _accepts(sight: Sight, message: msg.Message) -> bool:
    """Whether it would be done now, or with a second person."""
    try:
        decide(sight.site, sight.state, message, sight.now)
    except Declined as declined:
        return bool(declined.subject)
    return True


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "maint_map": cabinet,
    "maint_door": door,
}
