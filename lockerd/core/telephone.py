"""The answer that an operator reads out on the telephone to somebody who lost a code.

Theory of operation.  The screen shows a challenge.  An operator who knows who is calling works out
nine digits from it, from the short reference of the handover, and from a key that belongs to their
badge (HMAC-SHA-256, RFC 2104; digits as in RFC 4226, from eight bytes).  The cabinet does the same
for everybody who could have answered and everything that could be meant: what fits says both.

Rules.  Pure.  The key leaves the device once, to its operator; a new badge makes another one.
"""

from __future__ import annotations

import hmac

from lockerd.core.claim import ClaimError, crockford, tidy, uncrockford

KEY = "LKT1"
KEY_BYTES = 32
DIGITS = 9
CHALLENGE_BYTES = 5
"""Eight characters, read out as twice four."""


def answer(key: bytes, challenge: str, reference: str) -> str:
    """Nine digits for a challenge and the short reference of a handover."""
    said = f"{challenge}\0{reference}".encode()
    number = int.from_bytes(hmac.digest(key, said, "sha256")[:8], "big")
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def key_text(key: bytes) -> str:
    """A key as text."""
    return KEY + crockford(key)


def key_of(text: str) -> bytes:
    """The key of a text.  Raises ClaimError."""
    plain = tidy(text)
    if not plain.startswith(KEY):
        raise ClaimError(f"this is no telephone key; it begins with {KEY}")
    return uncrockford(plain.removeprefix(KEY), KEY_BYTES)


def challenge_of(text: str) -> str:
    """A challenge as somebody heard it.  Raises ClaimError."""
    plain = tidy(KEY + text).removeprefix(KEY)
    uncrockford(plain, CHALLENGE_BYTES)
    return plain
