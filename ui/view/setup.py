"""Views of the installer's first hour and of the self-test.

Rules.  Nothing is graded here: `lockerd.core.setup.checks` says how every part is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from lockerd.core import setup
from lockerd.core.fingerprint import spelled
from lockerd.core.setup import Check
from ui import model
from ui.view import staff
from ui.view.recipient import common, matrix
from ui.view.sight import MINUTE_MS, Sight

CARD_MM: Final = (85.60, 53.98)
"""A bank card (ISO/IEC 7810 ID-1): its long and its short edge."""

WIDE_MM: Final = 100
"""Panels narrower than this are measured with the short edge."""

COMPARED: Final = {
    "strikes": "door",
    "ruler": "ruler",
    "corners": "corners",
    "clock": "clock",
    "key": "key",
}
"""Part -> what a person compares for it."""

WRONG: Final = {
    # (the person saw: own, another, none; the contact said: own, another, none) -> key of words
    ("own", "another"): "contact",
    ("own", "none"): "silent",
    ("another", "another"): "strike",
    ("another", "own"): "both",
    ("another", "none"): "strike",
    ("none", "own"): "stuck",
    ("none", "another"): "strike",
    ("none", "none"): "dead",
}


def _who(sight: Sight) -> dict[str, Any]:
    """The fields of `model.SetupView`."""
    person = staff.session(sight)["person"] if sight.visit.staff else None
    return {**common(sight), "person": person, "notice": sight.visit.notice}


def parts(sight: Sight) -> model.Setup:
    """Every part: what is red first."""
    found = setup.checks(sight.site, sight.state, sight.now)
    order = ("red", "amber", "green")
    rows = [_row(one) for one in sorted(found, key=lambda one: order.index(one.grade))]
    shown, page, pages = staff.page_of(rows, sight.session.page, staff.rows_of(sight))
    red, amber, green = (sum(one.grade == grade for one in found) for grade in order)
    return model.Setup(
        **_who(sight), rows=tuple(shown), counts=(green, amber, red), page=page, pages=pages
    )


def _row(one: Check) -> model.SetupRow:
    return model.SetupRow(one.part, one.grade, one.why, COMPARED.get(one.part, ""), one.units)


def ruler(sight: Sight) -> model.SetupRuler:
    """The bar, as long as the person made it."""
    screen = sight.site.screen
    tall = screen.height_px > screen.width_px
    across = min(screen.width_px, screen.height_px) if tall else screen.width_px
    edge = CARD_MM[screen.width_mm < WIDE_MM]
    begun = round(edge * screen.width_px / screen.width_mm)
    typed = sight.session.texts.get("bar", "")
    bar = min(int(typed) if typed.isdecimal() else begun, across - 2)
    tenths = round(screen.width_px * edge * 10 / bar)
    right = abs(tenths - screen.width_mm * 10) <= screen.width_mm / 10
    return model.SetupRuler(
        **_who(sight),
        bar_px=bar,
        card="long" if edge == CARD_MM[0] else "short",
        tenths=tenths,
        right=right,
        sent=sight.session.sent is not None,
    )


def corners(sight: Sight) -> model.SetupCorners:
    return model.SetupCorners(**_who(sight), at=len(sight.visit.tried))


def door(sight: Sight) -> model.SetupDoor:
    """One door; where another one answered, which line of the config is wrong."""
    visit, units = sight.visit, [one.unit for one in sight.site.compartments]
    unit = visit.unit or ""
    said, _, seen = visit.tried[0].partition("/") if visit.finding == "wrong" else ("", "", "")
    kinds = (_kind(said, unit), _kind(seen, unit))
    return model.SetupDoor(
        **_who(sight),
        unit=unit,
        number=units.index(unit) + 1,
        total=len(units),
        asked=visit.finding == "asked",
        wrong=WRONG.get(kinds, "both") if visit.finding == "wrong" else "",
        said=said,
        seen=seen,
        columns=sight.columns(),
    )


def _kind(answered: str, unit: str) -> str:
    return "none" if not answered else "own" if answered == unit else "another"


def clock(sight: Sight) -> model.SetupClock:
    sight.stale_in(MINUTE_MS - sight.now.lo % MINUTE_MS)
    return model.SetupClock(
        **_who(sight),
        moment=sight.moment(sight.now.lo),
        zone=sight.site.time_zone,
        proven=sight.now.hi is not None,
    )


def key(sight: Sight) -> model.SetupKey:
    vkey = sight.state.vkey
    return model.SetupKey(**_who(sight), words=spelled(vkey), qr=matrix(sight, vkey))


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "setup": parts,
    "setup_ruler": ruler,
    "setup_corners": corners,
    "setup_door": door,
    "setup_clock": clock,
    "setup_key": key,
}
