"""What the questions of a replay share.

Theory of operation.  A room that brings events of its own brings the questions about them too, in
`QUESTIONS`: what must have stood in the journal before such an entry can follow.

Rules.  A question stands only where the answer is certain from leaves alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lockerd.core import events as ev
from lockerd.core.now import Now
from lockerd.core.state import Handover, Lease, State
from lockerd.core.tables import ImpossibleHistory

Question = Callable[[State, Any, int, Now], None]


def demand(holds: bool, event: ev.Event, what: str) -> None:
    """Raise ImpossibleHistory unless it holds."""
    if not holds:
        raise ImpossibleHistory(f"{event.TYPE}: {what}; compare with a copy that verifies")


def live(state: State, event: ev.Event) -> Handover:
    """The live handover that the event is about."""
    known = state.handovers.get(event.ho or "")
    if known is None:
        raise ImpossibleHistory(f"{event.TYPE}: no such handover is live; an entry is missing")
    return known


def leased(state: State, event: ev.Event, purpose: str) -> Lease:
    """The lease that the event speaks of: of this purpose, handover and cause."""
    known = state.doors.get(event.unit or "")
    lease = None if known is None else known.lease
    if lease is None or lease.purpose != purpose or lease.ho != event.ho:
        raise ImpossibleHistory(f"{event.TYPE}: nobody was given this door; an entry is missing")
    if event.cause != (state.epoch, lease.entry) and purpose != "test":
        demand(False, event, "another entry gave this door")
    return lease


def by(event: ev.Event, *roles: str) -> None:
    """Its actor has one of these roles."""
    demand(event.actor.role in roles, event, f"not for a {event.actor.role}")


def serves(state: State, event: ev.Event) -> None:
    """The cabinet was in service."""
    demand(state.duty == "serving", event, "the cabinet was out of service")
