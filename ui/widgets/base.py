"""What every widget is, the screen they form, and what changed between two screens.

Theory of operation
    A screen is rebuilt from the view whenever the view changes; widgets are small values with
    fields that say everything they show. ``place`` gives a widget its rectangle, ``arrange``
    (called once by ``Screen``) lets it measure text and make its parts, ``draw`` paints it alone,
    ``paint`` paints it with its parts, ``trace`` says in plain data what ``paint`` shows. Two
    screens are compared part by part: a part that is equal and in the same place was already
    painted, and the rectangles of all others are what must be repainted.

Rules
    * An action is an opaque string ("collect", "digit:5", "pick:3f2a"). Widgets know no core type.
    * A button acts when the finger lifts inside it; a key of a keypad acts when it goes down.
    * The pressed look is instant, and keys that enter secret digits have none: a highlight can be
      read over a shoulder.
    * Secret digits never enter a widget: a masked field is given how many there are.
    * Whatever a person can see, ``trace`` can say; text that had to be cut is marked ``clipped``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import ClassVar, Final, Literal, Self

from ui.backend import Touch
from ui.geometry import EMPTY, Rect, Size, merge
from ui.lang.glyphs import unmarked
from ui.paint import Painter
from ui.text import Typesetter
from ui.theme import CAPTION_STRONG, Role, Theme

Trace = dict[str, object]
CAP_DP: Final = 30  # the disc with the key that presses a button
SHADOW_DP: Final = 12  # how far a shadow reaches beyond its box
SLOP_DP: Final = 10  # how far a finger may slide off a button and still press it


# Only ``__init__`` is generated for widgets: the other methods that ``dataclass`` compiles for
# each class would make up a third of the time to the first frame, so the base class has them once.
_COMPARED: Final[dict[object, tuple[str, ...]]] = {}


def _compared(widget: Widget) -> tuple[str, ...]:
    """The names of the fields that make two widgets of this class equal."""
    key: object = type(widget)
    if key not in _COMPARED:
        _COMPARED[key] = tuple(f.name for f in fields(widget) if f.compare)
    return _COMPARED[key]


@dataclass(kw_only=True, eq=False, repr=False)
class Widget:
    """A part of a screen.

    ``speech`` is what is spoken instead of the text; ``focus`` marks the part that OK presses when
    a keypad is the only way, and ``cap`` is the key that presses this one.
    """

    kind: ClassVar[str] = "widget"
    modal: ClassVar[bool] = False  # hides what is before it in the list from touches
    fires: ClassVar[Literal["up", "down"]] = "up"

    rect: Rect = EMPTY
    action: str = ""
    enabled: bool = True
    focus: bool = False
    cap: str = ""
    pressed: bool = False
    speech: str = ""
    since_ms: int = field(default=0, init=False, compare=False)  # see ``Screen``

    def __eq__(self, other: object) -> bool:
        """Same class and the same in every field that is compared."""
        if type(other) is not type(self):
            return NotImplemented
        mine, theirs = self.__dict__, other.__dict__
        return all(mine[name] == theirs[name] for name in _compared(self))

    def __repr__(self) -> str:
        return f"<{self.kind} at {tuple(self.rect)}>"  # no words: they may be a person's

    def place(self, rect: Rect) -> Self:
        """Put the widget into ``rect``."""
        self.rect = rect
        return self

    def turn(self) -> None:
        """Read from the right: what has a side changes it."""
        if hasattr(self, "mirror"):
            self.mirror = True

    def size(self, type: Typesetter) -> Size:
        """(width, height) in pixels that the widget would like; 0 where it takes what it gets."""
        return 0, 0

    def arrange(self, type: Typesetter) -> None:
        """Measure text and place parts inside ``rect``."""

    def parts(self) -> Sequence[Widget]:
        """The widgets inside this one, back to front."""
        return ()

    def flat(self) -> Iterator[Widget]:
        """This widget and all parts of it, in the order of painting."""
        yield self
        for part in self.parts():
            yield from part.flat()

    def bounds(self, theme: Theme) -> Rect:
        """All that ``draw`` may touch: shadows and focus rings lie outside ``rect``."""
        return self.rect.grow(theme.dp(5)) if self.focus else self.rect

    def event(self, touch: Touch) -> str | None:
        """The action of a touch on this widget alone; its parts are asked on their own."""
        if self.action and self.enabled and touch.phase == self.fires:
            inside = self.rect.contains(touch.x, touch.y)
            return self.action if inside else None
        return None

    def drag(self, touch: Touch) -> bool:
        """Follow a finger that went down on this widget; whether it keeps it outside too."""
        return False

    def stale(self) -> Rect:
        """What a finger has drawn on it since this was last asked, to be painted again."""
        return EMPTY

    def shows_press(self) -> bool:
        """Whether it looks different while it is pressed."""
        return True

    def draw(self, painter: Painter) -> None:
        """Paint this widget without its parts."""

    def paint(self, painter: Painter) -> None:
        """Paint this widget and its parts."""
        for widget in self.flat():
            widget.draw(painter)

    def spills(self, theme: Theme) -> bool:
        """Whether its words, as they were fitted, need more height than it has."""
        return False

    def text_shown(self) -> str:
        """The words a person can read on it."""
        return ""

    def trace(self) -> Trace:
        """What is shown, as data: kind, rect, text, action, enabled, focus, pressed, speech.

        `cap` only where a key of the keypad is shown.
        """
        text = unmarked(self.text_shown())
        capped: Trace = {"cap": self.cap} if self.cap else {}
        return capped | {
            "kind": self.kind,
            "rect": list(self.rect),
            "text": text,
            "action": self.action,
            "enabled": self.enabled,
            "focus": self.focus,
            "pressed": self.pressed,
            "speech": unmarked(self.speech) or text,
        }

    def draw_focus(self, painter: Painter, radius: int) -> None:
        """A ring around the widget, to be painted before it."""
        if self.focus:
            theme = painter.theme
            painter.box(self.rect.grow(theme.dp(5)), radius + theme.dp(5), "focus")
            painter.box(self.rect.grow(theme.dp(2)), radius + theme.dp(2), "bg")

    def cap_out(self, painter: Painter) -> int:
        """How far that key stands out over the corner, where it would lie on the words."""
        return 0

    def draw_cap(self, painter: Painter) -> None:
        """The key that presses it, in the corner where a line begins; over everything else."""
        if self.cap:
            theme = painter.theme
            side = theme.dp(CAP_DP)
            out = self.cap_out(painter)
            x = self.rect.right - side + out if theme.rtl else self.rect.x - out
            disc = Rect(x, self.rect.y - out, side, side)
            painter.box(disc, side, "bg")
            painter.box(disc.inset(theme.dp(2)), side, "ink")
            painter.text_in(disc, self.cap, CAPTION_STRONG, "bg", "center")


@dataclass(eq=False, repr=False)
class Screen:
    """A tree of widgets that fills the panel.

    ``name`` identifies the screen in traces and tests. ``since_ms`` is when this screen came up
    (milliseconds since boot): a touch that is older was aimed at what was there before, and makes
    nothing on a button that was not yet in this place then.
    """

    name: str
    widgets: Sequence[Widget]
    background: Role = "bg"
    since_ms: int = 0
    rect: Rect = EMPTY
    _flat: list[Widget] = field(default_factory=list, repr=False, compare=False)
    _felt: list[Widget] = field(default_factory=list, repr=False, compare=False)

    def arrange(self, type: Typesetter) -> Self:
        """Fit the widgets to the panel and measure their text. Needed once before anything else."""
        self.rect = Rect(0, 0, *type.theme.size)
        for widget in self.widgets:
            widget.arrange(type)
        self._flat = [part for widget in self.widgets for part in widget.flat()]
        self._felt = [one for one in self._flat if one.action or one.modal]
        for part in self._flat:
            part.since_ms = self.since_ms
        return self

    def flat(self) -> Sequence[Widget]:
        """Every widget and part in the order of painting."""
        return self._flat

    @property
    def held(self) -> Widget | None:
        """What a finger is on."""
        for widget in self._felt:
            if widget.pressed:
                return widget
        return None

    def target(self, x: int, y: int) -> Widget | None:
        """The enabled widget with an action at a pixel, the topmost first."""
        for widget in reversed(self._felt):
            if widget.action and widget.enabled and widget.rect.contains(x, y):
                return widget
            if widget.modal:
                return None
        return None

    def hit(self, x: int, y: int) -> str | None:
        """The action at a pixel."""
        widget = self.target(x, y)
        return widget.action if widget else None

    def event(self, touch: Touch, slop_px: int = 0) -> str | None:
        """Follow a finger; returns the action it made, if any.

        Sets ``pressed`` on the widget under it. ``slop_px`` is how far it may slide off.
        """
        held = self.held
        if touch.phase == "down":
            if held is not None:  # its end was lost
                held.pressed = False
            widget = self.target(touch.x, touch.y)
            if widget is None or touch.up_ms < widget.since_ms:
                return None
            widget.pressed = True
            return widget.event(touch)
        if held is None:
            return None
        over = held.rect.grow(slop_px).contains(touch.x, touch.y)
        if touch.phase == "move":
            held.pressed = held.drag(touch) or over
            return None
        held.pressed = False
        return held.action if over and held.fires == "up" else None

    def adopt(self, old: Screen) -> None:
        """Take over what a finger was doing when ``old`` was replaced by this screen.

        A button with the same action in the same place is the same button: it stays pressed and
        is as old as it was.
        """
        before = {(w.action, w.rect): w for w in old.flat() if w.action and w.enabled}
        for widget in self._flat:
            same = before.get((widget.action, widget.rect)) if widget.enabled else None
            if same is not None:
                widget.since_ms = same.since_ms
                widget.pressed = same.pressed and old.name == self.name

    def paint(self, painter: Painter, rects: Sequence[Rect] | None = None) -> None:
        """Paint everything, or only what shows inside ``rects`` (which must not overlap)."""
        theme = painter.theme
        for rect in [self.rect] if rects is None else rects:
            with painter.clipped(rect):
                painter.fill(rect, self.background)
                within = [one for one in self._flat if one.bounds(theme).meets(rect)]
                for widget in within:
                    widget.draw(painter)
                for widget in within:
                    if widget.cap:
                        widget.draw_cap(painter)

    def trace(self) -> Trace:
        """The whole screen as data; widgets in the order of painting."""
        return {
            "screen": self.name,
            "size": [self.rect.w, self.rect.h],
            "widgets": [widget.trace() for widget in self._flat],
        }


def changed_rects(old: Screen | None, new: Screen, theme: Theme) -> list[Rect]:
    """Disjoint rectangles of ``new`` that differ from ``old``; all of it if there is no old."""
    if old is None or old.rect != new.rect or old.background != new.background:
        return [new.rect]
    before: dict[Rect, list[Widget]] = {}
    for widget in old.flat():
        before.setdefault(widget.rect, []).append(widget)
    dirty: list[Rect] = []
    for widget in new.flat():
        same_place = before.get(widget.rect, [])
        if widget in same_place:
            same_place.remove(widget)
        else:
            dirty.append(widget.bounds(theme))
    dirty += [widget.bounds(theme) for rest in before.values() for widget in rest]
    return merge(dirty, new.rect)
