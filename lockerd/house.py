"""One cabinet's parts, put together and run in order: the same for a device, a simulation, a story.

Theory of operation.  A composition root chooses the parts (`Parts`) and hands them over.  `start`
opens the journal, folds the state from leaves (from the newest sealed snapshot on, when it fits),
starts the doors, and handles one message, `Booted`: recovery is nothing else.  From then on every
message goes through the engine, then the screen is brought up to date and the next deadline is set.
Effects go to the effector, what the disk needs to the upkeep.  `stop` undoes it
all in reverse order.  `abandon` is what a power cut does: nothing.

A journal that witnesses or the second copy contradict is frozen and left: the ordinary start finds
it closed, begins the next epoch and takes over what still stands.

A journal that fails while running (a full disk, a read-only remount) stops everything that could
not be recorded; every `MEND_MS` the house lets go and tries the ordinary start again.

Rules.  Everything here runs on the loop's thread.  A journal that cannot be opened leaves the
screen saying so with the remedy, and no pin is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lockerd import __version__
from lockerd.core import messages as msg
from lockerd.core.delivery import Letter
from lockerd.core.events import DEVICE, AnchorCosigned, Event
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import State
from lockerd.core.visit import Visit
from lockerd.effector import Carrier, Effector, Works
from lockerd.engine import Engine, Outcome
from lockerd.gate import Gate, no_owner
from lockerd.guard import Guard
from lockerd.journal.certificate import owner_key
from lockerd.journal.epochs import Heritage, heritage, open_journal
from lockerd.journal.keys import FILES, Keyring, show_vkey
from lockerd.journal.snapshots import SNAPSHOTS, fold
from lockerd.journal.store import Store
from lockerd.loop import Deadline, Loop
from lockerd.mailroom import Mailroom
from lockerd.ports import (
    Cabinet,
    Clock,
    Clockwork,
    Courier,
    JournalError,
    PortError,
    Post,
    Printer,
    Speaker,
)
from lockerd.upkeep import Upkeep
from lockerd.vault import Job, Vault

if TYPE_CHECKING:
    from lockerd.journal.anchors import Taken

RESERVE_BYTES = 8 << 20
"""Free space below which nothing new is begun: what was begun must still fit."""

MEND_MS = 10_000
"""How often a house that could not go on tries the ordinary start again."""


class WrongMode(JournalError):
    """A demonstration's state directory was given to a device, or the other way round."""


class KioskPart(Protocol):
    """The screen with its touch and keys, as far as the house knows it."""

    def refresh(self, house: House) -> None:
        """Bring the screen up to date."""

    def next_frame_due(self, house: House) -> int | None:
        """When something on the screen changes by itself, in ms since boot; None for never."""


@dataclass(slots=True)
class Parts:
    """What differs between a device, a simulation and a story.

    `clock_of(floor)` makes the clock once the journal's last time is known.  `run_job` takes a slow
    hash off the loop and posts its answer.  `mode`: `device` or `simulation`.  With `copy_thread`
    the second copy is written beside the loop, else on it.  `micros`: a clock in microseconds for
    background work, which is not done without one.  `keyring`: where the secrets are.
    `printer`: of slips.  `open_porter(post)` makes who writes papers to a stick.  `slips_dir`: of
    the sealed file, instead of the config's.
    `on_letter(letter, channel)`: a simulation's recipient, told what left by any channel.
    """

    loop: Loop
    clock_of: Callable[[Now | None], Clockwork]
    open_cabinet: Callable[[Clock], Cabinet]
    run_job: Callable[[Job], None]
    random: Callable[[int], bytes]
    mode: str
    kdf_n: int
    kiosk: KioskPart | None = None
    courier: Courier | None = None
    speaker: Speaker | None = None
    reserve_bytes: int = RESERVE_BYTES
    copy_thread: bool = False
    micros: Callable[[], int] | None = None
    keyring: Keyring = FILES
    printer: Printer | None = None
    open_porter: Callable[[Post], Carrier] | None = None
    slips_dir: Path | None = None
    on_letter: Callable[[Letter, str], None] = lambda letter, channel: None


class House:
    """A running cabinet."""

    def __init__(self, site: Site, state_dir: Path, parts: Parts) -> None:
        self.site = site
        self.state_dir = state_dir
        self.parts = parts
        self.loop = parts.loop
        self.fault: str | None = None
        self.journal: Store
        self.clock: Clockwork
        self.vault: Vault
        self.gate: Gate
        self.engine: Engine
        self.on_events: Callable[[Sequence[Event]], None] = lambda events: None
        self._deadline: Deadline | None = None
        self._frame: Deadline | None = None
        self._mending: Deadline | None = None
        self._guard: Guard | None = None
        self._upkeep: Upkeep | None = None
        self._effector: Effector | None = None
        self._mailroom: Mailroom | None = None
        self._armed_for: int | None = None
        self._open = False

    # -- start and stop ------------------------------------------------------------------------

    def start(self) -> None:
        """Open, fold, read the doors, boot.  Raises JournalError and DriverError."""
        parts, site = self.parts, self.site
        name = f"{site.fleet}/{site.device}"
        self.journal = open_journal(self.state_dir, name, parts.random, parts.keyring)
        self._open = True
        show_vkey(self.state_dir, self.journal.vkey)
        units = [one.unit for one in site.compartments]
        past = heritage(self.state_dir, self.journal, units, site.owner_key)
        self.clock = parts.clock_of(self.journal.last_now() if past is None else past.last)
        state = fold(self.journal, self.state_dir / SNAPSHOTS)
        mode = state.mode if past is None else past.mode
        if mode not in ("", parts.mode):
            raise WrongMode(
                f"this state directory belongs to a {mode}; give --state another directory"
            )
        self.vault = Vault(self.journal.pepper, parts.random, parts.kdf_n, parts.run_job)
        altered = self.vault.load(self.journal.verifiers())
        self.gate = self._make_gate()
        self._upkeep = Upkeep(
            self.state_dir, self.journal, self.loop, self._when_quiet, self._when_broken
        )
        self._mailroom = self._open_mailroom(state)
        self._effector = self._make_effector(state, self._mailroom)
        self.engine = Engine(
            site,
            state,
            self.journal,
            self.clock,
            act=self._effector.act,
            follow=self._follow,
            room=self._room,
        )
        self._keep_time()
        if state.size == 0:
            self._begin(past)
        self._effector.cabinet = parts.open_cabinet(self.clock)
        doors = self._effector.cabinet.start(self.loop.post)
        self.loop.on_message = self._hear
        self.take(msg.Booted(__version__, site.digest, doors))
        if altered:
            reason = "codes in the database were changed from outside; verify the journal"
            self.take(msg.RetireCabinet(DEVICE, reason))
        self._guard = self._make_guard()
        self._guard.begin()
        if self.journal.frozen:
            self._let_go()
            self.start()
            return
        if site.copy_dir:
            self._begin_copy(self._upkeep, Path(site.copy_dir))

    def _make_gate(self) -> Gate:
        """Who judges claims: with the owner's key, where the config names one."""
        parts, owner = self.parts, self.site.owner_key
        verifies = owner_key(owner, "owner").verifies if owner else no_owner
        boot = self.clock.now().boot
        return Gate(self.vault, parts.random, parts.run_job, self.journal.origin, boot, verifies)

    def _make_guard(self) -> Guard:
        return Guard(
            self.state_dir,
            self.journal,
            self.site.witnesses,
            self.parts.micros,
            self.loop,
            self.clock.now,
            self.take,
            self._idle,
        )

    def _open_mailroom(self, state: State) -> Mailroom:
        parts = self.parts
        return Mailroom(
            self.site,
            state.handovers,
            self.journal.disclosed,
            self.loop.post,
            self.loop,
            self.loop.call,
            parts.random,
            parts.courier,
            parts.printer,
            parts.slips_dir,
            parts.on_letter,
        )

    def _make_effector(self, state: State, mailroom: Mailroom) -> Effector:
        parts, loop = self.parts, self.loop
        porter = None if parts.open_porter is None else parts.open_porter(loop.post)
        works = Works(
            self.gate,
            self.vault,
            mailroom,
            self._keep_time,
            parts.courier,
            parts.speaker,
            porter,
        )
        return Effector(self.site, state, self.journal, loop.post, loop, works)

    def _begin_copy(self, upkeep: Upkeep, directory: Path) -> None:
        thread = self.parts.copy_thread
        upkeep.begin_copy(directory, self._hear, self.loop.call, self.clock.up_ms, thread)

    def _set_fault(self, fault: str | None) -> None:
        """The journal takes nothing more: say so, and try the ordinary start again later."""
        self.fault = self.engine.fault = fault
        if fault is not None and self._mending is None:
            self._mending = self.loop.after(MEND_MS, self._mend)

    def _mend(self) -> None:
        """Let go of everything and start again, as a restart would; what is missing is found."""
        if self._mending is not None:
            self._mending.cancel()
            self._mending = None
        try:
            self._let_go()
            self.start()
        except PortError as still:
            self.engine.visit = Visit()
            self._set_fault(str(still))
        else:
            self._set_fault(self.engine.fault)
        self.refresh()

    def _let_go(self, finish_copy: bool = False) -> None:
        self._leave_doors()
        if self._upkeep is not None:
            self._upkeep.close(finish_copy)
        if self._guard is not None:
            self._guard.close()
        if self._mailroom is not None:
            self._mailroom.close()
        if self._open:
            self._open = False
            self.journal.close()

    @property
    def cabinet(self) -> Cabinet | None:
        """The doors; None before they are read and after they were let go."""
        return None if self._effector is None else self._effector.cabinet

    def _leave_doors(self, stop: bool = True) -> None:
        """A pulse that waits finds no cabinet then, not the one of the next start."""
        cabinet = self.cabinet
        if cabinet is not None and self._effector is not None:
            self._effector.cabinet = None
            if stop:
                cabinet.stop()

    def _begin(self, past: Heritage | None) -> None:
        """Write the genesis: of the first epoch, or of one that takes over from the last."""
        journal = self.journal
        self.engine.handle(
            msg.Started(
                origin=journal.origin,
                vkey=journal.vkey,
                mode=self.parts.mode,
                software=__version__,
                config=self.site.digest,
                kdf_n=self.parts.kdf_n,
                **({} if past is None else past.said()),
            )
        )

    def stop(self, reason: str) -> None:
        """Drive everything off, say so in the journal, let go; idempotent."""
        self._cancel_deadlines()
        self._leave_doors()
        if self._open and hasattr(self, "engine"):
            self.engine.handle(msg.Stopping(reason))
        self._let_go(finish_copy=True)

    def abandon(self) -> None:
        """Power was cut: nothing is said, nothing is driven, files are merely let go."""
        self._cancel_deadlines()
        self._leave_doors(stop=False)
        self.loop.on_message = lambda message: None
        self._let_go()

    def _cancel_deadlines(self) -> None:
        for deadline in (self._deadline, self._frame, self._mending):
            if deadline is not None:
                deadline.cancel()
        if self._upkeep is not None:
            self._upkeep.cancel()

    # -- running -------------------------------------------------------------------------------

    def _hear(self, message: msg.Message) -> None:
        """Take what a part posted; one of them may have closed this log for good."""
        self.take(message)
        if isinstance(message, msg.FreezeLog) and self.journal.frozen:
            self._mend()

    def take(self, message: msg.Message) -> Outcome:
        """Handle one message to its end and bring everything up to date."""
        outcome = self.engine.handle(message)
        self._set_fault(self.engine.fault)
        self._snapshot()
        self.refresh()
        return outcome

    def send(self, message: msg.Message) -> Outcome:
        """What a request over the socket asks for; the same as `take`."""
        return self.take(message)

    def refresh(self) -> None:
        """Bring the screen up to date and set the next deadlines."""
        self._arm()
        kiosk = self.parts.kiosk
        if kiosk is None:
            return
        kiosk.refresh(self)
        due = kiosk.next_frame_due(self)
        if self._frame is not None:
            self._frame.cancel()
            self._frame = None
        if due is not None:
            delay_ms = max(1, due - self.clock.up_ms())
            self._frame = self.loop.after(delay_ms, self.refresh)

    def _arm(self) -> None:
        due = self.engine.next_due()
        if due == self._armed_for and self._deadline is not None:
            return
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._armed_for = due
        if due is not None:
            self._deadline = self.loop.after(max(0, due - self.clock.up_ms()), self._tick)

    def _tick(self) -> None:
        self._deadline, self._armed_for = None, None
        by_ms = self.clock.jump()
        if by_ms is not None:
            self.engine.handle(msg.ClockJumped(by_ms, self.clock.now().source))
        self.engine.tick()
        self._set_fault(self.engine.fault)
        self._snapshot()
        self.refresh()

    def take_answers(self) -> list[Taken]:
        """Take the answers of witnesses that came in; what each came to."""
        found: list[Taken] = []
        if self._guard is None or self.fault is not None:
            return found
        try:
            found = self._guard.answers()
        except JournalError as broken:
            self._set_fault(str(broken))
            self.refresh()
        if self.journal.frozen:
            self._mend()
        return found

    @property
    def answers_fault(self) -> str | None:
        """Why the answers of witnesses cannot be taken; None when they can."""
        return self.fault if self._guard is None else self.fault or self._guard.fault

    def _idle(self) -> bool:
        """Whether nobody would wait for what takes a few milliseconds."""
        step = self.engine.visit.step  # a receipt may stand all night
        return self.fault is None and not self._busy() and step in ("home", "receipt")

    def _busy(self) -> bool:
        """Whether a door is given to somebody."""
        leases = (one.lease for one in self.engine.state.doors.values())
        return any(one is not None and one.over is None for one in leases)

    def _when_quiet(self) -> None:
        self.take_answers()

    def _when_broken(self, why: str) -> None:
        self._set_fault(why)
        self.refresh()

    def _follow(self, events: Sequence[Event]) -> None:
        """Events became durable."""
        self.vault.follow(events)
        if self._upkeep is not None:
            self._upkeep.follow()
        for event in events:
            if isinstance(event, AnchorCosigned):
                self.clock.prove(event.time * 1000)
        self.on_events(events)

    def _keep_time(self) -> None:
        """What is known of the clock: when it was right, and what two people said since."""
        if self.engine.state.size > 0:
            self.clock.anchor(self.engine.state.vouched)
        kept = self.engine.state.kept_time
        if kept is not None and kept.boot == self.clock.now().boot:
            self.clock.tell(kept.lo, kept.hi, kept.up_ms)

    def items_of(self, text: str) -> tuple[str, ...]:
        """The announced handovers that a scanned label belongs to, oldest first."""
        return () if self._effector is None else self._effector.items_of(text)

    def _room(self) -> str | None:
        """What is wrong with the disk; None when a whole release still fits on it."""
        return None if self._upkeep is None else self._upkeep.lacking(self.parts.reserve_bytes)

    def _snapshot(self) -> None:
        """Every so often, when no door is given to anybody, seal what the state has become."""
        if self.fault is not None or self._upkeep is None or self._busy() or self.journal.frozen:
            return
        made = self._upkeep.snapshot(self.engine.state)
        if made is not None:
            self.engine.handle(made)
