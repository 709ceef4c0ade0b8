"""What each event changes of its handover, beside the phase.

Rules.  A function here gets the state, the live handover, the event, its index and its time, and
changes that handover (and a tombstone that it replaces) alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import events as ev
from lockerd.core import of_life
from lockerd.core.now import Now
from lockerd.core.state import Handover, State

OfHandover = Callable[[State, Handover, Any, int, Now], None]


def begin(event: ev.HandoverOrdered | ev.OrderCarried, phase: str, idx: int) -> Handover:
    """A handover as it is ordered, or taken over from the epoch before."""
    assert event.ho is not None
    return Handover(
        ho=event.ho,
        unit=event.unit,
        phase=phase,
        profile=event.profile,
        size=event.size,
        opens=event.opens,
        closes=event.closes,
        recipient_no=event.recipient_no,
        item_no=event.item_no,
        ordered=idx,
        orderer=event.actor.id,
        reach=event.reach,
        climate=event.climate,
        fact=getattr(event, "fact", None) or "",
        sealed=idx if isinstance(event, ev.OrderCarried) and event.sealed else None,
        depositor=event.depositor if isinstance(event, ev.DepositCarried) else None,
        carried=isinstance(event, ev.OrderCarried),
    )


def _started(_: State, known: Handover, event: ev.DepositStarted, idx: int, now: Now) -> None:
    known.unit, known.depositor, known.touched = event.unit, event.actor.id, False


def _sealed(_: State, known: Handover, event: ev.ItemSealed, idx: int, now: Now) -> None:
    known.sealed = idx


def _touched(_: State, known: Handover, event: ev.DepositOpened, idx: int, now: Now) -> None:
    known.touched = True


def _abandoned(_: State, known: Handover, event: ev.DepositAbandoned, idx: int, now: Now) -> None:
    known.unit, known.depositor = None, None


def _confirmed(_: State, known: Handover, event: ev.DepositConfirmed, idx: int, now: Now) -> None:
    known.deposited = idx


def _adopted(_: State, known: Handover, event: ev.DepositAdopted, idx: int, now: Now) -> None:
    known.unit, known.deposited = event.unit, idx


def _minted(state: State, known: Handover, event: ev.CredentialMinted, idx: int, now: Now) -> None:
    known.cred, known.delivered, known.since = event.cred, False, now.lo
    assert event.unit is not None
    state.tombs.pop(event.unit, None)


def _delivered(
    state: State, known: Handover, event: ev.CredentialDelivered, idx: int, now: Now
) -> None:
    """One code may open several doors: it left the device for all of them."""
    known.delivered = True
    for one in state.of_cred(event.cred):
        one.delivered = True


def _locked(state: State, known: Handover, event: ev.CredentialLocked, idx: int, now: Now) -> None:
    for one in state.of_cred(event.cred):
        one.pin_dead = True


def _released(
    state: State, known: Handover, event: ev.ReleaseAuthorised, idx: int, now: Now
) -> None:
    known.authorised, known.flag = idx, event.flag
    known.requested, known.requested_kind, known.request = None, "", None
    known.permit = None
    for kind in ("release", "identity", "fact"):
        state.approvals.pop(f"{kind}:{known.ho}", None)


def _expired(_: State, known: Handover, event: ev.HandoverExpired, idx: int, now: Now) -> None:
    known.expired, known.ended, known.step, known.permit = now.lo, idx, 0, None


def _opened(_: State, known: Handover, event: ev.ReleaseOpened, idx: int, now: Now) -> None:
    known.opened, known.spent, known.left = idx, not event.more, False


def _return_opened(_: State, known: Handover, event: ev.ReturnOpened, i: int, now: Now) -> None:
    known.opened = i


OF_HANDOVER: Mapping[type[ev.Event], OfHandover] = {
    ev.ItemSealed: _sealed,
    ev.DepositStarted: _started,
    ev.DepositOpened: _touched,
    ev.DepositAbandoned: _abandoned,
    ev.DepositConfirmed: _confirmed,
    ev.DepositAdopted: _adopted,
    ev.CredentialMinted: _minted,
    ev.CredentialDelivered: _delivered,
    ev.CredentialLocked: _locked,
    ev.HandoverExpired: _expired,
    ev.ReturnOpened: _return_opened,
    ev.ReleaseAuthorised: _released,
    ev.ReleaseOpened: _opened,
    **of_life.OF_HANDOVER,
}
