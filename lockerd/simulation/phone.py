"""A telephone that receives the codes of a demonstration, as a recipient's would.

Rules.  Only a simulation has one.  Its messages lie in clear in the state directory, as they would
on a telephone; they are bounded to the newest `KEPT`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lockerd.core.effects import Deliver

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
        self._file = file
        self.describe: Describe | None = None
        self.messages: list[PhoneMessage] = []
        if file.exists():
            self.messages = [PhoneMessage(**one) for one in json.loads(file.read_bytes())]

    def deliver(self, effect: Deliver) -> Sequence[str]:
        """Keep the codes as a message."""
        assert self.describe is not None, "the phone is not connected"
        self.messages.append(self.describe(effect))
        del self.messages[:-KEPT]
        draft = self._file.with_suffix(".new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump([asdict(one) for one in self.messages], out)
        draft.replace(self._file)
        return ("phone",)

    def of(self, ho: str) -> PhoneMessage | None:
        """The newest message about a handover."""
        return next((one for one in reversed(self.messages) if one.ho == ho), None)
