"""Somebody at the kiosk has lost their code: a ticket, a challenge, new codes.

Rules.  Nobody is asked who they are, and nothing here says whether there is anything for them.  A
scan works on every step: a code that was found after all opens its door.
"""

from __future__ import annotations

from dataclasses import replace

from lockerd.core import delivery, lost
from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.reference import reference
from lockerd.core.site import Site
from lockerd.core.visit import recipient
from lockerd.core.visit.recipient import ANSWER_S
from lockerd.core.visit.value import Here, Room, Turn, Visit

OWN = (msg.LoseCode, msg.AskByTelephone, msg.TelephoneChecked, msg.ReissueByTelephone)
UNPROVEN = "This does not fit. Check it and try again."
OVER = "This challenge has ended. Ask for another one."


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button beside a ticket."""
    match visit.step, intent.action:
        case "lost", "telephone" if visit.item in here.state.tickets:
            wait = here.at(visit, "lost_wait", item=visit.item)
            return Turn(wait, (), (ef.MakeChallenge(visit.item or ""),))
        case "lost_answer", "back":
            return Turn(here.at(visit, "lost", item=visit.item))
        case _, "home" | "back" | "done":
            return Turn(here.at(visit, "home"))
        case _:
            return Turn(visit)


def typed(here: Here, visit: Visit, intent: msg.CodeTyped) -> Turn:
    """What an operator read out."""
    state, ticket = here.state, visit.item or ""
    known = state.tickets.get(ticket)
    if state.paused_ms(here.now) > 0:
        return Turn(here.at(visit, "refused", why="paused"), (), (ef.Sound("refuse"),))
    if known is None or not lost.open_for(state, known, here.now):
        return Turn(here.at(visit, "lost", item=visit.item, notice=OVER), (), (ef.Sound("refuse"),))
    staff = tuple(
        (one.staff, one.cred)
        for one in state.staff.values()
        if one.role == "operator" and one.cred and not one.left
    )
    meant = tuple(
        (one.ho, reference(here.site, one.ho))
        for one in state.handovers.values()
        if lost.coded(one.phase)
    )
    wait = here.at(visit, "lost_wait", item=ticket)
    check = ef.CheckTelephone(ticket, known.challenge, staff, meant, intent.digits)
    return Turn(wait, (), (check,))


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """The challenge, what came of its answer, and the new codes."""
    if visit.step != "lost_wait":
        return Turn(visit)
    match event:
        case ev.CodeLost():
            return Turn(here.at(visit, "lost", item=event.ticket))
        case ev.TelephoneAsked():
            return Turn(here.at(visit, "lost_answer", item=event.ticket))
        case ev.TelephoneRefused():
            known = here.state.tickets.get(event.ticket)
            step = "lost_answer" if known is not None and known.challenge else "lost"
            again = here.at(visit, step, item=event.ticket, notice=UNPROVEN)
            return Turn(again, (), (ef.Sound("refuse"),))
        case ev.TelephoneProven():
            return Turn(replace(visit, ho=event.ho), (), (ef.Mint(event.ho or ""),))
        case ev.CredentialReissued() if event.ho == visit.ho:
            return _new_codes(here, visit, event)
        case _:
            return Turn(visit)


def minted(here: Here, visit: Visit, message: msg.Minted) -> Turn:
    """The codes were made: keep them for the screen, and make them durable."""
    if message.ho != visit.ho:
        return Turn(visit)
    kept = replace(visit, pin=message.pin, qr=message.qr)
    return Turn(kept, (msg.ReissueByTelephone(visit.item or "", message),))


def _new_codes(here: Here, visit: Visit, event: ev.CredentialReissued) -> Turn:
    """On the screen where the profile allows that; they leave by its channel in any case."""
    assert event.ho is not None
    known = here.state.handovers[event.ho]
    done = here.at(visit, "lost_done", ho=event.ho, unit=event.unit)
    sound = ef.Sound("accept")
    if not delivery.shown(here.site, known.profile):
        return Turn(done, (), (sound,))
    pin = visit.pin if any(one.kind == "pin" for one in event.verifiers) else ""
    seen = msg.CodeDelivered(ev.DEVICE, event.ho, event.cred, "screen")
    return Turn(replace(done, pin=pin, qr=visit.qr), (seen,), (sound,))


def declined(here: Here, visit: Visit, message: msg.Message, why: str, text: str) -> Turn | None:
    """No ticket, no challenge, or an answer that came too late."""
    if visit.step != "lost_wait" or not isinstance(message, OWN):
        return None
    if why == "paused":
        return Turn(here.at(visit, "refused", why=why), (), (ef.Sound("refuse"),))
    return Turn(here.at(visit, "lost", item=visit.item, notice=text), (), (ef.Sound("refuse"),))


def _answer(site: Site, visit: Visit) -> tuple[int, int]:
    return ANSWER_S * 1000, 0


def _calling(site: Site, visit: Visit) -> tuple[int, int]:
    """A telephone call takes longer than a look at the screen."""
    return site.timing.idle_s * 4000, site.timing.more_time_s * 1000


_SCANS = ("lost", "lost_answer", "lost_done")

ROOM = Room(
    steps=("lost", "lost_wait", "lost_answer", "lost_done"),
    actions=("lost", "telephone"),
    pressed=pressed,
    heard=heard,
    scanned=dict.fromkeys(_SCANS, recipient.scanned),
    typed={"lost_answer": typed},
    declined=declined,
    answers={msg.Minted: minted},
    busy=frozenset({"lost_wait"}),
    limits={"lost_wait": _answer, **dict.fromkeys(_SCANS, _calling)},
    finish=dict.fromkeys(_SCANS, "home"),
)
