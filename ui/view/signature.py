"""The view of a recipient who signs.

Rules.  The name that stands beside a signature is that of the person whose code was proven in this
visit, and stands on no other screen of theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lockerd.core import strokes
from ui import model
from ui.view import amiss, recipient
from ui.view.sight import Sight


def sign(sight: Sight) -> model.Sign:
    visit, drawn = sight.visit, sight.session.strokes
    known = sight.state.signing.get(visit.ho or "")
    entry = visit.receipt if known is None else known.entry
    assert entry is not None
    return model.Sign(
        **recipient.common(sight),
        unit=visit.unit or "",
        moment=sight.moment(sight.look.collected_at(entry)),
        enough=strokes.enough(drawn),
        other=sight.session.helping,
        again=visit.why == "strokes",
        amiss=bool(amiss.choices(sight)),
        name="" if known is None else sight.name(known.named, "recipient"),
        strokes=drawn,
    )


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {"sign": sign}
