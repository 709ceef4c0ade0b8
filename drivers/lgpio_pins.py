"""gpiozero pins on lgpio that never energise a coil by being set up or put away.

Theory of operation.  gpiozero 2.0.1 claims a line as a floating input when the pin is made, then as
an output that is low, and only then writes the level that was asked for: an active-low strike is
energised in between.  It also floats an output when it is closed.  `SafePin` claims nothing until
its purpose is known, claims an output with its first level in one call, and on closing drives an
output to the level it started with and keeps it claimed until the chip is closed.

Rules.  Import this module only after `lgpio_safe` prepared the process: importing lgpio starts a
thread and makes a pipe in the working directory.  The factory keeps pins and reservations of its
own; gpiozero's are shared by every factory of a process, and would send one chip's commands to
another.
"""

from __future__ import annotations

from collections import defaultdict
from threading import Lock
from typing import Any

import lgpio
from gpiozero.pins.lgpio import LGPIOFactory, LGPIOPin
from gpiozero.pins.local import LocalPiPin


class SafePin(LGPIOPin):  # type: ignore[misc]  # gpiozero has no types
    """A line of an lgpio chip."""

    def __init__(self, factory: Any, info: Any) -> None:
        LocalPiPin.__init__(self, factory, info)  # LGPIOPin's own would claim a floating input
        self._pwm = None
        self._bounce = None
        self._callback = None
        self._edges = lgpio.BOTH_EDGES
        self._rest: bool | None = None

    def output_with_state(self, state: bool) -> None:
        """Become an output that drives `state` from its first moment."""
        lgpio.gpio_claim_output(self.factory._handle, self._number, int(state))
        self._rest = bool(state)

    def close(self) -> None:
        """Let go: an output goes back to its first level and stays driven, an input floats."""
        if self.factory._handle is None:
            return
        if self._rest is not None:
            lgpio.gpio_write(self.factory._handle, self._number, int(self._rest))
        else:
            super().close()


class SafeFactory(LGPIOFactory):  # type: ignore[misc]  # gpiozero has no types
    """The lines of /dev/gpiochip`chip`."""

    def __init__(self, chip: int) -> None:
        super().__init__(chip=chip)
        self.pins: dict[Any, Any] = {}
        self._reservations: dict[Any, list[Any]] = defaultdict(list)
        self._res_lock = Lock()
        self.pin_class = SafePin
