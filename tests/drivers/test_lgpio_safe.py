"""The lgpio pins on a chip that remembers what it drove, and the checks before the import."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from gpiozero import PinUnknownPi

from drivers.errors import DriverUnavailable
from drivers.gpio import GpioCabinet
from drivers.lgpio_safe import chip_numbers, find_chip, import_lgpio, open_factory, outputs_persist
from lockerd.core.messages import Level, Message
from support.cabinets import a_site
from support.virtual import VirtualTime


class ChipError(Exception):
    """lgpio.error: what the library raises for every failure."""


@dataclass
class Chip:
    """The lines of one chip: mode and level, as the kernel would have them."""

    label: str = "pinctrl-bcm2711"
    mode: dict[int, str] = field(default_factory=dict)
    level: dict[int, int] = field(default_factory=dict)
    driven: list[tuple[int, int | None]] = field(default_factory=list)
    alerts: dict[int, Callable[..., None]] = field(default_factory=dict)
    is_open: bool = False

    def drive(self, gpio: int, level: int | None) -> None:
        self.mode[gpio] = "in" if level is None else "out"
        if level is not None:
            self.level[gpio] = level
        self.driven.append((gpio, level))

    def set_input(self, gpio: int, level: int) -> None:
        """The outside world changes a line; an alert that was claimed for it fires."""
        self.level[gpio] = level
        if gpio in self.alerts:
            self.alerts[gpio](0, gpio, level, 0)


def fake_lgpio(chips: dict[int, Chip]) -> Any:
    """A module with the calls of lgpio 0.2 that gpiozero uses, over `chips`."""
    module: Any = ModuleType("lgpio")
    module.error = ChipError
    module.SET_PULL_NONE, module.SET_PULL_UP, module.SET_PULL_DOWN = 128, 32, 64
    module.RISING_EDGE, module.FALLING_EDGE, module.BOTH_EDGES = 1, 2, 3
    pulls: dict[int, int] = {}

    def gpiochip_open(number: int) -> int:
        if number not in chips:
            raise ChipError("can not open gpiochip")
        chips[number].is_open = True
        return number

    def gpiochip_close(handle: int) -> int:
        chips[handle].is_open = False
        return 0

    def gpio_claim_input(handle: int, gpio: int, flags: int = 0) -> int:
        chips[handle].drive(gpio, None)
        pulls[gpio] = flags
        chips[handle].level[gpio] = int(flags == module.SET_PULL_UP)
        return 0

    def gpio_claim_output(handle: int, gpio: int, level: int = 0, flags: int = 0) -> int:
        chips[handle].drive(gpio, level)
        return 0

    def gpio_write(handle: int, gpio: int, level: int) -> int:
        assert chips[handle].mode[gpio] == "out", "a write to an input"
        chips[handle].drive(gpio, int(level))
        return 0

    def gpio_get_mode(handle: int, gpio: int) -> int:
        out = chips[handle].mode.get(gpio) == "out"
        return (2 if out else 0) | pulls.get(gpio, 0)

    class Callback:
        def __init__(self, handle: int, gpio: int, edges: int, call: Callable[..., None]) -> None:
            self.chip, self.gpio = chips[handle], gpio
            self.chip.alerts[gpio] = call

        def cancel(self) -> None:
            del self.chip.alerts[self.gpio]

    module.gpiochip_open, module.gpiochip_close = gpiochip_open, gpiochip_close
    module.gpio_get_chip_info = lambda handle: [0, 58, f"gpiochip{handle}", chips[handle].label]
    module.gpio_claim_input, module.gpio_claim_output = gpio_claim_input, gpio_claim_output
    module.gpio_write, module.gpio_get_mode = gpio_write, gpio_get_mode
    module.gpio_read = lambda handle, gpio: chips[handle].level[gpio]
    module.gpio_free = lambda handle, gpio: 0
    module.gpio_set_debounce_micros = lambda handle, gpio, micros: 0
    module.gpio_claim_alert = lambda handle, gpio, edges, flags=0, notify=None: 0
    module.callback = Callback
    return module


MODULES = ("lgpio", "gpiozero.pins.lgpio", "drivers.lgpio_pins")


@pytest.fixture
def chips(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[int, Chip]]:
    """A Raspberry Pi 4 whose lgpio is the fake one; chip 0 is its own."""
    made = {0: Chip()}
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "lgpio", fake_lgpio(made))
    monkeypatch.setattr("gpiozero.pins.local.get_pi_revision", lambda: 0xC03111)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gpiochip0").touch()
    yield made
    for name in MODULES[1:]:
        sys.modules.pop(name, None)


def glitches(chip: Chip, gpio: int, active: int) -> int:
    """How often a line was driven to its active level."""
    return chip.driven.count((gpio, active))


def start(factory: Any, *, active_high: bool) -> tuple[GpioCabinet, VirtualTime, list[Message]]:
    time, posted = VirtualTime(), list[Message]()
    cabinet = GpioCabinet(
        a_site(active_high=active_high), factory, timers=time, up_ms=time.up_ms, poll_ms=1_000
    )
    cabinet.start(posted.append)
    return cabinet, time, posted


@pytest.mark.parametrize("active_high", [True, False])
def test_a_strike_is_never_energised_by_starting_or_stopping(
    chips: dict[int, Chip], tmp_path: Path, active_high: bool
) -> None:
    cabinet, time, _ = start(open_factory(tmp_path), active_high=active_high)
    chip, active = chips[0], int(active_high)
    assert [(gpio, level) for gpio, level in chip.driven if gpio < 3] == [
        (gpio, 1 - active) for gpio in range(3)
    ]
    cabinet.pulse("01", 500)
    assert chip.level[0] == active
    time.advance(500)
    assert chip.level[0] == 1 - active
    cabinet.stop()
    assert glitches(chip, 0, active) == 1, "the pulse itself and nothing else"
    assert glitches(chip, 1, active) == 0
    assert [level for gpio, level in chip.driven if gpio < 3 and level is None] == []
    assert not chip.is_open


def test_twin_the_library_s_own_pins_energise_an_active_low_strike(chips: dict[int, Chip]) -> None:
    library = importlib.import_module("gpiozero.pins.lgpio")
    factory = library.LGPIOFactory(chip=0)
    cabinet, _, _ = start(factory, active_high=False)
    assert glitches(chips[0], 1, active=0) > 0
    cabinet.stop()


def test_edges_and_levels_come_through(chips: dict[int, Chip], tmp_path: Path) -> None:
    _, time, posted = start(open_factory(tmp_path), active_high=True)
    chips[0].set_input(3, 0)
    time.advance(60)
    assert [(m.unit, m.level) for m in posted] == [("01", Level.CLOSED)]  # type: ignore[attr-defined]  # all are DoorMoved
    chips[0].alerts.clear()  # the library's notification thread died
    chips[0].set_input(4, 0)
    time.advance(1_060)
    assert posted[-1].unit == "02"  # type: ignore[attr-defined]  # it is a DoorMoved


def test_two_factories_do_not_share_pins(chips: dict[int, Chip], tmp_path: Path) -> None:
    one, two = open_factory(tmp_path), open_factory(tmp_path)
    assert one.pin(6) is not two.pin(6)


def test_the_chip_is_found_by_its_label(chips: dict[int, Chip]) -> None:
    chips[0].label = "raspberrypi-exp-gpio"
    chips[4] = Chip(label="pinctrl-rp1")
    lgpio = sys.modules["lgpio"]
    assert find_chip(lgpio, [0, 2, 4]) == 4
    assert not chips[0].is_open and not chips[4].is_open
    with pytest.raises(
        DriverUnavailable, match=r"gpiochip0 \(raspberrypi-exp-gpio\), gpiochip2 \(not readable\);"
    ):
        find_chip(lgpio, [0, 2])


def test_chip_numbers_are_numbers_in_order(tmp_path: Path) -> None:
    for name in ("gpiochip10", "gpiochip2", "gpiochipX", "ttyS0"):
        (tmp_path / name).touch()
    assert chip_numbers(tmp_path) == [2, 10]


def test_a_board_that_is_no_raspberry_pi_is_refused(
    chips: dict[int, Chip], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown() -> int:
        raise PinUnknownPi("unable to locate Pi revision")

    monkeypatch.setattr("gpiozero.pins.local.get_pi_revision", unknown)
    with pytest.raises(DriverUnavailable, match=r"PinUnknownPi.*run on a Raspberry Pi"):
        open_factory(tmp_path)


def test_a_missing_lgpio_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "lgpio", None)
    with pytest.raises(DriverUnavailable, match=r"install lockerd\[device\]"):
        import_lgpio()


def test_a_read_only_directory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LG_WD", raising=False)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(DriverUnavailable, match="WorkingDirectory=%t/lockerd"):
        import_lgpio()


def test_a_directory_that_is_gone_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.delenv("LG_WD", raising=False)
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(DriverUnavailable, match="LG_WD"):
        import_lgpio()


def test_a_pipe_directory_that_is_missing_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LG_WD", str(tmp_path / "missing"))
    with pytest.raises(DriverUnavailable, match="name a writable directory in LG_WD"):
        import_lgpio()


def test_the_import_does_not_move_the_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere, here, code = tmp_path / "wd", tmp_path / "here", tmp_path / "code"
    for path in (elsewhere, here, code):
        path.mkdir()
    (code / "lgpio.py").write_text(
        "import os\nos.chdir(os.environ['LG_WD'])\nopen('.lgd-nfy0', 'w').close()\n"
    )
    monkeypatch.setenv("LG_WD", str(elsewhere))
    monkeypatch.chdir(here)
    monkeypatch.syspath_prepend(str(code))
    monkeypatch.delitem(sys.modules, "lgpio", raising=False)
    import_lgpio()
    monkeypatch.delitem(sys.modules, "lgpio")
    assert Path.cwd() == here
    assert (elsewhere / ".lgd-nfy0").exists()


@pytest.mark.parametrize(("text", "persists"), [("Y\n", True), ("N\n", False)])
def test_whether_outputs_persist_is_read_from_the_kernel(
    tmp_path: Path, text: str, persists: bool
) -> None:
    assert outputs_persist(tmp_path) is None
    path = tmp_path / "pinctrl_rp1" / "parameters" / "persist_gpio_outputs"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert outputs_persist(tmp_path) is persists
