"""`decide(site, state, message, now) -> list[Event]`: the only place where anything is decided.

Theory of operation.  One match over messages; each kind has its room.  What is not possible raises
`Declined` and changes nothing.  An empty list means that the fact changes nothing that is kept.

Rules.  Pure: the same state, message and time give the same events.  A message names its actor; who
may do what is one table here.  Nobody acts on what they ask for until the events are on disk.
"""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.core import attention, boot, credential, custody_record, deposit, doors, policy
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft
from lockerd.core.handover import OCCUPYING
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import RULES, Handover, State

__all__ = ["Declined", "decide", "reference"]

ROLES: tuple[str, ...] = ("depositor", "operator", "technician", "installer", "auditor")

MAY: Mapping[type[msg.Message], frozenset[str]] = {
    msg.OrderHandover: frozenset({"depositor", "operator"}),
    msg.CancelHandover: frozenset({"depositor", "operator"}),
    msg.StartDeposit: frozenset({"depositor", "operator"}),
    msg.ReopenDeposit: frozenset({"depositor", "operator"}),
    msg.AbandonDeposit: frozenset({"depositor", "operator"}),
    msg.ConfirmDeposit: frozenset({"depositor", "operator"}),
    msg.EnrolStaff: frozenset({"operator", "installer", "device"}),
    msg.TestDoor: frozenset({"operator", "technician"}),
    msg.RetireDoor: frozenset({"operator", "technician"}),
    msg.RestoreDoor: frozenset({"operator", "technician"}),
    msg.RetireCabinet: frozenset({"operator", "technician", "device"}),
    msg.RestoreCabinet: frozenset({"operator", "technician"}),
    msg.Acknowledge: frozenset({"operator"}),
    msg.Resolve: frozenset({"operator"}),
    msg.ErasePrivate: frozenset({"operator", "auditor", "device"}),
    msg.HoldPrivate: frozenset({"operator", "auditor"}),
}
"""Which roles may send which messages; a message that is not listed has no actor of its own."""

REASON_MAX = 200
STAFF_MAX = 1_000
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def decide(site: Site, state: State, message: msg.Message, now: Now) -> list[ev.Event]:
    """The events of one message; Declined when it asks for what is not possible."""
    draft = Draft(site, state, now)
    _authority(state, message)
    match message:
        case msg.CodeChecked():
            credential.offered(draft, message)
        case msg.DoorMoved():
            doors.moved(draft, message)
        case msg.Tick():
            policy.due(draft)
        case msg.Booted():
            boot.booted(draft, message)
        case msg.OrderHandover():
            deposit.order(draft, message)
        case msg.CancelHandover():
            _reason(message.reason)
            deposit.cancel(draft, message)
        case msg.StartDeposit():
            deposit.start(draft, message)
        case msg.ReopenDeposit():
            deposit.reopen(draft, message)
        case msg.AbandonDeposit():
            deposit.abandon(draft, message)
        case msg.ConfirmDeposit():
            deposit.confirm(draft, message)
        case msg.LeaveDeposit():
            deposit.leave(draft, message)
        case msg.CodeDelivered():
            deposit.delivered(draft, message)
        case msg.StaffPinChecked():
            credential.staff_offered(draft, message)
        case _:
            _staff_acts(draft, message)
    return draft.events


def _staff_acts(draft: Draft, message: msg.Message) -> None:
    match message:
        case msg.BadgeChecked(cred=None):
            draft.add(ev.StaffRefused())
        case msg.EnrolStaff():
            _enrol(draft, message)
        case msg.SignOut():
            if draft.state.signed_in == message.staff:
                actor = _staff_actor(draft, message.staff)
                out = ev.StaffSignedOut(actor=actor, staff=message.staff, reason=message.reason)
                draft.add(out)
        case msg.TestDoor():
            _test_door(draft, message)
        case msg.RetireDoor():
            _reason(message.reason)
            _known_door(draft, message.unit)
            draft.add(ev.DoorRetired(actor=message.actor, unit=message.unit, reason=message.reason))
        case msg.RestoreDoor():
            _known_door(draft, message.unit)
            draft.add(ev.DoorRestored(actor=message.actor, unit=message.unit))
        case msg.Acknowledge():
            _queued(draft, message.key)
            draft.add(ev.AttentionAcknowledged(actor=message.actor, key=message.key))
        case msg.Resolve():
            _resolve(draft, message)
        case _:
            _devices(draft, message)


def _devices(draft: Draft, message: msg.Message) -> None:
    state = draft.state
    match message:
        case msg.PulseEnded(fault=str() as fault):
            cause = _lease_entry(draft, message.unit)
            draft.add(ev.StrikeFault(unit=message.unit, cause=cause, what=fault))
        case msg.InputChanged():
            kind = ev.InputBack if message.present else ev.InputLost
            draft.add(kind(device=message.device))
        case msg.RetireCabinet():
            _reason(message.reason)
            if state.duty == "serving":
                draft.add(ev.CabinetRetired(actor=message.actor, reason=message.reason))
        case msg.RestoreCabinet():
            if state.duty != "retired":
                raise Declined("serving", "the cabinet is in service; nothing needs doing")
            draft.add(ev.CabinetRestored(actor=message.actor))
        case msg.SnapshotTaken():
            draft.add(ev.StateSnapshot(sha256=message.sha256, size=message.size, rules=RULES))
        case msg.FreezeLog() | msg.RecordAnchor() | msg.ErasePrivate() | msg.HoldPrivate():
            custody_record.kept(draft, message)
        case msg.CopyChanged():
            _copy(draft, message)
        case msg.ClockJumped():
            draft.add(ev.ClockStepped(by_ms=message.by_ms, source=message.source))
        case msg.Started():
            _start(draft, message)
        case msg.Stopping():
            if not state.stopped and not state.closed:
                draft.add(ev.LogStopped(reason=message.reason))
        case _:
            pass


def _copy(draft: Draft, message: msg.CopyChanged) -> None:
    """What was said already is not said again at every start."""
    known = draft.state.queue.get(attention.key_of("copy", None))
    if message.fault is None:
        if known is not None:
            draft.add(ev.CopyBack())
    elif known is None or known.detail != message.fault:
        draft.add(ev.CopyLost(reason=message.fault))


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


def _reason(text: str) -> None:
    if not text.strip() or len(text) > REASON_MAX or not text.isprintable():
        raise Declined(
            "reason", f"a reason of 1 to {REASON_MAX} printable characters is needed; give one"
        )


def _start(draft: Draft, message: msg.Started) -> None:
    assert draft.state.size == 0, "an epoch begins once"
    draft.add(
        ev.LogGenesis(
            origin=message.origin,
            vkey=message.vkey,
            mode=message.mode,
            software=message.software,
            config=message.config,
            rules=RULES,
            kdf_n=message.kdf_n,
            previous=message.previous,
            previous_size=message.previous_size,
            previous_root=message.previous_root,
            recovered=message.recovered,
            why=message.why,
            certificate=message.certificate,
        )
    )
    for event in message.carried:
        draft.add(event)


def _staff_actor(draft: Draft, staff: str) -> ev.Actor:
    known = draft.state.staff.get(staff)
    return ev.Actor(known.role if known is not None else "device", staff)


def _enrol(draft: Draft, message: msg.EnrolStaff) -> None:
    if message.role not in ROLES:
        raise Declined("role", f"no role {message.role!r}; use one of: {', '.join(ROLES)}")
    known = draft.state.staff.get(message.staff)
    if known is not None and known.cred:
        raise Declined("exists", f"staff {message.staff} is enrolled; choose another number")
    if not (message.staff.isascii() and message.staff.isdigit()) or len(message.staff) > 6:
        raise Declined("number", "a staff number has 1 to 6 digits; choose one")
    if len(draft.state.staff) >= STAFF_MAX:
        raise Declined("full", f"{STAFF_MAX} people are enrolled; a cabinet holds no more")
    draft.add(
        ev.StaffEnrolled(
            actor=message.actor,
            staff=message.staff,
            role=message.role,
            cred=message.cred,
            demonstration=message.demonstration,
            name=message.name,
            verifiers=message.verifiers,
        )
    )


def _known_door(draft: Draft, unit: str) -> None:
    if not draft.site.has(unit):
        raise Declined("unit", f"no compartment {unit!r}; the config lists them")


def _lease_entry(draft: Draft, unit: str) -> ev.Cause | None:
    lease = draft.door(unit).lease
    return None if lease is None else draft.entry(lease.entry)


def _test_door(draft: Draft, message: msg.TestDoor) -> None:
    _known_door(draft, message.unit)
    held = draft.state.occupied_by(message.unit)
    if held is not None and held.phase in OCCUPYING | {"depositing"}:
        raise Declined("occupied", "an item may be inside; test an empty compartment")
    if draft.door(message.unit).level != Level.CLOSED.value:
        raise Declined("open", "the door is not known to be closed; close it first")
    if draft.cooling_ms(message.unit) > 0:
        raise Declined("cooling", "the strike is resting; try again in a few seconds")
    draft.pulse(message.unit, "test", 1, None, message.actor, None)


def _queued(draft: Draft, key: str) -> attention.Item:
    item = draft.state.queue.get(key)
    if item is None:
        raise Declined("unknown", f"no queue item {key!r}; list them with: queue list")
    return item


FINDINGS = ("noted", "present", "removed", "missing")


def _resolve(draft: Draft, message: msg.Resolve) -> None:
    """Close a queue item; where an item may lie in a compartment, say what was found."""
    _reason(message.reason)
    item = _queued(draft, message.key)
    if message.finding not in FINDINGS:
        raise Declined("finding", f"a finding is one of: {', '.join(FINDINGS)}")
    known = draft.state.handovers.get(item.ho) if item.ho is not None else None
    if item.rule in attention.DECIDED and known is not None:
        _found(draft, message, item, known)
    draft.add(
        ev.AttentionResolved(
            actor=message.actor,
            unit=item.unit,
            ho=None,
            cause=draft.entry(item.idx),
            key=message.key,
            reason=message.reason,
        )
    )


def _found(draft: Draft, message: msg.Resolve, item: attention.Item, known: Handover) -> None:
    """What a person found in the compartment decides what becomes of the handover."""
    cause = draft.entry(item.idx)
    if message.finding in ("removed", "missing"):
        draft.add(
            ev.HandoverWithdrawn(
                actor=message.actor,
                unit=known.unit,
                ho=known.ho,
                cause=cause,
                cred=known.cred,
                reason=message.reason,
                found=message.finding == "removed",
            )
        )
    elif message.finding == "present" and known.phase == "frozen" and known.cred is not None:
        draft.add(
            ev.HandoverThawed(
                actor=message.actor,
                unit=known.unit,
                ho=known.ho,
                cause=cause,
                reason=message.reason,
            )
        )
    else:
        raise Declined(
            "finding", "say what was found in the compartment: present, removed or missing"
        )


def reference(site: Site, ho: str) -> str:
    """The short reference that a person can read out, such as `RL07-4K2M`.

    The device's letters and digits, then 20 bits of the handover's random id in Crockford base 32.
    """
    prefix = "".join(one for one in site.device.upper() if one.isalnum())[:6]
    number = int(ho[:5], 16)
    digits = "".join(_ALPHABET[(number >> shift) & 31] for shift in (15, 10, 5, 0))
    return f"{prefix}-{digits}"
