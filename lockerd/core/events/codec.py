"""Between an event and the fields of its leaf.

Rules.  What a leaf says is checked field by field: an unknown type or field, a missing one or a
value of another type is an EventError, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, get_type_hints

from lockerd.core.events import (
    adopt,
    approvals,
    cabinet,
    carried,
    count,
    credentials,
    delivery,
    deposits,
    dispute,
    doors,
    emergency,
    fact,
    founding,
    handovers,
    life,
    log,
    lost,
    maintenance,
    moving,
    people,
    privacy,
    queue,
    releases,
    seals,
    setup,
    signature,
    stick,
    windows,
)
from lockerd.core.events.base import Actor, Cause, Event, EventError

__all__ = ["CATALOGUE", "ROOMS", "Json", "decode", "encode", "hints", "names", "trigger"]

ROOMS: tuple[ModuleType, ...] = (
    log,
    privacy,
    carried,
    adopt,
    people,
    founding,
    handovers,
    deposits,
    credentials,
    delivery,
    approvals,
    fact,
    releases,
    windows,
    life,
    lost,
    moving,
    dispute,
    seals,
    signature,
    doors,
    maintenance,
    emergency,
    count,
    cabinet,
    queue,
    stick,
    setup,
)
"""Every room of the record, in the order of the manual."""

_COMMON = ("actor", "unit", "ho", "cause")

Json = None | bool | int | str | list[str] | list[int] | dict[str, str]


def _catalogue() -> dict[str, type[Event]]:
    """Every event class by its TYPE; a class whose fields the codec cannot carry is a bug."""
    found: dict[str, type[Event]] = {}
    for room in ROOMS:
        for name in room.__all__:
            cls = getattr(room, name)
            assert issubclass(cls, Event) and cls.TYPE and cls.TYPE not in found, cls
            found[cls.TYPE] = cls
    return found


CATALOGUE: Mapping[str, type[Event]] = _catalogue()

_HINTS: dict[type[Event], dict[str, Any]] = {}


def hints(cls: type[Event]) -> Mapping[str, Any]:
    """The class's own leaf fields and their types, disclosed and attached ones excluded."""
    known = _HINTS.get(cls)
    if known is None:
        every = get_type_hints(cls)
        hidden = (*cls.DISCLOSED, *cls.ATTACHED, *_COMMON)
        known = {one: every[one] for one in cls.FIELDS if one not in hidden}
        _HINTS[cls] = known
    return known


def encode(event: Event) -> tuple[dict[str, Json], dict[str, str]]:
    """An event as `(leaf fields, disclosures)`.

    Leaf fields carry `type`, the common ones that are set, and the class's own; None is left out.
    Disclosures are `{field: value}` for the disclosed fields that are set.
    """
    leaf: dict[str, Json] = {"type": event.TYPE, "actor": event.actor._asdict()}
    for name in ("unit", "ho"):
        value = getattr(event, name)
        if value is not None:
            leaf[name] = value
    if event.cause is not None:
        leaf["cause"] = list(event.cause)
    for name in hints(type(event)):
        value = getattr(event, name)
        if value is not None:
            leaf[name] = list(value) if isinstance(value, tuple) else value
    shown = {n: v for n in event.DISCLOSED if (v := getattr(event, n)) is not None}
    return leaf, shown


def decode(leaf: Mapping[str, Any]) -> Event:
    """The event of a leaf's fields (those that `encode` gives; the log's own are removed before).

    Raises EventError for an unknown type, an unknown or missing field, or a value of another type.
    """
    kind = leaf.get("type")
    cls = CATALOGUE.get(kind) if isinstance(kind, str) else None
    if cls is None:
        raise EventError(f"unknown event type {kind!r}; read this journal with a newer release")
    if "actor" not in leaf:
        raise EventError(f"{kind}: no actor; the leaf is not one this program wrote")
    own = hints(cls)
    values: dict[str, Any] = {}
    for name, value in leaf.items():
        if name == "type":
            continue
        if name == "actor":
            values[name] = _actor(value)
        elif name == "cause":
            values[name] = _cause(value)
        elif name in ("unit", "ho"):
            values[name] = _scalar(kind, name, value, str)
        elif name in own:
            values[name] = _typed(kind, name, value, own[name])
        else:
            raise EventError(f"{kind}: unknown field {name!r}; read it with a newer release")
    try:
        return cls(**values)
    except TypeError as missing:
        raise EventError(f"{kind}: {missing}; the leaf is not one this program wrote") from None


def _actor(value: Any) -> Actor:
    if (
        isinstance(value, dict)
        and set(value) == {"role", "id"}
        and all(isinstance(one, str) for one in value.values())
    ):
        return Actor(value["role"], value["id"])
    raise EventError("actor is not {role, id}; the leaf is not one this program wrote")


def _cause(value: Any) -> Cause:
    if isinstance(value, list) and len(value) == 2 and all(type(one) is int for one in value):
        return Cause(value[0], value[1])
    raise EventError("cause is not [epoch, index]; the leaf is not one this program wrote")


def _scalar(kind: object, name: str, value: Any, wanted: type) -> Any:
    if type(value) is not wanted:
        raise EventError(f"{kind}: field {name!r} is not {wanted.__name__}; the leaf is damaged")
    return value


def _typed(kind: object, name: str, value: Any, hint: Any) -> Any:
    if hint == tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise EventError(f"{kind}: field {name!r} is not a list of text; the leaf is damaged")
        return tuple(value)
    for scalar in (str, int, bool):
        if hint == scalar or hint == scalar | None:
            return _scalar(kind, name, value, scalar)
    raise AssertionError(f"{kind}.{name} has a type that leaves cannot carry: {hint!r}")


def trigger(event: Event) -> str:
    """The name under which the state tables know this event: its class name."""
    return type(event).__name__


def names(events: Sequence[Event]) -> list[str]:
    """TYPEs in order, as stories and errors quote them."""
    return [one.TYPE for one in events]
