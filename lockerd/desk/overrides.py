"""Which requests are overrides, and the PIN that each of them asks for.

Theory of operation.  A system user is a member of staff, so whoever sits at that terminal could
act.  An act that ends, moves, opens or hides something, or that makes and unmakes people, asks for
the PIN of that person too: `own_pin` beside the request's own arguments.  The vault compares it
before anything is asked of the core; a wrong one counts and locks like one at the kiosk.

Rules.  The PIN is taken out of the request before anything else sees it, and is kept nowhere.  The
labelled staff of a demonstration are not asked: their PINs are on the wall.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lockerd.control.codec import RequestError
from lockerd.core import messages as msg
from lockerd.core.events import Actor
from lockerd.core.people import PIN_DIGITS
from lockerd.desk.parts import House

OWN_PIN = "own_pin"

OVERRIDES: Mapping[str, str] = {
    "handover.extend": "a window becomes longer",
    "handover.reassign": "another person may collect",
    "handover.reissue": "codes die and new ones are made",
    "handover.return": "the recipient gets nothing",
    "handover.refuse": "the recipient gets nothing",
    "handover.fetch": "an occupied compartment is opened",
    "handover.move": "an occupied compartment is opened",
    "handover.place": "an occupied compartment is opened",
    "handover.permit": "a release is permitted in doubt",
    "handover.key": "a mechanical key is declared",
    "handover.by-key": "a mechanical key counts as a collection",
    "journal.correct": "an entry is said to be wrong",
    "count.enter": "what was found is said for the record",
    "adopt.open": "a compartment that nobody knows is opened",
    "adopt.empty": "what was found is said for the record",
    "adopt.handover": "what was found is said for the record, and codes are made",
    "adopt.item": "what was found is said for the record",
    "telephone.key": "an answer read out with it makes new codes",
    "queue.resolve": "what was found is said for the record",
    "staff.enrol": "somebody may sign in",
    "staff.reset_pin": "somebody's PIN is another one",
    "staff.issue_badge": "somebody's badge is another one",
    "staff.retire": "somebody may not sign in any more",
    "staff.set_role": "somebody may do other things",
    "staff.link": "a system user acts as somebody",
    "recovery.issue": "the cards that are out are dead",
    "door.restore": "a compartment is used again",
    "cabinet.retire": "nothing is released any more",
    "cabinet.restore": "everything is released again",
    "clock.set": "windows are judged by this time",
    "privacy.erase": "names are gone for good",
    "privacy.unhold": "names may be erased again",
}
"""Operation -> what makes it an override; docs/socket.md says so at each of them."""


def asked(op: str, args: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The arguments without the asking person's PIN, and that PIN."""
    rest = dict(args)
    pin = rest.pop(OWN_PIN, None) if op in OVERRIDES else None
    if pin is not None and not (isinstance(pin, str) and len(pin) <= PIN_DIGITS):
        raise RequestError("usage", f"{OWN_PIN} is your own PIN, {PIN_DIGITS} digits; give it")
    return rest, pin


def permit(house: House, actor: Actor, op: str, pin: str | None) -> None:
    """Whether this person may go on with this request.  Raises RequestError."""
    state = house.engine.state
    known = state.staff.get(actor.id)
    if known is None or known.demonstration:
        return
    if known.must_change:
        text = "an operator set your PIN; sign in at the kiosk and choose your own first"
        raise RequestError("declined", text, why="pin-change")
    if op not in OVERRIDES:
        return
    if pin is None:
        text = f"this asks for your own PIN ({OVERRIDES[op]}); give it as {OWN_PIN}"
        raise RequestError("declined", text, why="own-pin")
    prove(house, known.staff, known.cred, pin)


def prove(house: House, staff: str, cred: str, pin: str) -> None:
    """Compare a PIN over the socket; a wrong one is counted first.  Raises RequestError."""
    if house.engine.state.paused_ms(house.clock.now()) > 0:
        text = "typing is paused after too many wrong codes; wait, then try again"
        raise RequestError("declined", text, why="paused")
    if not house.gate.proves(cred, pin):
        house.send(msg.OverrideRefused(staff))
        raise RequestError("declined", "this is not your PIN; try again", why="own-pin-wrong")
