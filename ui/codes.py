"""What a person reads out on the telephone: which cabinet, which door, what happened.

Rules.  A code of two digits after an `E` never changes its meaning (docs/operator.md lists them).
Everything that was not proven has one code, with nothing beside it that tells one from another.
"""

from __future__ import annotations

from typing import Final

CODES: Final = {
    "unproven": "E10",
    "early": "E11",
    "expired": "E12",
    "collected": "E13",
    "clock": "E14",
    "held": "E15",
    "open": "E16",
    "service": "E17",
    "paused": "E18",
    "late": "E19",
    "asked": "E20",
    "not_opened": "E30",
    "again_failed": "E31",
    "out_of_service": "E40",
    "cannot_start": "E41",
}


def quoted(reference: str, unit: str, what: str) -> str:
    """`RL07-4K2M · 14 · E30`: the handover or the device, the door if there is one, the code."""
    return " · ".join(one for one in (reference, unit, CODES[what]) if one)
