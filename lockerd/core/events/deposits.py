"""From a compartment given to a depositor to the confirmed deposit."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = [
    "DepositAbandoned",
    "DepositClosed",
    "DepositConfirmed",
    "DepositNotOpened",
    "DepositOpened",
    "DepositReopened",
    "DepositStarted",
    "DepositUnconfirmed",
]


class DepositStarted(Event):
    """The depositor was given a compartment; its door is leased to this deposit."""

    TYPE = "deposit.started"


class DepositOpened(Event):
    """The leased door was seen to open."""

    TYPE = "deposit.opened"
    late: bool = False


class DepositClosed(Event):
    """The leased door was seen to close; the depositor has yet to say what they did."""

    TYPE = "deposit.closed"


class DepositReopened(Event):
    """The depositor asked for the door again before confirming."""

    TYPE = "deposit.reopened"


class DepositNotOpened(Event):
    """The leased door did not open within the confirm window."""

    TYPE = "deposit.not_opened"
    attempt: int


class DepositAbandoned(Event):
    """The depositor said that nothing was placed, or no door opened: the order stands."""

    TYPE = "deposit.abandoned"
    reason: str


class DepositUnconfirmed(Event):
    """The deposit ended without the depositor's word: never released until a person looked."""

    TYPE = "deposit.unconfirmed"
    reason: str


class DepositConfirmed(Event):
    """The depositor confirmed: the item is in the closed compartment."""

    TYPE = "deposit.confirmed"
