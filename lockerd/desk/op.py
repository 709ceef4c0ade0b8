"""What an operation is, and the arguments that many of them take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lockerd.core.handover import FINAL, PHASES
from lockerd.desk.arguments import Arg, count, text

Args = Mapping[str, Any]
Answer = dict[str, Any]


class Op(NamedTuple):
    """One operation.

    `kind`: `read`, `act`, `hands`, `desk` (the desk's own) or `open` (needs nobody behind it)."""

    name: str
    kind: str
    args: tuple[Arg, ...]
    doc: str
    run: Callable[..., Answer]


PAGE = count("after", "the `next` of the page before", required=False)
HANDOVER = text("handover", "a reference or the first digits of an id", high=20)
REASON = text("reason", "a reason of 1 to 200 characters")
UNIT = text("unit", "the name on the door", high=32)
FACT = text("fact", "what both know, as digits; kept as a verifier", required=False, high=16)
STAFF = text("staff", "a staff number", high=6)
FROM = text("from", "a time", required=False, high=40)
UNTIL = text("until", "a time after it", required=False, high=40)
LIVE = tuple(one for one in PHASES if one not in FINAL and one != "none")

DONE = "entry events"
"""The keys of an answer to an act that says nothing but which entries it made."""
