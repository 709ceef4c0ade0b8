"""What an operator orders beyond closing a line of the queue, and two people who set the clock.

Theory of operation.  A line that is about a handover leads to what can be done with it now: permit
one release although the clock cannot tell, use the mechanical key, say that it was handed over with
it, take the item back.  Each asks for a reason, but the last, which goes to the door at once.
Where a new record does not know what lies there, two people look and say that its item does, or
nothing.  What needs a second person asks for them in the way of every act of two.

Rules.  What the core declines is said on the screen where it was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.visit import fetch
from lockerd.core.visit.staff import signs_out
from lockerd.core.visit.value import Here, Room, Turn, Visit

PERMITTED = "One release is permitted for 15 minutes. Ask the recipient to try again."
DECLARED = "The key may be used within 15 minutes. Open, hand over, close the door."
BY_KEY = "The handover with the key is recorded."
SET = "The clock is set."
LOOK = "Look inside and close the door. Then say what you saw."
ADOPTED = "Recorded. Its recipient gets a new code."
NOTHING = "Recorded: nothing was inside. It stays held until it is found or missing."
NEW_RECORD = "the record began anew"
"""Why an unknown compartment is opened."""

REASONED: Mapping[str, Callable[[ev.Actor, str, str], msg.Message]] = {
    "permit": msg.PermitWindow,
    "key": msg.DeclareKey,
    "bykey": msg.CompleteByKey,
}
"""Order -> its message, from who orders it, the handover and the reason."""

ADOPTION: tuple[str, ...] = ("look", "adopt", "nothing")
ORDERS: tuple[str, ...] = (*REASONED, "fetch", *ADOPTION)


def meant(here: Here, key: str | None) -> str | None:
    """The live handover that a line of the queue is about, or that lies behind its door."""
    item = here.state.queue.get(key or "")
    if item is None:
        return None
    item = here.state.about(item)
    if item.ho is not None:
        return item.ho if item.ho in here.state.handovers else None
    held = here.state.occupied_by(item.unit) if item.unit is not None else None
    return None if held is None else held.ho


def message(here: Here, visit: Visit, order: str, ho: str, why: str) -> msg.Message:
    """What an order says to the core; of an adoption, with codes that are still to be made."""
    actor, known = here.actor(visit), here.state.handovers.get(ho)  # it may have ended since
    unit = "" if known is None else known.unit or ""
    match order:
        case "fetch":
            return msg.FetchBack(actor, ho)
        case "look":
            return msg.OpenUnknown(actor, unit, NEW_RECORD)
        case "adopt":
            return msg.AdoptDeposit(actor, unit, msg.Minted(ho, "-", (), "", ""))
        case "nothing":
            return msg.AdoptEmpty(actor, unit)
        case _:
            return REASONED[order](actor, ho, why)


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of these steps."""
    match visit.step, intent.action:
        case "orders", "order" if intent.arg in ORDERS:
            return _chosen(here, visit, intent.arg)
        case "orders", "back":
            return Turn(here.at(visit, "queue_item", item=visit.item))
        case "time", "back" | "home":
            return Turn(here.at(visit, "staff_menu"))
        case step, "back" if step in _ASKS:
            return Turn(here.at(visit, "orders", item=visit.item))
        case _, "sign-out" | "home":
            return signs_out(visit)
        case _:
            return Turn(visit)


def _chosen(here: Here, visit: Visit, order: str) -> Turn:
    ho = meant(here, visit.item)
    if ho is None:
        return Turn(here.at(visit, "queue"))
    if order == "fetch":
        return fetch.begin(here, visit, ho)
    if order == "adopt":
        return Turn(replace(visit, notice=""), (), (ef.Mint(ho),))
    if order in ADOPTION:
        return Turn(replace(visit, notice=""), (message(here, visit, order, ho, ""),))
    return Turn(here.at(visit, f"order_{order}", item=visit.item, ho=ho))


def reasoned(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """Why; a second person is asked for where one is needed."""
    order = visit.step.removeprefix("order_")
    why = intent.fields.get(order, "")
    return Turn(visit, (message(here, visit, order, visit.ho or "", why),))


def minted(here: Here, visit: Visit, made: msg.Minted) -> Turn:
    """The codes for what two people found."""
    ho = meant(here, visit.item)
    if visit.step != "orders" or ho != made.ho:
        return Turn(visit)
    unit = here.state.handovers[ho].unit or ""
    return Turn(visit, (msg.AdoptDeposit(here.actor(visit), unit, made),))


def timed(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """What time it is, as Unix ms; a second person is asked for."""
    text = intent.fields.get("at", "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        return Turn(visit)
    return Turn(visit, (msg.SetTime(here.actor(visit), int(text)),))


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """It is done."""
    match event:
        case ev.WindowPermitted() if visit.step == "order_permit":
            return Turn(here.at(visit, "queue", notice=PERMITTED))
        case ev.KeyDeclared() if visit.step == "order_key":
            return Turn(here.at(visit, "queue", notice=DECLARED))
        case ev.HandoverCollectedManually() if visit.step == "order_bykey":
            return Turn(here.at(visit, "queue", notice=BY_KEY))
        case ev.AdoptionStarted() if visit.step == "orders":
            return Turn(replace(visit, notice=LOOK))
        case ev.DepositAdopted() if visit.step == "orders":
            return Turn(here.at(visit, "queue", notice=ADOPTED))
        case ev.AdoptionEmpty() if visit.step == "orders":
            return Turn(here.at(visit, "queue", notice=NOTHING))
        case ev.TimeSet() if visit.step == "time":
            return Turn(here.at(visit, "staff_menu", notice=SET))
        case _:
            return Turn(visit)


_ASKS = tuple(f"order_{one}" for one in REASONED)
_STEPS = ("orders", *_ASKS, "time")

ROOM = Room(
    steps=_STEPS,
    actions=("orders", "order", "time"),
    pressed=pressed,
    heard=heard,
    answers={msg.Minted: minted},
    filled={**dict.fromkeys(_ASKS, reasoned), "time": timed},
    waits=frozenset(_STEPS),
    finish=dict.fromkeys(_STEPS, "sign-out"),
)
