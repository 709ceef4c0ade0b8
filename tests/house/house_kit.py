"""What the tests of the house share: a small site, a journal in memory, a clock that stands.

Theory of operation.  `Bench` is an engine between fakes that write down what they are asked in one
list, in order: `("append", types)`, `("follow", types)`, `("act", effect)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.site import Column, Compartment, Contact, Profile, Site, Strike
from lockerd.core.state import State
from lockerd.engine import Engine
from lockerd.ports import JournalError

NOON = 1_767_268_800_000
HO = "00000000000000a1"
OPERATOR = ev.Actor("operator", "1")
DEPOSITOR = ev.Actor("depositor", "2")

SITE = Site(
    name="House",
    fleet="lockerd.example",
    device="h-1",
    help_phone="112",
    time_zone="UTC",
    driver="sim",
    compartments=tuple(
        Compartment(
            f"A{place + 1}",
            "S",
            0,
            place,
            1,
            strike=Strike(2 * place),
            contact=Contact(1 + 2 * place),
        )
        for place in range(3)
    ),
    columns=(Column(),),
    profiles=(Profile("documents", show_code=True),),
    digest="c0ffee",
)
CLOSED: Mapping[str, Level] = {one.unit: Level.CLOSED for one in SITE.compartments}


class Line(NamedTuple):
    """One entry."""

    idx: int
    event: ev.Event
    now: Now


class ListJournal:
    """`ports.Journal` in memory.  `refusal` is raised by `append` instead, while it is set."""

    def __init__(self, trace: list[tuple[str, Any]]) -> None:
        self.lines: list[Line] = []
        self.refusal: JournalError | None = None
        self.epoch = 1
        self._trace = trace

    @property
    def size(self) -> int:
        return len(self.lines)

    def append(self, events: Sequence[ev.Event], now: Now) -> int:
        if self.refusal is not None:
            self._trace.append(("refuse", ev.names(events)))
            raise self.refusal
        self._trace.append(("append", ev.names(events)))
        first = len(self.lines)
        self.lines += [Line(first + at, one, now) for at, one in enumerate(events)]
        return first

    def entries(self, start: int = 0) -> Iterable[Line]:
        return self.lines[start:]

    def disclosed(self, idx: int) -> Mapping[str, str]:
        return {}


class StillClock:
    """`ports.Clock` that moves only when told to."""

    def __init__(self) -> None:
        self.at_ms = 10_000

    def up_ms(self) -> int:
        return self.at_ms

    def now(self) -> Now:
        at = NOON + self.at_ms
        return Now("00000001", self.at_ms, at, at, "sim")


class Bench:
    """An engine between fakes, booted; `lacking` is what its disk lacks."""

    def __init__(self, engine: type[Engine] = Engine, site: Site = SITE) -> None:
        self.trace: list[tuple[str, Any]] = []
        self.journal = ListJournal(self.trace)
        self.clock = StillClock()
        self.lacking: str | None = None
        self.engine = engine(
            site,
            State(),
            self.journal,
            self.clock,
            act=lambda effect: self.trace.append(("act", effect)),
            follow=lambda events: self.trace.append(("follow", ev.names(events))),
            room=lambda: self.lacking,
        )
        self.engine.handle(msg.Started("o/1", "v", "simulation", "1", "c0ffee", 2))
        self.engine.handle(msg.Booted("1", "c0ffee", CLOSED))
        for actor in (OPERATOR, DEPOSITOR):
            self.engine.handle(
                msg.EnrolStaff(ev.DEVICE, actor.id, actor.role, f"c{actor.id}", (), True, "A name")
            )
        self.trace.clear()

    def order(self, ho: str = HO) -> None:
        """Announce a handover."""
        done = self.engine.handle(
            msg.OrderHandover(
                OPERATOR, ho, "r1", "i1", "documents", "S", None, None, "A person", "A thing"
            )
        )
        assert done.declined is None, done.declined

    def deposit(self, ho: str = HO) -> None:
        """Bring a handover to the point where its codes work; the strike has rested."""
        self.order(ho)
        self.engine.handle(msg.StartDeposit(DEPOSITOR, ho))
        unit = self.engine.state.handovers[ho].unit
        assert unit is not None
        self.door(unit, Level.OPEN)
        self.door(unit, Level.CLOSED)
        minted = msg.Minted(ho, f"cred-{ho}", (), "123456789", "LK1SECRET")
        done = self.engine.handle(msg.ConfirmDeposit(DEPOSITOR, minted))
        assert done.declined is None, done.declined
        self.clock.at_ms += 10_000
        self.trace.clear()

    def door(self, unit: str, level: Level) -> None:
        """A door's contact changes."""
        self.engine.handle(msg.DoorMoved(unit, level, self.clock.at_ms, self.clock.at_ms))

    def code(self, ho: str = HO, proven: bool = True) -> None:
        """Somebody at the kiosk gave a code, and the vault compared it."""
        self.engine.handle(msg.Pressed("home"))
        self.engine.handle(msg.Scanned("LK1SECRET"))
        self.engine.handle(msg.CodeChecked("qr", f"cred-{ho}", proven))

    @property
    def pulses(self) -> list[ef.Pulse]:
        """The pulses that were acted out."""
        return [what for kind, what in self.trace if kind == "act" and isinstance(what, ef.Pulse)]

    @property
    def kinds(self) -> list[str]:
        """What happened, without the details."""
        return [kind for kind, _ in self.trace]
