"""Many handovers in virtual time, by every workflow and through every failure branch.

Theory of operation.  Each handover takes a branch drawn from the seed: plain, or with one trouble
in its way.  A branch ends with the compartment free again, by collection or by an operator's
finding. After each one the physical world is compared with the journal: never more pulses than
permissions, never an empty compartment that counts as occupied.

Rules.  Deterministic: a failure names the seed and the handover's number, and replays from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lockerd.core import messages as msg
from lockerd.core.events import Event, HandoverCollected, HandoverWithdrawn, PulseOrdered
from lockerd.core.site import Site
from lockerd.core.state import WRONG_PINS_MAX
from lockerd.simulation.hands import DOOR_MS, Hands
from lockerd.simulation.phone import PhoneMessage
from lockerd.simulation.stage import Stage

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
RETRIES_MS = 20_000
"""Long enough for every attempt of a release, its cool-downs included."""

BETWEEN_MS = 10 * 60_000


class SoakFailed(AssertionError):
    """An invariant broke; the text carries the seed and the handover's number."""


@dataclass(slots=True)
class Report:
    """What a soak came to: handovers, journal entries, virtual days, branches, events by type."""

    handovers: int = 0
    entries: int = 0
    days: float = 0.0
    branches: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)


class Branches:
    """The ways that a handover can go; every public method is one."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.hands = Hands(stage)
        self.sizes = sorted({one.size for one in stage.world.site.compartments})

    # -- plain ---------------------------------------------------------------------------------

    def collected_by_pin(self) -> None:
        self.hands.collect(self._deposited().pin)

    def collected_by_scan(self) -> None:
        self.hands.collect(self._deposited().qr)

    def collected_after_a_day(self) -> None:
        sent = self._deposited()
        self.stage.run_for(24 * HOUR_MS)
        self.hands.collect(sent.pin)

    def early_then_collected(self) -> None:
        sent = self._deposited(opens_ms=2 * HOUR_MS)
        self.hands.type_code(sent.pin)
        self.hands.expect("refused")
        self.stage.run_for(3 * HOUR_MS)
        self.hands.collect(sent.pin)

    # -- troubles of people --------------------------------------------------------------------

    def expired(self) -> None:
        sent = self._deposited(closes_ms=2 * HOUR_MS)
        self.stage.run_for(3 * HOUR_MS)
        self.hands.type_code(sent.pin)
        self.hands.expect("refused")
        self._resolve(f"expired:{sent.ho}", "removed")

    def mistyped_then_collected(self) -> None:
        sent = self._deposited()
        self._guess(sent, 1)
        self.hands.collect(sent.pin)

    def guessed_until_locked(self) -> None:
        sent = self._deposited()
        for one in range(1, WRONG_PINS_MAX + 1):
            self._guess(sent, one)
        self.hands.type_code(sent.pin)
        self.hands.expect("refused")
        self.stage.run_for(12 * HOUR_MS)
        self.hands.collect(sent.qr)

    def nothing_placed(self) -> None:
        ho = self._ordered()
        self.hands.sign_in("2")
        unit = self.hands.start_deposit(ho)
        self.hands.close(unit)
        self.hands.press("nothing")
        self.hands.press("sign-out")
        self._send(msg.CancelHandover(self.hands.actor("1"), ho, "not needed"))

    def depositor_left(self) -> None:
        ho = self._ordered()
        self.hands.sign_in("2")
        unit = self.hands.start_deposit(ho)
        self.hands.close(unit)
        self.stage.run_for(HOUR_MS)
        self.hands.expect("home")
        self._resolve(f"unconfirmed:{ho}", "removed")

    def left_open(self) -> None:
        sent = self._deposited()
        self.hands.type_code(sent.pin)
        self.stage.run_for(10 * 60_000)
        self.hands.close(sent.unit)

    # -- troubles of the cabinet ---------------------------------------------------------------

    def jammed_then_freed(self) -> None:
        sent = self._deposited()
        self.stage.world.jam(sent.unit)
        self.hands.type_code(sent.pin)
        self.stage.run_for(RETRIES_MS)
        self.hands.expect("not_opened")
        self.stage.world.unjam(sent.unit)
        self.stage.run_for(2 * 60_000)
        self.hands.collect(sent.pin)

    def strike_cable_cut(self) -> None:
        sent = self._deposited()
        self.stage.world.cut(sent.unit, "strike")
        self.hands.type_code(sent.pin)
        self.stage.run_for(RETRIES_MS)
        self.hands.expect("not_opened")
        self.stage.world.mend(sent.unit, "strike")
        self.stage.run_for(2 * 60_000)
        self.hands.collect(sent.pin)

    def contact_cable_cut(self) -> None:
        sent = self._deposited()
        self.stage.world.cut(sent.unit, "contact")
        self.stage.run_for(2_000)
        self.hands.type_code(sent.pin)
        self.stage.run_for(RETRIES_MS)
        self.stage.world.push(sent.unit)
        self.stage.run_for(DOOR_MS)
        self.stage.world.mend(sent.unit, "contact")
        self.stage.run_for(2_000)
        self._resolve(f"frozen:{sent.ho}", "removed")

    def forced(self) -> None:
        sent = self._deposited()
        self.stage.world.force(sent.unit)
        self.stage.run_for(DOOR_MS)
        self.hands.close(sent.unit)
        self._resolve(f"forced:{sent.unit}", "noted")
        self.hands.collect(sent.pin)

    def power_cut_while_opening(self) -> None:
        sent = self._deposited()
        self.hands.home()
        self.hands.press("enter-code")
        self.stage.do(msg.CodeTyped(sent.pin), self.stage.chance.randrange(400))
        self._cycle()
        self._finish(sent)

    def power_cut_while_open(self) -> None:
        sent = self._deposited()
        self.hands.type_code(sent.pin)
        self.stage.run_for(DOOR_MS)
        self._cycle(sent.unit)
        self._finish(sent)

    def power_cut_while_depositing(self) -> None:
        ho = self._ordered()
        self.hands.sign_in("2")
        unit = self.hands.start_deposit(ho)
        self._cycle(unit if self.stage.chance.random() < 0.5 else "")
        self.hands.close(unit)
        self._resolve(f"unconfirmed:{ho}", "removed")

    # -- what people do instead ----------------------------------------------------------------

    def left_inside(self) -> None:
        sent = self._deposited()
        self.hands.type_code(sent.pin)
        self.stage.run_for(DOOR_MS)
        self._send(msg.LeaveItem(sent.ho, True))
        self.hands.close(sent.unit)
        self.stage.run_for(BETWEEN_MS)
        self.hands.collect(sent.pin)

    def found_empty(self) -> None:
        sent = self._deposited()
        self.hands.type_code(sent.pin)
        self.stage.run_for(DOOR_MS)
        self._send(msg.DisputeHandover(sent.ho, "empty"))
        self.hands.close(sent.unit)
        self._resolve(f"disputed:{sent.ho}", "missing")

    def sent_back(self) -> None:
        sent = self._deposited()
        self._send(msg.ReturnHandover(self.hands.actor("1"), sent.ho, "not needed"))
        self._send(msg.FetchBack(self.hands.actor("2"), sent.ho))
        self.stage.run_for(DOOR_MS)
        self.hands.close(sent.unit)

    def moved(self) -> None:
        sent, operator = self._deposited(), self.hands.actor("1")
        self._send(msg.MoveHandover(operator, sent.ho, "water"))
        self.stage.run_for(DOOR_MS)
        self.hands.close(sent.unit)
        self._send(msg.PlaceMoved(operator, sent.ho))
        self.stage.run_for(DOOR_MS)
        self.hands.close(self.hands.handover(sent.ho).to or "")
        self._send(msg.ConfirmMove(operator, sent.ho))
        self.stage.run_for(BETWEEN_MS)
        self.hands.collect(sent.pin)

    def handed_over_by_key(self) -> None:
        sent = self._deposited()
        self._alone(f"key:{sent.ho}")
        self._send(msg.DeclareKey(self.hands.actor("1"), sent.ho, "the strike is dead"))
        self.stage.world.force(sent.unit)
        self.stage.run_for(DOOR_MS)
        self.hands.close(sent.unit)

    def inspected(self) -> None:
        sent, technician = self._deposited(), self.hands.actor("3")
        self._send(msg.OpenMaintenance(technician, "T-4471"))
        self._alone(f"inspect:{sent.unit}")
        self._send(msg.InspectDoor(self.hands.actor("1"), sent.unit, "the contact chatters"))
        self.stage.run_for(DOOR_MS)
        self.hands.close(sent.unit)
        self._send(msg.CloseMaintenance(technician))
        self._resolve(f"frozen:{sent.ho}", "present")
        self.stage.run_for(BETWEEN_MS)
        self.hands.collect(sent.pin)

    def opened_in_an_emergency(self) -> None:
        sent = self._deposited()
        self._alone("emergency")
        self._send(msg.OpenAll(self.hands.actor("1"), (sent.unit,), "smoke"))
        self.stage.run_for(2 * DOOR_MS)
        self.hands.close(sent.unit)
        self._resolve("emergency:cabinet", "noted")
        self._resolve(f"frozen:{sent.ho}", "removed")

    # -- steps ---------------------------------------------------------------------------------

    def _alone(self, subject: str) -> None:
        """An operator breaks the glass, and another one reviews it."""
        self._send(msg.BreakGlass(self.hands.actor("1"), subject, "nobody else is here"))
        self._resolve(f"glass:{subject}", "noted", "4")

    def _send(self, message: msg.Message) -> None:
        declined = self.stage.house.take(message).declined
        if declined is not None:
            raise SoakFailed(f"{type(message).__name__}: {declined}")

    def _ordered(self, opens_ms: int | None = None, closes_ms: int | None = None) -> str:
        lo = self.stage.house.clock.now().lo
        return self.hands.order(
            "R. Example",
            "An item",
            size=self.stage.chance.choice(self.sizes),
            opens=None if opens_ms is None else lo + opens_ms,
            closes=None if closes_ms is None else lo + closes_ms,
        )

    def _deposited(self, opens_ms: int | None = None, closes_ms: int | None = None) -> PhoneMessage:
        ho = self._ordered(opens_ms, closes_ms)
        self.hands.sign_in("2")
        sent = self.hands.deposit(ho)
        self.hands.sign_out()
        self.stage.run_for(BETWEEN_MS)
        return sent

    def _guess(self, sent: PhoneMessage, by: int) -> None:
        wrong = sent.pin[:3] + f"{(int(sent.pin[3:]) + by) % 1_000_000:06d}"
        self.stage.run_for(6 * 60_000)
        self.hands.home()
        self.hands.type_code(wrong)
        self.hands.expect("refused")

    def _cycle(self, pushed: str = "") -> None:
        """Cut the power, let somebody push a door while it is dark, and restore it."""
        self.stage.world.power(False)
        self.stage.run_for(self.stage.chance.randrange(60_000))
        if pushed:
            self.stage.world.push(pushed)
            self.stage.run_for(DOOR_MS)
        self.stage.world.power(True)
        self.stage.run_for(10_000)

    def _finish(self, sent: PhoneMessage) -> None:
        """Whatever the cut left: close an open door, or collect with the code that still lives."""
        if self.stage.world.physics.state()[sent.unit].is_open:
            self.hands.close(sent.unit)
        if sent.ho in self.stage.house.engine.state.handovers:
            self.hands.collect(sent.pin)

    def _resolve(self, key: str, finding: str, by: str = "1") -> None:
        if key not in self.stage.house.engine.state.queue:
            raise SoakFailed(f"{key} is not in the operator's queue")
        self._send(msg.Resolve(self.hands.actor(by), key, "seen to", finding))


PLAIN: tuple[str, ...] = (
    "collected_by_pin",
    "collected_by_scan",
    "collected_after_a_day",
    "early_then_collected",
)


def branches(faults: bool) -> list[str]:
    """The names of the branches that a soak draws from."""
    every = [one for one in vars(Branches) if not one.startswith("_")]
    return sorted(every) if faults else list(PLAIN)


def soak(
    site: Site,
    state_dir: Path,
    handovers: int,
    seed: int,
    faults: bool,
    progress: Callable[[int, int], None] = lambda done, of: None,
    only: Sequence[str] = (),
    watch: Callable[[Stage, int], None] = lambda stage, done: None,
) -> Report:
    """Run `handovers` handovers; their journal is left in `state_dir`.  Raises SoakFailed.

    `watch` is shown the stage after each, when nothing is live.
    """
    stage = Stage(site, state_dir, seed)
    report = Report()

    def heard(events: Sequence[Event]) -> None:
        report.events.update(one.TYPE for one in events)

    stage.world.on_events = heard
    stage.world.start()
    stage.run_for(1_000)
    ways, drawn = Branches(stage), list(only) or branches(faults)
    for number in range(1, handovers + 1):
        name = stage.chance.choice(drawn)
        try:
            getattr(ways, name)()
            ways.hands.home()
            _check(stage, report)
        except AssertionError as broken:
            raise SoakFailed(
                f"handover {number} ({name}), seed {seed}: {broken}; "
                f"replay with --handovers {number} --seed {seed}"
            ) from broken
        report.branches[name] += 1
        report.handovers = number
        stage.run_for(BETWEEN_MS)
        watch(stage, number)
        progress(number, handovers)
    report.entries = stage.house.journal.size
    report.days = stage.time.at_ms / DAY_MS
    stage.world.stop()
    return report


def _check(stage: Stage, report: Report) -> None:
    pulses = sum(n for (_, what), n in stage.world.physics.counts.items() if what == "pulse")
    permitted = report.events[PulseOrdered.TYPE]
    if pulses > permitted:
        raise SoakFailed(f"{pulses} pulses with {permitted} permissions")
    state = stage.house.engine.state
    if state.handovers:
        left = [(one.ho, one.phase) for one in state.handovers.values()]
        raise SoakFailed(f"handovers were left: {left}")
    ended = report.events[HandoverCollected.TYPE] + report.events[HandoverWithdrawn.TYPE]
    if ended > report.events["deposit.started"]:
        raise SoakFailed(f"{ended} handovers ended, fewer were deposited")
