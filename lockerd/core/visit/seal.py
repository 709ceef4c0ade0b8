"""The seal of an item: its number before a deposit, and a look at it after a collection.

Theory of operation.  A deposit whose profile asks for it begins with the seal's number, scanned or
typed; the shell compares it with the announced one, and only then a compartment is asked for.  A
recipient whose door closed behind a sealed item sees the number and says that the seal is unbroken,
broken or another one; its code may be scanned instead.  A second opinion of a machine decides
nothing: where the codes differ, the recipient is told so and answers all the same.

Rules.  The question stands before the signature and the receipt, never before the door.  Whoever
does not answer loses nothing.
"""

from __future__ import annotations

from dataclasses import replace

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import seal
from lockerd.core.dispute import SEAL_CLAIMS
from lockerd.core.site import Site
from lockerd.core.state import Tomb
from lockerd.core.visit import recipient
from lockerd.core.visit.staff import signs_out
from lockerd.core.visit.value import BADGE_PREFIX, CODE_PREFIX, Here, Room, Turn, Visit, refused

DIFFERS = "This is not the number of the deposit."
NOT_A_SEAL = "This is a badge or a recipient's code. Scan the seal's label."


def begin(here: Here, visit: Visit, ho: str) -> Turn:
    """Ask for a compartment, or first for the seal's number."""
    known = here.state.handovers.get(ho)
    if known is not None and seal.asked(here.site, known.profile):
        return Turn(here.at(visit, "deposit_seal", ho=ho))
    return Turn(replace(visit, ho=ho, tried=()), (msg.StartDeposit(here.actor(visit), ho),))


def listed(here: Here, visit: Visit, notice: str) -> Visit:
    """Back to where the next item is chosen, with a word about this one."""
    step = "deposit_pick" if visit.batch is None else "batch"
    return here.at(visit, step, notice=notice)


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of these steps."""
    ho = visit.ho or ""
    match visit.step, intent.action:
        case "seal_check", "whole":
            return Turn(visit, (msg.CheckSeal(ho, "said"),))
        case "seal_check", "claim" if intent.arg in SEAL_CLAIMS:
            return Turn(visit, (msg.DisputeHandover(ho, intent.arg),))
        case "seal_check", "back" | "home":
            return Turn(recipient.settled(here, visit, recipient.told(visit)))
        case "deposit_seal", "back" | "home":
            return Turn(listed(here, visit, ""))
        case "deposit_seal", "sign-out":
            return signs_out(visit)
        case _:
            return Turn(visit)


def scanned(here: Here, visit: Visit, intent: msg.Scanned) -> Turn:
    """The code on a seal, at the deposit."""
    return _own(here, visit, intent.text)


def _own(here: Here, visit: Visit, text: str) -> Turn:
    """Somebody's badge or code is a secret, and never the number of a seal."""
    if text.strip().startswith((BADGE_PREFIX, CODE_PREFIX)):
        return refused(replace(visit, notice=NOT_A_SEAL))
    return _compared(here, visit, text)


def looked(here: Here, visit: Visit, intent: msg.Scanned) -> Turn:
    """The code on a seal, at the collection; a badge or a recipient's code is taken at once."""
    if intent.text.startswith((BADGE_PREFIX, CODE_PREFIX)):
        return recipient.scanned(here, visit, intent)
    return _compared(here, visit, intent.text)


def typed(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """The number as the depositor read it."""
    return _own(here, visit, intent.fields.get("seal", ""))


def _compared(here: Here, visit: Visit, text: str) -> Turn:
    """Let the shell compare a number with the one that it should be."""
    ho = visit.ho or ""
    if visit.step == "seal_check":
        tomb = tomb_of(here, ho)
        if tomb is None or tomb.sealed is None:
            return Turn(visit)
        checking = here.at(visit, "seal_checking", **recipient.told(visit))
        return Turn(checking, (), (ef.ReadSeal(ho, tomb.sealed, text),))
    known = here.state.handovers.get(ho)
    if known is None:
        return Turn(listed(here, visit, "This handover is no longer waiting."))
    return Turn(
        here.at(visit, "deposit_sealing", ho=ho), (), (ef.ReadSeal(ho, known.ordered, text),)
    )


def tomb_of(here: Here, ho: str | None) -> Tomb | None:
    """The finished handover whose seal is looked at."""
    return next((one for one in here.state.tombs.values() if one.ho == ho), None)


def read(here: Here, visit: Visit, message: msg.SealRead) -> Turn:
    """What the comparison came to."""
    if message.ho != visit.ho:
        return Turn(visit)
    if visit.step == "deposit_sealing":
        actor = here.actor(visit)
        start = msg.StartDeposit(actor, message.ho, (), message.beside, message.seal)
        return Turn(visit, (start,))
    if message.beside == "same":
        return Turn(visit, (msg.CheckSeal(message.ho, "scanned"),))
    asked = here.at(visit, "seal_check", notice=DIFFERS, **recipient.told(visit))
    return refused(asked)


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """The deposit goes on, or the answer is on disk."""
    if event.ho is None or event.ho != visit.ho:
        return Turn(visit)
    keep = recipient.told(visit)
    match event:
        case ev.DepositStarted():
            return Turn(here.at(visit, "deposit_opening", ho=event.ho, unit=event.unit))
        case ev.SealChecked():
            return Turn(recipient.over(here, visit, keep), (), (ef.Sound("accept"),))
        case ev.CollectionDisputed():
            return Turn(here.at(visit, "disputed", **keep), (), (ef.Sound("accept"),))
        case _:
            return Turn(visit)


def declined(here: Here, visit: Visit, message: msg.Message, why: str, text: str) -> Turn | None:
    """No compartment, or a number that cannot be kept; or a recipient who answered too late."""
    if isinstance(message, msg.StartDeposit) and visit.step == "deposit_sealing":
        if why in ("text", "seal"):
            return refused(here.at(visit, "deposit_seal", ho=visit.ho, notice=text))
        return refused(listed(here, visit, text))
    if isinstance(message, msg.CheckSeal):
        return Turn(recipient.settled(here, visit, recipient.told(visit)))
    return recipient.declined(here, visit, message, why, text)


def _answer(site: Site, visit: Visit) -> tuple[int, int]:
    return recipient.ANSWER_S * 1000, 0


def _looking(site: Site, visit: Visit) -> tuple[int, int]:
    return site.timing.idle_s * 1000, 0


def left(visit: Visit) -> msg.Message:
    """Nobody stands there any more, and nobody will sign."""
    return msg.LeaveUnsigned(visit.ho or "", "left")


ROOM = Room(
    steps=("deposit_seal", "deposit_sealing", "seal_check", "seal_checking"),
    actions=("whole",),
    pressed=pressed,
    heard=heard,
    scanned={"deposit_seal": scanned, "seal_check": looked},
    filled={"deposit_seal": typed},
    declined=declined,
    answers={msg.SealRead: read},
    waits=frozenset({"deposit_seal"}),
    busy=frozenset({"deposit_sealing", "seal_checking"}),
    finish={"deposit_seal": "back"},
    limits={"deposit_sealing": _answer, "seal_checking": _answer, "seal_check": _looking},
    left={"seal_check": left},
)
