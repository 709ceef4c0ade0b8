"""What is asked about a code that was lost."""

from __future__ import annotations

from lockerd.core.events.base import Actor
from lockerd.core.messages.base import Message
from lockerd.core.messages.vault import Minted

__all__ = [
    "AskByTelephone",
    "GiveTelephoneKey",
    "LoseCode",
    "ReissueByTelephone",
    "TelephoneChecked",
]


class LoseCode(Message):
    """Somebody at the kiosk says that their code is lost."""


class AskByTelephone(Message):
    """Show this random challenge on the screen of the ticket."""

    ticket: str
    challenge: str


class TelephoneChecked(Message):
    """What was typed was compared: the handover that it is for and who read it out, or None."""

    ticket: str
    challenge: str
    ho: str | None
    staff: str | None


class ReissueByTelephone(Message):
    """The codes for a ticket whose challenge was answered."""

    ticket: str
    minted: Minted


class GiveTelephoneKey(Message):
    """Give the actor the key with which they answer challenges."""

    actor: Actor
