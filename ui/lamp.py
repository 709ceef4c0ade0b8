"""The panel's light: dimmed while nobody is there, never off.

Theory of operation.  After `DIM_MS` without anything done the light goes down to `DIM_PERCENT`, and
comes back with the next thing that anybody does.  The touch that brings it back presses nothing,
since its finger could not see what it would press; a scan or a digit is taken as ever.

Rules.  The light is told only when it has to change.  One that cannot be set is left alone from
then on, and every touch presses: what the finger meets can be seen.  It stays up for as long as a
step lasts that waits for somebody, or for a door.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lockerd.core.now import Now
from lockerd.core.state import State
from lockerd.core.visit import Visit
from ui.session import Session

DIM_MS: Final = 60_000
DIM_PERCENT: Final = 20
QUIET: Final = frozenset({"home", "receipt"})
"""Steps that last while nobody is there."""


def last_done(state: State, visit: Visit, session: Session) -> int:
    """When somebody last did anything here, in ms since boot; at the latest the start."""
    return max(visit.active, session.chosen_ms, state.booted_up_ms)


Light = Callable[[int], object]
"""Set the light of the panel, in percent; False when it cannot be set."""


class Lamp:
    """Of one panel."""

    def __init__(self, light: Light) -> None:
        self._light = light
        self.dim = False
        self._works = True
        self._waking = False

    def shine(self, visit: Visit, since: int, now: Now) -> None:
        """Bring the light to what this moment asks for; `since`: when something was done last."""
        dim = visit.step in QUIET and now.up_ms - since >= DIM_MS
        if self._works and dim != self.dim:
            self._works = self._light(DIM_PERCENT if dim else 100) is not False
            self.dim = dim and self._works

    def due(self, visit: Visit, since: int) -> int | None:
        """When it will go down by itself, in ms since boot."""
        still = self.dim or not self._works or visit.step not in QUIET
        return None if still else since + DIM_MS

    def wakes(self, down: bool, up: bool) -> bool:
        """Whether this touch only wakes: the finger that found it dim, until it is lifted."""
        if down:
            self._waking = self.dim
        taken, self._waking = self._waking, self._waking and not up
        return taken
