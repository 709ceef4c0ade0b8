"""A second person at the screen: badge, PIN, and where one is alone, the glass.

Theory of operation.  Two ways lead here.  A recipient's code was proven and its profile asks for a
document to be looked at, or for authorisers; or a member of staff asked for what needs a second
person, and the request was declined with the subject to approve.  In the first case the last
approval releases; in the second the request is sent again, from the screen on which it was made.

Rules.  What a person proves here permits this one subject and signs nobody in.  Going back leaves
everything as it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lockerd.core import approval
from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.site import Site
from lockerd.core.visit.recipient import ANSWER_S
from lockerd.core.visit.value import BADGE_PREFIX, Here, Room, Turn, Visit, refused, typed_badge

KEPT = ("ho", "unit", "subject", "pending", "under", "document", "approver")


def _on(here: Here, visit: Visit, step: str, **changes: Any) -> Turn:
    """Another step of the same approval."""
    keep = {name: getattr(visit, name) for name in KEPT}
    return Turn(here.at(visit, step, **{**keep, **changes}))


def for_release(here: Here, visit: Visit, ho: str) -> Turn:
    """Ask for the first thing that the release of this handover still needs."""
    known = here.state.handovers[ho]
    needs = approval.missing(here.state, here.profile(known.profile), known, here.now)
    if not needs:
        return Turn(here.at(visit, "home"))
    subject = approval.subject_of(needs[0], ho)
    step = _STEPS.get(needs[0], "approve_badge")
    return _on(here, visit, step, ho=ho, unit=known.unit, subject=subject, document="")


_STEPS = {"identity": "approve_document", "fact": "fact"}
"""Where a need is asked for that is not a second person's yes."""


def for_act(here: Here, visit: Visit, message: msg.Message, subject: str) -> Turn:
    """Ask for the second person of an act of the member of staff who is signed in."""
    bare = replace(visit, notice="", under=None, pending=None)
    return _on(here, visit, "approve_badge", subject=subject, pending=message, under=bare)


def _asker(visit: Visit) -> str:
    return visit.staff or ""


def _leave(here: Here, visit: Visit) -> Turn:
    if visit.under is None:
        return Turn(here.at(visit, "home"))
    up_ms = here.now.up_ms
    return Turn(replace(visit.under, active=up_ms, since=up_ms))


def scanned(here: Here, visit: Visit, intent: msg.Scanned) -> Turn:
    """The second person's badge."""
    if not intent.text.startswith(BADGE_PREFIX):
        return refused(visit)
    return _on(here, visit, "approve_checking")._replace(effects=(ef.CheckBadge(intent.text),))


def filled(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """The text of the second person's badge, typed where nothing can be scanned."""
    check = ef.CheckBadge(typed_badge(intent.fields.get("badge", "")))
    return _on(here, visit, "approve_checking")._replace(effects=(check,))


def typed(here: Here, visit: Visit, intent: msg.CodeTyped) -> Turn:
    """The PIN that belongs to the badge."""
    assert visit.badge is not None
    check = ef.CheckApproval(
        visit.badge, visit.subject, _asker(visit), visit.document, intent.digits
    )
    return _on(here, visit, "approve_checking")._replace(effects=(check,))


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of an approval."""
    match visit.step, intent.action:
        case "approve_document", "document" if intent.arg in approval.DOCUMENTS:
            return _on(here, visit, "approve_badge", document=intent.arg)
        case "approve_badge", "glass" if may_break(here, visit):
            return _on(here, visit, "approve_glass")
        case "approve_badge", "type-badge":
            return _on(here, visit, "approve_code")
        case "approve_glass" | "approve_code", "back":
            return _on(here, visit, "approve_badge")
        case "approve_pin", "back":
            return _on(here, visit, "approve_badge")
        case _, "home" | "back":
            return _leave(here, visit)
        case _:
            return Turn(visit)


def breaker(here: Here, visit: Visit) -> ev.Actor | None:
    """Who could break the glass: who is signed in, or who has just approved."""
    known = here.state.staff.get(visit.staff or visit.approver)
    if known is None or known.role not in approval.APPROVERS:
        return None
    if known.staff in approval.excluded(here.state, visit.subject, ""):
        return None
    return ev.Actor(known.role, known.staff)


def may_break(here: Here, visit: Visit) -> bool:
    """Whether the glass stands there: never before an identity or the next operator."""
    return not visit.subject.startswith(approval.NO_GLASS) and breaker(here, visit) is not None


def alone(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """The reason for which one person acts alone."""
    actor = breaker(here, visit)
    if actor is None:
        return Turn(visit)
    broken = msg.BreakGlass(actor, visit.subject, intent.fields.get("reason", ""))
    return Turn(visit, (broken,))


def badge(here: Here, visit: Visit, message: msg.BadgeChecked) -> Turn:
    """Somebody's badge asks for the PIN; nobody's is refused."""
    if message.cred is None:
        turn = _on(here, visit, "approve_badge", notice=UNPROVEN)
        return turn._replace(effects=(ef.Sound("refuse"),))
    turn = _on(here, visit, "approve_pin", badge=message.cred)
    return turn._replace(effects=(ef.Sound("accept"),))


UNPROVEN = "This badge or PIN was not recognised. Try again."


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """The approval is on disk: release, ask for the next one, or send the request again."""
    match event:
        case ev.StaffRefused() if isinstance(message, msg.ApprovalChecked):
            turn = _on(here, visit, "approve_badge", notice=UNPROVEN)
            return turn._replace(effects=(ef.Sound("refuse"),))
        case ev.ReleaseAuthorised() if event.ho == visit.ho:
            code = {"cred": event.cred, "kind": event.kind}
            opening = here.at(visit, "opening", ho=event.ho, unit=event.unit, **code)
            return Turn(opening, (), (ef.Sound("accept"),))
        case ev.ApprovalGiven() | ev.GlassBroken() if event.subject == visit.subject:
            return _given(here, visit, event)
        case _:
            return Turn(visit)


def _given(here: Here, visit: Visit, event: ev.ApprovalGiven | ev.GlassBroken) -> Turn:
    if visit.under is not None and visit.pending is not None:
        up_ms = here.now.up_ms
        under = replace(visit.under, active=up_ms, since=up_ms)
        return Turn(under, (visit.pending,), (ef.Sound("accept"),))
    known = here.state.handovers.get(visit.ho or "")
    if known is None or known.phase != "collectable":
        return Turn(visit)  # the release follows in the same message
    turn = for_release(here, replace(visit, approver=event.actor.id), known.ho)
    return turn._replace(effects=(ef.Sound("accept"),))


def declined(here: Here, visit: Visit, message: msg.Message, why: str, text: str) -> Turn | None:
    """Who may not approve this is told so, and somebody else can."""
    if not isinstance(message, msg.ApprovalChecked | msg.BreakGlass):
        return None
    if why == "late":
        return _leave(here, visit)
    step = "approve_glass" if isinstance(message, msg.BreakGlass) else "approve_badge"
    turn = _on(here, visit, step, notice=text)
    return turn._replace(effects=(ef.Sound("refuse"),))


def answer(site: Site, visit: Visit) -> tuple[int, int]:
    """How long the vault may take."""
    return ANSWER_S * 1000, 0


_WAITS = ("approve_document", "approve_badge", "approve_code", "approve_pin", "approve_glass")

ROOM = Room(
    steps=(*_WAITS, "approve_checking"),
    actions=("document", "glass", "type-badge"),
    pressed=pressed,
    heard=heard,
    scanned=dict.fromkeys(("approve_badge", "approve_code"), scanned),
    typed={"approve_pin": typed},
    filled={"approve_glass": alone, "approve_code": filled},
    declined=declined,
    waits=frozenset(_WAITS),
    busy=frozenset({"approve_checking"}),
    limits={"approve_checking": answer},
    finish=dict.fromkeys(_WAITS, "home"),
)
