"""Starts that cannot succeed: each says what is wrong and what to do, and harms nothing."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from bad_kit import DEMO, Program, copy, simulated, types, verified, works

from lockerd.journal.keys import hold

OWNER = "owner.lockerd.example+492482f0+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
GPIO = (
    DEMO.read_text()
    .replace('kind = "sim"', 'kind = "gpio"')
    .replace("# No owner_key", f'owner_key = "{OWNER}"\n#')
)
"""The demonstration cabinet as if it were wired to this machine."""

UNPRIVILEGED = """
import ctypes, os, sys
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, PR_CAPBSET_DROP = 1, 2, 24
if os.geteuid() == 0:
    libc = ctypes.CDLL(None, use_errno=True)
    for cap in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        if libc.prctl(PR_CAPBSET_DROP, cap, 0, 0, 0):
            sys.exit(f"a capability cannot be dropped: {os.strerror(ctypes.get_errno())}")
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Runs a program for which permissions hold even when root starts it."""


def _no_pins(directory: Path) -> tuple[Path, Path]:
    """Modules among which the pins' library is missing, and a file that says who asked for it."""
    directory.mkdir()
    asked = directory / "asked"
    (directory / "lgpio.py").write_text(
        f"open({str(asked)!r}, 'w').close()\nraise ImportError('no pins in tests')\n"
    )
    return directory, asked


# -- the config -------------------------------------------------------------------------------


def test_a_config_with_mistakes_touches_nothing_and_is_read_again(tmp_path: Path) -> None:
    config, state = tmp_path / "site.toml", tmp_path / "state"
    modules, asked = _no_pins(tmp_path / "modules")
    config.write_text(
        GPIO.replace("strike_pin = 9,", "strike_pin = 99,").replace("[clock]", "[clok]")
    )
    argv = ("run", "--headless", "--state", str(state), "--config", str(config))
    with Program(*argv, modules=modules) as program:
        said = program.line(r"site\.toml:\d+: .*E-CFG-\d+")
        assert ";" in said, "a complaint ends with its remedy"
        program.line(r"clok.*clock")
        assert program.alive() and not state.exists() and not asked.exists()
        config.write_text(GPIO)
        program.line(r"lockerd: lgpio is not installed; ")
        assert program.alive() and state.exists() and asked.exists()
        assert program.stop() == 0
    assert types(state) == ["log.genesis"]


def test_a_simulation_with_a_bad_config_ends_with_the_complaints(tmp_path: Path) -> None:
    config = tmp_path / "site.toml"
    config.write_text("[site\n")
    with Program("simulate", "--headless", "--config", str(config)) as program:
        assert program.end() == 1
    assert any("site.toml:1:" in one and "E-CFG" in one for one in program.printed)


def test_a_missing_config_names_the_option(tmp_path: Path) -> None:
    with Program("simulate", "--headless", "--config", str(tmp_path / "none.toml")) as program:
        assert program.end() == 2
    assert "--config" in program.printed[-1]


def test_a_device_refuses_a_simulated_cabinet(tmp_path: Path) -> None:
    argv = ("run", "--headless", "--state", str(tmp_path / "state"), "--config", str(DEMO))
    with Program(*argv) as program:
        assert program.end() == 2
    assert "lockerd simulate" in program.printed[-1] and not (tmp_path / "state").exists()


# -- the state directory ----------------------------------------------------------------------


def test_a_second_simulation_is_refused(populated: Path, tmp_path: Path) -> None:
    state = copy(populated, tmp_path / "state")
    with simulated(state) as first:
        argv = ("simulate", "--headless", "--state", str(state), "--config", str(DEMO))
        with Program(*argv) as second:
            assert second.end() == 1
        assert str(first.pid) in second.printed[-1] and "end it first" in second.printed[-1]
        works(state)
        assert first.stop() == 0
    verified(state)


def test_a_second_device_daemon_is_refused(tmp_path: Path) -> None:
    """Somebody holds the state directory: it ends at once, and does not wait behind a screen."""
    config, state = tmp_path / "site.toml", tmp_path / "state"
    config.write_text(GPIO)
    argv = ("run", "--headless", "--state", str(state), "--config", str(config))
    modules, asked = _no_pins(tmp_path / "modules")
    with hold(state), Program(*argv, modules=modules) as program:
        assert program.end() == 1
    assert str(os.getpid()) in program.printed[-1] and "end it first" in program.printed[-1]
    assert not (state / "journal.db").exists() and not asked.exists()


def test_a_state_directory_that_cannot_be_written(populated: Path, tmp_path: Path) -> None:
    state = copy(populated, tmp_path / "state")
    before = types(state)
    launcher = (sys.executable, "-c", UNPRIVILEGED)
    argv = ("simulate", "--headless", "--state", str(state), "--config", str(DEMO))
    state.chmod(0o500)
    try:
        with Program(*argv, launcher=launcher) as program:
            assert program.end() == 1
        assert "--state" in program.printed[-1], program.printed
        with Program(*argv[:3], str(state / "new"), *argv[4:], launcher=launcher) as program:
            assert program.end() == 1
        assert "--state" in program.printed[-1], program.printed
    finally:
        state.chmod(0o700)
    assert types(state) == before
    verified(state)


def test_a_journal_that_cannot_be_written(populated: Path, tmp_path: Path) -> None:
    state = copy(populated, tmp_path / "state")
    before = types(state)
    (state / "journal.db").chmod(0o400)
    argv = ("simulate", "--headless", "--state", str(state), "--config", str(DEMO))
    with Program(*argv, launcher=(sys.executable, "-c", UNPRIVILEGED)) as program:
        assert program.end() == 1
    assert "writable" in program.printed[-1], program.printed
    assert types(state) == before


@pytest.mark.parametrize("what", ["nothing of ours", "a torn page", "no keys", "a half seal"])
def test_a_damaged_state_directory_is_left_as_it_is(
    what: str, populated: Path, tmp_path: Path
) -> None:
    state = copy(populated, tmp_path / "state")
    journal = state / "journal.db"
    data = journal.read_bytes()
    if what == "nothing of ours":
        journal.write_bytes(b"not a database at all" * 400)
    elif what == "a torn page":
        journal.write_bytes(data[:8192] + b"\xa5" * 4096 + data[12288:])
    elif what == "a half seal":
        journal.write_bytes(data[: len(data) // 2])
    else:
        shutil.rmtree(state / "keys")
    found = journal.read_bytes()
    argv = ("simulate", "--headless", "--state", str(state), "--config", str(DEMO))
    with Program(*argv) as program:
        assert program.end() == 1, program.printed
    last = program.printed[-1]
    assert last.startswith("lockerd: ") and ";" in last, program.printed
    assert journal.read_bytes() == found, "what was damaged was changed"


def test_a_demonstration_is_no_device(populated: Path, tmp_path: Path) -> None:
    """The other mode's directory: said with the remedy, nothing written."""
    state = copy(populated, tmp_path / "state")
    before = types(state)
    config = tmp_path / "site.toml"
    config.write_text(GPIO)
    argv = ("run", "--headless", "--state", str(state), "--config", str(config))
    modules, asked = _no_pins(tmp_path / "modules")
    with Program(*argv, modules=modules) as program:
        assert program.end() == 1
    assert "belongs to a simulation; " in program.printed[-1] and "--state" in program.printed[-1]
    assert types(state) == before and not asked.exists()
