"""The life of a handover: one item, one recipient, one window.

Theory of operation.  A handover is ordered, deposited behind a door that was seen to open and
close, confirmed by the depositor (only then do codes exist), and released by a proven code.  It is
`open` when the door was seen to open and `collected` when the door was also seen to close: a
command is never evidence.  A release that failed still owns an opening that comes late, even when
the window has ended meanwhile.  Whatever leaves that line waits for a person in `unconfirmed`,
`expired` or `frozen`, or in `open` when the closing is never seen.

Rules.  `collected`, `withdrawn` and `cancelled` are final.  A credential works in `collectable`
alone.
"""

from __future__ import annotations

from lockerd.core.tables import Row, compile_table, rows
from lockerd.core.tables import step as _step

NONE = "none"
PHASES: tuple[str, ...] = (
    NONE,
    "ordered",
    "depositing",
    "placing",
    "placed",
    "unconfirmed",
    "deposited",
    "collectable",
    "releasing",
    "open",
    "expired",
    "frozen",
    "collected",
    "withdrawn",
    "cancelled",
)
FINAL = frozenset({"collected", "withdrawn", "cancelled"})
OCCUPYING = frozenset(
    {"placing", "placed", "unconfirmed", "deposited", "collectable", "releasing"}
    | {"open", "expired", "frozen"}
)
"""Phases in which something may lie in the compartment."""

_ENDABLE = ("unconfirmed", "collectable", "open", "expired", "frozen")
_INSIDE = ("collectable", "releasing", "open", "expired", "frozen")

TABLE: tuple[Row, ...] = (
    *rows("HandoverOrdered", NONE, "ordered"),
    *rows("OrderCarried", NONE, "ordered"),
    *rows("DepositCarried", NONE, "frozen"),
    *rows("HandoverCancelled", "ordered", "cancelled"),
    *rows("DepositStarted", "ordered", "depositing"),
    *rows("DepositNotOpened", "depositing"),
    *rows("DepositOpened", "depositing", "placing"),
    *rows("DepositClosed", "placing", "placed"),
    *rows("DepositReopened", ("placed", "unconfirmed"), "depositing"),
    *rows("DepositAbandoned", ("depositing", "placed"), "ordered"),
    *rows("DepositUnconfirmed", ("depositing", "placing", "placed"), "unconfirmed"),
    *rows("DepositConfirmed", "placed", "deposited"),
    *rows("CredentialMinted", "deposited", "collectable"),
    *rows("CredentialDelivered", _INSIDE),
    *rows("CredentialLocked", _INSIDE),
    *rows("ReleaseAuthorised", "collectable", "releasing"),
    *rows("ReleaseNotOpened", "releasing"),
    *rows("ReleaseFailed", "releasing", "collectable"),
    *rows("ReleaseInterrupted", "releasing", "collectable"),
    *rows("ReleaseOpened", ("releasing", "collectable", "expired"), "open"),
    *rows("ReleaseLeftOpen", "open"),
    *rows("HandoverCollected", "open", "collected"),
    *rows("HandoverExpired", "collectable", "expired"),
    *rows("HandoverFrozen", ("releasing", "collectable", "expired", "unconfirmed"), "frozen"),
    *rows("HandoverThawed", "frozen", "collectable"),
    *rows("HandoverWithdrawn", _ENDABLE, "withdrawn"),
)
_COMPILED = compile_table(TABLE)
TRIGGERS = frozenset(row["trigger"] for row in TABLE)


def step(ho: str, phase: str, trigger: str) -> str:
    """The phase after an event; ImpossibleHistory when the table has no such row."""
    return _COMPILED.get((phase, trigger)) or _step(f"handover {ho}", _COMPILED, phase, trigger)
