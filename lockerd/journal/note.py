"""Signed notes, verifier keys, checkpoints and cosignatures, strict both ways.

Theory of operation.  A note is text, a blank line, then signature lines.  A checkpoint is a note
whose text has three lines: origin, tree size, root hash.  A witness's cosignature is a signature
line that also carries a time.  Everything that this device promises is one of these.

Standard: C2SP signed-note v1.0.0, tlog-checkpoint v1.0.0, tlog-cosignature v1.1.0 (Ed25519 only).

Rules.  What is parsed is what would be written: base64 is re-encoded and compared, since decoders
ignore the unused bits of the last character.  A key that is not known is ignored; a known key whose
signature is wrong refuses the whole note.  Checkpoints carry no extension lines.
"""

from __future__ import annotations

import binascii
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = 0x01
COSIGNATURE = 0x04

MAX_NOTE_BYTES = 65_536
MAX_SIGNATURES = 100
MAX_NAME_BYTES = 255
MAX_SIZE = 2**63 - 1

_PRIVATE = "PRIVATE+KEY+"
_DASH = "\u2014 "


class NoteError(ValueError):
    """The note, key or checkpoint is not well formed, or its signature is wrong."""


def b64(data: bytes) -> str:
    """Standard base64 with padding."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def unb64(text: str, what: str) -> bytes:
    """Decode canonical base64; NoteError (naming `what`) for anything that `b64` does not write."""
    try:
        data = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except ValueError:
        raise NoteError(f"{what} is not base64; get an undamaged copy") from None
    if b64(data) != text:
        raise NoteError(f"{what} is not canonical base64; get an undamaged copy")
    return data


def decimal(text: str, what: str) -> int:
    """A decimal number without sign or leading zero, at most 2^63-1; NoteError otherwise."""
    if not (text.isascii() and text.isdigit()) or len(text) > 19:
        raise NoteError(f"{what} is not a decimal number; get an undamaged copy")
    value = int(text)
    if str(value) != text or value > MAX_SIZE:
        raise NoteError(f"{what} is not a plain decimal number; get an undamaged copy")
    return value


def check_name(name: str) -> str:
    """The name if it may name a key or a log; NoteError otherwise."""
    bad = not name or "+" in name or any(c.isspace() or c < " " for c in name)
    if bad or len(name.encode("utf-8", "replace")) > MAX_NAME_BYTES:
        raise NoteError(
            f"a key's name has 1 to {MAX_NAME_BYTES} bytes without spaces or '+'; correct it"
        )
    return name


class Key(NamedTuple):
    """A public key under a name.  `kind`: ED25519 or COSIGNATURE; `public`: 32 bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return key_id(self.name, self.kind, self.public)

    @property
    def vkey(self) -> str:
        """The verifier key as text: `name+hex id+base64(kind || public key)`."""
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` (64 bytes) over `message` is this key's."""
        return _verifies(self.public, message, signature)


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """SHA-256(name || LF || kind || public key), the first four bytes."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def _verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def parse_vkey(text: str) -> Key:
    """A verifier key from its text form; one trailing newline is allowed.  Raises NoteError."""
    text = text.removesuffix("\n")
    name, hex_id, body = _three(text, "the verifier key")
    if body[0] not in (ED25519, COSIGNATURE) or len(body) != 33:
        raise NoteError("the verifier key is not Ed25519; give the device's or the witness's vkey")
    key = Key(name, body[0], body[1:])
    if key.key_id.hex() != hex_id:
        raise NoteError("the verifier key's id does not match it; copy the whole line again")
    return key


def _three(text: str, what: str) -> tuple[str, str, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3 or len(text) > 2 * MAX_NAME_BYTES:
        raise NoteError(f"{what} is not name+id+base64; copy the whole line again")
    body = unb64(parts[2], what)
    if not body:
        raise NoteError(f"{what} is empty; copy the whole line again")
    return check_name(parts[0]), parts[1], body


class SigningKey:
    """An Ed25519 private key under a name.  `seed` is the secret: 32 bytes.

    `kind`: ED25519 for whoever signs notes, COSIGNATURE for a witness.
    """

    def __init__(self, name: str, seed: bytes, kind: int = ED25519) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if len(seed) != 32:
            raise NoteError("an Ed25519 seed has 32 bytes; restore the key from a copy")
        self._private: Ed25519PrivateKey = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = Key(check_name(name), kind, self._private.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"SigningKey({self.key.vkey!r})"

    @property
    def name(self) -> str:
        """The key's name: the log's origin."""
        return self.key.name

    @property
    def vkey(self) -> str:
        """The verifier key's text."""
        return self.key.vkey

    def sign(self, message: bytes) -> bytes:
        """64 bytes over `message`."""
        return self._private.sign(message)

    @property
    def secret_text(self) -> str:
        """The private form: `PRIVATE+KEY+name+hex id+base64(kind || seed)`."""
        body = bytes([self.key.kind]) + self._private.private_bytes_raw()
        return f"{_PRIVATE}{self.name}+{self.key.key_id.hex()}+{b64(body)}"


def parse_signing_key(text: str, kind: int = ED25519) -> SigningKey:
    """A private key from its text form; one trailing newline is allowed.  Raises NoteError.

    A key of another `kind` is refused: one that signs a log shall not cosign, nor the reverse.
    """
    text = text.removesuffix("\n")
    what = "the private key"
    if not text.startswith(_PRIVATE):
        raise NoteError(f"{what} does not begin with {_PRIVATE}; restore it from a copy")
    name, hex_id, body = _three(text.removeprefix(_PRIVATE), what)
    if body[0] not in (ED25519, COSIGNATURE) or len(body) != 33:
        raise NoteError(f"{what} is not Ed25519; restore it from a copy")
    if body[0] != kind:
        wanted = "a witness's" if kind == COSIGNATURE else "a signer's"
        raise NoteError(f"{what} is not {wanted}; give the key that was made for this")
    key = SigningKey(name, body[1:], kind)
    if key.key.key_id.hex() != hex_id:
        raise NoteError(f"{what}'s id does not match it; restore it from a copy")
    return key


class Signature(NamedTuple):
    """One signature line.  `key_id`: 4 bytes; `body`: what follows it (64 bytes for Ed25519)."""

    name: str
    key_id: bytes
    body: bytes

    @property
    def line(self) -> str:
        """The line with its newline."""
        return f"{_DASH}{self.name} {b64(self.key_id + self.body)}\n"


class Note(NamedTuple):
    """A note's text, with its final newline, and its signature lines."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def full(self) -> str:
        """The whole note as written to a file."""
        return self.text + "\n" + "".join(one.line for one in self.signatures)


def parse_note(data: str | bytes) -> Note:
    """A note's parts, without judging any signature.  Raises NoteError."""
    text = _note_text(data)
    body, blank, tail = text.rpartition("\n\n")
    if not blank or not body or not tail:
        raise NoteError("the note has no text, blank line and signature; get an undamaged copy")
    lines = tail.removesuffix("\n").split("\n")
    if not tail.endswith("\n") or len(lines) > MAX_SIGNATURES:
        raise NoteError("the note's signature lines are cut or too many; get an undamaged copy")
    return Note(body + "\n", tuple(_signature(line) for line in lines))


def _note_text(data: str | bytes) -> str:
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_NOTE_BYTES:
        raise NoteError(f"a note has at most {MAX_NOTE_BYTES} bytes; get an undamaged copy")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteError("the note is not UTF-8; get an undamaged copy") from None
    if any(c < " " and c != "\n" for c in text):
        raise NoteError("the note has control characters; get an undamaged copy")
    return text


def _signature(line: str) -> Signature:
    name, space, coded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise NoteError("a signature line is not '- name base64'; get an undamaged copy")
    raw = unb64(coded, "a signature")
    if len(raw) < 5:
        raise NoteError("a signature is too short; get an undamaged copy")
    return Signature(check_name(name), raw[:4], raw[4:])


class Signed(NamedTuple):
    """A signature that was verified; `time` in Unix seconds for a cosignature, else None."""

    key: Key
    time: int | None


def open_note(data: str | bytes, keys: Sequence[Key]) -> tuple[Note, tuple[Signed, ...]]:
    """The note and what was proven about it, in the order of its lines.

    Raises NoteError when it is malformed, when a known key's signature is wrong, or when no line is
    by a known key.  A second line by a key that was already proven is ignored.
    """
    note = parse_note(data)
    known = {(key.name, key.key_id): key for key in keys}
    proven: dict[tuple[str, bytes], Signed] = {}
    for one in note.signatures:
        mark = (one.name, one.key_id)
        if mark in known and mark not in proven:
            proven[mark] = Signed(known[mark], _prove(known[mark], note.text, one.body))
    if not proven:
        raise NoteError("no signature is by a key that is trusted here; give the right vkey")
    return note, tuple(proven.values())


def _prove(key: Key, text: str, body: bytes) -> int | None:
    if key.kind == COSIGNATURE:
        if len(body) != 72:
            raise NoteError(f"the cosignature of {key.name} is cut; get an undamaged copy")
        time = int.from_bytes(body[:8], "big")
        if key.verifies(_cosigned(text, time), body[8:]):
            return time
    elif key.verifies(text.encode(), body):
        return None
    raise NoteError(
        f"the signature of {key.name} is wrong: the text is not what was signed; "
        "get an undamaged copy or the right vkey"
    )


def sign_note(text: str, signer: SigningKey) -> Note:
    """The text (ending in a newline) with this key's signature."""
    if not text.endswith("\n"):
        raise NoteError("a note's text ends in a newline; add it")
    return Note(text, (Signature(signer.name, signer.key.key_id, signer.sign(text.encode())),))


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def cosign(text: str, signer: SigningKey, time: int) -> tuple[Key, Signature]:
    """A witness's line for a checkpoint's text at `time` (Unix seconds), and its key."""
    key = Key(signer.name, COSIGNATURE, signer.key.public)
    body = time.to_bytes(8, "big") + signer.sign(_cosigned(text, time))
    return key, Signature(key.name, key.key_id, body)


class Checkpoint(NamedTuple):
    """A tree's head.  `root`: 32 bytes."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """A checkpoint from a note's text.  Raises NoteError; extension lines are refused."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise NoteError("a checkpoint has exactly three lines; get an undamaged copy")
    root = unb64(lines[2], "the root hash")
    if len(root) != 32:
        raise NoteError("the root hash has not 32 bytes; get an undamaged copy")
    return Checkpoint(check_name(lines[0]), decimal(lines[1], "the tree size"), root)
