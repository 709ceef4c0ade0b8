"""What SDL does not tell or ask of an X server, through Xlib itself.

Theory of operation
    SDL keeps its connection to the server to itself; pygame hands out Xlib's pointer to it, and
    with that Xlib can be asked for the socket.

    SDL also asks the server for the raw events of every pointer (X Input Extension 2.2), which it
    needs to turn a mouse without end, as in a game. They come before the event that says the same
    to the window: a finger would wake the process twice, the first time for nothing. They are no
    longer wanted here. What SDL wants of its window, touches among it, stays.

    When SDL is given a press it first tells the window manager, by a property of the window, that
    somebody is there; the server wakes for that, and while one processor is busy it is in the way
    of the picture. So a press is looked at before SDL takes it (`press`).

Rules
    * ctypes is as dear as a window; nothing imports this before there is something to see.
    * Without libXi SDL has asked for no raw events, and there is nothing to take back.
    * Nothing is taken from SDL's queue: what is seen here comes out of SDL once more.
    * Xlib keeps the data of an extension's event (a move of the X Input Extension) for whoever
      looked at it, until that is fetched and freed: so it is.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from ctypes import (
    POINTER,
    Structure,
    Union,
    byref,
    c_char_p,
    c_int,
    c_long,
    c_uint,
    c_ulong,
    c_void_p,
    py_object,
)
from typing import Final

ALL_MASTERS: Final = 1
"""XIAllMasterDevices: every pointer and keyboard, as windows see them."""

QUEUED_AFTER_READING: Final = 1
BUTTON_PRESS: Final = 4
GENERIC: Final = 35
"""An event of an extension, with data of its own."""

FIRST_BUTTON: Final = 1


class _Mask(Structure):
    """XIEventMask."""

    _fields_ = (("device", c_int), ("length", c_int), ("mask", c_char_p))


class _Button(Structure):
    """XButtonEvent, as far as its button."""

    _fields_ = (
        ("type", c_int),
        ("serial", c_ulong),
        ("sent", c_int),
        ("display", c_void_p),
        *((name, c_ulong) for name in ("window", "root", "below", "time")),
        *((name, c_int) for name in ("x", "y", "root_x", "root_y")),
        *((name, c_uint) for name in ("state", "button")),
    )


class _Event(Union):
    """XEvent."""

    _fields_ = (("press", _Button), ("pad", c_long * 24))


class Connection:
    """What SDL's window talks to the server through."""

    def __init__(self, window: Mapping[str, object]) -> None:
        """`window`: what pygame says of it (``pygame.display.get_wm_info``)."""
        pointer = ctypes.pythonapi.PyCapsule_GetPointer
        pointer.restype, pointer.argtypes = c_void_p, (py_object, c_char_p)
        self._display = c_void_p(pointer(window["display"], b"display"))
        self._window = window["window"]
        self._x11 = ctypes.CDLL("libX11.so.6")
        event = _Event()
        self._into, self._press = byref(event), event.press
        self._queued, self._peek = self._x11.XEventsQueued, self._x11.XPeekEvent
        self._no_raw_events()

    def fileno(self) -> int:
        """The socket."""
        return int(self._x11.XConnectionNumber(self._display))

    def press(self) -> tuple[int, int] | None:
        """Where the first button went down, if that is what SDL will be given next."""
        if not self._queued(self._display, QUEUED_AFTER_READING):
            return None
        self._peek(self._display, self._into)
        press = self._press
        if press.type != BUTTON_PRESS or press.button != FIRST_BUTTON:
            if press.type == GENERIC and self._x11.XGetEventData(self._display, self._into):
                self._x11.XFreeEventData(self._display, self._into)
            return None
        return (press.x, press.y) if press.window == self._window else None

    def _no_raw_events(self) -> None:
        try:
            xi = ctypes.CDLL("libXi.so.6")
        except OSError:
            return
        self._x11.XDefaultRootWindow.restype = c_ulong
        xi.XISelectEvents.argtypes = (c_void_p, c_ulong, POINTER(_Mask), c_int)
        root = self._x11.XDefaultRootWindow(self._display)
        nothing = _Mask(ALL_MASTERS, 4, bytes(4))
        xi.XISelectEvents(self._display, root, byref(nothing), 1)
        self._x11.XFlush(self._display)
