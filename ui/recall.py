"""A look at the facts that makes the symbol and the lines of a step once, and forgets them with it.

Theory of operation.  A view is made for every frame; a QR code costs milliseconds and lines of the
journal cost reads.  The kiosk looks through this, and it forgets when the step changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ui.model import Matrix
from ui.view import Look
from ui.view.sight import PastLine


class Recall:
    """A look that makes the symbol of a step once, and forgets it with the step."""

    def __init__(self) -> None:
        self.look: Look
        self._symbols: dict[str, Matrix] = {}
        self._lines: dict[tuple[str, int], Sequence[PastLine]] = {}

    @property
    def fault(self) -> str | None:
        return self.look.fault

    def disclosed(self, idx: int) -> Mapping[str, str]:
        return self.look.disclosed(idx)

    def receipt_text(self, idx: int) -> str:
        return self.look.receipt_text(idx)

    def collected_at(self, idx: int) -> int:
        return self.look.collected_at(idx)

    def lines(self, ho: str, most: int) -> Sequence[PastLine]:
        if (ho, most) not in self._lines:
            self._lines = {(ho, most): self.look.lines(ho, most)}
        return self._lines[ho, most]

    def challenge(self) -> str:
        return self.look.challenge()

    def qr_matrix(self, text: str) -> Matrix:
        if text not in self._symbols:
            self._symbols = {text: self.look.qr_matrix(text)}
        return self._symbols[text]

    def forget(self) -> None:
        self._symbols, self._lines = {}, {}
