"""An ear at a simulated cabinet: hears what the voice says, in order.

Rules.  A broken voice says nothing.  What was begun counts as heard whole, since nobody waits in a
story for the end of a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Heard(NamedTuple):
    """One line, and how loud."""

    language: str
    text: str
    level: int


class Ear:
    """Implements `ports.Speaker`.  `works()`: whether the voice does."""

    def __init__(self, works: Callable[[], bool] = lambda: True) -> None:
        self.heard: list[Heard] = []
        self.silenced = 0
        self._works = works

    def sound(self, tone: str) -> None:
        """Tones are no words."""

    def speak(self, lines: Sequence[tuple[str, str]], level: int) -> None:
        """Hear lines of (language, text)."""
        if self._works():
            self.heard += [Heard(language, text, level) for language, text in lines]

    def hush(self) -> None:
        """Nothing more is said."""
        self.silenced += 1

    def take(self) -> list[str]:
        """The texts that were heard since the last call."""
        texts = [one.text for one in self.heard]
        self.heard.clear()
        return texts
