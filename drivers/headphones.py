"""The headphone jack: a switch of the kernel, closed while a plug is in.

Theory of operation.  A sound card, or a jack panel with keys of its own (a Storm AudioNav), reports
its jack as the switch SW_HEADPHONE_INSERT of an input device.  How it stands is asked when the
device is opened, since the kernel only reports changes; keys that the same device has for the
volume are heard too.

Rules.  It is not grabbed: the sound system may follow the same switch.  A jack that went is
headphones that went: nothing more is said aloud.

Source: linux/input-event-codes.h, linux/input.h (EVIOCGSW).
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from typing import Any, Final

from drivers.keypad import AIDS, EV_KEY, EV_SYN, PRESSED, SYN_DROPPED, import_evdev
from drivers.source import Fact, KeyPressed, Source

EV_SW: Final = 5
SW_HEADPHONE_INSERT: Final = 2
SWITCH_BYTES: Final = 4
EVIOCGSW: Final = 2 << 30 | SWITCH_BYTES << 16 | ord("E") << 8 | 0x1B


def plugged(fd: int) -> bool:
    """Whether headphones are in now.  Raises OSError when the device is gone."""
    bits = bytearray(SWITCH_BYTES)
    fcntl.ioctl(fd, EVIOCGSW, bits)
    return bool(bits[0] >> SW_HEADPHONE_INSERT & 1)


class HeadphoneJack(Source):
    """The jack at `path`, best a stable name under /dev/input/by-path.

    `on_present(True)`: the device answers; False: it is away.  `ask` reads the switch.
    """

    def __init__(
        self,
        path: str,
        on_present: Callable[[bool], None],
        ask: Callable[[int], bool] = plugged,
    ) -> None:
        super().__init__("speech")
        self._path, self._on_present, self._ask = path, on_present, ask
        self._input: Any = None
        self._in = self._stood = False

    def fileno(self) -> int | None:
        """The device's file number; None while it is away."""
        return None if self._input is None else int(self._input.fd)

    def deserted(self) -> list[Fact]:
        """Nobody would notice that they are pulled out: they count as out."""
        self.close()
        return self._announce(False, "nobody reads the jack; look at the log")

    def _announce(self, present: bool, problem: str | None, why: str = "gone") -> list[Fact]:
        """The voice says what is wrong with speech; here is only whether somebody listens."""
        self.problem = problem
        self._on_present(present)
        return self._follow(present and self._stood)

    def _follow(self, now: bool) -> list[Fact]:
        before, self._in = self._in, now
        return [] if before == now else [KeyPressed(f"headphones-{'in' if now else 'out'}")]

    def _open(self) -> None:
        self._input = import_evdev().InputDevice(self._path)
        self._stood = self._ask(self._input.fd)  # where it fails, it is away again already

    def _read(self, up_ms: int) -> list[Fact]:
        facts: list[Fact] = []
        try:
            for one in self._input.read():
                if one.type == EV_SW and one.code == SW_HEADPHONE_INSERT:
                    facts += self._follow(bool(one.value))
                elif one.type == EV_KEY and one.value == PRESSED and one.code in AIDS:
                    facts.append(KeyPressed(AIDS[one.code]))
                elif one.type == EV_SYN and one.code == SYN_DROPPED:
                    facts += self._follow(self._ask(self._input.fd))
        except BlockingIOError:  # woken for nothing
            return facts
        return facts

    def _shut(self) -> None:
        device, self._input = self._input, None
        if device is not None:
            device.close()
