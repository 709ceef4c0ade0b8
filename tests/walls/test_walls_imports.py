"""The import walls of setup.cfg stand, and each of them stops something.

The contracts are checked as `scripts/test` does, on a copy of the packages.  Each contract has
plants: an import that must break exactly it, and twins, imports of the same kind from a place that
may have them.  A wall that stops nothing, or everything, fails here.
"""

from __future__ import annotations

import ast
import configparser
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("lockerd", "ui", "drivers")

DOWN = "imports point down only"
PURE = "the core is pure"
DEVICES = "device libraries are for drivers only"
SCREEN = "the screen library is for the painter only"
NETWORK = "nothing speaks to a network"

Lint = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def lint(tmp_path: Path) -> Lint:
    """A copy of the packages; `lint((module, statement), ...)` plants and checks the contracts."""
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=lambda _, names: {*names} & {"__pycache__"}
        )

    def plant(module: str, statement: str) -> None:
        place = tmp_path.joinpath(*module.split("."))
        file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        with file.open("a", encoding="utf-8") as text:
            text.write(f"\n{statement}\n")

    def check(*plants: tuple[str, str]) -> subprocess.CompletedProcess[str]:
        for module, statement in plants:
            plant(module, statement)
        return subprocess.run(
            [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"],
            cwd=tmp_path,
            env={"COLUMNS": "300", "PATH": ""},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return check


def test_the_tree_keeps_every_contract(lint: Lint) -> None:
    done = lint()
    assert done.returncode == 0, done.stdout
    for name in (DOWN, PURE, DEVICES, SCREEN, NETWORK):
        assert f"{name} KEPT" in done.stdout


@pytest.mark.parametrize(
    ("module", "statement", "contract"),
    [
        # Upwards, one step at each layer, and to the side where nobody may look to the side.
        ("lockerd.core.planted", "import lockerd.ports", DOWN),
        ("lockerd.ports", "import lockerd.engine", DOWN),
        ("lockerd.engine", "import lockerd.journal", DOWN),
        ("lockerd.loop", "import lockerd.engine", DOWN),
        ("ui.planted", "import drivers", DOWN),
        ("drivers.planted", "import ui", DOWN),
        ("lockerd.journal.planted", "from lockerd import config", DOWN),
        ("lockerd.config.planted", "def late():\n    import lockerd.journal", DOWN),
        ("lockerd.control", "import lockerd.daemon", DOWN),
        ("lockerd.core.planted", "import time", PURE),
        ("lockerd.core.planted", "def late():\n    from os import environ", PURE),
        ("lockerd.core.planted", "import random", PURE),
        ("lockerd.core.planted", "import sqlite3", PURE),
        ("lockerd.core.planted", "import threading", PURE),
        ("lockerd.core.planted", "import cryptography.exceptions", PURE),
        ("lockerd.engine", "import gpiozero", DEVICES),
        ("ui.planted", "import evdev", DEVICES),
        ("lockerd.daemon", "import serial", DEVICES),
        ("lockerd.simulation", "import pygame", SCREEN),
        ("drivers.planted", "import pygame", SCREEN),
        ("ui.planted", "import pygame", SCREEN),
        ("lockerd.control", "import asyncio", NETWORK),
        ("ui.planted", "import urllib.request", NETWORK),
    ],
)
def test_a_planted_import_is_named(lint: Lint, module: str, statement: str, contract: str) -> None:
    done = lint(("lockerd.daemon", ""), (module, statement))
    assert done.returncode == 1, done.stdout
    assert f"{contract} BROKEN" in done.stdout
    assert "1 broken" in done.stdout, "the plant breaks one contract and no other"
    assert f"{module} " in done.stdout.split("Broken contracts", 1)[1]


def test_the_same_imports_are_free_where_they_belong(lint: Lint) -> None:
    done = lint(
        ("lockerd.ports", "import lockerd.core"),
        ("lockerd.engine", "import lockerd.ports"),
        ("lockerd.journal.planted", "import lockerd.core\nimport sqlite3"),
        ("ui.planted", "import lockerd.core"),
        ("drivers.planted", "import lockerd.ports\nimport gpiozero\nimport serial\nimport evdev"),
        ("drivers.planted", "import threading\nimport time"),
        ("lockerd.core.planted", "import transitions\nimport dataclasses"),
        ("lockerd.daemon", "import ui\nimport drivers\nimport lockerd.journal"),
        ("lockerd.simulation", "import lockerd.daemon"),
        ("lockerd.cli", "import lockerd.daemon\nimport lockerd.simulation"),
        ("ui.backend.planted", "import pygame"),
        ("lockerd.control", "import socket"),
    )
    assert done.returncode == 0, done.stdout


def listed_modules() -> set[str]:
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    layers = config["importlinter:contract:layers"]["layers"]
    return {name.strip(" ()") for name in layers.replace("|", "\n").replace(":", "\n").split("\n")}


def unlisted(root: Path, listed: set[str]) -> list[str]:
    """Modules directly in `lockerd` that no layer names."""
    found = {
        f"lockerd.{path.stem}"
        for path in (root / "lockerd").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    return sorted(found - listed - {"lockerd.__init__"})


def test_every_module_stands_in_a_layer(tmp_path: Path) -> None:
    listed = listed_modules()
    assert not unlisted(ROOT, listed), "add it to a layer in setup.cfg"
    (tmp_path / "lockerd").mkdir()
    (tmp_path / "lockerd" / "stray.py").touch()
    (tmp_path / "lockerd" / "engine.py").touch()
    assert unlisted(tmp_path, listed) == ["lockerd.stray"]


READS_THE_WORLD = {"open", "print", "input", "exec", "eval", "compile", "__import__", "breakpoint"}
READS_THE_CLOCK = {"now", "utcnow", "today"}


def impurities(source: str, name: str) -> list[str]:
    """Calls that need no import and still reach outside: built-ins, and datetime's clocks."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id=called) if called in READS_THE_WORLD:
                found.append(f"{name}:{node.lineno}: {called}()")
            case ast.Attribute(value=ast.Name(id="datetime" | "date"), attr=called) if (
                called in READS_THE_CLOCK
            ):
                found.append(f"{name}:{node.lineno}: {called}()")
    return found


def test_the_core_calls_nothing_that_reaches_outside() -> None:
    found = [
        impurity
        for path in sorted((ROOT / "lockerd" / "core").rglob("*.py"))
        for impurity in impurities(path.read_text("utf-8"), path.name)
    ]
    assert not found


@pytest.mark.parametrize("call", ["open('x')", "print(1)", "datetime.now()", "date.today()"])
def test_a_call_that_reaches_outside_is_seen(call: str) -> None:
    assert len(impurities(f"def f():\n    return {call}\n", "planted.py")) == 1
    assert impurities(f"def f(it):\n    return it.{call}\n", "planted.py") == []
