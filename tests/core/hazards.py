"""The whole core under chance: random people, doors, clocks and cuts, and what must stay true.

Theory of operation.  `Hazard` drives a `Cabinet` through random acts.  Where the choices come from
is the caller's business (`Pick`): Hypothesis, which shrinks, or a seed.  After every act `check`
asks each invariant; a broken one raises `Broken` with its name.  Invariants are told from the log
and from the state, with a small model of their own, never by asking `decide` what it meant, except
where the truth told to a bearer is itself the subject (decide is pure: asking changes nothing).
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import corekit as kit

from lockerd.core import attention, policy, window
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.decide import decide
from lockerd.core.draft import Declined
from lockerd.core.findings import FINDINGS
from lockerd.core.messages import Level
from lockerd.core.now import Side, side_of
from lockerd.core.replay import replay
from lockerd.core.snapshot import dump, load
from lockerd.core.state import HOUR_MS, Handover, State

T = TypeVar("T")
OPENINGS = (ev.DepositOpened, ev.ReleaseOpened, ev.DoorOpened, ev.DoorForced)
CLOSINGS = (ev.DepositClosed, ev.HandoverCollected, ev.DoorClosed)
AGREE = {"closed": "closed", "commanded": "closed", "open": "open", "forced": "open"}
LEASED = {"depositing": "deposit", "placing": "deposit", "releasing": "release", "open": "release"}
WHY = {"expired": "expired", "frozen": "held", "releasing": "open", "open": "open"}
SIDES = {Side.EARLY: "early", Side.LATE: "expired", Side.UNSURE: "clock"}


class Broken(AssertionError):
    """An invariant does not hold; the text begins with its name."""


class Pick(Protocol):
    """Where choices come from."""

    def one(self, choices: Sequence[T]) -> T: ...
    def whole(self, low: int, high: int) -> int: ...


class SeedPick:
    """Choices of a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def one(self, choices: Sequence[T]) -> T:
        return self._random.choice(choices)

    def whole(self, low: int, high: int) -> int:
        return self._random.randint(low, high)


class Hazard:
    """A cabinet, its acts, and the model that the invariants compare it with."""

    def __init__(self) -> None:
        self.c = kit.Cabinet(kit.site(3))
        self.judge = State()
        self.seen = 0
        self.offered: str | None = None
        self.codes: dict[str, set[str]] = {}
        self.code_of: dict[str, str] = {}
        self.ended: set[str] = set()
        self.depositors: dict[str, str | None] = {}
        self.opened: Counter[str] = Counter()
        self.queue: attention.Queue = {}
        self.wrong: Counter[str] = Counter()
        self.windows: dict[str, tuple[int, int]] = {}
        self.broken_edges: list[str] = []
        self.check()

    # -- acts ----------------------------------------------------------------------------------

    def send(self, message: msg.Message) -> list[ev.Event]:
        """Send a message; what is declined changes nothing."""
        before = len(self.c.log)
        try:
            return self.c.send(message)
        except Declined as why:
            if len(self.c.log) != before or not str(why) or not why.why:
                raise Broken("a refusal changes nothing and says why") from None
            return []

    def _ho(self, pick: Pick) -> str:
        return pick.one([*self.c.state.handovers, "f" * 16])

    def _unit(self, pick: Pick) -> str:
        return pick.one([one.unit for one in self.c.site.compartments])

    def order(self, pick: Pick) -> None:
        actor = pick.one(kit.PEOPLE)
        opens = self.c.lo + pick.one([0, 0, 0, 0, -HOUR_MS, HOUR_MS])
        closes = opens + pick.one([300, 300, 300, 300, 2, 0]) * HOUR_MS + 20_000
        ho = self.c.new_id()
        texts = ("Someone", "Papers")
        profile, size = pick.one(["documents", "flag", "ask"]), pick.one("SSML")
        recipient = pick.one(["r1", "r1", "r2", f"r{ho}"])
        self.send(
            msg.OrderHandover(actor, ho, recipient, "i", profile, size, opens, closes, *texts)
        )
        if pick.whole(0, 2):
            self.send(msg.StartDeposit(actor, ho))

    def deposit(self, pick: Pick) -> None:
        """A depositor does something, sensible or not."""
        ho = self._ho(pick)
        known = self.c.state.handovers.get(ho)
        own = ev.Actor("depositor", known.depositor if known and known.depositor else "2")
        actor = pick.one((own, own, own, *kit.PEOPLE[:4]))
        acts: list[msg.Message] = [
            msg.StartDeposit(actor, ho),
            msg.ReopenDeposit(actor, ho),
            msg.EnlargeDeposit(actor, ho),
            msg.AbandonDeposit(actor, ho, "nothing placed"),
            msg.LeaveDeposit(actor, ho),
            msg.CancelHandover(actor, ho, "not needed"),
            msg.ConfirmDeposit(actor, kit.minted(ho, f"c-{ho}")),
            msg.ConfirmDeposit(actor, kit.minted(ho, f"c-{ho}")),
            msg.CodeDelivered(actor, ho, f"c-{ho}", "screen"),
        ]
        self.send(pick.one(acts))

    def handle(self, pick: Pick) -> None:
        """The depositor goes on as one should: open, close, confirm."""
        for known in list(self.c.state.handovers.values()):
            if known.phase in ("depositing", "placing") and known.unit is not None:
                level = "open" if known.phase == "depositing" else "closed"
                self.door_to(known.unit, Level(level), 1)
            elif known.phase == "placed":
                own = ev.Actor("depositor", known.depositor or "")
                actor = pick.one((own, own, own, own, kit.DEPOSITOR, kit.OPERATOR))
                self.send(msg.ConfirmDeposit(actor, kit.minted(known.ho, f"c-{known.ho}")))
                if pick.whole(0, 1):
                    self.send(msg.CodeDelivered(actor, known.ho, f"c-{known.ho}", "screen"))
            elif known.phase == "ordered":
                self.send(msg.StartDeposit(pick.one((kit.DEPOSITOR, kit.OTHER)), known.ho))

    def code(self, pick: Pick) -> None:
        """Somebody offers a code: a live one, a spent one, an unknown one."""
        creds: list[str | None] = [one.cred for one in self.c.state.handovers.values() if one.cred]
        creds += [one.cred for one in self.c.state.tombs.values()]
        cred = pick.one([*creds, *creds, "nobody's", None])
        proven = cred is not None and pick.whole(0, 3) > 0
        self.offered = cred if proven else None
        self.send(msg.CodeChecked(pick.one(["qr", "pin"]), cred, proven))

    def recipient(self, pick: Pick) -> None:
        """A recipient comes at the right time with the right code, and may go on as one should."""
        ready = [one for one in self.c.state.handovers.values() if one.phase == "collectable"]
        if not ready:
            return
        known = pick.one(ready)
        assert known.unit is not None
        self.offered = known.cred
        self.send(msg.CodeChecked("qr", known.cred, True))
        if pick.whole(0, 7) == 0:
            self.power(pick)
            return
        for level in (Level.OPEN, Level.CLOSED)[: pick.one([0, 0, 0, 1, 2])]:
            self.c.wait(500)
            self.door_to(known.unit, level, 1)

    def guess(self, pick: Pick) -> None:
        """Somebody types wrong PINs in a row."""
        creds = [one.cred for one in self.c.state.handovers.values() if one.cred]
        cred = pick.one([*creds, None])
        for _ in range(pick.whole(1, 7)):
            self.send(msg.CodeChecked("pin", cred, False))

    def door(self, pick: Pick) -> None:
        """A contact changes, most often to where it was not, where something is going on."""
        doors = self.c.state.doors
        busy = [one.unit for one in doors.values() if one.lease or one.level != "closed"]
        unit = pick.one([*busy, *busy, *busy, self._unit(pick)])
        now = doors[unit].level
        other = Level.CLOSED if now != "closed" else Level.OPEN
        level = pick.one([other, other, other, other, Level.CLOSED, Level.OPEN, Level.UNKNOWN])
        self.door_to(unit, level, pick.one([1, 1, 1, 2, 3, 4]))

    def door_to(self, unit: str, level: Level, flips: int) -> None:
        before = self.c.state.doors[unit].level
        self.c.levels[unit] = level
        up = self.c.up_ms
        events = self.send(msg.DoorMoved(unit, level, up, up, flips))
        self._edge(unit, before, level, flips, events)

    def _edge(
        self, unit: str, before: str, level: Level, flips: int, events: list[ev.Event]
    ) -> None:
        """Every edge is somebody's or an alarm: remember the ones that are neither."""
        own = [one for one in events if one.unit == unit]
        opened = sum(isinstance(one, OPENINGS) for one in own)
        closed = sum(isinstance(one, CLOSINGS) for one in own)
        wanted = {
            ("closed", "open"): (1, 0),
            ("open", "closed"): (0, 1),
            ("closed", "closed"): (1, 1) if flips >= 2 else (0, 0),
        }.get((before, level.value))
        lost = level is Level.UNKNOWN and before != "unknown"
        alarmed = any(isinstance(one, ev.DoorUncertain) for one in own)
        if (wanted is not None and (opened, closed) != wanted) or (lost and not alarmed):
            self.broken_edges.append(f"{unit}: {before} to {level.value}, {ev.names(own)}")

    def time(self, pick: Pick) -> None:
        """Time passes, watched."""
        usual = [700, 1_600, 1_600, 1_600, 5_700, 5_700, 5_700]
        self.c.run(pick.one([*usual, 30_000, 200_000, HOUR_MS]))

    def nap(self, pick: Pick) -> None:
        """Time passes and the loop wakes late."""
        self.c.wait(pick.one([1, 1, 2_000, 2_000, 7_000, 70_000, 3 * HOUR_MS]))
        self.send(msg.Tick())

    def clock(self, pick: Pick) -> None:
        self.c.width_ms = pick.one([0, 0, 0, 2_000, HOUR_MS, None])
        if pick.whole(0, 2) == 0:
            self.send(msg.ClockJumped(pick.one([-90_000_000, 90_000_000]), "floor"))

    def staff(self, pick: Pick) -> None:
        who, unit = pick.one(kit.PEOPLE), self._unit(pick)
        acts: list[msg.Message] = [
            msg.StaffPinChecked(f"badge-{who.id}", True),
            msg.StaffPinChecked(f"badge-{who.id}", False),
            msg.BadgeChecked(None),
            msg.SignOut(who.id, "asked"),
            msg.TestDoor(who, unit),
            msg.TestDoor(kit.TECHNICIAN, unit),
            msg.TestDoor(kit.OPERATOR, unit),
            msg.RetireDoor(who, unit, "worn"),
            msg.RetireCabinet(who, "smoke"),
            msg.InputChanged("scanner", pick.one([True, False])),
            msg.PulseEnded(unit, pick.one([None, "no current"])),
            msg.EnrolStaff(
                kit.OPERATOR, pick.one(["7", "1", "x"]), "depositor", "b", (), True, "N"
            ),
        ]
        self.send(pick.one(acts))

    def mend(self, pick: Pick) -> None:
        """What was taken out of service comes back, and doors that stand open are shut."""
        self.send(msg.RestoreCabinet(kit.OPERATOR))
        for one in list(self.c.state.doors.values()):
            if one.retired is not None:
                self.send(msg.RestoreDoor(kit.OPERATOR, one.unit))
            if one.phase in ("forced", "unknown") or (one.level == "open" and one.lease is None):
                self.door_to(one.unit, Level.CLOSED, 1)

    def operator(self, pick: Pick) -> None:
        """Somebody works through the queue."""
        live = self.c.state.handovers
        held = [
            key
            for key, item in self.c.state.queue.items()
            if item.ho in live and live[item.ho].phase == "frozen"
        ]
        key = pick.one([*self.c.state.queue, *held, *held, *held, "forced:nowhere"])
        who = pick.one((kit.OPERATOR, kit.OPERATOR, kit.DEPOSITOR))
        acts = [msg.Resolve(who, key, "looked", one) for one in (*FINDINGS, "guess")]
        self.send(pick.one([msg.Acknowledge(who, key), *acts]))

    def office(self, pick: Pick) -> None:
        """An operator does something for a recipient."""
        ho, who = self._ho(pick), pick.one((kit.OPERATOR, kit.OPERATOR, kit.DEPOSITOR))
        made = kit.minted(ho, f"n-{len(self.c.log):015x}")
        closes = self.c.lo + pick.one([-1, 1, 400]) * HOUR_MS
        heir = pick.one(["r1", "r2", f"s{len(self.c.log)}"])
        doubted = [one.ho for one in self.c.state.queue.values() if one.rule == window.RULE]
        if doubted and doubted[0] is not None:
            self.send(msg.PermitWindow(who, doubted[0], "seen by the clock on the wall"))
            return
        acts: list[msg.Message] = [
            msg.ExtendHandover(who, ho, closes, "on holiday"),
            msg.PermitWindow(who, ho, "seen by the clock on the wall"),
            msg.ReissueCredential(who, made, "lost"),
            msg.ReassignHandover(who, ho, heir, "ill", pick.one([made, made, None]), "Someone"),
        ]
        self.send(pick.one(acts))

    def power(self, pick: Pick) -> None:
        """A cut, or a restart in order; the doors are then as somebody left them."""
        before = {unit: one.level for unit, one in self.c.state.doors.items()}
        doors = {
            one.unit: pick.one(
                [Level(before[one.unit])] * 6 + [Level.OPEN, Level.CLOSED, Level.UNKNOWN]
            )
            for one in self.c.site.compartments
        }
        if pick.whole(0, 3) == 0:
            self.send(msg.Stopping("asked"))
        if pick.whole(0, 3) == 0:
            events = self.c.start(doors)
        else:
            events = self.c.cut(doors, off_ms=pick.one([1_000, HOUR_MS, 30 * HOUR_MS]))
        for unit, level in doors.items():
            self._edge(unit, before[unit], level, 1, events)

    def snapshot(self, pick: Pick) -> None:
        """The state goes through its snapshot."""
        data = dump(self.c.state)
        self.send(msg.SnapshotTaken("00" * 32, len(data)))
        if load(dump(self.c.state)) != self.c.state:
            raise Broken("a snapshot gives the state back")
        self.c.state = load(dump(self.c.state))

    ACTS = (
        *("order", "order", "deposit", "handle", "handle", "handle", "handle", "code", "guess"),
        *("recipient", "recipient", "recipient", "door", "door", "door", "door", "door"),
        *("time", "time", "time", "time", "nap", "clock", "staff", "mend", "operator", "operator"),
        *("power", "snapshot", "office"),
    )

    def act(self, name: str, pick: Pick) -> None:
        """One act, and every invariant."""
        self.offered = None
        getattr(self, name)(pick)
        self.check()

    # -- invariants ----------------------------------------------------------------------------

    def check(self) -> None:
        """Follow the new entries, then ask every invariant."""
        fresh = self.c.log[self.seen :]
        self.seen = len(self.c.log)
        for line in fresh:
            for follow in FOLLOWERS:
                follow(self, line)
        for holds in INVARIANTS:
            holds(self)
        replay(fresh, self.judge)
        _demand(dump(self.judge) == dump(self.c.state), "replaying the journal gives the state")


def _demand(holds: bool, name: str, detail: str = "") -> None:
    if not holds:
        raise Broken(f"{name}: {detail}" if detail else name)


# Each follower looks at one entry as it comes.


def release_needs_a_proven_code(h: Hazard, line: kit.Line) -> None:
    event = line.event
    if isinstance(event, ev.ReleaseAuthorised):
        name = "no release without a proven code"
        _demand(h.offered == event.cred, name)
        used = event.cred in h.ended or h.opened[event.ho or ""] > 0
        _demand(not used, "a used code does not open again")
        _demand(event.ho in h.codes[event.cred], name)


def item_leaves_once(h: Hazard, line: kit.Line) -> None:
    event = line.event
    if isinstance(event, ev.ReleaseOpened):
        assert event.ho is not None
        h.opened[event.ho] += 1
        _demand(h.opened[event.ho] == 1, "one item leaves at most once", event.ho)


def credentials_begin_and_end(h: Hazard, line: kit.Line) -> None:
    """One code for each recipient, whatever it opens; the last opening ends it."""
    event, ho = line.event, line.event.ho or ""
    shared = "a code lives while it opens another door"
    if isinstance(event, ev.CredentialMinted):
        _demand(ho not in h.code_of and event.cred not in h.codes, "codes are minted once", ho)
        h.codes[event.cred], h.code_of[ho] = {ho}, event.cred
    elif isinstance(event, ev.CredentialJoined):
        _demand(ho not in h.code_of, "codes are minted once", ho)
        _demand(bool(h.codes[event.cred]) and event.cred not in h.ended, shared, ho)
        h.wrong[ho] = max(h.wrong[one] for one in h.codes[event.cred])
        h.codes[event.cred].add(ho)
        h.code_of[ho] = event.cred
    elif isinstance(event, ev.CredentialReissued):
        _demand(event.cred not in h.codes, "codes are minted once", ho)
        _reissued(h, event, ho)
    elif isinstance(event, ev.ReleaseOpened):
        _demand(event.more == (h.codes[event.cred] != {ho}), shared, ho)
        if not event.more:
            h.ended.add(event.cred)
    elif isinstance(event, ev.HandoverCollected | ev.HandoverWithdrawn) and ho in h.code_of:
        cred = h.code_of[ho]
        if isinstance(event, ev.HandoverWithdrawn):
            _demand((event.cred == cred) == (h.codes[cred] == {ho}), shared, ho)
        h.codes[cred].discard(ho)
        if not h.codes[cred]:
            h.ended.add(cred)


def _reissued(h: Hazard, event: ev.CredentialReissued, ho: str) -> None:
    """The old code dies, or stays with the others of the recipient before."""
    old = h.code_of[ho]
    moved = {ho} if event.old is None else set(h.codes[old])
    _demand(event.old in (None, old), "a credential ends only by evidence or withdrawal", ho)
    if event.old is not None:
        h.ended.add(old)
    h.codes[old] -= moved
    h.codes[event.cred] = moved
    h.code_of.update(dict.fromkeys(moved, event.cred))


def windows_grow_by_proof_alone(h: Hazard, line: kit.Line) -> None:
    """A window ends later by an outage that the journal shows, or by a person; never by a clock."""
    name, event, ho = "no window widened by a clock", line.event, line.event.ho or ""
    if isinstance(event, ev.HandoverOrdered):
        h.windows[ho] = (event.opens, event.closes)
    elif isinstance(event, ev.HandoverExtended):
        _demand(event.actor.role == "operator", name, ho)
        h.windows[ho] = (h.windows[ho][0], event.closes)
    elif isinstance(event, ev.WindowCredited):
        opens, closes = h.windows[ho]
        ended = h.c.log[event.back]
        dark = isinstance(ended.event, ev.LogBoot)
        _demand(dark or isinstance(ended.event, ev.CabinetRestored), name, "no outage")
        _demand(not dark or line.now.hi is not None, name, "nobody vouches for the clock")
        lost_ms = min(closes, ended.now.lo if not dark else event.until) - max(opens, event.since)
        _demand(0 < event.minutes * 60_000 <= lost_ms, name, f"{event.minutes} of {lost_ms} ms")
        _demand(event.until <= line.now.lo, name, "it ends in the future")
        h.windows[ho] = (opens, max(closes, event.until) + event.minutes * 60_000)


def the_depositor_speaks(h: Hazard, line: kit.Line) -> None:
    event, name = line.event, "the depositor's identity is kept"
    if isinstance(event, ev.DepositStarted):
        h.depositors[event.ho or ""] = event.actor.id
    elif isinstance(event, ev.DepositAbandoned):
        h.depositors[event.ho or ""] = None
    elif isinstance(event, ev.DepositConfirmed):
        _demand(h.depositors[event.ho or ""] == event.actor.id, name, event.ho or "")


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
    _demand(again == leaf and set(shown) == hidden, "an event survives its leaf", str(leaf))


FOLLOWERS: tuple[Callable[[Hazard, kit.Line], None], ...] = (
    release_needs_a_proven_code,
    item_leaves_once,
    credentials_begin_and_end,
    windows_grow_by_proof_alone,
    the_depositor_speaks,
    queue_follows,
    every_event_travels,
)


# Each invariant looks at the state as it is.


def pulses_are_on_disk(h: Hazard) -> None:
    ordered = [one.idx for one in h.c.log if isinstance(one.event, ev.PulseOrdered)]
    pulsed = [one.entry for one in h.c.pulses]
    _demand(pulsed == ordered, "no pulse without its entry", f"{pulsed[-3:]} {ordered[-3:]}")


def edges_are_attributed(h: Hazard) -> None:
    _demand(not h.broken_edges, "every edge is attributed or alarmed", "; ".join(h.broken_edges))


def credentials_live(h: Hazard) -> None:
    name = "a credential ends only by evidence or withdrawal"
    handovers = h.c.state.handovers.values()
    live = {(one.cred, one.ho) for one in handovers if one.cred and one.phase != "open"}
    due = {(cred, ho) for cred, hos in h.codes.items() for ho in hos if not h.opened[ho]}
    _demand(live == due, name, str(live ^ due))
    for cred, _ in live:
        _demand(cred not in h.ended, name, f"{cred} lives on")


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
    return WHY.get(known.phase) or ("" if inside else SIDES[side]), side


def bearers_are_told_the_truth(h: Hazard) -> None:
    """What each proven QR code would be answered now: about the door in use, else about the first
    that may open, else about the first."""
    name, state, now = "a proven code is told the truth", h.c.state, h.c.now
    for cred in {one.cred for one in state.handovers.values() if one.cred}:
        answer = decide(h.c.site, state, msg.CodeChecked("qr", cred, True), now)
        ends = {one.ho: one.closes for one in answer if isinstance(one, ev.WindowCredited)}
        told = next(one for one in answer if not isinstance(one, ev.WindowCredited))
        group = sorted(
            (one for one in state.handovers.values() if one.cred == cred),
            key=lambda one: one.deposited or 0,
        )
        truths = [(one, *_truth(h, one, ends.get(one.ho, one.closes))) for one in group]
        busy = [one for one in truths if one[0].phase in ("releasing", "open")]
        ready = [one for one in truths if not one[1]]
        known, why, side = (busy or ready or truths)[0]
        said = told.why if isinstance(told, ev.CodeTurnedAway) else ""
        right = isinstance(told, ev.CodeTurnedAway | ev.ReleaseAuthorised) and said == why
        _demand(right and told.ho == known.ho, name, f"{known.phase} {side} {told}")
        if not why:
            flagged = told.flag if isinstance(told, ev.ReleaseAuthorised) else None
            _demand((side is Side.UNSURE) == ("clock" in (flagged or "")), name, "flag")
    for tomb in state.tombs.values():
        if state.by_cred(tomb.cred) is not None:
            continue
        told = decide(h.c.site, state, msg.CodeChecked("qr", tomb.cred, True), now)[0]
        right = isinstance(told, ev.CodeTurnedAway) and told.why == "collected"
        _demand(right, name, f"tomb {told}")


def windows_are_what_was_said(h: Hazard) -> None:
    for known in h.c.state.handovers.values():
        said = h.windows.get(known.ho)
        same = said == (known.opens, known.closes)
        _demand(same, "no window widened by a clock", f"{known.ho} {said}")


def deposit_identity(h: Hazard) -> None:
    for known in h.c.state.handovers.values():
        kept = known.depositor == h.depositors.get(known.ho)
        _demand(kept, "the depositor's identity is kept", known.ho)


def queue_is_a_fold(h: Hazard) -> None:
    _demand(h.queue == h.c.state.queue, "the queue rebuilt is the queue")


def doors_agree(h: Hazard) -> None:
    name = "a door's phase agrees with its contact"
    for one in h.c.state.doors.values():
        _demand(AGREE.get(one.phase, "unknown") == one.level, name, f"{one.unit} {one}")
        _demand(one.level == h.c.levels[one.unit], name, f"{one} {h.c.levels[one.unit]}")


def leases_match(h: Hazard) -> None:
    """What is in the air has a door, and a door that is given has its handover."""
    name, state = "every lease has its handover", h.c.state
    units = [one.unit for one in state.handovers.values() if one.unit]
    _demand(len(units) == len(set(units)), "one compartment, one handover", str(units))
    for known in state.handovers.values():
        lease = state.doors[known.unit].lease if known.unit else None
        live = lease is not None and lease.over is None and lease.ho == known.ho
        purpose = LEASED.get(known.phase)
        held = lease is not None and lease.purpose == purpose and live
        _demand(held if purpose else not live, name, f"{known.phase} {lease}")
        if known.phase == "open":
            _demand(lease is not None and lease.opened is not None, name, "open without evidence")
    for one in state.doors.values():
        if one.lease is not None and one.lease.purpose != "test":
            _demand(one.lease.ho in state.handovers, name, f"{one}")


def deadlines_agree(h: Hazard) -> None:
    name, c = "a tick comes when it is due and only then", h.c
    due = policy.next_due(c.site, c.state, c.now)
    ready = decide(c.site, c.state, msg.Tick(), c.now)
    _demand(due is None or due >= c.up_ms, name, "in the past")
    _demand(bool(ready) == (due is not None and due <= c.up_ms), name, f"{due} {ready}")


def nobody_waits_for_ever(h: Hazard) -> None:
    """What is in the air without an end of its own is a door left open, and is in the queue."""
    c, name = h.c, "nothing in the air waits for ever"
    for one in c.state.doors.values():
        lease = one.lease
        if lease is None or lease.over is not None or lease.opened is not None:
            continue
        _demand(policy.next_due(c.site, c.state, c.now) is not None, name, str(one))


def snapshot_is_state(h: Hazard) -> None:
    data = dump(h.c.state)
    _demand(dump(load(data)) == data, "a snapshot gives the state back")


INVARIANTS: tuple[Callable[[Hazard], None], ...] = (
    pulses_are_on_disk,
    edges_are_attributed,
    credentials_live,
    bearers_are_told_the_truth,
    deposit_identity,
    windows_are_what_was_said,
    queue_is_a_fold,
    doors_agree,
    leases_match,
    deadlines_agree,
    nobody_waits_for_ever,
    snapshot_is_state,
)


def drive(seed: int, acts: int = 120) -> Hazard:
    """A whole run of a seed."""
    pick, hazard = SeedPick(seed), Hazard()
    for _ in range(acts):
        hazard.act(pick.one(Hazard.ACTS), pick)
    return hazard
