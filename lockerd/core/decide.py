"""`decide(site, state, message, now) -> list[Event]`: the only place where anything is decided.

Theory of operation.  One table from kinds of messages to what decides them, made of the tables of
the rooms: each room says in `HANDLES` which messages are its own, and in `MAY` which roles may send
them.  What is not possible raises `Declined` and changes nothing.  An empty list means that the
fact changes nothing that is kept.

Rules.  Pure: the same state, message and time give the same events.  A message names its actor; one
without a row in `MAY` has no actor of its own.  Nobody acts on what they ask for until the events
are on disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from lockerd.core import (
    adopt,
    announced,
    approval,
    boot,
    count,
    credential,
    custody_record,
    daily,
    delivery,
    deposit,
    dispute,
    doors,
    emergency,
    expiry,
    fact,
    findings,
    founding,
    life,
    lost,
    maintenance,
    moving,
    parts,
    people,
    policy,
    returns,
    rounds,
    seal,
    service,
    setup,
    signature,
    stick,
    window,
)
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import State

ROOMS: tuple[ModuleType, ...] = (
    *(daily, parts, setup, boot, doors, policy, credential, deposit),
    *(announced, delivery, window, expiry, returns),
    *(life, lost, moving, dispute, seal, signature, fact, emergency, maintenance),
    adopt,
    *(approval, people, founding, service, findings, custody_record, count, rounds, stick),
)


def _handles() -> Handles:
    """Every room's messages; two rooms for one kind is a bug."""
    found: dict[type[msg.Message], object] = {}
    for room in ROOMS:
        assert not found.keys() & room.HANDLES.keys(), room
        found.update(room.HANDLES)
    return found  # type: ignore[return-value]  # a module's attributes have no type


HANDLES: Handles = _handles()

MAY: Mapping[type[msg.Message], frozenset[str]] = {
    kind: roles for room in ROOMS for kind, roles in getattr(room, "MAY", {}).items()
}
"""Which roles may send which messages."""


def decide(site: Site, state: State, message: msg.Message, now: Now) -> list[ev.Event]:
    """The events of one message; Declined when it asks for what is not possible."""
    draft = Draft(site, state, now)
    _authority(state, message)
    handle = HANDLES.get(type(message))
    if handle is not None:
        handle(draft, message)
    return draft.events


def _authority(state: State, message: msg.Message) -> None:
    allowed = MAY.get(type(message))
    actor = getattr(message, "actor", None)
    if allowed is None or not isinstance(actor, ev.Actor):
        return
    if actor.role not in allowed:
        raise Declined("role", f"a {actor.role} may not do this; ask: {', '.join(sorted(allowed))}")
    known = state.staff.get(actor.id)
    if actor.role != "device" and (known is None or known.role != actor.role):
        raise Declined("role", "nobody is enrolled with this number and role; sign in again")
