"""In which order a line is written: the Unicode bidirectional algorithm for lines of a screen.

Theory of operation.  Text is kept in the order in which it is read.  `levels` gives each character
its embedding level, odd for right to left; `visual` cuts the line into runs of one level and puts
them into the order in which they stand from left to right.  Names and numbers that are filled into
a sentence are wrapped in isolates (LRI or RLI, and PDI): what they contain cannot turn it.

Rules.  UAX #9 without what no text of this program contains: explicit embeddings and overrides
(their marks are ignored), paragraphs of several lines, and paired brackets (N0).  A run that is
written from the right comes reversed by grapheme cluster, with its brackets turned: pygame draws
from the left, and HarfBuzz turns such a run back before it joins the letters.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from ui.lang.glyphs import IGNORED, unmarked

LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"
ISOLATES: Final = frozenset((LRI, RLI, FSI))
DEEPEST: Final = 60
_STRONG: Final = {"L": "L", "R": "R", "AL": "R"}
_MIRRORED: Final = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_KINDS: Final = frozenset(("L", "R", "AL", "EN", "AN", "ES", "ET", "CS", "NSM"))
_SIDE: Final = {"L": "L", "R": "R", "EN": "R", "AN": "R"}


class Stretch(NamedTuple):
    """Characters of one level, in the order in which they stand from the left."""

    text: str
    rtl: bool


def isolated(text: str) -> str:
    """A text that keeps its own direction inside another: that of its first letter, or the left.

    The direction is said and not left to be found (FSI), since a line break may part it from what
    it is found by.
    """
    return f"{RLI if side(text) == 'R' else LRI}{text}{PDI}" if text else text


def side(text: str) -> str:
    """The direction of the first letter: `L`, `R`, or nothing where there is none."""
    found = (_STRONG.get(unicodedata.bidirectional(char)) for char in text)
    return next(filter(None, found), "")


def clusters(text: str) -> list[str]:
    """What a reader takes for one character: a base with its marks, an Indic conjunct."""
    found: list[str] = []
    for char in text:
        joins = unicodedata.category(char) in ("Mn", "Mc", "Me") or char in "\u200c\u200d"
        conjunct = bool(found) and found[-1][-1] in "\u094d\u200d" and "\u0904" <= char <= "\u0939"
        if found and (joins or conjunct):
            found[-1] += char
        else:
            found.append(char)
    return found


def levels(text: str, rtl: bool) -> list[int]:
    """The embedding level of each character of a line."""
    base = int(rtl)
    found = [base] * len(text)
    outer: list[tuple[int, list[int]]] = []
    level, here = base, list[int]()
    done: list[tuple[int, list[int]]] = []
    for at, char in enumerate(text):
        if char == PDI and outer:
            done.append((level, here))
            level, here = outer.pop()
        here.append(at)
        found[at] = level
        if char in ISOLATES and len(outer) < DEEPEST:
            outer.append((level, here))
            right = char == RLI or (char == FSI and _first_strong(text, at + 1) == "R")
            level += 1 + ((level + 1) % 2 != right)
            here = []
    done += [(level, here), *outer]
    for depth, places in done:
        _resolve(text, places, depth, found)
    return found


def _first_strong(text: str, start: int) -> str:
    """The direction of the isolate that begins here, by its first strong character (P2)."""
    depth = 0
    for char in text[start:]:
        if char in ISOLATES:
            depth += 1
        elif char == PDI:
            if not depth:
                return ""
            depth -= 1
        elif not depth and (strong := _STRONG.get(unicodedata.bidirectional(char))):
            return strong
    return ""


def _resolve(text: str, places: list[int], level: int, found: list[int]) -> None:
    """Give the characters at `places`, which form one isolating run, their levels."""
    own = "R" if level % 2 else "L"
    kinds = _weak([_kind(text[at]) for at in places], own)
    at = 0
    while at < len(kinds):  # N1 and N2
        if kinds[at] in _SIDE:
            at += 1
            continue
        end = at
        while end < len(kinds) and kinds[end] not in _SIDE:
            end += 1
        before = _SIDE[kinds[at - 1]] if at else own
        after = _SIDE[kinds[end]] if end < len(kinds) else own
        kinds[at:end] = [before if before == after else own] * (end - at)
        at = end
    for place, kind in zip(places, kinds, strict=True):  # I1 and I2
        if level % 2:
            found[place] = level + (kind != "R")
        else:
            found[place] = level + {"L": 0, "R": 1}.get(kind, 2)


@lru_cache(maxsize=4096)
def _kind(char: str) -> str:
    kind = unicodedata.bidirectional(char)
    return kind if kind in _KINDS else "ON"


def _weak(kinds: list[str], own: str) -> list[str]:
    """W1 to W7: marks, numbers and what stands between numbers."""
    last, strong = own, own
    for at, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[at] = kind = last
        last = kind
        if kind in _STRONG:
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[at] = "AN"
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for at in range(1, len(kinds) - 1):
        before, kind, after = kinds[at - 1 : at + 2]
        between = before == after and before in ("EN", "AN")
        if between and (kind == "CS" or (kind == "ES" and before == "EN")):
            kinds[at] = before
    for order in (range(len(kinds)), range(len(kinds) - 1, -1, -1)):
        number = False
        for at in order:
            if kinds[at] == "ET" and number:
                kinds[at] = "EN"
            number = kinds[at] == "EN"
    strong = own
    for at, kind in enumerate(kinds):
        if kind in ("ES", "ET", "CS"):
            kinds[at] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"
    return kinds


@lru_cache(maxsize=4096)
def _turns(char: str) -> bool:
    """Whether a line from the left may be cut because of it."""
    return unicodedata.bidirectional(char) in ("R", "AL", "AN", "LRI", "RLI", "FSI")


def visual(text: str, rtl: bool) -> list[Stretch]:
    """The line as stretches from left to right (L2), without the marks that steer."""
    if not rtl and not any(map(_turns, text)):
        return [Stretch(unmarked(text), False)] if text else []
    depth = levels(text, rtl)
    logical: list[tuple[int, str]] = []
    for char, level in zip(text, depth, strict=True):
        if char in IGNORED:
            continue
        if logical and logical[-1][0] == level:
            logical[-1] = (level, logical[-1][1] + char)
        else:
            logical.append((level, char))
    for least in range(max(depth, default=0), 0, -1):
        start = 0
        while start < len(logical):
            end = start
            while end < len(logical) and logical[end][0] >= least:
                end += 1
            logical[start:end] = logical[start:end][::-1]
            start = max(end, start + 1)
    return [
        Stretch("".join(reversed(clusters(run.translate(_MIRRORED)))), True)
        if level % 2
        else Stretch(run, False)
        for level, run in logical
    ]
