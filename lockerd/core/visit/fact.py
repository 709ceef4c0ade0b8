"""A recipient is asked for something that both know, after the code.

Rules.  A wrong answer ends where every unproven code ends.  Whoever does not know it is told who
helps: a member of staff who looks at a document, here or on the telephone.
"""

from __future__ import annotations

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.approval import subject_of
from lockerd.core.visit import approve, recipient
from lockerd.core.visit.value import Here, Room, Turn, Visit


def _at(here: Here, visit: Visit, step: str, subject: str = "") -> Visit:
    return here.at(visit, step, ho=visit.ho, unit=visit.unit, subject=subject or visit.subject)


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of these steps."""
    match visit.step, intent.action:
        case "fact", "forgotten":
            return Turn(_at(here, visit, "fact_help"))
        case "fact_help", "back":
            return Turn(_at(here, visit, "fact"))
        case "fact_help", "identity":
            subject = subject_of("identity", visit.ho or "")
            return Turn(_at(here, visit, "approve_document", subject))
        case _, "home" | "back":
            return Turn(here.at(visit, "home"))
        case _:
            return Turn(visit)


def typed(here: Here, visit: Visit, intent: msg.CodeTyped) -> Turn:
    """The digits and OK."""
    if here.state.paused_ms(here.now) > 0:
        return Turn(here.at(visit, "refused", why="paused"), (), (ef.Sound("refuse"),))
    check = ef.CheckFact(visit.ho or "", intent.digits)
    return Turn(_at(here, visit, "fact_checking"), (), (check,))


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """It is known, or not; what is missing still is asked for."""
    if event.ho is None or event.ho != visit.ho:
        return Turn(visit)
    match event:
        case ev.FactRefused():
            refused = here.at(visit, "refused", why="unproven")
            return Turn(refused, (), (ef.Sound("refuse"),))
        case ev.FactProven():
            known = here.state.handovers.get(visit.ho)
            if known is None or known.phase != "collectable":
                return Turn(visit)  # the release follows in the same message
            return approve.for_release(here, visit, known.ho)
        case ev.ReleaseAuthorised():
            return recipient.admitted(here, visit, event)
        case _:
            return Turn(visit)


def declined(here: Here, visit: Visit, message: msg.Message, why: str, text: str) -> Turn | None:
    """Typing was paused meanwhile, or nobody waits for the answer any more."""
    if not isinstance(message, msg.FactChecked):
        return None
    if why == "paused":
        return Turn(here.at(visit, "refused", why=why), (), (ef.Sound("refuse"),))
    return Turn(here.at(visit, "home"), (), (ef.Sound("refuse"),))


_WAITS = ("fact", "fact_help")

ROOM = Room(
    steps=(*_WAITS, "fact_checking"),
    actions=("forgotten", "identity"),
    pressed=pressed,
    heard=heard,
    scanned=dict.fromkeys(_WAITS, recipient.scanned),
    typed={"fact": typed},
    declined=declined,
    waits=frozenset(_WAITS),
    busy=frozenset({"fact_checking"}),
    limits={"fact_checking": approve.answer},
    finish=dict.fromkeys(_WAITS, "home"),
)
