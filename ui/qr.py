"""Texts as QR codes (ISO/IEC 18004), made with segno, which is imported when first needed."""

from __future__ import annotations


class TextTooLong(ValueError):
    """The text does not fit into a QR code; shorten it to 2,900 bytes."""


def matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """The modules of `text` without a quiet zone, True for dark; the best level that fits.

    Raises TextTooLong.
    """
    import segno  # heavy; needed by few screens

    try:
        code = segno.make_qr(text, error="l", boost_error=True)
    except segno.DataOverflowError as problem:
        raise TextTooLong("the text does not fit into a QR code; shorten it") from problem
    return tuple(tuple(bool(one) for one in line) for line in code.matrix)
