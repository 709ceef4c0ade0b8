"""What an installer checked in the first hour, and the self-test."""

from __future__ import annotations

from lockerd.core.events.base import Event

__all__ = ["SelftestDone", "SetupChecked"]


class SetupChecked(Event):
    """Something of the installation was compared with the world, and is `right` or not.

    `what`: `ruler`, `corners`, `door` (then `unit` is the one that was opened), `clock` or `key`.
    `found`: the panel's width in mm; or the door that a person saw open and the contact that said
    so, as `A2/A1`, empty for none; nothing for the others.
    """

    TYPE = "setup.checked"
    what: str
    right: bool
    found: str = ""


class SelftestDone(Event):
    """Every part was looked at: how many were `green`, `amber` and `red`.

    `findings`: what was not green, as `part:reason`.
    """

    TYPE = "selftest.done"
    green: int
    amber: int
    red: int
    findings: tuple[str, ...] = ()
