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
    assert not loaded & {"email.message", "importlib.metadata", lean.BACKPORT}


def test_gpiozero_alone_is_not() -> None:
    assert {"email.message", "importlib.metadata"} <= loaded_by("import gpiozero")


def test_what_is_installed_is_found() -> None:
    found = set(lean.entry_points(group="gpiozero_pin_factories"))
    assert found == set(metadata.entry_points(group="gpiozero_pin_factories"))
    assert "mock" in {one.name for one in found}
