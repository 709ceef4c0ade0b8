"""Places in the middle of things, for short random runs to begin from.

Theory of operation.  A short run from an empty cabinet never comes far.  Each place is a scripted
way to where something is going on, with the model of `Hazard` kept and everything asked on the way;
`begin` gives a copy of it.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from functools import cache

import corekit as kit
from hazard_life import SECOND
from hazards import Hazard

from lockerd.core import messages as msg
from lockerd.core.messages import Level
from lockerd.core.state import HOUR_MS


def _ordered(
    h: Hazard, profile: str = "documents", who: str = "r1", hours: int = 300, opens_h: int = 0
) -> str:
    ho = h.c.new_id()
    texts = ("Someone", "Papers")
    opens = h.c.lo + opens_h * HOUR_MS
    closes = opens + hours * HOUR_MS
    h.send(
        msg.OrderHandover(kit.OPERATOR, ho, who, "i", profile, "S", opens, closes, *texts),
    )
    return ho


def _placed(h: Hazard, profile: str = "documents", who: str = "r1", hours: int = 300) -> str:
    ho = _ordered(h, profile, who, hours)
    h.send(msg.StartDeposit(kit.DEPOSITOR, ho))
    _swing(h, ho)
    return ho


def _swing(h: Hazard, ho: str, *levels: Level) -> None:
    unit = h.c.unit(ho)
    for level in levels or (Level.OPEN, Level.CLOSED):
        h.c.wait(500)
        h.door_to(unit, level, 1)
        h.check()


def _kept(h: Hazard, profile: str = "documents", who: str = "r1", hours: int = 300) -> str:
    ho = _placed(h, profile, who, hours)
    h.send(msg.ConfirmDeposit(kit.DEPOSITOR, kit.minted(ho, f"c-{ho}")))
    h.c.wait(kit.REST_MS)
    h.check()
    return ho


def _offered(h: Hazard, ho: str) -> None:
    h.offer("qr", h.c.of(ho).cred, True)
    h.check()


def _opened(h: Hazard, profile: str = "documents") -> str:
    ho = _kept(h, profile)
    _offered(h, ho)
    _swing(h, ho, Level.OPEN)
    return ho


def _yes(h: Hazard, subject: str, asker: str = "1") -> None:
    h.send(msg.ApprovalChecked(f"badge-{SECOND.id}", True, subject, asker))


def placed(h: Hazard) -> None:
    """A deposit waits for its word, another one for its door."""
    _placed(h)
    h.send(msg.StartDeposit(kit.OTHER, _ordered(h, "guarded")))


def collectable(h: Hazard) -> None:
    """Two codes of two people."""
    _kept(h)
    _kept(h, "flag", "r2")


def shared(h: Hazard) -> None:
    """One code for two doors, and one of them is open."""
    _offered(h, _kept(h))
    _kept(h)
    first = next(iter(h.c.state.handovers))
    _swing(h, first, Level.OPEN)


def releasing(h: Hazard) -> None:
    """A pulse was ordered, and nothing was seen yet."""
    _offered(h, _kept(h))


def opened(h: Hazard) -> None:
    """The door of a release stands open."""
    _opened(h)


def left(h: Hazard) -> None:
    """The recipient says that the item stays inside."""
    h.send(msg.LeaveItem(_opened(h), True))


def disputed(h: Hazard) -> None:
    """The recipient says that it is the wrong item, with the door open."""
    h.send(msg.DisputeHandover(_opened(h), "wrong"))


def collected(h: Hazard) -> None:
    """Somebody stands at the receipt, and another item is theirs too."""
    ho = _opened(h)
    _kept(h)
    _swing(h, ho, Level.CLOSED)
    h.c.wait(kit.REST_MS)


def expired(h: Hazard) -> None:
    """Nobody came: one item waits for an operator, another for its depositor."""
    _kept(h, hours=1)
    _kept(h, "back", "r2", hours=1)
    h.c.run(2 * HOUR_MS)


def returning(h: Hazard) -> None:
    """The depositor stands before the door."""
    ho = _kept(h)
    h.send(msg.ReturnHandover(kit.OPERATOR, ho, "not needed"))
    h.send(msg.FetchBack(kit.DEPOSITOR, ho))


def requested(h: Hazard) -> None:
    """A release waits for an authoriser; an operator deposited what it is about."""
    ho = _ordered(h, "guarded")
    h.send(msg.StartDeposit(kit.OPERATOR, ho))
    _swing(h, ho)
    h.send(msg.ConfirmDeposit(kit.OPERATOR, kit.minted(ho, f"c-{ho}")))
    h.c.wait(kit.REST_MS)
    _offered(h, ho)


def carried(h: Hazard) -> None:
    """An operator holds the item between two compartments."""
    ho = _kept(h)
    h.send(msg.MoveHandover(kit.OPERATOR, ho, "water"))
    _swing(h, ho)
    h.c.wait(kit.REST_MS)


def moved(h: Hazard) -> None:
    """The item lies in the other compartment, and nobody said so yet."""
    carried(h)
    (ho,) = h.c.state.handovers
    h.send(msg.PlaceMoved(kit.OPERATOR, ho))
    for level in (Level.OPEN, Level.CLOSED):
        h.c.wait(500)
        h.door_to(h.c.of(ho).to or "", level, 1)
        h.check()


def key(h: Hazard) -> None:
    """Two people are about to use the mechanical key."""
    ho = _kept(h)
    _yes(h, f"key:{ho}")
    h.send(msg.DeclareKey(kit.OPERATOR, ho, "no power in the strike"))


def emergency(h: Hazard) -> None:
    """Doors open one after another, with something behind one."""
    _kept(h)
    _yes(h, "emergency")
    h.send(msg.OpenAll(kit.OPERATOR, (), "smoke"))


def maintenance(h: Hazard) -> None:
    """A technician works, and looks into an occupied compartment."""
    ho = _kept(h)
    h.send(msg.OpenMaintenance(kit.TECHNICIAN, "W-7"))
    _yes(h, f"inspect:{h.c.unit(ho)}", kit.TECHNICIAN.id)
    h.send(msg.InspectDoor(kit.TECHNICIAN, h.c.unit(ho), "the contact is worn"))


def dark(h: Hazard) -> None:
    """A cut fell into a release, and nobody knows the time."""
    _offered(h, _kept(h, "ask"))
    h.c.width_ms = None
    h.c.cut()


def unsure(h: Hazard) -> None:
    """Nobody knows whether the window has ended, and the operator is asked."""
    ho = _kept(h, "ask", hours=2)
    h.c.wait(HOUR_MS)
    h.c.width_ms = 2 * HOUR_MS
    _offered(h, ho)


def early(h: Hazard) -> None:
    """The window begins in an hour."""
    ho = _ordered(h, opens_h=1)
    h.send(msg.StartDeposit(kit.DEPOSITOR, ho))
    _swing(h, ho)
    h.send(msg.ConfirmDeposit(kit.DEPOSITOR, kit.minted(ho, f"c-{ho}")))


def retired(h: Hazard) -> None:
    """The cabinet is out of service with an item inside."""
    _kept(h)
    h.send(msg.RetireCabinet(kit.OPERATOR, "smoke"))
    h.c.wait(HOUR_MS)


def unconfirmed(h: Hazard) -> None:
    """Power failed before the depositor's word."""
    _placed(h)
    h.c.cut()


PLACES: Mapping[str, Callable[[Hazard], None]] = {
    one.__name__: one
    for one in (
        *(placed, collectable, shared, releasing, opened, left, disputed, collected, expired),
        *(returning, requested, carried, moved, key, emergency, maintenance, dark),
        *(unsure, early, retired, unconfirmed),
    )
}


@cache
def _made(name: str) -> bytes:
    h = Hazard()
    PLACES[name](h)
    h.offered = None
    h.check()
    return pickle.dumps(h, pickle.HIGHEST_PROTOCOL)


def begin(name: str) -> Hazard:
    """A cabinet at this place, of its own."""
    h: Hazard = pickle.loads(_made(name))
    return h
