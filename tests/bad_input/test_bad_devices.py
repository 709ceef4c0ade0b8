"""Input devices that misbehave: unplugged in the middle of a code, and noise on the line."""

from __future__ import annotations

import os
import random
import tempfile
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from bad_kit import DEMO, ask, copy, simulated, types, until, verified, works

SEED = 20_261_121


class Port:
    """A serial line whose far end is a scanner; unplugged and plugged in at the same path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._master: int | None = None
        self.plug()

    def plug(self) -> None:
        """Plug a scanner in."""
        master, slave = os.openpty()
        tty.setraw(slave)
        self._master = master
        self.path.symlink_to(os.ttyname(slave))
        os.close(slave)

    def unplug(self) -> None:
        """Pull the cable."""
        assert self._master is not None
        self.path.unlink()
        os.close(self._master)
        self._master = None

    def send(self, data: bytes) -> None:
        """The scanner says something."""
        assert self._master is not None
        while data:
            data = data[os.write(self._master, data) :]

    def held_by(self, pid: int) -> bool:
        """Whether a process has the line open."""
        line = os.readlink(self.path)
        fds = Path(f"/proc/{pid}/fd").iterdir()
        return any(os.readlink(one) == line for one in fds if one.is_symlink())

    def close(self) -> None:
        """Let go; idempotent."""
        if self._master is not None:
            self.unplug()


@pytest.fixture
def port() -> Iterator[Port]:
    """A line with a name of its own; the config takes only paths below /dev."""
    with tempfile.TemporaryDirectory(prefix="lockerd-", dir="/dev/shm") as directory:
        made = Port(Path(directory) / "scanner")
        yield made
        made.close()


@pytest.fixture
def config(port: Port, tmp_path: Path) -> Path:
    """The demonstration cabinet with a scanner on that line."""
    file = tmp_path / "site.toml"
    text = DEMO.read_text()
    table = f'\n[scanner]\nkind = "serial"\nport = "{port.path}"\n'
    assert "\n[scanner]" not in text
    file.write_text(text + table)
    return file


def _code(state: Path) -> bytes:
    """A QR code that works now."""
    with ask(state) as client:
        messages = client.call("sim.phone")["rows"]
        found = next(one for one in messages if "keys" in str(one["item"]))
    return str(found["qr"]).encode("ascii")


def _count(state: Path, kind: str) -> int:
    return types(state).count(kind)


def test_a_scanner_unplugged_in_the_middle_of_a_code(
    port: Port, config: Path, populated: Path, tmp_path: Path
) -> None:
    state = copy(populated, tmp_path / "state")
    with simulated(state, config) as program:
        code = _code(state)
        until(lambda: port.held_by(program.pid), "the scanner is opened")
        authorised, refused = _count(state, "release.authorised"), _count(state, "code.refused")
        port.send(b"\r\n")  # from now on a scan without its end is half a scan
        port.send(code[:12])
        port.unplug()
        until(lambda: "part.failed" in types(state), "the loss is in the journal")
        with ask(state) as client:
            keys = [one["key"] for one in client.call("queue.list")["rows"]]
            assert "part:scanner" in keys
        works(state)
        assert _count(state, "release.authorised") == authorised
        assert _count(state, "code.refused") == refused, "half a code was taken for a whole one"
        port.plug()
        until(lambda: _count(state, "part.back") == 1, "the scanner is back by itself")
        port.send(code + b"\r\n")
        until(
            lambda: _count(state, "release.authorised") == authorised + 1,
            "the whole code opens the door",
        )
        works(state)
        assert program.stop() == 0
    verified(state)


def test_four_kilobytes_of_noise_on_the_line(
    port: Port, config: Path, populated: Path, tmp_path: Path
) -> None:
    print(f"seed {SEED}")
    noise = random.Random(SEED).randbytes(4_096)
    state = copy(populated, tmp_path / "state")
    with simulated(state, config) as program:
        code = _code(state)
        authorised = _count(state, "release.authorised")
        port.send(noise)
        port.send(b"\r\n")
        works(state)
        assert _count(state, "release.authorised") == authorised
        until(lambda: works(state)["step"] in ("home", "refused"), "nothing is being checked")

        def opened() -> bool:
            """A scan that follows closely is taken for more noise: a person shows it again."""
            port.send(code + b"\r\n")
            return _count(state, "release.authorised") == authorised + 1

        until(opened, "a code that is shown after the noise opens its door")
        works(state)
        assert program.stop() == 0
    verified(state)
