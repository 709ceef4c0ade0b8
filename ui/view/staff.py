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
from lockerd.core.decide import FINDINGS, MAY, decide
from lockerd.core.draft import Declined
from lockerd.core.messages import Level
from lockerd.core.site import SIZES
from lockerd.core.state import Handover
from ui import model
from ui.session import TYPED
from ui.view.recipient import URGENT_RISK, common, matrix
from ui.view.sight import Sight

ROWS: Final = 3
"""Rows of a list page: what every panel shows with targets of 15 mm."""

_T = TypeVar("_T")


def _may(sight: Sight, message: type[msg.Message]) -> bool:
    known = sight.state.staff.get(sight.visit.staff or "")
    return known is not None and known.role in MAY[message]


def session(sight: Sight) -> dict[str, Any]:
    """The fields of `model.StaffView`."""
    known = sight.state.staff.get(sight.visit.staff or "")
    name = sight.name(known.entry, "name") if known is not None else ""
    role, number = (known.role, known.staff) if known is not None else ("", "")
    person = model.Person(name, role, number, sight.ends())
    return {**common(sight), "person": person, "notice": sight.visit.notice}


def page_of(every: Sequence[_T], page: int, rows: int = ROWS) -> tuple[Sequence[_T], int, int]:
    """(the rows of a page, its number, how many there are); the nearest page if out of range."""
    pages = max(1, -(-len(every) // rows))
    at = max(0, min(page, pages - 1))
    return every[at * rows : (at + 1) * rows], at, pages


def menu(sight: Sight) -> model.StaffMenu:
    queue = sight.state.queue.values()
    return model.StaffMenu(
        **session(sight),
        deposit=_may(sight, msg.StartDeposit) and sight.state.duty == "serving",
        queue=True,
        waiting=len(_waiting(sight)),
        attention=len(queue),
        urgent=any(one.risk <= URGENT_RISK for one in queue),
    )


def _waiting(sight: Sight) -> list[Handover]:
    """Handovers that wait for their item: unfinished ones first, then in order of their window."""
    found = [
        one for one in sight.state.handovers.values() if one.phase in ("ordered", "unconfirmed")
    ]
    return sorted(found, key=lambda one: (one.phase == "ordered", one.opens, one.ordered))


def pick(sight: Sight) -> model.Pick:
    shown, page, pages = page_of(_waiting(sight), sight.session.page)
    return model.Pick(
        **session(sight), rows=tuple(_pick_row(sight, one) for one in shown), page=page, pages=pages
    )


def _pick_row(sight: Sight, one: Handover) -> model.PickRow:
    names = sight.look.disclosed(one.ordered)
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
        shift=typed.shift,
        symbols=typed.symbols,
        choices=choices,
        page=page,
        pages=pages,
        recipient=typed.texts.get("recipient", "").strip(),
        item=typed.texts.get("item", "").strip(),
        sent=typed.sent is not None,
    )


def _choices(sight: Sight, question: str) -> tuple[tuple[model.Choice, ...], int, int]:
    if question == "profile":
        shown, page, pages = page_of(sight.site.profiles, sight.session.page)
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
    return sight.look.disclosed(known.ordered) if known is not None else {}


def confirm(sight: Sight) -> model.Confirm:
    names = _names(sight)
    return model.Confirm(
        **session(sight),
        unit=sight.visit.unit or "",
        recipient=names.get("recipient", ""),
        item=names.get("item", ""),
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
    shown, page, pages = page_of(every, sight.session.page)
    rows = tuple(_queue_row(sight, one) for one in shown)
    return model.Queue(**session(sight), rows=rows, total=len(every), page=page, pages=pages)


def _queue_row(sight: Sight, item: attention.Item) -> model.QueueRow:
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
        row=_queue_row(sight, item),
        since=sight.moment(item.since),
        detail=item.detail,
        mine=item.owner == sight.visit.staff,
        may_act=_may(sight, msg.Resolve),
        findings=_findings(sight, item) if _may(sight, msg.Resolve) else (),
    )


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
        unit=_queue_row(sight, item).unit,
        finding=sight.visit.finding,
        value=typed.texts.get("reason", ""),
        error=typed.error,
        shift=typed.shift,
        symbols=typed.symbols,
        sent=typed.sent is not None,
    )


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "staff_menu": menu,
    "deposit_pick": pick,
    "deposit_new": form,
    "deposit_confirm": confirm,
    "deposit_minting": minting,
    "deposit_done": done,
    "queue": queue,
    "queue_item": queue_item,
    "queue_reason": queue_reason,
}
