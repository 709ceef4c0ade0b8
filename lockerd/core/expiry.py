"""What time does to a handover: reminders, the end of its window, and who is told after it.

Theory of operation.  Until the window ends its recipient is reminded at the profile's offsets.  At
the end the profile says what follows: `wait` for an operator; `return` to the depositor; `reassign`
to the next of a list; `escalate` to a list, at offsets after the end.  An announcement for which
nothing was deposited simply lapses.  `due` decides what has come; `moment` says when the next is,
in proven time.

Rules.  Only proven time ends a window.  While the cabinet is out of service none ends.  A reminder
is given once, also across restarts, and not at all when its moment was past before there was
anything to collect; of several that came at once only the last is given.  Leaves name contacts by
their key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lockerd.core import calendar, credit
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Draft, Handles
from lockerd.core.judge import Question, demand, live
from lockerd.core.now import Now
from lockerd.core.site import Profile, Site
from lockerd.core.state import HOUR_MS, Handover, State

FAR = 2**62


def _profile(site: Site, known: Handover) -> Profile:
    """The rules of a handover; those of the config's first profile if it was removed."""
    named = (one for one in site.profiles if one.name == known.profile)
    return next(named, site.profiles[0])


def closes_after(site: Site, profile: Profile, opens: int) -> int:
    """When a window that begins at `opens` ends, in the profile's hours or open hours."""
    hours = site.calendar if profile.open_hours else None
    return calendar.after(hours, opens, profile.window_h * HOUR_MS)


def reminders(site: Site, profile: Profile, known: Handover) -> list[int]:
    """The moments of the profile's reminders, first to last."""
    hours = site.calendar if profile.open_hours else None
    return [calendar.before(hours, known.closes, one * HOUR_MS) for one in profile.reminders_h]


def escalations(profile: Profile, known: Handover) -> list[int]:
    """The moments at which somebody else is told that nobody came."""
    if profile.at_expiry != "escalate":
        return []
    return [known.expired + one * HOUR_MS for one in profile.escalate_h]


def moment(site: Site, state: State, known: Handover) -> int:
    """When time next does something to this handover, Unix ms; FAR for never."""
    if known.phase == "ordered":
        return known.closes
    profile = _profile(site, known)
    if known.phase == "collectable":
        moments = reminders(site, profile, known)[known.reminded :]
        waiting = [one for one in moments if one > known.since]
        ends = [] if state.duty == "retired" else [known.closes]
        return min([*waiting, *ends], default=FAR)
    if known.phase == "expired":
        if wanting(state, profile, known):
            return 0
        return min(escalations(profile, known)[known.step :], default=FAR)
    return FAR


def wanting(state: State, profile: Profile, known: Handover) -> bool:
    """Whether the next heir is to be asked for, and was not in this boot."""
    return (
        profile.at_expiry == "reassign"
        and known.heirs < len(profile.reassign_to)
        and known.asked < state.booted
        and known.cred is not None
    )


def first(site: Site, state: State) -> int:
    """When time next does something to any handover, Unix ms; FAR for never."""
    if state._first is None:
        every = (moment(site, state, one) for one in state.handovers.values())
        state._first = min(every, default=FAR)
    return state._first


def due(draft: Draft) -> None:
    """Everything whose proven time has come."""
    site, state, now = draft.site, draft.state, draft.now
    ends = credit.settle(draft)
    if now.lo < first(site, state):
        return
    for known in list(state.handovers.values()):
        if known.ho in ends or now.lo < moment(site, state, known):
            continue
        if known.phase == "ordered":
            draft.add(ev.OrderLapsed(ho=known.ho, cause=draft.entry(known.ordered)))
        elif known.phase == "expired":
            _told(draft, known)
        elif now.lo >= known.closes and state.duty != "retired":
            _ended(draft, known)
        else:
            _remind(draft, known)


def _remind(draft: Draft, known: Handover) -> None:
    """The last of the reminders whose moment has come."""
    profile = draft.profile(known)
    moments = reminders(draft.site, profile, known)
    step = max(place for place, one in enumerate(moments, 1) if one <= draft.now.lo)
    draft.add(
        ev.ReminderDue(
            unit=known.unit,
            ho=known.ho,
            cause=draft.entry(known.deposited),
            step=step,
            before_h=profile.reminders_h[step - 1],
        )
    )


def _ended(draft: Draft, known: Handover) -> None:
    """The window ended: say so, and what follows from it at once."""
    profile = draft.profile(known)
    cause = draft.add(
        ev.HandoverExpired(unit=known.unit, ho=known.ho, cause=draft.entry(known.ordered))
    )
    if profile.at_expiry == "return":
        draft.add(
            ev.HandoverAwaitingReturn(unit=known.unit, ho=known.ho, cause=cause, reason="expired")
        )


def _told(draft: Draft, known: Handover) -> None:
    """Somebody else is told, or asked to collect instead."""
    profile = draft.profile(known)
    cause = draft.entry(known.ended)
    if wanting(draft.state, profile, known):
        heir = profile.reassign_to[known.heirs]
        draft.add(
            ev.HeirWanted(
                unit=known.unit, ho=known.ho, cause=cause, heir=heir, step=known.heirs + 1
            )
        )
        return
    moments = escalations(profile, known)
    for step in range(known.step, len(moments)):
        if moments[step] <= draft.now.lo:
            contact = contact_of(profile.escalate_to, step)
            draft.add(
                ev.HandoverEscalated(
                    unit=known.unit, ho=known.ho, cause=cause, contact=contact, step=step + 1
                )
            )


def contact_of(keys: Sequence[str], step: int) -> str:
    """Who is told at a step: one after another, the last one from then on."""
    return keys[min(step, len(keys) - 1)] if keys else "desk"


def heir_minted(draft: Draft, message: msg.Minted) -> None:
    """Codes for the heir that was asked for: the recipient's die in the same transaction."""
    known = draft.state.handovers.get(message.ho)
    if known is None or known.phase != "expired" or known.asked <= draft.state.booted:
        return  # made for somebody who stands at the kiosk, or no longer wanted
    profile = draft.profile(known)
    if known.heirs >= len(profile.reassign_to):
        return
    heir = profile.reassign_to[known.heirs]
    cause, now = draft.entry(known.asked), draft.now
    shared = draft.state.shared(known)
    rows = tuple(one for one in message.verifiers if not (known.pin_dead and one.kind == "pin"))
    named = next((one for one in draft.site.notify if one.key == heir), None)
    common: dict[str, Any] = {"unit": known.unit, "ho": known.ho, "cause": cause}
    draft.add(
        ev.HandoverReassigned(
            **common,
            recipient_no=f"{known.ho[:12]}h{known.heirs + 1:03d}",
            was=known.recipient_no,
            reason="expired",
            recipient=heir if named is None or not named.title else named.title,
        )
    )
    draft.add(
        ev.CredentialReissued(
            **common,
            cred=message.cred,
            old=None if shared else known.cred,
            reason="expired",
            verifiers=rows,
        )
    )
    closes = closes_after(draft.site, profile, now.lo)
    draft.add(ev.HeirNamed(**common, heir=heir, opens=now.lo, closes=closes))


# -- what the events change -----------------------------------------------------------------------


def _reminded(state: State, event: ev.ReminderDue, idx: int, now: Now) -> None:
    state.handovers[event.ho or ""].reminded = event.step


def _escalated(state: State, event: ev.HandoverEscalated, idx: int, now: Now) -> None:
    state.handovers[event.ho or ""].step = event.step


def _wanted(state: State, event: ev.HeirWanted, idx: int, now: Now) -> None:
    state.handovers[event.ho or ""].asked = idx


def _named(state: State, event: ev.HeirNamed, idx: int, now: Now) -> None:
    known = state.handovers[event.ho or ""]
    known.opens, known.closes, known.heirs = event.opens, event.closes, known.heirs + 1
    known.reminded, known.since = 0, now.lo


# -- what an auditor asks -------------------------------------------------------------------------


def _has_lapsed(state: State, event: Any, idx: int, now: Now) -> None:
    demand(now.lo >= live(state, event).closes, event, "the window had not ended")
    _by_time(state, event, idx, now)


def _by_time(state: State, event: Any, idx: int, now: Now) -> None:
    demand(event.actor == ev.DEVICE, event, "time alone does this")


def _was_reminded(state: State, event: Any, idx: int, now: Now) -> None:
    _by_time(state, event, idx, now)
    demand(event.step > live(state, event).reminded, event, "this reminder was given")


def _was_escalated(state: State, event: Any, idx: int, now: Now) -> None:
    _by_time(state, event, idx, now)
    demand(event.step == live(state, event).step + 1, event, "another step is next")


def _was_named(state: State, event: Any, idx: int, now: Now) -> None:
    _by_time(state, event, idx, now)
    known = live(state, event)
    demand(known.asked > 0, event, "nobody was asked for")
    demand(now.lo <= event.opens < event.closes, event, "its window is none")


HANDLES: Handles = {msg.Minted: heir_minted}
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.ReminderDue: _reminded,
    ev.HandoverEscalated: _escalated,
    ev.HeirWanted: _wanted,
    ev.HeirNamed: _named,
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.OrderLapsed: _has_lapsed,
    ev.ReminderDue: _was_reminded,
    ev.HandoverEscalated: _was_escalated,
    ev.HeirWanted: _by_time,
    ev.HeirNamed: _was_named,
}
