"""Whether the touchscreen can be believed to work, where nothing says that it does not.

Theory of operation.  A panel that feels nothing looks like a panel that nobody touches.  But people
who come and use only the keypad, one after another for a day, are a reason to go and look.

Rules.  It is a doubt and never a failure: nothing is taken away from anybody for it.  One touch
ends it.
"""

from __future__ import annotations

DAY_MS = 86_400_000
PEOPLE = 20
"""Codes typed on the keypad without a touch between them, from which on it is strange."""


class Doubt:
    """Counts since the last touch; times in ms since boot."""

    def __init__(self, up_ms: int) -> None:
        self._since_ms, self._codes, self._said = up_ms, 0, False

    def touched(self, up_ms: int) -> None:
        """Somebody touched the screen."""
        self._since_ms, self._codes, self._said = up_ms, 0, False

    def key(self, key: str, up_ms: int) -> bool:
        """A key of the keypad; whether it is strange by now, which is said once."""
        self._codes += key == "ok"
        strange = self._codes >= PEOPLE and up_ms - self._since_ms >= DAY_MS
        if not strange or self._said:
            return False
        self._said = True
        return True
