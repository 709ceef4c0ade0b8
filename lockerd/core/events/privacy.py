"""Erasure and legal holds."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = [
    "PrivacyErased",
    "PrivacyHeld",
    "PrivacyUnheld",
]


class PrivacyErased(Event):
    """Disclosures with these digests were deleted.  `subject`: `ho:<id>` or `staff:<number>`."""

    TYPE = "privacy.erased"
    subject: str
    basis: str
    digests: tuple[str, ...]

    @property
    def erase(self) -> tuple[str, ...]:
        return self.digests


class PrivacyHeld(Event):
    """A legal hold: nothing of this subject may be erased until it is lifted."""

    TYPE = "privacy.held"
    subject: str
    reason: str


class PrivacyUnheld(Event):
    """A legal hold was lifted."""

    TYPE = "privacy.unheld"
    subject: str
    reason: str
