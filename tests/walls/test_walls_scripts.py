"""The scripts prepare nothing twice, and refuse with a remedy.

Nothing is installed here: each case has a checkout of its own with an interpreter that only
pretends, so that what the scripts decide is seen and what they would install is not fetched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Checkout:
    """A copy of what the scripts read, in a directory whose name has a space."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(ROOT / "scripts", root / "scripts")
        for name in ("setup.cfg", "pyproject.toml"):
            shutil.copy(ROOT / name, root)

    def program(self, name: str, script: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    def run(self, *command: str, python: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a script from `/`, where nothing of the checkout is."""
        environment = {"PATH": os.defpath, "HOME": str(self.root)}
        if python is not None:
            environment["PYTHON"] = str(python)
        return subprocess.run(
            [str(self.root / "scripts" / command[0]), *command[1:]],
            cwd="/",
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def prepared(self, kind: str) -> None:
        """An environment that the scripts take for a finished one."""
        self.program(".venv/bin/python", 'printf "python %s\\n" "$@"')
        self.program(".venv/bin/lockerd", 'printf "lockerd %s\\n" "$@"')
        (self.root / ".venv/pyvenv.cfg").write_text("version = 3.11.2\n", encoding="utf-8")
        seal = f'. scripts/_lib.sh; fingerprint {kind} >"$venv/.prepared-{kind}"'
        subprocess.run(["bash", "-c", seal], cwd=self.root, check=True, timeout=60)

    def change(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "check out")


@pytest.fixture
def interpreter(tmp_path: Path) -> Path:
    """The name of an interpreter that each case writes for itself."""
    return tmp_path / "python3"


def pretend(path: Path, version: str, modules: str) -> Path:
    """Write an interpreter of that version; `modules` is `ok` or `missing`."""
    path.write_text(
        "#!/bin/sh\n"
        f'case "$2" in *version_info*) echo {version};; *ensurepip*) [ {modules} = ok ];;\n'
        "venv) exit 1;; esac\n",
        encoding="utf-8",
    )
    path.chmod(0o755)
    return path


def test_an_old_python_is_refused_with_the_remedy(checkout: Checkout, interpreter: Path) -> None:
    done = checkout.run("run", python=pretend(interpreter, "3.10", "ok"))
    assert done.returncode == 1
    assert "no Python 3.11 or later" in done.stderr
    assert "PYTHON=" in done.stderr


def test_missing_venv_names_the_debian_package(checkout: Checkout, interpreter: Path) -> None:
    done = checkout.run("test", "--setup-only", python=pretend(interpreter, "3.11", "missing"))
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr


def test_a_complete_python_gets_past_both(checkout: Checkout, interpreter: Path) -> None:
    done = checkout.run("run", python=pretend(interpreter, "3.12", "ok"))
    assert "-m venv failed" in done.stderr, "an interpreter that only pretends makes none"
    assert "apt-get install python3-venv" not in done.stderr
    assert "no Python 3.11 or later" not in done.stderr


def test_a_python_without_wheels_is_pointed_out(checkout: Checkout, interpreter: Path) -> None:
    done = checkout.run("run", python=pretend(interpreter, "3.14", "ok"))
    assert "wheels for Python 3.11 to 3.13 only" in done.stderr
    done = checkout.run("run", python=pretend(interpreter, "3.13", "ok"))
    assert "wheels for" not in done.stderr


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_a_prepared_environment_starts_at_once(checkout: Checkout, kind: str) -> None:
    checkout.prepared(kind)
    done = checkout.run("run", "--state", "a b")
    assert done.stderr == ""
    assert done.stdout.split("\n")[:-1] == [
        "lockerd simulate",
        "lockerd --config",
        f"lockerd {checkout.root}/config/demo.toml",
        "lockerd --state",
        "lockerd a b",
    ]


def test_bench_hands_its_arguments_on(checkout: Checkout) -> None:
    checkout.prepared("dev")
    done = checkout.run("bench", "journal", "--json", "x.json")
    assert done.stdout.split("\n")[:-1] == [
        f"python {checkout.root}/tests/bench/run.py",
        "python journal",
        "python --json",
        "python x.json",
    ]


def test_tests_need_more_than_the_product(checkout: Checkout, interpreter: Path) -> None:
    checkout.prepared("run")
    done = checkout.run("test", "--setup-only", python=pretend(interpreter, "3.10", "ok"))
    assert done.returncode == 1, "an environment for the product is no environment for tests"


def test_only_what_decides_the_content_prepares_again(
    checkout: Checkout, interpreter: Path
) -> None:
    old = pretend(interpreter, "3.10", "ok")
    checkout.prepared("run")
    checkout.change("setup.cfg", "[mypy]\n", "[mypy]\nverbosity = 0\n")
    checkout.change("pyproject.toml", "line-length = 100", "line-length = 99")
    assert checkout.run("run", python=old).returncode == 0
    checkout.change("setup.cfg", "pygame==2.6.1", "pygame==2.6.2")
    assert checkout.run("run", python=old).returncode == 1


def test_a_checkout_that_moved_prepares_again(checkout: Checkout, interpreter: Path) -> None:
    old = pretend(interpreter, "3.10", "ok")
    checkout.prepared("run")
    assert checkout.run("run", python=old).returncode == 0
    checkout.root = checkout.root.rename(checkout.root.with_name("moved"))
    assert checkout.run("run", python=old).returncode == 1
