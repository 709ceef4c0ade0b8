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
from lockerd.core.reference import reference
from lockerd.core.state import Handover, State
from lockerd.desk.parts import Shelf

_HEX = re.compile(r"[0-9a-f]{4,16}", re.ASCII)
_WHOLE = re.compile(r"[0-9a-f]{16}", re.ASCII)
_SHORT = re.compile(r"([0-9A-Z]{1,6})-([0-9A-Z]{4})", re.ASCII)
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})

HOW = "give a reference such as RL07-4K2M, or 4 to 16 digits of the id"


def prefix_of(text: str) -> str:
    """The hex digits with which the id begins.  Raises RequestError for what is neither form."""
    if _HEX.fullmatch(text.lower()):
        return text.lower()
    short = _SHORT.fullmatch(text.upper())
    digits = short[2].translate(_READ_AS) if short is not None else ""
    if short is None or any(one not in _DIGITS for one in digits):
        raise RequestError("usage", f"this names no handover; {HOW}")
    number = 0
    for one in digits:
        number = number << 5 | _DIGITS.index(one)
    return f"{number:05x}"


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
    needle, kind = f'"ho":"{prefix}'.encode(), b'"type":"handover.ordered"'
    for idx, leaf in shelf.journal.leaves(start, stop):
        if kind in leaf and needle in leaf:
            event = shelf.journal.entry(idx).event
            if event.ho is not None and event.ho.startswith(prefix):
                yield idx, event.ho
