"""Windows and time: what a clock cannot tell, and what time does before and at a window's end.

Rules.  A contact is named by its key in the config, never by a person's name.  Times in Unix ms.
"""

from __future__ import annotations

from lockerd.core.events.base import Event, fact_of

__all__ = [
    "HandoverAwaitingReturn",
    "HandoverEscalated",
    "HandoverReturned",
    "HeirNamed",
    "HeirWanted",
    "OrderLapsed",
    "ReminderDue",
    "ReturnFailed",
    "ReturnInterrupted",
    "ReturnNotOpened",
    "ReturnOpened",
    "ReturnStarted",
    "TimeSet",
    "WindowCredited",
    "WindowDoubted",
    "WindowPermitted",
]


class OrderLapsed(Event):
    """Nothing was deposited before the window had ended: the announcement is over."""

    TYPE = "order.lapsed"

    @property
    def forget(self) -> tuple[str, ...]:
        return (fact_of(self.ho),)


class WindowDoubted(Event):
    """A proven code came while the clock could not tell whether the window is open."""

    TYPE = "window.doubted"
    kind: str


class WindowPermitted(Event):
    """An operator permits one release although the clock cannot tell; it ends with the boot.

    `minutes`: how long it may be used.
    """

    TYPE = "window.permitted"
    reason: str
    minutes: int


class WindowCredited(Event):
    """The cabinet was out of service from `since` to `until`: the window ends later.

    `cause`: the last entry before the outage.  `back`: the entry that ended it.  `minutes`: whole
    minutes credited.  `closes`: the window's end from now on.
    """

    TYPE = "window.credited"
    minutes: int
    since: int
    until: int
    back: int
    closes: int


class ReminderDue(Event):
    """The recipient is reminded, `before_h` hours before the window ends.  `step` counts from 1."""

    TYPE = "reminder.due"
    step: int
    before_h: int


class TimeSet(Event):
    """Two people say what time it is: between `lo` and `hi`.  `approver`: the second one's number.

    What is proven stays the lower bound; the upper one stands until the next start of the board.
    """

    TYPE = "time.set"
    lo: int
    hi: int
    approver: str


class HandoverEscalated(Event):
    """Uncollected after its window: the contact of this key is told.  `step` counts from 1."""

    TYPE = "handover.escalated"
    contact: str
    step: int


class HeirWanted(Event):
    """The next one of the profile's list shall collect instead: codes are asked for.

    `heir`: the key of a contact.  `step` counts from 1.  Said again after a start, until
    `handover.reassigned` follows.
    """

    TYPE = "heir.wanted"
    heir: str
    step: int


class HeirNamed(Event):
    """`heir` may collect from here on, until `closes`; `handover.reassigned` says the rest."""

    TYPE = "heir.named"
    heir: str
    opens: int
    closes: int


class HandoverAwaitingReturn(Event):
    """Nobody may collect any more: the item goes back to whoever deposited it."""

    TYPE = "handover.awaiting_return"
    reason: str


class ReturnStarted(Event):
    """The depositor or an operator is given the door, to take the item back."""

    TYPE = "return.started"


class ReturnNotOpened(Event):
    """No opening was seen within the confirm window of this attempt."""

    TYPE = "return.not_opened"
    attempt: int


class ReturnFailed(Event):
    """Every attempt went without an opening: the item still awaits its return."""

    TYPE = "return.failed"
    reason: str


class ReturnInterrupted(Event):
    """A cut fell between permission and evidence, and the door was found closed."""

    TYPE = "return.interrupted"


class ReturnOpened(Event):
    """Evidence: the leased door was seen to open.  `late`: outside the confirm window."""

    TYPE = "return.opened"
    late: bool = False


class HandoverReturned(Event):
    """The door was seen to open and then to close: the item went back, and its codes end.

    `opened`: index of the evidence of opening.  `late`: the closing was found after a cut.
    """

    TYPE = "handover.returned"
    cred: str | None = None
    opened: int
    late: bool = False

    @property
    def drop(self) -> tuple[str, ...]:
        return () if self.cred is None else (self.cred,)

    @property
    def forget(self) -> tuple[str, ...]:
        return (fact_of(self.ho),)
