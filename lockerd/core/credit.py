"""Minutes out of service, credited to the recipients whose window they fell into.

Theory of operation.  An outage is known from the journal: from the last entry before a start to
that start (`State.dark`), or from `cabinet.retired` to `cabinet.restored` (`State.shut`).  While
nothing vouches for the clock, proven time goes on with the time since boot alone; when something
does, the time that no run of this program accounts for is the outage.  Each recipient gets the
part of it that lay inside the window, behind the window's end or the outage's, whichever is later.

Rules.  Only a clock that is vouched for gives a credit, and only an outage of a quarter of an hour
and more: a restart costs nobody a window.  A service gap is counted from the last entry, because
nothing later is proven; `log.stopped` is that entry where the stop was in order.  Each outage is
credited once.  While the cabinet is out of service no window ends by time.  A compartment that was
retired still gives its item out, so it costs its recipient no minutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lockerd.core import events as ev
from lockerd.core.draft import Draft
from lockerd.core.judge import Question, demand, live
from lockerd.core.now import Now
from lockerd.core.state import NEVER, Handover, Outage, State

MINUTE_MS = 60_000
OUTAGE_MIN_MS = 15 * MINUTE_MS

PHASES = frozenset({"collectable", "frozen"})
"""Phases in which a recipient waits for the window to be open to them."""


def darkness_ends(state: State, now: Now) -> int | None:
    """When the latest power-off ended, Unix ms; None while nobody can tell or it was short."""
    dark = state.dark
    if dark is None or now.hi is None or now.boot != state.boot:
        return None
    until = now.lo - (now.up_ms - state.booted_up_ms)
    return until if until - dark.since >= OUTAGE_MIN_MS else None


def owed_ms(known: Handover, outage: Outage, until: int) -> int:
    """Whole minutes of an outage inside the window of a handover that it has not yet got, in ms."""
    if known.phase not in PHASES or known.ordered >= outage.back or known.credited >= outage.back:
        return 0
    lost = min(known.closes, until) - max(known.opens, outage.since)
    return max(0, lost) // MINUTE_MS * MINUTE_MS


def _owed(state: State, now: Now) -> Iterator[tuple[Handover, int, int]]:
    until = darkness_ends(state, now)
    if until is None:
        return
    assert state.dark is not None
    for known in state.handovers.values():
        owed = owed_ms(known, state.dark, until)
        if owed > 0:
            yield known, owed, until


def pending(state: State, now: Now) -> bool:
    """Whether a credit is due now."""
    return any(True for _ in _owed(state, now))


def settle(draft: Draft) -> dict[str, int]:
    """Credit what the latest power-off cost; the new ends of windows by handover."""
    ends: dict[str, int] = {}
    dark = draft.state.dark
    for known, owed, until in _owed(draft.state, draft.now):
        assert dark is not None
        ends[known.ho] = _credit(draft, known, dark, owed, until)
    return ends


def restored(draft: Draft) -> None:
    """The cabinet serves again (its event stands in the draft): credit what that cost."""
    shut, until = draft.state.shut, draft.now.lo
    if shut is None or until - shut.since < OUTAGE_MIN_MS:
        return
    outage = Outage(shut.since, shut.entry, draft.state.size + len(draft.events) - 1)
    for known in draft.state.handovers.values():
        owed = owed_ms(known, outage, until)
        if owed > 0:
            _credit(draft, known, outage, owed, until)


def _credit(draft: Draft, known: Handover, outage: Outage, owed: int, until: int) -> int:
    closes = max(known.closes, until) + owed
    draft.add(
        ev.WindowCredited(
            unit=known.unit,
            ho=known.ho,
            cause=draft.entry(outage.entry),
            minutes=owed // MINUTE_MS,
            since=outage.since,
            until=until,
            back=outage.back,
            closes=closes,
        )
    )
    return closes


# -- what the events change -----------------------------------------------------------------------


def booted(state: State, idx: int) -> None:
    """A start ends a time of which nothing is known but its beginning."""
    if state.boots > 0:
        state.dark = Outage(state.lo, idx - 1, idx)


def retired(state: State, idx: int, now: Now) -> None:
    """The cabinet goes out of service."""
    state.shut = Outage(now.lo, idx, NEVER)


def served(state: State, idx: int, now: Now) -> None:
    """The cabinet serves again; what that cost is credited in the same transaction."""
    if state.shut is not None:
        state.shut.back, state.shut.until = idx, now.lo


def _credited(state: State, event: ev.WindowCredited, idx: int, now: Now) -> None:
    known = state.handovers[event.ho or ""]
    known.closes, known.credited = event.closes, event.back


# -- what an auditor asks -------------------------------------------------------------------------


def _was_credited(state: State, event: Any, idx: int, now: Now) -> None:
    known = live(state, event)
    outages = [one for one in (state.dark, state.shut) if one is not None]
    found = next((one for one in outages if one.back == event.back), None)
    named = found is not None and event.cause == (state.epoch, found.entry)
    demand(named, event, "no outage of this journal")
    assert found is not None
    until = darkness_ends(state, now) if found is state.dark else found.until
    measured = event.since == found.since and event.until == until
    demand(measured, event, "the outage lasted otherwise")
    owed = owed_ms(known, found, event.until)
    demand(0 < event.minutes * MINUTE_MS == owed, event, "not the minutes that were lost")
    ends = max(known.closes, event.until) + owed
    demand(event.closes == ends, event, "the window ends at another time")


FOLDS = {ev.WindowCredited: _credited}
QUESTIONS: Mapping[type[ev.Event], Question] = {ev.WindowCredited: _was_credited}
