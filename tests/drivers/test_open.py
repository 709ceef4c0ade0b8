"""Choosing a driver by name, and what that imports."""

from __future__ import annotations

import subprocess
import sys
from random import Random

import pytest

from drivers import make_safe, open_cabinet, open_reader
from drivers.errors import DriverUnavailable
from drivers.headphones import HeadphoneJack
from drivers.keypad import EvdevKeypad
from drivers.physics import Physics
from drivers.scanner import SerialScanner
from drivers.simulated import SimulatedCabinet
from drivers.touch import TouchWatch
from lockerd.core.site import Keypad, Scanner, Screen, Speech
from support.cabinets import a_site
from support.virtual import VirtualTime


def test_a_simulated_cabinet_needs_its_world() -> None:
    time, site = VirtualTime(), a_site()
    physics = Physics(site, timers=time, up_ms=time.up_ms, rng=Random(1))
    assert isinstance(open_cabinet(site, up_ms=time.up_ms, physics=physics), SimulatedCabinet)
    with pytest.raises(DriverUnavailable, match="lockerd simulate"):
        open_cabinet(site, up_ms=time.up_ms)


def test_a_cabinet_on_lines_says_what_this_machine_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lgpio", None)
    site = a_site().but(driver="gpio")
    with pytest.raises(DriverUnavailable, match="lgpio is not installed"):
        open_cabinet(site, up_ms=VirtualTime().up_ms)


def test_making_safe_needs_the_lines_and_a_simulated_cabinet_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "lgpio", None)
    assert make_safe(a_site()) == []
    with pytest.raises(DriverUnavailable):
        make_safe(a_site().but(driver="gpio"))


def test_the_reader_has_the_devices_of_the_config() -> None:
    def sources(scanner: Scanner, keypad: Keypad) -> list[type]:
        site = a_site().but(scanner=scanner, keypad=keypad)
        reader = open_reader(
            site,
            post=lambda message: None,
            on_key=lambda key, up_ms: None,
            up_ms=VirtualTime().up_ms,
        )
        if reader is None:
            return []
        reader.close()
        return [type(one) for one in reader.sources]

    none, serial = Scanner(), Scanner(kind="serial", port="/dev/null")
    assert sources(none, Keypad()) == []
    assert sources(none, Keypad(kind="none")) == []
    assert sources(serial, Keypad()) == [SerialScanner]
    assert sources(serial, Keypad(kind="evdev", device="/dev/null")) == [SerialScanner, EvdevKeypad]


def test_a_touch_panel_is_watched_where_the_config_names_one() -> None:
    site = a_site().but(screen=Screen(touch="/dev/null"))
    reader = open_reader(
        site, post=lambda message: None, on_key=lambda key, up: None, up_ms=VirtualTime().up_ms
    )
    assert reader is not None
    reader.close()
    assert [type(one) for one in reader.sources] == [TouchWatch]


def test_the_jack_of_the_headphones_is_followed_where_the_config_names_one() -> None:
    site = a_site().but(speech=Speech(kind="espeak", headphones="/dev/null"))
    reader = open_reader(
        site, post=lambda message: None, on_key=lambda key, up: None, up_ms=VirtualTime().up_ms
    )
    assert reader is not None
    reader.close()
    assert [type(one) for one in reader.sources] == [HeadphoneJack]


def modules_after(code: str) -> set[str]:
    """The modules of a fresh interpreter that ran `code`."""
    script = f"{code}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


HEAVY = {"asyncio", "click", "dateutil", "pkg_resources", "ssl"}


def test_choosing_imports_only_what_was_chosen() -> None:
    loaded = modules_after("import drivers, drivers.errors, drivers.reader, drivers.debounce")
    assert not loaded & {"gpiozero", "serial", "evdev", "lgpio", "email", *HEAVY}


def test_the_devices_import_nothing_heavy() -> None:
    loaded = modules_after(
        "import drivers.scanner, drivers.keypad, drivers.simulated, serial\n"
        "drivers.keypad.import_evdev()"
    )
    assert {"gpiozero", "serial", "evdev"} <= loaded
    assert not loaded & HEAVY
