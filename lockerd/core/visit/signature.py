"""A recipient signs for what they took, where their profile asks for it.

Theory of operation.  The door has closed and the collection is on disk.  The screen shows what a
signature says, and a place to draw it.  Whoever cannot draw confirms by a key; whoever does not
want to goes on without.  The receipt follows in every case.

Rules.  Nothing here stands before a door.  Whoever leaves this step in any other way than to say
that something is wrong has not signed, and the record says so at once.
"""

from __future__ import annotations

from dataclasses import replace

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.visit import recipient
from lockerd.core.visit.recipient import told
from lockerd.core.visit.value import Here, Room, Turn, Visit


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of the signature's screen."""
    ho = visit.ho or ""
    match intent.action:
        case "sign-by-key":
            return Turn(visit, (msg.SignCollection(ho, "key"),))
        case "unsigned" | "home" | "back":
            return Turn(visit, (msg.LeaveUnsigned(ho, "declined"),))
        case "amiss":
            return Turn(here.at(visit, "amiss", back="sign", **told(visit)))
        case _:
            return Turn(visit)


def filled(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """What was drawn."""
    drawn = intent.fields.get("strokes", "")
    return Turn(visit, (msg.SignCollection(visit.ho or "", "drawn", drawn),))


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """It is on disk that somebody signed, or did not."""
    if event.ho is None or event.ho != visit.ho:
        return Turn(visit)
    keep = told(visit)
    match event:
        case ev.CollectionSigned():
            keep["signed"] = event.how
            return Turn(here.at(visit, "receipt", **keep), (), (ef.Sound("accept"),))
        case ev.CollectionUnsigned():
            return Turn(here.at(visit, "receipt", **keep))
        case _:
            return Turn(visit)


def declined(here: Here, visit: Visit, message: msg.Message, why: str, text: str) -> Turn | None:
    """Too late, or hardly anything was drawn."""
    if not isinstance(message, msg.SignCollection | msg.LeaveUnsigned):
        return None
    if why == "unasked":
        return Turn(here.at(visit, "receipt", **told(visit)), (), (ef.Sound("refuse"),))
    return Turn(replace(visit, why=why), (), (ef.Sound("refuse"),))


def left(visit: Visit) -> msg.Message:
    """Nobody stands there any more, or somebody is in a hurry with the next code."""
    return msg.LeaveUnsigned(visit.ho or "", "left")


ROOM = Room(
    steps=("sign",),
    actions=("sign-by-key", "unsigned"),
    pressed=pressed,
    heard=heard,
    scanned={"sign": recipient.scanned},
    filled={"sign": filled},
    declined=declined,
    waits=frozenset({"sign"}),
    left={"sign": left},
    finish={"sign": "unsigned"},
)
