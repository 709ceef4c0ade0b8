"""A QR scanner on a serial line, or on USB as one.

Theory of operation.  A scanner sends the text of a symbol and, as a rule, a terminator.  `Framer`
is the pure half: bytes in, scans and voids out.  A scanner that was never seen to send a terminator
is believed when it falls silent for `GAP_MS`; one that was must send it, so that half a code is
never taken for a whole one.  `SerialScanner` is the other half: the port, opened exclusively.

Rules.  Verify, then parse: printable ASCII, at most `CHARS_MAX` characters, at most
`SCANS_PER_S_MAX` a second; anything else voids the whole scan, and the rest of it is discarded.  A
symbol that is held under the scanner counts once, until it was away for `REPEAT_MS`.  What was read
is never kept: a repeat is recognised by a hash.
"""

from __future__ import annotations

import os
import select
from collections import Counter, deque
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from drivers.errors import DriverUnavailable
from drivers.source import Fact, Source
from lockerd.core.messages import Scanned

CHARS_MAX = 128
"""Longer than the longest code of ours, the owner's answer to a claim."""

GAP_MS = 50
"""Silence that ends a scan of a scanner without a terminator."""

STALE_MS = 300
"""A scan that is not complete after this long is dropped."""

REPEAT_MS = 2_000
"""A symbol seen again within this time is the same showing of it."""

SCANS_PER_S_MAX = 5
"""More scans than a hand can make are noise."""

READ_MAX = 4_096
"""Bytes taken at once."""

STX = 0x02
TERMINATORS = b"\r\n\t\x03"


@dataclass(frozen=True, slots=True)
class Scan:
    """A whole symbol."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Void:
    """Something that was not a scan, and why."""

    reason: str


class Framer:
    """Bytes of one scanner into scans; times in ms since boot."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._begun = False
        self._fault: str | None = None
        self._first_ms = 0
        self._last_ms = 0
        self._terminated = False
        self._seen = b""
        self._seen_ms = 0
        self._recent: deque[int] = deque(maxlen=SCANS_PER_S_MAX)

    def feed(self, data: bytes, up_ms: int) -> list[Scan | Void]:
        """Take what arrived at `up_ms`; at most one result per byte."""
        results = self.settle(up_ms)
        for byte in data:
            if byte in TERMINATORS:
                self._terminated = True
                results += self._complete(up_ms)
            else:
                self._take(byte, up_ms)
        if data:
            self._last_ms = up_ms
        return results

    def settle(self, up_ms: int) -> list[Scan | Void]:
        """End what fell silent or took too long by `up_ms`."""
        if not self._begun:
            return []
        quiet = up_ms - self._last_ms >= GAP_MS
        if quiet and (self._fault or not self._terminated):
            return self._complete(up_ms)
        if up_ms - self._first_ms >= STALE_MS:
            self._fault = self._fault or "incomplete"
            if quiet:
                return self._complete(up_ms)
        return []

    def due_ms(self) -> int | None:
        """When `settle` has something to do."""
        if not self._begun:
            return None
        quiet_ms = self._last_ms + GAP_MS
        if self._fault or not self._terminated:
            return quiet_ms
        return max(quiet_ms, self._first_ms + STALE_MS)

    def reset(self) -> None:
        """Forget what was half read: the scanner was unplugged."""
        self._buffer.clear()
        self._begun = False
        self._fault = None

    def _take(self, byte: int, up_ms: int) -> None:
        if not self._begun:
            self._begun = True
            self._first_ms = up_ms
            if byte == STX:
                return
        if self._fault:
            return
        if not 0x20 <= byte <= 0x7E:
            self._fault = "not printable"
        elif len(self._buffer) == CHARS_MAX:
            self._fault = "too long"
        else:
            self._buffer.append(byte)

    def _complete(self, up_ms: int) -> list[Scan | Void]:
        """The scan ended: what was it?"""
        text, fault, begun = bytes(self._buffer), self._fault, self._begun
        self.reset()
        if fault:
            return [Void(fault)]
        if not begun or not text:
            return []  # the second half of CR LF
        digest = blake2b(text, digest_size=8).digest()
        repeated = digest == self._seen and up_ms - self._seen_ms < REPEAT_MS
        self._seen, self._seen_ms = digest, up_ms
        if repeated:
            return [Void("repeated")]
        if len(self._recent) == SCANS_PER_S_MAX and up_ms - self._recent[0] < 1_000:
            return [Void("too many")]
        self._recent.append(up_ms)
        return [Scan(text.decode("ascii"))]


class SerialScanner(Source):
    """The scanner at `port`; `voids` counts what was not a scan, by reason."""

    def __init__(self, port: str, baud: int) -> None:
        super().__init__("scanner")
        self.voids: Counter[str] = Counter()
        self._path = port
        self._baud = baud
        self._framer = Framer()
        self._serial: Any = None

    def fileno(self) -> int | None:
        """The port's file number; None while it is away."""
        return None if self._serial is None else int(self._serial.fileno())

    def _open(self) -> None:
        try:
            import serial
        except ImportError as error:
            raise DriverUnavailable(
                "the scanner is off: pyserial is not installed; install pyserial"
            ) from error
        self._serial = serial.Serial(
            self._path, self._baud, timeout=0, write_timeout=1, exclusive=True
        )

    def _read(self, up_ms: int) -> list[Fact]:
        return self._facts(self._framer.feed(self._waiting(), up_ms))

    def _waiting(self) -> bytes:
        """What has come.  The port's own read looks with select(), which knows file numbers up to
        1,023 only, and takes a higher one for a lost device."""
        fd = int(self._serial.fileno())
        look = select.poll()
        look.register(fd, select.POLLIN)
        if not look.poll(0):
            return b""
        data = os.read(fd, READ_MAX)
        if not data:
            raise OSError("the port is readable and has nothing: the device is gone")
        return data

    def _settle(self, up_ms: int) -> list[Fact]:
        return self._facts(self._framer.settle(up_ms))

    def _settle_ms(self) -> int | None:
        return self._framer.due_ms()

    def _shut(self) -> None:
        port, self._serial = self._serial, None
        self._framer.reset()
        if port is not None:
            port.close()

    def _facts(self, results: list[Scan | Void]) -> list[Fact]:
        facts: list[Fact] = []
        for result in results:
            if isinstance(result, Void):
                self.voids[result.reason] += 1
            else:
                facts.append(Scanned(result.text))
        return facts
