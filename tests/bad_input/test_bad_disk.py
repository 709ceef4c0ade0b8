"""The real program on a disk that is full: it says so, loses nothing, and lives on."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bad_kit import LIMIT_S, ask, copy, simulated, types, verified

from lockerd.control.client import Refused

THINGS = {"recipient": "A person", "item": "A thing"}


@contextmanager
def failing(pid: int, error: str) -> Iterator[None]:
    """Let every write to a file at a place in it fail, as SQLite's do."""
    command = ["strace", "-f", "-p", str(pid), "-o", "/dev/null", "-e", "trace=pwrite64"]
    command += ["-e", f"inject=pwrite64:error={error}:when=1+"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as strace:
        assert strace.stderr is not None
        said = strace.stderr.readline()
        assert b"attached" in said, f"strace cannot attach ({said.decode()}); allow ptrace"
        try:
            yield
        finally:
            strace.send_signal(signal.SIGINT)
            strace.wait(timeout=LIMIT_S)


@pytest.mark.parametrize(
    ("error", "words"),
    [("ENOSPC", "the disk is full; free space"), ("EIO", "medium reports errors; replace it")],
)
def test_a_disk_that_takes_nothing_more(
    error: str, words: str, populated: Path, tmp_path: Path
) -> None:
    state = copy(populated, tmp_path / "state")
    with simulated(state) as program:
        with ask(state) as client:
            kept = client.call("handover.create", THINGS)
            with failing(program.pid, error):
                with pytest.raises(Refused, match=words) as first:
                    client.call("handover.create", THINGS)
                with pytest.raises(Refused) as second:
                    client.call("handover.create", THINGS)
                assert first.value.code == second.value.code == "declined"
                status = client.call("status")
                assert words in status["fault"], status
                assert client.call("handover.show", {"handover": kept["handover"]})
                assert client.call("screenshot", {"redact": True})["data"]
            assert program.alive()
        assert program.stop() == 0
    ordered = types(populated).count("handover.ordered")
    assert types(state).count("handover.ordered") == ordered + 1
    verified(state)


def test_a_write_protected_snapshot_directory(populated: Path, tmp_path: Path) -> None:
    """Something lies where the snapshots go: said with the remedy, and the entries are kept."""
    state = copy(populated, tmp_path / "state")
    (state / "snapshots").write_text("in the way")
    with simulated(state) as program:
        with ask(state) as client:
            made = 0
            fault = None
            while fault is None and made < 200:
                client.call("handover.create", THINGS)
                made += 1
                fault = client.call("status")["fault"]
        assert fault is not None and "snapshot" in fault and "; " in fault, fault
        assert program.alive()
        assert program.stop() == 0
    assert (
        types(state).count("handover.ordered") == types(populated).count("handover.ordered") + made
    )
    verified(state)
