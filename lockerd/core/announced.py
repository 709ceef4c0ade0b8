"""Many handovers announced at once: all of them or none.

Theory of operation.  A day's list is one message.  Each order of it is decided against what the
others already came to, so that the whole is one draft, one transaction, one fsync.  The same
decision, made without a journal, tells beforehand what is wrong with each.

Rules.  One bad order declines all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lockerd.core import deposit
from lockerd.core.draft import Declined, Draft, Handles
from lockerd.core.messages import Message, OrderHandover, OrderHandovers
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import State

ORDERS_MAX = 2_000
"""More at once would hold the loop for longer than a person at a door should wait."""


def orders(draft: Draft, message: OrderHandovers) -> None:
    """Announce all of them."""
    if not 0 < len(message.orders) <= ORDERS_MAX:
        raise Declined("rows", f"1 to {ORDERS_MAX} handovers at a time; split the list")
    for place, why in _wrong(draft, message.orders):
        raise Declined(why.why, f"order {place + 1}: {why}")


def wrong(
    site: Site, state: State, many: Sequence[OrderHandover], now: Now
) -> Iterator[tuple[int, Declined]]:
    """`(place, why)` of every order that would be declined; nothing is announced."""
    return _wrong(Draft(site, state, now), many)


def _wrong(draft: Draft, many: Sequence[OrderHandover]) -> Iterator[tuple[int, Declined]]:
    room = deposit.LIVE_MAX - len(draft.state.handovers)
    taken: set[str] = set()
    for place, one in enumerate(many):
        try:
            if one.ho in taken:
                raise Declined("exists", "this id stands in the list twice; choose another")
            if len(taken) >= room:
                raise Declined("full", "too many handovers are live; end some of them first")
            deposit.order(draft, one)
        except Declined as why:
            yield place, why
        else:
            taken.add(one.ho)


HANDLES: Handles = {OrderHandovers: orders}
MAY: Mapping[type[Message], frozenset[str]] = {OrderHandovers: deposit.MAY[OrderHandover]}
