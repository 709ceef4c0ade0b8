"""What the guide says: the steps of a tour, what to do now, and what it can lend a hand with.

Theory of operation.  `page` is a function of the guide and of the bench.  It finds the step that is
now, then the hint for where the person really stands: at the kiosk, at a door, in the dark, or
somewhere else, and then how to come back.

Rules.  It says only what was seen.  A code is spent by a door that opened and never by an attempt,
and the words never claim more.  An offer is a button that works now.
"""

from __future__ import annotations

from typing import Final, Literal

from lockerd.core.record import Record
from ui.workbench.guide import DEPOSITED, STAFF_AT, Guide
from ui.workbench.model import YOU, Bench, KioskFact, Sms

StepState = Literal["done", "now", "later"]
Tone = Literal["plain", "warn", "done"]

DEPOSITOR: Final = "depositor"
CALL: Final = ("lockerctl",)
"""How a command in a terminal begins, a line each."""


class Step(Record):
    """One line of a tour."""

    text: str
    state: StepState


class Offer(Record):
    """Something the guide can do for a person; `action` is the workbench's."""

    text: str
    action: str
    icon: str
    strong: bool = False


class Note(Record):
    """A sticky note: whose PIN it is."""

    name: str
    pin: str


class Page(Record):
    """What the guide says now.  `code`: commands to type in a terminal."""

    steps: tuple[Step, ...] = ()
    hint: str = ""
    tone: Tone = "plain"
    offers: tuple[Offer, ...] = ()
    note: Note | None = None
    code: tuple[str, ...] = ()


WELCOME: Final = (
    "A cabinet, its kiosk, and a telephone with messages for you. Pick a tour: it follows what you "
    "do, and waits. Nothing is staged: whatever happens is written to the journal."
)
NOTHING_READY: Final = (
    "No message on the telephone can be used now. Deposit something first; then its code can be."
)
DARK: Final = "The cabinet has no power and the kiosk is dark. Codes stay valid."
CUT: Final = "Dark, in the middle of a release. What was permitted is on disk."
GONE: Final = "This handover was ended in another way: the journal says by whom, and why."
HELD: Final = (
    "It is not known what the door did, and nothing is guessed: an operator must look inside. "
    "That is Staff on the kiosk, with the operator's badge."
)
SIGNED_IN: Final = "A member of staff is signed in: end that session first."
SURVIVED: Final = "Collected after all. A code is spent by a door that opened, never by an attempt."
IN_TIME: Final = "Collected: it was repaired before an attempt failed for good."

_DEPOSIT: Final = Offer("Start with a deposit", "path:deposit", "box", strong=True)
_POWER: Final = Offer("Power on", "power:on", "refresh", strong=True)
_REPAIR: Final = Offer("Repair it", "repair", "wrench", strong=True)


def page(guide: Guide, bench: Bench, call: tuple[str, ...] = CALL) -> Page:
    """What the guide says now.  `call`: how a person begins a command in a terminal."""
    if guide.path == "deposit":
        return _deposit(guide, bench)
    if not guide.path:
        return Page(hint=WELCOME)
    sms = bench.message(guide.ho)
    if sms is None:
        return Page(hint=NOTHING_READY, tone="warn", offers=(_DEPOSIT,))
    if guide.path == "collect":
        return _collect(guide, bench, sms, call)
    if not guide.trouble:
        return _choose(guide)
    if guide.trouble == "power":
        return _power(guide, bench, sms)
    return _broken(guide, bench, sms)


def _steps(texts: tuple[str, ...], at: int) -> tuple[Step, ...]:
    def state(place: int) -> StepState:
        return "done" if place < at else "now" if place == at else "later"

    return tuple(Step(text, state(place)) for place, text in enumerate(texts))


def _show_qr(sms: Sms) -> Offer:
    return Offer("Show its QR code", f"scan:{sms.ho}", "qr")


# -- collect --------------------------------------------------------------------------------------


def _collect(guide: Guide, bench: Bench, sms: Sms, call: tuple[str, ...]) -> Page:
    texts = (
        f"Type {sms.code} at the kiosk, or show the QR code",
        f"Door {sms.unit} springs open: click it to push it shut",
        "Keep the receipt, and check it yourself",
    )
    if "closed" in guide.marks:
        return _collected(texts, bench, sms, call)
    if "gone" in guide.marks:
        return Page(_steps(texts, 0), GONE, "warn")
    phase = bench.phases.get(sms.ho, "")
    at = 1 if phase in ("releasing", "open") else 0
    if not bench.powered:
        return Page(_steps(texts, at), DARK, "warn", (_POWER,))
    now = _at_the_door(bench, sms) if at else _at_the_kiosk(bench, sms)
    return now.but(steps=_steps(texts, at))


def _collected(texts: tuple[str, ...], bench: Bench, sms: Sms, call: tuple[str, ...]) -> Page:
    said = "The kiosk shows your receipt" if bench.kiosk.step == "receipt" else "Collected"
    first, *more = (*call, f"receipt verify {sms.reference}")
    return Page(
        _steps(texts, len(texts)),
        f"{said}: {sms.reference}. Anyone can check it, in a terminal:",
        "done",
        code=tuple(
            line + " \\" * (place < len(more))
            for place, line in enumerate((first, *(f"  {one}" for one in more)))
        ),
    )


def _at_the_door(bench: Bench, sms: Sms) -> Page:
    """A release runs, or its door is open."""
    door, attempt = bench.door(sms.unit), bench.kiosk.attempt
    if bench.phases.get(sms.ho) == "releasing":
        if attempt > 1 or door.locked_up:
            hint = f"Attempt {attempt}: the door does not move. The code lives on."
            return Page(hint=hint, tone="warn", offers=(_REPAIR,) if door.broken else ())
        return Page(hint=f"The lock of door {sms.unit} gets one pulse, as soon as it has rested.")
    if door.is_open:
        return Page(hint=f"Take the item, then click door {sms.unit} on the front, below.")
    if door.contact_cut:
        hint = "The sensor's cable is cut: nobody can see that this door is shut."
        return Page(hint=hint, tone="warn", offers=(_REPAIR,))
    return Page(hint="Shut. The sensor is read until it is steady.")


KIOSK_HINTS: Final = {
    "home": "Tap Enter code on the kiosk. Your own keyboard is its keypad as well.",
    "code": "Nine digits, then OK. The kiosk never shows them.",
    "checking": "The kiosk compares the code.",
    "staff_badge": "This screen is for staff: tap Back. A code can be shown here all the same.",
    "open": "Another door is open. Push it shut first.",
    "receipt": "That was another item's receipt: tap Done.",
}
NOT_NOW: Final = {
    "early": "This message is early: the kiosk says from when it can be used.",
    "ended": "This message's time has ended: the kiosk says whom to call.",
    "held": HELD,
    "open": "Its door was seen to open, and not to close yet.",
    "collected": "This message was used already.",
    "done": "This message was used already.",
}


def _at_the_kiosk(bench: Bench, sms: Sms) -> Page:
    """No release runs: what to do at the kiosk, wherever the person has got to."""
    kiosk, offers = bench.kiosk, (_show_qr(sms),)
    if sms.status != "ready":
        return Page(hint=NOT_NOW[sms.status], tone="warn")
    if kiosk.staff or kiosk.step in STAFF_AT or kiosk.step.startswith("queue"):
        return Page(hint=SIGNED_IN, tone="warn")
    if kiosk.step == "not_opened":
        broken = bench.door(sms.unit).broken
        hint = f"Door {sms.unit} did not open, and the code still works."
        return Page(hint=hint, tone="warn", offers=(_REPAIR,) if broken else offers)
    if kiosk.step == "refused":
        return Page(hint=_refused(kiosk, sms), tone="warn", offers=offers)
    hint = KIOSK_HINTS.get(kiosk.step, KIOSK_HINTS["home"])
    return Page(hint=hint, offers=() if kiosk.step == "checking" else offers)


def _refused(kiosk: KioskFact, sms: Sms) -> str:
    if kiosk.why == "unproven":
        return f"That code is not known here. Tap Try again and type {sms.code}."
    if kiosk.why == "paused":
        return "Too many wrong codes: the keypad pauses. A QR code can be shown all the same."
    return f"A proven code is told the truth. The one to use now is {sms.code}: tap Done."


# -- break something ------------------------------------------------------------------------------


def _choose(guide: Guide) -> Page:
    return Page(
        hint=f"Door {guide.unit} holds the item of the ready message. "
        "What shall go wrong when its code is used?",
        offers=(
            Offer("Jam the latch", "trouble:jam", "lock"),
            Offer("Cut the lock's cable", "trouble:cable", "network-off"),
            Offer("Cut the power", "trouble:power", "stop"),
        ),
    )


def _broken(guide: Guide, bench: Bench, sms: Sms) -> Page:
    """The door's latch is jammed, or its lock's cable cut."""
    marks, door = guide.marks, bench.door(sms.unit)
    what = "latch is jammed" if guide.trouble == "jam" else "lock has its cable cut"
    texts = (
        f"Door {sms.unit}: its {what}",
        f"Type {sms.code}: it will not open",
        "Repair it, and use the same code again",
        "The door opens: the code survived",
    )
    tried = bool(marks & {"failed", "dark"})
    if marks & {"opened", "gone"}:
        return _survived(guide, bench, sms, texts)
    if not bench.powered:
        return Page(_steps(texts, 2 if tried else 1), DARK, "warn", (_POWER,))
    if bench.phases.get(sms.ho) == "releasing":
        return _at_the_door(bench, sms).but(steps=_steps(texts, 2 if tried else 1))
    if tried:
        return _again(bench, sms).but(steps=_steps(texts, 2))
    if not door.locked_up:
        again = Offer("Break it again", f"trouble:{guide.trouble}", "wrench")
        return Page(_steps(texts, 0), "It is repaired, and was not tried yet.", "warn", (again,))
    return _at_the_kiosk(bench, sms).but(steps=_steps(texts, 1))


def _power(guide: Guide, bench: Bench, sms: Sms) -> Page:
    """The power goes as soon as a release runs."""
    marks = guide.marks
    texts = (
        f"Type {sms.code} at the kiosk",
        "The power goes in mid-release",
        "Power on, and use the same code again",
        "The door opens: the code survived",
    )
    if marks & {"opened", "gone"}:
        return _survived(guide, bench, sms, texts)
    cut = "dark" in marks
    if not bench.powered:
        return Page(_steps(texts, 2 if cut else 0), CUT if cut else DARK, "warn", (_POWER,))
    if cut:
        return _again(bench, sms).but(steps=_steps(texts, 2))
    if bench.phases.get(sms.ho) == "releasing":
        return Page(_steps(texts, 1), "The release runs.", "warn")
    return _at_the_kiosk(bench, sms).but(steps=_steps(texts, 0))


def _again(bench: Bench, sms: Sms) -> Page:
    """It failed once: repair, then the same code."""
    if bench.phases.get(sms.ho) == "releasing":
        return _at_the_door(bench, sms)
    if sms.status == "ready" and bench.door(sms.unit).broken:
        hint = f"It did not open, and nobody lost anything: {sms.code} still works."
        return Page(hint=hint, tone="warn", offers=(_REPAIR,))
    now = _at_the_kiosk(bench, sms)
    if sms.status == "ready" and bench.kiosk.step in ("home", "not_opened"):
        hint = f"The journal says what happened, and {sms.code} still works: use it again."
        return now.but(hint=hint, tone="plain")
    return now


def _survived(guide: Guide, bench: Bench, sms: Sms, texts: tuple[str, ...]) -> Page:
    """The door was seen to open, whatever was in its way."""
    if "closed" in guide.marks:
        tried = guide.marks & {"failed", "dark"}
        return Page(_steps(texts, len(texts)), SURVIVED if tried else IN_TIME, "done")
    if "gone" in guide.marks:
        return Page(_steps(texts, 3), GONE, "warn")
    if not bench.powered:
        return Page(_steps(texts, 3), DARK, "warn", (_POWER,))
    return _at_the_door(bench, sms).but(steps=_steps(texts, 3))


# -- deposit --------------------------------------------------------------------------------------


BADGE_STEPS: Final = frozenset(
    {"home", "scan", "code", "refused", "open", "not_opened", "receipt", "help", "staff_badge"}
)
"""Steps on which a badge is taken at once."""

DEPOSIT_HINTS: Final = {
    "home": "A badge can also be shown at once, from this screen.",
    "staff_badge": "The scanner waits for it.",
    "staff_pin": "Six digits; your own keyboard works as well.",
    "staff_menu": "What was announced waits for its item.",
    "deposit_pick": "Any of them will do, or announce a new one.",
    "deposit_new": "Who is it for, and what is it?",
    "deposit_opening": "The lock gets one pulse.",
    "deposit_confirm": "Only what you confirm gets a code.",
    "deposit_minting": "The codes are being made.",
}


def _deposit(guide: Guide, bench: Bench) -> Page:
    badge = next((one for one in bench.badges if one.role == DEPOSITOR), None)
    if badge is None:
        return Page(hint="No depositor is enrolled here: lockerctl staff enrol.", tone="warn")
    at = guide.at
    door = f"Door {guide.unit}" if guide.unit and at >= 3 else "A door"
    texts = (
        f"Tap Staff, and show {badge.first}'s badge",
        "Type the PIN on the note, then OK",
        "Tap Deposit an item, and pick one",
        f"{door} springs open: put it in, push it shut",
        "Say so on the kiosk: the telephone buzzes",
    )
    if "sent" in guide.marks:
        return Page(_steps(texts, DEPOSITED), _sent(guide, bench), "done")
    if not bench.powered:
        return Page(_steps(texts, at), DARK, "warn", (_POWER,))
    hint, tone = _deposit_hint(guide, bench)
    show = Offer(f"Show {badge.first}'s badge", f"badge:{badge.staff}", "badge", strong=True)
    offers = (show,) if at == 0 and bench.kiosk.step in BADGE_STEPS else ()
    if at == 3 and bench.door(guide.unit).broken:
        offers = (_REPAIR,)
    note = Note(badge.first, badge.pin) if at <= 1 else None
    return Page(_steps(texts, at), hint, tone, offers, note)


def _sent(guide: Guide, bench: Bench) -> str:
    sms = bench.message(guide.ho)
    who = sms.recipient if sms is not None and sms.recipient not in ("", YOU) else "the recipient"
    end = "Tap Done and end the session, then collect it."
    if not bench.kiosk.staff:
        end = "Press Collect to use it."
    return f"A new message for {who} is on the telephone. {end}"


def _deposit_hint(guide: Guide, bench: Bench) -> tuple[str, Tone]:
    """What to do now, and whether something is in the way."""
    kiosk, door = bench.kiosk, bench.door(guide.unit)
    if guide.at == 0 and kiosk.step == "refused":
        if kiosk.why == "unproven":
            return "That was not the PIN. Show the badge again.", "warn"
        return "That code is not a badge. Show the badge.", "warn"
    if guide.at == 0 and "left" in guide.marks:
        return "The session has ended. What was begun waits on the kiosk's list.", "warn"
    if kiosk.step.startswith("queue"):
        return "This is the list of what needs attention: tap Back.", "warn"
    if guide.at == 3 and door.locked_up:
        return f"Door {guide.unit} does not move. The kiosk tries again, then another.", "warn"
    if guide.at == 3 and door.is_open:
        return f"Click door {guide.unit} on the front, below the kiosk.", "plain"
    return DEPOSIT_HINTS.get(kiosk.step, ""), "plain"
