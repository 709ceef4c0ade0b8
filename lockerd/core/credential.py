"""What a code is answered: admission to a release, the truth, or one neutral refusal.

Theory of operation.  The vault has already compared the code; here it is decided what that means.
An unproven code is counted (against its handover when the selector was somebody's, against the
device when it was typed) and refused without a reason.  A proven code is told the truth.

Rules.  Five wrong PINs per handover, for life, kill its PIN and not its QR code.  The device pauses
typing after ten failures, 5 s doubling to 5 min, halved per quiet hour, whatever succeeds in
between.  Counting is on disk before anybody is answered.
"""

from __future__ import annotations

from collections.abc import Sequence

from lockerd.core import approval, credit, window
from lockerd.core import events as ev
from lockerd.core.draft import Declined, Draft, Handles
from lockerd.core.messages import ApprovalChecked, BreakGlass, CodeChecked, Level, StaffPinChecked
from lockerd.core.now import Side
from lockerd.core.state import (
    PIN_FAILURES_FREE,
    PIN_PAUSE_FIRST_MS,
    PIN_PAUSE_MAX_MS,
    WRONG_PINS_MAX,
    Handover,
    Staff,
    quiet,
)

PIN = "pin"


def offered(draft: Draft, message: CodeChecked) -> None:
    """Decide a recipient's code."""
    state = draft.state
    if message.kind == PIN and state.paused_ms(draft.now) > 0:
        raise Declined("paused", "typing is paused; wait, or scan the QR code")
    group = state.of_cred(message.cred)
    known = chosen(draft, group) if group else None
    dead = message.kind == PIN and known is not None and known.pin_dead
    if not message.proven or message.cred is None or dead:
        _refuse(draft, message.kind, known)
        return
    if known is None:
        _tell_spent(draft, message)
        return
    if credit.settle(draft):
        known = chosen(draft, group)
    why = turned_away(draft, known)
    if why is not None:
        draft.add(
            ev.CodeTurnedAway(
                actor=_recipient(known), ho=known.ho, unit=known.unit, kind=message.kind, why=why
            )
        )
        if why == "clock":
            window.ask(draft, known, message.kind, _recipient(known))
        return
    admit(draft, known, message.kind)


def chosen(draft: Draft, group: Sequence[Handover]) -> Handover:
    """Which of the handovers that a code opens is meant: the one in use, else the first that can
    be released now, else the first."""
    for one in group:
        if one.phase in ("open", "releasing"):
            return one
    for one in group:
        if one.unit is not None and turned_away(draft, one) is None:
            return one
    return group[0]


def staff_offered(draft: Draft, message: StaffPinChecked) -> None:
    """Decide a staff PIN, typed after the badge was proven."""
    if draft.state.paused_ms(draft.now) > 0:
        raise Declined("paused", "typing is paused; wait until it is over")
    who = next((one for one in draft.state.staff.values() if one.cred == message.cred), None)
    if who is not None and message.proven and not who.locked:
        actor = ev.Actor(who.role, who.staff)
        after = who.wrong_pins or None
        draft.add(ev.StaffSignedIn(actor=actor, staff=who.staff, after=after))
        return
    staff_failed(draft, who)


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
    pause(draft)


def pause(draft: Draft) -> None:
    """Typing is paused where too much was typed that was not proven."""
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


def turned_away(draft: Draft, known: Handover) -> str | None:
    """Why a proven code does not open its door now; None when it does."""
    assert known.unit is not None
    if draft.state.duty != "serving" or not draft.site.has(known.unit):
        return "service"
    lease = draft.door(known.unit).lease
    used = None if lease is None or lease.over is not None else lease.purpose
    if known.phase in ("open", "releasing") or used == "key":
        return "open"
    returning = known.phase in ("awaiting_return", "returning", "return_open")
    if known.phase == "expired" or (returning and known.expired > 0):
        return "expired"
    if known.phase != "collectable":
        return "held"
    if used == "count":
        return "open"
    side = window.side(draft, known)
    if side is Side.EARLY:
        return "early"
    if side is Side.LATE:
        return "expired"
    if side is Side.UNSURE and window.doubt(draft, known) is None:
        return "clock"
    return None


def admit(draft: Draft, known: Handover, kind: str) -> None:
    """Release it, or say what else this profile asks for first."""
    assert known.cred is not None
    needs = approval.missing(draft.state, draft.profile(known), known, draft.now)
    if not needs:
        release(draft, known, kind)
        return
    draft.add(
        ev.ReleaseRequested(
            actor=_recipient(known),
            unit=known.unit,
            ho=known.ho,
            cause=draft.entry(known.deposited),
            cred=known.cred,
            kind=kind,
            needs=needs,
        )
    )


def approved(draft: Draft, message: ApprovalChecked) -> None:
    """Decide a second person's badge and PIN; a release goes on when nothing else is missing."""
    if draft.state.paused_ms(draft.now) > 0:
        raise Declined("paused", "typing is paused; wait until it is over")
    who = next((one for one in draft.state.staff.values() if one.cred == message.cred), None)
    if who is None or not message.proven or who.locked or who.must_change:
        staff_failed(draft, who)
        return
    actor = ev.Actor(who.role, who.staff)
    approval.check(draft, message.subject, actor, message.asker, message.document)
    kind, _, ho = message.subject.partition(":")
    known = waiting(draft, ho) if kind in ("release", "identity") else None
    draft.add(
        ev.ApprovalGiven(
            actor=actor,
            ho=None if known is None else known.ho,
            unit=None if known is None else known.unit,
            cause=None if known is None else draft.entry(known.request),
            subject=message.subject,
            document=message.document or None,
        )
    )
    if known is not None:
        go_on(draft, known, "identity" if kind == "identity" else "authoriser")


def broken(draft: Draft, message: BreakGlass) -> None:
    """One person alone, with a reason; a release that waited for authorisers goes on."""
    kind, _, ho = message.subject.partition(":")
    known = waiting(draft, ho) if kind == "release" else None
    approval.broken(draft, message)
    if known is None:
        return
    needs = set(approval.missing(draft.state, draft.profile(known), known, draft.now))
    if needs <= {"authoriser"} and turned_away(draft, known) is None:
        release(draft, known, known.requested_kind)


def waiting(draft: Draft, ho: str) -> Handover:
    """The handover whose recipient stands there and waits for this."""
    known = draft.handover(ho)
    fresh = (
        known.requested is not None
        and known.requested.boot == draft.now.boot
        and draft.state.elapsed_ms(known.requested, draft.now) <= approval.APPROVAL_MS
    )
    if not fresh:
        raise Declined("late", "nobody waits for this any more; the recipient can begin again")
    return known


def go_on(draft: Draft, known: Handover, given: str) -> None:
    """One need is met; the last one releases, if the code may still open its door."""
    needs = list(approval.missing(draft.state, draft.profile(known), known, draft.now))
    if given == "identity" and "fact" in needs:
        given = "fact"  # a document that was looked at is worth more
    if given in needs:
        needs.remove(given)
    if not needs and turned_away(draft, known) is None:
        release(draft, known, known.requested_kind)


def staff_failed(draft: Draft, who: Staff | None) -> None:
    """A staff PIN that was not proven counts, and everybody hears the same."""
    draft.add(ev.StaffRefused(staff=who.staff if who is not None else None))
    if who is None:
        return
    if not who.locked and who.wrong_pins + 1 >= WRONG_PINS_MAX:
        draft.add(ev.StaffLocked(staff=who.staff))
        if draft.state.signed_in == who.staff:
            actor = ev.Actor(who.role, who.staff)
            draft.add(ev.StaffSignedOut(actor=actor, staff=who.staff, reason="locked"))
    pause(draft)


def release(draft: Draft, known: Handover, kind: str) -> None:
    assert known.unit is not None and known.cred is not None
    flags = []
    if window.side(draft, known) is Side.UNSURE:
        flags.append(window.doubt(draft, known) or "clock")
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


HANDLES: Handles = {
    CodeChecked: offered,
    StaffPinChecked: staff_offered,
    ApprovalChecked: approved,
    BreakGlass: broken,
}
