"""The front of the cabinet as a thing: steel doors that swing, and what was done to them.

Theory of operation.  Columns and heights are the site's.  Every door shows how it truly stands: its
leaf is drawn at the angle that the physics gives (`swing_deg` while it moves there), behind it the
lit inside of the compartment.  Marks say what hands did: the latch jammed, a cable cut, a coil on.

Rules.  Amber is for what stands open.  A mark has words, not colour alone.  The leaf hangs on the
side away from the screen's column and may cover a neighbour, so open doors are painted last.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from lockerd.core.site import Compartment, Site
from ui.geometry import Rect, row
from ui.paint import Painter
from ui.text import Typesetter
from ui.theme import CAPTION_STRONG, RGB, Theme, mix
from ui.widgets import Trace, Widget
from ui.workbench.model import DoorFact
from ui.workbench.parts import BLACK, FINE_STRONG, STEEL, STEEL_EDGE

LEAF: Final[RGB] = (214, 223, 222)
LEAF_LIGHT: Final[RGB] = (236, 241, 240)
LEAF_SHADE: Final[RGB] = (168, 181, 180)
INK: Final[RGB] = (43, 58, 64)
RECESS: Final[RGB] = (18, 27, 31)
GLOW: Final[RGB] = (255, 184, 28)
INSIDE: Final[RGB] = (255, 205, 96)
INSIDE_SHADE: Final[RGB] = (196, 132, 20)
GAP: Final = 3
SHORT: Final = {"jammed": "jam", "lock cut": "lock", "sensor cut": "sensor"}
LEAN_MOST: Final = 8
BEYOND_MOST: Final = 9  # of a leaf that stands wide open: the steel beside the doors is narrow


def drawn_deg(angle_deg: int) -> int:
    """The angle at which a leaf is drawn: a spring's 12 degrees would hardly be seen from ahead."""
    return 5 * angle_deg if angle_deg <= 12 else min(112, 60 + (angle_deg - 12) * 5 // 8)


@dataclass(eq=False, repr=False)
class FrontDoor(Widget):
    """One door.  `swing_deg` is the angle it is drawn at; `left`: it hangs on its left side."""

    kind: ClassVar[str] = "front-door"

    door: DoorFact
    swing_deg: int = 0
    left: bool = True
    selected: bool = False
    cap_px: int = 9

    def bounds(self, theme: Theme) -> Rect:
        if not self.swing_deg:
            return self.rect.grow(2)
        return self.rect.grow(max(LEAN_MOST, BEYOND_MOST) + 3)

    def draw(self, painter: Painter) -> None:
        if self.selected:
            painter.box(self.rect.grow(2), 6, "glass")
        painter.box(self.rect, 4, RECESS)
        if self.swing_deg:
            self._draw_inside(painter)
            self._draw_leaf(painter)
        else:
            self._draw_shut(painter)

    # -- shut ------------------------------------------------------------------------------------

    def _draw_shut(self, painter: Painter) -> None:
        face = self.rect.inset(1)
        light, body = LEAF_LIGHT, LEAF
        if self.pressed:
            light = body = mix(LEAF, INK, 0.16)
        painter.box(face, 3, light)
        painter.box(face._replace(y=face.y + 1, h=face.h - 1), 3, body)
        painter.line(face.x + 3, face.bottom - 1, face.w - 6, LEAF_SHADE)
        self._draw_lock(painter, face)
        self._draw_number(painter, face)
        self._draw_marks(painter, face)

    def _draw_lock(self, painter: Painter, face: Rect) -> None:
        x = face.right - 10 if self.left else face.x + 10
        on = self.door.energised
        painter.circle(x, face.cy, 9, GLOW if on else LEAF_SHADE)
        painter.circle(x, face.cy, 5, INK if not on else RECESS)

    def _draw_number(self, painter: Painter, face: Rect) -> None:
        words = face.inset(9, 0) if self.left else face.inset(20, 0)
        painter.text_in(words, self.door.unit, CAPTION_STRONG, INK, "left", self.cap_px)

    def _marks(self) -> list[str]:
        door = self.door
        told = (
            (door.jammed, "jammed"),
            (door.strike_cut, "lock cut"),
            (door.contact_cut, "sensor cut"),
        )
        return [words for so, words in told if so]

    def _told(self) -> str:
        """The marks in the few words that a door has room for."""
        marks = self._marks()
        if len(marks) > 2:
            return f"{len(marks)} faults"
        return marks[0] if len(marks) == 1 else " + ".join(SHORT[one] for one in marks)

    def _draw_marks(self, painter: Painter, face: Rect) -> None:
        if not self.door.broken:
            return
        text = self._told()
        p, cap = painter.theme.palette, min(8, self.cap_px)
        wide = painter.type.width(text, FINE_STRONG, cap)
        h = min(face.h - 4, 17)
        right = face.right - (20 if self.left else 8)
        pill = Rect(right - wide - 25, face.cy - h // 2, wide + 25, h)
        painter.box(pill, h, p.danger)
        icon, words = pill.inset(6, 0).cut_left(h - 6, 3)
        painter.icon("warning", icon, p.on_danger, 2.4)
        painter.text_in(words, text, FINE_STRONG, p.on_danger, "left", cap)

    # -- open ------------------------------------------------------------------------------------

    def _draw_inside(self, painter: Painter) -> None:
        """The lit compartment, with its floor and the wall on the side of the hinge."""
        inner = self.rect.inset(2)
        painter.glow(self.rect.grow(3), 7, GLOW, 5, 150)
        painter.box(inner, 2, INSIDE)
        depth = min(16, inner.w // 6)
        rise = min(6, inner.h // 4)
        x0, x1, y0, y1 = inner.x, inner.right - 1, inner.y, inner.bottom - 1
        painter.polygon(
            [(x0, y1), (x0 + depth, y1 - rise), (x1 - depth, y1 - rise), (x1, y1)], INSIDE_SHADE
        )
        wall = mix(INSIDE, INSIDE_SHADE, 0.55)
        far, near = (x1 - depth, x1) if self.left else (x0 + depth, x0)
        painter.polygon([(near, y0), (far, y0 + rise), (far, y1 - rise), (near, y1)], wall)

    def _draw_leaf(self, painter: Painter) -> None:
        turn = math.radians(self.swing_deg)
        reach = max(-BEYOND_MOST, round((self.rect.w - 2) * math.cos(turn)))
        lean = round(min(LEAN_MOST, self.rect.h * 0.3) * math.sin(turn))
        rect = self.rect.inset(1)
        hinge, sign = (rect.x, 1) if self.left else (rect.right - 1, -1)
        free = hinge + sign * reach
        if abs(free - hinge) < 4:
            free = hinge + sign * (4 if reach >= 0 else -4)
        top, bottom = rect.y, rect.bottom - 1
        shape = [(hinge, top), (free, top - lean), (free, bottom + lean), (hinge, bottom)]
        painter.polygon(shape, LEAF_LIGHT if reach >= 0 else LEAF_SHADE)
        thick = -sign if reach >= 0 else sign
        for at in (free, free + thick):
            painter.fill(Rect(min(at, free), top - lean, 2, bottom - top + 2 * lean + 1), INK)
        if reach > 34:
            left = hinge if self.left else free
            face = Rect(left, rect.y, reach, rect.h)
            words = face.inset(9, 0) if self.left else face.inset(14, 0)
            painter.text_in(words, self.door.unit, CAPTION_STRONG, INK, "left", self.cap_px)
        else:
            style, cap = CAPTION_STRONG, self.cap_px + 2
            painter.text_in(self.rect, self.door.unit, style, INK, "center", cap)

    def text_shown(self) -> str:
        return self.door.unit

    def trace(self) -> Trace:
        stands = "open" if self.door.is_open else "shut"
        return super().trace() | {
            "stands": stands,
            "swing": self.swing_deg,
            "marks": self._marks(),
            "coil": self.door.energised,
        }


@dataclass(eq=False, repr=False)
class Front(Widget):
    """All doors inside `rect`; a touched door makes `door:<unit>`."""

    kind: ClassVar[str] = "front"

    site: Site = field(compare=False)
    doors: Mapping[str, DoorFact] = field(compare=False)
    swings: Mapping[str, int] = field(compare=False)
    selected: str = field(default="", compare=False)
    lit: bool = True
    _cells: list[FrontDoor] = field(default_factory=list, init=False, repr=False, compare=False)
    _screens: tuple[Rect, ...] = field(default=(), init=False, repr=False)
    _blanks: tuple[Rect, ...] = field(default=(), init=False, repr=False)

    def arrange(self, type: Typesetter) -> None:
        columns = self.site.columns
        highest = max((one.height for one in columns), default=1)
        strips = row(self.rect, [one.width_mm for one in columns], GAP)
        middle = [place for place, one in enumerate(columns) if one.kind == "screen"]
        centre = middle[0] if middle else len(columns)
        cells: list[FrontDoor] = []
        for one in self.site.compartments:
            place = _place(strips[one.column], one, highest)
            cells.append(
                FrontDoor(
                    self.doors.get(one.unit, DoorFact(one.unit)),
                    self.swings.get(one.unit, 0),
                    left=one.column < centre,
                    selected=one.unit == self.selected,
                    action=f"door:{one.unit}",
                ).place(place)
            )
        lowest = min((cell.rect.h for cell in cells), default=0)
        for cell in cells:
            cell.cap_px = max(6, min(10, round(lowest * 0.46)))
        self._screens = tuple(strips[place] for place in middle)
        self._blanks = tuple(self._gaps(strips, highest))
        self._cells = sorted(cells, key=lambda cell: cell.swing_deg > 0)

    def _gaps(self, strips: Sequence[Rect], highest: int) -> list[Rect]:
        """Where the front has a plain panel and no door."""
        out = []
        for at, (strip, column) in enumerate(zip(strips, self.site.columns, strict=True)):
            if column.kind == "screen":
                continue
            here = [one for one in self.site.compartments if one.column == at]
            filled = {unit for one in here for unit in range(one.top, one.top + one.height)}
            out += [_cell(strip, unit, 1, highest) for unit in range(highest) if unit not in filled]
        return out

    def parts(self) -> Sequence[Widget]:
        return self._cells

    def draw(self, painter: Painter) -> None:
        for blank in self._blanks:
            painter.box(blank, 3, mix(STEEL, STEEL_EDGE, 0.35))
        for strip in self._screens:
            self._draw_screen(painter, strip)

    def _draw_screen(self, painter: Painter, strip: Rect) -> None:
        """The column with the kiosk that is seen enlarged above."""
        p = painter.theme.palette
        painter.box(strip, 4, mix(STEEL, STEEL_EDGE, 0.5))
        h = min(round(strip.h * 0.42), round((strip.w - 28) * 0.6))
        glass = strip.inset(0, 12).cut_top(h)[0].centred(round(h * 1.66), h)
        painter.box(glass.grow(3), 5, RECESS)
        painter.box(glass, 3, p.glass if self.lit else BLACK)
        if self.lit:
            painter.icon("lock", glass.centred(round(h * 0.5), round(h * 0.5)), RECESS, 2.0)
        pitch = 9
        for line in range(2):
            for place in range(3):
                x = strip.cx + (place - 1) * pitch
                y = glass.bottom + 16 + line * pitch
                painter.circle(x, y, 5, mix(STEEL_EDGE, (255, 255, 255), 0.45))
        slot = Rect(strip.cx - 17, glass.bottom + 38, 34, 8)
        if slot.bottom < strip.bottom - 4:
            painter.box(slot, 4, RECESS)
            beam = (214, 66, 58) if self.lit else STEEL_EDGE
            painter.fill(Rect(slot.x + 5, slot.cy - 1, slot.w - 10, 2), beam)


def _cell(strip: Rect, top: int, height: int, highest: int) -> Rect:
    unit = (strip.h + GAP) / highest
    y, end = round(strip.y + top * unit), round(strip.y + (top + height) * unit) - GAP
    return Rect(strip.x, y, strip.w, end - y)


def _place(strip: Rect, one: Compartment, highest: int) -> Rect:
    return _cell(strip, one.top, one.height, highest)
