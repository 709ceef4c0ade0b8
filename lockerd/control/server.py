"""The daemon's end of the control socket: requests to a handler, answers back, one line each.

Theory of operation.  The loop watches the listening descriptor and one per client.  A callback
reads at most one piece, hands at most `REQUESTS_A_TURN` whole lines to the handler and writes what
the kernel takes; what is left is taken up in the next turn, so that no client holds up a door.  A
client is known by the kernel's word (SO_PEERCRED), not by its own.

Rules.  Nothing blocks and there is no thread.  At most `CLIENTS_MAX` clients; when all places are
taken, one that has been quiet for `QUIET_MS` gives way.  A client that sends too long a line or
does not read its answers is told so and let go; the others notice nothing.  The socket file is
replaced only when nobody listens on it, and removed at the end only if it is still ours.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import stat
import struct
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from lockerd.control import codec
from lockerd.control.address import Address
from lockerd.ports import PortError

CLIENTS_MAX = 16
REQUESTS_A_TURN = 8
QUIET_MS = 10_000
OUT_MAX = 4 * codec.LINE_MAX
PIECE = codec.LINE_MAX
_CREDENTIALS = struct.Struct("3i")


class ControlError(PortError):
    """The control socket cannot be opened."""


class Peer(NamedTuple):
    """Who is at the other end, as the kernel says."""

    pid: int
    uid: int
    gid: int


class Watches(Protocol):
    """What the server needs of the loop."""

    def watch(self, fd: int, ready: Callable[[], None]) -> None:
        """Call `ready` whenever `fd` can be read."""

    def watch_write(self, fd: int, ready: Callable[[], None] | None) -> None:
        """Also call back when a watched `fd` can be written; None ends that."""

    def unwatch(self, fd: int) -> None:
        """Forget `fd`."""


Handler = Callable[[codec.Request, Peer], Mapping[str, Any]]
"""Answers one request, or raises RequestError."""


class Server:
    """Listens on a path from `start` to `stop`."""

    def __init__(
        self,
        path: str,
        watches: Watches,
        handler: Handler,
        up_ms: Callable[[], int],
        owner: int | None = None,
    ) -> None:
        """`owner`: the uid that may connect beside root; the daemon's own if None."""
        self._path = path
        self._watches = watches
        self._handler = handler
        self._up_ms = up_ms
        self._owner = os.geteuid() if owner is None else owner
        self._listening: socket.socket | None = None
        self._inode: tuple[int, int] | None = None
        self._clients: set[_Client] = set()

    def start(self) -> None:
        """Listen.  Raises ControlError."""
        self._make_room()
        draft = f"{self._path}.{os.getpid()}"
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        try:
            # Bound under another name until its mode is right; then it appears in one step.
            with contextlib.suppress(FileNotFoundError):
                os.unlink(draft)
            with Address(draft) as address:
                made.bind(address)
            os.chmod(draft, 0o600)
            made.listen(CLIENTS_MAX)
            os.rename(draft, self._path)
            found = os.stat(self._path)
        except OSError as error:
            made.close()
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise ControlError(
                f"the control socket {self._path} cannot be made ({error.strerror}); "
                "make its directory a writable one on a local disk"
            ) from None
        self._inode = found.st_dev, found.st_ino
        self._listening = made
        self._watches.watch(made.fileno(), self._accept)

    def stop(self) -> None:
        """Let every client go and remove the socket file; idempotent."""
        for client in list(self._clients):
            client.close()
        listening, self._listening = self._listening, None
        if listening is None:
            return
        self._watches.unwatch(listening.fileno())
        listening.close()
        with contextlib.suppress(FileNotFoundError):
            found = os.lstat(self._path)
            if (found.st_dev, found.st_ino) == self._inode:
                os.unlink(self._path)

    @property
    def clients(self) -> int:
        """How many clients are connected."""
        return len(self._clients)

    def _make_room(self) -> None:
        """Refuse to replace anything but a socket that nobody listens on."""
        try:
            found = os.lstat(self._path)
        except FileNotFoundError:
            return
        except OSError as error:
            raise ControlError(
                f"{self._path} cannot be read ({error.strerror}); make its directory readable"
            ) from None
        if not stat.S_ISSOCK(found.st_mode):
            raise ControlError(f"{self._path} is not a socket; move it away")
        with (
            socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as probe,
            Address(self._path) as address,
        ):
            answer = probe.connect_ex(address)
        if answer in (0, errno.EAGAIN):
            raise ControlError(
                f"another daemon listens on {self._path}; end it first, or give another --state"
            )
        if answer not in (errno.ECONNREFUSED, errno.ENOENT):
            raise ControlError(
                f"{self._path} is in the way ({os.strerror(answer)}); remove it, then start again"
            )

    def _accept(self) -> None:
        assert self._listening is not None
        try:
            taken, _ = self._listening.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:
            # Out of descriptors: the connection waits in the kernel's queue, so nothing is lost,
            # but a busy loop would starve the doors.  One client makes room for it.
            if not self._give_way(0):
                raise ControlError(
                    f"no connection can be taken ({error.strerror}); restart the daemon"
                ) from None
            return
        taken.setblocking(False)
        peer = Peer(*_CREDENTIALS.unpack(_peer_credentials(taken)))
        client = _Client(taken, peer, self._watches, self._handler, self._gone, self._up_ms)
        if peer.uid not in (self._owner, 0):
            client.refuse("forbidden", "this socket is for another user; use sudo")
        elif len(self._clients) >= CLIENTS_MAX and not self._give_way(QUIET_MS):
            client.refuse(
                "busy", f"{CLIENTS_MAX} clients are connected; try again when one is done"
            )
        else:
            self._clients.add(client)
            client.begin()

    def _give_way(self, quiet_ms: int) -> bool:
        """Let the client go that has been quiet for longest; whether there was one."""
        quiet = min(self._clients, key=lambda one: one.active_ms, default=None)
        if quiet is None or self._up_ms() - quiet.active_ms < quiet_ms:
            return False
        quiet.refuse("busy", "another client needed this one's place; connect again")
        return True

    def _gone(self, client: _Client) -> None:
        self._clients.discard(client)


def _peer_credentials(taken: socket.socket) -> bytes:
    return taken.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)


class _Client:
    """One connection."""

    def __init__(
        self,
        taken: socket.socket,
        peer: Peer,
        watches: Watches,
        handler: Handler,
        gone: Callable[[_Client], None],
        up_ms: Callable[[], int],
    ) -> None:
        self._socket = taken
        self._peer = peer
        self._watches = watches
        self._handler = handler
        self._gone = gone
        self._up_ms = up_ms
        self._in = bytearray()
        self._out = bytearray()
        self._ended = False
        self._open = True
        self.active_ms = up_ms()

    def begin(self) -> None:
        """Take requests from now on."""
        self._watches.watch(self._socket.fileno(), self._turn)

    def refuse(self, code: str, text: str) -> None:
        """Say why, as far as the kernel takes it at once, and let go."""
        if not self._open:
            return
        self._out += codec.error_line(codec.RequestError(code, text), None)
        with contextlib.suppress(OSError):
            self._socket.send(self._out)
        self.close()

    def close(self) -> None:
        """Let go; idempotent."""
        if self._open:
            self._open = False
            self._watches.unwatch(self._socket.fileno())
            self._socket.close()
            self._gone(self)

    def _turn(self) -> None:
        """One callback: read if no whole line waits, answer some, write what goes."""
        if not self._open:
            return  # closed by an earlier callback of the same turn
        if b"\n" not in self._in and not self._ended and not self._receive():
            return
        for _ in range(REQUESTS_A_TURN):
            if not self._answer_one():
                break
        self._flush()

    def _receive(self) -> bool:
        """Read one piece; False when there is nothing to go on with."""
        try:
            piece = self._socket.recv(PIECE)
        except (BlockingIOError, InterruptedError):
            # Only writable, or woken for nothing.
            self._flush()
            return False
        except OSError:
            self.close()
            return False
        self.active_ms = self._up_ms()
        self._ended = not piece
        self._in += piece
        if b"\n" not in self._in and len(self._in) >= codec.LINE_MAX:
            self.refuse("too-long", f"a line has at most {codec.LINE_MAX} bytes; send less")
            return False
        return True

    def _answer_one(self) -> bool:
        """Answer one whole line; False when none waits."""
        line, newline, rest = self._in.partition(b"\n")
        if not newline:
            if self._ended and self._in:
                self.refuse("unfinished", "the line has no end; end each request with a newline")
            return False
        self._in = rest
        if line:
            self._out += self._answer(bytes(line))
        if len(self._out) > codec.LINE_MAX:
            self._write()
        if len(self._out) > OUT_MAX:
            self.refuse(
                "busy", "the answers are not read; read each answer before the next request"
            )
        return True

    def _answer(self, line: bytes) -> bytes:
        number: int | None = None
        try:
            request = codec.parse_request(line)
            number = request.id
            return codec.reply_line(number, self._handler(request, self._peer))
        except codec.RequestError as no:
            return codec.error_line(no, no.id if number is None else number)

    def _write(self) -> None:
        """Write what the kernel takes."""
        if not self._open or not self._out:
            return
        try:
            del self._out[: self._socket.send(self._out)]
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self.close()

    def _flush(self) -> None:
        """Write, and ask to be called again for what is left."""
        self._write()
        if not self._open:
            return
        more = b"\n" in self._in
        if self._ended and not more:
            # Nobody is left to read: what the kernel did not take has no reader.
            self.close()
            return
        self._watches.watch_write(self._socket.fileno(), self._turn if self._out or more else None)
