"""Codes sealed for a mail merge: lines that only the owner of a key can read.

Theory of operation.  A cabinet that cannot send messages writes each fresh code as one line into a
file, sealed to the public key of whoever sends them.  The file may lie on a stick or a share: what
it shows is how many codes there are.

A line is one JSON object without spaces: `{"v":1,"to":T,"epk":E,"box":B}`.  `T` is the first eight
hex digits of SHA-256 of the recipient's 32 public bytes.  `E` is the base64 of a fresh X25519
public key (RFC 7748), `B` that of the ChaCha20-Poly1305 box (RFC 8439) of the letter, with twelve
zero bytes as nonce (its key is used once) and `lockerd slip 1` as associated data.  The box's key
is HKDF-SHA-256 (RFC 5869) of the shared secret, 32 bytes, with `epk || public` as salt and
`lockerd slip 1` as info.  The letter is a JSON object of texts with the keys `FIELDS`.

Rules.  Everything is verified before it is parsed.  A line that was altered or sealed to another
key is a SlipError with its number and nothing of its content.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lockerd.ports import PortError

FIELDS = (
    *("reference", "recipient", "item", "unit"),
    *("opens", "closes", "code", "qr", "ho"),
)
"""What a letter says, in the order of the columns of a mail merge."""

INFO = b"lockerd slip 1"
KEY_BYTES = 32
LINE_MAX = 8_192
LINES_MAX = 100_000
SUFFIX = ".slips"


class SlipError(PortError):
    """Sealed slips cannot be written or read."""


def public_of(text: str) -> bytes:
    """The 32 bytes of a public key in base64.  Raises SlipError."""
    try:
        key = b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise SlipError("this is no X25519 public key; make one with: lockerctl slips keygen")
    return key


def keygen(random: Callable[[int], bytes]) -> tuple[bytes, str]:
    """A private key (32 bytes) and its public key (base64)."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    secret = random(KEY_BYTES)
    public = X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    return secret, b64encode(public).decode("ascii")


def _key(shared: bytes, epk: bytes, public: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, epk + public, INFO).derive(shared)


def _to(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:8]


def seal(letter: Mapping[str, str], public: bytes, random: Callable[[int], bytes]) -> str:
    """A letter as a line without its newline."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    assert letter.keys() == set(FIELDS), "a letter has exactly these fields"
    once = X25519PrivateKey.from_private_bytes(random(KEY_BYTES))
    epk = once.public_key().public_bytes_raw()
    key = _key(once.exchange(X25519PublicKey.from_public_bytes(public)), epk, public)
    plain = json.dumps(letter, ensure_ascii=True, separators=(",", ":")).encode()
    box = ChaCha20Poly1305(key).encrypt(bytes(12), plain, INFO)
    line = {"v": 1, "to": _to(public), "epk": _text(epk), "box": _text(box)}
    return json.dumps(line, separators=(",", ":"))


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def unseal(lines: Iterable[str], secret: bytes) -> Iterator[dict[str, str]]:
    """The letters of a file's lines, in order.  Raises SlipError at the first that is not one."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    own = X25519PrivateKey.from_private_bytes(secret)
    public = own.public_key().public_bytes_raw()
    for number, line in enumerate(lines, 1):
        if number > LINES_MAX or len(line) > LINE_MAX:
            raise SlipError(f"line {number}: too many or too long lines; give a file of slips")
        if line.strip():
            yield _open(number, line, own, public)


def _open(number: int, line: str, own: Any, public: bytes) -> dict[str, str]:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    try:
        raw = json.loads(line)
        if raw.keys() != {"v", "to", "epk", "box"} or raw["v"] != 1:
            raise ValueError
        epk, box = (b64decode(raw[name].encode("ascii"), validate=True) for name in ("epk", "box"))
        to = str(raw["to"])
    except (ValueError, AttributeError, TypeError):
        raise SlipError(f"line {number}: not a sealed slip; copy the file again") from None
    if to != _to(public):
        raise SlipError(f"line {number}: sealed to key {to[:8]!r}; use that private key")
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(epk))
        plain = ChaCha20Poly1305(_key(shared, epk, public)).decrypt(bytes(12), box, INFO)
    except (InvalidTag, ValueError):
        raise SlipError(f"line {number}: it was altered; copy the file again") from None
    letter = json.loads(plain)
    return {name: str(letter[name]) for name in FIELDS}


def append(directory: Path, name: str, line: str) -> Path:
    """Add a line to a file of slips, durably.  Raises SlipError; then the line is not counted on.

    A line that a cut left unfinished is ended first, so that the next one stands by itself.
    """
    path = directory / (name + SUFFIX)
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        fd = os.open(path, flags, 0o600)
        try:
            size = os.fstat(fd).st_size
            torn = size > 0 and os.pread(fd, 1, size - 1) != b"\n"
            data = ("\n" if torn else "") + line + "\n"
            if os.write(fd, data.encode("ascii")) != len(data):
                raise SlipError(f"{path} is full; make room there")
            os.fsync(fd)
        finally:
            os.close(fd)
    except OSError as error:
        raise SlipError(f"{path} cannot be written ({error.strerror}); check the medium") from None
    return path
