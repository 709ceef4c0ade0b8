"""gpiozero's mock board, wired to something and on our clock.

Theory of operation.  A `MockFactory` makes pins that remember levels.  `BoardPin` adds the wire: an
input asks its `source` what the cable gives (None: nothing, so the pull decides), an output tells
its `sink` every level it drives (None: it let go).  Time comes from the injected clock, never from
the machine, and the record of levels that a mock pin keeps is cut short.

Rules.  No thread, no sleep.  An output takes its first level in one step, as `lgpio_safe` does; a
pin that is closed or unplugged lets go of its line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drivers.lean import load

_mock = load("gpiozero.pins.mock")
MockFactory: Any = _mock.MockFactory
MockPin: Any = _mock.MockPin
PinState: Any = _mock.PinState

REVISIONS = {"pi": "c03111", "cm": "a020a0"}
"""Board names of the config and a Raspberry Pi revision with these lines: 0-27, and 0-45."""

STATES_MAX = 16
"""How many past levels a pin remembers."""

Source = Callable[[], "bool | None"]
Sink = Callable[["bool | None"], None]


class BoardPin(MockPin):  # type: ignore[misc]  # gpiozero has no types
    """A mock pin with a wire on it."""

    def __init__(self, factory: Any, info: Any) -> None:
        self.source: Source | None = None
        self.sink: Sink | None = None
        super().__init__(factory, info)

    def output_with_state(self, state: bool) -> None:
        """Become an output that drives `state` from its first moment."""
        self._function = "output"
        self._state = bool(state)
        self.clear_states()
        self._tell(self._state)

    def clear_states(self) -> None:
        """Forget the levels of the past."""
        self._last_change = self.factory.ticks()
        self.states = [PinState(0.0, self._state)]

    def refresh(self) -> None:
        """Take the level that the wire gives now; an edge is reported as on a real line."""
        if self._function != "input":
            return
        level = self.source() if self.source else None
        if level if level is not None else self._pull == "up":
            self.drive_high()
        else:
            self.drive_low()

    def unplug(self) -> None:
        """Nothing is connected any more."""
        self.source = None
        self.sink = None

    def _set_function(self, value: str) -> None:
        super()._set_function(value)
        self._tell(self._state if value == "output" else None)

    def _set_pull(self, value: str) -> None:
        super()._set_pull(value)
        self.refresh()

    def _change_state(self, value: bool) -> bool:
        if self._state == value:
            return False
        now = self.factory.ticks()
        if len(self.states) >= STATES_MAX:
            self.clear_states()
        self.states.append(PinState(self.factory.ticks_diff(now, self._last_change), value))
        self._state = value
        self._last_change = now
        if self._function == "output":
            self._tell(value)
        return True

    def _tell(self, level: bool | None) -> None:
        if self.sink:
            self.sink(level)


class BoardFactory(MockFactory):  # type: ignore[misc]  # gpiozero has no types
    """A mock board of `board` (a key of `REVISIONS`) whose seconds are those of `up_ms`."""

    def __init__(self, board: str, up_ms: Callable[[], int]) -> None:
        self._up_ms = up_ms
        super().__init__(revision=REVISIONS[board], pin_class=BoardPin)

    def ticks(self) -> float:
        """Seconds since boot."""
        return self._up_ms() / 1000

    def unplug(self) -> None:
        """Cut every wire."""
        for pin in self.pins.values():
            pin.unplug()


def board_for(name: str, pins: list[int]) -> str:
    """The key of `REVISIONS` for a configured board; by its highest line when none is named."""
    if name in REVISIONS:
        return name
    return "cm" if max(pins, default=0) > 27 else "pi"
