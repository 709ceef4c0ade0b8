"""Signing in at the kiosk, and the menu from which a session goes on.

Rules.  A badge is scanned, then a PIN is typed.  Where nothing can be scanned the text of the badge
is typed: the same secret, so the same two factors, and no number that somebody else could guess or
lock.  A session ends by signing out or by time.
"""

from __future__ import annotations

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.founding import claimable
from lockerd.core.maintenance import running
from lockerd.core.visit import recipient
from lockerd.core.visit.value import Here, Room, Turn, Visit, typed_badge

MENU: dict[str, str] = {
    "deposit": "deposit_pick",
    "batch": "batch",
    "fetch": "fetch_pick",
    "queue": "queue",
    "emergency": "emergency_reason",
    "count": "count",
    "shift": "shift_note",
    "pin": "pin_old",
    "time": "time",
    "maintenance": "maint_map",
    "setup": "setup",
    "export": "stick",
}
"""What the menu offers, in its order: an action, and the step that it leads to."""


def typed(here: Here, visit: Visit, intent: msg.CodeTyped) -> Turn:
    """The PIN that belongs to the badge."""
    if here.state.paused_ms(here.now) > 0:
        return Turn(here.at(visit, "refused", why="paused"), (), (ef.Sound("refuse"),))
    assert visit.badge is not None
    checking = here.at(visit, "checking", back="staff_pin")
    return Turn(checking, (), (ef.CheckStaffPin(visit.badge, intent.digits),))


def filled(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """The text of a badge, typed: what a scan of it would be."""
    checking = here.at(visit, "checking", back="staff_badge")
    return Turn(checking, (), (ef.CheckBadge(typed_badge(intent.fields.get("badge", ""))),))


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button before or in the menu."""
    match visit.step, intent.action:
        case "staff_badge", "type-badge":
            return Turn(here.at(visit, "staff_code"))
        case "staff_code", "back":
            return Turn(here.at(visit, "staff_badge"))
        case "staff_menu", action if action in MENU:
            begun: tuple[str, ...] | None = () if action == "batch" else None
            return Turn(here.at(visit, _leads(here, visit, action), batch=begun))
        case "staff_badge", "recover" if here.state.cards or claimable(here.site, here.state):
            return Turn(here.at(visit, "recovery" if here.state.cards else "claim"))
        case "staff_menu", "sign-out" | "home":
            return signs_out(visit)
        case "staff_menu", _:
            return Turn(visit)
        case _:
            return recipient.pressed(here, visit, intent)


def _leads(here: Here, visit: Visit, action: str) -> str:
    """The step of an action; to the ticket where no maintenance session is running."""
    if action == "maintenance" and running(here.state, visit.staff or "", here.now) is None:
        return "maint_ticket"
    return MENU[action]


def signs_out(visit: Visit) -> Turn:
    """The member of staff asks to end the session."""
    return Turn(visit, (msg.SignOut(visit.staff or "", "asked"),))


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """Nothing of a decided message concerns these steps."""
    return Turn(visit)


ROOM = Room(
    steps=("staff_badge", "staff_code", "staff_pin", "staff_menu"),
    actions=(*MENU, "sign-out", "type-badge"),
    pressed=pressed,
    heard=heard,
    scanned=dict.fromkeys(("staff_badge", "staff_code"), recipient.scanned),
    typed={"staff_pin": typed},
    filled={"staff_code": filled},
    waits=frozenset({"staff_code", "staff_pin", "staff_menu"}),
    quiet=frozenset({"staff_badge"}),
    finish={"staff_code": "home", "staff_pin": "home", "staff_menu": "sign-out"},
)
