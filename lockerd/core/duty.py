"""Whether the cabinet serves.

Theory of operation.  `fresh` until the first boot, then `serving`; `retired` is latched, carries
its reason with the remedy, survives restarts and ends only when a person restores it.  An epoch
that takes over a cabinet that did not serve begins with that, before its first boot.
"""

from __future__ import annotations

from lockerd.core.tables import Row, compile_table, rows
from lockerd.core.tables import step as _step

PHASES: tuple[str, ...] = ("fresh", "serving", "retired")

TABLE: tuple[Row, ...] = (
    *rows("LogBoot", ("fresh", "serving"), "serving"),
    *rows("LogBoot", "retired"),
    *rows("CabinetRetired", ("fresh", "serving"), "retired"),
    *rows("CabinetRestored", "retired", "serving"),
)
_COMPILED = compile_table(TABLE)
TRIGGERS = frozenset(row["trigger"] for row in TABLE)


def step(phase: str, trigger: str) -> str:
    """The phase after an event; ImpossibleHistory when the table has no such row."""
    return _step("the cabinet", _COMPILED, phase, trigger)
