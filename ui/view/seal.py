"""The view of a recipient who looks at a seal.

Rules.  The number of a seal stands here alone, before somebody whose code was proven and whose door
just closed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ui import model
from ui.view import recipient
from ui.view.sight import Sight


def check(sight: Sight) -> model.SealCheck:
    """What is asked."""
    visit = sight.visit
    sealed = next((one.sealed for one in sight.state.tombs.values() if one.ho == visit.ho), None)
    return model.SealCheck(
        **recipient.common(sight),
        unit=visit.unit or "",
        number="" if sealed is None else sight.name(sealed, "seal"),
        scan=sight.scans,
        notice=visit.notice,
    )


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "seal_check": check,
    "seal_checking": recipient.checking,
    "deposit_sealing": recipient.checking,
    "deposit_naming": recipient.checking,
}
