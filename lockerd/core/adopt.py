"""Adopting the contents: what lies in the compartments of a cabinet whose memory was lost.

Theory of operation.  A new epoch knows of each compartment at most what the one before said when
its record ended.  Those compartments are `State.unknown`, each until two people have looked: an
operator opens it with a second person's approval, or names the seal under which it is closed; then,
behind the closed door, the same operator says what is there.  Nothing: it serves again.  The item
of a handover that was taken over: this is its deposit in this epoch, and fresh codes are made.
Something else: it gets a reference of its own and goes back to whoever left it.

Rules.  Only what the epoch itself began with is unknown; afterwards a count and the queue find what
is wrong.  Only a handover that was taken over and is still live is adopted, once: what the old
record says was collected is not.  A look counts for a quarter of an hour of one boot.  An item that
is not where it was recorded stays held until it turns up elsewhere or somebody says it is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import approval, deposit
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles, reason
from lockerd.core.epoch import NOT_SEEN
from lockerd.core.judge import Question, by, demand, live
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.state import HOUR_MS, NEVER, Handover, Stamp, State, Unknown

PURPOSE = "adopt"
LOOK_MIN = 15
LOOK_MS = LOOK_MIN * 60_000
"""How long after it was opened what lies in a compartment may be said."""

SEAL_MAX = 40

INSTEAD = "two people looked and found something else"


def lies(state: State, known: Handover) -> bool:
    """Whether this handover was taken over and nobody has said yet where its item is."""
    if known.phase == "ordered":
        return known.carried
    where = state.unknown.get(known.unit or "")
    return known.phase == "frozen" and where is not None and where.entry == known.ordered


def open_unknown(draft: Draft, message: msg.OpenUnknown) -> None:
    """Open a compartment whose contents nobody knows, or take its seal for it."""
    reason(message.reason)
    unit, seal = message.unit, message.seal.strip()
    if len(seal) > SEAL_MAX or not seal.isprintable():
        raise Declined("seal", f"a seal's number has 1 to {SEAL_MAX} printable characters")
    _unknown(draft, unit)
    known, held = draft.door(unit), draft.state.occupied_by(unit)
    if known.level != Level.CLOSED.value:
        raise Declined("open", "the door is not known to be closed; close it first")
    if known.lease is not None and known.lease.over is None:
        raise Declined("in-use", "this door is in use; try again when it is closed")
    if held is not None and held.phase != "frozen":
        raise Declined("phase", f"its item is {held.phase} already; see: handover show")
    subject = f"{PURPOSE}:{unit}"
    cause = approval.second(draft, subject, message.actor)
    others = [one for one in draft.state.approvals[subject].staff if one != message.actor.id]
    started = draft.add(
        ev.AdoptionStarted(
            actor=message.actor,
            unit=unit,
            ho=None if held is None else held.ho,
            cause=cause,
            reason=message.reason,
            approver=others[-1] if others else message.actor.id,
            seal=seal or None,
        )
    )
    if not seal:
        draft.pulse(unit, PURPOSE, 1, None, message.actor, started)


def _unknown(draft: Draft, unit: str) -> Unknown:
    if not draft.site.has(unit):
        raise Declined("unit", f"no compartment {unit!r}; the config lists them")
    found = draft.state.unknown.get(unit)
    if found is None:
        raise Declined("known", f"the record knows what lies at {unit}; count it, or inspect it")
    return found


def _looked(draft: Draft, unit: str, actor: ev.Actor) -> ev.Cause:
    """The entry with which this person looked into it a moment ago, as a cause."""
    found = _unknown(draft, unit)
    if not fresh(draft.state, found, draft.now) or not found.seen:
        raise Declined(
            "look", "nobody has looked inside just now; open it with a second person first"
        )
    if found.staff != actor.id:
        raise Declined("other", f"staff {found.staff} opened it; who opened it says what is there")
    if draft.door(unit).level != Level.CLOSED.value:
        raise Declined("open", "the door is not known to be closed; close it first")
    return ev.Cause(draft.state.epoch, found.look)


def fresh(state: State, found: Unknown, now: Now) -> bool:
    """Whether two people opened it (or took its seal for it) a moment ago."""
    since = found.since
    if since is None or since.boot != now.boot:
        return False
    return state.elapsed_ms(since, now) <= LOOK_MS


def empty(draft: Draft, message: msg.AdoptEmpty) -> None:
    """Nothing lies there."""
    unit, held = message.unit, draft.state.occupied_by(message.unit)
    cause = _looked(draft, unit, message.actor)
    ho = None if held is None else held.ho
    draft.add(ev.AdoptionEmpty(actor=message.actor, unit=unit, ho=ho, cause=cause))
    if held is None:
        _serves(draft, unit, message.actor, cause)


def _serves(draft: Draft, unit: str, actor: ev.Actor, cause: ev.Cause) -> None:
    """What was out of service only because nobody had looked serves again."""
    if draft.door(unit).retired == NOT_SEEN:
        draft.add(ev.DoorRestored(actor=actor, unit=unit, cause=cause))


def _room(
    draft: Draft, message: msg.AdoptDeposit | msg.AdoptItem, ho: str, cause: ev.Cause
) -> None:
    """Another item recorded there is either looked for elsewhere, or said to be missing."""
    held = draft.state.occupied_by(message.unit)
    if held is None or held.ho == ho:
        return
    if not message.instead or held.phase != "frozen":
        raise Declined(
            "other-item",
            f"another item is recorded at {message.unit}; look for it in the other compartments "
            "first, then say that this lies there instead",
        )
    draft.add(
        ev.HandoverWithdrawn(
            actor=message.actor,
            unit=message.unit,
            ho=held.ho,
            cause=cause,
            reason=INSTEAD,
            found=False,
        )
    )


def adopt(draft: Draft, message: msg.AdoptDeposit) -> None:
    """The item of a handover that was taken over lies there: it can be collected."""
    unit, minted, actor = message.unit, message.minted, message.actor
    known = draft.handover(minted.ho)
    cause = _looked(draft, unit, actor)
    if not lies(draft.state, known):
        raise Declined("phase", "this handover is not one whose item is looked for; see its state")
    _room(draft, message, known.ho, cause)
    left = known.unit if known.unit != unit else None
    adopted = draft.add(
        ev.DepositAdopted(actor=actor, unit=unit, ho=known.ho, cause=cause, was=known.unit)
    )
    deposit.mint(draft, known, unit, minted, adopted)
    _serves(draft, unit, actor, cause)
    unseen = left is not None and not draft.state.unknown[left].empty
    if left is not None and unseen and draft.door(left).retired is None:
        draft.add(ev.DoorRetired(actor=actor, unit=left, cause=cause, reason=NOT_SEEN))


def item(draft: Draft, message: msg.AdoptItem) -> None:
    """Something lies there that no handover is known of."""
    unit, what, state = message.unit, message.item.strip(), draft.state
    cause = _looked(draft, unit, message.actor)
    for text in (what, message.reference, message.asset):
        if len(text) > deposit.TEXT_MAX or not text.isprintable():
            raise Declined("text", f"texts are at most {deposit.TEXT_MAX} printable characters")
    if not what:
        raise Declined("text", "say what it looks like; somebody must find its owner by that")
    if message.ho in state.handovers:
        raise Declined("exists", "a handover of this id is live; choose another id")
    _room(draft, message, "", cause)
    draft.add(
        ev.ItemFound(
            actor=message.actor,
            unit=unit,
            ho=message.ho,
            cause=cause,
            profile=draft.site.profiles[0].name,
            size=draft.site.compartment(unit).size,
            opens=draft.now.lo,
            closes=draft.now.lo + HOUR_MS,
            recipient_no=message.recipient_no,
            item_no=message.item_no,
            item=what,
            reference=message.reference.strip() or None,
            asset=message.asset.strip() or None,
        )
    )
    _serves(draft, unit, message.actor, cause)


# -- what the events change -----------------------------------------------------------------------


def _carried(state: State, event: ev.DepositCarried, idx: int, now: Now) -> None:
    if event.unit is not None:
        state.unknown[event.unit] = Unknown(idx)


def _retired(state: State, event: ev.DoorRetired, idx: int, now: Now) -> None:
    """Only an epoch that begins, and an adoption that leaves a door behind, say so unseen."""
    if event.unit is not None and state.boots == 0:
        state.unknown.setdefault(event.unit, Unknown(idx))


def _started(state: State, event: ev.AdoptionStarted, idx: int, now: Now) -> None:
    approval.used(state, f"{PURPOSE}:{event.unit}")
    found = state.unknown[event.unit or ""]
    found.look, found.since, found.staff = idx, Stamp.of(now), event.actor.id
    found.seen = event.seal is not None


def _opened(state: State, event: ev.DoorOpened, idx: int, now: Now) -> None:
    found = state.unknown.get(event.unit or "")
    if found is not None and event.purpose == PURPOSE:
        found.seen = True


def _empty(state: State, event: ev.AdoptionEmpty, idx: int, now: Now) -> None:
    """Where something should have lain, the compartment waits with it."""
    assert event.unit is not None
    if event.ho is None:
        state.unknown.pop(event.unit, None)
    else:
        state.unknown[event.unit] = Unknown(state.unknown[event.unit].entry, empty=True)


def _adopted(state: State, event: ev.DepositAdopted, idx: int, now: Now) -> None:
    assert event.unit is not None
    state.unknown.pop(event.unit, None)
    left = state.unknown.get(event.was or "")
    if event.was is not None and left is not None and left.empty:
        del state.unknown[event.was]


def _settled(state: State, event: ev.Event, idx: int, now: Now) -> None:
    """Unless this is part of what is said of it: then the next entry says what lies there."""
    found = state.unknown.get(event.unit or "")
    if found is not None and event.cause != (state.epoch, found.look):
        del state.unknown[event.unit or ""]


def _found(state: State, event: ev.ItemFound, idx: int, now: Now) -> None:
    state.unknown.pop(event.unit or "", None)


# -- what an auditor asks -------------------------------------------------------------------------


def _was_started(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")
    demand(event.unit in state.unknown, event, "what lies there was known")
    held = state.occupied_by(event.unit)
    demand(event.ho == (None if held is None else held.ho), event, "something else lies there")
    demand(held is None or held.phase == "frozen", event, "what lies there was not held")
    demand(event.seal is None or bool(event.seal), event, "a seal has a number")
    demand(state.doors[event.unit].level == Level.CLOSED.value, event, "the door was not closed")
    given = approval.live(state, f"{PURPOSE}:{event.unit}", now)
    caused = given is not None and event.cause == (state.epoch, given.entry)
    demand(caused, event, "nobody approved it")
    assert given is not None
    alone = given.glass == event.actor.id == event.approver
    other = event.approver in given.staff and event.approver != event.actor.id
    demand(alone or other, event, "the second person is not who approved")


def _was_seen(state: State, event: Any, now: Now) -> None:
    """Said by who opened it, of what two people saw a moment before, behind a closed door."""
    by(event, "operator")
    found = state.unknown.get(event.unit or "")
    demand(found is not None, event, "what lies there was known")
    assert found is not None
    caused = found.look != NEVER and event.cause == (state.epoch, found.look)
    demand(caused and found.staff == event.actor.id, event, "they did not look into it")
    demand(fresh(state, found, now), event, "they had looked long before")
    demand(found.seen, event, "its door was not seen to open")
    demand(state.doors[event.unit].level == Level.CLOSED.value, event, "the door was not closed")


def _was_empty(state: State, event: Any, idx: int, now: Now) -> None:
    _was_seen(state, event, now)
    held = state.occupied_by(event.unit)
    demand(event.ho == (None if held is None else held.ho), event, "something else lies there")


def _was_adopted(state: State, event: Any, idx: int, now: Now) -> None:
    _was_seen(state, event, now)
    known = live(state, event)
    demand(lies(state, known), event, "its item was not looked for")
    demand(event.was == known.unit, event, "it was recorded elsewhere")
    held = state.occupied_by(event.unit)
    demand(held is None or held is known, event, "another item is recorded there")


def _was_found(state: State, event: Any, idx: int, now: Now) -> None:
    _was_seen(state, event, now)
    demand(state.occupied_by(event.unit) is None, event, "another item is recorded there")
    demand(event.opens < event.closes, event, "its window ends before it begins")


_OPERATOR = frozenset({"operator"})

HANDLES: Handles = {
    msg.OpenUnknown: open_unknown,
    msg.AdoptEmpty: empty,
    msg.AdoptDeposit: adopt,
    msg.AdoptItem: item,
}
MAY: Mapping[type[msg.Message], frozenset[str]] = dict.fromkeys(HANDLES, _OPERATOR)
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.DepositCarried: _carried,
    ev.DoorRetired: _retired,
    ev.AdoptionStarted: _started,
    ev.DoorOpened: _opened,
    ev.AdoptionEmpty: _empty,
    ev.DepositAdopted: _adopted,
    ev.ItemFound: _found,
    **dict.fromkeys((ev.DoorRestored, ev.HandoverWithdrawn, ev.HandoverReturned), _settled),
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.AdoptionStarted: _was_started,
    ev.AdoptionEmpty: _was_empty,
    ev.DepositAdopted: _was_adopted,
    ev.ItemFound: _was_found,
}
