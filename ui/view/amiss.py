"""Views of a recipient for whom something is not as it should be.

Rules.  A choice is offered where `decide` would take it now, asked without acting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lockerd.core import dispute
from lockerd.core import messages as msg
from lockerd.core.decide import decide
from lockerd.core.draft import Declined
from lockerd.core.messages import Level
from ui import model
from ui.codes import quoted
from ui.view import recipient
from ui.view.sight import Sight


def accepts(sight: Sight, message: msg.Message) -> bool:
    """Whether it would be done now."""
    try:
        decide(sight.site, sight.state, message, sight.now)
    except Declined:
        return False
    return True


def choices(sight: Sight) -> tuple[str, ...]:
    """What the recipient of this visit may say now; nothing while nothing can be recorded."""
    if sight.look.fault is not None:
        return ()
    ho = sight.visit.ho or ""
    asked: dict[str, msg.Message] = {
        **{one: msg.DisputeHandover(ho, one) for one in dispute.CLAIMS},
        "leave": msg.LeaveItem(ho, True),
        "again": msg.OpenAgain(ho),
    }
    del asked["again" if ho in sight.state.handovers else "leave"]
    _grace(sight)
    return tuple(one for one, message in asked.items() if accepts(sight, message))


def _grace(sight: Sight) -> None:
    """The minute after the door closed ends."""
    for tomb in sight.state.tombs.values():
        if tomb.ho == sight.visit.ho and tomb.closed is not None:
            end = sight.state.due_up_ms(tomb.closed, dispute.GRACE_MS, sight.now) + 1
            if end > sight.now.up_ms:
                sight.dues.append(end)


def amiss(sight: Sight) -> model.Amiss:
    visit = sight.visit
    return model.Amiss(
        **recipient.common(sight),
        unit=visit.unit or "",
        choices=choices(sight),
        at_door=visit.back == "open",
    )


def kept(sight: Sight) -> model.Kept:
    visit = sight.visit
    return model.Kept(
        **recipient.common(sight), unit=visit.unit or "", reference=sight.reference(visit.ho)
    )


def disputed(sight: Sight) -> model.Disputed:
    visit = sight.visit
    door = sight.state.doors.get(visit.unit or "")
    return model.Disputed(
        **recipient.common(sight),
        unit=visit.unit or "",
        reference=sight.reference(visit.ho),
        ajar=door is not None and door.level == Level.OPEN.value,
        columns=sight.columns(),
    )


def failed(sight: Sight) -> model.AgainFailed:
    visit = sight.visit
    unit = visit.unit or ""
    quote = quoted(sight.reference(visit.ho), unit, "again_failed")
    return model.AgainFailed(**recipient.common(sight), unit=unit, reference=quote)


def receipt(sight: Sight) -> model.Receipt:
    """The receipt, and what can follow it."""
    visit = sight.visit
    more = bool(visit.cred) and accepts(sight, msg.ReleaseNext(visit.cred, visit.kind))
    return recipient.receipt(sight).but(more=more, amiss=bool(choices(sight)))


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "receipt": receipt,
    "amiss": amiss,
    "kept": kept,
    "disputed": disputed,
    "again_opening": recipient.opening,
    "again_open": recipient.opened,
    "again_failed": failed,
}
