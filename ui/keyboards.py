"""What stands on the keys of the on-screen keyboard, script by script: data and nothing else.

Theory of operation.  A language names its layouts in the order in which a key changes between them:
its own script first, then Latin letters, since a cabinet meets names of both.  A layout is three
rows of keys.  Shift makes capitals where a script has them, and shows the second row of signs where
it has none.  Letters with accents that a Latin layout lacks stand on two pages behind the symbols.

Rules.  A key types one character.  Keys stand as on the keyboards that people know: QWERTY, QWERTZ,
AZERTY, the Arabic keyboard (ISO 9995, row by row), InScript for Devanagari; they are never
mirrored.  A sign that cannot stand alone is shown on something.  Chinese names are typed in
pinyin, or scanned: thousands of characters need a dictionary that is not here.  Every row leaves
room for keys of 10 mm on a panel of 154 mm.  Every character is in the shipped fonts.
"""

from __future__ import annotations

import unicodedata
from typing import Final, Literal

from lockerd.core.record import Record
from ui.lang import language

Page = Literal["letters", "symbols", "accents", "more"]
"""`accents`, `more`: letters of western, and of central and northern Europe."""

Rows = tuple[tuple[str, ...], ...]

TATWEEL: Final = "\u0640"


class Layout(Record):
    """`face`: what the key shows that changes to it.  `shifted`: empty where shift makes
    capitals."""

    name: str
    face: str
    rows: Rows
    shifted: Rows = ()

    @property
    def cased(self) -> bool:
        """Whether words may begin with a capital."""
        return not self.shifted

    def keys(self, shift: bool) -> Rows:
        """The rows as they are typed with."""
        if not shift:
            return self.rows
        return self.shifted or tuple(tuple(capital(one) for one in row) for row in self.rows)


def capital(char: str) -> str:
    """The capital of a letter, where that is one character."""
    upper = char.upper()
    return upper if len(upper) == 1 else char


def face_of(char: str) -> str:
    """What a key shows: a sign that combines needs something to stand on.

    HarfBuzz gives a Devanagari sign its dotted circle; an Arabic one is shown on a lengthened line.
    """
    return TATWEEL + char if unicodedata.combining(char) and "\u0600" <= char <= "\u06ff" else char


def _rows(*rows: str) -> Rows:
    """One string for each row; between spaces where signs would combine in the source."""
    return tuple(tuple(row.split() if " " in row else row) for row in rows)


QWERTY: Final = Layout("qwerty", "ABC", _rows("qwertyuiop", "asdfghjkl", "zxcvbnm"))
QWERTZ: Final = Layout("qwertz", "ABC", _rows("qwertzuiopü", "asdfghjklöä", "yxcvbnmß"))
AZERTY: Final = Layout("azerty", "ABC", _rows("azertyuiopé", "qsdfghjklmè", "wxcvbnàç"))
ARABIC: Final = Layout(
    "arabic",
    "\u0627\u0628\u062a",  # the first three letters
    _rows("ضصثقفغعهخحجد", "شسيبلاتنمكطذ", "ءئرىةوزظ"),
    _rows("َ ً ُ ٌ ّ إ ع \u0647 خ ح ج چ", "ِ ٍ ي پ ل أ ت ن م گ ط ذ", "ْ ؤ ر آ ة و ژ ظ"),
)
DEVANAGARI: Final = Layout(
    "devanagari",
    "\u0915\u0916\u0917",
    _rows("ौ ै ा ी ू ब ह ग द ज ड ़", "ो े ् ि ु प र क त च ट ॉ", "ं म न व ल स य ृ"),
    _rows("औ ऐ आ ई ऊ भ ङ घ ध झ ढ ञ", "ओ ए अ इ उ फ ष ख थ छ ठ ऑ", "ँ ण \u0903 ळ ॅ श ऽ ऋ"),
)
LAYOUTS: Final = {one.name: one for one in (QWERTY, QWERTZ, AZERTY, ARABIC, DEVANAGARI)}

DIGITS: Final = tuple("1234567890")
SYMBOLS: Final = _rows("1234567890", "@#€&_+()*%", "\"':;!?/")
PAGES: Final[dict[Page, Rows]] = {
    "symbols": SYMBOLS,
    "accents": _rows("àáâãäåæçèéê", "ëìíîïñòóôõö", "øùúûüýßœ"),
    "more": _rows("ąćčďđęěğıķł", "ľńňőřśšşťůű", "źžżāēīūþ"),
}
BEHIND: Final[dict[Page, Page]] = {"symbols": "accents", "accents": "more", "more": "accents"}
"""The page that the key at the lower left of a page leads to."""

FACES: Final[dict[Page, str]] = {"accents": "áéß", "more": "čłž"}


def of(code: str) -> tuple[Layout, ...]:
    """The layouts of a language: its own, then the other one, if there is one."""
    return tuple(LAYOUTS[name] for name in language(code).keys)


def layout(code: str, other: bool) -> Layout:
    """The layout in use: the language's own, or the other one."""
    known = of(code)
    return known[-1] if other else known[0]
