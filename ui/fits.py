"""Large text: as large as it can be without losing a word.

Theory of operation.  Large text needs room that a small panel does not always have.  Two things
give way, in this order.  A line that is too long for its place shrinks, down to its ordinary size
(`Typesetter.fit`).  Where words would still be cut, lie on one another or leave the panel, the
whole screen is laid out again with less of the enlargement, down to none: the ordinary screen,
which fits.

Rules.  Nothing is left out, and no line is smaller than a line of ordinary text may be.  With
ordinary text this module is not asked, and not imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ui.text import Typesetter
from ui.widgets import Button, CabinetMap, Card, Dialog, Icon, Row, Screen, Widget

SHARES: Final = (1.0, 0.75, 0.5, 0.25)
"""How much of the enlargement is tried, before none."""


def enlarged(make: Callable[[], Screen], type: Typesetter) -> Screen:
    """The screen that `make` makes, at the largest text that fits; `type` stays at that."""
    for share in SHARES:
        type.enlarge(share)
        screen = make()
        if fits(screen.arrange(type)):
            return screen
    type.enlarge(0.0)
    return make()


def fits(screen: Screen) -> bool:
    """Whether every word is whole, on the panel, and beside the others.  `screen` is arranged."""
    for one in screen.flat():
        if one.trace().get("clipped") or one.rect.empty or one.rect.clip(screen.rect) != one.rect:
            return False
    return next(_overlaps(screen), None) is None


def _overlaps(screen: Screen) -> Iterator[tuple[Widget, Widget]]:
    """Pairs that lie on one another, above the topmost dialog."""
    flat = list(screen.flat())
    start = max((place + 1 for place, one in enumerate(flat) if one.modal), default=0)
    leaves = [
        one
        for one in flat[start:]
        if (one.text_shown() or one.action)
        and not isinstance(one, Dialog | CabinetMap | Card | Icon)
        and one.kind != "door"
    ]
    for place, one in enumerate(leaves):
        for other in leaves[place + 1 :]:
            if one.rect.meets(other.rect) and not _holds(one, other):
                yield one, other


def _holds(one: Widget, other: Widget) -> bool:
    """Whether one of them stands on the other and belongs there: words on a button."""
    inside = one.rect.clip(other.rect) in (one.rect, other.rect)
    return inside and (isinstance(one, Button | Row) or isinstance(other, Button | Row))
