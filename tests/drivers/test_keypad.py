"""Decoding of key events, and the keypad on a device that behaves like the kernel's."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from drivers.keypad import (
    EV_KEY,
    EV_SYN,
    KEYS,
    SYN_DROPPED,
    SYN_REPORT,
    EvdevKeypad,
    KeyDecoder,
    import_evdev,
)
from drivers.source import KeyPressed
from lockerd.core.messages import PartChanged

evdev = pytest.importorskip("evdev")

REPORT = (EV_SYN, SYN_REPORT, 0)


def press(name: str) -> list[tuple[int, int, int]]:
    """What the kernel sends for one short press."""
    code = getattr(evdev.ecodes, name)
    return [(EV_KEY, code, 1), REPORT, (EV_KEY, code, 0), REPORT]


def decode(*events: tuple[int, int, int]) -> list[str]:
    decoder = KeyDecoder()
    return [key for event in events if (key := decoder.feed(*event))]


def test_the_kernel_s_numbers_are_the_kernel_s() -> None:
    codes = evdev.ecodes
    assert (EV_SYN, EV_KEY) == (codes.EV_SYN, codes.EV_KEY)
    assert (SYN_REPORT, SYN_DROPPED) == (codes.SYN_REPORT, codes.SYN_DROPPED)
    for digit in "0123456789":
        for name in (f"KEY_{digit}", f"KEY_KP{digit}", f"KEY_NUMERIC_{digit}"):
            assert KEYS[getattr(codes, name)] == digit
    names = {
        "ok": ("KEY_ENTER", "KEY_KPENTER", "KEY_NUMERIC_POUND"),
        "erase": ("KEY_BACKSPACE", "KEY_DELETE"),
        "cancel": ("KEY_ESC", "KEY_NUMERIC_STAR"),
    }
    for key, meant in names.items():
        for name in meant:
            assert KEYS[getattr(codes, name)] == key
    assert len(KEYS) == 30 + 7


def test_a_typed_code() -> None:
    names = ("KEY_1", "KEY_KP2", "KEY_NUMERIC_3", "KEY_BACKSPACE", "KEY_KPENTER", "KEY_ESC")
    events = [event for name in names for event in press(name)]
    assert decode(*events) == ["1", "2", "3", "erase", "ok", "cancel"]


def test_a_held_key_is_one_key() -> None:
    code = evdev.ecodes.KEY_5
    assert decode((EV_KEY, code, 1), REPORT, *[(EV_KEY, code, 2), REPORT] * 50) == ["5"]


@pytest.mark.parametrize("name", ["KEY_NUMLOCK", "KEY_KPDOT", "KEY_A", "KEY_LEFTCTRL"])
def test_other_keys_mean_nothing(name: str) -> None:
    assert decode(*press(name)) == []


def test_an_overflow_ignores_the_rest_of_the_report_and_cancels() -> None:
    assert decode(
        *press("KEY_1"),
        (EV_SYN, SYN_DROPPED, 0),
        (EV_KEY, evdev.ecodes.KEY_2, 1),
        REPORT,
        *press("KEY_3"),
    ) == ["1", "cancel", "3"]


def test_twin_without_an_overflow_nothing_is_cancelled() -> None:
    assert decode(*press("KEY_1"), *press("KEY_2"), *press("KEY_3")) == ["1", "2", "3"]


def test_a_key_does_not_tell_itself() -> None:
    assert "7" not in repr(KeyPressed("7"))


class Pad:
    """An input device over a pipe: `fd` is readable while events wait."""

    def __init__(self) -> None:
        self.fd, self._bell = os.pipe()
        self.events: list[Any] = []
        self.unplugged = self.grabbed = False

    def type(self, *events: tuple[int, int, int]) -> None:
        self.events += [evdev.InputEvent(0, 0, *event) for event in events]
        os.write(self._bell, b"!")

    def grab(self) -> None:
        if self.unplugged:
            raise OSError(errno.EBUSY, "Device or resource busy")
        self.grabbed = True

    def read(self) -> Iterator[Any]:
        if self.unplugged:
            raise OSError(errno.ENODEV, "No such device")
        if not self.events:
            raise BlockingIOError
        events, self.events = self.events, []
        os.read(self.fd, 64)
        yield from events

    def close(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
            os.close(self._bell)
        self.fd = -1


class Drawer:
    """Where pads are opened from: the next one, or nothing."""

    def __init__(self) -> None:
        self.pads: list[Pad] = []

    def open(self, path: str) -> Pad:
        if not self.pads:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)
        return self.pads.pop(0)


@pytest.fixture
def drawer(monkeypatch: pytest.MonkeyPatch) -> Drawer:
    made = Drawer()
    monkeypatch.setitem(sys.modules, "evdev", SimpleNamespace(InputDevice=made.open))
    return made


def test_keys_come_from_a_grabbed_device(drawer: Drawer) -> None:
    pad = Pad()
    drawer.pads.append(pad)
    keypad = EvdevKeypad("/dev/input/keypad")
    assert keypad.turn(0) == [PartChanged("keypad", True)]
    assert pad.grabbed
    pad.type(*press("KEY_4"), *press("KEY_ENTER"))
    assert keypad.read_ready(10) == [KeyPressed("4"), KeyPressed("ok")]
    assert keypad.read_ready(11) == []
    keypad.close()
    assert pad.fd == -1


def test_an_unplugged_keypad_comes_back(drawer: Drawer) -> None:
    first, second = Pad(), Pad()
    drawer.pads.append(first)
    keypad = EvdevKeypad("/dev/input/keypad")
    keypad.turn(0)
    first.unplugged = True
    assert keypad.read_ready(5_000) == [PartChanged("keypad", False)]
    assert first.fd == -1
    assert keypad.turn(5_500) == []
    assert keypad.turn(6_000) == [], "it is still away, and that is known"
    drawer.pads.append(second)
    assert keypad.turn(8_000) == [PartChanged("keypad", True)]
    assert keypad.problem is None
    keypad.close()


def test_a_keypad_that_somebody_else_holds_is_away(drawer: Drawer) -> None:
    pad = Pad()
    pad.unplugged = True
    drawer.pads.append(pad)
    keypad = EvdevKeypad("/dev/input/keypad")
    assert keypad.turn(0) == [PartChanged("keypad", False)]
    assert pad.fd == -1
    assert keypad.problem is not None and "no other program holds it" in keypad.problem


def test_a_missing_library_turns_the_keypad_off_and_says_what_is_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "evdev", None)
    keypad = EvdevKeypad("/dev/input/keypad")
    assert keypad.turn(0) == [PartChanged("keypad", False, "missing")]
    assert keypad.problem is not None
    assert keypad.problem.startswith("the keypad is off: evdev is not installed; install")
    assert keypad.due_ms() is None
    assert keypad.turn(60_000) == []


def test_the_real_library_raises_what_we_expect_of_a_missing_device() -> None:
    with pytest.raises(FileNotFoundError):
        import_evdev().InputDevice("/dev/input/by-id/none")
