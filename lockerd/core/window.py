"""Windows where the clock cannot tell, and people who say what time it is.

Theory of operation.  A window is compared with the whole interval in which the present lies.  Where
the interval straddles an edge the handover's profile answers: `deny`; `release-and-flag`; or
`ask-operator`, which puts the matter into the queue, where an operator may permit one release.  Two
people may set the time of a board that has none: their word bounds it from both sides until the
board starts again.

Rules.  A permission is for one release, for a quarter of an hour of the same boot, and never from
whoever deposited the item; it opens no window that has surely ended or surely not begun.  Time is
set only while nothing vouches for the clock, never below what is proven and never more than a year
beyond it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import approval, attention
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles, reason
from lockerd.core.judge import Question, by, demand, live
from lockerd.core.now import Now, Side, side_of
from lockerd.core.site import Site
from lockerd.core.state import Handover, Stamp, State, TimeKept

PERMIT_MIN = 15
PERMIT_MS = PERMIT_MIN * 60_000

SET_BEFORE_MS = 60_000
SET_AFTER_MS = 120_000
"""How far from the minute that two people name the present may be."""

SET_AHEAD_MAX_MS = 366 * 86_400_000
TIME = "time"
"""The subject under which the second person approves."""

RULE = "doubt"


def permitted(state: State, known: Handover, now: Now) -> bool:
    """Whether an operator's permission for one release stands."""
    given = known.permit
    fresh = given is not None and given.boot == now.boot
    return fresh and given is not None and state.elapsed_ms(given, now) <= PERMIT_MS


def side(draft: Draft, known: Handover) -> Side:
    """Where the present lies against the window, with what this draft credited."""
    ends = [
        one.closes
        for one in draft.events
        if isinstance(one, ev.WindowCredited) and one.ho == known.ho
    ]
    return side_of(draft.now, known.opens, ends[-1] if ends else known.closes)


def doubt(draft: Draft, known: Handover) -> str | None:
    """What the profile says of a window that straddles: the release's flag, None for no."""
    straddle = draft.profile(known).straddle
    if straddle == "release-and-flag":
        return "clock"
    if straddle == "ask-operator" and permitted(draft.state, known, draft.now):
        return "clock permitted"
    return None


def ask(draft: Draft, known: Handover, kind: str, actor: ev.Actor) -> None:
    """Put the doubt into the queue, once, where the profile leaves it to an operator."""
    asks = draft.profile(known).straddle == "ask-operator"
    if asks and attention.key_of(RULE, known.ho) not in draft.state.queue:
        cause = draft.entry(known.deposited)
        draft.add(
            ev.WindowDoubted(actor=actor, unit=known.unit, ho=known.ho, cause=cause, kind=kind)
        )


def permit(draft: Draft, message: msg.PermitWindow) -> None:
    """An operator permits one release although the clock cannot tell."""
    reason(message.reason)
    known = draft.handover(message.ho)
    if known.phase != "collectable":
        raise Declined("phase", "nothing waits to be collected here; look at the handover")
    if draft.profile(known).straddle != "ask-operator":
        raise Declined("profile", "this profile does not leave it to an operator; set the time")
    if known.depositor == message.actor.id:
        raise Declined("self", "nobody releases what they deposited; ask another operator")
    if side_of(draft.now, known.opens, known.closes) is not Side.UNSURE:
        raise Declined("known", "the clock can tell now; ask the recipient to try again")
    item = draft.state.queue.get(attention.key_of(RULE, known.ho))
    cause = draft.entry(known.deposited if item is None else item.idx)
    draft.add(
        ev.WindowPermitted(
            actor=message.actor,
            unit=known.unit,
            ho=known.ho,
            cause=cause,
            reason=message.reason,
            minutes=PERMIT_MIN,
        )
    )


def vouched(now: Now) -> bool:
    """Whether something other than people bounds the time from above."""
    return now.hi is not None and now.source != "staff"


def settable(site: Site, now: Now) -> bool:
    """Whether people may say what time it is: only where no device vouches for it."""
    return not vouched(now)


def set_time(draft: Draft, message: msg.SetTime) -> None:
    """Two people say what time it is."""
    now = draft.now
    if not settable(draft.site, now):
        raise Declined("known", "the clock is vouched for; nothing needs setting")
    lo, hi = message.at - SET_BEFORE_MS, message.at + SET_AFTER_MS
    if hi < now.lo:
        raise Declined("past", "it is proven to be later than that; read the time again")
    if lo > now.lo + SET_AHEAD_MAX_MS:
        raise Declined("far", "that is over a year after the last proof of time; read it again")
    cause = approval.second(draft, TIME, message.actor)
    known = draft.state.approvals[TIME]
    others = [one for one in known.staff if one != message.actor.id]
    approver = others[-1] if others else message.actor.id
    draft.add(
        ev.TimeSet(actor=message.actor, cause=cause, lo=max(lo, now.lo), hi=hi, approver=approver)
    )


# -- what the events change -----------------------------------------------------------------------


def _permitted(state: State, event: ev.WindowPermitted, idx: int, now: Now) -> None:
    state.handovers[event.ho or ""].permit = Stamp.of(now)


def _set(state: State, event: ev.TimeSet, idx: int, now: Now) -> None:
    state.kept_time = TimeKept(now.boot, now.up_ms, event.lo, event.hi)
    approval.used(state, TIME)


# -- what an auditor asks -------------------------------------------------------------------------


def _was_doubted(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    unsure = side_of(now, known.opens, known.closes) is Side.UNSURE
    demand(unsure, event, "the clock could tell")


def _was_permitted(state: State, event: Any, idx: int, now: Now) -> None:
    _was_doubted(state, event, idx, now)
    by(event, "operator")
    demand(live(state, event).depositor != event.actor.id, event, "by its depositor")
    demand(event.minutes == PERMIT_MIN, event, "for another time")


def _was_set(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator", "technician")
    demand(not vouched(now), event, "the clock was vouched for")
    span = now.lo <= event.lo <= event.hi <= event.lo + SET_BEFORE_MS + SET_AFTER_MS
    demand(span, event, "not an interval that people can name")
    demand(event.lo <= now.lo + SET_AHEAD_MAX_MS, event, "too far ahead")
    known = approval.live(state, TIME, now)
    caused = known is not None and event.cause == (state.epoch, known.entry)
    demand(caused, event, "nobody approved it")
    assert known is not None
    alone = known.glass == event.actor.id == event.approver
    other = event.approver in known.staff and event.approver != event.actor.id
    demand(alone or other, event, "the second person is not who approved")


HANDLES: Handles = {msg.PermitWindow: permit, msg.SetTime: set_time}
MAY: Mapping[type[msg.Message], frozenset[str]] = {
    msg.PermitWindow: frozenset({"operator"}),
    msg.SetTime: frozenset({"operator", "technician"}),
}
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.WindowPermitted: _permitted,
    ev.TimeSet: _set,
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.WindowDoubted: _was_doubted,
    ev.WindowPermitted: _was_permitted,
    ev.TimeSet: _was_set,
}
