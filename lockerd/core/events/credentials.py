"""Codes: minted, delivered, refused, locked."""

from __future__ import annotations

from lockerd.core.events.base import Event, Verifier
from lockerd.core.record import hidden

__all__ = [
    "CodeRefused",
    "CodeTurnedAway",
    "CredentialDelivered",
    "CredentialLocked",
    "CredentialMinted",
    "KeypadPaused",
]


class CredentialMinted(Event):
    """PIN and QR code exist from here on, bound to the recipient, the compartment, the window.

    `replaces`: the tombstone of the compartment's previous handover, which ends here.
    """

    TYPE = "credential.minted"
    ATTACHED = ("verifiers",)
    cred: str
    replaces: str | None = None
    verifiers: tuple[Verifier, ...] = hidden(default=())

    @property
    def put(self) -> tuple[Verifier, ...]:
        return self.verifiers

    @property
    def drop(self) -> tuple[str, ...]:
        return () if self.replaces is None else (self.replaces,)


class CredentialDelivered(Event):
    """The code left the device.  `channel`: `screen`, `terminal`, `png`, `phone`, `slip`."""

    TYPE = "credential.delivered"
    cred: str
    channel: str


class CredentialLocked(Event):
    """Five wrong PINs against this handover: its PIN is dead, its QR code lives."""

    TYPE = "credential.locked"
    cred: str

    @property
    def drop_pin(self) -> tuple[str, ...]:
        return (self.cred,)


class CodeRefused(Event):
    """A code was not proven.  `ho` is set when its selector belongs to one.  Counted for ever."""

    TYPE = "code.refused"
    kind: str


class KeypadPaused(Event):
    """Too many unproven codes: typing is paused for `pause_ms`; QR codes still work."""

    TYPE = "keypad.paused"
    pause_ms: int
    failures: int


class CodeTurnedAway(Event):
    """A proven code was told why not.

    `why`: `early`, `expired`, `collected`, `clock`, `held`, `open` (it is being used), `service`.
    """

    TYPE = "code.turned_away"
    kind: str
    why: str
