"""The map of the cabinet: every door where it is, and the one that is open.

Theory of operation
    Columns stand side by side with the widths given, doors divide a column by their heights in
    units. One column is the one with the screen, drawn as a landmark, so that a person can find a
    door from where they stand.

Rules
    * Never mirrored: it is a picture of a thing.
    * A door's state is shown by colour and by a sign. For a recipient every door but the open one
      is ``plain``: who has something in which compartment is nobody's business.
    * A blank panel is part of the cabinet's front and has neither number nor handle.
    * The open door alone is amber; its leaf stands out to the side of its hinge and covers part of
      its neighbour, so it is painted last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from ui.geometry import Rect, column, row
from ui.paint import Painter
from ui.text import Typesetter
from ui.theme import CAPTION, CHIP, DISPLAY, Role, Theme, mix
from ui.widgets.base import Trace, Widget

DoorLook = Literal[
    "plain",
    "blank",
    "free",
    "occupied",
    "selected",
    "target",
    "open",
    "out",
    "unknown",
    "attention",
]
SIGNS: Final[dict[DoorLook, str]] = {
    "occupied": "box",
    "out": "stop",
    "unknown": "help",
    "attention": "warning",
    "selected": "check",
    "target": "unlock",
}


@dataclass(frozen=True)
class Door:
    """A door of the map: its id for actions, its number, height in units, state, hinge side."""

    id: str
    label: str
    units: float = 1.0
    look: DoorLook = "plain"
    hinge: Literal["left", "right"] = "right"
    pick: bool = True  # may be touched, on a map whose doors can be


@dataclass(frozen=True)
class Column:
    """Doors from the top, or the place of the screen."""

    doors: tuple[Door, ...] = ()
    width: float = 1.0
    screen: bool = False


@dataclass(eq=False, repr=False)
class DoorCell(Widget):
    """One door of the map."""

    kind: ClassVar[str] = "door"

    door: Door
    cap_px: int = 0  # one height for all closed doors of a map

    def _leaf_w(self) -> int:
        return round(min(self.rect.w * 0.36, self.rect.h * 0.5))

    def bounds(self, theme: Theme) -> Rect:
        if self.door.look != "open":
            return self.rect.grow(theme.dp(5)) if self.focus else self.rect
        return self.rect.grow(max(theme.dp(15), self._leaf_w() + theme.dp(4)))

    def draw(self, painter: Painter) -> None:
        if self.door.look == "open":
            self._draw_open(painter)
        elif self.door.look == "blank":
            painter.box(self.rect, painter.theme.dp(6), "landmark")
        else:
            self._draw_closed(painter)

    def _draw_closed(self, painter: Painter) -> None:
        theme, p, look = painter.theme, painter.theme.palette, self.door.look
        radius = theme.dp(6)
        self.draw_focus(painter, radius)
        fill, ink, edge = p.door, p.on_door, p.door
        if theme.palette.name == "high-contrast":
            edge = p.border
        if look == "free":
            ink, edge = p.ink, p.accent
        elif look in ("out", "unknown"):
            fill = mix(p.door, p.frame, 0.16)
            edge = edge if theme.palette.name == "high-contrast" else fill
        elif look == "attention":
            fill, ink, edge = p.danger_soft, p.danger, p.danger
        if self.action and look != "free":
            edge = p.danger if look == "attention" else p.border
        if look in ("selected", "target") or self.pressed:
            fill, ink, edge = p.accent, p.on_accent, p.on_accent
        painter.box(self.rect, radius, fill, edge, theme.dp(2))
        self._draw_face(painter, ink)

    def _draw_face(self, painter: Painter, ink: tuple[int, int, int]) -> None:
        theme, rect = painter.theme, self.rect
        sign = SIGNS.get(self.door.look, "")
        side = min(theme.dp(20), rect.h // 2) if sign else 0
        gap = theme.dp(5) if sign else 0
        cap = self.cap_px or min(theme.cap_px(CAPTION), round(rect.h * 0.34))
        style = CHIP if sign or self.door.look in ("free", "target") else CAPTION
        words = painter.type.width(self.door.label, style, cap)
        whole = rect.centred(side + gap + words, rect.h)
        mark, text = whole.cut_left(side, gap)
        if whole.grow(theme.dp(11)).w <= rect.w:  # a handle, where it does not lie on the number
            x = rect.x + theme.dp(6) if self.door.hinge == "left" else rect.right - theme.dp(9)
            handle = Rect(x, rect.cy - theme.dp(6), theme.dp(3), theme.dp(12))
            lit = self.door.look in ("selected", "target")
            painter.box(handle, theme.dp(2), ink if lit else "door_edge")
        if sign:
            painter.icon(sign, mark, ink, 2.0)
        painter.text_in(text, self.door.label, style, ink, "left", cap)

    def _draw_open(self, painter: Painter) -> None:
        theme, p, rect = painter.theme, painter.theme.palette, self.rect
        radius = theme.dp(6)
        if p.name != "high-contrast":
            more = theme.dp(5)
            painter.glow(rect.grow(more), radius + more, "highlight", theme.dp(6), 150)
        leaf, lean = self._leaf_w(), max(theme.dp(5), round(rect.h * 0.16))
        if self.door.hinge == "right":
            x0, x1 = rect.right - theme.dp(1), rect.right + leaf
        else:
            x0, x1 = rect.x + theme.dp(1), rect.x - leaf
        top, bottom = rect.y, rect.bottom - 1
        painter.box(rect, radius, "highlight")
        painter.polygon([(x0, top), (x1, top - lean), (x1, bottom + lean), (x0, bottom)], "leaf")
        bar = Rect(0, rect.cy - round(rect.h * 0.18), theme.dp(4), round(rect.h * 0.36))
        at = x1 - theme.dp(9) if self.door.hinge == "right" else x1 + theme.dp(5)
        painter.box(bar._replace(x=at), theme.dp(2), "on_highlight")
        cap = min(round(rect.h * 0.56), theme.cap_px(DISPLAY))
        wide = painter.type.width(self.door.label, DISPLAY, cap)
        if wide > rect.w * 0.8:
            cap = max(8, round(cap * rect.w * 0.8 / wide))
        painter.text_in(rect, self.door.label, DISPLAY, "on_highlight", "center", cap)

    def text_shown(self) -> str:
        return self.door.label

    def trace(self) -> Trace:
        return super().trace() | {"door": self.door.id, "state": self.door.look}


@dataclass(eq=False, repr=False)
class CabinetMap(Widget):
    """All columns inside ``rect``. With ``pick`` a touched door makes ``pick:<door id>``."""

    kind: ClassVar[str] = "cabinet"

    columns: Sequence[Column] = field(default=(), compare=False)
    pick: bool = False
    _cells: list[DoorCell] = field(default_factory=list, init=False, repr=False, compare=False)
    _screens: tuple[Rect, ...] = field(default=(), init=False, repr=False)

    def arrange(self, type: Typesetter) -> None:
        theme = type.theme
        gap = theme.dp(5)
        inner = self.rect.inset(theme.dp(12))
        cells: list[DoorCell] = []
        screens: list[Rect] = []
        strips = row(inner, [c.width for c in self.columns], gap)
        for strip, col in zip(strips, self.columns, strict=True):
            if col.screen:
                screens.append(strip)
                continue
            places = column(strip, [door.units for door in col.doors], gap)
            for place, door in zip(places, col.doors, strict=True):
                cell = DoorCell(door)
                cell.place(place)
                if self.pick and door.pick and door.look != "blank":
                    cell.action, cell.enabled = f"pick:{door.id}", self.enabled
                cells.append(cell)
        lowest = min((cell.rect.h for cell in cells), default=0)
        cap = max(6, min(theme.cap_px(CAPTION), round(lowest * 0.36)))
        for cell in cells:
            cell.cap_px = cap
        self._screens = tuple(screens)
        self._cells = [c for c in cells if c.door.look != "open"]
        self._cells += [c for c in cells if c.door.look == "open"]

    def parts(self) -> Sequence[Widget]:
        return self._cells

    def draw(self, painter: Painter) -> None:
        theme = painter.theme
        edge: Role | None = "border" if theme.palette.name == "high-contrast" else None
        painter.box(self.rect, theme.dp(14), "frame", edge, theme.dp(2))
        for strip in self._screens:
            self._draw_screen(painter, strip)

    def _draw_screen(self, painter: Painter, strip: Rect) -> None:
        """The column where the person stands: a lit screen and a keypad below it."""
        theme = painter.theme
        painter.box(strip, theme.dp(8), "landmark")
        w = round(strip.w * 0.74)
        glass = Rect(strip.cx - w // 2, strip.y + theme.dp(22), w, round(w * 0.64))
        painter.box(glass, theme.dp(4), "glass")
        dot, pitch = theme.dp(5), theme.dp(10)
        for j in range(2):
            for i in range(3):
                painter.circle(
                    strip.cx + (i - 1) * pitch,
                    glass.bottom + theme.dp(14) + j * pitch,
                    dot,
                    mix(theme.palette.landmark, (255, 255, 255), 0.55),
                )
