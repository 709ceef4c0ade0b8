"""Two people say what lies in the compartments that a new epoch knows nothing certain of."""

from __future__ import annotations

from lockerd.core.events.base import Event
from lockerd.core.events.handovers import HandoverOrdered

__all__ = ["AdoptionEmpty", "AdoptionStarted", "DepositAdopted", "ItemFound"]


class AdoptionStarted(Event):
    """Two people look into a compartment of which the epoch before left nothing certain.

    `approver`: the second of them.  `seal`: the number of the seal under which they found it
    closed; then nothing is opened.  `ho`: what the epoch before says lies there.
    """

    TYPE = "adoption.started"
    reason: str
    approver: str
    seal: str | None = None


class AdoptionEmpty(Event):
    """They found nothing.  `ho`: what should have lain there; it stays held until that is settled.

    The compartment serves again, unless it was out of service for a reason of its own.
    """

    TYPE = "adoption.empty"


class DepositAdopted(Event):
    """They found the item of a handover that the epoch before knew; fresh codes follow at once.

    It counts as its deposit in this epoch.  `was`: the compartment where it was recorded, if any.
    """

    TYPE = "deposit.adopted"
    was: str | None = None


class ItemFound(HandoverOrdered):
    """They found something that no handover is known of: it is to go back to whoever left it.

    It is its own handover from here on, without a recipient and without codes.
    """

    TYPE = "item.found"
