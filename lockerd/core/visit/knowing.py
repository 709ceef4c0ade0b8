"""What both know, said by whoever deposits something that was not announced.

Rules.  The digits go to the vault and nowhere else; the order is sent with their verifier alone.
Whoever does not know the fact goes on without it, and the recipient shows a document instead.
"""

from __future__ import annotations

from lockerd.core import effects as ef
from lockerd.core import messages as msg
from lockerd.core.fact import well_formed
from lockerd.core.site import Profile
from lockerd.core.visit import approve, exchange, seal
from lockerd.core.visit.staff import signs_out
from lockerd.core.visit.value import Here, Room, Turn, Visit, refused


def asked(here: Here, name: str) -> Profile | None:
    """The profile of this name, where it asks for a fact."""
    every = here.site.profiles
    return next((one for one in every if one.name == name and one.second_factor == "fact"), None)


def begin(here: Here, visit: Visit, order: msg.OrderHandover) -> Turn:
    """Ask the depositor."""
    return Turn(here.at(visit, "deposit_fact", ho=order.ho, order=order))


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of this step."""
    match intent.action:
        case "forgotten" if visit.order is not None:
            return _on(here, visit, visit.order)
        case "home" | "back":
            return Turn(seal.listed(here, visit, ""))
        case "sign-out":
            return signs_out(visit)
        case _:
            return Turn(visit)


def typed(here: Here, visit: Visit, intent: msg.CodeTyped) -> Turn:
    """The digits and OK."""
    order = visit.order
    profile = None if order is None else asked(here, order.profile)
    if order is None or profile is None or not well_formed(profile.fact, intent.digits):
        return refused(visit)
    waiting = here.at(visit, "deposit_knowing", ho=order.ho, order=order)
    return Turn(waiting, (), (ef.MakeFact(order.ho, intent.digits),))


def made(here: Here, visit: Visit, message: msg.FactMade) -> Turn:
    """The verifier is there: the order can be sent with it."""
    order = visit.order
    if order is None or message.ho != order.ho:
        return Turn(visit)
    return _on(here, visit, order.but(fact=message.rows))


def _on(here: Here, visit: Visit, order: msg.OrderHandover) -> Turn:
    if exchange.deals(here, order.profile):
        return exchange.begin(here, visit, order)
    return Turn(here.at(visit, "deposit_knowing", ho=order.ho, order=order), (order,))


ROOM = Room(
    steps=("deposit_fact", "deposit_knowing"),
    actions=("forgotten",),
    pressed=pressed,
    heard=exchange.heard,
    typed={"deposit_fact": typed},
    declined=exchange.declined,
    answers={msg.FactMade: made},
    waits=frozenset({"deposit_fact"}),
    busy=frozenset({"deposit_knowing"}),
    finish={"deposit_fact": "sign-out"},
    limits={"deposit_knowing": approve.answer},
)
