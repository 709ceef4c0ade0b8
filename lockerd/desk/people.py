"""People, as requests: claims, recovery cards, PINs, badges, leavers, system users, shifts.

Theory of operation.  A claim and two recovery cards prove themselves, so they need no member of
staff behind the socket; whoever brings them may become the first operator's system user in the same
request.  Everything else is an operator's act.

Rules.  A badge and the texts of cards are answered once and kept nowhere.  PINs are never answered.
"""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.control.codec import RequestError
from lockerd.core import messages as msg
from lockerd.core.claim import ANSWER, CARD
from lockerd.core.deposit import TEXT_MAX
from lockerd.core.draft import REASON_MAX
from lockerd.core.events import Actor
from lockerd.core.founding import claimable
from lockerd.core.people import PIN_DIGITS, ROLES, UID_MAX, weak_pin
from lockerd.core.state import Staff
from lockerd.desk.acts import Bench, entries, sent
from lockerd.desk.arguments import choice, count, flag, text
from lockerd.desk.op import DONE, REASON, STAFF, Answer, Args, Op
from lockerd.desk.overrides import prove
from lockerd.desk.parts import House

_CODE_MAX = 200


def _good_pin(pin: str) -> str:
    weak = weak_pin(pin)
    if weak is not None:
        raise RequestError("usage", weak)
    return pin


# -- whoever may connect --------------------------------------------------------------------------


def show_claim(house: House, uid: int, args: Args) -> Answer:
    """What the owner signs; null where somebody can sign in as an operator."""
    open_now = claimable(house.site, house.engine.state)
    return {"claim": house.gate.challenge.text if open_now else None}


def answer_claim(house: House, uid: int, args: Args) -> Answer:
    """The owner's answer enrols the first operator."""
    _good_pin(args["pin"])
    if not claimable(house.site, house.engine.state):
        text = "somebody can sign in as an operator; ask that person"
        raise RequestError("declined", text, why="claimed")
    if not house.gate.answered(args["answer"]):
        house.send(msg.ClaimChecked(False))
        text = "this is not the owner's answer to the claim that stands now; sign that one"
        raise RequestError("declined", text, why="answer")
    return _found(house, uid, args)


def use_cards(house: House, uid: int, args: Args) -> Answer:
    """Two recovery cards enrol an operator."""
    _good_pin(args["pin"])
    if not house.gate.paired(args["first"], args["second"]):
        house.send(msg.PairChecked(False))
        text = "these are not two of the three cards that count; find the newest ones"
        raise RequestError("declined", text, why="cards")
    return _found(house, uid, args)


def _found(house: House, uid: int, args: Args) -> Answer:
    made = house.gate.founder(args["staff"], args["pin"])
    assert made is not None, "something was proven just now"
    asker = uid if args["link"] else None
    done = entries(house, msg.FoundCabinet(made, args["name"], asker))
    return {**done, "staff": args["staff"], "badge": made.badge, "cards": list(made.cards.texts)}


def link_self(house: House, uid: int, args: Args) -> Answer:
    """The asking system user becomes the person who is signed in at the kiosk now."""
    known = house.engine.state.staff.get(args["staff"])
    if known is None or house.engine.state.signed_in != known.staff:
        text = f"sign in at the kiosk as staff {args['staff']}, then repeat this within the session"
        raise RequestError("declined", text, why="present")
    prove(house, known.staff, known.cred, args["pin"])
    actor = Actor(known.role, known.staff)
    return entries(house, msg.LinkStaff(actor, known.staff, uid, present=True))


# -- operators ------------------------------------------------------------------------------------


def _holder(bench: Bench, staff: str) -> Staff:
    known = bench.shelf.state.staff.get(staff)
    if known is None or not known.cred:
        text = f"nobody signs in as staff {staff}; list them with: staff list"
        raise RequestError("declined", text, why="unknown")
    return known


def reset_pin(bench: Bench, args: Args) -> Answer:
    """Set a PIN that its holder must change at once."""
    known = _holder(bench, args["staff"])
    rows = bench.house.gate.pin(known.cred, _good_pin(args["pin"]))
    return sent(bench, msg.ResetPin(bench.actor, known.staff, known.cred, rows))


def issue_badge(bench: Bench, args: Args) -> Answer:
    """Another badge for the same PIN; the old one is dead."""
    known = _holder(bench, args["staff"])
    cred, badge, rows = bench.house.gate.new_badge(known.cred)
    done = sent(
        bench,
        msg.IssueBadge(bench.actor, known.staff, cred, known.cred, args["reason"], rows),
    )
    return {**done, "staff": known.staff, "badge": badge}


def retire(bench: Bench, args: Args) -> Answer:
    """Somebody leaves."""
    return sent(bench, msg.RetireStaff(bench.actor, args["staff"], args["reason"]))


def set_role(bench: Bench, args: Args) -> Answer:
    """Somebody does something else."""
    return sent(bench, msg.SetRole(bench.actor, args["staff"], args["role"], args["reason"]))


def link(bench: Bench, args: Args) -> Answer:
    """A system user is this person, or none is."""
    return sent(bench, msg.LinkStaff(bench.actor, args["staff"], args["uid"]))


def issue_cards(bench: Bench, args: Args) -> Answer:
    """Three new recovery cards."""
    made = bench.house.gate.cards()
    done = sent(bench, msg.IssueCards(bench.actor, made))
    return {**done, "cards": list(made.texts)}


def hand_over(bench: Bench, args: Args) -> Answer:
    """Hand the shift to the operator who has approved it at the kiosk."""
    return sent(bench, msg.HandShiftOver(bench.actor, args["note"] or ""))


_NAME = text("name", "the person's name", high=TEXT_MAX)
_PIN = text("pin", "six digits", high=PIN_DIGITS)
_LINK = flag("link", "the asking system user becomes this person")

OPS: tuple[Op, ...] = (
    Op("claim.show", "open", (), "What the owner signs, while nobody can sign in.", show_claim),
    Op(
        "claim.answer",
        "open",
        (
            text("answer", f"the owner's answer, {ANSWER}...", high=_CODE_MAX),
            *(STAFF, _NAME, _PIN, _LINK),
        ),
        "Enrol the first operator; `badge` and `cards` are answered once.",
        answer_claim,
    ),
    Op(
        "recovery.use",
        "open",
        (
            text("first", f"a recovery card, {CARD}...", high=_CODE_MAX),
            text("second", "another one", high=_CODE_MAX),
            *(STAFF, _NAME, _PIN, _LINK),
        ),
        "Enrol an operator with two recovery cards; `badge` and new `cards` are answered once.",
        use_cards,
    ),
    Op(
        "staff.link_self",
        "open",
        (STAFF, text("pin", "the person's PIN", high=PIN_DIGITS)),
        "The asking system user becomes the person who is signed in at the kiosk.",
        link_self,
    ),
    Op(
        "staff.reset_pin",
        "act",
        (STAFF, _PIN),
        "Set a PIN that opens nothing but the choice of another one; a lock ends.",
        reset_pin,
    ),
    Op(
        "staff.issue_badge",
        "act",
        (STAFF, REASON),
        "A new badge for the same PIN, answered once; the old one is dead.",
        issue_badge,
    ),
    Op("staff.retire", "act", (STAFF, REASON), "Somebody leaves: badge and PIN die.", retire),
    Op(
        "staff.set_role",
        "act",
        (STAFF, choice("role", "a role", ROLES), REASON),
        "Somebody does something else; a session ends.",
        set_role,
    ),
    Op(
        "staff.link",
        "act",
        (STAFF, count("uid", "a system user; none to unlink", required=False, high=UID_MAX)),
        "Requests of this system user are this person's.",
        link,
    ),
    Op(
        "recovery.issue",
        "act",
        (),
        "Three new recovery cards, answered once; those before are dead.",
        issue_cards,
    ),
    Op(
        "shift.hand_over",
        "act",
        (text("note", "what the next operator should know", required=False, high=REASON_MAX),),
        "Hand the shift to another operator, who is asked for as with `handover.key`.",
        hand_over,
    ),
)

_ONCE = f"{DONE} staff badge cards"

GIVES: Mapping[str, str] = {
    "claim.show": "claim",
    "claim.answer": _ONCE,
    "recovery.use": _ONCE,
    "staff.link_self": DONE,
    "staff.reset_pin": DONE,
    "staff.issue_badge": f"{DONE} staff badge",
    "staff.retire": DONE,
    "staff.set_role": DONE,
    "staff.link": DONE,
    "recovery.issue": f"{DONE} cards",
    "shift.hand_over": DONE,
}
