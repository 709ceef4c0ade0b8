"""Views of a round of the blind count.

Rules.  What the record says of a compartment enters none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lockerd.core.messages import Level
from lockerd.core.state import Count
from ui import model
from ui.view import staff
from ui.view.sight import Sight


def start(sight: Sight) -> model.CountStart:
    """What a round is, or where one stands."""
    known = sight.state.count
    done = 0 if known is None else len(known.counted) + len(known.skipped)
    total = len(sight.site.compartments) if known is None else done + len(known.todo)
    return model.CountStart(**staff.session(sight), going=known is not None, done=done, total=total)


def door(sight: Sight) -> model.CountDoor:
    """The compartment whose turn it is."""
    known, unit = sight.state.count, sight.visit.unit or ""
    own = known is not None and known.unit == unit
    total = 0 if known is None else len(known.counted) + len(known.skipped) + len(known.todo)
    behind = 0 if known is None else len(known.counted) + len(known.skipped)
    waits = known is not None and unit in known.todo
    return model.CountDoor(
        **staff.session(sight),
        unit=unit,
        number=behind + 1 if waits else max(1, behind),
        total=total,
        state=_state(sight, known, unit) if own and known is not None else "opening",
        columns=sight.columns(),
    )


def _state(sight: Sight, known: Count, unit: str) -> str:
    if known.said:
        return "said"
    if not known.opened:
        return "opening"
    at = sight.state.doors.get(unit)
    return "open" if at is not None and at.level == Level.OPEN.value else "shut"


def done(sight: Sight) -> model.CountDone:
    """What it came to."""
    counted, differ, left, skipped = sight.visit.words
    return model.CountDone(
        **staff.session(sight),
        counted=int(counted),
        differ=int(differ),
        left=int(left),
        skipped=tuple(skipped.split()),
    )


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "count": start,
    "count_door": door,
    "count_done": done,
}
