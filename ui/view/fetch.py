"""Views of whoever takes an item back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lockerd.core import returns
from lockerd.core import visit as visits
from lockerd.core.reference import named
from lockerd.core.state import Handover
from ui import model
from ui.view import staff
from ui.view.sight import Sight


def waiting(sight: Sight) -> list[Handover]:
    """What this member of staff may take back."""
    who = visits.actor_of(sight.state, sight.visit)
    return returns.of(sight.state, who.id, who.role)


def offer(sight: Sight) -> model.MenuRow | None:
    """The row of the menu; none where nothing waits."""
    known = sight.state.staff.get(sight.visit.staff or "")
    if known is None or known.role not in ("depositor", "operator"):
        return None
    count = len(waiting(sight))
    return model.MenuRow("fetch", count) if count and sight.state.duty == "serving" else None


def pick(sight: Sight) -> model.Fetch:
    shown, page, pages = staff.page_of(waiting(sight), sight.session.page, staff.rows_of(sight))
    rows = tuple(
        model.FetchRow(
            one.ho,
            one.unit or "",
            sight.reference(one.ho),
            named(one, sight.look.disclosed).get("item", ""),
        )
        for one in shown
    )
    return model.Fetch(**staff.session(sight), rows=rows, page=page, pages=pages)


def door(sight: Sight) -> model.FetchDoor:
    visit = sight.visit
    return model.FetchDoor(
        **staff.session(sight),
        unit=visit.unit or "",
        opened=visit.step == "fetch_open",
        attempt=visit.attempt,
        columns=sight.columns(),
    )


def done(sight: Sight) -> model.FetchDone:
    visit = sight.visit
    assert visit.receipt is not None
    return model.FetchDone(
        **staff.session(sight),
        unit=visit.unit or "",
        reference=sight.reference(visit.ho),
        moment=sight.moment(sight.look.collected_at(visit.receipt)),
        left=len(waiting(sight)),
    )


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "fetch_pick": pick,
    "fetch_opening": door,
    "fetch_open": door,
    "fetch_done": done,
}
