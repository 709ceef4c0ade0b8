"""The vault's answers: slow hashes are done off the loop."""

from __future__ import annotations

from lockerd.core.events.base import Verifier
from lockerd.core.messages.base import Message
from lockerd.core.record import hidden

__all__ = [
    "BadgeChecked",
    "CodeChecked",
    "Minted",
    "StaffPinChecked",
]


class CodeChecked(Message):
    """A typed or scanned code was compared with the verifiers.

    `cred`: whose selector it is, None when nobody's.  `proven`: the secret part matched.
    """

    kind: str
    cred: str | None
    proven: bool


class BadgeChecked(Message):
    """A scanned staff badge: `cred` of the member of staff whose badge it is, or None."""

    cred: str | None


class StaffPinChecked(Message):
    """The PIN that a member of staff typed after the badge."""

    cred: str
    proven: bool


class Minted(Message):
    """Fresh codes for a handover whose deposit was confirmed.

    `pin` is nine digits, `qr` the text of the QR code: shown or delivered once, never stored.
    """

    ho: str
    cred: str
    verifiers: tuple[Verifier, ...]
    pin: str = hidden()
    qr: str = hidden()
