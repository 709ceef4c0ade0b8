"""The life of a handover: one item, one recipient, one window.

Theory of operation.  A handover is ordered, deposited behind a door that was seen to open and
close, confirmed by the depositor (only then do codes exist), and released by a proven code.  It is
`open` when the door was seen to open and `collected` when the door was also seen to close: a
command is never evidence.  A release that failed still owns an opening that comes late, even when
the window has ended meanwhile.  Whatever leaves that line waits for a person in `unconfirmed`,
`expired` or `frozen`, or in `open` when the closing is never seen.

An item that is being moved is nobody's to collect until an operator says where it lies.

Rules.  `collected`, `collected_manually`, `returned`, `withdrawn` and `cancelled` are
final.  A credential works in `collectable` alone.
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
    "moving_out",
    "carrying",
    "moving_in",
    "moved",
    "awaiting_return",
    "returning",
    "return_open",
    "collected",
    "collected_manually",
    "returned",
    "withdrawn",
    "cancelled",
)
FINAL = frozenset({"collected", "collected_manually", "returned", "withdrawn", "cancelled"})
OCCUPYING = frozenset(
    {"placing", "placed", "unconfirmed", "deposited", "collectable", "releasing"}
    | {"open", "expired", "frozen", "moving_out", "carrying", "moving_in", "moved"}
    | {"awaiting_return", "returning", "return_open"}
)
"""Phases in which something may lie in the compartment."""

_RETURNING = ("awaiting_return", "returning", "return_open")
ENDABLE = ("unconfirmed", "collectable", "open", "expired", "frozen", *_RETURNING)
"""Phases in which a person's finding may end a handover."""

_MOVING = ("moving_out", "carrying", "moving_in", "moved")
_HELD = ("collectable", "expired", "frozen")
_FREEZABLE = ("releasing", "collectable", "expired", "unconfirmed", "awaiting_return")
_INSIDE = (*_MOVING, *_RETURNING, "collectable", "releasing", "open", "expired", "frozen")

TABLE: tuple[Row, ...] = (
    *rows("HandoverOrdered", NONE, "ordered"),
    *rows("OrderCarried", NONE, "ordered"),
    *rows("DepositCarried", NONE, "frozen"),
    *rows("DepositAdopted", ("ordered", "frozen"), "deposited"),
    *rows("ItemFound", NONE, "awaiting_return"),
    *rows("HandoverCancelled", "ordered", "cancelled"),
    *rows("OrderLapsed", "ordered", "cancelled"),
    *rows("ItemSealed", "ordered"),
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
    *rows("CredentialUndelivered", _INSIDE),
    *rows("CredentialLocked", _INSIDE),
    *rows("WindowDoubted", "collectable"),
    *rows("WindowPermitted", "collectable"),
    *rows("WindowCredited", ("collectable", "frozen")),
    *rows("ReminderDue", "collectable"),
    *rows("HandoverEscalated", "expired"),
    *rows("HeirWanted", "expired"),
    *rows("HeirNamed", "expired", "collectable"),
    *rows("ReleaseRequested", "collectable"),
    *rows("ReleaseAuthorised", "collectable", "releasing"),
    *rows("ReleaseNotOpened", "releasing"),
    *rows("ReleaseFailed", "releasing", "collectable"),
    *rows("ReleaseInterrupted", "releasing", "collectable"),
    *rows("ReleaseOpened", ("releasing", "collectable", "expired", "awaiting_return"), "open"),
    *rows("ReleaseLeftOpen", ("open", "frozen")),
    *rows("HandoverCollected", "open", "collected"),
    *rows("HandoverExpired", "collectable", "expired"),
    *rows("HandoverFrozen", _FREEZABLE, "frozen"),
    *rows("HandoverThawed", "frozen", "collectable"),
    *rows("HandoverExtended", ("ordered", "unconfirmed", "collectable", "frozen")),
    *rows("HandoverExtended", "expired", "collectable"),
    *rows("HandoverReassigned", ("ordered", "unconfirmed", *_HELD)),
    *rows("CredentialReissued", _HELD),
    *rows("CredentialJoined", "deposited", "collectable"),
    *rows("HandoverAwaitingReturn", _HELD, "awaiting_return"),
    *rows("HandoverRefused", ("unconfirmed", *_HELD), "awaiting_return"),
    *rows("ReturnStarted", "awaiting_return", "returning"),
    *rows("ReturnNotOpened", "returning"),
    *rows("ReturnFailed", "returning", "awaiting_return"),
    *rows("ReturnInterrupted", "returning", "awaiting_return"),
    *rows("ReturnOpened", ("returning", "awaiting_return"), "return_open"),
    *rows("HandoverReturned", "return_open", "returned"),
    *rows("ItemLeft", "open"),
    *rows("HandoverKept", "open", "collectable"),
    *rows("HandoverDisputed", "open", "frozen"),
    *rows("KeyDeclared", _HELD),
    *rows("HandoverCollectedManually", ("open", *_HELD), "collected_manually"),
    *rows("MoveStarted", _HELD, "moving_out"),
    *rows("MoveOpened", ("moving_out", "moving_in")),
    *rows("MoveNotOpened", ("moving_out", "moving_in")),
    *rows("MoveClosed", "moving_out", "carrying"),
    *rows("MovePlacing", ("carrying", "moved"), "moving_in"),
    *rows("MoveDoorFailed", "moving_in", "carrying"),
    *rows("MoveClosed", "moving_in", "moved"),
    *rows("MoveAbandoned", "moving_out", "collectable"),
    *rows("MoveConfirmed", ("moved", "frozen"), "collectable"),
    *rows("MoveStopped", _MOVING, "frozen"),
    *rows("HandoverWithdrawn", ENDABLE, "withdrawn"),
)
_COMPILED = compile_table(TABLE)
TRIGGERS = frozenset(row["trigger"] for row in TABLE)


def step(ho: str, phase: str, trigger: str) -> str:
    """The phase after an event; ImpossibleHistory when the table has no such row."""
    return _COMPILED.get((phase, trigger)) or _step(f"handover {ho}", _COMPILED, phase, trigger)
