"""Readings: answered from the state and the journal, with or without a daemon.

Theory of operation.  A reading that may be long answers one page and where the next one begins.
A search walks the journal a block at a time by the bytes that a line must have, so that no request
holds the loop for longer than a few milliseconds, however long the history is.

Rules.  Nothing changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from lockerd.control.codec import RequestError
from lockerd.core import attention
from lockerd.core import events as ev
from lockerd.core.people import lacking
from lockerd.desk import find, moments, rows
from lockerd.desk.parts import Shelf
from lockerd.journal.leaf import Leaf

BLOCK = 2_048
"""Entries that one request looks through at most."""

Args = Mapping[str, Any]


def status(shelf: Shelf, args: Args) -> dict[str, Any]:
    """How the cabinet stands."""
    site, state, now = shelf.site, shelf.state, shelf.now
    built = {one.unit: one for one in site.compartments}
    units = [*built, *(one for one in state.doors if one not in built)]
    held = {one.unit: one for one in state.handovers.values() if one.unit is not None}
    phases = Counter(one.phase for one in state.handovers.values())
    waiting = attention.ordered(state.queue)
    return {
        "name": site.name,
        "origin": shelf.journal.origin,
        "mode": state.mode,
        "duty": state.duty,
        "out_of_service": state.retired_for or None,
        "fault": shelf.fault,
        "running": bool(shelf.step),
        "step": shelf.step or None,
        "signed_in": state.signed_in,
        "lacking": lacking(site, state),
        "time": moments.shown(now.lo, site.time_zone),
        "clock": now.source,
        "error_ms": now.error_ms,
        "boots": state.boots,
        "entries": shelf.journal.size,
        "epoch": shelf.journal.epoch,
        "config": state.config,
        "handovers": dict(sorted(phases.items())),
        "queue": len(waiting),
        "first": waiting[0].key if waiting else None,
        "doors": [rows.door(shelf, one, built.get(one), held.get(one)) for one in units],
    }


def handovers(shelf: Shelf, args: Args) -> dict[str, Any]:
    """Handovers that are not finished, oldest first."""
    start = -1 if args["after"] is None else args["after"]
    live = sorted(shelf.state.handovers.values(), key=lambda one: one.ordered)
    return rows.page(
        rows.Placed(one.ordered, rows.handover(shelf, one))
        for one in live
        if one.ordered > start and args["phase"] in (None, one.phase)
    )


def handover(shelf: Shelf, args: Args) -> dict[str, Any]:
    """One handover that is not finished."""
    return rows.handover_in_full(shelf, find.live(shelf, args["handover"]))


def named(shelf: Shelf, args: Args) -> dict[str, Any]:
    """Which handovers are meant: unfinished ones at once, else a block of the journal."""
    prefix = find.prefix_of(args["handover"])
    live = find.among(shelf.state, prefix) if args["after"] is None else []
    if live:
        found = [(one.ordered, one.ho, True) for one in live]
        last = None
    else:
        start, stop, last = block(shelf, args["after"])
        past = find.ordered_in(shelf, prefix, start, stop)
        found = [(idx, ho, ho in shelf.state.handovers) for idx, ho in past]
    return {
        "rows": [rows.named(shelf, ho, idx, live) for idx, ho, live in found],
        "next": last,
        "size": shelf.journal.size,
    }


def block(shelf: Shelf, place: int | None, end: int | None = None) -> tuple[int, int, int | None]:
    """The block after a place: its beginning, its end, and the place after it (None: the end)."""
    size = shelf.journal.size if end is None else end
    start = 0 if place is None else place + 1
    stop = min(start + BLOCK, size)
    return start, stop, (stop - 1 if stop < size else None)


def queue(shelf: Shelf, args: Args) -> dict[str, Any]:
    """The operator's queue in its order."""
    waiting = attention.ordered(shelf.state.queue)
    now_ms = shelf.now.lo
    found = (rows.queued(shelf, one, now_ms) for one in waiting)
    return rows.page(rows.after(found, args["after"]))


def staff(shelf: Shelf, args: Args) -> dict[str, Any]:
    """Everybody who may sign in, by number."""
    people = sorted(shelf.state.staff.values(), key=lambda one: int(one.staff))
    found = (rows.member(shelf, one) for one in people)
    return rows.page(rows.after(found, args["after"]))


def head(shelf: Shelf, args: Args) -> dict[str, Any]:
    """The journal's signed head."""
    journal = shelf.journal
    return {
        "origin": journal.origin,
        "epoch": journal.epoch,
        "size": journal.size,
        "vkey": journal.vkey,
        "checkpoint": journal.checkpoint() if journal.size else None,
        "time_zone": shelf.site.time_zone,
    }


def witnesses(shelf: Shelf, args: Args) -> dict[str, Any]:
    """Who cosigned how much of the journal: those of the config, then others who did once."""
    from lockerd.journal.note import parse_vkey
    from lockerd.journal.witness import key_name

    journal, zone = shelf.journal, shelf.site.time_zone
    vkeys = {key_name(parse_vkey(one)): one for one in shelf.site.witnesses}
    newest = {one.key: one for one in journal.newest_cosignatures()}
    found: list[dict[str, Any]] = []
    for key in [*vkeys, *(one for one in newest if one not in vkeys)]:
        row = newest.get(key)
        size = 0 if row is None else row.size
        found.append(
            {
                "witness": key.rpartition("+")[0],
                "vkey": vkeys.get(key),
                "cosigned": size,
                "at": None if row is None else moments.shown(row.time * 1000, zone),
                "behind": journal.size - size,
            }
        )
    return rows.page(rows.after(found, args["after"]))


def entries(shelf: Shelf, args: Args) -> dict[str, Any]:
    """Lines of the journal that fit every given condition, one block a page."""
    journal, wanted = shelf.journal, _Wanted(shelf, args)
    place = args["after"]
    if place is None and args["last"] is not None:
        place = max(-1, journal.size - args["last"] - 1)
    elif place is None:
        place = wanted.begin - 1
    end = wanted.end
    if args["only"] is not None:
        place, end = max(wanted.begin, args["only"]) - 1, min(end, args["only"] + 1)
    start, stop, last = block(shelf, place, end)
    answer = rows.page(
        rows.Placed(one.idx, rows.entry(shelf, one)) for one in wanted.among(start, stop)
    )
    if answer["next"] is None:
        answer["next"] = last
    return {**answer, "size": journal.size}


class _Wanted:
    """The conditions of one search; it concerns the entries [begin, end)."""

    def __init__(self, shelf: Shelf, args: Args) -> None:
        self._journal = shelf.journal
        self._kind = args["type"] or ""
        self._unit, self._staff = args["unit"], args["staff"]
        self._ho = None if args["handover"] is None else find.prefix_of(args["handover"])
        now_ms, zone = shelf.now.lo, shelf.site.time_zone
        since, until = (
            None if args[name] is None else moments.parse(args[name], now_ms, zone)
            for name in ("from", "until")
        )
        self.begin = 0 if since is None else self._first_at(since)
        self.end = self._journal.size if until is None else self._first_at(until)
        needles = [f'"type":"{self._kind}' if self._kind else ""]
        needles.append("" if self._unit is None else f'"unit":"{self._unit}"')
        needles.append("" if self._ho is None else f'"ho":"{self._ho}')
        needles.append("" if self._staff is None else f'"actor":{{"id":"{self._staff}"')
        self._needles = [one.encode() for one in needles if one]

    def _first_at(self, moment: int) -> int:
        """The first entry at or after a moment; proven time never goes back."""
        low, high = 0, self._journal.size
        while low < high:
            middle = (low + high) // 2
            if self._journal.entry(middle).now.lo < moment:
                low = middle + 1
            else:
                high = middle
        return low

    def among(self, start: int, stop: int) -> Iterator[Leaf]:
        """The entries of a block that fit."""
        for idx, leaf in self._journal.leaves(start, stop):
            if all(one in leaf for one in self._needles):
                found = self._journal.entry(idx)
                if self._fits(found.event):
                    yield found

    def _fits(self, event: ev.Event) -> bool:
        return (
            event.TYPE.startswith(self._kind)
            and self._unit in (None, event.unit)
            and (self._ho is None or (event.ho or "").startswith(self._ho))
            and (self._staff is None or _acted(event, self._staff))
        )


def _acted(event: ev.Event, staff: str) -> bool:
    return event.actor.id == staff and event.actor.role not in ("recipient", "device")


def receipt(shelf: Shelf, args: Args) -> dict[str, Any]:
    """The receipt of one entry, as a `.tlog-proof`."""
    from lockerd.journal.proof import receipt as made

    if args["entry"] >= shelf.journal.size:
        raise RequestError(
            "declined",
            f"there is no such entry; the journal has {shelf.journal.size}, from 0",
            why="unknown",
        )
    return {"entry": args["entry"], "text": made(shelf.journal, args["entry"])}
