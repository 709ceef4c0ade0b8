"""An input device that comes and goes: what the reader needs to know of a scanner or a keypad.

Theory of operation.  A `Source` owns one device.  While the device is there it has a file number to
wait on and turns bytes into facts; when it is unplugged it says so once, and tries to open it again
after 1, 2, 4 ... 30 seconds, for ever.  Coming and going are `PartChanged` facts.  One that goes
again within a minute is left alone for longer each time, up to 5 minutes: each of its comings and
goings is two lines of the journal.

Rules.  No thread and no clock in here: the reader calls `turn` and `read_ready` with the time.  A
library that is missing is not tried again, and the text in `problem` says what to install.
"""

from __future__ import annotations

import termios
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from drivers.errors import DriverUnavailable
from lockerd.core.messages import Message, PartChanged

BACKOFF_MS = (1_000, 30_000)
"""First and longest wait before a device is opened again."""

STEADY_MS = 60_000
"""How long a device is to stay for its next going to be a new failure."""

FLAPPING_MS = 300_000
"""Longest wait for one that does not stay."""

GONE = (OSError, TypeError, ValueError, termios.error)
"""What an unplugged or missing device raises, through pyserial, evdev and the kernel."""


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """One key: a digit, `ok`, `erase` or `cancel`.  Its repr tells no digit."""

    key: str = field(repr=False)


Fact = Message | KeyPressed


class Source(ABC):
    """Base of the input devices; `device` is the name in `PartChanged`."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.problem: str | None = None
        self._present: bool | None = None
        self._wait_ms = BACKOFF_MS[0]
        self._reopen_ms: int | None = 0
        self._opened_ms: int | None = None

    @abstractmethod
    def fileno(self) -> int | None:
        """What to wait on; None while the device is away."""

    def read_ready(self, up_ms: int) -> list[Fact]:
        """The device has something: read it at once."""
        try:
            return self._read(up_ms)
        except GONE as error:
            return self._lost(error, up_ms)

    def turn(self, up_ms: int) -> list[Fact]:
        """Do what is due: open a device that was away, or end a scan that went quiet."""
        if self.fileno() is not None:
            return self._settle(up_ms)
        if self._reopen_ms is None or up_ms < self._reopen_ms:
            return []
        try:
            self._open()
        except DriverUnavailable as error:
            self._reopen_ms = None
            return self._announce(False, str(error), "missing")
        except GONE as error:
            return self._lost(error, up_ms)
        self._opened_ms = up_ms
        return self._announce(True, None)

    def due_ms(self) -> int | None:
        """When `turn` has something to do, in boot ms."""
        return self._settle_ms() if self.fileno() is not None else self._reopen_ms

    def close(self) -> None:
        """Let go of the device; a later `turn` opens it again, and says so again."""
        self._shut()
        self._present = None
        self._reopen_ms = 0
        self._opened_ms = None
        self._wait_ms = BACKOFF_MS[0]

    def deserted(self) -> list[Fact]:
        """Nobody reads it any more: let go of the device, and say so."""
        self.close()
        return [PartChanged(self.device, False, "failed")]

    def _lost(self, error: BaseException, up_ms: int) -> list[Fact]:
        self._shut()
        most = BACKOFF_MS[1]
        if self._opened_ms is not None and up_ms - self._opened_ms >= STEADY_MS:
            self._wait_ms = BACKOFF_MS[0]
        elif self._opened_ms is not None:
            most = FLAPPING_MS
        self._opened_ms = None
        self._reopen_ms = up_ms + self._wait_ms
        self._wait_ms = max(self._wait_ms, min(2 * self._wait_ms, most))
        return self._announce(
            False,
            f"the {self.device} does not answer ({type(error).__name__}); check its cable and "
            f"that no other program holds it",
        )

    def _announce(self, present: bool, problem: str | None, why: str = "gone") -> list[Fact]:
        self.problem = problem
        if present is self._present:
            return []
        self._present = present
        return [PartChanged(self.device, present, why)]

    # -- for the devices ------------------------------------------------------------------------

    @abstractmethod
    def _open(self) -> None:
        """Open the device; raises one of GONE, or DriverUnavailable when a library is missing."""

    @abstractmethod
    def _read(self, up_ms: int) -> list[Fact]:
        """Read what is there; raises one of GONE when the device is not."""

    def _settle(self, up_ms: int) -> list[Fact]:
        """What the passing of time completes."""
        return []

    def _settle_ms(self) -> int | None:
        """When the passing of time completes something."""
        return None

    @abstractmethod
    def _shut(self) -> None:
        """Close the device and forget what was half read; idempotent, raises nothing."""
