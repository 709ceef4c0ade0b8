"""Watches the touch panel's input device, so that its loss is noticed.

Theory of operation.  Touches come to the kiosk through the display; when the panel is unplugged or
its controller dies, the display says nothing: nobody seems to touch.  The kernel does say it: the
device node goes away, or reading it fails with ENODEV.  So the node is held open beside the
display, and what it reports is thrown away.

Rules.  It is never grabbed: the display must go on hearing it.
"""

from __future__ import annotations

import os

from drivers.source import Fact, Source

READ_MAX = 4_096
"""Bytes thrown away at once."""


class TouchWatch(Source):
    """The touch panel at `path`, best a stable name under /dev/input/by-path."""

    def __init__(self, path: str) -> None:
        super().__init__("touch")
        self._path = path
        self._fd: int | None = None

    def fileno(self) -> int | None:
        """The device's file number; None while it is away."""
        return self._fd

    def _open(self) -> None:
        self._fd = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)

    def _read(self, up_ms: int) -> list[Fact]:
        assert self._fd is not None
        try:
            if not os.read(self._fd, READ_MAX):
                raise OSError("the touch panel has ended")
        except BlockingIOError:  # woken for nothing
            pass
        return []

    def _shut(self) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)
