"""The words of one language, read from its compiled catalogue.

Theory of operation.  A catalogue is a GNU `.mo` file: two tables of (length, offset), one for what
is asked and one for what is answered.  What is asked is `key EOT English text [NUL English plural]`
(gettext's context); what is answered is the forms, NUL between them.  Keys alone are kept: a key
names a text, so the English is there for people who translate.  The standard library's `gettext`
reads the same files, and a test compares the two; it is not used here since it costs 8 ms.

Rules.  Verify, then parse: a file that is not what it should be raises BadCatalogue, a bounded read
before that.  Eight languages are kept at most, some 200 KiB each: a resting screen says its words
in another one every minute, and reading one takes 5 ms.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

LOCALE: Final = Path(__file__).resolve().parents[1] / "locale"
MAGIC: Final = 0x950412DE
LARGEST: Final = 1 << 20
MOST: Final = 10_000

Forms = tuple[str, ...]


class BadCatalogue(Exception):
    """A compiled catalogue cannot be read."""


@lru_cache(maxsize=8)
def forms(code: str) -> Mapping[str, Forms]:
    """The forms of every translated key of a language; nothing for English.

    Raises BadCatalogue.
    """
    if code == "en":
        return {}
    if "-" in code:
        from ui.lang import pseudo

        return pseudo.forms(code)
    path = LOCALE / f"{code}.mo"
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        return parse(data)
    except (OSError, ValueError, struct.error) as wrong:
        raise BadCatalogue(
            f"cannot read the words of {code!r} from {path.name}: {wrong};"
            " run scripts/catalogue compile, or install the program again"
        ) from wrong


def parse(data: bytes) -> dict[str, Forms]:
    """Key to forms.  Raises ValueError or struct.error for what is not a catalogue."""
    if len(data) > LARGEST:
        raise ValueError("it is too large")
    magic, revision, number, asked, answered = struct.unpack_from("<5I", data)
    if magic != MAGIC or revision >> 16 or number > MOST:
        raise ValueError("it is not a catalogue of a known kind")
    found: dict[str, Forms] = {}
    for place in range(number):
        key, between, _ = _text(data, asked + 8 * place).partition("\x04")
        if between:
            found[key] = tuple(_text(data, answered + 8 * place).split("\x00"))
    return found


def _text(data: bytes, at: int) -> str:
    length, offset = struct.unpack_from("<2I", data, at)
    if offset + length > len(data):
        raise ValueError("a text lies outside it")
    return data[offset : offset + length].decode("utf-8")
