"""What keeps a running journal honest: the words of witnesses, and the patrol through the record.

Theory of operation.  The house calls once at its start, whenever it is quiet, and at the patrol's
own pace.  What is found becomes a message like any other: a cosignature is recorded, a
contradiction freezes the log, damage takes the cabinet out of service with its place.

Rules.  The patrol does nothing while somebody might wait.  A frozen log is the house's to leave.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lockerd.core.events import DEVICE
from lockerd.core.messages import FreezeLog, Message, RetireCabinet
from lockerd.core.now import Now
from lockerd.engine import Outcome
from lockerd.journal.store import Store
from lockerd.ports import Cancel, Timers

if TYPE_CHECKING:
    from lockerd.journal.anchors import Anchors, Taken
    from lockerd.journal.patrol import Patrol

REASON_MAX = 200


class Guard:
    """Of one opened journal."""

    def __init__(
        self,
        state_dir: Path,
        journal: Store,
        witnesses: Sequence[str],
        micros: Callable[[], int] | None,
        timers: Timers,
        now: Callable[[], Now],
        take: Callable[[Message], Outcome],
        idle: Callable[[], bool],
    ) -> None:
        """`take` handles a message.  `micros`: a clock in microseconds; None: there is no patrol.
        `idle`: whether nobody would wait for a slice of it."""
        self.fault: str | None = None
        self._timers = timers
        self._now = now
        self._take = take
        self._idle = idle
        self._round: Cancel | None = None
        self._anchors: Anchors | None = None
        self._patrol: Patrol | None = None
        if witnesses:
            from lockerd.journal.anchors import Anchors

            self._anchors = Anchors(state_dir, journal, witnesses)
        if micros is not None:
            from lockerd.journal.patrol import Patrol

            self._patrol = Patrol(journal, state_dir, micros)

    def begin(self) -> None:
        """Hold the journal against what witnesses said before, then let the patrol set out.

        Raises JournalError.
        """
        said = None if self._anchors is None else self._anchors.recalled()
        if isinstance(said, FreezeLog):
            self._take(said)
        elif said is not None:
            self._retire(said)
        else:
            self.answers()
        self._arm()

    def close(self) -> None:
        """Nothing is done any more; idempotent."""
        self._patrol = None
        if self._round is not None:
            self._round.cancel()
            self._round = None

    # -- witnesses --------------------------------------------------------------------------------

    def answers(self) -> list[Taken]:
        """Take the answers that came in; what each came to.  `fault` says why there are none.

        Raises JournalError when the journal cannot be read.
        """
        if self._anchors is None:
            return []
        from lockerd.journal.spool import SpoolFailed

        found: list[Taken] = []
        try:
            for one in self._anchors.take(self._now()):
                if one.message is not None and self._take(one.message).declined is not None:
                    break  # it stays where it is until the journal takes entries again
                found.append(one)
        except SpoolFailed as failed:
            self.fault = str(failed)
        else:
            self.fault = None
        return found

    # -- the patrol -------------------------------------------------------------------------------

    def _arm(self) -> None:
        wait_ms = None if self._patrol is None else self._patrol.wait_ms(self._now().lo)
        if wait_ms is not None:
            self._round = self._timers.after(wait_ms, self._slice)

    def _slice(self) -> None:
        self._round = None
        if self._patrol is not None and self._idle():
            wrong = self._patrol.slice(self._now().lo)
            if wrong is not None:
                self._retire(f"background check: {wrong}")
        self._arm()

    def _retire(self, why: str) -> None:
        reason = "".join(one for one in why if one.isprintable())
        if len(reason) > REASON_MAX:
            reason = reason[: REASON_MAX - 3] + "..."
        self._take(RetireCabinet(DEVICE, reason))
