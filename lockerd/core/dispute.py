"""The recipient at the open door and just after it, and the mechanical key.

Theory of operation.  Whoever proved a code may say, with the door open or until a minute after it
closed: it is empty, it is the wrong item, it stays inside, open it once more, open my next one.
`empty` and `wrong` freeze the compartment at once and need no proof; a signed entry is the
recipient's statement.  An item that is left inside keeps its code.  A door opened with the
mechanical key, declared by two people, hands the item over when the contact saw it open and close;
where no contact could see it (no power) the two say so afterwards.

Rules.  What the recipient says never opens a door that their code did not open, and never closes a
handover: the door does, or an operator.  Opening again is a new authorisation each time.  What a
finished handover's recipient disputes is settled by an operator, in the queue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import approval, credential
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles, reason
from lockerd.core.judge import Question, by, demand, live, serves
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.state import Handover, State, Tomb

GRACE_MS = 60_000
"""How long after its door closed the recipient may still have it opened, or dispute it."""

KEY_MS = 15 * 60_000
"""How long a declared key may be used."""

CLAIMS: tuple[str, ...] = ("empty", "wrong", "damaged")
SEAL_CLAIMS: tuple[str, ...] = ("seal-broken", "seal-other")
"""What can be said where a seal's number is on record."""

BY_KEY = ("open", "collectable", "expired", "frozen")


def finished(draft: Draft, ho: str) -> tuple[str, Tomb]:
    """The compartment and the tombstone of a handover whose door closed a moment ago."""
    for unit, tomb in draft.state.tombs.items():
        if tomb.ho == ho and _fresh(draft, tomb, GRACE_MS):
            return unit, tomb
    raise Declined("late", "the door closed a while ago; call the number on the screen")


def _fresh(draft: Draft, tomb: Tomb, limit_ms: int) -> bool:
    """Whether its door closed a moment ago, in this boot."""
    closed = tomb.closed
    if closed is None or closed.boot != draft.now.boot:
        return False
    return draft.state.elapsed_ms(closed, draft.now) <= limit_ms


def leave(draft: Draft, message: msg.LeaveItem) -> None:
    """The item stays inside, or it is taken after all."""
    known = draft.handover(message.ho)
    if known.phase != "open" or known.left == message.left:
        raise Declined("phase", "the door is not open for this; look at the screen again")
    draft.add(
        ev.ItemLeft(
            actor=_recipient(known),
            unit=known.unit,
            ho=known.ho,
            cause=draft.entry(known.authorised),
            left=message.left,
        )
    )


def _recipient(known: Handover) -> ev.Actor:
    return ev.Actor("recipient", known.recipient_no)


def dispute(draft: Draft, message: msg.DisputeHandover) -> None:
    """The recipient says that the item is not there, or is not the one."""
    every = (*CLAIMS, *SEAL_CLAIMS)
    if message.what not in every:
        raise Declined("claim", f"a claim is one of: {', '.join(every)}")
    known = draft.state.handovers.get(message.ho)
    if known is not None:
        _sealed(known, message.what)
        if known.phase != "open":
            raise Declined("phase", "the door is not open for this; look at the screen again")
        draft.add(
            ev.HandoverDisputed(
                actor=_recipient(known),
                unit=known.unit,
                ho=known.ho,
                cause=draft.entry(known.opened),
                what=message.what,
                depositor=known.depositor,
            )
        )
        return
    unit, tomb = finished(draft, message.ho)
    _sealed(tomb, message.what)
    if tomb.disputed or draft.state.occupied_by(unit) is not None:
        raise Declined("phase", "this was said already; an operator looks into it")
    draft.add(
        ev.CollectionDisputed(
            actor=ev.Actor("recipient", tomb.recipient_no),
            unit=unit,
            ho=tomb.ho,
            cause=draft.entry(tomb.idx),
            what=message.what,
            depositor=tomb.depositor,
        )
    )


def _sealed(known: Handover | Tomb, what: str) -> None:
    """Decline what is said against a seal that is not on record."""
    if what in SEAL_CLAIMS and known.sealed is None:
        raise Declined("claim", "no seal is on record for this item; choose another answer")


def again(draft: Draft, message: msg.OpenAgain) -> None:
    """The door that just closed once more: something was forgotten, or is to be put back."""
    if draft.state.duty != "serving":
        raise Declined("service", "the cabinet is out of service; call the number on the screen")
    unit, tomb = finished(draft, message.ho)
    door = draft.door(unit)
    if draft.state.occupied_by(unit) is not None or door.lease is not None:
        raise Declined("busy", "this compartment is in use again; call the number on the screen")
    if not draft.site.has(unit) or door.level != Level.CLOSED.value:
        raise Declined("open", "the door is not known to be closed; look at the compartment")
    actor = ev.Actor("recipient", tomb.recipient_no)
    cause = draft.add(
        ev.ReopeningAuthorised(actor=actor, unit=unit, ho=tomb.ho, cause=draft.entry(tomb.idx))
    )
    draft.pulse(unit, "grace", 1, tomb.ho, actor, cause)


def another(draft: Draft, message: msg.ReleaseNext) -> None:
    """The next door that the code opens which was proven in this visit, within the minute."""
    group = draft.state.of_cred(message.cred)
    if not group:
        raise Declined("none", "this code opens no other door; take your receipt")
    tombs = [one for one in draft.state.tombs.values() if one.cred == message.cred]
    if not any(_fresh(draft, one, GRACE_MS) for one in tombs):
        raise Declined("late", "the door closed a while ago; show the code again")
    known = credential.chosen(draft, group)
    why = credential.turned_away(draft, known)
    if why is not None or (message.kind == credential.PIN and known.pin_dead):
        raise Declined("held", "the next door cannot be opened now; scan the code again for why")
    credential.admit(draft, known, message.kind)


# -- the mechanical key ---------------------------------------------------------------------------


def _by_key(draft: Draft, ho: str, actor: ev.Actor, why: str) -> tuple[Handover, ev.Cause, str]:
    """The handover, the second person's approval and that person's number."""
    reason(why)
    known = draft.handover(ho)
    if known.phase not in BY_KEY or known.cred is None:
        raise Declined("phase", f"an item that is {known.phase} is not handed over by key")
    if known.to is not None:
        raise Declined("moved", "nobody said where it lies after its move; answer its queue item")
    subject = f"key:{known.ho}"
    cause = approval.second(draft, subject, actor)
    given = draft.state.approvals[subject]
    others = [one for one in given.staff if one != actor.id]
    if known.depositor in (actor.id, *others[:1]):
        raise Declined("self", "nobody hands over by key what they deposited; ask another person")
    return known, cause, others[0] if others else ""


def declare(draft: Draft, message: msg.DeclareKey) -> None:
    """Two people are about to open this compartment with the key, for its recipient."""
    known, cause, witness = _by_key(draft, message.ho, message.actor, message.reason)
    assert known.unit is not None
    door = draft.door(known.unit)
    used = door.lease is not None and door.lease.over is None
    if known.phase == "open" or door.level != Level.CLOSED.value or used:
        raise Declined("open", "the door is not known to be closed; say afterwards what was done")
    draft.add(
        ev.KeyDeclared(
            actor=message.actor,
            unit=known.unit,
            ho=known.ho,
            cause=cause,
            witness=witness or None,
            reason=message.reason,
        )
    )


def complete(draft: Draft, message: msg.CompleteByKey) -> None:
    """Two people say that it was handed over by key; no contact need have seen it."""
    known, cause, witness = _by_key(draft, message.ho, message.actor, message.reason)
    draft.add(
        ev.HandoverCollectedManually(
            actor=message.actor,
            unit=known.unit,
            ho=known.ho,
            cause=cause,
            cred=None if draft.state.shared(known) else known.cred,
            witness=witness or None,
            reason=message.reason,
            opened=known.opened,
        )
    )


def by_key(draft: Draft, known: Handover, cause: ev.Cause | None, opened: int) -> None:
    """The declared door was seen to open and to close: the item was handed over."""
    draft.add(
        ev.HandoverCollectedManually(
            unit=known.unit,
            ho=known.ho,
            cause=cause,
            cred=None if draft.state.shared(known) else known.cred,
            reason="declared before the door was opened",
            opened=opened,
            declared=True,
        )
    )


# -- what the events change -----------------------------------------------------------------------


def _disputed(state: State, event: ev.CollectionDisputed, idx: int, now: Now) -> None:
    tomb = state.tombs.get(event.unit or "")
    if tomb is not None and tomb.ho == event.ho:
        tomb.disputed = event.what


def _settled(state: State, event: ev.DisputeSettled, idx: int, now: Now) -> None:
    tomb = state.tombs.get(event.unit or "")
    if tomb is not None:
        tomb.disputed = ""


def _key_opened(state: State, event: ev.DoorOpened, idx: int, now: Now) -> None:
    known = state.handovers.get(event.ho or "")
    if known is not None and event.purpose == "key":
        known.opened = idx


def _used(state: State, event: ev.Event, idx: int, now: Now) -> None:
    approval.used(state, f"key:{event.ho}")


# -- what an auditor asks -------------------------------------------------------------------------


def _left(state: State, event: Any, idx: int, now: Now) -> None:
    demand(live(state, event).left != event.left, event, "it was said already")


def _kept(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    demand(known.left and known.opened == event.opened, event, "nobody said that it stays")
    demand((event.revives is not None) == known.spent, event, "its code was not as it says")
    demand(event.revives in (None, known.cred), event, "not this handover's credential")


def _claimed(state: State, event: Any, idx: int, now: Now) -> None:
    _claim(event, live(state, event))


def _claim(event: Any, known: Handover | Tomb) -> None:
    demand(event.what in (*CLAIMS, *SEAL_CLAIMS), event, "no such claim")
    sealed = event.what in CLAIMS or known.sealed is not None
    demand(sealed, event, "no seal was on record")


def _claimed_afterwards(state: State, event: Any, idx: int, now: Now) -> None:
    was_finished(state, event, idx, now)
    _claim(event, state.tombs[event.unit])


def was_finished(state: State, event: Any, idx: int, now: Now) -> None:
    """The judge's: it is about the collection whose door closed in this compartment just now."""
    tomb = state.tombs.get(event.unit or "")
    own = tomb is not None and tomb.ho == event.ho and event.cause == (state.epoch, tomb.idx)
    demand(own, event, "no such handover ended in this compartment")
    assert tomb is not None and tomb.closed is not None
    soon = tomb.closed.boot == now.boot and state.elapsed_ms(tomb.closed, now) <= GRACE_MS
    demand(soon, event, "the door had closed long before")


def _reopening(state: State, event: Any, idx: int, now: Now) -> None:
    was_finished(state, event, idx, now)
    serves(state, event)
    demand(state.occupied_by(event.unit) is None, event, "the compartment was in use")


def _settles(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")
    tomb = state.tombs.get(event.unit or "")
    demand(tomb is not None and bool(tomb.disputed), event, "nothing was disputed here")


def _declared(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")
    given = approval.live(state, f"key:{event.ho}", now)
    demand(given is not None, event, "no second person approved it")
    assert given is not None
    demand(event.cause == (state.epoch, given.entry), event, "another approval")
    alone = event.witness is None and given.glass == event.actor.id
    two = event.witness in given.staff and event.witness != event.actor.id
    demand(alone or two, event, "no second person approved it")


def _manually(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    demand(event.cred == (None if state.shared(known) else known.cred), event, "another credential")
    door = state.doors.get(event.unit or "")
    lease = None if door is None else door.lease
    if event.declared:
        # Its door's closing, the line before, ended the lease.
        demand(known.opened == event.opened, event, "another opening")
        demand(event.cause is not None and lease is None, event, "nobody declared it")
        return
    _declared(state, event, idx, now)


HANDLES: Handles = {
    msg.LeaveItem: leave,
    msg.DisputeHandover: dispute,
    msg.OpenAgain: again,
    msg.ReleaseNext: another,
    msg.DeclareKey: declare,
    msg.CompleteByKey: complete,
}
MAY: Mapping[type[msg.Message], frozenset[str]] = {
    msg.DeclareKey: frozenset({"operator"}),
    msg.CompleteByKey: frozenset({"operator"}),
}
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.CollectionDisputed: _disputed,
    ev.DisputeSettled: _settled,
    ev.DoorOpened: _key_opened,
    ev.KeyDeclared: _used,
    ev.HandoverCollectedManually: _used,
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.ItemLeft: _left,
    ev.HandoverKept: _kept,
    ev.HandoverDisputed: _claimed,
    ev.CollectionDisputed: _claimed_afterwards,
    ev.ReopeningAuthorised: _reopening,
    ev.DisputeSettled: _settles,
    ev.KeyDeclared: _declared,
    ev.HandoverCollectedManually: _manually,
}
