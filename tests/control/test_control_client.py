"""The client: what it makes of a daemon that is absent, silent, strange or gone."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from lockerd.control import codec
from lockerd.control.client import Absent, Client, Refused, Unreachable, connect, pages


class Scripted:
    """A wire that answers what it is told to, one piece per `recv`."""

    def __init__(self, pieces: Sequence[bytes | OSError], broken: bool = False) -> None:
        self.pieces = list(pieces)
        self.sent = b""
        self.closed = False
        self._broken = broken

    def sendall(self, data: bytes, /) -> None:
        if self._broken:
            raise BrokenPipeError
        self.sent += data

    def recv(self, size: int, /) -> bytes:
        piece = self.pieces.pop(0)
        if isinstance(piece, OSError):
            raise piece
        return piece

    def close(self) -> None:
        self.closed = True


def answer(number: int, **result: object) -> bytes:
    return codec.reply_line(number, result)


def test_an_answer_may_come_in_pieces() -> None:
    line = answer(1, a=1)
    wire = Scripted([line[:5], line[5:-1], b"\n"])
    with Client(wire) as one:
        assert one.call("status") == {"a": 1}
    assert wire.closed
    assert json.loads(wire.sent) == {"v": 1, "id": 1, "op": "status", "args": {}}


def test_a_refusal_is_raised_with_its_code() -> None:
    no = codec.error_line(codec.RequestError("declined", "no; later", why="phase"), 1)
    with pytest.raises(Refused, match="no; later") as caught:
        Client(Scripted([no])).call("a")
    assert (caught.value.code, caught.value.why) == ("declined", "phase")


def test_a_refusal_is_read_although_the_daemon_hung_up() -> None:
    no = codec.error_line(codec.RequestError("busy", "full; wait"), None)
    with pytest.raises(Refused, match="full"):
        Client(Scripted([no], broken=True)).call("a")


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        ([b""], "hung up"),
        ([b'{"v":1', b""], "hung up"),
        ([ConnectionResetError(104, "Connection reset by peer")], "hung up"),
        ([TimeoutError()], "does not answer"),
        ([b"x" * 70_000] * 3, "has no end"),
        ([answer(2, a=1)], "another question"),
    ],
)
def test_a_daemon_that_fails_is_unreachable(pieces: list[bytes | OSError], words: str) -> None:
    with pytest.raises(Unreachable, match=words):
        Client(Scripted(pieces)).call("a")


def test_an_answer_that_is_not_understood_is_a_refusal() -> None:
    with pytest.raises(Refused, match="not understood") as caught:
        Client(Scripted([b'{"hello":1}\n'])).call("a")
    assert caught.value.code == "malformed"


def test_nothing_is_sent_that_does_not_fit() -> None:
    wire = Scripted([])
    with pytest.raises(Refused) as caught:
        Client(wire).call("a", {"t": "x" * 70_000})
    assert caught.value.code == "too-long" and wire.sent == b""


def test_pages_go_on_until_there_is_no_next() -> None:
    wire = Scripted([answer(1, rows=[1], next=5), answer(2, rows=[2], next=None)])
    assert [one["rows"] for one in pages(Client(wire), "list", {"a": 1})] == [[1], [2]]
    second = json.loads(wire.sent.splitlines()[1])
    assert second["args"] == {"a": 1, "after": 5}


def test_no_socket_means_no_daemon(tmp_path: Path) -> None:
    with pytest.raises(Absent, match="lockerd run --state"):
        connect(str(tmp_path))
    with pytest.raises(Absent):
        connect(str(tmp_path / "nowhere"))


def test_a_socket_that_nobody_listens_on_means_no_daemon(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "control.sock"))
    with pytest.raises(Absent):
        connect(str(tmp_path))


def test_a_socket_that_cannot_be_used_is_not_taken_for_none(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.bind(str(tmp_path / "control.sock"))
        with pytest.raises(Unreachable, match="sudo") as caught:
            connect(str(tmp_path))
    assert not isinstance(caught.value, Absent)


def test_a_connection_is_made(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "control.sock"))
        listening.listen()
        with connect(str(tmp_path)) as one:
            taken, _ = listening.accept()
            taken.sendall(answer(1, a=1))
            assert one.call("status") == {"a": 1}
            taken.close()
