"""gpiozero is imported without a mail parser, and still finds whatever is installed."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from drivers import lean

ROOT = Path(__file__).resolve().parents[2]


HEAVY = {
    *("email.message", "importlib.metadata"),
    *("gpiozero.boards", "gpiozero.internal_devices", "gpiozero.fonts", "pprint"),
    *("statistics", "fractions", "colorzero"),
}
"""What gpiozero brings in and nothing here uses."""


def told(*statements: str) -> None:
    """Run statements in a fresh interpreter; what it says when one fails."""
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(statements)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def loaded_by(statement: str) -> set[str]:
    """Names of `sys.modules` after a fresh interpreter ran the statement."""
    report = "import json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}; {report}"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("module", ["drivers.gpio", "drivers.mockboard", "drivers.simulated"])
def test_the_drivers_are_light(module: str) -> None:
    loaded = loaded_by(f"import {module}")
    assert "gpiozero.devices" in loaded
    assert not loaded & (HEAVY | {lean.BACKPORT})


def test_gpiozero_alone_is_not() -> None:
    assert loaded_by("import gpiozero") >= HEAVY


def test_whoever_asks_for_a_robot_gets_one() -> None:
    """In an interpreter of its own: whoever imported gpiozero first decides."""
    told(
        "from drivers import lean; package = lean.load('gpiozero')",
        "assert 'Robot' not in vars(package) and 'boards' not in vars(package)",
        "from gpiozero import CPUTemperature, Robot",
        "assert Robot.__module__ == 'gpiozero.boards'",
        "assert CPUTemperature.__module__ == 'gpiozero.internal_devices'",
        "assert package.boards.Robot is Robot",
        "assert not hasattr(package, 'Locker')",
    )


def test_a_gpiozero_that_is_there_already_is_left_as_it_is() -> None:
    told(
        "import gpiozero; from drivers import lean",
        "assert lean.load('gpiozero') is gpiozero",
        "assert 'Robot' in vars(gpiozero) and '__getattr__' not in vars(gpiozero)",
    )


def test_what_is_installed_is_found() -> None:
    entry_points = lean._lent(lean.BACKPORT).entry_points
    found = set(entry_points(group="gpiozero_pin_factories"))
    assert found == set(metadata.entry_points(group="gpiozero_pin_factories"))
    assert "mock" in {one.name for one in found}


def test_what_is_lent_answers_like_the_real_one() -> None:
    assert lean._lent("statistics").median([3, 1, 2]) == 2
    assert lean._lent("statistics").mean(iter((1, 2, 6))) == 3
    assert lean._lent("colorzero").Color("yellow").html == "#ffff00"


def test_a_lamp_of_three_colours_lights_up() -> None:
    """Everything that is stood in for, asked for by gpiozero itself."""
    told(
        "from drivers import lean",
        "mock = lean.load('gpiozero.pins.mock')",
        "factory = mock.MockFactory(pin_class=mock.MockPWMPin)",
        "from gpiozero import RGBLED, LineSensor",
        "lamp = RGBLED(1, 2, 3, pin_factory=factory)",
        "lamp.on()",
        "assert lamp.color.html == '#ffffff'",
        "sensor = LineSensor(4, queue_len=1, pin_factory=factory)",
        "assert sensor.value in (0, 1)",
        "sensor.close(); lamp.close()",
    )
