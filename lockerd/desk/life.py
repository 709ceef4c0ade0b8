"""What an operator does with a handover, as requests.

Rules.  Every act has a reason, which the journal keeps; a reason names nobody.  New codes leave by
the channel of their profile and are in no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import messages as msg
from lockerd.core.deposit import TEXT_MAX
from lockerd.core.state import Handover
from lockerd.desk import find, moments
from lockerd.desk.acts import Bench, fact_rows, sent
from lockerd.desk.arguments import count, text
from lockerd.desk.op import DONE, FACT, HANDOVER, REASON, Answer, Args, Op

Make = Callable[[Bench, Handover, Args], msg.Message]


def _of(make: Make) -> Callable[[Bench, Args], Answer]:
    """An act on the live handover that a request names; its phase and door afterwards."""

    def act(bench: Bench, args: Args) -> Answer:
        known = find.live(bench.shelf, args["handover"])
        done = sent(bench, make(bench, known, args))
        after = bench.shelf.state.handovers.get(known.ho, known)
        row: dict[str, Any] = {
            "handover": find.short_of(bench.shelf, known.ho),
            "ho": known.ho,
            "phase": after.phase,
            "unit": after.unit,
            "to": after.to,
            "closes": moments.shown(after.closes, bench.shelf.site.time_zone),
        }
        return {**done, **row}

    return act


def extend(bench: Bench, known: Handover, args: Args) -> msg.Message:
    """Until a later time."""
    shelf = bench.shelf
    closes = moments.parse(args["until"], shelf.now.lo, shelf.site.time_zone)
    return msg.ExtendHandover(bench.actor, known.ho, closes, args["reason"])


def reissue(bench: Bench, known: Handover, args: Args) -> msg.Message:
    """New codes."""
    minted = bench.house.vault.mint(known.ho)
    return msg.ReissueCredential(bench.actor, minted, args["reason"], args["ticket"] or "")


def reassign(bench: Bench, known: Handover, args: Args) -> msg.Message:
    """Another recipient."""
    return msg.ReassignHandover(
        actor=bench.actor,
        ho=known.ho,
        recipient_no=bench.id(),
        reason=args["reason"],
        minted=None if known.cred is None else bench.house.vault.mint(known.ho),
        recipient=args["recipient"],
        fact=fact_rows(bench, known.profile, known.ho, args["fact"], needed=False),
    )


def move(bench: Bench, known: Handover, args: Args) -> msg.Message:
    """Another compartment."""
    return msg.MoveHandover(bench.actor, known.ho, args["reason"], args["to"] or "")


def place(bench: Bench, known: Handover, args: Args) -> msg.Message:
    """The new compartment opens."""
    return msg.PlaceMoved(bench.actor, known.ho, args["to"] or "")


def _reasoned(kind: Callable[..., msg.Message]) -> Make:
    return lambda bench, known, args: kind(bench.actor, known.ho, args["reason"])


def correct(bench: Bench, args: Args) -> Answer:
    """Say what is wrong with an entry."""
    return sent(bench, msg.NoteCorrection(bench.actor, args["entry"], args["reason"]))


_TO = text("to", "the compartment; the smallest that fits", required=False, high=32)
_UNTIL = text("until", "a later time", high=40)
_NAME = text("recipient", "the new recipient's name", high=TEXT_MAX)

OPS: tuple[Op, ...] = (
    Op(
        "handover.extend",
        "act",
        (HANDOVER, _UNTIL, REASON),
        "Let the window end later; one that had ended is open again.",
        _of(extend),
    ),
    Op(
        "handover.reissue",
        "act",
        (HANDOVER, REASON, text("ticket", "of a lost code; closes it", required=False, high=20)),
        "Make new codes and deliver them; the old ones die in the same transaction. Where one code "
        "opens several doors, the new one does.",
        _of(reissue),
    ),
    Op(
        "handover.reassign",
        "act",
        (HANDOVER, _NAME, REASON, FACT),
        "Let another named person collect, with codes of their own. Without `fact` they show a "
        "document where the profile asks for something that both know.",
        _of(reassign),
    ),
    Op(
        "handover.return",
        "act",
        (HANDOVER, REASON),
        "Send the item back to its depositor; nobody else collects it any more.",
        _of(_reasoned(msg.ReturnHandover)),
    ),
    Op(
        "handover.fetch",
        "act",
        (HANDOVER,),
        "Open the door of an item that goes back, for whoever stands there to take it out; its "
        "contact makes the return.",
        _of(lambda bench, known, args: msg.FetchBack(bench.actor, known.ho)),
    ),
    Op(
        "handover.refuse",
        "act",
        (HANDOVER, REASON),
        "Do not keep what was deposited: it goes back to its depositor.",
        _of(_reasoned(msg.RefuseHandover)),
    ),
    Op(
        "handover.move",
        "act",
        (HANDOVER, _TO, REASON),
        "Open the old compartment, to take the item to another; its code stays as it is.",
        _of(move),
    ),
    Op(
        "handover.place",
        "act",
        (HANDOVER, _TO),
        "Open the new compartment of an item that is being moved.",
        _of(place),
    ),
    Op(
        "handover.moved",
        "act",
        (HANDOVER,),
        "Say that the moved item lies behind the new door, which is shut.",
        _of(lambda bench, known, args: msg.ConfirmMove(bench.actor, known.ho)),
    ),
    Op(
        "handover.stop-move",
        "act",
        (HANDOVER, REASON),
        "Do not go on with a move: nobody collects until it is said where the item lies.",
        _of(_reasoned(msg.StopMove)),
    ),
    Op(
        "handover.key",
        "act",
        (HANDOVER, REASON),
        "Declare that two people are about to use the mechanical key. While you are signed in at "
        "the kiosk it asks for the other one, and then does this; the answer is `declined`, "
        "`second`.",
        _of(_reasoned(msg.DeclareKey)),
    ),
    Op(
        "handover.by-key",
        "act",
        (HANDOVER, REASON),
        "Say with a second person that it was handed over with the mechanical key; the second one "
        "is asked for as with `handover.key`.",
        _of(_reasoned(msg.CompleteByKey)),
    ),
    Op(
        "handover.permit",
        "act",
        (HANDOVER, REASON),
        "Permit one release within 15 minutes although the clock cannot tell whether its window is "
        "open; only where the profile leaves it to an operator.",
        _of(_reasoned(msg.PermitWindow)),
    ),
    Op(
        "journal.correct",
        "act",
        (count("entry", "an index of this log"), REASON),
        "Say what is wrong with an entry; the entry stands as it is.",
        correct,
    ),
)

GIVES: Mapping[str, str] = {
    one.name: DONE if one.name == "journal.correct" else f"{DONE} handover ho phase unit to closes"
    for one in OPS
}
