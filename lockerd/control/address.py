"""Where the socket is: `DIR/control.sock`, whatever the length of DIR.

Theory of operation.  A Unix socket's address holds 107 bytes.  A longer path is reached through a
descriptor of its directory, as the kernel shows it under /proc.
"""

from __future__ import annotations

import os
from types import TracebackType

NAME = "control.sock"
ADDRESS_MAX = 107


def socket_path(state_dir: str) -> str:
    """The path of the socket of a state directory."""
    return os.path.join(state_dir, NAME)


class Address:
    """An address for `bind` and `connect`, valid inside the `with`.  Raises OSError on entry."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._fd: int | None = None

    def __enter__(self) -> str:
        if len(os.fsencode(self._path)) <= ADDRESS_MAX:
            return self._path
        directory, name = os.path.split(self._path)
        self._fd = os.open(directory, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        return f"/proc/self/fd/{self._fd}/{name}"

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
