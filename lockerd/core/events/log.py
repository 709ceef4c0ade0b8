"""The log itself: beginning, starts and stops, snapshots, witnesses, second copy, clock."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = [
    "AnchorCosigned",
    "ClockStepped",
    "CopyBack",
    "CopyLost",
    "LogBoot",
    "LogFrozen",
    "LogGenesis",
    "LogStopped",
    "StateSnapshot",
]


class LogGenesis(Event):
    """The first line of an epoch.  `mode`: `device` or `simulation`.

    A later epoch names the head that it follows (`previous` origin, size, root in base64), the
    digest of the state that was recovered from it, and `why` it was opened.  `certificate`: the
    SHA-256 (hex) of the owner's note about this device, where there is one.
    """

    TYPE = "log.genesis"
    origin: str
    vkey: str
    mode: str
    software: str
    config: str
    rules: int
    kdf_n: int
    previous: str | None = None
    previous_size: int | None = None
    previous_root: str | None = None
    recovered: str | None = None
    why: str | None = None
    certificate: str | None = None


class LogBoot(Event):
    """The daemon started.  `doors`: `unit=closed|open|unknown`, as read before anything else."""

    TYPE = "log.boot"
    software: str
    rules: int
    config: str
    doors: tuple[str, ...]


class LogStopped(Event):
    """The daemon stopped in order; its absence before a boot means that power was cut."""

    TYPE = "log.stopped"
    reason: str


class StateSnapshot(Event):
    """Seals a snapshot of the folded state kept beside the log: SHA-256 (hex), bytes, rules."""

    TYPE = "state.snapshot"
    sha256: str
    size: int
    rules: int


class ClockStepped(Event):
    """The wall clock disagreed with the time since boot by `by_ms`, more than its error."""

    TYPE = "clock.stepped"
    by_ms: int
    source: str


class LogFrozen(Event):
    """The last line of an epoch that may not go on.  `witness` saw `seen_size` entries of it."""

    TYPE = "log.frozen"
    reason: str
    witness: str | None = None
    seen_size: int | None = None


class AnchorCosigned(Event):
    """A witness cosigned a head: what follows was written after `time` (Unix s).

    `digest`: SHA-256 (hex) of the cosignature's line, which the device could not foresee.
    """

    TYPE = "anchor.cosigned"
    witness: str
    size: int
    time: int
    digest: str


class CopyLost(Event):
    """The second copy of the record cannot be written; `reason` carries the remedy."""

    TYPE = "copy.lost"
    reason: str


class CopyBack(Event):
    """The second copy has caught up with the record."""

    TYPE = "copy.back"
