"""What a report and an item's history ask of the journal beside its lines.

Rules.  A moment is read as the cabinet reads it, in the site's time zone; nothing lies in the
future.
"""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.core import events as ev
from lockerd.desk import find, moments, reads, rows
from lockerd.desk.arguments import text
from lockerd.desk.op import FROM, PAGE, UNTIL, Answer, Args, Op
from lockerd.desk.parts import Shelf


def period(shelf: Shelf, args: Args) -> Answer:
    """A time, from the first entry and until now unless given."""
    site, now_ms, journal = shelf.site, shelf.now.lo, shelf.journal
    first = journal.entry(0).now.lo if journal.size else now_ms
    begin, end = (
        given if args[name] is None else moments.parse(args[name], now_ms, site.time_zone)
        for name, given in (("from", first), ("until", now_ms))
    )
    return {
        "name": site.name,
        "origin": journal.origin,
        "from": moments.shown(max(begin, first), site.time_zone),
        # Up to the end of its second, so that what was written just now is in it.
        "until": moments.shown(min(end, now_ms) + 999, site.time_zone),
    }


def item(shelf: Shelf, args: Args) -> Answer:
    """Handovers of a thing, or that are connected with ids, a block of the journal a page."""
    asset = (args["item"] or "").strip().casefold()
    ids = frozenset((args["ids"] or "").split())
    journal = shelf.journal
    start, stop, last = reads.block(shelf, args["after"])
    found = []
    for idx, leaf in journal.leaves(start, stop):
        if not any(one in leaf for one in find.ANNOUNCED):
            continue
        event = journal.entry(idx).event
        if not isinstance(event, ev.HandoverOrdered | ev.OrderCarried) or event.ho is None:
            continue
        known = journal.disclosed(idx).get("asset", "").casefold()
        exchange = getattr(event, "exchange", None)
        if (asset and asset in (known, event.item_no)) or ids & {event.item_no, event.ho, exchange}:
            live = event.ho in shelf.state.handovers
            found.append(rows.named(shelf, event.ho, idx, live))
    return {"rows": found, "next": last, "size": journal.size}


OPS: tuple[Op, ...] = (
    Op(
        "item.find",
        "read",
        (
            text("item", "an asset number, or an item number of the record", required=False),
            text("ids", "ids with spaces: item numbers, handovers", required=False, high=2_000),
            PAGE,
        ),
        "Handovers of a thing, or that have one of these ids or are exchanged for one, finished or "
        "not, a block a page.",
        item,
    ),
    Op(
        "report.period",
        "read",
        (FROM, UNTIL),
        "A time as the cabinet reads it, cut to what its journal can tell about.",
        period,
    ),
)

GIVES: Mapping[str, str] = {
    "report.period": "name origin from until",
    "item.find": "handover ho ordered live recipient item reference asset item_no exchange",
}
