"""A public key as ten words that one person reads to another.

Theory of operation.  The first fifty bits of the key's SHA-256, five at a time, each a character of
Crockford's base 32, spelled as on the radio (ICAO Annex 10, volume II, 5.2.1.3).

Rules.  Pure.  Fifty bits tell a mistake from the right key, and a forger needs some 2^50 keys.
"""

from __future__ import annotations

from hashlib import sha256

from lockerd.core.claim import ALPHABET, crockford

WORDS = 10
BITS = 5 * WORDS

_SPELLED: tuple[str, ...] = (
    *("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"),
    *("Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "Juliett", "Kilo"),
    *("Mike", "November", "Papa", "Quebec", "Romeo", "Sierra", "Tango", "Victor", "Whiskey"),
    *("X-ray", "Yankee", "Zulu"),
)


def spelled(vkey: str) -> tuple[str, ...]:
    """The ten words of a verifier key."""
    text = crockford(sha256(vkey.strip().encode()).digest())[:WORDS]
    return tuple(_SPELLED[ALPHABET.index(one)] for one in text)
