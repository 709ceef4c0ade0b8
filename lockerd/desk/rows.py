"""One handover, door, queue item, person or entry as an object of an answer.

Rules.  Keys keep their name and meaning for ever; what is not known is absent or null.  Times are
RFC 3339 text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from lockerd.control.codec import fits
from lockerd.core import events as ev
from lockerd.core.attention import Item, key_of
from lockerd.core.reference import named as naming
from lockerd.core.site import Compartment
from lockerd.core.state import Handover, Staff
from lockerd.desk.find import short_of
from lockerd.desk.moments import shown
from lockerd.desk.parts import Shelf
from lockerd.journal.leaf import Leaf

PAGE_BYTES = 48_000
"""How much of a line the rows of one page may fill."""

_MOMENTS = ("opens", "closes", "was", "since", "until", "lo", "hi")
"""Fields of entries that are times where they are numbers."""


class Placed(NamedTuple):
    """A row with the place after which the next page begins."""

    place: int
    row: Mapping[str, Any]


def page(rows: Iterable[Placed]) -> dict[str, Any]:
    """As many rows as fit, and where to go on (`next`; null at the end)."""
    taken: list[Mapping[str, Any]] = []
    last, room = 0, PAGE_BYTES
    for place, row in rows:
        room -= fits(row) + 1
        if room < 0 and taken:
            return {"rows": taken, "next": last}
        taken.append(row)
        last = place
    return {"rows": taken, "next": None}


def after(rows: Iterable[Mapping[str, Any]], place: int | None) -> Iterator[Placed]:
    """Rows numbered from 0, those up to and including `place` left out."""
    start = -1 if place is None else place
    return (Placed(n, row) for n, row in enumerate(rows) if n > start)


def handover(shelf: Shelf, one: Handover) -> dict[str, Any]:
    """A handover that is not finished, with its names as far as they were not erased."""
    zone = shelf.site.time_zone
    names = naming(one, shelf.journal.disclosed)
    return {
        "handover": short_of(shelf, one.ho),
        "ho": one.ho,
        "phase": one.phase,
        "profile": one.profile,
        "size": one.size,
        "unit": one.unit,
        "opens": shown(one.opens, zone),
        "closes": shown(one.closes, zone),
        "reach": one.reach,
        "climate": one.climate,
        "recipient": names.get("recipient"),
        "item": names.get("item"),
        "reference": names.get("reference"),
        "asset": names.get("asset"),
        "seal": names.get("seal"),
    }


def named(shelf: Shelf, ho: str, ordered: int, live: bool) -> dict[str, Any]:
    """A handover that somebody asked for, with its names as far as they were not erased."""
    names = shelf.journal.disclosed(ordered)
    event = shelf.journal.entry(ordered).event
    return {
        "handover": short_of(shelf, ho),
        "ho": ho,
        "ordered": ordered,
        "live": live,
        "recipient": names.get("recipient"),
        "item": names.get("item"),
        "reference": names.get("reference"),
        "asset": names.get("asset"),
        "item_no": getattr(event, "item_no", None),
        "exchange": getattr(event, "exchange", None),
    }


def handover_in_full(shelf: Shelf, one: Handover) -> dict[str, Any]:
    """The same with its history in short and what stands in the queue about it."""
    now, zone = shelf.now, shelf.site.time_zone
    code = key_of("undelivered", one.cred)
    lines = shelf.state.queue.values()
    waiting = [item for item in lines if item.ho == one.ho or item.key == code]
    return {
        **handover(shelf, one),
        "ordered": one.ordered,
        "ordered_at": shown(shelf.journal.entry(one.ordered).now.lo, zone),
        "ordered_by": one.orderer,
        "deposited": one.deposited,
        "deposited_by": one.depositor,
        "codes_delivered": one.delivered,
        "wrong_pins": one.wrong_pins,
        "pin_locked": one.pin_dead,
        "fact": one.fact or None,
        "fact_locked": one.fact_dead,
        "flag": one.flag,
        "queue": [queued(shelf, item, now.lo) for item in waiting],
    }


def queued(shelf: Shelf, item: Item, now_ms: int) -> dict[str, Any]:
    """A line of the operator's queue."""
    item = shelf.state.about(item)
    return {
        "key": item.key,
        "risk": item.risk,
        "rule": item.rule,
        "since": shown(item.since, shelf.site.time_zone),
        "age_s": max(0, now_ms - item.since) // 1000,
        "unit": item.unit,
        "handover": None if item.ho is None else short_of(shelf, item.ho),
        "detail": item.detail,
        "count": item.count,
        "owner": item.owner,
        "entry": item.idx,
    }


def _standing(one: Staff) -> str:
    """Whether somebody can sign in, in a word."""
    if one.left:
        return "left"
    if not one.cred:
        return "no badge"
    return "locked" if one.locked else "new PIN due" if one.must_change else "works"


def member(shelf: Shelf, one: Staff) -> dict[str, Any]:
    """A member of staff."""
    return {
        "staff": one.staff,
        "role": one.role,
        "name": shelf.journal.disclosed(one.entry).get("name"),
        "demonstration": one.demonstration,
        "state": _standing(one),
        "uid": one.uid,
        "enrolled": shown(shelf.journal.entry(one.entry).now.lo, shelf.site.time_zone),
    }


def door(
    shelf: Shelf, unit: str, built: Compartment | None, holds: Handover | None
) -> dict[str, Any]:
    """A door, and the handover that it was given to."""
    known = shelf.state.doors.get(unit)
    return {
        "unit": unit,
        "size": None if built is None else built.size,
        "phase": "unknown" if known is None else known.phase,
        "contact": "unknown" if known is None else known.level,
        "out_of_service": None if known is None else known.retired,
        "handover": None if holds is None else short_of(shelf, holds.ho),
        "holds": None if holds is None else holds.phase,
    }


def entry(shelf: Shelf, one: Leaf) -> dict[str, Any]:
    """A line of the journal, without what is disclosed apart."""
    zone = shelf.site.time_zone
    leaf, _ = ev.encode(one.event)
    own = {name: value for name, value in leaf.items() if name not in _COMMON}
    for name in _MOMENTS:
        value = own.get(name)
        if isinstance(value, int):
            own[name] = shown(value, zone)
    event = one.event
    row = {
        "index": one.idx,
        "at": shown(one.now.lo, zone),
        "clock": one.now.source,
        "error_ms": one.now.error_ms,
        "type": event.TYPE,
        "role": event.actor.role,
        "actor": event.actor.id,
        "unit": event.unit,
        "ho": event.ho,
        "handover": None if event.ho is None else short_of(shelf, event.ho),
        "cause": None if event.cause is None else list(event.cause),
        "fields": own,
    }
    if fits(row) > PAGE_BYTES:
        row["fields"] = {"too_long": True}
    return row


_COMMON = ("type", "actor", "unit", "ho", "cause")
