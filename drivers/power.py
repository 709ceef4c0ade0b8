"""The supply of a simulated cabinet, as the software feels it: it works, or it never ran.

Theory of operation.  A `PowerSession` is one life of the electronics and of the process on them.
Every simulated part asks it before it does anything.  When the supply is cut, or the process is
killed, the session ends and the next call of any part raises `PowerLost`; what comes after is a new
session with new objects, as a restart is on a device.

Rules.  A session that ended never lives again.
"""

from __future__ import annotations


class PowerLost(BaseException):
    """Nothing of this life runs any more.

    Not an `Exception`, so that no handler of operating errors can take it for one of its own.
    """


class PowerSession:
    """One life; share it with every part that dies with it."""

    def __init__(self) -> None:
        self.alive = True

    def check(self) -> None:
        """Raise PowerLost when this life is over."""
        if not self.alive:
            raise PowerLost("the power is gone; restore it and start anew")
