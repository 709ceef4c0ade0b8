"""The whole core under chance: random people, doors, clocks and cuts.

Theory of operation.  `Hazard` drives a `Cabinet` through random acts; those of a handover's later
life are in `hazard_life`.  Where the choices come from is the caller's business (`Pick`):
Hypothesis, which shrinks, or a seed.  After every act `check` asks everything in `hazard_rules`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

import corekit as kit
import hazard_rules
from hazard_life import SECOND, LaterActs, Pick
from hazard_rules import Broken, demand

from lockerd.core import attention, window
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined
from lockerd.core.findings import FINDINGS
from lockerd.core.messages import Level
from lockerd.core.replay import replay
from lockerd.core.site import Profile, Site
from lockerd.core.snapshot import dump, load
from lockerd.core.state import HOUR_MS, State

T = TypeVar("T")
OPENINGS = (
    *(ev.DepositOpened, ev.ReleaseOpened, ev.ReturnOpened, ev.MoveOpened),
    *(ev.DoorOpened, ev.DoorForced),
)
CLOSINGS = (
    *(ev.DepositClosed, ev.HandoverCollected, ev.HandoverReturned, ev.HandoverKept),
    *(ev.MoveClosed, ev.DoorClosed),
)
PROFILES = ("documents", "documents", "flag", "ask", "guarded", "back")


def site() -> Site:
    """Three compartments, and a profile for each rule that differs."""
    made = kit.site(3)
    more = (Profile("guarded", authorisers=1), Profile("back", at_expiry="return"))
    return made.but(profiles=(*made.profiles, *more))


class SeedPick:
    """Choices of a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def one(self, choices: Sequence[T]) -> T:
        return self._random.choice(choices)

    def whole(self, low: int, high: int) -> int:
        return self._random.randint(low, high)


class Hazard(LaterActs):
    """A cabinet, its acts, and the model that the invariants compare it with."""

    def __init__(self) -> None:
        self.c = kit.Cabinet(site())
        self.c.enrol(SECOND)
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
        self.gone: Counter[str] = Counter()
        self.requested: dict[str, tuple[str, str, int]] = {}
        self.proven: set[str] = set()
        self.approvers: dict[str, set[str]] = {}
        self.profiles: dict[str, str] = {}
        self.ordered: list[int] = []
        self.pulsed: set[int] = set()
        self.rows: dict[str, frozenset[str]] = {}
        self.spent: set[str] = set()
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

    def offer(self, kind: str, cred: str | None, proven: bool) -> None:
        """Somebody types or scans a code."""
        self.offered = cred if proven else None
        self.proven |= {cred} if proven and cred is not None else set()
        self.send(msg.CodeChecked(kind, cred, proven))

    def _unit(self, pick: Pick) -> str:
        return pick.one([one.unit for one in self.c.site.compartments])

    def order(self, pick: Pick) -> None:
        actor = pick.one(kit.PEOPLE)
        opens = self.c.lo + pick.one([0, 0, 0, 0, -HOUR_MS, HOUR_MS])
        closes = opens + pick.one([300, 300, 300, 300, 2, 0]) * HOUR_MS + 20_000
        ho = self.c.new_id()
        texts = ("Someone", "Papers")
        profile, size = pick.one(PROFILES), pick.one("SSML")
        recipient = pick.one(["r1", "r1", "r2", f"r{ho}"])
        self.send(
            msg.OrderHandover(actor, ho, recipient, "i", profile, size, opens, closes, *texts)
        )
        if pick.whole(0, 2):
            self.send(msg.StartDeposit(actor, ho))

    def deposit(self, pick: Pick) -> None:
        """A depositor does something, sensible or not."""
        begun = self._in(pick, "ordered", "placed", "unconfirmed")
        ho = begun.ho if begun is not None and pick.whole(0, 3) else self._ho(pick)
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
                who = pick.one((kit.DEPOSITOR, kit.OTHER))
                self.send(msg.StartDeposit(who, known.ho, announced="other", seal="4711"))

    def code(self, pick: Pick) -> None:
        """Somebody offers a code: a live one, a spent one, an unknown one."""
        creds: list[str | None] = [one.cred for one in self.c.state.handovers.values() if one.cred]
        creds += [one.cred for one in self.c.state.tombs.values()]
        cred = pick.one([*creds, *creds, "nobody's", None])
        proven = cred is not None and pick.whole(0, 3) > 0
        self.offer(pick.one(["qr", "pin"]), cred, proven)

    def recipient(self, pick: Pick) -> None:
        """A recipient comes at the right time with the right code, and may go on as one should."""
        ready = [one for one in self.c.state.handovers.values() if one.phase == "collectable"]
        if not ready:
            return
        known = pick.one(ready)
        assert known.unit is not None
        self.offer("qr", known.cred, True)
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
            msg.PartChanged("scanner", pick.one([True, False])),
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
        *("power", "snapshot", "office", "approve", "back", "back", "move", "move", "move"),
        *("key", "dispute", "dispute", "dispute", "emergency", "maintenance", "counting"),
    )

    def act(self, name: str, pick: Pick, dear: bool = True) -> None:
        """One act, and every invariant."""
        self.offered = None
        getattr(self, name)(pick)
        self.check(dear)

    # -- invariants ----------------------------------------------------------------------------

    def check(self, dear: bool = True) -> None:
        """Follow the new entries, then ask every invariant; the `dear` ones if they are wanted."""
        fresh = self.c.log[self.seen :]
        self.seen = len(self.c.log)
        for line in fresh:
            for follow in hazard_rules.FOLLOWERS:
                follow(self, line)
        rules = hazard_rules.ALWAYS + (hazard_rules.INVARIANTS if fresh else ())
        for holds in rules + (hazard_rules.DEAR if dear else ()):
            holds(self)
        replay(fresh, self.judge)
        demand(self.judge == self.c.state, "replaying the journal gives the state")


def drive(seed: int, acts: int = 120) -> Hazard:
    """A whole run of a seed."""
    pick, hazard = SeedPick(seed), Hazard()
    for _ in range(acts):
        hazard.act(pick.one(Hazard.ACTS), pick)
    return hazard
