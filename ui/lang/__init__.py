"""Languages: what the kiosk speaks, and the rules of each that are not words.

Theory of operation.  A `Language` says how it names itself, which way its lines run, how it counts
(its plural rule, the same that the header of its catalogue states), and the keys of its keyboard.
Its words are in `ui/locale` and are read when it is first spoken.  Two pseudo-languages for the
audit, `en-XA` (longer and accented) and `ar-XB` (mirrored), have no catalogue: their words are made
from the English ones.

Rules.  Adding a language is a row here, a catalogue, and letters in the fonts: docs/languages.md.
Codes are those of BCP 47.  Nothing here is imported that a first picture does not need.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lockerd.core.record import Record

Plural = Callable[[int], int]


class Language(Record):
    """`own`: what it calls itself.  `forms`: how many plural forms it has; `plural`: which for n.

    `rule`: the same as a catalogue's header says it.  `keys`: its keyboards, by name, in the order
    in which a key changes between them (`ui.keyboards`).
    """

    code: str
    own: str
    forms: int
    rule: str
    plural: Plural
    rtl: bool = False
    keys: tuple[str, ...] = ("qwerty",)


def _none(n: int) -> int:
    return 0


def _not_one(n: int) -> int:
    return int(n != 1)


def _over_one(n: int) -> int:
    return int(n > 1)


def _arabic(n: int) -> int:
    """Zero, one, two, few (3 to 10), many (11 to 99), other (100 to 102 and so on)."""
    if n < 3:
        return n
    last = n % 100
    return 3 if 3 <= last <= 10 else 4 if last >= 11 else 5


NOT_ONE: Final = "n != 1"
ARABIC: Final = "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5"

ENGLISH: Final = Language("en", "English", 2, NOT_ONE, _not_one)
LANGUAGES: Final = (
    ENGLISH,
    Language("de", "Deutsch", 2, NOT_ONE, _not_one, keys=("qwertz",)),
    Language("fr", "Français", 2, "n > 1", _over_one, keys=("azerty",)),
    Language("ar", "العربية", 6, ARABIC, _arabic, rtl=True, keys=("arabic", "qwerty")),
    Language("hi", "हिन्दी", 2, "n > 1", _over_one, keys=("devanagari", "qwerty")),
    Language("zh", "中文", 1, "0", _none),
)
PSEUDO: Final = (
    Language("en-XA", "Ëñĝļîšĥ", 2, NOT_ONE, _not_one),
    Language("ar-XB", "نجلش", 2, NOT_ONE, _not_one, rtl=True),
)
_BY_CODE: Final = {one.code: one for one in (*LANGUAGES, *PSEUDO)}


def language(code: str) -> Language:
    """The language of a code; KeyError when there is none."""
    return _BY_CODE[code]
