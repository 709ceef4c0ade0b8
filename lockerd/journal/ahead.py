"""Room ahead of the write-ahead log's end, so that an fsync has nothing but data to write.

Theory of operation.  A file that grows has a new length and new blocks with every commit, and for
each fsync the file system writes its own journal as well: twice the wait, and more than twice the
writes.  So the log is lengthened with zeros, STEP at a time, before its frames reach its end; the
next commit's fsync makes that room durable along with its own frames, and those after it write
over blocks that are already there.  Zeros are no frames: SQLite reads a log up to the first frame
whose salts and checksum do not hold, as it does with what an earlier log has left behind.

Standard: SQLite's WAL format, sections 1 to 4 of its file format.

Rules.  No fsync of its own.  Room is added only to a log that SQLite has begun and made durable:
zeros in one whose cutting to nothing a power cut may yet undo would shorten the old log, and its
first frames would write old pages over newer ones.  Room that cannot be had is done without: the
commit that needs it finds out and says so.  A fold cuts the log to nothing as ever.
"""

from __future__ import annotations

import os
from typing import Final

STEP: Final = 131_072
"""Bytes that are added at once: some thirty commits."""

MARGIN: Final = 65_536
"""Where frames stand this close to the end, room is added; more than the writer's commits between
two looks need."""

_HEADER: Final = 32
_FRAME_HEADER: Final = 24
_SALTS: Final = slice(8, 16)
"""Where a frame's header has them; the log's header has them at twice that."""


class Ahead:
    """The room ahead in the log of one opened store, whose pages have `page_bytes`."""

    def __init__(self, log: str, page_bytes: int) -> None:
        self._log = log
        self._frame_bytes = _FRAME_HEADER + page_bytes
        self._fd = -1
        self._end = 0
        self._mark = 0

    def length(self) -> int:
        """How long the log is, bytes; 0 where there is none."""
        try:
            # By number once it is open: a name is looked up anew each time, beside every entry.
            return os.stat(self._log if self._fd < 0 else self._fd).st_size
        except FileNotFoundError:
            return 0

    def make(self, length: int) -> None:
        """Lengthen the log if its frames come near its end; `length`: how long it is now, bytes."""
        if not length:
            return
        try:
            if length == self._end and not self._reached():
                return
            if self._fd < 0:
                self._fd = os.open(self._log, os.O_RDWR | os.O_CLOEXEC)
            self._end = length + os.pwrite(self._fd, bytes(STEP), length)
        except OSError:
            self._end = 0  # no room: what SQLite writes next finds out why and names it
        frames = (self._end - MARGIN - _HEADER) // self._frame_bytes
        self._mark = _HEADER + max(0, frames) * self._frame_bytes

    def _reached(self) -> bool:
        """Whether the frame at the mark is one of this log, not room nor an earlier log's."""
        salts = os.pread(self._fd, _FRAME_HEADER, self._mark)[_SALTS]
        return any(salts) and salts == os.pread(self._fd, _HEADER, 0)[16:24]

    def close(self) -> None:
        """Let go of the log; idempotent."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
