"""Who stands at the kiosk, what they have proven, and which step they reached.

Theory of operation.  Pure and volatile: a visit dies at a power cut, and nothing of it is needed
afterwards.  Three functions move it: `intend` (the person did something), `hear` (a message was
decided) and `tick` (time passed).  Each returns the next visit, messages for `decide`, and effects
that decide nothing (comparing a code, minting one).  A completed act becomes a message with its
actor; the visit itself permits nothing.  Every step belongs to one room (`value.Room`), which says
what presses, scans, forms and events mean there.

Rules.  A scan works on every step of a recipient and is never swallowed.  Codes are held here only
while they are shown.  Leaving a step clears what it proved, except a staff session, which ends by
signing out or by time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import State
from lockerd.core.visit import (
    amiss,
    approve,
    batch,
    count,
    deposit,
    emergency,
    exchange,
    fact,
    fetch,
    founding,
    knowing,
    lost,
    maintenance,
    orders,
    people,
    queue,
    recipient,
    seal,
    setup,
    signature,
    staff,
    stick,
)
from lockerd.core.visit.value import (
    BADGE_PREFIX,
    CODE_PREFIX,
    Here,
    Room,
    Turn,
    Visit,
    actor_of,
    refused,
)

__all__ = [
    "ACTIONS",
    "BADGE_PREFIX",
    "BUSY",
    "CODE_PREFIX",
    "FINISH",
    "RECIPIENT",
    "STEPS",
    "Turn",
    "Visit",
    "actor_of",
    "ends_at",
    "hear",
    "intend",
    "next_due",
    "tick",
]

ROOMS: tuple[Room, ...] = (
    *(recipient.ROOM, staff.ROOM, deposit.ROOM, batch.ROOM, queue.ROOM, approve.ROOM),
    *(people.ROOM, founding.ROOM, emergency.ROOM, maintenance.ROOM, lost.ROOM),
    *(
        amiss.ROOM,
        seal.ROOM,
        exchange.ROOM,
        count.ROOM,
        signature.ROOM,
        fact.ROOM,
        knowing.ROOM,
        fetch.ROOM,
        orders.ROOM,
    ),
    *(stick.ROOM, setup.ROOM),
)
ROOM_OF: dict[str, Room] = {step: room for room in ROOMS for step in room.steps}

PATIENCE_MAX = 10
"""Nobody is waited for longer than so many times the idle time before a question."""

STEPS: tuple[str, ...] = tuple(ROOM_OF)
ACTIONS: tuple[str, ...] = tuple(
    dict.fromkeys([*(one for room in ROOMS for one in room.actions), "more-time"])
)
"""Actions of `Pressed`; some take an argument."""

BUSY = frozenset(step for room in ROOMS for step in room.busy)
"""Steps that end by an answer: presses mean nothing, and a scan waits until they are over."""

RECIPIENT = frozenset(
    step
    for room in ROOMS
    for step, scanned in room.scanned.items()
    if scanned in (recipient.scanned, seal.looked)
)
"""Steps on which a scanned code is somebody's at once."""

FINISH: dict[str, str] = {step: did for room in ROOMS for step, did in room.finish.items()}
"""What "No, finish" does on each step that asks for more time."""


# -- what a person does -------------------------------------------------------------------------


def intend(site: Site, state: State, visit: Visit, intent: msg.Intent, now: Now) -> Turn:
    """Take what a person did.  Whatever means nothing on this step counts as activity."""
    here = Here(site, state, now)
    return _gated(here, _intended(here, visit, intent))


def _gated(here: Here, turn: Turn) -> Turn:
    """Nothing goes on without an operator, nor with a PIN that somebody else has set."""
    visit = founding.gated(here, turn.visit)
    who = here.state.staff.get(visit.staff or "")
    if visit.step == "staff_menu" and who is not None and who.must_change:
        visit = people.due(here, visit)
    if visit.patience > 1 and any(isinstance(one, msg.StartDeposit) for one in turn.messages):
        turn = turn._replace(messages=tuple(_nearer(one) for one in turn.messages))
    return turn if visit is turn.visit else turn._replace(visit=visit)


def _nearer(message: msg.Message) -> msg.Message:
    """Whoever is waited for longer is also given a compartment that is easier to reach."""
    return message.but(near=True) if isinstance(message, msg.StartDeposit) else message


def _intended(here: Here, visit: Visit, intent: msg.Intent) -> Turn:
    room, now = ROOM_OF[visit.step], here.now
    awake = replace(visit, active=now.up_ms, warned=False)
    match intent:
        case msg.Scanned():
            return _scanned(here, room, awake, intent)
        case msg.CodeTyped() if visit.step in room.typed:
            return room.typed[visit.step](here, awake, intent)
        case msg.FormSent() if visit.step in room.filled:
            return room.filled[visit.step](here, awake, intent)
        case msg.Pressed() if intent.action != "more-time" and visit.step not in BUSY:
            return room.pressed(here, awake, intent)
        case msg.Activity() if intent.patience:
            return Turn(replace(awake, patience=min(intent.patience, PATIENCE_MAX)))
        case _:
            return Turn(awake)


def _scanned(here: Here, room: Room, visit: Visit, intent: msg.Scanned) -> Turn:
    if visit.step in BUSY:
        return Turn(replace(visit, waiting=intent))
    take = room.scanned.get(visit.step)
    if take is None:
        return refused(visit)
    turn, left = take(here, visit, intent), room.left.get(visit.step)
    if left is None or turn.visit.step in room.steps:
        return turn
    return turn._replace(messages=(left(visit), *turn.messages))


# -- what was decided ---------------------------------------------------------------------------


def hear(
    site: Site,
    state: State,
    visit: Visit,
    message: msg.Message,
    events: Sequence[ev.Event],
    declined: Declined | None,
    now: Now,
) -> Turn:
    """Take what one message came to.  `state` already holds `events`."""
    here = Here(site, state, now)
    turn = Turn(visit)
    if declined is not None:
        turn = _declined(here, visit, message, declined)
    elif isinstance(message, msg.BadgeChecked) and visit.step == "checking":
        turn = _badge(here, visit, message)
    elif isinstance(message, msg.BadgeChecked) and visit.step == "approve_checking":
        turn = approve.badge(here, visit, message)
    elif isinstance(message, msg.Minted) and any(isinstance(one, ev.HeirNamed) for one in events):
        deliver = ef.Deliver(message.ho, message.cred, message.pin, message.qr)
        turn = Turn(visit, (), (deliver,))
    elif isinstance(message, msg.Minted) and visit.step == "deposit_minting":
        turn = deposit.minted(here, visit, message)
    elif isinstance(message, msg.ItemsFound) and visit.step == "batch_finding":
        turn = batch.found(here, visit, message)
    elif not events and (answer := ROOM_OF[visit.step].answers.get(type(message))):
        turn = answer(here, visit, message)
    else:
        for event in events:
            heard = _event(here, turn.visit, event, message)
            turn = Turn(heard.visit, turn.messages + heard.messages, turn.effects + heard.effects)
    return _gated(here, _resume(visit, _mailed(turn, message, events)))


def _mailed(turn: Turn, message: msg.Message, events: Sequence[ev.Event]) -> Turn:
    """Codes that replace others leave the device, whoever asked for them; a deposit's own visit
    sends those that it confirmed."""
    made = getattr(message, "minted", None)
    if isinstance(message, msg.ConfirmDeposit) or not isinstance(made, msg.Minted):
        return turn
    for event in events:
        if isinstance(event, ev.CredentialReissued | ev.CredentialMinted):
            pin = made.pin if any(one.kind == "pin" for one in event.verifiers) else ""
            deliver = ef.Deliver(made.ho, made.cred, pin, made.qr)
            turn = turn._replace(effects=(*turn.effects, deliver))
    return turn


def _resume(before: Visit, turn: Turn) -> Turn:
    """A scan that came while a code was being checked is taken up as soon as that is over."""
    waiting = before.waiting
    if waiting is None:
        return turn
    if turn.visit.step in BUSY:
        return turn._replace(visit=replace(turn.visit, waiting=waiting))
    visit = replace(turn.visit, waiting=None)
    if visit.step not in RECIPIENT:
        return Turn(visit, turn.messages, (*turn.effects, ef.Sound("refuse")))
    return Turn(visit, (*turn.messages, waiting), turn.effects)


def _declined(here: Here, visit: Visit, message: msg.Message, why: Declined) -> Turn:
    room = ROOM_OF[visit.step]
    own = visit.staff is not None and getattr(message, "actor", ev.DEVICE).id == visit.staff
    if why.subject and own and visit.step in room.waits and visit.under is None:
        return approve.for_act(here, visit, message, why.subject)
    answer = room.declined and room.declined(here, visit, message, why.why, str(why))
    if answer is not None:
        return answer
    if own:
        return Turn(replace(visit, notice=str(why)))
    return Turn(visit)


def _badge(here: Here, visit: Visit, message: msg.BadgeChecked) -> Turn:
    if message.cred is None:
        return refused(here.at(visit, "refused", why="unproven", back="staff_badge"))
    return Turn(here.at(visit, "staff_pin", badge=message.cred), (), (ef.Sound("accept"),))


def _event(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    if isinstance(event, ev.StaffSignedOut) and event.staff == visit.staff:
        return Turn(Visit(since=here.now.up_ms, active=here.now.up_ms))
    return ROOM_OF[visit.step].heard(here, visit, event, message)


# -- what time does -----------------------------------------------------------------------------


def _limits(site: Site, visit: Visit) -> tuple[int, int] | None:
    """Milliseconds of quiet until the warning (or the end), and from there to the end."""
    room, idle_ms = ROOM_OF[visit.step], site.timing.idle_s * 1000 * visit.patience
    if visit.step in room.waits:
        return idle_ms, site.timing.more_time_s * 1000
    if visit.step in room.quiet:
        return idle_ms, 0
    own = room.limits.get(visit.step)
    return None if own is None else own(site, visit)


def next_due(site: Site, visit: Visit) -> int | None:
    """When `tick` will next change the visit, in ms since boot; None for never."""
    limits = _limits(site, visit)
    if limits is None:
        return None
    quiet_ms, warned_ms = limits
    return visit.active + quiet_ms + (warned_ms if visit.warned else 0)


def ends_at(site: Site, visit: Visit) -> int | None:
    """When the visit will end by itself if nobody does anything, in ms since boot."""
    limits = _limits(site, visit)
    return None if limits is None else visit.active + sum(limits)


def tick(site: Site, state: State, visit: Visit, now: Now) -> Turn:
    """Time passed: warn, then end the step.  A screen that only itself would follow, as the claim
    of a cabinet without an operator, goes on as it stood."""
    turn = _gated(Here(site, state, now), _ticked(site, state, visit, now))
    if turn.visit.step != visit.step:
        return turn
    return turn._replace(visit=replace(turn.visit, since=visit.since))


def _ticked(site: Site, state: State, visit: Visit, now: Now) -> Turn:
    due, limits = next_due(site, visit), _limits(site, visit)
    if due is None or limits is None or now.up_ms < due:
        return Turn(visit)
    if not visit.warned and limits[1] > 0:
        return Turn(replace(visit, warned=True), (), (ef.Sound("remind"),))
    if visit.staff is None:
        left = ROOM_OF[visit.step].left.get(visit.step)
        said = () if left is None else (left(visit),)
        return Turn(Visit(since=now.up_ms, active=now.up_ms), said)
    out: tuple[msg.Message, ...] = (msg.SignOut(visit.staff, "idle"),)
    known = state.handovers.get(visit.ho or "")
    if known is not None and known.phase in ("depositing", "placing", "placed"):
        out = (msg.LeaveDeposit(actor_of(state, visit), known.ho), *out)
    return Turn(Visit(since=now.up_ms, active=now.up_ms), out)
