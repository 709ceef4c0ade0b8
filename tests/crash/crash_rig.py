"""The world around a cabinet that is killed: its hall and its processes.

Theory of operation.  `Hall` is what survives: doors, latches, contacts, and the only count of
pulses.  `Zygote` forks lives of `child.py`; `Life` is one of them, asked for one thing at a time,
with a `Tracer` attached if it shall be cut.

Rules.  A cut that falls elsewhere than it was asked for raises `RigBroken`: the run is not
repeatable, and its verdict would be worth nothing.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from crash_site import SITE
from crash_trace import ANSWER_S, Call, Cut, Fault, RigBroken, Tracer

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class Crashed(AssertionError):
    """The daemon died by itself."""


class Killed(Exception):
    """A life that was asked for something is over: the knife fell, or its start was refused."""


# -- the physical world ----------------------------------------------------------------------------


@dataclass
class Hall:
    """Doors and their strikes.  `pulses` and `edges` count what truly happened.

    `jams`: how many more pulses of a door do not free it.  `blind`: doors whose contact cannot be
    read.
    """

    open: set[str] = field(default_factory=set)
    blind: set[str] = field(default_factory=set)
    jams: Counter[str] = field(default_factory=Counter)
    pulses: Counter[str] = field(default_factory=Counter)
    edges: Counter[tuple[str, str]] = field(default_factory=Counter)
    pending: list[str] = field(default_factory=list)

    def pulse(self, unit: str) -> None:
        """A strike was energised; its door springs open unless it is jammed."""
        self.pulses[unit] += 1
        self.pending.append(f"ended {unit}")
        if self.jams[unit] > 0:
            self.jams[unit] -= 1
        elif unit not in self.open:
            self._edge(unit, "open")
            self.open.add(unit)

    def push(self, unit: str) -> None:
        """A hand pushes a door shut."""
        if unit in self.open:
            self.open.discard(unit)
            self._edge(unit, "closed")

    def _edge(self, unit: str, level: str) -> None:
        self.edges[unit, level] += 1
        if unit not in self.blind:
            self.pending.append(f"door {unit} {level}")

    def level(self, unit: str) -> str:
        """What the contact says."""
        if unit in self.blind:
            return "unknown"
        return "open" if unit in self.open else "closed"

    def levels(self) -> str:
        """What every contact says, as a life wants to hear it."""
        return " ".join(f"{one.unit}={self.level(one.unit)}" for one in SITE.compartments)

    def copy(self) -> Hall:
        """Another hall like this one, in which nothing is on its way."""
        return Hall(
            set(self.open),
            set(self.blind),
            Counter(self.jams),
            Counter(self.pulses),
            Counter(self.edges),
        )


# -- lives -----------------------------------------------------------------------------------------


class Zygote:
    """The process that lives are forked from; use it as a context."""

    def __init__(self) -> None:
        self._end, theirs = socket.socketpair()
        path = os.pathsep.join(map(str, (ROOT, HERE)))
        self._process = subprocess.Popen(
            [sys.executable, "-B", str(HERE / "child.py")],
            stdin=theirs.fileno(),
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0"},
        )
        theirs.close()
        self._in = self._end.makefile("r", encoding="ascii")

    def fork(self, job: dict[str, Any]) -> tuple[int, socket.socket]:
        """A new life that waits for `go`: its pid and our end of its socket."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._end, [json.dumps(job).encode()], [theirs.fileno()])
        ours.settimeout(ANSWER_S)
        return self._number(), ours

    def wait(self) -> int:
        """The exit code of the life that was forked last; minus the signal that ended it."""
        return self._number()

    def _number(self) -> int:
        line = self._in.readline()
        if not line:
            raise RigBroken("the zygote is gone; its last words are above")
        return int(line)

    def __enter__(self) -> Zygote:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._in.close()
        self._end.close()
        self._process.wait(timeout=ANSWER_S)


class Life:
    """One run of the daemon in front of a hall.  Asked through `ask`; ends by itself or killed.

    `said`: every line that it said.  `calls`: what strace wrote down, once it is over.
    """

    def __init__(
        self,
        zygote: Zygote,
        hall: Hall,
        job: dict[str, Any],
        *,
        log: Path | None = None,
        cut: Cut | Fault | None = None,
        whole: bool = False,
    ) -> None:
        self.hall = hall
        self.said: list[str] = []
        self.calls: list[Call] = []
        self.code: int | None = None
        self._zygote = zygote
        self._in = b""
        self._pid, self._end = zygote.fork(job)
        self._cut = cut
        self._tracer = Tracer(self._pid, log, cut, whole) if log is not None else None
        self._send("go")

    def start(self) -> None:
        """Let the house start; Killed when the knife fell."""
        self._until_done()

    def ask(self, *words: str) -> list[str]:
        """Ask for one thing, let the hall answer what it causes; what was said meanwhile."""
        before = len(self.said)
        self._send(" ".join(words))
        self._until_done()
        while self.hall.pending:
            self._send(self.hall.pending.pop(0))
            self._until_done()
        return self.said[before:]

    def stop(self) -> None:
        """Stop in order."""
        self._send("stop")
        self._until_done()

    @property
    def screens(self) -> list[str]:
        """The steps that were shown, with the reason behind them."""
        return [one.removeprefix("screen ") for one in self.said if one.startswith("screen ")]

    def end(self) -> None:
        """Kill it if it still runs; harmless when it is over."""
        if self.code is not None:
            return
        self._cut = None
        # Nobody but the zygote may reap it, so the number is still its own.
        os.kill(self._pid, signal.SIGKILL)
        self._drain()

    def __enter__(self) -> Life:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.end()

    def _send(self, line: str) -> None:
        if self.code is not None:
            raise Killed
        try:
            self._end.sendall(f"{line}\n".encode())
        except (BrokenPipeError, ConnectionResetError):
            self._dead()

    def _until_done(self) -> None:
        while (line := self._line()) != "done":
            self.said.append(line)
            verb, _, rest = line.partition(" ")
            if verb == "start":
                self.hall.pending.clear()
                self._send(self.hall.levels())
            elif verb == "pulse":
                self.hall.pulse(rest.split()[0])
            elif verb == "crashed":
                self._drain()
                raise Crashed(rest.encode("ascii").decode("unicode_escape"))
            elif verb in ("bye", "refused"):
                self._drain()
                return

    def _line(self) -> str:
        while b"\n" not in self._in:
            try:
                piece = self._end.recv(65_536)
            except ConnectionResetError:
                piece = b""
            except TimeoutError:
                self.end()
                raise Crashed("the daemon hangs") from None
            if not piece:
                self._dead()
            self._in += piece
        line, _, self._in = self._in.partition(b"\n")
        return line.decode()

    def _dead(self) -> None:
        """The socket is at its end: what was said before it counts, then it is over."""
        while select.select([self._end], [], [], 0)[0]:
            try:
                piece = self._end.recv(65_536)
            except ConnectionResetError:
                break
            if not piece:
                break
            self._in += piece
        for raw in self._in.split(b"\n")[:-1]:
            line = raw.decode()
            self.said.append(line)
            if line.startswith("pulse "):
                self.hall.pulse(line.split()[1])
        self._in = b""
        self._drain()
        raise Killed

    def _drain(self) -> None:
        """Reap it, and read what strace wrote."""
        self.code = self._zygote.wait()
        self._end.close()
        if self._tracer is not None:
            self.calls = self._tracer.finish()
            self._check_cut()

    def _check_cut(self) -> None:
        if not isinstance(self._cut, Cut) or self.code != -signal.SIGKILL:
            return
        if len(self.calls) != self._cut.at or self.calls[-1].name != self._cut.name:
            raise RigBroken(
                f"asked for a cut at call {self._cut.at} ({self._cut.name}), it fell at "
                f"{len(self.calls)} ({self.calls[-1].name if self.calls else 'none'}); "
                "the run is not repeatable"
            )


def happened(said: Sequence[str], verb: str) -> int:
    """How many of these lines begin with a word."""
    return sum(line.split(" ", 1)[0] == verb for line in said)
