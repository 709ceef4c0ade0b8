"""Painting: antialiased shapes, soft shadows, icons and text on one surface.

Theory of operation
    pygame 2.6 draws without antialiasing, so every curved edge here comes from a mask that was
    drawn several times too large and shrunk once (area averaging), then tinted and kept. A
    rounded box is three fills and four cached corners; a shadow is a nine-patch cut from one
    small blurred box.
    After the first frame almost everything is a fill or the copy of a cached sprite.

Rules
    * A ``Painter`` belongs to one surface and one theme. Colours are named by role.
    * Sprites are kept in a cache bounded by bytes, least recently used first out.
    * Masks are white and only their alpha varies, so shrinking them leaves no dark fringe.
    * Nothing is painted outside the clip: a caller repaints what changed through ``clipped``.
"""

from __future__ import annotations

import io
import math
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from ui import icons
from ui.geometry import Point, Rect
from ui.text import Typesetter
from ui.theme import RGB, Role, Style

if TYPE_CHECKING:
    from pygame import Surface

Align = Literal["left", "center", "right"]
Colour = Role | RGB

SPRITE_BYTES: Final = 8 << 20
RING_STEPS: Final = 360
SHADOW_PEAK: Final = 40  # of 255
STRIP_PX: Final = 64
SCRIM: Final = 0.46  # what is left of the light under a dialog


class Copied(NamedTuple):
    """Pixels, and where they belong."""

    rect: Rect
    pixels: Surface


class Painter:
    """Draws on ``surface`` with the theme of ``type``."""

    def __init__(self, surface: Surface, type: Typesetter) -> None:
        self.surface = surface
        self.type = type
        self.theme = type.theme
        self._pygame = type.pygame
        self._sprites: OrderedDict[object, tuple[Surface, ...]] = OrderedDict()
        self._bytes = 0

    # -- plain shapes -------------------------------------------------------------------------

    def colour(self, colour: Colour) -> RGB:
        """The value of a role; a value stays what it is."""
        return self.theme.palette[colour] if isinstance(colour, str) else colour

    @contextmanager
    def clipped(self, rect: Rect) -> Iterator[None]:
        """Paint only inside ``rect`` (and inside the clip that was)."""
        before = self.surface.get_clip()
        self.surface.set_clip(before.clip(rect))
        try:
            yield
        finally:
            self.surface.set_clip(before)

    def fill(self, rect: Rect, colour: Colour) -> None:
        self.surface.fill(self.colour(colour), rect)

    def copied(self, rect: Rect) -> Copied:
        """What is painted inside ``rect``, which lies on the panel."""
        return Copied(rect, self.surface.subsurface(rect).copy())

    def lay(self, copied: Copied) -> None:
        """Paint what was copied where it was."""
        self.surface.blit(copied.pixels, copied.rect)

    def dim(self, rect: Rect) -> None:
        """Take light away from what is there, for what lies under a dialog."""
        r, g, b = self.theme.palette.frame
        keep = SCRIM if max(r, g, b) > 16 else SCRIM * 0.8
        # A blend by one alpha for all pixels is nine times as fast as a multiplying fill.
        # In strips: a surface as large as the panel would be memory that nobody has touched yet.
        shade = self._pygame.Surface((rect.w, min(rect.h, STRIP_PX)), 0, 32)
        shade.fill((r // 2, g // 2, b // 2))
        shade.set_alpha(round(255 * (1 - keep)))
        for y in range(rect.y, rect.bottom, STRIP_PX):
            self.surface.blit(shade, (rect.x, y), (0, 0, rect.w, min(STRIP_PX, rect.bottom - y)))

    def box(
        self,
        rect: Rect,
        radius: int,
        colour: Colour,
        border: Colour | None = None,
        border_px: int = 0,
        shadow: bool = False,
    ) -> None:
        """A rounded box; the border lies inside ``rect``. Shadows are left out in flat palettes."""
        if rect.empty:
            return
        if shadow and not self.theme.palette.flat:
            dp = self.theme.dp
            self.glow(rect.move(0, dp(3)), radius, "ink", dp(7), SHADOW_PEAK)
        if border is not None and border_px > 0:
            self._round(rect, radius, self.colour(border))
            self._round(rect.inset(border_px), max(0, radius - border_px), self.colour(colour))
        else:
            self._round(rect, radius, self.colour(colour))

    def circle(self, cx: int, cy: int, diameter: int, colour: Colour) -> None:
        """A disc whose box is centred on (cx, cy)."""
        box = Rect(cx - diameter // 2, cy - diameter // 2, diameter, diameter)
        self._round(box, diameter, self.colour(colour))

    def line(self, x: int, y: int, length: int, colour: Colour, thick: int = 1) -> None:
        """A horizontal rule."""
        self.surface.fill(self.colour(colour), (x, y, length, thick))

    def ring(self, rect: Rect, fraction: float, thick: int, colour: Colour, track: Colour) -> None:
        """A round gauge inside ``rect``: ``fraction`` (0 to 1), clockwise from the top."""
        size = min(rect.w, rect.h)
        box = rect.centred(size, size)
        step = round(max(0.0, min(1.0, fraction)) * RING_STEPS)
        whole = self._tinted(
            ("ring", size, thick, RING_STEPS),
            self.colour(track),
            lambda: self._arc_mask(size, thick, RING_STEPS),
        )
        self.surface.blit(whole, box[:2])
        if step:
            part = self._tinted(
                ("ring", size, thick, step),
                self.colour(colour),
                lambda: self._arc_mask(size, thick, step),
            )
            self.surface.blit(part, box[:2])

    def stroke(self, points: Sequence[Point], thick: int, colour: Colour) -> None:
        """A line as a pen draws it, round at its ends and corners; one point is a dot.

        What lies outside the clip is left out before anything is drawn.
        """
        disc = self._tinted(
            ("disc", thick),
            self.colour(colour),
            lambda: self._shrunk(
                thick, thick, 8,
                lambda s, k: self._pygame.draw.circle(
                    s, (255, 255, 255, 255), (thick * k / 2, thick * k / 2), thick * k / 2
                ),
            ),
        )  # fmt: skip
        clip, half, blit = Rect(*self.surface.get_clip()), thick // 2, self.surface.blit
        for i, (x, y) in enumerate(points):
            last_x, last_y = points[max(0, i - 1)]
            near = Rect(min(x, last_x), min(y, last_y), abs(x - last_x) + 1, abs(y - last_y) + 1)
            if not near.grow(thick).meets(clip):
                continue
            steps = max(abs(x - last_x), abs(y - last_y), 1)
            for step in range(steps + 1):
                at_x = last_x + (x - last_x) * step // steps
                at_y = last_y + (y - last_y) * step // steps
                blit(disc, (at_x - half, at_y - half))

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        """A filled polygon with smooth edges."""
        x0, y0 = min(x for x, _ in points), min(y for _, y in points)
        w, h = max(x for x, _ in points) - x0 + 1, max(y for _, y in points) - y0 + 1
        near = tuple((x - x0, y - y0) for x, y in points)
        sprite = self._tinted(
            ("polygon", near),
            self.colour(colour),
            lambda: self._shrunk(
                w, h, 4,
                lambda s, k: self._pygame.draw.polygon(
                    s, (255, 255, 255, 255), [(x * k, y * k) for x, y in near]
                ),
            ),
        )  # fmt: skip
        self.surface.blit(sprite, (x0, y0))

    def icon(self, name: str, rect: Rect, colour: Colour, stroke: float = icons.STROKE) -> None:
        """A line icon centred in ``rect``, as large as its shorter side. Raises UnknownIcon."""
        size = min(rect.w, rect.h)
        if size <= 0:
            return
        ink = self.colour(colour)
        sprite = self._kept(
            ("icon", name, size, ink, stroke), lambda: (self._rasterise(name, size, ink, stroke),)
        )[0]
        self.surface.blit(sprite, rect.centred(size, size)[:2])

    def modules(self, rect: Rect, rows: Sequence[Sequence[bool]], quiet: int = 4) -> None:
        """The dark modules of a QR symbol in black, to be painted on white in every palette.

        ``rows`` are the modules, True for dark, without a border; ``quiet`` modules around them
        stay free. Modules are whole pixels.
        """
        side = len(rows) + 2 * quiet
        pitch = min(rect.w, rect.h) // side
        box = rect.centred(pitch * side, pitch * side)
        small = self._pygame.image.frombuffer(
            b"".join(bytes(line) for line in rows), (len(rows), len(rows)), "P"
        )
        small.set_palette(((255, 255, 255), (0, 0, 0)))
        small.set_colorkey(0)
        large = self._pygame.transform.scale(small, (len(rows) * pitch, len(rows) * pitch))
        self.surface.blit(large, (box.x + quiet * pitch, box.y + quiet * pitch))

    # -- text ---------------------------------------------------------------------------------

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
        """One line whose capitals start at ``y``; ``x`` is its left, centre or right. Its width."""
        if not text:
            return 0
        sprite, cap_top = self.type.line(text, style, self.colour(colour), cap_px, keep=keep)
        width: int = sprite.get_width()
        left = x - {"left": 0, "center": width // 2, "right": width}[align]
        self.surface.blit(sprite, (left, y - cap_top))
        return width

    def text_in(
        self,
        rect: Rect,
        text: str,
        style: Style,
        colour: Colour = "ink",
        align: Align = "left",
        cap_px: int | None = None,
        *,
        keep: bool = True,
    ) -> int:
        """One line in the middle of ``rect``'s height; its capitals are centred. Its width."""
        cap = self.type.face(style, cap_px).cap_px
        x = {"left": rect.x, "center": rect.cx, "right": rect.right}[align]
        y = rect.y + (rect.h - cap + 1) // 2
        return self.text(x, y, text, style, colour, align, cap_px, keep=keep)

    # -- sprites ------------------------------------------------------------------------------

    @property
    def cached_bytes(self) -> int:
        return self._bytes

    def _kept(self, key: object, make: Callable[[], tuple[Surface, ...]]) -> tuple[Surface, ...]:
        found = self._sprites.get(key)
        if found is not None:
            self._sprites.move_to_end(key)
            return found
        made = self._sprites[key] = make()
        self._bytes += _bytes(made)
        while self._bytes > SPRITE_BYTES and len(self._sprites) > 1:
            _, old = self._sprites.popitem(last=False)
            self._bytes -= _bytes(old)
        return made

    def _tinted(self, key: object, colour: RGB, make: Callable[[], Surface]) -> Surface:
        def tint() -> tuple[Surface, ...]:
            sprite = self._kept(key, lambda: (make(),))[0].copy()
            sprite.fill((*colour, 255), special_flags=self._pygame.BLEND_RGBA_MULT)
            return (sprite,)

        return self._kept((key, colour), tint)[0]

    def _blank(self, w: int, h: int) -> Surface:
        surface: Surface = self._pygame.Surface((w, h), self._pygame.SRCALPHA, 32)
        surface.fill((255, 255, 255, 0))
        return surface

    def _shrunk(self, w: int, h: int, k: int, draw: Callable[[Surface, int], object]) -> Surface:
        """A ``w`` x ``h`` mask of what ``draw`` paints ``k`` times as large."""
        big = self._blank(w * k, h * k)
        draw(big, k)
        small: Surface = self._pygame.transform.smoothscale(big, (w, h))
        return small

    def _round(self, rect: Rect, radius: int, colour: RGB) -> None:
        x, y, w, h = rect
        r = min(radius, w // 2, h // 2)
        fill, blit = self.surface.fill, self.surface.blit
        if r < 1:
            fill(colour, rect)
            return
        nw, ne, sw, se = self._kept(("corner", r, colour), lambda: self._corners(r, colour))
        # Bands and not columns: what a fill costs is its rows.
        fill(colour, (x + r, y, w - 2 * r, r))
        fill(colour, (x, y + r, w, h - 2 * r))
        fill(colour, (x + r, y + h - r, w - 2 * r, r))
        blit(nw, (x, y))
        blit(ne, (x + w - r, y))
        blit(sw, (x, y + h - r))
        blit(se, (x + w - r, y + h - r))

    def _corners(self, r: int, colour: RGB) -> tuple[Surface, ...]:
        flip = self._pygame.transform.flip
        nw = self._tinted(
            ("quarter", r),
            colour,
            lambda: self._shrunk(
                r, r, 8 if r < 48 else 4,
                lambda s, k: self._pygame.draw.circle(
                    s, (255, 255, 255, 255), (r * k, r * k), r * k
                ),
            ),
        )  # fmt: skip
        return nw, flip(nw, True, False), flip(nw, False, True), flip(nw, True, True)

    def _arc_mask(self, size: int, thick: int, step: int) -> Surface:
        def draw(s: Surface, k: int) -> None:
            white, centre = (255, 255, 255, 255), size * k / 2
            outer, inner = centre, centre - thick * k
            turn = 2 * math.pi * step / RING_STEPS
            n = max(2, step)
            spokes = [(math.sin(turn * i / n), -math.cos(turn * i / n)) for i in range(n + 1)]
            edge = [(centre + outer * x, centre + outer * y) for x, y in spokes]
            edge += [(centre + inner * x, centre + inner * y) for x, y in reversed(spokes)]
            self._pygame.draw.polygon(s, white, edge)
            if step < RING_STEPS:
                middle = centre - thick * k / 2
                for x, y in (spokes[0], spokes[-1]):
                    at = (centre + middle * x, centre + middle * y)
                    self._pygame.draw.circle(s, white, at, thick * k / 2)

        return self._shrunk(size, size, 4, draw)

    def _rasterise(self, name: str, size: int, ink: RGB, stroke: float) -> Surface:
        document = icons.svg(name, size, ink, stroke).encode()
        image: Surface = self._pygame.image.load(io.BytesIO(document), "icon.svg")
        sprite: Surface = self._pygame.Surface((size, size), self._pygame.SRCALPHA, 32)
        sprite.blit(image, (0, 0))
        return sprite

    # -- shadows and glows --------------------------------------------------------------------

    def glow(self, rect: Rect, radius: int, colour: Colour, blur: int, peak: int) -> None:
        """A blurred edge around ``rect`` that reaches ``blur`` beyond it; the inside is left alone.

        ``peak`` (0 to 255) is how opaque it would be ``blur`` inside the edge.
        """
        tone = self.colour(colour)
        x, y, w, h = rect.grow(blur)
        # A corner of the nine-patch holds the blur outside and the arc inside; an edge only needs
        # the blur, which ends ``blur`` inside.
        corner = max(1, min(min(radius, rect.w // 2, rect.h // 2) + blur, w // 2, h // 2))
        edge = min(corner, 2 * blur)
        nw, ne, sw, se, top, left, bottom, right = self._kept(
            ("glow", corner, edge, blur, tone, peak, w, h),
            lambda: self._glow(corner, edge, blur, (*tone, peak), w - 2 * corner, h - 2 * corner),
        )
        blit = self.surface.blit
        for sprite, at in (
            (nw, (x, y)), (ne, (x + w - corner, y)),
            (sw, (x, y + h - corner)), (se, (x + w - corner, y + h - corner)),
            (top, (x + corner, y)), (bottom, (x + corner, y + h - edge)),
            (left, (x, y + corner)), (right, (x + w - edge, y + corner)),
        ):  # fmt: skip
            blit(sprite, at)

    def _glow(
        self, corner: int, edge: int, blur: int, tone: tuple[int, int, int, int], w: int, h: int
    ) -> tuple[Surface, ...]:
        """The eight pieces: corners nw, ne, sw, se; edges top, left, bottom, right."""
        flip, scale = self._pygame.transform.flip, self._pygame.transform.scale
        patch = self._kept(
            ("patch", corner, blur, tone), lambda: (self._glow_patch(corner, blur, tone),)
        )[0]
        nw = patch.subsurface((0, 0, corner, corner))
        top = scale(patch.subsurface((corner, 0, 1, edge)), (max(0, w), edge))
        left = scale(patch.subsurface((0, corner, edge, 1)), (edge, max(0, h)))
        return (
            nw, flip(nw, True, False), flip(nw, False, True), flip(nw, True, True),
            top, left, flip(top, False, True), flip(left, True, False),
        )  # fmt: skip

    def _glow_patch(self, corner: int, blur: int, tone: tuple[int, int, int, int]) -> Surface:
        """A whole small box with a blurred edge, one pixel between its corners."""
        n = 2 * corner + 1
        r, g, b, peak = tone
        patch = self._blank(n, n)
        patch.fill((r, g, b, 0))
        depth = 2 * blur
        for i in range(min(depth, corner)):
            t = (i + 1) / depth
            alpha = round(peak * t * t * (3 - 2 * t))
            self._pygame.draw.rect(
                patch, (r, g, b, alpha), (i, i, n - 2 * i, n - 2 * i),
                border_radius=max(1, corner - i),
            )  # fmt: skip
        return patch


def _bytes(surfaces: tuple[Surface, ...]) -> int:
    return sum(4 * s.get_width() * s.get_height() for s in surfaces)
