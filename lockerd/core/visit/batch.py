"""A batch: one log-in, thirty items.  Scan an item, place it, close the door, one tap, the next.

Theory of operation.  A batch lives in the staff session: `Visit.batch` holds what was deposited in
it so far, and the steps of a deposit are the same as ever.  A scanned item code is looked up among
the announced handovers outside the core (names and numbers are not in the state); one match opens
its door, none or several are said so.  Codes leave by their profile's channel; the screen shows one
only where it is the only way out.  At the end stands a summary.

Rules.  A door is opened by a scan or by a pick from the list, never by the closing of another.  A
batch that is full ends as one that was ended.
"""

from __future__ import annotations

from dataclasses import replace

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.site import Site
from lockerd.core.visit import seal
from lockerd.core.visit.recipient import ANSWER_S
from lockerd.core.visit.staff import signs_out
from lockerd.core.visit.value import BADGE_PREFIX, CODE_PREFIX, Here, Room, Turn, Visit, refused

BATCH_MAX = 100

NOBODY = "No announced handover has this code. Check the label, or pick it from the list."
SEVERAL = "{n} announced handovers have this code. Pick the right one from the list."
NOT_AN_ITEM = "This is a badge or a recipient's code. Scan the item's label."


def scanned(here: Here, visit: Visit, intent: msg.Scanned) -> Turn:
    """The label of an item."""
    if intent.text.startswith((BADGE_PREFIX, CODE_PREFIX)):
        return refused(replace(visit, notice=NOT_AN_ITEM))
    finding = here.at(visit, "batch_finding", back=visit.step)
    return Turn(finding, (), (ef.FindItem(intent.text),))


def found(here: Here, visit: Visit, message: msg.ItemsFound) -> Turn:
    """One match opens its door; anything else is a word about it."""
    back = here.at(visit, visit.back)
    if len(message.hos) == 1:
        ho = message.hos[0]
        return seal.begin(here, back, ho)._replace(effects=(ef.Sound("accept"),))
    if not message.hos:
        return refused(replace(back, notice=NOBODY))
    listed = here.at(visit, "deposit_pick", notice=SEVERAL.format(n=len(message.hos)))
    return refused(listed)


def recorded(here: Here, visit: Visit, ho: str) -> Visit:
    """One more item of the batch is on record: the next, or the summary when it is full."""
    done = (*(visit.batch or ()), ho)
    step = "batch" if len(done) < BATCH_MAX else "batch_done"
    return here.at(visit, step, batch=done)


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button between two items, or at the summary."""
    match visit.step, intent.action:
        case "batch", "list":
            return Turn(here.at(visit, "deposit_pick"))
        case "batch", "end" if visit.batch:
            return Turn(here.at(visit, "batch_done"))
        case "batch", "end" | "back":
            return Turn(here.at(visit, "staff_menu", batch=None))
        case "batch_done", "back":
            return Turn(here.at(visit, "staff_menu", batch=None))
        case (("batch" | "batch_done"), "sign-out" | "home"):
            return signs_out(visit)
        case _:
            return Turn(visit)


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """The door of the item that was scanned."""
    if isinstance(event, ev.DepositStarted | ev.DepositReopened) and event.ho == visit.ho:
        return Turn(here.at(visit, "deposit_opening", ho=event.ho, unit=event.unit))
    return Turn(visit)


def declined(here: Here, visit: Visit, message: msg.Message, why: str, text: str) -> Turn | None:
    """No compartment for this item."""
    if isinstance(message, msg.StartDeposit):
        return refused(here.at(visit, "batch", notice=text))
    return None


def _answer(site: Site, visit: Visit) -> tuple[int, int]:
    return ANSWER_S * 1000, 0


ROOM = Room(
    steps=("batch", "batch_finding", "batch_done"),
    actions=("batch", "list", "end"),
    pressed=pressed,
    heard=heard,
    scanned={"batch": scanned},
    declined=declined,
    waits=frozenset({"batch", "batch_done"}),
    busy=frozenset({"batch_finding"}),
    limits={"batch_finding": _answer},
    finish={"batch": "sign-out", "batch_done": "sign-out"},
)
