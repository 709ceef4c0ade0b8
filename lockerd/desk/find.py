"""Which handover somebody means: a whole id, the beginning of one, or a short reference.

Theory of operation.  An id is 16 hex digits.  A short reference such as `RL07-4K2M` carries its
first 20 bits.  Handovers that are not finished stand in the state; finished ones are found in the
journal, by the bytes that their `handover.ordered` must have.

Rules.  Two that fit are two answers, never a choice made here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lockerd.control.codec import RequestError
from lockerd.core import events as ev
from lockerd.core.reference import digits_of, reference
from lockerd.core.state import Handover, State
from lockerd.desk.parts import Shelf

_WHOLE = re.compile(r"[0-9a-f]{16}", re.ASCII)

ANNOUNCED = tuple(
    f'"type":"{one.TYPE}"'.encode()
    for one in (ev.HandoverOrdered, ev.OrderCarried, ev.DepositCarried, ev.ItemFound)
)
"""What a line with which a handover begins, or is taken over, must hold."""

HOW = "give a reference such as RL07-4K2M, or 4 to 16 digits of the id"


def prefix_of(text: str) -> str:
    """The hex digits with which the id begins.  Raises RequestError for what is neither form."""
    digits = digits_of(text)
    if digits is None:
        raise RequestError("usage", f"this names no handover; {HOW}")
    return digits


def live(shelf: Shelf, text: str) -> Handover:
    """The one unfinished handover that is meant.  Raises RequestError."""
    found = among(shelf.state, prefix_of(text))
    if not found:
        raise RequestError(
            "declined",
            "no unfinished handover of this name; see: lockerctl handover list",
            why="unknown",
        )
    if len(found) > 1:
        names = ", ".join(f"{short_of(shelf, one.ho)} {one.ho}" for one in found[:5])
        raise RequestError(
            "declined", f"several handovers are meant: {names}; give more digits", why="several"
        )
    return found[0]


def any_id(shelf: Shelf, text: str) -> str:
    """The id of the handover that is meant; of a finished one only by its whole id."""
    if _WHOLE.fullmatch(text.lower()):
        return text.lower()
    return live(shelf, text).ho


def among(state: State, prefix: str) -> list[Handover]:
    """The unfinished handovers whose id begins so."""
    return [one for one in state.handovers.values() if one.ho.startswith(prefix)]


def short_of(shelf: Shelf, ho: str) -> str:
    """The short reference of an id."""
    return reference(shelf.site, ho)


def ordered_in(shelf: Shelf, prefix: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    """`(index, id)` of handovers announced in [start, stop) whose id begins with `prefix`."""
    needle = f'"ho":"{prefix}'.encode()
    for idx, leaf in shelf.journal.leaves(start, stop):
        if needle in leaf and any(one in leaf for one in ANNOUNCED):
            event = shelf.journal.entry(idx).event
            if event.ho is not None and event.ho.startswith(prefix):
                yield idx, event.ho
