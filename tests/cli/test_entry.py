"""The entry points as a shell sees them: exit codes, one-line errors, what a start costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lockerd import cli
from lockerd.cli import control, daemon
from lockerd.cli.parsing import STATE

ROOT = Path(__file__).resolve().parents[2]

CTL = "import sys; from lockerd.cli import control_main; sys.exit(control_main())"


def run(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("COV_", "COVERAGE"))}
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def loaded(code: str, *words: str) -> set[str]:
    """Modules that were imported when the statements ended, by themselves or by SystemExit."""
    report = "print(json.dumps([n for n, m in sys.modules.items() if m]), file=sys.stderr)"
    done = run(
        f"import atexit, json, sys\natexit.register(lambda: {report})\n{code}",
        *words,
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_the_client_imports_no_part_of_the_daemon(tmp_path: Path) -> None:
    words = ("--state", str(tmp_path), "status", "--json")
    stub = (
        "import lockerd.cli.tool as t; t.Tool.ask = lambda *_: {'duty': 'serving', 'fault': None}"
    )
    found = loaded(f"{stub}\n{CTL}", *words)
    assert "lockerd.cli.status_commands" in found
    ours = {one for one in found if one.startswith(("lockerd", "ui", "drivers"))}
    wanted = {"", ".cli", ".cli.control", ".cli.parsing", ".cli.tool", ".cli.status_commands"}
    wanted |= {".control", ".control.client", ".control.codec", ".control.address"}
    assert ours == {f"lockerd{one}" for one in wanted}
    heavy = {"dataclasses", "inspect", "sqlite3", "cryptography", "asyncio", "email", "ssl"}
    assert not found & heavy


def test_the_daemon_reaches_its_own_imports_with_nothing_else() -> None:
    code = "from lockerd.cli import daemon; daemon.parser().parse_args(['run', '--state', 'x'])"
    found = loaded(code)
    ours = {one for one in found if one.startswith("lockerd")}
    assert ours == {"lockerd", "lockerd.cli", "lockerd.cli.daemon", "lockerd.cli.parsing"}
    assert not found & {"dataclasses", "inspect", "socket", "selectors"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "COMMAND"),
        (("frobnicate",), 2, "invalid choice"),
        (("status", "--frob"), 2, "unrecognized"),
        (("stat",), 2, "invalid choice"),
        (("handover", "create", "--recip", "A", "--item", "B"), 2, "--recipient"),
        (("queue", "resolve", "k", "--reason", "r", "--finding", "gone"), 2, "invalid choice"),
        (("sim", "touch", "a", "b"), 2, "invalid int"),
        (("status", "--state", "/nonexistent/place"), 3, "no daemon runs"),
        (("queue", "list", "--state", "/nonexistent/place"), 3, "no daemon runs"),
        (("handover", "show", "abcd", "--state", "/nonexistent/place"), 3, "no daemon runs"),
    ],
)
def test_an_error_is_one_line_and_a_code(words: tuple[str, ...], code: int, said: str) -> None:
    done = run(CTL, *words)
    assert (done.returncode, done.stdout) == (code, ""), done
    assert len(done.stderr.splitlines()) == 1 and said in done.stderr
    assert done.stderr.startswith("lockerctl")


@pytest.mark.parametrize("words", [("--help",), ("handover", "--help"), ("sim", "cut", "--help")])
def test_help_is_no_error(words: tuple[str, ...]) -> None:
    done = run(CTL, *words)
    assert done.returncode == 0 and done.stdout.startswith("usage: lockerctl")


def test_python_m_lockerd_is_lockerd() -> None:
    done = run(
        "import runpy, sys; sys.argv[1:] = ['--help']; "
        "runpy.run_module('lockerd', run_name='__main__')"
    )
    assert done.returncode == 0 and "simulate" in done.stdout
    assert (
        run("import sys; from lockerd.cli import daemon_main; sys.exit(daemon_main([]))").returncode
        == 2
    )


def test_a_reader_that_has_read_enough_is_no_error() -> None:
    code = f"{CTL} "
    done = subprocess.run(
        ["/bin/sh", "-c", f'"{sys.executable}" -c "$0" check-config "$@" | true', code]
        + [str(ROOT / "config" / "demo.toml")] * 400,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""


def test_an_interruption_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(control, "run", interrupted)
    assert control.main(["status"]) == control.INTERRUPTED


def test_state_and_json_are_taken_on_both_sides() -> None:
    for words in (["--state", "D", "--json", "status"], ["status", "--state", "D", "--json"]):
        args = control.parser(words).parse_args(words)
        assert (args.state, args.json) == ("D", True)
    args = control.parser(["status"]).parse_args(["status"])
    assert (args.state, args.json) == (STATE, False)


# -- lockerd --------------------------------------------------------------------------------------


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the daemon's own entry points were called with."""
    import lockerd.daemon
    import lockerd.simulation.main

    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(lockerd.daemon, "run", lambda *a: (calls.append(("run", *a)), 5)[1])
    monkeypatch.setattr(
        lockerd.simulation.main, "simulate", lambda *a: (calls.append(("simulate", *a)), 6)[1]
    )
    return calls


def test_run_gets_its_options(started: list[tuple[Any, ...]]) -> None:
    assert cli.daemon_main(["run", "--state", "/s", "--config", "/c.toml"]) == 5
    assert cli.daemon_main(["run", "--headless"]) == 5
    assert started == [
        ("run", Path("/s"), Path("/c.toml"), False),
        ("run", Path(STATE), Path(daemon.CONFIG), True),
    ]


def test_simulate_gets_its_options(started: list[tuple[Any, ...]]) -> None:
    words = ["simulate", "--state", "/s", "--headless", "--seed", "3", "--kiosk-only"]
    words += ["--codes", "/c", "--panel", "7-standing"]
    assert cli.daemon_main(words) == 6
    assert cli.daemon_main(["simulate"]) == 6
    demo = ROOT / "config" / "demo.toml"
    assert started == [
        ("simulate", Path("/s"), demo, True, 3, True, Path("/c"), "7-standing"),
        ("simulate", None, demo, False, None, False, None, None),
    ]


def test_a_panel_takes_the_place_of_the_config_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import lockerd.simulation.run
    from lockerd.simulation.main import PANELS, simulate

    shown: list[tuple[tuple[int, int], tuple[int, int]]] = []

    def run(site: Any, state_dir: Path, kiosk: Any, *rest: Any) -> int:
        shown.append(((site.screen.width_px, site.screen.height_px), kiosk.size))
        return 0

    monkeypatch.setattr(lockerd.simulation.run, "run", run)
    demo = ROOT / "config" / "demo.toml"
    for panel in (None, *daemon.PANELS):
        assert simulate(tmp_path, demo, headless=True, panel=panel) == 0
    sizes = [(800, 480), (800, 480), (1280, 800), (720, 1280)]
    assert shown == [(size, size) for size in sizes]
    assert tuple(PANELS) == daemon.PANELS


def test_simulate_without_a_config_names_the_remedy(
    started: list[tuple[Any, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.daemon_main(["simulate", "--config", "/nonexistent.toml"]) == 2
    assert "--config FILE" in capsys.readouterr().err and started == []


def test_control_main_runs_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo = ROOT / "config" / "demo.toml"
    assert cli.control_main(["check-config", str(demo)]) == 0
    assert "fine" in capsys.readouterr().out
    assert cli.control_main(["--state", str(tmp_path), "status"]) == 3


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    from lockerd.cli import files
    from lockerd.cli.tool import Stopped

    big = tmp_path / "big"
    big.write_bytes(b"x" * (files.READ_MAX + 1))
    with pytest.raises(Stopped, match="too long"):
        files.read_text(str(big), "the receipt")
    with pytest.raises(Stopped, match="make room"):
        files.fill(os.open("/dev/full", os.O_WRONLY), "/dev/full", b"x" * 100_000)
    assert files.vkey_beside(str(tmp_path)) is None
    (tmp_path / "vkey").write_text("k\n")
    assert files.vkey_beside(str(big)) == files.vkey_beside(str(tmp_path)) == "k"
