"""Type: fonts shipped beside this file, measured and rendered by capital height.

Theory of operation
    A ``Typesetter`` belongs to one theme. It opens a font file once for each size asked for,
    measures strings, breaks them into lines, and renders them to surfaces that it keeps in a cache
    bounded by bytes, least recently used first out. Text is placed by its capitals: ``ascent`` is
    the distance from the top of a rendered surface to the top of a capital letter, so a label is
    centred on what the eye takes for its middle and not on the font's line box.

    A line in Latin letters is one run of the style's own font. Any other line is put into the order
    in which it is read (``ui.lang.bidi``, from the side that the theme says) and cut into runs of
    one script, each drawn by the font of its script (``ui.lang.glyphs``) on a common baseline.

Rules
    * A size is a capital height in pixels; the font size follows from the file's own ratio.
    * Text that a person may not leave behind (a code in clear) is rendered with ``keep=False`` and
      never enters the cache.
    * A string is cut to ``LONGEST`` characters before it is measured.
    * A character the shipped fonts lack is shown as the font's own empty box; ``missing`` lists
      them so that a catalogue can be checked before it ships.
    * The fonts of other scripts are opened when a line needs them, and closed when a visit ends.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from ui.backend import lean
from ui.lang.glyphs import FILES, FONTS, SCALE, SHAPED, coverage, is_plain, pieces, script_of
from ui.theme import RGB, Style, Theme

if TYPE_CHECKING:
    from pygame import Surface
    from pygame.font import Font

CAP_PER_EM: Final = 2048 / 2816  # Inter
CAP_PER_EM_DISPLAY: Final = 1472 / 2048  # Inter Display
DISPLAY_FROM_PX: Final = 32  # from this font size on, the display cut of a face is used
DISPLAY_CUT: Final = {
    "Inter-Regular": "InterDisplay-Regular",
    "Inter-SemiBold": "InterDisplay-SemiBold",
}
STRONG: Final = frozenset({"Inter-SemiBold", "Inter-SemiBold-Figures", "InterDisplay-Bold"})
LONGEST: Final = 600
CACHE_BYTES: Final = 6 << 20
MEASURES: Final = 4096
ELLIPSIS: Final = "…"
SHRUNK: Final = (1.0, 0.9, 0.8)
MANY: Final = 1 << 10
LONELY: Final = 0.4  # of the width: a shorter last line takes words from the lines above it


class Face(NamedTuple):
    """An open font at one size: pixel metrics of its line."""

    font: Font
    cap_px: int
    cap_top_px: int  # from the top of a rendered surface to the top of a capital


class Piece(NamedTuple):
    """Characters that one file of one script draws; no file: the style's own font."""

    text: str
    script: str = ""
    file: str = ""


class Run(NamedTuple):
    """Characters of one script, in the order in which they stand from the left."""

    text: str
    font: Font


class Line(NamedTuple):
    """A rendered line: its pixels, and where in them its capitals begin."""

    surface: Surface
    cap_top_px: int


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
        self.theme = self._asked = theme
        self.pygame = lean.load()
        self._faces: dict[tuple[str, int], Face] = {}
        self._others: dict[tuple[str, str, int], Font] = {}
        self._widths: dict[tuple[str, int, str], int] = {}
        self._cuts: dict[tuple[str, bool, str], list[Piece]] = {}
        self._cache: OrderedDict[tuple[str, int, str, RGB], Line] = OrderedDict()
        self._bytes = 0

    @property
    def large(self) -> bool:
        """Whether the theme asks for large text."""
        return self._asked.large > 0

    def enlarge(self, share: float) -> None:
        """Take this much of the enlargement that the theme asks for, 0 to 1."""
        if self._asked.large:
            self.theme = self._asked.but(large=self._asked.large * share)

    def tighten(self, share: float) -> None:
        """Take this much of the size of the drawing, for a screen that has no room for it."""
        if self.theme.tight != share:
            self.theme = self.theme.but(tight=share)

    # -- fonts ------------------------------------------------------------------------------------

    def face(self, style: Style, cap_px: int | None = None) -> Face:
        """The font of ``style`` at its own or the given capital height."""
        cap = self._cap(style, cap_px)
        key = (style.font, cap)
        face = self._faces.get(key)
        if face is None:
            stem, px = font_file(style.font, cap)
            font = self.pygame.font.Font(str(FONTS / f"{stem}.otf"), px)
            face = self._faces[key] = Face(font, cap, font.get_ascent() - cap)
        return face

    def _other(self, file: str, script: str, cap_px: int) -> Font:
        """The font of a script at a capital height of the style's own."""
        key = (file, script, cap_px)
        font = self._others.get(key)
        if font is None:
            px = round(cap_px / CAP_PER_EM * SCALE.get(script, 1.0))
            font = self._others[key] = self.pygame.font.Font(str(FONTS / file), px)
            if script in SHAPED:
                font.set_script(script)
        return font

    def _runs(self, text: str, style: Style, cap_px: int, *, keep: bool = False) -> list[Run]:
        """A line from left to right, each run in the font that draws it.

        `keep`: remember how the line is cut, which is the same at every size.
        """
        if not self.theme.rtl and is_plain(text):
            return [Run(text, self.face(style, cap_px).font)]
        strong, stem = style.font in STRONG, font_file(style.font, cap_px)[0]
        key = (stem, strong, text)
        cut = self._cuts.get(key)
        if cut is None:
            cut = _cut(text, self.theme.rtl, strong, coverage(f"{stem}.otf"))
            if keep:
                if len(self._cuts) >= MEASURES:
                    self._cuts.clear()
                self._cuts[key] = cut
        # The style's own font is not opened for a line that has no letter of it.
        return [
            Run(
                one.text,
                self._other(one.file, one.script, cap_px)
                if one.file
                else self.face(style, cap_px).font,
            )
            for one in cut
        ]

    # -- measuring and breaking -------------------------------------------------------------------

    def _cap(self, style: Style, cap_px: int | None) -> int:
        return self.theme.cap_px(style) if cap_px is None else cap_px

    def _measure(self, text: str, style: Style, cap_px: int, *, keep: bool = False) -> int:
        return sum(run.font.size(run.text)[0] for run in self._runs(text, style, cap_px, keep=keep))

    def width(self, text: str, style: Style, cap_px: int | None = None) -> int:
        """Width of one line in pixels."""
        cap = self._cap(style, cap_px)
        key = (style.font, cap, text)
        width = self._widths.get(key)
        if width is None:
            if len(self._widths) >= MEASURES:
                self._widths.clear()
            width = self._widths[key] = self._measure(text[:LONGEST], style, cap, keep=True)
        return width

    def wrap(self, text: str, style: Style, width_px: int, cap_px: int | None = None) -> list[str]:
        """Lines of ``text`` no wider than ``width_px``, broken at spaces and at newlines.

        Between ideographs a line may be broken too. A single word that is too wide is broken
        inside. An isolate that is open at the end of a line goes on in the next one.
        """
        return self._broken(text, style, width_px, cap_px)[0]

    def _broken(
        self, text: str, style: Style, width_px: int, cap_px: int | None
    ) -> tuple[list[str], bool]:
        """(lines, whether every word is whole)."""
        lines: list[str] = []
        whole = True
        for paragraph in text[:LONGEST].split("\n"):
            parts, at, line = list(pieces(paragraph)), 0, ""
            while at < len(parts):
                many = self._together(line, parts[at:], style, width_px, cap_px)
                if many or line:
                    line = _joined(line, parts[at : at + many])
                    at += many
                    if at < len(parts):
                        lines.append(line)
                        line = ""
                    continue
                line = parts[at][1]
                at += 1
                while line and self.width(line, style, cap_px) > width_px:
                    cut = self._prefix(line, style, width_px, cap_px)
                    lines.append(line[:cut])
                    line = line[cut:]
                    whole = whole and not line
            lines.append(line)
        return (_carried(lines) if self.theme.rtl else lines), whole

    def _together(
        self,
        line: str,
        parts: Sequence[tuple[str, str]],
        style: Style,
        width_px: int,
        cap_px: int | None,
    ) -> int:
        """How many words fit behind what is on a line; by bisection, all of them asked first."""
        low, high, middle = 0, len(parts), len(parts)
        while low < high:
            if self.width(_joined(line, parts[:middle]), style, cap_px) <= width_px:
                low = middle
            else:
                high = middle - 1
            middle = (low + high + 1) // 2
        return low

    def ellipsis(self, text: str, style: Style, width_px: int, cap_px: int | None = None) -> str:
        """``text``, or its beginning and an ellipsis if it is wider than ``width_px``."""
        text = text[:LONGEST]
        if self.width(text, style, cap_px) <= width_px:
            return text
        room = width_px - self.width(ELLIPSIS, style, cap_px)
        return text[: self._prefix(text, style, room, cap_px, least=0)].rstrip() + ELLIPSIS

    def tail(self, text: str, style: Style, width_px: int) -> str:
        """The end of ``text`` that fits; measures without keeping what was measured."""
        cap = self._cap(style, None)
        low, high = 0, len(text)
        while low < high:
            middle = (low + high) // 2
            if self._measure(text[middle:], style, cap) <= width_px:
                high = middle
            else:
                low = middle + 1
        return text[low:]

    def fit(
        self, text: str, style: Style, width_px: int, lines: int = 1, height_px: int = 0
    ) -> Fitted:
        """``text`` in at most ``lines`` lines, as large as the style says or down to 80 % of it.

        Large text goes down to 80 % of its ordinary size.  ``height_px``: as many lines as are no
        higher than this, if that is fewer.  What still does not fit ends in an ellipsis and is
        reported as clipped.  A last line of a lonely word is filled up from those above it.
        """
        caps = self._caps(style)

        def broken(cap: int) -> tuple[list[str], int, bool]:
            """(lines, how many there may be, whether that is all of it)."""
            most = lines
            if height_px:
                most = min(lines, max(1, height_px // max(1, round(cap * style.leading))))
            found, whole = self._broken(text, style, width_px, cap)
            return found, most, len(found) <= most and whole and len(text) <= LONGEST

        # Nearly all fit at once; else by bisection, since at each height all letters are new.
        best: list[str] | None = None
        low, high, place = 0, len(caps), 0
        while low < high:
            found, most, all_of_it = broken(caps[place])
            if all_of_it:
                best, high = found, place
            else:
                low = place + 1
            place = (low + high) // 2
        if best is not None:
            even = self._even(text, style, width_px, caps[low], best)
            return Fitted(tuple(even), caps[low], False)
        found, most, _ = broken(caps[-1])
        if len(found) > most:
            rest = " ".join(found[most - 1 :])
            found = [*found[: most - 1], self.ellipsis(rest, style, width_px, caps[-1])]
        return Fitted(tuple(found), caps[-1], True)

    def _even(
        self, text: str, style: Style, width_px: int, cap_px: int, lines: list[str]
    ) -> list[str]:
        """The same number of lines without a lonely word in the last one."""
        if len(lines) < 2 or "\n" in text:
            return lines
        if self.width(lines[-1], style, cap_px) >= LONELY * width_px:
            return lines
        low, high = width_px // 2, width_px
        while high - low > max(4, width_px // 40):
            middle = (low + high) // 2
            broken, whole = self._broken(text, style, middle, cap_px)
            if len(broken) == len(lines) and whole:
                high, lines = middle, broken
            else:
                low = middle
        return lines

    def _caps(self, style: Style) -> list[int]:
        """The capital heights that a line of a style may have, the largest first."""
        full = self.theme.cap_px(style)
        caps = [round(full * share) for share in SHRUNK]
        if self.theme.large:
            plain = self.theme.plain_cap_px(style)
            caps = [cap for cap in (*caps, round(full * 0.7)) if cap > plain]
            caps += [round(plain * share) for share in SHRUNK]
        return caps

    # -- rendering --------------------------------------------------------------------------------

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
        return self.line(text, style, colour, cap_px, keep=keep).surface

    def line(
        self,
        text: str,
        style: Style,
        colour: RGB,
        cap_px: int | None = None,
        *,
        keep: bool = True,
    ) -> Line:
        """One line with per-pixel alpha, and where its capitals begin."""
        face = self.face(style, cap_px)
        text = text[:LONGEST]
        key = (style.font, face.cap_px, text, colour)
        found = self._cache.get(key)
        if found is not None:
            self._cache.move_to_end(key)
            return found
        made = self._line(self._runs(text, style, face.cap_px, keep=keep), face, colour)
        if keep:
            self._cache[key] = made
            self._bytes += _bytes(made)
            while self._bytes > CACHE_BYTES and len(self._cache) > 1:
                self._bytes -= _bytes(self._cache.popitem(last=False)[1])
        return made

    def _line(self, runs: list[Run], face: Face, colour: RGB) -> Line:
        if len(runs) == 1 and runs[0].font is face.font:
            return Line(face.font.render(runs[0].text, True, colour), face.cap_top_px)
        drawn = [(run.font.render(run.text, True, colour), run.font.get_ascent()) for run in runs]
        over = max((ascent for _, ascent in drawn), default=0)
        under = max((one.get_height() - ascent for one, ascent in drawn), default=0)
        width = sum(one.get_width() for one, _ in drawn)
        whole: Surface = self.pygame.Surface(
            (width, max(0, over + under)), self.pygame.SRCALPHA, 32
        )
        whole.fill((*colour, 0))
        x = 0
        for one, ascent in drawn:
            whole.blit(one, (x, over - ascent))
            x += one.get_width()
        return Line(whole, over - face.cap_px)

    def missing(self, text: str, style: Style) -> str:
        """The characters of ``text`` that are shown as the empty box of ``style``'s font."""
        face = self.face(style)
        main = coverage(f"{font_file(style.font, face.cap_px)[0]}.otf")
        return "".join(
            char
            for char in text
            if char != "\n"
            and ord(char) not in main
            and not _file(char, script_of(char), style.font in STRONG)
        )

    def forget(self) -> None:
        """Drop every rendered string, width and font of another script: when a visit ends."""
        self._cache.clear()
        self._widths.clear()
        self._cuts.clear()
        self._others.clear()
        self._bytes = 0

    @property
    def cached_bytes(self) -> int:
        return self._bytes

    def _prefix(
        self, text: str, style: Style, width_px: int, cap_px: int | None, least: int = 1
    ) -> int:
        """How many leading characters fit, by bisection; at least ``least``.

        A mark is not parted from its letter.
        """
        cap = self._cap(style, cap_px)
        low, high = least, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self._measure(text[:middle], style, cap) <= width_px:
                low = middle
            else:
                high = middle - 1
        if is_plain(text) or low == len(text):
            return low
        from ui.lang.bidi import clusters

        whole = clusters(text)
        end = len(whole[0]) if least and whole else 0
        for cluster in whole[1 if end else 0 :]:
            if end + len(cluster) > low:
                break
            end += len(cluster)
        return end


def _joined(line: str, parts: Sequence[tuple[str, str]]) -> str:
    """Words behind what is on a line; the glue before the first word of a line falls away."""
    behind = "".join(glue + word for glue, word in parts)
    return line + behind if line or not parts else behind[len(parts[0][0]) :]


def _cut(text: str, rtl: bool, strong: bool, main: frozenset[int]) -> list[Piece]:
    """A line from left to right, cut where another font begins to draw."""
    from ui.lang.bidi import visual  # as dear as the Unicode tables it needs

    cut: list[Piece] = []
    for stretch in visual(text, rtl):
        start = len(cut)
        for char in stretch.text:
            last = cut[-1] if len(cut) > start else None
            script, file = _drawn_by(char, last, strong, main)
            if last is not None and (last.script, last.file) == (script, file):
                cut[-1] = last._replace(text=last.text + char)
            else:
                cut.append(Piece(char, script, file))
    return cut


def _drawn_by(char: str, last: Piece | None, strong: bool, main: frozenset[int]) -> tuple[str, str]:
    """(script, file) of a character: a space and a mark stay with what is before them."""
    if last is not None and last.script in SHAPED and char in " \u00a0\u200c\u200d":
        return last.script, last.file
    if ord(char) not in main:
        script = script_of(char)
        file = _file(char, script, strong)
        if file:
            return script, file
    return "", ""


def _file(char: str, script: str, strong: bool) -> str:
    """The file of a script that draws this character; nothing when none does."""
    files = FILES.get(script, ((), ()))[strong]
    return next((one for one in files if ord(char) in coverage(one)), "")


def _bytes(line: Line) -> int:
    return 4 * line.surface.get_width() * line.surface.get_height()


def _carried(lines: list[str]) -> list[str]:
    """Lines in which an isolate that a break cut in two is closed and opened again."""
    from ui.lang.bidi import ISOLATES, PDI

    opened: list[str] = []
    made = []
    for line in lines:
        begun = "".join(opened)
        for char in line:
            if char in ISOLATES:
                opened.append(char)
            elif char == PDI and opened:
                opened.pop()
        made.append(begun + line + PDI * len(opened))
    return made
