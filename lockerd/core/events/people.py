"""Staff: who may act, when somebody did, and what became of their badge and PIN."""

from __future__ import annotations

from lockerd.core.events.base import Event, Verifier
from lockerd.core.record import hidden

__all__ = [
    "ShiftHandedOver",
    "StaffBadgeIssued",
    "StaffEnrolled",
    "StaffLinked",
    "StaffLocked",
    "StaffPinChanged",
    "StaffPinReset",
    "StaffRefused",
    "StaffRetired",
    "StaffRoleChanged",
    "StaffSignedIn",
    "StaffSignedOut",
]


class StaffEnrolled(Event):
    """A person may now sign in.  `staff` is a number; the name is a disclosure.

    By the cabinet itself only as a demonstration, or directly after the owner's claim or two
    recovery cards, which are then the cause.
    """

    TYPE = "staff.enrolled"
    DISCLOSED = ("name",)
    ATTACHED = ("verifiers",)
    staff: str
    role: str
    cred: str
    demonstration: bool = False
    name: str | None = None
    verifiers: tuple[Verifier, ...] = hidden(default=())

    @property
    def put(self) -> tuple[Verifier, ...]:
        return self.verifiers


class StaffSignedIn(Event):
    """Badge and PIN were proven.  `after`: wrong PINs since the last time, where there were any."""

    TYPE = "staff.signed_in"
    staff: str
    after: int | None = None


class StaffRefused(Event):
    """A badge or a staff PIN was not proven.  `staff` is set when the badge was."""

    TYPE = "staff.refused"
    staff: str | None = None


class StaffLocked(Event):
    """Five wrong PINs in a row: badge and PIN open nothing until an operator sets a new PIN."""

    TYPE = "staff.locked"
    staff: str


class StaffSignedOut(Event):
    """The session ended.  `reason`: why, in a word.

    `asked`, `idle`, `power`, `shift`, `locked`, `pin` (it was reset), `retired` or `role`.
    """

    TYPE = "staff.signed_out"
    staff: str
    reason: str


class _NewPin(Event):
    """The PIN behind a badge is another one from here on."""

    ATTACHED = ("verifiers",)
    staff: str
    cred: str
    verifiers: tuple[Verifier, ...] = hidden(default=())

    @property
    def put(self) -> tuple[Verifier, ...]:
        return self.verifiers

    @property
    def drop_pin(self) -> tuple[str, ...]:
        return (self.cred,)


class StaffPinChanged(_NewPin):
    """A person chose a new PIN at the kiosk; the old one is dead."""

    TYPE = "staff.pin_changed"


class StaffPinReset(_NewPin):
    """An operator set a PIN that opens nothing but the choice of another; a lock ends."""

    TYPE = "staff.pin_reset"


class StaffBadgeIssued(Event):
    """A new badge for the same person and PIN; the one before (`replaces`) is dead."""

    TYPE = "staff.badge_issued"
    ATTACHED = ("verifiers",)
    staff: str
    cred: str
    replaces: str
    reason: str
    verifiers: tuple[Verifier, ...] = hidden(default=())

    @property
    def put(self) -> tuple[Verifier, ...]:
        return self.verifiers

    @property
    def drop(self) -> tuple[str, ...]:
        return (self.replaces,)


class StaffRetired(Event):
    """A person left: badge and PIN die here, what they did stays, the number is used up."""

    TYPE = "staff.retired"
    staff: str
    cred: str
    reason: str

    @property
    def drop(self) -> tuple[str, ...]:
        return (self.cred,) if self.cred else ()


class StaffRoleChanged(Event):
    """A person does something else from now on."""

    TYPE = "staff.role_changed"
    staff: str
    role: str
    reason: str


class StaffLinked(Event):
    """Requests of this system user over the control socket are this person's; None for nobody's."""

    TYPE = "staff.linked"
    staff: str
    uid: int | None = None


class ShiftHandedOver(Event):
    """The actor handed the cabinet to operator `to`, who proved badge and PIN.

    `open`: keys of the queue as it stood, the most pressing first; `more`: how many others there
    were; `occupied`: compartments that something may lie in.  The note is a disclosure.
    """

    TYPE = "shift.handed_over"
    DISCLOSED = ("note",)
    to: str
    open: tuple[str, ...]
    more: int
    occupied: int
    note: str | None = None
