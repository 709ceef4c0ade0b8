"""The emergency opening, as requests.

Rules.  The second person approves at the kiosk, where the asker is signed in; whoever is alone says
so with `alone`, which breaks the glass and stands in the queue until somebody else reviewed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lockerd.core import emergency
from lockerd.core import messages as msg
from lockerd.desk.acts import Bench, sent
from lockerd.desk.arguments import flag, text
from lockerd.desk.op import DONE, REASON, Answer, Args, Op
from lockerd.desk.parts import Shelf


def open_all(bench: Bench, args: Args) -> Answer:
    """Begin."""
    units = tuple((args["units"] or "").replace(",", " ").split())
    if args["alone"]:
        sent(bench, msg.BreakGlass(bench.actor, emergency.PURPOSE, args["reason"]))
    return sent(bench, msg.OpenAll(bench.actor, units, args["reason"]))


def stop(bench: Bench, args: Args) -> Answer:
    """No further door."""
    return sent(bench, msg.StopOpening(bench.actor))


def show(shelf: Shelf, args: Args) -> Answer:
    """What each door of the latest one did."""
    known = shelf.state.emergency
    if known is None:
        return {"emergency": None}
    turn = emergency.in_flight(shelf.state)
    found: dict[str, Any] = {
        "entry": known.entry,
        "staff": known.staff,
        "running": not known.ended,
        "turn": turn,
        "opened": list(known.opened),
        "not_opened": [one for one in known.given if one not in known.opened and one != turn],
        "skipped": list(known.skipped),
        "left": [*known.left, *known.todo],
    }
    return {"emergency": found}


OPS: tuple[Op, ...] = (
    Op(
        "emergency.show",
        "read",
        (),
        "What each door did in the latest emergency opening; null where there was none.",
        show,
    ),
    Op(
        "emergency.open",
        "act",
        (
            text("units", "names of doors with spaces; none for all", required=False, high=2_000),
            REASON,
            flag("alone", "nobody else is there: break the glass"),
        ),
        "Open doors one after another. While you are signed in at the kiosk it asks for a second "
        "person, and then does this; the answer is `declined`, `second`. `alone` needs nobody.",
        open_all,
    ),
    Op("emergency.stop", "act", (), "No further door gets its turn.", stop),
)

GIVES: Mapping[str, str] = {
    "emergency.show": "emergency",
    "emergency.open": DONE,
    "emergency.stop": DONE,
}
