"""A telephone that receives the codes of a demonstration, as a recipient's would.

Rules.  Only a simulation has one.  Its messages lie in clear in the state directory, as they would
on a telephone; they are bounded to the newest `KEPT`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from lockerd.simulation import kept

KEPT = 40


@dataclass(frozen=True, slots=True)
class PhoneMessage:
    """One message.  Times in Unix ms; `recipient` and `item` as the depositor named them.

    `before`: it came in the days before the first start, which nobody watched.  `note`: what it
    says besides, such as a reminder; a message to somebody else than the recipient has no codes.
    """

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
    before: bool = False
    note: str = ""


class Phone:
    """Takes codes and keeps them readable; survives the cabinet's power cuts."""

    channel = "phone"

    def __init__(self, file: Path) -> None:
        """Raises KeptDamaged."""
        self._file = file
        self.messages: list[PhoneMessage] = kept.read(file, PhoneMessage)

    def take(self, message: PhoneMessage) -> bool:
        """Keep a message; what cannot be kept did not arrive."""
        before = list(self.messages)
        self.messages.append(message)
        del self.messages[:-KEPT]
        try:
            kept.write(self._file, self.messages)
        except OSError:
            # The cabinet lives on, and its journal names no channel that took this code.
            self.messages[:] = before
            return False
        return True

    def begin(self) -> None:
        """The days before the first start are over: so were all messages that came until now."""
        self.messages[:] = [replace(one, before=True) for one in self.messages]
        kept.write(self._file, self.messages)

    def forget(self, ho: str) -> None:
        """Delete every message about a handover."""
        others = [one for one in self.messages if one.ho != ho]
        if len(others) < len(self.messages):
            self.messages[:] = others
            kept.write(self._file, self.messages)

    def of(self, ho: str) -> PhoneMessage | None:
        """The newest message about a handover."""
        return next((one for one in reversed(self.messages) if one.ho == ho and one.pin), None)
