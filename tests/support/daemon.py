"""The real program as a child process: started, listened to, asked, stopped.

Theory of operation.  The program tells a service manager how it goes (sd_notify); here the service
manager is a socket of the test, so `first frame` and `ready` are known without asking.  Questions
go through the control socket like those of any other tool.

Rules.  Every wait has a deadline, and ends at once when the program ends.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from support.glass import TooLate

ROOT = Path(__file__).resolve().parents[2]
STOP_S = 15.0


class Daemon:
    """One run of a command; a context.  `began_s` and the times of `said` are `time.perf_counter`.

    `said` collects the states that the program announced and when, `READY=1` among them.
    """

    def __init__(
        self, command: Sequence[str], directory: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        """`directory`: where its output goes."""
        directory.mkdir(parents=True, exist_ok=True)
        self._notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notices.bind("")  # the kernel picks an abstract name: no path that could be too long
        address = "@" + self._notices.getsockname()[1:].decode("ascii")
        self.said: dict[str, float] = {}
        self._log = directory / "output.txt"
        base = os.environ if environment is None else environment
        with self._log.open("wb") as log:
            self.began_s = time.perf_counter()
            self.process = subprocess.Popen(
                list(command),
                cwd=ROOT,
                env={**base, "NOTIFY_SOCKET": address},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self) -> Daemon:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Its process number."""
        return self.process.pid

    @property
    def output(self) -> str:
        """All that it wrote so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, state: str, within_s: float = 30.0) -> float:
        """When it announced a state, in seconds since it was started.  Raises TooLate."""
        deadline = time.perf_counter() + within_s
        while state not in self.said:
            left_s = deadline - time.perf_counter()
            if left_s <= 0 or self.process.poll() is not None:
                raise TooLate(f"{state} was not announced; it wrote: {self.output}")
            self._notices.settimeout(min(left_s, 0.5))
            try:
                data = self._notices.recv(4096)
            except TimeoutError:
                continue
            now_s = time.perf_counter()
            for one in data.decode("utf-8").split("\n"):
                self.said.setdefault(one, now_s)
        return self.said[state] - self.began_s

    def stop(self) -> int:
        """End it as a service manager would; its exit code.  Idempotent."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise TooLate(f"it did not stop; it wrote: {self.output}") from None
        self._notices.close()
        return self.process.returncode


class Asker:
    """Asks the daemon of a state directory."""

    def __init__(self, state_dir: Path) -> None:
        from lockerd.control.client import connect

        self._client = connect(str(state_dir))

    def ask(self, op: str, **args: Any) -> Mapping[str, Any]:
        """The result of one request.  Raises Refused, Unreachable."""
        return self._client.call(op, args)

    def rows(self, op: str, **args: Any) -> list[Mapping[str, Any]]:
        """The rows of every page of an answer."""
        from lockerd.control.client import pages

        return [row for page in pages(self._client, op, args) for row in page["rows"]]

    def close(self) -> None:
        """Hang up."""
        self._client.close()
