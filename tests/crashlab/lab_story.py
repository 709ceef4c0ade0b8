"""The program whose system calls are recorded: the real house with its journal, in virtual time.

Theory of operation.  `python lab_story.py ORDER` runs one phase of a story in one process: people
order, deposit, collect, mistype, and power goes and comes, by the journeys that the soak knows.
What counts is marked (`lab_marks`).  Other orders recover directories that a crash left.  Nothing
of the code under test is changed, but for a journal's pragmas in the modes that must fail, and for
limits that make a fold or a snapshot come sooner.

Rules.  The same order and seed give the same calls in the same order.  A phase that cannot go on
raises: the record of a story that went wrong proves nothing.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

from lab_marks import Marks, changes, pepper_digest, told

from drivers.simulated import SimulatedCabinet
from lockerd import upkeep
from lockerd.core import messages as msg
from lockerd.core.events import Event, LogBoot, LogGenesis
from lockerd.core.now import Now
from lockerd.core.site import Column, Compartment, Contact, Profile, Site, Strike
from lockerd.core.state import RULES
from lockerd.house import House
from lockerd.journal import copy, keys, schema, store
from lockerd.journal.epochs import open_journal
from lockerd.journal.reader import Reader
from lockerd.journal.snapshots import SNAPSHOTS, fold
from lockerd.journal.store import Store
from lockerd.ports import JournalError
from lockerd.simulation.soak import BETWEEN_MS, Branches
from lockerd.simulation.stage import Stage
from lockerd.vault import KDF_N_SIMULATION

STATE = "state"
"""The state directory, below the directory that is watched."""

COPY = "copy"
"""Where the second copy goes, in the stories that keep one."""

SITE = Site(
    name="Crash laboratory",
    fleet="lockerd.example",
    device="lab-1",
    help_phone="112",
    time_zone="UTC",
    driver="sim",
    compartments=tuple(
        Compartment(
            unit=str(place + 1),
            size="SM"[place % 2],
            column=0,
            top=place,
            height=1,
            strike=Strike(pin=2 * place),
            contact=Contact(pin=2 * place + 1),
        )
        for place in range(4)
    ),
    columns=(Column(),),
    profiles=(Profile("documents", show_code=True),),
)
NAME = f"{SITE.fleet}/{SITE.device}"


def site_of(root: Path) -> Site:
    """The site of the cabinet below this directory, with a second copy where there is a place."""
    copy = root / COPY
    return SITE.but(copy_dir=str(copy)) if copy.is_dir() else SITE


SOON_BYTES = 96 << 10
"""A limit of the write-ahead log under which folds are forced every few appends."""

IDLE_MS = 10_000
MODES = ("wal-full", "wal-normal", "delete-full", "names-unsynced", "copy-trusted")
"""The first is the product's; each other one breaks one promise of the medium's use."""


# -- modes ----------------------------------------------------------------------------------------


def enter(mode: str, stack: ExitStack) -> None:
    """Make the journal what `mode` says; every mode but the first must lose something."""

    def pragma(name: str, value: str, read: object) -> None:
        writing = tuple((name, value, (read,)) if one[0] == name else one for one in schema.WRITING)
        stack.enter_context(mock.patch.object(schema, "WRITING", writing))

    if mode == "wal-normal":
        pragma("synchronous", "NORMAL", 1)
    elif mode == "delete-full":
        pragma("journal_mode", "DELETE", "delete")
    elif mode == "names-unsynced":
        stack.enter_context(mock.patch.object(keys, "sync_dir", lambda directory: None))
    elif mode == "copy-trusted":
        stack.enter_context(mock.patch.object(copy, "_tail", _trusted))
    else:
        assert mode == MODES[0], mode


def _trusted(fd: int, start: int) -> object:
    """Where a copy goes on that trusts whatever lies before its last sealed line."""
    for offset, raw in copy._backward(fd, start):
        found = copy.read_line(raw)
        if found is not None and found.seal is not None:
            end = offset + len(raw)
            return copy._Tail(found, found.idx + 1, end, end)
    return copy._Tail(None, 0, start, start)


# -- marks ----------------------------------------------------------------------------------------


class Watcher:
    """Marks what the house does, from around its parts."""

    def __init__(self, marks: Marks, stack: ExitStack) -> None:
        self.marks = marks
        self.stack = stack
        self._shown = False

    def begin(self) -> None:
        """Watch every journal, pulse and screen of this process."""
        append, opened, folded = Store.append, Store.open, Store.fold
        pulse = SimulatedCabinet.pulse

        def watched_append(journal: Store, events: Sequence[Event], now: Now) -> int:
            first, todo = journal.size, changes(events)
            self.marks.say("begin", first=first, count=len(events), changes=todo)
            try:
                append(journal, events, now)
            except JournalError:
                self.marks.say("refused")
                raise
            self.marks.say("acked", **told(journal, first))
            return first

        def watched_open(*args: Any, **named: Any) -> Store:
            journal = opened(*args, **named)
            self.opened(journal)
            return journal

        def watched_fold(journal: Store) -> bool:
            done = folded(journal)
            if done:
                self.marks.say("folded")
            return done

        def watched_pulse(cabinet: SimulatedCabinet, unit: str, pulse_ms: int) -> None:
            self.marks.say("pulse")
            pulse(cabinet, unit, pulse_ms)

        for owner, name, instead in (
            (Store, "append", watched_append),
            (Store, "open", watched_open),
            (Store, "fold", watched_fold),
            (SimulatedCabinet, "pulse", watched_pulse),
        ):
            self.stack.enter_context(mock.patch.object(owner, name, instead))

    def opened(self, journal: Store) -> None:
        """A journal was opened."""
        self.marks.say(
            "opened",
            epoch=journal.epoch,
            size=journal.size,
            vkey=journal.vkey,
            pepper=pepper_digest(journal.pepper),
            **told(journal, max(0, journal.size - 64)),
        )

    def refresh(self, house: House) -> None:
        """As the screen: a refusal that is shown is an attempt that is counted."""
        visit = house.engine.visit
        shown = visit.step == "refused" and visit.why == "unproven"
        if shown and not self._shown:
            self.marks.say("refusal")
        self._shown = shown

    def next_frame_due(self, house: House) -> int | None:
        """This screen never moves by itself."""
        return None


# -- a story's phases -----------------------------------------------------------------------------


class Players:
    """People at one cabinet for one phase."""

    def __init__(self, root: Path, seed: int, watcher: Watcher) -> None:
        self.watcher = watcher
        self.stage = Stage(site_of(root), root / STATE, seed, kiosk_of=lambda stage: watcher)
        self.stage.world.start()
        self.ways = Branches(self.stage)

    def go(self, name: str) -> None:
        """One journey to its end, or a step that is none."""
        steps: Mapping[str, Callable[[], object]] = {
            "fold": lambda: self.stage.house.journal.fold(),
            "idle": lambda: self.stage.run_for(IDLE_MS),
            "folded-while-read": self._folded_while_read,
            "erase": self._erase,
            "order": lambda: self.ways.hands.order("R. Example", "An item"),
            "freeze": self._freeze,
            "off-and-on": self._off_and_on,
        }
        if name in steps:
            steps[name]()
        else:
            getattr(self.ways, name)()
            self.ways.hands.home()
            self.stage.run_for(BETWEEN_MS)
        fault = self.stage.house.fault
        assert fault is None, fault

    def _freeze(self) -> None:
        """A witness contradicted the log: this is its last entry."""
        house = self.stage.house
        declined = house.take(msg.FreezeLog("seen with another head", "lab.example/witness", 9_999))
        assert declined.declined is None and house.journal.frozen

    def _off_and_on(self) -> None:
        self.stage.world.power(False)
        self.stage.world.power(True)

    def _erase(self) -> None:
        """An operator has the names of one finished handover erased."""
        house = self.stage.house
        for entry in house.journal.entries():
            ended = (
                entry.event.ho is not None and entry.event.ho not in house.engine.state.handovers
            )
            if ended and house.journal.disclosures(entry.idx):
                actor = self.ways.hands.actor("1")
                subject = f"ho:{entry.event.ho}"
                order = msg.ErasePrivate(actor, subject, "asked for", entry.digests)
                declined = house.take(order).declined
                assert declined is None, declined
                return
        raise AssertionError("no finished handover has names left")

    def _folded_while_read(self) -> None:
        """Somebody reads in a transaction of his own: nothing can be folded until he ends."""
        journal = self.stage.house.journal
        with Reader.read(journal.path) as reader:
            reader.connection.execute("BEGIN")
            reader.connection.execute("SELECT count(*) FROM entry").fetchone()
            assert not journal.fold(), "a journal was folded under a reader"
            self.ways.collected_by_scan()
            self.ways.hands.home()
        assert journal.fold()


def play(order: Mapping[str, Any], watcher: Watcher, stack: ExitStack) -> None:
    """One phase.  `steps`: journeys; `end`: `stop`, or `kill` as the power of one process ends."""
    if order.get("soon"):
        for name in ("IDLE_WAL_BYTES", "FORCED_WAL_BYTES"):
            stack.enter_context(mock.patch.object(store, name, SOON_BYTES))
    if "snapshots" in order:
        every = order["snapshots"]
        stack.enter_context(mock.patch.object(upkeep, "SNAPSHOT_EVERY", every))
    players = Players(Path(order["root"]), order["seed"], watcher)
    for name in order["steps"]:
        players.go(name)
    if order["end"] == "stop":
        players.stage.world.stop()


# -- recovery -------------------------------------------------------------------------------------


def boot_now(store: Reader, boot: str) -> Now:
    """A moment after the last entry, in a new boot."""
    last = store.last_now()
    return Now(boot, 1_000, last.lo + 1_000 if last is not None else 1_800_000_000_000, None, "sim")


def boot_events(store: Store) -> list[Event]:
    """What every start writes first."""
    boot = LogBoot(software="lab", rules=RULES, config="lab", doors=())
    if store.size:
        return [boot]
    genesis = LogGenesis(
        origin=store.origin,
        vkey=store.vkey,
        mode="simulation",
        software="lab",
        config="lab",
        rules=RULES,
        kdf_n=KDF_N_SIMULATION,
    )
    return [genesis, boot]


def recover(order: Mapping[str, Any], watcher: Watcher) -> None:
    """Recover each of `roots`; its seed chooses one of three ways to go on after the start."""
    held: list[Store] = []
    for place, (root, seed) in enumerate(zip(order["roots"], order["seeds"], strict=True)):
        watcher.marks.say("cell", place=place)
        try:
            if seed % 3 == 0:
                _recover_house(Path(root), watcher, seed)
            else:
                held += _recover_store(Path(root), seed, fold_it=seed % 3 == 1)
        except JournalError as lost:
            watcher.marks.say("lost", why=f"{type(lost).__name__}: {lost}")
    sys.stdout.flush()
    os._exit(0)  # as the end of power: what is held is not let go


def _recover_house(root: Path, watcher: Watcher, seed: int) -> None:
    stage = Stage(site_of(root), root / STATE, seed, kiosk_of=lambda stage: watcher)
    stage.world.start()
    stage.run_for(IDLE_MS)
    stage.world.stop()


def _recover_store(root: Path, seed: int, fold_it: bool) -> list[Store]:
    chance = random.Random(seed)
    journal = open_journal(root / STATE, NAME, chance.randbytes)
    if journal.prev is not None and not journal.size:
        return [journal]  # what a new epoch takes over is the house's to write
    fold(journal, root / STATE / SNAPSHOTS)
    journal.append(boot_events(journal), boot_now(journal, chance.randbytes(4).hex()))
    if not fold_it:
        return [journal]
    journal.fold()
    journal.append(boot_events(journal), boot_now(journal, chance.randbytes(4).hex()))
    journal.close()
    return []


def main(order: Mapping[str, Any]) -> None:
    """Carry out one order, given as JSON."""
    with ExitStack() as stack:
        enter(order["mode"], stack)
        watcher = Watcher(Marks(Path(order["marks"])), stack)
        watcher.begin()
        if "roots" in order:
            recover(order, watcher)
        play(order, watcher, stack)
        if order["end"] == "kill":
            os._exit(0)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
