"""A telephone that receives the codes of a demonstration, as a recipient's would.

Rules.  Only a simulation has one.  Its messages lie in clear in the state directory, as they would
on a telephone; they are bounded to the newest `KEPT`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lockerd.core.effects import Deliver
from lockerd.simulation import kept

KEPT = 40


@dataclass(frozen=True, slots=True)
class PhoneMessage:
    """One message.  Times in Unix ms; `recipient` and `item` as the depositor named them."""

    ho: str
    reference: str
    recipient: str
    item: str
    unit: str
    opens: int
    closes: int
    sent: int
    pin: str = field(repr=False)
    qr: str = field(repr=False)


Describe = Callable[[Deliver], PhoneMessage]


class Phone:
    """Takes codes (`ports.Courier`) and keeps them readable; survives the cabinet's power cuts."""

    def __init__(self, file: Path) -> None:
        """Raises KeptDamaged."""
        self._file = file
        self.describe: Describe | None = None
        self.messages: list[PhoneMessage] = kept.read(file, PhoneMessage)

    def deliver(self, effect: Deliver) -> Sequence[str]:
        """Keep the codes as a message; what cannot be kept did not arrive."""
        assert self.describe is not None, "the phone is not connected"
        before = list(self.messages)
        self.messages.append(self.describe(effect))
        del self.messages[:-KEPT]
        try:
            kept.write(self._file, self.messages)
        except OSError:
            # The cabinet lives on, and its journal names no channel that took this code.
            self.messages[:] = before
            return ()
        return ("phone",)

    def forget(self, ho: str) -> None:
        """Delete every message about a handover."""
        others = [one for one in self.messages if one.ho != ho]
        if len(others) < len(self.messages):
            self.messages[:] = others
            kept.write(self._file, self.messages)

    def of(self, ho: str) -> PhoneMessage | None:
        """The newest message about a handover."""
        return next((one for one in reversed(self.messages) if one.ho == ho), None)
