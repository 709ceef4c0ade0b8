"""A real X server without a screen, its pixels in this process, and hands at its mouse and keys.

Theory of operation.  Xvfb picks a free display number itself and keeps its frame buffer in a file
in XWD format, which is mapped here: what a person would see is read without asking anybody.  Hands
are `xdotool`, or XTest through ctypes where a process per click would hide what is measured.

Rules.  A missing program is an error and never a skipped test.  Every wait has a deadline.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import select
import shutil
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""

START_S = 20.0
PAUSE_S = 0.01
_XWD_VERSION = 7
_BYTES = 4  # per pixel, at 24 bits of depth


class Missing(Exception):
    """This machine lacks a program that the tests of the whole need; the text says which."""


class TooLate(AssertionError):
    """What was waited for did not happen."""


def until(what: str, holds: Callable[[], Any], within_s: float = 10.0) -> Any:
    """The first true answer of `holds`; raises TooLate, naming `what`, after `within_s`."""
    deadline = time.monotonic() + within_s
    while True:
        found = holds()
        if found:
            return found
        if time.monotonic() > deadline:
            raise TooLate(f"{what}: not within {within_s:g} s")
        select.select([], [], [], PAUSE_S)


def program(name: str) -> str:
    """The path of a program.  Raises Missing."""
    found = shutil.which(name)
    if found is None:
        raise Missing(f"{name} is not installed; on Debian: apt-get install xvfb xdotool")
    return found


class Glass:
    """An X server with one screen of `size` pixels; a context."""

    def __init__(self, size: tuple[int, int], directory: Path) -> None:
        """`directory`: where the frame buffer's file lies."""
        program("xdotool")
        self.size = size
        directory.mkdir(parents=True, exist_ok=True)
        number_r, number_w = os.pipe()
        screen = f"{size[0]}x{size[1]}x24"
        self._server = subprocess.Popen(
            [
                *(program("Xvfb"), "-displayfd", str(number_w), "-screen", "0", screen),
                *("-fbdir", str(directory), "-noreset", "-nolisten", "tcp"),
            ],
            pass_fds=(number_w,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(number_w)
        try:
            self.display = f":{_number(number_r)}"
        except TooLate:
            self._server.kill()
            raise
        finally:
            os.close(number_r)
        with (directory / "Xvfb_screen0").open("rb") as file:
            self._memory = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        header = struct.unpack_from(">25I", self._memory)
        assert header[1] == _XWD_VERSION and header[11] == 8 * _BYTES, "not the format expected"
        self._first = header[0] + header[19] * 12  # past the header and its colour map
        self._pitch = header[12]
        others = ("WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
        self.environment = {k: v for k, v in os.environ.items() if k not in others}
        self.environment["DISPLAY"] = self.display

    def __enter__(self) -> Glass:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the server; idempotent."""
        if self._server.poll() is None:
            self._server.terminate()
            self._server.wait(10)
        if not self._memory.closed:
            self._memory.close()

    # -- eyes --------------------------------------------------------------------------------------

    def pixel(self, x: int, y: int) -> bytes:
        """Blue, green, red and a spare byte."""
        at = self._first + y * self._pitch + x * _BYTES
        return self._memory[at : at + _BYTES]

    def pixels(self, box: Box) -> bytes:
        """The rows of a box, one after another."""
        x, y, w, h = box
        start = self._first + y * self._pitch + x * _BYTES
        rows = (start + row * self._pitch for row in range(h))
        return b"".join(self._memory[at : at + w * _BYTES] for at in rows)

    def picture(self, file: Path) -> None:
        """Write what is on the screen as PNG."""
        from ui.backend.headless import save_png
        from ui.backend.lean import load

        file.parent.mkdir(parents=True, exist_ok=True)
        raw = self.pixels((0, 0, *self.size))
        colours = bytearray(len(raw) // _BYTES * 3)
        for channel in range(3):
            colours[channel::3] = raw[2 - channel :: _BYTES]
        save_png(load().image.frombuffer(bytes(colours), self.size, "RGB"), file)

    # -- hands -------------------------------------------------------------------------------------

    def _hands(self, *words: str) -> str:
        done = subprocess.run(
            [program("xdotool"), *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=START_S,
            check=False,
        )
        assert done.returncode == 0, f"xdotool {' '.join(words)}: {done.stderr}"
        return done.stdout.strip()

    def window(self, pid: int) -> str:
        """The number of a program's window, once it is there."""
        return self._hands("search", "--sync", "--onlyvisible", "--pid", str(pid)).split()[-1]

    def click(self, window: str, x: int, y: int) -> None:
        """Press and release the mouse at a pixel of a window."""
        self._hands("mousemove", "--window", window, str(x), str(y), "click", "1")

    def type(self, window: str, *keys: str) -> None:
        """Press keys, by their X names, with the focus in a window."""
        self._hands("windowfocus", "--sync", window, "key", "--delay", "0", *keys)


def _number(pipe: int) -> str:
    """The display number that the server writes when it is ready."""
    text = b""
    while not text.endswith(b"\n"):
        ready, _, _ = select.select([pipe], [], [], START_S)
        piece = os.read(pipe, 16) if ready else b""
        if not piece:
            raise TooLate("Xvfb did not come up; start it by hand to see why")
        text += piece
    return text.decode("ascii").strip()


class Fingers:
    """XTest without a process per click: for measurements."""

    def __init__(self, display: str) -> None:
        try:
            self._x11, self._xtst = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        except OSError as gone:
            raise Missing(f"{gone}; on Debian: apt-get install libxtst6") from gone
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._display = ctypes.c_void_p(self._x11.XOpenDisplay(display.encode()))
        assert self._display.value, f"display {display} does not answer"

    def move(self, x: int, y: int) -> None:
        """Put the pointer at a pixel of the screen, and wait until the server has done it."""
        self._xtst.XTestFakeMotionEvent(self._display, -1, x, y, 0)
        self.sync()

    def button(self, down: bool) -> int:
        """Press or release; the time at which it was handed to the server, in ns (monotonic)."""
        self._xtst.XTestFakeButtonEvent(self._display, 1, int(down), 0)
        at_ns = time.perf_counter_ns()
        self._x11.XFlush(self._display)
        return at_ns

    def sync(self) -> None:
        """Wait until the server has done everything so far, and told whom it concerns."""
        self._x11.XSync(self._display, 0)

    def close(self) -> None:
        """Hang up."""
        self._x11.XCloseDisplay(self._display)
