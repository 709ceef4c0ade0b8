"""A window under X11: for a developer's desk, and full screen on a device with an X server.

Theory of operation
    SDL draws into shared memory and copies changed rectangles to the X server. Its own waiting
    function polls a thousand times a second, so it is never called: the caller polls ``fileno``, an
    epoll descriptor over two others. One is the socket to the X server, taken from SDL with Xlib's
    ``XConnectionNumber``. The other is an eventfd for what Xlib has read ahead: copying pixels
    waits for the server's answer and may take input off the socket meanwhile, after which the
    socket is not readable although a touch is waiting. ``put`` therefore pumps once, keeps what it
    finds, and rings the eventfd. A press that is next in line is given out before SDL is given it
    (``ui.backend.xlib``): its pixels do not wait for what SDL does first.

Rules
    * X11 only; under Wayland through Xwayland, which every kiosk compositor brings.
    * The mouse and the finger become the same ``Touch``. SDL is told not to report one as the
      other; moves of one pump that say the same, or too many, are joined into the last.
    * Signals stay with the daemon: SDL is told to install no handlers.
    * No start-up work that a kiosk does not need: tables of composed characters are not read (dead
      keys of a keyboard make nothing), and a missing session bus is not started by forking.
    * When the X server goes away Xlib ends the process. That is safe (no output outlives the
      daemon) and the service manager starts both again.
"""

from __future__ import annotations

import os
import select
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ui.backend import (
    DisplayError,
    DisplayLost,
    Exposed,
    Input,
    Key,
    NoDisplay,
    Phase,
    Quit,
    Touch,
    UpMs,
)
from ui.backend.lean import load
from ui.geometry import Rect, Size

if TYPE_CHECKING:
    from pygame import Surface
    from pygame.event import Event

    from ui.backend.xlib import Connection

QUEUE: Final = 512
NEAR_PX: Final = 3
MOVES_MAX: Final = 64
"""Moves of one pump that are kept apart: a hand that signs bends between them."""

TEXT_MOST: Final = 64
REMEDY: Final = "start an X server (or a compositor with Xwayland) and set DISPLAY"
ENVIRONMENT: Final = {
    "SDL_VIDEODRIVER": "x11",
    "XCOMPOSEFILE": "/dev/null",
    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    "SDL_MOUSE_AUTO_CAPTURE": "0",
    "SDL_MOUSE_FOCUS_CLICKTHROUGH": "1",  # a click counts, whatever else it does
}
"""Set only where unset, like those of ``lean``.

Capturing the mouse while a button is down asks the X server and waits for its answer, at every
touch; the server follows a pressed button out of the window without being asked.
"""


class Window:
    """A window of ``size`` pixels, or the whole screen if ``size`` is None. Raises NoDisplay.

    A function for ``size`` is given the desktop's size; a DisplayError of its own goes through.
    """

    def __init__(
        self, size: Size | Callable[[Size], Size] | None, up_ms: UpMs, title: str = "lockerd"
    ) -> None:
        for name, value in ENVIRONMENT.items():
            os.environ.setdefault(name, value)
        driver = self._driver = os.environ["SDL_VIDEODRIVER"]
        if driver not in ("x11", "dummy"):
            raise NoDisplay(
                f"SDL_VIDEODRIVER is {driver!r}, which gives nothing to wait on; unset it"
            )
        if driver == "x11" and not os.environ.get("DISPLAY"):
            raise NoDisplay(f"no display to open a window on: DISPLAY is not set; {REMEDY}")
        self._pygame = load()
        self._up_ms = up_ms
        self._inputs: deque[Input] = deque(maxlen=QUEUE)
        self._moves = 0
        self._finger: int | None = None
        self._button = False
        self.surface: Surface = self._open(size, title)
        self._names = {
            self._pygame.K_RETURN: "enter",
            self._pygame.K_KP_ENTER: "enter",
            self._pygame.K_BACKSPACE: "backspace",
            self._pygame.K_ESCAPE: "escape",
            self._pygame.K_TAB: "tab",
        }
        pygame = self._pygame
        self._means: dict[int, Callable[[Event], None]] = {
            pygame.MOUSEBUTTONDOWN: self._press,
            pygame.MOUSEBUTTONUP: self._lift,
            pygame.MOUSEMOTION: self._drag,
            pygame.FINGERDOWN: self._finger_down,
            pygame.FINGERUP: self._finger_up,
            pygame.FINGERMOTION: self._finger_moves,
            pygame.KEYDOWN: self._key,
            pygame.TEXTINPUT: self._typed,
            pygame.VIDEOEXPOSE: self._expose,
            pygame.QUIT: lambda _: self._inputs.append(Quit()),
        }
        self._exposed = self._rung = False
        self._ahead = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._epoll: select.epoll | None = None
        self._connection: Connection | None = None
        self._seen_early = False

    def _open(self, size: Size | Callable[[Size], Size] | None, title: str) -> Surface:
        pygame = self._pygame
        try:
            pygame.display.init()
            pygame.display.set_caption(title)
            desktop: Size = pygame.display.get_desktop_sizes()[0]
            if callable(size):
                size = size(desktop)
            if size is None:
                # SDL's own full screen mode waits 100 ms for a window manager that a device
                # does not have; a borderless window of the same size is the same to look at.
                os.environ["SDL_VIDEO_WINDOW_POS"] = "0,0"
                surface = pygame.display.set_mode(desktop, pygame.NOFRAME)
                pygame.mouse.set_visible(False)
            else:
                surface = pygame.display.set_mode(size)
        except DisplayError:
            pygame.display.quit()
            raise
        except pygame.error as problem:
            pygame.display.quit()
            where = os.environ.get("DISPLAY", "")
            raise NoDisplay(f"cannot open display {where!r}: {problem}; {REMEDY}") from problem
        opened: Surface = surface
        return opened

    @property
    def size(self) -> Size:
        w, h = self.surface.get_size()
        return w, h

    def fileno(self) -> int:
        if self._epoll is None:
            self._epoll = select.epoll()
            self._epoll.register(self._ahead, select.EPOLLIN)
            if self._driver == "x11":
                from ui.backend.xlib import Connection  # dear: not before there is a picture

                self._connection = Connection(self._pygame.display.get_wm_info())
                self._epoll.register(self._connection.fileno(), select.EPOLLIN)
        return self._epoll.fileno()

    def put(self, rects: Sequence[Rect]) -> None:
        if rects:
            try:
                self._pygame.display.update(rects)
            except self._pygame.error as problem:
                raise DisplayLost(f"the display takes no pictures: {problem}; {REMEDY}") from None
        self._drain()
        if self._inputs:
            self._ring()

    def pump(self) -> list[Input]:
        early = self._early()
        if early is not None:
            return [early]
        self._drain()
        if self._exposed:
            self._pygame.display.flip()
            self._drain()
            self._exposed = False
        events = list(self._inputs)
        self._inputs.clear()
        self._moves = 0
        if self._rung:
            os.eventfd_read(self._ahead)
            self._rung = False
        return events

    def _early(self) -> Touch | None:
        """A press that is next in line, before SDL is given it; it comes again and is dropped."""
        if self._connection is None or self._inputs or self._seen_early:
            return None
        at = self._connection.press()
        if at is None or self._finger is not None:
            return None
        self._seen_early = self._button = True
        self._ring()  # Xlib has taken it off the socket
        return self._at(at, "down")

    def _ring(self) -> None:
        if not self._rung:
            os.eventfd_write(self._ahead, 1)
            self._rung = True

    def close(self) -> None:
        if self._epoll is not None:
            self._epoll.close()
        os.close(self._ahead)
        self._pygame.display.quit()

    # -- events -------------------------------------------------------------------------------

    def _drain(self) -> None:
        try:
            found = self._pygame.event.get()
        except self._pygame.error as problem:
            raise DisplayLost(f"the display is gone: {problem}; {REMEDY}") from None
        for event in found:
            means = self._means.get(event.type)
            if means is not None:
                means(event)
        self._seen_early = False  # SDL has taken all that Xlib had read

    def _expose(self, _: Event) -> None:
        self._exposed = True
        if not (self._inputs and isinstance(self._inputs[-1], Exposed)):
            self._inputs.append(Exposed())

    def _key(self, event: Event) -> None:
        name = self._names.get(event.key)
        if name:
            self._inputs.append(Key(name, self._up_ms()))

    def _typed(self, event: Event) -> None:
        text = event.text[:TEXT_MOST]
        self._inputs.extend(Key(char, self._up_ms()) for char in text if char.isprintable())

    # One handler for each kind of event: a press is taken by code that nothing has warmed up.

    def _at(self, at: tuple[float, float], phase: Phase) -> Touch:
        (x, y), (w, h) = at, self.surface.get_size()
        return Touch(min(w - 1, max(0, int(x))), min(h - 1, max(0, int(y))), phase, self._up_ms())

    def _press(self, event: Event) -> None:
        if self._seen_early:
            self._seen_early = False  # once: another may follow in the same pump
            return
        if event.button == 1 and self._finger is None and not event.touch:
            self._button = True
            self._inputs.append(self._at(event.pos, "down"))

    def _lift(self, event: Event) -> None:
        if event.button == 1 and self._finger is None and not event.touch:
            self._button = False
            self._inputs.append(self._at(event.pos, "up"))

    def _drag(self, event: Event) -> None:
        if self._button and self._finger is None and not event.touch:
            self._move(self._at(event.pos, "move"))

    def _finger_down(self, event: Event) -> None:
        if self._finger is None and not self._button:
            self._finger = event.finger_id
            self._inputs.append(self._finger_at(event, "down"))

    def _finger_up(self, event: Event) -> None:
        if event.finger_id == self._finger:
            self._finger = None
            self._inputs.append(self._finger_at(event, "up"))

    def _finger_moves(self, event: Event) -> None:
        if event.finger_id == self._finger:
            self._move(self._finger_at(event, "move"))

    def _finger_at(self, event: Event, phase: Phase) -> Touch:
        w, h = self.size
        return self._at((event.x * w, event.y * h), phase)

    def _move(self, item: Touch) -> None:
        """Forget the last move where a line through this one is the same, or too many wait."""
        last = self._inputs[-1] if self._inputs else None
        if isinstance(last, Touch) and last.phase == "move":
            self._moves += 1
            near = abs(item.x - last.x) + abs(item.y - last.y) < NEAR_PX
            if near or self._moves > MOVES_MAX:
                self._inputs.pop()
        self._inputs.append(item)
