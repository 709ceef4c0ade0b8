"""sd_notify: what is sent, to whom, and that nobody listening is no trouble."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from lockerd.notify import Notifier


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """A service manager's socket and the name that it gives to its children."""
    wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    wire.setblocking(False)
    if request.param == "path":
        name = str(tmp_path / "notify")
        wire.bind(name)
    else:
        name = f"@lockerd-test-{os.getpid()}"
        wire.bind("\0" + name[1:])
    yield name, wire
    wire.close()


def test_each_state_is_one_datagram(manager: tuple[str, socket.socket]) -> None:
    name, wire = manager
    notifier = Notifier(name, "")
    assert notifier.send("READY=1\nSTATUS=Ready.")
    assert notifier.send("WATCHDOG=1")
    assert [wire.recv(100), wire.recv(100)] == [b"READY=1\nSTATUS=Ready.", b"WATCHDOG=1"]
    notifier.close()
    notifier.close()
    assert not notifier.send("WATCHDOG=1")


def test_the_name_comes_from_the_environment(
    manager: tuple[str, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, wire = manager
    monkeypatch.setenv("NOTIFY_SOCKET", name)
    monkeypatch.setenv("WATCHDOG_USEC", "20000000")
    notifier = Notifier()
    assert notifier.send("READY=1") and wire.recv(100) == b"READY=1"
    assert notifier.watchdog_ms == 20_000
    notifier.close()


def test_without_a_manager_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    notifier = Notifier()
    assert not notifier.send("READY=1") and notifier.watchdog_ms is None
    notifier.close()


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5"])
def test_a_period_that_is_none_means_no_watchdog(text: str) -> None:
    notifier = Notifier("", text)
    assert notifier.watchdog_ms is None
    notifier.close()


def test_a_manager_that_is_gone_or_does_not_read_holds_nobody_up(tmp_path: Path) -> None:
    gone = Notifier(str(tmp_path / "nobody"), "")
    assert not gone.send("WATCHDOG=1")
    gone.close()
    name = str(tmp_path / "deaf")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.bind(name)
        notifier = Notifier(name, "")
        sent = [notifier.send("WATCHDOG=1") for _ in range(1_000)]
        assert sent[0] and not sent[-1], "its queue is full; this must not block"
        notifier.close()
