"""What a new epoch takes over from the one before.

Theory of operation.  A log that was lost, damaged or rolled back is never continued: the next epoch
begins with a genesis that names the old head, and in the same breath says what still stands.
People stay enrolled; badges and recovery cards go on counting only where their verifier rows came
along.  What was
announced and not deposited stays announced.  Whatever may lie in a compartment becomes a frozen
handover without a credential, for a person to look at.  Compartments and cabinets that were out of
service stay so, and legal holds hold.

Rules.  Pure, and in a fixed order: equal states give equal events.  No credential of a handover is
taken over, whatever its phase.  Tombstones, the operator's queue, counted failures and the doors'
states are not either: they end with the old epoch, and the next start reads every door.  The
events stand directly after the genesis, with its very time, before the first boot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lockerd.core import events as ev
from lockerd.core.reference import named
from lockerd.core.state import Handover, State

NOT_SEEN = "nobody has looked inside since the record began anew"
"""Why a compartment that was said to be empty is out of service in the new epoch."""

TAKEN_OVER = ev.Actor("device", "epoch")
"""Who takes a door out of service here: not for a fault of its own, so the queue is not told."""

Names = Mapping[int, Mapping[str, str]]
"""Entry of the old epoch -> what it disclosed, by field name."""


def named_by(state: State) -> frozenset[int]:
    """The entries of the old epoch whose disclosures `carried` can use."""
    staff = {one.entry for one in state.staff.values()}
    live = state.handovers.values()
    named = {entry for one in live for entry in (one.named, one.sealed) if entry is not None}
    return frozenset(staff | named | {one.ordered for one in live})


def carried(
    state: State,
    names: Names,
    *,
    verifiers: Iterable[ev.Verifier] = (),
    doubtful: Mapping[str, str] | None = None,
) -> tuple[ev.Event, ...]:
    """The events with which the next epoch takes over `state`, the last of the old one.

    `names`: see `named_by`; what is absent stays unnamed.  `verifiers`: rows of staff badges and
    PINs that still count under the new epoch's pepper; others are ignored.  `doubtful`: compartment
    -> why it goes out of service although nothing is said to lie in it.
    """
    rows: dict[str, list[ev.Verifier]] = {}
    for row in verifiers:
        rows.setdefault(row.cred, []).append(row)
    found: list[ev.Event] = []
    for staff in sorted(state.staff.values(), key=lambda one: one.entry):
        own = tuple(rows.get(staff.cred, ())) if staff.cred else ()
        found.append(
            ev.StaffCarried(
                staff=staff.staff,
                role=staff.role,
                cred=staff.cred if own else "",
                demonstration=staff.demonstration,
                left=staff.left or None,
                locked=(staff.locked or None) if own else None,
                must_change=(staff.must_change or None) if own else None,
                uid=staff.uid if own else None,
                name=names.get(staff.entry, {}).get("name"),
                verifiers=own,
            )
        )
    cards = tuple(rows.get(state.cards, ())) if state.cards else ()
    if cards:
        found.append(ev.RecoveryCarried(cred=state.cards, verifiers=cards))
    for known in sorted(state.handovers.values(), key=lambda one: one.ordered):
        found.append(_handover(state, known, named(known, lambda idx: names.get(idx, {}))))
    found += _out_of_service(state, doubtful or {})
    found += (
        ev.PrivacyHeld(subject=subject, reason=reason)
        for subject, reason in sorted(state.holds.items())
    )
    return tuple(found)


def _handover(state: State, known: Handover, texts: Mapping[str, str]) -> ev.Event:
    """A handover as it stands: announced, or lying somewhere and not known to be there."""
    orderer = state.staff.get(known.orderer)
    placed = known.unit is not None
    kind = ev.DepositCarried if placed else ev.OrderCarried
    event = kind(
        actor=ev.Actor(orderer.role if orderer is not None else "depositor", known.orderer),
        unit=known.unit,
        ho=known.ho,
        profile=known.profile,
        size=known.size,
        opens=known.opens,
        closes=known.closes,
        recipient_no=known.recipient_no,
        item_no=known.item_no,
        reach=known.reach,
        climate=known.climate,
        recipient=texts.get("recipient"),
        item=texts.get("item"),
        reference=texts.get("reference"),
        asset=texts.get("asset"),
        seal=texts.get("seal"),
        sealed=known.sealed is not None,
    )
    return event.but(depositor=known.depositor) if placed else event


def _out_of_service(state: State, doubtful: Mapping[str, str]) -> Iterable[ev.Event]:
    """Compartments and the cabinet itself, where they do not serve."""
    reasons = {unit: why for unit, why in doubtful.items() if state.occupied_by(unit) is None}
    reasons |= {one.to: NOT_SEEN for one in state.handovers.values() if one.to is not None}
    reasons |= {one.unit: one.retired for one in state.doors.values() if one.retired is not None}
    for unit, reason in sorted(reasons.items()):
        yield ev.DoorRetired(actor=TAKEN_OVER, unit=unit, reason=reason)
    if state.duty == "retired":
        yield ev.CabinetRetired(reason=state.retired_for)
