"""A line that a finger drew, as points on a grid and as text.

Theory of operation.  A pad is `WIDE` units wide, whatever its pixels; a unit is as high as it is
wide.  What was drawn is a tuple of strokes, a stroke a tuple of points.  As text it is the data of
an SVG path in one spelling only: `M` and the first point, `l` and the steps to the others.

Standard: the path data grammar of SVG 1.1 (8.3.9), of which this is a small part.

Rules.  Bounded in strokes, points and characters: the text fits a disclosure.  What `decode` takes
encodes to the same text.  Nothing here is a person's to be recognised by: no times, no pressure.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

Point = tuple[int, int]
Strokes = tuple[tuple[Point, ...], ...]

WIDE: Final = 1_000
TALL_MAX: Final = 1_000
STROKES_MAX: Final = 60
POINTS_MAX: Final = 1_000
CHARS_MAX: Final = 11_000
STEP_MIN: Final = 6
"""Points nearer to the last one than this are left out."""

INK_MIN: Final = 120
"""Less than this drawn in all, in units, is a slip of the finger and not a signature."""

_STROKE: Final = re.compile(r"M(\d{1,4}) (\d{1,4})l(-?\d{1,4} -?\d{1,4}(?: -?\d{1,4} -?\d{1,4})*)")


def begun(strokes: Strokes, point: Point) -> Strokes:
    """A finger came down; the same strokes where no more are taken."""
    if len(strokes) >= STROKES_MAX or points(strokes) >= POINTS_MAX:
        return strokes
    return (*strokes, (_on(point),))


def drawn(strokes: Strokes, point: Point) -> Strokes:
    """It moved on; the same strokes where that is too near or too much."""
    if not strokes or points(strokes) >= POINTS_MAX:
        return strokes
    x, y = _on(point)
    last_x, last_y = strokes[-1][-1]
    if abs(x - last_x) + abs(y - last_y) < STEP_MIN:
        return strokes
    return (*strokes[:-1], (*strokes[-1], (x, y)))


def _on(point: Point) -> Point:
    x, y = point
    return min(WIDE - 1, max(0, x)), min(TALL_MAX - 1, max(0, y))


def points(strokes: Strokes) -> int:
    """How many points there are."""
    return sum(map(len, strokes))


def enough(strokes: Strokes) -> bool:
    """Whether so much was drawn that it may be a signature."""
    ink = 0
    for stroke in strokes:
        for (x, y), (nx, ny) in pairwise(stroke):
            ink += abs(nx - x) + abs(ny - y)
    return ink >= INK_MIN


def box(strokes: Strokes) -> tuple[int, int, int, int]:
    """(left, top, width, height) of what was drawn, in units; zeros for nothing."""
    xs = [x for stroke in strokes for x, _ in stroke] or [0]
    ys = [y for stroke in strokes for _, y in stroke] or [0]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def encode(strokes: Strokes) -> str:
    """The path of what was drawn; a stroke of one point is a dot."""
    parts = []
    for stroke in strokes:
        (x, y), *rest = stroke
        parts.append(f"M{x} {y}l")
        steps = []
        for nx, ny in rest or [(x, y)]:
            steps.append(f"{nx - x} {ny - y}")
            x, y = nx, ny
        parts.append(" ".join(steps))
    return "".join(parts)


def decode(text: str) -> Strokes:
    """The strokes of a path that `encode` writes.  Raises ValueError for every other text."""
    if len(text) > CHARS_MAX or not text.isascii():
        raise ValueError("not a drawn line: too long, or not plain text")
    strokes: list[tuple[Point, ...]] = []
    at = 0
    while at < len(text):
        found = _STROKE.match(text, at)
        if found is None or len(strokes) == STROKES_MAX:
            raise ValueError("not a drawn line: its path is not one that is written here")
        x, y = int(found[1]), int(found[2])
        stroke, steps = [(x, y)], [int(one) for one in found[3].split()]
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            stroke.append((x, y))
        if len(stroke) == 2 and stroke[0] == stroke[1]:
            del stroke[1]
        strokes.append(tuple(stroke))
        at = found.end()
    made = tuple(strokes)
    whole = points(made) <= POINTS_MAX and all(_on(p) == p for one in made for p in one)
    if not whole or encode(made) != text:
        raise ValueError("not a drawn line: it leaves the pad, or is spelled another way")
    return made
