"""Papers that leave the device on a stick."""

from __future__ import annotations

from lockerd.core.events.base import Actor
from lockerd.core.messages.base import Message

__all__ = ["PapersFailed", "PapersWritten", "WritePapers"]


class WritePapers(Message):
    """Write `what` to the stick; `about` is the beginning of a handover's id, for a case."""

    actor: Actor
    what: str
    about: str = ""


class PapersWritten(Message):
    """What the entry `entry` asked for is on the stick; see `ExportWritten`."""

    entry: int
    folder: str
    files: int
    bytes: int
    digest: str


class PapersFailed(Message):
    """What the entry `entry` asked for is not on the stick; see `ExportFailed`."""

    entry: int
    why: str
