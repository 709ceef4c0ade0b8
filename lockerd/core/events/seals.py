"""The seal of an item: its number at the deposit, and what its recipient found of it."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = ["ItemSealed", "SealChecked"]


class ItemSealed(Event):
    """The depositor read this number off the seal, before a compartment was given.

    `announced`: beside the number that the order gave, `same`, `other`, or `none` where it gave
    none.
    """

    TYPE = "item.sealed"
    DISCLOSED = ("seal",)
    announced: str
    seal: str | None = None


class SealChecked(Event):
    """The recipient says that the seal is there and unbroken.  The cause is the collection.

    `how`: `said`, or `scanned` where its code was read and is the one of the deposit.
    """

    TYPE = "seal.checked"
    how: str
