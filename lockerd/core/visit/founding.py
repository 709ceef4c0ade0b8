"""The first operator at the kiosk: the owner's claim, or two recovery cards, then a person.

Theory of operation.  A cabinet without an operator stands on `claim` and goes nowhere else.  The
answer is scanned; or two cards are, on `recovery`.  Then the person types a number, a name and a
PIN twice, and everything becomes durable at once.  Badge and cards are shown afterwards, one by
one, this once.

Rules.  What is typed lives in the visit and dies with it.  Nothing is said about one card alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined
from lockerd.core.founding import claimable, unclaimed
from lockerd.core.people import check_name, check_new, weak_pin
from lockerd.core.setup import nobody
from lockerd.core.site import Site
from lockerd.core.visit import setup
from lockerd.core.visit.recipient import ANSWER_S
from lockerd.core.visit.value import BADGE_PREFIX, CODE_PREFIX, Here, Room, Turn, Visit, refused

SHOWN_MS = 600_000
"""How long a badge or a card stands on the screen if nobody presses anything."""

UNPROVEN = "This does not fit. Check it and try again."
DIFFER = "The two PINs differ. Choose one again."

FREE = frozenset(
    {
        *("claim", "claim_checking", "founder_number", "founder_name", "founder_pin"),
        *("founder_again", "founder_making", "founder_badge", "founder_card"),
        *("recovery", "recovery_second", "recovery_checking", *setup.STEPS),
    }
)
"""Where a cabinet without an operator can stand."""


def gated(here: Here, visit: Visit) -> Visit:
    """The visit, on `claim` while the cabinet has no operator, and not there otherwise."""
    if unclaimed(here.site, here.state):
        return visit if visit.step in FREE else here.at(replace(visit, staff=None), "claim")
    if visit.step == "claim" and not claimable(here.site, here.state):
        return here.at(visit, "home")
    return visit


def _on(here: Here, visit: Visit, step: str, **changes: Any) -> Visit:
    """Another step of the same founding."""
    keep = {"words": visit.words, "secrets": visit.secrets}
    return here.at(visit, step, **{**keep, **changes})


def _again(here: Here, visit: Visit, step: str, text: str) -> Turn:
    """Back to a step, with the reason."""
    return Turn(_on(here, visit, step, notice=text), (), (ef.Sound("refuse"),))


def scanned(here: Here, visit: Visit, intent: msg.Scanned) -> Turn:
    """An answer, or a card; a badge or a recipient's code means nothing here, and is not kept."""
    if intent.text.startswith((BADGE_PREFIX, CODE_PREFIX)):
        return refused(visit)
    if visit.step == "claim":
        checking = here.at(visit, "claim_checking", back="claim")
        return Turn(checking, (), (ef.CheckAnswer(intent.text),))
    if visit.step == "recovery":
        second = here.at(visit, "recovery_second", secrets=(intent.text,))
        return Turn(second, (), (ef.Sound("accept"),))
    (first,) = visit.secrets
    if intent.text == first:
        return refused(visit)
    checking = here.at(visit, "recovery_checking", back="recovery")
    return Turn(checking, (), (ef.CheckPair(first, intent.text),))


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of the founding."""
    match visit.step, intent.action:
        case "claim", "setup" if nobody(here.state):
            return Turn(here.at(visit, "setup"))
        case "claim", "recover" if here.state.cards:
            return Turn(here.at(visit, "recovery"))
        case "claim", "home" | "back":
            return Turn(here.at(visit, "home"))
        case "recovery" | "recovery_second", "claim" if claimable(here.site, here.state):
            return Turn(here.at(visit, "claim"))
        case "recovery_second", "back":
            return Turn(here.at(visit, "recovery"))
        case "founder_name", "back":
            return Turn(_on(here, visit, "founder_number", words=()))
        case "founder_again", "back":
            return Turn(_on(here, visit, "founder_pin", secrets=()))
        case "founder_badge" | "founder_card", "next":
            return _next(here, visit)
        case "recovery" | "recovery_second" | "founder_number", "home" | "back":
            return Turn(here.at(visit, "home"))
        case step, "home" if step in _ASKS:
            return Turn(here.at(visit, "home"))
        case _:
            return Turn(visit)


def _next(here: Here, visit: Visit) -> Turn:
    """The next card; home after the last."""
    left = visit.secrets[1:]
    if not left:
        return Turn(here.at(visit, "home"))
    return Turn(_on(here, visit, "founder_card", secrets=left))


def answered(here: Here, visit: Visit, message: msg.ClaimChecked | msg.PairChecked) -> Turn:
    """The vault found it right: whom it is for is asked next, if that person is still there."""
    if visit.step != _ANSWERED[type(message)]:
        return Turn(visit)
    if not message.proven:
        return _again(here, visit, visit.back, UNPROVEN)
    return Turn(here.at(visit, "founder_number"), (), (ef.Sound("accept"),))


def filled(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """The number, then the name."""
    number = visit.step == "founder_number"
    text = intent.fields.get("number" if number else "name", "").strip()
    try:
        if number:
            check_new(here.state, text, "operator")
        else:
            check_name(text)
    except Declined as why:
        return Turn(replace(visit, notice=str(why)), (), (ef.Sound("refuse"),))
    step = "founder_name" if number else "founder_pin"
    return Turn(_on(here, visit, step, words=(*visit.words, text)))


def typed(here: Here, visit: Visit, intent: msg.CodeTyped) -> Turn:
    """The PIN, twice."""
    if visit.step == "founder_pin":
        weak = weak_pin(intent.digits)
        if weak is not None:
            return _again(here, visit, "founder_pin", weak)
        return Turn(_on(here, visit, "founder_again", secrets=(intent.digits,)))
    if visit.secrets != (intent.digits,):
        return _again(here, replace(visit, secrets=()), "founder_pin", DIFFER)
    making = _on(here, visit, "founder_making", secrets=())
    return Turn(making, (), (ef.MakeFounder(visit.words[0], intent.digits),))


def made(here: Here, visit: Visit, message: msg.FounderMade) -> Turn:
    """Badge and cards were made: everything becomes durable together.  Nothing does for somebody
    who has left."""
    if visit.step != "founder_making" or visit.words[0] != message.staff:
        return Turn(visit)
    return Turn(visit, (msg.FoundCabinet(message, visit.words[1]),))


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """What became durable, or was refused."""
    match event:
        case ev.ClaimRefused() | ev.RecoveryRefused() if visit.step == _ANSWERED.get(type(message)):
            return _again(here, visit, visit.back, UNPROVEN)
        case ev.RecoveryRefused() if visit.step == "founder_making":
            return Turn(here.at(visit, "home"), (), (ef.Sound("refuse"),))
        case ev.StaffEnrolled() if visit.step != "founder_making":
            return Turn(here.at(visit, "home"))
        case ev.StaffEnrolled() if isinstance(message, msg.FoundCabinet):
            shown = (message.made.badge, *message.made.cards.texts)
            badge = _on(here, visit, "founder_badge", words=(event.staff,), secrets=shown)
            return Turn(badge, (), (ef.Sound("accept"),))
        case _:
            return Turn(visit)


def declined(here: Here, visit: Visit, message: msg.Message, why: str, text: str) -> Turn | None:
    """Somebody else was faster, or the cards were used meanwhile."""
    asked = msg.FoundCabinet | msg.ClaimChecked | msg.PairChecked
    if isinstance(message, asked) and visit.step in _BUSY:
        return Turn(here.at(visit, "home", notice=text), (), (ef.Sound("refuse"),))
    return None


def _answer(site: Site, visit: Visit) -> tuple[int, int]:
    return ANSWER_S * 1000, 0


def _shown(site: Site, visit: Visit) -> tuple[int, int]:
    return SHOWN_MS, 0


_ASKS = ("founder_number", "founder_name", "founder_pin", "founder_again")
_BUSY = ("claim_checking", "recovery_checking", "founder_making")
_SHOWS = ("founder_badge", "founder_card")
_ANSWERED: dict[type[msg.Message], str] = {
    msg.ClaimChecked: "claim_checking",
    msg.PairChecked: "recovery_checking",
}
"""Where each answer of the vault is waited for; one that comes late is nobody's."""

ROOM = Room(
    steps=("claim", "recovery", "recovery_second", *_ASKS, *_BUSY, *_SHOWS),
    actions=("claim", "recover", "next"),
    pressed=pressed,
    heard=heard,
    scanned=dict.fromkeys(("claim", "recovery", "recovery_second"), scanned),
    typed={"founder_pin": typed, "founder_again": typed},
    filled={"founder_number": filled, "founder_name": filled},
    declined=declined,
    answers={
        msg.ClaimChecked: answered,
        msg.PairChecked: answered,
        msg.FounderMade: made,
    },
    waits=frozenset(_ASKS),
    quiet=frozenset({"claim", "recovery", "recovery_second"}),
    busy=frozenset(_BUSY),
    finish=dict.fromkeys(_ASKS, "home"),
    limits={**dict.fromkeys(_BUSY, _answer), **dict.fromkeys(_SHOWS, _shown)},
)
