"""From an announced handover to an item behind a closed door with its codes minted.

Theory of operation.  The depositor is given the smallest free compartment that fits: by its size,
by its reach where the order asks for a low one, and by its climate (an item without one never goes
into a compartment that keeps one, and the other way round).  The door's edges are the evidence; the
depositor says what was done; only a confirmation mints codes.  A deposit that ends without that
word is `unconfirmed` and is never released to the recipient.

Rules.  Until the confirmation the depositor may open the door again; afterwards never.  A larger
compartment opens only after the first one was seen closed again: one door at a time, and nothing is
left behind an open one.
"""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.core import events as ev
from lockerd.core import expiry, seal
from lockerd.core.draft import Declined, Draft, Handles, reason
from lockerd.core.messages import (
    AbandonDeposit,
    CancelHandover,
    CodeDelivered,
    ConfirmDeposit,
    EnlargeDeposit,
    LeaveDeposit,
    Level,
    Message,
    Minted,
    OrderHandover,
    ReopenDeposit,
    StartDeposit,
)
from lockerd.core.site import REACH_MM, SIZES, Compartment
from lockerd.core.state import HOUR_MS, Handover

LIVE_MAX = 5_000
TEXT_MAX = 120
WINDOW_MAX_H = 24 * 366
LOW, ANY = "low", "any"
REACHES = (ANY, LOW)
TOO_SMALL = "too small"
"""Why a deposit was abandoned for a larger compartment."""


def order(draft: Draft, message: OrderHandover) -> None:
    """Announce a handover."""
    state, now = draft.state, draft.now
    if len(state.handovers) >= LIVE_MAX:
        raise Declined("full", f"{LIVE_MAX} handovers are live; end some of them first")
    if message.ho in state.handovers:
        raise Declined("exists", "a handover of this id is live; choose another id")
    profile = next((one for one in draft.site.profiles if one.name == message.profile), None)
    if profile is None:
        names = ", ".join(one.name for one in draft.site.profiles)
        raise Declined("profile", f"no profile {message.profile!r}; use one of: {names}")
    _fitting(draft, message)
    opens = now.lo if message.opens is None else message.opens
    closes = message.closes
    if closes is None:
        closes = expiry.closes_after(draft.site, profile, opens)
    if not 0 < closes - opens <= WINDOW_MAX_H * HOUR_MS:
        raise Declined("window", "the window is empty or over a year long; give other times")
    if not message.recipient.strip() or not message.item.strip():
        raise Declined("text", "a recipient and an item are needed; give both")
    texts = (message.recipient, message.item, message.reference, message.asset, message.seal)
    for text in texts:
        if len(text) > TEXT_MAX or not text.isprintable():
            raise Declined("text", f"texts are at most {TEXT_MAX} printable characters; shorten it")
    if message.exchange == message.ho:
        raise Declined("exchange", "nothing is exchanged for itself; name the other handover")
    draft.add(
        ev.HandoverOrdered(
            actor=message.actor,
            ho=message.ho,
            profile=message.profile,
            size=message.size,
            opens=opens,
            closes=closes,
            recipient_no=message.recipient_no,
            item_no=message.item_no,
            reach=LOW if message.reach == LOW else None,
            climate=message.climate or None,
            exchange=message.exchange or None,
            asset=message.asset.strip() or None,
            seal=message.seal.strip() or None,
            recipient=message.recipient.strip(),
            item=message.item.strip(),
            reference=message.reference.strip() or None,
            fact=profile.fact if message.fact else None,
            verifiers=message.fact,
        )
    )


def _fitting(draft: Draft, message: OrderHandover) -> None:
    """Decline what no compartment of this cabinet will ever fit."""
    built = draft.site.compartments
    if message.size not in {one.size for one in built}:
        sizes = ", ".join(s for s in SIZES if any(c.size == s for c in built))
        raise Declined("size", f"no compartment of size {message.size!r}; use one of: {sizes}")
    if message.reach not in REACHES:
        raise Declined("reach", f"a reach is one of: {', '.join(REACHES)}; choose one")
    if not any(fits(one, message.size, message.reach, message.climate) for one in built):
        raise Declined(
            "fit", "no compartment has this size, reach and climate together; ask for less"
        )


def cancel(draft: Draft, message: CancelHandover) -> None:
    """End a handover that nothing was deposited for."""
    reason(message.reason)
    known = draft.handover(message.ho)
    if known.phase != "ordered":
        raise Declined("deposited", "something was deposited; end this handover in the queue")
    draft.add(ev.HandoverCancelled(actor=message.actor, ho=known.ho, reason=message.reason))


def start(draft: Draft, message: StartDeposit) -> None:
    """Give the depositor the smallest free compartment that fits, and open it."""
    _serving(draft)
    known = draft.handover(message.ho)
    if known.phase != "ordered":
        raise Declined("phase", "this handover was deposited already; choose another")
    unit = free_unit(draft, known, message.avoid, near=message.near)
    if unit is None:
        raise Declined("no-room", f"no free compartment fits size {known.size}; ask an operator")
    seal.read(draft, known, message)
    _give(draft, known, unit, message.actor)


def _give(draft: Draft, known: Handover, unit: str, actor: ev.Actor) -> None:
    """Lease a compartment's door to this deposit, and open it."""
    ordered = draft.entry(known.ordered)
    cause = draft.add(ev.DepositStarted(actor=actor, unit=unit, ho=known.ho, cause=ordered))
    draft.pulse(unit, "deposit", 1, known.ho, actor, cause)


def enlarge(draft: Draft, message: EnlargeDeposit) -> None:
    """The item does not fit: the next larger free compartment, the first one proven closed."""
    _serving(draft)
    known = _of(draft, message.ho, message.actor, ("placed",))
    assert known.unit is not None
    if draft.door(known.unit).level != Level.CLOSED.value:
        raise Declined("open", "the door is not known to be closed; close it first")
    unit = free_unit(draft, known, (known.unit,), above=_size_of(draft, known))
    if unit is None:
        raise Declined("no-larger", "no larger compartment is free; choose another answer")
    draft.add(
        ev.DepositAbandoned(
            actor=message.actor,
            unit=known.unit,
            ho=known.ho,
            cause=draft.entry(known.ordered),
            reason=TOO_SMALL,
        )
    )
    _give(draft, known, unit, message.actor)


def _size_of(draft: Draft, known: Handover) -> str:
    """The size of the compartment that a handover was given; the ordered one if it is gone."""
    if known.unit is None or not draft.site.has(known.unit):
        return known.size
    return draft.site.compartment(known.unit).size


def within_reach(one: Compartment) -> bool:
    """Whether somebody in a wheelchair reaches into it."""
    return REACH_MM[0] <= one.reach_mm <= REACH_MM[1]


def fits(one: Compartment, size: str, reach: str | None, climate: str | None) -> bool:
    """Whether a compartment is made for such an item, whoever has it now."""
    return (
        SIZES.index(one.size) >= SIZES.index(size)
        and one.climate == (climate or "")
        and (reach != LOW or within_reach(one))
    )


def free_unit(
    draft: Draft,
    known: Handover,
    avoid: tuple[str, ...],
    above: str | None = None,
    near: bool = False,
) -> str | None:
    """The smallest compartment that fits, is in service, closed, rested and given to nobody.

    `above`: only one that is larger than this size.  `near`: one within reach before a smaller one.
    """
    taken = {place for one in draft.state.handovers.values() for place in (one.unit, one.to)}
    taken |= {unit for unit, tomb in draft.state.tombs.items() if tomb.disputed}
    fitting = []
    for place, one in enumerate(draft.site.compartments):
        door = draft.door(one.unit)
        free = (
            one.unit not in taken
            and one.unit not in avoid
            and door.retired is None
            and door.lease is None
            and door.phase == "closed"
            and door.level == Level.CLOSED.value
        )
        larger = above is None or SIZES.index(one.size) > SIZES.index(above)
        if free and larger and fits(one, known.size, known.reach, known.climate):
            rests = draft.cooling_ms(one.unit) > 0
            far = near and not within_reach(one)
            fitting.append((far, SIZES.index(one.size), rests, place, one.unit))
    return min(fitting)[-1] if fitting else None


def _serving(draft: Draft) -> None:
    if draft.state.duty != "serving":
        raise Declined("service", "the cabinet is out of service; an operator can restore it")


def _of(draft: Draft, ho: str, actor: ev.Actor, phases: tuple[str, ...]) -> Handover:
    known = draft.handover(ho)
    if known.phase not in phases:
        raise Declined("phase", "this step is not possible now; look at the screen again")
    # An operator may look into a deposit that nobody confirmed, but not speak for the depositor.
    looks = known.phase == "unconfirmed" and actor.role == "operator"
    if known.depositor != actor.id and not looks:
        raise Declined("actor", "only the depositor can do this; sign in as that person")
    return known


def reopen(draft: Draft, message: ReopenDeposit) -> None:
    """Open the door of a deposit that is not confirmed yet."""
    _serving(draft)
    known = _of(draft, message.ho, message.actor, ("placed", "unconfirmed"))
    assert known.unit is not None
    if not draft.site.has(known.unit):
        raise Declined("unit", f"the config has no compartment {known.unit}; ask an operator")
    cause = draft.add(
        ev.DepositReopened(
            actor=message.actor, unit=known.unit, ho=known.ho, cause=draft.entry(known.ordered)
        )
    )
    draft.pulse(known.unit, "deposit", 1, known.ho, message.actor, cause)


def abandon(draft: Draft, message: AbandonDeposit) -> None:
    """Nothing is in the compartment, says the depositor; the order stands."""
    known = _of(draft, message.ho, message.actor, ("placed",))
    draft.add(
        ev.DepositAbandoned(
            actor=message.actor, unit=known.unit, ho=known.ho, reason=message.reason
        )
    )


def confirm(draft: Draft, message: ConfirmDeposit) -> None:
    """The depositor confirmed; the minted codes become durable in the same transaction.

    A recipient who has a code for another item already gets no second one.
    """
    minted = message.minted
    known = _of(draft, minted.ho, message.actor, ("placed",))
    assert known.unit is not None
    if draft.door(known.unit).level != Level.CLOSED.value:
        raise Declined("open", "the door is not known to be closed; close it first")
    cause = draft.add(
        ev.DepositConfirmed(
            actor=message.actor, unit=known.unit, ho=known.ho, cause=draft.entry(known.ordered)
        )
    )
    mint(draft, known, known.unit, minted, cause)


def mint(draft: Draft, known: Handover, unit: str, minted: Minted, cause: ev.Cause) -> None:
    """Codes for what lies in this compartment now, or the code that its recipient has already."""
    replaces = draft.state.replaced(unit)
    same = draft.state.code_of(known)
    if same is not None:
        draft.add(
            ev.CredentialJoined(unit=unit, ho=known.ho, cause=cause, cred=same, replaces=replaces)
        )
        return
    draft.add(
        ev.CredentialMinted(
            unit=unit,
            ho=known.ho,
            cause=cause,
            cred=minted.cred,
            replaces=replaces,
            verifiers=minted.verifiers,
        )
    )


def leave(draft: Draft, message: LeaveDeposit) -> None:
    """The depositor went away.  Only a door that never opened leaves the order untouched."""
    known = draft.handover(message.ho)
    if known.phase not in ("depositing", "placing", "placed"):
        raise Declined("phase", "there is no deposit to leave; nothing needs doing")
    # An operator who looked into it may leave it too; the device speaks for whoever is gone.
    if known.depositor != message.actor.id and message.actor.role not in ("operator", "device"):
        raise Declined("actor", "only the depositor can do this; sign in as that person")
    assert known.unit is not None
    door = draft.door(known.unit)
    untouched = (
        known.phase == "depositing"
        and door.level == Level.CLOSED.value
        and door.lease is not None
        and door.lease.attempt == 0
        and not known.touched
    )
    kind = ev.DepositAbandoned if untouched else ev.DepositUnconfirmed
    draft.add(kind(actor=message.actor, unit=known.unit, ho=known.ho, reason="left"))


def delivered(draft: Draft, message: CodeDelivered) -> None:
    """The codes left the device."""
    known = draft.handover(message.ho)
    if known.cred != message.cred:
        raise Declined("phase", "these codes were replaced; deliver the newer ones")
    draft.add(
        ev.CredentialDelivered(
            actor=message.actor,
            unit=known.unit,
            ho=known.ho,
            cred=message.cred,
            channel=message.channel,
        )
    )


_DEPOSITS = frozenset({"depositor", "operator"})

HANDLES: Handles = {
    OrderHandover: order,
    CancelHandover: cancel,
    StartDeposit: start,
    ReopenDeposit: reopen,
    EnlargeDeposit: enlarge,
    AbandonDeposit: abandon,
    ConfirmDeposit: confirm,
    LeaveDeposit: leave,
    CodeDelivered: delivered,
}
MAY: Mapping[type[Message], frozenset[str]] = {
    OrderHandover: _DEPOSITS,
    CancelHandover: _DEPOSITS,
    StartDeposit: _DEPOSITS,
    ReopenDeposit: _DEPOSITS,
    EnlargeDeposit: _DEPOSITS,
    AbandonDeposit: _DEPOSITS,
    ConfirmDeposit: _DEPOSITS,
}
