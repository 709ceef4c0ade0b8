"""The headphone jack and the keys of speech, on devices that behave like the kernel's."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from drivers.headphones import EV_SW, EVIOCGSW, SW_HEADPHONE_INSERT, HeadphoneJack, plugged
from drivers.keypad import AIDS, SPEECH_CODES, KeyDecoder
from drivers.reader import InputReader
from drivers.source import KeyPressed
from lockerd.core.site import SPEECH_KEYS

evdev = pytest.importorskip("evdev")
IN, OUT = KeyPressed("headphones-in"), KeyPressed("headphones-out")


def switch(value: int) -> tuple[int, int, int]:
    return (EV_SW, SW_HEADPHONE_INSERT, value)


class Jack:
    """An input device over a pipe.  `closed`: how the switch stands now."""

    def __init__(self, closed: bool = False) -> None:
        self.fd, self._bell = os.pipe()
        self.events: list[Any] = []
        self.closed, self.unplugged = closed, False

    def report(self, *events: tuple[int, int, int]) -> None:
        self.events += [evdev.InputEvent(0, 0, *event) for event in events]
        os.write(self._bell, b"!")

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


class Panel:
    """A panel whose jack is the next one of `jacks`, and what the source told of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.jacks: list[Jack] = []
        self.now: Jack | None = None
        self.present: list[bool] = []
        self.source = HeadphoneJack("/dev/input/jack", self.present.append, self.ask)
        monkeypatch.setitem(sys.modules, "evdev", SimpleNamespace(InputDevice=self.open))

    def open(self, path: str) -> Jack:
        if not self.jacks:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)
        self.now = self.jacks.pop(0)
        return self.now

    def ask(self, fd: int) -> bool:
        assert self.now is not None and fd == self.now.fd
        return self.now.closed


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Panel]:
    made = Panel(monkeypatch)
    yield made
    made.source.close()


def test_the_kernel_s_numbers_are_the_kernel_s() -> None:
    codes = evdev.ecodes
    assert (EV_SW, SW_HEADPHONE_INSERT) == (codes.EV_SW, codes.SW_HEADPHONE_INSERT)
    assert AIDS == {codes.KEY_VOLUMEDOWN: "quieter", codes.KEY_VOLUMEUP: "louder"}
    names = {name: f"KEY_KP{name.upper()}" for name in SPEECH_CODES if name != "star"}
    named = {name: getattr(codes, key) for name, key in names.items()}
    assert named | {"star": codes.KEY_NUMERIC_STAR} == SPEECH_CODES
    assert EVIOCGSW == 0x8004451B  # _IOC(_IOC_READ, 'E', 0x1b, 4)


def test_the_config_s_names_are_the_driver_s() -> None:
    assert {*SPEECH_CODES, "none"} == set(SPEECH_KEYS)


def test_a_plug_goes_in_and_comes_out(panel: Panel) -> None:
    jack = Jack()
    panel.jacks = [jack]
    assert panel.source.turn(0) == []
    assert panel.present == [True]
    jack.report(switch(1), (0, 0, 0))
    assert panel.source.read_ready(10) == [IN]
    jack.report(switch(1), switch(0))
    assert panel.source.read_ready(20) == [OUT], "the same again is no news"
    assert panel.source.read_ready(30) == []


def test_a_plug_that_was_in_before_is_noticed(panel: Panel) -> None:
    panel.jacks = [Jack(closed=True)]
    assert panel.source.turn(0) == [IN]


def test_a_jack_that_went_is_headphones_that_went(panel: Panel) -> None:
    jack = Jack(closed=True)
    panel.jacks = [jack]
    panel.source.turn(0)
    jack.unplugged = True
    assert panel.source.read_ready(5_000) == [OUT]
    assert panel.present == [True, False]
    assert panel.source.turn(5_500) == []
    panel.jacks = [Jack(closed=True)]
    assert panel.source.turn(8_000) == [IN]
    assert panel.present == [True, False, True]


def test_a_jack_that_goes_while_it_is_asked_ends_nothing(panel: Panel) -> None:
    """The reader would die of what `turn` raises, and keypad and scanner with it."""
    asked: list[int] = []

    def gone(fd: int) -> bool:
        asked.append(fd)
        raise OSError(errno.ENODEV, "No such device")

    source = HeadphoneJack("/dev/input/jack", panel.present.append, gone)
    panel.jacks = [Jack(closed=True)]
    assert source.turn(0) == []
    assert asked and panel.present == [False] and source.fileno() is None
    assert source.problem is not None and source.due_ms() == 1_000


def test_without_a_reader_headphones_count_as_out(panel: Panel) -> None:
    """Nobody would notice that they are pulled out, and names would be said aloud."""
    panel.jacks = [Jack(closed=True)]
    keys: list[str] = []
    reader = InputReader(
        [panel.source],
        post=lambda message: pytest.fail(repr(message)),
        on_key=lambda key, up_ms: keys.append(key),
        up_ms=lambda: 0,
    )
    reader.turn(0)
    reader.fail(RuntimeError())
    assert keys == ["headphones-in", "headphones-out"]
    assert panel.present == [True, False]
    reader.close()


def test_after_an_overflow_the_switch_is_asked(panel: Panel) -> None:
    jack = Jack()
    panel.jacks = [jack]
    panel.source.turn(0)
    jack.closed = True
    jack.report((0, 3, 0))  # SYN_DROPPED
    assert panel.source.read_ready(10) == [IN]


def test_twin_without_an_overflow_nothing_is_asked(panel: Panel) -> None:
    jack = Jack()
    panel.jacks = [jack]
    panel.source.turn(0)
    jack.closed = True
    jack.report((0, 0, 0))
    assert panel.source.read_ready(10) == []


def test_keys_for_the_volume_are_heard_beside_the_jack(panel: Panel) -> None:
    jack = Jack()
    panel.jacks = [jack]
    panel.source.turn(0)
    up, down = evdev.ecodes.KEY_VOLUMEUP, evdev.ecodes.KEY_VOLUMEDOWN
    jack.report((1, up, 1), (1, up, 0), (1, down, 1), (1, evdev.ecodes.KEY_PLAYPAUSE, 1))
    assert panel.source.read_ready(10) == [KeyPressed("louder"), KeyPressed("quieter")]


def test_what_is_no_input_device_cannot_be_asked() -> None:
    jack = Jack()
    with pytest.raises(OSError, match="ioctl"):
        plugged(jack.fd)
    jack.close()


@pytest.mark.parametrize("name", sorted(SPEECH_CODES))
def test_the_speech_key_is_the_config_s(name: str) -> None:
    decoder = KeyDecoder(name)
    assert decoder.feed(1, SPEECH_CODES[name], 1) == "speech"
    others = set(SPEECH_CODES.values()) - {SPEECH_CODES[name], SPEECH_CODES["star"]}
    assert {decoder.feed(1, code, 1) for code in others} == {None}


def test_without_a_speech_key_star_cancels() -> None:
    assert KeyDecoder("none").feed(1, SPEECH_CODES["star"], 1) == "cancel"
    assert KeyDecoder("star").feed(1, SPEECH_CODES["star"], 1) == "speech"
