"""Who may act: enrolment, badges and PINs, leavers, the end of a session, the hand-over of a shift.

Rules.  A person has a number and one role; a number is used once and stays used when its holder
left.  The vault makes what a badge and a PIN are checked against; nothing of it passes through
here.  Five wrong PINs in a row lock a badge until an operator sets another PIN; whoever holds a
locked badge is told no more than somebody with a wrong PIN, or guessing could go on.  A PIN that an
operator set opens nothing but the choice of another one.  Somebody who can sign in as an operator
must be left, whatever is asked: the next one is enrolled first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from lockerd.core import approval, attention
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.credential import staff_failed
from lockerd.core.draft import REASON_MAX, Declined, Draft, Handles, reason
from lockerd.core.handover import OCCUPYING
from lockerd.core.judge import Question, by, demand
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import WRONG_PINS_MAX, Staff, State

ROLES: tuple[str, ...] = ("depositor", "operator", "technician", "installer", "auditor")
STAFF_MAX = 1_000
"""How many people may sign in at one time."""

NUMBERS_MAX = 20_000
"""How many numbers one epoch can use up."""

NAME_MAX = 120
PIN_DIGITS = 6
SHIFT = "shift"
"""What the operator who takes a shift over approves."""

OPEN_MAX = 50
"""Queue keys that one hand-over names; the others are counted."""

UID_MAX = 2**32 - 2


def weak_pin(pin: str) -> str | None:
    """Why these digits are no PIN for a member of staff, ending with the remedy; None if they are.

    The same six digits, and runs up or down by any step, are what is guessed first.
    """
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        return f"a staff PIN has {PIN_DIGITS} digits; choose another"
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if len(steps) == 1:
        return "this PIN is guessed first (a run or a repeat); choose another"
    return None


def operators(state: State, without: str = "") -> list[Staff]:
    """Those who can sign in as operators now, other than `without`."""
    return [
        one
        for one in state.staff.values()
        if one.role == "operator"
        and one.cred
        and not (one.left or one.locked)
        and one.staff != without
    ]


def by_uid(state: State, uid: int) -> Staff | None:
    """The member of staff that a system user is."""
    for one in state.staff.values():
        if one.uid == uid and one.cred and not (one.left or one.locked):
            return one
    return None


def badge(draft: Draft, message: msg.BadgeChecked) -> None:
    """A badge that is nobody's is recorded; one that is somebody's only asks for the PIN."""
    if message.cred is None:
        draft.add(ev.StaffRefused())


def check_name(name: str) -> None:
    """Decline a name that is empty, too long or not printable."""
    if not name.strip() or len(name) > NAME_MAX or not name.isprintable():
        raise Declined("name", f"a name of 1 to {NAME_MAX} printable characters is needed; give it")


def check_new(state: State, staff: str, role: str) -> None:
    """Decline a number or a role that nobody can be enrolled with."""
    if role not in ROLES:
        raise Declined("role", f"no role {role!r}; use one of: {', '.join(ROLES)}")
    known = state.staff.get(staff)
    if known is not None and known.left:
        raise Declined("exists", f"staff {staff} has left and the number is used; choose another")
    if known is not None and known.cred:
        raise Declined("exists", f"staff {staff} is enrolled; choose another number")
    if not (staff.isascii() and staff.isdigit()) or len(staff) > 6:
        raise Declined("number", "a staff number has 1 to 6 digits; choose one")
    if sum(not one.left for one in state.staff.values()) >= STAFF_MAX:
        raise Declined("full", f"{STAFF_MAX} people are enrolled; a cabinet holds no more")
    if len(state.staff) >= NUMBERS_MAX:
        raise Declined("full", f"{NUMBERS_MAX} numbers are used; begin a new epoch to go on")


def enrol(draft: Draft, message: msg.EnrolStaff) -> None:
    """A person may sign in from now on."""
    check_new(draft.state, message.staff, message.role)
    demonstration = message.demonstration and draft.state.mode == "simulation"
    if message.actor.role == "device" and not demonstration:
        raise Declined("claim", "the first operator is enrolled by the owner's claim; begin there")
    draft.add(
        ev.StaffEnrolled(
            actor=message.actor,
            staff=message.staff,
            role=message.role,
            cred=message.cred,
            demonstration=message.demonstration,
            name=message.name,
            verifiers=message.verifiers,
        )
    )


def sign_out(draft: Draft, message: msg.SignOut) -> None:
    """The session ends; nothing happens when it has ended already."""
    _end_session(draft, message.staff, message.reason)


def _end_session(draft: Draft, staff: str, why: str) -> None:
    if draft.state.signed_in == staff:
        actor = draft.staff_actor(staff)
        draft.add(ev.StaffSignedOut(actor=actor, staff=staff, reason=why))


def _holder(draft: Draft, staff: str) -> Staff:
    """Somebody who may sign in; Declined when there is nobody of this number."""
    known = draft.state.staff.get(staff)
    if known is None or known.left or not known.cred:
        raise Declined("unknown", f"nobody signs in as staff {staff}; list them with: staff list")
    return known


# -- PINs and badges ------------------------------------------------------------------------------


def pin_made(draft: Draft, message: msg.PinMade) -> None:
    """A person changes their own PIN in their own session."""
    state = draft.state
    who = state.staff.get(state.signed_in or "")
    if who is None or who.cred != message.cred or who.left:
        raise Declined("session", "the session has ended; sign in and begin again")
    if state.paused_ms(draft.now) > 0:
        raise Declined("paused", "typing is paused; wait until it is over")
    if not (message.proven or who.must_change):
        staff_failed(draft, who)
        return
    draft.add(
        ev.StaffPinChanged(
            actor=ev.Actor(who.role, who.staff),
            staff=who.staff,
            cred=who.cred,
            verifiers=message.verifiers,
        )
    )


def reset_pin(draft: Draft, message: msg.ResetPin) -> None:
    """An operator sets the PIN of somebody else, who must then choose another."""
    who = _holder(draft, message.staff)
    if message.actor.id == who.staff:
        raise Declined("self", "another operator resets your PIN; change it yourself at the kiosk")
    if message.cred != who.cred:
        raise Declined("unknown", f"staff {who.staff} has another badge by now; try again")
    draft.add(
        ev.StaffPinReset(
            actor=message.actor, staff=who.staff, cred=who.cred, verifiers=message.verifiers
        )
    )
    _end_session(draft, who.staff, "pin")


def issue_badge(draft: Draft, message: msg.IssueBadge) -> None:
    """A new badge for the same person; the old one is dead at once."""
    who = _holder(draft, message.staff)
    reason(message.reason)
    if message.replaces != who.cred:
        raise Declined("unknown", f"staff {who.staff} has another badge by now; try again")
    draft.add(
        ev.StaffBadgeIssued(
            actor=message.actor,
            staff=who.staff,
            cred=message.cred,
            replaces=who.cred,
            reason=message.reason,
            verifiers=message.verifiers,
        )
    )


# -- leaving, changing ----------------------------------------------------------------------------


def _not_the_last(draft: Draft, who: Staff) -> None:
    if who.role == "operator" and not operators(draft.state, who.staff):
        raise Declined(
            "last", "nobody else can sign in as an operator; enrol the next operator first"
        )


def _not_at_a_door(draft: Draft, who: Staff) -> None:
    """Whoever has a door open for a deposit finishes that first."""
    at = ("depositing", "placing", "placed")
    live = draft.state.handovers.values()
    if any(one.depositor == who.staff and one.phase in at for one in live):
        raise Declined("busy", f"staff {who.staff} is at a deposit; try again when it is finished")


def retire(draft: Draft, message: msg.RetireStaff) -> None:
    """Somebody leaves: badge, PIN and session end in the same transaction."""
    reason(message.reason)
    known = draft.state.staff.get(message.staff)
    if known is None or known.left:
        raise Declined("unknown", f"there is no staff {message.staff}; list them with: staff list")
    _not_the_last(draft, known)
    _not_at_a_door(draft, known)
    _end_session(draft, known.staff, "retired")
    draft.add(
        ev.StaffRetired(
            actor=message.actor, staff=known.staff, cred=known.cred, reason=message.reason
        )
    )


def set_role(draft: Draft, message: msg.SetRole) -> None:
    """Somebody does something else; a session with the old role ends."""
    reason(message.reason)
    who = _holder(draft, message.staff)
    if message.role not in ROLES:
        raise Declined("role", f"no role {message.role!r}; use one of: {', '.join(ROLES)}")
    if message.role == who.role:
        raise Declined("role", f"staff {who.staff} is {who.role} already; nothing needs doing")
    _not_the_last(draft, who)
    _not_at_a_door(draft, who)
    _end_session(draft, who.staff, "role")
    draft.add(
        ev.StaffRoleChanged(
            actor=message.actor, staff=who.staff, role=message.role, reason=message.reason
        )
    )


# -- the socket -----------------------------------------------------------------------------------


def link(draft: Draft, message: msg.LinkStaff) -> None:
    """A system user becomes a person, by an operator or by the person at the kiosk."""
    who = _holder(draft, message.staff)
    state = draft.state
    if message.present:
        if message.actor.id != who.staff or state.signed_in != who.staff:
            raise Declined(
                "present",
                f"sign in at the kiosk as staff {who.staff} with badge and PIN, then repeat this "
                "while that session is open",
            )
    elif message.actor.role != "operator":
        raise Declined("role", "an operator links others; sign in at the kiosk to link yourself")
    if message.uid == who.uid:
        raise Declined("linked", "it is so already; nothing needs doing")
    if message.uid is not None:
        if not 0 <= message.uid <= UID_MAX:
            raise Declined("uid", f"a user id is 0 to {UID_MAX}; see: id -u")
        if any(one.uid == message.uid for one in state.staff.values()):
            raise Declined("linked", "this user is somebody else here; unlink that person first")
    draft.add(ev.StaffLinked(actor=message.actor, staff=who.staff, uid=message.uid))


def override_refused(draft: Draft, message: msg.OverrideRefused) -> None:
    """A wrong PIN over the socket counts like one at the kiosk."""
    who = draft.state.staff.get(message.staff)
    if who is not None:
        staff_failed(draft, who)


# -- shifts ---------------------------------------------------------------------------------------


def hand_over(draft: Draft, message: msg.HandShiftOver) -> None:
    """One operator hands the cabinet to the one who approved it; the session ends with it."""
    state, actor = draft.state, message.actor
    note = message.note.strip()
    if len(note) > REASON_MAX or not note.isprintable():
        raise Declined("note", f"a note has at most {REASON_MAX} printable characters; shorten it")
    known = approval.live(state, SHIFT, draft.now)
    takers = () if known is None else tuple(one for one in known.staff if one != actor.id)
    if known is None or not takers:
        text = "the operator who takes over approves this with badge and PIN at the screen"
        raise Declined("second", text, SHIFT)
    keys = [one.key for one in attention.ordered(state.queue)]
    draft.add(
        ev.ShiftHandedOver(
            actor=actor,
            cause=draft.entry(known.entry),
            to=takers[-1],
            open=tuple(keys[:OPEN_MAX]),
            more=max(0, len(keys) - OPEN_MAX),
            occupied=occupied(state),
            note=note or None,
        )
    )
    _end_session(draft, actor.id, "shift")


def occupied(state: State) -> int:
    """In how many compartments something may lie."""
    return sum(one.phase in OCCUPYING for one in state.handovers.values())


# -- enough people --------------------------------------------------------------------------------


def lacking(site: Site, state: State) -> list[str]:
    """What this cabinet needs more people for than can sign in; each with what to do."""
    able = [one for one in state.staff.values() if one.cred and not (one.left or one.locked)]
    found = []
    chiefs = sum(one.role == "operator" for one in able)
    if chiefs == 0:
        found.append("nobody can sign in as an operator; claim the cabinet with the owner's key")
    elif chiefs == 1:
        found.append("one operator is enrolled; enrol a second one, for when the first is away")
    if not any(one.role == "depositor" for one in able) and chiefs < 2:
        found.append("nobody else deposits; enrol a depositor")
    for profile in site.profiles:
        needed = profile.authorisers
        if needed and chiefs < needed + (0 if any(o.role == "depositor" for o in able) else 1):
            found.append(
                f"profile {profile.name} needs {needed} authorisers beside the depositor and "
                f"{chiefs} operators can sign in; enrol more"
            )
    if not state.cards and state.mode == "device":
        found.append("there are no recovery cards; make them: lockerctl recovery issue")
    return found


# -- folds ----------------------------------------------------------------------------------------


def _enrolled(state: State, event: ev.StaffEnrolled, idx: int, now: Now) -> None:
    state.staff[event.staff] = Staff(event.staff, event.role, event.cred, event.demonstration, idx)


def _carried(state: State, event: ev.StaffCarried, idx: int, now: Now) -> None:
    state.staff[event.staff] = Staff(
        event.staff,
        event.role,
        event.cred,
        event.demonstration,
        idx,
        locked=bool(event.locked),
        must_change=bool(event.must_change),
        left=bool(event.left),
        uid=event.uid,
        seen=bool(event.cred),
    )


def _signed_in(state: State, event: ev.StaffSignedIn, idx: int, now: Now) -> None:
    state.signed_in = event.staff
    known = state.staff.get(event.staff)
    if known is not None:
        known.wrong_pins, known.seen = 0, True


def _signed_out(state: State, event: ev.StaffSignedOut, idx: int, now: Now) -> None:
    state.signed_in = None


def _locked(state: State, event: ev.StaffLocked, idx: int, now: Now) -> None:
    state.staff[event.staff].locked = True


def _pin(state: State, event: ev.StaffPinChanged | ev.StaffPinReset, idx: int, now: Now) -> None:
    known = state.staff[event.staff]
    known.wrong_pins, known.locked = 0, False
    known.must_change = isinstance(event, ev.StaffPinReset)


def _badge(state: State, event: ev.StaffBadgeIssued, idx: int, now: Now) -> None:
    state.staff[event.staff].cred = event.cred


def _retired(state: State, event: ev.StaffRetired, idx: int, now: Now) -> None:
    known = state.staff[event.staff]
    known.left, known.cred, known.uid = True, "", None
    known.locked = known.must_change = False


def _role(state: State, event: ev.StaffRoleChanged, idx: int, now: Now) -> None:
    state.staff[event.staff].role = event.role


def _linked(state: State, event: ev.StaffLinked, idx: int, now: Now) -> None:
    state.staff[event.staff].uid = event.uid


def _handed(state: State, event: ev.ShiftHandedOver, idx: int, now: Now) -> None:
    approval.used(state, SHIFT)


# -- what must have been, for a replay ------------------------------------------------------------


def _may_enrol(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator", "installer", "device")
    known = state.staff.get(event.staff)
    fresh = known is None or not (known.cred or known.left)
    demand(fresh and event.role in ROLES, event, "enrolled before, or in no known role")
    if event.actor.role == "device" and not (event.demonstration and state.mode == "simulation"):
        own = event.cause == (state.epoch, state.founded) and state.founded == idx - 1
        demand(own and event.role == "operator", event, "nobody claimed or recovered the cabinet")


def _came_along(state: State, event: Any, idx: int, now: Now) -> None:
    known = event.staff not in state.staff and event.role in ROLES
    demand(known, event, "enrolled before, or in no known role")


def _own_session(state: State, event: Any, idx: int, now: Now) -> None:
    known = state.staff.get(event.staff)
    own = known is not None and event.actor == ev.Actor(known.role, event.staff)
    demand(own, event, "nobody of this number is enrolled")
    assert known is not None
    demand(not (known.locked or known.left), event, "the badge was dead")
    demand((event.after or 0) in (0, known.wrong_pins), event, "the wrong PINs do not add up")


def _session_ends(state: State, event: Any, idx: int, now: Now) -> None:
    ended = state.signed_in == event.staff or event.reason == "power"
    demand(ended and event.staff in state.staff, event, "was not signed in")


def _five_wrong(state: State, event: Any, idx: int, now: Now) -> None:
    known = state.staff.get(event.staff)
    due = known is not None and known.wrong_pins >= WRONG_PINS_MAX and not known.locked
    demand(due, event, "five wrong PINs were not counted")


def _of_holder(state: State, event: Any, idx: int, now: Now) -> None:
    """It is about somebody who may sign in, and by whom it may be."""
    known = state.staff.get(event.staff)
    holds = known is not None and not known.left and bool(known.cred)
    demand(holds, event, "nobody of this number may sign in")
    assert known is not None
    match event:
        case ev.StaffPinChanged():
            demand(event.actor.id == event.staff == state.signed_in, event, "not in its session")
            demand(event.cred == known.cred, event, "another badge")
        case ev.StaffPinReset():
            by(event, "operator")
            demand(event.cred == known.cred, event, "another badge")
            demand(event.actor.id != event.staff, event, "nobody resets their own PIN")
        case ev.StaffBadgeIssued():
            by(event, "operator")
            demand(event.replaces == known.cred, event, "it ends another badge")
            demand(event.cred not in ("", known.cred), event, "it is the same badge")
        case ev.StaffLinked():
            own = event.actor.role == "operator" or event.actor.id == event.staff
            demand(own, event, "not by the person or an operator")
            taken = any(one.uid == event.uid for one in state.staff.values())
            demand(event.uid is None or not taken, event, "this user is somebody else")


def _leaves(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")
    known = state.staff.get(event.staff)
    demand(known is not None and not known.left, event, "nobody of this number may sign in")
    assert known is not None
    last = known.role == "operator" and not operators(state, known.staff)
    demand(not last, event, "nobody was left who can sign in as an operator")
    if isinstance(event, ev.StaffRetired):
        demand(event.cred == known.cred, event, "another badge")
    else:
        demand(event.role in ROLES and event.role != known.role, event, "in no other known role")
    demand(state.signed_in != event.staff, event, "the session goes on")


def _hands_over(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, "operator")
    known = approval.live(state, SHIFT, now)
    proven = known is not None and event.to in known.staff and event.to != event.actor.id
    demand(proven, event, "no other operator took it over")
    keys = [one.key for one in attention.ordered(state.queue)]
    told = event.open == tuple(keys[:OPEN_MAX]) and event.more == max(0, len(keys) - OPEN_MAX)
    demand(told and event.occupied == occupied(state), event, "it says something else of the queue")


QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.StaffEnrolled: _may_enrol,
    ev.StaffCarried: _came_along,
    ev.StaffSignedIn: _own_session,
    ev.StaffSignedOut: _session_ends,
    ev.StaffLocked: _five_wrong,
    ev.StaffPinChanged: _of_holder,
    ev.StaffPinReset: _of_holder,
    ev.StaffBadgeIssued: _of_holder,
    ev.StaffLinked: _of_holder,
    ev.StaffRetired: _leaves,
    ev.StaffRoleChanged: _leaves,
    ev.ShiftHandedOver: _hands_over,
}

HANDLES: Handles = {
    msg.BadgeChecked: badge,
    msg.EnrolStaff: enrol,
    msg.SignOut: sign_out,
    msg.PinMade: pin_made,
    msg.ResetPin: reset_pin,
    msg.IssueBadge: issue_badge,
    msg.RetireStaff: retire,
    msg.SetRole: set_role,
    msg.LinkStaff: link,
    msg.OverrideRefused: override_refused,
    msg.HandShiftOver: hand_over,
}
_OPERATOR = frozenset({"operator"})
MAY: Mapping[type[msg.Message], frozenset[str]] = {
    msg.EnrolStaff: frozenset({"operator", "installer", "device"}),
    msg.ResetPin: _OPERATOR,
    msg.IssueBadge: _OPERATOR,
    msg.RetireStaff: _OPERATOR,
    msg.SetRole: _OPERATOR,
    msg.LinkStaff: frozenset(ROLES),
    msg.HandShiftOver: _OPERATOR,
}
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.StaffEnrolled: _enrolled,
    ev.StaffCarried: _carried,
    ev.StaffSignedIn: _signed_in,
    ev.StaffSignedOut: _signed_out,
    ev.StaffLocked: _locked,
    ev.StaffPinChanged: _pin,
    ev.StaffPinReset: _pin,
    ev.StaffBadgeIssued: _badge,
    ev.StaffRetired: _retired,
    ev.StaffRoleChanged: _role,
    ev.StaffLinked: _linked,
    ev.ShiftHandedOver: _handed,
}
