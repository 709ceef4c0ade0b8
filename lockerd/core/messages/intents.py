"""A person at the kiosk, before `visit` knows what they mean."""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.core.messages.base import Intent
from lockerd.core.record import hidden

__all__ = [
    "Activity",
    "CodeTyped",
    "FormSent",
    "Pressed",
    "Scanned",
]


class Pressed(Intent):
    """A button.  `action` is one of `visit.ACTIONS`; `arg` says which one of several."""

    action: str
    arg: str = ""


class CodeTyped(Intent):
    """Digits were confirmed with OK."""

    digits: str = hidden()


class FormSent(Intent):
    """The fields of a form, as typed, with three random ids (16 hex digits) for what it may
    make."""

    fields: Mapping[str, str] = hidden()
    ids: tuple[str, str, str]


class Scanned(Intent):
    """The scanner read a symbol; printable ASCII, at most 128 characters."""

    text: str = hidden()


class Activity(Intent):
    """Somebody touched something that means nothing yet: they are still there.

    `patience`: how many times as long as others this person is waited for; 0 leaves it as it was.
    """

    patience: int = 0
