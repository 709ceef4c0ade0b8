"""What can go wrong at the edge of the machine, each under its own name.

Rules.  The text says what was refused or failed and ends with the remedy.  `PulseRefused` and its
children mean one thing for certain: no coil was energised.
"""

from __future__ import annotations

from lockerd import ports
from lockerd.ports import PortError


class DriverError(PortError):
    """A device failed; the text ends with the remedy."""


class DriverUnavailable(DriverError):
    """A driver cannot be used on this machine: a library or a chip is missing."""


class PinError(DriverError):
    """A line of the board could not be claimed, written or read."""


class PulseRefused(DriverError, ports.PulseRefused):
    """A pulse was refused by a driver and nothing was energised."""


class NoSuchDoor(PulseRefused):
    """The cabinet has no door of this name."""


class PulseOutOfRange(PulseRefused):
    """The pulse is shorter than 1 ms or longer than the ceiling; it is never clamped."""


class SupplyBusy(PulseRefused):
    """Another coil holds the supply, or let go of it a moment ago."""


class CoolingDown(PulseRefused):
    """This strike was pulsed a moment ago; its coil must cool first."""


class StrikeStuck(PulseRefused):
    """A strike could not be switched off; nothing is energised until it can be."""


class CabinetStopped(PulseRefused):
    """The cabinet is not started, was stopped, or its lease keeper died."""
