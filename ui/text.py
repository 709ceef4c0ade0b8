"""Type: fonts shipped beside this file, measured and rendered by capital height.

Theory of operation
    A ``Typesetter`` belongs to one theme. It opens a font file once for each size asked for,
    measures strings, breaks them into lines, and renders them to surfaces that it keeps in a cache
    bounded by bytes, least recently used first out. Text is placed by its capitals: ``ascent`` is
    the distance from the top of a rendered surface to the top of a capital letter, so a label is
    centred on what the eye takes for its middle and not on the font's line box.

Rules
    * A size is a capital height in pixels; the font size follows from the file's own ratio.
    * Text that a person may not leave behind (a code in clear) is rendered with ``keep=False`` and
      never enters the cache.
    * A string is cut to ``LONGEST`` characters before it is measured.
    * A character the shipped fonts lack is shown as the font's own empty box; ``missing`` lists
      them so that a catalogue can be checked before it ships.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ui.backend import lean
from ui.theme import RGB, Style, Theme

if TYPE_CHECKING:
    from pygame import Surface
    from pygame.font import Font

FONTS: Final = Path(__file__).parent / "fonts"
CAP_PER_EM: Final = 2048 / 2816  # Inter
CAP_PER_EM_DISPLAY: Final = 1472 / 2048  # Inter Display
DISPLAY_FROM_PX: Final = 32  # from this font size on, the display cut of a face is used
DISPLAY_CUT: Final = {
    "Inter-Regular": "InterDisplay-Regular",
    "Inter-SemiBold": "InterDisplay-SemiBold",
}
LONGEST: Final = 600
CACHE_BYTES: Final = 6 << 20
MEASURES: Final = 4096
ELLIPSIS: Final = "…"
NO_CHARACTER: Final = "\ue000"  # private use: no font has it


class Face(NamedTuple):
    """An open font at one size: pixel metrics of its line."""

    font: Font
    cap_px: int
    cap_top_px: int  # from the top of a rendered surface to the top of a capital


class Fitted(NamedTuple):
    """Lines that fit a box: what they read, at which capital height, and whether text was lost."""

    lines: tuple[str, ...]
    cap_px: int
    clipped: bool


NOTHING: Final = Fitted((), 0, False)


def font_file(font: str, cap_px: int) -> tuple[str, int]:
    """(file stem, font size in pixels) for a face and capital height; large type is cut tighter."""
    stem = DISPLAY_CUT.get(font, font) if cap_px / CAP_PER_EM >= DISPLAY_FROM_PX else font
    ratio = CAP_PER_EM_DISPLAY if stem.startswith("InterDisplay") else CAP_PER_EM
    return stem, round(cap_px / ratio)


class Typesetter:
    """Measures and renders text of one theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.pygame = lean.load()
        self._faces: dict[tuple[str, int], Face] = {}
        self._widths: dict[tuple[str, int, str], int] = {}
        self._cache: OrderedDict[tuple[str, int, str, RGB], Surface] = OrderedDict()
        self._bytes = 0

    def face(self, style: Style, cap_px: int | None = None) -> Face:
        """The font of ``style`` at its own or the given capital height."""
        cap = self.theme.cap_px(style) if cap_px is None else cap_px
        key = (style.font, cap)
        face = self._faces.get(key)
        if face is None:
            stem, px = font_file(style.font, cap)
            font = self.pygame.font.Font(str(FONTS / f"{stem}.otf"), px)
            face = self._faces[key] = Face(font, cap, font.get_ascent() - cap)
        return face

    def width(self, text: str, style: Style, cap_px: int | None = None) -> int:
        """Width of one line in pixels."""
        face = self.face(style, cap_px)
        key = (style.font, face.cap_px, text)
        width = self._widths.get(key)
        if width is None:
            if len(self._widths) >= MEASURES:
                self._widths.clear()
            width = self._widths[key] = face.font.size(text[:LONGEST])[0]
        return width

    def wrap(self, text: str, style: Style, width_px: int, cap_px: int | None = None) -> list[str]:
        """Lines of ``text`` no wider than ``width_px``, broken at spaces and at newlines.

        A single word that is too wide is broken inside.
        """
        lines: list[str] = []
        for paragraph in text[:LONGEST].split("\n"):
            line = ""
            for word in paragraph.split():
                longer = f"{line} {word}" if line else word
                if self.width(longer, style, cap_px) <= width_px:
                    line = longer
                    continue
                if line:
                    lines.append(line)
                line = word
                while line and self.width(line, style, cap_px) > width_px:
                    cut = self._prefix(line, style, width_px, cap_px)
                    lines.append(line[:cut])
                    line = line[cut:]
            lines.append(line)
        return lines

    def ellipsis(self, text: str, style: Style, width_px: int, cap_px: int | None = None) -> str:
        """``text``, or its beginning and an ellipsis if it is wider than ``width_px``."""
        text = text[:LONGEST]
        if self.width(text, style, cap_px) <= width_px:
            return text
        room = width_px - self.width(ELLIPSIS, style, cap_px)
        return text[: self._prefix(text, style, room, cap_px, least=0)].rstrip() + ELLIPSIS

    def tail(self, text: str, style: Style, width_px: int) -> str:
        """The end of ``text`` that fits; measures without keeping what was measured."""
        font = self.face(style).font
        low, high = 0, len(text)
        while low < high:
            middle = (low + high) // 2
            if font.size(text[middle:])[0] <= width_px:
                high = middle
            else:
                low = middle + 1
        return text[low:]

    def fit(self, text: str, style: Style, width_px: int, lines: int = 1) -> Fitted:
        """``text`` in at most ``lines`` lines, as large as the style says or down to 80 % of it.

        What still does not fit ends in an ellipsis and is reported as clipped.
        """
        full = self.theme.cap_px(style)
        for share in (1.0, 0.9, 0.8):
            cap = round(full * share)
            broken = self.wrap(text, style, width_px, cap)
            whole = " ".join(broken).split() == text[:LONGEST].split()  # no word was broken
            if len(broken) <= lines and whole:
                return Fitted(tuple(broken), cap, False)
        cap = round(full * 0.8)
        broken = self.wrap(text, style, width_px, cap)
        if len(broken) > lines:
            rest = " ".join(broken[lines - 1 :])
            broken = [*broken[: lines - 1], self.ellipsis(rest, style, width_px, cap)]
        return Fitted(tuple(broken), cap, True)

    def render(
        self,
        text: str,
        style: Style,
        colour: RGB,
        cap_px: int | None = None,
        *,
        keep: bool = True,
    ) -> Surface:
        """A surface of one line with per-pixel alpha. ``keep=False`` leaves no copy behind."""
        face = self.face(style, cap_px)
        text = text[:LONGEST]
        key = (style.font, face.cap_px, text, colour)
        found = self._cache.get(key)
        if found is not None:
            self._cache.move_to_end(key)
            return found
        made = face.font.render(text, True, colour)
        if keep:
            self._cache[key] = made
            self._bytes += 4 * made.get_width() * made.get_height()
            while self._bytes > CACHE_BYTES and len(self._cache) > 1:
                _, old = self._cache.popitem(last=False)
                self._bytes -= 4 * old.get_width() * old.get_height()
        return made

    def missing(self, text: str, style: Style) -> str:
        """The characters of ``text`` that the font of ``style`` shows as its empty box."""
        font = self.face(style).font

        def picture(char: str) -> bytes:
            ink = font.render(char, True, (0, 0, 0))
            pixels: bytes = self.pygame.image.tobytes(ink, "RGBA")
            return pixels

        box = picture(NO_CHARACTER)
        return "".join(c for c in text if c != "\n" and picture(c) == box)

    def forget(self) -> None:
        """Drop every rendered string and width: call it when a visit ends."""
        self._cache.clear()
        self._widths.clear()
        self._bytes = 0

    @property
    def cached_bytes(self) -> int:
        return self._bytes

    def _prefix(
        self, text: str, style: Style, width_px: int, cap_px: int | None, least: int = 1
    ) -> int:
        """How many leading characters fit, by bisection; at least ``least``."""
        font = self.face(style, cap_px).font
        low, high = least, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if font.size(text[:middle])[0] <= width_px:
                low = middle
            else:
                high = middle - 1
        return low
