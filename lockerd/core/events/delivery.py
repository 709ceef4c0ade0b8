"""Codes that did not reach their recipient."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = ["CredentialUndelivered"]


class CredentialUndelivered(Event):
    """The codes did not leave the device.  `reason`: `power` (they died with a cut), or the fault.

    After `power` nobody can have them: only a re-issue makes new ones.  After a fault the device
    goes on trying while it runs.
    """

    TYPE = "credential.undelivered"
    cred: str
    channel: str
    reason: str
