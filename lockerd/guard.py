"""What keeps a running journal honest: the words of witnesses, and the patrol through the record.

Theory of operation.  The house calls once at its start, whenever it is quiet, and at the patrol's
own pace.  What is found becomes a message like any other: a cosignature is recorded, a
contradiction freezes the log, damage takes the cabinet out of service with its place.

Rules.  Nothing here runs while somebody waits.  A frozen log is the house's to leave.
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

if TYPE_CHECKING:
    from lockerd.journal.anchors import Anchors, Taken
    from lockerd.journal.patrol import Patrol

REASON_MAX = 200


class Guard:
    """Of one opened journal.  `take` handles a message; `micros` None: there is no patrol."""

    def __init__(
        self,
        state_dir: Path,
        journal: Store,
        witnesses: Sequence[str],
        micros: Callable[[], int] | None,
        now: Callable[[], Now],
        take: Callable[[Message], Outcome],
    ) -> None:
        self.fault: str | None = None
        self._now = now
        self._take = take
        self._anchors: Anchors | None = None
        self._patrol: Patrol | None = None
        if witnesses:
            from lockerd.journal.anchors import Anchors

            self._anchors = Anchors(state_dir, journal, witnesses)
        if micros is not None:
            from lockerd.journal.patrol import Patrol

            self._patrol = Patrol(journal, state_dir, micros)

    # -- witnesses --------------------------------------------------------------------------------

    def begin(self) -> None:
        """Hold the journal against what witnesses said before.  Raises JournalError."""
        if self._anchors is None:
            return
        said = self._anchors.recalled()
        if isinstance(said, FreezeLog):
            self._take(said)
        elif said is not None:
            self._retire(said)
        else:
            self.answers()

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

    def wait_ms(self) -> int | None:
        """How long until the patrol has something to do; None for never."""
        return None if self._patrol is None else self._patrol.wait_ms(self._now().lo)

    def patrol(self) -> None:
        """One slice."""
        assert self._patrol is not None
        wrong = self._patrol.slice(self._now().lo)
        if wrong is not None:
            self._retire(f"background check: {wrong}")

    def _retire(self, why: str) -> None:
        reason = "".join(one for one in why if one.isprintable())
        if len(reason) > REASON_MAX:
            reason = reason[: REASON_MAX - 3] + "..."
        self._take(RetireCabinet(DEVICE, reason))
