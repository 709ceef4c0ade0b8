"""A panel's backlight, as Linux shows it below /sys/class/backlight.

Theory of operation.  `max_brightness` says what full light is; what stood in `brightness` when the
daemon started is how bright this panel is meant to be, and 100 percent here.  A panel that is found
at `LEFT_PERCENT` of full light or below was left dimmed by a daemon that was killed: it is meant to
be full, or each such end would leave it darker than the one before.

Rules.  Never off: at least one step stays.  A light that cannot be set is no reason to stop; it is
said once, with the remedy, and the panel stays as it is.

Source: Documentation/ABI/stable/sysfs-class-backlight of the Linux kernel.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from lockerd.ports import PortError

LEFT_PERCENT = 20
"""As dark as a dimmed panel is at most (`ui.lamp.DIM_PERCENT`)."""


class BacklightError(PortError):
    """The light cannot be read or set."""


class Backlight:
    """One panel's light."""

    def __init__(self, directory: Path, say: Callable[[str], None]) -> None:
        """Raises BacklightError where there is no light at `directory`."""
        self._file = directory / "brightness"
        self._say = say
        self._silent = False
        try:
            self._most = int((directory / "max_brightness").read_text())
            found = int(self._file.read_text())
            left = max(1, self._most * LEFT_PERCENT // 100)
            self._full = found if found > left else self._most
        except (OSError, ValueError):
            raise BacklightError(
                f"{directory} is no backlight; name one of ls -d /sys/class/backlight/* in "
                "[screen] backlight"
            ) from None

    def set(self, percent: int) -> bool:
        """Percent of what it is meant to be; whether it is so now."""
        step = max(1, min(self._most, self._full * percent // 100))
        try:
            self._file.write_text(f"{step}\n")
            return True
        except OSError as error:
            if not self._silent:
                self._silent = True
                self._say(
                    f"lockerd: {self._file} cannot be written ({error.strerror}); the panel is not "
                    "dimmed; give it to this user (docs/drivers.md)"
                )
            return False

    def close(self) -> None:
        """Full light again, for whoever comes after."""
        with contextlib.suppress(OSError):
            self._file.write_text(f"{self._full}\n")
