"""How a kiosk comes to stand on every one of its steps, and what holds on all of them.

Theory of operation.  `REACH` has one script for each step: a fresh cabinet and the shortest real
way there, by what a person does and what the vault answers.  `wait` lets time pass as the loop
does.  `check` asks what holds everywhere: codes, PINs and cards only where they are needed, none of
them in a repr, and one opinion about deadlines.
"""

from __future__ import annotations

from collections.abc import Callable

import corekit as kit
import reachorders
import reachseal
import reachsetup
import reachstick
from corekit import DEPOSITOR, OPERATOR, TECHNICIAN, Cabinet
from forged_fact import inside as knowing

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import policy, visit
from lockerd.core.site import Profile, Site
from lockerd.core.visit import STEPS

SHOWS_CODES = frozenset({"deposit_minting", "deposit_done", "lost_wait", "lost_done"})
KEEPS_SECRETS = frozenset(
    {"pin_new", "pin_again", "recovery_second"} | {"founder_again", "founder_badge", "founder_card"}
)
"""Steps on which something secret is kept: a PIN until it is typed again, a card on show."""

FORM = {"profile": "documents", "size": "S", "recipient": "R. Person", "item": "Papers"}
ANSWER = "LKA1ANSWER"
CARDS = ("LKR1FIRSTCARD", "LKR2SECONDCARD", "LKR3THIRDCARD")
BADGE = "LKBFOUNDERBADGE"
OLD_PIN, NEW_PIN = "123456", "271828"
FOUNDER = ev.Actor("operator", "7")
FOUNDER_NAME = "F. Ounder"
SECRETS = ("123456789", "LK1SECRET", NEW_PIN, ANSWER, *CARDS, BADGE, FOUNDER_NAME)


def scan(c: Cabinet, text: str = "LK1X") -> list[ev.Event]:
    return c.act(msg.Scanned(text))


# -- getting to every step ------------------------------------------------------------------------


def at_home() -> Cabinet:
    c = Cabinet()
    c.collectable()
    return c


def pressed(*actions: str) -> Callable[[], Cabinet]:
    def reach() -> Cabinet:
        c = at_home()
        for one in actions:
            c.press(one)
        return c

    return reach


def checking() -> Cabinet:
    c = at_home()
    scan(c)
    return c


def refused() -> Cabinet:
    c = checking()
    c.act(msg.CodeChecked("qr", None, False))
    return c


def opening() -> Cabinet:
    c = checking()
    c.act(msg.CodeChecked("qr", f"c-{1:016x}", True))
    return c


def opened() -> Cabinet:
    c = opening()
    c.act(msg.DoorMoved("A1", msg.Level.OPEN, c.up_ms, c.up_ms))
    return c


def not_opened() -> Cabinet:
    c = opening()
    wait(c, 60_000, until="not_opened")
    return c


def receipt() -> Cabinet:
    c = opened()
    c.act(msg.DoorMoved("A1", msg.Level.CLOSED, c.up_ms, c.up_ms))
    return c


def sign() -> Cabinet:
    """The door of an item whose recipient signs has closed."""
    c = Cabinet(guarded())
    ho = c.collectable(profile="signed")
    scan(c)
    c.act(msg.CodeChecked("qr", f"c-{ho}", True))
    for level in (msg.Level.OPEN, msg.Level.CLOSED):
        c.act(msg.DoorMoved("A1", level, c.up_ms, c.up_ms))
    return c


def fact() -> Cabinet:
    """A code is proven, and what both know is asked for."""
    c = knowing()
    scan(c)
    c.act(msg.CodeChecked("qr", f"c-{1:016x}", True))
    return c


def fact_checking() -> Cabinet:
    c = fact()
    c.act(msg.CodeTyped("24121979"))
    return c


def deposit_fact() -> Cabinet:
    """An item that was not announced, of a profile that asks for what both know."""
    c = Cabinet(guarded())
    c.sign_in(DEPOSITOR)
    c.press("deposit")
    c.press("new")
    c.act(msg.FormSent({**FORM, "profile": "known"}, ("b" * 16, "r", "i")))
    return c


def deposit_knowing() -> Cabinet:
    c = deposit_fact()
    c.act(msg.CodeTyped("24121979"))
    return c


def fact_help() -> Cabinet:
    c = fact()
    c.press("forgotten")
    return c


def staff_pin() -> Cabinet:
    c = at_home()
    scan(c, "LKBX")
    c.act(msg.BadgeChecked("badge-2"))
    return c


def menu(who: ev.Actor = DEPOSITOR, *actions: str) -> Cabinet:
    c = at_home()
    c.sign_in(who)
    for one in actions:
        c.press(one)
    return c


def deposit_opening() -> Cabinet:
    c = menu(DEPOSITOR, "deposit", "new")
    c.act(msg.FormSent(FORM, ("b" * 16, "r", "i")))
    return c


def deposit_open() -> Cabinet:
    c = deposit_opening()
    c.act(msg.DoorMoved("A2", msg.Level.OPEN, c.up_ms, c.up_ms))
    return c


def deposit_confirm() -> Cabinet:
    c = deposit_open()
    c.act(msg.DoorMoved("A2", msg.Level.CLOSED, c.up_ms, c.up_ms))
    return c


def deposit_minting() -> Cabinet:
    c = deposit_confirm()
    c.press("confirm")
    return c


def deposit_done() -> Cabinet:
    c = deposit_minting()
    c.act(kit.minted("b" * 16, "c-b"))
    return c


def queue_item() -> Cabinet:
    c = at_home()
    c.door("A3", "open")
    c.door("A3", "closed")
    c.sign_in(OPERATOR)
    c.press("queue")
    c.press("item", "forced:A3")
    return c


def queue_lines() -> Cabinet:
    c = queue_item()
    c.press("history")
    return c


def queue_reason() -> Cabinet:
    c = queue_item()
    c.press("resolve", "noted")
    return c


def batch_finding() -> Cabinet:
    c = menu(DEPOSITOR, "batch")
    c.act(msg.Scanned("C-100"))
    return c


def batch_done() -> Cabinet:
    """One item was announced, found by its label, placed and confirmed."""
    c = at_home()
    ho = c.order(size="M")
    c.sign_in(DEPOSITOR)
    c.press("batch")
    scan(c, "C-100")
    c.act(msg.ItemsFound((ho,)))
    for level in (msg.Level.OPEN, msg.Level.CLOSED):
        c.act(msg.DoorMoved("A2", level, c.up_ms, c.up_ms))
    c.press("confirm")
    c.act(kit.minted(ho, f"c-{ho}"))
    if c.visit.step == "deposit_done":
        c.press("next")
    c.press("end")
    return c


# -- a PIN, a shift -------------------------------------------------------------------------------


def pin_typed(*pins: str) -> Callable[[], Cabinet]:
    def reach() -> Cabinet:
        c = menu(DEPOSITOR, "pin")
        for one in pins:
            c.act(msg.CodeTyped(one))
        return c

    return reach


# -- a second person ------------------------------------------------------------------------------


def guarded() -> Site:
    """A site that asks for a document, two authorisers, a signature, or what both know."""
    strict = (
        Profile("witnessed", second_factor="witnessed", show_code=True),
        Profile("dual", authorisers=2, show_code=True),
        Profile("signed", signature=True, show_code=True),
        Profile("known", second_factor="fact", show_code=True),
    )
    where = kit.site()
    return where.but(profiles=(*where.profiles, *strict))


def requested(profile: str) -> Cabinet:
    """A recipient's code is proven, and something is missing yet."""
    c = Cabinet(guarded())
    ho = c.collectable(profile=profile)
    scan(c)
    c.act(msg.CodeChecked("qr", f"c-{ho}", True))
    return c


def approve_badge() -> Cabinet:
    c = requested("witnessed")
    c.press("document", "passport")
    return c


def approve_code() -> Cabinet:
    c = approve_badge()
    c.press("type-badge")
    return c


def approve_pin() -> Cabinet:
    c = approve_badge()
    scan(c, "LKBX")
    c.act(msg.BadgeChecked("badge-1"))
    return c


def approve_checking() -> Cabinet:
    c = approve_pin()
    c.act(msg.CodeTyped(OLD_PIN))
    return c


def approve(c: Cabinet, who: ev.Actor, document: str = "") -> list[ev.Event]:
    """The person whom the screen asks for shows badge and PIN."""
    scan(c, "LKBX")
    c.act(msg.BadgeChecked(f"badge-{who.id}"))
    c.act(msg.CodeTyped(OLD_PIN))
    asker = c.visit.staff or ""
    cred, subject = f"badge-{who.id}", c.visit.subject
    return c.act(msg.ApprovalChecked(cred, True, subject, asker, document))


def approve_glass() -> Cabinet:
    """One authoriser of two is there, and nobody else comes."""
    c = requested("dual")
    approve(c, OPERATOR)
    c.press("glass")
    return c


def lost() -> Cabinet:
    c = at_home()
    c.press("help")
    c.press("lost")
    return c


def lost_wait() -> Cabinet:
    c = lost()
    c.press("telephone")
    return c


def lost_answer() -> Cabinet:
    c = lost_wait()
    c.act(msg.AskByTelephone(c.visit.item or "", "7QK2M9X4"))
    return c


def lost_done() -> Cabinet:
    """The operator's answer was right, and the codes were made."""
    c = lost_answer()
    ho = f"{1:016x}"
    c.act(msg.CodeTyped("123456789"))
    c.act(msg.TelephoneChecked(c.visit.item or "", "7QK2M9X4", ho, OPERATOR.id))
    c.act(kit.minted(ho, "c-new"))
    return c


def emergency_reason() -> Cabinet:
    c = Cabinet()
    c.sign_in(OPERATOR)
    c.press("emergency")
    return c


def maint_map() -> Cabinet:
    c = menu(TECHNICIAN, "maintenance")
    c.act(msg.FormSent({"ticket": "T-1"}, ("x", "y", "z")))
    return c


def maint_door() -> Cabinet:
    c = maint_map()
    c.press("pick", "A1")
    return c


def maint_reason() -> Cabinet:
    c = maint_door()
    c.press("retire")
    return c


def emergency_run() -> Cabinet:
    c = emergency_reason()
    c.act(msg.FormSent({"emergency": "smoke"}, ("x", "y", "z")))
    c.press("glass")
    c.act(msg.FormSent({"reason": "nobody else is here"}, ("x", "y", "z")))
    return c


# -- the first operator ---------------------------------------------------------------------------


def owned() -> Site:
    """A site whose config names an owner."""
    return kit.site().but(owner_key="key")


def cards(name: str = "cards-1") -> msg.CardsMade:
    """What the vault makes: three cards."""
    return msg.CardsMade(name, (), CARDS)


def claim() -> Cabinet:
    """Somebody is enrolled and never signed in: the owner's claim is open, the rest works."""
    c = Cabinet(owned())
    c.collectable()
    c.press("staff")
    c.press("recover")
    return c


def unclaimed() -> Cabinet:
    """Fresh from the box: nobody is enrolled, and the kiosk was touched."""
    c = Cabinet(owned(), people=False)
    c.act(msg.Activity())
    return c


def claim_checking() -> Cabinet:
    c = claim()
    scan(c, ANSWER)
    return c


def recovery() -> Cabinet:
    c = Cabinet(owned())
    c.collectable()
    c.send(msg.IssueCards(OPERATOR, cards()))
    c.press("staff")
    c.press("recover")
    return c


def recovery_second() -> Cabinet:
    c = recovery()
    scan(c, CARDS[0])
    return c


def recovery_checking() -> Cabinet:
    c = recovery_second()
    scan(c, CARDS[2])
    return c


def founder_number() -> Cabinet:
    c = claim_checking()
    c.act(msg.ClaimChecked(True))
    return c


def fill(c: Cabinet, **fields: str) -> None:
    c.act(msg.FormSent(fields, ("d" * 16, "r", "i")))


def founder_name() -> Cabinet:
    c = founder_number()
    fill(c, number=FOUNDER.id)
    return c


def founder_pin() -> Cabinet:
    c = founder_name()
    fill(c, name=FOUNDER_NAME)
    return c


def founder_again() -> Cabinet:
    c = founder_pin()
    c.act(msg.CodeTyped(NEW_PIN))
    return c


def founder_making() -> Cabinet:
    c = founder_again()
    c.act(msg.CodeTyped(NEW_PIN))
    return c


def founder(spent: str | None = None) -> msg.FounderMade:
    """What the vault makes after a claim, or after two cards of the name `spent`."""
    challenge = "0" * 64 if spent is None else None
    made = cards("cards-2")
    return msg.FounderMade(FOUNDER.id, "badge-7", (), made, challenge, spent, BADGE)


def founder_badge() -> Cabinet:
    c = founder_making()
    c.act(founder())
    return c


def founder_card() -> Cabinet:
    c = founder_badge()
    c.press("next")
    return c


REACH: dict[str, Callable[[], Cabinet]] = {
    "home": at_home,
    "scan": pressed("scan"),
    "code": pressed("enter-code"),
    "checking": checking,
    "refused": refused,
    "opening": opening,
    "open": opened,
    "not_opened": not_opened,
    "receipt": receipt,
    "sign": sign,
    "fact": fact,
    "fact_checking": fact_checking,
    "fact_help": fact_help,
    "deposit_fact": deposit_fact,
    "deposit_knowing": deposit_knowing,
    "help": pressed("help"),
    "staff_badge": pressed("staff"),
    "staff_code": pressed("staff", "type-badge"),
    "staff_pin": staff_pin,
    "staff_menu": menu,
    "deposit_pick": lambda: menu(DEPOSITOR, "deposit"),
    "deposit_new": lambda: menu(DEPOSITOR, "deposit", "new"),
    "deposit_opening": deposit_opening,
    "deposit_open": deposit_open,
    "deposit_confirm": deposit_confirm,
    "deposit_minting": deposit_minting,
    "deposit_done": deposit_done,
    "batch": lambda: menu(DEPOSITOR, "batch"),
    "batch_finding": batch_finding,
    "batch_done": batch_done,
    "queue": lambda: menu(OPERATOR, "queue"),
    "queue_item": queue_item,
    "queue_lines": queue_lines,
    "queue_reason": queue_reason,
    "approve_document": lambda: requested("witnessed"),
    "approve_badge": approve_badge,
    "approve_code": approve_code,
    "approve_pin": approve_pin,
    "approve_glass": approve_glass,
    "approve_checking": approve_checking,
    "pin_old": pin_typed(),
    "pin_new": pin_typed(OLD_PIN),
    "pin_again": pin_typed(OLD_PIN, NEW_PIN),
    "pin_making": pin_typed(OLD_PIN, NEW_PIN, NEW_PIN),
    "shift_note": lambda: menu(OPERATOR, "shift"),
    "lost": lost,
    "lost_wait": lost_wait,
    "lost_answer": lost_answer,
    "lost_done": lost_done,
    "emergency_reason": emergency_reason,
    "emergency_run": emergency_run,
    "maint_ticket": lambda: menu(TECHNICIAN, "maintenance"),
    "maint_map": maint_map,
    "maint_door": maint_door,
    "maint_reason": maint_reason,
    **reachorders.REACH,
    **reachseal.REACH,
    "count": lambda: menu(OPERATOR, "count"),
    "count_door": lambda: menu(OPERATOR, "count", "begin"),
    "count_done": lambda: menu(OPERATOR, "count", "begin", "stop", "end"),
    **reachstick.REACH,
    **reachsetup.REACH,
    "claim": claim,
    "claim_checking": claim_checking,
    "recovery": recovery,
    "recovery_second": recovery_second,
    "recovery_checking": recovery_checking,
    "founder_number": founder_number,
    "founder_name": founder_name,
    "founder_pin": founder_pin,
    "founder_again": founder_again,
    "founder_making": founder_making,
    "founder_badge": founder_badge,
    "founder_card": founder_card,
}


def wait(c: Cabinet, for_ms: int, until: str = "") -> None:
    """Time passes as in the loop: the earliest of both deadlines, again and again."""
    end = c.up_ms + for_ms
    for _ in range(200):
        if c.visit.step == until:
            return
        dues = (policy.next_due(c.site, c.state, c.now), visit.next_due(c.site, c.visit))
        due = min((one for one in dues if one is not None), default=end)
        c.wait(max(0, min(due, end) - c.up_ms))
        if due >= end:
            return
        c.act(msg.Tick())
        c.tick_visit()
    raise AssertionError(f"ticks do not end at {c.visit.step}")


def check(c: Cabinet) -> None:
    """What holds on every step."""
    assert c.visit.step in STEPS
    if c.visit.step not in SHOWS_CODES:
        assert c.visit.pin == c.visit.qr == "", "codes are wiped"
    if c.visit.step not in KEEPS_SECRETS:
        assert c.visit.secrets == (), "PINs and cards are wiped"
    shown = repr(c.visit)
    assert not [one for one in SECRETS if one in shown]
    due = visit.next_due(c.site, c.visit)
    ends = visit.ends_at(c.site, c.visit)
    assert (due is None) == (ends is None)
    assert due is None or ends is None or due <= ends
