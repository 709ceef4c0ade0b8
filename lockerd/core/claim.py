"""The texts of a claim and of recovery cards: what is shown, signed, scanned and typed.

Theory of operation.  The challenge names the log, the boot and sixteen random characters:

    LKC1:lockerd.example/rl-07/1:1a2b3c4d:7QK2M9X4T0C5W8RZ

The owner signs four lines with Ed25519 (RFC 8032):

    lockerd-claim/v1
    lockerd.example/rl-07/1
    1a2b3c4d
    7QK2M9X4T0C5W8RZ

and the answer is the 64 bytes of the signature as text: `LKA1` and 103 characters in Crockford
base 32.  A recovery card is `LKR` and its number, 1 to 3, with 26 such characters.

Rules.  Pure.  What a person types may have spaces, hyphens, small letters, and O, I, L for the
digits that they look like; nothing else is forgiven.
"""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

HEADER = "lockerd-claim/v1"
CHALLENGE = "LKC1"
ANSWER = "LKA1"
CARD = "LKR"
CARDS = 3
NONCE_BYTES = 10
SIGNATURE_BYTES = 64
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TEXT_MAX = 300

_LOOKS = str.maketrans("OIL", "011", " -\n\r\t")


class ClaimError(ValueError):
    """A text is no challenge, or no answer; ends with the remedy."""


def crockford(data: bytes) -> str:
    """Bytes as Crockford base 32, most significant bits first, padded with zero bits."""
    bits = len(data) * 8
    digits = -(-bits // 5)
    number = int.from_bytes(data, "big") << (digits * 5 - bits)
    return "".join(ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(digits)))


def uncrockford(text: str, size: int) -> bytes:
    """The `size` bytes of canonical Crockford base 32.  Raises ClaimError."""
    number = 0
    for one in text:
        place = ALPHABET.find(one)
        if place < 0:
            raise ClaimError("a character is none of ours; read or scan it again")
        number = number << 5 | place
    spare = len(text) * 5 - size * 8
    if not 0 <= spare < 5 or number & ((1 << spare) - 1):
        raise ClaimError("a character is missing or wrong; read or scan it again")
    return (number >> spare).to_bytes(size, "big")


def tidy(text: str) -> str:
    """What was typed or scanned, as it was made."""
    if len(text) > TEXT_MAX or not text.isascii():
        raise ClaimError("this is not one of our texts; read or scan it again")
    head, rest = text.strip()[:4].upper(), text.strip()[4:]
    return head + rest.upper().translate(_LOOKS)


def groups(text: str, size: int = 4) -> str:
    """Text in groups, for whoever reads it out or types it."""
    return " ".join(text[at : at + size] for at in range(0, len(text), size))


class Challenge(NamedTuple):
    """What the owner signs: this log, this boot, this once."""

    origin: str
    boot: str
    nonce: str

    @property
    def text(self) -> str:
        """What stands on the screen and in its QR code."""
        return f"{CHALLENGE}:{self.origin}:{self.boot}:{self.nonce}"

    @property
    def message(self) -> bytes:
        """The bytes that are signed."""
        return f"{HEADER}\n{self.origin}\n{self.boot}\n{self.nonce}\n".encode()

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of them, for the journal."""
        return sha256(self.message).hexdigest()


def parse_challenge(text: str) -> Challenge:
    """A challenge as it was read off the screen.  Raises ClaimError."""
    parts = "".join(text.split()).split(":")
    if len(text) > TEXT_MAX or len(parts) != 4 or parts[0].upper() != CHALLENGE:
        raise ClaimError(f"a claim is {CHALLENGE}:log:boot:characters; copy the whole line")
    _, origin, boot, nonce = parts
    nonce = nonce.upper().translate(_LOOKS)
    uncrockford(nonce, NONCE_BYTES)
    hexes = len(boot) == 8 and all(one in "0123456789abcdef" for one in boot.lower())
    printable = origin.isascii() and origin.isprintable() and "/" in origin
    if not hexes or not printable or len(origin) > 200:
        raise ClaimError("the claim names no log and boot; copy the whole line")
    return Challenge(origin, boot.lower(), nonce)


def answer_of(signature: bytes) -> str:
    """The text of a signature."""
    assert len(signature) == SIGNATURE_BYTES
    return ANSWER + crockford(signature)


def signature_of(text: str) -> bytes:
    """The signature of an answer.  Raises ClaimError."""
    plain = tidy(text)
    if not plain.startswith(ANSWER):
        raise ClaimError(f"an answer begins with {ANSWER}; give what `claim sign` printed")
    return uncrockford(plain[len(ANSWER) :], SIGNATURE_BYTES)


def card_of(number: int, secret: bytes) -> str:
    """The text of a recovery card."""
    return f"{CARD}{number}{crockford(secret)}"


def card_number(text: str) -> int | None:
    """Which of the three cards a tidy text is; None where it is none."""
    number = text[len(CARD) : len(CARD) + 1]
    known = text.startswith(CARD) and number in ("1", "2", "3")
    return int(number) if known else None
