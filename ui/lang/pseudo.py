"""Pseudo-languages: English words that show what a translation would break.

Theory of operation.  `en-XA` puts accents on letters and makes every text 40 % longer, so that a
text that does not pass through the catalogue stands out, and a box that is too small overflows.
`ar-XB` writes each Latin letter as an Arabic one, so that lines run from the right and letters join
where they would in Arabic.

Rules.  Names in braces stay as they are, and so do digits: they are what a real translation keeps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

LONGER: Final = 0.4
ACCENTS: Final = str.maketrans(
    "AaCcDdEeGgHhIiJjKkLlNnOoRrSsTtUuWwYyZz", "ÄäÇçĎďËëĜĝĤĥÎîĴĵĶķĻļÑñÖöŔŕŠšŤťÛûŴŵÝýŽž"
)
LETTERS: Final = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz?,", "ابثدعفغحيجكلمنوقرصستةضخشئزطظ"[:26] + "؟،"
)
PADDING: Final = "öñé ţwö ţĥŕéé ƒöûŕ ƒîvé šîx ".replace("ţ", "ť").replace("ƒ", "f")
KEPT: Final = frozenset({"weekdays", "months", "time.parts", "time", "list.comma"})
"""Lists and patterns that a program reads."""


def forms(code: str) -> Mapping[str, tuple[str, ...]]:
    """The forms of every key of a pseudo-language.  KeyError for another code."""
    from ui.words import TEXT, entries

    make = {"en-XA": _accented, "ar-XB": _arabic}[code]
    return {
        entry.key: tuple(
            TEXT[one] if entry.key in KEPT else make(TEXT[one]) for one in entry.english
        )
        for entry in entries()
    }


def _by_part(text: str) -> list[str]:
    """Words and names in braces in turn; names have odd places."""
    return re.split(r"(\{\w+\})", text)


def _accented(text: str) -> str:
    parts = [
        part if place % 2 else part.translate(ACCENTS) for place, part in enumerate(_by_part(text))
    ]
    more = round(len(text) * LONGER)
    pad = (PADDING * (more // len(PADDING) + 1))[:more].strip()
    return "".join(parts) + (f" {pad}" if pad and " " in text else pad)


def _arabic(text: str) -> str:
    return "".join(
        part if place % 2 else part.lower().translate(LETTERS)
        for place, part in enumerate(_by_part(text))
    )
