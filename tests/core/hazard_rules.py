"""What must stay true of the core, whatever people, doors, clocks and cuts do.

Theory of operation.  A follower looks at one entry as it comes and keeps a small model of its own:
which codes exist, who deposited, what an opening was permitted by.  An invariant compares the model
with the state.  A broken one raises `Broken`, and the text begins with its name.

Rules.  Nothing here asks `decide` what it meant, except where the truth told to a bearer is itself
the subject (decide is pure: asking changes nothing).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import corekit as kit

from lockerd.core import approval, attention, policy, window
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.decide import decide
from lockerd.core.now import Side, side_of
from lockerd.core.snapshot import dump, load
from lockerd.core.state import Handover

if TYPE_CHECKING:
    from hazards import Hazard

AGREE = {"closed": "closed", "commanded": "closed", "open": "open", "forced": "open"}
LEASED = {
    **dict.fromkeys(("depositing", "placing"), "deposit"),
    **dict.fromkeys(("releasing", "open"), "release"),
    **dict.fromkeys(("returning", "return_open"), "return"),
    **dict.fromkeys(("moving_out", "moving_in"), "move"),
}
"""Phase of a handover -> what its door is given for."""

OF_HANDOVERS = frozenset({"deposit", "release", "return", "move", "key"})
WHY = {
    **dict.fromkeys(("releasing", "open"), "open"),
    **dict.fromkeys(("awaiting_return", "returning", "return_open"), "held"),
    **dict.fromkeys(("moving_out", "carrying", "moving_in", "moved", "frozen"), "held"),
    "expired": "expired",
}
"""Phase of a handover -> why its proven code opens nothing, whatever the time is."""

BACK = ("awaiting_return", "returning", "return_open")
SIDES = {Side.EARLY: "early", Side.LATE: "expired", Side.UNSURE: "clock"}
ENDS = (
    *(ev.HandoverCollected, ev.HandoverCollectedManually),
    *(ev.HandoverReturned, ev.HandoverWithdrawn),
)
INSIDE = (ev.HandoverKept, ev.HandoverThawed, ev.MoveConfirmed)
"""What says that an item lies in its compartment although a door was open."""

PERMITS: dict[str, tuple[type[ev.Event], ...]] = {
    "release": (ev.ReleaseAuthorised,),
    "deposit": (ev.DepositStarted, ev.DepositReopened),
    "return": (ev.ReturnStarted,),
    "move": (ev.MoveStarted, ev.MovePlacing),
    "grace": (ev.ReopeningAuthorised,),
    "key": (ev.KeyDeclared,),
    "emergency": (ev.EmergencyDoor,),
    "inspect": (ev.InspectionStarted,),
    "adopt": (ev.AdoptionStarted,),
    "count": (ev.CountDoor,),
}
"""Purpose of an opening -> the entries that permit it."""

OPENED: dict[type[ev.Event], str] = {
    ev.ReleaseOpened: "release",
    ev.DepositOpened: "deposit",
    ev.ReturnOpened: "return",
    ev.MoveOpened: "move",
}


class Broken(AssertionError):
    """An invariant does not hold; the text begins with its name."""


def demand(holds: bool, name: str, *details: object) -> None:
    """Raise Broken unless it holds; the details are made into text only then."""
    if not holds:
        raise Broken(f"{name}: {' '.join(map(str, details))}" if details else name)


# -- each follower looks at one entry as it comes -------------------------------------------------


def release_needs_a_proven_code(h: Hazard, line: kit.Line) -> None:
    event, name = line.event, "no release without a proven code"
    ho = event.ho or ""
    if isinstance(event, ev.ReleaseRequested):
        demand(h.offered == event.cred, name, "asked for")
        h.requested[ho] = (event.cred, line.now.boot, line.now.up_ms)
    if isinstance(event, ev.ReleaseAuthorised):
        cred, boot, up_ms = h.requested.get(ho, ("", "", 0))
        waited = cred == event.cred and boot == line.now.boot
        soon = waited and line.now.up_ms - up_ms <= approval.APPROVAL_MS
        demand(h.offered == event.cred or soon, name)
        used = event.cred in h.ended or h.opened[ho] > 0
        demand(not used, "a used code does not open again")
        demand(ho in h.codes[event.cred], name)


def openings_are_permitted(h: Hazard, line: kit.Line) -> None:
    """A pulse and what it opened name the entry that permitted them, which came before."""
    event, name = line.event, "no release without an authorised event on disk"
    purpose = OPENED.get(type(event))
    if isinstance(event, ev.PulseOrdered | ev.DoorOpened):
        purpose = event.purpose
    permits = PERMITS.get(purpose or "")
    if permits is None:
        return
    cause = event.cause
    demand(cause is not None and cause.idx < line.idx, name, f"{event.TYPE} names nothing")
    assert cause is not None
    given = h.c.log[cause.idx].event
    demand(isinstance(given, permits) and given.unit == event.unit, name, given, event)
    if isinstance(event, ev.PulseOrdered):
        h.ordered.append(line.idx)
        h.pulsed.add(cause.idx)
    else:
        commanded = cause.idx in h.pulsed or purpose == "key"
        demand(commanded, name, f"{event.TYPE}: nothing was pulsed")


def pulses_are_counted(h: Hazard, line: kit.Line) -> None:
    if isinstance(line.event, ev.PulseOrdered) and line.event.purpose not in PERMITS:
        h.ordered.append(line.idx)


def item_leaves_once(h: Hazard, line: kit.Line) -> None:
    event, name, ho = line.event, "one item leaves at most once", line.event.ho or ""
    if isinstance(event, ev.ReleaseOpened):
        h.opened[ho] += 1
        demand(h.opened[ho] == 1 and not h.gone[ho], name, ho)
    elif isinstance(event, INSIDE):
        h.opened[ho] = 0
    elif isinstance(event, ENDS):
        h.gone[ho] += 1
        demand(h.gone[ho] == 1, name, ho)


def credentials_begin_and_end(h: Hazard, line: kit.Line) -> None:
    """One code for each recipient, whatever it opens; the last opening ends it."""
    event, ho = line.event, line.event.ho or ""
    shared = "a code lives while it opens another door"
    if isinstance(event, ev.CredentialMinted):
        demand(ho not in h.code_of and event.cred not in h.codes, "codes are minted once", ho)
        h.codes[event.cred], h.code_of[ho] = {ho}, event.cred
    elif isinstance(event, ev.CredentialJoined):
        demand(ho not in h.code_of, "codes are minted once", ho)
        demand(bool(h.codes[event.cred]) and event.cred not in h.ended, shared, ho)
        h.wrong[ho] = max(h.wrong[one] for one in h.codes[event.cred])
        h.codes[event.cred].add(ho)
        h.code_of[ho] = event.cred
    elif isinstance(event, ev.CredentialReissued):
        demand(event.cred not in h.codes, "codes are minted once", ho)
        _reissued(h, event, ho)
    elif isinstance(event, ev.ReleaseOpened):
        demand(event.more == (h.codes[event.cred] != {ho}), shared, ho)
        if not event.more:
            h.ended.add(event.cred)
    elif isinstance(event, INSIDE):
        h.ended.discard(h.code_of.get(ho, ""))
    elif isinstance(event, ENDS) and ho in h.code_of:
        _ended(h, event, ho, shared)


def _reissued(h: Hazard, event: ev.CredentialReissued, ho: str) -> None:
    """The old code dies, or stays with the others of the recipient before."""
    old = h.code_of[ho]
    moved = {ho} if event.old is None else set(h.codes[old])
    demand(event.old in (None, old), "a credential ends only by evidence or withdrawal", ho)
    if event.old is not None:
        h.ended.add(old)
    h.codes[old] -= moved
    h.codes[event.cred] = moved
    h.code_of.update(dict.fromkeys(moved, event.cred))


def _ended(h: Hazard, event: ev.Event, ho: str, shared: str) -> None:
    cred = h.code_of[ho]
    if not isinstance(event, ev.HandoverCollected):
        said = getattr(event, "cred", None)
        demand((said == cred) == (h.codes[cred] == {ho}), shared, f"{event.TYPE} {ho}")
    h.codes[cred].discard(ho)
    if not h.codes[cred]:
        h.ended.add(cred)


def rows_follow(h: Hazard, line: kit.Line) -> None:
    """The verifier table, as the journal keeps it; only some entries may take from it."""
    event = line.event
    name = "a credential dies only by evidence, expiry, re-issue or lock-out"
    kills = (
        *ENDS,
        ev.CredentialReissued,
        ev.CredentialMinted,
        ev.CredentialJoined,
        ev.MoveConfirmed,
    )
    if event.drop:
        staff = isinstance(event, ev.StaffBadgeIssued | ev.StaffRetired | ev.StaffPinReset)
        demand(staff or isinstance(event, kills), name, event.TYPE)
    if event.spend:
        proof = (ev.ReleaseOpened, ev.HandoverCollectedManually)
        demand(isinstance(event, proof), name, event.TYPE)
    if event.drop_pin:
        pins = (ev.CredentialLocked, ev.StaffPinReset, ev.StaffPinChanged)
        demand(isinstance(event, pins), name, event.TYPE)
    for cred in event.drop:
        h.rows.pop(cred, None)
    for cred in event.drop_pin:
        h.rows[cred] = h.rows.get(cred, frozenset()) - {"pin"}
    for row in event.put:
        h.rows[row.cred] = h.rows.get(row.cred, frozenset()) | {row.kind}
    h.spent |= set(event.spend)
    h.spent -= set(event.revive)


def windows_grow_by_proof_alone(h: Hazard, line: kit.Line) -> None:
    """A window ends later by an outage that the journal shows, or by a person; never by a clock."""
    name, event, ho = "no window widened by a clock", line.event, line.event.ho or ""
    if isinstance(event, ev.HandoverOrdered):
        h.windows[ho] = (event.opens, event.closes)
    elif isinstance(event, ev.HandoverExtended):
        demand(event.actor.role == "operator", name, ho)
        h.windows[ho] = (h.windows[ho][0], event.closes)
    elif isinstance(event, ev.HeirNamed):
        h.windows[ho] = (event.opens, event.closes)
    elif isinstance(event, ev.WindowCredited):
        opens, closes = h.windows[ho]
        ended = h.c.log[event.back]
        dark = isinstance(ended.event, ev.LogBoot)
        demand(dark or isinstance(ended.event, ev.CabinetRestored), name, "no outage")
        demand(not dark or line.now.hi is not None, name, "nobody vouches for the clock")
        lost_ms = min(closes, ended.now.lo if not dark else event.until) - max(opens, event.since)
        demand(0 < event.minutes * 60_000 <= lost_ms, name, f"{event.minutes} of {lost_ms} ms")
        demand(event.until <= line.now.lo, name, "it ends in the future")
        h.windows[ho] = (opens, max(closes, event.until) + event.minutes * 60_000)


def the_depositor_speaks(h: Hazard, line: kit.Line) -> None:
    event, name = line.event, "the depositor's identity is kept"
    if isinstance(event, ev.DepositStarted):
        h.depositors[event.ho or ""] = event.actor.id
    elif isinstance(event, ev.DepositAbandoned):
        h.depositors[event.ho or ""] = None
    elif isinstance(event, ev.DepositConfirmed):
        demand(h.depositors[event.ho or ""] == event.actor.id, name, event.ho or "")


def no_depositor_authorises(h: Hazard, line: kit.Line) -> None:
    """Nobody says yes, alone or as one of several, to what they deposited themselves."""
    event, name, ho = line.event, "no depositor authorises", line.event.ho or ""
    if isinstance(event, ev.ApprovalGiven | ev.GlassBroken):
        kind, _, subject = event.subject.partition(":")
        if kind == "release":
            demand(event.actor.id != h.depositors.get(subject), name, event.TYPE)
            h.approvers.setdefault(subject, set()).add(event.actor.id)
    elif isinstance(event, ev.ReleaseAuthorised):
        others = h.approvers.pop(ho, set()) - {h.depositors.get(ho)}
        needed = h.c.site.profile(h.profiles[ho]).authorisers
        demand(len(others) >= needed, name, f"{len(others)} of {needed}")
    elif isinstance(event, ev.KeyDeclared | ev.HandoverCollectedManually):
        witness = None if event.witness is None else event.witness
        named = {event.actor.id, witness} if event.actor != ev.DEVICE else set()
        demand(h.depositors.get(ho) not in named, name, event.TYPE)
    elif isinstance(event, ev.WindowPermitted | ev.HandoverRefused):
        demand(event.actor.id != h.depositors.get(ho), name, event.TYPE)
    elif isinstance(event, ev.HandoverOrdered):
        h.profiles[ho] = event.profile


def queue_follows(h: Hazard, line: kit.Line) -> None:
    event = line.event
    if isinstance(event, ev.CodeRefused) and event.kind == "pin" and event.ho is not None:
        for one in h.codes.get(h.code_of.get(event.ho, "")) or (event.ho,):
            h.wrong[one] += 1
    attention.fold(h.queue, event, line.idx, line.now.lo, h.wrong[event.ho or ""])


def every_event_travels(h: Hazard, line: kit.Line) -> None:
    leaf, shown = ev.encode(line.event)
    back = ev.decode(json.loads(json.dumps(leaf)))
    again, _ = ev.encode(back)
    hidden = {one for one in line.event.DISCLOSED if getattr(line.event, one) is not None}
    demand(again == leaf and set(shown) == hidden, "an event survives its leaf", leaf)


FOLLOWERS: tuple[Callable[[Hazard, kit.Line], None], ...] = (
    release_needs_a_proven_code,
    openings_are_permitted,
    pulses_are_counted,
    item_leaves_once,
    credentials_begin_and_end,
    rows_follow,
    windows_grow_by_proof_alone,
    the_depositor_speaks,
    no_depositor_authorises,
    queue_follows,
    every_event_travels,
)


# -- each invariant looks at the state as it is ---------------------------------------------------


def pulses_are_on_disk(h: Hazard) -> None:
    pulsed = [one.entry for one in h.c.pulses]
    demand(pulsed == h.ordered, "no pulse without its entry", pulsed[-3:], h.ordered[-3:])


def edges_are_attributed(h: Hazard) -> None:
    demand(not h.broken_edges, "every edge is attributed or alarmed", "; ".join(h.broken_edges))


def credentials_live(h: Hazard) -> None:
    """Every code that was not ended is its handover's, and no other is."""
    name = "a credential ends only by evidence or withdrawal"
    live = {one.ho: one.cred for one in h.c.state.handovers.values()}
    due = {ho: h.code_of.get(ho) for ho in live}
    demand(live == due, name, live, due)
    for one in h.c.state.handovers.values():
        if one.cred is not None:
            demand(one.spent == (one.cred in h.ended), name, one.cred, one.phase)


def rows_are_what_lives(h: Hazard) -> None:
    """A live code has its verifiers, a spent one its tombstone, and no other row is left."""
    name, state = "the codes kept are the codes that live", h.c.state
    known = {one.cred for one in state.handovers.values() if one.cred}
    for one in state.handovers.values():
        if one.cred is None:
            continue
        kinds = frozenset({"qr"} if one.pin_dead else {"qr", "pin"})
        demand(h.rows.get(one.cred, frozenset()) == kinds, name, one.cred, kinds)
        demand(one.spent == (one.cred in h.spent), name, one.cred, "spent")
    kept = known | {one.cred for one in state.tombs.values()}
    demand(h.rows.keys() <= kept, name, h.rows.keys() - kept)


def _truth(h: Hazard, known: Handover, closes: int) -> tuple[str, Side]:
    """Why this door does not open for its code now (empty where it does), and where time stands."""
    c = h.c
    side = side_of(c.now, known.opens, closes)
    straddle = c.site.profile(known.profile).straddle
    lenient = straddle == "release-and-flag" or (
        straddle == "ask-operator" and window.permitted(c.state, known, c.now)
    )
    inside = side is Side.INSIDE or (side is Side.UNSURE and lenient)
    if c.state.duty == "retired":
        return "service", side
    if known.phase in BACK and known.expired:
        return "expired", side
    lease = c.state.doors[known.unit].lease if known.unit else None
    used = None if lease is None or lease.over is not None else lease.purpose
    if used == "key" or (used == "count" and known.phase == "collectable"):
        return "open", side
    return WHY.get(known.phase) or ("" if inside else SIDES[side]), side


def bearers_are_told_the_truth(h: Hazard) -> None:
    """What each proven QR code would be answered now: about the door in use, else about the first
    that may open, else about the first."""
    name, state, now = "a proven code is told the truth", h.c.state, h.c.now
    for cred in {one.cred for one in state.handovers.values() if one.cred}:
        answer = decide(h.c.site, state, msg.CodeChecked("qr", cred, True), now)
        ends = {one.ho: one.closes for one in answer if isinstance(one, ev.WindowCredited)}
        told = next((one for one in answer if not isinstance(one, ev.WindowCredited)), None)
        if told is None:
            raise Broken(f"{name}: nothing")
        group = sorted(
            (one for one in state.handovers.values() if one.cred == cred),
            key=lambda one: one.deposited or 0,
        )
        truths = [(one, *_truth(h, one, ends.get(one.ho, one.closes))) for one in group]
        busy = [one for one in truths if one[0].phase in ("releasing", "open")]
        ready = [one for one in truths if not one[1]]
        known, why, side = (busy or ready or truths)[0]
        said = told.why if isinstance(told, ev.CodeTurnedAway) else ""
        answers = ev.CodeTurnedAway | ev.ReleaseAuthorised | ev.ReleaseRequested
        right = isinstance(told, answers) and said == why
        demand(right and told.ho == known.ho, name, known.phase, side, told)
        if isinstance(told, ev.ReleaseAuthorised):
            demand((side is Side.UNSURE) == ("clock" in (told.flag or "")), name, "flag")
    for tomb in state.tombs.values():
        if state.by_cred(tomb.cred) is not None:
            continue
        told = decide(h.c.site, state, msg.CodeChecked("qr", tomb.cred, True), now)[0]
        right = isinstance(told, ev.CodeTurnedAway) and told.why == "collected"
        demand(right, name, "tomb", told)


def windows_are_what_was_said(h: Hazard) -> None:
    for known in h.c.state.handovers.values():
        said = h.windows.get(known.ho)
        same = said == (known.opens, known.closes)
        demand(same, "no window widened by a clock", known.ho, said)


def deposit_identity(h: Hazard) -> None:
    for known in h.c.state.handovers.values():
        kept = known.depositor == h.depositors.get(known.ho)
        demand(kept, "the depositor's identity is kept", known.ho)


def queue_is_a_fold(h: Hazard) -> None:
    demand(h.queue == h.c.state.queue, "the queue rebuilt is the queue")


def doors_agree(h: Hazard) -> None:
    name = "a door's phase agrees with its contact"
    for one in h.c.state.doors.values():
        demand(AGREE.get(one.phase, "unknown") == one.level, name, one)
        demand(one.level == h.c.levels[one.unit], name, one, h.c.levels)


def leases_match(h: Hazard) -> None:
    """What is in the air has a door, and a door that is given has its handover."""
    name, state = "every lease has its handover", h.c.state
    places = [(one.unit, one.to) for one in state.handovers.values()]
    units = [unit for pair in places for unit in dict.fromkeys(pair) if unit]
    demand(len(units) == len(set(units)), "one compartment, one handover", units)
    for known in state.handovers.values():
        purpose = LEASED.get(known.phase)
        unit = known.to if known.phase == "moving_in" else known.unit
        lease = state.doors[unit].lease if unit else None
        mine = lease is not None and lease.over is None and lease.ho == known.ho
        if purpose is not None:
            held = lease is not None and lease.purpose == purpose and mine
            demand(held, name, known.phase, lease)
        elif mine and lease is not None:
            seen = known.phase == "frozen" and lease.opened is not None
            demand(lease.purpose == "key" or seen, name, known.phase, lease)
        if known.phase in ("open", "return_open"):
            demand(lease is not None and lease.opened is not None, name, "open without evidence")
    for door in state.doors.values():
        if door.lease is not None and door.lease.purpose in OF_HANDOVERS:
            demand(door.lease.ho in state.handovers, name, door)


def one_strike_at_a_time(h: Hazard) -> None:
    """An emergency opens its doors one after another."""
    turns = [
        one.unit
        for one in h.c.state.doors.values()
        if one.lease is not None and one.lease.purpose == "emergency" and not one.lease.opened
    ]
    demand(len(turns) <= 1, "an emergency gives one door its turn at a time", turns)


def deadlines_agree(h: Hazard) -> None:
    name, c = "a tick comes when it is due and only then", h.c
    due = policy.next_due(c.site, c.state, c.now)
    ready = decide(c.site, c.state, msg.Tick(), c.now)
    demand(due is None or due >= c.up_ms, name, "in the past")
    demand(bool(ready) == (due is not None and due <= c.up_ms), name, due, ready)


def nobody_waits_for_ever(h: Hazard) -> None:
    """What is in the air without an end of its own is a door left open, and is in the queue."""
    c, name = h.c, "nothing in the air waits for ever"
    for one in c.state.doors.values():
        lease = one.lease
        if lease is None or lease.over is not None or lease.opened is not None:
            continue
        demand(policy.next_due(c.site, c.state, c.now) is not None, name, one)


def snapshot_is_state(h: Hazard) -> None:
    data = dump(h.c.state)
    demand(dump(load(data)) == data, "a snapshot gives the state back")


INVARIANTS: tuple[Callable[[Hazard], None], ...] = (
    pulses_are_on_disk,
    credentials_live,
    rows_are_what_lives,
    deposit_identity,
    windows_are_what_was_said,
    queue_is_a_fold,
    doors_agree,
    leases_match,
    one_strike_at_a_time,
)
"""Asked when an entry was written."""

ALWAYS: tuple[Callable[[Hazard], None], ...] = (
    edges_are_attributed,
    bearers_are_told_the_truth,
    deadlines_agree,
    nobody_waits_for_ever,
)
"""Asked after every act: time alone may break them."""

DEAR: tuple[Callable[[Hazard], None], ...] = (snapshot_is_state,)
"""Asked after each act of a long run, and once at the end of a short one."""
