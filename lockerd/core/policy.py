"""What time does: retries, doors left open, windows that end, and when to look again.

Theory of operation.  `due(draft)` decides everything whose moment has come; `next_due` says when
the next moment is, on this boot's clock.  Both walk the same conditions, so a tick never comes for
nothing and nothing waits without a tick.

Rules.  A pulse is retried only after the strike has rested and only while the contact still says
closed.  Never a blind repeat.
"""

from __future__ import annotations

from collections.abc import Iterator

from lockerd.core import (
    adopt,
    credit,
    dispute,
    emergency,
    expiry,
    maintenance,
    moving,
    returns,
    rounds,
    signature,
)
from lockerd.core import events as ev
from lockerd.core.doors import unproven
from lockerd.core.draft import Draft, Handles, cooling_ms
from lockerd.core.messages import Level, Tick
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import Door, Lease, Stamp, State

TEST_ATTEMPTS = 1
OUT_OF_SERVICE = frozenset({emergency.PURPOSE, maintenance.PURPOSE, adopt.PURPOSE})
"""Purposes for which a cabinet out of service opens a door."""


def due(draft: Draft, _tick: Tick | None = None) -> None:
    """Add every event whose moment has come."""
    for known in list(draft.state.doors.values()):
        if known.lease is not None and draft.site.has(known.unit):
            _lease_due(draft, known, known.lease)
    expiry.due(draft)
    emergency.due(draft)  # may freeze what just ended; time never ends what is frozen
    maintenance.due(draft)
    signature.due(draft)
    rounds.due(draft)


def attempts(draft: Draft, lease: Lease) -> int:
    """How many pulses a lease may have."""
    known = draft.state.handovers.get(lease.ho) if lease.ho is not None else None
    return TEST_ATTEMPTS if known is None else draft.profile(known).attempts


def _lease_due(draft: Draft, known: Door, lease: Lease) -> None:
    elapsed = draft.state.elapsed_ms
    if lease.over is not None:
        return
    if lease.opened is not None:
        _left_open_due(draft, known, lease)
    elif lease.pulsed is None:
        _pulse_due(draft, known, lease)
    elif elapsed(lease.pulsed, draft.now) >= patience_ms(draft.site, lease):
        _missed(draft, known, lease)


def patience_ms(site: Site, lease: Lease) -> int:
    """How long an opening is waited for: a strike's is quick, people with a key take their time."""
    return dispute.KEY_MS if lease.purpose == "key" else site.timing.confirm_window_ms


def _pulse_due(draft: Draft, known: Door, lease: Lease) -> None:
    """The first pulse, or the next one, once the strike has rested."""
    if draft.cooling_ms(known.unit) > 0:
        return
    if draft.state.duty == "retired" and lease.purpose not in OUT_OF_SERVICE:
        _withheld(draft, known, lease)
        return
    if lease.attempt > 0 and known.level != Level.CLOSED.value:
        unproven(draft, known, lease, f"the contact says {known.level}; no opening was seen")
        return
    actor, ho = ev.DEVICE, lease.ho
    draft.pulse(known.unit, lease.purpose, lease.attempt + 1, ho, actor, draft.entry(lease.entry))


def _withheld(draft: Draft, known: Door, lease: Lease) -> None:
    """The cabinet went out of service while the strike rested: nothing more is pulsed."""
    unit, ho, cause = known.unit, lease.ho, draft.entry(lease.entry)
    if lease.purpose == "release":
        draft.add(ev.ReleaseFailed(unit=unit, ho=ho, cause=cause, reason="out of service"))
    elif lease.purpose == "deposit" and _never_opened(draft, ho):
        draft.add(ev.DepositAbandoned(unit=unit, ho=ho, cause=cause, reason="out of service"))
    else:
        unproven(draft, known, lease, "out of service")


def _missed(draft: Draft, known: Door, lease: Lease) -> None:
    """The confirm window passed without an opening."""
    cause = draft.entry(lease.entry)
    if known.level != Level.CLOSED.value:
        unproven(draft, known, lease, f"the contact says {known.level}; no opening was seen")
        return
    last = lease.attempt >= attempts(draft, lease)
    unit, ho = known.unit, lease.ho
    if lease.purpose == "release":
        draft.add(ev.ReleaseNotOpened(unit=unit, ho=ho, cause=cause, attempt=lease.attempt))
        if last:
            draft.add(ev.ReleaseFailed(unit=unit, ho=ho, cause=cause, reason="not opened"))
    elif lease.purpose == "deposit":
        draft.add(ev.DepositNotOpened(unit=unit, ho=ho, cause=cause, attempt=lease.attempt))
        if last:
            _deposit_failed(draft, unit, ho, cause)
    elif lease.purpose == "return":
        returns.missed(draft, known, lease, last)
    elif lease.purpose == "move":
        draft.add(ev.MoveNotOpened(unit=unit, ho=ho, cause=cause, attempt=lease.attempt))
        if last:
            moving.gone(draft, known, lease, "did not open")
    else:
        draft.add(ev.DoorNotOpened(unit=unit, ho=ho, cause=cause, purpose=lease.purpose))


def _deposit_failed(draft: Draft, unit: str, ho: str | None, cause: ev.Cause | None) -> None:
    """An empty compartment that does not open is retired; a full one waits for a person."""
    reason = "did not open for a deposit"
    if _never_opened(draft, ho):
        draft.add(ev.DepositAbandoned(unit=unit, ho=ho, cause=cause, reason="not opened"))
        draft.add(ev.DoorRetired(unit=unit, cause=cause, reason=reason))
    else:
        draft.add(ev.DepositUnconfirmed(unit=unit, ho=ho, cause=cause, reason="not opened again"))


def _never_opened(draft: Draft, ho: str | None) -> bool:
    """Whether this deposit's door was not seen open since its compartment was given."""
    assert ho is not None
    return not draft.handover(ho).touched


def _left_open_due(draft: Draft, known: Door, lease: Lease) -> None:
    if lease.purpose != "release" or lease.opened is None:
        return
    open_ms = draft.state.elapsed_ms(lease.opened, draft.now)
    for stage, after_s in _stages(draft.site):
        if lease.reminded < stage and open_ms >= after_s * 1000:
            draft.add(
                ev.ReleaseLeftOpen(
                    unit=known.unit,
                    ho=lease.ho,
                    cause=draft.entry(lease.entry),
                    stage=stage,
                    after_s=after_s,
                )
            )


def _stages(site: Site) -> tuple[tuple[int, int], ...]:
    return (1, site.timing.left_open_s), (2, site.timing.left_open_alarm_s)


def next_due(site: Site, state: State, now: Now) -> int | None:
    """When `due` will next have something to say, in ms since this boot; None for never."""
    moments = list(_moments(site, state, now))
    return max(now.up_ms, min(moments)) if moments else None


def _moments(site: Site, state: State, now: Now) -> Iterator[int]:
    for known in state.doors.values():
        lease = known.lease
        if lease is None or lease.over is not None or not site.has(known.unit):
            continue
        if lease.opened is not None:
            yield from _left_open_moments(site, state, now, lease)
        elif lease.pulsed is not None:
            yield state.due_up_ms(lease.pulsed, patience_ms(site, lease), now)
        else:
            yield now.up_ms + cooling_ms(site, state, known.unit, now)
    first = expiry.first(site, state)
    if first < expiry.FAR:
        yield now.up_ms + max(0, first - now.lo)
    yield from emergency.moments(state, now)
    yield from maintenance.moments(state, now)
    yield from signature.moments(state, now)
    yield from rounds.moments(state, now)
    if credit.pending(state, now):
        yield now.up_ms


def _left_open_moments(site: Site, state: State, now: Now, lease: Lease) -> Iterator[int]:
    if lease.purpose != "release":
        return
    opened: Stamp | None = lease.opened
    assert opened is not None
    for stage, after_s in _stages(site):
        if lease.reminded < stage:
            yield state.due_up_ms(opened, after_s * 1000, now)


HANDLES: Handles = {Tick: due}
