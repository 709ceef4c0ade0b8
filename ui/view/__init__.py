"""From the facts to what a person may know now: `view_of` is pure and knows no pixel.

Theory of operation.  One builder per step of `lockerd.core.visit`.  Three things come before the
step: a journal that is not open yet, a fault that stops all recording, and a cabinet that was taken
out of service.  A person in front of an open door goes on seeing that door whatever happens.

Rules.  A step without a builder is a bug and raises KeyError: a test walks `visit.STEPS`.
"""

from __future__ import annotations

from typing import Final

from lockerd.core import visit as visits
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import State
from lockerd.core.visit import Visit
from ui.model import HIDDEN, Ask, Home, Matrix, View
from ui.session import Session
from ui.view import (
    amiss,
    approve,
    count,
    emergency,
    fact,
    fetch,
    history,
    lost,
    maintenance,
    orders,
    people,
    recipient,
    rest,
    seal,
    setup,
    signature,
    staff,
    stick,
)
from ui.view.redact import redacted
from ui.view.sight import Look, Sight

__all__ = ["HIDDEN", "Look", "Matrix", "View", "redacted", "view_of"]

STANDS: Final = frozenset(
    {
        "open",
        "amiss",
        "again_open",
        "receipt",
        "seal_check",
        "deposit_open",
        "fetch_open",
        "count_door",
    }
)
"""Steps that are about an open door, or what it did, and stand whatever happens."""

PUBLIC: Final = frozenset({"home", "scan", "code", "help", "not_opened", "again_failed"})
"""Steps that make no sense while the cabinet is out of service."""


DIGITS: Final = ("code", "fact", "deposit_fact", "staff_pin", "approve_pin")
"""Steps on which digits are typed, beside those of a PIN of one's own."""

BUILDERS: Final = {
    **recipient.BUILDERS,
    **approve.BUILDERS,
    **people.BUILDERS,
    **emergency.BUILDERS,
    **maintenance.BUILDERS,
    **lost.BUILDERS,
    **history.BUILDERS,
    **staff.BUILDERS,
    **amiss.BUILDERS,
    **seal.BUILDERS,
    **count.BUILDERS,
    **signature.BUILDERS,
    **fact.BUILDERS,
    **fetch.BUILDERS,
    **orders.BUILDERS,
    **setup.BUILDERS,
    **stick.BUILDERS,
}
"""By step of the visit."""


def view_of(site: Site, state: State, visit: Visit, session: Session, look: Look, now: Now) -> View:
    """The view of this moment.  `now` is only shown and counted from; nothing is decided."""
    sight = Sight(site, state, visit, session, look, now)
    view = _view(sight)
    if visit.warned:
        view = view.but(ask=_ask(sight))
    return view.but(due=min(sight.dues, default=None))


def _view(sight: Sight) -> View:
    step, state = sight.visit.step, sight.state
    if sight.look.fault is not None and state.duty == "fresh":
        return recipient.cannot_start(sight)
    if sight.look.fault is not None and step not in STANDS:
        return recipient.out_of_service(sight)
    if state.duty == "fresh":
        return recipient.starting(sight)
    if state.duty == "retired" and step in PUBLIC:
        return recipient.out_of_service(sight)
    view = BUILDERS[step](sight)
    if isinstance(view, Home):
        return rest.resting(sight, view) or view
    return view


def _ask(sight: Sight) -> Ask | None:
    end = visits.ends_at(sight.site, sight.visit)
    if end is None:
        return None
    step = sight.visit.step
    about = "code" if step in (*DIGITS, *people.PINS) else "session"
    if step in ("deposit_opening", "deposit_open", "deposit_confirm"):
        about = "deposit"
    countdown = sight.countdown(end, sight.site.timing.more_time_s)
    return Ask(countdown, about, visits.FINISH.get(step, ""))
