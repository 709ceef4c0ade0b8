"""Views of doors that open one after another because something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lockerd.core import emergency
from ui import model
from ui.view import staff
from ui.view.sight import Sight


def run(sight: Sight) -> model.EmergencyRun:
    """What was remembered of the latest one; nothing yet where there was none."""
    known = sight.state.emergency
    turn = emergency.in_flight(sight.state) or ""
    given = list(known.given) if known is not None else []
    opened = list(known.opened) if known is not None else []
    skipped = list(known.skipped) if known is not None else []
    left = len(known.todo) + len(known.left) if known is not None else 0
    return model.EmergencyRun(
        **staff.session(sight),
        columns=sight.columns(),
        total=len(given) + len(skipped) + left,
        opened=tuple(opened),
        failed=tuple(one for one in given if one not in opened and one != turn),
        skipped=tuple(skipped),
        left=left,
        turn=turn,
        going=emergency.running(sight.state) is not None,
    )


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "emergency_run": run,
}
