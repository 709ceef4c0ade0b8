"""What a house does for its disk: snapshots, the folding of the journal, the second copy, room.

Theory of operation.  The house says when events became durable.  The second copy follows on the
loop's next turn; `QUIET_MS` after the last of them the journal is folded, the copy is made durable
and `quiet` is called.  A snapshot is written when one is due; the message that seals it is the
house's to handle.

Rules.  Nothing here makes a person wait: whatever takes time runs when nothing happens, or beside
the loop.  A disk that fails is told to `broken`, with the remedy.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lockerd.core.messages import Message, SnapshotTaken
from lockerd.core.snapshot import dump
from lockerd.core.state import State
from lockerd.journal.snapshots import SNAPSHOTS, write_snapshot
from lockerd.journal.store import Store
from lockerd.ports import Cancel, JournalError, Timers

if TYPE_CHECKING:
    from lockerd.journal.behind import Behind

SNAPSHOT_EVERY = 128
QUIET_MS = 4_000
"""How long nothing must have happened before the journal is folded."""


class Upkeep:
    """Of one opened journal."""

    def __init__(
        self,
        state_dir: Path,
        journal: Store,
        timers: Timers,
        quiet: Callable[[], None],
        broken: Callable[[str], None],
    ) -> None:
        self._state_dir = state_dir
        self._journal = journal
        self._timers = timers
        self._call_quiet = quiet
        self._broken = broken
        self._quiet: Cancel | None = None
        self._copying: Cancel | None = None
        self._copy: Behind | None = None

    def begin_copy(
        self,
        directory: Path,
        hear: Callable[[Message], None],
        call: Callable[[Callable[[], None]], None],
        up_ms: Callable[[], int],
        thread: bool,
    ) -> None:
        """Copy what the journal has and the copy has not; from then on, behind every commit.

        With `thread` beside the loop, else on it.  `hear` takes what the copy says, on the loop's
        thread, where `call` runs it.
        """
        from lockerd.journal.behind import Behind, BehindThread
        from lockerd.journal.copy import Copier

        def said(message: Message) -> None:
            # What it said of a log that was left meanwhile is not said of the next one.
            call(lambda: hear(message) if self._copy is copy else None)

        kind = BehindThread if thread else Behind
        copy = self._copy = kind(Copier(directory, self._state_dir), said, up_ms)
        copy.nudge(sync=False)

    def close(self, finish_copy: bool) -> None:
        """Nothing is done any more, with `finish_copy` after a last turn of it; idempotent."""
        self.cancel()
        copy, self._copy = self._copy, None
        if copy is not None:
            copy.stop(sync=finish_copy)

    def cancel(self) -> None:
        """Forget what was going to be done."""
        for one in (self._quiet, self._copying):
            if one is not None:
                one.cancel()
        self._quiet = self._copying = None

    def follow(self) -> None:
        """Events became durable."""
        if self._quiet is not None:
            self._quiet.cancel()
        self._quiet = self._timers.after(QUIET_MS, self._fold)
        if self._copy is not None and self._copying is None:
            # After what waits for the commit.
            self._copying = self._timers.after(0, self._copy_behind)

    def _copy_behind(self) -> None:
        self._copying = None
        if self._copy is not None:
            self._copy.nudge(sync=False)

    def _fold(self) -> None:
        self._quiet = None
        try:
            self._journal.checkpoint_if_idle()
        except JournalError as broken:
            self._broken(str(broken))
        if self._copy is not None:
            self._copy.nudge(sync=True)
        self._call_quiet()

    def snapshot(self, state: State) -> SnapshotTaken | None:
        """Write the snapshot that is due; what seals it, None when there is nothing to seal."""
        if state.size - state.snapshot_at < SNAPSHOT_EVERY:
            return None
        data = dump(state)
        try:
            write_snapshot(self._state_dir / SNAPSHOTS, state.size, data)
        except OSError as error:
            self._broken(f"a snapshot cannot be written ({error.strerror}); check the disk")
            return None
        return SnapshotTaken(hashlib.sha256(data).hexdigest(), len(data))

    def lacking(self, reserve_bytes: int) -> str | None:
        """What is wrong with the disk; None when a whole release still fits on it."""
        try:
            disk = os.statvfs(self._state_dir)
        except OSError as error:
            return f"the state directory cannot be read ({error.strerror}); check the disk"
        if disk.f_bavail * disk.f_frsize < reserve_bytes:
            return "the disk is almost full; free some space, then try again"
        return None
