"""Where pixels go and touches come from: the types every backend shares. No pygame here.

Theory of operation
    A backend owns one surface. The caller paints on it and hands over the rectangles that changed
    with ``put``; it waits on ``fileno`` in its own poll and calls ``pump`` when that is readable.
    A backend never waits, starts no thread and reads no clock: ``up_ms``, milliseconds since boot,
    comes from the clock it was given.

Rules
    * One finger counts: a second contact while the first is down is dropped (EN 301 549 5.9).
    * ``fileno`` is readable whenever ``pump`` would return something, including what the display
      library has already read off its socket.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from lockerd.core.record import Record
from ui.geometry import Rect, Size

if TYPE_CHECKING:
    from pygame import Surface

Phase = Literal["down", "move", "up"]
UpMs = Callable[[], int]


class Touch(NamedTuple):
    """A finger or the mouse at a pixel, at ``up_ms`` milliseconds since boot."""

    x: int
    y: int
    phase: Phase
    up_ms: int


class Key(Record):
    """A key of a keyboard: enter, backspace, escape, tab or one printable character."""

    name: str
    up_ms: int


class Exposed(Record):
    """The window lost its pixels and was painted again from the kept frame."""


class Quit(Record):
    """The person closed the window."""


Input = Touch | Key | Exposed | Quit


class DisplayError(Exception):
    """A screen cannot be used; the message ends with the remedy."""


class NoDisplay(DisplayError):
    """There is no display to open a window on."""


class DisplayLost(DisplayError):
    """There was a display, and it takes no more pictures."""


class Backend(Protocol):
    """A screen with a touch surface."""

    @property
    def size(self) -> Size: ...

    @property
    def surface(self) -> Surface: ...

    def put(self, rects: Sequence[Rect]) -> None:
        """Show these parts of ``surface``. Raises DisplayLost."""
        ...

    def pump(self) -> list[Input]:
        """What the person did since the last call; never waits. Raises DisplayLost."""
        ...

    def fileno(self) -> int | None:
        """A descriptor to poll for reading, or None where input comes by other ways."""
        ...

    def close(self) -> None: ...
