"""The owner's word that a key is a device's: one signed note for each epoch.

Theory of operation.  Whoever verifies many cabinets trusts one key, the owner's, which never leaves
the owner's laptop.  With it the owner signs a device's name and verifier key once the device has
shown them.  `certificate.note` then lies beside the journal and goes with every export; the next
epoch's genesis states its SHA-256, so that a log shows whose it was before.

    lockerd-device/v1
    lockerd.example/rl07/1
    lockerd.example/rl07/1+c3272146+AWFj...
    2026-11-21T09:00:00.000Z

    — owner.lockerd.example ...

Standard: C2SP signed-note (Ed25519), RFC 3339.

Rules.  A certificate that comes with a record proves nothing without the owner's key from
elsewhere.  The last line says when the owner looked; it limits nothing that the device did before.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from lockerd.journal import leaf as lf
from lockerd.journal import note
from lockerd.journal.spool import place, read_file
from lockerd.journal.witness import WitnessError

HEADER = "lockerd-device/v1"
FILE = "certificate.note"
MAX_BYTES = 4_096
BARE_CHARS = 44
"""32 bytes in base64; no verifier key is as short."""


class CertificateError(ValueError):
    """The certificate is none, is not the owner's, or is another device's."""


class Certificate(NamedTuple):
    """What the owner certified.  `not_before`: Unix ms; `owner`: the name of the owner's key."""

    key: note.Key
    not_before: int
    owner: str

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.key.name


def make(vkey: str, not_before: int, signer: note.SigningKey) -> str:
    """The note for a device's verifier key.  Raises CertificateError, also for a witness's key."""
    key = _device_key(vkey)
    text = f"{HEADER}\n{key.name}\n{key.vkey}\n{lf.format_time(not_before)}\n"
    return note.sign_note(text, signer).full


def check(text: str, owner: str) -> Certificate:
    """What a certificate says to someone who trusts `owner`; see `owner_key`.

    Raises CertificateError.
    """
    try:
        opened = note.parse_note(text)
        keys = [owner_key(owner, one.name) for one in opened.signatures]
        signed = note.open_note(text, keys)[1]
    except note.NoteError as wrong:
        raise CertificateError(f"the certificate is not the owner's: {wrong}") from None
    lines = opened.text.split("\n")
    if len(lines) != 5 or lines[0] != HEADER:
        raise CertificateError("this note certifies no device; give its certificate.note")
    key = _device_key(lines[2])
    if lines[1] != key.name:
        raise CertificateError("the certificate names one log and the key of another; make it anew")
    try:
        not_before = lf.parse_time(lines[3])
    except lf.LeafError as wrong:
        raise CertificateError(f"the certificate's time is wrong: {wrong}") from None
    return Certificate(key, not_before, signed[0].key.name)


def check_for(text: str, owner: str, vkey: str) -> Certificate:
    """As `check`, for the device of this verifier key.  Raises CertificateError."""
    found = check(text, owner)
    if found.key.vkey != vkey:
        raise CertificateError(
            f"the certificate is for another key of {found.origin!r}; ask the owner for a new one"
        )
    return found


def owner_key(text: str, name: str) -> note.Key:
    """The owner's key from the config's form: a verifier key, or 32 bytes in base64.

    The latter has no name of its own and takes `name`.  Raises NoteError.
    """
    if len(text) == BARE_CHARS:
        key = note.Key(name, note.ED25519, note.unb64(text, "the owner's key"))
    else:
        key = note.parse_vkey(text)
    if key.kind != note.ED25519 or len(key.public) != 32:
        raise note.NoteError("the owner's key is not Ed25519; give the public half of it")
    return key


def _device_key(vkey: str) -> note.Key:
    try:
        key = note.parse_vkey(vkey)
    except note.NoteError as wrong:
        raise CertificateError(str(wrong)) from None
    if key.kind != note.ED25519:
        raise CertificateError("this is a witness's key; give the device's vkey")
    return key


# -- files ----------------------------------------------------------------------------------------


def read(directory: Path) -> str | None:
    """The certificate in a directory; None if there is none.  Raises CertificateError."""
    path = directory / FILE
    if not path.exists():
        return None
    try:
        return read_file(path, MAX_BYTES).decode("utf-8")
    except (WitnessError, UnicodeDecodeError):
        raise CertificateError(f"{path} cannot be read; put it there again") from None


def install(directory: Path, text: str) -> Path:
    """Put a certificate beside the journal, durably.  Raises JournalError."""
    return place(directory / FILE, text.encode())


def digest(text: str) -> str:
    """SHA-256 (hex) of a certificate, as a genesis states it."""
    return sha256(text.encode()).hexdigest()
