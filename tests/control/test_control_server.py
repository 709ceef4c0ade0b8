"""The control server against clients of every kind, over real sockets and without a thread."""

from __future__ import annotations

import errno
import json
import os
import socket
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from lockerd.control import codec
from lockerd.control import server as sv
from lockerd.control.address import ADDRESS_MAX
from lockerd.control.codec import Request, RequestError
from lockerd.control.server import ControlError, Peer, Server
from support.wired import PumpedWire, Turns, client, dial


class Room:
    """A server that answers `echo` with its arguments, `no` with a refusal, `big` with 40 kB."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.turns = Turns()
        self.asked: list[Request] = []
        self.peers: list[Peer] = []
        self.up_ms = 0
        self.path = path
        self.server = Server(str(path), self.turns, self.handle, lambda: self.up_ms, **options)
        self.server.start()

    def handle(self, request: Request, peer: Peer) -> Mapping[str, Any]:
        self.asked.append(request)
        self.peers.append(peer)
        if request.op == "no":
            raise RequestError("declined", "not now; try later", why="phase")
        if request.op == "huge":
            return {"t": "x" * codec.LINE_MAX}
        return {"t": "x" * 40_000} if request.op == "big" else dict(request.args)

    def dial(self) -> PumpedWire:
        return dial(self.path, self.turns.turn)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path / "control.sock")
    yield made
    made.server.stop()
    assert not made.turns.readers and not made.turns.writers


def ask(number: int = 1, op: str = "echo", **args: object) -> bytes:
    return codec.request_line(Request(number, op, args))


def read_line(wire: PumpedWire) -> dict[str, Any]:
    data = b""
    while not data.endswith(b"\n"):
        piece = wire.recv(65_536)
        assert piece, f"hung up after {data[:100]!r}"
        data += piece
    assert data.count(b"\n") == 1
    found: dict[str, Any] = json.loads(data)
    return found


def read_all(wire: PumpedWire) -> bytes:
    data = b""
    while piece := wire.recv(65_536):
        data += piece
    return data


def works(room: Room) -> None:
    with client(room.path, room.turns.turn) as other:
        assert other.call("echo", {"still": "here"}) == {"still": "here"}
    room.turns.settle()


def test_a_request_is_answered(room: Room) -> None:
    with client(room.path, room.turns.turn) as one:
        assert one.call("echo", {"a": 1}) == {"a": 1}
        assert one.call("echo", {"b": [1, 2]}) == {"b": [1, 2]}
    assert room.peers[0] == Peer(os.getpid(), os.geteuid(), os.getegid())


def test_a_refusal_is_answered(room: Room) -> None:
    wire = room.dial()
    wire.sendall(ask(5, "no"))
    assert read_line(wire) == {
        "v": 1,
        "id": 5,
        "ok": False,
        "code": "declined",
        "why": "phase",
        "error": "not now; try later",
    }
    wire.close()
    works(room)


def test_many_requests_at_once_are_answered_in_order_a_few_a_turn(room: Room) -> None:
    wire = room.dial()
    room.turns.turn()
    wire.sendall(b"".join(ask(n) for n in range(1, 101)))
    room.turns.turn()
    # One callback may be for reading and one for writing.
    assert len(room.asked) <= 2 * sv.REQUESTS_A_TURN
    got = b""
    while got.count(b"\n") < 100:
        got += wire.recv(65_536)
    assert [json.loads(one)["id"] for one in got.splitlines()] == list(range(1, 101))
    wire.close()


def test_a_request_may_come_byte_by_byte(room: Room) -> None:
    wire = room.dial()
    for byte in ask(3, "echo", text="héllo"):
        wire.sendall(bytes([byte]))
        room.turns.settle()
    assert read_line(wire)["result"] == {"text": "héllo"}
    wire.close()


@pytest.mark.parametrize(
    "garbage",
    [b"garbage", b"\xff\xfe\x00", b"{" * 1000, b"[" * 60_000, b'{"v":2,"id":1,"op":"a"}', b"{}"],
)
def test_garbage_is_answered_and_the_connection_stays(room: Room, garbage: bytes) -> None:
    wire = room.dial()
    wire.sendall(garbage + b"\n")
    assert read_line(wire)["ok"] is False
    wire.sendall(ask(2, "echo", after="it"))
    assert read_line(wire)["result"] == {"after": "it"}
    wire.close()
    works(room)


def test_empty_lines_mean_nothing(room: Room) -> None:
    wire = room.dial()
    wire.sendall(b"\n\n" + ask(1) + b"\n")
    assert read_line(wire)["id"] == 1
    wire.close()


def test_half_a_line_then_nothing_holds_nobody_up(room: Room) -> None:
    wire = room.dial()
    wire.sendall(ask()[:-5])
    assert room.turns.settle() < 10
    works(room)
    wire.close()


def test_half_a_line_then_the_end_is_told(room: Room) -> None:
    wire = room.dial()
    wire.sendall(ask()[:-5])
    wire.sock.shutdown(socket.SHUT_WR)
    answer = read_line(wire)
    assert answer["code"] == "unfinished" and answer["id"] is None
    assert read_all(wire) == b""
    assert room.server.clients == 0 and room.asked == []
    wire.close()


def test_whole_lines_before_the_end_are_answered(room: Room) -> None:
    wire = room.dial()
    wire.sendall(b"".join(ask(n) for n in range(1, 31)))
    wire.sock.shutdown(socket.SHUT_WR)
    assert len(read_all(wire).splitlines()) == 30
    assert room.server.clients == 0
    wire.close()


def test_a_megabyte_without_a_newline_is_told_and_let_go(room: Room) -> None:
    wire = room.dial()
    sent = 0
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        while sent < 1 << 20:
            wire.sendall(b"x" * 10_000)
            sent += 10_000
    assert sent < 4 * codec.LINE_MAX + 250_000
    assert json.loads(wire.recv(4096))["code"] == "too-long"
    assert room.server.clients == 0
    wire.close()
    works(room)


def test_a_long_line_with_a_newline_is_told_and_the_next_one_works(room: Room) -> None:
    wire = room.dial()
    room.turns.turn()
    wire.sendall(b"x" * (codec.LINE_MAX - 20))
    room.turns.settle()
    wire.sendall(b"x" * 40 + b"\n" + ask(9))
    room.turns.settle()
    first, second = wire.recv(65_536).splitlines()
    assert json.loads(first)["code"] == "too-long"
    assert json.loads(second)["id"] == 9
    wire.close()


def test_an_answer_that_does_not_fit_is_a_refusal(room: Room) -> None:
    wire = room.dial()
    wire.sendall(ask(4, "huge"))
    answer = read_line(wire)
    assert (answer["code"], answer["id"]) == ("too-long", 4)
    wire.close()


def test_a_client_that_does_not_read_is_let_go_and_memory_stays_bounded(room: Room) -> None:
    wire = room.dial()
    room.turns.turn()
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        for n in range(1000):
            wire.sendall(ask(n, "big"))
            room.turns.turn()
    assert len(room.asked) < 40
    assert room.server.clients == 0
    wire.close()
    works(room)


def test_a_slow_reader_gets_everything_without_a_busy_loop(room: Room) -> None:
    wire = room.dial()
    room.turns.turn()
    wire.sendall(b"".join(ask(n, "big") for n in range(1, 9)))
    # Two answers wait in the server, the rest in the kernel; nothing turns until somebody reads.
    assert room.turns.settle() < 30
    got = b""
    while got.count(b"\n") < 8:
        piece = wire.recv(20_000)
        assert piece
        got += piece
    assert [json.loads(one)["id"] for one in got.splitlines()] == list(range(1, 9))
    assert not room.turns.writers
    wire.close()


@pytest.mark.parametrize("hard", [False, True])
def test_a_client_that_vanishes_in_the_middle_of_its_answer(room: Room, hard: bool) -> None:
    wire = room.dial()
    room.turns.turn()
    wire.sendall(b"".join(ask(n, "big") for n in range(1, 9)))
    room.turns.turn()
    if not hard:
        wire.recv(10)
    wire.close()
    assert room.turns.settle() < 30
    assert room.server.clients == 0
    works(room)


def test_a_client_that_comes_and_goes_without_a_word(room: Room) -> None:
    for _ in range(50):
        room.dial().close()
        room.turns.settle()
    assert room.server.clients == 0


def test_the_seventeenth_client_is_refused_while_the_others_are_busy(room: Room) -> None:
    wires = [room.dial() for _ in range(sv.CLIENTS_MAX)]
    room.turns.settle()
    extra = room.dial()
    assert read_line(extra)["code"] == "busy"
    assert read_all(extra) == b""
    wires[0].sendall(ask(1))
    assert read_line(wires[0])["id"] == 1
    for one in (*wires, extra):
        one.close()


def test_a_quiet_client_gives_way(room: Room) -> None:
    wires = [room.dial() for _ in range(sv.CLIENTS_MAX)]
    room.turns.settle()
    room.up_ms = sv.QUIET_MS
    wires[0].sendall(ask(1))
    assert read_line(wires[0])["id"] == 1
    late = room.dial()
    late.sendall(ask(2))
    assert read_line(late)["id"] == 2
    told = [one for one in wires[1:] if b"busy" in _peek(one)]
    assert len(told) == 1 and room.server.clients == sv.CLIENTS_MAX
    for one in (*wires, late):
        one.close()


def _peek(wire: PumpedWire) -> bytes:
    try:
        return wire.sock.recv(4096)
    except BlockingIOError:
        return b""


def test_a_flood_of_connections_costs_nothing_lasting(room: Room) -> None:
    wires = []
    for _ in range(200):
        wires.append(room.dial())
        room.turns.turn()
    assert room.server.clients <= sv.CLIENTS_MAX
    assert len(room.turns.readers) <= sv.CLIENTS_MAX + 1
    for one in wires:
        one.close()
    room.turns.settle()
    assert room.server.clients == 0


def test_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    credentials = sv._CREDENTIALS.pack(4321, 4242, 4242)
    monkeypatch.setattr(sv, "_peer_credentials", lambda taken: credentials)
    room = Room(tmp_path / "control.sock", owner=1000)
    wire = room.dial()
    wire.sendall(ask())
    assert read_line(wire)["code"] == "forbidden"
    assert room.asked == []
    wire.close()
    room.server.stop()


@pytest.mark.parametrize("uid", [0, 1000])
def test_root_and_the_owner_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uid: int
) -> None:
    monkeypatch.setattr(sv, "_peer_credentials", lambda taken: sv._CREDENTIALS.pack(4321, uid, uid))
    room = Room(tmp_path / "control.sock", owner=1000)
    works(room)
    assert room.peers[0].uid == uid
    room.server.stop()


# -- the socket file ------------------------------------------------------------------------------


def test_the_socket_is_private_and_goes_with_the_server(tmp_path: Path) -> None:
    room = Room(tmp_path / "control.sock")
    assert stat.S_IMODE(room.path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["control.sock"]
    room.server.stop()
    room.server.stop()
    assert not list(tmp_path.iterdir())


def test_a_stale_socket_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    room = Room(path)
    works(room)
    room.server.stop()


def test_a_socket_that_is_listened_on_is_not_replaced(tmp_path: Path) -> None:
    room = Room(tmp_path / "control.sock")
    before = room.path.stat().st_ino
    with pytest.raises(ControlError, match="another daemon"):
        Room(tmp_path / "control.sock")
    assert room.path.stat().st_ino == before
    room.turns.settle()
    works(room)
    room.server.stop()


def test_a_file_in_the_way_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    path.write_text("precious")
    with pytest.raises(ControlError, match="move it away"):
        Room(path)
    assert path.read_text() == "precious"


def test_a_successors_socket_is_not_removed(tmp_path: Path) -> None:
    room = Room(tmp_path / "control.sock")
    room.path.unlink()
    with socket.socket(socket.AF_UNIX) as successor:
        successor.bind(str(room.path))
        room.server.stop()
        assert room.path.exists()


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="cannot be made"):
        Room(tmp_path / "nowhere" / "control.sock")


def test_a_path_longer_than_a_socket_address_works(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    room = Room(deep / "control.sock")
    assert len(os.fsencode(room.path)) > ADDRESS_MAX
    works(room)
    room.server.stop()
    assert not list(deep.iterdir())


def test_stopping_lets_every_client_go(room: Room) -> None:
    wire = room.dial()
    room.turns.settle()
    room.server.stop()
    assert read_all(wire) == b""
    assert not room.turns.readers
    wire.close()


def test_a_handler_that_stops_the_server(tmp_path: Path) -> None:
    turns = Turns()
    path = tmp_path / "control.sock"

    def handle(request: Request, peer: Peer) -> Mapping[str, Any]:
        server.stop()
        return {}

    server = Server(str(path), turns, handle, lambda: 0)
    server.start()
    wire = dial(path, turns.turn)
    wire.sendall(ask(1) + ask(2))
    assert read_all(wire) == b""
    assert not turns.readers and not turns.writers
    wire.close()


class _Exhausted:
    """A listening socket in a process that has no descriptor left, for `times` accepts."""

    def __init__(self, real: socket.socket, times: int) -> None:
        self._real, self._times = real, times

    def accept(self) -> tuple[socket.socket, Any]:
        if self._times:
            self._times -= 1
            raise OSError(errno.EMFILE, "Too many open files")
        return self._real.accept()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def test_without_descriptors_a_client_makes_room(room: Room) -> None:
    old = room.dial()
    room.turns.settle()
    assert room.server._listening is not None
    room.server._listening = _Exhausted(room.server._listening, 1)  # type: ignore[assignment]
    works(room)
    assert b"busy" in _peek(old)
    old.close()


def test_without_descriptors_and_clients_it_is_said(room: Room) -> None:
    assert room.server._listening is not None
    room.server._listening = _Exhausted(room.server._listening, 1)  # type: ignore[assignment]
    wire = room.dial()
    with pytest.raises(ControlError, match="restart"):
        room.turns.turn()
    wire.close()


def test_the_watches_of_a_real_loop_fit(tmp_path: Path) -> None:
    from lockerd.loop import SelectorWaiter

    waiter = SelectorWaiter()
    path = tmp_path / "control.sock"
    server = Server(str(path), waiter, lambda request, peer: dict(request.args), lambda: 0)
    server.start()
    turn: Callable[[], object] = lambda: waiter.wait(0)  # noqa: E731
    with client(path, turn) as one:
        assert one.call("echo", {"t": "x" * 60_000}) == {"t": "x" * 60_000}
    waiter.wait(0)
    assert server.clients == 0
    server.stop()
    waiter.close()
