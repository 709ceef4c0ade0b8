"""Rectangles and the few layout helpers that screens need.

Theory of operation
    A layout is arithmetic on ``Rect`` values in device pixels, origin at the top left, ``y`` down.
    Slices (``row``, ``column``, ``Rect.cut_*``) return rectangles and never touch a widget, so a
    screen stays a pure function.

Rules
    * Lengths are whole pixels and never negative; a rectangle too small for its parts yields
      empty parts, never an exception: the layout audit finds them by size.
    * ``mirror=True`` lays a row out from the right, for scripts that read from right to left.
      Digits, code fields, clocks and the cabinet map are never mirrored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

Size = tuple[int, int]
Point = tuple[int, int]


class Rect(NamedTuple):
    """A rectangle: left, top, width and height in pixels."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        return self.x + self.w

    @property
    def bottom(self) -> int:
        return self.y + self.h

    @property
    def cx(self) -> int:
        return self.x + self.w // 2

    @property
    def cy(self) -> int:
        return self.y + self.h // 2

    @property
    def empty(self) -> bool:
        return self.w <= 0 or self.h <= 0

    def contains(self, x: int, y: int) -> bool:
        left, top, w, h = self
        return left <= x < left + w and top <= y < top + h

    def inset(self, dx: int, dy: int | None = None) -> Rect:
        """Shrink by ``dx`` on the left and right and ``dy`` (default ``dx``) above and below."""
        dy = dx if dy is None else dy
        return Rect(self.x + dx, self.y + dy, max(0, self.w - 2 * dx), max(0, self.h - 2 * dy))

    def grow(self, n: int) -> Rect:
        return Rect(self.x - n, self.y - n, self.w + 2 * n, self.h + 2 * n)

    def move(self, dx: int, dy: int) -> Rect:
        return Rect(self.x + dx, self.y + dy, self.w, self.h)

    def meets(self, other: Rect) -> bool:
        x, y, w, h = self
        ox, oy, ow, oh = other
        return x < ox + ow and ox < x + w and y < oy + oh and oy < y + h

    def union(self, other: Rect) -> Rect:
        if self.empty:
            return other
        if other.empty:
            return self
        x, y = min(self.x, other.x), min(self.y, other.y)
        right, bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        return Rect(x, y, right - x, bottom - y)

    def clip(self, other: Rect) -> Rect:
        """The part inside ``other``; empty when they do not meet."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Rect(x, y, max(0, right - x), max(0, bottom - y))

    def centred(self, w: int, h: int) -> Rect:
        """A ``w`` x ``h`` rectangle with the same centre."""
        return Rect(self.x + (self.w - w) // 2, self.y + (self.h - h) // 2, w, h)

    def cut_top(self, h: int, gap: int = 0) -> tuple[Rect, Rect]:
        """(the top ``h`` rows, what is left below them and ``gap``)."""
        h = min(h, self.h)
        rest = max(0, self.h - h - gap)
        return Rect(self.x, self.y, self.w, h), Rect(self.x, self.bottom - rest, self.w, rest)

    def cut_bottom(self, h: int, gap: int = 0) -> tuple[Rect, Rect]:
        """(the bottom ``h`` rows, what is left above them and ``gap``)."""
        h = min(h, self.h)
        rest = max(0, self.h - h - gap)
        return Rect(self.x, self.bottom - h, self.w, h), Rect(self.x, self.y, self.w, rest)

    def cut_left(self, w: int, gap: int = 0) -> tuple[Rect, Rect]:
        """(the left ``w`` columns, what is left of the rest after ``gap``)."""
        w = min(w, self.w)
        rest = max(0, self.w - w - gap)
        return Rect(self.x, self.y, w, self.h), Rect(self.right - rest, self.y, rest, self.h)

    def cut_right(self, w: int, gap: int = 0) -> tuple[Rect, Rect]:
        """(the right ``w`` columns, what is left of the rest before ``gap``)."""
        w = min(w, self.w)
        rest = max(0, self.w - w - gap)
        return Rect(self.right - w, self.y, w, self.h), Rect(self.x, self.y, rest, self.h)


EMPTY = Rect(0, 0, 0, 0)


def split(length: int, parts: Sequence[float], gap: int = 0) -> list[tuple[int, int]]:
    """(offset, length) of each part of a line; negative parts are fixed pixels, others weights.

    ``split(100, [-20, 1, 3], 10)`` -> one of 20 pixels, then 15 and 45 pixels. The parts and gaps
    fill the line exactly: rounding is carried along, never lost at the end.
    """
    if not parts:
        return []
    fixed = sum(-p for p in parts if p < 0)
    free = max(0.0, length - fixed - gap * (len(parts) - 1))
    weights = sum(p for p in parts if p > 0)
    out: list[tuple[int, int]] = []
    at = 0.0
    for part in parts:
        size = -part if part < 0 else (free * part / weights if weights else 0.0)
        start, end = round(at), round(at + size)
        out.append((start, end - start))
        at += size + gap
    return out


def row(rect: Rect, parts: Sequence[float], gap: int = 0, *, mirror: bool = False) -> list[Rect]:
    """Columns of ``rect`` side by side in reading order (see ``split`` for ``parts``)."""
    cells = [Rect(rect.x + o, rect.y, n, rect.h) for o, n in split(rect.w, parts, gap)]
    return [flip(cell, rect) for cell in cells] if mirror else cells


def column(rect: Rect, parts: Sequence[float], gap: int = 0) -> list[Rect]:
    """Rows of ``rect`` from the top (see ``split`` for ``parts``)."""
    return [Rect(rect.x, rect.y + o, rect.w, n) for o, n in split(rect.h, parts, gap)]


def grid(rect: Rect, columns: int, rows: int, gap: int = 0, *, mirror: bool = False) -> list[Rect]:
    """``columns`` x ``rows`` equal cells in reading order."""
    lines = column(rect, [1] * rows, gap)
    return [cell for line in lines for cell in row(line, [1] * columns, gap, mirror=mirror)]


def flip(rect: Rect, within: Rect) -> Rect:
    """The mirror image of ``rect`` about the vertical centre line of ``within``."""
    return rect._replace(x=within.x + within.right - rect.right)


def merge(rects: Iterable[Rect], bounds: Rect, most: int = 16) -> list[Rect]:
    """Disjoint rectangles that cover ``rects`` inside ``bounds``; one covering all if too many.

    Overlapping rectangles are joined until none meets another, so no pixel is painted twice.
    """
    out: list[Rect] = []
    for rect in rects:
        new = rect.clip(bounds)
        if new.empty:
            continue
        while True:
            hit = next((r for r in out if r.meets(new)), None)
            if hit is None:
                break
            out.remove(hit)
            new = new.union(hit)
        out.append(new)
    if len(out) > most:
        whole = EMPTY
        for rect in out:
            whole = whole.union(rect)
        return [whole]
    return out
