"""A control server and its clients in one thread: whoever waits for bytes turns the server.

Theory of operation.  `Turns` is the loop's watches, polled by hand.  A `PumpedWire` is a client's
socket whose `recv` turns the server until there is something to read.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from pathlib import Path

from lockerd.control.address import Address
from lockerd.control.client import Absent, Client

TURNS_MAX = 10_000


class Turns:
    """`server.Watches` without a loop."""

    def __init__(self) -> None:
        self.readers: dict[int, Callable[[], None]] = {}
        self.writers: dict[int, Callable[[], None]] = {}

    def watch(self, fd: int, ready: Callable[[], None]) -> None:
        assert fd not in self.readers
        self.readers[fd] = ready

    def watch_write(self, fd: int, ready: Callable[[], None] | None) -> None:
        assert fd in self.readers
        if ready is None:
            self.writers.pop(fd, None)
        else:
            self.writers[fd] = ready

    def unwatch(self, fd: int) -> None:
        self.readers.pop(fd, None)
        self.writers.pop(fd, None)

    def turn(self) -> bool:
        """Call back for every descriptor that is ready now; whether one was."""
        poll = select.poll()
        for fd in self.readers:
            poll.register(fd, select.POLLIN | (select.POLLOUT if fd in self.writers else 0))
        found = [(mask, self.readers.get(fd), self.writers.get(fd)) for fd, mask in poll.poll(0)]
        for mask, reader, writer in found:
            if mask & (select.POLLIN | select.POLLHUP | select.POLLERR) and reader is not None:
                reader()
            if mask & select.POLLOUT and writer is not None:
                writer()
        return bool(found)

    def settle(self) -> int:
        """Turn until nothing is ready; how many turns it took.  A busy loop fails here."""
        for turns in range(TURNS_MAX):
            if not self.turn():
                return turns
        raise AssertionError("the server keeps turning for nothing")


class PumpedWire:
    """A client's end that lets the server work whenever it waits."""

    def __init__(self, sock: socket.socket, turn: Callable[[], object]) -> None:
        self.sock = sock
        self._turn = turn

    def sendall(self, data: bytes, /) -> None:
        view = memoryview(data)
        for _ in range(TURNS_MAX):
            if not view:
                return
            try:
                view = view[self.sock.send(view) :]
            except BlockingIOError:
                self._turn()
        raise AssertionError("the server does not read")

    def recv(self, size: int, /) -> bytes:
        for _ in range(TURNS_MAX):
            try:
                return self.sock.recv(size)
            except BlockingIOError:
                self._turn()
        raise TimeoutError

    def close(self) -> None:
        self.sock.close()


def dial(path: str | Path, turn: Callable[[], object]) -> PumpedWire:
    """A connection to a server that is turned by hand."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with Address(str(path)) as address:
            sock.connect(address)
    except (FileNotFoundError, ConnectionRefusedError):
        sock.close()
        raise Absent(f"no daemon runs on {Path(path).parent}; start one") from None
    sock.setblocking(False)
    return PumpedWire(sock, turn)


def client(path: str | Path, turn: Callable[[], object]) -> Client:
    """The program's own client over such a connection."""
    return Client(dial(path, turn))
