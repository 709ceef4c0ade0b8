"""A cabinet without a screen and the people around its record, by the real programs alone.

Theory of operation.  `lockerd simulate --headless` runs as a child process; everything else is
`lockerctl` as a person would type it: hands at the doors, a witness's computer, an auditor's, a
technician's.  The tool's answers are read as JSON.

Rules.  Every wait has a deadline.  The state directory is looked at from outside only while no
program runs on it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.daemon import ROOT, Daemon
from support.glass import until

BIN = Path(sys.executable).parent
READY = "READY=1"
LOCK_RESTS_S = 20.0
"""After a start a lock rests, since nobody knows when it was energised last."""


class Clerk:
    """One cabinet in a directory; a context.  `more`: lines that its config has beyond the demo's.

    `state`: its state directory; `vkey`: what an auditor noted down of it on the first day.
    """

    def __init__(self, directory: Path, more: str = "") -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self.state = directory / "state"
        self.config = directory / "cabinet.toml"
        demo = (ROOT / "config" / "demo.toml").read_text(encoding="utf-8")
        self.config.write_text(f"{demo}\n{more}", encoding="utf-8")
        self._daemon: Daemon | None = None
        self._runs = 0
        self.on()
        self.vkey = directory / "noted.vkey"
        shutil.copy(self.state / "vkey", self.vkey)

    def __enter__(self) -> Clerk:
        return self

    def __exit__(self, *_: object) -> None:
        self.off()

    # -- the supply --------------------------------------------------------------------------------

    def on(self) -> None:
        """Start the program and wait until it is ready."""
        self._runs += 1
        command = [str(BIN / "lockerd"), "simulate", "--headless", "--seed", str(self._runs)]
        command += ["--state", str(self.state), "--config", str(self.config)]
        self._daemon = Daemon(command, self.directory / f"run-{self._runs}")
        self._daemon.wait_for(READY)

    def off(self) -> None:
        """Stop it in order; idempotent."""
        if self._daemon is not None:
            assert self._daemon.stop() == 0, self._daemon.output
            self._daemon = None

    def killed(self) -> None:
        """End it as the supply does."""
        assert self._daemon is not None
        self._daemon.process.kill()
        self._daemon.process.wait()
        self._daemon.stop()
        self._daemon = None

    def gone(self) -> None:
        """It ended by itself, and not well."""
        assert self._daemon is not None and self._daemon.stop() > 0
        self._daemon = None

    # -- the tool ----------------------------------------------------------------------------------

    def ctl(self, *words: str | Path, expect: int = 0) -> list[dict[str, Any]]:
        """Run `lockerctl --json` on the cabinet; what it says, once its exit code is this."""
        command = [str(BIN / "lockerctl"), "--state", str(self.state), "--json", *map(str, words)]
        done = run(command)
        assert done.returncode == expect, f"{words}: {done.returncode}: {done.stdout}{done.stderr}"
        return [json.loads(line) for line in done.stdout.splitlines()]

    def verdict(
        self, path: Path | None = None, *more: str | Path, vkey: Path | None = None, expect: int = 0
    ) -> dict[str, Any]:
        """What `journal verify` answers with the key that was noted down, or another."""
        words = (path or self.state, "--vkey", vkey or self.vkey, *more)
        return self.ctl("journal", "verify", *words, expect=expect)[0]

    # -- hands -------------------------------------------------------------------------------------

    def messages(self) -> list[dict[str, Any]]:
        """What lies on the phone, of handovers that can be collected now."""
        ready = {row["ho"] for row in self.ctl("handover", "list") if row["phase"] == "collectable"}
        now = self.ctl("status")[0]["time"]
        return [
            one
            for one in self.ctl("sim", "phone")
            if one["ho"] in ready and one["opens"] <= now < one["closes"]
        ]

    def collect(self, sent: Mapping[str, Any]) -> None:
        """Show the code, take the thing, close the door; returns when the record says collected."""
        unit = str(sent["unit"])
        ho = str(sent["ho"])
        self.ctl("sim", "scan", sent["qr"])
        until(f"door {unit} opens", lambda: "release.opened" in self.types(ho), LOCK_RESTS_S)
        until("the latch can catch", lambda: not self.door(unit)["energised"])
        self.ctl("sim", "push", unit)
        until("it is recorded", lambda: "handover.collected" in self.types(ho), LOCK_RESTS_S)

    def door(self, unit: str) -> dict[str, Any]:
        """How a door stands, whatever its contact says."""
        return next(row for row in self.ctl("sim", "state") if row["unit"] == unit)

    def types(self, ho: str) -> list[str]:
        """The types of a handover's entries, in order."""
        return [row["type"] for row in self.ctl("journal", "search", "--handover", ho)]

    def image(self, name: str) -> Path:
        """A copy of the card, taken while the cabinet is off."""
        assert self._daemon is None
        return Path(shutil.copytree(self.state, self.directory / name))

    def put_back(self, image: Path) -> None:
        """Put such a copy in the place of the card."""
        assert self._daemon is None
        shutil.rmtree(self.state)
        shutil.copytree(image, self.state)


def run(command: list[str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A program to its end."""
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ}
    )
