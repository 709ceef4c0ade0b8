"""Views of a recipient who is asked for something that both know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lockerd.core.fact import DIGITS
from ui import model
from ui.view import recipient
from ui.view.sight import Sight

GROUPS: Final = {"birth-date": (2, 2, 4)}
"""How the digits of a fact stand together, where they are not one group."""


def asked(sight: Sight) -> model.Code:
    """The digits; nothing here says what they should be."""
    known = sight.state.handovers.get(sight.visit.ho or "")
    kind = known.fact if known is not None and known.fact in DIGITS else next(iter(DIGITS))
    groups = GROUPS.get(kind, (DIGITS[kind],))
    return recipient.code(sight).but(about=f"fact.{kind}", groups=groups)


def said(sight: Sight) -> model.Code:
    """The same, asked of whoever deposits the item."""
    order = sight.visit.order
    every = sight.site.profiles
    kind = next((one.fact for one in every if order and one.name == order.profile), "birth-date")
    groups = GROUPS.get(kind, (DIGITS[kind],))
    return recipient.code(sight).but(about=f"fact.of.{kind}", groups=groups)


def helped(sight: Sight) -> model.FactHelp:
    return model.FactHelp(**recipient.common(sight), reference=sight.reference(sight.visit.ho))


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "fact": asked,
    "fact_help": helped,
    "fact_checking": recipient.checking,
    "deposit_fact": said,
    "deposit_knowing": recipient.checking,
}
