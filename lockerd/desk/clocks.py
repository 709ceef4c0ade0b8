"""The clock of a cabinet that has none, as requests.

Rules.  Two people say what time it is: the second one approves at the kiosk, where whoever asks is
signed in.  A clock that something vouches for is nobody's to set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lockerd.core import messages as msg
from lockerd.core import window
from lockerd.desk import moments
from lockerd.desk.acts import Bench, sent
from lockerd.desk.arguments import text
from lockerd.desk.op import DONE, Answer, Args, Op
from lockerd.desk.parts import Shelf

MINUTE_MS = 60_000


def show(shelf: Shelf, args: Args) -> Answer:
    """What is known of the time."""
    now, zone = shelf.now, shelf.site.time_zone
    return {
        "earliest": moments.shown(now.lo, zone),
        "latest": None if now.hi is None else moments.shown(now.hi, zone),
        "source": now.source,
        "settable": window.settable(shelf.site, now),
    }


def set_time(bench: Bench, args: Args) -> Answer:
    """Say what time it is, on the minute."""
    shelf = bench.shelf
    zone = shelf.site.time_zone
    at = moments.parse(args["at"], shelf.now.lo, zone)
    at -= at % MINUTE_MS
    done: dict[str, Any] = sent(bench, msg.SetTime(bench.actor, at))
    return {**done, "at": moments.shown(at, zone)}


OPS: tuple[Op, ...] = (
    Op(
        "clock.show",
        "read",
        (),
        "What is known of the time: `earliest`, `latest` (null where nothing bounds it), the "
        "`source`, and whether people may set it.",
        show,
    ),
    Op(
        "clock.set",
        "act",
        (text("at", "what time it is", high=40),),
        "Say with a second person what time it is, where nothing vouches for the clock. While you "
        "are signed in at the kiosk it asks for the other one, and then does this; the answer is "
        "`declined`, `second`.",
        set_time,
    ),
)

GIVES: Mapping[str, str] = {
    "clock.show": "earliest latest source settable",
    "clock.set": f"{DONE} at",
}
