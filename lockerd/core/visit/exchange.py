"""What a new handover's thing is, and what it is given for: its number, and the other's label.

Theory of operation.  Where the profile deals in exchanges, a handover that was not announced gets
two questions more after its form: the asset number of what is deposited, and the label of what went
out for it, or is to go.  Both are scanned or typed, and both may be left empty.  The shell finds
the number under which the thing stands in the record and the other handover; then the order is
sent, so that both read as one history.

Rules.  Nothing is ordered before the last answer.  A label that belongs to no handover, or to
several, is said and asked for again.
"""

from __future__ import annotations

from dataclasses import replace

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.deposit import TEXT_MAX
from lockerd.core.site import Site
from lockerd.core.visit import seal
from lockerd.core.visit.recipient import ANSWER_S
from lockerd.core.visit.staff import signs_out
from lockerd.core.visit.value import BADGE_PREFIX, CODE_PREFIX, Here, Room, Turn, Visit, refused

ASKED = {"deposit_asset": "asset", "deposit_given": "given"}
"""Step -> the name of its answer."""

NOT_A_LABEL = "This is a badge or a recipient's code. Scan the thing's label."
NOBODY = "No handover has this label. Check it, or leave the answer empty."
SEVERAL = "Several handovers have this label. Type the reference of the right one."
LONG = "This is too long. Type what is printed below the barcode."


def deals(here: Here, profile: str) -> bool:
    """Whether things of this profile are given for others."""
    return any(one.name == profile and one.exchange for one in here.site.profiles)


def begin(here: Here, visit: Visit, order: msg.OrderHandover) -> Turn:
    """Ask for the number of the thing."""
    return Turn(here.at(visit, "deposit_asset", ho=order.ho, order=order))


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of these steps."""
    match visit.step, intent.action:
        case "deposit_given", "back":
            return Turn(here.at(visit, "deposit_asset", ho=visit.ho, order=visit.order))
        case "deposit_asset", "back":
            return Turn(seal.listed(here, visit, ""))
        case _, "sign-out" | "home":
            return signs_out(visit)
        case _:
            return Turn(visit)


def scanned(here: Here, visit: Visit, intent: msg.Scanned) -> Turn:
    """A label."""
    if intent.text.startswith((BADGE_PREFIX, CODE_PREFIX)):
        return refused(replace(visit, notice=NOT_A_LABEL))
    return _answered(here, visit, intent.text)


def typed(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """What was typed, or nothing."""
    return _answered(here, visit, intent.fields.get(ASKED[visit.step], ""))


def _answered(here: Here, visit: Visit, text: str) -> Turn:
    order = visit.order
    if order is None:
        return Turn(seal.listed(here, visit, ""))
    if len(text) > TEXT_MAX:
        return refused(replace(visit, notice=LONG))
    if visit.step == "deposit_asset":
        return Turn(here.at(visit, "deposit_given", ho=order.ho, order=order.but(asset=text)))
    naming = here.at(visit, "deposit_naming", ho=order.ho, order=order)
    return Turn(naming, (), (ef.NumberItem(order.ho, order.asset, text),))


def numbered(here: Here, visit: Visit, message: msg.ItemNumbered) -> Turn:
    """The order is complete, or the other thing is not known."""
    order = visit.order
    if order is None or message.ho != order.ho:
        return Turn(visit)
    if message.wanted and not message.exchange:
        notice = SEVERAL if message.found else NOBODY
        return refused(here.at(visit, "deposit_given", ho=order.ho, order=order, notice=notice))
    done = order.but(item_no=message.item_no or order.item_no, exchange=message.exchange)
    return Turn(replace(visit, order=done), (done,))


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """It is announced: on to the seal, or to the compartment."""
    if event.ho is None or event.ho != visit.ho:
        return Turn(visit)
    match event:
        case ev.HandoverOrdered():
            return seal.begin(here, visit, event.ho)
        case ev.DepositStarted():
            return Turn(here.at(visit, "deposit_opening", ho=event.ho, unit=event.unit))
        case _:
            return Turn(visit)


def declined(here: Here, visit: Visit, message: msg.Message, why: str, text: str) -> Turn | None:
    """What was announced cannot be, or finds no compartment."""
    if isinstance(message, msg.OrderHandover | msg.StartDeposit):
        return refused(seal.listed(here, visit, text))
    return None


def _answer(site: Site, visit: Visit) -> tuple[int, int]:
    return ANSWER_S * 1000, 0


ROOM = Room(
    steps=(*ASKED, "deposit_naming"),
    actions=(),
    pressed=pressed,
    heard=heard,
    scanned=dict.fromkeys(ASKED, scanned),
    filled=dict.fromkeys(ASKED, typed),
    declined=declined,
    answers={msg.ItemNumbered: numbered},
    waits=frozenset(ASKED),
    busy=frozenset({"deposit_naming"}),
    finish=dict.fromkeys(ASKED, "sign-out"),
    limits={"deposit_naming": _answer},
)
