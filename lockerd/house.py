"""One cabinet's parts, put together and run in order: the same for a device, a simulation, a story.

Theory of operation.  A composition root chooses the parts (`Parts`) and hands them over.  `start`
opens the journal, folds the state from leaves (from the newest sealed snapshot on, when it fits),
starts the doors, and handles one message, `Booted`: recovery is nothing else.  From then on every
message goes through the engine, then the screen is brought up to date and the next deadline is set.
What is durable is copied behind, when the config names a place for a second copy.  `stop` undoes it
all in reverse order.  `abandon` is what a power cut does: nothing.

A journal that witnesses contradict is frozen and left: the ordinary start finds it closed, begins
the next epoch and takes over what still stands.

A journal that fails while running (a full disk, a read-only remount) stops everything that could
not be recorded; every `MEND_MS` the house lets go and tries the ordinary start again.

Rules.  Everything here runs on the loop's thread.  A journal that cannot be opened leaves the
screen saying so with the remedy, and no pin is touched.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lockerd import __version__
from lockerd.core import effects as ef
from lockerd.core import messages as msg
from lockerd.core.events import DEVICE, Event
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import dump
from lockerd.core.visit import Visit
from lockerd.engine import Engine, Outcome
from lockerd.guard import Guard
from lockerd.journal.epochs import Heritage, heritage, open_journal
from lockerd.journal.errors import explain_os
from lockerd.journal.keys import FILES, Keyring
from lockerd.journal.snapshots import SNAPSHOTS, fold, write_snapshot
from lockerd.journal.store import Store
from lockerd.loop import Deadline, Loop
from lockerd.ports import Cabinet, Clock, Courier, JournalError, PortError, PulseRefused, Speaker
from lockerd.vault import Job, Vault

if TYPE_CHECKING:
    from lockerd.journal.anchors import Taken
    from lockerd.journal.behind import Behind

SNAPSHOT_EVERY = 128
RESERVE_BYTES = 8 << 20
"""Free space below which nothing new is begun: what was begun must still fit."""

QUIET_MS = 4_000
"""How long nothing must have happened before the journal is folded."""

SUPPLY_WAIT_MS = 1_000
"""How long a pulse may wait for another door's coil: less than the confirm window."""

MEND_MS = 10_000
"""How often a house that could not go on tries the ordinary start again."""


class WrongMode(JournalError):
    """A demonstration's state directory was given to a device, or the other way round."""


class Clockwork(Clock, Protocol):
    """A clock that also reports when it was stepped."""

    def jump(self) -> int | None:
        """By how many ms the wall clock was stepped since the last call; None if it was not."""


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
        self.engine: Engine
        self.cabinet: Cabinet | None = None
        self.on_events: Callable[[Sequence[Event]], None] = lambda events: None
        self._deadline: Deadline | None = None
        self._frame: Deadline | None = None
        self._quiet: Deadline | None = None
        self._mending: Deadline | None = None
        self._copying: Deadline | None = None
        self._copy: Behind | None = None
        self._guard: Guard | None = None
        self._armed_for: int | None = None
        self._open = False

    # -- start and stop ------------------------------------------------------------------------

    def start(self) -> None:
        """Open, fold, read the doors, boot.  Raises JournalError and DriverError."""
        parts, site = self.parts, self.site
        name = f"{site.fleet}/{site.device}"
        self.journal = open_journal(self.state_dir, name, parts.random, parts.keyring)
        self._open = True
        self._show_vkey()
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
        self.engine = Engine(
            site,
            state,
            self.journal,
            self.clock,
            act=self._act,
            follow=self._follow,
            room=self._room,
        )
        if state.size == 0:
            self._begin(past)
        self.cabinet = parts.open_cabinet(self.clock)
        doors = self.cabinet.start(self.loop.post)
        self.loop.on_message = self.take
        self.take(msg.Booted(__version__, site.digest, doors))
        if altered:
            reason = "codes in the database were changed from outside; verify the journal"
            self.take(msg.RetireCabinet(DEVICE, reason))
        self._guard = Guard(
            self.state_dir,
            self.journal,
            site.witnesses,
            parts.micros,
            self.loop,
            self.clock.now,
            self.take,
            self._idle,
        )
        self._guard.begin()
        if self.journal.frozen:
            self._let_go()
            self.start()
            return
        if site.copy_dir:
            self._begin_copy(Path(site.copy_dir))

    def _begin_copy(self, directory: Path) -> None:
        """Copy what the journal has and the copy has not; from then on, behind every commit."""
        from lockerd.journal.behind import Behind, BehindThread
        from lockerd.journal.copy import Copier

        kind = BehindThread if self.parts.copy_thread else Behind
        copier = Copier(directory, self.state_dir)
        self._copy = kind(copier, self.loop.post, self.clock.up_ms)
        self._copy.nudge(sync=False)

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
        cabinet, self.cabinet = self.cabinet, None
        if cabinet is not None:
            cabinet.stop()
        copy, self._copy = self._copy, None
        if copy is not None:
            copy.stop(sync=finish_copy)
        if self._guard is not None:
            self._guard.close()
        if self._open:
            self._open = False
            self.journal.close()

    def _show_vkey(self) -> None:
        """Keep the public key beside the journal; a cut may have left that of the epoch before."""
        file, text = self.state_dir / "vkey", self.journal.vkey + "\n"
        try:
            if not file.exists() or file.read_text(encoding="utf-8", errors="replace") != text:
                file.write_text(text, encoding="ascii")
        except OSError as error:
            raise explain_os(error, file) from None

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
        cabinet, self.cabinet = self.cabinet, None
        if cabinet is not None:
            cabinet.stop()
        if self._open and hasattr(self, "engine"):
            self.engine.handle(msg.Stopping(reason))
        self._let_go(finish_copy=True)

    def abandon(self) -> None:
        """Power was cut: nothing is said, nothing is driven, files are merely let go."""
        self._cancel_deadlines()
        self.cabinet = None
        self.loop.on_message = lambda message: None
        self._let_go()

    def _cancel_deadlines(self) -> None:
        own = (self._deadline, self._frame, self._quiet, self._mending, self._copying)
        for deadline in own:
            if deadline is not None:
                deadline.cancel()

    # -- running -------------------------------------------------------------------------------

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
        return self.fault is None and not self._busy() and self.engine.visit.step == "home"

    def _busy(self) -> bool:
        """Whether a door is given to somebody."""
        leases = (one.lease for one in self.engine.state.doors.values())
        return any(one is not None and one.over is None for one in leases)

    def _await_quiet(self) -> None:
        if self._quiet is not None:
            self._quiet.cancel()
        self._quiet = self.loop.after(QUIET_MS, self._fold_journal)

    def _fold_journal(self) -> None:
        self._quiet = None
        try:
            self.journal.checkpoint_if_idle()
        except JournalError as broken:
            self._set_fault(str(broken))
            self.refresh()
        if self._copy is not None:
            self._copy.nudge(sync=True)
        self.take_answers()

    def _copy_behind(self) -> None:
        self._copying = None
        if self._copy is not None:
            self._copy.nudge(sync=False)

    def _follow(self, events: Sequence[Event]) -> None:
        """Events became durable."""
        self.vault.follow(events)
        self._await_quiet()
        if self._copy is not None and self._copying is None:
            self._copying = self.loop.after(0, self._copy_behind)  # after what waits for the commit
        self.on_events(events)

    # -- effects -------------------------------------------------------------------------------

    def _act(self, effect: ef.Effect) -> None:
        parts = self.parts
        match effect:
            case ef.Pulse():
                self._pulse(effect)
            case ef.Deliver():
                taken = parts.courier.deliver(effect) if parts.courier is not None else ()
                for channel in taken:
                    said = msg.CodeDelivered(DEVICE, effect.ho, effect.cred, channel)
                    self.loop.post(said)
            case ef.Sound():
                if parts.speaker is not None:
                    parts.speaker.sound(effect.tone)
            case _:
                self.vault.submit(effect)

    def _pulse(self, effect: ef.Pulse, again: bool = True) -> None:
        """Hand one permission to the driver; once more when another coil holds the supply."""
        if self.cabinet is None:
            return
        try:
            self.cabinet.pulse(effect.unit, effect.pulse_ms)
        except PulseRefused as refused:
            wait_ms = refused.ready_in_ms
            if again and wait_ms is not None and wait_ms <= SUPPLY_WAIT_MS:
                # Nothing was energised, so the permission still stands; the confirm window runs.
                self.loop.after(wait_ms, lambda: self._pulse(effect, again=False))
            else:
                self.loop.post(msg.PulseEnded(effect.unit, str(refused)))

    def _room(self) -> str | None:
        """What is wrong with the disk; None when a whole release still fits on it."""
        try:
            disk = os.statvfs(self.state_dir)
        except OSError as error:
            return f"the state directory cannot be read ({error.strerror}); check the disk"
        if disk.f_bavail * disk.f_frsize < self.parts.reserve_bytes:
            return "the disk is almost full; free some space, then try again"
        return None

    # -- snapshots -----------------------------------------------------------------------------

    def _snapshot(self) -> None:
        """Every so often, when no door is given to anybody, seal what the state has become."""
        state = self.engine.state
        if state.size - state.snapshot_at < SNAPSHOT_EVERY or self.fault is not None:
            return
        if self._busy() or self.journal.frozen:
            return
        data = dump(state)
        directory = self.state_dir / SNAPSHOTS
        try:
            write_snapshot(directory, state.size, data)
        except OSError as error:
            self._set_fault(f"a snapshot cannot be written ({error.strerror}); check the disk")
            return
        self.engine.handle(msg.SnapshotTaken(hashlib.sha256(data).hexdigest(), len(data)))
