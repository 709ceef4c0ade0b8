"""Which font draws a character, and where a line may be broken.

Theory of operation.  The main font of a style draws what it has.  Other characters are drawn by the
font of their script, in the weight that is nearest; a script may have a second, larger font for
names, which is opened when the first lacks a character.  What a font has stands in its `cmap`
table, which is read here, since pygame cannot be asked.

Rules.  A character that no font has belongs to the main font, which shows its empty box.  Lines are
broken at spaces, and between ideographs, never before closing or after opening punctuation.  Font
files are our own: what they promise is believed, but no read leaves the file.

Format: OpenType 1.9, `cmap` subtables of formats 4 and 12.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).resolve().parents[1] / "fonts"
IGNORED: Final = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Marks that steer and are never drawn."""

PLAIN_BELOW: Final = "\u0180"
"""Below this every main font has all that can be shown."""

SCRIPTS: Final = (
    ("Grek", 0x370, 0x3FF),
    ("Cyrl", 0x400, 0x52F),
    ("Arab", 0x600, 0x6FF),
    ("Deva", 0x900, 0x97F),
    ("Hani", 0x2E80, 0x9FFF),
    ("Hani", 0xFF00, 0xFFEF),
)
FILES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "Grek": (("Inter-More.otf",), ("Inter-More.otf",)),
    "Cyrl": (("Inter-More.otf",), ("Inter-More.otf",)),
    "Arab": (("NotoSansArabicUI-Regular.otf",), ("NotoSansArabicUI-Bold.otf",)),
    "Deva": (("NotoSansDevanagariUI-Regular.otf",), ("NotoSansDevanagariUI-Bold.otf",)),
    "Hani": (
        ("NotoSansSC-Regular.otf", "NotoSansSC-Names.otf"),
        ("NotoSansSC-Bold.otf", "NotoSansSC-Names.otf"),
    ),
}
"""The files of each script: for regular type, and for strong type."""

SHAPED: Final = frozenset({"Arab", "Deva"})
"""Scripts whose letters change with their neighbours: HarfBuzz is told which it is."""

SCALE: Final = {"Arab": 0.96, "Deva": 1.0, "Hani": 0.97}
"""How large a script is set beside Inter, whose capitals are 0.73 of its size."""

NO_BREAK_BEFORE: Final = frozenset(
    "\u00a0\u3002\uff0c\u3001\uff01\uff1f\uff1a\uff1b\uff09\u300d\u300f\u300b\u201d\u2019\u2026\u00b7%\u2030\u2103,.!?:;)]}"
)
NO_BREAK_AFTER: Final = frozenset("\u00a0\uff08\u300c\u300e\u300a\u201c\u2018([{")


@lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    """The script whose font may draw a character; empty for what stands in any."""
    code = ord(char)
    return next((name for name, low, high in SCRIPTS if low <= code <= high), "")


def is_plain(text: str) -> bool:
    """Whether the main font alone draws it, from the left, as it is."""
    return text.isascii() or max(text) < PLAIN_BELOW


def is_deep(text: str) -> bool:
    """Whether letters or marks stand far above the line or hang far below it."""
    return not text.isascii() and any("\u0600" <= char <= "\u097f" for char in text)


def unmarked(text: str) -> str:
    """A text without the marks that only steer its order."""
    if text.isascii() or IGNORED.isdisjoint(text):
        return text
    return "".join(char for char in text if char not in IGNORED)


@lru_cache(maxsize=32)
def coverage(file: str) -> frozenset[int]:
    """The characters of a font file, as code points."""
    data = _table((FONTS / file).read_bytes(), b"cmap")
    (number,) = struct.unpack_from(">H", data, 2)
    found: set[int] = set()
    for place in range(number):
        (at,) = struct.unpack_from(">I", data, 8 + 8 * place)
        (form,) = struct.unpack_from(">H", data, at)
        found.update(_form_12(data, at) if form == 12 else _form_4(data, at) if form == 4 else ())
    return frozenset(found)


def _table(data: bytes, tag: bytes) -> bytes:
    (number,) = struct.unpack_from(">H", data, 4)
    for place in range(number):
        name, _, offset, length = struct.unpack_from(">4s3I", data, 12 + 16 * place)
        if name == tag:
            return data[offset : offset + length]
    raise ValueError(f"a font has no {tag.decode()} table; make it again with scripts/fonts")


def _form_4(data: bytes, at: int) -> Iterator[int]:
    (twice,) = struct.unpack_from(">H", data, at + 6)
    segments = twice // 2
    ends = struct.unpack_from(f">{segments}H", data, at + 14)
    starts = struct.unpack_from(f">{segments}H", data, at + 16 + twice)
    for start, end in zip(starts, ends, strict=True):
        if start <= end < 0xFFFF:
            yield from range(start, end + 1)


def _form_12(data: bytes, at: int) -> Iterator[int]:
    (groups,) = struct.unpack_from(">I", data, at + 12)
    for place in range(groups):
        start, end, _ = struct.unpack_from(">3I", data, at + 16 + 12 * place)
        if start <= end <= 0x10FFFF:
            yield from range(start, end + 1)


def pieces(text: str) -> list[tuple[str, str]]:
    """(space before it, piece) of a paragraph: a line may be broken between any two pieces.

    A dot between two parts of a line stays with what is before it.
    """
    found: list[tuple[str, str]] = []
    for word in text.split(" "):
        if not word:
            continue
        if word == "·" and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {word}")
            continue
        glue = " " if found else ""
        if is_plain(word):
            found.append((glue, word))
            continue
        for part in _ideographs(word):
            found.append((glue, part))
            glue = ""
    return found


def _ideographs(word: str) -> Iterator[str]:
    """A word, cut around its ideographs."""
    start = 0
    for at in range(1, len(word)):
        before, here = word[at - 1], word[at]
        wide = script_of(before) == "Hani" or script_of(here) == "Hani"
        if wide and here not in NO_BREAK_BEFORE and before not in NO_BREAK_AFTER:
            yield word[start:at]
            start = at
    yield word[start:]
