"""From the permission to open to the evidence of an opening."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = [
    "ReleaseAuthorised",
    "ReleaseFailed",
    "ReleaseInterrupted",
    "ReleaseLeftOpen",
    "ReleaseNotOpened",
    "ReleaseOpened",
]


class ReleaseAuthorised(Event):
    """A proven code inside its window.  On disk before anything moves.  `flag` names any doubt."""

    TYPE = "release.authorised"
    cred: str
    kind: str
    flag: str | None = None


class ReleaseNotOpened(Event):
    """No opening was seen within the confirm window of this attempt."""

    TYPE = "release.not_opened"
    attempt: int


class ReleaseFailed(Event):
    """Every attempt went without an opening: the credential lives, an operator is told."""

    TYPE = "release.failed"
    reason: str


class ReleaseInterrupted(Event):
    """A cut fell between authorisation and evidence, and the door was found closed."""

    TYPE = "release.interrupted"


class ReleaseOpened(Event):
    """Evidence: the leased door was seen to open.  This spends the credential.

    `late`: seen outside the confirm window or after a cut.  `more`: the credential lives, because
    it opens other doors of this recipient too.
    """

    TYPE = "release.opened"
    cred: str
    late: bool = False
    more: bool = False

    @property
    def spend(self) -> tuple[str, ...]:
        return () if self.more else (self.cred,)


class ReleaseLeftOpen(Event):
    """The door has stood open for `after_s`.  `stage` 1: reminder; 2: alarm and queue."""

    TYPE = "release.left_open"
    stage: int
    after_s: int
