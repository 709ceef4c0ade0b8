"""The audit of a screen: what a person could not read, reach, press, hear or tell apart.

Theory of operation.  A `Witness` is a painter that notes each text, sign and edge with its place,
its size and the colours that lay under it, and whose it is.  The rules look at those notes and at
the tree of widgets, so they judge what reaches the glass and not what was meant.  Without `pixels`
nothing is painted: places and sizes are the same and three times as fast to come by.  Whether
letters touch is asked of the letters themselves: what hangs below a line or stands above its
capitals is not in its height, and differs from script to script.

Rules.  Pure: a screen in, findings out.  Every rule has a planted case in the tests that it finds.
What stands under a dialog is not judged.  What is switched off need not have contrast (WCAG 1.4.3).

Standards: EN 301 549 v3.2.1 (5.1.4 type, 5.1.3 speech, 8.1.3 colour), WCAG 2.2 (1.4.3, 1.4.11,
2.5.3, 2.5.8), ADA 2010 707.7.  docs/accessibility.md gives the figures and the exceptions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from typing import Final, NamedTuple

from ui.backend import Backend, lean
from ui.geometry import Rect
from ui.lang.glyphs import unmarked
from ui.paint import Align, Colour, Painter
from ui.text import Line, Typesetter
from ui.theme import RGB, Style, Theme, contrast
from ui.widgets import (
    Banner,
    Button,
    CabinetMap,
    PadKey,
    QrCode,
    Screen,
    StatusChip,
    TextKey,
    Widget,
)
from ui.widgets.cabinet import SIGNS, DoorCell

TARGET_MM: Final = 14.9
PAD_KEY_MM: Final = 18.0
TEXT_KEY_MM: Final = (9.9, 9.9)
DOOR_MM: Final = (11.9, 4.9)
TALL_KEY_MM: Final = (5.5, 11.9)
"""Least width and height where 15 mm cannot be had: keys of a keyboard, doors of the map."""

CAP_MM: Final = 2.3
"""Least height of a capital: the smallest style at 80 %, which is how far a text may shrink."""

LARGE_MM: Final = 4.8
"""What large text is to reach (ADA 707.7.2); `large_share` says how much of it does."""

TEXT_CONTRAST: Final = 4.5
EDGE_CONTRAST: Final = 3.0
SLACK_DP: Final = 3
PAD_DP: Final = 6
RULES: Final = (
    "target", "reach", "type", "cut", "overflow", "collision", "contrast", "edge", "speech",
    "name", "colour", "order", "word",
)  # fmt: skip


class Finding(NamedTuple):
    """What is wrong: the rule, the kind of widget, and a sentence that says what and how much."""

    rule: str
    kind: str
    said: str


class Ink(NamedTuple):
    """A text or a sign on the glass.  `least`: its lowest contrast, 0 where nothing was painted.

    `rect` is as high as a capital; `line` is all of it, and begins above that.
    """

    owner: Widget
    text: str
    rect: Rect
    cap_px: int
    least: float
    line: Line | None = None

    @property
    def place(self) -> Rect:
        """Where `line` stands."""
        if self.line is None:
            return self.rect
        width, height = self.line.surface.get_size()
        return Rect(self.rect.x, self.rect.y - self.line.cap_top_px, width, height)


class Edge(NamedTuple):
    """The box of something that can be pressed.  `best`: contrast of its fill or its border."""

    owner: Widget
    best: float


class Witness(Painter):
    """A painter that notes what it paints; `pixels` says whether it also paints."""

    def __init__(self, backend: Backend, type: Typesetter, pixels: bool) -> None:
        super().__init__(backend.surface, type)
        self.pixels = pixels
        self.owner: Widget
        self.texts: list[Ink] = []
        self.signs: list[Ink] = []
        self.edges: list[Edge] = []
        self._later: list[Callable[[], object]] = []

    def look_at(self, screen: Screen) -> None:
        """Paint a screen, a widget at a time; what was noted of another one is forgotten."""
        self.texts, self.signs, self.edges = [], [], []
        self.theme = self.type.theme
        self.surface.set_clip(None)
        if self.pixels:
            self.surface.fill(self.colour(screen.background))
        for widget in screen.flat():
            self.owner = widget
            widget.draw(self)
            for paint in self._later:
                paint()
            self._later = []
        for widget in screen.flat():
            self.owner = widget
            widget.draw_cap(self)

    def least(self, rect: Rect, colour: Colour) -> float:
        """The lowest contrast of a colour against what is in `rect` now."""
        seen = rect.clip(Rect(0, 0, *self.surface.get_size()))
        if not self.pixels or seen.empty:
            return 0.0
        across, down = max(1, seen.w // 12), max(1, seen.h // 4)
        under: set[RGB] = set()
        for x in range(seen.x, seen.right, across):
            for y in range(seen.y, seen.bottom, down):
                r, g, b, _ = self.surface.get_at((x, y))
                under.add((r, g, b))
        return min(contrast(self.colour(colour), one) for one in under)

    def text(
        self,
        x: int,
        y: int,
        text: str,
        style: Style,
        colour: Colour = "ink",
        align: Align = "left",
        cap_px: int | None = None,
        *,
        keep: bool = True,
    ) -> int:
        if not text:
            return 0
        cap = self.type.face(style, cap_px).cap_px
        width = self.type.width(text, style, cap)
        left = x - {"left": 0, "center": width // 2, "right": width}[align]
        place = Rect(left, y, width, cap)
        line = self.type.line(text, style, self.colour(colour), cap, keep=keep)
        least = self.least(place, colour)
        self.texts.append(Ink(self.owner, text, place, cap, least, line))
        if self.pixels:  # all lines of a widget together: one is not the other's background
            paint = super().text
            self._later.append(lambda: paint(x, y, text, style, colour, align, cap_px, keep=keep))
        return width

    def icon(self, name: str, rect: Rect, colour: Colour, stroke: float = 0.0) -> None:
        side = min(rect.w, rect.h)
        if side <= 0:
            return
        place = rect.centred(side, side)
        self.signs.append(Ink(self.owner, name, place, side, self.least(place, colour)))
        if self.pixels:
            super().icon(name, rect, colour, *((stroke,) if stroke else ()))

    def box(
        self,
        rect: Rect,
        radius: int,
        colour: Colour,
        border: Colour | None = None,
        border_px: int = 0,
        shadow: bool = False,
    ) -> None:
        if not self.pixels:
            return
        if self.owner.action and rect == self.owner.rect and not rect.empty:
            outside = (
                Rect(rect.x - 3, rect.cy, 1, 1),
                Rect(rect.right + 2, rect.cy, 1, 1),
                Rect(rect.cx, rect.y - 3, 1, 1),
            )
            tones = [colour, *([border] if border is not None and border_px else [])]
            best = max(min(self.least(at, tone) for at in outside) for tone in tones)
            self.edges.append(Edge(self.owner, best))
        super().box(rect, radius, colour, border, border_px, shadow)


def _unpainted(name: str) -> None:
    """Make a way of painting do nothing for a witness that only measures."""
    real = getattr(Painter, name)

    def paint(self: Witness, *given: object, **named: object) -> None:
        if self.pixels:
            real(self, *given, **named)

    setattr(Witness, name, paint)


for _name in ("fill", "dim", "circle", "line", "ring", "polygon", "stroke", "modules", "glow"):
    _unpainted(_name)


def judge(screen: Screen, witness: Witness) -> list[Finding]:
    """Everything that is wrong with an arranged screen, each thing once."""
    witness.look_at(screen)
    upper = _upper(screen)
    texts = [one for one in witness.texts if one.owner in upper]
    theme = witness.theme
    found = [
        *_targets(screen, upper, theme), *_type(texts, theme), *_cut(upper),
        *_overflow(texts, screen, theme), *_collisions(texts, upper), *_speech(upper),
        *_names(upper), *_colour(upper), *_order(upper),
    ]  # fmt: skip
    if witness.pixels:
        found += _contrast(witness, upper)
    return list(dict.fromkeys(found))


def judge_colours(screen: Screen, witness: Witness) -> list[Finding]:
    """What colours alone decide, of a screen whose places another palette has shown to be right."""
    witness.look_at(screen)
    return list(dict.fromkeys(_contrast(witness, _upper(screen))))


class _Upper:
    """The widgets that are not under a dialog, in the order of painting."""

    def __init__(self, widgets: list[Widget]) -> None:
        self.all = widgets
        self._ids = {id(one) for one in widgets}
        self.targets = [one for one in widgets if one.action and one.enabled]

    def __contains__(self, one: Widget) -> bool:
        return id(one) in self._ids


def _upper(screen: Screen) -> _Upper:
    flat = list(screen.flat())
    return _Upper(flat[max((at for at, one in enumerate(flat) if one.modal), default=0) :])


def _targets(screen: Screen, upper: _Upper, theme: Theme) -> Iterator[Finding]:
    for one in upper.targets:
        wide = theme.width_mm(one.rect.w) / theme.small
        high = theme.height_mm(one.rect.h) / theme.small
        least = (TARGET_MM, TARGET_MM)
        if isinstance(one, PadKey):
            least = (PAD_KEY_MM, TARGET_MM if theme.tall else PAD_KEY_MM)
        elif isinstance(one, TextKey):
            least = TALL_KEY_MM if theme.tall else TEXT_KEY_MM
        elif isinstance(one, DoorCell):
            least = DOOR_MM
        if wide < least[0] or high < least[1]:
            size, wanted = f"{wide:.1f} x {high:.1f} mm", f"{least[0]} x {least[1]} mm"
            yield Finding("target", one.kind, f"{one.action} is {size}; give it {wanted}")
        if screen.target(one.rect.cx, one.rect.cy) is not one:
            yield Finding("reach", one.kind, f"{one.action} is under something; move one of them")


def _type(texts: list[Ink], theme: Theme) -> Iterator[Finding]:
    for one in texts:
        high = theme.height_mm(one.cap_px) / theme.small
        if high < CAP_MM and not isinstance(one.owner, DoorCell):
            said = f"{one.text!r} is {high:.1f} mm high; write it {CAP_MM} mm"
            yield Finding("type", one.owner.kind, said)


def large_share(witness: Witness) -> tuple[int, int]:
    """(texts of at least 4.8 mm, all texts) of what a witness has looked at, without map doors."""
    texts = [one for one in witness.texts if not isinstance(one.owner, DoorCell)]
    large = [one for one in texts if witness.theme.height_mm(one.cap_px) >= LARGE_MM]
    return len(large), len(texts)


def _cut(upper: _Upper) -> Iterator[Finding]:
    for one in upper.all:
        trace = one.trace()
        if trace.get("clipped"):
            yield Finding("cut", one.kind, f"{trace['text']!r} is cut; write it shorter")


def _overflow(texts: list[Ink], screen: Screen, theme: Theme) -> Iterator[Finding]:
    slack = theme.dp(SLACK_DP)
    for one in texts:
        room = one.owner.rect.grow(slack)
        if isinstance(one.owner, Button):
            room = one.owner.rect.inset(theme.dp(PAD_DP))
        if one.text == one.owner.cap:  # the key that presses it may stand out over its corner
            room = one.owner.bounds(theme)
        room = room.clip(screen.rect)
        if one.rect.clip(room) != one.rect:
            yield Finding(
                "overflow", one.owner.kind, f"{one.text!r} runs out of its place; shorten it"
            )


def _collisions(texts: list[Ink], upper: _Upper) -> Iterator[Finding]:
    shown = [one for one in texts if not isinstance(one.owner, DoorCell)]
    for place, one in enumerate(shown):
        for other in shown[place + 1 :]:
            if one.rect.meets(other.rect) or touch(one, other):
                said = f"{one.text!r} lies on {other.text!r}; move or shorten one"
                yield Finding("collision", one.owner.kind, said)
        for target in upper.targets:
            within = one.owner.rect.clip(target.rect) == one.owner.rect
            if target is not one.owner and not within and one.rect.meets(target.rect):
                said = f"{one.text!r} lies on {target.action}; move or shorten one"
                yield Finding("collision", one.owner.kind, said)


def touch(one: Ink, other: Ink) -> bool:
    """Whether a letter of one text lies on a letter of another."""
    at, beside = one.place, other.place
    if one.line is None or other.line is None or not at.meets(beside):
        return False
    offset = (beside.x - at.x, beside.y - at.y)
    return lean.overlap(one.line.surface, other.line.surface, offset)


def _contrast(witness: Witness, upper: _Upper) -> Iterator[Finding]:
    for one, least in (
        *((ink, TEXT_CONTRAST) for ink in witness.texts),
        *((ink, EDGE_CONTRAST) for ink in witness.signs),
    ):
        if one.owner in upper and one.owner.enabled and one.least < least:
            said = f"{one.text!r} has {one.least:.2f}:1; give it {least}:1"
            yield Finding("contrast", one.owner.kind, said)
    for edge in witness.edges:
        # A best of one is a button without a box: its words are what is seen of it.
        if edge.owner in upper and edge.owner.enabled and 1.01 < edge.best < EDGE_CONTRAST:
            said = f"the edge of {edge.owner.action} has {edge.best:.2f}:1; give it 3:1"
            yield Finding("edge", edge.owner.kind, said)


def _spoken(one: Widget) -> str:
    return str(one.trace()["speech"]).strip()


def _speech(upper: _Upper) -> Iterator[Finding]:
    for one in upper.all:
        wanted = one.action or isinstance(one, CabinetMap | QrCode)
        if wanted and not _spoken(one):
            said = f"{one.action or one.kind} has no words to be spoken; give it a speech"
            yield Finding("speech", one.kind, said)
    if not any(_spoken(one) for one in upper.all):
        yield Finding("speech", "screen", "nothing on it can be spoken; give it words")


def _names(upper: _Upper) -> Iterator[Finding]:
    """What is read on a button is part of what is spoken, and no two are called the same."""
    for one in upper.targets:
        seen = unmarked(one.text_shown()).split()
        if isinstance(one, Button) and any(word not in _spoken(one) for word in seen):
            yield Finding(
                "name", one.kind, f"{seen} is spoken as {_spoken(one)!r}; say what it says"
            )
    called = Counter(
        (_spoken(one), one.kind) for one in upper.targets if not isinstance(one, TextKey)
    )
    for (name, kind), times in called.items():
        if times > 1 and name:
            yield Finding("name", kind, f"{times} are called {name!r}; call them apart")


def _colour(upper: _Upper) -> Iterator[Finding]:
    looks: dict[str, set[str]] = {}
    for one in upper.all:
        if isinstance(one, StatusChip | Banner) and not one.text:
            yield Finding("colour", one.kind, f"its tone {one.tone} has no words; say what it says")
        if isinstance(one, DoorCell) and one.door.look != "blank":
            look = one.door.look
            looks.setdefault("leaf" if look == "open" else SIGNS.get(look, ""), set()).add(look)
    for sign, same in looks.items():
        if len(same) > 1:
            said = f"{', '.join(sorted(same))} look alike ({sign or 'no sign'}); give one a sign"
            yield Finding("colour", "door", said)


def _order(upper: _Upper) -> Iterator[Finding]:
    """Of two in one column the upper comes first, in the order in which they are spoken."""
    for place, one in enumerate(upper.targets):
        for later in upper.targets[place + 1 :]:
            column = min(one.rect.right, later.rect.right) - max(one.rect.x, later.rect.x)
            if 2 * column > min(one.rect.w, later.rect.w) and later.rect.bottom <= one.rect.y:
                said = f"{later.action} stands over {one.action} and comes after it; change them"
                yield Finding("order", later.kind, said)


def strays(screen: Screen, known: Collection[str]) -> list[Finding]:
    """Words that did not come through the catalogue, of a screen in the pseudo-language `en-XA`.

    `known`: names, codes and what people wrote; a word of those is no stray.
    """
    found = []
    allowed = {word for text in known for word in re.findall(r"[A-Za-z]{3,}", text)}
    for one in screen.flat():
        trace = one.trace()
        for said in sorted({str(trace["text"]), str(trace["speech"])}):
            plain = re.sub(r"[A-Z0-9]+(?:-[A-Z0-9]+)+", "", said)  # references
            for word in re.findall(r"(?<![^\W\d_])[A-Za-z]{3,}(?![^\W\d_])", plain):
                if word not in allowed:
                    text = f"{word!r} is not of the catalogue; say it through ui.words"
                    found.append(Finding("word", one.kind, text))
    return list(dict.fromkeys(found))
