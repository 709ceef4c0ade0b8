"""A cabinet in real time: the loop, the screen, the inputs, the control socket, signals, systemd.

Theory of operation.  The device's daemon and the simulation on a laptop are the same appliance
around different parts.  It paints its first frame before it opens anything, then lets a house start
behind it, listens, and turns the loop until it is told to stop; everything ends in reverse order.

Rules.  The watchdog is fed only after a full turn, and only while the input reader and the driver
have been heard of lately.  A turn that took too long is reported by the name of what was handled.
Nothing personal is ever printed.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lockerd.clock import up_ms
from lockerd.core.site import Site
from lockerd.front import Front
from lockerd.house import House
from lockerd.loop import Loop, SelectorWaiter
from lockerd.notify import Notifier
from lockerd.ports import PortError
from ui.backend import Backend

if TYPE_CHECKING:
    from drivers.reader import InputReader
    from lockerd.control.codec import Request
    from lockerd.control.server import Peer, Server

STALE_MS = 12_000
"""A heartbeat older than this is not fresh; the reader turns at least every five seconds."""

SOCKET = "control.sock"

Handler = Callable[["Request", "Peer"], Mapping[str, Any]]


def say(text: str) -> None:
    """One line for the log."""
    print(text, file=sys.stderr, flush=True)


class _Ticks:
    """CLOCK_BOOTTIME for the loop."""

    @staticmethod
    def up_ms() -> int:
        return up_ms()


def open_backend(site: Site, headless: bool) -> Backend:
    """The screen of a site: a window, the whole screen, or memory where there is none wanted.

    Raises ui.backend.NoDisplay.
    """
    size = (site.screen.width_px, site.screen.height_px)
    if headless:
        from ui.backend.headless import Headless

        return Headless(size)
    from ui.backend.window import Window

    return Window(None if site.screen.fullscreen else size, up_ms)


class Appliance:
    """The shell around a house."""

    def __init__(self, site: Site, backend: Backend) -> None:
        self.site = site
        self.backend = backend
        self.notifier = Notifier()
        self.loop = Loop(_Ticks(), SelectorWaiter(), slow=self._slow)
        self.front = Front(site, backend, up_ms)
        self.front.on_quit = self.loop.stop
        fd = backend.fileno()
        if fd is not None:
            self.loop.watch(fd, self.front.pump)
        self.house_now: Callable[[], House | None] = lambda: self.front.house
        self._server: Server | None = None
        self._inputs: InputReader | None = None
        self._fed_ms = 0

    def first_frame(self) -> None:
        """Paint before anything else is opened."""
        self.front.alone()

    def listen(self, state_dir: Path, handler: Handler) -> None:
        """Take input and requests.  Raises ControlError."""
        from drivers import open_reader
        from lockerd.control.server import Server

        self._server = Server(str(state_dir / SOCKET), self.loop, handler, up_ms)
        self._server.start()
        self._inputs = open_reader(
            self.site, post=self.loop.post, on_key=self._key_from_thread, up_ms=up_ms
        )
        if self._inputs is not None:
            self._inputs.start()

    def _key_from_thread(self, key: str, at_ms: int) -> None:
        self.loop.call(lambda: self.front.kiosk.key(key, at_ms))

    def run(self) -> None:
        """Turn until SIGTERM, SIGINT, or the window is closed."""
        faulthandler.enable()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.loop.stop())
        if self.notifier.watchdog_ms is not None:
            self.loop.on_turn = self._feed
            self._pace()
        self.notifier.send("READY=1")
        self.loop.run()
        self.notifier.send("STOPPING=1")

    def close(self) -> None:
        """Stop listening; in reverse order of `listen`."""
        if self._inputs is not None:
            self._inputs.close()
        if self._server is not None:
            self._server.stop()
        self.notifier.close()
        self.loop.close()
        self.backend.close()

    # -- watchdog ----------------------------------------------------------------------------------

    def _pace(self) -> None:
        """Make sure that there is a turn to feed the watchdog after."""
        assert self.notifier.watchdog_ms is not None
        self.loop.after(self.notifier.watchdog_ms // 3, self._pace)

    def _feed(self) -> None:
        now_ms = up_ms()
        assert self.notifier.watchdog_ms is not None
        if now_ms - self._fed_ms < self.notifier.watchdog_ms // 4 or not self._fresh(now_ms):
            return
        self._fed_ms = now_ms
        self.notifier.send("WATCHDOG=1")

    def _fresh(self, now_ms: int) -> bool:
        """Whether everything that turns by itself has turned lately."""
        beats = [now_ms]
        if self._inputs is not None:
            beats.append(self._inputs.last_turn_ms)
        house = self.house_now()
        beat = getattr(house.cabinet, "last_turn_ms", None) if house is not None else None
        if isinstance(beat, int):
            beats.append(beat)
        return now_ms - min(beats) <= STALE_MS

    @staticmethod
    def _slow(name: str, took_ms: int) -> None:
        say(f"lockerd: {name} took {took_ms} ms; look at the disk and the load if this repeats")


def make_state_dir(path: Path) -> None:
    """Make the state directory; PortError when it cannot be used."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise PortError(
            f"{path} cannot be made ({error.strerror}); give --state a directory of this user"
        ) from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise PortError(f"{path} cannot be written to; give --state a directory of this user")
