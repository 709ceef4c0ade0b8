"""What the daemon and its devices report day by day, beside doors and people.

Rules.  A fact is written down once: what was said already is not said again at every start.
"""

from __future__ import annotations

from lockerd.core import attention
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Draft, Handles
from lockerd.core.state import RULES


def started(draft: Draft, message: msg.Started) -> None:
    """The first lines of an epoch."""
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


def stopping(draft: Draft, message: msg.Stopping) -> None:
    """The daemon stops in order."""
    if not draft.state.stopped and not draft.state.closed:
        draft.add(ev.LogStopped(reason=message.reason))


def snapshot(draft: Draft, message: msg.SnapshotTaken) -> None:
    """Seal the snapshot that lies beside the log."""
    draft.add(ev.StateSnapshot(sha256=message.sha256, size=message.size, rules=RULES))


def clock(draft: Draft, message: msg.ClockJumped) -> None:
    """The wall clock was moved."""
    draft.add(ev.ClockStepped(by_ms=message.by_ms, source=message.source))


def copied(draft: Draft, message: msg.CopyChanged) -> None:
    """What was said already is not said again at every start."""
    known = draft.state.queue.get(attention.key_of("copy", None))
    if message.fault is None:
        if known is not None:
            draft.add(ev.CopyBack())
    elif known is None or known.detail != message.fault:
        draft.add(ev.CopyLost(reason=message.fault))


def pulse_ended(draft: Draft, message: msg.PulseEnded) -> None:
    """A pulse that ended well says nothing; its door will."""
    if message.fault is None:
        return
    lease = draft.door(message.unit).lease
    cause = None if lease is None else draft.entry(lease.entry)
    draft.add(ev.StrikeFault(unit=message.unit, cause=cause, what=message.fault))


HANDLES: Handles = {
    msg.Started: started,
    msg.Stopping: stopping,
    msg.SnapshotTaken: snapshot,
    msg.ClockJumped: clock,
    msg.CopyChanged: copied,
    msg.PulseEnded: pulse_ended,
}
