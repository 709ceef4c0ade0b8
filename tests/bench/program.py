"""The real program on a populated state directory, started again and again."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from figures import BIN, cached

from support.daemon import ROOT, Daemon

FIRST_FRAME = "STATUS=The first frame is on the screen."
READY = "READY=1"
KIOSK = ("--kiosk-only",)
HEADLESS = ("--headless",)
BENCH = ()


def start(room: Path, options: Sequence[str], environment: Mapping[str, str]) -> Daemon:
    """Start it on the state directory in `room`."""
    state = room / "state"
    command = [str(BIN / "lockerd"), "simulate", "--state", str(state), "--seed", "1", *options]
    return Daemon(command, room, environment)


def age(room: Path, handovers: int = 300) -> None:
    """A cabinet that has seen many handovers."""
    room.mkdir()
    command = [str(BIN / "lockerctl"), "--state", str(room / "state"), "sim", "soak"]
    command += ["--handovers", str(handovers), "--seed", "1"]
    subprocess.run(command, cwd=ROOT, env=cached(), check=True, stdout=subprocess.DEVNULL)


def populate(room: Path) -> None:
    """Live through the two days before now, and warm every cache."""
    for options in (HEADLESS, HEADLESS):
        with start(room, options, cached()) as daemon:
            daemon.wait_for(READY, within_s=120)
