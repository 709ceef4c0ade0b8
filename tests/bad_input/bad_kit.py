"""The real program as a process, for tests that treat it badly.

Theory of operation.  `Program` starts `python -m lockerd ...` and reads what it prints; `simulated`
starts a simulation on a copy of one populated state directory and waits until it listens.  Nothing
here sleeps: a test waits for a line, for an answer, or for the end of the process, each with a
limit.
"""

from __future__ import annotations

import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any

from lockerd.control.client import Client, connect
from lockerd.core.replay import replay
from lockerd.journal.reader import Reader
from lockerd.journal.verify import verify

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "config" / "demo.toml"
LIMIT_S = 20
READY = "Stop with Ctrl-C."


class Program:
    """One run of `lockerd`; killed when the `with` ends, if it still runs."""

    def __init__(
        self, *argv: str, launcher: Sequence[str] = (), modules: Path | None = None
    ) -> None:
        """`launcher`: what starts it.  `modules`: a directory of Python modules to find first."""
        self.printed: list[str] = []
        self._process = subprocess.Popen(
            [*launcher, sys.executable, "-m", "lockerd", *argv],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONPATH": str(modules or ""),
            },
        )
        assert self._process.stdout is not None
        self._out = self._process.stdout
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._out, selectors.EVENT_READ)
        self._rest = b""

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def line(self, pattern: str) -> str:
        """Wait for a printed line in which the pattern is found."""
        until = monotonic() + LIMIT_S
        seen = 0
        while True:
            for known in self.printed[seen:]:
                if re.search(pattern, known):
                    return known
            seen = len(self.printed)
            if not self._selector.select(max(0, until - monotonic())):
                break
            piece = os.read(self._out.fileno(), 65_536)
            if not piece:
                break
            *lines, self._rest = (self._rest + piece).split(b"\n")
            self.printed += [one.decode() for one in lines]
        raise AssertionError(f"no line like {pattern!r} among {self.printed}")

    def stop(self) -> int:
        """Ask it to stop; the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self.end()

    def end(self) -> int:
        """Wait for its end; the exit code.  What it still printed is in `printed`."""
        out, _ = self._process.communicate(timeout=LIMIT_S)
        self.printed += [one.decode() for one in (self._rest + out).split(b"\n") if one]
        return self._process.returncode

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kill what still runs, and let go."""
        if self.alive():
            self._process.kill()
        self._process.wait(timeout=LIMIT_S)
        self._selector.close()
        self._out.close()


def simulated(state: Path, config: Path = DEMO, launcher: Sequence[str] = ()) -> Program:
    """A simulation without a screen, listening; a new state directory is populated first."""
    made = Program(
        "simulate",
        "--headless",
        *("--seed", "1"),
        *("--state", str(state)),
        *("--config", str(config)),
        launcher=launcher,
    )
    try:
        made.line(re.escape(READY))
    except BaseException:
        made.close()
        raise
    return made


def ask(state: Path) -> Client:
    """A client of the daemon of a state directory."""
    return connect(str(state), LIMIT_S)


def until(holds: Callable[[], bool], what: str) -> None:
    """Ask again and again until it holds; each question is itself a wait for an answer."""
    end = monotonic() + LIMIT_S
    while not holds():
        assert monotonic() < end, f"it never came to this: {what}"


def types(state: Path) -> list[str]:
    """The kinds of entries on disk, in order."""
    with Reader.read(state) as journal:
        return [one.event.TYPE for one in journal.entries()]


def verified(state: Path) -> None:
    """The journal verifies, every seal of it, and its history is possible."""
    verdict = verify(state, replay=replay, every_seal=True)
    assert verdict.good, verdict


def works(state: Path) -> Mapping[str, Any]:
    """The daemon answers, and serves; its status."""
    with ask(state) as client:
        status = client.call("status")
    assert status["duty"] == "serving" and status["fault"] is None, status
    return status


def copy(prepared: Path, to: Path) -> Path:
    """A copy of a populated state directory."""
    shutil.copytree(prepared, to)
    return to
