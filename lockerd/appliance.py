"""A cabinet in real time: the loop, the screen, the inputs, the control socket, signals, systemd.

Theory of operation.  The device's daemon and the simulation on a laptop are the same appliance
around different parts.  `open_backend` paints the first frame before anything else is imported;
then a house starts behind it, the appliance listens, and turns the loop until it is told to stop;
everything ends in reverse order.

Rules.  Nothing of the kiosk, the core or the journal is imported at the top of this module, of
`lockerd.daemon` or of `lockerd.simulation.main`: a person waits for that picture.  The watchdog is
fed only after a full turn, and only while the input reader and the driver have been heard of lately
and a finger on the screen would still move its pixels (`Front.answers`).  A turn that took too long
is reported by the name of what was handled.  Nothing personal is ever printed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lockerd.uptime import up_ms

if TYPE_CHECKING:
    from drivers.backlight import Backlight
    from drivers.reader import InputReader
    from drivers.voice import EspeakSpeaker
    from lockerd.control.codec import Request
    from lockerd.control.server import Peer, Server
    from lockerd.core.site import Site
    from lockerd.display import Display
    from lockerd.face import LastFace
    from lockerd.front import Front
    from lockerd.house import House
    from ui.backend import Backend
    from ui.backend.steady import Steady
    from ui.face import Face
    from ui.lamp import Lamp

STALE_MS = 12_000
"""A heartbeat older than this is not fresh; the reader turns at least every five seconds."""

SOCKET = "control.sock"
FIRST_FRAME = "STATUS=The first frame is on the screen."
READY = "READY=1\nSTATUS=Ready."

Handler = Callable[["Request", "Peer"], Mapping[str, Any]]


def say(text: str) -> None:
    """One line for the log."""
    print(text, file=sys.stderr, flush=True)


class Later:
    """A handler of requests that is made after the start, or for the first request.

    After the start, since what is loaded by then still answers when the card that it lies on dies.
    """

    def __init__(self, make: Callable[[], Handler]) -> None:
        self._make = make
        self._made: Handler | None = None

    def prepare(self) -> None:
        """Make it; idempotent."""
        if self._made is None:
            self._made = self._make()

    def answer(self, request: Request, peer: Peer) -> Mapping[str, Any]:
        """What the handler answers."""
        self.prepare()
        assert self._made is not None
        return self._made(request, peer)


class _Ticks:
    """CLOCK_BOOTTIME for the loop."""

    @staticmethod
    def up_ms() -> int:
        return up_ms()


def open_backend(face: Face, headless: bool) -> Backend:
    """The screen of a face: a window, the whole screen, or memory where there is none wanted.

    The first frame is on it.  Raises ui.backend.NoDisplay.
    """
    backend: Backend
    if headless:
        from ui.backend.headless import Headless

        backend = Headless(face.size)
    else:
        backend = window_of(face)
    first_frame(backend, face)
    return backend


def window_of(face: Face) -> Backend:
    """The window of a face, or the whole screen.  Raises ui.backend.NoDisplay."""
    from ui.backend.window import Window

    def fit(desktop: tuple[int, int]) -> tuple[int, int]:
        width, height = face.size  # nothing of it may lie beyond a smaller desktop
        return min(width, desktop[0]), min(height, desktop[1])

    return Window(None if face.fullscreen else fit, up_ms)


def open_steady(face: Face) -> Steady:
    """The screen of a device, which may be missing now or go away later: doors open without it."""
    from ui.backend.steady import Steady

    backend = Steady(lambda: window_of(face), face.size)
    if backend.problem is not None:
        say(f"lockerd: running without a screen: {backend.problem}")
    first_frame(backend, face)
    return backend


def first_frame(backend: Backend, face: Face) -> None:
    """Paint `One moment`, and tell the service manager."""
    from ui.splash import splash
    from ui.theme import theme_for

    splash(backend, theme_for(face, backend.size), face.name, face.language)
    from lockerd.notify import Notifier

    notifier = Notifier()
    notifier.send(FIRST_FRAME)
    notifier.close()


def keep_face(last: LastFace, face: Face) -> None:
    """For the first picture of the next start, which does without where it cannot be kept."""
    from lockerd.face import FaceError

    try:
        last.keep(face)
    except FaceError as unkept:
        say(f"lockerd: {unkept}")


class Appliance:
    """The shell around a house."""

    def __init__(self, site: Site, backend: Backend) -> None:
        from lockerd.loop import Loop, SelectorWaiter
        from lockerd.notify import Notifier

        self.site = site
        self.backend = backend
        self.notifier = Notifier()
        self.loop = Loop(_Ticks(), SelectorWaiter(), slow=self._slow)
        self.on_painted: Callable[[], None] = lambda: None
        self._glass = self._glass_of(backend)
        self._voice: EspeakSpeaker | None = None
        self._light: Backlight | None = None
        self.front = self.new_front()
        self.display = self._keep_display()
        fd = backend.fileno()
        if fd is not None and self.display is None:
            self.loop.watch(fd, lambda: self.front.pump())
        self.house_now: Callable[[], House | None] = lambda: self.front.house
        self._server: Server | None = None
        self._inputs: InputReader | None = None
        self._fed_ms = 0
        self._before = self._take_signals()

    def _keep_display(self) -> Display | None:
        """Whoever looks after a screen that may go away; nobody where it cannot."""
        from ui.backend.steady import Steady

        if not isinstance(self.backend, Steady):
            return None
        from drivers.connectors import plugged
        from lockerd.display import Display

        return Display(
            self.backend,
            self.loop,
            self.loop.post,
            lambda: self.front.repaint(),
            watch=self.loop,
            pump=lambda: self.front.pump(),
            plugged=None if self.site.driver == "sim" else plugged,
        )

    def _take_signals(self) -> dict[int, Any]:
        """From now on SIGTERM and SIGINT end `run`, or keep it from beginning; who had them."""
        import signal

        def stop(*_: object) -> None:
            self.loop.stop()

        return {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}

    def new_front(self) -> Front:
        """A kiosk that remembers nothing, as after a power cut."""
        from lockerd.front import Front

        self.front = Front(self.site, self._glass, up_ms)
        self.front.on_quit = self.loop.stop
        self.front.on_painted = lambda: self.on_painted()
        self.front.kiosk.assist.speaker = self._voice
        self.front.kiosk.lamp = self._lamp()
        return self.front

    def _glass_of(self, backend: Backend) -> Backend:
        """What every kiosk paints on: one, so that no fade of the last goes on over the next."""
        if self.site.kiosk.motion == "none":
            return backend
        from ui.backend.fading import Fading

        return Fading(backend, self.loop.after, up_ms)

    def _lamp(self) -> Lamp | None:
        """The panel's light, where the config names one that is there."""
        if not self.site.screen.backlight:
            return None
        from drivers.backlight import Backlight, BacklightError
        from ui.lamp import Lamp

        try:
            if self._light is None:  # what is full light is found out once, before any dimming
                self._light = Backlight(Path(self.site.screen.backlight), say)
        except BacklightError as none:
            say(f"lockerd: {none}")
            return None
        return Lamp(self._light.set)

    def listen(self, state_dir: Path, later: Later) -> None:
        """Take input and requests.  Raises ControlError."""
        from drivers import open_reader, open_voice
        from lockerd.control.server import Server

        self._server = Server(str(state_dir / SOCKET), self.loop, later.answer, up_ms)
        self.loop.call(later.prepare)  # at its next turn, and its first comes after READY
        self._server.start()
        voice = self._voice = open_voice(self.site, self.loop.post)
        self._inputs = open_reader(
            self.site,
            post=self.loop.post,
            on_key=self._key_from_thread,
            up_ms=up_ms,
            on_jack=lambda present: voice.jack(present) if voice is not None else None,
        )
        if voice is not None:
            self.front.kiosk.assist.speaker = voice
            voice.start()
        if self._inputs is not None:
            self._inputs.start()
        if self.display is not None:
            self.display.begin()

    def _key_from_thread(self, key: str, at_ms: int) -> None:
        if key == "headphones-out" and self._voice is not None:
            self._voice.hush()  # at once: what is private is aloud now, and the loop may be busy
        self.loop.call(lambda: self.front.keypad(key, at_ms))

    def run(self) -> None:
        """Turn until SIGTERM, SIGINT, or the window is closed."""
        import faulthandler
        import gc

        faulthandler.enable()
        gc.freeze()  # what the start made is no garbage, and is not looked through again
        gc.enable()
        if self.notifier.watchdog_ms is not None:
            self.loop.on_turn = self._feed
            self._pace()
        self.notifier.send(READY)
        self.loop.run()
        self.notifier.send("STOPPING=1")

    def close(self) -> None:
        """Stop listening; in reverse order of `listen`."""
        import signal

        # The loop's wake-up descriptor ends here, and the next one may bear its number.
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self.display is not None:
            self.display.close()
        if self._inputs is not None:
            self._inputs.close()
        if self._voice is not None:
            self._voice.close()
        if self._server is not None:
            self._server.stop()
        if self._light is not None:
            self._light.close()
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
        if not self.front.answers():
            return False
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
    from lockerd.ports import PortError

    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise PortError(
            f"{path} cannot be made ({error.strerror}); give --state a directory of this user"
        ) from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise PortError(f"{path} cannot be written to; give --state a directory of this user")
