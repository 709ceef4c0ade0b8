"""Signing in at the kiosk, and the menu from which a session goes on.

Rules.  A badge is scanned, then a PIN is typed.  A session ends by signing out or by time.
"""

from __future__ import annotations

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.founding import claimable
from lockerd.core.maintenance import running
from lockerd.core.visit import recipient
from lockerd.core.visit.value import Here, Room, Turn, Visit

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


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button before or in the menu."""
    match visit.step, intent.action:
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
    steps=("staff_badge", "staff_pin", "staff_menu"),
    actions=(*MENU, "sign-out"),
    pressed=pressed,
    heard=heard,
    scanned={"staff_badge": recipient.scanned},
    typed={"staff_pin": typed},
    waits=frozenset({"staff_pin", "staff_menu"}),
    quiet=frozenset({"staff_badge"}),
    finish={"staff_pin": "home", "staff_menu": "sign-out"},
)
