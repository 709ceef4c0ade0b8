"""A panel's backlight, as Linux shows it below /sys/class/backlight.

Theory of operation.  `max_brightness` says what full light is; what stood in `brightness` when the
daemon started is how bright this panel is meant to be, and 100 percent here.

Rules.  Never off: at least one step stays.  A light that cannot be set is no reason to stop; it is
said once, with the remedy, and the panel stays as it is.

Source: Documentation/ABI/stable/sysfs-class-backlight of the Linux kernel.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from lockerd.ports import PortError


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
            self._full = int(self._file.read_text()) or self._most
        except (OSError, ValueError):
            raise BacklightError(
                f"{directory} is no backlight; name one of ls -d /sys/class/backlight/* in "
                "[screen] backlight"
            ) from None

    def set(self, percent: int) -> None:
        """Percent of what it is meant to be."""
        step = max(1, min(self._most, self._full * percent // 100))
        try:
            self._file.write_text(f"{step}\n")
        except OSError as error:
            if not self._silent:
                self._silent = True
                self._say(
                    f"lockerd: {self._file} cannot be written ({error.strerror}); the panel is not "
                    "dimmed; give it to this user (docs/drivers.md)"
                )

    def close(self) -> None:
        """Full light again, for whoever comes after."""
        with contextlib.suppress(OSError):
            self._file.write_text(f"{self._full}\n")
