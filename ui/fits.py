"""Large text: as large as it can be without losing a word.

Theory of operation.  Large text needs room that a small panel does not always have.  Two things
give way, in this order.  A line that is too long for its place shrinks, down to its ordinary size
(`Typesetter.fit`).  Where words would still be cut, lie on one another or leave their place, the
whole screen is laid out again with less of the enlargement, down to none: the ordinary screen,
which fits.

On a panel of a size that no screen was drawn for (`whole`) rounding may leave a word a pixel short
of its room; the screen is then laid out a little smaller.

Rules.  Nothing is left out, and no line is smaller than a line of ordinary text may be.  With
ordinary text this module is not asked, and not imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ui.text import Typesetter
from ui.theme import TARGET_MM, Theme
from ui.widgets import (
    Button,
    CabinetMap,
    Card,
    CodeField,
    Dialog,
    Icon,
    Label,
    Row,
    Screen,
    Widget,
)

SHARES: Final = (1.0, 0.85, 0.7, 0.6, 0.5, 0.4, 0.25, 0.1)
"""How much of the enlargement is tried, before none."""

TIGHT: Final = (1.0, 0.96, 0.92, 0.88, 0.84)
"""How much of the drawing is tried on a panel that nobody drew it for."""


def enlarged(make: Callable[[], Screen], type: Typesetter) -> Screen:
    """The screen that `make` makes, at the largest text that fits; `type` stays at that.

    What fits at one share fits at a lower one, so most of them are not tried.
    """

    def tried(share: float) -> Screen | None:
        type.enlarge(share)
        screen = make()
        return screen if fits(screen.arrange(type), type.theme) else None

    best, low, high = tried(SHARES[0]), 1, len(SHARES)
    if best is not None:
        return best
    while low < high:
        middle = (low + high) // 2
        screen = tried(SHARES[middle])
        if screen is None:
            low = middle + 1
        else:
            best, high = screen, middle
    type.enlarge(SHARES[low] if low < len(SHARES) else 0.0)
    if best is not None:
        return best
    return whole(make, type) if type.theme.odd else make()


def whole(make: Callable[[], Screen], type: Typesetter) -> Screen:
    """The screen that `make` makes, as large as it is whole; else, for a long name, the first."""
    for share in (*TIGHT, TIGHT[0]):
        type.tighten(share)
        screen = make()
        if fits(screen.arrange(type), type.theme):
            break
    return screen


def fits(screen: Screen, theme: Theme) -> bool:
    """Whether every word is whole, on the panel, and beside the others.  `screen` is arranged."""
    for one in screen.flat():
        if one.trace().get("clipped") or one.rect.empty or one.rect.clip(screen.rect) != one.rect:
            return False
        if one.spills(theme) or _small(one, theme):
            return False
    return next(_overlaps(screen), None) is None and next(_covered(screen), None) is None


def _covered(screen: Screen) -> Iterator[Label]:
    """Words above a card, painted before it, that it would cut off below."""
    above: list[Label] = []
    for one in screen.flat():
        if isinstance(one, Label):
            above.append(one)
        elif isinstance(one, Card):
            for label in above:
                words = label.hanging()
                if words.meets(one.rect) and words.clip(one.rect) != words:
                    yield label


def _small(one: Widget, theme: Theme) -> bool:
    """Whether a button gave up more of its width than a finger needs."""
    if not isinstance(one, Button):
        return False
    return min(theme.width_mm(one.rect.w), theme.height_mm(one.rect.h)) < TARGET_MM - 0.1


def _overlaps(screen: Screen) -> Iterator[tuple[Widget, Widget]]:
    """Pairs that lie on one another, above the topmost dialog."""
    flat = list(screen.flat())
    start = max((place + 1 for place, one in enumerate(flat) if one.modal), default=0)
    leaves = [
        one
        for one in flat[start:]
        if (one.text_shown() or one.action or isinstance(one, CodeField))
        and not isinstance(one, Dialog | CabinetMap | Card | Icon)
        and one.kind != "door"
    ]
    for place, one in enumerate(leaves):
        for other in leaves[place + 1 :]:
            if one.rect.meets(other.rect) and not _holds(one, other):
                yield one, other


def _holds(one: Widget, other: Widget) -> bool:
    """Whether one of them stands on the other and belongs there: words on a button."""
    common = one.rect.clip(other.rect)
    return (common == one.rect and isinstance(other, Button | Row)) or (
        common == other.rect and isinstance(one, Button | Row)
    )
