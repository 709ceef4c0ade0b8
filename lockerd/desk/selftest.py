"""The self-test of every part, as requests.

Rules.  Looking needs nobody; writing it down needs an operator or a technician.  Before anybody is
enrolled it is written down at the screen.
"""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.core import messages as msg
from lockerd.core import setup
from lockerd.core.fingerprint import spelled
from lockerd.desk.acts import Bench, sent
from lockerd.desk.op import DONE, Answer, Args, Op
from lockerd.desk.parts import Shelf


def show(shelf: Shelf, args: Args) -> Answer:
    """Every part and how it is."""
    found = setup.checks(shelf.site, shelf.state, shelf.now)
    rows = [
        {"part": one.part, "grade": one.grade, "why": one.why, "units": list(one.units)}
        for one in found
    ]
    return {"parts": rows, "key": list(spelled(shelf.state.vkey))}


def record(bench: Bench, args: Args) -> Answer:
    """Write down how every part is."""
    return sent(bench, msg.RunSelftest(bench.actor))


OPS: tuple[Op, ...] = (
    Op(
        "selftest.show",
        "read",
        (),
        "How every part is: `parts` with `part`, `grade` (green, amber, red), `why` and the doors "
        "it is about; `key`, the words of the cabinet's public key.",
        show,
    ),
    Op("selftest.record", "act", (), "Write down how every part is.", record),
)

GIVES: Mapping[str, str] = {"selftest.show": "parts key", "selftest.record": DONE}
