"""A cabinet for tests of the core: the tiny engine, a clock, a site, and steps that tests share.

Theory of operation.  `Cabinet` does what `lockerd.engine` does, with a list for a journal:
decide -> rehearse -> append -> apply -> effects.  Time moves only when a test moves it.  What
happened is in `log` (entries), `pulses` (what was energised) and `visit` (the kiosk).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import policy, visit
from lockerd.core.decide import decide
from lockerd.core.draft import Declined
from lockerd.core.fold import apply, rehearse
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.replay import replay
from lockerd.core.site import Column, Compartment, Contact, Profile, Site, Strike, Timing
from lockerd.core.snapshot import dump, load
from lockerd.core.state import HOUR_MS, Handover, State

NOON = 1_767_268_800_000
"""Unix ms: noon UTC on the first of January 2026."""

DEPOSITOR = ev.Actor("depositor", "2")
OTHER = ev.Actor("depositor", "4")
OPERATOR = ev.Actor("operator", "1")
TECHNICIAN = ev.Actor("technician", "3")
AUDITOR = ev.Actor("auditor", "5")
PEOPLE = (OPERATOR, DEPOSITOR, TECHNICIAN, OTHER, AUDITOR)

REST_MS = Strike(pin=0).rest_ms
WINDOW_MS = 1_500


class Line(NamedTuple):
    """One entry of the in-memory journal."""

    idx: int
    event: ev.Event
    now: Now


def site(doors: int = 3, cooldown_ms: int = 5_000, timing: Timing | None = None) -> Site:
    """A small cabinet: S, M, L, S, M, L ... and one profile for each rule that differs."""
    units = tuple(
        Compartment(
            unit=f"A{place + 1}",
            size="SML"[place % 3],
            column=0,
            top=place,
            height=1,
            strike=Strike(pin=2 * place, cooldown_ms=cooldown_ms),
            contact=Contact(pin=2 * place + 1),
        )
        for place in range(doors)
    )
    return Site(
        name="Test",
        fleet="test",
        device="RL07",
        help_phone="112",
        time_zone="UTC",
        driver="sim",
        compartments=units,
        columns=(Column(),),
        profiles=(
            Profile("documents", show_code=True),
            Profile("flag", straddle="release-and-flag"),
            Profile("ask", straddle="ask-operator", interrupted="ask-operator", attempts=2),
        ),
        timing=timing or Timing(confirm_window_ms=WINDOW_MS, receipt_s=60),
        stick_dir="/media/stick",
    )


def rows(cred: str) -> tuple[ev.Verifier, ...]:
    """Verifier rows as the vault would make them, with nothing secret in them."""
    return tuple(ev.Verifier(cred, kind, cred, b"", b"", 0, b"") for kind in ("pin", "qr"))


def minted(ho: str, cred: str) -> msg.Minted:
    """The vault's answer to Mint."""
    return msg.Minted(ho, cred, rows(cred), pin="123456789", qr="LK1SECRET")


class Cabinet:
    """The tiny engine.  `send` raises Declined; `act` at the kiosk never raises."""

    def __init__(self, where: Site | None = None, *, people: bool = True) -> None:
        self.site = where or site()
        self.state = State()
        self.visit = visit.Visit()
        self.log: list[Line] = []
        self.pulses: list[ef.Pulse] = []
        self.effects: list[ef.Effect] = []
        self.up_ms = 10_000
        self.boots = 1
        self.lo = NOON
        self.width_ms: int | None = 0
        self.levels: dict[str, Level] = {c.unit: Level.CLOSED for c in self.site.compartments}
        self._serial = 0
        self.send(msg.Started("test/RL07/1", "vkey", "simulation", "1", "digest", 2))
        self.start()
        if people:
            for one in PEOPLE:
                self.enrol(one)

    # -- time ----------------------------------------------------------------------------------

    @property
    def now(self) -> Now:
        """The interval that contains the present."""
        hi = None if self.width_ms is None else self.lo + self.width_ms
        return Now(f"{self.boots:08x}", self.up_ms, self.lo, hi, "sim")

    def wait(self, for_ms: int) -> None:
        """Let time pass without anybody looking."""
        self.up_ms += for_ms
        self.lo += for_ms

    def run(self, for_ms: int) -> list[ev.Event]:
        """Let time pass; every deadline is taken when it comes, as the loop does."""
        end = self.up_ms + for_ms
        found: list[ev.Event] = []
        for _ in range(10_000):
            due = policy.next_due(self.site, self.state, self.now)
            if due is None or due > end:
                break
            self.wait(due - self.up_ms)
            events = self.send(msg.Tick())
            assert events, f"a tick at {due} had nothing to say"
            found += events
        else:
            raise AssertionError("ticks do not end")
        self.wait(end - self.up_ms)
        return found

    # -- messages ------------------------------------------------------------------------------

    def send(self, message: msg.Message) -> list[ev.Event]:
        """Decide, write, apply, act."""
        now = self.now
        events = decide(self.site, self.state, message, now)
        rehearse(self.state, events)
        self.write(events)
        return events

    def write(self, events: list[ev.Event]) -> None:
        """Append, apply, and do what the events permit."""
        now, first = self.now, len(self.log)
        for place, event in enumerate(events):
            self.log.append(Line(first + place, event, now))
            apply(self.state, event, first + place, now)
        for effect in ef.effects_of(events, first):
            if isinstance(effect, ef.Pulse):
                self.pulses.append(effect)
            else:
                self.effects.append(effect)

    def start(self, doors: Mapping[str, Level] | None = None) -> list[ev.Event]:
        """Boot with the doors as they stand, or as given."""
        self.levels.update(doors or {})
        self.visit = visit.Visit(since=self.up_ms, active=self.up_ms)
        return self.send(msg.Booted("1", "digest", dict(self.levels)))

    def cut(self, doors: Mapping[str, Level] | None = None, off_ms: int = 60_000) -> list[ev.Event]:
        """Power goes and comes back `off_ms` later; the doors are then as given."""
        self.boots += 1
        self.lo += off_ms
        self.up_ms = 8_000
        return self.start(doors)

    def enrol(self, who: ev.Actor) -> list[ev.Event]:
        """Enrol a member of staff under the credential `badge-<number>`."""
        cred = f"badge-{who.id}"
        return self.send(msg.EnrolStaff(ev.DEVICE, who.id, who.role, cred, (), True, "Some Body"))

    def door(self, unit: str, level: Level | str, flips: int = 1) -> list[ev.Event]:
        """The contact of a door changes."""
        self.levels[unit] = Level(level)
        return self.send(msg.DoorMoved(unit, Level(level), self.up_ms, self.up_ms, flips))

    def phase(self, ho: str) -> str:
        """The phase of a handover; `gone` when it is no longer live."""
        known = self.state.handovers.get(ho)
        return "gone" if known is None else known.phase

    def of(self, ho: str) -> Handover:
        """A live handover."""
        return self.state.handovers[ho]

    # -- the usual steps -----------------------------------------------------------------------

    def new_id(self) -> str:
        """The next id: 16 hex digits."""
        self._serial += 1
        return f"{self._serial:016x}"

    def order(
        self,
        profile: str = "documents",
        size: str = "S",
        opens_h: float = 0,
        hours: float = 72,
        actor: ev.Actor = DEPOSITOR,
    ) -> str:
        """Announce a handover whose window begins in `opens_h` hours; its id."""
        ho = self.new_id()
        opens = self.lo + round(opens_h * HOUR_MS)
        closes = opens + round(hours * HOUR_MS)
        self.send(
            msg.OrderHandover(
                actor, ho, f"r{ho}", f"i{ho}", profile, size, opens, closes, "R. Person", "Papers"
            )
        )
        return ho

    def placed(self, ho: str | None = None, actor: ev.Actor = DEPOSITOR, **order: Any) -> str:
        """Go on to a closed door that waits for the depositor's word; the handover's id."""
        ho = ho or self.order(actor=actor, **order)
        self.send(msg.StartDeposit(actor, ho))
        unit = self.unit(ho)
        self.wait(200)
        self.door(unit, "open")
        self.wait(4_000)
        self.door(unit, "closed")
        return ho

    def collectable(self, actor: ev.Actor = DEPOSITOR, **order: Any) -> str:
        """Go on to codes that left the device, with the strike rested; the handover's id."""
        ho = self.placed(actor=actor, **order)
        self.confirmed(ho, actor)
        self.wait(REST_MS)
        return ho

    def confirmed(self, ho: str, actor: ev.Actor = DEPOSITOR) -> list[ev.Event]:
        """The depositor's word, and codes that left the device; the events of the word."""
        events = self.send(msg.ConfirmDeposit(actor, minted(ho, f"c-{ho}")))
        self.send(msg.CodeDelivered(ev.DEVICE, ho, f"c-{ho}", "phone"))
        return events

    def unit(self, ho: str) -> str:
        """The compartment of a handover."""
        unit = self.of(ho).unit
        assert unit is not None
        return unit

    def offer(self, ho: str, kind: str = "qr", proven: bool = True) -> list[ev.Event]:
        """The recipient's code was compared."""
        return self.send(msg.CodeChecked(kind, f"c-{ho}", proven))

    def collected(self, **order: Any) -> tuple[str, str]:
        """A whole handover; its id and its compartment."""
        ho = self.collectable(**order)
        unit = self.unit(ho)
        self.offer(ho)
        self.wait(300)
        self.door(unit, "open")
        self.wait(3_000)
        self.door(unit, "closed")
        assert self.phase(ho) == "gone"
        self.wait(REST_MS)
        return ho, unit

    # -- the kiosk -----------------------------------------------------------------------------

    def act(self, message: msg.Message) -> list[ev.Event]:
        """One message with the visit in the middle, as the engine does it; all its events."""
        pending, found = deque([message]), list[ev.Event]()
        for _ in range(32):
            if not pending:
                return found
            one, declined = pending.popleft(), None
            events: list[ev.Event] = []
            if isinstance(one, msg.Intent):
                turn = visit.intend(self.site, self.state, self.visit, one, self.now)
            else:
                try:
                    events = self.send(one)
                except Declined as why:
                    declined = why
                turn = visit.hear(
                    self.site, self.state, self.visit, one, events, declined, self.now
                )
            self.take(turn)
            pending.extend(turn.messages)
            found += events
        raise AssertionError("follow-ups do not end")

    def take(self, turn: visit.Turn) -> None:
        """The visit moves on."""
        self.visit = turn.visit
        self.effects += turn.effects

    def tick_visit(self) -> list[ev.Event]:
        """The visit's deadline."""
        turn = visit.tick(self.site, self.state, self.visit, self.now)
        self.take(turn)
        return [event for one in turn.messages for event in self.act(one)]

    def press(self, action: str, arg: str = "") -> list[ev.Event]:
        """A button."""
        return self.act(msg.Pressed(action, arg))

    def sign_in(self, who: ev.Actor) -> None:
        """Badge, then PIN."""
        cred = f"badge-{who.id}"
        self.act(msg.Scanned("LKB-badge"))
        self.act(msg.BadgeChecked(cred))
        self.act(msg.CodeTyped("123456"))
        self.act(msg.StaffPinChecked(cred, True))
        assert self.visit.step == "staff_menu"


def copy(one: Cabinet) -> Cabinet:
    """A cabinet of its own with the same history, to be driven another way."""
    twin = Cabinet.__new__(Cabinet)
    twin.__dict__.update(one.__dict__)
    twin.state, twin.log, twin.pulses, twin.effects = State(), [], [], []
    twin.levels = dict(one.levels)
    for line in one.log:
        apply(twin.state, line.event, line.idx, line.now)
        twin.log.append(line)
    return twin


def same_again(c: Cabinet) -> None:
    """The leaves alone, without what they disclose, give the state, and so does its snapshot."""
    lines = [Line(i, ev.decode(ev.encode(event)[0]), now) for i, event, now in c.log]
    assert dump(replay(lines)) == dump(c.state)
    assert load(dump(c.state)) == c.state


def declined(c: Cabinet, message: msg.Message) -> str:
    """Why a message is declined; nothing is written."""
    size = len(c.log)
    with pytest.raises(Declined) as refused:
        c.send(message)
    assert len(c.log) == size
    return refused.value.why
