"""Views of the steps that anybody can reach without a badge.

Rules.  Everything that was not proven looks the same.  The name of an item or of a person never
stands on these screens.  `Open` says that a door is open, and only `Receipt` that something was
collected.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from lockerd.core import attention
from lockerd.core import visit as visits
from lockerd.core.calendar import is_open
from lockerd.core.founding import claimable
from lockerd.core.messages import Level
from ui import model
from ui.codes import quoted
from ui.session import SHOWN_MS
from ui.view.sight import Sight

PIN_GROUPS: Final = (3, 3, 3)
STAFF_PIN_GROUPS: Final = (3, 3)
URGENT_RISK: Final = 2
SHOWN: Final = ("code", "fact")
"""Steps on which a recipient may look at the digits; a PIN of staff is never shown."""

QR_TEXT_MAX: Final = 2_000
"""Bytes that a QR code of this screen can carry and a phone can still read."""


def common(sight: Sight) -> dict[str, Any]:
    """The fields of `model.View`."""
    phone, hours = _whom(sight)
    return {
        "site": sight.site.name,
        "clock": sight.clock(),
        "phone": phone,
        "hours": hours,
        "language": sight.language,
        "theme": sight.theme,
        "text_size": sight.text_size,
    }


def _whom(sight: Sight) -> tuple[str, str]:
    """Whom to call at this hour, and when somebody answers there."""
    site, now = sight.site, sight.now
    closed = now.hi is not None and not is_open(site.calendar, now.lo)
    if closed and site.help_closed_phone:
        return site.help_closed_phone, ""
    return site.help_phone, site.help_hours


def matrix(sight: Sight, text: str) -> model.Matrix:
    """The modules of a text, or none when there is nothing to show or too much."""
    return sight.look.qr_matrix(text) if 0 < len(text.encode()) <= QR_TEXT_MAX else ()


def starting(sight: Sight) -> model.Starting:
    return model.Starting(**common(sight))


def cannot_start(sight: Sight) -> model.CannotStart:
    lines = tuple((sight.look.fault or "").splitlines())
    quote = quoted(sight.quote, "", "cannot_start")
    return model.CannotStart(**common(sight), quote=quote, lines=lines)


def out_of_service(sight: Sight) -> model.OutOfService:
    fault, item = sight.look.fault, sight.state.queue.get(attention.key_of("cabinet", None))
    quote, detail = sight.quote, fault or sight.state.retired_for
    if fault is None and item is not None:
        quote = f"{quote} · {item.idx}"
    else:
        quote = quoted(quote, "", "out_of_service")
    staff = fault is None and sight.visit.step == "home"
    return model.OutOfService(**common(sight), quote=quote, detail=detail, staff=staff)


def home(sight: Sight) -> model.Home:
    queue = sight.state.queue.values()
    doors = sight.state.doors
    ajar = tuple(
        one.unit
        for one in sight.site.compartments
        if one.unit in doors and doors[one.unit].level == Level.OPEN.value
    )
    return model.Home(
        **common(sight),
        scan=sight.scans,
        attention=len(queue),
        urgent=any(one.risk <= URGENT_RISK for one in queue),
        ajar=ajar,
        languages=sight.site.languages if len(sight.site.languages) > 1 else (),
        display=sight.chosen.display,
        notice=sight.other_way(),
    )


def scan(sight: Sight) -> model.Scan:
    return model.Scan(**common(sight), working=sight.scans)


def _pause(sight: Sight) -> dict[str, Any]:
    """Until when typing is paused: a countdown, and hh:mm where the clock is known."""
    left_ms = sight.state.paused_ms(sight.now)
    if left_ms <= 0:
        return {"pause": None, "paused_until": ""}
    total_s = -(-sight.state.throttle.pause_ms // 1000)
    until = "" if sight.now.hi is None else sight.hhmm(sight.now.lo + left_ms + 59_999)
    return {
        "pause": sight.countdown(sight.now.up_ms + left_ms, total_s),
        "paused_until": until,
    }


def _shown(sight: Sight) -> dict[str, Any]:
    """What of the digits can be read: all of them on request, for a while; else none."""
    session = sight.session
    if sight.visit.step not in SHOWN or session.aloud:
        return {}
    until = None if session.shown_ms is None else session.shown_ms + SHOWN_MS
    if until is None or until <= sight.now.up_ms:
        return {"showing": False}
    sight.dues.append(until)
    return {"showing": True, "digits": session.digits}


def code(sight: Sight) -> model.Code:
    staff = sight.visit.step in ("staff_pin", "approve_pin")
    timing, time = sight.site.timing, None
    due = visits.next_due(sight.site, sight.visit)
    if due is not None:
        left_to = due if not sight.visit.warned else sight.now.up_ms
        time = sight.countdown(left_to, timing.idle_s)
    return model.Code(
        **common(sight),
        **_pause(sight),
        **_shown(sight),
        staff=staff,
        filled=len(sight.session.digits),
        groups=STAFF_PIN_GROUPS if staff else PIN_GROUPS,
        time=time,
        scan=sight.scans,
    )


def checking(sight: Sight) -> model.Checking:
    return model.Checking(**common(sight))


def refused(sight: Sight) -> model.Refused:
    """The truth for a proven code; one neutral text for everything else."""
    visit, state = sight.visit, sight.state
    why = visit.why if visit.why in model.REASONS else "service"
    known = state.handovers.get(visit.ho or "")
    tomb = next((one for one in state.tombs.values() if one.ho == visit.ho), None)
    moment = None
    if visit.why == "early" and known is not None:
        moment = sight.moment(known.opens)
    elif visit.why == "expired" and known is not None:
        moment = sight.moment(known.closes)
    elif visit.why == "collected" and tomb is not None:
        moment = sight.moment(tomb.when)
    return model.Refused(
        **common(sight),
        **(_pause(sight) if visit.why == "paused" else {}),
        why=why,
        reference=quoted(sight.reference(visit.ho), visit.unit or "", why),
        unit=visit.unit or "",
        moment=moment,
        scan=sight.scans,
        receipt=visit.why == "collected" and tomb is not None,
        staff=visit.back == "staff_badge",
    )


def opening(sight: Sight) -> model.Opening:
    return model.Opening(
        **common(sight),
        unit=sight.visit.unit or "",
        attempt=sight.visit.attempt,
        deposit=sight.visit.step == "deposit_opening",
        columns=sight.columns(),
    )


def opened(sight: Sight) -> model.Open:
    visit, state = sight.visit, sight.state
    door = state.doors.get(visit.unit or "")
    lease = door.lease if door is not None else None
    time = None
    timed = visit.step == "open" and not visit.reminded
    if timed and lease is not None and lease.opened is not None:
        total_s = sight.site.timing.left_open_s
        time = sight.countdown(state.due_up_ms(lease.opened, total_s * 1000, sight.now), total_s)
    return model.Open(
        **common(sight),
        unit=visit.unit or "",
        deposit=visit.step == "deposit_open",
        columns=sight.columns(),
        time=time,
        overdue=visit.reminded > 0,
        reference=sight.reference(visit.ho),
        helping=sight.session.helping,
        again=visit.step == "again_open",
        left=visit.ho in state.handovers and state.handovers[visit.ho].left,
    )


def not_opened(sight: Sight) -> model.NotOpened:
    visit = sight.visit
    unit = visit.unit or ""
    quote = quoted(sight.reference(visit.ho), unit, "not_opened")
    return model.NotOpened(**common(sight), unit=unit, reference=quote)


def receipt(sight: Sight) -> model.Receipt:
    visit = sight.visit
    assert visit.receipt is not None
    return model.Receipt(
        **common(sight),
        unit=visit.unit or "",
        reference=sight.reference(visit.ho),
        moment=sight.moment(sight.look.collected_at(visit.receipt)),
        qr=matrix(sight, sight.look.receipt_text(visit.receipt)),
        signed=visit.signed,
    )


def helped(sight: Sight) -> model.Help:
    return model.Help(**common(sight), quote=sight.quote, scan=sight.scans)


def staff_badge(sight: Sight) -> model.StaffBadge:
    recover = bool(sight.state.cards) or claimable(sight.site, sight.state)
    return model.StaffBadge(**common(sight), working=sight.scans, recover=recover)


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "home": home,
    "scan": scan,
    "code": code,
    "checking": checking,
    "refused": refused,
    "opening": opening,
    "open": opened,
    "not_opened": not_opened,
    "help": helped,
    "staff_badge": staff_badge,
    "staff_pin": code,
    "deposit_opening": opening,
    "deposit_open": opened,
}
