"""Views of a staff session.

Rules.  What a role may not do is not offered.  Names are looked up for the rows of the page on show
and for no others.  Nothing here decides: the same tables that decide are asked what is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from lockerd.core import attention
from lockerd.core import messages as msg
from lockerd.core import visit as visits
from lockerd.core.decide import MAY, decide
from lockerd.core.draft import Declined
from lockerd.core.findings import FINDINGS
from lockerd.core.messages import Level
from lockerd.core.reference import named
from lockerd.core.site import SIZES
from lockerd.core.state import Handover
from lockerd.core.visit.staff import MENU
from ui import model
from ui.session import TYPED
from ui.view.recipient import URGENT_RISK, common, matrix
from ui.view.sight import Sight

ROWS: Final = 3
"""Rows of a list page: what every panel shows with targets of 15 mm."""

TALL_ROWS: Final = 4
"""The same on a panel that stands; they are higher there."""

MENU_ROWS: Final = 6
"""Tiles of a page of the menu, in two columns."""

Offer = Callable[[Sight], model.MenuRow | None]

_T = TypeVar("_T")


def may(sight: Sight, message: type[msg.Message]) -> bool:
    """Whether the role of who is signed in may send this message."""
    known = sight.state.staff.get(sight.visit.staff or "")
    return known is not None and known.role in MAY[message]


def session(sight: Sight) -> dict[str, Any]:
    """The fields of `model.StaffView`."""
    known = sight.state.staff.get(sight.visit.staff or "")
    name = sight.name(known.entry, "name") if known is not None else ""
    role, number = (known.role, known.staff) if known is not None else ("", "")
    person = model.Person(name, role, number, sight.ends())
    return {**common(sight), "person": person, "notice": sight.visit.notice}


def rows_of(sight: Sight) -> int:
    """How many rows a page of a list has on this panel."""
    screen = sight.site.screen
    return TALL_ROWS if screen.height_px > screen.width_px else ROWS


def page_of(every: Sequence[_T], page: int, rows: int = ROWS) -> tuple[Sequence[_T], int, int]:
    """(the rows of a page, its number, how many there are); the nearest page if out of range."""
    pages = max(1, -(-len(every) // rows))
    at = max(0, min(page, pages - 1))
    return every[at * rows : (at + 1) * rows], at, pages


def menu(sight: Sight) -> model.StaffMenu:
    rows = [row for action in MENU if (row := OFFERS[action](sight)) is not None]
    most = MENU_ROWS
    if rows_of(sight) == TALL_ROWS and len(rows) > MENU_ROWS:
        most = MENU_ROWS - 1  # the way to the next page takes a line of its own
    shown, page, pages = page_of(rows, sight.session.page, most)
    return model.StaffMenu(**session(sight), rows=tuple(shown), page=page, pages=pages)


def _deposits(sight: Sight) -> model.MenuRow | None:
    if not may(sight, msg.StartDeposit) or sight.state.duty != "serving":
        return None
    return model.MenuRow("deposit", len(_waiting(sight)))


def _queued(sight: Sight) -> model.MenuRow:
    queue = sight.state.queue.values()
    return model.MenuRow("queue", len(queue), any(one.risk <= URGENT_RISK for one in queue))


def offers(action: str, message: type[msg.Message]) -> Offer:
    """A row without a number, for roles that may send this message."""

    def offer(sight: Sight) -> model.MenuRow | None:
        return model.MenuRow(action) if may(sight, message) else None

    return offer


def _waiting(sight: Sight) -> list[Handover]:
    """Handovers that wait for their item: unfinished ones first, then in order of their window."""
    found = [
        one for one in sight.state.handovers.values() if one.phase in ("ordered", "unconfirmed")
    ]
    return sorted(found, key=lambda one: (one.phase == "ordered", one.opens, one.ordered))


def pick(sight: Sight) -> model.Pick:
    shown, page, pages = page_of(_waiting(sight), sight.session.page, rows_of(sight))
    return model.Pick(
        **session(sight), rows=tuple(_pick_row(sight, one) for one in shown), page=page, pages=pages
    )


def _pick_row(sight: Sight, one: Handover) -> model.PickRow:
    names = named(one, sight.look.disclosed)
    return model.PickRow(
        ho=one.ho,
        recipient=names.get("recipient", ""),
        item=names.get("item", ""),
        size=one.size,
        until=sight.moment(one.closes),
        starts=sight.moment(one.opens) if one.opens > sight.now.lo else None,
        unfinished=one.phase == "unconfirmed",
        unit=one.unit or "",
    )


def form(sight: Sight) -> model.Form:
    typed, profiles = sight.session, sight.site.profiles
    order = (*TYPED, *(("profile",) if len(profiles) > 1 else ()), "size")
    question = typed.question if typed.question in order else order[0]
    choices, page, pages = _choices(sight, question)
    return model.Form(
        **session(sight),
        question=question,
        number=order.index(question) + 1,
        order=order,
        profile=typed.texts.get("profile", profiles[0].name),
        value=typed.texts.get(question, ""),
        error=typed.error,
        **sight.keys,
        choices=choices,
        page=page,
        pages=pages,
        recipient=typed.texts.get("recipient", "").strip(),
        item=typed.texts.get("item", "").strip(),
        sent=typed.sent is not None,
    )


def _choices(sight: Sight, question: str) -> tuple[tuple[model.Choice, ...], int, int]:
    if question == "profile":
        shown, page, pages = page_of(sight.site.profiles, sight.session.page, rows_of(sight))
        found = tuple(model.Choice(one.name, one.title or one.name) for one in shown)
        return found, page, pages
    if question == "size":
        return _sizes(sight), 0, 1
    return (), 0, 1


def _sizes(sight: Sight) -> tuple[model.Choice, ...]:
    """The sizes of this cabinet, each with how many free compartments take such an item."""
    state, site = sight.state, sight.site
    taken = {one.unit for one in state.handovers.values()}
    free = [
        SIZES.index(one.size)
        for one in site.compartments
        if one.unit not in taken
        and (door := state.doors.get(one.unit)) is not None
        and door.retired is None
        and door.phase == Level.CLOSED.value == door.level
    ]
    return tuple(
        model.Choice(size, size, sum(one >= place for one in free))
        for place, size in enumerate(SIZES)
        if any(one.size == size for one in site.compartments)
    )


def _names(sight: Sight) -> Mapping[str, str]:
    known = sight.state.handovers.get(sight.visit.ho or "")
    return named(known, sight.look.disclosed) if known is not None else {}


def confirm(sight: Sight) -> model.Confirm:
    names = _names(sight)
    return model.Confirm(
        **session(sight),
        unit=sight.visit.unit or "",
        larger=_larger(sight),
        recipient=names.get("recipient", ""),
        item=names.get("item", ""),
    )


def _larger(sight: Sight) -> bool:
    """Whether a larger compartment could be given; asked without acting."""
    actor = visits.actor_of(sight.state, sight.visit)
    try:
        asked = msg.EnlargeDeposit(actor, sight.visit.ho or "")
        decide(sight.site, sight.state, asked, sight.now)
    except Declined:
        return False
    return True


def batch(sight: Sight) -> model.Batch:
    done = sight.visit.batch or ()
    return model.Batch(
        **session(sight),
        working=sight.scans,
        count=len(done),
        waiting=len(_waiting(sight)),
        last=_batch_row(sight, done[-1]) if done else None,
    )


def _batch_row(sight: Sight, ho: str) -> model.BatchRow:
    """One deposit of this batch; somebody may have collected it meanwhile."""
    known = sight.state.handovers.get(ho)
    if known is None:
        return model.BatchRow("", sight.reference(ho), "", True)
    name = sight.name(known.ordered, "recipient")
    return model.BatchRow(known.unit or "", sight.reference(ho), name, known.delivered)


def batch_finding(sight: Sight) -> model.BatchFinding:
    return model.BatchFinding(**common(sight))


def batch_done(sight: Sight) -> model.BatchDone:
    done = sight.visit.batch or ()
    live = (sight.state.handovers.get(ho) for ho in done)
    late = sum(1 for known in live if known is not None and not known.delivered)
    shown, page, pages = page_of(done[::-1], sight.session.page, rows_of(sight))
    rows = tuple(_batch_row(sight, ho) for ho in shown)
    return model.BatchDone(
        **session(sight), rows=rows, total=len(done), undelivered=late, page=page, pages=pages
    )


def minting(sight: Sight) -> model.Minting:
    return model.Minting(**common(sight), unit=sight.visit.unit or "")


def done(sight: Sight) -> model.Done:
    visit = sight.visit
    known = sight.state.handovers.get(visit.ho or "")
    closes = known.closes if known is not None else sight.now.lo
    return model.Done(
        **session(sight),
        recipient=_names(sight).get("recipient", ""),
        unit=visit.unit or "",
        reference=sight.reference(visit.ho),
        until=sight.moment(closes),
        delivered=known is not None and known.delivered,
        shown=bool(visit.pin),
        pin=visit.pin,
        qr=matrix(sight, visit.qr),
    )


def queue(sight: Sight) -> model.Queue:
    every = attention.ordered(sight.state.queue)
    shown, page, pages = page_of(every, sight.session.page, rows_of(sight))
    rows = tuple(queue_row(sight, one) for one in shown)
    return model.Queue(**session(sight), rows=rows, total=len(every), page=page, pages=pages)


def queue_row(sight: Sight, item: attention.Item) -> model.QueueRow:
    """A line of the queue as it is listed."""
    item = sight.state.about(item)
    known = sight.state.handovers.get(item.ho or "")
    unit = item.unit or (known.unit if known is not None else None) or ""
    owner = sight.state.staff.get(item.owner or "")
    return model.QueueRow(
        key=item.key,
        rule=item.rule,
        risk=item.risk,
        unit=unit,
        reference=sight.reference(item.ho) if item.ho else "",
        age_min=sight.age_min(item.since),
        count=item.count,
        owner="" if owner is None else sight.name(owner.entry, "name") or owner.staff,
    )


def queue_item(sight: Sight) -> model.View:
    """One line; the list when it was closed meanwhile."""
    item = sight.state.queue.get(sight.visit.item or "")
    if item is None:
        return _gone(sight)
    return model.QueueItem(
        **session(sight),
        row=queue_row(sight, item),
        since=sight.moment(item.since),
        detail=item.detail,
        mine=item.owner == sight.visit.staff,
        may_act=may(sight, msg.Resolve),
        findings=_findings(sight, item) if may(sight, msg.Resolve) else (),
        orders=_orders(sight, item),
    )


def _orders(sight: Sight, item: attention.Item) -> tuple[str, ...]:
    from ui.view import orders  # it stands on this room

    return orders.possible(sight, item.key)


def _gone(sight: Sight) -> model.QueueItem:
    """The line ended by itself while it was looked at."""
    row = model.QueueRow("", "gone", 6, "", "", None, 1, "")
    since = sight.moment(sight.now.lo)
    return model.QueueItem(
        **session(sight), row=row, since=since, detail="", mine=False, may_act=False, findings=()
    )


def _findings(sight: Sight, item: attention.Item) -> tuple[str, ...]:
    """How a line may be closed: `noted`, or what was found, where `decide` wants to know that."""
    return (
        ("noted",)
        if _accepts(sight, item, "noted")
        else tuple(one for one in FINDINGS if _accepts(sight, item, one))
    )


def _accepts(sight: Sight, item: attention.Item, finding: str) -> bool:
    """Ask without acting: `decide` is pure."""
    actor = visits.actor_of(sight.state, sight.visit)
    try:
        decide(sight.site, sight.state, msg.Resolve(actor, item.key, "-", finding), sight.now)
    except Declined:
        return False
    return True


def queue_reason(sight: Sight) -> model.View:
    item = sight.state.queue.get(sight.visit.item or "")
    if item is None:
        return _gone(sight)
    typed = sight.session
    return model.QueueReason(
        **session(sight),
        rule=item.rule,
        unit=queue_row(sight, item).unit,
        finding=sight.visit.finding,
        value=typed.texts.get("reason", ""),
        error=typed.error,
        **sight.keys,
        sent=typed.sent is not None,
    )


def _fetch(sight: Sight) -> model.MenuRow | None:
    from ui.view import fetch  # it stands on this room

    return fetch.offer(sight)


def _time(sight: Sight) -> model.MenuRow | None:
    from ui.view import orders  # it stands on this room

    return orders.settable(sight)


def _export(sight: Sight) -> model.MenuRow | None:
    offered = sight.site.stick_dir and may(sight, msg.WritePapers)
    return model.MenuRow("export") if offered else None


OFFERS: Final[dict[str, Offer]] = {
    "deposit": _deposits,
    "batch": offers("batch", msg.StartDeposit),
    "fetch": _fetch,
    "queue": _queued,
    "count": offers("count", msg.StartCount),
    "shift": offers("shift", msg.HandShiftOver),
    "pin": lambda sight: model.MenuRow("pin"),
    "time": _time,
    "maintenance": offers("maintenance", msg.OpenMaintenance),
    "setup": offers("setup", msg.RunSelftest),
    "export": _export,
    "emergency": offers("emergency", msg.OpenAll),
}
"""By action of the menu: its row, or None where this person may not do it now."""

BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "staff_menu": menu,
    "deposit_pick": pick,
    "deposit_new": form,
    "deposit_confirm": confirm,
    "deposit_minting": minting,
    "deposit_done": done,
    "batch": batch,
    "batch_finding": batch_finding,
    "batch_done": batch_done,
    "queue": queue,
    "queue_item": queue_item,
    "queue_reason": queue_reason,
}
