"""Views of whoever becomes an operator, changes a PIN or hands a shift over."""

from __future__ import annotations

from lockerd.core.record import hidden
from ui.model.base import Matrix, View

__all__ = ["Claim", "Question", "Recovery", "Shown"]


class Claim(View):
    """What the owner signs: the log, the boot and the characters, and all of it as a QR code.

    `cards`: recovery cards exist and can be shown instead.  `fresh`: nobody was ever enrolled, and
    whoever installs it can check its parts.
    """

    NAME = "claim"
    qr: Matrix
    origin: str
    boot: str
    nonce: str
    notice: str
    working: bool
    cards: bool
    fresh: bool = False


class Recovery(View):
    """A recovery card is asked for: the first, or another one.  `claim`: the owner can help too."""

    NAME = "recovery"
    second: bool
    notice: str
    working: bool
    claim: bool


class Question(View):
    """One typed answer.  `question`: `number`, `name` or `note`."""

    NAME = "question"
    question: str
    value: str = hidden()
    error: str
    notice: str
    shift: bool
    symbols: bool
    letters: str = ""
    sent: bool


class Shown(View):
    """A badge or a recovery card that is shown this once.  `what`: `badge` or `card`.

    `number`: of the person, or of the card.  `text`: in groups, for whoever has to type it.
    """

    NAME = "shown"
    what: str
    number: str
    qr: Matrix = hidden()
    text: str = hidden()
