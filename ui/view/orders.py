"""Views of what an operator orders, and of the clock that two people set.

Rules.  An order is offered where `decide` would take it now, alone or with a second person.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lockerd.core import adopt, window
from lockerd.core import messages as msg
from lockerd.core.decide import decide
from lockerd.core.draft import Declined
from lockerd.core.visit import orders
from lockerd.core.visit.value import Here
from ui import model
from ui.view import staff
from ui.view.sight import MINUTE_MS, Sight


def possible(sight: Sight, key: str | None) -> tuple[str, ...]:
    """The orders that a line of the queue can lead to now."""
    here = Here(sight.site, sight.state, sight.now)
    ho = orders.meant(here, key)
    if ho is None or not staff.may(sight, msg.PermitWindow):
        return ()
    found = tuple(
        one
        for one in orders.ORDERS
        if _accepts(sight, orders.message(here, sight.visit, one, ho, "-"))
    )
    looked = sight.state.unknown.get(sight.state.handovers[ho].unit or "")
    if "adopt" in found and looked is not None and looked.since is not None:
        sight.stale_in(adopt.LOOK_MS + 1 - sight.state.elapsed_ms(looked.since, sight.now))
    if "permit" in found:
        sight.stale_in(max(1, sight.state.handovers[ho].closes - sight.now.lo))
    return found


def _accepts(sight: Sight, message: msg.Message) -> bool:
    try:
        decide(sight.site, sight.state, message, sight.now)
    except Declined as declined:
        return bool(declined.subject)
    return True


def listed(sight: Sight) -> model.View:
    """The orders of a line; the line itself when it was closed meanwhile."""
    item = sight.state.queue.get(sight.visit.item or "")
    if item is None:
        return staff.queue_item(sight)
    row = staff.queue_row(sight, item)
    shown, page, pages = staff.page_of(
        possible(sight, item.key), sight.session.page, staff.rows_of(sight)
    )
    return model.Orders(
        **staff.session(sight),
        rule=row.rule,
        unit=row.unit,
        reference=row.reference,
        orders=tuple(shown),
        page=page,
        pages=pages,
    )


def settable(sight: Sight) -> model.MenuRow | None:
    """The row of the menu; none where something vouches for the clock."""
    may = staff.may(sight, msg.SetTime) and window.settable(sight.site, sight.now)
    return model.MenuRow("time") if may else None


def clock(sight: Sight) -> model.SetClock:
    """The minute that was chosen so far; at first the one after what is proven."""
    typed = sight.session
    at = int(typed.texts.get("at", "0")) or (sight.now.lo // MINUTE_MS + 1) * MINUTE_MS
    sight.stale_in(MINUTE_MS - sight.now.lo % MINUTE_MS)
    return model.SetClock(
        **staff.session(sight),
        at=at,
        moment=sight.moment(at),
        proven=sight.moment(sight.now.lo),
        sent=typed.sent is not None,
    )


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "orders": listed,
    "time": clock,
}
