"""A technician's session, as requests.

Rules.  A technician behind the socket is bound to the same session as at the kiosk.
"""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.core import messages as msg
from lockerd.core.maintenance import TICKET_MAX
from lockerd.desk.acts import Bench, sent
from lockerd.desk.arguments import text
from lockerd.desk.op import DONE, REASON, UNIT, Answer, Args, Op


def begin(bench: Bench, args: Args) -> Answer:
    """Begin a session."""
    return sent(bench, msg.OpenMaintenance(bench.actor, args["ticket"]))


def end(bench: Bench, args: Args) -> Answer:
    """End it."""
    return sent(bench, msg.CloseMaintenance(bench.actor))


def inspect(bench: Bench, args: Args) -> Answer:
    """Open a compartment that holds something."""
    return sent(bench, msg.InspectDoor(bench.actor, args["unit"], args["reason"]))


OPS: tuple[Op, ...] = (
    Op(
        "maintenance.open",
        "act",
        (text("ticket", "the order for the work", high=TICKET_MAX),),
        "Begin half an hour in which a technician may test doors and take them out of service.",
        begin,
    ),
    Op("maintenance.close", "act", (), "End one's own session, or as an operator anybody's.", end),
    Op(
        "door.inspect",
        "act",
        (UNIT, REASON),
        "Open a compartment that holds something. While you are signed in at the kiosk it asks for "
        "an operator, and then does this; the answer is `declined`, `second`.",
        inspect,
    ),
)

GIVES: Mapping[str, str] = {one.name: DONE for one in OPS}
