"""The asking end of the control socket: one question at a time, with a time limit.

Theory of operation.  `connect` finds the daemon of a state directory; `Client.call` sends a request
and waits for its answer; `pages` asks again for as long as an answer names a `next` place.

Rules.  Three things can happen, each with its own exception and exit code: there is no daemon
(`Absent`), it cannot be reached or does not answer (`Unreachable`), or it says no (`Refused`).
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from lockerd.control import codec
from lockerd.control.address import Address, socket_path

TIMEOUT_S = 10.0
PAGES_MAX = 100_000


class Unreachable(Exception):
    """The daemon cannot be reached; the text ends with the remedy."""


class Absent(Unreachable):
    """No daemon runs on this state directory."""


class Refused(Exception):
    """The daemon says no; the text is its own and ends with the remedy.  `code`: see `codec`."""

    def __init__(self, code: str, text: str, why: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.why = why


class Wire(Protocol):
    """What the client needs of a connected socket."""

    def sendall(self, data: bytes, /) -> None: ...
    def recv(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


def connect(state_dir: str, timeout_s: float = TIMEOUT_S) -> Client:
    """A client of the daemon of this state directory.  Raises Absent, Unreachable."""
    path = socket_path(state_dir)
    wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    wire.settimeout(timeout_s)
    try:
        with Address(path) as address:
            wire.connect(address)
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
        wire.close()
        raise Absent(
            f"no daemon runs on {state_dir}; start it with: lockerd run --state {state_dir} "
            "(a demonstration with: lockerd simulate)"
        ) from None
    except OSError as error:
        wire.close()
        raise Unreachable(
            f"{path} cannot be used ({error.strerror or error}); run this as the daemon's user or "
            "with sudo"
        ) from None
    return Client(wire)


class Client:
    """One connection; use it as a context."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._number = 0
        self._in = bytearray()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go; idempotent."""
        self._wire.close()

    def call(self, op: str, args: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """The result of one request.  Raises Refused, Unreachable."""
        self._number += 1
        request = codec.Request(self._number, op, {} if args is None else args)
        try:
            self._send(codec.request_line(request))
            reply = codec.parse_reply(self._line())
        except codec.RequestError as wrong:
            raise Refused(wrong.code, str(wrong)) from None
        if not reply.ok:
            raise Refused(reply.code, reply.error, reply.why)
        if reply.id != self._number:
            raise Unreachable("the daemon answered another question; run the command again")
        return reply.result

    def _send(self, line: bytes) -> None:
        try:
            self._wire.sendall(line)
        except (BrokenPipeError, ConnectionResetError):
            return  # it may have said why before it hung up
        except TimeoutError:
            raise Unreachable(_SILENT) from None

    def _line(self) -> bytes:
        while b"\n" not in self._in:
            try:
                piece = self._wire.recv(codec.LINE_MAX)
            except TimeoutError:
                raise Unreachable(_SILENT) from None
            except OSError as error:
                raise Unreachable(
                    f"the daemon hung up ({error.strerror}); see its log, then run this again"
                ) from None
            if not piece:
                raise Unreachable("the daemon hung up; see its log, then run this again")
            self._in += piece
            if len(self._in) > 2 * codec.LINE_MAX:
                raise Unreachable("the daemon's answer has no end; use lockerctl of its release")
        line, _, self._in = self._in.partition(b"\n")
        return bytes(line)


_SILENT = "the daemon does not answer; see its log, or restart it"


class Asks(Protocol):
    """Whoever answers a request: a client, or a reader of the database."""

    def call(self, op: str, args: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """The result of one request.  Raises Refused, Unreachable."""


def pages(asks: Asks, op: str, args: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every page of an answer that comes in pieces, each with where the next one begins.

    Raises Refused, Unreachable.
    """
    place: Mapping[str, Any] = {}
    for _ in range(PAGES_MAX):
        page = asks.call(op, {**args, **place})
        yield page
        if page.get("next") is None:
            return
        place = {"after": page["next"]}
    raise Unreachable("the daemon's answer does not end; use lockerctl of its release")
