"""Clients that send what they should not: each is told so, and the others notice nothing."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from bad_kit import LIMIT_S, ask, copy, simulated, types, verified, works

MEGABYTE = 1 << 20


def _raw(state: Path) -> socket.socket:
    wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    wire.settimeout(LIMIT_S)
    wire.connect(str(state / "control.sock"))
    return wire


def _answer(wire: socket.socket) -> dict[str, object]:
    data = b""
    while not data.endswith(b"\n"):
        piece = wire.recv(65_536)
        assert piece, f"no whole answer came: {data!r}"
        data += piece
    answer: dict[str, object] = json.loads(data)
    return answer


def test_half_a_line_and_a_megabyte(populated: Path, tmp_path: Path) -> None:
    state = copy(populated, tmp_path / "state")
    before = len(types(state))
    with simulated(state) as program:
        with _raw(state) as half:
            half.sendall(b'{"v":1,"id":1,"op":"sta')
            works(state)
            half.shutdown(socket.SHUT_WR)
            said = _answer(half)
            assert said["code"] == "unfinished" and "newline" in str(said["error"])
        with _raw(state) as long:
            # It hangs up as soon as the line is too long; the rest has nowhere to go.
            with pytest.raises((BrokenPipeError, ConnectionResetError)):
                long.sendall(b"x" * MEGABYTE)
            said = _answer(long)
            assert said["code"] == "too-long" and "send less" in str(said["error"])
        with _raw(state) as gone:
            gone.sendall(b'{"v":1,"id":2,"op":"status","args":{}}')
        works(state)
        assert program.stop() == 0
    assert types(state)[before:] == ["log.boot", "log.stopped"]
    verified(state)


def test_lines_that_are_no_requests(populated: Path, tmp_path: Path) -> None:
    state = copy(populated, tmp_path / "state")
    lines = {
        b"\xff\xfe\n": "malformed",
        b"[]\n": "malformed",
        b'{"v":2,"id":1,"op":"status"}\n': "version",
        b'{"v":1,"id":1,"op":"fly"}\n': "unknown-op",
        b'{"v":1,"id":1,"op":"status","args":{"x":1}}\n': "usage",
        b'{"v":1,"id":1e9,"op":"status"}\n': "malformed",
        b'{"v":1,"id":1,"op":"sim.scan","args":{"text":"\\u0000"}}\n': "usage",
        b'{"v":1,"id":1,"op":"handover.create","args":{"recipient":"","item":""}}\n': "declined",
        b"[" * 60_000 + b"\n": "malformed",
    }
    with simulated(state) as program:
        with _raw(state) as wire:
            for line, code in lines.items():
                wire.sendall(line)
                said = _answer(wire)
                assert (said["ok"], said["code"]) == (False, code), (line[:40], said)
        works(state)
        assert program.stop() == 0
    verified(state)


def test_a_client_that_does_not_read(populated: Path, tmp_path: Path) -> None:
    """Hundreds of questions and no reading: it is let go, and the daemon serves the others."""
    state = copy(populated, tmp_path / "state")
    with simulated(state) as program:
        with _raw(state) as deaf, pytest.raises((BrokenPipeError, ConnectionResetError)):
            for _ in range(1_000):
                deaf.sendall(b'{"v":1,"id":1,"op":"status"}\n')
                works(state)
        works(state)
        assert program.stop() == 0
    verified(state)


def test_nothing_is_lost_beside_a_bad_client(populated: Path, tmp_path: Path) -> None:
    state = copy(populated, tmp_path / "state")
    with simulated(state) as program:
        with _raw(state) as bad, ask(state) as good:
            bad.sendall(b"x" * 60_000)
            made = good.call("handover.create", {"recipient": "A person", "item": "A thing"})
            bad.sendall(b"x" * 10_000)
            assert _answer(bad)["code"] == "too-long"
            shown = good.call("handover.show", {"handover": made["handover"]})
            assert shown["phase"] == "ordered"
        assert program.stop() == 0
    assert "handover.ordered" in types(state)[-3:]
    verified(state)
