"""What happened to one handover, for the operator who has to judge it.

Rules.  A command is not an opening, an opening is not a collection: each line says which evidence
it is.  No name stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ui import model
from ui.view import staff
from ui.view.sight import PastLine, Sight

LINES: Final = 8
"""As many as a 7 inch panel shows."""

WHAT: Final[Mapping[str, str]] = {
    "handover.ordered": "announced",
    "order.carried": "announced",
    "deposit.carried": "held",
    "deposit.adopted": "found",
    "item.found": "found",
    "deposit.started": "given",
    "deposit.confirmed": "confirmed",
    "credential.minted": "code",
    "credential.joined": "code",
    "credential.reissued": "recode",
    "credential.delivered": "sent",
    "credential.undelivered": "unsent",
    "credential.locked": "locked",
    "code.refused": "wrong",
    "code.turned_away": "turned",
    "telephone.proven": "vouched",
    "approval.given": "approved",
    "release.requested": "proven",
    "release.authorised": "proven",
    "pulse.ordered": "told",
    "handover.collected": "collected",
    "handover.collected_manually": "collected",
    "handover.returned": "returned",
    "handover.expired": "expired",
    "handover.awaiting_return": "back",
    "handover.refused": "back",
    "handover.extended": "changed",
    "handover.reassigned": "changed",
    "handover.frozen": "held",
    "handover.thawed": "found",
    "handover.disputed": "disputed",
    "collection.disputed": "disputed",
    "reminder.due": "reminded",
    "handover.escalated": "reminded",
    "window.credited": "changed",
    "move.confirmed": "moved",
    "key.declared": "key",
}
"""Type of an entry -> the words for it; others are told by what the door did, or by `other`."""

_DOOR: Final = {"opened": "opened", "closed": "closed", "kept": "closed", "failed": "not_opened"}
_CODES: Final = frozenset({"wrong", "turned", "proven"})


def what_of(kind: str) -> str:
    """The words for a type of entry."""
    known = WHAT.get(kind)
    if known is not None:
        return known
    last = kind.rpartition(".")[2]
    return "not_opened" if last == "not_opened" else _DOOR.get(last, "other")


def evidence_of(what: str, role: str) -> str:
    """Which evidence it is; in doubt the cabinet's own note."""
    if what == "told":
        return "commanded"
    if what in ("opened", "closed"):
        return what
    if what in ("collected", "returned"):
        return "closed" if role in ("device", "recipient") else "person"
    if what in _CODES:
        return "code"
    return "cabinet" if role in ("device", "recipient") else "person"


def lines(sight: Sight) -> model.QueueLines:
    """Of the line that is looked at; empty when it was closed meanwhile."""
    item = sight.state.queue.get(sight.visit.item or "")
    item = item and sight.state.about(item)
    ho = item.ho if item is not None else None
    found = sight.look.lines(ho, LINES) if ho else ()
    unit = item.unit if item is not None else None
    known = sight.state.handovers.get(ho or "")
    return model.QueueLines(
        **staff.session(sight),
        reference=sight.reference(ho),
        unit=unit or (known.unit if known is not None else None) or "",
        rows=tuple(_past(sight, one) for one in found),
    )


def _past(sight: Sight, one: PastLine) -> model.Past:
    what = what_of(one.kind)
    return model.Past(
        moment=sight.moment(one.at),
        what=what,
        evidence=evidence_of(what, one.role),
        who=one.role,
        number="" if one.role in ("device", "recipient") else one.number,
        idx=one.idx,
    )


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {"queue_lines": lines}
