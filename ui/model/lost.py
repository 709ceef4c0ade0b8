"""Views of somebody who lost a code."""

from __future__ import annotations

from lockerd.core.record import hidden
from ui.model.base import Matrix, View

__all__ = ["Lost", "LostDone", "LostWait"]


class Lost(View):
    """The ticket, and whom to call.  `ticket`: empty where none could be made.

    `notice`: what came of the last attempt.
    """

    NAME = "lost"
    quote: str
    ticket: str
    notice: str


class LostWait(View):
    """A ticket, a challenge or new codes are being made."""

    NAME = "lost_wait"


class LostDone(View):
    """New codes exist.  `shown`: they may stand here; `pin` is empty where only the QR code works.

    `delivered`: they left the device by their channel.
    """

    NAME = "lost_done"
    reference: str
    shown: bool
    delivered: bool
    pin: str = hidden()
    qr: Matrix = hidden()
