"""Views of a second person at the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from lockerd.core import approval
from lockerd.core.visit import approve as visits
from lockerd.core.visit.value import Here
from ui import model
from ui.view import recipient
from ui.view.sight import Sight


def _common(sight: Sight) -> dict[str, Any]:
    visit = sight.visit
    known = sight.state.staff.get(visit.staff or "")
    asks = None
    if known is not None:
        asks = model.Person(sight.name(known.entry, "name"), known.role, known.staff, sight.ends())
    about, _, named = visit.subject.partition(":")
    meant = sight.state.handovers.get(named)
    unit = visit.unit or (meant.unit if meant is not None else None) or ""
    if not unit and sight.site.has(named):
        unit = named
    return {
        **recipient.common(sight),
        "about": about,
        "unit": unit,
        "notice": visit.notice,
        "asks": asks,
    }


def document(sight: Sight) -> model.ApproveDocument:
    return model.ApproveDocument(**_common(sight), documents=approval.DOCUMENTS)


def badge(sight: Sight) -> model.ApproveBadge:
    visit, state = sight.visit, sight.state
    known = state.handovers.get(visit.ho or "")
    left = 1
    if known is not None and visit.subject.startswith("release:"):
        profile = Here(sight.site, state, sight.now).profile(known.profile)
        left = approval.missing(state, profile, known, sight.now).count("authoriser")
    glass = visits.may_break(Here(sight.site, state, sight.now), visit)
    return model.ApproveBadge(**_common(sight), left=max(1, left), glass=glass, working=sight.scans)


def glass(sight: Sight) -> model.ApproveGlass:
    typed = sight.session
    return model.ApproveGlass(
        **_common(sight),
        value=typed.texts.get("reason", ""),
        error=typed.error,
        **sight.keys,
        sent=typed.sent is not None,
    )


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "approve_document": document,
    "approve_badge": badge,
    "approve_pin": recipient.code,
    "approve_checking": recipient.checking,
    "approve_glass": glass,
}
