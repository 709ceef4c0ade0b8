"""Design tokens: colours, type scale, metrics in millimetres. Data and arithmetic only.

Theory of operation
    A ``Panel`` says how many pixels and millimetres a screen has; its pixels need not be square
    (the common 7 inch panel has 5.19 px/mm across and 5.59 px/mm down). A ``Theme`` joins a panel
    to a ``Palette`` and answers in pixels. One factor, ``scale``, grows the whole design from the
    drawing to any other screen, so proportions stay and a bigger panel, which is read from
    farther away, has bigger letters. The drawing is 800x480, or 480x853 on a panel that is taller
    than wide (``tall``): the same lengths, stacked instead of side by side. What a panel has beyond
    the drawing's proportions is room between its parts, so no size is laid out in less than it.

Rules
    * Text is sized by the height of a capital letter, in millimetres on the 7 inch panel: that is
      what accessibility rules measure (EN 301 549 5.1.4, ADA 707.7.2), not points.
    * No letter is lower than ``LEAST_CAP_MM`` and no button than ``TARGET_MM``, also where many
      pixels stand on a millimetre. On a panel whose short side is less than ``SMALL_MM`` there is
      no room for that, and both shrink with it.
    * ``large`` raises every style to at least 5.0 mm of capital height. A line or a screen that
      has no room for that is as large as fits, and never smaller than without it: see ``ui.fits``.
    * Contrast: text 4.5:1 and the edge of a control 3:1 against what is behind it (WCAG 2.2, 1.4.3
      and 1.4.11). ``PAIRS`` lists what must hold and the tests walk it for every palette.
    * One amber, ``highlight``, means "look here": the open door and the maintenance bar.
    * A widget names a colour by its role, never by value.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from lockerd.core.record import Record
from ui.face import Face, face_of

if TYPE_CHECKING:
    from lockerd.core.site import Site
    from ui.backend import Backend
    from ui.geometry import Size

RGB = tuple[int, int, int]

Role = Literal[
    "bg", "surface", "ink", "ink2", "accent", "on_accent", "soft", "on_soft", "highlight",
    "on_highlight", "leaf", "border", "line", "warn_soft", "on_warn", "danger", "on_danger",
    "danger_soft", "frame", "landmark", "door", "on_door", "door_edge", "glass", "well", "track",
    "focus",
]  # fmt: skip

REFERENCE_WIDTH_PX: Final = 800
REFERENCE_HEIGHT_PX: Final = 480
TALL_WIDTH_PX: Final = 480
TALL_HEIGHT_PX: Final = 853
REFERENCE_PX_PER_MM: Final = 5.587  # down the 7 inch panel, where the type scale was drawn
LEAST_CAP_MM: Final = 2.85  # the smallest style, less half a pixel of the 7 inch panel
LARGE_CAP_MM: Final = 5.0
LARGE: Final = 1.0
TARGET_MM: Final = 15.0
SMALL_MM: Final = 85.92  # the 7 inch panel's


class Panel(Record):
    """A screen: size in pixels and in millimetres of glass."""

    width_px: int
    height_px: int
    width_mm: float
    height_mm: float

    @property
    def px_per_mm_x(self) -> float:
        return self.width_px / self.width_mm

    @property
    def px_per_mm_y(self) -> float:
        return self.height_px / self.height_mm


PANEL_7_INCH: Final = Panel(800, 480, 154.08, 85.92)
PANEL_10_INCH: Final = Panel(1280, 800, 216.96, 135.6)
PANEL_TALL: Final = Panel(720, 1280, 88.0, 155.0)  # 7 inches, standing
DRAWN: Final = frozenset(
    (one.width_px, one.height_px) for one in (PANEL_7_INCH, PANEL_10_INCH, PANEL_TALL)
)


class Palette(Record):
    """A colour for every role (see ``Role``); ``flat`` drops shadows."""

    name: str
    bg: RGB
    surface: RGB
    ink: RGB
    ink2: RGB
    accent: RGB
    on_accent: RGB
    soft: RGB
    on_soft: RGB
    highlight: RGB
    on_highlight: RGB
    leaf: RGB
    border: RGB
    line: RGB
    warn_soft: RGB
    on_warn: RGB
    danger: RGB
    on_danger: RGB
    danger_soft: RGB
    frame: RGB
    landmark: RGB
    door: RGB
    on_door: RGB
    door_edge: RGB
    glass: RGB
    well: RGB
    track: RGB
    focus: RGB
    flat: bool = False

    def __getitem__(self, role: Role) -> RGB:
        colour: RGB = getattr(self, role)
        return colour


def _hex(**colours: str) -> dict[str, RGB]:
    return {k: (int(v[:2], 16), int(v[2:4], 16), int(v[4:], 16)) for k, v in colours.items()}


LIGHT: Final = Palette(
    name="light",
    flat=False,
    **_hex(
        bg="EEF2F1", surface="FFFFFF", ink="0C1A20", ink2="465761",
        accent="0A5C56", on_accent="FFFFFF", soft="DDECE9", on_soft="0A4A45",
        highlight="FFB81C", on_highlight="1B1300", leaf="FFE3A1",
        border="748280", line="D3DBD9", warn_soft="FFF0CC", on_warn="5A3E00",
        danger="A8201A", on_danger="FFFFFF", danger_soft="FBE4E1",
        frame="24363B", landmark="32474D", door="E3E9E8", on_door="465761", door_edge="A9B4B2",
        glass="6FD6C8", well="E1E8E7", track="D3DBD9", focus="0A5C56",
    ),
)  # fmt: skip
DARK: Final = Palette(
    name="dark",
    flat=True,
    **_hex(
        bg="0B1316", surface="152026", ink="F1F6F5", ink2="A5B6BC",
        accent="4FD1C1", on_accent="03211E", soft="15332F", on_soft="8FE3D7",
        highlight="FFC53D", on_highlight="1B1300", leaf="FFE3A1",
        border="6B8088", line="2A3940", warn_soft="3A2C08", on_warn="FFD98A",
        danger="FF8A80", on_danger="2B0503", danger_soft="3A1613",
        frame="060B0D", landmark="24343A", door="1D2A30", on_door="A5B6BC", door_edge="5E727B",
        glass="4FD1C1", well="101B1F", track="2A3940", focus="4FD1C1",
    ),
)  # fmt: skip
HIGH_CONTRAST: Final = Palette(
    name="high-contrast",
    flat=True,
    **_hex(
        bg="000000", surface="000000", ink="FFFFFF", ink2="FFFFFF",
        accent="FFE600", on_accent="000000", soft="000000", on_soft="FFE600",
        highlight="FFE600", on_highlight="000000", leaf="FFFFFF",
        border="FFFFFF", line="FFFFFF", warn_soft="000000", on_warn="FFE600",
        danger="FF9A90", on_danger="000000", danger_soft="000000",
        frame="000000", landmark="3A3A3A", door="000000", on_door="FFFFFF", door_edge="FFFFFF",
        glass="FFE600", well="000000", track="5A5A5A", focus="FFE600",
    ),
)  # fmt: skip
PALETTES: Final = {p.name: p for p in (LIGHT, DARK, HIGH_CONTRAST)}

# (foreground, background, least ratio): 4.5 is text, 3.0 the edge or the mark of a control.
PAIRS: Final[tuple[tuple[Role, Role, float], ...]] = (
    ("ink", "bg", 7.0), ("ink", "surface", 7.0), ("ink", "well", 7.0),
    ("ink2", "bg", 4.5), ("ink2", "surface", 4.5), ("ink2", "well", 4.5),
    ("on_accent", "accent", 4.5), ("on_soft", "soft", 4.5), ("on_highlight", "highlight", 7.0),
    ("on_highlight", "leaf", 7.0), ("on_warn", "warn_soft", 4.5), ("on_danger", "danger", 4.5),
    ("danger", "danger_soft", 4.5), ("danger", "surface", 4.5), ("danger", "bg", 4.5),
    ("on_door", "door", 4.5), ("ink", "door", 7.0),
    ("accent", "bg", 3.0), ("accent", "surface", 3.0), ("accent", "soft", 3.0),
    ("accent", "door", 3.0), ("border", "bg", 3.0), ("border", "surface", 3.0),
    ("border", "well", 3.0), ("highlight", "frame", 3.0), ("focus", "bg", 3.0),
    ("focus", "surface", 3.0), ("glass", "landmark", 3.0),
)  # fmt: skip


class Style(Record):
    """One size of type: font file stem, capital height in mm on the 7 inch panel, line pitch."""

    name: str
    font: str
    cap_mm: float
    leading: float  # line pitch as a multiple of the capital height


_REGULAR, _MEDIUM, _SEMIBOLD = "Inter-Regular", "Inter-Medium", "Inter-SemiBold"
_FIGURES, _BOLD = "Inter-SemiBold-Figures", "InterDisplay-Bold"

CAPTION: Final = Style("caption", _REGULAR, 2.9, 1.75)
CAPTION_STRONG: Final = Style("caption-strong", _SEMIBOLD, 2.9, 1.75)
CHIP: Final = Style("chip", _MEDIUM, 2.9, 1.75)
BODY: Final = Style("body", _REGULAR, 3.7, 1.75)
BODY_STRONG: Final = Style("body-strong", _SEMIBOLD, 3.7, 1.75)
ACTION: Final = Style("action", _SEMIBOLD, 4.4, 1.6)
TITLE: Final = Style("title", _BOLD, 5.0, 1.6)
HEADING: Final = Style("heading", _BOLD, 6.0, 1.58)
HEADLINE: Final = Style("headline", _BOLD, 6.9, 1.52)
DISPLAY: Final = Style("display", _BOLD, 7.6, 1.48)
KEY: Final = Style("key", _MEDIUM, 6.1, 1.5)
FIGURES: Final = Style("figures", _FIGURES, 4.0, 1.6)
STYLES: Final = {
    s.name: s
    for s in (
        CAPTION, CAPTION_STRONG, CHIP, BODY, BODY_STRONG, ACTION, TITLE, HEADING, HEADLINE,
        DISPLAY, KEY,
        FIGURES,
    )
}  # fmt: skip


class Theme(Record):
    """A palette on a panel. All answers are whole pixels.

    ``rtl`` says that rows are to be mirrored.  ``large`` lifts small type: 0 not at all, 1 all the
    way, and in between for a screen that has no room for more.  ``tight`` shrinks the drawing, for
    a screen that has no room on a panel nobody drew it for.
    """

    panel: Panel = PANEL_7_INCH
    palette: Palette = LIGHT
    large: float = 0.0
    rtl: bool = False
    tight: float = 1.0

    @property
    def size(self) -> tuple[int, int]:
        return self.panel.width_px, self.panel.height_px

    @cached_property  # every length asks for it
    def scale(self) -> float:
        """How much bigger than the drawing everything is."""
        width, height = self.size
        drawn = (REFERENCE_WIDTH_PX, REFERENCE_HEIGHT_PX)
        if self.tall:
            drawn = (TALL_WIDTH_PX, TALL_HEIGHT_PX)
        return min(width / drawn[0], height / drawn[1]) * self.tight

    @property
    def odd(self) -> bool:
        """Whether the panel has none of the sizes that every screen was drawn for."""
        return self.size not in DRAWN

    @property
    def small(self) -> float:
        """The share of the least sizes that the panel has room for: 1 from ``SMALL_MM`` on."""
        return min(1.0, min(self.panel.width_mm, self.panel.height_mm) / SMALL_MM)

    @property
    def tall(self) -> bool:
        """Whether the panel stands: parts are stacked and not side by side."""
        return self.panel.height_px > self.panel.width_px

    def dp(self, reference_px: float) -> int:
        """Pixels here for a length in pixels of the 800x480 drawing; at least 1 for any length."""
        return max(1, round(reference_px * self.scale)) if reference_px > 0 else 0

    def mm_x(self, mm: float) -> int:
        """Pixels across for a length on the glass."""
        return round(mm * self.panel.px_per_mm_x)

    def mm_y(self, mm: float) -> int:
        """Pixels down for a length on the glass."""
        return round(mm * self.panel.px_per_mm_y)

    def width_mm(self, px: float) -> float:
        return px / self.panel.px_per_mm_x

    def height_mm(self, px: float) -> float:
        return px / self.panel.px_per_mm_y

    def cap_px(self, style: Style) -> int:
        """Height of a capital letter in pixels."""
        px = self._plain(style)
        if self.large:
            px += max(0.0, LARGE_CAP_MM * self.panel.px_per_mm_y - px) * self.large
        return max(6, round(px))

    def plain_cap_px(self, style: Style) -> int:
        """The same without ``large``."""
        return max(6, round(self._plain(style)))

    def _plain(self, style: Style) -> float:
        drawn = style.cap_mm * REFERENCE_PX_PER_MM * self.scale
        return max(drawn, LEAST_CAP_MM * self.small * self.panel.px_per_mm_y)

    def line_px(self, style: Style) -> int:
        """Distance between two lines of text in pixels."""
        return round(self.cap_px(style) * style.leading)

    @property
    def margin(self) -> int:
        return self.dp(24 if self.tall else 32)

    @property
    def gap(self) -> int:
        return self.dp(12)

    @property
    def radius(self) -> int:
        return self.dp(16)

    @property
    def hairline(self) -> int:
        return self.dp(1) if not self.palette.name.startswith("high") else self.dp(3)

    @property
    def target_h(self) -> int:
        """Height of an ordinary button: 15 mm, or the drawing's 84 px if that is taller."""
        return max(self.dp(84), self.mm_y(TARGET_MM * self.small))

    @property
    def target_w(self) -> int:
        """Width of a button that has a sign alone."""
        return max(self.dp(84), self.mm_x(TARGET_MM * self.small))


def theme_of(site: Site, backend: Backend) -> Theme:
    """The site's theme on its panel, in the pixels that the backend really has."""
    return theme_for(face_of(site), backend.size)


def theme_for(face: Face, size: Size) -> Theme:
    """The theme of a face in these pixels.

    A panel that was turned keeps its millimetres, and a window that a smaller desktop cut keeps
    the size of its pixels.
    """
    width, height = size
    across, down = face.width_mm, face.height_mm
    if (width > height) != (face.width_px > face.height_px):
        across, down = down, across
    elif not face.fullscreen:
        across, down = across * width / face.width_px, down * height / face.height_px
    panel = Panel(width, height, across, down)
    large = face.text_size == "large"
    return Theme(panel, PALETTES[face.theme], LARGE if large else 0.0)


def luminance(colour: RGB) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, definition of relative luminance)."""

    def linear(channel: int) -> float:
        c = channel / 255
        return c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4)

    r, g, b = (linear(c) for c in colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: RGB, other: RGB) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    a, b = luminance(one), luminance(other)
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)


def mix(one: RGB, other: RGB, share: float) -> RGB:
    """``one`` with ``share`` (0 to 1) of ``other`` in it."""
    r, g, b = (round(x + (y - x) * share) for x, y in zip(one, other, strict=True))
    return r, g, b


def roles() -> tuple[str, ...]:
    """The names of every colour role, in order."""
    return tuple(name for name in Palette.FIELDS if name not in ("name", "flat"))
