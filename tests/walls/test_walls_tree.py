"""The house rules that a machine can check, over every file of the checkout.

Each rule is a function from a file's text to what it objects to, and each is shown a text that it
must object to: a rule that never objects is no rule.
"""

from __future__ import annotations

import ast
import configparser
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("lockerd", "ui", "drivers")
FUNCTION_LINES = 60

NOT_COMMITTED = {".git", ".venv", "build", "state", "artifacts", "__pycache__"}
"""Directories of the root that .gitignore names, and caches anywhere."""


def files() -> Iterator[Path]:
    """Every file that is or could be committed."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(
            name
            for name in folders
            if name not in NOT_COMMITTED and not name.endswith(("_cache", ".egg-info"))
            if name != ".hypothesis"
        )
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith(".cov"))


def texts() -> Iterator[tuple[str, str]]:
    """Every text file as its name from the root and its text; pictures and fonts are passed by."""
    for path in files():
        try:
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


MACHINE = re.compile(r"(?<![\w.$}-])/(?:work|farm|root|home/\w+)/\w")
REGISTRY = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.\w|deb\.debian\.org|proxy\.golang\.org")
LEFT_OVER = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b|NotImplemented[E]rror|pragma: no[ ]cover")


@pytest.mark.parametrize("rule", [MACHINE, REGISTRY, LEFT_OVER], ids=["path", "host", "left-over"])
def test_no_file_speaks_of_a_machine_or_of_later(rule: re.Pattern[str]) -> None:
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in texts()
        if name != "LICENSE"
        for number, line in enumerate(text.splitlines(), 1)
        if rule.search(line)
    ]
    assert not found


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (MACHINE, "see /" + "work/main", "network/main"),
        (MACHINE, "HOME=/" + "root/x", "$R/" + "root/x"),
        (REGISTRY, "https://" + "pypi." + "org/", "pypi_org"),
        (LEFT_OVER, "# " + "TO" + "DO: later", "mastodons"),
        (LEFT_OVER, "raise Not" + "ImplementedError", "implemented"),
    ],
)
def test_the_rules_object(rule: re.Pattern[str], bad: str, good: str) -> None:
    assert rule.search(bad)
    assert not rule.search(good)


def long_functions(source: str, name: str) -> list[str]:
    """Functions with more than FUNCTION_LINES lines, docstring included."""
    return [
        f"{name}:{node.lineno}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if node.end_lineno is not None and node.end_lineno - node.lineno >= FUNCTION_LINES
    ]


def opens_without_docstring(source: str) -> bool:
    """True when a module has code and no docstring that says what it is."""
    tree = ast.parse(source)
    return bool(tree.body) and not ast.get_docstring(tree)


def sources() -> Iterator[tuple[str, str]]:
    yield from (
        (name, text)
        for name, text in texts()
        if name.endswith(".py") and name.startswith((*PACKAGES, "tests"))
    )


def test_functions_are_short_and_modules_say_what_they_are() -> None:
    found = [line for name, text in sources() for line in long_functions(text, name)]
    found += [f"{name}: no docstring" for name, text in sources() if opens_without_docstring(text)]
    assert not found


def test_a_long_function_and_a_silent_module_are_seen() -> None:
    body = "    pass\n" * (FUNCTION_LINES - 1)
    assert long_functions(f"def f():\n{body}", "x.py") == []
    assert len(long_functions(f"def f():\n{body}    pass\n", "x.py")) == 1
    assert opens_without_docstring("import os\n")
    assert not opens_without_docstring('"""What it is."""\nimport os\n')


def setup() -> configparser.ConfigParser:
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


def requirements() -> dict[str, str]:
    """Every dependency of the product and of its extras: name to version."""
    lines = [setup()["options"]["install_requires"], *setup()["options.extras_require"].values()]
    found = re.findall(r"^([\w-]+)([=<>].*)$", "\n".join(lines), re.MULTILINE)
    return {name: version for name, version in found}


def test_every_dependency_has_a_bound_a_reason_and_a_licence() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)[^`]*` \|(.*)\|$", text, re.MULTILINE))
    wanted = requirements()
    assert len(wanted) > 10
    assert set(rows) == set(wanted), "docs/dependencies.md and setup.cfg differ"
    for name, row in rows.items():
        assert all(cell.strip() for cell in row.split("|")), f"{name}: an empty cell"
    for name, version in wanted.items():
        assert version.startswith(("==", ">=")), f"{name}: no lower bound"


def test_packages_are_typed_and_tests_are_no_package() -> None:
    for package in PACKAGES:
        assert (ROOT / package / "__init__.py").is_file()
        assert (ROOT / package / "py.typed").is_file()
        assert "py.typed" in setup()["options.package_data"][package]
    for folder in ("tests", "config", "systemd", "scripts", "docs"):
        assert not list((ROOT / folder).rglob("__init__.py")), f"{folder} must not be importable"
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names)), "two test files share a name"


def test_fonts_travel_with_the_package() -> None:
    assert "fonts/*" in setup()["options.package_data"]["ui"]
    assert list((ROOT / "ui" / "fonts").glob("*.?tf"))


def test_what_is_run_can_be_run() -> None:
    for name in ("scripts/run", "scripts/test", "scripts/bench", ".ci/run"):
        path = ROOT / name
        assert os.access(path, os.X_OK), f"{name}: chmod +x"
        assert path.read_text("utf-8").startswith("#!/usr/bin/env bash\n")
        subprocess.run(["bash", "-n", str(path)], check=True, timeout=60)


UNIT = ROOT / "systemd" / "lockerd.service"


def test_the_unit_starts_what_is_installed() -> None:
    unit = UNIT.read_text("utf-8")
    start = re.search(r"^ExecStart=(\S+) (\w+) ", unit, re.MULTILINE)
    assert start is not None
    scripts = setup()["options.entry_points"]["console_scripts"]
    assert Path(start[1]).name in re.findall(r"^(\w+) =", scripts, re.MULTILINE)
    assert start[2] == "run"
    assert not re.search(r"^(Condition|Assert)", unit, re.MULTILINE), "skipped in silence"
    user = re.search(r"^User=(\w+)$", unit, re.MULTILINE)
    assert user is not None
    accounts = (ROOT / "systemd" / "sysusers.d" / "lockerd.conf").read_text("utf-8")
    assert re.search(rf"^u {user[1]} ", accounts, re.MULTILINE)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize(("setting", "passes"), [("", True), ("CapabilityBoundingSet=\n", False)])
def test_the_unit_exposes_little(tmp_path: Path, setting: str, passes: bool) -> None:
    unit = tmp_path / "lockerd.service"
    unit.write_text(UNIT.read_text("utf-8").replace(setting, ""), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=5", str(unit)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode == 0) is passes, done.stdout[-200:]


@pytest.mark.parametrize(
    "script",
    [
        one
        for one in sorted((ROOT / "scripts").iterdir())
        if one.is_file() and one.read_text(encoding="utf-8").startswith("#!/usr/bin/env python3")
    ],
    ids=lambda one: one.name,
)
def test_a_script_that_no_test_runs_still_finds_what_it_needs(script: Path) -> None:
    """Its imports alone: what one was renamed to is noticed."""
    load = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='loaded')"
    done = subprocess.run(
        [sys.executable, "-c", load, str(script)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
