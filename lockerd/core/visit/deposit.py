"""A depositor: an announced handover or a new one, an open compartment, the word that ends it.

Rules.  A door that is pushed shut within its own pulse springs open again: the screen goes back to
the open door.  A compartment that does not open is replaced by another, a bounded number of times.
"""

from __future__ import annotations

from dataclasses import replace

from lockerd.core import delivery
from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.deposit import TOO_SMALL
from lockerd.core.doors import AGAIN
from lockerd.core.site import Site
from lockerd.core.visit import batch, exchange, knowing, seal
from lockerd.core.visit.recipient import ANSWER_S
from lockerd.core.visit.staff import signs_out
from lockerd.core.visit.value import Here, Room, Turn, Visit

OTHER_TRIES_MAX = 2


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of the deposit."""
    actor = here.actor(visit)
    match visit.step, intent.action:
        case (("deposit_pick" | "deposit_done"), "sign-out" | "home"):
            return signs_out(visit)
        case "deposit_pick", "new":
            return Turn(here.at(visit, "deposit_new"))
        case "deposit_pick", "pick":
            return _pick(here, visit, intent.arg)
        case "deposit_confirm", "confirm" if visit.ho is not None:
            minting = replace(visit, step="deposit_minting", since=here.now.up_ms)
            return Turn(minting, (), (ef.Mint(visit.ho),))
        case "deposit_confirm", "reopen" if visit.ho is not None:
            return Turn(visit, (msg.ReopenDeposit(actor, visit.ho),))
        case "deposit_confirm", "larger" if visit.ho is not None:
            return Turn(visit, (msg.EnlargeDeposit(actor, visit.ho),))
        case "deposit_confirm", "nothing" if visit.ho is not None:
            return Turn(visit, (msg.AbandonDeposit(actor, visit.ho, "nothing placed"),))
        case ("deposit_done", "next") | ("deposit_pick", "back") if visit.batch is not None:
            return Turn(here.at(visit, "batch"))
        case "deposit_done", "next":
            return Turn(here.at(visit, "deposit_pick"))
        case "deposit_done", "back" if visit.batch:
            return Turn(here.at(visit, "batch_done"))
        case (("deposit_done" | "deposit_pick"), "back"):
            return Turn(here.at(visit, "staff_menu"))
        case "deposit_new", "back":
            return Turn(here.at(visit, "deposit_pick"))
        case _:
            return Turn(visit)


def _pick(here: Here, visit: Visit, ho: str) -> Turn:
    known, actor = here.state.handovers.get(ho), here.actor(visit)
    if known is None:
        return Turn(replace(visit, notice="This handover is no longer waiting."))
    if known.phase == "unconfirmed":
        return Turn(replace(visit, ho=ho, tried=()), (msg.ReopenDeposit(actor, ho),))
    return seal.begin(here, visit, ho)


def ordered(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """A handover that was not announced: as the form says."""
    fields = intent.fields
    ho, recipient_no, item_no = intent.ids
    order = msg.OrderHandover(
        actor=here.actor(visit),
        ho=ho,
        recipient_no=recipient_no,
        item_no=item_no,
        profile=fields.get("profile", ""),
        size=fields.get("size", ""),
        opens=None,
        closes=None,
        recipient=fields.get("recipient", ""),
        item=fields.get("item", ""),
        reference=fields.get("reference", ""),
    )
    if knowing.asked(here, order.profile) is not None:
        return knowing.begin(here, visit, order)
    if exchange.deals(here, order.profile):
        return exchange.begin(here, visit, order)
    return Turn(replace(visit, ho=ho), (order,))


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """What the door and the depositor did."""
    if isinstance(event, ev.DoorOpened | ev.DoorClosed):
        return _sprang(here, visit, event)
    if event.ho is None or event.ho != visit.ho:
        return Turn(visit)
    keep = {"ho": event.ho, "unit": event.unit, "tried": visit.tried}
    match event:
        case ev.HandoverOrdered() if visit.step == "deposit_new":
            return seal.begin(here, visit, event.ho)
        case ev.DepositStarted() | ev.DepositReopened():
            return Turn(here.at(visit, "deposit_opening", **keep))
        case ev.DepositOpened() if visit.step == "deposit_opening":
            return Turn(here.at(visit, "deposit_open", **keep), (), (ef.Sound("open"),))
        case ev.DepositNotOpened() if visit.step == "deposit_opening":
            return Turn(replace(visit, attempt=event.attempt + 1))
        case ev.DepositClosed() if visit.step == "deposit_open":
            return Turn(here.at(visit, "deposit_confirm", **keep))
        case ev.DepositAbandoned() if event.reason == "not opened":
            return _another(here, visit, event)
        case ev.DepositAbandoned() if event.reason == TOO_SMALL:
            return Turn(replace(visit, tried=(*visit.tried, event.unit or "")))
        case ev.DepositAbandoned():
            return Turn(seal.listed(here, visit, "Nothing was deposited."))
        case ev.DepositUnconfirmed():
            notice = "The deposit was not confirmed. It stands in the queue."
            return Turn(seal.listed(here, visit, notice))
        case ev.CredentialMinted() if isinstance(message, msg.ConfirmDeposit):
            return _minted_on_disk(here, visit, event)
        case ev.CredentialJoined():
            return _joined(here, visit, event)
        case _:
            return Turn(visit)


def _sprang(here: Here, visit: Visit, event: ev.DoorOpened | ev.DoorClosed) -> Turn:
    """The door that was to be confirmed came open again, or was shut after that."""
    if event.unit is None or event.unit != visit.unit:
        return Turn(visit)
    keep = {"ho": visit.ho, "unit": visit.unit, "tried": visit.tried}
    opened = isinstance(event, ev.DoorOpened) and event.purpose == AGAIN
    if opened and visit.step == "deposit_confirm":
        return Turn(here.at(visit, "deposit_open", **keep), (), (ef.Sound("remind"),))
    if isinstance(event, ev.DoorClosed) and visit.step == "deposit_open":
        return Turn(here.at(visit, "deposit_confirm", **keep))
    return Turn(visit)


def _another(here: Here, visit: Visit, event: ev.DepositAbandoned) -> Turn:
    """The compartment did not open: offer the next one, a bounded number of times."""
    tried = (*visit.tried, event.unit or "")
    if len(tried) > OTHER_TRIES_MAX:
        notice = "No compartment opened. Nothing was deposited. Call for help."
        return Turn(seal.listed(here, visit, notice))
    start = msg.StartDeposit(here.actor(visit), event.ho or "", tried)
    return Turn(replace(visit, tried=tried), (start,))


def minted(here: Here, visit: Visit, message: msg.Minted) -> Turn:
    """The codes were made: keep them for the screen, and make them durable."""
    if message.ho != visit.ho:
        return Turn(visit)
    confirm = msg.ConfirmDeposit(here.actor(visit), message)
    return Turn(replace(visit, pin=message.pin, qr=message.qr), (confirm,))


def _minted_on_disk(here: Here, visit: Visit, event: ev.CredentialMinted) -> Turn:
    """The codes exist: show them where the profile allows it, and hand them to the courier."""
    assert event.ho is not None
    known = here.state.handovers[event.ho]
    deliver = ef.Deliver(event.ho, event.cred, visit.pin, visit.qr)
    if visit.batch is not None:
        counted = batch.recorded(here, visit, event.ho)
        if not delivery.needs_screen(here.site, known.profile):
            return Turn(counted, (), (deliver, ef.Sound("accept")))
        visit = replace(visit, batch=counted.batch)
    done = here.at(visit, "deposit_done", ho=event.ho, unit=event.unit)
    if not delivery.shown(here.site, known.profile):
        return Turn(done, (), (deliver, ef.Sound("accept")))
    done = replace(done, pin=visit.pin, qr=visit.qr)
    seen = msg.CodeDelivered(here.actor(visit), event.ho, event.cred, "screen")
    return Turn(done, (seen,), (deliver, ef.Sound("accept")))


def _joined(here: Here, visit: Visit, event: ev.CredentialJoined) -> Turn:
    """The recipient has a code already: nothing is shown, and nothing is delivered."""
    assert event.ho is not None
    done = here.at(visit, "deposit_done", ho=event.ho, unit=event.unit)
    if visit.batch is not None:
        done = batch.recorded(here, visit, event.ho)
    return Turn(done, (), (ef.Sound("accept"),))


def declined(here: Here, visit: Visit, message: msg.Message, why: str, text: str) -> Turn | None:
    """No compartment, or a confirmation that could not be kept."""
    if isinstance(message, msg.StartDeposit):
        return Turn(seal.listed(here, visit, text))
    if isinstance(message, msg.ConfirmDeposit | msg.Minted) and visit.step == "deposit_minting":
        return Turn(here.at(visit, "deposit_confirm", ho=visit.ho, unit=visit.unit, notice=text))
    return None


def _answer(site: Site, visit: Visit) -> tuple[int, int]:
    return ANSWER_S * 1000, 0


def _placing(site: Site, visit: Visit) -> tuple[int, int]:
    return site.timing.idle_s * 4000, site.timing.more_time_s * 1000


ROOM = Room(
    steps=(
        *("deposit_pick", "deposit_new", "deposit_opening", "deposit_open"),
        *("deposit_confirm", "deposit_minting", "deposit_done"),
    ),
    actions=("pick", "new", "confirm", "reopen", "larger", "nothing", "next"),
    pressed=pressed,
    heard=heard,
    scanned={"deposit_pick": batch.scanned},
    filled={"deposit_new": ordered},
    declined=declined,
    waits=frozenset({"deposit_pick", "deposit_new", "deposit_confirm", "deposit_done"}),
    busy=frozenset({"deposit_minting"}),
    finish={"deposit_pick": "sign-out", "deposit_done": "sign-out"},
    limits={
        "deposit_minting": _answer,
        "deposit_opening": _placing,
        "deposit_open": _placing,
    },
)
