"""Views of somebody who lost a code.

Rules.  Nothing here says whether there is an item for them, until an operator vouched for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lockerd.core.claim import groups
from ui import model
from ui.view import recipient
from ui.view.sight import Sight


def ticket(sight: Sight) -> model.Lost:
    """The ticket of this visit; empty where it was closed meanwhile."""
    item = sight.visit.item or ""
    return model.Lost(
        **recipient.common(sight),
        quote=sight.quote,
        ticket=item if item in sight.state.tickets else "",
        notice=sight.visit.notice,
    )


def wait(sight: Sight) -> model.LostWait:
    return model.LostWait(**recipient.common(sight))


def answer(sight: Sight) -> model.Code:
    """The challenge, and the digits that are read out for it."""
    known = sight.state.tickets.get(sight.visit.item or "")
    challenge = known.challenge if known is not None else ""
    view = recipient.code(sight)
    return view.but(about="telephone", challenge=groups(challenge), notice=sight.visit.notice)


def done(sight: Sight) -> model.LostDone:
    visit = sight.visit
    known = sight.state.handovers.get(visit.ho or "")
    return model.LostDone(
        **recipient.common(sight),
        reference=sight.reference(visit.ho),
        shown=bool(visit.qr),
        delivered=known is not None and known.delivered,
        pin=visit.pin,
        qr=recipient.matrix(sight, visit.qr),
    )


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "lost": ticket,
    "lost_wait": wait,
    "lost_answer": answer,
    "lost_done": done,
}
