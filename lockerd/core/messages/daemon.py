"""The daemon's own facts: starts, stops, deadlines, the log."""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.core.events.base import Event
from lockerd.core.messages.base import Level, Message

__all__ = [
    "Booted",
    "ClockJumped",
    "CopyChanged",
    "FreezeLog",
    "RecordAnchor",
    "SnapshotTaken",
    "Started",
    "Stopping",
    "Tick",
]


class Started(Message):
    """An empty journal was opened: the epoch begins.  See `LogGenesis` for the fields."""

    origin: str
    vkey: str
    mode: str
    software: str
    config: str
    kdf_n: int
    previous: str | None = None
    previous_size: int | None = None
    previous_root: str | None = None
    recovered: str | None = None
    why: str | None = None
    certificate: str | None = None
    carried: tuple[Event, ...] = ()


class FreezeLog(Message):
    """This epoch may not go on: a witness saw `seen_size` entries, or a head that is not ours."""

    reason: str
    witness: str | None = None
    seen_size: int | None = None


class RecordAnchor(Message):
    """A witness cosigned a head of this log; see `AnchorCosigned`."""

    witness: str
    size: int
    time: int
    digest: str


class Booted(Message):
    """The daemon is up and every door was read once, before anything else happened."""

    software: str
    config: str
    doors: Mapping[str, Level]


class Stopping(Message):
    """The daemon is about to stop in order."""

    reason: str


class Tick(Message):
    """A deadline that `policy.next_deadline` or `visit.next_deadline` asked for has come."""


class SnapshotTaken(Message):
    """The state was written beside the log: SHA-256 (hex) and size in bytes of that file."""

    sha256: str
    size: int


class ClockJumped(Message):
    """The wall clock moved by `by_ms` against the time since boot."""

    by_ms: int
    source: str


class CopyChanged(Message):
    """The second copy of the journal fails, or has caught up (`fault` None)."""

    fault: str | None
