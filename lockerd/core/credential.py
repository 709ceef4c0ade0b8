"""What a code is answered: admission to a release, the truth, or one neutral refusal.

Theory of operation.  The vault has already compared the code; here it is decided what that means.
An unproven code is counted (against its handover when the selector was somebody's, against the
device when it was typed) and refused without a reason.  A proven code is told the truth.

Rules.  Five wrong PINs per handover, for life, kill its PIN and not its QR code.  The device pauses
typing after ten failures, 5 s doubling to 5 min, halved per quiet hour, whatever succeeds in
between.  Counting is on disk before anybody is answered.
"""

from __future__ import annotations

from lockerd.core import events as ev
from lockerd.core.draft import Declined, Draft
from lockerd.core.messages import CodeChecked, Level, StaffPinChecked
from lockerd.core.now import Side, side_of
from lockerd.core.state import (
    PIN_FAILURES_FREE,
    PIN_PAUSE_FIRST_MS,
    PIN_PAUSE_MAX_MS,
    WRONG_PINS_MAX,
    Handover,
    quiet,
)

PIN = "pin"


def offered(draft: Draft, message: CodeChecked) -> None:
    """Decide a recipient's code."""
    state = draft.state
    if message.kind == PIN and state.paused_ms(draft.now) > 0:
        raise Declined("paused", "typing is paused; wait, or scan the QR code")
    known = state.by_cred(message.cred) if message.cred is not None else None
    dead = message.kind == PIN and known is not None and known.pin_dead
    if not message.proven or message.cred is None or dead:
        _refuse(draft, message.kind, known)
        return
    if known is None:
        _tell_spent(draft, message)
        return
    why = _turned_away(draft, known)
    if why is not None:
        draft.add(
            ev.CodeTurnedAway(
                actor=_recipient(known), ho=known.ho, unit=known.unit, kind=message.kind, why=why
            )
        )
        return
    _release(draft, known, message.kind)


def staff_offered(draft: Draft, message: StaffPinChecked) -> None:
    """Decide a staff PIN, typed after the badge was proven."""
    if draft.state.paused_ms(draft.now) > 0:
        raise Declined("paused", "typing is paused; wait until it is over")
    who = next((one for one in draft.state.staff.values() if one.cred == message.cred), None)
    if who is not None and message.proven:
        actor = ev.Actor(who.role, who.staff)
        draft.add(ev.StaffSignedIn(actor=actor, staff=who.staff))
        return
    draft.add(ev.StaffRefused(staff=who.staff if who is not None else None))
    if who is not None:
        _pause(draft)


def _recipient(known: Handover) -> ev.Actor:
    return ev.Actor("recipient", known.recipient_no)


def _refuse(draft: Draft, kind: str, known: Handover | None) -> None:
    ho = known.ho if known is not None else None
    draft.add(ev.CodeRefused(ho=ho, kind=kind))
    if kind != PIN:
        return
    counted = known is not None and not known.pin_dead and known.wrong_pins + 1 >= WRONG_PINS_MAX
    if counted and known is not None and known.cred is not None:
        draft.add(ev.CredentialLocked(ho=known.ho, unit=known.unit, cred=known.cred))
    _pause(draft)


def _pause(draft: Draft) -> None:
    failures = quiet(draft.state.throttle, draft.now) + 1
    pause_ms = pause_ms_after(failures)
    if pause_ms > 0:
        draft.add(ev.KeypadPaused(pause_ms=pause_ms, failures=failures))


def pause_ms_after(failures: int) -> int:
    """How long typing is paused after this many failures; 0 for not at all."""
    if failures < PIN_FAILURES_FREE:
        return 0
    doublings = min(failures - PIN_FAILURES_FREE, 16)
    return min(PIN_PAUSE_FIRST_MS << doublings, PIN_PAUSE_MAX_MS)


def _tell_spent(draft: Draft, message: CodeChecked) -> None:
    """The code of a finished handover: its tombstone says when it was collected."""
    assert message.cred is not None
    tomb = draft.state.tomb_of(message.cred)
    if tomb is None:
        _refuse(draft, message.kind, None)
        return
    draft.add(ev.CodeTurnedAway(ho=tomb.ho, kind=message.kind, why="collected"))


def _turned_away(draft: Draft, known: Handover) -> str | None:
    """Why a proven code does not open its door now; None when it does."""
    assert known.unit is not None
    if draft.state.duty != "serving" or not draft.site.has(known.unit):
        return "service"
    if known.phase in ("open", "releasing"):
        return "open"
    if known.phase == "expired":
        return "expired"
    if known.phase != "collectable":
        return "held"
    side = side_of(draft.now, known.opens, known.closes)
    if side is Side.EARLY:
        return "early"
    if side is Side.LATE:
        return "expired"
    if side is Side.UNSURE and draft.profile(known).straddle != "release-and-flag":
        return "clock"
    return None


def _release(draft: Draft, known: Handover, kind: str) -> None:
    assert known.unit is not None and known.cred is not None
    flags = []
    if side_of(draft.now, known.opens, known.closes) is Side.UNSURE:
        flags.append("clock")
    level = draft.door(known.unit).level
    if level != Level.CLOSED.value:
        flags.append(f"door-{level}")
    actor = _recipient(known)
    cause = draft.add(
        ev.ReleaseAuthorised(
            actor=actor,
            unit=known.unit,
            ho=known.ho,
            cause=draft.entry(known.deposited),
            cred=known.cred,
            kind=kind,
            flag=" ".join(flags) or None,
        )
    )
    draft.pulse(known.unit, "release", 1, known.ho, actor, cause)
