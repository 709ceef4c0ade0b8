"""Where the codes of a demonstration leave it, besides the telephone: the terminal, pictures.

Theory of operation.  A deposit is confirmed, the codes are minted, and the house hands them to its
courier.  That gives them to the telephone and to every other outlet, and answers with the channels
that took them; for each of those the journal gets a `credential.delivered`.  So what the cabinet
handed out is on record; what a person does with a telephone that has the code is not.

Rules.  An outlet that cannot take a code now says no, and the others go on.  It never waits: a
terminal that is stopped or full takes nothing.  Codes go to a terminal that a person looks at and
never into a log.
"""

from __future__ import annotations

import os
import select
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from lockerd.simulation.phone import PhoneMessage
from ui import qr

CHUNK = 512
"""Bytes that a terminal which says it has room is given at once."""


class Outlet(Protocol):
    """A way out for codes."""

    @property
    def channel(self) -> str:
        """Its name in the journal."""

    def take(self, message: PhoneMessage) -> bool:
        """Hand the codes out; whether that was done."""


class Terminal:
    """A terminal in which a simulation without a window runs."""

    channel = "terminal"

    def __init__(self, fd: int, time_zone: str) -> None:
        """`fd`: an open terminal."""
        self._fd = fd
        self._zone = ZoneInfo(time_zone)

    def take(self, message: PhoneMessage) -> bool:
        """Draw the code, if the terminal has room for it now."""
        left = self._drawn(message).encode()
        while left:
            if not select.select([], [self._fd], [], 0)[1]:
                return False
            try:
                left = left[os.write(self._fd, left[:CHUNK]) :]
            except OSError:
                return False  # the terminal is gone; the telephone has the code
        return True

    def _drawn(self, message: PhoneMessage) -> str:
        pin = message.pin
        digits = " ".join(pin[at : at + 3] for at in range(0, len(pin), 3))
        until = datetime.fromtimestamp(message.closes / 1000, self._zone)
        said = (
            f"A message for {message.recipient}: {message.item}, door {message.unit}, "
            f"until {until:%Y-%m-%d %H:%M}.\n{message.reference}: code {digits}, or:"
        )
        safe = "".join(one if one.isprintable() or one == "\n" else "?" for one in said)
        return f"\n{safe}\n{qr.blocks(message.qr, True)}"


class Folder:
    """A directory that gets a picture of every code, named by the handover's reference."""

    channel = "png"

    def __init__(self, directory: Path) -> None:
        """`directory`: one that is there."""
        self._directory = directory

    def take(self, message: PhoneMessage) -> bool:
        """Write the picture; one that is there already is left as it is, and nothing was done."""
        file = self._directory / f"{message.reference}.png"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            fd = os.open(file, flags, 0o600)
        except OSError:
            return False
        try:
            with open(fd, "wb") as out:
                out.write(qr.png(message.qr))
        except OSError:
            file.unlink(missing_ok=True)
            return False
        return True
