"""What leaves a simulated cabinet on paper and in sealed files, as its recipients know it.

Rules.  Only a simulation keeps a code.  It is in memory, for stories and for the workbench, and
bounded to the newest `KEPT`.
"""

from __future__ import annotations

from collections.abc import Callable

from lockerd.core.delivery import Letter

KEPT = 200


class Tray:
    """Implements `ports.Printer`.  `fault` is what the next slips come to, None for paper."""

    def __init__(self) -> None:
        self.fault: str | None = None
        self.slips: list[Letter] = []
        self.letters: dict[str, Letter] = {}

    def put(self, letter: Letter, done: Callable[[str | None], None]) -> None:
        """Print at once."""
        if self.fault is None:
            self.slips.append(letter)
            del self.slips[:-KEPT]
        done(self.fault)

    def told(self, letter: Letter, channel: str) -> None:
        """A recipient has the codes, by whatever channel."""
        self.letters.pop(letter.ho, None)
        self.letters[letter.ho] = letter
        while len(self.letters) > KEPT:
            del self.letters[next(iter(self.letters))]
