"""Papers that leave the device on a stick."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = ["ExportFailed", "ExportStarted", "ExportWritten"]


class ExportStarted(Event):
    """A member of staff takes something along: `week` or `month` (a report), `journal` (without
    names) or `case` (with names; `about` is the beginning of the handover's id)."""

    TYPE = "export.started"
    what: str
    about: str = ""


class ExportWritten(Event):
    """It is on the stick in `folder`, and was read back.

    `digest`: the SHA-256 (hex) of the file `SHA256SUMS` there, which names every file with its own.
    """

    TYPE = "export.written"
    folder: str
    files: int
    bytes: int
    digest: str


class ExportFailed(Event):
    """Nothing on the stick is to be believed: `missing`, `full`, `read-only`, `pulled`,
    `different`, `unknown` (no such handover), `record` (the journal), `power`."""

    TYPE = "export.failed"
    why: str
