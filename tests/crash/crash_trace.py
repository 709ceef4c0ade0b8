"""strace on one process: what it wrote and synced, and a knife at any of these calls.

Theory of operation.  `Tracer` attaches before the process has done anything.  It writes down every
call that writes or syncs; it can kill the process at the entry of the n-th call of one kind, which
then never happens (`Cut`), or let that call and every later one of its kind fail (`Fault`).

Rules.  A machine on which strace may not attach raises `RigBroken`: a test that cannot cut fails,
it is never skipped.  Calls are counted by kind, as strace does.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

CALLS = (
    "write",
    "writev",
    "pwrite64",
    "pwritev",
    "pwritev2",
    "sendto",
    "sendmsg",
    "fsync",
    "fdatasync",
    "sync_file_range",
    "ftruncate",
    "fallocate",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "chmod",
    "fchmod",
    "fchmodat",
)
"""Every call that can change what a restart finds, or tell somebody something."""

ANSWER_S = 20
"""How long a life may take to answer; a life that takes longer hangs."""


class RigBroken(Exception):
    """The machine or the rig is at fault, not the daemon."""


class Call(NamedTuple):
    """One traced call: its name, the file behind its descriptor, its data, what it returned."""

    name: str
    path: str
    data: bytes
    result: str


class Cut(NamedTuple):
    """Kill at the entry of the n-th call of this name; `at`: its place among all calls, from 1."""

    at: int
    name: str
    nth: int


class Fault(NamedTuple):
    """Let the n-th call of this name fail with this error, and every later one.

    `path`: count and fail only what is done to this file.
    """

    name: str
    nth: int
    error: str
    path: str = ""


_LINE = re.compile(r"(?:\d+ +)?(\w+)\((.*)\)\s+= (-?\d+|\?)")
_PATH = re.compile(r"\d+<([^>]*)>")
_DATA = re.compile(r'"((?:[^"\\]|\\.)*)"')


def parse(trace: str) -> list[Call]:
    """The calls of a trace, in order."""
    calls = []
    for line in trace.splitlines():
        found = _LINE.match(line)
        if found is None:
            if not line.startswith(("+++", "---")):
                raise RigBroken(f"strace wrote what is no call: {line[:80]!r}")
            continue
        name, rest, result = found.groups()
        path, data = _PATH.match(rest), _DATA.search(rest)
        raw = data.group(1).encode("latin-1").decode("unicode_escape") if data else ""
        calls.append(Call(name, path.group(1) if path else "", raw.encode("latin-1"), result))
    return calls


def cuts(calls: Sequence[Call]) -> list[Cut]:
    """A cut for every call of a trace."""
    seen: Counter[str] = Counter()
    made = []
    for at, call in enumerate(calls, 1):
        seen[call.name] += 1
        made.append(Cut(at, call.name, seen[call.name]))
    return made


class Tracer:
    """strace on one process; `whole` writes down data and paths too."""

    def __init__(self, pid: int, log: Path, cut: Cut | Fault | None, whole: bool) -> None:
        self.log = log
        command = ["strace", "-p", str(pid), "-o", str(log), "-e", f"trace={','.join(CALLS)}"]
        command += ["-e", "signal=none", *(["-y", "-s", "9000"] if whole else ["-s", "0"])]
        if isinstance(cut, Cut):
            command += ["-e", f"inject={cut.name}:signal=SIGKILL:when={cut.nth}"]
        elif cut is not None:
            command += ["-e", f"inject={cut.name}:error={cut.error}:when={cut.nth}+"]
            command += ["-P", cut.path] if cut.path else []
        try:
            self._process = subprocess.Popen(command, stderr=subprocess.PIPE)
        except FileNotFoundError:
            raise RigBroken("strace is not installed; install it: apt-get install strace") from None
        assert self._process.stderr is not None
        said = self._process.stderr.readline()
        if b"attached" not in said:
            self._process.wait()
            self._process.stderr.close()
            raise RigBroken(
                f"strace cannot attach ({said.decode().strip()}); allow ptrace, in a container "
                "with --cap-add=SYS_PTRACE"
            )

    def finish(self) -> list[Call]:
        """Wait for the end of the process; its calls."""
        assert self._process.stderr is not None
        self._process.wait(timeout=ANSWER_S)
        self._process.stderr.close()
        return parse(self.log.read_text(encoding="ascii"))
