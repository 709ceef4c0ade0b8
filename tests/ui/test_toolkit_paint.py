"""What is painted: smooth corners, clips, gauges, and caches that stay small."""

from __future__ import annotations

import hashlib

import pytest

from ui import paint as module
from ui.backend.lean import load
from ui.geometry import Rect
from ui.icons import ICONS, UnknownIcon
from ui.paint import Painter
from ui.text import Typesetter
from ui.theme import BODY, DARK, LIGHT, Palette, Theme

pygame = load()
SIZE = (200, 120)
SETTERS = {p.name: Typesetter(Theme(palette=p)) for p in (LIGHT, DARK)}


def painter(palette: Palette = LIGHT) -> Painter:
    surface = pygame.Surface(SIZE, 0, 32)
    surface.fill(palette.bg)
    return Painter(surface, SETTERS[palette.name])


def digest(p: Painter) -> str:
    return hashlib.sha256(pygame.image.tobytes(p.surface, "RGB")).hexdigest()


def at(p: Painter, x: int, y: int) -> tuple[int, int, int]:
    r, g, b, _ = p.surface.get_at((x, y))
    return r, g, b


def test_a_box_has_smooth_corners_and_full_edges() -> None:
    p = painter()
    p.box(Rect(20, 20, 100, 60), 16, "accent")
    assert at(p, 70, 50) == LIGHT.accent
    assert at(p, 70, 20) == at(p, 20, 50) == at(p, 119, 50) == at(p, 70, 79) == LIGHT.accent
    assert at(p, 20, 20) == at(p, 119, 79) == LIGHT.bg
    blends = {at(p, x, y) for x in range(20, 36) for y in range(20, 36)} - {LIGHT.accent, LIGHT.bg}
    assert len(blends) > 8  # aliased edges have none


def test_a_box_is_symmetric() -> None:
    p = painter()
    p.box(Rect(20, 20, 101, 61), 17, "accent", "border", 2)
    box = p.surface.subsurface((20, 20, 101, 61))
    for turned in (
        pygame.transform.flip(box, True, False),
        pygame.transform.flip(box, False, True),
    ):
        assert pygame.image.tobytes(turned, "RGB") == pygame.image.tobytes(box, "RGB")


@pytest.mark.parametrize("radius", [0, 1, 7, 400])
def test_no_radius_is_too_large_or_too_small(radius: int) -> None:
    p = painter()
    p.box(Rect(20, 20, 30, 12), radius, "ink")
    p.box(Rect(20, 40, 1, 1), radius, "ink")
    p.box(Rect(20, 50, 0, 9), radius, "ink", "border", 1, shadow=True)
    assert at(p, 35, 26) == LIGHT.ink
    assert at(p, 15, 26) == at(p, 20, 52) == LIGHT.bg


def test_shadows_fall_only_in_palettes_that_have_them() -> None:
    light, dark = painter(LIGHT), painter(DARK)
    for p in (light, dark):
        p.box(Rect(60, 40, 80, 40), 12, "surface", shadow=True)
    assert at(light, 100, 82) != LIGHT.bg
    assert at(dark, 100, 82) == DARK.bg
    assert at(light, 100, 110) == LIGHT.bg  # and they end


def test_nothing_is_painted_outside_the_clip() -> None:
    p = painter()
    with p.clipped(Rect(0, 0, 50, 50)):
        p.box(Rect(0, 0, 200, 120), 30, "danger", "ink", 5, shadow=True)
        p.text(0, 60, "outside", BODY)
        p.dim(Rect(0, 0, 200, 120))
    assert at(p, 100, 60) == LIGHT.bg
    assert at(p, 25, 25) != LIGHT.bg
    p.fill(Rect(100, 60, 1, 1), "ink")
    assert at(p, 100, 60) == LIGHT.ink  # the clip was taken away again


@pytest.mark.parametrize(
    ("fraction", "lit"), [(0.0, 0), (0.25, 1), (0.5, 2), (1.0, 4), (7.0, 4), (-1.0, 0)]
)
def test_a_ring_is_filled_clockwise_from_the_top(fraction: float, lit: int) -> None:
    p = painter()
    p.ring(Rect(20, 10, 100, 100), fraction, 10, "accent", "track")
    quarters = [(99, 30), (99, 90), (41, 90), (41, 30)]  # the middle of each quarter, clockwise
    ink = [at(p, x, y) for x, y in quarters]
    assert ink == [LIGHT.accent] * lit + [LIGHT.track] * (4 - lit)


@pytest.mark.parametrize("name", sorted(ICONS))
def test_every_icon_leaves_ink_inside_its_square_only(name: str) -> None:
    p = painter()
    p.icon(name, Rect(60, 30, 60, 60), "ink")
    p.icon(name, Rect(60, 30, 0, 60), "ink")
    dark = [
        (x, y) for x in range(0, SIZE[0], 2) for y in range(0, SIZE[1], 2) if sum(at(p, x, y)) < 300
    ]
    assert dark
    assert all(60 <= x < 120 and 30 <= y < 90 for x, y in dark)


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(UnknownIcon):
        painter().icon("unicorn", Rect(0, 0, 20, 20), "ink")


def test_modules_are_whole_pixels_with_a_quiet_zone() -> None:
    p = painter()
    p.fill(Rect(0, 0, *SIZE), (255, 255, 255))
    rows = [[True, False, True], [False, True, False], [True, True, True]]
    p.modules(Rect(0, 0, 110, 110), rows)  # 11 modules across: 10 pixels each
    black = (0, 0, 0)
    for j, line in enumerate(rows):
        for i, dark in enumerate(line):
            assert (at(p, 45 + 10 * i, 45 + 10 * j) == black) == dark
    assert at(p, 39, 45) == at(p, 45, 39) == at(p, 70, 45) == (255, 255, 255)


def test_text_is_aligned_by_its_capitals() -> None:
    p = painter()
    width = p.text_in(Rect(0, 20, 200, 60), "HHH", BODY, "ink", "center")
    ink = [(x, y) for x in range(SIZE[0]) for y in range(SIZE[1]) if sum(at(p, x, y)) < 200]
    top, bottom = min(y for _, y in ink), max(y for _, y in ink)
    left, right = min(x for x, _ in ink), max(x for x, _ in ink)
    assert abs((top + bottom) / 2 - 49.5) <= 1
    assert abs((left + right) / 2 - 99.5) <= 2
    assert right - left <= width
    assert p.text(0, 0, "", BODY) == 0


def test_sprites_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SPRITE_BYTES", 40_000)
    p = painter()
    for n in range(40):
        p.ring(Rect(0, 0, 60, 60), n / 40, 8, "accent", "track")
        p.icon("lock", Rect(0, 0, 10 + n, 10 + n), "ink")
        p.box(Rect(10, 10, 50 + n, 40), 5 + n // 4, "surface", shadow=True)
    assert p.cached_bytes <= 40_000


def test_the_same_calls_paint_the_same_pixels() -> None:
    def scene(p: Painter) -> str:
        p.box(Rect(5, 5, 90, 60), 14, "surface", "border", 1, shadow=True)
        p.glow(Rect(120, 20, 40, 30), 6, "highlight", 7, 150)
        p.circle(60, 90, 30, "accent")
        p.polygon([(100, 80), (140, 70), (140, 110), (100, 100)], "leaf")
        p.text(10, 20, "Take your item", BODY)
        p.line(0, 118, 200, "line")
        return digest(p)

    one = painter()
    first = scene(one)
    assert scene(painter()) == first
    one.fill(Rect(0, 0, *SIZE), "bg")
    assert scene(one) == first  # from the cache
    assert scene(painter(DARK)) != first
