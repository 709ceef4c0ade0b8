"""The owner's word about a device's key: made, checked, and worthless when anything differs."""

from __future__ import annotations

from pathlib import Path

import pytest
from journal_kit import NAME, START_MS
from witness_kit import witness_key

from lockerd.journal import certificate as cert
from lockerd.journal import note

OWNER = note.SigningKey("owner.lockerd.example", b"o" * 32)
DEVICE = note.SigningKey(f"{NAME}/1", b"d" * 32)


def test_a_certificate_says_whose_key_it_is() -> None:
    text = cert.make(DEVICE.vkey, START_MS, OWNER)
    lines = text.split("\n")
    assert lines[:4] == [cert.HEADER, f"{NAME}/1", DEVICE.vkey, "2026-01-01T00:00:00.000Z"]
    for owner in (OWNER.vkey, note.b64(OWNER.key.public)):
        found = cert.check_for(text, owner, DEVICE.vkey)
        assert found == cert.Certificate(DEVICE.key, START_MS, OWNER.name)
        assert found.origin == f"{NAME}/1"


def test_only_the_owners_signature_counts() -> None:
    text = cert.make(DEVICE.vkey, START_MS, OWNER)
    other = note.SigningKey(OWNER.name, b"x" * 32)
    for owner in (other.vkey, note.b64(other.key.public), "", "x", witness_key().key.vkey):
        with pytest.raises(cert.CertificateError):
            cert.check(text, owner)
    signed = cert.make(DEVICE.vkey, START_MS, other)
    with pytest.raises(cert.CertificateError, match="owner"):
        cert.check(signed, OWNER.vkey)


def test_another_devices_certificate_does_not_hold() -> None:
    text = cert.make(DEVICE.vkey, START_MS, OWNER)
    later = note.SigningKey(f"{NAME}/2", b"d" * 32)
    with pytest.raises(cert.CertificateError, match="another key"):
        cert.check_for(text, OWNER.vkey, later.vkey)


def signed(*lines: str) -> str:
    return note.sign_note("".join(f"{one}\n" for one in lines), OWNER).full


@pytest.mark.parametrize(
    "lines",
    [
        ("lockerd-device/v2", DEVICE.name, DEVICE.vkey, "2026-01-01T00:00:00.000Z"),
        (cert.HEADER, f"{NAME}/2", DEVICE.vkey, "2026-01-01T00:00:00.000Z"),
        (cert.HEADER, DEVICE.name, DEVICE.vkey[:-2], "2026-01-01T00:00:00.000Z"),
        (cert.HEADER, DEVICE.name, DEVICE.vkey, "2026-01-01"),
        (cert.HEADER, DEVICE.name, DEVICE.vkey),
        (cert.HEADER, DEVICE.name, DEVICE.vkey, "2026-01-01T00:00:00.000Z", "more"),
    ],
)
def test_a_signed_note_of_another_shape_certifies_nothing(lines: tuple[str, ...]) -> None:
    with pytest.raises(cert.CertificateError):
        cert.check(signed(*lines), OWNER.vkey)
    # The twin: the same way of signing, with the right lines.
    right = signed(cert.HEADER, DEVICE.name, DEVICE.vkey, "2026-01-01T00:00:00.000Z")
    assert cert.check(right, OWNER.vkey).key == DEVICE.key


def test_no_flipped_bit_holds() -> None:
    data = cert.make(DEVICE.vkey, START_MS, OWNER).encode()
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises(cert.CertificateError):
            cert.check(changed.decode("utf-8", "replace"), OWNER.vkey)


def test_a_witness_is_no_device() -> None:
    with pytest.raises(cert.CertificateError, match="witness"):
        cert.make(witness_key().key.vkey, START_MS, OWNER)
    with pytest.raises(cert.CertificateError):
        cert.make("x", START_MS, OWNER)


def test_it_lies_beside_the_journal(tmp_path: Path) -> None:
    assert cert.read(tmp_path) is None
    text = cert.make(DEVICE.vkey, START_MS, OWNER)
    cert.install(tmp_path, text)
    assert cert.read(tmp_path) == text
    assert len(cert.digest(text)) == 64
    for bad in (b"\xff", b"x" * (cert.MAX_BYTES + 1)):
        (tmp_path / cert.FILE).write_bytes(bad)
        with pytest.raises(cert.CertificateError, match="again"):
            cert.read(tmp_path)
