"""Who stands at the kiosk, what they have proven, and which step they reached.

Theory of operation.  Pure and volatile: a visit dies at a power cut, and nothing of it is needed
afterwards.  Three functions move it: `intend` (the person did something), `hear` (a message was
decided) and `tick` (time passed).  Each returns the next visit, messages for `decide`, and effects
that decide nothing (comparing a code, minting one).  A completed act becomes a message with its
actor; the visit itself permits nothing.

Rules.  A scan works on every step of a recipient and is never swallowed.  Codes are held here only
while they are shown.  Leaving a step clears what it proved, except a staff session, which ends by
signing out or by time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import State

STEPS: tuple[str, ...] = (
    "home",
    "scan",
    "code",
    "checking",
    "refused",
    "opening",
    "open",
    "not_opened",
    "receipt",
    "help",
    "staff_badge",
    "staff_pin",
    "staff_menu",
    "deposit_pick",
    "deposit_new",
    "deposit_opening",
    "deposit_open",
    "deposit_confirm",
    "deposit_minting",
    "deposit_done",
    "queue",
    "queue_item",
    "queue_reason",
)
ACTIONS: tuple[str, ...] = (
    "home",
    "scan",
    "enter-code",
    "help",
    "back",
    "staff",
    "sign-out",
    "deposit",
    "queue",
    "pick",
    "new",
    "confirm",
    "reopen",
    "nothing",
    "next",
    "item",
    "acknowledge",
    "resolve",
    "more-time",
)
"""Actions of `Pressed`; `pick`, `item` and `resolve` take an argument."""

RECIPIENT = frozenset(
    {"home", "scan", "code", "refused", "open", "not_opened", "receipt", "help", "staff_badge"}
)
"""Steps on which a scanned code is somebody's at once."""

BUSY = frozenset({"checking", "opening", "deposit_minting"})
"""Steps that end by an answer: presses mean nothing, and a scan waits until they are over."""

ANSWER_S = 60
"""How long a step waits for the vault before it gives up: far beyond its slowest answer."""

WAITS = frozenset({"code", "staff_pin", "staff_menu", "queue", "queue_item", "queue_reason"}) | {
    "deposit_pick",
    "deposit_new",
    "deposit_confirm",
    "deposit_done",
}
"""Steps that ask for more time before they end."""

QUIET = frozenset({"scan", "refused", "not_opened", "help", "staff_badge"})
"""Steps that simply go home when nobody does anything."""

BADGE_PREFIX = "LKB"
CODE_PREFIX = "LK1"
OTHER_TRIES_MAX = 2


@dataclass(frozen=True, slots=True)
class Visit:
    """One person's visit.  Times are ms since boot.

    `why`: the constant word of a refusal.  `pin`, `qr`: fresh codes while they are on the screen.
    `receipt`: index of the `handover.collected` entry on show.  `notice`: what a member of staff is
    told about the last thing they asked.
    """

    step: str = "home"
    since: int = 0
    active: int = 0
    warned: bool = False
    back: str = "home"
    staff: str | None = None
    badge: str | None = None
    ho: str | None = None
    unit: str | None = None
    why: str = ""
    attempt: int = 1
    reminded: int = 0
    tried: tuple[str, ...] = ()
    receipt: int | None = None
    item: str | None = None
    finding: str = ""
    notice: str = ""
    waiting: msg.Scanned | None = None
    pin: str = field(default="", repr=False)
    qr: str = field(default="", repr=False)


class Turn(NamedTuple):
    """What one call came to."""

    visit: Visit
    messages: tuple[msg.Message, ...] = ()
    effects: tuple[ef.Effect, ...] = ()


def _at(visit: Visit, step: str, now: Now, **changes: object) -> Visit:
    """A step entered now.  What is not named keeps nothing but the staff session."""
    fresh = Visit(step=step, since=now.up_ms, active=now.up_ms, staff=visit.staff)
    return replace(fresh, **changes)  # type: ignore[arg-type]  # replace() is untyped by keyword


def actor_of(state: State, visit: Visit) -> ev.Actor:
    """The member of staff of this visit."""
    known = state.staff.get(visit.staff or "")
    return ev.DEVICE if known is None else ev.Actor(known.role, known.staff)


# -- what a person does -------------------------------------------------------------------------


def intend(site: Site, state: State, visit: Visit, intent: msg.Intent, now: Now) -> Turn:
    """Take what a person did.  Whatever means nothing on this step counts as activity."""
    awake = replace(visit, active=now.up_ms, warned=False)
    match intent:
        case msg.Scanned():
            return _scanned(awake, intent, now)
        case msg.CodeTyped():
            return _typed(state, awake, intent, now)
        case msg.FormSent():
            return _form(state, awake, intent)
        case msg.Pressed():
            return _pressed(state, awake, intent, now)
        case _:
            return Turn(awake)


def _scanned(visit: Visit, intent: msg.Scanned, now: Now) -> Turn:
    if visit.step in BUSY:
        return Turn(replace(visit, waiting=intent))
    if visit.step not in RECIPIENT:
        return Turn(visit, (), (ef.Sound("refuse"),))
    if intent.text.startswith(BADGE_PREFIX):
        checking = _at(visit, "checking", now, back="staff_badge")
        return Turn(checking, (), (ef.CheckBadge(intent.text),))
    checking = _at(visit, "checking", now)
    return Turn(checking, (), (ef.CheckCode("qr", intent.text),))


def _typed(state: State, visit: Visit, intent: msg.CodeTyped, now: Now) -> Turn:
    if visit.step not in ("code", "staff_pin"):
        return Turn(visit)
    if state.paused_ms(now) > 0:
        return Turn(_at(visit, "refused", now, why="paused"), (), (ef.Sound("refuse"),))
    if visit.step == "code":
        checking = _at(visit, "checking", now, back="code")
        return Turn(checking, (), (ef.CheckCode("pin", intent.digits),))
    assert visit.badge is not None
    checking = _at(visit, "checking", now, back="staff_pin")
    return Turn(checking, (), (ef.CheckStaffPin(visit.badge, intent.digits),))


def _form(state: State, visit: Visit, intent: msg.FormSent) -> Turn:
    fields = intent.fields
    actor = actor_of(state, visit)
    if visit.step == "deposit_new":
        ho, recipient_no, item_no = intent.ids
        order = msg.OrderHandover(
            actor=actor,
            ho=ho,
            recipient_no=recipient_no,
            item_no=item_no,
            profile=fields.get("profile", ""),
            size=fields.get("size", ""),
            opens=None,
            closes=None,
            recipient=fields.get("recipient", ""),
            item=fields.get("item", ""),
            reference=fields.get("reference", ""),
        )
        return Turn(replace(visit, ho=ho), (order,))
    if visit.step == "queue_reason" and visit.item is not None:
        asked = msg.Resolve(actor, visit.item, fields.get("reason", ""), visit.finding)
        return Turn(visit, (asked,))
    return Turn(visit)


def _pressed(state: State, visit: Visit, intent: msg.Pressed, now: Now) -> Turn:
    step, action = visit.step, intent.action
    if action == "more-time" or step in BUSY:
        return Turn(visit)
    if step.startswith(("staff_menu", "deposit_", "queue")):
        return _staff_pressed(state, visit, intent, now)
    match action:
        case "help" if step not in ("help", "open"):
            return Turn(_at(visit, "help", now, back="code" if step == "code" else "home"))
        case "back" if step in ("help", "refused") and visit.back != "home":
            return Turn(_at(visit, visit.back, now, badge=visit.badge))
        case "scan":
            return Turn(_at(visit, "scan", now))
        case "enter-code" if step in ("home", "scan", "refused", "not_opened", "help"):
            return Turn(_at(visit, "code", now))
        case "staff" if step in ("home", "refused"):
            return Turn(_at(visit, "staff_badge", now))
        case "home" | "back":
            return Turn(_at(visit, "home", now))
        case _:
            return Turn(visit)


def _staff_pressed(state: State, visit: Visit, intent: msg.Pressed, now: Now) -> Turn:
    actor = actor_of(state, visit)
    match visit.step, intent.action:
        case "staff_menu", "deposit":
            return Turn(_at(visit, "deposit_pick", now))
        case "staff_menu", "queue":
            return Turn(_at(visit, "queue", now))
        case (("staff_menu" | "deposit_pick" | "queue" | "deposit_done"), "sign-out" | "home"):
            return Turn(visit, (msg.SignOut(visit.staff or "", "asked"),))
        case "deposit_pick", "new":
            return Turn(_at(visit, "deposit_new", now))
        case "deposit_pick", "pick":
            return _pick(state, visit, intent.arg, actor)
        case "deposit_confirm", "confirm" if visit.ho is not None:
            minting = replace(visit, step="deposit_minting", since=now.up_ms)
            return Turn(minting, (), (ef.Mint(visit.ho),))
        case "deposit_confirm", "reopen" if visit.ho is not None:
            return Turn(visit, (msg.ReopenDeposit(actor, visit.ho),))
        case "deposit_confirm", "nothing" if visit.ho is not None:
            return Turn(visit, (msg.AbandonDeposit(actor, visit.ho, "nothing placed"),))
        case "deposit_done", "next":
            return Turn(_at(visit, "deposit_pick", now))
        case "deposit_done", "back":
            return Turn(_at(visit, "staff_menu", now))
        case "queue", "item" if intent.arg in state.queue:
            return Turn(_at(visit, "queue_item", now, item=intent.arg))
        case "queue_item", "acknowledge" if visit.item is not None:
            return Turn(visit, (msg.Acknowledge(actor, visit.item),))
        case "queue_item", "resolve":
            reason = _at(visit, "queue_reason", now, item=visit.item, finding=intent.arg)
            return Turn(reason)
        case "queue_reason", "back":
            return Turn(_at(visit, "queue_item", now, item=visit.item))
        case "queue_item", "back":
            return Turn(_at(visit, "queue", now))
        case (("deposit_pick" | "queue"), "back"):
            return Turn(_at(visit, "staff_menu", now))
        case "deposit_new", "back":
            return Turn(_at(visit, "deposit_pick", now))
        case _:
            return Turn(visit)


def _pick(state: State, visit: Visit, ho: str, actor: ev.Actor) -> Turn:
    known = state.handovers.get(ho)
    if known is None:
        return Turn(replace(visit, notice="This handover is no longer waiting."))
    chosen = replace(visit, ho=ho, tried=())
    if known.phase == "unconfirmed":
        return Turn(chosen, (msg.ReopenDeposit(actor, ho),))
    return Turn(chosen, (msg.StartDeposit(actor, ho),))


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
    turn = Turn(visit)
    if declined is not None:
        turn = _declined(visit, message, declined, now)
    elif isinstance(message, msg.BadgeChecked) and visit.step == "checking":
        turn = _badge(visit, message, now)
    elif isinstance(message, msg.Minted) and visit.step == "deposit_minting":
        turn = _minted(state, visit, message)
    else:
        for event in events:
            heard = _event(site, state, turn.visit, event, message, now)
            turn = Turn(heard.visit, turn.messages + heard.messages, turn.effects + heard.effects)
    return _resume(visit, turn)


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


def _declined(visit: Visit, message: msg.Message, why: Declined, now: Now) -> Turn:
    checked = msg.CodeChecked | msg.StaffPinChecked | msg.BadgeChecked
    if isinstance(message, checked) and visit.step == "checking":
        refused = _at(visit, "refused", now, why=why.why)
        return Turn(refused, (), (ef.Sound("refuse"),))
    if isinstance(message, msg.StartDeposit) and visit.step.startswith("deposit_"):
        return Turn(_at(visit, "deposit_pick", now, notice=str(why)))
    if isinstance(message, msg.ConfirmDeposit | msg.Minted) and visit.step == "deposit_minting":
        confirm = _at(visit, "deposit_confirm", now, ho=visit.ho, unit=visit.unit)
        return Turn(replace(confirm, notice=str(why)))
    if visit.staff is not None and getattr(message, "actor", ev.DEVICE).id == visit.staff:
        return Turn(replace(visit, notice=str(why)))
    return Turn(visit)


def _badge(visit: Visit, message: msg.BadgeChecked, now: Now) -> Turn:
    if message.cred is None:
        refused = _at(visit, "refused", now, why="unproven")
        return Turn(refused, (), (ef.Sound("refuse"),))
    return Turn(_at(visit, "staff_pin", now, badge=message.cred), (), (ef.Sound("accept"),))


def _minted(state: State, visit: Visit, minted: msg.Minted) -> Turn:
    if minted.ho != visit.ho:
        return Turn(visit)
    confirm = msg.ConfirmDeposit(actor_of(state, visit), minted)
    return Turn(replace(visit, pin=minted.pin, qr=minted.qr), (confirm,))


def _event(
    site: Site, state: State, visit: Visit, event: ev.Event, message: msg.Message, now: Now
) -> Turn:
    if visit.step == "checking":
        return _checked(state, visit, event, now)
    if event.ho is not None and event.ho == visit.ho:
        return _own(site, state, visit, event, message, now)
    match event:
        case ev.HandoverOrdered() if visit.step == "deposit_new":
            start = msg.StartDeposit(actor_of(state, visit), event.ho or "")
            return Turn(replace(visit, ho=event.ho), (start,))
        case ev.StaffSignedOut() if event.staff == visit.staff:
            return Turn(Visit(since=now.up_ms, active=now.up_ms))
        case ev.AttentionResolved() if visit.step == "queue_reason":
            return Turn(_at(visit, "queue", now, notice="Recorded."))
        case ev.AttentionAcknowledged() if visit.step == "queue_item":
            return Turn(replace(visit, notice="You have taken this on."))
        case _:
            return Turn(visit)


def _checked(state: State, visit: Visit, event: ev.Event, now: Now) -> Turn:
    """The answer to a code."""
    match event:
        case ev.CodeTurnedAway(why="open") if again := _again(state, visit, event, now):
            return Turn(again)
        case ev.ReleaseAuthorised():
            opening = _at(visit, "opening", now, ho=event.ho, unit=event.unit)
            return Turn(opening, (), (ef.Sound("accept"),))
        case ev.CodeTurnedAway():
            refused = _at(visit, "refused", now, why=event.why, ho=event.ho, unit=event.unit)
            return Turn(refused, (), (ef.Sound("refuse"),))
        case ev.CodeRefused() | ev.StaffRefused():
            refused = _at(visit, "refused", now, why="unproven")
            return Turn(refused, (), (ef.Sound("refuse"),))
        case ev.StaffSignedIn():
            menu = _at(visit, "staff_menu", now, staff=event.staff)
            return Turn(menu, (), (ef.Sound("accept"),))
        case _:
            return Turn(visit)


def _again(state: State, visit: Visit, event: ev.CodeTurnedAway, now: Now) -> Visit | None:
    """The release in progress that its bearer scanned or typed for once more."""
    known = state.handovers.get(event.ho or "")
    lease = state.doors[event.unit].lease if event.unit in state.doors else None
    if known is None or lease is None or lease.reminded >= 2:
        return None
    step = "open" if known.phase == "open" else "opening"
    attempt, reminded = max(1, lease.attempt), lease.reminded
    keep = {"ho": event.ho, "unit": event.unit, "attempt": attempt, "reminded": reminded}
    return _at(visit, step, now, **keep)


def _own(
    site: Site, state: State, visit: Visit, event: ev.Event, message: msg.Message, now: Now
) -> Turn:
    """Something happened to the handover that this visit is about."""
    keep = {"ho": event.ho, "unit": event.unit}
    match event:
        case ev.ReleaseOpened() if visit.step in ("opening", "not_opened"):
            return Turn(_at(visit, "open", now, **keep), (), (ef.Sound("open"),))
        case ev.ReleaseNotOpened() if visit.step == "opening":
            return Turn(replace(visit, attempt=event.attempt + 1))
        case ev.ReleaseFailed() if visit.step == "opening":
            return Turn(_at(visit, "not_opened", now, **keep), (), (ef.Sound("refuse"),))
        case ev.ReleaseInterrupted() if visit.step == "opening":
            return Turn(_at(visit, "not_opened", now, **keep))
        case ev.HandoverFrozen() if visit.step in ("opening", "open"):
            return Turn(_at(visit, "refused", now, why="held", **keep))
        case ev.ReleaseLeftOpen() if visit.step == "open":
            tone = "remind" if event.stage == 1 else "alarm"
            return Turn(replace(visit, reminded=event.stage), (), (ef.Sound(tone),))
        case ev.HandoverWithdrawn() if visit.step == "open":
            return Turn(_at(visit, "home", now))
        case ev.HandoverCollected() if visit.step == "open":
            collected = state.size - 1
            receipt = _at(visit, "receipt", now, receipt=collected, **keep)
            return Turn(receipt, (), (ef.Sound("accept"),))
        case _:
            return _own_deposit(site, state, visit, event, message, now)


def _own_deposit(
    site: Site, state: State, visit: Visit, event: ev.Event, message: msg.Message, now: Now
) -> Turn:
    keep = {"ho": event.ho, "unit": event.unit, "tried": visit.tried}
    match event:
        case ev.HandoverOrdered() if visit.step == "deposit_new":
            return Turn(visit, (msg.StartDeposit(actor_of(state, visit), event.ho or ""),))
        case ev.DepositStarted() | ev.DepositReopened():
            return Turn(_at(visit, "deposit_opening", now, **keep))
        case ev.DepositOpened() if visit.step == "deposit_opening":
            return Turn(_at(visit, "deposit_open", now, **keep), (), (ef.Sound("open"),))
        case ev.DepositNotOpened() if visit.step == "deposit_opening":
            return Turn(replace(visit, attempt=event.attempt + 1))
        case ev.DepositClosed() if visit.step == "deposit_open":
            return Turn(_at(visit, "deposit_confirm", now, **keep))
        case ev.DepositAbandoned() if event.reason == "not opened":
            return _another(state, visit, event, now)
        case ev.DepositAbandoned():
            return Turn(_at(visit, "deposit_pick", now, notice="Nothing was deposited."))
        case ev.DepositUnconfirmed() if visit.step.startswith("deposit_"):
            notice = "The deposit was not confirmed. It stands in the queue."
            return Turn(_at(visit, "deposit_pick", now, notice=notice))
        case ev.CredentialMinted() if isinstance(message, msg.ConfirmDeposit):
            return _minted_on_disk(site, state, visit, event, now)
        case _:
            return Turn(visit)


def _another(state: State, visit: Visit, event: ev.DepositAbandoned, now: Now) -> Turn:
    """The compartment did not open: offer the next one, a bounded number of times."""
    tried = (*visit.tried, event.unit or "")
    if len(tried) > OTHER_TRIES_MAX:
        notice = "No compartment opened. Nothing was deposited. Call for help."
        return Turn(_at(visit, "deposit_pick", now, notice=notice))
    start = msg.StartDeposit(actor_of(state, visit), event.ho or "", tried)
    return Turn(replace(visit, tried=tried), (start,))


def _minted_on_disk(
    site: Site, state: State, visit: Visit, event: ev.CredentialMinted, now: Now
) -> Turn:
    """The codes exist: show them where the profile allows it, and hand them to the courier."""
    assert event.ho is not None
    known = state.handovers[event.ho]
    shown = any(one.name == known.profile and one.show_code for one in site.profiles)
    done = _at(visit, "deposit_done", now, ho=event.ho, unit=event.unit)
    deliver = ef.Deliver(event.ho, event.cred, visit.pin, visit.qr)
    if not shown:
        return Turn(done, (), (deliver, ef.Sound("accept")))
    done = replace(done, pin=visit.pin, qr=visit.qr)
    seen = msg.CodeDelivered(actor_of(state, visit), event.ho, event.cred, "screen")
    return Turn(done, (seen,), (deliver, ef.Sound("accept")))


# -- what time does -----------------------------------------------------------------------------


def _limits(site: Site, visit: Visit) -> tuple[int, int] | None:
    """Milliseconds of quiet until the warning (or the end), and from there to the end."""
    idle_ms = site.timing.idle_s * 1000
    if visit.step in WAITS:
        return idle_ms, site.timing.more_time_s * 1000
    if visit.step in QUIET:
        return idle_ms, 0
    if visit.step in ("checking", "deposit_minting"):
        return ANSWER_S * 1000, 0
    if visit.step == "receipt":
        return site.timing.receipt_s * 1000, 0
    if visit.step == "open" and visit.reminded >= 2:
        return 0, 0
    if visit.step in ("deposit_opening", "deposit_open"):
        return idle_ms * 4, site.timing.more_time_s * 1000
    return None


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
    """Time passed: warn, then end the step."""
    due, limits = next_due(site, visit), _limits(site, visit)
    if due is None or limits is None or now.up_ms < due:
        return Turn(visit)
    if not visit.warned and limits[1] > 0:
        return Turn(replace(visit, warned=True), (), (ef.Sound("remind"),))
    if visit.staff is None:
        return Turn(Visit(since=now.up_ms, active=now.up_ms))
    out: tuple[msg.Message, ...] = (msg.SignOut(visit.staff, "idle"),)
    known = state.handovers.get(visit.ho or "")
    if known is not None and known.phase in ("depositing", "placing", "placed"):
        out = (msg.LeaveDeposit(actor_of(state, visit), known.ho), *out)
    return Turn(Visit(since=now.up_ms, active=now.up_ms), out)
