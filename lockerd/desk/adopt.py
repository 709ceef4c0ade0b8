"""Adopting the contents of a cabinet whose memory was lost, as requests.

Rules.  A compartment is opened while its operator is signed in at the kiosk, which asks for the
second person there; what lies inside is said afterwards, by the same operator, from either place.
Fresh codes leave by the channel of their profile and are in no answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lockerd.core import adopt
from lockerd.core import messages as msg
from lockerd.core.deposit import TEXT_MAX
from lockerd.desk import find, rows
from lockerd.desk.acts import Bench, sent
from lockerd.desk.arguments import flag, text
from lockerd.desk.op import DONE, HANDOVER, PAGE, REASON, UNIT, Answer, Args, Op
from lockerd.desk.parts import Shelf


def unknown(shelf: Shelf, args: Args) -> Answer:
    """Compartments that nobody has looked into since the record began anew."""
    found = (_row(shelf, unit) for unit in sorted(shelf.state.unknown))
    return rows.page(rows.after(found, args["after"]))


def _row(shelf: Shelf, unit: str) -> dict[str, Any]:
    known, held = shelf.state.unknown[unit], shelf.state.occupied_by(unit)
    door = shelf.state.doors.get(unit)
    return {
        "unit": unit,
        "handover": None if held is None else find.short_of(shelf, held.ho),
        "ho": None if held is None else held.ho,
        "empty": known.empty,
        "opened_by": known.staff if adopt.fresh(shelf.state, known, shelf.now) else None,
        "out_of_service": None if door is None else door.retired,
    }


def begin(bench: Bench, args: Args) -> Answer:
    """Open one, or take its seal for it."""
    seal = args["seal"] or ""
    return sent(bench, msg.OpenUnknown(bench.actor, args["unit"], args["reason"], seal))


def empty(bench: Bench, args: Args) -> Answer:
    """Nothing lies there."""
    return sent(bench, msg.AdoptEmpty(bench.actor, args["unit"]))


def handover(bench: Bench, args: Args) -> Answer:
    """The item of this handover lies there."""
    known = find.live(bench.shelf, args["handover"])
    minted = bench.house.vault.mint(known.ho)
    message = msg.AdoptDeposit(bench.actor, args["unit"], minted, args["instead"])
    done: dict[str, Any] = sent(bench, message)
    return {**done, "handover": find.short_of(bench.shelf, known.ho), "ho": known.ho}


def item(bench: Bench, args: Args) -> Answer:
    """Something that nobody knows lies there."""
    ho, asset = bench.id(), args["asset"] or ""
    done: dict[str, Any] = sent(
        bench,
        msg.AdoptItem(
            actor=bench.actor,
            unit=args["unit"],
            ho=ho,
            recipient_no=bench.id(),
            item_no=bench.house.vault.item_no(asset) if asset.strip() else bench.id(),
            item=args["item"],
            reference=args["reference"] or "",
            asset=asset,
            instead=args["instead"],
        ),
    )
    return {**done, "handover": find.short_of(bench.shelf, ho), "ho": ho}


_INSTEAD = flag("instead", "say too that the item which is recorded there is missing")

OPS: tuple[Op, ...] = (
    Op(
        "adopt.list",
        "read",
        (PAGE,),
        "Compartments that nobody has looked into since the record began anew, with what the "
        "record before says lies there; `empty`: two people found nothing there; `opened_by`: who "
        "may say now what lies there.",
        unknown,
    ),
    Op(
        "adopt.open",
        "act",
        (UNIT, REASON, text("seal", "its seal's number", required=False, high=adopt.SEAL_MAX)),
        "Open one of them beside a second operator; with the number of the seal under which it is "
        "closed, leave it closed. While you are signed in at the kiosk it asks for the other one, "
        "and then does this; the answer is `declined`, `second`. What lies there can be said for "
        f"{adopt.LOOK_MIN} minutes, once the door is closed.",
        begin,
    ),
    Op("adopt.empty", "act", (UNIT,), "Say that nothing lies there.", empty),
    Op(
        "adopt.handover",
        "act",
        (UNIT, HANDOVER, _INSTEAD),
        "Say that the item of this handover lies there: fresh codes are made and delivered, and it "
        "can be collected.",
        handover,
    ),
    Op(
        "adopt.item",
        "act",
        (
            UNIT,
            text("item", "what it looks like", high=TEXT_MAX),
            text("reference", "a number on it", required=False, high=TEXT_MAX),
            text("asset", "its barcode or asset number", required=False, high=TEXT_MAX),
            _INSTEAD,
        ),
        "Say that something lies there which no handover is known of: it gets a reference of its "
        "own and waits to be given back.",
        item,
    ),
)

GIVES: Mapping[str, str] = {
    "adopt.list": "unit handover ho empty opened_by out_of_service",
    "adopt.open": DONE,
    "adopt.empty": DONE,
    "adopt.handover": f"{DONE} handover ho",
    "adopt.item": f"{DONE} handover ho",
}
