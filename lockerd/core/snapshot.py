"""The state as bytes, to lie sealed beside the log, and back.

Rules.  Equal states give equal bytes.  A snapshot has exactly the fields of its rules' version, or
it is refused and the log is replayed instead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from lockerd.core import attention
from lockerd.core.state import (
    RULES,
    Approval,
    Count,
    Door,
    Emergency,
    Export,
    Handover,
    Lease,
    Maintenance,
    Outage,
    Signing,
    Staff,
    Stamp,
    State,
    Throttle,
    Ticket,
    TimeKept,
    Tomb,
    Unknown,
)


def dump(state: State) -> bytes:
    """The state as canonical JSON; equal states give equal bytes."""
    return _ENCODE(state).encode()


def _plain(one: Any) -> dict[str, Any]:
    """The fields of one of the slotted classes above, without what is derived."""
    return {name: getattr(one, name) for name in _kept(type(one))}


_KEPT: dict[type, tuple[str, ...]] = {}


def _kept(kind: type) -> tuple[str, ...]:
    known = _KEPT.get(kind)
    if known is None:
        known = tuple(one for one in vars(kind)["__slots__"] if not one.startswith("_"))
        _KEPT[kind] = known
    return known


_ENCODE = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), check_circular=False, default=_plain
).encode


def load(data: bytes) -> State:
    """The state of a snapshot whose digest was checked.  Raises ValueError if it is not one."""
    raw = json.loads(data)
    try:
        return _made(
            State,
            raw,
            doors={k: _door(v) for k, v in raw["doors"].items()},
            handovers={k: _handover(v) for k, v in raw["handovers"].items()},
            tombs={k: _tomb(v) for k, v in raw["tombs"].items()},
            staff={k: _made(Staff, v) for k, v in raw["staff"].items()},
            queue={k: _made(attention.Item, v) for k, v in raw["queue"].items()},
            approvals={k: _approval(v) for k, v in raw["approvals"].items()},
            tickets={k: _ticket(v) for k, v in raw["tickets"].items()},
            unknown={k: _unknown(v) for k, v in raw["unknown"].items()},
            signing={k: _signing(v) for k, v in raw["signing"].items()},
            dark=_maybe(Outage, raw["dark"]),
            shut=_maybe(Outage, raw["shut"]),
            emergency=_emergency(raw["emergency"]),
            maintenance=_maintenance(raw["maintenance"]),
            count=_maybe(Count, raw["count"]),
            export=_maybe(Export, raw["export"]),
            kept_time=_maybe(TimeKept, raw["kept_time"]),
            throttle=_made(Throttle, raw["throttle"], since=_stamp(raw["throttle"]["since"])),
        )
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"not a snapshot of rules {RULES}: {wrong}; replay instead") from None


Made = TypeVar("Made")


def _made(kind: type[Made], raw: Mapping[str, Any], **parts: Any) -> Made:
    """A value with exactly the fields of its class; `parts` replaces what was nested."""
    if raw.keys() != set(_kept(kind)):
        raise KeyError(f"the fields of {kind.__name__}")
    return kind(**{**raw, **parts})


def _maybe(kind: type[Made], raw: Mapping[str, Any] | None) -> Made | None:
    return None if raw is None else _made(kind, raw)


def _stamp(raw: Mapping[str, Any] | None) -> Stamp | None:
    return _maybe(Stamp, raw)


def _handover(raw: Mapping[str, Any]) -> Handover:
    stamps = {one: _stamp(raw[one]) for one in ("requested", "permit")}
    return _made(Handover, raw, **stamps)


def _emergency(raw: Mapping[str, Any] | None) -> Emergency | None:
    return None if raw is None else _made(Emergency, raw, last=_stamp(raw["last"]))


def _maintenance(raw: Mapping[str, Any] | None) -> Maintenance | None:
    return None if raw is None else _made(Maintenance, raw, since=_stamp(raw["since"]))


def _approval(raw: Mapping[str, Any]) -> Approval:
    return _made(Approval, raw, since=_stamp(raw["since"]))


def _ticket(raw: Mapping[str, Any]) -> Ticket:
    return _made(Ticket, raw, since=_stamp(raw["since"]))


def _signing(raw: Mapping[str, Any]) -> Signing:
    return _made(Signing, raw, since=_stamp(raw["since"]))


def _unknown(raw: Mapping[str, Any]) -> Unknown:
    return _made(Unknown, raw, since=_stamp(raw["since"]))


def _tomb(raw: Mapping[str, Any]) -> Tomb:
    return _made(Tomb, raw, closed=_stamp(raw["closed"]))


def _door(raw: Mapping[str, Any]) -> Door:
    lease = raw["lease"]
    if lease is not None:
        stamps = {one: _stamp(lease[one]) for one in ("pulsed", "opened", "over")}
        lease = _made(Lease, lease, **stamps)
    return _made(Door, raw, lease=lease, pulsed=_stamp(raw["pulsed"]))
