"""A keypad of the kernel: a USB number pad, or a matrix that the kernel scans.

Theory of operation.  The kernel reports every key as an event (input-event-codes.h): a type, a code
and a value, where 1 is pressed, 0 released and 2 held.  `KeyDecoder` is the pure half and takes
these three numbers.  `EvdevKeypad` is the other half: the device, grabbed, so that nothing else on
the machine sees what is typed.

Rules.  Digits of the row, of the number pad and of a matrix are the same digits; Num Lock and held
keys mean nothing.  The key that begins speech is the config's.  When the kernel's buffer overflowed
(SYN_DROPPED), keys are missing: the rest of that report is ignored and a `cancel` follows, so that
a person starts over instead of being charged for a wrong code.
"""

from __future__ import annotations

import sys
from typing import Any

from drivers.errors import DriverUnavailable
from drivers.source import Fact, KeyPressed, Source

EV_SYN, EV_KEY = 0, 1
SYN_REPORT, SYN_DROPPED = 0, 3
PRESSED = 1

KEYS: dict[int, str] = {
    1: "cancel",  # KEY_ESC
    14: "erase",  # KEY_BACKSPACE
    28: "ok",  # KEY_ENTER
    96: "ok",  # KEY_KPENTER
    111: "erase",  # KEY_DELETE
    0x20A: "cancel",  # KEY_NUMERIC_STAR
    0x20B: "ok",  # KEY_NUMERIC_POUND
}
"""Code to key."""

AIDS: dict[int, str] = {114: "quieter", 115: "louder"}  # KEY_VOLUMEDOWN, KEY_VOLUMEUP
"""Code to key, of keys for the volume."""

SPEECH_CODES: dict[str, int] = {
    "asterisk": 55,  # KEY_KPASTERISK
    "slash": 98,  # KEY_KPSLASH
    "minus": 74,  # KEY_KPMINUS
    "plus": 78,  # KEY_KPPLUS
    "dot": 83,  # KEY_KPDOT
    "star": 0x20A,  # KEY_NUMERIC_STAR
}
"""Name in the config to the code of the key that begins speech."""

KEYS |= {2 + index: digit for index, digit in enumerate("1234567890")}  # KEY_1 .. KEY_0
KEYS |= dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73), "0123456789", strict=True))  # KEY_KPn
KEYS |= {0x200 + index: digit for index, digit in enumerate("0123456789")}  # KEY_NUMERIC_n


class KeyDecoder:
    """Events of one keypad into keys.  `speech_key`: a name of `SPEECH_CODES`, or another word."""

    def __init__(self, speech_key: str = "asterisk") -> None:
        self._dropped = False
        self._keys = KEYS | AIDS
        if speech_key in SPEECH_CODES:
            self._keys[SPEECH_CODES[speech_key]] = "speech"

    def feed(self, kind: int, code: int, value: int) -> str | None:
        """The key that was pressed, or None."""
        if kind == EV_SYN and code == SYN_DROPPED:
            self._dropped = True
        elif kind == EV_SYN and code == SYN_REPORT and self._dropped:
            self._dropped = False
            return "cancel"
        elif kind == EV_KEY and value == PRESSED and not self._dropped:
            return self._keys.get(code)
        return None

    def reset(self) -> None:
        """Forget a half-read report: the keypad was unplugged."""
        self._dropped = False


class EvdevKeypad(Source):
    """The keypad at `path`, best a stable name under /dev/input/by-id."""

    def __init__(self, path: str, speech_key: str = "asterisk") -> None:
        super().__init__("keypad")
        self._path = path
        self._decoder = KeyDecoder(speech_key)
        self._input: Any = None

    def fileno(self) -> int | None:
        """The device's file number; None while it is away."""
        return None if self._input is None else int(self._input.fd)

    def _open(self) -> None:
        device = import_evdev().InputDevice(self._path)
        try:
            device.grab()
        except BaseException:
            device.close()
            raise
        self._input = device

    def _read(self, up_ms: int) -> list[Fact]:
        try:
            events = list(self._input.read())
        except BlockingIOError:  # woken for nothing
            return []
        keys = (self._decoder.feed(one.type, one.code, one.value) for one in events)
        return [KeyPressed(key) for key in keys if key is not None]

    def _shut(self) -> None:
        device, self._input = self._input, None
        self._decoder.reset()
        if device is not None:
            device.close()


def import_evdev() -> Any:
    """Import evdev without its asyncio half; raises DriverUnavailable when it is not installed."""
    sys.modules.setdefault("evdev.eventio_async", None)  # type: ignore[arg-type]  # "do not import"
    try:
        import evdev
    except ImportError as error:
        raise DriverUnavailable(
            "the keypad is off: evdev is not installed; install lockerd[device], or use the keys "
            "on the screen"
        ) from error
    return evdev
