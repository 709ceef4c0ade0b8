"""Texts as QR codes (ISO/IEC 18004), made with segno, which is imported when first needed.

Three ways to show one: as modules for a screen (`matrix`), as a picture to send or to print
(`png`), and as the lines of a terminal (`blocks`), two rows of modules to a line.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import segno

QUIET = 4
"""The quiet zone around a code, in modules, as the standard wants it."""

SCORED_MAX = 200
"""Characters up to which every mask is tried and scored, as the standard advises.

Scoring takes four fifths of the time that the screen stands still for a receipt, and such a text,
which is nearly all hashes, looks like chance: the best of the eight is nearly always the same one.
Any mask is read by any reader: the symbol says which one it has.
"""

MASK = 4
"""The mask of larger ones: of twenty texts of 1,100 random characters it was the best for sixteen,
and scored 2 % behind it at most for the others; the worst mask scored 15 to 29 % behind."""

SCALE = 10
"""Pixels of a module in a picture."""

BLOCKS = " ▄▀█"
"""What `blocks` draws with: nothing, the lower half, the upper half, both."""

_WHITE_ON_BLACK = "\x1b[38;5;231;48;5;16m"
_AS_BEFORE = "\x1b[0m"


class TextTooLong(ValueError):
    """The text does not fit into a QR code; shorten it to 2,900 bytes."""


_MARKUP = "xml.sax.saxutils"


def _load() -> None:
    """Import segno without what only its SVG writer needs.

    That module brings in http, ssl and email: 25 ms and 5 MB for two functions that nothing here
    calls.  It is imported as usual by whoever asks for it afterwards.
    """
    if "segno" in sys.modules or _MARKUP in sys.modules:
        return
    stand_in = ModuleType(_MARKUP)
    stand_in.__dict__.update(escape=_no_markup, quoteattr=_no_markup)
    sys.modules[_MARKUP] = stand_in
    try:
        import segno  # noqa: F401  # for what it leaves in sys.modules
    finally:
        del sys.modules[_MARKUP]


def _no_markup(*_: object) -> NoReturn:
    raise RuntimeError("QR codes are not made as SVG here; use png or blocks")


def _made(text: str, level: str, mask: int | None = None) -> segno.QRCode:
    _load()
    import segno  # heavy; needed by few screens

    try:
        return segno.make_qr(text, error=level, boost_error=True, mask=mask)
    except segno.DataOverflowError as problem:
        raise TextTooLong("the text does not fit into a QR code; shorten it") from problem


def matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """The modules of `text` without a quiet zone, True for dark; the best level that fits.

    Raises TextTooLong.
    """
    made = _made(text, "l", None if len(text) <= SCORED_MAX else MASK)
    return tuple(tuple(bool(one) for one in line) for line in made.matrix)


def png(text: str) -> bytes:
    """A picture with its quiet zone: medium error correction at least.  Raises TextTooLong."""
    from io import BytesIO

    out = BytesIO()
    _made(text, "m").save(out, kind="png", scale=SCALE, border=QUIET)
    return out.getvalue()


def blocks(text: str, colours: bool) -> str:
    """Lines of a terminal, each ended by LF: light modules are drawn, dark ones left out.

    `colours`: with escapes that make it black on white on any terminal; without them it needs a
    terminal with light letters on a dark ground.  Raises TextTooLong.
    """
    from io import StringIO

    out = StringIO()
    _made(text, "l").terminal(out, border=QUIET, compact=True)
    lines = out.getvalue().splitlines()
    if colours:
        lines = [f"{_WHITE_ON_BLACK}{line}{_AS_BEFORE}" for line in lines]
    return "".join(f"{line}\n" for line in lines)
