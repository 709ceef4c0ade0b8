"""Tell systemd how it goes: READY, WATCHDOG, STOPPING over the socket it names.

The protocol is sd_notify(3): one datagram per message to `NOTIFY_SOCKET`, a leading `@` meaning an
abstract name.  Without that variable nobody listens and nothing is sent.
"""

from __future__ import annotations

import os
import socket


class Notifier:
    """Sends states; `watchdog_ms` is how often WATCHDOG is due at the latest, None for never."""

    def __init__(self, address: str | None = None, usec: str | None = None) -> None:
        given = os.environ.get("NOTIFY_SOCKET") if address is None else address
        period = os.environ.get("WATCHDOG_USEC") if usec is None else usec
        self._address = "\0" + given[1:] if given and given.startswith("@") else given
        self.watchdog_ms = int(period) // 1000 if period and period.isdigit() else None
        self._socket: socket.socket | None = None
        if self._address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.setblocking(False)

    def send(self, state: str) -> bool:
        """Send `READY=1` and the like; whether somebody took it."""
        if self._socket is None or not self._address:
            return False
        try:
            self._socket.sendto(state.encode(), self._address)
        except OSError:
            # systemd went away or its queue is full: the watchdog will say so louder than we can.
            return False
        return True

    def close(self) -> None:
        """Let go of the socket; idempotent."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
