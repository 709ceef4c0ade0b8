"""What an operator does with a handover: longer, new codes, another recipient, back, a correction.

Theory of operation.  Every act is an event with its reason, by a person whose number it carries.
New codes and the death of the old ones are one event in one transaction, so no moment exists with
two codes or none.  Several deposits for the same recipient may share a credential; what is done to
the code is then done for all of them, and what is done to one item leaves the code to the others.

Rules.  Nothing here is ever done by a clock.  A window only grows.  The count of wrong PINs is the
handover's, for life: a PIN that guessing killed comes back in no new code, only the QR code does.
Nobody corrects an entry; a correction is a new entry that names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.deposit import TEXT_MAX, WINDOW_MAX_H
from lockerd.core.draft import Declined, Draft, Handles, reason
from lockerd.core.judge import Question, by, demand, live
from lockerd.core.now import Now
from lockerd.core.state import HOUR_MS, Handover, State

EXTENDABLE = ("ordered", "unconfirmed", "collectable", "expired", "frozen")
CODED = ("collectable", "expired", "frozen")
"""Phases in which a code exists and nobody is using it."""


def extend(draft: Draft, message: msg.ExtendHandover) -> None:
    """Let the window end later."""
    reason(message.reason)
    known = draft.handover(message.ho)
    _phase(known, EXTENDABLE, "extended")
    if message.closes <= max(known.closes, draft.now.lo):
        raise Declined("window", "the window would not end later than it does; give a later time")
    if message.closes - known.opens > WINDOW_MAX_H * HOUR_MS:
        raise Declined("window", "a window is at most a year long; give an earlier time")
    draft.add(
        ev.HandoverExtended(
            actor=message.actor,
            unit=known.unit,
            ho=known.ho,
            cause=draft.entry(known.ordered),
            was=known.closes,
            closes=message.closes,
            reason=message.reason,
        )
    )


def _phase(known: Handover, phases: tuple[str, ...], done: str) -> None:
    if known.phase not in phases:
        raise Declined("phase", f"a handover that is {known.phase} cannot be {done}; see its state")


def settled(draft: Draft, known: Handover) -> None:
    """Decline while somebody is at its door, or nobody said which compartment it lies in."""
    if known.to is not None:
        raise Declined("moved", "nobody said where it lies after its move; answer its queue item")
    lease = draft.door(known.unit).lease if known.unit is not None else None
    if lease is not None and lease.over is None and lease.ho == known.ho:
        raise Declined("busy", "somebody is at its door; wait until that is closed")


def reissue(draft: Draft, message: msg.ReissueCredential) -> None:
    """New codes for the same recipient; the old ones die in the same transaction."""
    reason(message.reason)
    known = draft.handover(message.minted.ho)
    _phase(known, CODED, "given new codes")
    if known.cred is None:
        raise Declined("phase", "no code exists yet; codes are made when the deposit is confirmed")
    ticket = message.ticket
    if ticket and ticket not in draft.state.tickets:
        raise Declined("ticket", "no ticket of this number is open; see: queue list")
    _reissued(draft, known, message.actor, message.minted, message.reason, known.cred, ticket)


def _reissued(
    draft: Draft,
    known: Handover,
    actor: ev.Actor,
    minted: msg.Minted,
    why: str,
    old: str | None,
    ticket: str = "",
) -> None:
    rows = tuple(one for one in minted.verifiers if not (known.pin_dead and one.kind == "pin"))
    draft.add(
        ev.CredentialReissued(
            actor=actor,
            unit=known.unit,
            ho=known.ho,
            cause=draft.entry(known.deposited),
            cred=minted.cred,
            old=old,
            reason=why,
            ticket=ticket or None,
            verifiers=rows,
        )
    )


def reassign(draft: Draft, message: msg.ReassignHandover) -> None:
    """Another named person collects: a new pseudonym and, where codes exist, new codes."""
    reason(message.reason)
    known = draft.handover(message.ho)
    _phase(known, ("ordered", "unconfirmed", *CODED), "reassigned")
    name = message.recipient.strip()
    if not name or len(name) > TEXT_MAX or not name.isprintable():
        raise Declined("text", f"a name has 1 to {TEXT_MAX} printable characters; give one")
    if message.recipient_no == known.recipient_no:
        raise Declined("recipient", "this is the recipient already; name another person")
    if known.cred is not None and message.minted is None:
        raise Declined("codes", "new codes are needed for the new recipient; have them made")
    draft.add(
        ev.HandoverReassigned(
            actor=message.actor,
            unit=known.unit,
            ho=known.ho,
            cause=draft.entry(known.ordered),
            recipient_no=message.recipient_no,
            was=known.recipient_no,
            reason=message.reason,
            fact=draft.profile(known).fact if message.fact else None,
            recipient=name,
            verifiers=message.fact,
        )
    )
    if known.cred is not None and message.minted is not None:
        old = None if draft.state.shared(known) else known.cred
        _reissued(draft, known, message.actor, message.minted, message.reason, old)


def send_back(draft: Draft, message: msg.ReturnHandover) -> None:
    """Nobody collects any more: the item goes back to its depositor."""
    reason(message.reason)
    known = draft.handover(message.ho)
    _phase(known, CODED, "sent back")
    settled(draft, known)
    draft.add(
        ev.HandoverAwaitingReturn(
            actor=message.actor,
            unit=known.unit,
            ho=known.ho,
            cause=draft.entry(known.deposited),
            reason=message.reason,
        )
    )


def refuse(draft: Draft, message: msg.RefuseHandover) -> None:
    """The custodian does not keep what was deposited."""
    reason(message.reason)
    known = draft.handover(message.ho)
    _phase(known, ("unconfirmed", *CODED), "refused")
    settled(draft, known)
    if known.depositor == message.actor.id:
        raise Declined("self", "nobody refuses their own deposit; ask another operator")
    draft.add(
        ev.HandoverRefused(
            actor=message.actor,
            unit=known.unit,
            ho=known.ho,
            cause=draft.entry(known.ordered if known.deposited is None else known.deposited),
            reason=message.reason,
        )
    )


def correct(draft: Draft, message: msg.NoteCorrection) -> None:
    """A person says what is wrong with an entry."""
    reason(message.reason)
    if not 0 <= message.entry < draft.state.size:
        raise Declined("entry", "this log has no such entry; find it with: journal search")
    cause = draft.entry(message.entry)
    draft.add(
        ev.CorrectionNoted(
            actor=message.actor, cause=cause, entry=message.entry, reason=message.reason
        )
    )


def _extended(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")
    known = live(state, event)
    demand(event.was == known.closes < event.closes, event, "the window did not grow")


def _by_office(event: ev.Event, known: Handover) -> None:
    """By an operator, or by time for the heir that was asked for."""
    heir = event.actor == ev.DEVICE and known.phase == "expired"
    if not (heir and event.cause is not None and event.cause.idx == known.asked):
        by(event, "operator")


def _reissue(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    _by_office(event, known)
    free = state.by_cred(event.cred) is None and state.tomb_of(event.cred) is None
    demand(bool(event.cred) and free, event, "another handover has this credential")
    demand(known.cred is not None, event, "no code had been made")
    demand(event.ticket is None or event.ticket in state.tickets, event, "no such ticket is open")
    alone = event.old == known.cred or (event.old is None and state.shared(known))
    demand(alone, event, "another credential dies")


def _reassigned(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    _by_office(event, known)
    demand(event.was == known.recipient_no != event.recipient_no, event, "another recipient")


def _refused(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")
    demand(live(state, event).depositor != event.actor.id, event, "by its own depositor")


def _corrected(state: State, event: Any, idx: int, now: Now) -> None:
    demand(0 <= event.entry < idx, event, "it names no entry before it")
    demand(event.cause == (state.epoch, event.entry), event, "its cause is another entry")


_OPERATOR = frozenset({"operator"})
_STAFF = frozenset({"operator", "depositor", "technician", "installer", "auditor"})

HANDLES: Handles = {
    msg.ExtendHandover: extend,
    msg.ReissueCredential: reissue,
    msg.ReassignHandover: reassign,
    msg.ReturnHandover: send_back,
    msg.RefuseHandover: refuse,
    msg.NoteCorrection: correct,
}
MAY: Mapping[type[msg.Message], frozenset[str]] = {
    msg.ExtendHandover: _OPERATOR,
    msg.ReissueCredential: _OPERATOR,
    msg.ReassignHandover: _OPERATOR,
    msg.ReturnHandover: _OPERATOR,
    msg.RefuseHandover: _OPERATOR,
    msg.NoteCorrection: _STAFF,
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.HandoverExtended: _extended,
    ev.CredentialReissued: _reissue,
    ev.HandoverReassigned: _reassigned,
    ev.HandoverRefused: _refused,
    ev.CorrectionNoted: _corrected,
}
