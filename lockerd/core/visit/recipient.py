"""A recipient: home, a code or a scan, the open door, the receipt; and every refusal.

Rules.  A scan works on every step here and is never swallowed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.site import Site
from lockerd.core.state import Tomb
from lockerd.core.visit.value import BADGE_PREFIX, Here, Room, Turn, Visit

AT_DOOR = ("open", "amiss")
"""Steps in front of a door that was released and stands open."""

ASKED = (msg.OpenAgain, msg.DisputeHandover, msg.LeaveItem, msg.ReleaseNext)
"""What a recipient may ask for once their code was proven."""

TOLD = ("ho", "unit", "cred", "kind", "receipt", "signed")

ANSWER_S = 60
"""How long a step waits for the vault before it gives up: far beyond its slowest answer."""


def scanned(here: Here, visit: Visit, intent: msg.Scanned) -> Turn:
    """A code or a badge, whatever the screen shows."""
    if intent.text.startswith(BADGE_PREFIX):
        checking = here.at(visit, "checking", back="staff_badge")
        return Turn(checking, (), (ef.CheckBadge(intent.text),))
    checking = here.at(visit, "checking")
    return Turn(checking, (), (ef.CheckCode("qr", intent.text),))


def typed(here: Here, visit: Visit, intent: msg.CodeTyped) -> Turn:
    """Nine digits and OK."""
    if here.state.paused_ms(here.now) > 0:
        return Turn(here.at(visit, "refused", why="paused"), (), (ef.Sound("refuse"),))
    checking = here.at(visit, "checking", back="code")
    return Turn(checking, (), (ef.CheckCode("pin", intent.digits),))


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button on a recipient's screen."""
    step = visit.step
    match intent.action:
        case "help" if step not in ("help", "open"):
            return Turn(here.at(visit, "help", back="code" if step == "code" else "home"))
        case "back" if step in ("help", "refused") and visit.back != "home":
            return Turn(here.at(visit, visit.back, badge=visit.badge))
        case "lost" if step == "help":
            return Turn(here.at(visit, "lost_wait"), (msg.LoseCode(),))
        case "scan":
            return Turn(here.at(visit, "scan"))
        case "amiss" if step in ("open", "receipt"):
            return Turn(here.at(visit, "amiss", back=step, **told(visit)))
        case "take" if step == "open" and visit.ho is not None:
            return Turn(visit, (msg.LeaveItem(visit.ho, False),))
        case "another" if step == "receipt" and visit.cred:
            return Turn(visit, (msg.ReleaseNext(visit.cred, visit.kind),))
        case "receipt" if step == "help":
            return Turn(here.at(visit, "code"))
        case "receipt" if step == "refused" and (found := collected(here, visit)) is not None:
            unit, tomb = found
            again = {"ho": tomb.ho, "unit": unit, "receipt": tomb.idx, "signed": tomb.signed}
            return Turn(here.at(visit, "receipt", **again))
        case "enter-code" if step in ("home", "scan", "refused", "not_opened", "help", "receipt"):
            return Turn(here.at(visit, "code"))
        case "staff" if step in ("home", "refused"):
            return Turn(here.at(visit, "staff_badge"))
        case "home" | "back":
            return Turn(here.at(visit, "home"))
        case _:
            return Turn(visit)


def over(here: Here, visit: Visit, keep: dict[str, Any]) -> Visit:
    """The door is shut: the seal where one is to be looked at, then what settles the collection."""
    for tomb in here.state.tombs.values():
        asked = tomb.sealed is not None and not tomb.whole and not tomb.disputed
        if tomb.ho == visit.ho and asked:
            return here.at(visit, "seal_check", **keep)
    return settled(here, visit, keep)


def settled(here: Here, visit: Visit, keep: dict[str, Any]) -> Visit:
    """A signature where one is asked for, else the receipt."""
    return here.at(visit, "sign" if visit.ho in here.state.signing else "receipt", **keep)


def collected(here: Here, visit: Visit) -> tuple[str, Tomb] | None:
    """What a proven code collected and where, for as long as the cabinet remembers it."""
    if visit.why != "collected" or visit.ho is None:
        return None
    return next((one for one in here.state.tombs.items() if one[1].ho == visit.ho), None)


def told(visit: Visit) -> dict[str, Any]:
    """What the screens of one handover keep: whose door it is, and the code that opened it."""
    return {name: getattr(visit, name) for name in TOLD}


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """The answer to a code, or what the door did."""
    if visit.step == "checking":
        return _checked(here, visit, event, message)
    if visit.step == "receipt" and isinstance(message, msg.ReleaseNext):
        return admitted(here, visit, event)
    if event.ho is None or event.ho != visit.ho:
        return Turn(visit)
    keep = {**told(visit), "ho": event.ho, "unit": event.unit}
    match event:
        case ev.ReleaseOpened() if visit.step in ("opening", "not_opened"):
            return Turn(here.at(visit, "open", **keep), (), (ef.Sound("open"),))
        case ev.ReleaseNotOpened() if visit.step == "opening":
            return Turn(replace(visit, attempt=event.attempt + 1))
        case ev.ReleaseFailed() if visit.step == "opening":
            return Turn(here.at(visit, "not_opened", **keep), (), (ef.Sound("refuse"),))
        case ev.ReleaseInterrupted() if visit.step == "opening":
            return Turn(here.at(visit, "not_opened", **keep))
        case ev.HandoverFrozen() if visit.step in ("opening", *AT_DOOR):
            return Turn(here.at(visit, "refused", why="held", **keep))
        case ev.ReleaseLeftOpen() if visit.step in AT_DOOR:
            tone = "remind" if event.stage == 1 else "alarm"
            late = visit if visit.step == "open" else here.at(visit, "open", **keep)
            return Turn(replace(late, reminded=event.stage), (), (ef.Sound(tone),))
        case ev.HandoverWithdrawn() if visit.step in AT_DOOR:
            return Turn(here.at(visit, "home"))
        case ev.HandoverKept() if visit.step in AT_DOOR:
            return Turn(here.at(visit, "kept", **keep), (), (ef.Sound("accept"),))
        case ev.HandoverCollected() if visit.step in AT_DOOR:
            keep["receipt"] = here.state.size - 1
            return Turn(over(here, visit, keep), (), (ef.Sound("accept"),))
        case _:
            return Turn(visit)


def _checked(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """The answer to a code or to a staff PIN."""
    match event:
        case ev.CodeTurnedAway(why="open") if again := _again(here, visit, event):
            return Turn(again)
        case ev.ReleaseAuthorised() | ev.ReleaseRequested():
            return admitted(here, visit, event)
        case ev.CodeTurnedAway():
            refused = here.at(visit, "refused", why=event.why, ho=event.ho, unit=event.unit)
            return Turn(refused, (), (ef.Sound("refuse"),))
        case ev.CodeRefused() | ev.StaffRefused() if not isinstance(message, msg.OverrideRefused):
            back = "staff_badge" if isinstance(event, ev.StaffRefused) else "home"
            refused = here.at(visit, "refused", why="unproven", back=back)
            return Turn(refused, (), (ef.Sound("refuse"),))
        case ev.StaffSignedIn():
            menu = here.at(visit, "staff_menu", staff=event.staff, notice=wrong_pins(event.after))
            return Turn(menu, (), (ef.Sound("accept"),))
        case _:
            return Turn(visit)


def wrong_pins(many: int | None) -> str:
    """What a member of staff is told of the PINs typed in their name; empty for none."""
    if many == 1:
        return "One wrong PIN was typed since you last signed in."
    return f"{many} wrong PINs were typed since you last signed in." if many else ""


def admitted(here: Here, visit: Visit, event: ev.Event) -> Turn:
    """A door is about to open, or somebody must agree first."""
    if isinstance(event, ev.ReleaseAuthorised):
        code = {"cred": event.cred, "kind": event.kind}
        opening = here.at(visit, "opening", ho=event.ho, unit=event.unit, **code)
        return Turn(opening, (), (ef.Sound("accept"),))
    if isinstance(event, ev.ReleaseRequested):
        from lockerd.core.visit import approve  # it comes back to this room

        return approve.for_release(here, visit, event.ho or "")
    return Turn(visit)


def _again(here: Here, visit: Visit, event: ev.CodeTurnedAway) -> Visit | None:
    """The release in progress that its bearer scanned or typed for once more."""
    state = here.state
    known = state.handovers.get(event.ho or "")
    lease = state.doors[event.unit].lease if event.unit in state.doors else None
    if known is None or lease is None or lease.reminded >= 2:
        return None
    step = "open" if known.phase == "open" else "opening"
    attempt, reminded = max(1, lease.attempt), lease.reminded
    keep = {"ho": event.ho, "unit": event.unit, "attempt": attempt, "reminded": reminded}
    return here.at(visit, step, cred=known.cred or "", kind=event.kind, **keep)


def declined(here: Here, visit: Visit, message: msg.Message, why: str, text: str) -> Turn | None:
    """A code that could not even be decided, such as while typing is paused."""
    checked = msg.CodeChecked | msg.StaffPinChecked | msg.BadgeChecked
    if isinstance(message, checked) and visit.step == "checking":
        return Turn(here.at(visit, "refused", why=why), (), (ef.Sound("refuse"),))
    if isinstance(message, msg.ReleaseNext) and why == "late":
        return Turn(here.at(visit, "home"), (), (ef.Sound("refuse"),))
    if isinstance(message, ASKED) and visit.ho is not None:
        return Turn(cannot(here, visit, why), (), (ef.Sound("refuse"),))
    return None


def cannot(here: Here, visit: Visit, why: str) -> Visit:
    """What a recipient asked for at the door, or after it, is not possible now."""
    known = why if why in ("late", "service", "held") else "asked"
    return here.at(visit, "refused", why=known, ho=visit.ho, unit=visit.unit)


def _answer(site: Site, visit: Visit) -> tuple[int, int]:
    return ANSWER_S * 1000, 0


def _receipt(site: Site, visit: Visit) -> tuple[int, int] | None:
    """A receipt stands until somebody dismisses it, or as long as the config says.

    The next person dismisses it too: by a scan, a digit or a touch.
    """
    return (site.timing.receipt_s * 1000, 0) if site.timing.receipt_s else None


def _open(site: Site, visit: Visit) -> tuple[int, int] | None:
    """The open door's screen stands until the alarm was raised."""
    return (0, 0) if visit.reminded >= 2 else None


_SCANS = ("home", "scan", "code", "refused", "open", "not_opened", "receipt", "help")

ROOM = Room(
    steps=(*_SCANS, "checking", "opening"),
    actions=(
        "home",
        "scan",
        "enter-code",
        "help",
        "back",
        "staff",
        "amiss",
        "take",
        "another",
        "receipt",
    ),
    pressed=pressed,
    heard=heard,
    scanned=dict.fromkeys(_SCANS, scanned),
    typed={"code": typed},
    declined=declined,
    waits=frozenset({"code"}),
    quiet=frozenset({"scan", "refused", "not_opened", "help"}),
    busy=frozenset({"checking", "opening"}),
    finish={"code": "home"},
    limits={"checking": _answer, "receipt": _receipt, "open": _open},
)
