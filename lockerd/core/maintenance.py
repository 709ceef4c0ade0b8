"""The maintenance session: a technician works on the cabinet for half an hour, under a ticket.

Theory of operation.  A technician signs in like anybody of staff and may then do nothing but begin
a session.  Inside it doors are tested, taken out of service and put back; each of those entries
names the session as its cause.  A compartment that may hold something is opened only as an
inspection: an operator proves badge and PIN beside the technician, what lies inside is frozen
first, and an operator says afterwards what was found.

Rules.  One session at a time.  Its technician ends it with every door shut that is in service.  It
ends by time, by a power cut and with its technician's leaving, whatever they were doing; another
one begins with the ticket again.  Operators need none, and end anybody's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lockerd.core import approval
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles, reason
from lockerd.core.emergency import FREEZES
from lockerd.core.judge import Question, by, demand
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.state import Maintenance, Stamp, State

SESSION_MIN = 30
SESSION_MS = SESSION_MIN * 60_000
TICKET_MAX = 40
TECHNICIAN = "technician"
PURPOSE = "inspect"
FROZEN_FOR = "opened for an inspection"


def running(state: State, staff: str, now: Now) -> Maintenance | None:
    """The session of this member of staff, if it has not ended."""
    known = state.maintenance
    if known is None or known.staff != staff or known.since.boot != now.boot:
        return None
    return known if state.elapsed_ms(known.since, now) < SESSION_MS else None


def ends_up_ms(state: State, now: Now) -> int | None:
    """When the session ends by time, in ms since this boot; None where there is none."""
    known = state.maintenance
    return None if known is None else state.due_up_ms(known.since, SESSION_MS, now)


def covered(draft: Draft, actor: ev.Actor) -> ev.Cause | None:
    """The session under which a technician acts, as a cause; None for who needs no session."""
    if actor.role != TECHNICIAN:
        return None
    known = running(draft.state, actor.id, draft.now)
    if known is None:
        raise Declined("session", "begin a maintenance session first, with the ticket of the work")
    return draft.entry(known.entry)


def begin(draft: Draft, message: msg.OpenMaintenance) -> None:
    """Begin a session."""
    ticket = message.ticket.strip()
    if not ticket or len(ticket) > TICKET_MAX or not ticket.isprintable():
        raise Declined("ticket", f"name the ticket of the work, in 1 to {TICKET_MAX} characters")
    known = draft.state.maintenance
    if known is not None and running(draft.state, known.staff, draft.now) is not None:
        raise Declined("running", f"staff {known.staff} works here; end that session first")
    draft.add(ev.MaintenanceOpened(actor=message.actor, ticket=ticket, minutes=SESSION_MIN))


def end(draft: Draft, message: msg.CloseMaintenance) -> None:
    """End a session: one's own, or as an operator anybody's."""
    known = draft.state.maintenance
    if known is None:
        raise Declined("idle", "nobody works on the cabinet; nothing needs ending")
    if message.actor.role == TECHNICIAN and message.actor.id != known.staff:
        raise Declined("other", "this is somebody else's session; ask an operator to end it")
    if message.actor.role == TECHNICIAN:
        _all_shut(draft)
    _closed(draft, message.actor, "asked")


def _all_shut(draft: Draft) -> None:
    """Nobody leaves a door open behind them; one whose contact is broken is out of service."""
    for one in draft.site.compartments:
        door = draft.door(one.unit)
        if door.level == Level.OPEN.value and door.retired is None:
            raise Declined("open", f"door {one.unit} still stands open; close it first")


def due(draft: Draft) -> None:
    """The half hour is over, or its technician works here no more."""
    known = draft.state.maintenance
    if known is None:
        return
    who = draft.state.staff.get(known.staff)
    if who is None or who.role != TECHNICIAN or who.left:
        _closed(draft, ev.DEVICE, "left")
    elif running(draft.state, known.staff, draft.now) is None:
        _closed(draft, ev.DEVICE, "time")


def moments(state: State, now: Now) -> Iterable[int]:
    """When `due` will next have something to say, in ms since this boot."""
    known = state.maintenance
    if known is None:
        return
    who = state.staff.get(known.staff)
    gone = who is None or who.role != TECHNICIAN or who.left
    yield now.up_ms if gone else state.due_up_ms(known.since, SESSION_MS, now)


def cut(draft: Draft) -> None:
    """A start: whoever worked here must say again that they do."""
    if draft.state.maintenance is not None:
        _closed(draft, ev.DEVICE, "power")


def _closed(draft: Draft, actor: ev.Actor, why: str) -> None:
    known = draft.state.maintenance
    assert known is not None
    draft.add(ev.MaintenanceClosed(actor=actor, cause=draft.entry(known.entry), reason=why))


def inspect(draft: Draft, message: msg.InspectDoor) -> None:
    """Open a compartment that may hold something."""
    reason(message.reason)
    unit, state = message.unit, draft.state
    if not draft.site.has(unit):
        raise Declined("unit", f"no compartment {unit!r}; the config lists them")
    covered(draft, message.actor)
    known, held = draft.door(unit), state.occupied_by(unit)
    if held is None:
        raise Declined("empty", "nothing is recorded inside; test the door instead")
    if known.level != Level.CLOSED.value:
        raise Declined("open", "the door is not known to be closed; close it first")
    if known.lease is not None and known.lease.over is None:
        raise Declined("in-use", "somebody is at this door; wait until it is closed")
    if held.phase not in FREEZES | {"frozen"}:
        raise Declined("phase", "its item is on its way; finish that first")
    subject = f"{PURPOSE}:{unit}"
    cause = approval.second(draft, subject, message.actor)
    given = state.approvals[subject]
    others = [one for one in given.staff if one != message.actor.id]
    approver = others[-1] if others else message.actor.id
    if held.phase in FREEZES:
        draft.add(ev.HandoverFrozen(unit=unit, ho=held.ho, cause=cause, reason=FROZEN_FOR))
    started = draft.add(
        ev.InspectionStarted(
            actor=message.actor,
            unit=unit,
            ho=held.ho,
            cause=cause,
            reason=message.reason,
            approver=approver,
        )
    )
    draft.pulse(unit, PURPOSE, 1, None, message.actor, started)


# -- what the events change -----------------------------------------------------------------------


def _opened(state: State, event: ev.MaintenanceOpened, idx: int, now: Now) -> None:
    state.maintenance = Maintenance(event.actor.id, idx, Stamp.of(now), event.ticket)


def _ended(state: State, event: ev.MaintenanceClosed, idx: int, now: Now) -> None:
    state.maintenance = None


def _inspected(state: State, event: ev.InspectionStarted, idx: int, now: Now) -> None:
    approval.used(state, f"{PURPOSE}:{event.unit}")


# -- what an auditor asks -------------------------------------------------------------------------


def _was_opened(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, TECHNICIAN)
    demand(event.minutes == SESSION_MIN, event, "for another time")
    known = state.maintenance
    free = known is None or running(state, known.staff, now) is None
    demand(free, event, "somebody else worked here")


def _was_closed(state: State, event: Any, idx: int, now: Now) -> None:
    known = state.maintenance
    caused = known is not None and event.cause == (state.epoch, known.entry)
    demand(caused, event, "no such session")


def _was_inspected(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, TECHNICIAN, "operator")
    demand(worked(state, event, now), event, "outside of a maintenance session")
    held = state.occupied_by(event.unit)
    frozen = held is not None and held.ho == event.ho and held.phase == "frozen"
    demand(frozen, event, "what lies there was not frozen")
    known = approval.live(state, f"{PURPOSE}:{event.unit}", now)
    caused = known is not None and event.cause == (state.epoch, known.entry)
    demand(caused, event, "nobody approved it")
    assert known is not None
    alone = known.glass == event.actor.id == event.approver
    other = event.approver in known.staff and event.approver != event.actor.id
    demand(alone or other, event, "the second person is not who approved")


def worked(state: State, event: ev.Event, now: Now) -> bool:
    """Whether its actor needed no session, or had one."""
    actor = event.actor
    return actor.role != TECHNICIAN or running(state, actor.id, now) is not None


def _was_work(state: State, event: Any, idx: int, now: Now) -> None:
    demand(worked(state, event, now), event, "outside of a maintenance session")


HANDLES: Handles = {
    msg.OpenMaintenance: begin,
    msg.CloseMaintenance: end,
    msg.InspectDoor: inspect,
}
MAY: Mapping[type[msg.Message], frozenset[str]] = {
    msg.OpenMaintenance: frozenset({TECHNICIAN}),
    msg.CloseMaintenance: frozenset({TECHNICIAN, "operator"}),
    msg.InspectDoor: frozenset({TECHNICIAN, "operator"}),
}
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.MaintenanceOpened: _opened,
    ev.MaintenanceClosed: _ended,
    ev.InspectionStarted: _inspected,
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.MaintenanceOpened: _was_opened,
    ev.MaintenanceClosed: _was_closed,
    ev.InspectionStarted: _was_inspected,
    **dict.fromkeys((ev.DoorRetired, ev.DoorRestored, ev.CabinetRestored), _was_work),
}
