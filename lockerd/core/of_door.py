"""What each event changes of its door, beside the phase: the level, the lease, the strike's rest.

Rules.  A function here gets the door, the event, its index and its time, and changes that door
alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import events as ev
from lockerd.core import of_life
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.state import Door, Lease, Stamp

OfDoor = Callable[[Door, Any, int, Now], None]


def _deposit(one: Door, event: ev.DepositStarted, idx: int, now: Now) -> None:
    one.lease = Lease("deposit", event.ho, idx)


def _release(one: Door, event: ev.ReleaseAuthorised, idx: int, now: Now) -> None:
    one.lease = Lease("release", event.ho, idx)


def _return(one: Door, event: ev.ReturnStarted, idx: int, now: Now) -> None:
    one.lease = Lease("return", event.ho, idx)


def _emergency(one: Door, event: ev.EmergencyDoor, idx: int, now: Now) -> None:
    one.lease = Lease("emergency", None, idx)


def _inspection(one: Door, event: ev.InspectionStarted, idx: int, now: Now) -> None:
    one.lease = Lease("inspect", None, idx)


def _counted(one: Door, event: ev.CountDoor, idx: int, now: Now) -> None:
    one.lease = Lease("count", None, idx)


def _adoption(one: Door, event: ev.AdoptionStarted, idx: int, now: Now) -> None:
    if event.seal is None:
        one.lease = Lease("adopt", None, idx)


def _pulsed(one: Door, event: ev.PulseOrdered, idx: int, now: Now) -> None:
    if one.lease is None or event.purpose == "test":
        one.lease = Lease(event.purpose, event.ho, idx)
    one.lease.attempt, one.lease.pulsed = event.attempt, Stamp.of(now)
    one.lease.over = None
    one.pulsed = Stamp.of(now)


def _opened(one: Door, event: ev.Event, idx: int, now: Now) -> None:
    one.level = Level.OPEN.value
    if one.lease is not None:
        one.lease.opened, one.lease.over = Stamp.of(now), None


def _forced(one: Door, event: ev.DoorForced, idx: int, now: Now) -> None:
    one.level, one.lease = Level.OPEN.value, None


def _ended_closed(one: Door, event: ev.Event, idx: int, now: Now) -> None:
    one.level, one.lease = Level.CLOSED.value, None


def _closed(one: Door, event: ev.DoorClosed, idx: int, now: Now) -> None:
    one.level = Level.CLOSED.value
    # A lease whose strike was not pulsed yet outlives the closing of a door found open.
    if one.lease is not None and one.lease.attempt > 0:
        one.lease = None


def _missed(one: Door, event: ev.Event, idx: int, now: Now) -> None:
    if one.lease is not None:
        one.lease.pulsed = None


def _failed(one: Door, event: ev.Event, idx: int, now: Now) -> None:
    if one.lease is not None:
        one.lease.over = Stamp.of(now)


def _ended(one: Door, event: ev.Event, idx: int, now: Now) -> None:
    one.lease = None


def _reminded(one: Door, event: ev.ReleaseLeftOpen, idx: int, now: Now) -> None:
    if one.lease is not None:
        one.lease.reminded = event.stage


def _uncertain(one: Door, event: ev.DoorUncertain, idx: int, now: Now) -> None:
    one.level = Level.UNKNOWN.value


def _certain(one: Door, event: ev.DoorCertain, idx: int, now: Now) -> None:
    one.level = event.level


def _retired(one: Door, event: ev.DoorRetired, idx: int, now: Now) -> None:
    one.retired = event.reason


def _restored(one: Door, event: ev.DoorRestored, idx: int, now: Now) -> None:
    one.retired = None


OF_DOOR: Mapping[type[ev.Event], OfDoor] = {
    **dict.fromkeys((ev.DepositStarted, ev.DepositReopened), _deposit),
    ev.ReleaseAuthorised: _release,
    ev.PulseOrdered: _pulsed,
    **dict.fromkeys((ev.DepositOpened, ev.ReleaseOpened, ev.DoorOpened, ev.MoveOpened), _opened),
    ev.EmergencyDoor: _emergency,
    ev.InspectionStarted: _inspection,
    ev.AdoptionStarted: _adoption,
    ev.CountDoor: _counted,
    ev.ReturnStarted: _return,
    ev.ReturnOpened: _opened,
    ev.ReturnNotOpened: _missed,
    ev.ReturnFailed: _failed,
    ev.ReturnInterrupted: _ended,
    ev.HandoverReturned: _ended_closed,
    ev.DoorForced: _forced,
    **dict.fromkeys((ev.DepositClosed, ev.HandoverCollected), _ended_closed),
    ev.DoorClosed: _closed,
    **dict.fromkeys((ev.ReleaseNotOpened, ev.DepositNotOpened), _missed),
    ev.ReleaseFailed: _failed,
    **dict.fromkeys((ev.DepositAbandoned, ev.DepositUnconfirmed, ev.ReleaseInterrupted), _ended),
    **dict.fromkeys((ev.DoorNotOpened, ev.HandoverFrozen, ev.HandoverWithdrawn), _ended),
    ev.ReleaseLeftOpen: _reminded,
    ev.DoorUncertain: _uncertain,
    ev.DoorCertain: _certain,
    ev.DoorRetired: _retired,
    ev.DoorRestored: _restored,
    **of_life.OF_DOOR,
}
