"""The blind count, as a request: what was seen goes in, what the record says comes out.

Rules.  Nothing is answered about a compartment before it was said what lies in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.control.codec import RequestError
from lockerd.core import messages as msg
from lockerd.core.count import SEEN
from lockerd.core.events import CountEntered
from lockerd.desk.acts import Bench, sent
from lockerd.desk.arguments import text
from lockerd.desk.op import DONE, Answer, Args, Op

SEEN_MAX = 4_000


def enter(bench: Bench, args: Args) -> Answer:
    """Compare what was seen with the record."""
    pairs = [one.partition("=") for one in args["seen"].split()]
    if not all(mark and unit and seen in SEEN for unit, mark, seen in pairs):
        raise RequestError("usage", f"write DOOR={SEEN[0]} or DOOR={SEEN[1]} for each door")
    seen = tuple((unit, what) for unit, _, what in pairs)
    done = sent(bench, msg.EnterCount(bench.actor, seen))
    first, journal = done["entry"], bench.shelf.journal
    made = [journal.entry(first + place).event for place in range(len(done["events"]))]
    counted = [one for one in made if isinstance(one, CountEntered)]
    return {
        **done,
        "counted": len(counted),
        "differ": [
            {"unit": one.unit, "seen": one.seen, "expected": one.expected}
            for one in counted
            if one.seen != one.expected
        ],
    }


OPS: tuple[Op, ...] = (
    Op(
        "count.enter",
        "act",
        (text("seen", "DOOR=item or DOOR=empty with spaces", high=SEEN_MAX),),
        "Say what lies in compartments that were looked into; `differ` are those of which the "
        "record says something else.",
        enter,
    ),
)

GIVES: Mapping[str, str] = {"count.enter": f"{DONE} counted differ"}
